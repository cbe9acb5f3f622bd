"""One of the five stories of an issue: its parts, its fields and its record.

Takes the lines of one story, heading included. Gives an `Item` whose parts cover all of it except the heading, or a
BriefError. Knows nothing of how the story was found among the others.

A story begins with what the document rules (glance, bullets), may explain a term, goes on with MERICS' comment and
ends with the reference fields; an exhibit or an appendix may follow them.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from rag.briefs.blocks import FIELDS, Block, Label, blocks
from rag.briefs.bodies import BodyTable
from rag.briefs.dates import DateProblem, read_day
from rag.briefs.formats import BriefFile, Line
from rag.briefs.frame import Frame
from rag.briefs.records import Item, Part, PartKind, Titles, Voice
from rag.briefs.reference import read_issuing, read_titles
from rag.errors import BriefError

VOICES: dict[PartKind, Voice] = {
    "glance": "document",
    "bullets": "document",
    "explainer": "report",
    "comment": "comment",
    "reference": "document",
    "exhibit": "report",
    "appendix": "document",
}
_ONCE: tuple[Label, ...] = ("glance", "article", "issuing", "date")
_NAMES: dict[Label, str] = {
    "glance": "At a glance:",
    "article": "Article:",
    "issuing": "Issuing bodies:",
    "date": "Date:",
    "comment": "MERICS comment:",
    "explainer": "Explainer:",
}


@dataclass(frozen=True, slots=True)
class StoryLines:
    """Where a story stands: its number and heading, and its lines, the heading's first."""

    number: int
    heading: str
    lines: Sequence[Line]


def read_story(file: BriefFile, frame: Frame, story: StoryLines, bodies: BodyTable) -> Item:
    """The record of one story."""
    start, end = story.lines[0].start, story.lines[-1].end
    found = blocks(file.text, story.lines[0].end, end)
    fields = _fields(file, story, found)
    kinds = _kinds(found)
    parts = tuple(_parts(file.text, found, kinds))
    text = file.text[start:end]
    lead, text = len(text) - len(text.lstrip()), text.strip()
    issuing, via = read_issuing(_words(file, fields["issuing"]), bodies) if "issuing" in fields else ((), ())
    spoken = [story.lines[0].text, *(part.text for part in parts if part.kind != "reference")]
    return Item(
        issue=frame.date,
        section="top5",
        number=story.number,
        heading=story.heading,
        date=_date(file, story, fields),
        bodies=issuing,
        via=via,
        mentions=mentions("\n\n".join(spoken), bodies, {*issuing, *via}),
        titles=read_titles(_words(file, fields["article"])) if "article" in fields else Titles(),
        sources=(),
        parts=parts,
        text=text,
        span=(start + lead, start + lead + len(text)),
        page=frame.contents.pages.get(story.number),
        edition=file.edition,
    )


def mentions(text: str, bodies: BodyTable, known: set[str]) -> tuple[str, ...]:
    """Bodies of the table that a text names, in order of first mention, without those already known."""
    return tuple(dict.fromkeys(key for key, _, _ in bodies.find(text) if key not in known))


def line_of(lines: Sequence[Line], position: int) -> int:
    """Number of the line that holds a position."""
    return lines[bisect_right(lines, position, key=lambda line: line.start) - 1].number


def _words(file: BriefFile, block: Block) -> str:
    return file.text[block.body : block.end]


def _fields(file: BriefFile, story: StoryLines, found: Sequence[Block]) -> dict[Label, Block]:
    """The labelled blocks that occur once, by label; the same twice means that two stories ran into each other."""
    fields: dict[Label, Block] = {}
    for block in found:
        if block.label not in _ONCE:
            continue
        if block.label in fields:
            line = line_of(story.lines, block.start)
            expected = f'a numbered heading before the next "{_NAMES[block.label]}"'
            second = f'a second one in no. {story.number}, "{story.heading[:60]}"'
            remedy = "Give each story its heading: a number, a full stop, a title."
            raise BriefError(file.path, line, expected, second, remedy)
        fields[block.label] = block
    reference = [block for block in found if block.label in FIELDS]
    for block in found:
        if block.label and block.label not in FIELDS and reference and block.start > reference[0].start:
            line = line_of(story.lines, block.start)
            raise BriefError(
                file.path, line, f'"{_NAMES[block.label]}" above the Article line', "it below that line", "Move it up."
            )
    return fields


def _date(file: BriefFile, story: StoryLines, fields: dict[Label, Block]) -> dt.date:
    remedy = 'Write the date as "Date: September 14, 2022".'
    if "date" not in fields:
        expected = f'a "Date:" line in no. {story.number}, "{story.heading[:60]}"'
        raise BriefError(file.path, story.lines[0].number, expected, "none before the next story", remedy)
    block = fields["date"]
    line = line_of(story.lines, block.start)
    words = _words(file, block).strip("*_ ")
    day = read_day(words)
    if day is None:
        raise BriefError(file.path, line, "a date with month, day and year", f"{words[:60]!r}", remedy)
    try:
        return day.full()
    except DateProblem as problem:
        raise BriefError(file.path, line, "a date that exists", str(problem), remedy) from problem


def _kinds(found: Sequence[Block]) -> list[PartKind]:
    """What each block belongs to."""
    fields = [index for index, block in enumerate(found) if block.label in FIELDS]
    first, last = (fields[0], fields[-1]) if fields else (len(found), len(found))
    reference: list[PartKind] = ["reference"] * len(found[first : last + 1])
    return [*_kinds_of_story(found[:first]), *reference, *_kinds_of_tail(found[last + 1 :])]


def _kinds_of_story(found: Sequence[Block]) -> Iterator[PartKind]:
    """Before the reference: a label sets who speaks, and until the next one paragraphs and bullets go with it."""
    spoken: PartKind = "glance"
    for block in found:
        if block.label == "explainer":
            spoken = "explainer"
        elif block.label == "comment":
            spoken = "comment"
        elif block.label == "glance":
            spoken = "glance"
        yield "bullets" if spoken == "glance" and block.kind in ("bullet", "numbered") else spoken


def _kinds_of_tail(found: Sequence[Block]) -> Iterator[PartKind]:
    """After the reference: a list with the line that introduces it is an appendix, all else an exhibit."""
    listed = [block.kind in ("bullet", "numbered") for block in found]
    introduces = [not here and after for here, after in pairwise([*listed, False])]
    return ("appendix" if here or leads else "exhibit" for here, leads in zip(listed, introduces, strict=True))


def _parts(text: str, found: Sequence[Block], kinds: Sequence[PartKind]) -> Iterator[Part]:
    """Neighbouring blocks of one kind as one part."""
    for kind, run in groupby(zip(kinds, found, strict=True), key=lambda pair: pair[0]):
        members = [block for _, block in run]
        span = members[0].start, members[-1].end
        yield Part(kind, VOICES[kind], text[slice(*span)], span)
