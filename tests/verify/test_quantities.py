"""Figures in a text, whatever they are written as."""

from __future__ import annotations

import pytest

from rag.retrieval.stopwords import Language
from rag.verify.quantities import quantities


def _read(text: str, language: Language = "en") -> list[tuple[str, str]]:
    return [(quantity.key, quantity.bound) for quantity in quantities(text, language)]


@pytest.mark.parametrize(
    "text",
    ["CNY 500 billion", "500bn yuan", "RMB 500bn", "500 billion yuan", "a 500-billion-yuan fund", "¥500,000 million"],
)
def test_one_sum_has_many_writings(text: str) -> None:
    """Currency before or behind, magnitude in a word or letters: one quantity."""
    assert _read(text) == [("#5e+11CNY", "exact")]


@pytest.mark.parametrize(
    ("text", "language", "key"),
    [
        ("318,900 masts", "en", "#318900"),
        ("318900 masts", "en", "#318900"),
        ("318.900 Masten", "de", "#318900"),
        ("31.89万个基站", "zh", "#318900"),
        ("4,8 Milliarden US-Dollar", "de", "#4800000000USD"),
        ("5000亿元", "zh", "#5e+11CNY"),
        ("seventeen agencies", "en", "#17"),
        ("twenty-five agencies", "en", "#25"),
        ("four fifths of them", "en", "#0.8share"),
        ("80 per cent", "en", "#0.8share"),
        ("half of the market", "en", "#0.5share"),
        ("a five-fold rise", "en", "#5share"),
        ("revenue is to quintuple", "en", "#5share"),
        ("five percentage points", "en", "#5points"),
        ("the sixth batch", "en", "#6ordinal"),
        ("over a decade", "en", "#120month"),
        ("十七个部门", "zh", "#17"),
    ],
)
def test_a_figure_is_its_value_and_unit(text: str, language: Language, key: str) -> None:
    """Digits, words, Chinese characters and German separators give the same value; a share is a ratio."""
    assert [found for found, _ in _read(text, language)] == [key]


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("at least 150 ships", "least"),
        ("no fewer than 150 ships", "least"),
        ("150 ships or more", "least"),
        ("up to 150 ships", "most"),
        ("a maximum fine of 150 coins", "most"),
        ("150 new ships at the very most", "most"),
        ("more than 150 ships", "over"),
        ("nearly 150 ships", "nearly"),
        ("some 150 ships", "about"),
        ("超过150艘船", "over"),
        ("150 ships", "exact"),
    ],
)
def test_the_word_beside_a_figure_bounds_it(text: str, bound: str) -> None:
    """A bound stands before the figure or behind what it counts."""
    assert [found for _, found in _read(text)] == [bound]


def test_the_ends_of_a_range_share_their_unit() -> None:
    """ "10-15 years" are 120 to 180 months; "articles 30, 9 and 16" are all articles."""
    assert [key for key, _ in _read("over 10-15 years")] == ["#120month", "#180month"]
    assert [key for key, _ in _read("articles 30, 9 and 16")] == ["#30article", "#9article", "#16article"]
    assert [key for key, _ in _read("50.000 und 1 Million Yuan", "de")] == ["#50000CNY", "#1000000CNY"]


@pytest.mark.parametrize(
    "text",
    ["5G and C919", "IPv6+", "the 14th Five-Year Plan", "one of them", "an A320 jet", "(1) old ones", "CJ-1000A"],
)
def test_a_number_in_a_name_is_no_figure(text: str) -> None:
    """Names of models, plans and standards, items of a list and "one of" count nothing."""
    assert _read(text) == []
