"""What is new, continued or gone from one side to another: issuing bodies, topics and goals, each with its sources.

Takes two stretches of briefs, as items and the goals in them; gives every body, topic and goal of either with its
sources on both sides. Pure: knows nothing of how a side was chosen, nor how goals are found.

When two goals are the same, told again: their deadlines end on one day, and
- both name the same figures, and at least half of the content words of the shorter one are the other's, or
- neither names a figure, and at least two content words and three fifths of all of them are both's.
Content words are stems, numbers and the words that frame any goal ("raise", "share", "reach") left out. What is the
same as a third goal is the same: sources of all of them stand together.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.analysis.postings import Postings
from rag.analysis.records import Change, ChangeKind, Changes, Fate, Goal, Side, Source
from rag.analysis.topics import Topics, topics_of
from rag.briefs.bodies import BodyTable
from rag.briefs.records import Item, Span
from rag.index.tokens import fold, terms
from rag.retrieval.sentences import sentences_of
from rag.retrieval.stopwords import content_terms

_KINDS: tuple[ChangeKind, ...] = ("body", "topic", "goal")
_FATES: tuple[Fate, ...] = ("new", "continued", "gone")
_RETOLD = 0.5  # share of the shorter goal's content words, where the figures are equal
_ALIKE, _FEWEST = 0.6, 2  # share of all content words of both, and how many, where neither names a figure
# Words that frame any goal.
_FRAMING = frozenset(
    terms(
        "achieve aim at least attain be become boost build complete develop establish expand further goal have "
        "increase level make more number over promote raise reach reduce rise set share strengthen target than total "
        "up to percent percentage per billion million thousand hundred trillion about around approximately"
    )
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """One side, as it is compared."""

    name: str  # in words: "Issue of 1 March 2023"
    items: Sequence[Item]
    goals: Sequence[Goal] = ()


def changes(before: Stretch, after: Stretch, topics: Topics | None = None) -> Changes:
    """What became of each body, topic and goal; a body, topic or goal told more than once is one change."""
    topics = topics or Topics.load()
    started = min((item.date for item in after.items), default=dt.date.min)
    found = [
        *_changes("body", _bodies(before.items, topics.bodies), _bodies(after.items, topics.bodies)),
        *_changes("topic", _topics(before.items, topics), _topics(after.items, topics)),
        *_goals(before.goals, after.goals, started),
    ]
    found.sort(key=lambda c: (_KINDS.index(c.kind), _FATES.index(c.fate), c.name.casefold(), c.name))
    return Changes(_side(before), _side(after), tuple(found))


def _side(stretch: Stretch) -> Side:
    return Side(stretch.name, len(stretch.items))


Named = Mapping[str, Sequence[Source]]


def _changes(kind: ChangeKind, before: Named, after: Named) -> Iterator[Change]:
    for name in dict.fromkeys((*before, *after)):
        yield _change(kind, name, before.get(name, ()), after.get(name, ()))


def _change(
    kind: ChangeKind, name: str, before: Iterable[Source], after: Iterable[Source], *, passed: bool = False
) -> Change:
    first, second = _in_order(before), _in_order(after)
    fate: Fate = "continued" if first and second else "new" if second else "gone"
    return Change(kind, fate, name, first, second, passed and fate == "gone")


def _in_order(sources: Iterable[Source]) -> tuple[Source, ...]:
    return tuple(sorted(dict.fromkeys(sources), key=lambda s: (s.date, s.item_id, s.span)))


def _topics(items: Iterable[Item], topics: Topics) -> Named:
    return _named(items, lambda item: topics_of(item, topics))


def _bodies(items: Iterable[Item], bodies: BodyTable) -> Named:
    return _named(items, lambda item: _shown_bodies(item, bodies))


def _named(items: Iterable[Item], of: Callable[[Item], Iterable[tuple[str, Span]]]) -> Named:
    named: dict[str, list[Source]] = defaultdict(list)
    for item in items:
        for name, span in of(item):
            named[name].append(Source.of(item, span))
    return named


@lru_cache(maxsize=8192)
def _shown_bodies(item: Item, bodies: BodyTable) -> tuple[tuple[str, Span], ...]:
    """The issuing bodies, each with the first sentence of the document's own that names it, else the first of all."""
    lines = sentences_of(item)
    shown: dict[str, Span] = {}
    for line in lines:
        if len(shown) == len(item.bodies):
            break
        if line.voice != "document" and item.section == "top5":
            continue
        there = {key for key, _, _ in bodies.find(line.text)}
        for body in item.bodies:
            if body in there or (body not in bodies.bodies and body in line.text):
                shown.setdefault(body, line.span)
    first = lines[0].span if lines else (0, len(item.text))
    return tuple((body, shown.get(body, first)) for body in dict.fromkeys(item.bodies))


def _goals(before: Sequence[Goal], after: Sequence[Goal], started: dt.date) -> Iterator[Change]:
    """`started`: the day on which the later side begins."""
    for group in _same([*before, *after]):
        first = [goal for at, goal in group if at < len(before)]
        second = [goal for at, goal in group if at >= len(before)]
        told = min(second or first, key=lambda goal: (goal.source.date, goal.source.item_id, goal.source.span))
        passed = told.deadline.last < started
        yield _change("goal", _name(told), _sources(first), _sources(second), passed=passed)


def _sources(goals: Iterable[Goal]) -> list[Source]:
    return [goal.source for goal in goals]


def _name(goal: Goal) -> str:
    words = goal.deadline.words
    return goal.target if words in goal.target else f"{goal.target}, {words}"


@dataclass(frozen=True, slots=True)
class _Gist:
    """What goals are compared by."""

    last: dt.date
    figures: frozenset[str]
    words: frozenset[str]

    @classmethod
    def of(cls, goal: Goal) -> _Gist:
        figures = frozenset(map(_figure, goal.figures))
        telling = frozenset(term for term in content_terms(goal.target) if not any(c.isdigit() for c in term))
        return cls(goal.deadline.last, figures, (telling - _FRAMING) or frozenset(terms(goal.target)))

    def tells(self, other: _Gist) -> bool:
        """Whether two goals of one deadline and the same figures are the same, by their words."""
        shared, fewer = len(self.words & other.words), min(len(self.words), len(other.words))
        if self.figures:
            return shared >= _RETOLD * fewer
        return shared >= _FEWEST and shared >= _ALIKE * len(self.words | other.words)


def _figure(written: str) -> str:
    """A figure however it is written: "10,000" as "10000", "70%" as "70 percent"."""
    return " ".join(fold(written).replace(",", "").replace("%", " percent").split())


def _same(goals: Sequence[Goal]) -> list[list[tuple[int, Goal]]]:
    """The goals in groups of the same, each with its place among all."""
    alike: dict[_Gist, list[tuple[int, Goal]]] = defaultdict(list)
    for at, goal in enumerate(goals):
        alike[_Gist.of(goal)].append((at, goal))
    comparable: dict[tuple[dt.date, frozenset[str]], list[_Gist]] = defaultdict(list)
    for gist in alike:
        comparable[gist.last, gist.figures].append(gist)
    first: dict[_Gist, _Gist] = {gist: gist for gist in alike}  # of its group

    def head(gist: _Gist) -> _Gist:
        while first[gist] is not gist:
            gist = first[gist] = first[first[gist]]
        return gist

    for (_, figures), gists in comparable.items():
        longer, by_words = Postings(), {gist.words: gist for gist in gists}
        for gist in sorted(gists, key=lambda gist: -len(gist.words)):
            for words in longer.near(gist.words, _RETOLD if figures else _ALIKE):
                if by_words[words].tells(gist):
                    first[head(gist)] = head(by_words[words])
            longer.add(gist.words)
    groups: dict[_Gist, list[tuple[int, Goal]]] = defaultdict(list)
    for gist, told in alike.items():
        groups[head(gist)] += told
    return list(groups.values())
