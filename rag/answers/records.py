"""What an answer is made of: statements, the citations that carry them, and the word that there is none."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from rag.briefs.records import SECTION_NAMES, Edition, Item, Section, Span, Voice, long_date
from rag.retrieval.query import Query
from rag.retrieval.search import Hit
from rag.verify.records import Support

Located = Literal["exact", "normalised", "not found"]
Reason = Literal["period", "unknown_name", "not_stated", "off_topic", "order"]


@dataclass(frozen=True, slots=True)
class Citation:
    """One quote from one item. Several may share a marker: the marker is the item's."""

    marker: int  # shown as [1]; by first use in the answer; 0, and never shown, for a source that was not found
    item_id: str  # where it was not found: what the language model cited
    edition: Edition
    quote: str  # verbatim, markup included, where it was located exactly
    span: Span | None  # of the quote in the item's text; None where it was not found
    located: Located
    line: str  # ready-made source line


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer, who says it, and whether what it cites bears it out."""

    text: str  # without markers
    markers: tuple[int, ...]
    voice: Voice
    support: Support
    reason: str = ""  # why it is not fully supported
    outlets: tuple[str, ...] = ()  # labels of the sources a report rests on
    side: str = ""  # of a comparison: the side that it is about, one of the answer's


@dataclass(frozen=True, slots=True)
class IssueCoverage:
    """What one issue holds."""

    date: dt.date
    period: tuple[dt.date, dt.date] | None
    edition: Edition
    items: dict[Section, int]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the corpus covers."""

    issues: tuple[IssueCoverage, ...]  # in order of date
    first: dt.date | None  # earliest date of an item
    last: dt.date | None  # latest date of an item

    @property
    def items(self) -> int:
        """Number of items."""
        return sum(sum(issue.items.values()) for issue in self.issues)

    def __str__(self) -> str:
        from rag.answers.phrases import PHRASES

        return PHRASES["en"].covered(self)


@dataclass(frozen=True, slots=True)
class Answer:
    """A cited answer, or the word that the briefs do not hold it. Markers, sources and numbering are one."""

    text: str  # the lead and the statements, with markers; what a person reads
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]  # in order of marker, then of use
    query: Query  # what was understood
    abstained: bool
    coverage: Coverage
    reason: Reason | None = None  # of abstaining
    nearest: tuple[Hit, ...] = ()  # when abstained: what comes closest, best first
    warnings: tuple[str, ...] = ()
    lead: str = ""  # the line above a list: how many items, and for what it is complete
    sides: tuple[str, ...] = ()  # of a comparison, in order; one that no statement is about has nothing in the briefs
    model: str = ""  # the language model that wrote it, or writes it; empty: it stands in the briefs' own sentences
    left_out: tuple[str, ...] = ()  # ids of items for which the language model's window had no room, or not whole
    written: int = 0  # statements that it wrote, the first ones; others follow where none of these is borne out
    withheld: int = 0  # statements that it wrote and that are not shown, since they are not fully borne out
    waiting_for: str = ""  # the language model that is still writing; empty: the answer is whole as far as it goes

    @property
    def sources(self) -> tuple[Citation, ...]:
        """The citations that a reader can follow: those that have a marker."""
        return tuple(citation for citation in self.citations if citation.marker)


def source_line(item: Item) -> str:
    """Issue and item in words; a digest says that it is one."""
    place = f"China Industries, {long_date(item.issue)}, {SECTION_NAMES[item.section]} no. {item.number}"
    return place if item.edition == "original" else f"Digest (not MERICS' wording) of {place}"
