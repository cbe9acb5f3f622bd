"""A stretch of a brief as blocks: paragraphs, bullets, numbered lines and headings, whole again after page breaks.

Takes raw text, plain or Markdown. Gives blocks with their positions, the label each begins with ("At a glance:",
"Date:") and where its own words begin. Knows nothing of items, sections or files.

A page break leaves blank lines in the middle of a sentence; `_goes_on` says when the next paragraph belongs to the
block before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from rag.briefs.dates import read_day
from rag.briefs.formats import Line, split_lines

Kind = Literal["text", "bullet", "numbered", "heading"]
Label = Literal["glance", "comment", "explainer", "article", "issuing", "date"]

LABELS: dict[Label, str] = {
    "glance": r"at a glance",
    "comment": r"merics['’]?(?:s['’]?)? comments?",
    "explainer": r"explainer",
    "article": r"articles?",
    "issuing": r"issuing bod(?:y|ies)",
    "date": r"date",
}
FIELDS: tuple[Label, ...] = ("article", "issuing", "date")
_MARKUP = r"[ \t]*(?:#{1,6}[ \t]+)?[*_]{0,3}"
_LABEL = re.compile(
    _MARKUP
    + "(?:"
    + "|".join(f"(?P<{name}>{form})" for name, form in LABELS.items())
    + r")[ \t]*[*_]{0,3}[ \t]*(?:(?P<colon>:)[*_]{0,3}[ \t]*|\Z)",
    re.IGNORECASE,
)
_HEADING = re.compile(r"[ \t]*#{1,6}[ \t]+")
_BULLET = re.compile(r"[ \t]*[-*•▪][ \t]+(?=\S)")
_NUMBERED = re.compile(r"[ \t]*\d{1,2}\.[ \t]+(?=\S)")
_DATE_LABEL = re.compile(r"[^:*_\n]{0,40}[*_]{0,3}[ \t]*:[ \t]*[*_]{0,3}[ \t]*")
_CLOSERS = r"[\"'”’»)\]*_]*"
_TERMINAL = re.compile(r"[.!?:。！？：]" + _CLOSERS + r"(?:\([^()\s]*\))?" + _CLOSERS + r"\Z")
_SENTENCE_INSIDE = re.compile(r"[.!?]" + _CLOSERS + r"\s+[A-Z]")
# words that cannot end a sentence or a bullet
_DANGLING = re.compile(
    r"(?:[,(/–-]|\b(?:a|an|and|as|at|between|but|by|for|from|in|into|its|nor|of|on|or|over|than|that|the|their|"
    r"through|to|towards?|under|which|while|whose|will|with))\Z",
    re.IGNORECASE,
)
_LONGEST_CAPTION = 12  # words
_HEAD = 4000  # characters looked at to see whether a block holds sentences
_LONGEST_WORD = 16  # characters that a dangling word and what precedes it may take
_TAIL = 400  # characters looked at to see how a block ends: longer than any link


@dataclass(frozen=True, slots=True)
class Block:
    """`text[start:end]` is the block, `text[body:end]` its own words: after the bullet's dash, date label and label."""

    kind: Kind
    label: Label | None
    dated: bool  # a bullet that begins with a date label: "- *April 2:* …"
    start: int
    end: int
    body: int


def blocks(text: str, start: int = 0, end: int | None = None) -> list[Block]:
    """The blocks of a stretch, in order; everything outside them is white space."""
    found: list[Block] = []
    after_blank = True
    for line in split_lines(text, start, end):
        if line.blank:
            after_blank = True
            continue
        new = _begin(line)
        if found and new.kind == "text" and new.label is None and _goes_on(text, found[-1], line, after_blank):
            found[-1] = replace(found[-1], end=new.end)
        else:
            found.append(new)
        after_blank = False
    return found


def match_label(line: str) -> tuple[Label, int] | None:
    """The label a line begins with, and where the words after it begin; a line of its own needs no colon.

    A date or a title on the line of its label is what tells those labels from plain words, so they need theirs.
    """
    match = _LABEL.match(line)
    label = next((name for name in LABELS if match and match[name]), None)
    return (label, match.end()) if match and label and (match["colon"] or label in ("glance", "comment")) else None


def _begin(line: Line) -> Block:
    """The block that a line would begin if it begins one."""
    end = line.start + len(line.text.rstrip())
    first = line.end - len(line.text.lstrip())
    if labelled := match_label(line.text):
        return Block("text", labelled[0], False, first, end, min(line.start + labelled[1], end))
    if match := _HEADING.match(line.text):
        return Block("heading", None, False, first, end, line.start + match.end())
    if match := _BULLET.match(line.text):
        label_end = date_label(line.text, match.end())
        body = label_end if label_end is not None else match.end()
        return Block("bullet", None, label_end is not None, first, end, min(line.start + body, end))
    if match := _NUMBERED.match(line.text):
        return Block("numbered", None, False, first, end, line.start + match.end())
    return Block("text", None, False, first, end, first)


def date_label(line: str, pos: int) -> int | None:
    """Where the date label at this place of a line ends, None where there is none: `*April 2:* `."""
    while line[pos : pos + 1] in ("*", "_"):
        pos += 1
    written = read_day(line, pos)
    label = _DATE_LABEL.match(line, written.end) if written else None
    return label.end() if label else None


def _goes_on(text: str, block: Block, line: Line, after_blank: bool) -> bool:
    """Whether a plain line belongs to the block before it."""
    if block.kind == "heading" or block.label == "date":
        return False
    if not after_blank:  # a hard-wrapped paragraph or bullet
        return block.label != "explainer"
    ending = text[max(block.body, block.end - _TAIL) : block.end]
    if block.dated and not ending.endswith(")"):  # a news bullet runs to its source in brackets
        return not _ends_sentence(ending)
    if block.label == "article":  # a title runs to its link
        return not ending.endswith(")") or bool(re.match(r"\s*\\?[(\[（]", line.text))
    if block.label == "explainer" and not _SENTENCE_INSIDE.search(ending):  # its title
        return False
    if _ends_sentence(ending):
        return False
    if line.text.lstrip()[0].islower() or _DANGLING.search(ending[-_LONGEST_WORD:]):
        return True
    # prose that stops without a full stop was cut; a caption or a name is shorter and holds no sentence
    return block.kind == "text" and block.label not in FIELDS and _is_prose(text, block)


def _ends_sentence(ending: str) -> bool:
    return not ending[-1:].isalnum() and bool(_TERMINAL.search(ending))


def _is_prose(text: str, block: Block) -> bool:
    head = text[block.body : min(block.end, block.body + _HEAD)]
    return bool(_SENTENCE_INSIDE.search(head)) or len(head.split()) > _LONGEST_CAPTION


def prose(found: list[Block]) -> Iterator[Block]:
    """The blocks that hold sentences: no headings, nor an item's numbered heading or a label that stands alone."""
    for index, block in enumerate(found):
        following = found[index + 1].label if index + 1 < len(found) else None
        if (
            block.kind != "heading"
            and not (block.kind == "numbered" and following == "glance")
            and block.body < block.end
        ):
            yield block
