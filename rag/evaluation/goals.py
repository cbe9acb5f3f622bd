"""How well goals are found: those of `library.goals()` against a list that was made by hand.

Takes a file, one JSON object a line, in the form of `docs/goals.md`, and goals; gives what was found, missed and found
wrongly, and precision, recall and F1 by half and issue. Knows nothing of how goals are found.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rag.analysis.records import Goal
from rag.briefs.plain import plain
from rag.briefs.records import Item
from rag.errors import QuestionsError
from rag.evaluation import jsonl
from rag.evaluation.questions import Nugget, Split, fold, states
from rag.retrieval.points import last_day

ALL = "all"  # the row over every issue of a half
_STRETCH = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_MOST_SHOWN = 160  # characters of a sentence in a listing


@dataclass(frozen=True, slots=True)
class Expected:
    """One goal of the list."""

    item: str  # item id
    deadline: str  # the stretch as ISO text: "2025", "2025-06", "2025-06-30", "2025-06..2025-09"
    last: dt.date  # its last day
    facts: tuple[Nugget, ...]  # a right goal states each
    also: tuple[Nugget, ...] = ()  # or each of these, where the item tells it twice
    target: str = ""  # in words, for people
    split: Split = "test"
    optional: bool = False  # one may see it as part of another goal: neither missed nor wrong
    line: int = field(default=0, compare=False)  # in the file, from 1

    @property
    def id(self) -> str:
        """Unique in its file."""
        return f"{self.item} on line {self.line}"

    @property
    def issue(self) -> str:
        """The date of its issue, as ISO text."""
        return self.item.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Compared:
    """The goals of one issue: the list's and those that were found, each of one with at most one of the other."""

    issue: str
    split: Split
    right: tuple[tuple[Expected, Goal], ...]
    missed: tuple[Expected, ...]
    wrong: tuple[Goal, ...]


@dataclass(frozen=True, slots=True)
class GoalFigures:
    """Precision: share of those found that are right; recall: share of the list that was found. None: nothing there."""

    name: str  # of the half, and the issue or "all"
    listed: int
    found: int
    right: int
    precision: float | None
    recall: float | None
    f1: float | None


def load(path: Path, split: str = "all") -> list[Expected]:
    """The goals of a file, or of one split of it, in the order of the file.

    Raises QuestionsError for a file that cannot be read, a malformed line, an issue in both halves, or no goal at all.
    """
    expected = jsonl.load(path, _expected, "goal", "all")
    halves: dict[str, Expected] = {}
    for one in expected:
        first = halves.setdefault(one.issue, one)
        if first.split != one.split:
            problem = f"issue {one.issue} is of split {first.split!r} on line {first.line}. An issue has one."
            raise QuestionsError(path, one.line, problem)
    chosen = [one for one in expected if split in ("all", one.split)]
    if not chosen:
        raise QuestionsError(path, None, f"holds no goal of split {split!r}. Each is one JSON object a line.")
    return chosen


def check(path: Path, expected: Iterable[Expected], items: Mapping[str, Item]) -> None:
    """Raises QuestionsError for a goal of an item that the corpus lacks, or with a deadline that the item is past."""
    for one in expected:
        item = items.get(one.item)
        if item is None:
            problem = f"this corpus has no item {one.item!r}. Correct the id, or name another corpus."
            raise QuestionsError(path, one.line, problem)
        if one.last <= item.date:
            problem = f"the deadline {one.deadline} does not lie after the item, which is of {item.date}. Correct it."
            raise QuestionsError(path, one.line, problem)


def compare(expected: Sequence[Expected], goals: Iterable[Goal]) -> list[Compared]:
    """The goals of each issue of the list against those found in it, in order of date; other issues do not count."""
    found: dict[str, list[Goal]] = {}
    for goal in goals:
        found.setdefault(goal.source.issue.isoformat(), []).append(goal)
    by_issue: dict[str, list[Expected]] = {}
    for one in expected:
        by_issue.setdefault(one.issue, []).append(one)
    return [_compared(issue, by_issue[issue], found.get(issue, [])) for issue in sorted(by_issue)]


def figures(compared: Sequence[Compared]) -> list[GoalFigures]:
    """The figures of each half, `test` first: over all its issues, then issue by issue."""
    rows = []
    for half in ("test", "dev"):
        of_half = [one for one in compared if one.split == half]
        if of_half:
            rows.append(_figures(f"{half}, {ALL}", of_half))
            rows += [_figures(f"{half}, {one.issue}", [one]) for one in of_half]
    return rows


def markdown(rows: Sequence[GoalFigures]) -> str:
    """The figures as a Markdown table."""
    lines = ["| goals | listed | found | right | precision | recall | F1 |", f"| --- |{' ---: |' * 6}"]
    for row in rows:
        cells = [row.name, *map(str, (row.listed, row.found, row.right)), *map(_value, _shares(row))]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def show(compared: Sequence[Compared]) -> str:
    """The figures as text for the terminal, and every goal that was missed or wrong, with its sentence."""
    lines = [f"{'goals':<18}{'listed':>8}{'found':>8}{'right':>8}{'precision':>11}{'recall':>8}{'F1':>8}"]
    for row in figures(compared):
        precision, recall, f1 = map(_value, _shares(row))
        lines.append(f"{row.name:<18}{row.listed:>8}{row.found:>8}{row.right:>8}{precision:>11}{recall:>8}{f1:>8}")
    for one in compared:
        lines += [f"missed  {e.item}  {e.deadline}  {e.target or '; '.join(f[0] for f in e.facts)}" for e in one.missed]
        lines += [
            f"wrong   {g.source.item_id}  {g.deadline.words} ({g.deadline.last})  {g.target}\n        {_short(g)}"
            for g in one.wrong
        ]
    return "\n".join(lines)


def row_of(compared: Compared) -> dict[str, Any]:
    """As JSON's own types: ids, deadlines and places, for who wants to look them up."""
    return {
        "issue": compared.issue,
        "split": compared.split,
        "right": len(compared.right),
        "missed": [
            {"item": e.item, "deadline": e.deadline, "line": e.line, "target": e.target} for e in compared.missed
        ],
        "wrong": [
            {"item": g.source.item_id, "deadline": str(g.deadline.last), "target": g.target, "span": g.source.span}
            for g in compared.wrong
        ],
    }  # fmt: skip


# --- one to one ---------------------------------------------------------------------------------------------------


def _compared(issue: str, expected: Sequence[Expected], goals: Sequence[Goal]) -> Compared:
    """Each goal of the list with at most one that was found, as many as can be; by target before by sentence."""
    by_target = [[n for n, goal in enumerate(goals) if _is(one, goal, goal.target)] for one in expected]
    by_either = [
        [*sure, *(n for n, goal in enumerate(goals) if n not in sure and _is(one, goal, goal.source.quote))]
        for one, sure in zip(expected, by_target, strict=True)
    ]
    owner: dict[int, int] = {}  # which of the list each goal found is taken for
    for edges in (by_target, by_either):
        for number in sorted(range(len(expected)), key=lambda n: expected[n].optional):
            if number not in owner.values():
                _assign(number, edges, owner, set())
    right = sorted((number, found) for found, number in owner.items())
    return Compared(
        issue,
        expected[0].split,
        tuple((expected[number], goals[found]) for number, found in right if not expected[number].optional),
        tuple(one for n, one in enumerate(expected) if n not in owner.values() and not one.optional),
        tuple(goal for number, goal in enumerate(goals) if number not in owner),
    )


def _assign(number: int, edges: Sequence[Sequence[int]], owner: dict[int, int], seen: set[int]) -> bool:
    """Take a goal for one of the list, moving others where that makes room (Kuhn's augmenting path)."""
    for found in sorted(edges[number], key=lambda goal: goal in owner):  # those that nobody has first
        if found not in seen:
            seen.add(found)
            if found not in owner or _assign(owner[found], edges, owner, seen):
                owner[found] = number
                return True
    return False


def _is(expected: Expected, goal: Goal, words: str) -> bool:
    if expected.item != goal.source.item_id or expected.last != goal.deadline.last:
        return False
    folded = fold(plain(words))
    return any(facts and all(states(folded, fact) for fact in facts) for facts in (expected.facts, expected.also))


def _figures(name: str, compared: Sequence[Compared]) -> GoalFigures:
    right = sum(len(one.right) for one in compared)
    listed = right + sum(len(one.missed) for one in compared)
    found = right + sum(len(one.wrong) for one in compared)
    precision, recall = (right / found if found else None), (right / listed if listed else None)
    return GoalFigures(name, listed, found, right, precision, recall, 2 * right / (listed + found))


def _shares(row: GoalFigures) -> tuple[float | None, float | None, float | None]:
    return row.precision, row.recall, row.f1


def _value(share: float | None) -> str:
    return "–" if share is None else f"{share:.3f}"


def _short(goal: Goal) -> str:
    words = plain(goal.source.quote)
    return words if len(words) <= _MOST_SHOWN else f"{words[:_MOST_SHOWN]} …"


# --- one line -----------------------------------------------------------------------------------------------------


def _expected(path: Path, number: int, row: Mapping[str, Any]) -> Expected:
    if problem := _problem(row):
        raise QuestionsError(path, number, problem)
    last = _last(row["deadline"])
    if last is None:
        wanted = "a year, month or day as ISO text, or two of them: 2025, 2025-06, 2025-06..2025-09"
        raise QuestionsError(path, number, f"deadline {row['deadline']!r} is no stretch of days. Give {wanted}.")
    facts, also = (tuple(tuple(fact) for fact in row.get(name, ())) for name in ("facts", "also"))
    return Expected(
        row["item"],
        row["deadline"],
        last,
        facts,
        also,
        row.get("target", ""),
        row.get("split", "test"),
        row.get("optional", False),
        number,
    )


def _problem(row: Mapping[str, Any]) -> str | None:
    for name in ("item", "deadline"):
        if not isinstance(row.get(name), str) or not row[name].strip():
            return f"expected the field {name!r} (a text), found {json.dumps(row.get(name))[:60]}."
    if not _are_facts(row.get("facts")) or not row["facts"]:
        return f"expected the field 'facts' (lists of forms), found {json.dumps(row.get('facts'))[:60]}."
    if not _are_facts(row.get("also", [])):
        return f"expected the field 'also' (lists of forms), found {json.dumps(row['also'])[:60]}."
    if not isinstance(row.get("target", ""), str):
        return f"expected the field 'target' (a text), found {json.dumps(row['target'])[:60]}."
    if not isinstance(row.get("optional", False), bool):
        return f"expected the field 'optional' (true or false), found {json.dumps(row['optional'])[:60]}."
    if row.get("split", "test") not in ("test", "dev"):
        return f"split {json.dumps(row['split'])[:60]} is unknown. Use one of: test, dev."
    return None


def _are_facts(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(fact, list) and fact and all(isinstance(form, str) and form.strip() for form in fact)
        for fact in value
    )


def _last(deadline: str) -> dt.date | None:
    """The last day of a stretch in ISO text; None where it is none."""
    ends = [_day_span(end) for end in deadline.split("..")]
    if len(ends) > 2 or None in ends:
        return None
    first, last = ends[0], ends[-1]
    return last[1] if first and last and first[0] <= last[1] else None


def _day_span(text: str) -> tuple[dt.date, dt.date] | None:
    match = _STRETCH.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        if day:
            return dt.date(year, month, day), dt.date(year, month, day)
        return dt.date(year, month or 1, 1), last_day(year, month or 12)
    except ValueError:
        return None
