"""One evaluation as a record: what was asked of what, every outcome, the figures, and the times apart.

Gives the JSON document and reads the scores back from an earlier one. Everything but `timings` is the same each time:
no date, no path.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from rag.errors import QuestionsError
from rag.evaluation.figures import Figure, by_type
from rag.evaluation.measures import Scores, score
from rag.evaluation.questions import Question, fingerprint
from rag.evaluation.run import Outcome

FORMAT = 1


@dataclass(frozen=True)
class Results:
    """The outcomes of one run, and what follows from them."""

    outcomes: tuple[Outcome, ...]
    split: str
    subject: Mapping[str, Any]  # what was asked: hash of the index's content, encoder, edition, counts, language model

    @cached_property
    def questions(self) -> list[Question]:
        """In the order of the file."""
        return [outcome.question for outcome in self.outcomes]

    @cached_property
    def failed(self) -> frozenset[str]:
        """Ids of the questions that raised."""
        return frozenset(outcome.question.id for outcome in self.outcomes if outcome.error)

    @cached_property
    def written(self) -> int:
        """How many answers the language model wrote."""
        return sum(bool(outcome.model) for outcome in self.outcomes)

    @cached_property
    def scores(self) -> dict[str, Scores]:
        """Every measure of every question."""
        return score(self.outcomes)

    @cached_property
    def figures(self) -> dict[str, dict[str, Figure]]:
        """Every measure over all questions and over those of each type."""
        return by_type(self.questions, self.scores, self.failed)

    @cached_property
    def timings(self) -> dict[str, dict[str, float]]:
        """Milliseconds of a question: median and 95th percentile of those that did not fail."""
        done = [outcome for outcome in self.outcomes if not outcome.error]
        return {
            "retrieve_ms": _spread([outcome.retrieve_ms for outcome in done]),
            "ask_ms": _spread([outcome.ask_ms for outcome in done]),
        }

    def document(self) -> dict[str, Any]:
        """The whole as JSON's own types."""
        return {
            "format": FORMAT,
            "subject": dict(self.subject),
            "questions": {
                "split": self.split,
                "count": len(self.questions),
                "failed": len(self.failed),
                "sha256": fingerprint(self.questions),
            },
            "figures": {
                group: {name: asdict(figure) for name, figure in row.items()} for group, row in self.figures.items()
            },
            "outcomes": [self._outcome(outcome) for outcome in self.outcomes],
            "timings": {
                **self.timings,
                "questions": {
                    o.question.id: {"retrieve_ms": round(o.retrieve_ms, 3), "ask_ms": round(o.ask_ms, 3)}
                    for o in self.outcomes
                },
            },
        }

    def _outcome(self, outcome: Outcome) -> dict[str, Any]:
        question = outcome.question
        return {
            "id": question.id,
            "question": question.question,
            "type": question.type,
            "lang": question.lang,
            "split": question.split,
            "answerable": question.answerable,
            "gold_items": list(question.gold_items),
            "scores": dict(self.scores[question.id]),
            "ranking": list(outcome.ranking),
            "cited": list(outcome.cited),
            "not_found": list(outcome.not_found),
            "nuggets": [
                {"forms": list(nugget), "stated": bool(outcome.stated) and outcome.stated[n]}
                for n, nugget in enumerate(question.nuggets)
            ],
            "abstained": outcome.abstained,
            "reason": outcome.reason,
            "text": outcome.text,
            "quotes": [asdict(quote) for quote in outcome.quotes],
            "voices": [{"statement": text, "right": right} for text, right in outcome.voices],
            "model": outcome.model,
            "written": [asdict(one) for one in outcome.written],
            "withheld": outcome.withheld,
            "error": outcome.error,
        }


def read_scores(path: Path) -> dict[str, Scores]:
    """The scores of an earlier evaluation, by question. Raises QuestionsError for anything else."""
    document = read_json(path, "the JSON of an earlier `rag eval --json`")
    try:
        return {row["id"]: dict(row["scores"]) for row in document["outcomes"]}
    except (KeyError, TypeError, ValueError) as error:
        raise QuestionsError(
            path, None, "expected the JSON of an earlier `rag eval --json`, found another document."
        ) from error


def read_json(path: Path, expected: str) -> dict[str, Any]:
    """A JSON object of this format. Raises QuestionsError, naming what was expected."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise QuestionsError(path, None, f"cannot be read ({error.strerror}). Name {expected}.") from error
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        raise QuestionsError(path, line, f"expected {expected}, found what is not JSON ({error}).") from error
    found = document.get("format") if isinstance(document, dict) else None
    if found != FORMAT:
        raise QuestionsError(path, None, f"expected {expected} of format {FORMAT}, found format {found!r}.")
    return dict(document)


def _spread(values: Sequence[float]) -> dict[str, float]:
    if not values:
        return {"n": 0}
    median, tail = np.percentile(np.asarray(values), [50, 95])
    return {"n": len(values), "median": round(float(median), 3), "p95": round(float(tail), 3)}
