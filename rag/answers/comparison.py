"""Comparisons: what answers of each side, and what each side is called.

Takes a query with its sides; gives the sides in their order, each with claims of its own. A side of which nothing was
found stays, with none. Knows nothing of how sides are read from a question (`rag.retrieval.reading`).
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rag.answers.claims import Claim, quoted
from rag.answers.extract import whole_list
from rag.answers.figures import NEEDED
from rag.answers.listings import introduced, line
from rag.answers.phrases import Phrases, phrases_for
from rag.briefs.records import Item
from rag.index.tokens import terms, words
from rag.retrieval.listing import LISTS
from rag.retrieval.query import Query
from rag.retrieval.search import Found, Searcher
from rag.retrieval.stopwords import STOPWORDS

_DEPTH = 5


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: what it is called, and what answers of it."""

    label: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """One side with what was found of it."""

    side: Query
    found: Found
    looked_up: bool  # whether it is what the catalogue says of it, be that nothing
    restricted: bool  # to a time or an issue of its own

    @property
    def is_certain(self) -> bool:
        """Whether it is certain what it has: what is looked up, or that nothing is of its time."""
        return self.looked_up or (self.restricted and not self.found.hits)

    @property
    def fit(self) -> float:
        """How well it is answered: the score of its best item, 1 where that is certain."""
        return 1.0 if self.is_certain else self.found.hits[0].score


def compare(query: Query, searcher: Searcher, lacks: Callable[[Query, Found], bool]) -> list[Side]:
    """Evidence from each side, parted the way in which the weaker side fits best; no two sides have one name.

    A side that names nothing but a place or a time is all that lies there; else it is its best item: the sentence that
    fits best, and what the item sets down. `lacks` tells of a side by itself that nothing found answers it.
    """
    ways = [_search(query, sides, searcher) for sides in query.sides]
    ways = [way for way in ways if all(one.is_certain or one.found.hits for one in way)]
    ways = ways or [2 * _search(query, (query,), searcher)]
    # stable: of equals the likeliest
    best = max(ways, key=lambda way: min(one.fit for one in way))
    labels = side_labels(query, [one.side for one in best])
    sides: list[Side] = []
    seen: set[str] = set()
    for one, label in zip(best, labels, strict=True):
        lacking = not one.looked_up and lacks(one.side, one.found)
        claims = [] if lacking else _claims(query, one, seen)
        seen |= {claim.item.id for claim in claims}
        sides.append(Side(label or _called(claims, phrases_for(query)), tuple(claims)))
    return _told_apart(sides)


def _search(query: Query, sides: Sequence[Query], searcher: Searcher) -> list[_Found]:
    """The sides, each with what was found. A list is looked up by its words only where the same are asked of all."""
    same = len({side.required for side in sides}) == 1
    way = []
    for side in sides:
        found = searcher.search(side, _DEPTH)
        if side.required:
            looked_up = same and side.shape == "list" and bool(found.listing)
        else:
            looked_up = side.shape in LISTS and found.listing is not None
        way.append(_Found(side, found, looked_up, side.given != query.given))
    return way


def _claims(query: Query, one: _Found, seen: set[str]) -> list[Claim]:
    """What answers of one side: of what is looked up all, else of its best item that no side before it has."""
    if one.looked_up:
        return [line(one.side, item) for item in one.found.listing or ()]
    hit = next((hit for hit in one.found.hits if hit.item.id not in seen), None)
    return [replace(claim, bullet=True) for claim in _evidence(query, hit.item, one.found)] if hit else []


def _evidence(query: Query, item: Item, found: Found) -> list[Claim]:
    """Of one side's item: when and what it is, the sentence that fits best, and what it sets down, in their order."""
    sentences = [s for s in found.scored(item) if s.sentence.part != "reference"]
    fits = NEEDED.get(query.wants)
    stating = [s for s in sentences if fits and fits(s.sentence.text)] or sentences
    best = quoted(item, max(stating, key=lambda s: s.score).sentence)
    rest = [claim for claim in whole_list(item, found) if claim.spans != best.spans]
    first, *others = sorted((best, *rest), key=lambda claim: claim.spans)
    return [replace(first, text=introduced(phrases_for(query), first)), *others]


# --- what a side is called ------------------------------------------------------------------------------------------

_LONGEST = 60  # characters of a label
_KINDS: tuple[Callable[[Query], Sequence[str]], ...] = (
    lambda side: side.read.body,
    lambda side: list(dict.fromkeys(_as_asked(names, side.question) for names in side.companies)),
)
# Where what a side is about is parted from what is asked of both: "BMW, and how much?", "Which is more, a or b?"
_ASIDE = re.compile(
    r"[:;?!：；？！。]\s*|\.(?=\s|$)|\s[–—-]\s|(?<=[\u4e00-\u9fff\)）])，"
    r"|,\s*(?=(?:and |und )?(?:who|whom|what|which|how|where|when|why|was|wer|wie|wo|welche\w*)\b)",
    re.IGNORECASE,
)
_ASKED_BEFORE = re.compile(
    r"^(?:who|whose|what|which|where|how|is|are|was|were|does|do|did|wer|was|welche\w*)\b[^,]*,\s*", re.IGNORECASE
)
_SET = frozenset(
    "compare compared comparing comparison contrast contrasted differ differs difference differences distinguishes "
    "distinguish against set put way respects different please vergleiche vergleich unterschied unterschiede "
    "unterscheiden unterscheidet sich gegenüber einerseits andererseits jeweils later".split()
)
_SET_AFTER = re.compile(r"\s(?:side by side|(?:set|have|has|pursue)s? different)\b.*$", re.IGNORECASE)
_SET_CHINESE = re.compile(
    r"^(?:请|把|将|在)*(?:比较|对比)?(?:一下)?|的?(?:区别|差异|不同)$|(?:分别|各自|有何|有什么|相比).*$"
)
_QUOTES = re.compile(r"[\"“”„«»]")


def side_labels(query: Query, sides: Sequence[Query]) -> list[str]:
    """What each side is called: the time, body or company that makes it, else what it is about, in the asker's words.

    Empty where a side has no name of its own.
    """
    said = phrases_for(query)
    if len({side.given for side in sides}) == len(sides):
        return [_time(side, said) for side in sides]
    for kind in _KINDS:
        names = [list(kind(side)) for side in sides]
        if all(len(each) == 1 for each in names) and len({each[0] for each in names}) == len(sides):
            return [each[0] for each in names]
    if len({side.question for side in sides}) < len(sides):
        return [""] * len(sides)
    return [_subject(side.question, last=place == 0) for place, side in enumerate(sides)]


def _time(side: Query, said: Phrases) -> str:
    if side.given.issue:
        return _capitalised(said.listed(list(map(said.issue_of, side.given.issue))))
    return _capitalised(said.period(side.given.since, side.given.until))


def _as_asked(names: Sequence[str], question: str) -> str:
    """Of a thing's names the one that the question uses."""
    return next((name for name in names if name in question), names[0])


def _subject(text: str, *, last: bool) -> str:
    """What one half of a comparison is about: of the clause next to the other half, without what frames it."""
    clauses = [clause for clause in _ASIDE.split(_ASKED_BEFORE.sub("", text)) if any(c.isalnum() for c in clause)]
    clause = _SET_AFTER.sub("", _QUOTES.sub("", clauses[-1 if last else 0])) if clauses else ""
    if any(word.is_cjk for word in words(clause)):
        return _SET_CHINESE.sub("", clause).strip(" ，、和与")
    found = list(words(clause))
    while found and _frames(clause[found[0].start : found[0].end]):
        found.pop(0)
    while found and _frames(clause[found[-1].start : found[-1].end]):
        found.pop()
    label = clause[found[0].start : found[-1].end] if found else ""
    label = re.sub(r"['’]s?$", "", label) + (")" if label.count("(") > label.count(")") else "")
    return _capitalised(textwrap.shorten(label, _LONGEST, placeholder=" …"))


def _frames(word: str) -> bool:
    """Whether a word only frames a comparison; "May" is a month."""
    return word.lower() in _SET or (word != "May" and all(term in STOPWORDS for term in terms(word)))


def _capitalised(label: str) -> str:
    """With a capital to begin with, where the first word has none at all."""
    first = label.split(" ", 1)[0]
    return label[:1].upper() + label[1:] if first.islower() else label


def _called(claims: Sequence[Claim], said: Phrases) -> str:
    """A side without a name of its own: by its item's heading, or day."""
    return (claims[0].item.heading or said.date(claims[0].item.date)) if claims else "–"


def _told_apart(sides: Sequence[Side]) -> list[Side]:
    """Sides whose names are equal numbered."""
    count = Counter(side.label for side in sides)
    numbers: Counter[str] = Counter()
    told = []
    for side in sides:
        numbers[side.label] += 1
        told.append(replace(side, label=f"{side.label} ({numbers[side.label]})") if count[side.label] > 1 else side)
    return told
