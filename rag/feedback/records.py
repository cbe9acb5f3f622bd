"""What is kept when a reader says of an answer that it is good or bad: that one answer's record and nothing else.

No address, no name of a browser, no answer but this one. Knows nothing of files and of libraries.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from rag.answers.records import Answer, Located, Reason
from rag.briefs.records import Edition
from rag.index.manifest import Fingerprint
from rag.verify.records import Support

Verdict = Literal["good", "bad"]
Filter = str | tuple[str, ...]  # one value, or several of which any will do
Turn = Mapping[str, str]  # role and content

_RANDOM = 3  # bytes of an id


@dataclass(frozen=True, slots=True)
class FoundItem:
    """One hit of the question."""

    item_id: str
    score: float


@dataclass(frozen=True, slots=True)
class GivenStatement:
    """One sentence of the answer."""

    text: str  # without markers
    markers: tuple[int, ...]
    support: Support


@dataclass(frozen=True, slots=True)
class GivenCitation:
    """One quote of the answer."""

    marker: int  # 0 for a source that was not found
    item_id: str
    quote: str
    located: Located
    line: str  # ready-made source line


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """The answer as the reader had it before them."""

    text: str
    statements: tuple[GivenStatement, ...]
    citations: tuple[GivenCitation, ...]
    abstained: bool
    reason: Reason | None  # of abstaining
    lead: str  # the line above a list
    model: str  # the language model that wrote it; empty: it stands in the briefs' own sentences

    @classmethod
    def of(cls, answer: Answer) -> GivenAnswer:
        """What is kept of an answer."""
        return cls(
            text=answer.text,
            statements=tuple(GivenStatement(s.text, s.markers, s.support) for s in answer.statements),
            citations=tuple(GivenCitation(c.marker, c.item_id, c.quote, c.located, c.line) for c in answer.citations),
            abstained=answer.abstained,
            reason=answer.reason,
            lead=answer.lead,
            model=answer.model,
        )


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reader said of one answer, and all that it takes to ask again:
    `library.ask(f.question, history=f.history, ignore=f.ignored, **f.filters)`.
    """

    id: str  # 2026-11-22-3f9a1c: the day, and what tells it from others of that day
    when: dt.datetime  # UTC, whole seconds
    verdict: Verdict
    reason: str  # the reader's words; may be empty where the verdict is good
    question: str
    history: tuple[Turn, ...]  # questions before it, where the answer rests on them; no answers
    filters: Mapping[str, Filter]  # what was chosen, by the names that `ask` takes
    ignored: tuple[str, ...]  # names of what was understood and then taken off
    hits: tuple[FoundItem, ...]  # the first ten, best first; none where another index was open by then
    answer: GivenAnswer
    fingerprint: Fingerprint  # of the index that answered; its generation is empty where another was open by then
    edition: Edition | Literal["mixed"]  # of the corpus


def new_id(when: dt.datetime) -> str:
    """A name that sorts by day."""
    return f"{when.date()}-{secrets.token_hex(_RANDOM)}"
