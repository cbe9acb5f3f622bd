"""A question's words: put into the briefs' English, cut into search terms and into what items of a list must hold."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.briefs.records import Span
from rag.index.tokens import terms, words
from rag.retrieval.names import Named, Names
from rag.retrieval.places import EXCLUDING
from rag.retrieval.spelling import Correction
from rag.retrieval.stopwords import FRAME, STOPWORDS, content_terms, language_of

Group = tuple[str, ...]  # names of one thing: any of them will do

_CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
_APART = re.compile(r"\W+")
_JOINERS = frozenset(("", "or", "oder", "或", "the", "die", "der", "das"))
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


def quoted(text: str) -> list[Span]:
    """Stretches in quotation marks, the marks included."""
    return [match.span() for match in _QUOTED.finditer(text)]


def search_terms(english: str, original: str, mentioned: Sequence[tuple[str, int, int]]) -> tuple[str, ...]:
    """Terms for the word index: of the English reading, of the Chinese as written (titles), and bodies' acronyms."""
    chinese = [term for word in words(original) if word.is_cjk for term in terms(word.folded)]
    latin = [term for term in content_terms(english) if term.isascii() or not words(term)[0].is_cjk]
    keys = [term for key, _, _ in mentioned for term in terms(key)]
    return tuple(dict.fromkeys((*latin, *keys, *(t for t in chinese if t not in STOPWORDS))))


def required(
    text: str, named: Sequence[Named], corrections: Sequence[Correction], frame: Sequence[Span], names: Names
) -> tuple[tuple[Group, ...], tuple[Group, ...]]:
    """What every item of a list must hold, and must not: quoted words, named things, runs of telling words.

    "Or" joins a group; what stands behind "not", "without" and the like must not be held.
    """
    units: list[tuple[int, int, Group]] = [(*span, (text[span[0] + 1 : span[1] - 1],)) for span in quoted(text)]
    taken = [*frame, *quoted(text)]
    for thing in named:
        span = (thing.start, thing.end)
        if not _overlaps(span, taken) and not _is_frame(text[slice(*span)]) and not _is_frame(thing.name):
            units.append((*span, names.names(thing.name)))
            taken.append(span)
    meant = {(c.start, c.end): c.meant for c in corrections}
    run: list[tuple[int, int, str]] = []
    for word in [*words(text), None]:
        ends = word is None or _overlaps((word.start, word.end), taken) or word.is_cjk or _is_frame(word.folded)
        if run and (ends or text[run[-1][1] : word.start].strip()):  # type: ignore[union-attr]  # None ends
            units.append((run[0][0], run[-1][1], (" ".join(w for _, _, w in run),)))
            run = []
        if word is not None and not ends:
            run.append((word.start, word.end, meant.get((word.start, word.end), word.folded)))
    excluded = [unit for unit in units if EXCLUDING.search(text[max(0, unit[0] - 40) : unit[0]])]
    kept = sorted(unit for unit in units if unit not in excluded)
    return _grouped(text, kept), tuple(group for _, _, group in sorted(excluded))


def _grouped(text: str, units: Sequence[tuple[int, int, Group]]) -> tuple[Group, ...]:
    groups: list[list[str]] = []
    listed = bool(re.search(r"\bor\b|\boder\b|或", text))
    end = 0
    for start, stop, names in units:
        between = text[end:start].strip().casefold()
        joined = bool(groups) and listed and set(_APART.split(between)) <= _JOINERS
        if joined:
            groups[-1] += names
        else:
            groups.append(list(names))
        end = stop
    return tuple(tuple(dict.fromkeys(group)) for group in groups)


def _overlaps(span: Span, others: Sequence[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


def _is_frame(text: str) -> bool:
    """Whether all words of a text only frame a question."""
    return all(term in STOPWORDS or term in FRAME for term in terms(text))
