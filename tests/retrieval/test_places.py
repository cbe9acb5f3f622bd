"""Which sections a question looks in, and how several stretches of days stand together."""

from __future__ import annotations

import datetime as dt

import pytest

from rag.retrieval.dates import read_times
from rag.retrieval.places import is_month, is_section, outside, position, sections, several_stretches


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("corporate news on robots", ("corporate",)),
        ("what were companies up to in April?", ("corporate",)),
        ("policy bullets on robots", ("policy",)),
        ("the top 5 of May", ("top5",)),
        ("measures on robots", ("top5", "policy")),
        ("Outside the top-five stories, what is said of steel?", ("policy", "corporate")),
        ("which policy moves were reported (company news can stay out)?", ("top5", "policy")),
        ("policies and company news alike", ()),
        ("government and corporate side together", ()),
        ("events and measures of one day", ()),
        ("all items, whatever the section", ()),
        ("everything under corporate news", ("corporate",)),
        ("top stories and news in brief", ()),
        ("which companies made the news?", ("corporate",)),
        ("sämtliche Firmennachrichten", ("corporate",)),
        ("除企业新闻外还有什么动态?", ("top5", "policy")),
        ("robots", ()),
    ],
)
def test_sections_are_named_left_out_or_all_meant(text: str, named: tuple[str, ...]) -> None:
    """A section by its words; the others where one is left out; none where both sides are wanted."""
    assert sections(text)[0] == named


def test_a_section_is_known_by_its_very_name() -> None:
    """Nothing may stand beside the name."""
    assert is_section("Policy news")
    assert not is_section("policy news on robots")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("the first week of April 2023 and the first week of May 2024", 2),
        ("24-30 September 2022, plus those of 24-30 November 2023", 2),
        ("April 2023, of goals set in May 2024", 0),
        ("the first week of April 2023", 0),
        ("in 2022 and in 2023", 0),
    ],
)
def test_stretches_that_are_joined_are_all_meant(text: str, count: int) -> None:
    """Two times with "and", "plus" or "or" between them are two stretches; a whole year is none."""
    stretches = several_stretches(text, read_times(text, [dt.date(2023, 4, 1)]).windows)
    assert len(stretches) == count
    assert list(stretches) == sorted(stretches)


def test_what_is_left_without_a_window() -> None:
    """Leaving out a stretch in the middle leaves what lies before and behind it."""
    days = [dt.date(2022, 1, 1), dt.date(2024, 12, 31)]
    (year,) = read_times("items of 2023").windows
    assert outside(None, None, [year], days) == (
        (dt.date(2022, 1, 1), dt.date(2022, 12, 31)),
        (dt.date(2024, 1, 1), dt.date(2024, 12, 31)),
    )
    assert outside(dt.date(2023, 5, 1), dt.date(2023, 6, 1), [year], days) == ()
    assert outside(None, None, [year], []) == ()


def test_a_month_is_its_first_to_its_last_day() -> None:
    """Of a leap year too; nothing shorter, longer or open."""
    first = dt.date(2024, 2, 1)
    assert is_month(first, dt.date(2024, 2, 29))
    for since, until in ((first, dt.date(2024, 2, 28)), (first, dt.date(2024, 3, 31)), (first, None), (None, first)):
        assert not is_month(since, until)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("the opening bullet of the policy news", 1),
        ("the third company story", 3),
        ("the corporate section closes with which bullet?", -1),
        ("the last item of the section", -1),
        ("Top 5 story no. 2", 2),
        ("the 4th item", 4),
        ("policy news on robots", None),
    ],
)
def test_an_item_may_be_meant_by_its_place(text: str, place: int | None) -> None:
    """A rank, the beginning, the end or a number of a section."""
    assert position(text)[0] == place
