"""Asking: every question of a set put to a subject, and what came back.

Takes questions, anything with `retrieve` and `ask`, and the items to hold citations against; gives an `Outcome` a
question. A question that fails is reported as failed and the rest goes on. Knows nothing of measures.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from rag.answers.records import Answer, Citation, Statement
from rag.briefs.plain import plain
from rag.briefs.records import Item
from rag.evaluation.questions import Question, fold, states
from rag.retrieval.search import Hit
from rag.verify.records import Support

DEPTH = 20  # hits asked for; the deepest measure looks at ten, the report shows them all

Progress = Callable[[str, int, int], None]
_MARKER = re.compile(r"\s?\[\d{1,3}\]")


class Subject(Protocol):
    """What is evaluated: a `Library`, or anything that answers like one."""

    def retrieve(self, question: str, k: int, *, history: Sequence[Mapping[str, str]]) -> Sequence[Hit]:
        """The `k` best hits, best first, each of a different item."""

    def ask(self, question: str, *, history: Sequence[Mapping[str, str]]) -> Answer:
        """A cited answer, or a refusal."""


@dataclass(frozen=True, slots=True)
class Quote:
    """One citation, held against the item it names."""

    item_id: str
    text: str
    exact: bool  # stands in the item where it says it does, to the letter


@dataclass(frozen=True, slots=True)
class Written:
    """One statement that a language model wrote, and whether what it cites bears it out."""

    statement: str
    support: Support
    reason: str  # why it is not fully supported


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one question brought. Where `error` says why it failed, all else is empty."""

    question: Question
    ranking: tuple[str, ...] = ()  # item ids, best first
    text: str = ""
    abstained: bool = False
    reason: str = ""  # of abstaining
    cited: tuple[str, ...] = ()  # item ids in order of marker, each once
    not_found: tuple[str, ...] = ()  # what was cited and is no source that was given, each once
    stated: tuple[bool, ...] = ()  # of each nugget: whether the answer states it
    quotes: tuple[Quote, ...] = ()
    voices: tuple[tuple[str, bool], ...] = ()  # statements that rest on a comment or claim to, and whether rightly
    model: str = ""  # the language model that wrote the answer; empty: it stands in the briefs' own sentences
    written: tuple[Written, ...] = ()  # what it wrote and is shown
    withheld: int = 0  # statements that it wrote and that are not shown
    error: str = ""
    retrieve_ms: float = 0.0
    ask_ms: float = 0.0

    @property
    def words(self) -> int:
        """Words of the answer, markers apart."""
        return len(spoken(self.text).split())


def run(
    questions: Sequence[Question], subject: Subject, items: Mapping[str, Item], progress: Progress | None = None
) -> list[Outcome]:
    """Ask every question, in order."""
    outcomes = []
    for done, question in enumerate(questions):
        if progress:
            progress("asking", done, len(questions))
        outcomes.append(_ask(question, subject, items))
    if progress:
        progress("asking", len(questions), len(questions))
    return outcomes


def spoken(text: str) -> str:
    """The answer's text without its markers."""
    return _MARKER.sub("", text)


def _ask(question: Question, subject: Subject, items: Mapping[str, Item]) -> Outcome:
    try:
        start = time.perf_counter()
        hits = subject.retrieve(question.question, DEPTH, history=question.history)
        between = time.perf_counter()
        answer = subject.ask(question.question, history=question.history)
        end = time.perf_counter()
    except Exception as error:  # whatever the subject raises is a finding about it, not the end of the evaluation
        return Outcome(question, error=f"{type(error).__name__}: {error}")
    folded = fold(spoken(answer.text))
    return Outcome(
        question=question,
        ranking=tuple(hit.item.id for hit in hits),
        text=answer.text,
        abstained=answer.abstained,
        reason=answer.reason or "",
        cited=tuple(dict.fromkeys(c.item_id for c in answer.citations if c.located != "not found")),
        not_found=tuple(dict.fromkeys(c.item_id for c in answer.citations if c.located == "not found")),
        stated=tuple(not answer.abstained and states(folded, nugget) for nugget in question.nuggets),
        quotes=tuple(Quote(c.item_id, c.quote, _exact(c, items.get(c.item_id))) for c in answer.citations),
        voices=_voices(answer, items),
        model=answer.model,
        written=tuple(Written(s.text, s.support, s.reason) for s in answer.statements[: answer.written]),
        withheld=answer.withheld,
        retrieve_ms=1000 * (between - start),
        ask_ms=1000 * (end - between),
    )


def _exact(citation: Citation, item: Item | None) -> bool:
    """Looked up anew, whatever the citation says of itself."""
    return item is not None and citation.span is not None and item.text[slice(*citation.span)] == citation.quote


def _voices(answer: Answer, items: Mapping[str, Item]) -> tuple[tuple[str, bool], ...]:
    """The statements that rest on MERICS' comment or claim to, and whether they are shown as what they are.

    A statement under quotes of both kinds, none of which it repeats, is not judged.
    """
    judged = []
    for statement in answer.statements:
        kinds = {_in_comment(c, items.get(c.item_id)) for c in _rests_on(statement, answer.citations)}
        claims = statement.voice == "comment"
        if kinds == {True}:
            judged.append((statement.text, claims and "merics" in answer.text.casefold()))
        elif kinds == {False} and claims:
            judged.append((statement.text, False))
    return tuple(judged)


def _rests_on(statement: Statement, citations: Sequence[Citation]) -> list[Citation]:
    """The citations under its markers; of these the ones whose words it repeats, where there are such."""
    under = [c for c in citations if c.marker in statement.markers]
    said = fold(statement.text)
    repeated = [c for c in under if (quote := fold(plain(c.quote))) and (quote in said or said in quote)]
    return repeated or under


def _in_comment(citation: Citation, item: Item | None) -> bool:
    """Whether the quote begins in a part in which MERICS gives its view."""
    if item is None or citation.span is None:
        return False
    place = item.span[0] + citation.span[0]
    return any(part.voice == "comment" and part.span[0] <= place < part.span[1] for part in item.parts)
