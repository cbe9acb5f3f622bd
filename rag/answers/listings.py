"""Answers that are lists: every item that satisfies the question.

Takes a query, what was found and what the corpus covers; gives claims, one line an item. Exact lists come from the
catalogue; nothing here is cut off.
"""

from __future__ import annotations

from dataclasses import replace

from rag.answers.claims import Claim, quoted
from rag.answers.phrases import Phrases, phrases_for
from rag.answers.records import Coverage
from rag.briefs.records import Item
from rag.retrieval.matching import count_held
from rag.retrieval.query import Query
from rag.retrieval.search import Found
from rag.retrieval.sentences import Sentence, sentences_of

_ONE_EACH = ("latest", "earliest", "issue")  # shapes of an answer that is no list to be counted


def list_items(query: Query, found: Found) -> list[Claim]:
    """One line an item, in order of date."""
    return [line(query, item) for item in found.listing or ()]


def lead(query: Query, count: int, coverage: Coverage) -> str:
    """The line above a list: how many, and for which issues that is all."""
    chosen = query.given.issue or query.read.issue
    issues = [issue.date for issue in coverage.issues if not chosen or issue.date in chosen]
    return phrases_for(query).count(count, issues) if issues and query.shape not in _ONE_EACH else ""


def line(query: Query, item: Item) -> Claim:
    """The line of an item: when and what it is, and the sentence that shows why it is listed."""
    claim, said = quoted(item, _reason(query, item), bullet=True), phrases_for(query)
    text = (_issue_of(said, item) if query.shape == "issue" else "") + introduced(said, claim)
    if query.wants == "issuer" and item.bodies:
        text += f" – {said.comma.join(item.bodies)}"
    return replace(claim, text=text)


def with_issue(query: Query, claims: list[Claim]) -> list[Claim]:
    """Sentences, the first with the issue it is of: what is asked for where no exact list answers."""
    said = phrases_for(query)
    return [replace(c, text=_issue_of(said, c.item) + c.text) if c is claims[0] else c for c in claims]


def _issue_of(said: Phrases, item: Item) -> str:
    return f"{said.issue_of(item.issue)}{said.colon}"


def introduced(said: Phrases, claim: Claim) -> str:
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
