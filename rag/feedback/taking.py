"""From an answer and what a reader says of it to the record that is kept.

Takes what was open when the reader said so and the answer that they were given; gives the record. The question, the
filters and what was taken off are those of the answer's own query, so that none of them can belong to another. Knows
nothing of the file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, get_args

from rag.answers.records import Answer
from rag.briefs.records import Edition
from rag.errors import InputError
from rag.feedback.records import Feedback, Filter, FoundItem, GivenAnswer, Turn, Verdict, new_id
from rag.index.manifest import Fingerprint
from rag.retrieval.conversation import cleaned, earlier_questions
from rag.retrieval.facets import Facets
from rag.wire import wire

if TYPE_CHECKING:
    from rag.view import View

LONGEST = 1_000  # characters of a reason
HITS = 10


def feedback_on(
    view: View, answer: Answer, verdict: Verdict, reason: str, history: Sequence[object], index: str = ""
) -> Feedback:
    """The record of one answer; the hits are those of its query over what is open.

    `index`: content of the index that it was answered from. Where another one is open there are no hits: what would be
    found now is not what was found then.

    Raises InputError for a verdict that is none, a reason that is too long, and a bad verdict without a reason.
    """
    if verdict not in get_args(Verdict):
        raise InputError(f"verdict: {verdict!r} is neither good nor bad. Say one of them.")
    query, now = answer.query, dt.datetime.now(dt.UTC).replace(microsecond=0)
    fingerprint = view.index.manifest.fingerprint
    earlier = bool(index) and index != fingerprint.content
    found = () if earlier else view.searcher.search(query, HITS).hits
    return Feedback(
        id=new_id(now),
        when=now,
        verdict=verdict,
        reason=_checked(reason, needed=verdict == "bad"),
        question=cleaned(query.question),
        history=_needed(answer, history),
        filters=_chosen(query.given),
        ignored=query.ignored,
        hits=tuple(FoundItem(hit.item.id, round(float(hit.score), 4)) for hit in found),
        answer=GivenAnswer.of(answer),
        fingerprint=Fingerprint(index, "") if earlier else fingerprint,
        edition=_edition({issue.edition for issue in view.coverage.issues}),
    )


def _checked(reason: object, *, needed: bool) -> str:
    """A reader's words, line by line, without control characters and broken ones."""
    if not isinstance(reason, str):
        raise InputError(f"reason: {reason!r} is not text. Say it in words.")
    if len(reason) > LONGEST:
        raise InputError(f"reason: has {len(reason):,} characters; the limit is {LONGEST:,}. Shorten it.")
    text = "\n".join(cleaned(line) for line in reason.splitlines()).strip()
    if needed and not text:
        raise InputError("reason: is empty. Say in a few words what is wrong with the answer.")
    return text


def _needed(answer: Answer, history: Sequence[object]) -> tuple[Turn, ...]:
    """The questions before, where this one leans on them or a language model was told of them."""
    if not (answer.query.leans_on or answer.model):
        return ()
    return tuple({"role": "user", "content": text} for text in earlier_questions(history))


def _chosen(given: Facets) -> dict[str, Filter]:
    """The filters as `ask` takes them; one that does not restrict is left out."""
    plain: dict[str, str | list[str] | None] = wire(given)
    return {name: value if isinstance(value, str) else tuple(value) for name, value in plain.items() if value}


def _edition(editions: set[Edition]) -> Edition | Literal["mixed"]:
    return editions.pop() if len(editions) == 1 else "mixed"
