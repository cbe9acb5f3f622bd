"""What a corpus holds and what it lacks: what each file gave, the days that no issue covers, the files set aside.

Takes what the catalogue knows of the issues, the items, and the manifest of the index; gives `Holdings`. Knows nothing
of folders and of who is shown it.

An issue covers its reporting period. One that states none is taken to cover the days from its first item's to its last
one's: where issues state a period, all their items lie in it, so that these days are covered for certain, and days
beside them may be. An item that is dated after its issue, or more than a year before, is a slip or about something old,
and tells nothing of that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from rag.briefs.formats import SUFFIXES
from rag.briefs.records import SECTIONS, Edition, Item, Section
from rag.index.catalogue import IssueInfo
from rag.index.manifest import Manifest

_YEAR = 366  # days
Days = tuple[dt.date, dt.date]  # the first and the last, both included


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a file that could not be placed."""

    line: int  # from 1
    text: str


@dataclass(frozen=True, slots=True)
class Holding:
    """What one issue's file gave."""

    date: dt.date
    edition: Edition
    file: str  # its path within the corpus
    period: Days | None  # as the issue states it
    covers: Days | None  # the period; where none is stated, from its first item's day to its last one's
    items: dict[Section, int]  # of every section
    unplaced: tuple[Stretch, ...]  # in order of line


@dataclass(frozen=True, slots=True)
class Gap:
    """Days between two issues that none covers."""

    first: dt.date
    last: dt.date
    beside: tuple[dt.date, ...]  # issues next to it that state no period: they may reach into it

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Holdings:
    """What the corpus holds, and the index made of it."""

    issues: tuple[Holding, ...]  # in order of date
    gaps: tuple[Gap, ...]  # likewise, from the first day that is covered to the last
    set_aside: tuple[str, ...]  # digests whose issue is read from its original, by their path within the corpus
    generation: str  # of the index
    encoder: str  # the fingerprint of the encoder that made its vectors
    passages: int

    @property
    def covers(self) -> Days | None:
        """The first and the last day that an issue covers; None without issues."""
        days = [issue.covers for issue in self.issues if issue.covers]
        return (min(first for first, _ in days), max(last for _, last in days)) if days else None


def holdings(issues: Sequence[IssueInfo], items: Iterable[Item], manifest: Manifest) -> Holdings:
    """What an index holds, from its own records: `issues` in order of date, and all `items`."""
    dated: dict[dt.date, list[dt.date]] = {}
    for item in items:
        if 0 <= (item.issue - item.date).days <= _YEAR:
            dated.setdefault(item.issue, []).append(item.date)
    briefs = {name: sha256 for name, sha256 in manifest.inputs.items() if _is_brief(name)}
    held = tuple(_holding(issue, dated.get(issue.date, ()), briefs) for issue in issues)
    return Holdings(
        issues=held,
        gaps=gaps(held),
        set_aside=tuple(sorted(briefs.keys() - {issue.file for issue in held})),
        generation=manifest.generation,
        encoder=manifest.encoder,
        passages=manifest.counts.passages,
    )


def gaps(issues: Iterable[Holding]) -> tuple[Gap, ...]:
    """The stretches of days between the first and the last that no issue covers."""
    covering = sorted((issue.covers, issue.period is not None, issue.date) for issue in issues if issue.covers)
    found = []
    end, last_of = dt.date.min, 0  # the last day covered so far, and the place of the issue that covers it
    for place, ((first, last), _, _) in enumerate(covering):
        if place and (first - end).days > 1:
            beside = (covering[last_of], covering[place])
            unstated = tuple(date for _, stated, date in beside if not stated)
            found.append(Gap(end + dt.timedelta(1), first - dt.timedelta(1), unstated))
        if last > end or not place:
            end, last_of = last, place
    return tuple(found)


def _holding(issue: IssueInfo, days: Sequence[dt.date], briefs: Mapping[str, str]) -> Holding:
    named = (name for name, sha256 in briefs.items() if sha256 == issue.sha256)
    return Holding(
        date=issue.date,
        edition=issue.edition,
        file=next(named, issue.file),
        period=issue.period,
        covers=issue.period or ((min(days), max(days)) if days else None),
        items={section: issue.counts.get(section, 0) for section in SECTIONS},
        unplaced=tuple(Stretch(line, text) for line, text in issue.unplaced),
    )


def _is_brief(name: str) -> bool:
    """Whether an input of the index is a brief: tables and the encoder are others."""
    return PurePosixPath(name).suffix.lower() in SUFFIXES
