"""Items, goals, answers and changes as CSV, for a spreadsheet: one line an item, a goal, a statement or a source.

A cell that a spreadsheet would take for a formula is kept from being one by an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from rag.analysis.records import Changes, Goal
from rag.answers.records import Answer, source_line
from rag.briefs.plain import plain
from rag.briefs.records import Item

_ITEM = ("item", "date", "issue", "section", "number", "heading", "bodies")
_TIMELINE = ("kind", "date", "deadline", "section", "item", "heading", "text", "figures", "quote", "source")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def items_csv(items: Iterable[Item]) -> str:
    """One line an item, in the order given: what it is, its official titles, its text and where it stands."""
    rows = [(*_item(i), i.titles.english, i.titles.chinese, plain(i.text), source_line(i)) for i in items]
    return _csv((*_ITEM, "title", "chinese title", "text", "source"), rows)


def timeline_csv(items: Iterable[Item], goals: Iterable[Goal]) -> str:
    """One line an item, then one a goal, each in the order given.

    The date of a goal is its deadline's last day; an item has no deadline, no figures and no quote.
    """
    rows: list[Sequence[object]] = [
        ("item", i.date, "", i.section, i.id, i.heading, plain(i.text), "", "", source_line(i)) for i in items
    ]
    for goal in goals:
        at = goal.source
        told = (goal.target, "; ".join(goal.figures), plain(at.quote), at.line)
        rows.append(("goal", goal.deadline.last, goal.deadline.words, at.section, at.item_id, at.heading, *told))
    return _csv(_TIMELINE, rows)


def answer_csv(answer: Answer, items: Mapping[str, Item]) -> str:
    """One line a statement: its marker, the item it cites, the statement, who says it, whether the item bears
    it out. `items` are those cited, by id.

    Of a comparison also the side that it is about. A refusal has no line.
    """
    cited = {citation.marker: citation.item_id for citation in answer.citations}
    rows = [
        (marker, s.side, *_item(items[cited[marker]]), s.text, s.voice, s.support, source_line(items[cited[marker]]))
        for s in answer.statements
        for marker in s.markers
    ]
    return _csv(("marker", "side", *_ITEM, "statement", "voice", "support", "source"), rows)


def changes_csv(changes: Changes) -> str:
    """One line a source of a change: what changed, on which side it stands, the sentence as it reads and its place.

    `passed` is "yes" for a goal that is gone since its deadline lay before the later side.
    """
    rows = [
        (c.kind, c.fate, c.name, "yes" if c.passed else "", side, s.item_id, s.date, plain(s.quote), s.line)
        for c in changes.changes
        for side, sources in (("before", c.before), ("after", c.after))
        for s in sources
    ]
    return _csv(("kind", "fate", "name", "passed", "side", "item", "date", "quote", "source"), rows)


def _item(item: Item) -> tuple[object, ...]:
    return item.id, item.date, item.issue, item.section, item.number, item.heading, ", ".join(item.bodies)


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().removesuffix("\n")


def _cell(value: object) -> str:
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
