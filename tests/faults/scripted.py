"""A language model that writes what it is told to, for tests that need no HTTP; and how a script names keys.

Knows of a prompt only how the head of an item begins.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Generator, Sequence

from rag.briefs.records import SECTION_NAMES
from rag.errors import ModelProblem
from rag.model.records import Message, Writer


class Scripted(Writer):
    """Plays replies in their order, the last one again and again; keys in them are filled in, see `filled`.

    A reply is cut into words; a problem among them is raised where it stands. `asked` keeps what it was told.
    """

    def __init__(self, *replies: str | Sequence[str | ModelProblem]) -> None:
        self.replies = [[reply] if isinstance(reply, str) else list(reply) for reply in replies]
        self.asked: list[Sequence[Message]] = []
        self.stopped = 0

    @property
    def name(self) -> str:
        """What it is called."""
        return "a-model"

    def write(self, messages: Sequence[Message], limit: int) -> Generator[str, None, None]:
        """The words of the next reply."""
        script = self.replies[min(len(self.asked), len(self.replies) - 1)]
        self.asked.append(messages)
        try:
            for part in script:
                if isinstance(part, ModelProblem):
                    raise part
                yield from (f"{word} " for word in filled(part, messages[1].content).split(" "))
        except GeneratorExit:
            self.stopped += 1
            raise


_HEAD = re.compile(r"^\[(?P<key>\w{3})\] Issue of (?P<issue>.+?), (?P<section>.+?) no\. (?P<number>\d+)", re.MULTILINE)
_SECTIONS = {name: section for section, name in SECTION_NAMES.items()}


def filled(reply: str, asked: str) -> str:
    """The reply with its keys, read from the message that asks.

    `{2}` is the key of the second item given, `{2023-03-01/top5/1}` that of the item with this address. What names no
    item that was given stays as it is.
    """
    for place, head in enumerate(_HEAD.finditer(asked), 1):
        issue = dt.datetime.strptime(head["issue"], "%d %B %Y").date()  # noqa: DTZ007 - a day has no zone
        address = f"{issue}/{_SECTIONS[head['section']]}/{head['number']}"
        reply = reply.replace(f"{{{place}}}", f"[{head['key']}]").replace(f"{{{address}}}", f"[{head['key']}]")
    return reply
