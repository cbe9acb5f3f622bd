"""Items as a model reads them: each under a short key, its parts under who speaks, nothing in them a command.

Takes items, gives drafts: a head (issue, section, dates, bodies, titles) and one text a part. Every line of a part
begins with "> ", brackets are full-width and what cannot be seen is gone, so that no line of an item can pass for a
head, a key, a fence or a control token. Knows nothing of windows and packing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rag.briefs.blocks import blocks
from rag.briefs.plain import plain
from rag.briefs.records import SECTION_NAMES, Item, Part, long_date
from rag.model.text import inert, inert_line

# A key is consonant, digit, consonant: no word, no year, no acronym; without l, 0, 1, 2 and 4, which are mistaken
# for other characters or stand in "b2b" and "p2p".
_CONSONANTS = "bcdfghjkmnpqrstvwxz"
_DIGITS = "356789"
KEY = re.compile(f"[{_CONSONANTS}][{_DIGITS}][{_CONSONANTS}]")
KEYS = len(_CONSONANTS) ** 2 * len(_DIGITS)  # how many there are
_DIGIT_WITHIN = re.compile(f"(?<=[{_CONSONANTS}])[{_DIGITS}](?=[{_CONSONANTS}])")


@dataclass(frozen=True, slots=True)
class Draft:
    """One item in writing, its key still to be set before its head."""

    item: Item
    head: str
    parts: tuple[str, ...]  # each with the line that says who speaks; empty ones left out

    def written(self, key: str, parts: Collection[int]) -> str:
        """The item under its key, with these of its parts, in its own order."""
        return "\n".join([f"[{key}] {self.head}", *(self.parts[number] for number in sorted(parts))])


@lru_cache(maxsize=1024)  # the same items are asked about again
def draft(item: Item) -> Draft:
    """The item as it will be given."""
    parts = (_part(item, part) for part in item.parts)
    return Draft(item, "\n".join(_head(item)), tuple(part for part in parts if part))


def make_keys(nonce: str, names: Collection[str], given: str) -> dict[str, str]:
    """A key for each name (an item id), all different, none of which occurs in the given text.

    The same nonce gives the same keys; without it they cannot be guessed. Raises ValueError for more names than there
    are keys to give.
    """
    given = given.lower()
    taken = {given[at.start() - 1 : at.end() + 1] for at in _DIGIT_WITHIN.finditer(given)}
    if len(names) > (KEYS - len(taken)) // 2:
        raise ValueError(f"{len(names):,} items are too many to tell apart in one prompt.")
    keys: dict[str, str] = {}
    for name in names:
        key = next(key for key in _candidates(nonce, name) if key not in taken)
        taken.add(key)
        keys[name] = key
    return keys


def _candidates(nonce: str, name: str) -> Iterator[str]:
    attempt = 0
    while True:
        digest = hashlib.sha256(f"{nonce}\0{name}\0{attempt}".encode("utf-8", "replace")).digest()
        first, digit, last = (int.from_bytes(digest[at : at + 4]) for at in (0, 4, 8))
        yield (
            _CONSONANTS[first % len(_CONSONANTS)] + _DIGITS[digit % len(_DIGITS)] + _CONSONANTS[last % len(_CONSONANTS)]
        )
        attempt += 1


def _head(item: Item) -> Iterator[str]:
    edition = "" if item.edition == "original" else ", digest (not MERICS' wording)"
    yield f"Issue of {long_date(item.issue)}, {SECTION_NAMES[item.section]} no. {item.number}{edition}"
    if item.heading:
        yield f"Heading: {inert_line(item.heading)}"
    yield f"Date of the event: {long_date(item.date)}"
    if item.bodies:
        via = f" (via {inert_line(', '.join(item.via))})" if item.via else ""
        yield f"Issued by: {inert_line(', '.join(item.bodies))}{via}"
    titles = [inert_line(title) for title in (item.titles.english, item.titles.chinese) if title]
    if titles:
        yield f"Official title: {' / '.join(titles)}"


def _part(item: Item, part: Part) -> str:
    lines = [line for line in _lines(part.text) if line.strip()]
    return "\n".join([_speaker(item, part), *(f"> {line}" for line in lines)]) if lines else ""


def _lines(text: str) -> Iterator[str]:
    """The part without markup, a line a paragraph; a bullet keeps its dash."""
    for block in blocks(text):
        dash = "- " if block.kind == "bullet" else ""
        for line in inert(plain(text[block.start : block.end])).splitlines():
            yield dash + line


def _speaker(item: Item, part: Part) -> str:
    if part.voice == "comment":
        return "MERICS comments:"
    if part.voice == "report":
        return f"Reported by {inert_line(', '.join(item.sources)) if item.sources else 'the brief'}:"
    return "The document says:"
