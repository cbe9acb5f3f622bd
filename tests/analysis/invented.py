"""Items and goals made up for the tests of this room, so that every outcome can be worked out by hand."""

from __future__ import annotations

import datetime as dt

from rag.analysis.records import Deadline, Goal, Source
from rag.briefs.records import Item, Part, PartKind, Section, Titles, Voice

MARCH, MAY = dt.date(2023, 3, 1), dt.date(2023, 5, 3)
_VOICES: dict[PartKind, Voice] = {"comment": "comment", "exhibit": "report", "explainer": "report"}


def bullet(
    text: str,
    *bodies: str,
    number: int = 1,
    date: dt.date = MARCH,
    issue: dt.date | None = None,
    section: Section = "policy",
) -> Item:
    """A news bullet of one part."""
    parts: tuple[tuple[PartKind, str], ...] = (("bullets", text),)
    return _item(section, number, "", parts, bodies, Titles(), date, issue or date)


def story(
    heading: str,
    *parts: tuple[PartKind, str],
    bodies: tuple[str, ...] = (),
    titles: Titles = Titles(),  # noqa: B008 - frozen
    number: int = 1,
    date: dt.date = MARCH,
) -> Item:
    """A top-5 story: its heading, and its parts one under the other."""
    return _item("top5", number, heading, parts, bodies, titles, date, date)


def _item(
    section: Section,
    number: int,
    heading: str,
    parts: tuple[tuple[PartKind, str], ...],
    bodies: tuple[str, ...],
    titles: Titles,
    date: dt.date,
    issue: dt.date,
) -> Item:
    text = heading
    made = []
    for kind, written in parts:
        text += "\n\n" if text else ""
        voice = _VOICES.get(kind, "document")
        made.append(Part(kind, voice, written, (len(text), len(text) + len(written))))
        text += written
    span = (0, len(text))
    return Item(
        issue, section, number, heading, date, bodies, (), (), titles, (), tuple(made), text, span, None, "digest"
    )


def goal(item: Item, target: str, *figures: str, year: int = 2025, words: str = "") -> Goal:
    """A goal due at the end of a year; its source is the whole item."""
    deadline = Deadline(dt.date(year, 1, 1), dt.date(year, 12, 31), words or f"by {year}")
    return Goal(deadline, target, figures, "document", item.bodies, Source.of(item, (0, len(item.text))))
