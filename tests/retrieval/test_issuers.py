"""By how many bodies something must be issued, and what is to be left out."""

from __future__ import annotations

import pytest

from rag.retrieval.issuers import Issuers, is_excluded, issuers_of
from rag.retrieval.phrases import FRAMES


@pytest.mark.parametrize(
    ("text", "said", "accepted"),
    [
        ("measures with no other agency", "one body alone", {1}),
        ("issued solely by the MOF", "one body alone", {1}),
        ("measures of more than one ministry", "several bodies", {2, 3, 4}),
        ("which have exactly two issuing bodies", "exactly 2 bodies", {2}),
        ("documents that list three or more issuing bodies", "at least 3 bodies", {3, 4}),
        ("pairs of authorities", "exactly 2 bodies", {2}),
        ("by at least three agencies", "at least 3 bodies", {3, 4}),
        ("by more than 2 ministries", "at least 3 bodies", {3, 4}),
        ("by fewer than three bodies", "at most 2 bodies", {1, 2}),
        ("items without an issuing body", "no body", {0}),
        ("co-issued by X and Y, with or without further partners", "all of them together", {0, 1, 2, 3, 4}),
        ("jointly with the MOF", "all of them together", {0, 1, 2, 3, 4}),
    ],
)
def test_the_number_of_issuers_is_read(text: str, said: str, accepted: set[int]) -> None:
    """In words and figures, exactly or as a bound."""
    issuers = issuers_of(text)
    assert issuers is not None
    assert FRAMES["en"].issuers(issuers) == said
    assert {count for count in range(5) if issuers.accepts(count)} == accepted


@pytest.mark.parametrize(
    "text",
    [
        "alone or jointly",
        "auch zusammen mit anderen Stellen",
        "measures of the MOF",
        "either ministry together",
        "two robots",
    ],
)
def test_nothing_said_of_the_number_restricts_nothing(text: str) -> None:
    """Neither where both are allowed."""
    assert issuers_of(text) is None


def test_all_named_or_only_so_many() -> None:
    """Only "together" asks for every body that is named."""
    assert issuers_of("jointly by both") == Issuers(together=True)
    assert issuers_of("exactly two bodies") == Issuers(2, 2)


@pytest.mark.parametrize(
    "text",
    [
     "without the X", "but not where X is mentioned", "minus those that also talk about X", "which X did not sign",
     "X had no hand in", "X not",
     "not counting X", "außer X"],
)  # fmt: skip
def test_a_name_is_left_out(text: str) -> None:
    """By words before it or behind it."""
    at = text.index("X")
    assert is_excluded(text, at, at + 1)


@pytest.mark.parametrize("text", ["with X", "not only about steel and X", "X and no steel"])
def test_a_name_is_not_left_out(text: str) -> None:
    """A "not" that belongs elsewhere leaves it in."""
    at = text.index("X")
    assert not is_excluded(text, at, at + 1)
