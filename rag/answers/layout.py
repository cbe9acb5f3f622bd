"""How an answer is laid out wherever it is shown: who speaks, what is a table, what is a bullet, what is in doubt.

Takes an answer and its statements; gives words and yes or no. Knows nothing of the form it is shown in (HTML, Markdown,
Word): the page and the exports ask here, so that all of them say the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.answers.phrases import phrases_for
from rag.answers.records import Answer, Reason, Statement
from rag.briefs.records import Edition, Item, Voice
from rag.retrieval.query import Query

VOICES: dict[Voice, str] = {"document": "The document", "report": "Reported", "comment": "MERICS comments"}
EDITIONS: dict[Edition, str] = {"original": "Original", "digest": "Digest, not MERICS’ wording"}
REFUSALS: dict[Reason, str] = {
    "period": "Outside the period the briefs cover",
    "unknown_name": "Not named in the briefs",
    "not_stated": "Not stated in the briefs",
    "off_topic": "Not a subject of the briefs",
    "order": "Questions only",
}
COLUMNS = ("Date", "What", "Issued by", "Source")  # of a table
TABLED = ("list", "count", "overview", "all")  # shapes of a question whose answer is a table
STOPPED = "Stopped. What is above is not the whole answer."
CHECKED = "Each sentence was checked against its source."


def is_table(answer: Answer) -> bool:
    """Whether an answer in the briefs' own sentences is shown as a table, a line an item."""
    return answer.query.shape in TABLED and all(len(statement.markers) == 1 for statement in answer.statements)


def is_bullet(statement: Statement, answer: Answer) -> bool:
    """Whether a statement stands as a bullet in the answer's text."""
    return f"\n- {statement.text}" in f"\n{answer.text}"


def speaker(voice: Voice, outlets: Sequence[str]) -> str:
    """Who says so, in words."""
    return f"{VOICES[voice]}: {', '.join(outlets)}" if outlets else VOICES[voice]


def doubt(statement: Statement, query: Query) -> str:
    """That the source does not bear a statement out, in words of the question's language; empty where it does."""
    words = phrases_for(query).doubts.get(statement.support)
    return f"({words.format(reason=statement.reason)})" if words else ""


def item_behind(marker: int, answer: Answer, items: Mapping[str, Item]) -> Item | None:
    """The item behind a marker. `items` are those cited, by id."""
    ids = (citation.item_id for citation in answer.citations if citation.marker == marker)
    return next((items[item_id] for item_id in ids), None)


def compared(statement: Statement, item: Item | None, query: Query) -> tuple[str, str, str]:
    """Of a statement on a side of a comparison the day and the heading that begin it, where they do, and the rest."""
    if not statement.side or item is None:
        return "", "", statement.text
    phrases = phrases_for(query)
    day = phrases.date(item.date)
    _, dated, rest = statement.text.partition(f"{day}{phrases.colon}")
    if not dated:
        return "", "", statement.text
    _, headed, text = rest.partition(f"{item.heading}. ") if item.heading else ("", "", rest)
    return day, item.heading if headed else "", text if headed else rest
