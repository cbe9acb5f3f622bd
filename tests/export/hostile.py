"""Texts that are markup to someone, and a conversation in which every text is one."""

from __future__ import annotations

from dataclasses import replace

from rag.answers.records import Statement, source_line
from rag.briefs.plain import plain
from rag.briefs.records import Titles
from rag.export.records import Conversation, Exchange
from rag.export.text import clean
from rag.retrieval.facets import Facets
from rag.retrieval.query import Query
from tests.export.reading import folded
from tests.made import an_answer, an_item

TEXTS = (
    "](javascript:alert(1)) [x](javascript:alert(2))",
    "![x](http://example.org/x.png) <http://example.org>",
    "<script>alert(1)</script> <img src=x onerror=alert(1)> <!-- x -->",
    "| a | b |",
    "# heading {#notes-to-question-1 .x}",
    "1. list",
    "(2) list",
    "iv) list",
    "- [ ] task",
    "---",
    "...",
    "===",
    "```sh rm -rf ```",
    "~~~ x ~~~ H~2~O x^2^ ~~gone~~",
    "\\ \\begin{x} \\input{/etc/passwd} $$",
    "$math$ $$more$$",
    "@cite [@cite, p. 3] [-@cite]",
    "[^1] ^[inline]",
    "[^1]: note",
    "[x]: http://example.org 'title'",
    "http://example.org/a_b_c www.example.org someone@example.org",
    "&lt;b&gt; &#65; &amp;amp;",
    "**strong** *weak* __strong__ _weak_ `code`{=html}",
    ":::{.x} ::: :smile: :100:",
    "Table: caption",
    ": definition",
    "> quote",
    "+---+ | x | +---+",
    "% title",
    "\"quoted\" 'quoted' a--b a---b e.g. x",
    "=HYPERLINK(1) == marked ==",
    "中文《标题》。",
    "a\u202eb\u200b c\x00\x07\x1b[31m d\ud800 e\ufffe",
    "{ lone } } {",
)


def conversation() -> Conversation:
    """Each text as question, filter, heading, body, outlet, title, statement, reason, lead, warning and quote."""
    return Conversation(TEXTS[0], tuple(_exchange(text, number) for number, text in enumerate(TEXTS, 1)))


def assert_hostile_notes(found: list[dict[int, str]]) -> None:
    """Each note has the text as heading, and what it reads as in a brief, where emphasis and links are, as quote."""
    for note, text in zip(found, TEXTS, strict=True):
        heading, quote = folded(clean(text)), folded(clean(plain(text)))
        assert note[1].removesuffix(f" {quote}").endswith(f" {heading}")


def _exchange(text: str, number: int) -> Exchange:
    item = an_item(f"{text}\nMore.", heading=text, number=number, bodies=(text,), titles=Titles(text, text))
    answer = an_answer(item, [text], lead=text, warnings=(text,))
    query = Query(text, text, text, (), Facets(), Facets(), "text", "list" if number % 2 else "answer")
    said = (
        Statement(text, (1,), "report", "unsupported", reason=text, outlets=(text,)),
        Statement(text, (1,), "comment", "supported"),
    )
    lines = tuple(replace(citation, line=source_line(item)) for citation in answer.citations)
    answer = replace(answer, query=query, statements=said, citations=lines, text=f"- {text} [1]")
    return Exchange(text, answer, {item.id: item}, looked_in=(text,), taken_off=(text,))
