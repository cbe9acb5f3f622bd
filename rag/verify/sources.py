"""The items a statement cites, read for comparison: sentence by sentence, with what stands around them.

Takes items; gives `Source`s, made once an item. Knows nothing of statements.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

from rag.briefs.plain import plain
from rag.briefs.records import Item, Span, Voice
from rag.retrieval.points import Day, Window
from rag.retrieval.sentences import Sentence, sentences_of
from rag.verify.readings import Reading, TextReader

Period = tuple[Day, Day]

_KEPT = 512  # items kept ready
_QUOTES = str.maketrans("‘’‚“”„«»「」", "''''''''''")


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of an item, or its heading or titles, as read."""

    reading: Reading
    sentence: Sentence | None  # None for a heading
    voice: Voice
    opening: Line | None = None  # of a bullet: the line that opens its list, "Targets for 2025 include:"


@dataclass(frozen=True, eq=False)
class Source:
    """One item, read."""

    item: Item
    lines: tuple[Line, ...]
    days: tuple[Window, ...]  # its own date, its issue's date, and the issue's reporting period
    bodies: frozenset[str]  # keys of all bodies it names or was issued by
    companies: frozenset[str]  # keys of all it names
    programmes: frozenset[str]

    @cached_property
    def forms(self) -> frozenset[str]:
        """Every form of every word of the item."""
        return frozenset().union(*(line.reading.forms for line in self.lines))

    @cached_property
    def literal(self) -> str:
        """The item's text for literal comparison."""
        return literal(plain(self.item.text))

    @property
    def told(self) -> tuple[Line, ...]:
        """The lines that tell something: reference lines and the heading only where nothing else does."""
        telling = tuple(line for line in self.lines if line.sentence and line.sentence.part != "reference")
        return telling or self.lines


def literal(text: str) -> str:
    """A text in which only white space, quote style and case are levelled."""
    return re.sub(r"\s+", " ", text.translate(_QUOTES)).casefold()


class Sources:
    """Items read, kept ready for the next statement. Safe from many threads."""

    def __init__(self, reader: TextReader, periods: Mapping[Day, Period | None]) -> None:
        """`periods` holds the reporting period of an issue by its date."""
        self._reader, self._periods = reader, periods
        self._kept: OrderedDict[Item, Source] = OrderedDict()
        self._lock = Lock()

    def of(self, item: Item) -> Source:
        """An item, read."""
        with self._lock:
            if item in self._kept:
                self._kept.move_to_end(item)
                return self._kept[item]
        source = self._read(item)
        with self._lock:
            self._kept[item] = source
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return source

    def _read(self, item: Item) -> Source:
        covered = (item.date, item.issue)
        lines: list[Line] = []
        opening: Line | None = None
        for sentence in sentences_of(item):
            reading = self._reader.read(sentence.text, covered, "en")
            lines.append(Line(reading, sentence, sentence.voice, opening if sentence.part == "bullets" else None))
            if sentence.text.rstrip().endswith(":"):
                opening = lines[-1]
        if item.heading:
            lines.append(Line(self._reader.read(item.heading, covered, "en"), None, "document"))
        readings = [line.reading for line in lines]
        # the whole text too: an official title or a source's label may name what no sentence does
        whole = self._reader.read(plain(item.text), covered, "en")
        return Source(
            item=item,
            lines=tuple(lines),
            days=_days(item, self._periods.get(item.issue)),
            bodies=frozenset(
                (*item.bodies, *item.via, *item.mentions, *(m.key for r in (whole, *readings) for m in r.bodies))
            ),
            companies=frozenset(m.key for r in (whole, *readings) for m in r.companies),
            programmes=frozenset(m.key for r in (whole, *readings) for m in r.programmes),
        )


def _days(item: Item, period: Period | None) -> tuple[Window, ...]:
    nowhere: Span = (0, 0)
    own = [Window(item.date, item.date, nowhere), Window(item.issue, item.issue, nowhere)]
    return (*own, *([Window(*period, nowhere)] if period else []))
