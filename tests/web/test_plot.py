"""Where items lie in time, drawn: scale, columns, marks, and the words that say the same."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest

from rag.web.plot import (
    MOST_MARKS,
    Column,
    Scale,
    column_name,
    column_tick,
    columns_from,
    in_sections,
    keys_html,
    plot_html,
    scale_of,
    start_of,
)

MAY = dt.date(2023, 5, 1)


@pytest.mark.parametrize(
    ("last", "scale"),
    [
        (dt.date(2023, 5, 31), "month"),
        (dt.date(2026, 4, 30), "month"),
        (dt.date(2026, 5, 1), "quarter"),
        (dt.date(2029, 3, 31), "quarter"),
        (dt.date(2029, 4, 1), "year"),
        (dt.date(2123, 5, 1), "year"),
    ],
)
def test_a_long_time_is_drawn_on_a_coarser_scale(last: dt.date, scale: Scale) -> None:
    """Three years by month, six by quarter, more by year."""
    assert scale_of(MAY, last) == scale


def test_columns_leave_no_time_out() -> None:
    """They run from the one that holds the first day to the one that holds the last, each named by its first day."""
    days = dt.date(2022, 11, 30), dt.date(2023, 2, 1)
    assert columns_from(*days, "month") == [
        dt.date(2022, 11, 1),
        dt.date(2022, 12, 1),
        dt.date(2023, 1, 1),
        dt.date(2023, 2, 1),
    ]
    assert columns_from(*days, "quarter") == [dt.date(2022, 10, 1), dt.date(2023, 1, 1)]
    assert columns_from(*days, "year") == [dt.date(2022, 1, 1), dt.date(2023, 1, 1)]


@pytest.mark.parametrize(
    ("scale", "start", "name", "tick"),
    [
        ("month", dt.date(2023, 5, 1), "May 2023", "May"),
        ("quarter", dt.date(2023, 4, 1), "Quarter 2 of 2023", "Q2"),
        ("year", dt.date(2023, 1, 1), "2023", "2023"),
    ],
)
def test_a_column_is_named_by_its_time(scale: Scale, start: dt.date, name: str, tick: str) -> None:
    """In words for those who listen, in few letters below it."""
    assert start_of(dt.date(2023, 5, 17), scale) == start
    assert (column_name(start, scale), column_tick(start, scale)) == (name, tick)


def test_a_column_is_a_link_that_says_what_it_holds() -> None:
    """A mark an item, the sections in their order, and the same in words; one that leads nowhere is no link."""
    held = Column(MAY, "May 2023", "May", {"corporate": 1, "top5": 2}, href="?timeline#at-2023-05")
    page = plot_html([held, Column(MAY, "June 2023", "Jun", {})], "item", "items", years=False)
    (link,) = re.findall(r"<a .*?</a>", page)
    assert 'href="?timeline#at-2023-05"' in link
    assert html.unescape(link).count("May 2023: 3 items, 2 Top 5, 1 Corporate news") == 2  # for eyes and for ears
    assert re.findall(r'class="stack (\w+)">((?:<span></span>)+)', link) == [
        ("top5", "<span></span>" * 2),
        ("corporate", "<span></span>"),
    ]
    assert "June 2023: no items" in html.unescape(page)


def test_what_no_issue_covers_is_told_from_what_holds_nothing() -> None:
    """By its look and in words, and in the key."""
    page = plot_html([Column(MAY, "May 2023", "May", {}, covered=False)], "item", "items", years=True)
    assert 'class="column uncovered"' in page
    assert "May 2023: no issue covers it" in html.unescape(page)
    assert '<span class="year" style="grid-column:span 1">2023</span>' in page
    assert "no issue covers it" in keys_html(["top5"], gaps=True)
    assert "no issue covers it" not in keys_html(["top5"], gaps=False)


@pytest.mark.parametrize(
    ("held", "marks", "note"),
    [(MOST_MARKS, MOST_MARKS, ""), (MOST_MARKS + 1, 151, "up to 2 items"), (100_001, 201, "up to 500 items")],
)
def test_of_very_many_a_mark_stands_for_several(held: int, marks: int, note: str) -> None:
    """No more marks are drawn than can be told apart; how many one stands for is said; none is lost in rounding."""
    page = plot_html([Column(MAY, "May 2023", "May", {"policy": held})], "item", "items", years=False)
    assert page.count("<span></span>") == marks
    assert note in page
    assert ("A mark stands for" in page) == bool(note)


def test_sections_are_counted_in_words() -> None:
    """In the order of an issue; those that hold nothing are left out."""
    assert in_sections({"corporate": 1, "top5": 2, "policy": 0}) == "2 Top 5, 1 Corporate news"
    assert in_sections({}) == ""
