"""Exact lists: the items that satisfy everything a question says, from the catalogue, complete, in order of date.

Takes a query and the items its facets leave; gives those that hold what must occur. Nearness plays no part.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.briefs.plain import plain
from rag.briefs.records import Item
from rag.retrieval.matching import holding, text_holds_all
from rag.retrieval.patterns import Shape
from rag.retrieval.query import Query
from rag.retrieval.wording import Group

# Shapes that are answered by items rather than by sentences.
LISTS: frozenset[Shape] = frozenset(("list", "count", "overview", "latest", "earliest", "issue"))


def listed(query: Query, items: Sequence[Item]) -> list[Item]:
    """The items of a list, in order of date; none where the question says nothing that could be looked up.

    Words that stand together in the question are looked for together first, and one by one where no item has them so.
    """
    found = [item for item in items if query.read.accepts(item)]
    if not found and query.read.since and query.read.until:
        # "policy news of March 2023" may mean the issue of that month rather than what was done in it
        month = replace(query.read, since=None, until=None)
        inside = [item for item in items if query.read.since <= item.issue <= query.read.until]
        found = [item for item in inside if month.accepts(item)]
    if query.all_bodies:
        found = [item for item in found if set(query.read.body) <= set(item.bodies)]
    found = [item for item in found if set(query.excluded_bodies).isdisjoint(item.bodies)]
    for group in query.excluded:
        held = holding(found, [group])
        found = [item for item in found if item not in held]
    if query.deadlines:
        found = [item for item in found if all(due_in(item, year) for year in query.deadlines)]
    required = query.required
    if query.deadlines and not query.read:
        required = ()  # "goals for 2027": whatever frames it, the year is what is asked
    # an overview of an issue is of all of it, unless what else is asked is there to be found
    anything: tuple[tuple[Group, ...], ...] = ((),) if query.shape == "overview" and query.read.issue else ()
    for groups in dict.fromkeys((required, _apart(required), *anything)):
        held = _holding(query, found, groups)
        if held or not groups:
            return held
    return []


def says_something(query: Query) -> bool:
    """Whether a question says anything that items can be looked up by."""
    return bool(
        query.given or query.read or query.required or query.deadlines or query.excluded or query.excluded_bodies
    )


# "Made in China 2025": a year right behind a capitalised word that is no month and begins no sentence is a name's.
_YEAR_IN_NAME = re.compile(
    r"(?<=[a-z] )(?!(?:January|February|March|April|May|June|July|August|September|October|November|December)\b)"
    r"[A-Z][a-z]+ 20\d\d\b|\b[A-Za-z]+20\d\d\b"
)


def due_in(item: Item, year: int) -> bool:
    """Whether an item states something due in a year: a later one than its own date's, or one named as a deadline."""
    text = _YEAR_IN_NAME.sub(" ", plain(item.text))
    if year > item.date.year:
        return bool(re.search(rf"\b{year}\b", text))
    return bool(
        re.search(rf"\b(?:by|until|till|before|deadline|end of)\s+(?:the end of\s+|(?:\w+ )?(?:\d+, )?)?{year}\b", text)
    )


def _holding(query: Query, items: Sequence[Item], groups: Sequence[Group]) -> list[Item]:
    if not query.in_titles:
        return holding(items, groups)
    titled = [item for item in items if item.heading and text_holds_all(_titles(item), groups)]
    return sorted([*titled, *holding([i for i in items if not i.heading], groups)], key=lambda i: (i.date, i.id))


def _titles(item: Item) -> str:
    return f"{item.titles.english}\n{item.titles.chinese}\n{item.heading}"


def _apart(groups: Sequence[Group]) -> tuple[Group, ...]:
    """Phrases taken apart, each word a group of its own; alternatives stay as they are."""
    apart: list[Group] = []
    for group in groups:
        apart += [(word,) for word in group[0].split()] if len(group) == 1 else [group]
    return tuple(dict.fromkeys(apart))
