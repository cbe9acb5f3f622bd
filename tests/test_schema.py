"""Schemas of records: they fit what is written, and nothing that is not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import jsonschema
import pytest

from rag.answers.records import Answer
from rag.briefs.records import Item, Titles
from rag.library import Library
from rag.retrieval.search import Hit
from rag.schema import schema
from rag.wire import wire

QUESTIONS = [
    "How many jets did Xiamen Air order from Airbus?",  # an answer
    "List all measures of the MOF in April 2024",  # a list
    "Compare the targets for robots and for drones",  # sides
    "What did the MIIT publish in July 2023?",  # a refusal
    "Welche Behörde hat die Leitlinien zu humanoiden Robotern erlassen?",
]


@pytest.fixture(scope="module")
def library(digests: Path, built: Callable[[Path], Path]) -> Iterator[Library]:
    """The digests, opened."""
    with Library.open(corpus=digests, embeddings=built(digests)) as opened:
        yield opened


@dataclass(frozen=True, slots=True)
class Tree:
    """A record that holds others of its kind."""

    name: Literal["leaf", "branch"]
    grown: dt.date | None
    below: tuple[Tree, ...] = ()
    place: tuple[int, int] = (0, 0)
    counts: tuple[tuple[str, int], ...] = ()


def test_a_schema_is_what_one_would_write_by_hand() -> None:
    """A record of two texts, its fields required and no other allowed."""
    text = {"type": "string"}
    record = {
        "type": "object",
        "properties": {"english": text, "chinese": text},
        "required": ["english", "chinese"],
        "additionalProperties": False,
    }
    assert schema(Titles) == {**record, "$defs": {"Titles": record}}
    assert schema(list[str] | None) == {"anyOf": [{"type": "array", "items": text}, {"type": "null"}]}


@pytest.mark.parametrize(
    ("change", "fits"),
    [
        ({}, True),
        ({"grown": None}, True),
        ({"name": "root"}, False),
        ({"grown": 2024}, False),
        ({"below": [{"name": "leaf"}]}, False),
        ({"place": [1]}, False),
        ({"place": [1, 2, 3]}, False),
        ({"counts": [["a", "b"]]}, False),
        ({"more": 1}, False),
    ],
)
def test_a_schema_tells_what_fits(change: dict[str, Any], fits: bool) -> None:
    """Choices, dates, pairs, records within records and unknown fields are each held to."""
    made = schema(Tree)
    jsonschema.Draft202012Validator.check_schema(made)
    record = wire(Tree("branch", dt.date(2024, 5, 8), (Tree("leaf", None),), (1, 2), (("a", 1),)))
    assert jsonschema.Draft202012Validator(made).is_valid({**record, **change}) is fits


def test_an_unknown_type_is_an_error() -> None:
    """What `wire` does not write has no schema."""
    with pytest.raises(TypeError, match="no schema is known"):
        schema(complex)


@pytest.mark.real
@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_written_fits_its_schema(library: Library, question: str) -> None:
    """Answers, refusals, lists, comparisons and hits are written as their schemas say."""
    assert jsonschema.Draft202012Validator(schema(Answer)).is_valid(wire(library.ask(question)))
    assert jsonschema.Draft202012Validator(schema(list[Hit])).is_valid(wire(library.retrieve(question, k=20)))


@pytest.mark.real
def test_every_item_fits_its_schema(library: Library) -> None:
    """All items of the corpus."""
    items = library.items()
    assert len(items) > 50
    assert jsonschema.Draft202012Validator(schema(list[Item])).is_valid(wire(items))
