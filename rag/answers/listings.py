"""Answers that are lists: every item that satisfies the question, and two sides set side by side.

Takes a query, what was found and what the corpus covers; gives claims, one line an item. Exact lists come from the
catalogue; nothing here is cut off.
"""

from __future__ import annotations

from dataclasses import replace

from rag.answers.claims import Claim, quoted
from rag.answers.extract import whole_list
from rag.answers.figures import NEEDED
from rag.answers.phrases import Phrases, phrases_for
from rag.answers.records import Coverage
from rag.briefs.records import Item
from rag.retrieval.listing import LISTS
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
    claim, said = quoted(item, _reason(query, item), bullet=True), phrases_for(query)
    where = f"{said.issue_of(item.issue)}{said.colon}" if query.shape == "issue" else ""
    text = where + _introduced(said, claim)
    if query.wants == "issuer" and item.bodies:
        text += f" – {said.comma.join(item.bodies)}"
    return replace(claim, text=text)


def _introduced(said: Phrases, claim: Claim) -> str:
    """A claim's text behind the date and heading of its item, and with who says it."""
    heading = f"{claim.item.heading}. " if claim.item.heading else ""
    speaker = said.comment if claim.voice == "comment" else ""
    return f"{said.date(claim.item.date)}{said.colon}{heading}{speaker}{claim.text}"


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
    """Evidence from each side, side by side, parted the way in which the weaker side fits best.

    A side that names nothing but a place or a time is all that lies there; else it is its best item: the sentence that
    fits best, and what the item sets down.
    """
    ways = [[(side, searcher.search(side, _SIDE_DEPTH)) for side in sides] for sides in query.sides]
    ways = [way for way in ways if all(found.hits for _, found in way)]
    if not ways:
        found = searcher.search(query, _SIDE_DEPTH)
        ways = [[(query, found), (query, found)]]
    # stable: of equals the likeliest
    best = max(ways, key=lambda way: min(_fit(side, found) for side, found in way))
    claims: list[Claim] = []
    seen: set[str] = set()
    for side, found in best:
        items = list(found.listing or ()) if _is_list(side) else []
        if items:
            claims += [_line(side, item) for item in items]
            seen |= {item.id for item in items}
            continue
        hit = next((hit for hit in found.hits if hit.item.id not in seen), None)
        if hit is not None:
            seen.add(hit.item.id)
            claims += _evidence(query, hit.item, found)
    return [replace(claim, bullet=True) for claim in claims]


_SIDE_DEPTH = 5


def _fit(side: Query, found: Found) -> float:
    """How well a side is answered: the score of its best item; what is looked up is found for sure."""
    return 1.0 if _is_list(side) and found.listing else found.hits[0].score


def _is_list(side: Query) -> bool:
    return side.shape in LISTS and not side.required


def _evidence(query: Query, item: Item, found: Found) -> list[Claim]:
    """Of one side's item: when and what it is, the sentence that fits best, and what it sets down, in their order."""
    sentences = [s for s in found.scored(item) if s.sentence.part != "reference"]
    fits = NEEDED.get(query.wants)
    stating = [s for s in sentences if fits and fits(s.sentence.text)] or sentences
    best = quoted(item, max(stating, key=lambda s: s.score).sentence)
    rest = [claim for claim in whole_list(item, found) if claim.spans != best.spans]
    first, *others = sorted((best, *rest), key=lambda claim: claim.spans)
    return [replace(first, text=_introduced(phrases_for(query), first)), *others]
