"""Sentences of an item, their places, and which of them answers best."""

from __future__ import annotations

import datetime as dt

import pytest

from rag.briefs.records import Item, Part, Titles
from rag.retrieval.sentences import best_sentence, coverage, sentences_of

GLANCE = "**At a glance:** The **robot** is cheap. A [car](#) is not."
COMMENT = "**MERICS comment:** Robots and cars are toys."
REFERENCE = "**Article:** Robots, cars and steel (机器人)"


@pytest.fixture
def item() -> Item:
    """A story whose file has something before it, so that places in file and item differ."""
    text = "\n\n".join(("Heading", GLANCE, COMMENT, REFERENCE))

    def part(kind: str, voice: str, written: str) -> Part:
        start = 100 + text.index(written)
        return Part(kind, voice, written, (start, start + len(written)))  # type: ignore[arg-type]  # are literals

    day = dt.date(2023, 3, 1)
    parts = (
        part("glance", "document", GLANCE),
        part("comment", "comment", COMMENT),
        part("reference", "document", REFERENCE),
    )
    span = (100, 100 + len(text))
    return Item(day, "top5", 1, "Heading", day, (), (), (), Titles(), (), parts, text, span, None, "digest")


def test_a_sentence_reads_plainly_and_is_quoted_verbatim(item: Item) -> None:
    """Its text is free of markup, its place gives the words as they stand in the item, markup included."""
    found = sentences_of(item)
    assert [sentence.text for sentence in found[:2]] == ["The robot is cheap.", "A car is not."]
    assert item.text[slice(*found[0].span)] == "The **robot** is cheap."
    assert item.text[slice(*found[1].span)] == "A [car](#) is not."


def test_a_sentence_keeps_who_speaks(item: Item) -> None:
    """Part and voice are those of the part it stands in."""
    assert [(s.part, s.voice, s.part_number) for s in sentences_of(item)] == [
        ("glance", "document", 0),
        ("glance", "document", 0),
        ("comment", "comment", 1),
        ("reference", "document", 2),
    ]


def test_coverage_is_the_share_of_the_weight() -> None:
    """Of weights 3 and 1, the first alone is three quarters; of nothing wanted, nothing is covered."""
    weight = {"robot": 3.0, "car": 1.0}
    assert coverage(("robot", "car"), frozenset(("robot",)), weight) == 0.75
    assert coverage(("robot", "car"), frozenset(("robot", "car", "x")), weight) == 1.0
    assert coverage(("robot",), frozenset(), weight) == 0.0
    assert coverage((), frozenset(("robot",)), weight) == 0.0


def test_the_best_sentence_covers_most(item: Item) -> None:
    """The weightier term decides; of equals the first; reference lines yield to any other."""
    weight = {"robot": 1.0, "car": 2.0, "steel": 1.0}
    assert best_sentence(item, ("robot",), weight).text == "The robot is cheap."
    assert best_sentence(item, ("robot", "car"), weight).text == "Robots and cars are toys."
    assert best_sentence(item, ("nothing",), {"nothing": 1.0}).text == "The robot is cheap."


def test_the_best_sentence_may_be_asked_of_a_stretch(item: Item) -> None:
    """Only sentences that begin inside it count; of a stretch without any, the whole item does."""
    weight = {"robot": 1.0}
    first, second, *_ = sentences_of(item)
    assert best_sentence(item, ("robot",), weight, second.span) == second
    assert best_sentence(item, ("robot",), weight, (0, 3)) == first
