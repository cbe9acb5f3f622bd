"""Whether each figure and each time of a statement stands in its sources, about the same thing.

Takes a statement's reading and its alignment; gives faults. A figure that stands elsewhere in the source, about another
thing, is a fault too: where another figure of the same unit stands much nearer to what the statement speaks of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from rag.retrieval.points import Window
from rag.verify.alignment import Aligned, advantage, affinity
from rag.verify.numerals import SPELLED
from rag.verify.quantities import Bound, Quantity
from rag.verify.readings import Reading
from rag.verify.records import Fault
from rag.verify.sources import Source

_LOWER: frozenset[Bound] = frozenset(("over", "least"))
_UPPER: frozenset[Bound] = frozenset(("under", "most", "nearly"))
_ROUGH = 0.1  # by how much a figure may differ from one said to be about it
_ROUGHLY = 0.25  # the same of a round figure: "more than half", "over 500"
_SMALL, _FEW = 12, 3  # up to which a number in words may count what the writer lists
_HEAD = 3  # words behind a number in which stands what it counts
_NEARER = 1.7  # how many times nearer another figure must stand to be the one that is meant
_NEARER_BESIDE = 1.25  # the same in one sentence, where both are told in the same words
_ADVANTAGE = 2.0  # how many times more of what is said must stand nearer to the other there
_CLEARLY = 0.15  # affinity from which a place speaks of the same thing
_OPENED = 0.8  # affinity of a time that opens a list, as a share of what the bullet holds of the statement
_AS_NEAR = 0.8  # share of what the best line holds from which a bullet is the one that is meant
_AS_MUCH = 0.7  # share of what the line of a figure holds that the line of another must hold to be meant instead
_EXACT = 1e-9
_DUE = re.compile(
    r"(?:\b(?:by|until|till|up to|no later than|bis|as of|starting(?: from)?|beginning"
    r"|(?:appl(?:y|ies|ied)|effective|in(?:to)? force|effect|valid)(?: from| as of| since| on))(?: the)?"
    r"(?: (?:end|middle|beginning) of)?(?: the year)?|[到至]) ?\Z",
    re.I,
)
# "before 2027", "by the start of 2027": the year before ends then
_BEFORE_YEAR = re.compile(r"\b(?:before|ahead of|by the (?:start|beginning|turn) of) \Z", re.I)
_NEAR_DAY = re.compile(r"\b(?:(?:shortly|just|soon|briefly|right) (?:before|after)|around|about) \Z", re.I)
_NEAR_DAYS = 10
_YEAR = re.compile(r"\b(?:before|ahead of|by the (?:start|beginning|turn) of) \Z", re.I)
_NEAR_DAY = re.compile(r"\b(?:(?:shortly|just|soon|briefly|right) (?:before|after)|around|about) \Z", re.I)
_NEAR_DAYS = 10
_YEAR = re.compile(r"(?:19|20)\d\d")
_NO_COUNT = ("share", "points", "month", "day", "minute", "second", "level", "article", "version", "phase", "stage")
_OTHERS = re.compile(r" (?:other|more|further|weitere|additional)\b")
_DAYS = {"month": 30.4, "day": 1.0}
_SPAN_ROUGH = 0.2  # by how much a span in words may differ from that between two days
_SPANS = ("month", "day", "minute")
_APART = re.compile(r" (?:later|earlier|before|after|ahead|apart|on\b|prior)", re.I)  # "three years later"
_BODIES = re.compile(
    r"(?:[\s-]+[\w-]+){0,2}?[\s-]+(?:agenc|ministr|bodies|departments|regulators|authorities|commissions|Behörden|Ministerien)"
    r"|(?:个)?(?:部门|部委)",
    re.I,
)
_SIMPLE = (1 / 4, 1 / 3, 2 / 3, 3 / 4)
_SCALES = {"share": 0.01, "month": 12}
_LIST = re.compile(r"\w, [^,]{1,40},? and ")
_SEASON = re.compile(r"(spring|summer|autumn|winter)\b.*?(\d{4})", re.I)
_FOUR_DIGITS = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class _Place:
    """A figure of a source, and how near to it stands what the statement says."""

    quantity: Quantity
    aligned: Aligned
    nearness: float


def figure_faults(statement: Reading, aligned: Sequence[Aligned]) -> Iterator[Fault]:
    """What is wrong with the figures of a statement."""
    for quantity in statement.quantities:
        places = [
            _Place(other, a, affinity(a, statement, quantity.span, other.span))
            for a in aligned
            for other in a.line.reading.quantities
        ]
        if fault := _fault(statement, quantity, places, aligned):
            yield fault


def _fault(
    statement: Reading, quantity: Quantity, places: Sequence[_Place], aligned: Sequence[Aligned]
) -> Fault | None:
    written = statement.text[slice(*quantity.span)].strip()
    ways = _ways(statement, quantity)
    same = [place for place in places if any(_agrees(way, place.quantity) for way in ways)]
    stated = {q.key for q in statement.quantities}
    rivals = [p for p in places if p.quantity.unit == quantity.unit and p.quantity.key not in stated]
    rival = max(rivals, key=lambda place: place.nearness, default=None)
    if _follows(statement, quantity, places, aligned) or _lies_between(statement, quantity, aligned):
        return None
    if not same:
        own = _is_own(statement, quantity, rivals, several=len({a.source.item for a in aligned}) > 1)
        if rival and rival.nearness >= _CLEARLY:
            grave = quantity.unit == "ordinal" or not own
            return Fault(f"the source says {_written(rival)}, not {written}", grave)
        return Fault(f"{written} is not in the source", grave=not own and not _is_reckoned(statement, quantity, places))
    best = max(same, key=lambda place: place.nearness)
    if _turned(quantity, [p for p in same if p.nearness >= best.nearness / _NEARER]):
        return Fault(f"the source says {_written(best)}, not {written}")
    titled = any(p.aligned.line.sentence and p.aligned.line.sentence.part == "reference" for p in same)
    rivals = [place for place in rivals if place.aligned.share >= _AS_MUCH * best.aligned.share]
    rival = max(rivals, key=lambda place: place.nearness, default=None)
    if rival and not titled and rival.nearness >= _CLEARLY and _is_meant(statement, quantity, best, rival):
        return Fault(f"the source says {_written(rival)}, not {written}")
    return None


def _is_own(statement: Reading, quantity: Quantity, rivals: Sequence[_Place], *, several: bool) -> bool:
    """Whether a figure may be the writer's own: an ordinal, a span between two times, or a small number in words of
    things that the source does not count, told of several items or before a colon.
    """
    if quantity.unit == "ordinal":
        return True
    if quantity.unit in _SPANS and _APART.match(statement.text, quantity.span[1]):
        return not any(_APART.match(r.aligned.line.reading.text, r.quantity.span[1]) for r in rivals)
    written, behind = statement.text[slice(*quantity.span)], statement.text[quantity.span[1] :]
    if quantity.unit or quantity.value > _SMALL or any(c.isdigit() for c in written) or behind.startswith(" of "):
        return False
    if not several and ":" not in behind and quantity.value > _FEW:
        return False
    counted = _counted(statement, quantity)
    return not any(counted & _counted(rival.aligned.line.reading, rival.quantity) for rival in rivals)


def _is_reckoned(statement: Reading, quantity: Quantity, places: Sequence[_Place]) -> bool:
    """Whether a figure may be reckoned from the source: told in words, no part of a whole, no amount of money, and its
    number not that of another unit.
    """
    written, behind = statement.text[slice(*quantity.span)], statement.text[quantity.span[1] :]
    if any(c.isdigit() for c in written) or behind.startswith(" of ") or quantity.unit.isupper():
        return False
    number = next((token for token in written.lower().split() if token in SPELLED), "")
    held = {word for place in places for word in _written(place).lower().split()}
    return number not in held and str(SPELLED.get(number)) not in held


def _counted(reading: Reading, quantity: Quantity) -> frozenset[str]:
    """Forms of the words behind a number, of which one is what it counts."""
    behind = [token for token in reading.tokens if token.span[0] >= quantity.span[1]]
    end = reading.range(quantity.span)[1]
    return frozenset(form for token in behind if token.at - end <= _HEAD for form in token.forms)


def _is_meant(statement: Reading, quantity: Quantity, best: _Place, rival: _Place) -> bool:
    """Whether a statement speaks of another figure's thing: in one sentence, by what stands nearer to either."""
    if rival.aligned.line is not best.aligned.line:
        return rival.nearness > _NEARER * best.nearness
    spans = quantity.span, best.quantity.span, rival.quantity.span
    return advantage(best.aligned, statement, *spans) > _ADVANTAGE and rival.nearness > _NEARER_BESIDE * best.nearness


def _written(place: _Place) -> str:
    return place.aligned.line.reading.text[slice(*place.quantity.span)].strip()


def _ways(statement: Reading, quantity: Quantity) -> list[Quantity]:
    """A figure, and where it has no unit, with that of another figure beside it: "ten percent, now at five"."""
    units = {q.unit for q in statement.quantities if q.unit} if not quantity.unit else set()
    scaled = [replace(quantity, value=quantity.value * _SCALES.get(unit, 1), unit=unit) for unit in sorted(units)]
    return [quantity, *scaled]


def _agrees(said: Quantity, source: Quantity) -> bool:
    """Whether a figure of the source is the one that is said, bounds aside."""
    if said.unit != source.unit and said.unit and source.unit:
        return False
    if said.unit != source.unit and "ordinal" in (said.unit, source.unit):
        return False
    if not said.unit and source.unit in _NO_COUNT:
        return False
    value, held = said.value, source.value
    if abs(value - held) <= _EXACT * max(abs(value), abs(held)):
        return True
    share = (held - value) / max(abs(value), 1e-12)
    rough = _ROUGHLY if _is_round(value) and (value >= 10 or said.unit == "share") else _ROUGH
    match said.bound:
        case "about":
            return abs(share) <= _ROUGH
        case "nearly":
            return -_ROUGH <= share <= 0
        case "over" | "least":
            return 0 <= share <= rough and (value >= 10 or bool(said.unit)) and source.bound not in _UPPER
        case "under" | "most":
            return -rough <= share <= 0 and (value >= 10 or bool(said.unit)) and source.bound not in _LOWER
    return False


def _is_round(value: float) -> bool:
    """Whether a figure has one digit but noughts, or is a simple fraction."""
    return f"{value:.6g}".strip("0.").replace(".", "").rstrip("0") in set("123456789") or value in _SIMPLE


def _turned(said: Quantity, same: Sequence[_Place]) -> bool:
    """Whether every place of the figure bounds it the other way round."""
    if said.bound in _LOWER:
        return all(place.quantity.bound in _UPPER for place in same)
    if said.bound in _UPPER:
        return all(place.quantity.bound in _LOWER for place in same)
    return False


def _follows(statement: Reading, quantity: Quantity, places: Sequence[_Place], aligned: Sequence[Aligned]) -> bool:
    """Whether a figure follows from the source: a fold from two amounts, a number of bodies from the issuing line."""
    if quantity.unit == "share":
        amounts = [(p.quantity.value, p.quantity.unit) for p in places if p.quantity.unit != "share"]
        return quantity.value >= 1.5 and any(
            unit == other and abs(a - quantity.value * b) <= _EXACT * a for a, unit in amounts for b, other in amounts
        )
    if quantity.unit:
        return False
    if not _BODIES.match(statement.text, quantity.span[1]):
        cited = len({a.source.item.id for a in aligned})
        return quantity.value in _listed(statement.text) or 1 < quantity.value == cited
    others = bool(_OTHERS.match(statement.text, quantity.span[1]))
    numbers: set[float] = {len(a.source.item.bodies) - led for a in aligned for led in (0, 1)}
    numbers |= {p.quantity.value - 1 for p in places if others and not p.quantity.unit}
    return quantity.value in numbers or quantity.value in _listed(statement.text)


def _lies_between(statement: Reading, quantity: Quantity, aligned: Sequence[Aligned]) -> bool:
    """Whether a span ("two weeks later") lies between two days of the sources."""
    days = _DAYS.get(quantity.unit)
    if days is None:
        return False
    years = {t.year for time in statement.times for t in (time.since, time.until) if t}
    if any(quantity.value / 12 in (y - x, y - x + 1) for x, y in combinations(sorted(years), 2)):
        return quantity.unit == "month"  # "three years, from 2024 to 2026"
    if not _APART.match(statement.text, quantity.span[1]):
        return False
    told = {a.source.item.date for a in aligned} | {
        time.since for a in aligned for time in a.line.reading.times if time.since and a.line.sentence
    }
    span = quantity.value * days
    return any(abs(abs((x - y).days) - span) <= _SPAN_ROUGH * span for x, y in combinations(sorted(told), 2))


def _listed(text: str) -> set[int]:
    """How many things the statement itself lists: "A, B and C are the three"."""
    return {
        clause.count(", ") + 2 - (", and " in clause) for clause in re.split(r"[.;:]", text) if _LIST.search(clause)
    }


# --- times ---------------------------------------------------------------------------------------------------------


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
            yield Fault(f"the source says {_time_text(rival)}, not {written}")


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
