"""How a statement lies over the lines of its sources: what of it each line holds, and what stands near what.

Takes readings; gives shares and affinities. An affinity says how much of what stands around a place in the statement
stands around a place in a line too: it tells which of two figures a statement means.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.briefs.records import Span
from rag.verify.readings import Reading, Token
from rag.verify.sources import Line, Source

_REACH = 4.0  # words at which nearness is worth half
_GAIN = 0.12  # least share of the statement that a further sentence must newly hold to belong to the evidence
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
    """How much of what stands around a place of the statement stands around a place of the line: 0 to about 10."""
    here, there = statement.at(place[0]), aligned.line.reading.at(line_place[0])
    total = 0.0
    for token, at in aligned.pairs:
        if token.span[0] < place[1] and place[0] < token.span[1]:
            continue  # the thing itself
        near = max([nearness(there - other) for other in at])
        total += token.weight * nearness(here - token.at) * near
    return total


def nearness(words: int) -> float:
    """What a word counts for at a distance of so many words: 1 to 0."""
    return 1 / (1 + (words / _REACH) ** 2)


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
    """Share of the statement's weight that the lines hold together."""
    total = sum(token.weight for token in statement.tokens) or 1.0
    held = {id(token): token.weight for aligned in lines for token, _ in aligned.pairs}
    return sum(held.values()) / total



def beside(aligned: Aligned, here: int, there: int) -> float:
    """An affinity of two places in words."""
    return sum(
        token.weight * nearness(here - token.at) * max([nearness(there - other) for other in at])
        for token, at in aligned.pairs
    )


def local(aligned: Sequence[Aligned], place: int) -> Aligned | None:
    """The line that holds most of what stands around a place in words of the statement."""
    return max(
        (a for a in aligned if a.line.sentence),
        key=lambda a: sum(token.weight * nearness((token.at - place) // 2) for token, _ in a.pairs),
        default=None,
    )
