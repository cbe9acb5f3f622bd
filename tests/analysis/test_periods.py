"""A side of a comparison as it is written, and as it is called."""

from __future__ import annotations

import datetime as dt

import pytest

from rag.analysis.periods import name_of, read_period
from rag.errors import InputError
from rag.retrieval.facets import Facets

ISSUE = dt.date(2023, 3, 1)


@pytest.mark.parametrize(
    ("text", "since", "until", "name"),
    [
        ("2023-03-02", "2023-03-02", "2023-03-02", "2 March 2023"),
        ("2023-04", "2023-04-01", "2023-04-30", "April 2023"),
        ("2024-02", "2024-02-01", "2024-02-29", "February 2024"),
        ("2023-Q2", "2023-04-01", "2023-06-30", "Q2 2023"),
        (" 2023-q4 ", "2023-10-01", "2023-12-31", "Q4 2023"),
        ("2023", "2023-01-01", "2023-12-31", "2023"),
        ("2022-09-01..2022-12-31", "2022-09-01", "2022-12-31", "1 September 2022 to 31 December 2022"),
        ("2022-09 .. 2023-Q1", "2022-09-01", "2023-03-31", "1 September 2022 to 31 March 2023"),
        ("2023-03-01..2023-03-01", "2023-03-01", "2023-03-01", "1 March 2023"),
    ],
)
def test_a_stretch_is_read_and_named(text: str, since: str, until: str, name: str) -> None:
    """A day, month, quarter or year, or from one to another, both included."""
    first, last = dt.date.fromisoformat(since), dt.date.fromisoformat(until)
    assert read_period(text, [ISSUE], "before") == {"since": first, "until": last}
    assert name_of(Facets(since=first, until=last)) == name


def test_the_date_of_an_issue_is_that_issue() -> None:
    """A date is the issue of that day where there is one."""
    assert read_period("2023-03-01", [ISSUE], "before") == {"issue": ISSUE}
    assert name_of(Facets(issue=(ISSUE,))) == "Issue of 1 March 2023"


@pytest.mark.parametrize(
    ("facets", "name"),
    [
        (Facets(), "All briefs"),
        (Facets(since=ISSUE), "1 March 2023 or later"),
        (Facets(until=ISSUE), "1 March 2023 or earlier"),
        (
            Facets(issue=(ISSUE, dt.date(2023, 5, 3)), section=("top5", "policy"), body=("MOF", "MIIT", "CAC")),
            "Issues of 1 March 2023 and 3 May 2023, Top 5 and Policy news, MOF, MIIT and CAC",
        ),
    ],
)
def test_filters_are_named_in_words(facets: Facets, name: str) -> None:
    """Issues, time, sections, bodies, in this order."""
    assert name_of(facets) == name


@pytest.mark.parametrize(
    "text",
    [
        *("", "..", "2023..", "March 2023", "2023-13", "2023-00", "2023-02-30", "2023-Q5", "0000", "23", "２０２３"),
        *("2023-1", "2023..2024..2025", "9" * 100_000),
    ],
)
def test_what_is_no_stretch_of_the_calendar_is_refused(text: str) -> None:
    """The message names the side, what was written, shortened, and what can be."""
    with pytest.raises(InputError) as caught:
        read_period(text, [], "after")
    assert str(caught.value).startswith("after: '")
    assert "2023-Q2" in str(caught.value)
    assert len(str(caught.value)) < 300


def test_an_end_before_the_begin_is_refused() -> None:
    """Both days are named."""
    with pytest.raises(
        InputError, match=r"before: '2023..2022-09' ends \(2022-09-30\) before it begins \(2023-01-01\)"
    ):
        read_period("2023..2022-09", [], "before")
