"""Slips of the pen, each one worked out by hand."""

from __future__ import annotations

import pytest

from rag.index.tokens import words
from rag.retrieval.spelling import correct

KNOWN = {"robot": 5, "subsidy": 3, "semiconductor": 2, "plan": 4, "car": 9, "marker": 1, "market": 7, "loan": 2}


def _meant(text: str) -> list[tuple[str, str]]:
    return [(c.written, c.meant) for c in correct(text, words(text), KNOWN)]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("robt", "robot"),  # left out
        ("roboot", "robot"),  # doubled
        ("rabot", "robot"),  # another letter
        ("orbot", "robot"),  # a swap of neighbours is one slip
        ("subisdy", "subsidy"),
        ("semicondcutro", "semiconductor"),  # two slips in a long word
    ],
)
def test_a_slip_is_corrected(written: str, meant: str) -> None:
    """One letter is forgiven, two in words of seven letters and more, a swap of neighbours counting as one."""
    assert _meant(written) == [(written, meant)]


@pytest.mark.parametrize("written", ["rabat", "lxxn", "semicndctr", "zebra"])
def test_more_slips_are_another_word(written: str) -> None:
    """Two slips in a short word, three in a long one, and words near to none are left as they are."""
    assert _meant(written) == []


@pytest.mark.parametrize("written", ["cer", "ca", "plxn2", "汽車"])
def test_some_words_are_never_corrected(written: str) -> None:
    """Words of fewer than four letters, words with digits, and Chinese are too near to others."""
    assert _meant(written) == []


def test_a_capitalised_word_may_be_a_name() -> None:
    """A name is forgiven one slip, never two, and never its first letter."""
    assert _meant("Rabot") == [("rabot", "robot")]
    assert _meant("Semicondcutro") == []
    assert _meant("Sobot") == []
    assert _meant("sobot") == [("sobot", "robot")]


def test_of_equally_near_words_the_more_common_one_is_meant() -> None:
    """ "markef" is as near to "market" as to "marker", which fewer items hold; a first letter is rarely mistyped."""
    assert _meant("markef") == [("markef", "market")]
    assert correct("boan", words("boan"), {"boat": 1, "loan": 9})[0].meant == "boat"


def test_a_correction_knows_its_place() -> None:
    """Start and end are those of the word as written."""
    text = "the subisdy for cars"
    (found,) = correct(text, words("the subisdy")[1:], KNOWN)
    assert text[found.start : found.end] == found.written == "subisdy"
