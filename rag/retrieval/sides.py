"""How a comparison is parted into sides: by the times it names, by names in a row, and at words between.

Takes a question, and what was read of it as a whole; gives the sides, or the texts that a side each asks. What a side
then finds is `rag.answers.comparison`'s.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise

from rag.retrieval.dates import read_times
from rag.retrieval.patterns import Shape
from rag.retrieval.places import ISSUES, is_narrow, within
from rag.retrieval.points import Day
from rag.retrieval.query import Query

MOST_SIDES = 6  # each is searched for, and stands in a column
# What may stand between the two sides of a comparison, the surest first.
_PARTING = (
    re.compile(r"\s(?:versus|vs\.?|against|next to|compared (?:to|with)|gegen(?:über)?)\s", re.IGNORECASE),
    re.compile(r"\s(?:with|mit|than|als|from(?: that of| those of)?)\s|与|跟|[;；]", re.IGNORECASE),
    re.compile(r",?\s(?:or|oder)\s|还是|或", re.IGNORECASE),
    re.compile(r"\s(?:and|und)\s|和|、", re.IGNORECASE),
    re.compile(r"[,，.。:：]\s?"),
)
_MOST_PARTINGS = 5


def parted(text: str) -> list[tuple[str, str]]:
    """Ways to part a text into the two sides of a comparison, the likeliest first."""
    places = [match for pattern in _PARTING for match in pattern.finditer(text)]
    halves = [(text[: m.start()].strip(), text[m.end() :].strip()) for m in places]
    return [pair for pair in halves if all(any(c.isalnum() for c in half) for half in pair)][:_MOST_PARTINGS]


_IN_A_ROW = re.compile(
    r"(?:['’]s?)?(?: ?[,、，])? ?(?:and|or|versus|vs\.?|against|with|und|oder|mit|gegen|&|和|与|跟|或|还是)?"
    r"(?: the| die| das)? ?",
    re.IGNORECASE,
)


Name = tuple[str, int, int]  # what is named, and where


def asked_alone(text: str, kinds: Sequence[Sequence[Name]]) -> list[str]:
    """The question asked of each name of a row alone; none where no names of one kind stand in one."""
    row = next((names for names in kinds if _is_row(text, names)), ())
    return [f"{text[: row[0][1]]}{text[start:end]}{text[row[-1][2] :]}" for _, start, end in row]


def _is_row(text: str, names: Sequence[Name]) -> bool:
    """Whether names of different things have nothing but commas and joining words between them."""
    several = 1 < len({name for name, _, _ in names}) == len(names) <= MOST_SIDES
    return several and all(_IN_A_ROW.fullmatch(text[a[2] : b[1]]) for a, b in pairwise(names))


def shape_of_side(side: Query) -> Shape:
    """What a side with nothing to look for but a place or a time asks for is all that lies there."""
    return "answer" if side.required else "list"


def sides_by_time(text: str, query: Query, days: Collection[Day], issues: Sequence[Day]) -> tuple[Query, ...]:
    """A side for each time named, restricted to it: nothing of another stands in for it."""
    windows = read_times(text, {*days, *issues}, apart=True).windows
    if not 1 < len(windows) <= MOST_SIDES:
        return ()
    everywhere = replace(query.read, issue=(), since=None, until=None)
    alone = replace(query, shape=shape_of_side(query), read=everywhere, sides=())
    within_each = [next((day for day in issues if within(day, w)), None) for w in windows]
    if ISSUES.search(text) and all(within_each):
        return tuple(replace(alone, given=replace(query.given, issue=(day,))) for day in within_each if day)
    # a year may be that of a figure, a month that of an issue; of another time it is certain that nothing answers
    sure = [is_narrow(w) and not issue for w, issue in zip(windows, within_each, strict=True)]
    if not all(any(within(day, w) for day in days) or s for w, s in zip(windows, sure, strict=True)):
        return ()
    return tuple(replace(alone, given=replace(query.given, since=w.since, until=w.until)) for w in windows)
