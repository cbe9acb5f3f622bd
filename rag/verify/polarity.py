"""Whether a statement turns round what its source says: by a negation, or by a word that means the opposite.

Takes a statement's reading and its alignment; gives faults. The opposites stand in `opposites.txt` beside this file.
Only what speaks of the same thing is compared: the words beside a turned word must stand beside its opposite too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rag.index.tokens import folded, stem
from rag.verify.alignment import Aligned, beside, local
from rag.verify.readings import Reading
from rag.verify.records import Fault

TABLE = Path(__file__).with_name("opposites.txt")
_NEGATIONS = frozenset(
    "not no never without cannot neither nor none nobody nothing don't doesn't didn't isn't aren't wasn't weren't won't "
    "wouldn't can't couldn't shouldn't mustn't hasn't haven't nicht kein keine keinen keiner keinem nie ohne".split()
)
# Words that deny in their own way: where one stands, a missing "not" proves nothing.
_DENIALS = frozenset(
    stem(word)
    for word in (
        "lack fail hardly scarcely barely unlikely rule prohibit forbid forbidden ban exclude exempt only few little "
        "refuse doubt absence missing rather instead short avoid prevent stop cease end loss lose hard difficult deny "
        "reject untouched unable unclear uncertain open instead except apart bar unless mere merely alone limit remain "
        "restrict remove replace leave against free low"
    ).split()
)
_CONDITIONS = frozenset(("unless", "until", "only", "but"))  # "not unless" denies nothing
_SCOPE = 6  # words behind a negation that it denies
_CLEARLY = 2.5  # affinity from which a word speaks of the same thing
_NEARER = 1.3  # how many times nearer than one that agrees a word must stand that says the opposite
_MOSTLY = 0.5  # share of the statement that a line holds that is about the same thing, wherever its words stand
_TELLING = 1.5  # weight of a word that is worth denying
_NEAR = 9  # words around a denied word in which another denial undoes it


@dataclass(frozen=True, slots=True)
class _Turn:
    """A word of a pair of opposites in a text: which pair, which side after negations, where."""

    axis: int
    side: int  # +1 or -1
    at: int
    word: str


@lru_cache(maxsize=1)
def _opposites() -> dict[str, list[tuple[tuple[str, ...], int, int]]]:
    """The words of the table by their first stem: all stems, the pair, the side."""
    found: dict[str, list[tuple[tuple[str, ...], int, int]]] = {}
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.strip() and line[0] != "#"]
    for axis, line in enumerate(lines):
        for side, words in zip((1, -1), line.split("<>"), strict=True):
            for name in words.split("|"):
                phrase = tuple(stem(word) for word in folded(name))
                found.setdefault(phrase[0], []).append((phrase, axis, side))
    return found


@lru_cache(maxsize=4096)
def _turns(reading: Reading) -> tuple[_Turn, ...]:
    denied = _denied(reading.plain)
    stems = [stem(word) for word, _ in reading.plain]
    found = []
    for i, (word, at) in enumerate(reading.plain):
        for phrase, axis, side in _opposites().get(stems[i], ()):
            if tuple(stems[i : i + len(phrase)]) == phrase:
                found.append(_Turn(axis, -side if at in denied else side, at, word))
    return tuple(found)


def _denied(plain: Sequence[tuple[str, int]]) -> frozenset[int]:
    """Places in words that a negation denies: those behind it up to a break, or before it where it ends its clause."""
    places: set[int] = set()
    for i, (word, at) in enumerate(plain):
        if word not in _NEGATIONS:
            continue
        behind = []
        last = at
        if any(other in _CONDITIONS for other, _ in plain[i + 1 : i + 1 + 2 * _SCOPE]):
            continue
        for _, place in plain[i + 1 : i + 1 + _SCOPE]:
            if place - last > 1 + 1:
                break
            behind.append(place)
            last = place
        if not behind:  # "on price they did not"
            last = at
            for _, place in reversed(plain[max(0, i - _SCOPE) : i]):
                if last - place > 1 + 1:
                    break
                behind.append(place)
                last = place
        places.update(behind)
    return frozenset(places)


def polarity_faults(statement: Reading, aligned: Sequence[Aligned]) -> Iterator[Fault]:
    """What is turned round, told by the lines that hold most of what stands around it."""
    for turn in _turns(statement):
        line = local(aligned, turn.at)
        if line and (other := _opposite(turn, line)):
            yield Fault(f"the source says “{other.word}”, the statement says “{turn.word}”")
    yield from _negated(statement, aligned)


def _opposite(turn: _Turn, aligned: Aligned) -> _Turn | None:
    """The word of a line that says the opposite of the same thing."""
    held = [other for other in _turns(aligned.line.reading) if other.axis == turn.axis]
    rated = [(beside(aligned, turn.at, other.at), other) for other in held]
    agree = max((rate for rate, other in rated if other.side == turn.side), default=0.0)
    against = max(((rate, other.at, other) for rate, other in rated if other.side != turn.side), default=None)
    if against is None:
        return None
    if agree:
        return against[2] if against[0] >= _CLEARLY and against[0] > _NEARER * agree else None
    return against[2] if against[0] >= _CLEARLY or aligned.share >= _MOSTLY else None


def _negated(statement: Reading, aligned: Sequence[Aligned]) -> Iterator[Fault]:
    said = _denied(statement.plain)
    for place in sorted(said):
        line = local(aligned, place)
        if line and not _denied(line.line.reading.plain):
            pairs = [(token, at) for token, at in line.pairs if token.at == place and token.weight >= _TELLING]
            if any(not _denies(line.line.reading.plain, other) for _, at in pairs for other in at):
                yield Fault("the source does not deny it")
    if said or not aligned:
        return
    line = aligned[0]
    held = _denied(line.line.reading.plain)
    for token, at in line.pairs:
        if token.weight >= _TELLING and all(place in held for place in at) and not _denies(statement.plain, token.at):
            yield Fault("the source denies it")


def _denies(plain: Sequence[tuple[str, int]], place: int) -> bool:
    return any(
        abs(at - place) <= _NEAR and (word in _NEGATIONS or stem(word) in _DENIALS or re.match(r"un|in[^tdcv]|dis|non", word))
        for word, at in plain
    )
