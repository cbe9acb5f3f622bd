"""Whether a statement turns round what its source says: by a negation, or by a word that means the opposite.

Takes a statement's reading and its alignment; gives faults. The opposites stand in `opposites.txt` beside this file.
Only what speaks of the same thing is compared: the words beside a turned word must stand beside its opposite too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from pathlib import Path

from rag.index.tokens import folded, stem
from rag.verify.alignment import Aligned, around, beside
from rag.verify.readings import Reading
from rag.verify.records import Fault

TABLE = Path(__file__).with_name("opposites.txt")
_NEGATIONS = frozenset(
    "not no never without cannot neither nor none nobody nothing don't doesn't didn't isn't aren't wasn't weren't "
    "won't wouldn't can't couldn't shouldn't mustn't hasn't haven't "
    "nicht kein keine keinen keiner keinem nie ohne".split()
)
# Words that deny in their own way: where one stands, a missing "not" proves nothing.
_DENIALS = frozenset(
    stem(word)
    for word in (
        "lack fail hardly scarcely barely unlikely rule prohibit forbid forbidden ban exclude exempt only few little "
        "refuse doubt absence missing rather instead short avoid prevent stop cease end loss lose hard difficult deny "
        "reject untouched unable unclear uncertain open instead except apart bar unless mere merely alone limit remain "
        "restrict remove replace leave against free low first new unprecedented enough less fewer"
    ).split()
)
# Those of them that deny plainly, and meet a "not" of the other side.
_PLAIN_DENIALS = frozenset(
    stem(word)
    for word in (
        "lack fail unlikely prohibit forbid forbidden ban exclude exempt refuse absence prevent stop cease reject "
        "unable except spared free deny lose loss leave withdraw abolish scrap"
    ).split()
)
_AUXILIARIES = frozenset(stem(word) for word in "need have require want get longer".split())
# "not unless", "no doubt", "not by the MIIT alone" deny nothing
_CONDITIONS = frozenset("unless until only but doubt alone merely solely".split())
_EXAMPLES = frozenset("such including like".split())  # what stands behind these is not what is denied
_LITTLE = frozenset("less fewer little few hardly scarcely barely".split())  # beside a word these deny it
_NEARBY = 10  # words within which a word of denial may deny another
_FIGURE = 2  # of places: a figure or date of one word is not among the words and breaks nothing
_ORDINALS = frozenset("second third fourth fifth".split())
_BESIDE = 2  # words
_PREFIXED = re.compile(
    r"un(?!i|der|til)\w{3,}|mis(?:trust|match|use)\w*|non-?\w+|dis(?:allow|approv|continu|regard|agree)\w*|in(?:suffic|adeq|compl|cap|elig|valid|sec|ab)\w*"
)
_DENIED_ZH = re.compile("[不没无未非禁免缺]")
_CONTRASTS = frozenset((("rather", "than"), ("instead", "of"), ("opposed", "to")))
_NO_CONTRAST = frozenset("only just least all yet".split())
_EXCLUDING = frozenset("excluding except exempting".split())
_ASIDE = 2  # words behind ", not" that are set aside
_GAP = 3  # of places: so far apart may the members of a list stand
# These share the stem of a word of the table and mean something else.
_LOOKALIKES = frozenset(
    "several expense expenses part parts like major majors minor position positioning important importance critical "
    "securities security exclusively missing central extensive increasingly competition force forces direction "
    "directions directed free freely freedom".split()
)
_SCOPE = 6  # words behind a negation that it denies
_REACH = 5.0  # words of the statement at which nearness is worth half
_CLEARLY = 0.2  # affinity from which a word speaks of the same thing
_FAINTLY = 0.06  # the same where the line as a whole is about the same thing
_TWICE = 2  # words between two turned words that undo each other
_NEARER = 1.3  # how many times nearer than one that agrees a word must stand that says the opposite
_MOSTLY = 0.5  # share of the statement that a line holds that is about the same thing, wherever its words stand
_ABOUT = 0.6  # share of what the best line holds that a line must hold to be about the same
_AS_MUCH = 0.8  # the same of one that denies something else than the statement does
_TELLING = 1.5  # weight of a word that is worth denying


@dataclass(frozen=True, slots=True)
class _Turn:
    """A word of a pair of opposites in a text: which pair, which side after negations, where."""

    axis: int
    side: int  # +1 or -1
    denied: bool  # a negation turned it to that side
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
    denied = _denied(reading.plain) | _set_aside(reading.plain) | _behind_ordinals(reading.plain)
    stems = [stem(word) for word, _ in reading.plain]
    found = []
    for i, (word, at) in enumerate(reading.plain):
        entries = [e for e in _opposites().get(stems[i], ()) if len(e[0]) > 1 or word not in _LOOKALIKES]
        said = [entry for entry in entries if tuple(stems[i : i + len(entry[0])]) == entry[0]]
        longest = max((len(phrase) for phrase, _, _ in said), default=0)  # "push up" is no "push"
        for phrase, axis, side in said:
            if len(phrase) == longest:
                found.append(_Turn(axis, -side if at in denied else side, at in denied, at, word))
    return tuple(found)


def _denied(plain: Sequence[tuple[str, int]]) -> frozenset[int]:
    """Places in words that a negation denies."""
    return frozenset(place for scope in _scopes(plain) for place in scope)


def _behind_ordinals(plain: Sequence[tuple[str, int]]) -> frozenset[int]:
    """Places right behind an ordinal: the second biggest is not the biggest."""
    return frozenset(at + 1 for word, at in plain if word in _ORDINALS)


def _scopes(plain: Sequence[tuple[str, int]]) -> list[list[int]]:
    """For each negation the places it denies: those behind it up to a break, or before it where it ends its clause."""
    scopes = []
    for i, (word, at) in enumerate(plain):
        behind = [place for _, place in takewhile(_is_denied_too, plain[i + 1 : i + 1 + _SCOPE])]
        if word not in _NEGATIONS or any(other in _CONDITIONS for other, _ in plain[i + 1 : i + 1 + 2 * _SCOPE]):
            continue
        before = [place for _, place in reversed(plain[max(0, i - _SCOPE) : i])]
        scopes.append(_unbroken(at, behind) or _unbroken(at, before))  # "on price they did not"
    return scopes


def _is_denied_too(word: tuple[str, int]) -> bool:
    return word[0] not in _EXAMPLES


def _unbroken(at: int, places: Sequence[int]) -> list[int]:
    """The places that follow from one without a break."""
    run: list[int] = []
    for place in places:
        if abs(place - (run[-1] if run else at)) > _FIGURE:
            break
        run.append(place)
    return run


def polarity_faults(statement: Reading, aligned: Sequence[Aligned]) -> Iterator[Fault]:
    """What is turned round, told by the lines that hold most of what stands around it."""
    turned = [
        (turn, other)
        for turn in _turns(statement)
        if (other := _opposite(statement, turn, around(aligned, turn.at), aligned))
    ]
    for turn, other in turned:
        # "more insecure" and "less secure" are turned twice
        if not any(abs(t.at - turn.at) <= _TWICE and t.axis != turn.axis for t, _ in turned):
            yield Fault(f"the source says “{other.word}”, the statement says “{turn.word}”")
    yield from _contrasted(statement, aligned)
    scopes = _scopes(statement.plain)
    telling = {token.at for token in statement.tokens}
    for places in scopes:
        lines = [(place, a) for place in places for a in around(aligned, place)]
        denied = next((t.at for t in statement.tokens if t.at in places and not t.forms & _AUXILIARIES), None)
        held = any(_holds(place, a) for place, a in lines if place == denied and a.share >= _ABOUT * aligned[0].share)
        near = [a for _, a in lines]
        told = [(p, a) for p, a in lines if p in telling and a.share >= _AS_MUCH * aligned[0].share]
        told += [(denied, a) for a in aligned if denied is not None and _holds(denied, a)]
        if held and not _met(statement, places, near) and not any(_doubted(place, a) for place, a in told):
            yield Fault("the source does not deny it", grave=aligned[0].share >= _MOSTLY)
    if not scopes and aligned:
        yield from _denied_by(statement, aligned[0])


def _contrasted(statement: Reading, aligned: Sequence[Aligned]) -> Iterator[Fault]:
    """What the one sets aside ("X rather than Y", "excluding Y") and the other tells."""
    aside = _set_aside(statement.plain)
    denied = aside | _denied(statement.plain)
    doubted = any(_is_denial(word) for word, _ in statement.plain)
    for a in aligned:
        if a.share < _ABOUT * aligned[0].share or not a.line.sentence:
            continue
        held_aside = _set_aside(a.line.reading.plain)
        held_denied = held_aside | _denied(a.line.reading.plain)
        for token, at in a.pairs:
            if token.weight < _TELLING or not held_aside:
                continue
            if token.at not in denied and all(place in held_aside for place in at) and (aside or not doubted):
                yield Fault("the source says it of something else")
            if token.at in aside and not any(place in held_denied for place in at):
                yield Fault("the source says it, the statement does not")


def _set_aside(plain: Sequence[tuple[str, int]]) -> frozenset[int]:
    """Places of what "rather than", "instead of", ", not" and "excluding" set aside."""
    found: set[int] = set()
    for i, (word, at) in enumerate(plain):
        following = plain[i + 1][0] if i + 1 < len(plain) else ""
        reach = 0
        if (word, following) in _CONTRASTS:
            reach = _ASIDE + 1
        elif word == "not" and i and at - plain[i - 1][1] > 1 and following not in _NO_CONTRAST:
            reach = _ASIDE
        elif word in _EXCLUDING:
            reach = 2 * _SCOPE
        last = at
        for _, place in plain[i + 1 : i + 1 + reach]:
            if place - last > (_GAP if word in _EXCLUDING else 1):
                break
            found.add(place)
            last = place
    return frozenset(found)


def _met(statement: Reading, places: Sequence[int], near: Sequence[Aligned]) -> bool:
    """Whether a denied word is met by its opposite: "does not trust" by "mistrusts"."""
    denied = {(turn.axis, turn.side) for turn in _turns(statement) if turn.denied and turn.at in places}
    return any((turn.axis, turn.side) in denied for a in near for turn in _turns(a.line.reading))


def _opposite(statement: Reading, turn: _Turn, near: Sequence[Aligned], aligned: Sequence[Aligned]) -> _Turn | None:
    """The word that says the opposite of the same thing, where no line agrees as well."""
    agree, best, share, found = 0.0, 0.0, 0.0, None
    for a in aligned:
        for other in _turns(a.line.reading):
            if other.axis != turn.axis:
                continue
            rate = beside(a, statement, (turn.at, turn.at), (other.at, other.at), _REACH)
            if other.side == turn.side:
                if rate >= _CLEARLY or a.share >= _ABOUT * aligned[0].share:
                    agree = max(agree, rate)
            elif a in near and rate > best:
                best, share, found = rate, a.share, other
    if found and (turn.denied or found.denied) and _both_deny(statement, turn, found, near):
        return None
    if agree:
        return found if best >= _CLEARLY and best > _NEARER * agree else None
    return found if best >= _CLEARLY or (share >= _MOSTLY and best >= _FAINTLY) else None


def _both_deny(statement: Reading, turn: _Turn, other: _Turn, near: Sequence[Aligned]) -> bool:
    """Whether one side's negation is met by another on the other side, said in other words."""
    if turn.denied:
        words = {word for a in near for word, _ in a.line.reading.plain if stem(word) != stem(other.word)}
        lessened = any(
            word in _LITTLE and 0 < abs(other.at - at) <= _BESIDE
            for a in near
            for word, at in a.line.reading.plain
            if other in _turns(a.line.reading)
        )
        return lessened or any(word in _NEGATIONS or stem(word) in _PLAIN_DENIALS for word in words)
    return other.denied and bool(_scopes(statement.plain))


def _holds(place: int, aligned: Aligned) -> bool:
    """Whether a line holds the word at this place of the statement."""
    return any(token.at == place and token.weight >= _TELLING for token, _ in aligned.pairs)


def _doubted(place: int, aligned: Aligned) -> bool:
    """Whether a line says the word at this place of the statement near a word of denial, or, where it lacks the word,
    denies anything at all.
    """
    plain = aligned.line.reading.plain
    held = [other for token, at in aligned.pairs if token.at == place for other in at]
    if not held:
        return bool(_denied(plain))
    return any(_is_denial(word) and abs(at - other) <= _NEARBY for word, at in plain for other in held)


def _denied_by(statement: Reading, aligned: Aligned) -> Iterator[Fault]:
    """What the line that bears the statement out denies, and the statement does not."""
    held = _denied(aligned.line.reading.plain)
    doubted = any(_is_denial(word) for word, _ in statement.plain) or bool(_DENIED_ZH.search(statement.text))
    for token, at in aligned.pairs:
        if token.weight >= _TELLING and all(place in held for place in at) and not doubted:
            yield Fault("the source denies it", grave=aligned.share >= _MOSTLY)


def _is_denial(word: str) -> bool:
    return word in _NEGATIONS or stem(word) in _DENIALS or bool(_PREFIXED.match(word))
