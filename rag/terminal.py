"""What a person sees in the terminal: hits, answers, items, goals, changes. Takes records, gives text; prints nothing.

Text of a brief never drives the terminal: control and format characters are dropped.
"""

from __future__ import annotations

import shutil
import textwrap
import unicodedata
from collections.abc import Sequence
from itertools import groupby, zip_longest

from rag.analysis.holdings import Gap, Holding, Holdings
from rag.analysis.records import Change, Changes, Goal, Side, Source
from rag.answers.records import Answer, Coverage, source_line
from rag.briefs.plain import plain
from rag.briefs.records import SECTION_NAMES, Item, long_date, month_year
from rag.retrieval.search import Hit


def printable(text: str) -> str:
    """A text without characters that move the cursor, colour the screen or turn the writing direction."""
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))


def show_hits(hits: Sequence[Hit]) -> str:
    """Hits, numbered, best first."""
    return "\n\n".join(
        f"{n:>2}. {_name(hit.item)}  ({hit.item.id}, score {hit.score:.2f})\n{_wrapped(hit.sentence)}"
        for n, hit in enumerate(hits, 1)
    )


def show_answer(answer: Answer, *, columns: bool = False) -> str:
    """An answer with its sources below, or the refusal with what comes nearest.

    `columns`: the sides of a comparison beside one another, where the terminal has room for them.
    """
    read = "; ".join(f"{part.words} ({part.name})" for part in answer.query.understood)
    searched = f"Understood: {read}\n\n" if read else ""
    if answer.abstained:
        near = "\n".join(f"  - {_name(hit.item)}  ({hit.item.id})" for hit in answer.nearest)
        return searched + _filled(answer.text) + (f"\n\nNearest:\n{near}" if near else "")
    sources = dict.fromkeys((c.marker, c.item_id, c.line) for c in answer.sources)
    lines = [f"[{marker}] {item_id}  {line}" for marker, item_id, line in sources]
    written = f"\n\nWritten by {answer.model}; each sentence was checked against its source." if answer.model else ""
    return (
        searched
        + ((columns and _side_by_side(answer)) or _filled(answer.text))
        + written
        + "\n\nSources\n"
        + "\n".join(textwrap.indent(_filled(line), "  ") for line in lines)
    )


def show_items(items: Sequence[Item], coverage: Coverage) -> str:
    """A complete listing, one line an item in order of date, and how complete it is."""
    lines = [f"{item.date}  {item.id:<23}{_body_list(item)}{_short(item)}" for item in items]
    return "\n".join([*lines, "", f"{len(items)} item{'s' if len(items) != 1 else ''}, complete. {coverage}"])


def show_timeline(items: Sequence[Item], goals: Sequence[Goal], coverage: Coverage) -> str:
    """Items by the month of their date, then goals by the year of their deadline, each with its address."""
    lines: list[str] = []
    if items:
        lines.append("Items by date")
        for month, of_month in groupby(items, lambda item: month_year(item.date)):
            lines += ["", month, *(_dated(item) for item in of_month)]
        lines.append("")
    if goals:
        lines.append("Goals by deadline")
        for year, of_year in groupby(goals, lambda goal: goal.deadline.last.year):
            lines += ["", str(year)]
            for _, of_item in groupby(of_year, lambda goal: goal.source.item_id):
                lines += _due(list(of_item))
        lines.append("")
    counts = [f"{len(found)} {name}{'s' * (len(found) != 1)}" for found, name in ((items, "item"), (goals, "goal"))]
    return "\n".join([*lines, f"{', '.join(counts)}. {coverage}"])


def _dated(item: Item) -> str:
    name = f"{SECTION_NAMES[item.section]:<15}{_body_list(item)}{_short(item)}"
    return f"  {item.date.day:>2}  {name}  ({item.id})"


def _due(goals: Sequence[Goal]) -> list[str]:
    """Goals of one item, each with its deadline's words, and the line of their source below."""
    source = goals[0].source
    told = [f"- {goal.deadline.words}: {goal.target}" for goal in goals]
    return [textwrap.indent(_filled(line), "  ") for line in told] + [_wrapped(f"{source.item_id}  {source.line}")]


def show_item(item: Item) -> str:
    """One item whole, as plain text under its address."""
    facts = [
        source_line(item),
        f"Dated {long_date(item.date)}" + (f"; issued by {', '.join(item.bodies)}" if item.bodies else ""),
        *([f"Title: {item.titles.english}"] if item.titles.english else []),
        *([f"Chinese title: {item.titles.chinese}"] if item.titles.chinese else []),
    ]
    return "\n".join(facts) + "\n\n" + _filled(plain(item.text))


def show_changes(changes: Changes) -> str:
    """What is new, continued and gone, kind by kind, each with the addresses of its items on either side."""
    lines = [f"{_side(changes.before)} → {_side(changes.after)}"]
    for kind, of_kind in groupby(changes.changes, key=lambda change: change.kind):
        lines += ["", _KINDS[kind]]
        for fate, group in groupby(of_kind, key=lambda change: change.fate):
            told = list(group)
            lines += [f"  {fate.capitalize()} ({len(told)})", *map(_change, told)]
    return "\n".join(lines)


_KINDS = {"body": "Issuing bodies", "topic": "Topics", "goal": "Goals"}


def _side(side: Side) -> str:
    return f"{side.name} ({side.items} item{'s' if side.items != 1 else ''})"


def _change(change: Change) -> str:
    sides = " → ".join(", ".join(_addresses(sources)) for sources in (change.before, change.after) if sources)
    name = f"{change.name} (its deadline has passed)" if change.passed else change.name
    return textwrap.indent(_fill_line(f"- {plain(name)}: {sides}", _width() - 4), "    ")


def _addresses(sources: Sequence[Source]) -> list[str]:
    return list(dict.fromkeys(source.item_id for source in sources))


def show_holdings(held: Holdings) -> str:
    """What each file gave, a line an issue, and below it what is missing: days, and stretches of files."""
    head = ("Issue", "Edition", *SECTION_NAMES.values(), "Covers", "File")
    rows = [head, *((str(i.date), i.edition, *map(str, i.items.values()), _covers(i), i.file) for i in held.issues)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    table = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    if any(issue.covers and not issue.period for issue in held.issues):
        table.append("* states no period: from its first item's day to its last one's")
    lost = [f"  {i.file}, line {s.line}: {s.text}" for i in held.issues for s in i.unplaced]
    parts = (
        ("Days that no issue covers", [f"  {_gap(gap)}" for gap in held.gaps]),
        ("Set aside, since the original of the issue is there", [f"  {name}" for name in held.set_aside]),
        ("Could not be placed", lost),
    )
    named = [line for title, lines in parts for line in ["", f"{title}:" if lines else f"{title}: none", *lines]]
    index = f"Index: {held.generation}, {held.passages} passages, encoder {held.encoder}"
    return "\n".join([*table, *named, "", index])


def _covers(issue: Holding) -> str:
    if issue.covers is None:
        return "unknown"
    days = " to ".join(map(str, issue.covers))
    return days if issue.period else f"{days} *"


def _gap(gap: Gap) -> str:
    days = f"{gap.first} to {gap.last}" if gap.days > 1 else f"{gap.first}"
    count = f"{gap.days} day{'s' if gap.days > 1 else ''}"
    beside = " and ".join(map(str, gap.beside))
    unsure = f"; the issue of {beside} states no period and may reach into it" if beside else ""
    return f"{days} ({count}{unsure})"


def _name(item: Item) -> str:
    return f"{item}: {item.heading}" if item.heading else f"{item}, {long_date(item.date)}"


def _short(item: Item) -> str:
    return item.heading or textwrap.shorten(plain(item.text), 100, placeholder=" …")


def _body_list(item: Item) -> str:
    return f"{', '.join(item.bodies)}: " if item.bodies else ""


def _wrapped(text: str) -> str:
    return textwrap.indent(_filled(text), "    ")


def _filled(text: str) -> str:
    return "\n".join(_fill_line(line, _width()) for line in text.splitlines())


def _width() -> int:
    return max(40, min(shutil.get_terminal_size().columns, 110) - 4)


def _fill_line(line: str, width: int) -> str:
    indent = "  " if line.startswith("- ") else ""
    return textwrap.fill(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


_LEAST, _MOST = 38, 160  # cells of a column, and of all together
_GAP = "  │  "


def _side_by_side(answer: Answer) -> str:
    """The sides of a comparison in columns; nothing where there are none, or no room."""
    count = len(answer.sides)
    room = min(shutil.get_terminal_size().columns, _MOST)
    width = (room - len(_GAP) * (count - 1)) // count if count else 0
    sides = printable(answer.text).split("\n\n")
    if width < _LEAST or len(sides) != count:
        return ""
    columns = [[cut for line in side.splitlines() for cut in _cut(line, width)] for side in sides]
    rows = zip_longest(*columns, fillvalue="")
    return "\n".join(_GAP.join(cell + " " * (width - _cells(cell)) for cell in row).rstrip() for row in rows)


def _cut(line: str, width: int) -> list[str]:
    """A line in stretches of at most so many cells. A Chinese character takes two: while words are counted, a sign that
    no text holds stands for the second.
    """
    indent = "  " if line.startswith("- ") else ""
    doubled = "".join(c + "\0" if _cells(c) == 2 else c for c in line)
    return [cut.replace("\0", "") for cut in textwrap.wrap(doubled, width, subsequent_indent=indent)]


def _cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
