"""Places: countries, provinces and cities, from `gazetteer.txt`.

Takes texts; says which places they name, and whether they name any at all. An answer about Shanghai is none about
Guangdong, however near the two are in sense.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from rag.briefs.records import Span
from rag.retrieval.wording import Group

TABLE = Path(__file__).with_name("gazetteer.txt")
# A name behind a word that says where, for places that the table does not list.
_SOMEWHERE = re.compile(
    r"\b(?:in|at|near|to|from|across|between|outside|city of|province of|cities of|cities such as) (?:the )?"
    r"(?!China|Chinese|January|February|March|April|May|June|July|August|September|October|November|December)"
    r"[A-Z][a-z]+(?!\w)(?! (?:\d|article|Ministry))"
)


@cache
def _places() -> dict[str, Group]:
    """Every name of a place, with all names of that place."""
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line[:1] not in "#["]
    groups = [tuple(name.strip() for name in line.split("|")) for line in lines]
    return {name: group for group in groups for name in group}


@cache
def _pattern() -> re.Pattern[str]:
    longest_first = sorted(_places(), key=len, reverse=True)
    latin = "|".join(re.escape(name) for name in longest_first if name.isascii())
    chinese = "|".join(name for name in longest_first if not name.isascii())
    return re.compile(rf"\b(?:{latin})(?!\w)|{chinese}")


def places_in(text: str, outside: Sequence[Span] = ()) -> tuple[Group, ...]:
    """The places a text names, each with all its names; none inside the stretches `outside` ("Xiamen Air")."""
    found = _pattern().finditer(text)
    return tuple(dict.fromkeys(_places()[m.group()] for m in found if not any(a <= m.start() < b for a, b in outside)))


def places_at(text: str) -> list[tuple[str, Span]]:
    """Every place a text names, by its first name, and where it stands."""
    return [(_places()[m.group()][0], m.span()) for m in _pattern().finditer(text)]


def names_place(text: str) -> bool:
    """Whether a text names a place."""
    return bool(places_in(text) or _SOMEWHERE.search(text))
