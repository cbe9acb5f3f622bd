"""Markdown, as Pandoc reads it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rag.export.markdown import escape, to_markdown
from rag.export.records import Conversation, Exchange
from rag.export.text import clean
from tests.export import hostile
from tests.export.hostile import assert_hostile_notes
from tests.export.reading import Pandoc, anchors, assert_same_sources, folded, kinds, links, notes, read
from tests.made import an_answer, an_item

READERS = ("gfm", "markdown", "commonmark", "commonmark_x")
# All that we write ourselves; the rest is a table's own
OURS = {"Header", "Para", "Plain", "BulletList", "BlockQuote", "Table", "Str", "Space", "Strong", "Emph", "Link"}
OF_TABLES = {"AlignDefault", "ColWidth", "ColWidthDefault"}
TYPOGRAPHIC = {"Quoted", "SingleQuote", "DoubleQuote"}  # marks that stand in a text


@pytest.mark.parametrize("reader", ["gfm", "markdown"])
def test_numbers_and_sources_are_those_of_the_answers(pandoc: Pandoc, talk: Conversation, reader: str) -> None:
    """Under each question a reader finds a note a marker, with the number, the source and the quotes of the answer."""
    assert_same_sources(notes(pandoc.blocks(to_markdown(talk), reader)), talk)


@pytest.mark.parametrize("reader", ["gfm", "markdown"])
def test_a_marker_leads_to_its_notes(pandoc: Pandoc, talk: Conversation, reader: str) -> None:
    """Every link is a marker's, and leads to the heading above the notes of its question."""
    blocks = pandoc.blocks(to_markdown(talk), reader)
    cited = [
        f"#notes-to-question-{number}"
        for number, exchange in enumerate(talk.exchanges, 1)
        for statement in (exchange.answer.statements if exchange.answer else ())
        for _ in statement.markers
    ]
    assert links(blocks) == cited
    assert len(cited) > 30
    assert {link.removeprefix("#") for link in cited} <= anchors(blocks)


def test_a_list_is_a_table(pandoc: Pandoc, talk: Conversation) -> None:
    """A list has a table with a line an item; the heads of its columns are those of the page."""
    blocks = pandoc.blocks(to_markdown(talk), "gfm")
    tables = [read(block) for block in blocks if block["t"] == "Table"]
    lists = [e.answer for e in talk.exchanges if e.answer and e.answer.query.shape == "list" and not e.answer.abstained]
    assert len(tables) == len(lists) >= 2
    for table, answer in zip(tables, lists, strict=True):
        assert table.startswith("Date What Issued by Source")
        assert all(f"[{citation.marker}]" in table for citation in answer.sources)


@pytest.mark.parametrize("reader", ["gfm", "markdown"])
def test_a_hostile_text_is_text(pandoc: Pandoc, reader: str) -> None:
    """Whatever a text says, a reader finds no link, image, HTML, formula, citation or footnote but our own links."""
    talk = hostile.conversation()
    blocks = pandoc.blocks(to_markdown(talk), reader)
    assert kinds(blocks) <= OURS | OF_TABLES | TYPOGRAPHIC
    numbers = range(1, len(talk.exchanges) + 1)
    assert links(blocks) == [f"#notes-to-question-{number}" for number in numbers for _ in "ab"]
    headings = [read(block) for block in blocks if block["t"] == "Header" and block["c"][0] == 2]
    asked = zip(numbers, hostile.TEXTS, strict=True)
    assert headings == [folded(f"Question {number}: {clean(text)}") for number, text in asked]
    assert_hostile_notes(notes(blocks))


def test_html_of_a_hostile_conversation_does_nothing(pandoc: Pandoc) -> None:
    """Rendered as HTML, the only links are our own, and no script, image or handler is an element."""
    html = pandoc("-f", "gfm", "-t", "html", given=to_markdown(hostile.conversation()))
    assert not any(f"<{tag}" in html for tag in ("script", "img", "iframe", "b>", "code", "hr"))
    assert html.count("<a ") == html.count('<a href="#notes-to-question-')


SIGNS = st.sampled_from([*"\\`*_{}[]()<>#+-.!|~^$@\"'&:;=/%?, “”‘’", *hostile.TEXTS, "www.", "1. ", "&amp;", "Table: "])
TEXT = st.lists(st.one_of(SIGNS, st.text(max_size=6)), min_size=1, max_size=6).map("".join).filter(clean)


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=4, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(texts=st.lists(TEXT, min_size=60, max_size=80))
def test_every_text_survives(pandoc: Pandoc, reader: str, texts: list[str]) -> None:
    """Escaped, a text reads as itself wherever it stands: paragraph, heading, bullet, strong or weak words, quote."""
    forms = ("{}", "## x: {}", "- x {}", "**{}** x", "*{}*", "> {}")
    pieces = [form.format(escape(text)) for text in texts for form in forms]
    blocks = pandoc.blocks("\n\n".join(pieces) + "\n", reader)
    expected = [form.lstrip("#*->").replace("*", "").strip().format(clean(t)) for t in texts for form in forms]
    assert [_typographic(read(block)) for block in blocks] == [_typographic(folded(text)) for text in expected]


def _typographic(text: str) -> str:
    """A text but for what Pandoc sets right in every text: composed letters, and which way a typographic mark opens."""
    return unicodedata.normalize("NFC", text).translate(str.maketrans("‘”", "’“"))


def test_what_is_written_is_readable_as_it_is() -> None:
    """Plain words with their usual signs stand unescaped."""
    said = "R&D up 5.5% (2022/23), at CNY 300 million; see: MIIT, MOF - all of it!"
    assert escape(said) == said


def test_nothing_said_is_still_a_document(pandoc: Pandoc) -> None:
    """An empty conversation is a title and a line; a question stopped before any answer says so."""
    assert to_markdown(Conversation("Empty", ())).startswith("# Empty\n\nAnswers from")
    text = to_markdown(Conversation("T", (Exchange("Robots?", None, stopped=True),)))
    assert text.endswith("## Question 1: Robots?\n\n*Stopped. What is above is not the whole answer.*\n")


def test_an_original_is_quoted_a_digest_is_not() -> None:
    """The wording of an original stands in quotation marks, that of a digest without."""
    for edition, quoted in (("original", '> \\"Robots here.\\"'), ("digest", "> Robots here.")):
        item = an_item("Robots here. More.", edition=edition)
        text = to_markdown(Conversation("T", (Exchange("?", an_answer(item, ["Robots here."]), {item.id: item}),)))
        assert quoted in text.splitlines()


@pytest.mark.parametrize("reader", READERS)
def test_a_bullet_that_begins_like_a_task_is_no_task(pandoc: Pandoc, reader: str) -> None:
    """A statement that begins with a box to tick keeps it as text."""
    said = ("[ ] Robots.", "[x] Robots.", "[X] Robots.")
    item = an_item("\n".join(said))
    answer = an_answer(item, said, text="\n".join(f"- {text} [1]" for text in said))
    blocks = pandoc.blocks(to_markdown(Conversation("T", (Exchange("?", answer, {item.id: item}),))), reader)
    (bullets,) = (read(block) for block in blocks if block["t"] == "BulletList")
    assert bullets == " ".join(f"{text} [1]" for text in said)
