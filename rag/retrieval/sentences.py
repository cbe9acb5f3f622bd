"""The sentences of an item: what they say, who says it, where they stand, and how well one answers a query.

Takes an item; gives its sentences with their places in the item's text. Knows word statistics, nothing of vectors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.briefs.plain import plain, sentences
from rag.briefs.records import Item, PartKind, Span, Voice
from rag.index.tokens import terms


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence or bullet of an item. `text` is its plain reading; the item's text at `span` is the verbatim quote."""

    text: str
    span: Span  # in the item's text
    part: PartKind
    voice: Voice
    part_number: int  # of its part in the item, from 0
    terms: frozenset[str]


@lru_cache(maxsize=8192)
def sentences_of(item: Item) -> tuple[Sentence, ...]:
    """All sentences of an item, in order."""
    found = []
    for number, part in enumerate(item.parts):
        offset = part.span[0] - item.span[0]
        for start, end in sentences(part.text):
            text = plain(part.text[start:end])
            span = (offset + start, offset + end)
            found.append(Sentence(text, span, part.kind, part.voice, number, frozenset(terms(text))))
    return tuple(found)


def coverage(wanted: Sequence[str], held: frozenset[str], weight: Mapping[str, float]) -> float:
    """Share of the wanted terms that is held, by weight: 0 to 1."""
    total = sum(weight[term] for term in wanted)
    return _weight(wanted, held, weight) / total if total else 0.0


def best_sentence(
    item: Item, wanted: Sequence[str], weight: Mapping[str, float], within: Span | None = None
) -> Sentence:
    """The sentence of an item (of a stretch of it, where there is one in it) that holds most of the wanted terms.

    Of equals the first; the reference lines only where nothing else is left.
    """
    everything = sentences_of(item)
    inside = [s for s in everything if within and within[0] <= s.span[0] < within[1]] or everything
    return max(inside, key=lambda s: (_weight(wanted, s.terms, weight), s.part != "reference", -s.span[0]))


def _weight(wanted: Sequence[str], held: frozenset[str], weight: Mapping[str, float]) -> float:
    return sum([weight[term] for term in wanted if term in held])
