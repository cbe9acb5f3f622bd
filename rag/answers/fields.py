"""Answers out of the catalogue: who issued it, when, what it is called, who reported it.

Takes a query and the item that it is about; gives claims that rest on the item's own reference lines.
"""

from __future__ import annotations

import re

from rag.answers.claims import Claim
from rag.answers.expected import WHO
from rag.answers.phrases import PHRASES, Phrases, phrases_for
from rag.briefs.bodies import BodyTable
from rag.briefs.records import Item
from rag.retrieval.matching import text_holds_all
from rag.retrieval.query import Query
from rag.retrieval.sentences import sentences_of
from rag.retrieval.wants import Wants

FIELDS: frozenset[Wants] = frozenset(("issuer", "date", "outlet", "chinese title", "english title"))


def fields(query: Query, item: Item, bodies: BodyTable) -> list[Claim]:
    """Fields of the catalogue, cited to the lines of the item that hold them; none where another kind is asked."""
    said = phrases_for(query)
    if not item.heading:
        someone = item.section == "corporate" and bool(WHO.search(query.question))  # a firm may be behind it
        has = {"issuer": bool(item.bodies) or someone, "date": True, "outlet": bool(item.sources)}.get(
            query.wants, False
        )
        return [dated_bullet(item, said, outlet=query.wants == "outlet")] if has else []
    name = f"“{item.titles.english or item.heading}”"
    via = said.via.format(bodies=said.listed(item.via)) if item.via else ""
    issuers = said.listed([full_name(b, bodies, the=said is PHRASES["en"]) for b in item.bodies])
    claims: list[Claim | None] = []
    if query.wants == "issuer" and item.bodies:
        claims.append(_reference(item, "Issuing", said.issued_by.format(name=name, bodies=issuers, via=via)))
    if query.wants == "date" or (query.wants == "issuer" and _ALSO_WHEN.search(query.question)):
        claims.append(_reference(item, "Date", said.dated.format(name=name, date=said.date(item.date))))
    if query.wants == "chinese title" and item.titles.chinese:
        claims.append(_reference(item, "Article", said.in_chinese.format(name=name, title=item.titles.chinese)))
    if query.wants == "english title" and item.titles.english:
        claims.append(_reference(item, "Article", said.official_title.format(name=name)))
    return [claim for claim in claims if claim is not None]


_ALSO_WHEN = re.compile(r"\bwhen\b|\bwann\b|\bdate\b|何时|什么时候|日期|哪一?天", re.IGNORECASE)


def dated_bullet(item: Item, said: Phrases, *, outlet: bool) -> Claim:
    """A news item's sentence behind its day; with `outlet` who reported it behind that."""
    sentence = sentences_of(item)[0]
    outlets = f" ({', '.join(item.sources)})" if outlet and item.sources else ""
    return Claim(
        f"{said.date(item.date)}{said.colon}{sentence.text}{outlets}", item, ((0, len(item.text)),), sentence.voice
    )


def _reference(item: Item, label: str, text: str) -> Claim | None:
    """A claim that rests on the reference line with this label, markup around the label or not."""
    for part in item.parts:
        match = re.search(rf"^[^\w\n]*{label}.*(?:\n\s*\(.*)?", part.text, re.M) if part.kind == "reference" else None
        if match:
            offset = part.span[0] - item.span[0]
            return Claim(text, item, ((offset + match.start(), offset + match.end()),), "document")
    return None


def full_name(body: str, bodies: BodyTable, *, the: bool = False) -> str:
    """A body with its name and acronym, as far as the table knows them; with the article where asked."""
    names = bodies.names(body)
    longest = next((n for n in names if n != body and n.isascii() and len(n) > len(body)), None)
    return f"{'the ' if the else ''}{longest} ({body})" if longest else body


def is_inside(query: Query, item: Item) -> bool:
    """Whether the question is on something that the item only speaks of: its fields are not that thing's.

    "Who signed the Wuhan Declaration?", which a notice on something else mentions.
    """
    named = [group for group in query.firm if " " in group[0] and group[0][0].isupper()]
    titles = f"{item.titles.english}\n{item.titles.chinese}\n{item.heading}"
    return bool(item.heading and named) and not any(text_holds_all(titles, [group]) for group in named)
