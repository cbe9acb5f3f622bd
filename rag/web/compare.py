"""A comparison as HTML: the two sides to choose, and what is new, continued and gone between them.

Takes the issues to choose from, what was chosen as it was typed, and changes; gives HTML, a line a block, all of whose
texts went through `rag.web.markup`. Pure functions. The controls are the browser's own; `files/compare.js` makes the
address of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from rag.analysis.records import Change, ChangeKind, Changes, Fate, Source
from rag.briefs.plain import plain
from rag.briefs.records import long_date
from rag.sheet import changes_csv
from rag.web.markup import escape
from rag.web.render import counted, save_html, source_link_html

MOST_LINES = 100  # of one kind and fate
MOST_SOURCES = 12  # of one line, on one side; the download holds all
FORMS = "2023, 2023-Q2, 2023-04, 2023-04-15 or 2022-09..2022-12"
KINDS: dict[ChangeKind, str] = {"body": "Issuing bodies", "topic": "Topics", "goal": "Goals with a deadline"}
FATES: dict[Fate, str] = {"new": "New", "continued": "Continued", "gone": "Gone"}


def compare_html(issues: Sequence[dt.date], before: str, after: str, changes: Changes) -> str:
    """The controls as they were left, and what changed."""
    sides = (
        f'<p class="compared">From <b>{escape(changes.before.name)}</b> ({counted(changes.before.items)}) to '
        f"<b>{escape(changes.after.name)}</b> ({counted(changes.after.items)})</p>"
    )
    kinds = "".join(_kind(kind, changes.changes) for kind in KINDS)
    saved = save_html(changes_csv(changes), "the comparison", "china-industries-comparison.csv")
    return _page(issues, before, after, f"{sides}{kinds}{saved}")


def problem_html(issues: Sequence[dt.date], before: str, after: str, problem: str) -> str:
    """The controls as they were left, and what is wrong with them."""
    return _page(issues, before, after, f'<p class="problem" role="alert">{escape(problem)}</p>')


def too_few_html(issues: Sequence[dt.date]) -> str:
    """The word that there is nothing to compare by issue, with the controls for those who compare periods."""
    held = f"one issue only, {long_date(issues[0])}" if issues else "no issue"
    said = f"The corpus holds {held}: two issues are needed to compare them."
    return _page(issues, "", "", f'<p class="nothing">{escape(said)} Within one, two periods can be compared.</p>')


def _page(issues: Sequence[dt.date], before: str, after: str, result: str) -> str:
    sides = f"{_side('before', 'Before', issues, before)}{_side('after', 'After', issues, after)}"
    return (
        f'<div class="page compare"><div class="sides" role="group">{sides}'
        f'<button type="button" class="compare-sides">Compare</button></div>'
        f'<p class="hint">A period is written {escape(FORMS)}.</p>'
        f'<section class="result" tabindex="-1">{result}</section></div>'
    )


def _side(name: str, label: str, issues: Sequence[dt.date], chosen: str) -> str:
    """A side's two controls: one of the issues, the newest first, or a period as people write it."""
    is_issue = chosen in map(str, issues)
    options = "".join(
        f'<option value="{day}"{" selected" if str(day) == chosen else ""}>{long_date(day)}</option>'
        for day in sorted(issues, reverse=True)
    )
    nothing = f'<option value=""{"" if is_issue else " selected"}>No issue, a period</option>'
    return (
        f'<div class="one-side"><p><label for="{name}-issue">{label}: issue of</label>'
        f'<select id="{name}-issue" name="{name}">{options}{nothing}</select></p>'
        f'<p><label for="{name}-period">or a period</label><input type="text" id="{name}-period" name="{name}" '
        'maxlength="60" autocomplete="off" placeholder="2023-Q2" '
        f'value="{"" if is_issue else escape(chosen)}"></p></div>'
    )


def _kind(kind: ChangeKind, changes: Sequence[Change]) -> str:
    columns = []
    for fate, name in FATES.items():
        held = [change for change in changes if (change.kind, change.fate) == (kind, fate)]
        lines = "".join(map(_line, held[:MOST_LINES])) or '<li class="none">None</li>'
        left = len(held) - MOST_LINES
        more = f'<p class="none">{left} more: the download holds them.</p>' if left > 0 else ""
        columns.append(
            f'<div class="fate {fate}"><h3>{name} <span class="count">{len(held)}</span></h3>'
            f"<ul>{lines}</ul>{more}</div>"
        )
    return f'<section class="kind"><h2>{KINDS[kind]}</h2><div class="fates">{"".join(columns)}</div></section>'


def _line(change: Change) -> str:
    """What changed, where it was told last before and first after, and every sentence folded up."""
    passed = '<span class="passed"> its deadline has passed by then</span>' if change.passed else ""
    nearest = [("before", change.before[-1:]), ("after", change.after[:1])]
    both = change.before and change.after
    places = "".join(
        f'<p class="from">{f"<span>{name}</span> " if both else ""}{source_link_html(source)}</p>'
        for name, sources in nearest
        for source in sources
    )
    count = len(change.before) + len(change.after)
    summary = f'{counted(count, "sentence", "sentences")}<span class="unseen"> on {escape(change.name)}</span>'
    quotes = f"{_quotes('Before', change.before)}{_quotes('After', change.after)}"
    return (
        f'<li><p class="name">{escape(change.name)}{passed}</p>{places}'
        f"<details><summary>{summary}</summary>{quotes}</details></li>"
    )


def _quotes(side: str, sources: Sequence[Source]) -> str:
    if not sources:
        return ""
    quoted = "".join(
        f'<li><p class="quote">{escape(plain(source.quote))}</p><p class="from">{source_link_html(source)}</p></li>'
        for source in sources[:MOST_SOURCES]
    )
    left = len(sources) - MOST_SOURCES
    more = f'<p class="none">{left} more: the download holds them.</p>' if left > 0 else ""
    return f'<p class="when">{side}</p><ul>{quoted}</ul>{more}'
