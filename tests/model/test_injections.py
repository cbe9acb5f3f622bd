"""Text that commands: it stays inside its fence, and a reply that repeats it is plain text."""

from __future__ import annotations

import re
import runpy
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rag.briefs.records import Item, Titles
from rag.model.prompt import build
from rag.model.reply import Piece, ReplyReader
from rag.model.tokens import estimate

_SET = runpy.run_path(str(Path(__file__).parents[1] / "faults" / "injections.py"))
INJECTIONS = _SET["INJECTIONS"]
NONCE = "n0nce7"
LIVE = re.compile(r"://|www\.|javascript:|data:text|mailto:|\bfile=|<[a-z/!|]|[\[\]【】\u200b\u202e]", re.IGNORECASE)


def read(text: str) -> list[Piece]:
    """The statements of a reply to a prompt with the keys k3f and d9w; nothing live is shown meanwhile."""
    reader, pieces = ReplyReader(["k3f", "d9w"]), []
    for at in range(0, len(text), 7):
        pieces += reader.feed(text[at : at + 7])
        assert not re.search(r"javascript:\S|www\.\w|[\[\]<【】]", reader.open.text)
    return pieces + reader.finish()


def test_the_set_is_large_and_covers_every_place() -> None:
    """There are at least sixty attempts, at least five in each place, each with an id of its own."""
    assert len(INJECTIONS) >= 60
    assert len({injection.id for injection in INJECTIONS}) == len(INJECTIONS)
    assert min(Counter(injection.where for injection in INJECTIONS)[where] for where in _SET["PLACES"]) >= 5
    names = [injection.text for injection in INJECTIONS if injection.where == "file name"]
    assert all("/" not in name and "\0" not in name and len(name.encode()) < 200 for name in names)


@pytest.mark.parametrize("injection", INJECTIONS, ids=lambda injection: injection.id)
def test_an_injection_stays_inside_its_fence(injection: Any, make_item: Callable[..., Item]) -> None:
    """Tags and keys of the prompt are those of the frame, and no line of an item passes for another."""
    at = {injection.where: injection.text}
    titles = Titles(at.get("official title", "Plan"), "")
    item = make_item("top5", 1, ("glance", at.get("item", "Robots.")), heading=at.get("heading", "Farm"), titles=titles)
    second = make_item("policy", 1, ("bullets", f"- {injection.also or 'Rain.'}"))
    question = at.get("question", "How many?")
    prompt = build(question, [item, second], window=9000, reply=300, count=estimate, nonce=NONCE)
    system, user = (message.content for message in prompt.messages)
    assert system == build("?", [item], window=9000, reply=300, count=estimate, nonce=NONCE).messages[0].content
    assert re.findall(r"\[[^\]]*\]?", user) == [f"[{key}]" for key in prompt.keys]
    tags = [f"<{slash}{tag}-{NONCE}>" for tag in ("evidence", "question") for slash in ("", "/")]
    assert re.findall(r"<[^>]*>?", user) == tags
    evidence, _, rest = user.partition(tags[1])
    lead = re.compile(r"<evidence|\[|Heading: |Date of the event: |Official title: |The document says:|> |\Z")
    assert all(lead.match(line) for line in evidence.splitlines())
    assert len(rest.partition(tags[2])[2].partition(tags[3])[0].strip().splitlines()) == 1


@pytest.mark.parametrize("injection", INJECTIONS, ids=lambda injection: injection.id)
@pytest.mark.parametrize("reply", ["obeyed", "text"])
def test_a_reply_that_obeys_or_repeats_it_is_harmless(injection: Any, reply: str) -> None:
    """No address, tag, bracket or hidden character leaves; a fake key is kept as unknown and never becomes text."""
    pieces = read(getattr(injection, reply))
    assert not [piece.text for piece in pieces if LIVE.search(piece.text)]
    assert not {key for piece in pieces for key in piece.keys} & {"k3f", "d9w"}
    if injection.aim == "address":
        assert not [piece.text for piece in pieces if injection.tries in piece.text]
    if injection.aim == "marker" and reply == "obeyed":
        assert [key for piece in pieces for key in piece.keys] == [injection.tries]
