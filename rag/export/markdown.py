"""A conversation as Markdown that every renderer reads the same way.

Takes a conversation; gives Markdown for CommonMark, GitHub and Pandoc alike. Every text is data: whatever in it could
be markup to one of them is escaped by a backslash, so that its characters, and nothing else, come out. A marker is
plain text and leads to the heading above its notes, since that is the one anchor which all of them make.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.export.document import (
    Block,
    Bullets,
    Document,
    Note,
    Paragraph,
    Runs,
    Section,
    Side,
    Table,
    document_of,
    joint,
)
from rag.export.records import Conversation
from rag.export.text import clean

# What is markup somewhere in a line: emphasis, code, links, HTML, tables, headings, mathematics, citations, attributes;
# quotation marks and runs of signs, which Pandoc makes typographic; entities; what makes an address or an emoji.
_MARKUP = re.compile(
    r"""[\\`*_{}\[\]<>\#|~^$@"'] | ([-.=])(?=\1) | (?<=-)- | (?<=\.)\. | (?<==)=
    | &(?=\#|\w+;) | :(?=\S) | (?<=www)\.""",
    re.IGNORECASE | re.VERBOSE,
)
# What is markup where a block begins: any sign, the stop behind the number or letter of a list, a table's caption
_START = re.compile(r"\A((?:\d+|[a-z]|[ivxlcdm]+)(?=[.)](?:\s|\Z))|table(?=:)|(?=[!-/:-@^-`{-~]))", re.IGNORECASE)
# Pandoc ticks a box at the start of a bullet, escaped or not, unless another character stands before it
_TASK = re.compile(r"\A(?=\\\[[ xX]\\\])")
_KEPT_APART = "\u00a0"
_WIDTHS = (16, 64, 16, 8)  # characters of the rule below a table's head: Pandoc reads the columns' shares from it
_LOOKS = {"plain": "{}", "strong": "**{}**", "doubt": "*{}*"}
_KINDS = {"said": "{}", "speaker": "**{}**", "aside": "*{}*", "warning": "> {}"}


def to_markdown(conversation: Conversation) -> str:
    """The conversation as one Markdown document."""
    document = document_of(conversation)
    return (
        "\n\n".join([*_head(document), *(piece for section in document.sections for piece in _section(section))]) + "\n"
    )


def escape(text: str) -> str:
    """A text, in a line of Markdown or at its beginning, that reads as this text."""
    return _START.sub(r"\1\\", _MARKUP.sub(r"\\\g<0>", clean(text)), count=1)


def _head(document: Document) -> Iterator[str]:
    yield f"# {escape(document.title)}"
    yield escape(document.line)


def _section(section: Section) -> Iterator[str]:
    anchor = section.notes_heading.lower().replace(" ", "-")  # as every renderer makes it of a heading
    yield f"## {escape(section.heading)}"
    for block in section.blocks:
        yield _block(block, anchor)
    if section.notes:
        yield f"### {section.notes_heading}"
    for note in section.notes:
        yield from _note(note)


def _block(block: Block, anchor: str) -> str:
    match block:
        case Side(name):
            return f"### {escape(name)}"
        case Paragraph(runs, kind):
            return _KINDS[kind].format(_runs(runs, anchor))
        case Bullets(items):
            return "\n".join(f"- {_TASK.sub(_KEPT_APART, _runs(runs, anchor))}" for runs in items)
        case Table(head, rows):
            cells = [[_runs(runs, anchor) for runs in row] for row in rows]
            rule = ["-" * width for width in _WIDTHS]
            return "\n".join(f"| {' | '.join(row)} |" for row in [head, rule, *cells])


def _runs(runs: Runs, anchor: str) -> str:
    """Runs in a line; a marker keeps to the word before it."""
    line = ""
    for run in runs:
        text = escape(run.text)
        words = f"[{text}](#{anchor})" if run.note else _LOOKS[run.look].format(text)
        line += f"{joint(run) if line else ''}{words}"
    return line


def _note(note: Note) -> Iterator[str]:
    heading = f" **{escape(note.heading)}**" if note.heading else ""
    yield f"{escape(f'[{note.marker}] {note.line} (item {note.item_id}).')}{heading}"
    missing = (f"Not found in this item: {quote}" for quote in note.missing)
    if note.quotes or note.missing:
        yield "\n>\n".join(f"> {escape(quote)}" for quote in (*note.quotes, *missing))
