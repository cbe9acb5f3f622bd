"""Figures as text: for the terminal, and as Markdown for the README. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.evaluation.figures import ALL, Difference, Figure, by_type
from rag.evaluation.gate import Verdict
from rag.evaluation.measures import MEASURES, Measure, Scores
from rag.evaluation.questions import Question
from rag.evaluation.results import Results

_FINDING, _ANSWERING = MEASURES[:7], MEASURES[7:]
_PUBLISHED = ("Success@1", "nDCG@10", "Recall@10", "Nuggets", "Citation precision", "Citation recall")
_REFUSALS = ("Right refusals", "False refusals")


def show(results: Results) -> str:
    """The figures over all questions with intervals and counts, then by type, then the times."""
    lines = [
        f"{len(results.questions)} questions, {len(results.failed)} failed; edition {results.subject['edition']}; "
        f"{writer(results)}",
        "",
        f"{'over all questions':<20}{'mean':>7}  {'95 % interval':<16}{'n':>5}{'zero':>6}{'unscored':>10}{'failed':>8}",
        *(_overall(m, results.figures[ALL][m.name]) for m in MEASURES),
        "",
        *_matrix(results, _FINDING),
        "",
        *_matrix(results, _ANSWERING),
        "",
    ]
    for name, spread in results.timings.items():
        if spread["n"]:
            what = name.removesuffix("_ms")
            lines.append(f"{what:<9}{spread['median']:>7.1f} ms median, {spread['p95']:.1f} ms 95th percentile")
    lines += [f"failed: {o.question.id} ({o.error})" for o in results.outcomes if o.error]
    return "\n".join(lines)


def writer(results: Results) -> str:
    """The language model by its name, with how many of the answers it wrote; or that there is none."""
    model = results.subject["model"]
    return f"{results.written} of {len(results.questions)} answers written by {model}" if model else "no language model"


def show_differences(differences: Sequence[Difference]) -> str:
    """What got better and worse against an earlier run, measure by measure, and the questions it comes from."""
    lines = [f"{'against the earlier run':<24}{'old':>7}{'new':>7}  {'95 % interval of it':<24}{'n':>4}  better/worse"]
    for d in differences:
        mark = " *" if d.certain else ""
        span = f"[{d.low:+.3f}, {d.high:+.3f}]{mark}"
        lines.append(
            f"{d.measure:<24}{_value(d.measure, d.old):>7}{_value(d.measure, d.new):>7}  {span:<24}{d.n:>4}"
            f"  {len(d.better)}/{len(d.worse)}"
        )
    return "\n".join([*lines, "* the interval leaves zero out", *_changed(differences)])


def show_verdict(verdict: Verdict) -> str:
    """Whether the gate is passed, which figures fell, and the questions that changed."""
    head = f"Gate ({verdict.edition}): {'passed' if verdict.passed else 'FAILED'}."
    falls = [f"  fell: {fall}" for fall in verdict.falls]
    failed = [f"  failed: {name}" for name in verdict.failed]
    return "\n".join([head, *falls, *failed, *_changed(verdict.differences)])


def markdown(questions: Sequence[Question], accepted: Mapping[str, Mapping[str, Scores]]) -> str:
    """The README's table: the accepted figures of the test half by type over the digests, and of all halves."""
    columns = [next(m for m in MEASURES if m.name == name) for name in (*_PUBLISHED, *_REFUSALS)]
    head = ["questions", "n", *(m.name for m in columns)]
    lines = [f"| {' | '.join(head)} |", f"| --- |{' ---: |' * (len(head) - 1)}"]
    halves = {split: [q for q in questions if q.split == split] for split in ("test", "dev")}
    for edition in sorted(accepted):
        for split, half in halves.items():
            figures = by_type(half, {q.id: accepted[edition][q.id] for q in half})
            groups = list(figures) if (edition, split) == ("digest", "test") else [ALL]
            for group in groups:
                name = f"**all of `{split}`, {edition}s**" if group == ALL else group
                n = len(half) if group == ALL else sum(q.type == group for q in half)
                values = [_value(m.name, figures[group][m.name].mean) for m in columns]
                lines.append(f"| {name} | {n} | {' | '.join(values)} |")
    return "\n".join(lines)


def definitions() -> str:
    """Every measure with its definition, as Markdown."""
    rows = [f"| {m.name} | {m.short} | {m.definition} |" for m in MEASURES]
    return "\n".join(["| measure | column | definition |", "| --- | --- | --- |", *rows])


def _overall(measure: Measure, figure: Figure) -> str:
    span = "" if figure.low is None else f"[{_value(measure.name, figure.low)}, {_value(measure.name, figure.high)}]"
    counts = f"{figure.n:>5}{figure.zero:>6}{figure.unscored:>10}{figure.failed:>8}"
    return f"{measure.name:<20}{_value(measure.name, figure.mean):>7}  {span:<16}{counts}"


def _matrix(results: Results, measures: Sequence[Measure]) -> list[str]:
    lines = [f"{'by type':<14}{'n':>4}" + "".join(f"{m.short:>7}" for m in measures)]
    for group, row in results.figures.items():
        n = len(results.questions) if group == ALL else sum(q.type == group for q in results.questions)
        lines.append(f"{group:<14}{n:>4}" + "".join(f"{_value(m.name, row[m.name].mean):>7}" for m in measures))
    return lines


def _changed(differences: Sequence[Difference]) -> list[str]:
    """The questions that changed, each with the measures in which it did."""
    lines = []
    for word in ("better", "worse"):
        changed: dict[str, list[str]] = {}
        for d in differences:
            for key in getattr(d, word):
                changed.setdefault(key, []).append(d.measure)
        count = f"{len(changed)} question{'s' if len(changed) != 1 else ''}"
        lines.append(f"{count} {word}" + (":" if changed else "."))
        lines += [f"  {key}: {', '.join(measures)}" for key, measures in sorted(changed.items())]
    return lines


def _value(measure: str, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.1f}" if measure == "Words" else f"{value:.2f}"
