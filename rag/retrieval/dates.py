"""Time in a question's words: windows in which something happened, and years by which something is due.

Takes a text and the days the corpus has items of; gives windows with the words they were read from. English, German and
Chinese. A deadline ("goals for 2027", "by 2025") is not a window: it says when something is due, not when it was done.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from rag.briefs.records import Span
from rag.retrieval.points import COUNTS, THROUGH, TO, Day, Window, count_of, last_day, points_in

_BEFORE = re.compile(
    r"(?<!not )(?<!or )\b(?:before|prior to|earlier than|older than|vor(?: dem)?)\s+(?:the\s+)?(?:year\s+)?$", re.I
)
_AFTER = re.compile(r"\b(?:after|later than|newer than|nach(?: dem)?)\s+(?:the\s+)?(?:year\s+)?$", re.I)
_SINCE = re.compile(
    r"\b(?:since|(?:not|no) (?:before|earlier than)|on or after|as of|frühestens|"
    r"starting(?: from| in)?|ab|seit)\s+(?:the\s+)?$",
    re.I,
)
_UNTIL = re.compile(
    r"\b(?:until|till|on or before|up to(?: and including)?|(?<!run )(?<!walk )(?<!go )(?<!me )(?<!us )through|"
    r"no later than|bis(?: einschließlich)?(?: zum)?)\s+(?:the\s+)?$",
    re.I,
)
_ONWARDS = re.compile(r"^,?\s+(?:onwards?|or later|and (?:after|later)|and thereafter|(?:und|oder) später)", re.I)
_REST = re.compile(
    r"^,?\s*(?:-|–|to|until|till|through|bis(?: zum)?)\s*(?:the )?(?:end|ende) (?:of |des )?"
    r"(?:(?:that|this|the|the same) month|monats)",
    re.I,
)
_THAT_YEAR = re.compile(r"\b(?:within|of|in) (?:that|the same) year\b", re.I)
_THAT_MONTH = re.compile(r"\b(?:that|the same) month\b|\b(?:in )?(?:dem|diesem)(?:selben)? monat\b", re.I)
_BETWEEN = re.compile(rf"^{TO}(?:the\s+)?$", re.I)
_REACHING = re.compile(rf"^{THROUGH}(?:the\s+)?$", re.I)
_AND = re.compile(r" ?(?:and|und|&|、|和) ?", re.I)
_BY = re.compile(r"\bby\s+(?:the\s+)?$", re.I)
_PAST = re.compile(r"\b(?:had|did|was|were|has|have) (?:\w+ )?(?:been|issued|published|released|become|done)?", re.I)
_IN = re.compile(r"\b(?:in|during|of|im)\s+$", re.I)
_DUE = re.compile(
    r"\b(?:by|due|deadline|goals?|targets?|objectives?|plan(?:s|ned)?|expected|aims?|ziele?|geplant|bis)\b|目标|到$",
    re.I,
)
_DUE_AFTER = re.compile(
    r"^\s*(?:as (?:the |a )?(?:deadline|target|goal)|(?:goals?|targets?|deadlines?)\b)|^年?的?目标", re.I
)


_LOOK_BACK = 40  # characters before a time in which the word stands that opens it


@dataclass(frozen=True, slots=True)
class Times:
    """What a text says of time."""

    windows: tuple[Window, ...]  # in order of appearance
    deadlines: tuple[int, ...]  # years by which something is due
    spans: tuple[Span, ...]  # the words of all of them
    impossible: tuple[str, ...] = ()  # days that the calendar lacks, in the text's words


def read_times(text: str, covered: Collection[Day] = (), *, apart: bool = False) -> Times:
    """Windows and deadlines in a text; with `apart` "from A to B" are two windows.

    A month without a year is of a year named elsewhere in the text, else of the latest year `covered` has it in.
    """
    impossible: list[Span] = []
    points = list(points_in(text, covered, impossible))
    windows: list[Window] = []
    deadlines: list[tuple[int, Span]] = []
    position = 0
    while position < len(points):
        point = points[position]
        following = points[position + 1] if position + 1 < len(points) else None
        before = text[max(0, point.span[0] - _LOOK_BACK) : point.span[0]]
        if _BY.search(before) and not apart and _is_past(text, point, covered):
            windows.append(Window(None, point.until, point.span))
        elif not apart and (_BY.search(before) or (point.year_only and _is_due(text, point, covered))):
            deadlines.append((point.until.year, point.span))  # type: ignore[union-attr]  # a point has both ends
        elif following and not apart and _joins(text, point, following):
            windows.append(
                replace(following, since=point.since, span=(point.span[0], following.span[1]), year_only=False)
            )
            position += 1
        else:
            windows.append(_opened(before, point, text[point.span[1] :]))
        position += 1
    spans = (*(w.span for w in windows), *(span for _, span in deadlines), *impossible)
    lacking = tuple(text[slice(*span)] for span in impossible)
    return Times(tuple(windows), tuple(year for year, _ in deadlines), spans, lacking)


def _joins(text: str, first: Window, second: Window) -> bool:
    """Whether "between A and B" or "from A to B" makes one window of two."""
    opened = re.search(r"\b(?:between|from|zwischen|von|vom)\s+(?:the\s+)?$", text[: first.span[0]], re.I)
    between = text[first.span[1] : second.span[0]]
    months = not first.year_only and not second.year_only and first.until and second.since
    neighbours = months and first.until + dt.timedelta(days=1) == second.since  # type: ignore[operator]  # not None then
    return bool(
        (opened and _BETWEEN.match(between))
        or (months and _REACHING.match(between))
        or (neighbours and _AND.fullmatch(between))
    )


def _opened(before: str, point: Window, after: str) -> Window:
    """A point with the word before or after it: "before 2023" ends where 2023 begins, "15 April onwards" is open."""
    window = _from_word(before, point, after)
    if window.since and not window.until and _THAT_MONTH.search(after):
        window = replace(window, until=last_day(window.since.year, window.since.month))
    elif window.since and not window.until and _THAT_YEAR.search(after):
        window = replace(window, until=Day(window.since.year, 12, 31))
    return window


def _from_word(before: str, point: Window, after: str) -> Window:
    day = dt.timedelta(days=1)
    if onwards := _ONWARDS.match(after):
        return replace(point, until=None, span=(point.span[0], point.span[1] + onwards.end()), year_only=False)
    if (rest := _REST.match(after)) and point.until:
        end = last_day(point.until.year, point.until.month)
        return replace(point, until=end, span=(point.span[0], point.span[1] + rest.end()))
    if counted := _counted_from(before, point):
        return counted
    for pattern, since, until in (
        (_SINCE, point.since, None),
        (_BEFORE, None, point.since and point.since - day),
        (_AFTER, point.until and point.until + day, None),
        (_UNTIL, None, point.until),
    ):
        if match := pattern.search(before):
            return Window(since, until, (point.span[0] - len(before) + match.start(), point.span[1]))
    return point


_NUMBER = rf"(?P<count>\d{{1,2}}|{'|'.join(COUNTS)})"
_WEEK_OF = re.compile(r"\b(?:week|woche) (?:of|from|beginning|starting|vom|ab)(?: on| the)? $", re.I)
_AROUND = re.compile(rf"\bwithin {_NUMBER} days (?:of|from|around)(?: the)? $", re.I)
_RUN_UP = re.compile(rf"\b{_NUMBER} days (?:leading up to|up to|before|prior to|ahead of)(?: the)? $", re.I)
_FOLLOWING = re.compile(rf"\b{_NUMBER} days (?:after|following|from)(?: the)? $", re.I)


def _counted_from(before: str, day: Window) -> Window | None:
    """Days counted from one: "the week of 10 April", "within ten days of 2 April", "the ten days before 1 March"."""
    if day.since is None or day.since != day.until:
        return None
    start = day.span[0] - len(before)
    if week := _WEEK_OF.search(before):
        return _around(day.since, (start + week.start(), day.span[1]), 0, 6)
    for pattern, back, on in ((_AROUND, 1, 1), (_RUN_UP, 1, 0), (_FOLLOWING, 0, 1)):
        if said := pattern.search(before):
            count = count_of(said["count"])
            return _around(day.since, (start + said.start(), day.span[1]), back * count, on * count)
    return None


def _around(day: Day, span: Span, back: int, on: int) -> Window:
    return Window(day - dt.timedelta(days=back), day + dt.timedelta(days=on), span)


def _is_past(text: str, point: Window, covered: Collection[Day]) -> bool:
    """Whether "by the end of April 2023" asks what was done up to then."""
    over = point.until is not None and any(point.until <= day for day in covered)
    return over and not point.year_only and bool(_PAST.search(text))


def _is_due(text: str, year: Window, covered: Collection[Day]) -> bool:
    """Whether a year alone is a deadline: "by 2025", "goals for 2027", "2027 as the deadline".

    "In" a year that is over for the corpus, something was done.
    """
    clause = text[max(0, year.span[0] - 40) : year.span[0]]
    if _IN.search(clause) and year.since and any(year.since.year <= day.year for day in covered):
        return False
    return bool(_DUE.search(clause.rpartition(",")[2]) or _DUE_AFTER.search(text[year.span[1] :]))
