"""The frame of a brief: its date and reporting period, its contents list, and where its sections lie.

Takes a decoded file. Gives a `Frame`: the date, the pages, and the lines of each section. A file without one of these
is refused with the line, what was expected and what was found. Knows nothing of stories and bullets.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rag.briefs.blocks import match_label
from rag.briefs.dates import DateProblem, Written, read_day
from rag.briefs.formats import BriefFile, Line
from rag.briefs.records import Section
from rag.errors import BriefError

HEADINGS: dict[Section, str] = {"top5": "MERICS TOP 5", "policy": "Policy news", "corporate": "Corporate news"}
_NOTEWORTHY = "noteworthy"
_TITLES = ("merics", "china industries", "merics china industries", "contents")
_CLOSING = ("authors", "author", "editors", "editor", "publisher")
_ENTRY = re.compile(r"(?:(?P<number>\d{1,2})\.\s+)?(?P<title>.*?)[\s.…·]*(?:(?<=[\s.…·])(?P<page>\d{1,3}))?")
_PERIOD = re.compile(
    r"\(\s*reporting\s+period\s*:?(?P<first>[^()–—]*?)\s*(?:[–—]|\s-\s|-(?=\s*[a-z])|\bto\b)(?P<last>[^()]*)\)",
    re.IGNORECASE,
)
_NOTE = re.compile(r"\s*\*[^*].*\*\s*")
_LONGEST_FRAME_LINE = 400  # characters; a longer line is no heading, no date line and no entry
_SKELETON = 'A brief has a date line, "MERICS TOP 5", "Policy news" and "Corporate news".'


@dataclass(frozen=True, slots=True)
class Contents:
    """What the contents list says: pages of sections and stories, and the stories' headings by number."""

    pages: Mapping[Section | int, int] = field(default_factory=dict)
    headings: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Frame:
    """Where everything lies. `unplaced` are lines of the frame that nothing accounts for."""

    date: dt.date
    period: tuple[dt.date, dt.date] | None
    contents: Contents
    sections: Mapping[Section, Sequence[Line]]  # the lines below each section's heading
    unplaced: tuple[Line, ...]


def read_frame(file: BriefFile) -> Frame:
    """Find the frame of a brief; a BriefError says what is missing."""
    starts = _section_starts(file)
    head = file.lines[: starts["top5"]] if "top5" in starts else file.lines
    dated = [(line, day) for line in head if (day := _full_day(line)) is not None]
    if not dated and not starts:
        raise BriefError(
            file.path, None, "a China Industries brief", "neither its date line nor any section", _SKELETON
        )
    if not dated:
        expected = 'the issue\'s date in a line above "MERICS TOP 5", such as "MARCH 1, 2023"'
        raise BriefError(file.path, None, expected, "no such line", _SKELETON)
    _refuse_missing(file, starts)
    date, period = _read_date_line(file, dated)
    contents, rest = _read_contents(file, [line for line in head if line is not dated[0][0]])
    sections, between = _cut_sections(file, starts)
    return Frame(date, period, contents, sections, (*rest, *between))


def bare(line: Line) -> str:
    """A line without heading marks and emphasis; empty where it is too long for a frame line."""
    return line.text.strip(" \t*_#") if len(line.text) <= _LONGEST_FRAME_LINE else ""


def _name(line: Line) -> str:
    """A line as the name of a section: its case and a closing colon do not matter."""
    return bare(line).casefold().rstrip(":*_ ")


def _section_starts(file: BriefFile) -> dict[Section, int]:
    """Index of each section's heading line, where there is one."""
    names = [_name(line) for line in file.lines]
    labels = (match_label(line.text) for line in file.lines)
    first_glance = next((index for index, label in enumerate(labels) if label and label[0] == "glance"), len(names))
    starts: dict[Section, int] = {}
    # the contents list may name a section without its page: its heading is the last such line above the first story
    above = [index for index, name in enumerate(names[:first_glance]) if name == HEADINGS["top5"].casefold()]
    if above:
        starts["top5"] = above[-1]
    for section in ("policy", "corporate"):
        heading, above_it = HEADINGS[section].casefold(), starts.get("top5", -1)
        below = [index for index, name in enumerate(names) if name == heading and index > above_it]
        if len(below) > 1:
            expected = f'one heading "{HEADINGS[section]}"'
            raise BriefError(file.path, file.lines[below[1]].number, expected, "a second one", "Remove one of the two.")
        if below:
            starts[section] = below[0]
    return starts


def _refuse_missing(file: BriefFile, starts: Mapping[Section, int]) -> None:
    reached = 0
    for section, heading in HEADINGS.items():
        if section not in starts:
            after = f" after line {reached}" if reached else ""
            remedy = "Every brief has its three sections, in this order; add the line above its items."
            raise BriefError(file.path, reached or None, f'the heading "{heading}"{after}', "no such line", remedy)
        line = file.lines[starts[section]].number
        if line < reached:
            remedy = f"Put the sections in this order: {', '.join(HEADINGS.values())}."
            raise BriefError(
                file.path, line, f'"{heading}" below the other sections', f"it above line {reached}", remedy
            )
        reached = line


def _full_day(line: Line) -> Written | None:
    """The date a date line consists of, apart from a bracket."""
    text = bare(line)
    day = read_day(text)
    rest = text[day.end :].strip() if day else ""
    return day if day and day.year and (not rest or rest.startswith("(")) else None


def _read_date_line(
    file: BriefFile, dated: Sequence[tuple[Line, Written]]
) -> tuple[dt.date, tuple[dt.date, dt.date] | None]:
    line, day = dated[0]
    try:
        date = day.full()
        for other, second in dated[1:]:
            if second.full() != date:
                expected, remedy = f"one issue date, {date} of line {line.number}", "Remove the wrong one."
                raise BriefError(file.path, other.number, expected, second.text, remedy)
        stated = file.front.get("issue", date.isoformat())
        if stated != date.isoformat():
            expected, remedy = f"the date of the front matter, {stated}", "Make front matter and date line agree."
            raise BriefError(file.path, line.number, expected, f"{date}", remedy)
        return date, _read_period(bare(line)[day.end :], date)
    except DateProblem as problem:
        expected = "an issue date and a reporting period that exist"
        raise BriefError(file.path, line.number, expected, str(problem), "Correct that line.") from problem


def _read_period(text: str, issue: dt.date) -> tuple[dt.date, dt.date] | None:
    """The reporting period in the bracket after the date, None where there is none."""
    if "(" not in text:
        return None
    match = _PERIOD.search(text)
    first = read_day(match["first"].strip()) if match else None
    last = read_day(match["last"].strip()) if match else None
    if first is None or last is None:
        raise DateProblem(f"{text.strip()[:80]!r} where (REPORTING PERIOD: MAY 1 - MAY 31) was expected")
    period = first.before(issue), last.before(issue)
    if period[0] > period[1]:
        raise DateProblem(f"a period that ends before it begins, {period[0]} to {period[1]}")
    return period


def _read_contents(file: BriefFile, head: Sequence[Line]) -> tuple[Contents, list[Line]]:
    """The contents list, and the lines above the first section that are no part of the frame."""
    pages: dict[Section | int, int] = {}
    headings: dict[int, str] = {}
    unplaced: list[Line] = []
    open_number: int | None = None  # an entry whose page comes on the next line
    for line in head:
        text = bare(line)
        entry = _ENTRY.fullmatch(text)
        section = _section_named(text) or _section_named(entry["title"] if entry else "")
        # the 5 of "MERICS TOP 5" is not its page
        page = int(entry["page"]) if entry and entry["page"] and not _section_named(text) else None
        if entry and entry["number"]:
            headings[int(entry["number"])] = entry["title"]
            open_number = int(entry["number"]) if page is None else None
            pages |= {int(entry["number"]): page} if page else {}
        elif section:
            pages |= {section: page} if page else {}
        elif open_number and entry and page:
            headings[open_number] += " " + entry["title"]
            pages[open_number], open_number = page, None
        elif not _is_furniture(file, line, text, entry):
            unplaced.append(line)
    return Contents(pages, headings), unplaced


def _section_named(text: str) -> Section | None:
    return next((section for section, name in HEADINGS.items() if name.casefold() == text.casefold()), None)


def _is_furniture(file: BriefFile, line: Line, text: str, entry: re.Match[str] | None) -> bool:
    """Blank lines, the publication's name, "CONTENTS", "NOTEWORTHY", the top heading itself, a digest's note."""
    note = file.edition == "digest" and len(line.text) <= _LONGEST_FRAME_LINE and bool(_NOTE.fullmatch(line.text))
    known = text.casefold().rstrip(":*_ ") in _TITLES or bool(entry and entry["title"].casefold() == _NOTEWORTHY)
    return line.blank or note or known


def _cut_sections(file: BriefFile, starts: Mapping[Section, int]) -> tuple[dict[Section, Sequence[Line]], list[Line]]:
    """The lines of each section, and stray ones between "NOTEWORTHY" and the first section below it."""
    lines = file.lines
    top, policy, corporate = (starts[section] for section in HEADINGS)
    names = [_name(line) for line in lines]
    noteworthy = next((i for i in range(top, policy) if names[i] == _NOTEWORTHY), policy)
    closing = next((i for i in range(corporate, len(lines)) if names[i] in _CLOSING), len(lines))
    sections: dict[Section, Sequence[Line]] = {
        "top5": lines[top + 1 : noteworthy],
        "policy": lines[policy + 1 : corporate],
        "corporate": lines[corporate + 1 : closing],
    }
    return sections, [line for line in lines[noteworthy + 1 : policy] if not line.blank]
