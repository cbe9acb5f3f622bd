"""The bullets of a news section, each an item.

Takes the lines below "Policy news" or "Corporate news". Gives an `Item` a bullet and the lines that belong to none,
or a BriefError. Knows nothing of stories.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from rag.briefs.actors import acting_bodies
from rag.briefs.blocks import Block, blocks
from rag.briefs.bodies import BodyTable
from rag.briefs.dates import DateProblem, read_day
from rag.briefs.formats import BriefFile, Line
from rag.briefs.frame import HEADINGS, Frame
from rag.briefs.plain import link_words, plain, source_label
from rag.briefs.records import Item, Part, Section, Titles
from rag.briefs.story import line_of, mentions
from rag.errors import BriefError

_FORM = 'Write a bullet as "- *April 2:* …", with the source in brackets at its end.'


def read_news(file: BriefFile, frame: Frame, section: Section, bodies: BodyTable) -> tuple[list[Item], list[Line]]:
    """The items of a news section, and its lines that belong to no bullet."""
    lines = frame.sections[section]
    found = blocks(file.text, lines[0].start, lines[-1].end) if lines else []
    items: list[Item] = []
    stray: list[Block] = []
    for block in found:
        if block.kind == "bullet":
            items.append(_read_bullet(file, frame, section, len(items) + 1, block, bodies))
        else:
            stray.append(block)
    if not items:
        above = lines[0].number - 1 if lines else None
        raise BriefError(file.path, above, f'a bullet below "{HEADINGS[section]}"', "none", _FORM)
    numbers = {number for block in stray for number in _line_numbers(lines, block)}
    return items, [line for line in lines if line.number in numbers and not line.blank]


def _line_numbers(lines: Sequence[Line], block: Block) -> range:
    return range(line_of(lines, block.start), line_of(lines, block.end - 1) + 1)


def _read_bullet(file: BriefFile, frame: Frame, section: Section, number: int, block: Block, bodies: BodyTable) -> Item:
    text = file.text[block.start : block.end]
    label = source_label(text)
    sources = _sources(text[label[0] :]) if label else ()
    sentence = plain(file.text[block.body : block.start + label[0] if label else block.end])
    acting = acting_bodies(sentence, sources, bodies) if section == "policy" else ()
    return Item(
        issue=frame.date,
        section=section,
        number=number,
        heading="",
        date=_date(file, frame, section, block),
        bodies=acting,
        via=(),
        mentions=mentions(text, bodies, set(acting)),
        titles=Titles(),
        sources=sources,
        parts=(Part("bullets", "document" if section == "policy" else "report", text, (block.start, block.end)),),
        text=text,
        span=(block.start, block.end),
        page=frame.contents.pages.get(section),
        edition=file.edition,
    )


def _sources(label: str) -> tuple[str, ...]:
    """The labels of the source links; of a bracket whose links were lost, its words."""
    return tuple(link_words(label)) or (plain(label).strip("(). "),)


def _date(file: BriefFile, frame: Frame, section: Section, block: Block) -> dt.date:
    line = line_of(frame.sections[section], block.start)
    words = file.text[block.start : block.end].lstrip("-*_•▪ \t")
    day = read_day(words) if block.dated else None
    if day is None:
        raise BriefError(file.path, line, "a bullet that begins with its date", f"{words[:60]!r}", _FORM)
    try:
        return day.before(frame.date)
    except DateProblem as problem:
        raise BriefError(file.path, line, "a date that exists", str(problem), _FORM) from problem
