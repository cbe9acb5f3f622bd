"""Quotes: where they stand in their item, if they do, and the line that says so. Compared literally."""

from __future__ import annotations

import re

from rag.answers.records import Citation, Located, source_line
from rag.briefs.plain import plain
from rag.briefs.records import Item, Span

_QUOTES = {"'": "'‘’‚", '"': '"“”„«»'}


def locate(item: Item, quote: str) -> tuple[Span | None, Located]:
    """Where a quote stands in the item's text: to the letter, or but for white space and quotation marks."""
    if not quote.strip():
        return None, "not found"
    start = item.text.find(quote)
    if start >= 0:
        return (start, start + len(quote)), "exact"
    match = re.search(r"\s+".join(_loosely(word) for word in quote.split()), item.text)
    return (match.span(), "normalised") if match else (None, "not found")


def cite(marker: int, item: Item, span: Span) -> Citation:
    """The citation of a stretch of an item's text."""
    quote = item.text[slice(*span)]
    return Citation(marker, item.id, item.edition, quote, span, "exact", citation_line(item, quote))


def cite_quote(marker: int, item: Item, quote: str) -> Citation:
    """The citation of words that claim to stand in the item; how they were located is kept."""
    span, located = locate(item, quote)
    return Citation(marker, item.id, item.edition, quote, span, located, citation_line(item, quote))


def citation_line(item: Item, quote: str) -> str:
    """Over an original the sentence is quoted; over a digest it is not MERICS' wording, so it stands unquoted."""
    sentence = plain(quote)
    return f'{source_line(item)}: "{sentence}"' if item.edition == "original" else f"{source_line(item)}: {sentence}"


def _loosely(word: str) -> str:
    classes = {c: f"[{members}]" for members in _QUOTES.values() for c in members}
    return "".join(classes.get(c, re.escape(c)) for c in word)
