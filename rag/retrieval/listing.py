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
from rag.retrieval.places import is_month
from rag.retrieval.query import Query
from rag.retrieval.wording import Group

# Shapes that are answered by items rather than by sentences.
LISTS: frozenset[Shape] = frozenset(("all", "list", "count", "overview", "latest", "earliest", "issue"))
# A word that stands in more of the items than this tells none of them apart: "China", "industry".
EVERYWHERE = 0.35


def listed(query: Query, items: Sequence[Item]) -> list[Item]:
    """The items of a list, in order of date; none where the question says nothing that could be looked up."""
    found = _placed(query, items)
    # an overview of an issue or a time is of all of it, unless what else is asked is there to be found
    anything = query.shape == "overview" and bool(query.read)
    if query.deadlines and not query.read:
        return found  # "goals for 2027": whatever frames it, the year is what is asked
    # where a time and more is said, words that no item there has only frame the question, unless they are firm
    told = query.shape in ("list", "count") and _is_placed(query) and not query.firm
    return _worded(query, found, items) or (found if anything or told else [])


def _is_placed(query: Query) -> bool:
    """Whether a question says when, and where or by whom."""
    read = query.read
    return bool((read.since or read.until or read.issue) and (read.section or read.body))


def _placed(query: Query, items: Sequence[Item]) -> list[Item]:
    """The items that satisfy the facets, the bodies and the years, whatever their words."""
    found = [item for item in items if query.read.accepts(item)]
    if not found and is_month(query.read.since, query.read.until):
        # "policy news of March 2023" may mean the issue of that month rather than what was done in it
        anytime = replace(query.read, since=None, until=None)
        inside = [item for item in items if (item.issue.year, item.issue.month) == _month(query)]
        found = [item for item in inside if anytime.accepts(item)]
    if query.windows:
        found = [item for item in found if any(since <= item.date <= until for since, until in query.windows)]
    found = [item for item in found if _issued(query, item)]
    found = [item for item in found if set(query.excluded_bodies).isdisjoint(item.bodies)]
    for group in query.excluded:
        held = holding(found, [group])
        found = [item for item in found if item not in held]
    found = [item for item in found if all(due_in(item, year) for year in query.deadlines)]
    return _at(query.position, found) if query.position else found


def _at(position: int, items: Sequence[Item]) -> list[Item]:
    """The item at a position of its section; -1 is the last one."""
    number = max((item.number for item in items), default=0) if position == -1 else position
    return [item for item in items if item.number == number]


def _month(query: Query) -> tuple[int, int] | None:
    day = query.read.since
    return (day.year, day.month) if day else None


def _issued(query: Query, item: Item) -> bool:
    """Whether as many bodies issued an item as are asked for."""
    if query.issuers is None:
        return True
    together = not query.issuers.together or set(query.read.body) <= set(item.bodies)
    return together and query.issuers.accepts(len(item.bodies))


def _worded(query: Query, found: Sequence[Item], items: Sequence[Item]) -> list[Item]:
    """Those of the items that hold what must occur.

    Words that stand together in the question are looked for together first, and one by one where no item has them so.
    Of several words those that no item found has are taken for a matter of wording, unless they are firm; where the
    others never stand together, the firm ones alone count.
    """
    placed = bool(query.read)
    names_only = query.shape == "overview" and placed
    required = [group for group in query.required if group in query.firm or not names_only]
    telling = [group for group in required if len(holding(items, [group])) <= EVERYWHERE * len(items)]
    groups = tuple(telling or ([] if placed else required))
    apart = _apart(groups)
    firm = {*query.firm, *_apart([group for group in groups if group in query.firm])}
    kept = tuple(group for group in apart if group in firm or _holding(query, found, [group]))
    attempts = [groups, apart]
    if query.shape != "all":  # what nobody asked for as a list is one only where every word fits
        attempts += [kept, tuple(group for group in apart if group in firm)]
    for attempt in dict.fromkeys(attempts):
        held = _holding(query, found, attempt)
        if held and (attempt or not groups):
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
    if not query.titles:
        return holding(items, groups)
    return [item for item in items if text_holds_all(_titles(query, item), groups)]


def _titles(query: Query, item: Item) -> str:
    """What a title may be: the official ones, the heading; a news item names its document in its text, if at all."""
    official = f"{item.titles.english}\n{item.titles.chinese}"
    anywhere = f"{official}\n{item.heading}" if item.heading else plain(item.text)
    return {"official": official, "heading": item.heading}.get(query.titles, anywhere)


def _apart(groups: Sequence[Group]) -> tuple[Group, ...]:
    """Phrases taken apart, each word a group of its own; alternatives stay as they are."""
    apart: list[Group] = []
    for group in groups:
        apart += [(word,) for word in group[0].split()] if len(group) == 1 else [group]
    return tuple(dict.fromkeys(apart))
