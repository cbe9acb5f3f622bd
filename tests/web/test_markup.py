"""Whatever a question or a brief holds, what reaches the browser is text."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rag.briefs.corpus import corpus_bodies, read_corpus
from rag.briefs.plain import plain
from rag.briefs.records import Item
from rag.web.markup import escape, excerpt_html, item_html

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![a](https://example.com/a.png)",
    "[a](https://example.com)",
    "[a]: https://example.com",
    "<https://example.com> www.example.com https://example.com a@example.com",
    "<details open><summary>a</summary>b</details>",
    "$$\\int_0^1 x$$ \\(x\\) $x$",
    "```html\n<b>a</b>\n```",
    "# heading\n\n- list\n\n| a | b |\n| - | - |",
    "&lt;script&gt; &#60;b&#62;",
    "\u202egnp.exe\u202c \u2066a\u2069 \ufeffb\u200b",
    "\x00\x07\x1b[31mred\r\n",
    "a</p></div><iframe src=//example.com>",
]


class Reading(HTMLParser):
    """Tags and text as a browser would read them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.marked = ""
        self._marks = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count a tag; a block of its own is a word boundary."""
        self.tags.append(tag)
        self._marks += tag == "mark"
        self.text += " " if tag in ("p", "li") else ""

    def handle_endtag(self, tag: str) -> None:
        """End a highlight."""
        self._marks -= tag == "mark"

    def handle_data(self, data: str) -> None:
        """Keep the text, and what of it is highlighted."""
        self.text += data
        self.marked += data if self._marks else ""


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_makes_no_tag(text: str) -> None:
    """HTML, Markdown and LaTeX in a text become no tag, in an HTML block or rendered as Markdown."""
    escaped = escape(text)
    assert Reading(escaped).tags == []
    assert set(Reading(MarkdownIt("gfm-like", {"linkify": False}).render(escaped)).tags) <= {"p"}
    assert "\n" not in escaped


def test_writing_direction_and_control_characters_are_dropped() -> None:
    """Characters that turn the writing direction or steer a terminal do not reach the page; emoji joiners do."""
    assert Reading(escape("\u202eab\u202c\u2066c\x1b[0m\x00")).text == "abc[0m"
    assert Reading(escape("👩\u200d🔬 机器人")).text == "👩\u200d🔬 机器人"


@given(st.text())
def test_text_is_read_back(text: str) -> None:
    """Of any text, a browser reads what is printable, with white space as one space, and no tag."""
    reading = Reading(escape(text))
    assert reading.tags == []
    kept = "".join(c for c in text if c.isprintable() or c.isspace())
    assert "".join(c for c in reading.text if c.isalnum()) == "".join(c for c in kept if c.isalnum())


def test_every_item_reads_as_its_plain_text(editions: Path) -> None:
    """The page shows of each item exactly the words of its plain reading, without links' targets and emphasis."""
    for issue in read_corpus(editions, corpus_bodies(editions)):
        for item in issue.items:
            shown = Reading(item_html(item))
            wanted = " ".join(plain(part.text) for part in item.parts)
            assert "".join(shown.text.split()) == "".join(wanted.split()).replace("\u200b", ""), item.id
            assert set(shown.tags) <= {"div", "p", "ul", "li", "b"}


def test_quoted_words_are_marked_and_nothing_else(make_item: Callable[..., Item]) -> None:
    """A stretch is highlighted as it reads: across a link and emphasis, without the link's target."""
    item = make_item("**At a glance:** One. The *big* [robot plan](https://example.com/a) grows. Three.")
    start, end = item.text.index("The *big*"), item.text.index(" Three.")
    assert Reading(item_html(item, [(start, end)])).marked == "The big robot plan grows."
    assert Reading(item_html(item)).marked == ""


def test_excerpt_holds_the_paragraphs_of_the_quotes(make_item: Callable[..., Item]) -> None:
    """An excerpt shows the paragraphs and bullets that hold a quote, whole, and no other."""
    item = make_item("First paragraph.\n\n- one bullet\n- two bullet\n\nLast paragraph.")
    start = item.text.index("two")
    reading = Reading(excerpt_html(item, [(start, start + 3)]))
    assert (reading.text.strip(), reading.marked) == ("two bullet", "two")
    assert reading.tags == ["div", "ul", "li", "mark"]
