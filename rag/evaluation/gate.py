"""The gate: what is accepted, question by question, and whether a run falls short of it.

Takes a file of accepted scores (by edition, a line a question) and the results of a run; gives a `Verdict`. A figure
may fall by one question's worth, since a tie may break otherwise on another machine; by more, the gate fails and names
the questions that changed. Knows nothing of how they were answered.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import QuestionsError
from rag.evaluation.figures import ALL, Difference, Figure, by_type, compare
from rag.evaluation.measures import MEASURES, Measure, Scores
from rag.evaluation.questions import fingerprint
from rag.evaluation.results import FORMAT, Results, read_json

_REFUSALS = ("Right refusals", "False refusals")  # held for each type, all others over the whole set
_EXPECTED = "the file of accepted outcomes that `rag eval --accept` writes"
_SAME = 1e-6


@dataclass(frozen=True, slots=True)
class Fall:
    """A figure that fell by more than one question's worth."""

    group: str
    measure: str
    old: float
    new: float
    n: int

    def __str__(self) -> str:
        where = "" if self.group == ALL else f" of {self.group}"
        return f"{self.measure}{where}: {self.old:.3f} -> {self.new:.3f} (one question is {1 / self.n:.3f})"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a run may pass, and why not."""

    edition: str
    falls: tuple[Fall, ...]
    failed: tuple[str, ...]  # questions that raised
    differences: tuple[Difference, ...]

    @property
    def passed(self) -> bool:
        """No figure fell, no question failed."""
        return not self.falls and not self.failed


def hold(path: Path, results: Results) -> Verdict:
    """Hold a run over the whole set against what is accepted for its edition.

    Raises QuestionsError where nothing is accepted for it, or for other questions.
    """
    edition = results.subject["edition"]
    document = read_json(path, _EXPECTED)
    if document.get("questions") != fingerprint(results.questions):
        raise QuestionsError(
            path, None, "was accepted for other questions than these. Look at the figures, then run with --accept."
        )
    accepted = read_accepted(path, document).get(edition)
    if accepted is None:
        raise QuestionsError(path, None, f"holds nothing accepted for the edition {edition!r}. Run with --accept.")
    old = by_type(results.questions, accepted)
    falls = [f for group in old for m in MEASURES if (f := _fall(group, m, old[group], results.figures[group]))]
    return Verdict(edition, tuple(falls), tuple(sorted(results.failed)), tuple(compare(accepted, results.scores)))


def accept(path: Path, results: Results) -> None:
    """Write a run's outcome into the file as the accepted one of its edition.

    Another edition's stays while it was accepted for the same questions. Raises QuestionsError where a question failed.
    """
    if results.failed:
        raise QuestionsError(path, None, f"{len(results.failed)} failed of the questions: that is not accepted.")
    stamp = fingerprint(results.questions)
    kept: dict[str, Mapping[str, Scores]] = {}
    if path.exists():
        document = read_json(path, _EXPECTED)
        kept = read_accepted(path, document) if document.get("questions") == stamp else {}
    path.write_text(_written(stamp, {**kept, results.subject["edition"]: results.scores}), encoding="utf-8")


def read_accepted(path: Path, document: Mapping[str, Any] | None = None) -> dict[str, Mapping[str, Scores]]:
    """Edition -> question -> scores. A measure that is newer than the file is unscored in it."""
    document = read_json(path, _EXPECTED) if document is None else document
    try:
        names: Sequence[str] = document["measures"]
        return {
            edition: {
                key: {m.name: dict(zip(names, row, strict=True)).get(m.name) for m in MEASURES}
                for key, row in rows.items()
            }
            for edition, rows in document["outcomes"].items()
        }
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise QuestionsError(path, None, f"expected {_EXPECTED}, found another document.") from error


def _fall(group: str, measure: Measure, old: Mapping[str, Figure], new: Mapping[str, Figure]) -> Fall | None:
    before, after = old[measure.name], new[measure.name]
    held = group == ALL or measure.name in _REFUSALS
    if not held or measure.better == "neither" or before.mean is None or after.mean is None:
        return None
    lost = before.mean - after.mean if measure.better == "higher" else after.mean - before.mean
    return Fall(group, measure.name, before.mean, after.mean, before.n) if lost > 1 / before.n + _SAME else None


def _written(stamp: str, outcomes: Mapping[str, Mapping[str, Scores]]) -> str:
    """JSON with a line a question, so that a change shows which."""
    # what no question is scored in stays out, and is read as unscored
    every = [scores for rows in outcomes.values() for scores in rows.values()]
    held = [m for m in MEASURES if any(scores[m.name] is not None for scores in every)]
    blocks = []
    for edition in sorted(outcomes):
        rows = [
            f"   {json.dumps(key)}: {json.dumps([_short(scores[m.name]) for m in held])}"
            for key, scores in outcomes[edition].items()
        ]
        blocks.append(f"  {json.dumps(edition)}: {{\n" + ",\n".join(rows) + "\n  }")
    names = json.dumps([m.name for m in held])
    head = f'{{\n "format": {FORMAT},\n "questions": {json.dumps(stamp)},\n "measures": {names},\n "outcomes": {{\n'
    return head + ",\n".join(blocks) + "\n }\n}\n"


def _short(value: float | None) -> float | int | None:
    return int(value) if value is not None and value == int(value) else value
