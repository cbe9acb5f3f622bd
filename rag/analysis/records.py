"""What looking across items gives: goals with their deadline, and what is new, continued or gone between two sides.

Plain records that name items by their address, so that they stay small wherever they travel.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from rag.briefs.records import Edition, Item, Section, Span, Voice

ChangeKind = Literal["body", "topic", "goal"]
Fate = Literal["new", "continued", "gone"]


@dataclass(frozen=True, slots=True)
class Source:
    """One stretch of one item, with its ready-made line."""

    item_id: str
    issue: dt.date
    section: Section
    heading: str  # of the item; empty for a bullet
    date: dt.date  # of the item
    edition: Edition
    quote: str  # verbatim, markup included
    span: Span  # of the quote in the item's text
    line: str  # ready-made source line

    @classmethod
    def of(cls, item: Item, span: Span) -> Source:
        """The stretch of an item that `span` names."""
        from rag.answers.records import source_line

        quote = item.text[slice(*span)]
        return cls(
            item.id, item.issue, item.section, item.heading, item.date, item.edition, quote, span, source_line(item)
        )


@dataclass(frozen=True, slots=True)
class Deadline:
    """The time until which something shall be reached: the stretch that is named, both days included."""

    first: dt.date  # 1 January 2025 for "by 2025"
    last: dt.date  # 31 December 2025 for "by 2025"
    words: str  # as written: "by 2025", "by the end of 2025", "within three years"


@dataclass(frozen=True, slots=True)
class Goal:
    """One thing that shall be reached by one deadline, with the sentence that says so.

    A sentence with two deadlines, or with several targets for one, holds several goals.
    """

    deadline: Deadline
    target: str  # what shall be reached, in the sentence's own words without markup: "492 robots per 10,000 workers"
    figures: tuple[str, ...]  # amounts within the target, as written: ("492", "10,000"); empty where it names none
    voice: Voice  # who says so
    bodies: tuple[str, ...]  # issuing bodies of the item
    source: Source


@dataclass(frozen=True, slots=True)
class Side:
    """One of two stretches of briefs that are compared."""

    name: str  # in words: "Issue of 1 March 2023", "1 April 2024 to 30 April 2024"
    items: int  # how many items it holds


@dataclass(frozen=True, slots=True)
class Change:
    """One body, topic or goal and what became of it, with the sources on each side: at least one in all."""

    kind: ChangeKind
    fate: Fate
    name: str  # of the body or topic; of a goal its target and deadline
    before: tuple[Source, ...]  # in order of date; empty where it is new
    after: tuple[Source, ...]  # likewise; empty where it is gone
    passed: bool = False  # of a goal that is gone: its deadline lies before the first item of the later side


@dataclass(frozen=True, slots=True)
class Changes:
    """What is new, continued or gone from one side to the other."""

    before: Side
    after: Side
    changes: tuple[Change, ...]  # bodies, topics, goals; of each kind what is new, then continued, then gone; by name
