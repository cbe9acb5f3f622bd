"""A verifier over the digests and one over invented items, both without an encoder: words alone decide."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

from rag.briefs.bodies import BodyTable
from rag.briefs.corpus import read_corpus
from rag.briefs.records import Item, Part, PartKind, Titles, Voice
from rag.index.tokens import folded
from rag.retrieval.names import Names
from rag.verify.verifier import Verifier

CORPUS = Path(__file__).parents[2] / "corpus"
MakeItem = Callable[..., Item]


def words_of(items: Iterable[Item]) -> Mapping[str, int]:
    """Each word of the items, folded, with the number of items that hold it."""
    return Counter(word for item in items for word in set(folded(item.text)))


def _make_item(*parts: tuple[PartKind, Voice, str], bodies: tuple[str, ...] = ("MIIT",)) -> Item:
    """An item of 1 March 2023, issued on 9 February, of parts that follow each other."""
    made, start = [], 0
    for kind, voice, text in parts:
        made.append(Part(kind, voice, text, (start, start + len(text))))
        start += len(text) + 2
    text = "\n\n".join(part.text for part in made)
    return Item(
        issue=dt.date(2023, 3, 1), section="top5", number=1, heading="", date=dt.date(2023, 2, 9), bodies=bodies,
        via=(), mentions=(), titles=Titles(), sources=(), parts=tuple(made), text=text, span=(0, len(text)), page=None,
        edition="digest",
    )  # fmt: skip


@pytest.fixture(scope="session")
def make_item() -> MakeItem:
    """Makes an item of parts, each its kind, its voice and its text."""
    return _make_item


@pytest.fixture(scope="session")
def digests() -> Mapping[str, Item]:
    """The items of the digests, by id."""
    issues = read_corpus(CORPUS, BodyTable.load())
    return {item.id: item for issue in issues for item in issue.items}


@pytest.fixture(scope="session")
def verifier(digests: Mapping[str, Item]) -> Verifier:
    """A verifier that knows the words of the digests."""
    return Verifier(BodyTable.load(), Names.load(), words_of(digests.values()), encoder=None)
