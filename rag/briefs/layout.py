"""A brief's file to an `Issue`.

Takes a path and the table of bodies. Gives the issue with its items in order, and what could not be placed with line
numbers; a file that does not read as a brief is a BriefError. Knows nothing of folders and indexes.

The walk: `formats` decodes, `frame` finds date, contents list and sections, this module cuts the first section into
stories, `story` and `news` make the items.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from pathlib import Path

from rag.briefs.blocks import match_label
from rag.briefs.bodies import BodyTable
from rag.briefs.formats import BriefFile, Line, read_file
from rag.briefs.frame import HEADINGS, Frame, bare, read_frame
from rag.briefs.news import read_news
from rag.briefs.plain import plain
from rag.briefs.records import Issue, Item, Unplaced
from rag.briefs.story import StoryLines, read_story
from rag.errors import BriefError

_HEADING = re.compile(r"(?P<number>\d{1,2})\.\s+(?P<title>\S.*)")
_ALIKE = 0.85  # of 1: the contents list spells a heading with another apostrophe, or prints an acronym wrong


def read_brief(path: Path, bodies: BodyTable) -> Issue:
    """Read one brief, original or digest, plain or Markdown."""
    file = read_file(path)
    frame = read_frame(file)
    stories, stray = _cut_stories(file, frame)
    items: list[Item] = [read_story(file, frame, story, bodies) for story in stories]
    _refuse_lost_stories(file, frame, len(stories))
    for section in ("policy", "corporate"):
        news, left = read_news(file, frame, section, bodies)
        items += news
        stray += left
    lost = sorted((*frame.unplaced, *stray), key=lambda line: line.number)
    unplaced = tuple(Unplaced(path, line.number, line.text.strip()) for line in lost)
    return Issue(frame.date, frame.period, file.edition, path, file.sha256, tuple(items), unplaced)


def _cut_stories(file: BriefFile, frame: Frame) -> tuple[list[StoryLines], list[Line]]:
    """The stories of the first section, and its lines above the first of them."""
    lines = frame.sections["top5"]
    starts: list[tuple[int, int, str]] = []  # index of the line, number, title
    for index, line in enumerate(lines):
        match = _HEADING.fullmatch(bare(line))
        if match and _is_heading(frame, match, _leads_to_glance(lines, index), len(starts) + 1):
            starts.append((index, int(match["number"]), plain(match["title"])))
            _refuse_gap(file, line, [number for _, number, _ in starts])
    if not starts:
        _refuse_lost_stories(file, frame, 0)
    ends = [index for index, _, _ in starts[1:]] + [len(lines)]
    stories = [
        StoryLines(number, title, lines[start:end]) for (start, number, title), end in zip(starts, ends, strict=True)
    ]
    return stories, [line for line in lines[: starts[0][0]] if not line.blank]


def _leads_to_glance(lines: Sequence[Line], index: int) -> bool:
    """Whether the next words after this line are "At a glance:"."""
    following = next((lines[after] for after in range(index + 1, len(lines)) if not lines[after].blank), None)
    label = match_label(following.text) if following else None
    return label is not None and label[0] == "glance"


def _is_heading(frame: Frame, match: re.Match[str], glance: bool, expected: int) -> bool:
    """A numbered line is a story's heading where a glance follows, or where the contents list has it by that number.

    A list of technologies after a story is numbered like headings, and its number may even be the next story's.
    """
    listed = frame.contents.headings.get(int(match["number"]))
    return glance or (int(match["number"]) == expected and listed is not None and _alike(listed, match["title"]))


def _alike(first: str, second: str) -> bool:
    first, second = (plain(title).casefold().replace("’", "'")[:300] for title in (first, second))
    return first == second or difflib.SequenceMatcher(None, first, second, autojunk=False).ratio() >= _ALIKE


def _refuse_gap(file: BriefFile, line: Line, numbers: Sequence[int]) -> None:
    if numbers[-1] != len(numbers):
        expected = f"the heading of story {len(numbers)}"
        remedy = "Stories are numbered from 1 in a row; the heading of one is missing or misnumbered."
        raise BriefError(file.path, line.number, expected, f"that of story {numbers[-1]}", remedy)


def _refuse_lost_stories(file: BriefFile, frame: Frame, count: int) -> None:
    """Every story that the contents list announces must be there, and at least one where there is no list."""
    announced = max(frame.contents.headings, default=0)
    if count < max(announced, 1):
        expected = f'story {count + 1} below "{HEADINGS["top5"]}"'
        if count + 1 in frame.contents.headings:
            expected += f', "{frame.contents.headings[count + 1][:60]}", as the contents list says'
        remedy = 'A story begins with a heading such as "1. Title", followed by "At a glance:".'
        raise BriefError(file.path, None, expected, f"{count} of them", remedy)
