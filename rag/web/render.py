"""Records as HTML: the sources beside the answers, and what the corpus covers.

Takes turns, items and coverage; gives HTML, a line a block, all of whose texts went through `rag.web.markup`. Pure
functions. A card has the address `#cite-N`, where `N` counts on through the conversation (`rag.web.turns` links to it);
its item has an address of its own, `?item=2023-03-01/top5/1`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby

from rag.analysis.records import Source
from rag.answers.layout import EDITIONS
from rag.answers.records import Citation, Coverage
from rag.briefs.records import SECTION_NAMES, Item, Section, Span, long_date
from rag.retrieval.search import Hit
from rag.web.conversation import Turn
from rag.web.markup import escape, excerpt_html, item_html, verbatim

TITLE = "Ask the China Industries briefs"
# Answers whose sources stand beside the conversation; the markers of those before are plain numbers.
MOST_SOURCED = 8


def header_html(coverage: Coverage, views: Iterable[str] = ()) -> str:
    """The head of the page: its title, in one line what it speaks from, and the ways to ask, to browse, to `views`."""
    links = "".join(
        f'<a class="view" id="to-{name}" href="?{name}">{name.capitalize()}</a>' for name in ("browse", *views)
    )
    return (
        f'<div class="head"><h1>{escape(TITLE)}</h1><p class="coverage">{escape(coverage_line(coverage))}</p>'
        f'<div class="views" role="navigation"><a class="view" id="to-ask" href="?">Ask</a>{links}</div></div>'
    )


def coverage_line(coverage: Coverage) -> str:
    """How many issues of when, how many items, and in which edition."""
    issues = coverage.issues
    if not issues:
        return "The corpus holds no issue."
    first, last = long_date(issues[0].date), long_date(issues[-1].date)
    when = f"1 issue, {first}" if len(issues) == 1 else f"{len(issues)} issues, {first} to {last}"
    digests = sum(issue.edition == "digest" for issue in issues)
    edition = {0: "original wording", len(issues): "digest, not MERICS’ wording"}.get(
        digests, f"{digests} as digest, not MERICS’ wording"
    )
    return f"{when} · {counted(coverage.items)} · {edition}"


def sources_html(turns: Sequence[Turn], coverage: Coverage) -> str:
    """The panel: the sources of the last answer, those of earlier ones folded up below; first of all, the issues."""
    if not turns:
        return f'<div class="sources">{issues_html(coverage)}</div>'
    shown = [(turn, _cards(turn, before(turns, place))) for place, turn in enumerate(turns)][-MOST_SOURCED:]
    earlier = "".join(
        f'<details class="earlier"><summary>{escape(turn.question)}</summary>{cards}</details>'
        for turn, cards in reversed(shown[:-1])
        if turn.markers
    )
    last, cards = shown[-1]
    heading = "Nearest, not an answer" if last.answer and last.answer.abstained else "Sources"
    below = f"<h2>Sources of earlier answers</h2>{earlier}" if earlier else ""
    return f'<div class="sources"><h2>{heading}</h2>{cards or _NO_CARDS}{below}</div>'


def counted(number: int, one: str = "item", more: str = "items") -> str:
    """A number with its noun."""
    return f"{number} {one if number == 1 else more}"


def issues_html(coverage: Coverage) -> str:
    """The issues of the corpus, as the panel lists them before anything was asked."""
    rows = []
    for issue in reversed(coverage.issues):
        lines = [f"Covers {' to '.join(map(long_date, issue.period))}"] if issue.period else []
        lines.append(" · ".join(counted(issue.items.get(section, 0), *names) for section, names in COUNTED.items()))
        rows.append(f"<li><b>{escape(long_date(issue.date))}</b><br>{'<br>'.join(map(escape, lines))}</li>")
    return f'<h2>What can be asked about</h2><ul class="issues">{"".join(rows)}</ul>'


def source_card(item: Item, cited: Sequence[Citation], number: int) -> str:
    """A cited item: what it is, the quoted words where they stand, its whole text. `number` is its card's address."""
    marker = f'<span class="number">{cited[0].marker}</span>'
    lost = [citation.quote for citation in cited if not citation.span]
    missing = "".join(f'<p class="warning">Not found in this item: {escape(quote)}</p>' for quote in lost)
    spans = tuple(citation.span for citation in cited if citation.span)
    return f'<article class="card" id="cite-{number}" tabindex="-1">{card_html(item, spans, marker)}{missing}</article>'


def near_card(hit: Hit) -> str:
    """An item that comes near a question and does not answer it, with the sentence that came nearest."""
    return f'<article class="card near">{card_html(hit.item, (hit.span,))}</article>'


def _cards(turn: Turn, given: int) -> str:
    """What the answer cites, in order of marker; of a refusal what comes nearest."""
    answer = turn.answer
    if answer is None or answer.abstained:
        return "".join(map(near_card, answer.nearest)) if answer else ""
    grouped = groupby(answer.sources, key=lambda citation: (citation.marker, citation.item_id))
    return "".join(source_card(turn.items[item], list(cited), given + marker) for (marker, item), cited in grouped)


@lru_cache(maxsize=1024)  # an answer that grows is drawn at every step
def card_html(item: Item, spans: tuple[Span, ...], marker: str = "") -> str:
    """The inside of a card: place, heading, facts, the paragraphs with the stretches, the whole item folded up."""
    excerpt, whole = excerpt_html(item, spans), item_html(item, spans)
    folded = f"<details><summary>Whole item</summary>{whole}</details>" if whole != excerpt else ""
    quoted = f'<div class="excerpt">{excerpt}</div>' if excerpt else ""
    link = f'<p class="open"><a href="{item_address(item.id)}">Open in Browse</a></p>'
    return f"{place_html(item, marker)}{heading_html(item, 'h3')}{facts_html(item)}{quoted}{folded}{link}"


def place_html(item: Item, marker: str = "") -> str:
    """Where the item stands: issue, section, number, page."""
    place = f"{item}, page {item.page}" if item.page else str(item)
    return f'<p class="place">{marker}<span>{escape(place)}</span></p>'


def heading_html(item: Item, tag: str) -> str:
    """The item's heading, where it has one."""
    return f"<{tag}>{escape(item.heading)}</{tag}>" if item.heading else ""


def item_address(item_id: str) -> str:
    """The address that opens an item, relative to the page. Ids are digits, letters, `-` and `/`."""
    return f"?item={escape(item_id)}"


def source_link_html(source: Source) -> str:
    """A link to the item that a stretch stands in: its place in short, its ready-made line as the title."""
    number = source.item_id.rpartition("/")[2]
    place = f"{long_date(source.issue)}, {SECTION_NAMES[source.section]} no. {number}"
    return f'<a href="{item_address(source.item_id)}" title="{escape(source.line)}">{escape(place)}</a>'


def save_html(text: str, what: str, name: str) -> str:
    """The button that downloads a text, which stands hidden beside it, under a name."""
    return (
        f'<div class="tools"><button type="button" class="save" value="{escape(name)}">Download {escape(what)} as CSV'
        f"</button><pre hidden>{verbatim(text)}</pre></div>"
    )


def facts_html(item: Item) -> str:
    """What the item is about, one line a fact; those it does not have are left out."""
    facts = [
        ("Date", long_date(item.date), "en"),
        ("Issued by", ", ".join(item.bodies), "en"),
        ("Via", ", ".join(item.via), "en"),
        ("Title", item.titles.english, "en"),
        ("Chinese title", item.titles.chinese, "zh"),
        ("Source", ", ".join(item.sources), "en"),
        ("Edition", EDITIONS[item.edition], "en"),
    ]
    rows = [f'<dt>{name}</dt><dd lang="{language}">{escape(value)}</dd>' for name, value, language in facts if value]
    return f"<dl>{''.join(rows)}</dl>"


def before(turns: Sequence[Turn], place: int) -> int:
    """How many markers were given out before the turn at this place."""
    return sum(turn.markers for turn in turns[:place])


COUNTED: dict[Section, tuple[str, str]] = {
    "top5": ("top story", "top stories"),
    "policy": ("policy news", "policy news"),
    "corporate": ("corporate news", "corporate news"),
}
_NO_CARDS = '<p class="none">None yet.</p>'
