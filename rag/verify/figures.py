"""Whether each figure of a statement stands in its sources, about the same thing.

Takes a statement's reading and its alignment; gives faults. A figure that stands elsewhere in the source, about another
thing, is a fault too: where another figure of the same unit stands much nearer to what the statement speaks of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from rag.verify.alignment import Aligned, advantage, affinity
from rag.verify.numerals import SPELLED
from rag.verify.quantities import Bound, Quantity, currencies
from rag.verify.readings import Reading
from rag.verify.records import Fault

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
_AS_MUCH = 0.7  # share of what the line of a figure holds that the line of another must hold to be meant instead
_EXACT = 1e-9
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


@dataclass(frozen=True, slots=True)
class _Place:
    """A figure of a source, and how near to it stands what the statement says."""

    quantity: Quantity
    aligned: Aligned
    nearness: float


def figure_faults(statement: Reading, aligned: Sequence[Aligned]) -> Iterator[Fault]:
    """What is wrong with the figures of a statement."""
    yield from _currency_faults(statement, aligned)
    for quantity in statement.quantities:
        places = [
            _Place(other, a, affinity(a, statement, quantity.span, other.span))
            for a in aligned
            for other in a.line.reading.quantities
        ]
        if fault := _fault(statement, quantity, places, aligned):
            yield fault


def _currency_faults(statement: Reading, aligned: Sequence[Aligned]) -> Iterator[Fault]:
    """A currency without a figure ("in billions of yuan") that no source names where the nearest line has another."""
    counted = {quantity.unit for quantity in statement.quantities}
    said = currencies(statement.text) - counted
    held = {currency for a in aligned for currency in currencies(a.line.reading.text)}
    instead = currencies(aligned[0].line.reading.text) if aligned else set()
    for currency in sorted(said - held):
        if instead:
            yield Fault(f"the source says {min(instead)}, not {currency}")


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
