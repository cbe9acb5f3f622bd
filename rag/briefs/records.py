"""The records every room speaks in: an issue, its items, and the parts of an item.

They are made once, by the parser, and passed along unchanged. Positions are half-open character intervals
in the decoded file with its newlines untouched, so that slicing the file gives back the exact text.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Edition = Literal["original", "digest"]
Section = Literal["top5", "policy", "corporate"]
PartKind = Literal["glance", "bullets", "explainer", "comment", "reference", "exhibit", "appendix"]
Voice = Literal["document", "report", "comment"]
Span = tuple[int, int]
MONTHS = tuple("January February March April May June July August September October November December".split())

SECTIONS: tuple[Section, ...] = ("top5", "policy", "corporate")
SECTION_NAMES: dict[Section, str] = {"top5": "Top 5", "policy": "Policy news", "corporate": "Corporate news"}


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of an item with one speaker. `text` is the file's own, markup included; `span` is in the file."""

    kind: PartKind
    voice: Voice
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Titles:
    """Official titles of the document an item is about; empty where the item gives none."""

    english: str = ""
    chinese: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One of the five stories of an issue, or one news bullet: the unit that is found and cited."""

    issue: dt.date
    section: Section
    number: int  # from 1, in order of appearance in its section
    heading: str  # empty for a bullet
    date: dt.date  # of the event or measure, not of the issue
    bodies: tuple[str, ...]  # issuing bodies, in order: table key ("MOF"), or as written where the table has none
    via: tuple[str, ...]  # who passed the document on: "(via CAAM)", "republished by the MIIT"
    mentions: tuple[str, ...]  # other bodies of the table that the text names, in order of first mention
    titles: Titles
    sources: tuple[str, ...]  # labels of a bullet's source links: "Reuters article", "MOF notice"
    parts: tuple[Part, ...]  # in order of appearance, not overlapping
    text: str  # the whole item as in the file
    span: Span
    page: int | None  # from the contents list: of the story, or of the section for a bullet
    edition: Edition

    @property
    def id(self) -> str:
        """Permanent address, e.g. `2022-10-05/top5/1`."""
        return f"{self.issue.isoformat()}/{self.section}/{self.number}"

    def __str__(self) -> str:
        return f"{long_date(self.issue)}, {SECTION_NAMES[self.section]} no. {self.number}"


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A stretch of a file that the parser could not place; reported, never dropped in silence."""

    path: Path
    line: int  # from 1
    text: str


@dataclass(frozen=True, slots=True)
class Issue:
    """One dated number of the brief."""

    date: dt.date
    period: tuple[dt.date, dt.date] | None  # reporting period, both days included
    edition: Edition
    path: Path
    sha256: str  # of the file's bytes
    items: tuple[Item, ...]  # top5, policy, corporate, each in order of number
    unplaced: tuple[Unplaced, ...]


def long_date(day: dt.date) -> str:
    """A date in words, e.g. `1 March 2023`, whatever the locale."""
    return f"{day.day} {month_year(day)}"


def month_year(day: dt.date) -> str:
    """A month in words, e.g. `March 2023`, whatever the locale."""
    return f"{MONTHS[day.month - 1]} {day.year}"
