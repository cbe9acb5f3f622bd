"""Items and answers made by hand, for whoever shows or exports them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from rag.answers.records import Answer, Citation, Coverage, IssueCoverage, Statement, source_line
from rag.briefs.records import Item, Part, Titles
from rag.retrieval.facets import Facets
from rag.retrieval.query import Query

DAY = dt.date(2023, 3, 1)
COVERAGE = Coverage((IssueCoverage(DAY, None, "digest", {"top5": 1, "policy": 0, "corporate": 0}),), DAY, DAY)


def an_item(text: str, heading: str = "Robots", **fields: Any) -> Item:
    """A top-5 item of one part that is its whole text."""
    given: dict[str, Any] = {
        "issue": DAY,
        "section": "top5",
        "number": 1,
        "heading": heading,
        "date": DAY,
        "bodies": ("MIIT",),
        "via": (),
        "mentions": (),
        "titles": Titles(),
        "sources": (),
        "parts": (Part("glance", "document", text, (0, len(text))),),
        "text": text,
        "span": (0, len(text)),
        "page": 2,
        "edition": "digest",
    }
    return Item(**{**given, **fields})


def an_answer(item: Item, quotes: Sequence[str], **fields: Any) -> Answer:
    """An answer that quotes one item, a statement a quote."""
    citations = []
    for quote in quotes:
        start = item.text.find(quote)
        span = (start, start + len(quote)) if start >= 0 else None
        located: Any = "exact" if span else "not found"
        citations.append(Citation(1, item.id, item.edition, quote, span, located, source_line(item)))
    given: dict[str, Any] = {
        "text": "\n\n".join(f"{quote} [1]" for quote in quotes),
        "statements": tuple(Statement(quote, (1,), "document", "supported") for quote in quotes),
        "citations": tuple(citations),
        "query": Query("?", "?", "?", (), Facets(), Facets(), "text", "answer"),
        "abstained": False,
        "coverage": COVERAGE,
    }
    return Answer(**{**given, **fields})
