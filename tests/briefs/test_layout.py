"""Variants of the layout that are not in the five issues, made from the hand-made brief by one change each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rag.briefs.records import Issue

Read = Callable[[str | bytes], Issue]


@pytest.fixture
def brief(data: Path) -> str:
    """A valid brief with a contents list, an appendix, an exhibit and page breaks."""
    return (data / "valid" / "plain.txt").read_text(encoding="utf-8")


def facts(issue: Issue) -> list[tuple[object, ...]]:
    """What must not depend on the variant."""
    return [
        (item.id, item.heading, item.date, item.bodies, item.titles, [p.kind for p in item.parts])
        for item in issue.items
    ]


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends(read: Read, brief: str, end: str) -> None:
    """Other line ends give the same items, and spans still slice the decoded file exactly."""
    changed = brief.replace("\n", end)
    issue = read(changed.encode())
    assert facts(issue) == facts(read(brief))
    issue = read(changed.encode())
    assert all(changed[slice(*item.span)] == item.text for item in issue.items)


def test_byte_order_mark(read: Read, brief: str) -> None:
    """With a byte order mark, spans are those of the text without it."""
    plain = [item.span for item in read(brief).items]
    assert [item.span for item in read(b"\xef\xbb\xbf" + brief.encode()).items] == plain


def test_without_contents_list(read: Read, brief: str) -> None:
    """Without a contents list the items are the same and have no pages."""
    start, end = brief.index("CONTENTS"), brief.index("MERICS TOP 5\n\n1.")
    issue = read(brief[:start] + brief[end:])
    assert facts(issue) == facts(read(brief))
    assert {item.page for item in issue.items} == {None}


def test_contents_list_without_pages(read: Read, brief: str) -> None:
    """A contents list that names sections without pages is not taken for the sections."""
    start, end = brief.index("CONTENTS"), brief.index("MERICS TOP 5\n\n1.")
    contents = "CONTENTS\n\nMERICS TOP 5\n1. Lanterns for all\n2. Kites\nNOTEWORTHY\nPolicy news\nCorporate news\n\n"
    issue = read(brief[:start] + contents + brief[end:])
    assert facts(issue) == facts(read(brief))
    assert issue.unplaced == ()
    assert {item.page for item in issue.items} == {None}


def test_contents_entry_over_two_lines(read: Read, brief: str) -> None:
    """An entry that is broken in two has the page of its second line."""
    issue = read(brief.replace("for all: Beijing’s plan", "for all: Beijing’s\nplan", 1))
    assert issue.items[0].page == 2
    assert issue.unplaced == ()


def test_heading_without_a_glance(read: Read, brief: str) -> None:
    """A story without "At a glance" is recognised by the contents list, for all its apostrophes and misprints."""
    issue = read(brief.replace("At a glance: Kites now", "Kites now", 1))
    assert [item.heading for item in issue.items[:2]] == [item.heading for item in read(brief).items[:2]]
    assert issue.items[1].parts[0].kind == "glance"


def test_numbered_list_with_the_next_number(read: Read, brief: str) -> None:
    """The list after the first story has a line that begins with the next story's number, and stays a list."""
    appendix = read(brief).items[0].parts[-1]
    assert appendix.kind == "appendix"
    assert "2. Kite makers' lantern" in appendix.text


def test_labels_of_their_own(read: Read, brief: str) -> None:
    """A label may stand in a line of its own, bold, with or without its colon."""
    changed = brief.replace("At a glance: Three", "**At a glance**\n\nThree", 1).replace(
        "MERICS comment: Lanterns", "**MERICS comment**\n\nLanterns", 1
    )
    assert facts(read(changed)) == facts(read(brief))


def test_stray_text_is_reported(read: Read, brief: str) -> None:
    """Text above the first story and between finished bullets is reported with its line, and nothing else changes."""
    changed = brief.replace("MERICS TOP 5\n\n1.", "MERICS TOP 5\n\nSee overleaf.\n\n1.", 1)
    changed = changed.replace("([MOF notice](#))\n", "([MOF notice](#))\n\nContinued below.\n\n", 1)
    issue = read(changed)
    assert [unplaced.text for unplaced in issue.unplaced] == ["See overleaf.", "Continued below."]
    lines = changed.split("\n")
    assert [lines[unplaced.line - 1] for unplaced in issue.unplaced] == ["See overleaf.", "Continued below."]
    assert facts(issue) == facts(read(brief))


def test_story_without_issuing_line(read: Read, brief: str) -> None:
    """A story may name no issuing body and no document; its date it must have."""
    changed = brief.replace("Issuing body: Kite Weekly, republished by the MIIT\n", "", 1)
    changed = changed.replace("Article: Kite Rules 风筝规则 ([Link](#))\n", "", 1)
    item = read(changed).items[1]
    assert (item.bodies, item.via, item.titles.english, item.titles.chinese) == ((), (), "", "")
    assert item.date.isoformat() == "2025-05-12"


def test_bullet_dates_over_the_turn_of_the_year(read: Read, brief: str) -> None:
    """A bullet's month later than the issue's is in the year before; a range is dated by its first day."""
    issue = read(brief.replace("*April 29:*", "*December 29 - January 3:*", 1).replace("*May 6:*", "June 2:", 1))
    assert [item.date.isoformat() for item in issue.items[2:4]] == ["2024-12-29", "2025-06-02"]


@pytest.mark.parametrize(
    ("line", "period"),
    [
        ("(REPORTING PERIOD: APRIL 29 – MAY 27)", ("2025-04-29", "2025-05-27")),
        ("(Reporting period: April 29-May 27, 2025)", ("2025-04-29", "2025-05-27")),
        ("(REPORTING PERIOD: DECEMBER 2 TO JANUARY 3)", ("2024-12-02", "2025-01-03")),
    ],
)
def test_reporting_periods(read: Read, brief: str, line: str, period: tuple[str, str]) -> None:
    """Dashes of any kind and "to" join the first and the last day; years are the issue's or the one before."""
    issue = read(brief.replace("(REPORTING PERIOD: APRIL 29 - MAY 27)", line, 1))
    found = tuple(day.isoformat() for day in issue.period or ())
    assert found == (("2024-12-02", "2025-01-03") if "DECEMBER" in line else period)
