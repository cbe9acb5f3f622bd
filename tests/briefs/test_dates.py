"""Dates as the briefs write them."""

from __future__ import annotations

import datetime as dt

import pytest

from rag.briefs.dates import DateProblem, read_day


@pytest.mark.parametrize(
    "text",
    ["April 02, 2024", "April 2, 2024", "APRIL 2 2024", "Apr. 2nd, 2024", "2 April 2024", "2024-04-02", "2 Apr 2024"],
)
def test_forms(text: str) -> None:
    """One day in all its forms."""
    day = read_day(text)
    assert day is not None
    assert day.full() == dt.date(2024, 4, 2)
    assert day.end == len(text)


@pytest.mark.parametrize(
    "text", ["", "early April", "2024", "Apricot 2, 2024", "April", "in April 2, 2024", "April 2024"]
)
def test_no_date(text: str) -> None:
    """What is no date, or does not begin with one, is none."""
    assert read_day(text) is None


@pytest.mark.parametrize(
    ("text", "issue", "expected"),
    [
        ("April 2", dt.date(2024, 5, 8), dt.date(2024, 4, 2)),
        ("May 31", dt.date(2024, 5, 8), dt.date(2024, 5, 31)),
        ("December 9", dt.date(2026, 1, 14), dt.date(2025, 12, 9)),
        ("February 29", dt.date(2024, 3, 6), dt.date(2024, 2, 29)),
        ("March 1, 2021", dt.date(2024, 5, 8), dt.date(2021, 3, 1)),
    ],
)
def test_year_of_the_issue(text: str, issue: dt.date, expected: dt.date) -> None:
    """Without a year a date is in the issue's, or in the one before where its month is later than the issue's."""
    day = read_day(text)
    assert day is not None
    assert day.before(issue) == expected


def test_days_that_do_not_exist() -> None:
    """31 February is refused in words, and so is a full date without its year."""
    for text, message in [("February 31, 2024", "a day that does not exist"), ("February 3", "which has no year")]:
        day = read_day(text)
        assert day is not None
        with pytest.raises(DateProblem, match=message):
            day.full()
