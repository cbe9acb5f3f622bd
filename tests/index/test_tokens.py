"""The one tokeniser: what counts as a word, where it stands, and which terms it is indexed under."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.index.tokens import fold, stem, terms, words


@pytest.mark.parametrize(
    "name", ["robot+", "r&d", "318,900", "c919", "5g+industrial", "state-owned", "3.5", "mic2025", "u.s", "2024-2026"]
)
def test_joiners_stay_inside_a_word(name: str) -> None:
    """What is written without a space is one word, joiners and a closing plus included."""
    assert [word.folded for word in words(f"the {name}, again")] == ["the", name, "again"]


def test_a_compound_is_indexed_whole_and_in_parts() -> None:
    """A compound such as "5G+industrial" is found by itself, by "5G" and by the stem of "industrial"."""
    assert terms("5G+Industrial") == ["5g+industrial", "5g", "industri"]


def test_numbers_are_not_taken_apart() -> None:
    """The number "318,900" is one term: neither 318 nor 900 finds it."""
    assert terms("318,900") == ["318,900"]


def test_chinese_is_cut_into_overlapping_pairs() -> None:
    """A run of Chinese gives each pair of neighbours; a lone character stays alone."""
    assert terms("财政部 和 MOF") == ["财政", "政部", "和", "mof"]


def test_inflections_share_a_stem() -> None:
    """Singular, plural and possessive of a word are one term; short acronyms are left alone."""
    assert stem("robots") == stem("robot") == stem("robot's")
    assert stem("mps") == "mps"


@pytest.mark.parametrize(("one", "other"), [("China’s", "china's"), ("ＢＹＤ", "byd"), ("e\u00admission", "emission")])
def test_case_width_quotes_and_invisible_characters_are_folded(one: str, other: str) -> None:
    """Two spellings that look alike compare equal."""
    assert fold(one) == fold(other)


@given(st.text(max_size=200))
def test_every_word_knows_its_place(text: str) -> None:
    """Whatever the text, a word's slice folds to the word, and words do not overlap."""
    found = words(text)
    assert all(fold(text[word.start : word.end]) == word.folded for word in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
