"""What a corpus holds and what it lacks: covered days, gaps, files set aside, worked out by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from rag.analysis.holdings import Gap, Holding, Stretch, gaps, holdings
from rag.briefs.records import Edition, Item, Section, Titles
from rag.index.catalogue import IssueInfo
from rag.index.manifest import Counts, Manifest
from rag.library import Library
from rag.terminal import show_holdings
from rag.wire import wire

MANIFEST = Manifest("generation-0", None, "e0e0", None, 3, "", "", Counts(1, 1, 7, 7), {}, {})


def day(text: str) -> dt.date:
    """A date as it is written."""
    return dt.date.fromisoformat(text)


def issue(date: str, first: str = "", last: str = "", *, stated: bool = True) -> Holding:
    """An issue that covers these days; without days it has no items either."""
    covers = (day(first), day(last)) if first else None
    return Holding(day(date), "digest", f"{date}.md", covers if stated else None, covers, {}, ())


def days(*issues: Holding) -> list[tuple[str, str, int]]:
    """The gaps between issues, as text."""
    return [(str(gap.first), str(gap.last), gap.days) for gap in gaps(issues)]


def test_a_gap_is_what_lies_between_two_periods() -> None:
    """From the day after one period to the day before the next, both included; adjoining periods leave none."""
    january, march = issue("2024-02-01", "2024-01-01", "2024-01-31"), issue("2024-04-01", "2024-03-01", "2024-03-31")
    assert days(january, march) == [("2024-02-01", "2024-02-29", 29)]
    assert days(january, issue("2024-03-01", "2024-02-01", "2024-02-29"), march) == []
    assert days(march) == days() == []


def test_one_missing_day_is_a_gap() -> None:
    """The shortest gap has one day."""
    assert days(issue("2024-02-01", "2024-01-01", "2024-01-30"), issue("2024-03-01", "2024-02-01", "2024-02-02")) == [
        ("2024-01-31", "2024-01-31", 1)
    ]


def test_periods_may_overlap_and_lie_within_one_another() -> None:
    """What any issue covers is no gap, in whatever order the issues come."""
    long = issue("2024-07-01", "2024-01-01", "2024-06-30")
    within, after = issue("2024-03-01", "2024-02-01", "2024-02-10"), issue("2024-09-01", "2024-08-01", "2024-08-31")
    assert days(after, within, long) == [("2024-07-01", "2024-07-31", 31)]


def test_an_issue_without_a_period_makes_its_gaps_unsure() -> None:
    """Its items' days are covered; days beside them may be, which the gap says by naming the issue."""
    unstated = issue("2024-03-01", "2024-02-10", "2024-02-20", stated=False)
    before, after = issue("2024-02-01", "2024-01-01", "2024-01-31"), issue("2024-05-01", "2024-04-01", "2024-04-30")
    assert gaps([before, unstated, after]) == (
        Gap(day("2024-02-01"), day("2024-02-09"), (day("2024-03-01"),)),
        Gap(day("2024-02-21"), day("2024-03-31"), (day("2024-03-01"),)),
    )
    assert gaps([before, after])[0].beside == ()


def test_the_last_days_of_the_calendar_are_no_trouble() -> None:
    """A period may begin on the first day there is and end on the last."""
    whole = issue("9999-12-31", "0001-01-01", "9999-12-31")
    assert days(whole, issue("2024-02-01", "2024-01-01", "2024-01-31")) == []
    assert days(issue("9999-12-31", "9999-12-31", "9999-12-31"), issue("2024-02-01")) == []


@pytest.fixture
def make() -> Callable[[str], Item]:
    """An item of the issue of February 2024, by its day."""

    def item(date: str) -> Item:
        text = "Kites rise."
        return Item(
            issue=day("2024-02-01"), section="policy", number=1, heading="", date=day(date), bodies=(), via=(),
            mentions=(), titles=Titles(), sources=(), parts=(), text=text, span=(0, len(text)), page=None,
            edition="digest",
        )  # fmt: skip

    return item


def info(date: str, edition: Edition, sha256: str, counts: dict[Section, int] | None = None) -> IssueInfo:
    """An issue as the catalogue knows it, its file named by its date alone."""
    return IssueInfo(day(date), None, edition, f"{date}.md", sha256, counts or {}, ((4, "stray"),))


def test_files_are_named_within_the_corpus_and_digests_set_aside() -> None:
    """The input with the issue's hash is its file; briefs among the inputs that no issue was read from were set aside,
    and what is no brief is no file.
    """
    inputs = {"2024-02-01.md": "aa", "originals/2024-02-01.md": "bb", "encoder": "cc", "bodies.toml": "dd"}
    manifest = replace(MANIFEST, inputs=inputs)
    held = holdings([info("2024-02-01", "original", "bb", {"policy": 2})], [], manifest)
    assert [i.file for i in held.issues] == ["originals/2024-02-01.md"]
    assert held.set_aside == ("2024-02-01.md",)
    assert held.issues[0].items == {"top5": 0, "policy": 2, "corporate": 0}
    assert held.issues[0].unplaced == (Stretch(4, "stray"),)
    assert (held.issues[0].covers, held.covers) == (None, None)
    assert (held.generation, held.encoder, held.passages) == ("generation-0", "e0e0", 7)


def test_a_slip_in_an_items_date_covers_nothing(make: Callable[[str], Item]) -> None:
    """Without a period an issue covers from its first item's day to its last one's; an item dated after the issue, or
    more than a year before it, does not count.
    """
    items = [make(date) for date in ("2024-01-09", "9999-12-31", "2024-01-20", "0001-01-01", "2024-02-01")]
    held = holdings([info("2024-02-01", "digest", "aa")], items, MANIFEST)
    assert held.issues[0].covers == (day("2024-01-09"), day("2024-02-01"))
    assert (held.issues[0].period, held.gaps) == (None, ())


def test_the_terminal_and_json_say_the_same() -> None:
    """A gap with its days and its doubt, the file set aside, and the stretch that could not be placed."""
    held = holdings([info("2024-02-01", "original", "bb")], [], replace(MANIFEST, inputs={"a.md": "aa", "b.md": "bb"}))
    unsure = Gap(day("2024-02-02"), day("2024-02-09"), (day("2024-02-01"),))
    text = show_holdings(replace(held, gaps=(unsure,)))
    assert "2024-02-02 to 2024-02-09 (8 days; the issue of 2024-02-01 states no period and may reach into it)" in text
    assert "Set aside, since the original of the issue is there:\n  a.md" in text
    assert "b.md, line 4: stray" in text
    assert wire(unsure) == {"days": 8, "first": "2024-02-02", "last": "2024-02-09", "beside": ["2024-02-01"]}


@pytest.mark.real
def test_the_five_issues_and_their_gaps(editions: Path, built: Callable[[Path], Path]) -> None:
    """In both editions: the issue of March 2023 states no period, all items of the others lie in theirs, and four
    stretches of 113, 32, 183 and 125 days are missing.
    """
    with Library.open(editions, built(editions)) as library:
        held = library.holdings()
        for issue in held.issues:
            assert issue.covers is not None
            first, last = issue.covers
            assert all(first <= item.date <= last for item in library.items(issue=issue.date))
    assert [str(issue.date) for issue in held.issues if not issue.period] == ["2023-03-01"]
    assert [gap.days for gap in held.gaps] == [113, 32, 183, 125]
    assert held.covers == (day("2022-08-31"), day("2024-04-30"))
    assert sum(sum(issue.items.values()) for issue in held.issues) == 94
