"""A conversation as a Word document (.docx).

Takes a conversation; gives the bytes of the file, the same for the same conversation whenever and wherever it is made.
A marker is plain text and leads to a bookmark on its note, whose number is text as well: no program counts anew.
Imports `python-docx`, which is why whoever needs no Word file does not import this module.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING

import docx
from docx.oxml.xmlchemy import BaseOxmlElement

from rag.export.document import (
    Block,
    Bullets,
    Document,
    Note,
    Paragraph,
    Run,
    Runs,
    Section,
    Side,
    Table,
    document_of,
    joint,
)
from rag.export.ooxml import bookmarked, gap, link, page_number, paragraph, run, tab, table
from rag.export.records import Conversation
from rag.export.styles import LANGUAGES, dress
from rag.export.text import clean

if TYPE_CHECKING:
    from docx.document import Document as Word

_STYLES = {"said": "Normal", "speaker": "Speaker", "aside": "Aside", "warning": "Warning"}
_LOOKS = {"plain": "", "strong": "Strong", "doubt": "Doubt"}
_WIDTHS = (2.9, 8.6, 2.7, 1.8)  # of a table's columns, in centimetres
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest day that a zip archive can tell
# What the file is made of; what else the template brings is of another document
_KEPT = (
    "officeDocument",
    "core-properties",
    "styles",
    "numbering",
    "settings",
    "fontTable",
    "theme",
    "footer",
)  # parts


def to_word(conversation: Conversation) -> bytes:
    """The conversation as the bytes of a .docx file."""
    document, word = document_of(conversation), docx.Document()
    dress(word)
    end = word.element.body.sectPr
    for element in _body(document):
        end.addprevious(element)
    foot = word.sections[0].footer.paragraphs[0]._p
    foot.getparent().replace(
        foot,
        paragraph("Footer", [run(f"China Industries briefs · {document.edition} · page"), gap(" "), page_number()]),
    )
    _tell_properties(word, document.title, conversation.made)
    return _repacked(word)


def _body(document: Document) -> Iterator[BaseOxmlElement]:
    yield paragraph("Title", [run(document.title)])
    yield paragraph("Subtitle", [run(document.line)])
    bookmarks = count(1)
    for section in document.sections:
        yield paragraph("Heading1", [run(section.heading, language=LANGUAGES[section.language])])
        for block in section.blocks:
            yield from _block(block, section)
        if section.notes:
            yield paragraph("Heading2", [run(section.notes_heading)])
        for note in section.notes:
            yield from _note(note, section, next(bookmarks))


def _block(block: Block, section: Section) -> Iterator[BaseOxmlElement]:
    match block:
        case Side(name):
            yield paragraph("Heading2", [run(name)])
        case Paragraph(runs, kind):
            yield _line(_STYLES[kind], runs, section)
        case Bullets(items):
            for runs in items:
                yield _line("ListBullet", runs, section)
        case Table(head, rows):
            names: list[Runs] = [(Run(name, "strong"),) for name in head]
            yield table([[_line("Cell", runs, section) for runs in row] for row in (names, *rows)], _WIDTHS)
            yield paragraph("Cell", [])  # room below, and a table that follows stays another


def _line(style: str, runs: Runs, section: Section) -> BaseOxmlElement:
    """Runs as a paragraph; a marker leads to its note."""
    pieces = []
    for place, words in enumerate(runs):
        pieces += [gap(joint(words))] if place else []
        if words.note:
            pieces.append(link(_bookmark(section, words.note), run(words.text, "Marker")))
        else:
            pieces.append(run(words.text, _LOOKS[words.look]))
    return paragraph(style, pieces)


def _note(note: Note, section: Section, bookmark: int) -> Iterator[BaseOxmlElement]:
    """A note: its number, which its markers lead to, what it cites, and the quotes."""
    number = bookmarked(_bookmark(section, note.marker), bookmark, run(f"[{note.marker}]"))
    heading = [gap(" "), run(note.heading, "Strong")] if note.heading else []
    yield paragraph("Note", [*number, tab(), run(f"{note.line} (item {note.item_id})."), *heading])
    for quote in (*note.quotes, *(f"Not found in this item: {quote}" for quote in note.missing)):
        yield paragraph("NoteQuote", [run(quote)])


def _bookmark(section: Section, marker: int) -> str:
    return f"note_{section.number}_{marker}"


def _tell_properties(word: Word, title: str, made: dt.date | None) -> None:
    """What the file says about itself: title, language and day; nobody's name."""
    properties = word.core_properties
    for element in list(properties._element):
        properties._element.remove(element)
    properties.title, properties.language = clean(title)[:255], LANGUAGES["en"]
    if made:
        properties.created = properties.modified = dt.datetime.combine(made, dt.time(), dt.UTC)


def _repacked(word: Word) -> bytes:
    """The file's bytes, without what the template brings of its own, every part under the same early day."""
    for relations in (word.part.package.rels, word.part.rels):
        for key in [key for key, relation in relations.items() if relation.reltype.rpartition("/")[2] not in _KEPT]:
            del relations[key]
    written, packed = io.BytesIO(), io.BytesIO()
    word.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0  # the same on every system
            target.writestr(entry, source.read(name))
    return packed.getvalue()
