"""Where items lie in time, as a plot to look at: a column a month, quarter or year, a mark an item, by section.

Takes what each column holds and whether any issue covers it; gives HTML of links that lead to where
what a column holds is listed. Sections differ in colour, in shape and in their place in the stack, and each link says
in words what it holds. Knows nothing of items, goals and addresses.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from rag.briefs.records import MONTHS, SECTION_NAMES, SECTIONS, Section, month_year
from rag.web.markup import escape

Scale = Literal["month", "quarter", "year"]
MOST_COLUMNS: dict[Scale, int] = {"month": 36, "quarter": 24}  # beyond, the next coarser scale: a phone shows them all
MOST_MARKS = 300  # beyond, a mark stands for several
_MONTHS_OF: dict[Scale, int] = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Column:
    """One stretch of time in the plot."""

    start: dt.date  # its first day
    name: str  # in words: "April 2024", "Quarter 2 of 2024", "2024"
    tick: str  # what stands below it: "Apr"
    held: Mapping[Section, int]  # how many of each section it holds
    covered: bool = True  # whether any issue covers some of it
    href: str = ""  # leads to where what it holds is listed; empty where that is nowhere


def scale_of(first: dt.date, last: dt.date) -> Scale:
    """The finest scale on which the time between two days, both included, has no more columns than can be shown."""
    for scale, most in MOST_COLUMNS.items():
        if _steps(first, last, scale) <= most:
            return scale
    return "year"


def start_of(day: dt.date, scale: Scale) -> dt.date:
    """The first day of the month, quarter or year that holds a day."""
    months = _MONTHS_OF[scale]
    return dt.date(day.year, (day.month - 1) // months * months + 1, 1)


def columns_from(first: dt.date, last: dt.date, scale: Scale) -> list[dt.date]:
    """The first days of all months, quarters or years from the one that holds `first` to the one that holds `last`."""
    begin, months = start_of(first, scale), _MONTHS_OF[scale]
    ordinals = (begin.year * 12 + begin.month - 1 + step * months for step in range(_steps(first, last, scale)))
    return [dt.date(ordinal // 12, ordinal % 12 + 1, 1) for ordinal in ordinals]


def column_name(start: dt.date, scale: Scale) -> str:
    """A month, quarter or year in words, by its first day."""
    if scale == "month":
        return month_year(start)
    return f"Quarter {_quarter(start)} of {start.year}" if scale == "quarter" else str(start.year)


def column_tick(start: dt.date, scale: Scale) -> str:
    """The same in the few letters that stand below a column, above its year."""
    if scale == "month":
        return MONTHS[start.month - 1][:3]
    return f"Q{_quarter(start)}" if scale == "quarter" else str(start.year)


def plot_html(columns: Sequence[Column], one: str, more: str, *, years: bool) -> str:
    """The columns side by side; `one` and `more` name what a mark stands for. With `years` these stand below."""
    step = _step(columns)
    drawn = "".join(_column(column, step, one, more) for column in columns)
    below = _years(columns) if years else ""
    note = f'<p class="note">A mark stands for up to {step} {escape(more)}.</p>' if step > 1 else ""
    return f'<div class="plot" style="--columns:{len(columns)}">{drawn}{below}</div>{note}'


def keys_html(shown: Iterable[Section], *, gaps: bool) -> str:
    """What the marks stand for; with `gaps` also what a hatched column is."""
    keys = [f"<li>{sign_html(section)}{escape(SECTION_NAMES[section])}</li>" for section in shown]
    keys += ['<li><span class="hatched"></span>no issue covers it</li>'] if gaps else []
    return f'<ul class="keys">{"".join(keys)}</ul>'


def sign_html(section: Section) -> str:
    """The mark of a section."""
    return f'<span class="sign {section}"></span>'


def in_sections(held: Mapping[Section, int]) -> str:
    """How many of each section, in words: "5 Top 5, 8 Policy news"; empty where there is nothing."""
    return ", ".join(f"{held[section]} {SECTION_NAMES[section]}" for section in SECTIONS if held.get(section))


def _column(column: Column, step: int, one: str, more: str) -> str:
    total = sum(column.held.values())
    said = f"{total} {one if total == 1 else more}, {in_sections(column.held)}" if total else f"no {more}"
    said = said if column.covered else "no issue covers it"
    stacks = "".join(_stack(section, -(-column.held.get(section, 0) // step)) for section in SECTIONS)
    tick = f'<span class="tick">{_tick(column.tick)}</span>'
    title = f'title="{escape(f"{column.name}: {said}")}"'
    look = "column" if column.covered else "column uncovered"
    if not (column.href and total):
        return f'<span class="{look}" {title}><span class="marks">{stacks}</span>{tick}</span>'
    words = f'<span class="unseen">{escape(f"{column.name}: {said}")}</span>'
    return f'<a class="{look}" href="{column.href}" {title}>{words}<span class="marks">{stacks}</span>{tick}</a>'


def _tick(tick: str) -> str:
    """What stands below a column; what a phone has no room for is set apart: the century, the end of a month's name."""
    if tick.isdigit():
        return f'<span class="rest">{tick[:-2]}</span>{tick[-2:]}'
    return f'{escape(tick[:1])}<span class="rest">{escape(tick[1:])}</span>' if tick.isalpha() else escape(tick)


def _stack(section: Section, marks: int) -> str:
    return f'<span class="stack {section}">{"<span></span>" * marks}</span>' if marks else ""


def _years(columns: Sequence[Column]) -> str:
    """A line below the columns of each year."""
    runs = [(year, len(list(held))) for year, held in groupby(columns, key=lambda column: column.start.year)]
    return "".join(f'<span class="year" style="grid-column:span {length}">{year}</span>' for year, length in runs)


def _step(columns: Iterable[Column]) -> int:
    """How many one mark stands for: 1, 2, 5, 10, 20 …, so that no more marks are drawn than can be told apart."""
    total = sum(sum(column.held.values()) for column in columns)
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if total <= step * MOST_MARKS:
                return step
        power *= 10


def _steps(first: dt.date, last: dt.date, scale: Scale) -> int:
    begin, end = start_of(first, scale), start_of(last, scale)
    return ((end.year - begin.year) * 12 + end.month - begin.month) // _MONTHS_OF[scale] + 1


def _quarter(day: dt.date) -> int:
    return (day.month + 2) // 3
