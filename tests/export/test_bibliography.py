"""Entries for a reference manager, as Pandoc's citation processor reads them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rag.briefs.records import MONTHS, Item, Titles
from rag.export.bibliography import items_bibtex, items_csl_json, key, to_bibtex, to_csl_json
from rag.export.records import Conversation, Exchange
from rag.export.text import clean
from tests.export import hostile
from tests.export.reading import Pandoc, folded
from tests.made import an_answer, an_item

# Of the CSL-JSON schema (csl-data.json 1.0.2), as far as we write them
TEXTS = {"id", "type", "title", "container-title", "section", "number", "page", "language", "note", "annote"}
DATES = {"issued", "event-date"}
ALL = "---\nnocite: '@*'\n---\n"


def _read(pandoc: Pandoc, entries: str, form: str) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads(pandoc("-f", form, "-t", "csljson", given=entries))
    return read


def test_each_cited_item_is_an_entry_once(talk: Conversation) -> None:
    """All items cited in a conversation, in order of first use, none twice; what comes nearest is not cited."""
    used = [c.item_id for e in talk.exchanges if e.answer for c in e.answer.sources]
    cited = list(dict.fromkeys(used))
    assert len(used) > len(cited) > 20
    expected = [f"merics-{item.replace('/', '-')}-digest" for item in cited]
    assert re.findall(r"^@article\{(.+),$", to_bibtex(talk), re.MULTILINE) == expected
    assert [entry["id"] for entry in json.loads(to_csl_json(talk))] == expected


def test_both_forms_say_the_same(pandoc: Pandoc, talk: Conversation) -> None:
    """What Pandoc reads from BibTeX is what the CSL-JSON says: title, container, days, page, note and annotation."""
    csl = json.loads(to_csl_json(talk))
    for form in ("bibtex", "biblatex"):
        read = _read(pandoc, to_bibtex(talk), form)
        for entry, other in zip(read, csl, strict=True):
            for name in ("id", "type", "container-title", "issued", "event-date", "page"):
                assert entry.get(name) == other.get(name)
            for name in ("title", "note", "annote"):
                assert _bare(entry[name]) == _bare(other[name])


@pytest.mark.parametrize("ending", ["bib", "json"])
def test_a_citation_processor_makes_references(pandoc: Pandoc, talk: Conversation, tmp_path: Path, ending: str) -> None:
    """Pandoc's processor reads the file and prints each item with the brief and the issue's day."""
    path = tmp_path / f"talk.{ending}"
    path.write_text(to_bibtex(talk) if ending == "bib" else to_csl_json(talk), encoding="utf-8")
    references = pandoc("--citeproc", "--bibliography", str(path), "-t", "plain", "--wrap=none", given=ALL)
    assert len(re.split(r"\n\n+", references.strip())) == len(talk.cited)
    assert references.startswith("MERICS China Industries. 2022")
    days = {f"{MONTHS[item.issue.month - 1]} {item.issue.day}, {item.issue.year}" for item in talk.cited}
    assert len(days) > 3
    assert all(day in references for day in days)


def test_csl_holds_to_the_data_model(talk: Conversation) -> None:
    """Only fields that CSL has: texts, and dates as one list of year, month and day."""
    for entry in json.loads(to_csl_json(talk)):
        assert set(entry) <= TEXTS | DATES
        assert all(isinstance(entry[name], str) for name in TEXTS & set(entry))
        for name in DATES:
            ((year, month, day),) = entry[name]["date-parts"]
            assert 2000 < year < 2100 and 1 <= month <= 12 and 1 <= day <= 31


def test_an_entry_says_what_is_known_and_no_more() -> None:
    """No author and no address; a page only where it is known; a digest says that it is none of MERICS' wording."""
    item = an_item("Robots here.", heading="Robots", titles=Titles("Robot Plan", "机器人方案"))
    entry = items_bibtex([item])
    assert entry.startswith("@article{merics-2023-03-01-top5-1-digest,\n  title = {{Robots}},\n")
    assert "note = {Top 5 no. 1, item 2023-03-01/top5/1. Digest, not MERICS’ wording}" in entry
    assert "Official title: Robot Plan. Official Chinese title: 机器人方案" in entry
    assert "pages = {2}" in entry
    original = replace(item, edition="original", page=None)
    entry = items_bibtex([original])
    assert "note = {Top 5 no. 1, item 2023-03-01/top5/1}" in entry
    assert not re.search(r"author|url|pages|igest", entry)
    assert "page" not in json.loads(items_csl_json([original]))[0]


def test_the_two_editions_of_an_item_are_two_entries() -> None:
    """A digest that an original took the place of in mid-conversation stays a source of its own."""
    digest = an_item("Robots here.")
    original = replace(digest, edition="original")
    talk = Conversation(
        "T",
        tuple(Exchange("?", an_answer(item, ["Robots here."]), {item.id: item}) for item in (digest, original, digest)),
    )
    assert talk.cited == (digest, original)
    assert [key(item) for item in talk.cited] == ["merics-2023-03-01-top5-1-digest", "merics-2023-03-01-top5-1"]


def test_a_bullet_goes_by_its_first_words() -> None:
    """What has no heading has the beginning of its first sentence as title, cut between words."""
    short, long = "Robots are here. They work.", f"Robots {'and more robots ' * 20}came. They work."
    items = [an_item(text, heading="", section="corporate") for text in (short, long)]
    whole, cut = (entry["title"] for entry in json.loads(items_csl_json(items)))
    assert whole == "Robots are here."
    assert 100 < len(cut) <= 120
    assert cut.endswith(" …") and long.startswith(f"{cut.removesuffix('…')}")


def _bare(text: str) -> str:
    """A text without the mark-up of CSL, and with typographic apostrophes straightened, as TeX prints them alike."""
    return re.sub(r"</?span[^>]*>", "", text).replace("’", "'").replace("\u00a0", " ")


@pytest.mark.parametrize("form", ["bibtex", "biblatex"])
def test_hostile_headings_break_no_entry(pandoc: Pandoc, form: str) -> None:
    """Braces, backslashes, signs of TeX and what looks like another entry are read back as the heading's own text."""
    unpaired = ("{ lone } } {", "x}, author = {Me}, title = {y", "} @article{a, title={b}} {")
    texts = [clean(text) for text in (*hostile.TEXTS, *unpaired)]
    items: list[Item] = [an_item("x", heading=text, number=number) for number, text in enumerate(texts, 1)]
    read = _read(pandoc, items_bibtex(items), form)
    assert [entry["id"] for entry in read] == [key(item) for item in items]
    assert not any("author" in entry for entry in read)
    for entry, text in zip(read, texts, strict=True):
        # Pandoc does not know what LaTeX calls a brace that has no partner, and leaves it out
        expected = re.sub("[{}]", "", text) if text in unpaired else text
        assert folded(_bare(entry["title"])) == folded(_bare(expected))
