"""Where a quote stands in its item, and how a citation reads over an original and over a digest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from rag.answers.cite import citation_line, cite, cite_quote, locate
from rag.briefs.records import Item

SENTENCE = "A “robot” can't\n  **dance** (yet) [1.5]."


@pytest.fixture
def item(item_of: Callable[..., Item]) -> Item:
    """A bullet with quotation marks, markup, a line end, and characters that mean something to a pattern."""
    return item_of("policy", 3, ("bullets", f"- {SENTENCE} A robot."))


def test_a_quote_to_the_letter_is_exact(item: Item) -> None:
    """Its place gives it back; of two occurrences the first counts."""
    span, located = locate(item, "can't\n  **dance**")
    assert (located, span and item.text[slice(*span)]) == ("exact", "can't\n  **dance**")


@pytest.mark.parametrize("quote", ['A "robot" can’t **dance** (yet) [1.5].', "A „robot« can‘t\t**dance** \n(yet)"])
def test_a_quote_may_differ_in_white_space_and_quotation_marks(item: Item, quote: str) -> None:
    """It is located as normalised, at the words as they stand in the item."""
    span, located = locate(item, quote)
    assert located == "normalised"
    assert span is not None
    assert SENTENCE.startswith(item.text[slice(*span)])


@pytest.mark.parametrize(
    "quote", ["A robot can dance", "a “robot”", "A 'robot' can't", "A “robot”can't", "[1x5]", "", " \n"]
)
def test_any_other_difference_is_not_found(item: Item, quote: str) -> None:
    """Another word, case, kind of quotation mark or missing space is another text; nothing is found nowhere."""
    assert locate(item, quote) == (None, "not found")


def test_a_quote_that_is_not_found_is_kept_as_such(item: Item) -> None:
    """The citation has the quote, no place, and says so."""
    found = cite_quote(2, item, "Robots rule.")
    assert (found.marker, found.item_id, found.quote) == (2, "2023-03-01/policy/3", "Robots rule.")
    assert (found.span, found.located) == (None, "not found")
    assert cite_quote(2, item, "(yet)").located == "exact"


def test_a_stretch_is_cited_verbatim(item: Item) -> None:
    """The quote is the item's text at the place, markup included; the line reads plainly."""
    found = cite(1, item, (2, 2 + len(SENTENCE)))
    assert (found.quote, found.span, found.located) == (SENTENCE, (2, 2 + len(SENTENCE)), "exact")
    assert "**" not in found.line


def test_the_line_of_a_digest_says_that_it_is_none_of_merics(item: Item) -> None:
    """Over a digest the sentence stands unquoted, over an original in quotation marks."""
    assert citation_line(item, "A **robot**.") == (
        "Digest (not MERICS' wording) of China Industries, 1 March 2023, Policy news no. 3: A robot."
    )
    assert citation_line(replace(item, edition="original"), "A **robot**.") == (
        'China Industries, 1 March 2023, Policy news no. 3: "A robot."'
    )
