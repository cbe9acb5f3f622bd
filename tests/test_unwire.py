"""Records read back from their plain data: nothing is lost, and what is no such record is refused."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answers.records import Answer
from rag.briefs.records import Item, Titles
from rag.library import Library
from rag.retrieval.facets import Facets
from rag.retrieval.query import Query
from rag.retrieval.search import Hit
from rag.unwire import unwire
from rag.web.conversation import Turn
from rag.wire import wire

QUESTIONS = [
    "How many jets did Xiamen Air order from Airbus?",  # an answer
    "List all measures of the MOF in April 2024",  # a list
    "Compare the targets for robots and for drones",  # sides
    "What did the MIIT publish in July 2023?",  # a refusal
    "Welche Behörde hat die Leitlinien zu humanoiden Robotern erlassen?",
    "机器人密度的目标是什么?",
]


@dataclass(frozen=True, slots=True)
class Tree:
    """A record that holds others of its kind, and one of each type that records are made of."""

    name: Literal["leaf", "branch"]
    grown: dt.date | None
    height: float
    below: tuple[Tree, ...]
    place: tuple[int, str]
    words: Mapping[str, tuple[int, ...]]
    names: frozenset[tuple[str, ...]]
    either: int | str
    well: bool
    folder: Path
    titles: list[Titles]
    anything: Any


TEXT = st.text(max_size=8)


def tree(below: st.SearchStrategy[tuple[Tree, ...]]) -> st.SearchStrategy[Tree]:
    """Any tree with these below it."""
    return st.builds(
        Tree,
        name=st.sampled_from(["leaf", "branch"]),
        grown=st.none() | st.dates(),
        height=st.floats(allow_nan=False),
        below=below,
        place=st.tuples(st.integers(), TEXT),
        words=st.dictionaries(TEXT, st.lists(st.integers(), max_size=2).map(tuple), max_size=2),
        names=st.frozensets(st.lists(TEXT, max_size=2).map(tuple), max_size=3),
        either=st.integers() | TEXT,
        well=st.booleans(),
        folder=st.sampled_from([Path("a"), Path("a/b")]),
        titles=st.lists(st.builds(Titles, TEXT, TEXT), max_size=2),
        anything=st.none() | st.integers() | TEXT,
    )


LEAF = tree(st.just(()))
BRANCH = tree(st.lists(LEAF, max_size=3).map(tuple))


@given(LEAF | BRANCH)
@settings(deadline=None)
def test_what_was_written_is_read_back_equal(tree: Tree) -> None:
    """Over JSON and back, whatever a record holds."""
    assert unwire(Tree, json.loads(json.dumps(wire(tree)))) == tree


@given(st.recursive(st.none() | st.booleans() | st.integers() | TEXT, lambda inner: st.lists(inner, max_size=3)))
@settings(deadline=None)
def test_what_is_no_such_record_is_refused(value: object) -> None:
    """Anything that is not the plain data of the record is a ValueError."""
    for kind in (Tree, Facets, tuple[int, int, int, int], dict[str, int]):
        with pytest.raises(ValueError, match="is none"):
            unwire(kind, value)


@pytest.mark.parametrize("change", [{"english": 1}, {"more": ""}, {"english": None}])
def test_a_field_that_does_not_fit_is_refused(change: dict[str, object]) -> None:
    """A field of another type, and one that the record does not have."""
    with pytest.raises(ValueError, match="is none"):
        unwire(Titles, {**wire(Titles("a", "b")), **change})
    with pytest.raises(ValueError, match="is none"):
        unwire(Titles, {"english": "a"})


def test_a_type_that_is_not_written_is_an_error() -> None:
    """What `wire` does not write cannot be read back."""
    with pytest.raises(TypeError, match="cannot be read back"):
        unwire(complex, 1)


@pytest.fixture(scope="module")
def library(digests: Path, built: Callable[[Path], Path]) -> Iterator[Library]:
    """The digests, opened."""
    with Library.open(corpus=digests, embeddings=built(digests)) as opened:
        yield opened


@pytest.mark.real
@pytest.mark.parametrize("question", QUESTIONS)
def test_answers_and_hits_are_read_back_equal(library: Library, question: str) -> None:
    """Answers of every kind, with the query that was understood, hits, and a turn of a conversation around them."""
    answer, hits = library.ask(question), library.retrieve(question, k=20)
    items = {hit.item.id: hit.item for hit in hits}
    turn = Turn(question, answer, items, whole=True, taken=answer.query.understood, suggested=("Why?",))
    for kind, value in ((Answer, answer), (list[Hit], hits), (Query, answer.query), (Turn, turn)):
        assert unwire(kind, json.loads(json.dumps(wire(value)))) == value


@pytest.mark.real
def test_every_item_is_read_back_equal(library: Library) -> None:
    """All items of the corpus."""
    items = library.items()
    assert len(items) > 50
    assert unwire(list[Item], json.loads(json.dumps(wire(items)))) == items
