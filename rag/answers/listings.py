"""Answers that are lists: every item that satisfies the question, and two sides set side by side.

Takes a query, what was found and what the corpus covers; gives claims, one line an item. Exact lists come from the
catalogue; nothing here is cut off.
"""

from __future__ import annotations

from dataclasses import replace

from rag.answers.extract import COMMENT, Claim, quoted, whole_list
from rag.answers.records import Coverage
from rag.briefs.records import Item, long_date, month_year
from rag.retrieval.matching import count_held
from rag.retrieval.query import Query
from rag.retrieval.search import Found, Searcher
from rag.retrieval.sentences import Sentence, sentences_of


def list_items(query: Query, found: Found) -> list[Claim]:
    """One line an item, in order of date."""
    return [_line(query, item) for item in found.listing or ()]


def lead(query: Query, count: int, coverage: Coverage) -> str:
    """The line above a list: how many, and for what it is complete."""
    if query.shape in ("latest", "earliest", "issue") or not coverage.issues:
        return ""
    first, last = coverage.issues[0].date, coverage.issues[-1].date
    span = f"from {month_year(first)} to {month_year(last)}" if first != last else f"of {month_year(first)}"
    many = "s" if len(coverage.issues) != 1 else ""
    return f"{count} item{'s' if count != 1 else ''}, complete for the {len(coverage.issues)} issue{many} {span}:"


def _line(query: Query, item: Item) -> Claim:
    sentence = _reason(query, item)
    where = f"issue of {long_date(item.issue)}: " if query.shape == "issue" else ""
    heading = f"{item.heading}. " if item.heading else ""
    speaker = COMMENT if sentence.voice == "comment" else ""
    text = f"{where}{long_date(item.date)}: {heading}{speaker}{sentence.text}"
    return Claim(text, item, (sentence.span,), sentence.voice, bullet=True)


def _reason(query: Query, item: Item) -> Sentence:
    """The sentence that shows why an item is listed, of equals the first."""
    everything = sentences_of(item)
    return max(
        everything,
        key=lambda s: (
            sum(str(year) in s.text for year in query.deadlines),
            count_held(s.text, query.required) if query.required else 0,
            s.part != "reference",
            -s.span[0],
        ),
    )


def compare(query: Query, searcher: Searcher) -> list[Claim]:
    """Evidence from each side, side by side: of its best item the sentence that fits best and what it sets down."""
    claims: list[Claim] = []
    seen: set[str] = set()
    for side in query.sides:
        found = searcher.search(side, 5)
        hit = next((hit for hit in found.hits if hit.item.id not in seen), None)
        if hit is None:
            continue
        seen.add(hit.item.id)
        sentences = [s for s in found.scored(hit.item) if s.sentence.part != "reference"]
        best = quoted(hit.item, max(sentences, key=lambda s: s.score).sentence)
        rest = [claim for claim in whole_list(hit.item, found) if claim.spans != best.spans]
        claims += sorted((best, *rest), key=lambda claim: claim.spans)
    return [replace(claim, bullet=True) for claim in claims]
