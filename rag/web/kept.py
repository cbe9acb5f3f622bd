"""A turn as a text that its reader's browser keeps: sealed, so that nothing but what this server said is ever shown.

Takes turns and a secret (`rag.web.secret`); gives texts, and of a text that comes back the very turn, or the reason why
it is none, with what it takes to ask it again. A text is the seal, a space, and a JSON object: what was asked, readable
by every version of this program, the form, and the turn with its answer and items, packed. The seal is an HMAC-SHA256
over all that follows it, looked at before anything else. Knows nothing of pages, and asks no library anything.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import zlib
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from rag.schema import schema
from rag.unwire import unwire
from rag.web.body import read_json
from rag.web.conversation import Turn
from rag.web.secret import Key
from rag.wire import wire

MOST = 500_000  # characters of a sealed turn: the page sends several in a request; a usual one has 4,000 to 20,000
Why = Literal["version", "seal", "unfinished", "damaged"]


class NotKept(Exception):
    """A text that cannot be shown as it is.

    `asked`: what it takes to ask it again (`Turn.asked`), vouched for by nobody; None where that cannot be read.
    """

    def __init__(self, why: Why, asked: object = None) -> None:
        self.why, self.asked = why, asked
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Seals:
    """Seals turns, and opens what it sealed. Safe from many threads."""

    key: Key

    def seal(self, turn: Turn) -> str:
        """The text of a turn. One that is not whole, or too long, holds only what was asked."""
        text = self._sealed(turn if turn.whole else _bare(turn))
        return text if len(text) <= MOST else self._sealed(_bare(turn))

    def unseal(self, text: str) -> Turn:
        """The turn of a text, equal to the one that was sealed. Raises NotKept."""
        seal, _, body = text.partition(" ")
        if not hmac.compare_digest(_bytes(seal), self._seal(body).encode()):
            raise _foreign(body)
        record = json.loads(body)
        if record["form"] != form():
            raise NotKept("version", record["asked"])
        if not record["turn"]:
            raise NotKept("unfinished", record["asked"])
        turn: Turn = unwire(Turn, json.loads(zlib.decompress(base64.b64decode(record["turn"]))))
        return turn

    def _sealed(self, turn: Turn) -> str:
        plain = json.dumps(wire(turn), ensure_ascii=False, separators=(",", ":")).encode() if turn.whole else b""
        packed = base64.b64encode(zlib.compress(plain)).decode() if plain else ""
        body = json.dumps({"asked": turn.asked, "form": form(), "turn": packed}, ensure_ascii=False)
        return f"{self._seal(body)} {body}"

    def _seal(self, body: str) -> str:
        return hmac.new(self.key.value, _bytes(body), hashlib.sha256).hexdigest()


@cache
def form() -> str:
    """Names the records that turns are made of: another version of this program, with others, has another form."""
    return hashlib.sha256(json.dumps(schema(Turn), sort_keys=True).encode()).hexdigest()[:16]


def _bytes(text: str) -> bytes:
    """A text as bytes, half a character too: what is sent may hold one, and is refused for its seal."""
    return text.encode(errors="surrogatepass")


def _bare(turn: Turn) -> Turn:
    return replace(turn, answer=None, items={}, whole=False, suggested=())


def _foreign(body: str) -> NotKept:
    """What a text without our seal is: whole, by another server, or nothing that can be read."""
    try:
        record = read_json(body)
    except ValueError:
        return NotKept("damaged")
    asked = record.get("asked") if isinstance(record, dict) else None
    return NotKept("seal", asked) if isinstance(asked, dict) else NotKept("damaged")
