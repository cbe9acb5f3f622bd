"""Records as HTML: answers with their markers, the sources beside them, and what the corpus covers.

Takes turns and coverage; gives HTML, a line a block, all of whose texts went through `rag.web.markup`. Pure functions.
The only links are `#cite-N`: in an answer a marker shows its number in that answer, and `N` counts on through the
conversation, so that every card beside it has an address of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rag.answers.records import Answer, Citation, Coverage, Reason, Statement, source_line
from rag.briefs.records import Edition, Item, Section, Span, Voice, long_date
from rag.retrieval.search import Hit
from rag.web.conversation import Turn
from rag.web.markup import escape, excerpt_html, item_html

TITLE = "Ask the China Industries briefs"
# Answers whose sources stand beside the conversation; the markers of those before are plain numbers.
MOST_SOURCED = 8

VOICES: dict[Voice, str] = {"document": "The document", "report": "Reported", "comment": "MERICS comments"}
EDITIONS: dict[Edition, str] = {"original": "Original", "digest": "Digest, not MERICS’ wording"}
REFUSALS: dict[Reason, str] = {
    "period": "Outside the period the briefs cover",
    "unknown_name": "Not named in the briefs",
    "not_stated": "Not stated in the briefs",
    "off_topic": "Not a subject of the briefs",
    "order": "Questions only",
}


def header_html(coverage: Coverage) -> str:
    """The head of the page: its title, and in one line what it speaks from."""
    return f'<div class="head"><h1>{escape(TITLE)}</h1><p class="coverage">{escape(coverage_line(coverage))}</p></div>'


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
    return f"{when} · {coverage.items} items · {edition}"


def conversation_html(turns: Sequence[Turn]) -> str:
    """The conversation, a block a turn with a blank line between, so that only the turn that grows is drawn anew."""
    drawn = []
    for place, turn in enumerate(turns):
        linked = place >= len(turns) - MOST_SOURCED
        said = answer_html(turn.answer, turn, _before(turns, place), linked=linked) if turn.answer else _WAITING
        drawn.append(f'<section class="turn"><h2 class="asked">{escape(turn.question)}</h2>{said}</section>')
    return "\n\n".join(drawn)


def answer_html(answer: Answer, turn: Turn, before: int = 0, *, linked: bool = True) -> str:
    """One answer: its statements, each with its markers and grouped by who speaks; or the refusal."""
    warnings = "".join(f'<p class="warning">{escape(warning)}</p>' for warning in answer.warnings)
    if answer.abstained:
        title = f'<p class="title">{REFUSALS[answer.reason]}</p>' if answer.reason else ""
        near = (
            '<p class="hint">What comes nearest is listed among the sources; it is no answer.</p>'
            if answer.nearest
            else ""
        )
        return f'<div class="refusal">{title}{_understood(answer)}<p>{escape(answer.text)}</p>{near}{warnings}</div>'
    groups = []
    for (voice, outlets), said in groupby(answer.statements, key=lambda s: (s.voice, s.outlets)):
        label = f"{VOICES[voice]}: {', '.join(outlets)}" if outlets else VOICES[voice]
        groups.append(
            f'<div class="said {voice}"><p class="voice">{escape(label)}</p>'
            f"{_statements(list(said), answer, turn, before, linked)}</div>"
        )
    lead = f'<p class="lead">{escape(answer.lead)}</p>' if answer.lead else ""
    return f'<div class="answer">{_understood(answer)}{lead}{"".join(groups)}{warnings}</div>'


def _understood(answer: Answer) -> str:
    """What was read from the question's words, where that is more than the words."""
    read = " · ".join(part.words for part in answer.query.understood)
    return f'<p class="hint">Understood: {escape(read)}</p>' if read else ""


def sources_html(turns: Sequence[Turn], coverage: Coverage) -> str:
    """The panel: the sources of the last answer, those of earlier ones folded up below; first of all, the issues."""
    if not turns:
        return f'<div class="sources">{issues_html(coverage)}</div>'
    shown = [(turn, _cards(turn, _before(turns, place))) for place, turn in enumerate(turns)][-MOST_SOURCED:]
    earlier = "".join(
        f'<details class="earlier"><summary>{escape(turn.question)}</summary>{cards}</details>'
        for turn, cards in reversed(shown[:-1])
        if turn.markers
    )
    last, cards = shown[-1]
    heading = "Nearest, not an answer" if last.answer and last.answer.abstained else "Sources"
    below = f"<h2>Sources of earlier answers</h2>{earlier}" if earlier else ""
    return f'<div class="sources"><h2>{heading}</h2>{cards or _NO_CARDS}{below}</div>'


def issues_html(coverage: Coverage) -> str:
    """The issues of the corpus, as the panel lists them before anything was asked."""
    rows = []
    for issue in reversed(coverage.issues):
        lines = [f"Covers {' to '.join(map(long_date, issue.period))}"] if issue.period else []
        lines.append(" · ".join(f"{issue.items.get(section, 0)} {name}" for section, name in _COUNTED.items()))
        rows.append(f"<li><b>{escape(long_date(issue.date))}</b><br>{'<br>'.join(map(escape, lines))}</li>")
    return f'<h2>What can be asked about</h2><ul class="issues">{"".join(rows)}</ul>'


def source_card(item: Item, cited: Sequence[Citation], number: int) -> str:
    """A cited item: what it is, the quoted words where they stand, its whole text. `number` is its card's address."""
    marker = f'<span class="number">{cited[0].marker}</span>'
    lost = [citation.quote for citation in cited if not citation.span]
    missing = "".join(f'<p class="warning">Not found in this item: {escape(quote)}</p>' for quote in lost)
    spans = [citation.span for citation in cited if citation.span]
    return f'<article class="card" id="cite-{number}" tabindex="-1">{_card(item, spans, marker)}{missing}</article>'


def near_card(hit: Hit) -> str:
    """An item that comes near a question and does not answer it, with the sentence that came nearest."""
    return f'<article class="card near">{_card(hit.item, [hit.span])}</article>'


def _statements(said: Sequence[Statement], answer: Answer, turn: Turn, before: int, linked: bool) -> str:
    """Statements of one speaker; those that stand as bullets in the answer's text become a list."""
    pieces = []
    for listed, run in groupby(said, key=lambda s: f"\n- {s.text}" in f"\n{answer.text}"):
        tag = "li" if listed else "p"
        inner = "".join(f"<{tag}>{_statement(s, turn, before, linked)}</{tag}>" for s in run)
        pieces.append(f"<ul>{inner}</ul>" if listed else inner)
    return "".join(pieces)


def _statement(statement: Statement, turn: Turn, before: int, linked: bool) -> str:
    doubt = ""
    if statement.support in ("partly", "unsupported"):
        doubt = f' <span class="doubt">{escape(f"{statement.support} by its source {statement.reason}".strip())}</span>'
    marks = "".join(_marker(marker, turn, before, linked) for marker in statement.markers)
    return f"{escape(statement.text)}{marks}{doubt}"


def _marker(marker: int, turn: Turn, before: int, linked: bool) -> str:
    if not linked:
        return f'&#160;<span class="marker">[{marker}]</span>'
    ids = [c.item_id for c in turn.answer.citations if c.marker == marker] if turn.answer else []
    title = escape(source_line(turn.items[ids[0]])) if ids else ""
    return f'&#160;<a class="marker" href="#cite-{before + marker}" title="{title}">[{marker}]</a>'


def _cards(turn: Turn, before: int) -> str:
    """What the answer cites, in order of marker; of a refusal what comes nearest."""
    answer = turn.answer
    if answer is None or answer.abstained:
        return "".join(map(near_card, answer.nearest)) if answer else ""
    grouped = groupby(answer.citations, key=lambda citation: (citation.marker, citation.item_id))
    return "".join(source_card(turn.items[item], list(cited), before + marker) for (marker, item), cited in grouped)


def _card(item: Item, spans: Sequence[Span], marker: str = "") -> str:
    """The inside of a card: place, heading, facts, the paragraphs with the stretches, the whole item folded up."""
    place = f"{item}, page {item.page}" if item.page else str(item)
    heading = f"<h3>{escape(item.heading)}</h3>" if item.heading else ""
    excerpt, whole = excerpt_html(item, spans), item_html(item, spans)
    folded = f"<details><summary>Whole item</summary>{whole}</details>" if whole != excerpt else ""
    quoted = f'<div class="excerpt">{excerpt}</div>' if excerpt else ""
    return f'<p class="place">{marker}<span>{escape(place)}</span></p>{heading}{_facts(item)}{quoted}{folded}'


def _facts(item: Item) -> str:
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


def _before(turns: Sequence[Turn], place: int) -> int:
    """How many markers were given out before the turn at this place."""
    return sum(turn.markers for turn in turns[:place])


_COUNTED: dict[Section, str] = {"top5": "top stories", "policy": "policy news", "corporate": "corporate news"}
_NO_CARDS = '<p class="none">None yet.</p>'
_WAITING = '<p class="waiting">Looking it up …</p>'
