"""Browsing as HTML: the filters, the items that fit them, and one item to read.

Takes items, coverage and choices; gives HTML, a line a block, all of whose texts went through `rag.web.markup`. Pure
functions. Items are links to their address, `?item=2023-03-01/top5/1`; the filters are the browser's own controls,
whose names are the fields of `rag.web.filters.Choice`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby

from rag.answers.records import Coverage, source_line
from rag.briefs.plain import plain, sentences
from rag.briefs.records import SECTION_NAMES, SECTIONS, Item, long_date
from rag.web.filters import Choice, in_words
from rag.web.markup import escape, item_html, verbatim
from rag.web.render import counted, facts_html, heading_html, item_address, place_html

MOST_LISTED = 300  # items on one page; more of them are reached by the filters
_EXCERPT = 170  # characters of an item's text in the list
_BODY = 60  # characters of a body's name in the filters


def filters_html(items: Sequence[Item], coverage: Coverage) -> str:
    """The controls, each choice with the number of items it leaves by itself."""
    in_issue = Counter(item.issue for item in items)
    in_section = Counter(item.section for item in items)
    by_body = Counter(body for item in items for body in item.bodies)
    issues = [(str(i.date), long_date(i.date), in_issue[i.date]) for i in reversed(coverage.issues)]
    sections = [(section, SECTION_NAMES[section], in_section[section]) for section in SECTIONS]
    bodies = [(body, body, by_body[body]) for body in sorted(by_body, key=str.casefold)]
    days = f'min="{coverage.first}" max="{coverage.last}"' if coverage.first else ""
    return (
        '<details class="filters"><summary>Filters</summary><div class="fields">'
        f"{_select('issue', 'Issue', 'All issues', issues)}{_select('section', 'Section', 'All sections', sections)}"
        f"{_select('body', 'Issued by', 'Anyone', bodies)}{_day('since', 'From', days)}{_day('until', 'Until', days)}"
        "</div></details>"
        '<p class="find"><label for="filter-words">Find in the items</label><input type="search" id="filter-words" '
        'name="words" placeholder="Words, names, figures, 中文 …" maxlength="200"></p>'
    )


def remaining_html(fitting: int, items: int, choice: Choice) -> str:
    """How many items the filters leave, and the button that takes all of them off."""
    words = [*in_words(choice), *([f"“{choice.words}”"] if choice.words else [])]
    if not words:
        return f'<p class="left">{"All " if items != 1 else ""}{counted(items)}</p>'
    clear = '<button type="button" class="clear">Clear filters</button>'
    chosen = f'<span class="chosen">{escape(" · ".join(words))}</span>'
    if not fitting:
        return f'<p class="left none">No item fits all of these: {chosen} {clear}</p>'
    return f'<p class="left"><b>{fitting} of {counted(items)}</b> {chosen} {clear}</p>'


def problem_html(problem: str) -> str:
    """What is wrong with the filters."""
    return f'<p class="left none">{escape(problem)} <button type="button" class="clear">Clear filters</button></p>'


def listing_html(items: Sequence[Item], words: str = "") -> str:
    """The items by issue, the newest first, each a link to read it; the words looked for are highlighted."""
    if not items:
        return '<p class="nothing">No item fits. Take a filter off, or try other words.</p>'
    ordered = sorted(items, key=lambda i: (-i.issue.toordinal(), SECTIONS.index(i.section), i.number))
    pieces = []
    for issue, held in groupby(ordered[:MOST_LISTED], key=lambda item: item.issue):
        rows = "".join(_row(item, words) for item in held)
        pieces.append(f'<section class="issue"><h2>{escape(long_date(issue))}</h2><ul>{rows}</ul></section>')
    beyond = len(ordered) - MOST_LISTED
    more = f'<p class="nothing">{beyond} more: choose an issue or a section to see them.</p>' if beyond > 0 else ""
    return f"{''.join(pieces)}{more}"


def reading_html(item: Item, before: str, after: str) -> str:
    """One item, whole, with the addresses of the one before and the one after in its issue, where there are such."""
    ways = [(before, "Previous item"), (after, "Next item")]
    steps = "".join(f'<a href="{item_address(item_id)}">{name}</a>' for item_id, name in ways if item_id)
    copied = verbatim(f"{plain(item.text)}\n\n{source_line(item)}")
    return (
        '<div class="steps" role="navigation"><a class="list" href="?browse">All items</a>'
        f"{steps}</div>"
        f'<article class="card item" tabindex="-1">{place_html(item)}{heading_html(item, "h2")}{facts_html(item)}'
        f'<div class="whole">{item_html(item)}</div>'
        '<div class="tools"><button type="button" class="copy">Copy with source</button>'
        f"<pre hidden>{copied}</pre>"
        '<button type="button" class="link">Copy link</button></div></article>'
    )


def no_item_html(item_id: str) -> str:
    """The word that an address leads to no item."""
    return (
        '<div class="steps" role="navigation"><a class="list" href="?browse">All items</a></div>'
        f'<p class="nothing">There is no item {escape(repr(item_id[:60]))} in this corpus. An address reads like '
        "2023-03-01/top5/1: the date of the issue, the section, the number.</p>"
    )


def welcome_html() -> str:
    """The reading side before an item was chosen."""
    return '<p class="nothing">Choose an item to read it here.</p>'


def _row(item: Item, words: str) -> str:
    facts = [f"{SECTION_NAMES[item.section]} no. {item.number}", long_date(item.date), ", ".join(item.bodies)]
    meta = escape(" · ".join(fact for fact in facts if fact))
    heading = f"<b>{marked(item.heading, words)}</b>" if item.heading else ""
    return (
        f'<li><a class="row" href="{item_address(item.id)}"><span class="meta">{meta}</span>{heading}'
        f'<span class="text">{marked(excerpt(item, words), words)}</span></a></li>'
    )


def excerpt(item: Item, words: str) -> str:
    """The first words of an item, or those around the first word looked for."""
    said = _said(item)
    text = " ".join(said if words else said[:3])
    found = re.search("|".join(map(re.escape, words.split())), text, re.I) if words else None
    start = max(0, found.start() - _EXCERPT // 3) if found else 0
    start = text.find(" ", start) + 1 if start else 0
    cut = text[start : start + _EXCERPT]
    if len(text) > start + _EXCERPT:
        cut = f"{cut.rpartition(' ')[0] or cut} …"
    return f"… {cut}" if start else cut


@lru_cache(maxsize=4096)  # a view is drawn anew at every key
def _said(item: Item) -> tuple[str, ...]:
    """The sentences of an item as they read."""
    return tuple(plain(item.text[slice(*span)]) for span in sentences(item.text)) or (plain(item.text),)


def marked(text: str, words: str) -> str:
    """A text, the words looked for highlighted."""
    if not words:
        return escape(text)
    pieces = re.split(f"({'|'.join(map(re.escape, words.split()))})", text, flags=re.I)
    return "".join(f"<mark>{escape(p)}</mark>" if i % 2 else escape(p) for i, p in enumerate(pieces))


def _select(name: str, label: str, everything: str, choices: Iterable[tuple[str, str, int]]) -> str:
    options = "".join(
        f'<option value="{escape(value)}">{escape(words if len(words) <= _BODY else words[:_BODY] + "…")} ({count})'
        "</option>"
        for value, words, count in choices
    )
    return (
        f'<p><label for="filter-{name}">{label}</label><select id="filter-{name}" name="{name}">'
        f'<option value="">{everything}</option>{options}</select></p>'
    )


def _day(name: str, label: str, limits: str) -> str:
    control = f'<input type="date" id="filter-{name}" name="{name}" {limits}>'
    return f'<p><label for="filter-{name}">{label}</label>{control}</p>'
