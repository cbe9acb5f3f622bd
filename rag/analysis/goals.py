"""Goals across items: what shall be reached, built or done by a deadline that lies ahead of the item that names it.

Takes items; gives goals with the sentence that says so, in order of deadline. Reads the items' own words by rules of
language: a time ahead (`deadlines`), the words that belong to it (`clauses`), whether they set a goal (`cues`) and how
many (`targets`). Knows nothing of an index; what is left out is told in `docs/goals.md`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from rag.analysis.clauses import Clause, clauses
from rag.analysis.cues import GOAL_NOUN, MODAL, announced, set_as_goal
from rag.analysis.deadlines import Due, dues
from rag.analysis.lines import Line, lines_of
from rag.analysis.postings import Postings
from rag.analysis.records import Goal, Source
from rag.analysis.targets import comparable, completed_by, figures, targets
from rag.briefs.records import Item
from rag.index.tokens import terms
from rag.retrieval.stopwords import STOPWORDS

# how a sentence ends that only announces what its time holds: "targets for 2025 include:", "by 2025 to:"
_LEADS = re.compile(
    rf"(?:\b(?:includ\w+|are|is|to|following|below|others|things|namely|these|{GOAL_NOUN}|measures|steps|results|"
    rf"{MODAL})\b(?: (?:the )?following(?: \w+)?| include| are| set| others| among others)?|\A.{{0,40}})[\s,]*:\s*\Z",
    re.I,
)
_AIMS = re.compile(rf"\b{GOAL_NOUN}\b", re.I)
_SHALL = re.compile(r"\b(?:(?:is|are) to|should|shall|must)\b", re.I)
_NEW_CLAUSE = re.compile(r", (?:and|while) ")
_ALIKE = 0.6  # share of the words of two targets that both have from which they are one
_HEADING_WORDS = 12  # of a heading or a line of its own that opens a list


def goals_of(items: Iterable[Item]) -> list[Goal]:
    """The goals of items in order of deadline: its last day, then its first, then the item's date, id and place.

    A goal told twice in one item is given once, where it is told first.
    """
    found = [goal for item in items for goal in _goals_in(item)]
    return sorted(
        found, key=lambda g: (g.deadline.last, g.deadline.first, g.source.date, g.source.item_id, g.source.span)
    )


@lru_cache(maxsize=20_000)
def _goals_in(item: Item) -> tuple[Goal, ...]:
    """The goals of one item in order of its text, each once."""
    kept: list[Goal] = []
    told = _Told()
    for line in _led(item):
        goals = list(_goals_of_line(item, line))
        kept += told.new(goals)
    return tuple(kept)


@dataclass(frozen=True, slots=True)
class _Led:
    """A line with the times in it, and the time that what stands before it sets for it, if any."""

    line: Line
    dues: tuple[Due, ...]
    lead: Due | None
    told: bool = False  # what stands before it says already that aims follow


def _led(item: Item) -> Iterator[_Led]:
    """The lines of an item with their times. What only announces a list is no line of its own."""
    lead: Due | None = None
    told = False
    found = list(lines_of(item))
    for number, line in enumerate(found):
        own = tuple(dues(line.masked, item.date))
        if line.place == "bullet":
            yield _Led(line, own, lead, told)
            continue
        if line.place == "within":
            yield _Led(line, own, None)
            continue
        opens = number + 1 < len(found) and found[number + 1].place == "bullet"
        if not own and lead and not opens and line.place == "text" and _SHALL.search(line.masked):
            yield _Led(line, own, lead)
            lead = None
            continue
        if own or not (lead and opens):
            lead = _leading(item, line, own, opens=opens)
        told = opens and (lead is not None or announced(line.masked))
        if lead is None and line.place != "heading":
            yield _Led(line, own, None)


def _leading(item: Item, line: Line, own: tuple[Due, ...], *, opens: bool) -> Due | None:
    """The time that a line sets for what follows it, where it names no target of its own."""
    if not own or (line.place == "heading" and len(line.text.split()) > _HEADING_WORDS):
        return None
    due = own[-1]
    words = len(line.text.split())
    headed = opens and words <= _HEADING_WORDS and (line.place == "heading" or line.text.rstrip().endswith(":"))
    if not _judged(item, line.masked, line.masked, due, told=headed):
        return None
    if opens:
        if due.span[0] < line.masked.rfind(";"):
            return None  # it has a target of its own
        last = line.text[line.masked.rfind(";") + 1 :]
        named = words <= _HEADING_WORDS and bool(_AIMS.search(line.masked))
        return due if headed or named or _LEADS.search(last) else None
    empty = all(not targets(_words(line, clause)) for clause in clauses(line.text, own))
    return due if empty and _AIMS.search(line.masked) and line.place == "text" else None


def _judged(item: Item, sentence: str, clause: str, due: Due, *, told: bool) -> bool:
    this_year = due.deadline.first < item.date and due.way == "in"
    return set_as_goal(sentence, clause, due, told=told, this_year=this_year)


def _goals_of_line(item: Item, led: _Led) -> Iterator[Goal]:
    line = led.line
    if not led.dues:
        if led.lead:
            yield from (_goal(item, line, led.lead, target) for target in targets(line.text))
        return
    before = ""
    for clause in clauses(line.text, led.dues):
        whole = line.masked[slice(*clause.whole)]
        if not _judged(item, line.masked, whole, clause.due, told=led.told):
            continue
        for number, target in enumerate(targets(_words(line, clause))):
            before = target if number else completed_by(target, before)
            yield _goal(item, line, clause.due, before)


def _words(line: Line, clause: Clause) -> str:
    """What belongs to a deadline, in the sentence's own words."""
    stretches = [line.text[slice(*span)].rstrip(" ,–—()") for span in clause.words]
    told = [words if _NEW_CLAUSE.match(words) else f" {words.lstrip(' ,–—()')}" for words in stretches]
    return "".join(told).strip()


def _goal(item: Item, line: Line, due: Due, target: str) -> Goal:
    return Goal(due.deadline, target, figures(target), line.voice, item.bodies, Source.of(item, line.span))


class _Told:
    """What an item has told so far, so that a goal told again is known."""

    def __init__(self) -> None:
        self._due: dict[dt.date, _Due] = defaultdict(_Due)

    def new(self, goals: list[Goal]) -> list[Goal]:
        """Those of one sentence that no sentence before has told."""
        keyed = [(goal, comparable(goal.target), _content(goal.target)) for goal in goals]
        fresh = [each for each in keyed if not self._due[each[0].deadline.last].knows(*each[1:])]
        for goal, amounts, words in fresh:
            self._due[goal.deadline.last].add(amounts, words)
        return [goal for goal, _, _ in fresh]


class _Due:
    """What is due on one day, by its amounts, or by its words where it has none."""

    def __init__(self) -> None:
        self._words: dict[frozenset[str], set[str]] = {}  # of all goals of these amounts
        self._counted, self._others = Postings(), Postings()
        self._by_one: dict[str, set[frozenset[str]]] = defaultdict(set)  # amounts by one of them, whichever

    def add(self, amounts: frozenset[str], words: frozenset[str]) -> None:
        if not amounts:
            self._others.add(words)
            return
        if amounts not in self._words:
            rarest = min(amounts, key=lambda amount: (len(self._by_one.get(amount, ())), amount))
            self._by_one[rarest].add(amounts)
            self._counted.add(amounts)
        self._words.setdefault(amounts, set()).update(words)

    def knows(self, amounts: frozenset[str], words: frozenset[str]) -> bool:
        if amounts:
            within = (each for amount in amounts for each in self._by_one.get(amount, ()) if each <= amounts)
            around = (each for each in self._counted.near(amounts, 1) if amounts <= each)
            return any(not words.isdisjoint(self._words[each]) for each in chain(within, around))
        near = self._others.near(words, _ALIKE)
        return any(len(words & other) >= _ALIKE * max(1, len(words | other)) for other in near)


def _content(target: str) -> frozenset[str]:
    return frozenset(term for term in terms(target) if term not in STOPWORDS and not term[:1].isdigit())
