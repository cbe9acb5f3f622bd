"""What a person sees in the terminal of what readers said. Takes records, gives text."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from rag.briefs.records import long_date
from rag.feedback.records import Feedback, Filter
from rag.index.manifest import Fingerprint

_WIDTH = 100
_SHORT = 160  # characters of a question or a reason in a list
_HASH = 12  # characters of a hash


def show_list(kept: Sequence[Feedback]) -> str:
    """One after the other: id, verdict and day, the question and the reason, shortened."""
    return "\n\n".join(
        "\n".join(
            [f"{one.id}  {one.verdict:<4}  {long_date(one.when)}", _wrapped(_shortened(one.question), "    ")]
            + ([_wrapped(f"“{_shortened(one.reason)}”", "    ")] if one.reason else [])
        )
        for one in kept
    )


def show_one(one: Feedback, in_use: Fingerprint | None) -> str:
    """One whole; `in_use`: the index that there is now."""
    facts = [
        f"{one.id}  {one.verdict}  {long_date(one.when)}, {one.when:%H:%M} UTC",
        *([_told("Reason", one.reason)] if one.reason else []),
        *(_told("Asked before", turn["content"]) for turn in one.history),
        _told("Question", one.question),
        *(_told(f"Filter {name}", _values(value)) for name, value in one.filters.items()),
        *([_told("Taken off", ", ".join(one.ignored))] if one.ignored else []),
    ]
    parts = ["\n".join(facts), f"{_written(one)}\n{_wrapped(one.answer.text)}"]
    sources = "\n".join(_source(one, marker) for marker in dict.fromkeys(c.marker for c in one.answer.citations))
    hits = "\n".join(f"{n:>4}. {hit.item_id}  (score {hit.score:.2f})" for n, hit in enumerate(one.hits, 1))
    return "\n\n".join([*parts, *(["Sources\n" + sources] if sources else []), f"Hits\n{hits}", _index(one, in_use)])


def same_index(one: Feedback, in_use: Fingerprint | None) -> bool:
    """Whether the index that there is now holds what the one held that was asked."""
    return in_use is not None and in_use.content == one.fingerprint.content


def _written(one: Feedback) -> str:
    if one.answer.abstained:
        return f"Refused ({one.answer.reason})"
    return f"Answer, written by {one.answer.model}" if one.answer.model else "Answer"


def _source(one: Feedback, marker: int) -> str:
    """An item under its marker, with what is quoted of it and how each quote was located."""
    cited = [citation for citation in one.answer.citations if citation.marker == marker]
    head = _wrapped(f"[{marker}] {cited[0].item_id}" if marker else "not found")
    quotes = [f"({c.located}) {c.line}" if marker else f"{c.item_id}: {c.quote}" for c in cited]
    return "\n".join([head, *(_wrapped(quote, "      ") for quote in quotes)])


def _index(one: Feedback, in_use: Fingerprint | None) -> str:
    generation = one.fingerprint.generation or "not open any more when this was said"
    asked = f"{one.fingerprint.content[:_HASH]} ({generation}, {one.edition})"
    if in_use is None:
        return f"Index asked: {asked}. There is none now that can be read."
    if same_index(one, in_use):
        return f"Index asked: {asked}. The one in use holds the same."
    return f"Index asked: {asked}. The one in use is another: {in_use.content[:_HASH]} ({in_use.generation})."


def _values(value: Filter) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _told(name: str, text: str) -> str:
    return textwrap.fill(f"{name}: {' '.join(text.split())}", _WIDTH, subsequent_indent="    ")


def _shortened(text: str) -> str:
    return textwrap.shorten(text, _SHORT, placeholder=" …")


def _wrapped(text: str, indent: str = "  ") -> str:
    return "\n".join(
        textwrap.fill(line, _WIDTH, initial_indent=indent, subsequent_indent=indent) for line in text.splitlines()
    )
