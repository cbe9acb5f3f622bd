"""Words that must occur: exact matching on an item's text, by whole words and phrases, inflections counting.

Takes items and phrases; says which items hold them. Nearness counts for nothing here. "Robot+", "R&D" and "318,900" are
single words; a hyphenated word is found whole and by its parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rag.briefs.plain import plain
from rag.briefs.records import Item
from rag.index.tokens import stem, words

_HYPHEN = re.compile(r"[-\u2010-\u2015]")


@lru_cache(maxsize=8192)
def _readings(item: Item) -> tuple[str, str]:
    """An item's words as one line of stems: as written, and with hyphenated words taken apart."""
    return _lines(plain(item.text))


@lru_cache(maxsize=8192)
def _lines(text: str) -> tuple[str, str]:
    found = [word.folded for word in words(text)]
    apart = [part for word in found for part in _HYPHEN.split(word) if part]
    return _line(found), _line(apart)


def _line(folded: Iterable[str]) -> str:
    return f" {' '.join(stem(word) for word in folded)} "


def _in(readings: tuple[str, str], phrase: str) -> bool:
    """Whether either reading of a text holds a phrase; Chinese is looked for anywhere."""
    written, apart = _lines(phrase)
    if any(word.is_cjk for word in words(phrase)):
        return written.strip() in readings[0]
    return written in readings[0] or apart in readings[1]


def holds_all(item: Item, required: Sequence[Sequence[str]]) -> bool:
    """Whether an item holds one phrase of every group."""
    return _all_in(_readings(item), required)


def text_holds_all(text: str, required: Sequence[Sequence[str]]) -> bool:
    """Whether a text holds one phrase of every group."""
    return _all_in(_lines(text), required)


def count_held(text: str, required: Sequence[Sequence[str]]) -> int:
    """How many of the groups a text holds a phrase of."""
    readings = _lines(text)
    return sum(any(_in(readings, phrase) for phrase in group) for group in required)


def _all_in(readings: tuple[str, str], required: Sequence[Sequence[str]]) -> bool:
    return all(any(_in(readings, phrase) for phrase in group) for group in required)
