"""A question's words: put into the briefs' English, cut into search terms and into what items of a list must hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rag.briefs.records import Span
from rag.index.tokens import Word, terms, words
from rag.retrieval.issuers import is_excluded
from rag.retrieval.names import Named, Names
from rag.retrieval.patterns import shape_of
from rag.retrieval.spelling import Correction
from rag.retrieval.stopwords import FRAME, STOPWORDS, content_terms, language_of

Group = tuple[str, ...]  # names of one thing: any of them will do

_CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
_APART = re.compile(r"\W+")
_AND = frozenset(("and", "und", "和", "及"))
_JOINERS = frozenset(("", "or", "oder", "或", "或者", "the", "die", "der", "das", "as", "well", "a", "an")) | _AND
_EITHER = re.compile(r"\bor\b|\boder\b|或", re.IGNORECASE)
_ROW = 3  # so many in a row with commas are alternatives: "chips, robots and drones"
_PROPER = ("companies", "programmes")
_OR_BEFORE = re.compile(r"(?<![\w-])([\w-]{1,30}) (?:or|oder) $")
_OR_BEHIND = re.compile(r" (?:or|oder) ([\w-]{1,30})")
_SENTENCE = re.compile(r"[^\s.!?。！？][^.!?。！？]*(?:[.!?。！？](?!\s|$)[^.!?。！？]*)*[.!?。！？]?")
_RELATED = re.compile(r"-(?:related|linked|themed|specific|focused)$")  # "carbon-related rules" are on carbon
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
_TOPIC = re.compile(
    r"\b(?:on|about|regarding|concerning|mention\w*|nam(?:e|es|ed|ing)|contain\w*|say(?:s|ing)?|for|involving|"
    r"relat\w+ to|refer\w* to|devoted to|deal\w* with|touch\w* on|über|zu[mr]?|betreffend\w*|"
    r"erwähn\w*)\s+(?:(?:the|any|an?|de[rnms]|die|das)\s+)?$",
    re.IGNORECASE,
)
_COUNTRY = re.compile(
    r"\b(?:in |of |the )?(?:mainland )?(?:China|Chinese|Beijing)\b(?:['’]s)?|\bchinesisch\w*", re.IGNORECASE
)
_QUOTED = re.compile(r"[\"“”„«]([^\"“”„«»]{2,80})[\"“”»]")


def blanked(text: str, spans: Sequence[Span]) -> str:
    """The text with stretches blanked out, all places kept."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def in_english(text: str, named: Sequence[Named], corrections: Sequence[Correction]) -> str:
    """The question with slips corrected and, of a Chinese or German one, names in the briefs' words.

    Chinese that has no name here is left out: the encoder reads English.
    """
    changes = [(c.start, c.end, c.meant) for c in corrections]
    language = language_of(text)
    if language != "en":
        changes += [(n.start, n.end, f" {n.name} ") for n in named if n.written != n.name]
    for start, end, meant in sorted(changes, reverse=True):
        text = f"{text[:start]}{meant}{text[end:]}"
    if language == "zh":
        text = _CHINESE.sub(" ", text)
    return " ".join(text.split())


def without_country(text: str, names: Sequence[str]) -> str:
    """The text without "China" and the like, where it is no part of a name.

    Everything here is about China: the word would draw a question about anything else in that country near.
    """
    if any(_COUNTRY.search(name) and _COUNTRY.sub("", name).strip() for name in names):
        return text
    return " ".join(_COUNTRY.sub(" ", text).split()) or text


def quoted(text: str) -> list[Span]:
    """Stretches in quotation marks, the marks included."""
    return [match.span() for match in _QUOTED.finditer(text)]


def search_terms(english: str, original: str, mentioned: Sequence[tuple[str, int, int]]) -> tuple[str, ...]:
    """Terms for the word index: of the English reading, of the Chinese as written (titles), and bodies' acronyms."""
    chinese = [term for word in words(original) if word.is_cjk for term in terms(word.folded)]
    latin = [term for term in content_terms(english) if term.isascii() or not words(term)[0].is_cjk]
    keys = [term for key, _, _ in mentioned for term in terms(key)]
    return tuple(dict.fromkeys((*latin, *keys, *(t for t in chinese if t not in STOPWORDS))))


@dataclass(frozen=True, slots=True)
class Must:
    """What every item of a list must hold, and what it must not."""

    required: tuple[Group, ...]
    firm: frozenset[Group]  # of those: names, quotes, what stands behind "on" or "mentioning"; no matter of wording
    excluded: tuple[Group, ...]


@dataclass(frozen=True, slots=True, order=True)
class _Unit:
    start: int
    end: int
    names: Group
    firm: bool


def must_hold(
    text: str,
    named: Sequence[Named],
    corrections: Sequence[Correction],
    frame: Sequence[Span],
    idioms: Sequence[Span],
    names: Names,
) -> Must:
    """What items of a list must hold and must not: quoted words, named things, runs of telling words.

    `frame`: what is read otherwise (times, places, bodies). `idioms`: what says nothing at all.

    "Or" and rows with commas join a group; what stands behind "not", "without" and the like, or before "not", must not
    be held; what stands in brackets, or in a sentence beside the one that asks, only explains, where something stands
    outside.
    """
    units = [
        _Unit(*span, _quoted_names(text[span[0] + 1 : span[1] - 1], names), firm=True)
        for span in quoted(text)
        if (span[0] + 1, span[1] - 1) not in frame  # a section's name in quotes
    ]
    taken = [*frame, *idioms, *quoted(text)]
    for thing in named:
        span = (thing.start, thing.end)
        if not _overlaps(span, taken) and not _is_frame(text[slice(*span)]) and not _is_frame(thing.name):
            firm = thing.kind in _PROPER or _is_topic(text, thing.start)
            units.append(_Unit(*span, _without_frame(names.names(thing.name), names), firm))
            taken.append(span)
    meant = {(c.start, c.end): c.meant for c in corrections}
    run: list[Word] = []
    for word in [*words(text), None]:
        ends = word is None or _overlaps((word.start, word.end), taken) or word.is_cjk or _is_frame(word.folded)
        if run and (ends or text[run[-1].end : word.start].strip()):  # type: ignore[union-attr]  # None ends
            phrase = " ".join(meant.get((w.start, w.end), _RELATED.sub("", w.folded)) for w in run)
            firm = _is_topic(text, run[0].start) or any(_is_name(text, w) for w in run)
            units.append(_Unit(run[0].start, run[-1].end, (phrase,), firm))
            run = []
        if word is not None and not ends:
            run.append(word)
    units = _outside(units, [match.span() for match in _BRACKETS.finditer(text)]) or units
    units = _outside(units, _telling(text)) or ([] if frame else units)
    units = sorted(unit for unit in units if unit.firm or not _is_alternative(text, unit))
    excluded = [unit for unit in units if is_excluded(text, unit.start, unit.end)]
    groups = _grouped(text, [unit for unit in units if unit not in excluded])
    return Must(
        required=tuple(dict.fromkeys(names for names, _ in groups)),
        firm=frozenset(names for names, firm in groups if firm),
        excluded=tuple(unit.names for unit in excluded),
    )


def _outside(units: Sequence[_Unit], spans: Sequence[Span]) -> list[_Unit]:
    return [unit for unit in units if not _overlaps((unit.start, unit.end), spans)]


def _telling(text: str) -> list[Span]:
    """Sentences that only tell why one asks, where another one asks."""
    spans = [match.span() for match in _SENTENCE.finditer(text)]
    if len(spans) < 2:
        return []
    asking = [span for span in spans if text[slice(*span)].rstrip().endswith(("?", "？")) or _asks_for_list(text, span)]
    return [span for span in spans if span not in asking] if asking else []


def _asks_for_list(text: str, span: Span) -> bool:
    return shape_of(text[slice(*span)]) != "answer"


def _is_alternative(text: str, unit: _Unit) -> bool:
    """Whether a word only stands beside one by which items are asked for: "rules or drafts"."""
    before, behind = _OR_BEFORE.search(text[: unit.start]), _OR_BEHIND.match(text, unit.end)
    return bool((before and _is_frame(before[1])) or (behind and _is_frame(behind[1])))


def _quoted_names(text: str, names: Names) -> Group:
    """What is quoted, with its other names where it is the name of a thing."""
    named = names.find(text) if language_of(text) == "zh" else []
    whole = len(named) == 1 and (named[0].start, named[0].end) == (0, len(text))
    return tuple(dict.fromkeys((text, *names.names(named[0].name)))) if whole else (text,)


def _without_frame(group: Group, names: Names) -> Group:
    """Names, with what is left of the first without words that say nothing, where that is a name: "German firm"."""
    left = " ".join(group[0][w.start : w.end] for w in words(group[0]) if not _is_frame(w.folded))
    named = names.find(left) if left != group[0] and left[:1].isupper() else []
    whole = [n for n in named if (n.start, n.end) == (0, len(left))]
    return tuple(dict.fromkeys((*group, *(left for _ in whole))))


def _is_topic(text: str, start: int) -> bool:
    return bool(_TOPIC.search(text[max(0, start - 40) : start]))


def _is_name(text: str, word: Word) -> bool:
    """Whether a word is written as a name: with a capital inside the sentence, or with a digit. Not in German."""
    written = text[word.start : word.end]
    return any(c.isdigit() for c in written) or (
        word.start > 0 and written[0].isupper() and language_of(text) != "de" and not text[: word.start].endswith(". ")
    )


def _grouped(text: str, units: Sequence[_Unit]) -> list[tuple[Group, bool]]:
    """Groups of alternatives, each with whether it is firm."""
    either = bool(_EITHER.search(text))
    rows: list[list[_Unit]] = []  # units with nothing but commas and joining words between them
    for unit in units:
        between = text[rows[-1][-1].end : unit.start] if rows else "?"
        # in a row with commas words that only frame may stand between: "draft rules, draft guidelines"
        joined = [w for w in _APART.split(between.casefold()) if not ("," in between and _is_frame(w))]
        if rows and set(joined) <= _JOINERS and (between.strip() or either):
            rows[-1].append(unit)
        else:
            rows.append([unit])
    groups: list[tuple[Group, bool]] = []
    for row in rows:
        alternatives = len(row) >= _ROW or (either and not any(_AND & _joiners(text, a, b) for a, b in pairwise(row)))
        if alternatives and len(row) > 1:
            groups.append((tuple(dict.fromkeys(n for u in row for n in u.names)), any(u.firm for u in row)))
        else:
            groups += [(unit.names, unit.firm) for unit in row]
    return groups


def _joiners(text: str, first: _Unit, second: _Unit) -> set[str]:
    return set(_APART.split(text[first.end : second.start].casefold()))


def _overlaps(span: Span, others: Sequence[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


@lru_cache(maxsize=8192)  # the same words again and again
def _is_frame(text: str) -> bool:
    """Whether all words of a text only frame a question."""
    return all(term in STOPWORDS or term in FRAME for term in terms(text))
