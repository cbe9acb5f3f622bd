"""The table of bodies: one body under all its names, and names in running text."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from rag.briefs import bodies
from rag.briefs.bodies import TABLE, BodyTable
from rag.errors import CorpusError


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("MOF", "MOF"),
        ("mof", "MOF"),
        ("MoF", "MOF"),
        ("Ministry of Finance", "MOF"),
        ("the  ministry of\nfinance", "MOF"),
        ("China's Ministry of Finance (MOF)", "MOF"),
        ("Finance ministry", "MOF"),
        ("Finance Ministry's", "MOF"),
        ("财政部", "MOF"),
        ("工信部", "MIIT"),
        ("Ministry of Industry & Information Technology", "MIIT"),
        ("国家网信办", "CAC"),
        ("网信办", "CAC"),
        ("发改委", "NDRC"),
        ("国务院国资委", "SASAC"),
        ("国务院", "State Council"),
        ("NFRA", "SAFR"),
        ("MARA", "MOA"),
        ("State owned Assets Supervision and Administration Commission", "SASAC"),
        ("China Securities and Regulatory Commission", "CSRC"),
        ("Shanghai\N{RIGHT SINGLE QUOTATION MARK}s Municipal Government", "Shanghai's Municipal Government"),
        ("Shanghai Municipal People's Government", "Shanghai's Municipal Government"),
        ("求是", "Qiushi"),
        ("Ministry of Magic", None),
        ("", None),
    ],
)
def test_one_body_under_all_its_names(bodies: BodyTable, name: str, key: str | None) -> None:
    """Acronyms, English and Chinese names, in any case, with articles and possessives, lead to one key."""
    assert bodies.resolve(name) == key


def test_every_name_leads_to_its_body(bodies: BodyTable) -> None:
    """Each name of the table resolves to its own body, and is found in a sentence."""
    for key in bodies:
        for name in bodies.names(key):
            assert bodies.resolve(name) == key
            assert [found for found, _, _ in bodies.find(f"Was {name} asked?")] == [key], name


def test_every_body_of_the_issues_is_in_the_table(bodies: BodyTable, data: Path) -> None:
    """All bodies that the five issues name are keys of the table; a research group alone is kept as written."""
    items = [json.loads(line) for line in (data / "items.jsonl").read_text(encoding="utf-8").splitlines()]
    named = {body for item in items for body in (*item["bodies"], *item["via"], *item["mentions"])}
    unknown = sorted(named - set(bodies))
    assert len(named) > 25
    assert [name[:30] for name in unknown] == ["CASS's Major Research Project "]


def test_names_begin_with_the_key(bodies: BodyTable) -> None:
    """A body's names are its key, then the official English name, and the Chinese ones."""
    assert bodies.names("MOF")[:4] == ("MOF", "Ministry of Finance", "MoF", "财政部")
    assert bodies.names("Ministry of Magic") == ("Ministry of Magic",)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The start of the STA's day", ["STA"]),
        ("Most sac and cac words are no acronyms; mof neither", []),
        ("SACs and MOFX and xMOF", []),
        ("MOF-backed, (MIIT) and NDRC.", ["MOF", "MIIT", "NDRC"]),
        ("the ministry of finance and the finance ministry", ["MOF", "MOF"]),
        ("Ministry of\n\nFinance", ["MOF"]),
        ("国务院国资委和财政部", ["SASAC", "MOF"]),
        ("the Ministry of Human Resources and Social Security", ["MOHRSS"]),
        ("Japan's Ministry of Finance, the German finance ministry", []),
        ("China's Ministry of Finance", ["MOF"]),
        ("French shipping giant CMA CGM", []),
    ],
)
def test_names_in_running_text(bodies: BodyTable, text: str, found: list[str]) -> None:
    """Acronyms count only as written and as whole words; of overlapping names the longest counts."""
    assert [key for key, _, _ in bodies.find(text)] == found


def test_places_of_names(bodies: BodyTable) -> None:
    """A name's place is exactly the name."""
    text = "On Monday the Ministry of Finance (MOF) met 财政部 staff"
    assert [text[start:end] for _, start, end in bodies.find(text)] == ["Ministry of Finance", "MOF", "财政部"]


def test_nearest(bodies: BodyTable) -> None:
    """A misspelt name offers the bodies whose names look most like it, nothing far off."""
    assert bodies.nearest("Ministery of Finanse")[0] == "MOF"
    assert bodies.nearest("Cyberspace Admin of China")[0] == "CAC"
    assert bodies.nearest("xyzzy") == []


def test_own_table_adds_bodies_and_names(tmp_path: Path) -> None:
    """A file of the same form adds new bodies, and names to known ones; what was there stays."""
    own = tmp_path / TABLE.name
    own.write_text('[MOF]\nenglish = ["Treasury"]\n["Harbour Office"]\nchinese = ["港口办"]\n', encoding="utf-8")
    bodies = BodyTable.load(own)
    assert bodies.resolve("treasury") == bodies.resolve("财政部") == "MOF"
    assert bodies.resolve("港口办") == "Harbour Office"
    assert bodies.names("MOF")[:2] == ("MOF", "Ministry of Finance")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[MOF", "not a table of bodies"),
        ("MOF = 3", "'MOF' is not a table"),
        ("[MOF]\nfrench = []", "[MOF] has 'french'; expected english, acronyms, chinese, german"),
        ('[MOF]\nenglish = "Treasury"', "english of [MOF] is 'Treasury'; expected a list of names"),
        ('[MOF]\nenglish = [""]', "english of [MOF] is ['']"),
        ('[Treasury]\nchinese = ["财政部"]', "'财政部' is a name of both [MOF] and [Treasury]"),
    ],
)
def test_broken_own_table(tmp_path: Path, text: str, message: str) -> None:
    """A table that cannot be used is refused with the file and what is wrong with it."""
    own = tmp_path / TABLE.name
    own.write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match=re.escape(message)) as caught:
        BodyTable.load(own)
    assert str(own) in str(caught.value)


def test_table_that_is_not_text(tmp_path: Path) -> None:
    """A table that is not UTF-8, or not there, is refused as well."""
    own = tmp_path / TABLE.name
    with pytest.raises(CorpusError, match="cannot be read"):
        BodyTable.load(own)
    own.write_bytes(b"\xff\xfe")
    with pytest.raises(CorpusError, match="not a table of bodies"):
        BodyTable.load(own)


def test_loading_compiles_no_pattern() -> None:
    """A name's pattern is made when a text may hold it: opening a library waits for none."""
    bodies._pattern.cache_clear()
    table = BodyTable.load()
    assert bodies._pattern.cache_info().currsize == 0
    assert [key for key, _, _ in table.find("The Ministry of Finance met.")] == ["MOF"]
    assert 0 < bodies._pattern.cache_info().currsize < 40
