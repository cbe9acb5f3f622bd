"""What a person sees in the terminal: hits, answers, items. Takes records, gives text; prints nothing itself.

Text of a brief never drives the terminal: control and format characters are dropped.
"""

from __future__ import annotations

import shutil
import textwrap
import unicodedata
from collections.abc import Sequence

from rag.answers.records import Answer, Coverage, source_line
from rag.briefs.plain import plain
from rag.briefs.records import Item, long_date
from rag.retrieval.search import Hit


def printable(text: str) -> str:
    """A text without characters that move the cursor, colour the screen or turn the writing direction."""
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))


def show_hits(hits: Sequence[Hit]) -> str:
    """Hits, numbered, best first."""
    return "\n\n".join(
        f"{n:>2}. {_name(hit.item)}  ({hit.item.id}, score {hit.score:.2f})\n{_wrapped(hit.sentence)}"
        for n, hit in enumerate(hits, 1)
    )


def show_answer(answer: Answer) -> str:
    """An answer with its sources below, or the refusal with what comes nearest."""
    read = "; ".join(f"{part.words} ({part.name})" for part in answer.query.understood)
    searched = f"Understood: {read}\n\n" if read else ""
    if answer.abstained:
        near = "\n".join(f"  - {_name(hit.item)}  ({hit.item.id})" for hit in answer.nearest)
        return searched + _filled(answer.text) + (f"\n\nNearest:\n{near}" if near else "")
    sources = dict.fromkeys((c.marker, c.item_id, c.line) for c in answer.citations)
    lines = [f"[{marker}] {item_id}  {line}" for marker, item_id, line in sources]
    return (
        searched
        + _filled(answer.text)
        + "\n\nSources\n"
        + "\n".join(textwrap.indent(_filled(line), "  ") for line in lines)
    )


def show_items(items: Sequence[Item], coverage: Coverage) -> str:
    """A complete listing, one line an item in order of date, and how complete it is."""
    lines = [f"{item.date}  {item.id:<23}{_body_list(item)}{_short(item)}" for item in items]
    return "\n".join([*lines, "", f"{len(items)} item{'s' if len(items) != 1 else ''}, complete. {coverage}"])


def show_item(item: Item) -> str:
    """One item whole, as plain text under its address."""
    facts = [
        source_line(item),
        f"Dated {long_date(item.date)}" + (f"; issued by {', '.join(item.bodies)}" if item.bodies else ""),
        *([f"Title: {item.titles.english}"] if item.titles.english else []),
        *([f"Chinese title: {item.titles.chinese}"] if item.titles.chinese else []),
    ]
    return "\n".join(facts) + "\n\n" + _filled(plain(item.text))


def _name(item: Item) -> str:
    return f"{item}: {item.heading}" if item.heading else f"{item}, {long_date(item.date)}"


def _short(item: Item) -> str:
    return item.heading or textwrap.shorten(plain(item.text), 100, placeholder=" …")


def _body_list(item: Item) -> str:
    return f"{', '.join(item.bodies)}: " if item.bodies else ""


def _wrapped(text: str) -> str:
    return textwrap.indent(_filled(text), "    ")


def _filled(text: str) -> str:
    width = max(40, min(shutil.get_terminal_size().columns, 110) - 4)
    return "\n".join(_fill_line(line, width) for line in text.splitlines())


def _fill_line(line: str, width: int) -> str:
    indent = "  " if line.startswith("- ") else ""
    return textwrap.fill(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
