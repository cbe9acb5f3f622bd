"""Time in a question's words: windows in which something happened, and years by which something is due.

Takes a text and the days the corpus has items of; gives windows with the words they were read from. English, German and
Chinese. A deadline ("goals for 2027", "by 2025") is not a window: it says when something is due, not when it was done.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cache

from rag.briefs.records import MONTHS, Span

Day = dt.date

_MONTHS = {name.lower(): number for number, name in enumerate(MONTHS, 1)}
_MONTHS |= {name.lower()[:3]: number for number, name in enumerate(MONTHS, 1)} | {"sept": 9}
_MONTHS |= {"januar": 1, "februar": 2, "märz": 3, "mai": 5, "juni": 6, "juli": 7, "oktober": 10, "dezember": 12}
_MONTH = r"(?P<{0}>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_YEAR = r"(?P<y>(?:19|20)\d\d)"
_DAY = r"(?P<{0}>\d{{1,2}})(?:st|nd|rd|th|\.)?"
_BIS = r"bis(?: einschließlich)?(?: zum)?"
_TO = rf"\s*(?:-|–|/|to|and|until|through|{_BIS}|und)\s*"
_THROUGH = rf"\s*(?:-|–|to|until|up to|through|{_BIS})\s*"
_OF = r"(?:,|\s+of|\s+in|\s+im|\s+des)?\s+"

# Parts of a month and of a year, as the first and last day or month they cover.
_MONTH_PARTS = {
    r"(?:first|1st) half|erste[nr]? hälfte|erste[nr]?": (1, 15),
    r"beginning|early|anfang": (1, 10),
    r"(?:second|2nd|latter|last) half|zweite[nr]? hälfte|zweite[nr]?": (16, 31),
    r"(?:first|1st) week|erste woche": (1, 7),
    r"(?:second|2nd) week|zweite woche": (8, 14),
    r"(?:third|3rd) week|dritte woche": (15, 21),
    r"(?:fourth|4th) week|vierte woche": (22, 28),
    r"(?:last|final) week|letzte woche": (-7, 31),
    r"mid(?:dle)?|mitte": (11, 20),
    r"late|end|ende": (21, 31),
}
_YEAR_PARTS = {
    r"(?:first|1st) half|h1|erste (?:hälfte|jahreshälfte)|erstes halbjahr": (1, 6),
    r"(?:second|2nd) half|h2|zweite (?:hälfte|jahreshälfte)|zweites halbjahr": (7, 12),
    r"(?:first|1st) quarter|q1|erstes quartal": (1, 3),
    r"(?:second|2nd) quarter|q2|zweites quartal": (4, 6),
    r"(?:third|3rd) quarter|q3|drittes quartal": (7, 9),
    r"(?:fourth|4th|last) quarter|q4|viertes quartal": (10, 12),
    r"spring|frühjahr|frühling": (3, 5),
    r"summer|sommer": (6, 8),
    r"autumn|fall|herbst": (9, 11),
    r"early|beginning|anfang": (1, 4),
    r"mid(?:dle)?|mitte": (5, 8),
    r"late|end|ende": (9, 12),
}


_COUNTS = {
    name: number
    for number, names in enumerate("two|zwei three|drei four|vier five|fünf six|sechs seven|sieben eight|acht "
                                   "nine|neun ten|zehn".split(), 2)
    for name in names.split("|")
}  # fmt: skip
_FIRST = ("first", "opening", "ersten")
_EDGE = (
    rf"(?P<edge>{'|'.join(_FIRST)}|last|final|closing|letzten)\s+(?:(?P<count>\d{{1,2}}|{'|'.join(_COUNTS)})\s+)?"
    r"(?:days?|tage?n?)"
)


def _one_of(parts: dict[str, tuple[int, int]]) -> str:
    return r"(?P<part>" + "|".join(parts) + ")"


def _compiled(pattern: str) -> re.Pattern[str]:
    # "the top 5 of December" names no day
    return re.compile(rf"(?<![\w-])(?<!\btop ){pattern}(?![\w-])", re.IGNORECASE)


_M_BARE = _MONTH.format("m").removesuffix(r"\b\.?")  # as the first half of a German compound
_M, _M2 = _MONTH.format("m"), _MONTH.format("m2")
_D, _D2 = _DAY.format("d"), _DAY.format("d2")


@cache  # compiled when a question first holds a year or a month
def _forms() -> tuple[re.Pattern[str], ...]:
    """How a point in time is written, longest forms first: what one pattern has read, no later one reads again."""
    return (
        re.compile(r"(?P<y>(?:19|20)\d\d)\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号]"),
        re.compile(r"(?P<y>(?:19|20)\d\d)\s*年\s*(?P<m>\d{1,2})\s*月(?P<zh>上旬|中旬|下旬|上半月|下半月)?"),
        re.compile(r"(?P<y>(?:19|20)\d\d)\s*年(?P<zh>上半年|下半年|第?[一二三四]季度|春季?|夏季?|秋季?)?"),
        _compiled(rf"{_YEAR}-(?P<m>\d\d)-(?P<d>\d\d)"),
        _compiled(rf"{_D}{_TO}{_D2}(?:{_OF}|\s*){_M}{_OF}{_YEAR}"),
        _compiled(rf"{_M}\s+{_D}{_TO}{_D2},?\s+{_YEAR}"),
        _compiled(rf"{_D}{_TO}(?:the\s+|zum\s+)?(?P<rest>end|ende|month-end)(?:{_OF}|\s+){_M}(?:{_OF}{_YEAR})?"),
        _compiled(rf"{_M}{_OF}{_YEAR},?\s+(?:from\s+)?(?:the\s+)?{_D}{_TO}(?:the\s+)?(?P<rest>month-end|end)"),
        _compiled(rf"{_D}(?:\s+of)?\s+{_M},?{_OF}{_YEAR}"),
        _compiled(rf"{_M}\s+{_D},?\s+{_YEAR}"),
        _compiled(rf"{_one_of(_MONTH_PARTS)}(?:{_OF}|-)(?:the\s+)?(?:month\s+of\s+)?{_M}(?:{_OF}{_YEAR})?"),
        _compiled(rf"{_EDGE}(?:{_OF})(?:the\s+)?(?:month\s+of\s+)?{_M}(?:{_OF}{_YEAR})?"),
        _compiled(rf"(?P<part>erste[nr]?|zweite[nr]?)\s+{_M_BARE}hälfte(?:{_OF}{_YEAR})?"),
        _compiled(rf"{_M}{_THROUGH}{_M2}{_OF}{_YEAR}"),
        _compiled(rf"{_D}(?:\s+of)?\s+{_M}"),
        _compiled(rf"{_M}\s+{_D}"),
        _compiled(rf"{_M}{_OF}{_YEAR}"),
        _compiled(rf"(?P<m>0?[1-9]|1[0-2])/{_YEAR}"),
        _compiled(rf"(?P<feast>christmas|weihnachten|new year's day|neujahr){_OF}{_YEAR}"),
        _compiled(rf"{_M_BARE}-ausgabe\s+(?:des jahres )?{_YEAR}"),
        _compiled(rf"{_YEAR}-(?P<m>0[1-9]|1[0-2])"),
        _compiled(rf"{_one_of(_YEAR_PARTS)}(?:{_OF}|-)(?:the\s+)?(?:year\s+)?{_YEAR}"),
        _compiled(rf"(?P<winter>winter)(?:{_OF}){_YEAR}(?:[/-]\d\d)?"),
        # a month alone, where it cannot be the verb "may" or "march"
        _compiled(rf"(?:in|during|of|im|from|since|until|before|after|between|zwischen|von|vom|seit|vor|nach)\s+{_M}"),
        _compiled(rf"{_M}(?=\s+(?:and|or|und|issue|brief|edition))"),
        _compiled(_YEAR),
    )


_IN_EVERY_FORM = re.compile(rf"{_YEAR}|{_MONTH.format('m')}", re.IGNORECASE)  # most questions hold neither
_CHINESE_PARTS = {
    "上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31), "上半月": (1, 15), "下半月": (16, 31),
    "上半年": (1, 6), "下半年": (7, 12), "春": (3, 5), "夏": (6, 8), "秋": (9, 11),
    "一季度": (1, 3), "二季度": (4, 6), "三季度": (7, 9), "四季度": (10, 12),
}  # fmt: skip
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
_BETWEEN = re.compile(rf"^{_TO}(?:the\s+)?$", re.I)
_REACHING = re.compile(rf"^{_THROUGH}(?:the\s+)?$", re.I)
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
_MOST = 20  # times of one question that are read


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of days, both included, None for an open end; `span` is where its words stand in the text."""

    since: Day | None
    until: Day | None
    span: Span
    year_only: bool = False


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
    points = list(_points(text, covered, impossible))
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


def points(text: str, covered: Collection[Day] = ()) -> list[Window]:
    """The points in time a text names, in order, each as its first and last day, whatever word opens it.

    A month without a year is read as by `read_times`.
    """
    return list(_points(text, covered, []))


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
        window = replace(window, until=_last_day(window.since.year, window.since.month))
    elif window.since and not window.until and _THAT_YEAR.search(after):
        window = replace(window, until=Day(window.since.year, 12, 31))
    return window


def _from_word(before: str, point: Window, after: str) -> Window:
    day = dt.timedelta(days=1)
    if onwards := _ONWARDS.match(after):
        return replace(point, until=None, span=(point.span[0], point.span[1] + onwards.end()), year_only=False)
    if (rest := _REST.match(after)) and point.until:
        end = _last_day(point.until.year, point.until.month)
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


_NUMBER = rf"(?P<count>\d{{1,2}}|{'|'.join(_COUNTS)})"
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
            count = _count(said["count"])
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


def _points(text: str, covered: Collection[Day], impossible: list[Span]) -> Iterator[Window]:
    """Days, months, quarters, years named in a text, in order, none inside another; `impossible` gets the others."""
    if not _IN_EVERY_FORM.search(text):
        return
    taken: list[Window] = []
    said = re.search(r"\b(?:19|20)\d\d\b", text)
    year = int(said.group()) if said else None
    for pattern in _forms():
        for match in pattern.finditer(text):
            start, end = match.span()
            if len(taken) >= _MOST or any(start < b and a < end for a, b in (*(w.span for w in taken), *impossible)):
                continue
            try:
                window = _window(match, year, covered)
            except ValueError:
                impossible.append(match.span())
                continue
            if window:
                taken.append(window)
    yield from sorted(taken, key=lambda w: w.span)


def _window(match: re.Match[str], year_said: int | None, covered: Collection[Day]) -> Window | None:
    """What one match names; None where it is no time after all. Raises ValueError for a day the calendar lacks."""
    found = {name: value for name, value in match.groupdict().items() if value}
    if found.get("m") in _VERBS and "y" not in found:
        return None  # "levels 3 and 4 may now be tried"
    if "feast" in found:
        found |= {"m": "12", "d": "25"} if found["feast"][0].lower() in "cw" else {"m": "1", "d": "1"}
    month = _month(found["m"]) if "m" in found else None
    if month is not None and not 1 <= month <= 12:
        raise ValueError(f"no month {month}")
    year = int(found["y"]) if "y" in found else year_said or _latest_year(month, covered)
    if year is None:
        return None
    # the words of a point without its preposition, so that "before" can still be seen before it
    start = min(match.start(name) for name in found if match.re.groupindex.get(name) and match[name])
    span = (start, match.end())
    if month is None:
        first, last = _months_of(found)
        if "winter" in found:
            return Window(Day(year, 12, 1), _last_day(year + 1, 2), span)
        return Window(Day(year, first, 1), _last_day(year, last), span, year_only=(first, last) == (1, 12))
    last_month = _month(found["m2"]) if "m2" in found else month
    first_day, last_day = _days_of(found)
    length = calendar.monthrange(year, last_month)[1]
    first_day = first_day if first_day > 0 else length + first_day + 1
    if last_month < month:
        return None
    last_day = min(last_day, length) if "rest" in found else last_day
    if "d" in found and not 1 <= first_day <= last_day <= length:
        raise ValueError("no such day")
    return Window(Day(year, month, first_day), Day(year, last_month, min(last_day, length)), span)


_VERBS = ("may", "march")  # in small letters without a year they are no months


def _month(name: str) -> int:
    return int(name) if name.isdigit() else _MONTHS[name.lower()]


def _days_of(found: dict[str, str]) -> tuple[int, int]:
    """First and last day in the month; a negative first counts from its end."""
    if "d" in found:
        return int(found["d"]), 31 if "rest" in found else int(found.get("d2", found["d"]))
    if "edge" in found:
        count = _count(found.get("count", "1"))
        return (1, count) if found["edge"].lower() in _FIRST else (-count, 31)
    return _part(found, _MONTH_PARTS) or (1, 31)


def _count(word: str) -> int:
    return int(word) if word.isdigit() else _COUNTS.get(word.lower(), 1)


def _months_of(found: dict[str, str]) -> tuple[int, int]:
    return _part(found, _YEAR_PARTS) or (1, 12)


def _part(found: dict[str, str], parts: dict[str, tuple[int, int]]) -> tuple[int, int] | None:
    if "zh" in found:
        return next(days for name, days in _CHINESE_PARTS.items() if name in found["zh"])
    if "part" in found:
        return next(days for pattern, days in parts.items() if re.fullmatch(pattern, found["part"], re.I))
    return None


def _last_day(year: int, month: int) -> Day:
    return Day(year, month, calendar.monthrange(year, month)[1])


def _latest_year(month: int | None, covered: Collection[Day]) -> int | None:
    return max((day.year for day in covered if day.month == month), default=None)
