"""Points in time as they are written: days, months and their parts, quarters, seasons, years.

Takes a text and the days the corpus has items of; gives each point as a stretch of days with its place in the text.
English, German and Chinese. What the words around a point make of it ("before", "from … to") is read in
`rag.retrieval.dates`.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
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
TO = rf"\s*(?:-|–|/|to|and|until|through|{_BIS}|und)\s*"
THROUGH = rf"\s*(?:-|–|to|until|up to|through|{_BIS})\s*"
_OF = r"(?:,|\s+of|\s+in|\s+im|\s+des)?\s+"

# Parts of a month and of a year, as the first and last day or month they cover.
_MONTH_PARTS = {
    r"(?:first|opening) (?:fortnight|two weeks)|ersten (?:zwei|beiden) wochen": (1, 14),
    r"(?:last|final|closing) (?:fortnight|two weeks)|letzten (?:zwei|beiden) wochen": (-14, 31),
    r"(?:first|1st) half|erste[nr]? hälfte|erste[nr]?": (1, 15),
    r"beginning|start|early|anfang": (1, 10),
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
    r"early|beginning|start|anfang": (1, 4),
    r"mid(?:dle)?|mitte": (5, 8),
    r"late|end|ende": (9, 12),
}
_QUARTERS = {pattern: months for pattern, months in _YEAR_PARTS.items() if "quart" in pattern or "half" in pattern}


_FEASTS = {  # as month and day
    r"christmas(?: day)?|weihnachten": (12, 25),
    r"christmas eve|heiligabend": (12, 24),
    r"new year['’]s eve|silvester": (12, 31),
    r"new year['’]s day|neujahr": (1, 1),
    r"(?:st\.? )?valentine['’]?s(?:['’])? day|valentinstag": (2, 14),
    r"(?:international )?women['’]s day|frauentag": (3, 8),
    r"april fools['’]? day": (4, 1),
    r"(?:international )?labou?r day|may day|tag der arbeit": (5, 1),
    r"(?:china['’]s )?national day": (10, 1),
    r"halloween": (10, 31),
    r"singles['’]? day": (11, 11),
}
COUNTS = {
    name: number
    for number, names in enumerate("two|zwei three|drei four|vier five|fünf six|sechs seven|sieben eight|acht "
                                   "nine|neun ten|zehn".split(), 2)
    for name in names.split("|")
}  # fmt: skip
_FIRST = ("first", "opening", "ersten")
_EDGE = (
    rf"(?P<edge>{'|'.join(_FIRST)}|last|final|closing|letzten)\s+(?:(?P<count>\d{{1,2}}|{'|'.join(COUNTS)})\s+)?"
    r"(?P<unit>days?|tage?n?)"
)


def _one_of(parts: dict[str, tuple[int, int]]) -> str:
    return r"(?P<part>" + "|".join(parts) + ")"


def _compiled(pattern: str) -> re.Pattern[str]:
    # "the top 5 of December" names no day
    return re.compile(rf"(?<![\w-])(?<!\btop ){pattern}(?![\w-])", re.IGNORECASE)


_ZH_YEAR = r"(?P<y>(?:19|20)\d\d)\s*年\s*"
_ZH_MONTH = r"(?P<m>\d{1,2})\s*月\s*"
_ZH_DAY = r"(?P<d>\d{1,2})\s*"
_M_BARE = _MONTH.format("m").removesuffix(r"\b\.?")  # as the first half of a German compound
_M, _M2 = _MONTH.format("m"), _MONTH.format("m2")
_D, _D2 = _DAY.format("d"), _DAY.format("d2")


@cache  # compiled when a question first holds a year or a month
def _forms() -> tuple[re.Pattern[str], ...]:
    """How a point in time is written, longest forms first: what one pattern has read, no later one reads again."""
    return (
        re.compile(rf"(?:{_ZH_YEAR})?{_ZH_MONTH}{_ZH_DAY}[日号]?\s*[至到~—–-]\s*(?P<d2>\d{{1,2}})\s*[日号]"),
        re.compile(rf"(?:{_ZH_YEAR})?{_ZH_MONTH}{_ZH_DAY}[日号]"),
        re.compile(rf"{_ZH_YEAR}(?P<m>\d{{1,2}})\s*月?\s*[至到~—–-]\s*(?P<m2>\d{{1,2}})\s*月(?!\s*\d)"),
        re.compile(rf"{_ZH_YEAR}{_ZH_MONTH}(?P<zh>上旬|中旬|下旬|上半月|下半月|初|中|底|末)?"),
        re.compile(rf"{_ZH_MONTH}(?P<zh>上旬|中旬|下旬|上半月|下半月|初|底|末)"),
        re.compile(rf"{_ZH_YEAR}(?P<zh>上半年|下半年|第?[一二三四]季度|春季?|夏季?|秋季?|年初|年中|年底|年末)?"),
        _compiled(rf"(?P<m>0?[1-9]|1[0-2])/(?P<d>1[3-9]|2\d|3[01])/{_YEAR}"),
        _compiled(rf"(?P<d>0?[1-9]|[12]\d|3[01])(?:/|\.\s?)(?P<m>0?[1-9]|1[0-2])(?:/|\.\s?){_YEAR}"),
        _compiled(
            rf"(?:calendar week|kalenderwoche|week|kw)\s+(?:no\.?\s+)?(?P<week>[1-9]|[1-4]\d|5[0-3])(?:{_OF}|/){_YEAR}"
        ),
        _compiled(rf"{_YEAR}-(?P<m>\d\d)-(?P<d>\d\d)"),
        _compiled(rf"{_D}{TO}(?:(?:the|dem|den|zum)\s+)?{_D2}(?:{_OF}|\s*){_M}(?:{_OF}{_YEAR})?"),
        _compiled(rf"{_M}\s+{_D}{TO}{_D2},?\s+{_YEAR}"),
        _compiled(rf"{_D}{TO}(?:the\s+|zum\s+)?(?P<rest>end|ende|month-end)(?:{_OF}|\s+){_M}(?:{_OF}{_YEAR})?"),
        _compiled(rf"{_M}{_OF}{_YEAR},?\s+(?:from\s+)?(?:the\s+)?{_D}{TO}(?:the\s+)?(?P<rest>month-end|end)"),
        _compiled(rf"{_D}(?:\s+of)?\s+{_M},?{_OF}{_YEAR}"),
        _compiled(rf"{_M}\s+{_D},?\s+{_YEAR}"),
        _compiled(rf"{_one_of(_MONTH_PARTS)}(?:{_OF}|-)(?:the\s+)?(?:month\s+of\s+)?{_M}(?:{_OF}{_YEAR})?"),
        _compiled(rf"{_EDGE}(?:{_OF})(?:the\s+)?(?:month\s+of\s+)?{_M}(?:{_OF}{_YEAR})?"),
        _compiled(rf"(?P<part>erste[nr]?|zweite[nr]?)\s+{_M_BARE}hälfte(?:{_OF}{_YEAR})?"),
        _compiled(rf"(?P<nth>erste|zweite|dritte|vierte|letzte)[nr]?\s+{_M_BARE}woche(?:{_OF}{_YEAR})?"),
        _compiled(rf"{_M}{THROUGH}{_M2}{_OF}{_YEAR}"),
        _compiled(rf"{_D}(?:\s+of)?\s+{_M}"),
        _compiled(rf"{_M}\s+{_D}"),
        _compiled(rf"{_M}{_OF}{_YEAR}"),
        _compiled(rf"(?P<m>0?[1-9]|1[0-2])/{_YEAR}"),
        _compiled(rf"(?P<feast>{'|'.join(_FEASTS)}){_OF}{_YEAR}"),
        _compiled(rf"{_M_BARE}-ausgabe\s+(?:des jahres )?{_YEAR}"),
        _compiled(rf"{_YEAR}-(?P<m>0[1-9]|1[0-2])"),
        _compiled(rf"{_one_of(_YEAR_PARTS)}(?:{_OF}|-)(?:the\s+)?(?:year\s+)?{_YEAR}"),
        _compiled(rf"{_one_of(_QUARTERS)}(?=\s+(?:or|and|und|oder|to)\s)"),
        _compiled(rf"(?P<winter>winter)(?:{_OF}){_YEAR}(?:[/-]\d\d)?"),
        # a month alone, where it cannot be the verb "may" or "march"
        _compiled(rf"(?:in|during|of|im|from|since|until|before|after|between|zwischen|von|vom|seit|vor|nach)\s+{_M}"),
        _compiled(rf"{_M}(?=\s+(?:and|or|und|issue|brief|edition))"),
        _compiled(_YEAR),
    )


_IN_EVERY_FORM = re.compile(rf"{_YEAR}|{_MONTH.format('m')}|\d\s*月", re.IGNORECASE)  # most questions hold neither
_CHINESE_PARTS = {
    "上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31), "上半月": (1, 15), "下半月": (16, 31),
    "上半年": (1, 6), "下半年": (7, 12), "春": (3, 5), "夏": (6, 8), "秋": (9, 11),
    "一季度": (1, 3), "二季度": (4, 6), "三季度": (7, 9), "四季度": (10, 12),
    "年初": (1, 4), "年中": (5, 8), "年底": (9, 12), "年末": (9, 12),
    "初": (1, 10), "中": (11, 20), "底": (21, 31), "末": (21, 31),
}  # fmt: skip
_ANY_YEAR = re.compile(
    r"\b(?:no matter|regardless of|whatever|irrespective of)(?: in)?(?: the| which| what)* year\b"
    r"|\b(?:any|every|each|all|whichever) years?\b|\bin welchem jahr auch immer\b|\begal in welchem jahr\b|不论哪年",
    re.IGNORECASE,
)
_YEAR_ALONE = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SEVERAL_YEARS = re.compile(
    r"\b((?:19|20)\d\d)(?:,? (?:and|und|as well as|or|sowie|and also|and again)(?: in| of)? | ?和 ?)((?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_A_FEW = 5  # "the first days of April"
_MOST = 20  # times of one question that are read


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of days, both included, None for an open end; `span` is where its words stand in the text."""

    since: Day | None
    until: Day | None
    span: Span
    year_only: bool = False


def points(text: str, covered: Collection[Day] = ()) -> list[Window]:
    """The points in time a text names, in order, each as its first and last day, whatever word opens it.

    A month without a year is of a year named elsewhere in the text, else of the latest year `covered` has it in.
    """
    return list(points_in(text, covered, []))


def points_in(text: str, covered: Collection[Day], impossible: list[Span]) -> Iterator[Window]:
    """Days, months, quarters, years named in a text, in order, none inside another; `impossible` gets the others."""
    if not _IN_EVERY_FORM.search(text):
        return
    taken: list[Window] = []
    years = _years_meant(text, covered)
    for pattern in _forms():
        for match in pattern.finditer(text):
            start, end = match.span()
            if len(taken) >= _MOST or any(start < b and a < end for a, b in (*(w.span for w in taken), *impossible)):
                continue
            own = match.groupdict().get("y")
            several = own is None or any(pair.start() == match.start("y") for pair in _SEVERAL_YEARS.finditer(text))
            try:
                named = [_window(match, year, covered) for year in (years if several else [int(own or 0)])]
            except ValueError:
                impossible.append(match.span())
                continue
            taken += [window for window in named if window]
    yield from sorted(taken, key=lambda w: w.span)


def last_day(year: int, month: int) -> Day:
    """The last day of a month."""
    return Day(year, month, calendar.monthrange(year, month)[1])


def _years_meant(text: str, covered: Collection[Day]) -> Sequence[int | None]:
    """The years that a day or month of no year of its own lies in: "10 April, in 2023 as well as in 2024"."""
    if _ANY_YEAR.search(text):
        return sorted({day.year for day in covered}) or [None]
    said = [int(year) for year in _YEAR_ALONE.findall(text)]
    joined = {int(year) for pair in _SEVERAL_YEARS.findall(text) for year in pair}
    return sorted(joined) or said[:1] or [None]


def _window(match: re.Match[str], year_meant: int | None, covered: Collection[Day]) -> Window | None:
    """What one match names; None where it is no time after all. Raises ValueError for a day the calendar lacks."""
    found = {name: value for name, value in match.groupdict().items() if value}
    if found.get("m") in _VERBS and "y" not in found:
        return None  # "levels 3 and 4 may now be tried"
    if "feast" in found:
        feast = next(date for name, date in _FEASTS.items() if re.fullmatch(name, found["feast"], re.I))
        found |= {"m": str(feast[0]), "d": str(feast[1])}
    month = _month(found["m"]) if "m" in found else None
    if month is not None and not 1 <= month <= 12:
        raise ValueError(f"no month {month}")
    year = year_meant or _latest_year(month, covered)
    if year is None:
        return None
    # the words of a point without its preposition, so that "before" can still be seen before it
    start = min(match.start(name) for name in found if match.re.groupindex.get(name) and match[name])
    span = (start, match.end())
    if "week" in found:
        monday = Day.fromisocalendar(year, int(found["week"]), 1)
        return Window(monday, monday + dt.timedelta(days=6), span)
    if month is None:
        first, last = _months_of(found)
        if "winter" in found:
            return Window(Day(year, 12, 1), last_day(year + 1, 2), span)
        return Window(Day(year, first, 1), last_day(year, last), span, year_only=(first, last) == (1, 12))
    last_month = _month(found["m2"]) if "m2" in found else month
    opening, closing = _days_of(found)
    length = calendar.monthrange(year, last_month)[1]
    opening = opening if opening > 0 else length + opening + 1
    if last_month < month:
        return None
    closing = min(closing, length) if "rest" in found else closing
    if "d" in found and not 1 <= opening <= closing <= length:
        raise ValueError("no such day")
    return Window(Day(year, month, opening), Day(year, last_month, min(closing, length)), span)


_VERBS = ("may", "march")  # in small letters without a year they are no months


def _month(name: str) -> int:
    return int(name) if name.isdigit() else _MONTHS[name.lower()]


def _days_of(found: dict[str, str]) -> tuple[int, int]:
    """First and last day in the month; a negative first counts from its end."""
    if "d" in found:
        return int(found["d"]), 31 if "rest" in found else int(found.get("d2", found["d"]))
    if "edge" in found:
        several = found["unit"].lower() not in ("day", "tag") and "count" not in found
        count = _A_FEW if several else count_of(found.get("count", "1"))
        return (1, count) if found["edge"].lower() in _FIRST else (-count, 31)
    if "nth" in found:
        found = {"part": f"{found['nth']} woche"}
    return _part(found, _MONTH_PARTS) or (1, 31)


def count_of(word: str) -> int:
    """A small number, in digits or in letters; 1 where it is neither."""
    return int(word) if word.isdigit() else COUNTS.get(word.lower(), 1)


def _months_of(found: dict[str, str]) -> tuple[int, int]:
    return _part(found, _YEAR_PARTS) or (1, 12)


def _part(found: dict[str, str], parts: dict[str, tuple[int, int]]) -> tuple[int, int] | None:
    if "zh" in found:
        return next(days for name, days in _CHINESE_PARTS.items() if name in found["zh"])
    if "part" in found:
        return next(days for pattern, days in parts.items() if re.fullmatch(pattern, found["part"], re.I))
    return None


def _latest_year(month: int | None, covered: Collection[Day]) -> int | None:
    return max((day.year for day in covered if day.month == month), default=None)
