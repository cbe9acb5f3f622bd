"""What a real reader makes of an export: Pandoc's own tree, read for its texts, links and notes."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.answers.records import Answer, source_line
from rag.briefs.plain import plain
from rag.export.records import Conversation, Exchange

Node = Any  # of Pandoc's JSON


@dataclass(frozen=True, slots=True)
class Pandoc:
    """The program; gives what it reads."""

    path: str

    def __call__(self, *arguments: str, given: str | None = None) -> str:
        """What it prints."""
        command = [self.path, *arguments]
        return subprocess.run(command, input=given, capture_output=True, text=True, check=True, timeout=120).stdout

    def blocks(self, markdown: str, reader: str) -> list[Node]:
        """The blocks of a Markdown text."""
        return list(json.loads(self("-f", reader, "-t", "json", given=markdown))["blocks"])

    def word(self, path: Path) -> dict[str, Any]:
        """The tree of a Word file."""
        tree: dict[str, Any] = json.loads(self("-f", "docx", "-t", "json", str(path)))
        return tree


def nodes(tree: Node) -> Iterator[Node]:
    """Every element of a tree, in order."""
    if isinstance(tree, list):
        for part in tree:
            yield from nodes(part)
    elif isinstance(tree, dict):
        if "t" in tree:
            yield tree
        for part in tree.values():
            yield from nodes(part)


def kinds(tree: Node) -> set[str]:
    """The kinds of elements in a tree."""
    return {str(node["t"]) for node in nodes(tree)}


def links(tree: Node) -> list[str]:
    """Where the links of a tree lead, in order."""
    return [node["c"][2][0] for node in nodes(tree) if node["t"] == "Link"]


def anchors(tree: Node) -> set[str]:
    """What can be led to: identifiers of headings and stretches."""
    headings = {node["c"][1][0] for node in nodes(tree) if node["t"] == "Header"}
    return headings | {node["c"][0][0] for node in nodes(tree) if node["t"] == "Span"}


def read(tree: Node) -> str:
    """The text of a tree, white space folded; what is code, mathematics or raw is marked as such."""
    return folded(_text(tree))


def _text(tree: Node) -> str:
    if isinstance(tree, list):
        return "".join(map(_text, tree))
    if not isinstance(tree, dict):
        return ""
    kind: str = tree.get("t", "")
    inside: Node = tree.get("c", "")
    if kind == "Str":
        return str(inside)
    if kind in ("Space", "SoftBreak", "LineBreak"):
        return " "
    if kind in ("Code", "CodeBlock", "Math", "RawInline", "RawBlock"):
        return f"<<{kind}>>"
    if kind == "Quoted":  # typographic marks, which Pandoc writes again as they were
        opening, closing = "“”" if inside[0]["t"] == "DoubleQuote" else "‘’"
        return f"{opening}{_text(inside[1])}{closing}"
    return f"{_text(inside)}\n" if kind in ("Para", "Plain", "Header") else _text(inside)


def folded(text: str) -> str:
    """A text with every stretch of white space as one space."""
    return " ".join(text.split())


def notes(blocks: list[Node]) -> list[dict[int, str]]:
    """Of each question the notes below it by number: everything from the paragraph that begins with it to the next."""
    found: list[dict[int, str]] = []
    inside = number = 0
    for block in blocks:
        text = read(block)
        if block["t"] == "Header":
            inside = text.startswith("Notes to question ")
            found += [{}] if text.startswith("Question ") else []
        elif inside and (begun := re.match(r"\[(\d+)\] ", text)):
            number = int(begun[1])
            assert number not in found[-1]
            found[-1][number] = text
        elif inside:
            found[-1][number] += f" {text}"
    return found


def assert_same_sources(found: list[dict[int, str]], conversation: Conversation) -> None:
    """Each marker of each answer has its note, no other has, and the note says what the citation says."""
    assert len(found) == len(conversation.exchanges)
    for under, exchange in zip(found, conversation.exchanges, strict=True):
        assert list(under) == sorted({citation.marker for citation in _answer(exchange).sources})
        for citation in _answer(exchange).sources:
            note = under[citation.marker]
            item = exchange.items[citation.item_id]
            assert note.startswith(f"[{citation.marker}] {source_line(item)} (item {item.id}).")
            assert folded(item.heading) in note
            assert folded(plain(citation.quote)) in note


def _answer(exchange: Exchange) -> Answer:
    assert exchange.answer is not None
    return exchange.answer
