"""The verifier's own test set: statements that are true or spoilt in one way, and how well the verifier tells them.

Takes a file, one JSON object a line, in the form of `docs/verifier.md`; gives `Judged` statements and, by set, half and
kind, precision and recall of "unsupported". Knows nothing of how a statement is checked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, get_args

from rag.briefs.records import Item
from rag.errors import QuestionsError
from rag.evaluation import jsonl
from rag.evaluation.questions import Split
from rag.evaluation.run import Progress
from rag.verify.records import Finding, Support

TRUE = "true"
SPOILT = "all spoilt"  # the row over every way of spoiling
KINDS = (TRUE, *"figure,unit,date,body,company,negation,voice,wrong item".split(","))

Wording = Literal["plain", "paraphrased"]  # how far a statement's words are from those of its items
# fields that may be left out, with what they may hold, the default first
_CHOICES: Mapping[str, tuple[str, ...]] = {"split": ("test", "dev"), "set": get_args(Wording)}


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence as a writer may put it, the items it cites, and whether they bear it out."""

    id: str
    statement: str
    items: tuple[str, ...]  # item ids
    kind: str  # "true", or the way in which it was spoilt
    note: str = ""
    split: Split = "test"
    set: Wording = "plain"
    line: int = field(default=0, compare=False)  # in the file, from 1


@dataclass(frozen=True, slots=True)
class Judged:
    """A statement and what the verifier made of it."""

    statement: Statement
    support: Support
    reason: str

    def row(self) -> dict[str, str]:
        """As JSON's own types, without the statement's words."""
        of = self.statement
        return {
            "id": of.id, "set": of.set, "split": of.split, "kind": of.kind,
            "support": self.support, "reason": self.reason,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class KindFigures:
    """The figures of one kind; of the true ones and of each way of spoiling.

    `precision`: of the findings "unsupported" over the kind and the true ones together, the share that is spoilt.
    `recall`: the share of the kind found "unsupported"; of the true ones it is the share flagged for nothing.
    `partly`: the share found "partly". None where there is nothing to divide by.
    """

    kind: str
    n: int
    precision: float | None
    recall: float | None
    partly: float | None


class Checker(Protocol):
    """What is judged: one sentence and the items it cites give a finding."""

    def check(self, statement: str, items: Sequence[Item]) -> Finding:
        """Check one sentence against the items that it cites."""


def load(path: Path, split: str = "all") -> list[Statement]:
    """The statements of a file, or of one split of it, in the order of the file.

    Raises QuestionsError for a file that cannot be read, a malformed line, an id given twice, or no statement at all.
    """
    return jsonl.load(path, _statement, "statement", split)


def by_group(judged: Iterable[Judged]) -> dict[str, list[Judged]]:
    """The statements of each half of each set, by name: "test, plain", "dev, plain", "test, paraphrased", …"""
    names = [f"{half}, {wording}" for wording in _CHOICES["set"] for half in _CHOICES["split"]]
    groups: dict[str, list[Judged]] = {name: [] for name in names}
    for one in judged:
        groups[f"{one.statement.split}, {one.statement.set}"].append(one)
    return {name: of_group for name, of_group in groups.items() if of_group}


def judge(
    path: Path,
    statements: Sequence[Statement],
    checker: Checker,
    items: Mapping[str, Item],
    progress: Progress | None = None,
) -> list[Judged]:
    """Have every statement checked against the items it cites. Raises QuestionsError for an item that is not there."""
    judged: list[Judged] = []
    for statement in statements:
        if progress:
            progress("checking", len(judged), len(statements))
        if unknown := [key for key in statement.items if key not in items]:
            problem = f"this corpus has no item {unknown[0]!r}. Correct the id, or name another corpus."
            raise QuestionsError(path, statement.line, f"{statement.id}: {problem}")
        finding = checker.check(statement.statement, [items[key] for key in statement.items])
        judged.append(Judged(statement, finding.support, finding.reason))
    if progress:
        progress("checking", len(judged), len(statements))
    return judged


def figures(judged: Sequence[Judged]) -> list[KindFigures]:
    """The figures by kind, the true ones first, then all spoilt ones together, then each way of spoiling."""
    present = dict.fromkeys(one.statement.kind for one in judged)
    spoilt = [kind for kind in KINDS if kind != TRUE and kind in present]
    groups = {SPOILT: spoilt} | {kind: [kind] for kind in spoilt}
    true = [one for one in judged if one.statement.kind == TRUE]
    rows = [KindFigures(TRUE, len(true), None, _share(true, "unsupported"), _share(true, "partly"))]
    for name, kinds in groups.items():
        of_kind = [one for one in judged if one.statement.kind in kinds]
        found, flagged = _count(of_kind, "unsupported"), _count(true, "unsupported")
        precision = found / (found + flagged) if found + flagged else None
        recall, partly = _share(of_kind, "unsupported"), _share(of_kind, "partly")
        rows.append(KindFigures(name, len(of_kind), precision, recall, partly))
    return rows


def wrong(judged: Iterable[Judged]) -> list[Judged]:
    """The statements that were misjudged: a true one not supported, a spoilt one not unsupported."""
    return [one for one in judged if one.support != ("supported" if one.statement.kind == TRUE else "unsupported")]


def markdown(rows: Sequence[KindFigures]) -> str:
    """The figures as a Markdown table."""
    lines = ["| statements | n | precision | recall | flagged though true | partly |", f"| --- |{' ---: |' * 5}"]
    for row in rows:
        true = row.kind == TRUE
        recall, flagged = (None, row.recall) if true else (row.recall, None)
        cells = [row.kind, str(row.n), *map(_value, (row.precision, recall, flagged, row.partly))]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def markdown_by_group(judged: Mapping[str, Sequence[Judged]]) -> str:
    """The figures of each group as a Markdown table under the group's name."""
    return "\n\n".join(f"**{name}**\n\n{markdown(figures(group))}" for name, group in judged.items())


def show(rows: Sequence[KindFigures], misjudged: Sequence[Judged] = ()) -> str:
    """The figures as text for the terminal, and the statements that were misjudged."""
    lines = [f"{'statements':<14}{'n':>5}{'precision':>11}{'recall':>8}{'flagged':>9}{'partly':>8}"]
    for row in rows:
        recall, flagged = (None, row.recall) if row.kind == TRUE else (row.recall, None)
        lines.append(
            f"{row.kind:<14}{row.n:>5}{_value(row.precision):>11}{_value(recall):>8}{_value(flagged):>9}"
            f"{_value(row.partly):>8}"
        )
    lines += [
        f"{o.statement.id} ({o.statement.kind}): {o.support}{f', {o.reason}' * bool(o.reason)}" for o in misjudged
    ]
    return "\n".join(lines)


def _value(share: float | None) -> str:
    return "–" if share is None else f"{share:.3f}"


def _count(judged: Iterable[Judged], support: Support) -> int:
    return sum(one.support == support for one in judged)


def _share(judged: Sequence[Judged], support: Support) -> float | None:
    return _count(judged, support) / len(judged) if judged else None


# --- one line ----------------------------------------------------------------------------------------------------


def _statement(path: Path, number: int, row: Mapping[str, Any]) -> Statement:
    if problem := _problem(row):
        raise QuestionsError(path, number, problem)
    items = tuple(row["items"])
    chosen = {name: row.get(name, choices[0]) for name, choices in _CHOICES.items()}
    return Statement(row["id"], row["statement"], items, row["kind"], row.get("note", ""), **chosen, line=number)


def _problem(row: Mapping[str, Any]) -> str | None:
    for name in ("id", "statement", "kind"):
        if not isinstance(row.get(name), str) or not row[name].strip():
            return f"expected the field {name!r} (a text), found {json.dumps(row.get(name))[:60]}."
    items = row.get("items")
    if not isinstance(items, list) or not items or not all(isinstance(key, str) and key for key in items):
        return f"expected the field 'items' (a list of item ids), found {json.dumps(items)[:60]}."
    if row["kind"] not in KINDS:
        return f"kind {row['kind']!r} is unknown. Use one of: {', '.join(KINDS)}."
    if not isinstance(row.get("note", ""), str):
        return f"expected the field 'note' (a text), found {json.dumps(row['note'])[:60]}."
    for name, choices in _CHOICES.items():
        if row.get(name, choices[0]) not in choices:
            return f"{name} {json.dumps(row[name])[:60]} is unknown. Use one of: {', '.join(choices)}."
    return None
