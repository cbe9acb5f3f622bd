"""Whether a statement gives two things of one kind each other's part: two figures, times, companies or bodies.

Takes a statement's reading and its alignment; gives faults. "A builds X and B builds Y" is compared by clauses: what
stands in the clause of either must stand in the source beside the same one. Also who does what to whom: "A supplies B".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.briefs.records import Span
from rag.verify.alignment import Aligned
from rag.verify.quantities import joined
from rag.verify.readings import Reading, Token
from rag.verify.records import Fault
from rag.verify.sources import Line

_MARGIN = 1.7  # weight that must at least stand the other way round
_CROSSED = 1.4  # how many times more must stand the other way round
_ABOUT = 0.35  # share of the statement that a line holds that tells of the same deed
# Where a clause ends, the strongest first.
_ENDS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        r"[;:。；]",
        r",? (?:while|whereas|but|against)\b|, (?:and|with)\b|，",
        r",",
        r"\b(?:and|with|or)\b|和|与",
    )
)
_VERB = 2  # words behind who does it of which one is the verb
_NEXT = re.compile(r"\b(?:and|while|whereas|but)\b|;", re.I)
_NAMES = ("company", "body")
_COMPARES = re.compile(r"\b(?:from|compared|against|after|than|total|between)\b", re.I)  # two of one thing


@dataclass(frozen=True, slots=True)
class _Mark:
    """A thing that is told apart from others of its kind, and where it stands."""

    kind: str
    key: str
    span: Span


def exchange_faults(statement: Reading, aligned: Sequence[Aligned]) -> Iterator[Fault]:
    """The pairs of a statement that the source has the other way round."""
    said = _marks(statement)
    for kind in dict.fromkeys(mark.kind for mark in said):
        marks = [mark for mark in said if mark.kind == kind]
        clauses = _clauses(statement.text, marks)
        for first, second in pairwise(range(len(marks))):
            one, two = marks[first], marks[second]
            between = statement.text[one.span[1] : two.span[0]]
            if one.key == two.key or _COMPARES.search(between) or not _are_apart(statement, one, two):
                continue
            straight, crossed = _weigh(statement, (one, two), (clauses[first], clauses[second]), aligned)
            if crossed > _CROSSED * straight + _MARGIN:
                written = (statement.text[slice(*mark.span)].strip() for mark in (one, two))
                yield Fault("{} and {} are exchanged".format(*written))
    yield from _roles(statement, aligned)


def _are_apart(statement: Reading, one: _Mark, two: _Mark) -> bool:
    """Whether of either is told something of its own: a clause must end between figures, of names more stand there."""
    if one.kind not in _NAMES:
        return any(end.search(statement.text, one.span[1], two.span[0]) for end in _ENDS)
    told = [token for token in statement.tokens if one.span[1] <= token.span[0] < two.span[0]]
    return len(told) > 1 and bool(_NEXT.search(statement.text, one.span[1], two.span[0]))


def _marks(reading: Reading) -> list[_Mark]:
    ranged = {q for pair in pairwise(reading.quantities) if joined(reading.text, *pair) for q in pair}
    return [
        *(_Mark(f"figure {q.unit}", q.key, q.span) for q in reading.quantities if q not in ranged),
        *(_Mark("time", f"{t.since} {t.until}", t.span) for t in reading.times if t.since and t.until),
        *(_Mark("company", mention.key, mention.span) for mention in reading.companies),
        *(_Mark("body", mention.key, mention.span) for mention in reading.bodies),
    ]


def _clauses(text: str, marks: Sequence[_Mark]) -> list[Span]:
    """For each mark the stretch of the text that speaks of it: up to the strongest break before the next."""
    starts, ends = [0], []
    for mark, following in pairwise(marks):
        end = _break(text, mark.span[1], following.span[0])
        ends.append(end)
        starts.append(end)
    return list(zip(starts, [*ends, len(text)], strict=True))


def _break(text: str, start: int, end: int) -> int:
    for pattern in _ENDS:
        if found := list(pattern.finditer(text, start, max(start, end))):
            return found[-1].start()
    return (start + end) // 2


def _weigh(
    statement: Reading, marks: tuple[_Mark, _Mark], clauses: tuple[Span, Span], aligned: Sequence[Aligned]
) -> tuple[float, float]:
    """The weight that stands beside the same mark in the source, and that beside the other one."""
    held = [_held(statement, mark, aligned) for mark in marks]
    if None in held:
        return 0.0, 0.0
    straight = crossed = 0.0
    for own, (start, end) in enumerate(clauses):
        mine, others = held[own] or set(), held[1 - own] or set()
        for token in statement.tokens:
            if start <= token.span[0] < end and not any(_inside(token, mark) for mark in marks):
                straight += token.weight * (token in mine and token not in others)
                crossed += token.weight * (token in others and token not in mine)
    return straight, crossed


def _held(statement: Reading, mark: _Mark, aligned: Sequence[Aligned]) -> set[Token] | None:
    """The words of a statement that stand beside a mark in the source; None where the source does not have it."""
    found: set[Token] | None = None
    for a in aligned:
        for start, end in _stretches(a.line, mark):
            found = found or set()
            inside = {t.at for t in a.line.reading.tokens if start <= t.span[0] < end}
            found |= {token for token, at in a.pairs if inside.intersection(at)}
    return found


def _stretches(line: Line, mark: _Mark) -> Iterator[Span]:
    """The clauses of a line that speak of a mark: of a bullet all, where its opening has it and it has no other."""
    own = [other for other in _marks(line.reading) if other.kind == mark.kind]
    for other, clause in zip(own, _clauses(line.reading.text, own) if own else (), strict=True):
        if other.key == mark.key:
            yield clause
    if not own and line.opening and any(o.key == mark.key for o in _marks(line.opening.reading)):
        yield 0, len(line.reading.text)


def _inside(token: Token, mark: _Mark) -> bool:
    return mark.span[0] <= token.span[0] < mark.span[1]


def _roles(statement: Reading, aligned: Sequence[Aligned]) -> Iterator[Fault]:
    """Two companies of which the source says that the other one does it to the one."""
    for one, two in pairwise(statement.companies):
        between = _deed(statement, one.span, two.span)
        if one.key == two.key or not between:
            continue
        for a in aligned:
            companies = a.line.reading.companies
            if a.share < _ABOUT or any(
                _deed(a.line.reading, x.span, y.span)
                for x in companies
                for y in companies
                if (x.key, y.key) == (one.key, two.key)
            ):
                continue
            for x, y in pairwise(companies):
                deed = _deed(a.line.reading, x.span, y.span) if (x.key, y.key) == (two.key, one.key) else ()
                if any(t.forms & d.forms for t in between for d in deed):
                    yield Fault(
                        f"{statement.text[slice(*one.span)]} and {statement.text[slice(*two.span)]} are exchanged"
                    )
                    return


def _deed(reading: Reading, first: Span, second: Span) -> tuple[Token, ...]:
    """The first words between who does it and to whom it is done; empty where that is not plain."""
    between = reading.text[first[1] : second[0]]
    if first[1] >= second[0] or ";" in between or re.search(r"\b(?:by|and)\b", between):
        return ()
    return tuple(token for token in reading.tokens if first[1] <= token.span[0] < second[0])[:_VERB]
