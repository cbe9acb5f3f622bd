"""Answers that are lists: every item that satisfies the question, and two sides set side by side.

Takes a query, what was found and what the corpus covers; gives claims, one line an item. Exact lists come from the
catalogue; nothing here is cut off.
"""

from __future__ import annotations

from dataclasses import replace

from rag.answers.extract import Claim, quoted, whole_list
from rag.answers.phrases import phrases_for
from rag.answers.records import Coverage
from rag.briefs.records import Item
from rag.retrieval.matching import count_held
from rag.retrieval.query import Query
from rag.retrieval.search import Found, Searcher
from rag.retrieval.sentences import Sentence, sentences_of

_ONE_EACH = ("latest", "earliest", "issue")  # shapes of an answer that is no list to be counted


def list_items(query: Query, found: Found) -> list[Claim]:
    """One line an item, in order of date."""
    return [_line(query, item) for item in found.listing or ()]


def lead(query: Query, count: int, coverage: Coverage) -> str:
    """The line above a list: how many, and for which issues that is all."""
    chosen = query.given.issue or query.read.issue
    issues = [issue.date for issue in coverage.issues if not chosen or issue.date in chosen]
    return phrases_for(query).count(count, issues) if issues and query.shape not in _ONE_EACH else ""


def _line(query: Query, item: Item) -> Claim:
    sentence, said = _reason(query, item), phrases_for(query)
    where = said.issue_of.format(date=said.date(item.issue)) if query.shape == "issue" else ""
    heading = f"{item.heading}. " if item.heading else ""
    speaker = said.comment if sentence.voice == "comment" else ""
    text = f"{where}{said.date(item.date)}{said.colon}{heading}{speaker}{sentence.text}"
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
