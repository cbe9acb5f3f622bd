"""What each stage adds: the same questions put to variants of a system, each held against the whole one.

Takes named variants, anything with `retrieve` and `ask`; gives a row a variant. `switched_off` makes the variants of a
system whose stages are switches in a record. Knows nothing of what the stages do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from rag.briefs.records import Item
from rag.evaluation.figures import ALL, Difference, Figure, by_type, compare
from rag.evaluation.measures import MEASURES, Scores, score
from rag.evaluation.questions import Question
from rag.evaluation.run import Progress, Subject, run

WHOLE = "everything"
_SHOWN = ("Success@1", "RR@10", "nDCG@10", "Recall@10", "Nuggets", "Citation precision", "Citation recall")
_REFUSALS = ("Right refusals", "False refusals")
_DECIDING = "nDCG@10"  # the measure whose paired difference is shown


@dataclass(frozen=True, slots=True)
class Row:
    """One variant: its figures over all questions, and its differences from the first variant."""

    name: str
    figures: Mapping[str, Figure]
    differences: Sequence[Difference]  # empty for the first
    failed: int


def switched_off(whole: Any, make: Callable[[Any], Subject]) -> Iterator[tuple[str, Callable[[], Subject]]]:
    """The whole system, then one variant for each switch of the frozen record `whole` that is on: that one off."""
    yield WHOLE, lambda: make(whole)
    for field in fields(whole):
        if getattr(whole, field.name) is True:
            name = f"without {field.name.replace('_', ' ')}"
            yield name, lambda off=field.name: make(replace(whole, **{off: False}))  # type: ignore[misc]


def ablate(
    questions: Sequence[Question],
    variants: Iterator[tuple[str, Callable[[], Subject]]],
    items: Mapping[str, Item],
    progress: Progress | None = None,
) -> list[Row]:
    """Ask every variant every question; the first variant is the one that the others are held against."""
    rows: list[Row] = []
    first: dict[str, Scores] = {}
    for name, make in variants:
        told = None if progress is None else lambda _, done, total, name=name: progress(name, done, total)
        outcomes = run(questions, make(), items, told)
        scores = score(outcomes)
        failed = frozenset(outcome.question.id for outcome in outcomes if outcome.error)
        differences = compare(first, scores) if rows else []
        first = first or scores
        rows.append(Row(name, by_type(questions, scores, failed)[ALL], differences, len(failed)))
    return rows


def show(rows: Sequence[Row]) -> str:
    """One line a variant; what leaving the stage out changes, with its interval and the questions won and lost."""
    measures = [m for m in MEASURES if m.name in (*_SHOWN, *_REFUSALS)]
    head = f"{'':<24}" + "".join(f"{m.short:>7}" for m in measures) + f"  change of {_DECIDING}, questions better/worse"
    lines = [head]
    for row in rows:
        values = "".join(f"{_number(row.figures[m.name].mean):>7}" for m in measures)
        said = "".join(_change(d) for d in row.differences if d.measure == _DECIDING)
        lines.append(f"{row.name:<24}{values}{said}" + (f"  {row.failed} failed" if row.failed else ""))
    return "\n".join(lines)


def document(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows as JSON's own types."""
    return [
        {
            "variant": row.name,
            "failed": row.failed,
            "figures": {name: asdict(figure) for name, figure in row.figures.items()},
            "differences": [asdict(d) for d in row.differences],
        }
        for row in rows
    ]


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _change(d: Difference) -> str:
    return f"  {d.new - d.old:+.3f} [{d.low:+.3f}, {d.high:+.3f}]  {len(d.better)}/{len(d.worse)}"
