"""A question's words: put into English, cut into terms, and grouped into what must occur."""

from __future__ import annotations

import pytest

from rag.index.tokens import words
from rag.retrieval.names import Names
from rag.retrieval.spelling import Correction
from rag.retrieval.wording import Group, blanked, in_english, must_hold, quoted, search_terms, without_country

NAMES = Names({"robot": ["robot", "机器人"], "steel": ["steel", "Stahl"], "Acorn": ["Acorn", "橡子"]}, {})


def _required(text: str, *, slips: dict[str, str] | None = None) -> tuple[tuple[Group, ...], tuple[Group, ...]]:
    meant = slips or {}
    corrections = [Correction(w.folded, w.start, w.end, meant[w.folded]) for w in words(text) if w.folded in meant]
    must = must_hold(text, NAMES.find(text), corrections, [], [], NAMES)
    return must.required, must.excluded


def test_blanking_keeps_all_places() -> None:
    """What is blanked out leaves as much white space behind."""
    assert blanked("one two three", [(0, 3), (8, 13)]) == "    two      "


def test_names_are_put_into_english_in_other_languages_only() -> None:
    """Names in a Chinese or German question are translated, Chinese without a name is left out, English stays."""
    for text, english in (
        ("橡子卖了多少机器人？", "Acorn robot"),
        ("Wie viel Stahl hat die Stadt?", "Wie viel steel hat die Stadt?"),
        ("Who sold the Stahl?", "Who sold the Stahl?"),
    ):
        assert in_english(text, NAMES.find(text), []) == english


def test_corrections_are_put_in_place() -> None:
    """A slip is replaced where it stands, several of them too."""
    assert in_english("rbot and crs", [], [Correction("rbot", 0, 4, "robot"), Correction("crs", 9, 12, "cars")]) == (
        "robot and cars"
    )


@pytest.mark.parametrize("text", ['a "big car" b', "a “big car” b", "a „big car“ b", "a «big car» b"])
def test_quoted_stretches_are_found_with_their_marks(text: str) -> None:
    """Straight, curly, German and French quotation marks alike."""
    ((start, end),) = quoted(text)
    assert text[start + 1 : end - 1] == "big car"


def test_search_terms_are_of_the_english_the_chinese_and_the_bodies() -> None:
    """Stems of telling words, pairs of Chinese as written, acronyms of bodies; each once."""
    assert search_terms("What robots did the robot plan want?", "机器人", [("MOF", 0, 3)]) == (
        "robot", "plan", "want", "mof", "机器", "器人",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("all items about robots", (("robot", "机器人"),)),
        ("all items about coal mills", (("coal mills",),)),
        ("all items about coal in mills", (("coal",), ("mills",))),
        ("all items about coal, mills", (("coal",), ("mills",))),
        ("all items about coal or mills", (("coal", "mills"),)),
        ("all items about coal, glass or mills", (("coal", "glass", "mills"),)),
        ("all items about coal, glass and mills", (("coal", "glass", "mills"),)),  # a row with commas
        ("all items about coal (glass, mills, whatever)", (("coal",),)),  # brackets only explain
        ('all items that say "in the Mills"', (("in the Mills",),)),
        ("all items", ()),
    ],
)
def test_what_must_occur_is_grouped(text: str, groups: tuple[Group, ...]) -> None:
    """Telling words in a row are a phrase, "or" makes alternatives, quotes stay whole, framing words are nothing."""
    assert _required(text) == (groups, ())


def test_what_must_occur_is_spelt_as_meant() -> None:
    """A corrected slip is required as it was meant."""
    assert _required("all items about cole", slips={"cole": "coal"}) == ((("coal",),), ())


@pytest.mark.parametrize(
    "text", ["all items about coal, not mills", "all items about coal without the mills", "coal, mills not: all items"]
)
def test_what_must_not_occur_is_told_apart(text: str) -> None:
    """What stands behind "not" or "without" must not be held."""
    assert _required(text) == ((("coal",),), (("mills",),))


@pytest.mark.parametrize(
    ("text", "firm"),
    [
        ("all items about coal", True),  # what the question is on
        ('items with "coal"', True),
        ("all coal items of Borduria", True),  # the name is, the word before it is not
        ("which coal items are there", False),
    ],
)
def test_some_words_are_no_matter_of_wording(text: str, firm: bool) -> None:
    """Names, quotes and what stands behind "on" and the like must be held."""
    assert bool(must_hold(text, [], [], [], [], NAMES).firm) is firm


@pytest.mark.parametrize(
    ("text", "names", "sense"),
    [
        ("What is China's stance on coal?", ["China"], "What is stance on coal?"),
        ("How many Chinese mills are there in China?", [], "How many mills are there ?"),
        ("What did China Southern sell?", ["China Southern"], "What did China Southern sell?"),
        ("China", ["China"], "China"),
    ],
)
def test_the_country_is_not_encoded(text: str, names: list[str], sense: str) -> None:
    """Where all is about China the word says nothing, unless it is part of a name or all there is."""
    assert without_country(text, names) == sense


def test_what_is_left_of_a_name_counts_where_it_is_a_name_itself() -> None:
    """ "Ruritanian" of "Ruritanian firm" is one, "negative" of "negative list" is none."""
    names = Names({"Ruritanian firm": ["Ruritanian firm"], "Ruritania": ["Ruritania", "Ruritanian"],
                   "Negative list": ["Negative list"]}, {})  # fmt: skip
    for text, held in (
        ("every Ruritanian firm", {"Ruritanian firm", "Ruritanian"}),
        ("a negative list", {"Negative list"}),
    ):
        (group,) = must_hold(text, names.find(text), [], [], [], names).required
        assert set(group) == held
