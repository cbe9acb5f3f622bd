"""A conversation as a plain document: headings, paragraphs, tables and numbered notes, before it is Markdown or Word.

Takes a conversation; gives what every form of it says, in the words and the order of the page. The numbers of the notes
are the answer's own markers: no renderer counts. Texts are as they were asked and answered: whoever writes them into a
file makes them harmless there. Knows nothing of any file format.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from rag.answers.layout import (
    CHECKED,
    COLUMNS,
    EDITIONS,
    REFUSALS,
    STOPPED,
    compared,
    doubt,
    is_bullet,
    is_table,
    item_behind,
    speaker,
)
from rag.answers.phrases import phrases_for
from rag.answers.records import Answer, Citation, Statement, source_line
from rag.briefs.plain import plain
from rag.briefs.records import Item, long_date
from rag.export.records import Conversation, Exchange
from rag.retrieval.search import Hit
from rag.retrieval.stopwords import Language, language_of

Look = Literal["plain", "strong", "doubt"]
Kind = Literal["said", "speaker", "aside", "warning"]


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one look, free of space around them."""

    text: str
    look: Look = "plain"
    note: int = 0  # of a marker: the note it leads to


Runs = tuple[Run, ...]


def joint(run: Run) -> str:
    """What stands between a run and the one before it: a marker keeps to its words over the end of a line."""
    return "\u00a0" if run.note else " "


@dataclass(frozen=True, slots=True)
class Side:
    """The heading of one side of a comparison."""

    name: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: what is said, who says it, a word about the answer, or a warning."""

    runs: Runs
    kind: Kind = "said"


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list without numbers."""

    items: tuple[Runs, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a head; each row has a cell for each column."""

    head: tuple[str, ...]
    rows: tuple[tuple[Runs, ...], ...]


Block = Side | Paragraph | Bullets | Table


@dataclass(frozen=True, slots=True)
class Note:
    """What stands behind one marker."""

    marker: int
    line: str  # source line of the item; a digest says that it is one
    item_id: str  # its permanent address
    heading: str  # empty for a bullet
    quotes: tuple[str, ...]  # without markup; those of an original in quotation marks
    missing: tuple[str, ...]  # quotes that the item does not hold


@dataclass(frozen=True, slots=True)
class Section:
    """One question with its answer and its notes."""

    number: int  # from 1
    question: str
    language: Language
    blocks: tuple[Block, ...]
    notes: tuple[Note, ...]

    @property
    def heading(self) -> str:
        """The question, numbered."""
        return f"Question {self.number}: {self.question}"

    @property
    def notes_heading(self) -> str:
        """What stands above its notes."""
        return f"Notes to question {self.number}"


@dataclass(frozen=True, slots=True)
class Document:
    """A conversation as every form of it says it."""

    title: str
    edition: str  # in which edition it speaks: "Digest, not MERICS’ wording"
    line: str  # what it is, whose it is not, and of when, for below the title
    sections: tuple[Section, ...]


def document_of(conversation: Conversation) -> Document:
    """The conversation as a document."""
    edition = _edition(conversation)
    made = f" {long_date(conversation.made)}." if conversation.made else ""
    sections = tuple(_section(number, exchange) for number, exchange in enumerate(conversation.exchanges, 1))
    return Document(
        conversation.title, edition, f"Answers from the China Industries briefs. {edition}.{made}", sections
    )


def _edition(conversation: Conversation) -> str:
    """Which edition is cited; where nothing is, which edition was asked."""
    answers = [exchange.answer for exchange in conversation.exchanges if exchange.answer]
    asked = {issue.edition for answer in answers for issue in answer.coverage.issues}
    found = {item.edition for item in conversation.cited} or asked
    if found == {"original"}:
        return "Original wording"
    digest = EDITIONS["digest"]
    return f"Partly original wording, partly a {digest[0].lower()}{digest[1:]}" if "original" in found else digest


def _section(number: int, exchange: Exchange) -> Section:
    answer = exchange.answer
    blocks: list[Block] = [*_asked(exchange)]
    if answer is not None:
        blocks += _refusal(answer) if answer.abstained else _answer(exchange, answer)
        blocks += [Paragraph((Run(warning),), "warning") for warning in answer.warnings]
    if exchange.stopped or answer is None or answer.waiting_for:
        blocks.append(_aside(STOPPED))
    return Section(number, exchange.question, language_of(exchange.question), tuple(blocks), _notes(exchange))


def _asked(exchange: Exchange) -> list[Paragraph]:
    """What the question was restricted to, what was understood of it, and what of that was taken off."""
    understood = exchange.answer.query.understood if exchange.answer else ()
    parts = {
        "Looked in": exchange.looked_in,
        "Understood": [part.words for part in understood],
        "Taken off": exchange.taken_off,
    }
    return [_aside(f"{name}: {'; '.join(words)}") for name, words in parts.items() if words]


def _refusal(answer: Answer) -> list[Block]:
    """The word that the briefs do not hold it, and what comes nearest."""
    blocks: list[Block] = [Paragraph((Run(answer.text),))]
    if answer.reason:
        blocks.insert(0, Paragraph((Run(REFUSALS[answer.reason], "strong"),)))
    if answer.nearest:
        blocks += [_aside("What comes nearest; it is no answer:"), Bullets(tuple(map(_near, answer.nearest)))]
    return blocks


def _near(hit: Hit) -> Runs:
    item = hit.item
    heading = (Run(item.heading, "strong"),) if item.heading else ()
    return (Run(f"{source_line(item)} (item {item.id})."), *heading, Run(plain(hit.sentence)))


def _answer(exchange: Exchange, answer: Answer) -> list[Block]:
    """The answer: a comparison side by side, a list as a table, else its statements, grouped by who speaks."""
    blocks: list[Block] = [_aside(f"Written by {answer.model}. {CHECKED}")] if answer.model else []
    if answer.lead:
        blocks.append(Paragraph((Run(answer.lead),)))
    if answer.model:
        return blocks + _written(exchange, answer)
    if answer.sides:
        return blocks + _sides(exchange, answer)
    if is_table(answer):
        return [*blocks, _table(exchange, answer)] if answer.statements else blocks
    return blocks + _grouped(answer.statements, exchange, answer)


def _written(exchange: Exchange, answer: Answer) -> list[Block]:
    """What a language model wrote: running text and bullets."""
    blocks: list[Block] = []
    for listed, run in groupby(answer.statements, key=lambda s: is_bullet(s, answer)):
        said = [_statement(s, exchange, answer) for s in run]
        blocks.append(Bullets(tuple(said)) if listed else Paragraph(tuple(r for runs in said for r in runs)))
    return blocks


def _sides(exchange: Exchange, answer: Answer) -> list[Block]:
    """The sides of a comparison one after another; one that has nothing says so at the end."""
    blocks: list[Block] = []
    for side in answer.sides:
        of_it = [statement for statement in answer.statements if statement.side == side]
        blocks += [Side(side), *_grouped(of_it, exchange, answer)]
        if not of_it and not exchange.stopped:
            blocks.append(_aside(phrases_for(answer.query).nothing))
    return blocks


def _table(exchange: Exchange, answer: Answer) -> Table:
    """A list, a line an item."""
    rows = []
    for statement in answer.statements:
        marker = statement.markers[0]
        cited = next(citation for citation in answer.citations if citation.marker == marker)
        item = exchange.items[cited.item_id]
        said_by = "" if statement.voice == "document" else speaker(statement.voice, statement.outlets)
        what = (
            Run(item.heading, "strong"),
            Run(f"{said_by}:" if said_by else ""),
            Run(plain(cited.quote)),
            Run(doubt(statement, answer.query), "doubt"),
        )
        issued = Run(", ".join(item.bodies) or "–")
        rows.append(((Run(long_date(item.date)),), _present(what), (issued,), (_marker(marker),)))
    return Table(COLUMNS, tuple(rows))


def _grouped(said: Sequence[Statement], exchange: Exchange, answer: Answer) -> list[Block]:
    """Statements under the name of who speaks; those that are bullets in the answer's text are a list."""
    blocks: list[Block] = []
    for (voice, outlets), group in groupby(said, key=lambda s: (s.voice, s.outlets)):
        blocks.append(Paragraph((Run(speaker(voice, outlets)),), "speaker"))
        for listed, run in groupby(group, key=lambda s: is_bullet(s, answer)):
            runs = [_statement(s, exchange, answer) for s in run]
            blocks += [Bullets(tuple(runs))] if listed else map(Paragraph, runs)
    return blocks


def _statement(statement: Statement, exchange: Exchange, answer: Answer) -> Runs:
    """One statement with its markers, and the word that its source does not bear it out, where it is so."""
    item = item_behind(statement.markers[0], answer, exchange.items) if statement.markers else None
    day, heading, text = compared(statement, item, answer.query)
    dated = f"{day}{phrases_for(answer.query).colon.rstrip()}" if day else ""
    begun = (Run(dated), Run(f"{heading}." if heading else "", "strong"))
    words = (*begun, Run(text), *map(_marker, statement.markers))
    return _present((*words, Run(doubt(statement, answer.query), "doubt")))


def _notes(exchange: Exchange) -> tuple[Note, ...]:
    """A note a marker, in order; a source that has no marker has none."""
    sources = exchange.answer.sources if exchange.answer else ()
    by_marker = groupby(sources, key=lambda citation: (citation.marker, citation.item_id))
    return tuple(_note(marker, exchange.items[item_id], list(of_it)) for (marker, item_id), of_it in by_marker)


def _note(marker: int, item: Item, cited: Sequence[Citation]) -> Note:
    def quotes(found: bool) -> tuple[str, ...]:
        # a sentence that several statements rest on is quoted once
        return tuple(dict.fromkeys(_quoted(c, item) for c in cited if (c.span is not None) == found))

    return Note(marker, source_line(item), item.id, item.heading, quotes(True), quotes(False))


def _quoted(citation: Citation, item: Item) -> str:
    """The quote without markup. A digest is not MERICS' wording, so what it says stands unquoted."""
    words = plain(citation.quote)
    return f'"{words}"' if item.edition == "original" and citation.span else words


def _marker(marker: int) -> Run:
    return Run(f"[{marker}]", note=marker)


def _aside(text: str) -> Paragraph:
    return Paragraph((Run(text),), "aside")


def _present(runs: Iterable[Run]) -> Runs:
    """Those that have words."""
    return tuple(run for run in runs if run.text)
