"""The timeline as HTML: items by date and goals by deadline, each as a plot to look at and as a list to read.

Takes items, goals and coverage; gives HTML, a line a block, all of whose texts went through `rag.web.markup`. Pure
functions: there is no clock here, so that a deadline that has passed is told by its date alone.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import groupby, pairwise

from rag.analysis.periods import name_of
from rag.analysis.records import Goal
from rag.answers.layout import VOICES
from rag.answers.records import Coverage
from rag.briefs.plain import plain
from rag.briefs.records import SECTION_NAMES, SECTIONS, Item, Section, long_date
from rag.retrieval.facets import Facets
from rag.sheet import items_csv, timeline_csv
from rag.web.browse import excerpt, marked
from rag.web.markup import escape
from rag.web.plot import (
    Column,
    Scale,
    column_name,
    column_tick,
    columns_from,
    in_sections,
    keys_html,
    plot_html,
    scale_of,
    sign_html,
    start_of,
)
from rag.web.render import counted, item_address, save_html, source_link_html

MOST_ITEMS = 300  # in the list, and in its download; more of them are reached by the filters
MOST_GOALS = 300
_BODIES = 60  # characters of an item's bodies


def timeline_html(
    items: Sequence[Item], goals: Sequence[Goal], coverage: Coverage, dates: Collection[dt.date], words: str = ""
) -> str:
    """The items and goals that the filters leave; `dates` are those of all items, so that the plot keeps its scale.

    The words looked for are highlighted.
    """
    if not dates:
        return '<div class="page timeline"><p class="nothing">The corpus holds no item.</p></div>'
    newest = sorted(items, key=_newest_first)
    soonest = sorted(goals, key=_soonest_first)
    scale = scale_of(min(dates), max(dates))
    by_date, by_deadline = _items_columns(newest, coverage, dates, scale), _goals_columns(soonest)
    gaps = any(not column.covered for column in by_date)
    return (
        f'<div class="page timeline"><section class="plots">{keys_html(SECTIONS, gaps=gaps)}'
        f'<h2><a href="?timeline#items">{counted(len(items))}</a> by date</h2>'
        f"{plot_html(by_date, 'item', 'items', years=scale != 'year')}"
        f'<h2><a href="?timeline#goals">{counted(len(goals), "goal", "goals")}</a> by deadline</h2>'
        f"{plot_html(by_deadline, 'goal', 'goals', years=False) if goals else ''}</section>"
        f'<section class="listed" id="items" tabindex="-1"><h2>What happened when</h2>'
        f"{_items_list(newest, scale, words)}</section>"
        f'<section class="listed" id="goals" tabindex="-1"><h2>What shall be reached by when</h2>'
        '<p class="hint">Read from the items by rules of language: now and then one is missing or wrong.</p>'
        f"{_goals_list(soonest)}</section></div>"
    )


def covered(coverage: Coverage, dates: Iterable[dt.date], scale: Scale) -> set[dt.date]:
    """The months, quarters or years that an issue covers at least in part, by their first day."""
    periods = [issue.period for issue in coverage.issues if issue.period]
    held = {start_of(day, scale) for day in dates}  # an issue without a stated period covers what it tells of
    return held.union(*(columns_from(*period, scale) for period in periods))


def in_figures(text: str, figures: Iterable[str]) -> str:
    """A text as HTML, the figures in it emphasised."""
    known = sorted(set(figures), key=len, reverse=True)
    if not known:
        return escape(text)
    pieces = re.split(rf"(?<![\w.,])({'|'.join(map(re.escape, known))})(?!\w)", text)
    return "".join(f"<b>{escape(p)}</b>" if place % 2 else escape(p) for place, p in enumerate(pieces))


# --- items ----------------------------------------------------------------------------------------------------------


def _items_columns(
    newest: Sequence[Item], coverage: Coverage, dates: Collection[dt.date], scale: Scale
) -> list[Column]:
    """A column for each month from the first to the last of the corpus, whatever the filters leave."""
    known, told = covered(coverage, dates, scale), {start_of(item.date, scale) for item in newest[:MOST_ITEMS]}
    held: dict[dt.date, Counter[Section]] = {}
    for item in newest:
        held.setdefault(start_of(item.date, scale), Counter())[item.section] += 1
    return [
        Column(
            start,
            column_name(start, scale),
            column_tick(start, scale),
            held.get(start, Counter()),
            start in known,
            f"?timeline#{_place(start, scale)}" if start in told else "",
        )
        for start in columns_from(min(dates), max(dates), scale)
    ]


def _items_list(newest: Sequence[Item], scale: Scale, words: str) -> str:
    """The items by month, each a link to read it."""
    if not newest:
        return '<p class="nothing">No item fits. Take a filter off, or try other words.</p>'
    drawn, pieces = newest[:MOST_ITEMS], []
    for start, run in groupby(drawn, key=lambda item: start_of(item.date, scale)):
        held = list(run)
        count = f'<span class="count">{escape(in_sections(Counter(item.section for item in held)))}</span>'
        rows = "".join(_item(item, words) for item in held)
        pieces.append(
            f'<section class="stretch" id="{_place(start, scale)}" tabindex="-1">'
            f"<h3>{escape(column_name(start, scale))} {count}</h3><ul>{rows}</ul></section>"
        )
    more = _beyond(len(newest) - len(drawn), "older", "Choose an issue, a section or dates to see them.")
    return f"{''.join(pieces)}{more}{save_html(items_csv(drawn), counted(len(drawn)), 'china-industries-items.csv')}"


def _item(item: Item, words: str) -> str:
    bodies = ", ".join(item.bodies)
    bodies = bodies if len(bodies) <= _BODIES else f"{bodies[:_BODIES].rpartition(' ')[0]} …"
    heading = f"<b>{marked(item.heading, words)}</b> " if item.heading else ""
    return (
        f'<li><a class="event" href="{item_address(item.id)}"><span class="when">{escape(long_date(item.date))}</span>'
        f'<span class="kind">{sign_html(item.section)}{escape(SECTION_NAMES[item.section])}</span>'
        f'<span class="what">{heading}<span class="text">{marked(excerpt(item, words), words)}</span></span>'
        f'<span class="who">{escape(bodies)}</span></a></li>'
    )


# --- goals ----------------------------------------------------------------------------------------------------------


def _goals_columns(soonest: Sequence[Goal]) -> list[Column]:
    """A column for each year in which something is due, with one for the years between where there are several."""
    held: dict[int, Counter[Section]] = {}
    for goal in soonest:
        held.setdefault(goal.deadline.last.year, Counter())[goal.source.section] += 1
    told = {goal.deadline.last.year for goal in soonest[:MOST_GOALS]}
    years = sorted(held)
    columns = [_year(year, held[year], told) for year in years[:1]]
    for before, year in pairwise(years):
        if year - before > 2:
            columns.append(Column(dt.date(before + 1, 1, 1), f"{before + 1} to {year - 1}", "…", {}))
        elif year - before == 2:
            columns.append(_year(before + 1, Counter(), told))
        columns.append(_year(year, held[year], told))
    return columns


def _year(year: int, held: Counter[Section], told: Collection[int]) -> Column:
    return Column(dt.date(year, 1, 1), str(year), str(year), held, href=f"?timeline#by-{year}" if year in told else "")


def _goals_list(soonest: Sequence[Goal]) -> str:
    """The goals by the year of their deadline; what one sentence says of one deadline stands together."""
    if not soonest:
        return '<p class="nothing">No goal with a deadline in these items.</p>'
    drawn, pieces = soonest[:MOST_GOALS], []
    for year, run in groupby(drawn, key=lambda goal: goal.deadline.last.year):
        held = list(run)
        said = "".join(_goal(list(of_one)) for _, of_one in groupby(held, key=_sentence))
        count = f'<span class="count">{counted(len(held), "goal", "goals")}</span>'
        pieces.append(
            f'<section class="stretch" id="by-{year}" tabindex="-1"><h3>{year} {count}</h3><ul>{said}</ul></section>'
        )
    more = _beyond(len(soonest) - len(drawn), "due later", "Choose an issue, a section or a body to see them.")
    name = counted(len(drawn), "goal", "goals")
    return f"{''.join(pieces)}{more}{save_html(timeline_csv((), drawn), name, 'china-industries-goals.csv')}"


def _goal(goals: Sequence[Goal]) -> str:
    """The goals of one sentence for one deadline: what, who says so, the sentence, and where it stands."""
    goal = goals[0]
    source, deadline = goal.source, goal.deadline
    exact = name_of(Facets(since=deadline.first, until=deadline.last))
    named = "" if str(deadline.last.year) in deadline.words else f" <span>({escape(exact)})</span>"
    targets = "".join(f"<li>{in_figures(each.target, each.figures)}</li>" for each in goals)
    about = " · ".join(filter(None, (source.heading, ", ".join(goal.bodies))))
    return (
        f'<li class="goal"><p class="due">{escape(deadline.words)}{named}</p>'
        f'<div class="what"><ul class="targets">{targets}</ul><p class="quote">{escape(plain(source.quote))}</p></div>'
        f'<div class="said {goal.voice}"><p class="voice">{escape(VOICES[goal.voice])}, {long_date(source.date)}</p>'
        f'<p class="about">{escape(about)}</p>'
        f'<p class="from">{sign_html(source.section)}{source_link_html(source)}</p></div></li>'
    )


# --- both -----------------------------------------------------------------------------------------------------------


def _place(start: dt.date, scale: Scale) -> str:
    """The id of the part of the list that begins on this day."""
    return f"at-{start.year}" if scale == "year" else f"at-{start:%Y-%m}"


def _beyond(left: int, what: str, remedy: str) -> str:
    return f'<p class="nothing">{left} {what}: {escape(remedy)}</p>' if left > 0 else ""


def _newest_first(item: Item) -> tuple[int, int, int, int]:
    return -item.date.toordinal(), -item.issue.toordinal(), SECTIONS.index(item.section), item.number


def _soonest_first(goal: Goal) -> tuple[dt.date, dt.date, dt.date, str, tuple[int, int]]:
    source = goal.source
    return goal.deadline.last, goal.deadline.first, source.date, source.item_id, source.span


def _sentence(goal: Goal) -> tuple[object, ...]:
    return goal.deadline, goal.voice, goal.source.item_id, goal.source.span
