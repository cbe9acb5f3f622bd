"""Damaged briefs: an issue or a BriefError, nothing lost in silence, and no time lost on odd ones."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.briefs.plain import plain, sentences
from rag.briefs.records import Issue
from rag.errors import BriefError

Read = Callable[[str | bytes], Issue]
JUNK = "[](){}*#.:\n-–x9’《A \t"


def mutate(lines: list[str], chance: random.Random) -> list[str]:
    """One to four changes: lines deleted, doubled, swapped, cut, joined, prefixed with junk, or all but a head lost."""
    lines = list(lines)
    for _ in range(chance.randint(1, 4)):
        here, there = chance.randrange(len(lines)), chance.randrange(len(lines))
        kind = chance.randrange(7)
        if kind == 0:
            del lines[here : here + chance.randint(1, 5)]
        elif kind == 1:
            lines.insert(here, lines[there])
        elif kind == 2:
            lines[here], lines[there] = lines[there], lines[here]
        elif kind == 3:
            lines[here] = lines[here][: chance.randrange(len(lines[here]) + 1)] + "\n"
        elif kind == 4:
            lines[here] = "".join(chance.choices(JUNK, k=20)) + lines[here]
        elif kind == 5:
            lines[here] = lines[here].rstrip("\n") + " "
        else:
            lines = lines[:here]
        lines = lines or ["\n"]
    return lines


def check_whole(text: str, issue: Issue) -> None:
    """Spans slice exactly, and every line behind the first section's heading is placed or reported."""
    covered = bytearray(len(text))
    for item in issue.items:
        assert text[slice(*item.span)] == item.text
        assert all(text[slice(*part.span)] == part.text for part in item.parts)
        covered[slice(*item.span)] = b"\1" * len(item.text)
    reported = {unplaced.line for unplaced in issue.unplaced}
    frame = {"", "merics top 5", "noteworthy", "policy news", "corporate news"}
    last = max(item.span[1] for item in issue.items if item.section == "corporate")
    position = 0
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip(" \t\r*_#:").casefold()
        if issue.items[0].span[0] < position < last and bare not in frame:
            inked = [index for index, char in enumerate(line, position) if not char.isspace()]
            assert number in reported or all(covered[index] for index in inked), (number, line)
        position += len(line) + 1


@pytest.mark.parametrize("seed", range(4))
def test_mutated_hand_made_briefs(read: Read, data: Path, seed: int) -> None:
    """300 mutants of the hand-made briefs: each is an issue with nothing lost, or a BriefError."""
    chance = random.Random(seed)
    sources = [(data / "valid" / name).read_text(encoding="utf-8") for name in ("plain.txt", "markdown.md")]
    read_well = 0
    for _ in range(75):
        text = "".join(mutate(chance.choice(sources).splitlines(keepends=True), chance))
        try:
            issue = read(text)
        except BriefError as error:
            assert error.expected
            continue
        check_whole(text, issue)
        read_well += 1
    assert read_well > 10


def test_mutated_issues(read: Read, editions: Path) -> None:
    """300 mutants of the five issues: each is an issue with nothing lost, or a BriefError."""
    chance = random.Random(5)
    sources = [path.read_text(encoding="utf-8") for path in sorted(editions.iterdir()) if "20" in path.name]
    read_well = 0
    for _ in range(300):
        text = "".join(mutate(chance.choice(sources).splitlines(keepends=True), chance))
        try:
            issue = read(text)
        except BriefError:
            continue
        check_whole(text, issue)
        read_well += 1
    assert read_well > 60


@pytest.mark.parametrize("slot", ["comment: ", "- *April 29:* ", "Article: ", "Issuing bodies: ", "Date: ", "- Hang "])
@pytest.mark.parametrize(
    "unit", ["(", "[", "\\[", "([", "[a](", "*", ".", "A. ", "MOF, ", "MOF (", "by the ", "财", "a\n\n", "A\n\n"]
)
def test_time_is_linear(read: Read, data: Path, slot: str, unit: str) -> None:
    """A field of 60,000 characters of anything takes a moment: nothing grows with the square of a line."""
    brief = (data / "valid" / "plain.txt").read_text(encoding="utf-8")
    text = brief.replace(slot, slot + unit * (60_000 // len(unit)) + " ", 1)
    start = time.process_time()
    try:
        for item in read(text).items:
            plain(item.text), sentences(item.text)
    except BriefError:
        pass
    assert time.process_time() - start < 5  # seconds; a quadratic step would take minutes


def test_a_million_empty_lines(read: Read, data: Path) -> None:
    """Empty lines between two stories cost next to nothing."""
    brief = (data / "valid" / "plain.txt").read_text(encoding="utf-8")
    start = time.process_time()
    issue = read(brief.replace("\n\nMERICS comment:", "\n" * 1_000_000 + "MERICS comment:", 1))
    assert len(issue.items) == 5
    assert time.process_time() - start < 30  # seconds
