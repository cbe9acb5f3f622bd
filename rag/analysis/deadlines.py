"""Deadlines as they are written: "by 2025", "by the end of the 14th Five-Year Plan", "within three years".

Takes a sentence and the day from which it counts; gives each time that lies ahead, as a stretch of days with its words,
their place, and how it is put ("by", "in", "from", "until"). Whether anything is to be reached by it is for others to
say (`rag.analysis.cues`). English.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rag.analysis.records import Deadline
from rag.briefs.dates import DateProblem, Written, read_day
from rag.briefs.records import MONTHS, Span
from rag.retrieval.points import COUNTS, count_of, last_day

Way = Literal["by", "in", "from", "until"]
_Stretch = tuple[dt.date, dt.date]


@dataclass(frozen=True, slots=True)
class Due:
    """A time that lies ahead, where it stands in its sentence (with the words before it), and how it is put."""

    deadline: Deadline
    span: Span
    way: Way
    period: bool  # a stretch named by both its ends: "2023-2025", "between 2023 and 2025"


_MONTH = rf"(?-i:{'|'.join(MONTHS)}|(?:{'|'.join(m[:3] for m in MONTHS if len(m) > 4)}|Sept)\b\.?)"
_MONTH_NUMBER = {name[:3]: number for number, name in enumerate(MONTHS, 1)}
_YEAR = r"20\d\d(?![\d,.]\d)"
_DASH = r"\s?[-–—‑]\s?"
# Parts of a year as the months they cover. What begins or ends a year is short: it is to be over by then.
_YEAR_PARTS = {
    r"(?:first|1st) half|H1": (1, 6),
    r"(?:second|2nd|latter|last) half|H2": (7, 12),
    r"(?:first|1st) quarter|Q1": (1, 3),
    r"(?:second|2nd) quarter|Q2": (4, 6),
    r"(?:third|3rd) quarter|Q3": (7, 9),
    r"(?:fourth|4th|last|final) quarter|Q4": (10, 12),
    r"spring": (3, 5),
    r"summer": (6, 8),
    r"autumn|fall": (9, 11),
    r"beginning|start|turn": (1, 1),
    r"early": (1, 3),
    r"mid(?:dle)?": (6, 6),
    r"late": (10, 12),
    r"end|close": (12, 12),
}
_MONTH_PARTS = {r"beginning|start|early": (1, 10), r"mid(?:dle)?": (11, 20), r"late|end|close": (21, 31)}
_FEW = r"(?:the )?(?:next|coming|following|upcoming|subsequent|ensuing)"
_NUMBER = rf"(?:\d{{1,2}}|one|a|{'|'.join(name for name in COUNTS if name.isascii())}|twelve|fifteen|twenty)"
_LARGER = {"twelve": 12, "fifteen": 15, "twenty": 20}
_PLANS = {"Eleventh": 11, "Twelfth": 12, "Thirteenth": 13, "Fourteenth": 14, "Fifteenth": 15, "Sixteenth": 16}


def _any(parts: dict[str, tuple[int, int]]) -> str:
    return "|".join(parts)


_OF = r"(?: of(?: the year)?|,|(?<!start)(?<!end)(?<!beginning)(?<!close)(?<!turn) in)?[ \-‑]"
_POINT = re.compile(
    r"(?<![\w.,/])(?<!\d[-–])(?:"
    rf"(?P<day>{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?![\d,.]*\d)(?:,? {_YEAR})?|\d{{1,2}} {_MONTH}(?:,? {_YEAR})?"
    r"|20\d\d-\d\d-\d\d)"
    rf"|(?:(?P<between>between )|from )?(?P<since>{_YEAR})"
    rf"(?:(?:{_DASH}(?P<short>\d\d(?!\d))|(?:{_DASH}| to | through | until )(?P<until>{_YEAR}))|"
    rf"(?(between) and (?P<until2>{_YEAR})|(?!)))"
    rf"|(?:(?:the )?(?P<mpart>{_any(_MONTH_PARTS)})(?: of)?[ -])?(?P<month>{_MONTH})(?:(?: of|,)? (?P<myear>{_YEAR}))?"
    rf"|(?:(?:the )?(?P<part>{_any(_YEAR_PARTS)}){_OF})?(?P<year>{_YEAR})(?:(?P<decade>s\b)|"
    rf"(?:, {_YEAR})*,? and (?P<andyear>{_YEAR}))?"
    r"|(?:(?:the )?(?P<ypart>" + _any(_YEAR_PARTS) + r") of )?"
    r"(?:the (?:current|same) |(?P<coming>the next |next )|(?:(?<=of )|(?<=in ))the |this |the )year\b(?!['’]| 20\d\d)"
    r"|(?:the )?(?P<yearend>year[- ]end|(?:the |this )?year['’]s end)"
    r"|(?P<season>(?:this|next|the coming) (?:spring|summer|autumn|fall|winter))\b"
    rf"|(?:(?P<few>{_FEW}) (?:(?P<count>{_NUMBER})(?:(?:{_DASH}| to | or )(?P<upto>{_NUMBER}))? )?"
    rf"|(?P<count2>{_NUMBER})(?:(?:{_DASH}| to | or )(?P<upto2>{_NUMBER}))? )(?P<unit>year|month|decade)s?\b(?!-)"
    r"|(?:the )?(?:(?P<dpart>end|middle) of )?(?:the|this) (?P<thisdecade>decade)\b"
    r"|(?:the )?(?P<fpart>end|middle|mid-term)? ?(?:of )?(?:the |its )?(?:(?P<fyp>1[1-9])th|(?P<fypword>"
    + "|".join(_PLANS)
    + r")) (?:Five[- ]Year[- ]Plan|FYP)(?P<period>[- ]period)?(?: \(20\d\d[-–—]20\d\d\))?"
    r"|(?P<century>mid[- ]century|(?:the )?middle of (?:the|this) century)"
    r")(?![\w]|[-–]\d)",
    re.I,
)
_ROUND = r"(?: (?:as early as|as soon as|about|around|roughly|approximately|at the (?:very )?latest|no later than))?"
_BEFORE = re.compile(rf"\b(?P<way>before|ahead of|prior to|earlier than){_ROUND}(?: the)?(?: year)? ?\Z", re.I)
_BY = re.compile(
    rf"\b(?:by|(?:no|not) later than|not? after|at the latest (?:in|by)|up to(?: and including)?){_ROUND}(?: the)?"
    r"(?: year)? ?\Z",
    re.I,
)
_UNTIL = re.compile(r"\b(?:until|till|through|to)(?: the)?(?: year)? ?\Z", re.I)
_FROM = re.compile(
    r"\b(?:from|starting(?: from| in| on| with)?|beginning(?: from| in| on| with)?|as (?:of|from)|after|since)"
    r"(?: the)?(?: year)? ?\Z",
    re.I,
)
_IN = re.compile(
    r"\b(?:in|for|on|during|throughout|within|over|at|(?:later|earlier) in|in the course of|over the course of)"
    r"(?: (?:around|about|as early as))?(?: the)?(?: (?:years?|period))? ?\Z",
    re.I,
)
_WITHIN = re.compile(r"\b(?:within|in|over|during)(?: the)? ?\Z", re.I)
_ONWARDS = re.compile(r"(?: onwards?| on(?=\s*[,.;:]|$)| and (?:beyond|thereafter|after)| or later)\b", re.I)
_LATEST = re.compile(r",? at the (?:very )?latest\b", re.I)
# what something is compared with is no time by which it shall be reached
_COMPARED = re.compile(
    r"(?:\b(?:compared (?:with|to)|comparison (?:with|to)|than(?: in)?|against|relative to|versus|vs\.?|up from|"
    r"down from|over|from|on|above|below|at)(?: the| its| their| those (?:in|of))?(?: [\w-]+){0,2}? ?)\Z",
    re.I,
)
_LEVEL = re.compile(r"(?:['’]s)?[ -](?:levels?|baselines?|figures?|values?)\b", re.I)
_BASIS = re.compile(
    r"\b(?:compared (?:with|to)|comparison (?:with|to)|(?<!later )(?<!earlier )than(?: in)?|relative to|versus) ?\Z",
    re.I,
)
_AIMED = re.compile(r"(?: [\w-]+){0,2}? (?:targets?|goals?|objectives?|quotas?|milestones?)\b", re.I)
_IN_EVERY_FORM = re.compile(  # most sentences hold none of them
    rf"20\d\d|{_MONTH}|year|month|decade|century|FYP|this|next|coming", re.I
)
_MOST = 20  # times of one sentence that are read
_REACH = 40  # characters before a time in which the words stand that lead to it


def dues(text: str, day: dt.date) -> list[Due]:
    """The times in a sentence that lie after a day, in order; those that only something is compared with are left out.

    `text`: the sentence without markup. A month or day without a year is the next one from `day` on.
    """
    if not _IN_EVERY_FORM.search(text):
        return []
    found: list[Due] = []
    for match in _POINT.finditer(text):
        if len(found) == _MOST:
            break
        before, after = text[max(0, match.start() - _REACH) : match.start()], text[match.end() : match.end() + _REACH]
        if _BASIS.search(before) or (_LEVEL.match(after) and _COMPARED.search(before)):
            continue
        stretch = _stretch(match, day)
        put = _put(match, before, after) if stretch else None
        if stretch is None or put is None:
            continue
        way, back, on = put
        if way in ("in", "from") and _rolled_on(match, stretch[0], day):
            continue
        ahead = _ahead_of(match, *stretch) if _BEFORE.search(before) else stretch
        span = (match.start() - back, match.end() + on)
        if ahead and ahead[1] > day:
            found.append(Due(Deadline(*ahead, text[slice(*span)].strip()), span, way, bool(match["since"])))
    return found


def _rolled_on(match: re.Match[str], first: dt.date, day: dt.date) -> bool:
    """Whether a month without a year may as well be past: "in May" of an item of May, or of June."""
    yearless = bool(match["day"] or match["month"]) and not re.search(_YEAR, match.group())
    return yearless and (first.year > day.year or first <= day)


def times(text: str) -> Iterator[Span]:
    """Where a sentence names a time, past or coming: digits in it are no figures."""
    return (match.span() for match in _POINT.finditer(text))


def _put(match: re.Match[str], before: str, after: str) -> tuple[Way, int, int] | None:
    """How a time is put, and how many characters before and behind it say so; None where it is no deadline."""
    latest = _LATEST.match(after)
    on = latest.end() if latest else 0
    if onwards := _ONWARDS.match(after):
        said = _FROM.search(before) or _IN.search(before)
        return "from", len(said.group()) if said else 0, onwards.end()
    if match["unit"]:
        return _put_count(match, before)
    ways: tuple[tuple[re.Pattern[str], Way], ...] = ((_BY, "by"), (_BEFORE, "by"), (_FROM, "from"), (_IN, "in"))
    for pattern, way in (*ways, (_UNTIL, "until")):
        if said := pattern.search(before):
            return ("by" if latest else way), len(said.group()), on
    if match["since"] or match["yearend"] or match["season"] or _of_this_year(match) or _AIMED.match(after):
        return "in", 0, on
    return None


def _put_count(match: re.Match[str], before: str) -> tuple[Way, int, int] | None:
    """A stretch counted from the day: "within three years", "over the next five years"; months if they are next."""
    said = _WITHIN.search(before)
    if not match["few"] and (not said or match["unit"] != "year" or said.group().strip().lower() in ("over", "during")):
        return None
    if match["few"] and not said and (by := _BY.search(before)):
        return "by", len(by.group()), 0
    return "in", len(said.group()) if said else 0, 0


def _of_this_year(match: re.Match[str]) -> bool:
    words = match.group().lower()
    return words.endswith("year") and not match["unit"] and not words.startswith("the ")


def _stretch(match: re.Match[str], day: dt.date) -> _Stretch | None:
    """First and last day of what a match names; None where the calendar lacks it or it is no time after all."""
    part = match.groupdict()
    if part["day"]:
        return _one_day(read_day(part["day"]), day)
    if part["since"]:
        until = part["until"] or part["until2"] or part["since"][:2] + part["short"]
        since, last = int(part["since"]), int(until)
        return _years(since, last) if since < last else None
    if part["month"]:
        return _month(part, day)
    if part["year"]:
        year = int(part["year"])
        if part["decade"] or (part["andyear"] and not part["part"]):
            return _years(year, int(part["andyear"] or year + 9))
        return _part_of(year, part["part"])
    if part["unit"]:
        return _counted(part, day)
    if part["season"]:
        following, season = part["season"].lower().startswith("next"), part["season"].split()[-1]
        return _part_of(day.year + following, season) if season != "winter" else None
    if part["thisdecade"]:
        decade = day.year // 10 * 10
        return _years(decade, decade + (9 if part["dpart"] is None or _is("end", part["dpart"]) else 4))
    if part["fyp"] or part["fypword"]:
        return _plan(part)
    if part["century"]:
        return _years(day.year // 100 * 100 + 50, day.year // 100 * 100 + 50)
    return _part_of(day.year + bool(part["coming"]), "end" if part["yearend"] else part["ypart"])


def _one_day(written: Written | None, day: dt.date) -> _Stretch | None:
    try:
        if written is None or written.year is not None:
            there = written.full() if written else None
        else:
            there = written.in_year(day.year)
            there = there if there > day else written.in_year(day.year + 1)
    except DateProblem:
        return None
    return (there, there) if there else None


def _exists(year: int) -> bool:
    """Whether the calendar has a year: what is counted from its last ones lies outside."""
    return dt.MINYEAR <= year <= dt.MAXYEAR


def _month(part: dict[str, str | None], day: dt.date) -> _Stretch | None:
    month = _MONTH_NUMBER[(part["month"] or "")[:3]]
    year = int(part["myear"]) if part["myear"] else day.year + (month < day.month)
    if not _exists(year):
        return None
    closing = last_day(year, month)
    first, last = next((days for name, days in _MONTH_PARTS.items() if _is(name, part["mpart"])), (1, 31))
    return dt.date(year, month, first), closing.replace(day=min(last, closing.day))


def _part_of(year: int, part: str | None) -> _Stretch | None:
    if not _exists(year):
        return None
    first, last = next((months for name, months in _YEAR_PARTS.items() if _is(name, part)), (1, 12))
    return dt.date(year, first, 1), last_day(year, last)


def _is(pattern: str, part: str | None) -> bool:
    return part is not None and re.fullmatch(pattern, part, re.I) is not None


def _years(first: int, last: int) -> _Stretch | None:
    return (dt.date(first, 1, 1), dt.date(last, 12, 31)) if _exists(first) and _exists(last) else None


def _counted(part: dict[str, str | None], day: dt.date) -> _Stretch | None:
    """From the day on, so many years: the larger number of two."""
    word = part["upto"] or part["upto2"] or part["count"] or part["count2"] or "one"
    number = _LARGER.get(word.lower()) or count_of(word)
    months = number * {"month": 1, "year": 12, "decade": 120}[(part["unit"] or "").lower()]
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not number or not _exists(year):
        return None
    return day, dt.date(year, month + 1, min(day.day, last_day(year, month + 1).day))


def _plan(part: dict[str, str | None]) -> _Stretch | None:
    """The five years of a plan: those of the 14th are 2021 to 2025. Its name alone is no time."""
    last = 1955 + 5 * (int(part["fyp"]) if part["fyp"] else _PLANS[(part["fypword"] or "").capitalize()])
    if part["fpart"]:
        return _years(last, last) if _is("end", part["fpart"]) else _years(last - 2, last - 2)
    return _years(last - 4, last) if part["period"] else None


def _ahead_of(match: re.Match[str], first: dt.date, last: dt.date) -> _Stretch | None:
    """What lies before a time: before 2027 is 2026, before June is May; before the end of 2025 is by it."""
    if _is("end|close", match["part"] or match["mpart"] or match["ypart"] or match["dpart"] or match["fpart"]):
        return first, last
    if first == dt.date.min:
        return None
    eve = first - dt.timedelta(days=1)
    return (eve.replace(month=1, day=1) if (last - first).days > 31 else eve.replace(day=1)), eve
