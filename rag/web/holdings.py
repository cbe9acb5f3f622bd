"""What the corpus holds as HTML: which days are covered, what each file gave, what is missing, where briefs are added.

Takes `Holdings`; gives HTML on one line, all of whose texts went through `rag.web.markup`. Pure functions. An issue is
a link to browsing it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from rag.analysis.holdings import Days, Gap, Holding, Holdings
from rag.answers.layout import EDITIONS
from rag.briefs.formats import SUFFIXES
from rag.briefs.records import SECTION_NAMES, long_date
from rag.web.gate import MOST_BYTES
from rag.web.markup import escape
from rag.web.render import counted

MOST_UNPLACED = 50  # stretches of one file that are listed
_LONGEST_STRETCH = 300  # characters
_TICKS = 8  # at most, along the time axis
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000, 24000, 60000)  # months between two of them


def holdings_html(held: Holdings, *, uploads: bool) -> str:
    """The view: the plot, the issues, what is missing, where briefs are added, what the index is."""
    return (
        f'<div class="page library"><h2>What the corpus holds</h2>{_summary(held)}{_plot(held)}'
        f"<h3>Issues</h3>{_table(held)}{_set_aside(held)}<h3>Days that no issue covers</h3>{_gaps(held)}"
        f"<h3>Add briefs</h3>{_adding(uploads)}<h3>Lines that could not be placed</h3>{_unplaced(held)}"
        f"<h3>Index</h3>{_index(held)}</div>"
    )


def issue_address(date: dt.date) -> str:
    """The address that lists the items of an issue, relative to the page."""
    return f"?browse&amp;issue={date}"


def _summary(held: Holdings) -> str:
    items = sum(sum(issue.items.values()) for issue in held.issues)
    originals = sum(issue.edition == "original" for issue in held.issues)
    digests = len(held.issues) - originals
    issues = counted(len(held.issues), "issue", "issues")
    edition = "as digests" if not originals else "as originals" if not digests else f"{digests} of them as digests"
    words = f"{issues}, {edition}, {counted(items)}" if held.issues else issues
    missing = sum(gap.days for gap in held.gaps)
    if held.covers:
        words += f", {_days(held.covers)}; {counted(missing, 'day', 'days')} of these are covered by no issue"
    return f'<p class="summary">{escape(words)}.</p>'


# --- the plot ---------------------------------------------------------------------------------------------------------


def _plot(held: Holdings) -> str:
    """A bar an issue where its days lie, in the look of its edition; what shows between them is a gap."""
    if held.covers is None:
        return ""
    start, stop = held.covers[0].toordinal(), held.covers[1].toordinal() + 1
    late = stop - 0.2 * (stop - start)  # behind it a phone has no room for what a tick says

    def place(first: int, last: int) -> str:
        """Left end and width in percent of the whole, for the days from `first` up to `last`."""
        return f"left:{100 * (first - start) / (stop - start):.3f}%;width:{100 * (last - first) / (stop - start):.3f}%"

    bars = "".join(
        f'<li style="{place(issue.covers[0].toordinal(), issue.covers[1].toordinal() + 1)}">{_bar(issue)}</li>'
        for issue in held.issues
        if issue.covers
    )
    ticks = "".join(
        f'<span class="{"late" if day.toordinal() > late else ""}" style="{place(day.toordinal(), day.toordinal())}">'
        f"{escape(words)}</span>"
        for day, words in _ticks(*held.covers)
    )
    return f'<div class="plot"><ul class="bars">{bars}</ul><div class="ticks">{ticks}</div></div>{_legend(held)}'


def _bar(issue: Holding) -> str:
    words = escape(f"{long_date(issue.date)}, {issue.edition}: {_covers(issue)}")
    look = f"{issue.edition}{'' if issue.period else ' unstated'}"
    unseen = f'<span class="unseen">{words}</span>'
    return f'<a class="bar {look}" href="{issue_address(issue.date)}" title="{words}">{unseen}</a>'


def _ticks(first: dt.date, last: dt.date) -> Iterable[tuple[dt.date, str]]:
    """The first days of months, as many as there is room for: every month, quarter, year or more."""
    begin, end = (day.year * 12 + day.month - 1 for day in (first, last))  # months since the year 0
    step = next((step for step in _STEPS if (end - begin) // step < _TICKS), _STEPS[-1])
    for month in range(-(-(begin + (first.day > 1)) // step) * step, end + 1, step):
        day = dt.date(month // 12, month % 12 + 1, 1)
        yield day, str(day.year) if step >= 12 else f"{day:%m}/{day.year}"


def _legend(held: Holdings) -> str:
    looks = dict.fromkeys((f"{i.edition}", EDITIONS[i.edition]) for i in held.issues)
    entries = [(look, words) for look, words in looks]
    if any(issue.covers and not issue.period for issue in held.issues):
        entries.append(("unstated", "States no period: first to last item"))
    if held.gaps:
        entries.append(("gap", "No issue"))
    keys = "".join(f'<li><span class="key {look}"></span>{escape(words)}</li>' for look, words in entries)
    return f'<ul class="legend">{keys}</ul>'


# --- tables and lists -------------------------------------------------------------------------------------------------


def _table(held: Holdings) -> str:
    if not held.issues:
        return '<p class="nothing">The corpus holds no issue.</p>'
    sections = "".join(f'<th scope="col" class="number">{name}</th>' for name in SECTION_NAMES.values())
    head = f'<th scope="col">Issue</th><th scope="col">Covers</th><th scope="col">Edition</th>{sections}'
    rows = "".join(_row(issue) for issue in reversed(held.issues))
    return f'<table><thead><tr>{head}<th scope="col">File</th></tr></thead><tbody>{rows}</tbody></table>'


def _row(issue: Holding) -> str:
    numbers = "".join(
        f'<td class="number"><span class="what">{SECTION_NAMES[section]} </span>{number}</td>'
        for section, number in issue.items.items()
    )
    lost = f'<br><span class="lost">{counted(len(issue.unplaced), "line", "lines")} not placed</span>'
    return (
        f'<tr><td class="issue"><a href="{issue_address(issue.date)}">{escape(long_date(issue.date))}</a></td>'
        f'<td class="covers">{escape(_covers(issue))}</td>'
        f'<td class="edition">{issue.edition.capitalize()}</td>{numbers}'
        f'<td class="file">{escape(issue.file)}{lost if issue.unplaced else ""}</td></tr>'
    )


def _gaps(held: Holdings) -> str:
    if not held.gaps:
        return '<p class="nothing">None between the first issue and the last.</p>'
    return f'<ul class="gaps">{"".join(f"<li>{_gap(gap)}</li>" for gap in held.gaps)}</ul>'


def _gap(gap: Gap) -> str:
    words = f"<b>{escape(_days((gap.first, gap.last)))}</b> · {counted(gap.days, 'day', 'days')}"
    if not gap.beside:
        return words
    named = " and ".join(map(long_date, gap.beside))
    which = "issue" if len(gap.beside) == 1 else "issues"
    doubt = f"possibly fewer: the {which} of {named} named no reporting period"
    return f'{words} <span class="doubt">({escape(doubt)})</span>'


def _unplaced(held: Holdings) -> str:
    """Stretches of files that the parser could not place; their number is the file's, so that one can look there."""
    pieces = []
    for issue in held.issues:
        lines = "".join(
            f'<li><span class="line">line {lost.line}</span> {escape(_cut(lost.text))}</li>'
            for lost in issue.unplaced[:MOST_UNPLACED]
        )
        beyond = len(issue.unplaced) - MOST_UNPLACED
        more = f"<li>and {beyond} more</li>" if beyond > 0 else ""
        pieces += [f"<li><b>{escape(issue.file)}</b><ul>{lines}{more}</ul></li>"] if lines else []
    if not pieces:
        return '<p class="nothing">Every line of every file was placed.</p>'
    return f'<ul class="unplaced">{"".join(pieces)}</ul>'


def _set_aside(held: Holdings) -> str:
    if not held.set_aside:
        return ""
    files = ", ".join(map(escape, held.set_aside))
    return f'<p class="aside">Not read, since the original of the same issue is there: {files}.</p>'


def _index(held: Holdings) -> str:
    facts = (("Generation", held.generation), ("Encoder", held.encoder), ("Passages", f"{held.passages:,}"))
    return f"<dl>{''.join(f'<dt>{name}</dt><dd>{escape(value)}</dd>' for name, value in facts)}</dl>"


# --- adding -----------------------------------------------------------------------------------------------------------


def _adding(uploads: bool) -> str:
    """What may be added, and the place where `files/adding.js` puts its controls; or how adding is switched on."""
    if not uploads:
        return (
            '<p class="nothing">Adding is switched off here. Whoever runs this page can switch it on with '
            "<code>RAG_UPLOADS=on</code>, or add files with <code>rag add FILE…</code>.</p>"
        )
    most = MOST_BYTES // 2**20
    return (
        f"<p>Text and Markdown files ({' and '.join(SUFFIXES)}) in UTF-8, at most {most} MB each, are checked, copied "
        "into this server's corpus under the date of their issue, and taken up at once for everybody who opens the "
        "page. Originals go to <code>originals/</code>. Add only what you have the right to store and to show here.</p>"
        f'<div class="adding"><span class="most" hidden>{MOST_BYTES}</span></div>'
    )


def _covers(issue: Holding) -> str:
    if issue.covers is None:
        return "no dated item"
    return _days(issue.covers) if issue.period else f"no period stated; items of {_days(issue.covers)}"


def _days(days: Days) -> str:
    first, last = days
    return long_date(first) if first == last else f"{long_date(first)} to {long_date(last)}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_STRETCH else f"{text[:_LONGEST_STRETCH]}…"
