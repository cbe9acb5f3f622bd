"""The 94 items of the five issues, in both editions, against facts typed from the originals."""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from rag.briefs.corpus import read_corpus
from rag.briefs.frame import HEADINGS
from rag.briefs.plain import plain, sentences
from rag.briefs.records import Issue, Item


@pytest.fixture(scope="module")
def issues(editions: Path) -> list[Issue]:
    """The five issues of one edition."""
    return read_corpus(editions)


@pytest.fixture(scope="module")
def items(issues: list[Issue]) -> dict[str, Item]:
    """Their items by id."""
    return {item.id: item for issue in issues for item in issue.items}


def expected_items(data: Path) -> list[dict[str, Any]]:
    """The facts of the 94 items, in order."""
    lines = (data / "items.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_every_item_is_as_the_data_file_says(items: dict[str, Item], data: Path) -> None:
    """Ids, headings, dates, bodies, mentions, titles, pages and parts of all 94 items are those of the originals."""
    expected = expected_items(data)
    assert len(expected) == 94
    found = [
        {
            "id": item.id,
            "heading": item.heading,
            "date": item.date.isoformat(),
            "bodies": list(item.bodies),
            "via": list(item.via),
            "mentions": list(item.mentions),
            "titles": [item.titles.english, item.titles.chinese],
            "page": item.page,
            "parts": [part.kind for part in item.parts],
        }
        for item in items.values()
    ]
    for one, other in zip(found, expected, strict=True):
        assert one == other


def test_each_issue_has_its_number_of_items(issues: list[Issue]) -> None:
    """Five stories an issue, and the bullets of both news sections."""
    counts = {issue.date.isoformat(): Counter(item.section for item in issue.items) for issue in issues}
    assert {date: (c["top5"], c["policy"], c["corporate"]) for date, c in counts.items()} == {
        "2022-10-05": (5, 8, 6),
        "2023-03-01": (5, 6, 5),
        "2023-05-03": (5, 8, 6),
        "2023-12-06": (5, 7, 8),
        "2024-05-08": (5, 8, 7),
    }


def test_reporting_periods(issues: list[Issue]) -> None:
    """Four issues state their reporting period, one has none."""
    periods = [issue.period and tuple(day.isoformat() for day in issue.period) for issue in issues]
    assert periods == [
        ("2022-08-31", "2022-09-27"),
        None,
        ("2023-03-28", "2023-04-24"),
        ("2023-10-25", "2023-11-28"),
        ("2024-04-02", "2024-04-30"),
    ]


def test_nothing_is_left_unplaced(issues: list[Issue]) -> None:
    """Every line of the five files is an item's or the frame's."""
    assert [unplaced for issue in issues for unplaced in issue.unplaced] == []


def test_spans_give_back_the_text(issues: list[Issue]) -> None:
    """Slicing the decoded file by an item's or a part's span gives exactly its text."""
    for issue in issues:
        source = issue.path.read_bytes().decode("utf-8-sig")
        for item in issue.items:
            assert source[slice(*item.span)] == item.text
            assert all(source[slice(*part.span)] == part.text for part in item.parts)


def test_parts_cover_the_item_except_its_heading(items: dict[str, Item]) -> None:
    """Parts follow each other in order, and between and around them is nothing but the heading line and blanks."""
    for item in items.values():
        position = item.span[0] + (len(item.text.partition("\n")[0]) if item.heading else 0)
        for part in item.parts:
            gap = item.text[position - item.span[0] : part.span[0] - item.span[0]]
            assert gap.strip() == "", (item.id, gap)
            position = part.span[1]
        assert position == item.span[1]


def test_items_follow_each_other_without_overlap(issues: list[Issue]) -> None:
    """No character belongs to two items."""
    for issue in issues:
        spans = [item.span for item in issue.items]
        assert all(first[1] <= second[0] for first, second in pairwise(spans))


def test_voices(items: dict[str, Item]) -> None:
    """A document speaks in stories and policy bullets, a paper in corporate bullets, MERICS in its comment only."""
    voices = {(item.section, part.kind, part.voice) for item in items.values() for part in item.parts}
    assert voices == {
        ("top5", "glance", "document"),
        ("top5", "bullets", "document"),
        ("top5", "reference", "document"),
        ("top5", "appendix", "document"),
        ("top5", "explainer", "report"),
        ("top5", "exhibit", "report"),
        ("top5", "comment", "comment"),
        ("policy", "bullets", "document"),
        ("corporate", "bullets", "report"),
    }


def test_sources_of_bullets(items: dict[str, Item]) -> None:
    """Each news bullet names one or two sources; stories name none."""
    counts = Counter(len(item.sources) for item in items.values() if item.section != "top5")
    assert counts == {1: 62, 2: 7}
    assert all(item.sources == () for item in items.values() if item.section == "top5")
    assert set(items["2023-03-01/policy/2"].sources) == {"NMPA notice", "South China Morning Post article"}


def test_appendix_holds_sixteen_technologies(items: dict[str, Item]) -> None:
    """The numbered list after a date line is that story's appendix, not sixteen headings."""
    appendix = items["2023-03-01/top5/3"].parts[-1]
    names = [plain(appendix.text[start:end]) for start, end in sentences(appendix.text)]
    assert len(names) == 1 + 16
    assert names[1] == "Industrial robot rotate vector reducer"
    assert names[9] == "8.5 generation liquid-crystal display glass substrate"


def test_exhibit_lines_are_sentences_of_their_own(items: dict[str, Item]) -> None:
    """The lines of an exhibit after a date line stay apart: heading, caption, axis words, note, source, owner."""
    exhibit = items["2023-03-01/top5/1"].parts[-1]
    lines = [line.strip() for line in exhibit.text.splitlines() if line.strip()]
    assert len(lines) == 6
    assert [exhibit.text[start:end] for start, end in sentences(exhibit.text)] == lines


def test_bullets_are_sentences_of_their_own(items: dict[str, Item]) -> None:
    """Each bullet of a story's list is at least one sentence, without its dash."""
    for item in items.values():
        for part in item.parts:
            if part.kind == "bullets" and item.heading:
                dashes = sum(line.startswith("- ") for line in part.text.splitlines())
                found = sentences(part.text)
                assert len(found) >= dashes > 0
                assert not any(part.text[start:end].startswith("-") for start, end in found)


def test_news_bullets_are_one_sentence_without_date_and_source(items: dict[str, Item]) -> None:
    """The sentence of a news bullet starts after its date label and ends before its source label."""
    for item in items.values():
        if item.section != "top5":
            first = item.text[slice(*sentences(item.text)[0])]
            assert first[0].isupper() or first[0].isdigit()
            assert not any(source in first for source in item.sources)


def test_headings_and_labels_are_in_no_sentence(items: dict[str, Item]) -> None:
    """Sentences of a whole story hold neither its heading nor the labels that say who speaks."""
    for item in items.values():
        if item.heading:
            found = [plain(item.text[start:end]) for start, end in sentences(item.text)]
            assert item.heading not in found
            assert not any(text.startswith(("At a glance", "MERICS comment", "MERICs", "Explainer")) for text in found)


def test_no_line_of_a_file_is_lost(issues: list[Issue]) -> None:
    """A line that is not blank is in an item, is a known line of the frame, or is reported."""
    frame = {*HEADINGS.values(), "NOTEWORTHY", "MERICS", "China Industries", "CONTENTS"}
    for issue in issues:
        source = issue.path.read_bytes().decode("utf-8-sig")
        position, ends = 0, max(item.span[1] for item in issue.items)
        begins = source.index("MERICS TOP 5", source.index("Corporate news"))  # behind the contents list
        for line in source.splitlines(keepends=True):
            start, position = position, position + len(line)
            if begins < start < ends and line.strip(" \t\r\n*#") not in {"", *frame}:
                assert any(item.span[0] <= start and position <= item.span[1] + 2 for item in issue.items), line
