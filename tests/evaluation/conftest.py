"""Small items, a subject that answers from a script, and questions to put to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest

from rag.answers.records import Answer, Citation, Statement
from rag.briefs.corpus import read_corpus
from rag.briefs.records import Edition, Item, Part, Titles
from rag.evaluation.questions import Question
from rag.retrieval.search import Hit

UNUSED: Any = None  # the evaluation never looks there

Voice = Literal["document", "report", "comment"]


def make_item(number: int, text: str, comment: str = "", edition: Edition = "digest") -> Item:
    """Policy item no. `number` of one issue, with a comment behind its text where one is given."""
    day = dt.date(2023, 3, 1)
    whole = f"{text}\n\n{comment}" if comment else text
    start = 100 * number
    parts = [Part("bullets", "document", text, (start, start + len(text)))]
    if comment:
        parts.append(Part("comment", "comment", comment, (start + len(text) + 2, start + len(whole))))
    return Item(
        issue=day, section="policy", number=number, heading="", date=day, bodies=(), via=(), mentions=(),
        titles=Titles(), sources=(), parts=tuple(parts), text=whole, span=(start, start + len(whole)), page=None,
        edition=edition,
    )  # fmt: skip


@dataclass
class Script:
    """What the subject says to one question: hits by number of item, and sentences, each from an item."""

    hits: Sequence[int] = ()
    says: Sequence[tuple[str, int, Voice]] = ()
    refuses: Any = ""  # with this reason
    raises: Exception | None = None


@dataclass
class Scripted:
    """A subject that answers from a script; a question that is not in it finds and says nothing."""

    items: Mapping[str, Item]
    script: Mapping[str, Script] = field(default_factory=dict)
    asked: list[tuple[str, int]] = field(default_factory=list)  # question, length of its history

    def _of(self, question: str) -> Script:
        found = self.script.get(question, Script())
        if found.raises:
            raise found.raises
        return found

    def retrieve(self, question: str, k: int, *, history: Sequence[Mapping[str, str]] = ()) -> list[Hit]:
        """The hits of the script, all with one score: only their order may count."""
        self.asked.append((question, len(history)))
        found = [self.items[f"2023-03-01/policy/{n}"] for n in self._of(question).hits]
        return [Hit(item, 0.5, UNUSED, (0, 1), 0.5, 0.5) for item in found[:k]]

    def ask(self, question: str, *, history: Sequence[Mapping[str, str]] = ()) -> Answer:
        """The sentences of the script, each quoted from its item, or the refusal."""
        script = self._of(question)
        markers: dict[str, int] = {}
        statements, citations, lines = [], [], []
        for words, number, voice in script.says:
            item = self.items[f"2023-03-01/policy/{number}"]
            marker = markers.setdefault(item.id, len(markers) + 1)
            at = item.text.find(words)
            span = (at, at + len(words)) if at >= 0 else None
            statements.append(Statement(words, (marker,), voice, "supported"))
            citations.append(
                Citation(marker, item.id, item.edition, words, span, "exact" if span else "not found", "line")
            )
            lines.append(f"{'MERICS comments: ' if voice == 'comment' else ''}{words} [{marker}]")
        text = "Not in the briefs." if script.refuses else "\n".join(lines)
        return Answer(
            text=text, statements=tuple(statements), citations=tuple(citations), query=UNUSED,
            abstained=bool(script.refuses), coverage=UNUSED, reason=script.refuses or None,
        )  # fmt: skip


def make_question(name: str, gold: Sequence[int] = (), nuggets: Sequence[Sequence[str]] = (), **more: Any) -> Question:
    """A question whose text is its id; answerable where there is gold."""
    return Question(
        **{
            "id": name, "question": name, "type": "factoid", "lang": "en",
            "gold_items": tuple(f"2023-03-01/policy/{n}" for n in gold),
            "nuggets": tuple(map(tuple, nuggets)), "answerable": bool(gold), **more,
        }
    )  # fmt: skip


@pytest.fixture
def items() -> dict[str, Item]:
    """Twelve items; the first has a comment."""
    made = [
        make_item(n, f"Plan {n} grants {n}00 loans.", "It may come too late." if n == 1 else "") for n in range(1, 13)
    ]
    return {item.id: item for item in made}


@pytest.fixture
def question() -> Callable[..., Question]:
    """Makes a question."""
    return make_question


@pytest.fixture
def subject(items: Mapping[str, Item]) -> Callable[..., Scripted]:
    """Makes a subject over the twelve items."""
    return lambda **script: Scripted(items, {name: Script(**said) for name, said in script.items()})


@pytest.fixture
def checkout() -> Path:
    """The project's own folder."""
    return Path(__file__).resolve().parents[2]


@pytest.fixture
def shipped_items(editions: Path) -> dict[str, Item]:
    """Every item of each edition in turn."""
    return {item.id: item for issue in read_corpus(editions) for item in issue.items}
