"""What every form of a conversation says: the words and the order of the page, and the numbers of the answer."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest

from rag.answers.records import Answer, Statement
from rag.briefs.records import Item
from rag.export.document import Block, Bullets, Paragraph, Runs, Section, Side, Table, document_of
from rag.export.records import Conversation, Exchange
from rag.library import Library
from rag.retrieval.facets import Facets
from rag.retrieval.query import Query
from rag.web.conversation import Turn
from rag.web.turns import answer_html
from tests.made import an_answer, an_item

ITEM = an_item("Robots here. Robots there.", heading="Robots")


def _section(answer: Answer | None, **told: object) -> Section:
    exchange = replace(Exchange("Robots?", answer, {ITEM.id: ITEM}), **told)  # type: ignore[arg-type]
    (section,) = document_of(Conversation("T", (exchange,))).sections
    return section


def _said(runs: Runs) -> str:
    return " ".join(run.text for run in runs)


def _texts(block: Block) -> list[str]:
    match block:
        case Side(name):
            return [name]
        case Paragraph(runs):
            return [_said(runs)]
        case Bullets(items):
            return [_said(runs) for runs in items]
        case Table(head, rows):
            return [*head, *(_said(runs) for row in rows for runs in row)]


def _words(blocks: tuple[Block, ...]) -> list[str]:
    """The words of an answer, without what the question was understood as, which the page shows apart."""
    said = [text for block in blocks for text in _texts(block)]
    apart = ("Looked in: ", "Understood: ", "Taken off: ")
    return re.findall(r"\w+", " ".join(text for text in said if not text.startswith(apart)))


def _page_words(answer: Answer, items: dict[str, Item]) -> list[str]:
    drawn = answer_html(Turn("?", answer, items, whole=True), answer)
    return re.findall(r"\w+", html.unescape(re.sub(r"<[^>]*>", " ", drawn)))


def test_an_export_says_what_the_page_says(talk: Conversation) -> None:
    """Over the digests each answer has the same words as on the page, markers included, in the same order."""
    sections = document_of(talk).sections
    compared = 0
    for section, exchange in zip(sections, talk.exchanges, strict=True):
        assert exchange.answer is not None
        if not exchange.answer.abstained:
            assert _words(section.blocks) == _page_words(exchange.answer, dict(exchange.items))
            compared += 1
    assert compared >= 6


@pytest.mark.parametrize("model", ["", "tiny"])
def test_voices_doubts_and_writer_are_those_of_the_page(model: str) -> None:
    """Who speaks, what is not borne out, who wrote it, bullets and warnings stand in the export as on the page."""
    said = (
        Statement("Robots here.", (1,), "document", "supported"),
        Statement("Robots there.", (1,), "report", "supported", outlets=("Reuters article",)),
        Statement("Many robots.", (), "comment", "unsupported", reason="no source says so"),
    )
    text = "Robots here. [1]\n\n- Robots there. [1]\n- Many robots."
    answer = an_answer(ITEM, ["Robots here.", "Robots there."], statements=said, text=text, model=model)
    answer = replace(answer, lead="Two things:", warnings=("Mind the gap.",))
    section = _section(answer)
    assert _words(section.blocks) == _page_words(answer, {ITEM.id: ITEM})
    words = " ".join(_words(section.blocks))
    assert "not borne out no source says so" in words
    assert ("Written by tiny" in words) == bool(model)
    assert ("Reported Reuters article" in words) == (not model)


def test_a_source_that_was_not_found_has_no_number() -> None:
    """A citation with marker 0 has no note; one under a marker whose quote is not in the item is told as such."""
    answer = an_answer(ITEM, ["Robots here.", "Robots everywhere."])
    lost = replace(answer.citations[0], marker=0, item_id="9999-01-01/top5/1", span=None, located="not found")
    section = _section(replace(answer, citations=(lost, *answer.citations)))
    (note,) = section.notes
    assert (note.marker, note.item_id, note.heading) == (1, ITEM.id, "Robots")
    assert note.quotes == ("Robots here.",)
    assert note.missing == ("Robots everywhere.",)


def test_a_sentence_cited_twice_is_quoted_once() -> None:
    """Two statements that rest on one sentence give their note one quote."""
    (note,) = _section(an_answer(ITEM, ["Robots here.", "Robots here."])).notes
    assert note.quotes == ("Robots here.",)


def test_a_refusal_says_why_and_what_comes_nearest(library: Library) -> None:
    """The reason, the refusal's own words and the nearest items with their address, which are no sources."""
    answer = library.ask("What did the Bundesbank say?")
    assert answer.abstained and answer.nearest
    section = _section(answer)
    texts = [text for block in section.blocks for text in _texts(block)]
    assert texts[:2] == ["Not named in the briefs", answer.text]
    near = [text for text in texts if f"(item {answer.nearest[0].item.id})" in text]
    assert len(near) == 1
    assert near[0].startswith("Digest (not MERICS' wording) of China Industries, ")
    assert section.notes == ()


def test_what_was_asked_is_told_whole() -> None:
    """What the question was restricted to, what was understood of it and what of that was taken off."""
    query = Query("Robots?", "", "", (), Facets(), Facets(body=("MIIT",)), "text", "answer")
    answer = an_answer(ITEM, ["Robots here."], query=query)
    section = _section(answer, looked_in=("Top 5", "MOF"), taken_off=("a list",))
    told = [text for block in section.blocks[:3] for text in _texts(block)]
    assert told == ["Looked in: Top 5; MOF", "Understood: issued by MIIT", "Taken off: a list"]


def test_a_stopped_answer_says_that_it_is_not_whole() -> None:
    """Stopped by the asker, still being written, or without any answer: the export says so; a whole one does not."""
    answer = an_answer(ITEM, ["Robots here."])
    cases = [
        (_section(answer, stopped=True), True),
        (_section(replace(answer, waiting_for="tiny")), True),
        (_section(None), True),
        (_section(answer), False),
    ]
    for section, stopped in cases:
        assert ("Stopped. What is above is not the whole answer." in str(section.blocks)) == stopped


def test_a_side_that_has_nothing_says_so() -> None:
    """A side of a comparison without a statement says that the briefs have nothing, unless it was stopped."""
    said = (Statement("Robots here.", (1,), "document", "supported", side="Robots"),)
    answer = an_answer(ITEM, ["Robots here."], statements=said, sides=("Robots", "Chips"))
    assert _words(_section(answer).blocks) == "Robots The document Robots here 1 Chips Nothing in the briefs".split()
    assert "Nothing" not in _words(_section(answer, stopped=True).blocks)


def test_the_edition_is_told() -> None:
    """Digests, originals, or both; where nothing is cited, what was asked."""
    original = replace(ITEM, edition="original")
    of = {
        edition: Exchange("?", replace(an_answer(item, ["Robots here."])), {item.id: item})
        for edition, item in (("digest", ITEM), ("original", original))
    }
    refused = Exchange("?", an_answer(ITEM, [], abstained=True))
    told = [
        document_of(Conversation("T", exchanges)).edition
        for exchanges in ((of["digest"],), (of["original"],), (of["digest"], of["original"]), (refused,))
    ]
    digest = "Digest, not MERICS’ wording"
    both = "Partly original wording, partly a digest, not MERICS’ wording"
    assert told == [digest, "Original wording", both, digest]
