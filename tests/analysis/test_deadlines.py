"""Deadlines as they are written, counted from 15 June 2023."""

from __future__ import annotations

import datetime as dt

import pytest

from rag.analysis.deadlines import dues

DAY = dt.date(2023, 6, 15)


def _read(text: str) -> list[tuple[str, str, str]]:
    return [(due.deadline.words, str(due.deadline.first), str(due.deadline.last)) for due in dues(text, DAY)]


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("by 2025", "2025-01-01", "2025-12-31"),
        ("by the year 2025", "2025-01-01", "2025-12-31"),
        ("in 2024", "2024-01-01", "2024-12-31"),
        ("no later than 2025", "2025-01-01", "2025-12-31"),
        ("until 2030", "2030-01-01", "2030-12-31"),
        ("before 2027", "2026-01-01", "2026-12-31"),
        ("before June 2024", "2024-05-01", "2024-05-31"),
        ("before the end of 2025", "2025-12-01", "2025-12-31"),
        ("by the end of 2025", "2025-12-01", "2025-12-31"),
        ("by end-2025", "2025-12-01", "2025-12-31"),
        ("by mid-2024", "2024-06-01", "2024-06-30"),
        ("by early 2025", "2025-01-01", "2025-03-31"),
        ("by the second half of 2025", "2025-07-01", "2025-12-31"),
        ("in the third quarter of 2024", "2024-07-01", "2024-09-30"),
        ("in Q1 2024", "2024-01-01", "2024-03-31"),
        ("for spring 2024", "2024-03-01", "2024-05-31"),
        ("by June 2024", "2024-06-01", "2024-06-30"),
        ("by the end of February 2024", "2024-02-21", "2024-02-29"),
        ("by October", "2023-10-01", "2023-10-31"),
        ("by March", "2024-03-01", "2024-03-31"),
        ("by December 31, 2024", "2024-12-31", "2024-12-31"),
        ("by 30 September 2023", "2023-09-30", "2023-09-30"),
        ("by 2024-09-30", "2024-09-30", "2024-09-30"),
        ("between 2023 and 2025", "2023-01-01", "2025-12-31"),
        ("from 2023 to 2025", "2023-01-01", "2025-12-31"),
        ("in 2024–2026", "2024-01-01", "2026-12-31"),
        ("in 2023-25", "2023-01-01", "2025-12-31"),
        ("in 2024 and 2025", "2024-01-01", "2025-12-31"),
        ("in the 2030s", "2030-01-01", "2039-12-31"),
        ("by the end of the decade", "2020-01-01", "2029-12-31"),
        ("by the middle of the century", "2050-01-01", "2050-12-31"),
        ("this year", "2023-01-01", "2023-12-31"),
        ("next year", "2024-01-01", "2024-12-31"),
        ("by the end of the year", "2023-12-01", "2023-12-31"),
        ("by the end of next year", "2024-12-01", "2024-12-31"),
        ("within three years", "2023-06-15", "2026-06-15"),
        ("over the next five years", "2023-06-15", "2028-06-15"),
        ("in the next 10-15 years", "2023-06-15", "2038-06-15"),
        ("in the coming year", "2023-06-15", "2024-06-15"),
        ("in the next 18 months", "2023-06-15", "2024-12-15"),
        ("by the end of the 14th Five-Year Plan", "2025-01-01", "2025-12-31"),
        ("by the end of the Fifteenth Five-Year Plan period", "2030-01-01", "2030-12-31"),
        ("during the 14th FYP period", "2021-01-01", "2025-12-31"),
        ("from 2027 on", "2027-01-01", "2027-12-31"),
        ("from July 2025 onwards", "2025-07-01", "2025-07-31"),
    ],
)
def test_a_time_ahead_is_a_stretch_of_days(words: str, first: str, last: str) -> None:
    """First and last day of what is named, with its words as they stand."""
    assert _read(f"The city will open ten parks {words}.") == [(words, first, last)]


@pytest.mark.parametrize(
    "text",
    [
        "Ten parks opened in 2022.",
        "Ten parks opened by May 2023.",
        "Output grew by 5 percent compared with 2023.",
        "Output is 5 percent above its 2025 level.",
        "Ten parks opened in May.",
        "The 14th Five-Year Plan names ten parks.",
        "Providers must correct errors within three months.",
        "The license lasts for three years.",
        "There are 2,025 parks and 20250 trees.",
        "By February 30, 2025, nothing happens.",
        "",
    ],
)
def test_what_is_past_or_no_time_gives_nothing(text: str) -> None:
    """Times over, what is compared with, plans by name, durations, figures and days that the calendar lacks."""
    assert not _read(text)


def test_several_times_stand_in_order() -> None:
    """Each with its own place; white space and dashes of other kinds do not matter."""
    text = "By 2025，70 percent; by end‑2027, 80 percent; 90 percent by 2030."
    found = dues(text, DAY)
    assert [text[slice(*due.span)] for due in found] == ["By 2025", "by end‑2027", "by 2030"]


def test_a_day_that_a_leap_year_lacks_is_its_last() -> None:
    """A year from 29 February ends on the 28th."""
    (due,) = dues("within one year", dt.date(2024, 2, 29))
    assert due.deadline.last == dt.date(2025, 2, 28)


_EVERY_WAY = [
    *(f"by {words}" for words in (
        "2025", "the end of 2025", "June 2025", "June", "the end of February", "30 September", "December 31",
        "January 1", "February 29", "May 5, 2025", "the end of the year", "year-end", "the end of next year",
        "the end of the decade", "the middle of the decade", "the middle of the century", "2024 and 2026",
        "the end of the 14th Five-Year Plan",
    )),
    *(f"before {words}" for words in (
        "2025", "June", "January", "January 1", "this year", "the end of the year", "next year", "this spring",
    )),
    "this year", "next year", "in the coming year", "within three years", "within one year", "in the next 18 months",
    "over the next ten to twenty years", "in the next two decades", "in the next month", "in the 2090s", "this decade",
    "next spring", "this autumn", "between 2023 and 2099", "from 2027 on", "during the 14th FYP period",
]  # fmt: skip


@pytest.mark.parametrize("ends", [(dt.date.min, 1), (dt.date.max, -1)], ids=["first day", "last day"])
@pytest.mark.parametrize("words", _EVERY_WAY)
def test_at_the_ends_of_the_calendar_nothing_breaks(words: str, ends: tuple[dt.date, int]) -> None:
    """Whatever day a time counts from, it lies ahead of it within the calendar, or is none."""
    end, way = ends
    for distance in (0, 1, 31, 60, 365, 366, 3653):
        day = end + way * dt.timedelta(distance)
        for due in dues(f"The city will open ten parks {words}.", day):
            assert due.deadline.first <= due.deadline.last
            assert due.deadline.last > day
