"""The sentences of an item as goals are read from them: plain, with what is named in them blanked out.

Takes an item; gives its sentences in order, each with its place: in the text, a bullet, behind the first sentence of
one, or a heading. The lines that name the document ("Article: …") are left out. Knows nothing of goals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rag.briefs.blocks import FIELDS, Block, blocks
from rag.briefs.plain import link_words, plain, sentences
from rag.briefs.records import Item, Part, Span, Voice

Place = Literal["text", "bullet", "within", "heading"]


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence. `masked` is as long as `text`, with dots where a title or a document's name stands."""

    text: str  # without markup
    masked: str
    span: Span  # of the sentence in the item's text, markup included
    place: Place
    voice: Voice


_DOCUMENT = (
    r"(?:plans?|strateg\w+|road ?maps?|guidelines?|opinions|measures|regulations?|laws?|briefs?|reports?|notices?|"
    r"program(?:me)?s?|initiatives?|outlines?|articles?|issues?|papers?|documents?|standards?)"
)
_LONGEST = 4000  # characters of a sentence that are read: those of the briefs have a tenth of it
_NAMES_DOCUMENT = re.compile(rf"\b{_DOCUMENT}\b", re.I)
_QUOTED = re.compile(r"《[^《》]*》|[“\"«](?=[^”\"»]{0,300}\d)[A-Z0-9][^”\"»]*[”\"»]|[‘](?=[^’]{0,300}\d)[A-Z][^’]*[’]")
_YEARS = re.compile(r"[(（]\s*(?:for |covering )?20\d\d\s*[-–—至]\s*(?:20)?\d\d\s*年?\s*[)）]")
# a year that ends a name: "Made in China 2025"; not "June 2025" or "In 2025"
_NAMED_YEAR = re.compile(
    r"\b(?!(?:In|By|For|From|Between|Around|About|Starting|Beginning|Throughout|Through|To|On|At|And|Until|Before|"
    r"After|Since|During|Over|Within|The|This|That|Its|Their|January|February|March|April|"
    r"May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|Spring|Summer|"
    r"Autumn|Fall|Winter|Early|Mid|Late|End|Q[1-4]|H[12]|Key|Main|Targets?|Goals?|Objectives?)\b)(?:[A-Z][\w&+'’-]*)\s"
    r"(?P<year>20\d\d)\b(?!,\d)"
)
# "the carbon peaking by 2030 plan", "the 2030 carbon peaking plan"
_OF_DOCUMENT = re.compile(
    r"\b(?:(?:by|for|until)\s)?20\d\d(?:\s?[-–]\s?(?:20)?\d\d)?(?:\s[\w-]+){0,3}?\s"
    r"(?:[Aa]ction |[Ww]ork )?(?:plan|strategy|roadmap|agenda|vision|blueprint|outline|brief|report|list|edition|"
    r"version|catalogue)\b"
)


def lines_of(item: Item) -> Iterator[Line]:
    """The sentences of an item, in order."""
    for part in item.parts:
        if part.kind not in ("reference", "exhibit"):
            yield from _lines(part, part.span[0] - item.span[0])


def _lines(part: Part, offset: int) -> Iterator[Line]:
    spans = sentences(part.text)
    number = 0
    for block in blocks(part.text):
        of_block = []
        while number < len(spans) and spans[number][0] < block.end:
            of_block.append(spans[number])
            number += 1
        if block.label in FIELDS:
            continue
        if not of_block and block.kind in ("heading", "numbered"):
            of_block = [(block.body, block.end)]
        for index, span in enumerate(of_block):
            yield _line(part, span, offset, _place(block, index))


def _place(block: Block, index: int) -> Place:
    if block.kind == "heading":
        return "heading"
    if block.dated or block.kind == "text":
        return "text"
    return "within" if index else "bullet"


def _line(part: Part, span: Span, offset: int, place: Place) -> Line:
    raw = part.text[slice(*span)]
    text = plain(raw)[:_LONGEST]
    return Line(text, _masked(text, raw[:_LONGEST]), (offset + span[0], offset + span[1]), place, part.voice)


def _masked(text: str, raw: str) -> str:
    """The text with dots where a document is named, so that no word or year of a name is taken for the sentence's."""
    if "](" in raw:
        for words in link_words(raw):
            if _NAMES_DOCUMENT.search(words):
                text = text.replace(words, _dots(words))
    for pattern in (_QUOTED, _YEARS, _OF_DOCUMENT):
        text = pattern.sub(lambda match: _dots(match.group()), text)
    return _NAMED_YEAR.sub(lambda match: match.group()[:-4] + _dots(match["year"]), text)


def _dots(words: str) -> str:
    return "·" * len(words)
