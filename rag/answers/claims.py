"""One statement to be: what an answer is composed of before it is numbered and written."""

from __future__ import annotations

from dataclasses import dataclass

from rag.briefs.records import Item, Span, Voice
from rag.retrieval.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement to be: its words, the item it rests on and where in the item's text."""

    text: str
    item: Item
    spans: tuple[Span, ...]
    voice: Voice
    bullet: bool = False  # one line of a list
    side: str = ""  # of a comparison


def quoted(item: Item, sentence: Sentence, *, bullet: bool = False) -> Claim:
    """A sentence as it stands."""
    return Claim(sentence.text, item, (sentence.span,), sentence.voice, bullet)
