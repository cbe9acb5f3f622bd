"""Words that must occur: exact matching on an item's text, by whole words and phrases, inflections counting.

Takes items and phrases; says which items hold them. Nearness counts for nothing here. "Robot+", "R&D" and "318,900" are
single words; a hyphenated word is found whole and by its parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.briefs.plain import plain
from rag.briefs.records import Item
from rag.index.tokens import folded, is_cjk, stem

_HYPHEN = re.compile(r"[-\u2010-\u2015]")


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as it is matched: its folded words, and those as one line of stems, as written and with hyphens undone."""

    words: tuple[str, ...]
    written: str
    apart: str

    @classmethod
    def of(cls, text: str) -> Reading:
        """Read a text."""
        words = tuple(folded(text))
        return cls(words, _line(words), _line(part for word in words for part in _HYPHEN.split(word) if part))


@lru_cache(maxsize=8192)
def item_reading(item: Item) -> Reading:
    """An item's text, read plainly."""
    return Reading.of(plain(item.text))


_reading = lru_cache(maxsize=8192)(Reading.of)


def _line(folded: Iterable[str]) -> str:
    return f" {' '.join(stem(word) for word in folded)} "


@dataclass(frozen=True, slots=True)
class _Sought:
    """A phrase to look for."""

    written: str
    apart: str

    @classmethod
    @lru_cache(maxsize=8192)
    def of(cls, phrase: str) -> _Sought:
        reading = Reading.of(phrase)
        if any(is_cjk(word) for word in reading.words):  # Chinese knows no spaces: it is looked for anywhere
            return cls(reading.written.strip(), reading.written.strip())
        return cls(reading.written, reading.apart)

    def is_in(self, reading: Reading) -> bool:
        """Whether a text holds the phrase, in either writing."""
        return self.written in reading.written or self.apart in reading.apart


def holding(items: Iterable[Item], required: Sequence[Sequence[str]]) -> list[Item]:
    """The items that hold one phrase of every group, in their order."""
    sought = _sought(required)
    return [item for item in items if _holds(item_reading(item), sought)]


def text_holds_all(text: str, required: Sequence[Sequence[str]]) -> bool:
    """Whether a text holds one phrase of every group."""
    return _holds(_reading(text), _sought(required))


def count_held(text: str, required: Sequence[Sequence[str]]) -> int:
    """How many of the groups a text holds a phrase of."""
    reading = _reading(text)
    return sum(_holds(reading, [group]) for group in _sought(required))


def _sought(required: Sequence[Sequence[str]]) -> list[list[_Sought]]:
    return [[_Sought.of(phrase) for phrase in group] for group in required]


def _holds(reading: Reading, required: Sequence[Sequence[_Sought]]) -> bool:
    return all(any(phrase.is_in(reading) for phrase in group) for group in required)
