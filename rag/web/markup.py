"""Text of questions and briefs as HTML that can do nothing.

Takes text nobody vouches for, and items with the stretches to highlight; gives HTML on one line, made of our own tags
only. Every ASCII character that is no letter, digit or space becomes a character reference, so that neither HTML nor
Markdown (images, links, autolinks, LaTeX, code) can be made of it, whatever renderer sees it next. One line, since a
blank line would end an HTML block of Markdown. Knows nothing of answers, citations and Gradio.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from rag.briefs.blocks import Block, blocks
from rag.briefs.plain import LINK, plain
from rag.briefs.records import Item, Part, Span

_JOINERS = "\u200c\u200d"  # format characters that scripts and emoji are written with; all others are dropped
_SPACE = re.compile(r"\s+")
_SPECIAL = re.compile(r"[^\w ]|_")  # what is no letter, digit or space; most of a text is
# The same signs that `plain` drops; a test holds the two readings equal over a whole corpus.
_EMPHASIS = re.compile(r"\\(?P<escaped>[!-/:-@\[-`{-~])|(?<!\s)\*+|\*+(?!\s)")


def escape(text: str) -> str:
    """A text as inert HTML on one line; control characters and those that turn the writing direction are dropped."""
    return _SPECIAL.sub(lambda found: _character(found[0]), _SPACE.sub(" ", text))


def verbatim(text: str) -> str:
    """A text as inert HTML on one line, its own lines kept: for a `pre`, whose text is copied or saved."""
    return _SPECIAL.sub(lambda found: f"&#{ord(found[0])};" if found[0] in "\n\t" else _character(found[0]), text)


def item_html(item: Item, marked: Sequence[Span] = ()) -> str:
    """An item's whole text, part by part, with the stretches `marked` (in the item's text) highlighted."""
    return "".join(_part(part, list(_blocks(item, part)), item, marked) for part in item.parts)


def excerpt_html(item: Item, marked: Sequence[Span]) -> str:
    """The paragraphs and bullets of an item that hold a highlighted stretch."""
    pieces = []
    for part in item.parts:
        held = [block for block in _blocks(item, part) if _overlaps(block, marked)]
        pieces += [_part(part, held, item, marked)] if held else []
    return "".join(pieces)


@lru_cache(maxsize=4096)
def _character(c: str) -> str:
    if c.isalnum() or c == " ":
        return c
    if c.isascii():
        return f"&#{ord(c)};" if c.isprintable() else ""
    return c if c in _JOINERS or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn") else ""


def _blocks(item: Item, part: Part) -> Iterator[Block]:
    """The blocks of a part, with positions in the item's text."""
    start = part.span[0] - item.span[0]
    yield from blocks(item.text, start, start + len(part.text))


def _overlaps(block: Block, spans: Iterable[Span]) -> bool:
    return any(start < block.end and block.start < end for start, end in spans)


def _part(part: Part, held: Sequence[Block], item: Item, marked: Sequence[Span]) -> str:
    pieces = []
    for listed, run in groupby(held, key=_is_listed):
        inner = "".join(_block(block, item.text, marked, "li" if listed else "p") for block in run)
        pieces.append(f"<ul>{inner}</ul>" if listed else inner)
    return f'<div class="part {part.voice}">{"".join(pieces)}</div>'


def _is_listed(block: Block) -> bool:
    return block.kind == "bullet" and not block.dated  # a dated bullet is a news item of its own


def _block(block: Block, text: str, marked: Sequence[Span], tag: str) -> str:
    """A paragraph or bullet: the label it begins with, if any, and its words."""
    numbered = block.kind == "numbered"
    label = plain(text[block.start : block.body]) if block.label or block.dated else ""
    label = label.removeprefix("- ").strip()
    words = _highlighted(text, block.start if numbered else block.body, block.end, marked)
    return f"<{tag}>{f'<b>{escape(label)}</b> ' if label else ''}{words}</{tag}>"


def _highlighted(text: str, start: int, end: int, marked: Sequence[Span]) -> str:
    """The words of a stretch without their markup, those within a marked stretch highlighted."""
    runs = groupby(_visible(text, start, end), key=lambda at: any(first <= at < last for first, last in marked))
    pieces = [(inside, escape("".join(text[at] for at in places))) for inside, places in runs]
    return "".join(f"<mark>{words}</mark>" if inside else words for inside, words in pieces)


def _visible(text: str, start: int, end: int) -> list[int]:
    """Positions of the characters that remain when links are read as their words and emphasis is dropped."""
    hidden: set[int] = set()
    for pattern, group in ((LINK, "words"), (_EMPHASIS, "escaped")):
        for match in pattern.finditer(text, start, end):
            hidden.update(range(*match.span()))
            hidden.difference_update(range(*match.span(group)))
    return [at for at in range(start, end) if at not in hidden]
