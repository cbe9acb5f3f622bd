"""Whether each date and year of a statement stands in its sources, about the same thing.

Takes a statement's reading and its alignment; gives faults. A date of the source's own (its item, its issue) counts,
but as a deadline; a time that stands elsewhere in the source, about another thing, is a fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.retrieval.points import Window
from rag.verify.alignment import Aligned, affinity
from rag.verify.readings import Reading
from rag.verify.records import Fault
from rag.verify.sources import Source

_NEARER = 1.7  # how many times nearer another time must stand to be the one that is meant
_CLEARLY = 0.15  # affinity from which a place speaks of the same thing
_OPENED = 0.8  # affinity of a time that opens a list, as a share of what the bullet holds of the statement
_AS_NEAR = 0.8  # share of what the best line holds from which a bullet is the one that is meant
_DUE = re.compile(
    r"(?:\b(?:by|until|till|up to|no later than|bis|as of|starting(?: from)?|beginning"
    r"|(?:appl(?:y|ies|ied)|effective|in(?:to)? force|effect|valid)(?: from| as of| since| on))(?: the)?"
    r"(?: (?:end|middle|beginning) of)?(?: the year)?|[到至]) ?\Z",
    re.I,
)
# "before 2027", "by the start of 2027": the year before ends then
_BEFORE_YEAR = re.compile(r"\b(?:before|ahead of|by the (?:start|beginning|turn) of) \Z", re.I)
_NEAR_DAY = re.compile(r"\b(?:(?:shortly|just|soon|briefly|right) (?:before|after)|around|about) \Z", re.I)
_NEAR_DAYS = 10  # within which a time is near a day
_YEAR = re.compile(r"(?:19|20)\d\d")
_SEASON = re.compile(r"(spring|summer|autumn|winter)\b.*?(\d{4})", re.I)
_CLAUSE_END = re.compile("[;:：；]")
_FOUR_DIGITS = re.compile(r"\d{4}")


def time_faults(statement: Reading, aligned: Sequence[Aligned], sources: Sequence[Source]) -> Iterator[Fault]:
    """What is wrong with the dates and years of a statement."""
    for time in statement.times:
        places = [
            (other, a, affinity(a, statement, time.span, other.span)) for a in aligned for other in a.line.reading.times
        ]
        # what opens a list ("By 2025, the targets are:") speaks for all of it
        places += [
            (other, replace(a, line=a.line.opening), _OPENED * a.share)
            for a in aligned
            if a.line.opening and not a.line.reading.times and a.share >= _AS_NEAR * aligned[0].share
            for other in a.line.opening.reading.times
        ]
        due = bool(_DUE.search(statement.text, max(0, time.span[0] - 30), time.span[0]))
        written = statement.text[slice(*time.span)]
        own = [day for source in sources for day in source.days]
        if due:  # the date of publication is no deadline
            places = [p for p in places if not (p[1].line.sentence and p[1].line.sentence.part == "reference")]
        same = [place for place in places if _same_time(statement, time, place[0], place[1].line.reading)]
        metadata = not due and any(_same_time(statement, time, day, None) for day in own)
        metadata = metadata or _is_about(statement, time, [*(p[0] for p in places), *own])
        metadata = metadata or any(_same_season(written, source) for source in sources)
        if _ends_before(statement, time, places):
            continue
        stated = [t for t in statement.times if t is not time]
        rivals = [
            p
            for p in places
            if not _same_time(statement, time, p[0], p[1].line.reading)
            and not any(_same_time(statement, t, p[0], p[1].line.reading) for t in stated)
        ]
        rival = max(rivals, key=lambda p: p[2], default=None)
        nearest = max((p[2] for p in same), default=0.0)
        held = max((p[1].share for p in same), default=0.0)
        if not same and not metadata:
            if rival and rival[2] >= _CLEARLY:
                yield Fault(f"the source says {_time_text(rival)}, not {written}")
            else:
                yield Fault(f"{written} is not in the source")
        elif not metadata and rival and rival[2] >= max(_CLEARLY, _NEARER * nearest) and rival[1].share >= held:
            placed = _held_in_clause(statement, time, rival[1])
            yield Fault(f"the source says {_time_text(rival)}, not {written}", grave=placed)


def _held_in_clause(statement: Reading, time: Window, aligned: Aligned) -> bool:
    """Whether a line holds anything of what the time's own clause tells ("…: it was first set in 2022")."""
    spans = (token.span for token, _ in aligned.pairs if token.span[1] <= time.span[0] or token.span[0] >= time.span[1])
    return any(
        not _CLAUSE_END.search(statement.text, min(span[1], time.span[1]), max(span[0], time.span[0])) for span in spans
    )


def _ends_before(statement: Reading, time: Window, places: Sequence[tuple[Window, Aligned, float]]) -> bool:
    """Whether a statement says "before 2027" of what the source has happen by 2026."""
    if not _YEAR.fullmatch(statement.text[slice(*time.span)]) or not time.since:
        return False
    before = _BEFORE_YEAR.search(statement.text[max(0, time.span[0] - 30) : time.span[0]])
    return bool(before) and any(p[0].until and p[0].until.year == time.since.year - 1 for p in places)


def _is_about(statement: Reading, time: Window, others: Sequence[Window]) -> bool:
    """Whether a time said to be near a day ("shortly before Christmas") is near one of the others."""
    if not _NEAR_DAY.search(statement.text[max(0, time.span[0] - 20) : time.span[0]]):
        return False
    return any(
        time.since and time.until and other.since and other.until
        and (other.since - time.until).days <= _NEAR_DAYS and (time.since - other.until).days <= _NEAR_DAYS
        and (other.until - other.since).days <= _NEAR_DAYS
        for other in others
    )  # fmt: skip


def _same_season(written: str, source: Source) -> bool:
    """Whether a source says "this summer", which is the summer of its own year."""
    season = _SEASON.match(written)
    years = {source.item.date.year, source.item.issue.year}
    return season is not None and season[1].lower() in source.forms and int(season[2]) in years


def _time_text(place: tuple[Window, Aligned, float]) -> str:
    return place[1].line.reading.text[slice(*place[0].span)]


def _same_time(statement: Reading, said: Window, held: Window, line: Reading | None) -> bool:
    """Whether a time of the source is the one that is said: as far as both are told."""
    if not (said.since and said.until and held.since and held.until):
        return False
    words = statement.text[slice(*said.span)]
    if not _FOUR_DIGITS.search(words) and said.since.year != held.since.year:
        said_months, held_months = (said.since.month, said.until.month), (held.since.month, held.until.month)
        if said_months != held_months:
            return False
        return (said.since.day, said.until.day) == (held.since.day, held.until.day)
    if said.since > held.until or held.since > said.until:
        return False
    length, held_length = (said.until - said.since).days, (held.until - held.since).days
    if length <= 31 and held_length > 31 and line is not None:
        return False  # a month is told, the source knows the year
    return not (length == 0 and held_length > 0)
