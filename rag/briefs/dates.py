"""Dates as the briefs write them.

Takes a stretch of a line, gives a `datetime.date`, or says in words what is wrong with it. Knows nothing of files and
items; never asks the clock or the locale.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

_MONTHS = "january february march april may june july august september october november december".split()
_MONTH = "|".join(sorted({*_MONTHS, *(month[:3] for month in _MONTHS), "sept"}, key=len, reverse=True))
_DAY = re.compile(
    rf"(?:(?P<month>{_MONTH})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<year>\d{{4}}))?"
    rf"|(?P<day2>\d{{1,2}})\s+(?P<month2>{_MONTH})\.?,?(?:\s+(?P<year2>\d{{4}}))?"
    r"|(?P<year3>\d{4})-(?P<month3>\d{2})-(?P<day3>\d{2}))(?!\w)",
    re.IGNORECASE | re.ASCII,
)


class DateProblem(ValueError):
    """A stretch that is not a date; its text says what was found."""


@dataclass(frozen=True, slots=True)
class Written:
    """A date as written, perhaps without its year, and where it ends in its line."""

    text: str
    day: int
    month: int
    year: int | None
    end: int

    def full(self) -> dt.date:
        """The date, where its year is written."""
        if self.year is None:
            raise DateProblem(f"{self.text!r}, which has no year")
        return self.in_year(self.year)

    def before(self, issue: dt.date) -> dt.date:
        """The date as an issue means it: without a year it is the issue's, or the one before for a later month."""
        return self.in_year(self.year if self.year is not None else issue.year - (self.month > issue.month))

    def in_year(self, year: int) -> dt.date:
        """The date in this year."""
        try:
            return dt.date(year, self.month, self.day)
        except ValueError as error:
            raise DateProblem(f"{self.text!r}, a day that does not exist") from error


def read_day(text: str, pos: int = 0) -> Written | None:
    """A date at this place: `April 2`, `April 02, 2024`, `2 April 2024` or `2024-04-02`; None where there is none."""
    match = _DAY.match(text, pos)
    if match is None:
        return None
    part = match.groupdict()
    name = part["month"] or part["month2"]
    month = 1 + [m[:3] for m in _MONTHS].index(name[:3].casefold()) if name else int(part["month3"])
    year = part["year"] or part["year2"] or part["year3"]
    day = int(part["day"] or part["day2"] or part["day3"])
    return Written(match.group(), day, month, int(year) if year else None, match.end())
