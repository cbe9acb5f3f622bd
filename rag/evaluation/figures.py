"""Scores of questions to figures of a set: means with their intervals, by type, and the difference of two runs.

Takes scores; gives `Figure`s and `Difference`s, the same every time: the bootstrap is seeded. Knows nothing of answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rag.evaluation.measures import MEASURES, Measure, Scores
from rag.evaluation.questions import TYPES, Question

ALL = "all"
_RESAMPLES = 1000
_SEED = 20221005  # any fixed number will do: the date of the first issue
_SAME = 1e-6  # scores are rounded to six digits


@dataclass(frozen=True, slots=True)
class Figure:
    """The mean of a measure over some questions, with its bootstrap 95 % interval; None where none was scored."""

    mean: float | None
    low: float | None
    high: float | None
    n: int  # questions scored, zeros and failed ones among them
    zero: int  # scored zero without having failed
    unscored: int  # the measure does not apply
    failed: int  # raised


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure in two runs over the questions scored in both: new minus old, with its bootstrap 95 % interval."""

    measure: str
    old: float
    new: float
    low: float  # of the mean difference
    high: float
    n: int
    better: tuple[str, ...]  # ids of questions
    worse: tuple[str, ...]

    @property
    def certain(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low > 0 or self.high < 0


def by_type(
    questions: Sequence[Question], scores: Mapping[str, Scores], failed: frozenset[str] = frozenset()
) -> dict[str, dict[str, Figure]]:
    """Every measure over all questions, then over those of each type, in the customary order, unknown types last."""
    types = {q.type for q in questions}
    order = [t for t in TYPES if t in types] + sorted(types - set(TYPES))
    groups = {ALL: list(questions)} | {t: [q for q in questions if q.type == t] for t in order}
    return {
        name: {m.name: figure([scores[q.id][m.name] for q in group], [q.id in failed for q in group]) for m in MEASURES}
        for name, group in groups.items()
    }


def figure(values: Sequence[float | None], failed: Sequence[bool]) -> Figure:
    """The figure of some questions' scores."""
    scored = [value for value in values if value is not None]
    zero = sum(value == 0 and not fell for value, fell in zip(values, failed, strict=True))
    rest = (len(scored), zero, len(values) - len(scored), sum(failed))
    if not scored:
        return Figure(None, None, None, *rest)
    return Figure(_mean(scored), *interval(scored), *rest)


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Percentile bootstrap of the mean: what 95 % of samples of this size, drawn with replacement, lie within."""
    drawn = np.random.default_rng(_SEED).integers(0, len(values), (_RESAMPLES, len(values)))
    low, high = np.percentile(np.asarray(values)[drawn].mean(axis=1), [2.5, 97.5])
    return round(float(low), 6), round(float(high), 6)


def compare(old: Mapping[str, Scores], new: Mapping[str, Scores]) -> list[Difference]:
    """Every measure, question by question, over those that both runs scored: paired, so that what is hard for both
    does not widen the interval."""
    differences = (difference(measure, old, new) for measure in MEASURES)
    return [d for d in differences if d is not None]


def difference(measure: Measure, old: Mapping[str, Scores], new: Mapping[str, Scores]) -> Difference | None:
    """One measure in two runs; None where they share no scored question."""
    pairs = {
        key: (before, after)
        for key in sorted(old.keys() & new.keys())
        if (before := old[key].get(measure.name)) is not None and (after := new[key].get(measure.name)) is not None
    }
    if not pairs:
        return None
    change = {key: after - before for key, (before, after) in pairs.items()}
    sign = {"higher": 1, "lower": -1, "neither": 0}[measure.better]
    return Difference(
        measure.name,
        _mean([before for before, _ in pairs.values()]),
        _mean([after for _, after in pairs.values()]),
        *interval(list(change.values())),
        n=len(pairs),
        better=tuple(key for key, value in change.items() if sign * value > _SAME),
        worse=tuple(key for key, value in change.items() if sign * value < -_SAME),
    )


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 6)
