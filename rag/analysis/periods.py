"""A side of a comparison as people write it, and as it is called.

Takes "2023-03-01", "2023-04", "2023-Q2", "2023" or two of them with ".." between and the days of the issues; gives
filters. Takes checked filters; gives their name in words. Knows nothing of items.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from rag.briefs.records import SECTION_NAMES, long_date, month_year
from rag.errors import InputError
from rag.retrieval.facets import Facets

if TYPE_CHECKING:
    from rag.library import Filters

Days = tuple[dt.date, dt.date]  # the first and the last, both included
_WRITTEN = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?:(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?|Q(?P<quarter>[1-4])))?", re.I
)
_FORMS = "a date (2023-03-01), a month (2023-04), a quarter (2023-Q2), a year (2023) or two of them (2022-09..2022-12)"
_MOST_SHOWN = 60  # characters of a wrong value


def read_period(text: str, issues: Collection[dt.date], place: str) -> Filters:
    """A side as filters: the issue of a date where there is one, else all that is dated in the stretch.

    `place`: what the text is called in an error ("before"). Raises InputError with place, value and remedy.
    """
    if not isinstance(text, str):
        raise InputError(f"{place}: {text!r} is not text. Write {_FORMS}.")
    begin, dots, end = (part.strip() for part in text.partition(".."))
    first, last = _days(begin, text, place)
    if not dots:
        return {"issue": first} if first == last and first in issues else {"since": first, "until": last}
    _, last = _days(end, text, place)
    if last < first:
        raise InputError(f"{place}: {_shown(text)} ends ({last}) before it begins ({first}). Swap them.")
    return {"since": first, "until": last}


def _days(written: str, text: str, place: str) -> Days:
    match = _WRITTEN.fullmatch(written)
    try:
        if match is None:
            raise ValueError
        year = int(match["year"])
        if match["day"]:
            day = dt.date(year, int(match["month"]), int(match["day"]))
            return day, day
        first, last = 1, 12
        if match["month"]:
            first = last = int(match["month"])
        elif match["quarter"]:
            last = 3 * int(match["quarter"])
            first = last - 2
        return _months(year, first, last)
    except ValueError:
        raise InputError(f"{place}: {_shown(text)} is no stretch of the calendar. Write {_FORMS}.") from None


def _months(year: int, first: int, last: int) -> Days:
    begin = dt.date(year, first, 1)
    return begin, dt.date(year, last, calendar.monthrange(year, last)[1])


def _shown(text: str) -> str:
    return repr(text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + "…")


def name_of(facets: Facets) -> str:
    """Filters in words: "Issue of 1 March 2023", "April 2023, Policy news, MOF"; "All briefs" where there are none."""
    parts = [
        _issues(facets.issue) if facets.issue else "",
        _stretch(facets.since, facets.until),
        _listed([SECTION_NAMES[section] for section in facets.section]),
        _listed(facets.body),
    ]
    return ", ".join(part for part in parts if part) or "All briefs"


def _issues(dates: Sequence[dt.date]) -> str:
    return f"Issue{'s' if len(dates) > 1 else ''} of {_listed([long_date(date) for date in dates])}"


def _stretch(first: dt.date | None, last: dt.date | None) -> str:
    if first is None or last is None:
        return f"{long_date(first)} or later" if first else f"{long_date(last)} or earlier" if last else ""
    if first == last:
        return long_date(first)
    if (first, last) == _months(first.year, 1, 12):
        return str(first.year)
    if (first, last) == _months(first.year, first.month, first.month):
        return month_year(first)
    if first.month % 3 == 1 and (first, last) == _months(first.year, first.month, first.month + 2):
        return f"Q{first.month // 3 + 1} {first.year}"
    return f"{long_date(first)} to {long_date(last)}"


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
