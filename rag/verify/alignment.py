"""How a statement lies over the lines of its sources: what of it each line holds, and what stands near what.

Takes readings; gives shares and affinities. An affinity says how much of what stands around a place in the statement
stands around a place in a line too: it tells which of two figures a statement means.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.briefs.records import Span
from rag.verify.readings import Range, Reading, Token
from rag.verify.sources import Line, Source

# Words at which nearness is worth half: a statement is one short sentence, a line may list many things.
_WIDE, _NARROW = 10.0, 4.0
_LITTLE = 0.1  # weight that counts as none
_ALIKE = 0.6  # share of what the best line holds from which a line counts beside it
_GAIN = 0.12  # least share of the statement that a further sentence must newly hold to belong to the evidence
_SYNONYM = 0.7  # what a word counts for that is held by one that says the same
_MOST = 3  # sentences of evidence


@dataclass(frozen=True, slots=True)
class Aligned:
    """One line of a source under a statement."""

    source: Source
    line: Line
    pairs: tuple[tuple[Token, tuple[int, ...]], ...]  # a token of the statement, its places in words in the line
    share: float  # of the statement's weight that the line holds, 0 to 1


def align(statement: Reading, sources: Iterable[Source]) -> list[Aligned]:
    """Every line of the sources under the statement, the one that holds most first."""
    total = sum(token.weight for token in statement.tokens) or 1.0
    found = []
    for source in sources:
        for line in source.lines:
            places = line.reading.places
            pairs = []
            for token in statement.tokens:
                if at := [place for form in token.forms if form in places for place in places[form]]:
                    pairs.append((token, tuple(at)))
            share = sum(token.weight for token, _ in pairs) / total
            found.append(Aligned(source, line, tuple(pairs), share))
    # of equals the first; a reference line or heading only where nothing else holds as much
    return sorted(found, key=lambda a: (-a.share, a.line.sentence is None or a.line.sentence.part == "reference"))


def affinity(aligned: Aligned, statement: Reading, place: Span, line_place: Span) -> float:
    """How much of what stands around a place of the statement stands around a place of the line: 0 to 1."""
    return beside(aligned, statement, statement.range(place), aligned.line.reading.range(line_place))


def beside(aligned: Aligned, statement: Reading, here: Range, there: Range, reach: float = _WIDE) -> float:
    """An affinity of two stretches, each from its first to its last word; `reach` is that in the statement."""
    total = 0.0
    possible = sum(
        t.weight * _worth(_away(t.at, here), reach) for t in statement.tokens if not here[0] <= t.at <= here[1]
    )
    for token, at in aligned.pairs:
        if here[0] <= token.at <= here[1]:
            continue  # the thing itself
        if near := [_away(other, there) for other in at if not there[0] <= other <= there[1]]:
            total += token.weight * _worth(_away(token.at, here), reach) * _worth(min(near), _NARROW)
    return total / possible if possible else 0.0


def advantage(aligned: Aligned, statement: Reading, place: Span, own: Span, other: Span) -> float:
    """How many times more of what stands around a place of the statement is nearer to another place of a line than to
    its own, than the other way round.
    """
    here = statement.range(place)
    held, rival = aligned.line.reading.range(own), aligned.line.reading.range(other)
    gained, lost = 0.0, _LITTLE
    for token, at in aligned.pairs:
        if here[0] <= token.at <= here[1]:
            continue
        worth = token.weight * _worth(_away(token.at, here), _WIDE)
        nearer = max(_worth(_away(p, rival), _NARROW) for p in at) - max(_worth(_away(p, held), _NARROW) for p in at)
        gained, lost = gained + worth * max(nearer, 0), lost + worth * max(-nearer, 0)
    return gained / lost


def _away(place: int, stretch: Range) -> int:
    """Words between a place and the nearer end of a stretch."""
    return max(stretch[0] - place, place - stretch[1], 0)


def _worth(words: int, reach: float) -> float:
    """What a word counts for at a distance of so many words: 1 to 0, a half at the reach."""
    return 1 / (1 + (words / reach) ** 2)


def around(aligned: Sequence[Aligned], place: int) -> list[Aligned]:
    """The lines that hold most of what stands around a place in words of the statement, best first."""
    rated = [
        (sum(token.weight * _worth(token.at - place, _WIDE / 2) for token, _ in a.pairs), a)
        for a in aligned
        if a.line.sentence
    ]
    best = max((rate for rate, _ in rated), default=0.0)
    return [a for rate, a in sorted(rated, key=lambda r: -r[0]) if rate >= _ALIKE * best > 0]


def chosen(aligned: Sequence[Aligned], statement: Reading) -> list[Aligned]:
    """The lines that together hold most of the statement, best first."""
    total = sum(token.weight for token in statement.tokens) or 1.0
    kept: list[Aligned] = []
    held: set[int] = set()
    candidates = [a for a in aligned if a.line.sentence and a.pairs]
    while candidates and len(kept) < _MOST:
        best = max(candidates, key=lambda a: _new(a, held))
        if kept and _new(best, held) < _GAIN * total:
            break
        kept.append(best)
        held |= {id(token) for token, _ in best.pairs}
        candidates.remove(best)
    return kept


def _new(aligned: Aligned, held: set[int]) -> float:
    return sum(token.weight for token, _ in aligned.pairs if id(token) not in held)


def held_by(lines: Iterable[Aligned], statement: Reading) -> float:
    """Share of the statement's weight that the lines hold together; a word held by a synonym counts for less."""
    total = sum(token.weight for token in statement.tokens) or 1.0
    held: dict[int, float] = {}
    for aligned in lines:
        for token, _ in aligned.pairs:
            same = any(form[0] != "~" and form in aligned.line.reading.places for form in token.forms)
            held[id(token)] = max(held.get(id(token), 0.0), token.weight if same else _SYNONYM * token.weight)
    return sum(held.values()) / total
