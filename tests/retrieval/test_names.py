"""Other names of things, in a text and in files of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import CorpusError
from rag.retrieval.names import Names

NAMES = Names(
    {
        "Acorn Motors": ["Acorn Motors", "AM", "ACM", "橡子汽车"],
        "Acorn": ["Acorn", "橡子"],
        "robot plan": ["robot plan", "Roboterplan", "机器人计划"],
        "Inovance": ["Inovance"],
        "smart chip": ["smart chip"],
    },
    {"Acorn Motors": "companies", "Acorn": "companies", "Inovance": "companies", "robot plan": "programmes"},
)


def _found(text: str) -> list[tuple[str, str]]:
    return [(named.name, text[named.start : named.end]) for named in NAMES.find(text)]


def test_of_names_that_overlap_the_longest_wins() -> None:
    """ "Acorn Motors" is one thing, not the shorter "Acorn" with a word behind it; so in Chinese."""
    assert _found("What did Acorn Motors and Acorn sell?") == [("Acorn Motors", "Acorn Motors"), ("Acorn", "Acorn")]
    assert _found("橡子汽车和橡子") == [("Acorn Motors", "橡子汽车"), ("Acorn", "橡子")]


def test_short_names_in_capitals_count_only_as_written() -> None:
    """ "AM" is a company, "am" is a word."""
    assert _found("I am what AM is") == [("Acorn Motors", "AM")]


@pytest.mark.parametrize("written", ["Acorn Motors'", "ACM's", "AM's"])
def test_a_genitive_names_its_owner(written: str) -> None:
    """However short the name is."""
    assert [name for name, _ in _found(f"{written} cars")] == ["Acorn Motors"]


def test_terms_are_compared_by_stems() -> None:
    """Inflections and case of a term do not matter."""
    assert _found("Smart chips and robot plans") == [("smart chip", "Smart chips"), ("robot plan", "robot plans")]


def test_companies_are_compared_whole() -> None:
    """A word that only shares the stem of a company's name is not the company; a genitive and case are forgiven."""
    assert _found("inovation") == []
    assert _found("inovance's drives") == [("Inovance", "inovance's")]


def test_chinese_names_are_found_inside_a_run() -> None:
    """Chinese has no spaces: a name stands anywhere in a run of characters, with its place."""
    (named,) = NAMES.find("有关机器人计划的文件")
    assert (named.name, named.start, named.end, named.written) == ("robot plan", 2, 7, "机器人计划")
    assert named.kind == "programmes"


def test_names_of_a_thing_are_all_of_them_the_first_first() -> None:
    """A thing goes by all its names; a thing that is not there goes by its own."""
    assert NAMES.names("robot plan") == ("robot plan", "Roboterplan", "机器人计划")
    assert NAMES.names("unheard of") == ("unheard of",)


def test_a_file_of_ones_own_adds_things_and_names(tmp_path: Path) -> None:
    """A line adds a thing of its kind, or names to one that is there, which stays of its kind."""
    own = tmp_path / "names.txt"
    own.write_text("# mine\n\n[companies]\nWobblecar | 晃晃汽车\n\n[terms]\nBASF | Badische\n", encoding="utf-8-sig")
    names = Names.load(own)
    (made,) = names.find("晃晃汽车在哪里")
    assert (made.name, made.kind) == ("Wobblecar", "companies")
    assert set(Names.load().names("BASF")) < set(names.names("BASF"))
    (known,) = names.find("Badische")
    assert (known.name, known.kind) == ("BASF", "companies")
    assert not Names.load().find("Wobblecar")


@pytest.mark.parametrize("line", ["alone", "two || bars", "| nothing before", "nothing behind |"])
def test_a_malformed_line_is_named_by_its_number(tmp_path: Path, line: str) -> None:
    """The error tells file, line and what was found there."""
    own = tmp_path / "names.txt"
    own.write_text(f"[terms]\ngood | better\n{line}\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"names\.txt, line 3: expected names between bars") as caught:
        Names.load(own)
    assert repr(line) in str(caught.value)


def test_a_file_that_is_no_text_is_an_error_of_ours(tmp_path: Path) -> None:
    """A missing file and one that is not UTF-8 are told with their path."""
    with pytest.raises(CorpusError, match="cannot be read"):
        Names.load(tmp_path / "missing.txt")
    own = tmp_path / "latin.txt"
    own.write_bytes("Käse | Brot".encode("latin-1"))
    with pytest.raises(CorpusError, match="not UTF-8"):
        Names.load(own)
