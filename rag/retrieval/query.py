"""What was understood of a question: one frozen `Query`, each part of which a person can read and take back.

Knows the parts and their names in words; nothing of how they are read (`rag.retrieval.reading`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.briefs.records import SECTION_NAMES, long_date
from rag.index.tokens import is_cjk
from rag.retrieval.facets import NAMES as FACETS
from rag.retrieval.facets import Facets
from rag.retrieval.issuers import Issuers
from rag.retrieval.patterns import Shape, Titled, Wants
from rag.retrieval.points import Day
from rag.retrieval.spelling import Correction
from rag.retrieval.wording import Group

# What can be taken back: the facets, and the other parts of a query that are read from the words.
PARTS = (*FACETS, "issuers", "words", "titles", "without", "due", "wants", "shape", "spelling", "history")
_SHAPES: dict[Shape, str] = {
    "list": "a complete list", "count": "a complete count", "overview": "an overview", "compare": "a comparison",
    "all": "all that fits", "latest": "the latest item", "earliest": "the earliest item", "issue": "the issues",
}  # fmt: skip
_TITLES: dict[Titled, str] = {"": "", "official": "official titles", "heading": "headings", "any": "titles"}
_WANTS: dict[Wants, str] = {
    "text": "", "amount": "an amount", "money": "a sum of money", "share": "a share", "time": "a time",
    "person": "a person", "issuer": "who issued it", "date": "its date", "chinese title": "its Chinese title",
    "english title": "its official title", "outlet": "who reported it", "view": "MERICS' view",
}  # fmt: skip
_OF_LISTS = ("issuers", "words", "titles", "without")  # what only restricts lists


@dataclass(frozen=True, slots=True)
class Understood:
    """One thing that was understood: its name for `ignore`, and what was understood, in words."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Query:
    """What was understood of a question."""

    question: str  # as asked
    text: str  # what is searched for, in English as far as known: with the question before where it leans on that
    sense: str  # what is encoded: the text without the country that all is about
    terms: tuple[str, ...]  # of the text, for the words: each once
    given: Facets  # the caller's arguments: they restrict
    read: Facets  # read from the words: what satisfies them comes first
    wants: Wants
    shape: Shape
    required: tuple[Group, ...] = ()  # what every item of a list must hold
    firm: frozenset[Group] = frozenset()  # of those: what is no matter of wording
    titles: Titled = ""  # whether it must hold them in its official titles or its heading
    issuers: Issuers | None = None  # by how many bodies it must be issued
    excluded_bodies: tuple[str, ...] = ()  # bodies that must not have issued it
    excluded: tuple[Group, ...] = ()  # what items of a list must not hold
    windows: tuple[tuple[Day, Day], ...] = ()  # where several stretches of days are meant; `read` has their outer ends
    deadlines: tuple[int, ...] = ()  # years by which something is due
    years: tuple[int, ...] = ()  # years named alone, not as deadlines: of a figure, or of an event
    impossible: tuple[str, ...] = ()  # days the calendar lacks, as written
    sides: tuple[tuple[Query, ...], ...] = ()  # ways to part a comparison, the likeliest first: a question a side
    companies: tuple[Group, ...] = ()  # companies in the question, each with its other names
    programmes: tuple[Group, ...] = ()  # programmes, likewise
    places: tuple[Group, ...] = ()  # places, likewise: countries, provinces, cities
    missing_issue: str = ""  # month of an issue that is asked for and that there is none of
    leans_on: str = ""  # the question before, where this one only makes sense after it
    corrections: tuple[Correction, ...] = ()
    ignored: tuple[str, ...] = ()  # names of what was taken back

    @property
    def understood(self) -> tuple[Understood, ...]:
        """What was read from the words, part by part; what a caller gave as an argument is none of it."""
        read = self.read
        said = [
            ("issue", " or ".join(f"issue of {long_date(day)}" for day in read.issue)),
            ("section", " or ".join(SECTION_NAMES[section] for section in read.section)),
            ("body", (" and " if self.issuers and self.issuers.together else " or ").join(read.body)),
            *_said_of_time(read.since, read.until, self.windows),
            ("issuers", str(self.issuers or "")),
            ("words", " and ".join(map(_held, self.required))),
            ("titles", _TITLES[self.titles]),
            ("without", " and ".join([*self.excluded_bodies, *(group[0] for group in self.excluded)])),
            ("due", " and ".join(map(str, self.deadlines))),
            ("wants", _WANTS.get(self.wants, self.wants)),
            ("shape", _SHAPES.get(self.shape, "")),
            ("spelling", ", ".join(f"{c.written} → {c.meant}" for c in self.corrections)),
            ("history", self.leans_on),
        ]
        looked_up = self.shape not in ("answer", "compare")
        return tuple(
            Understood(name, f"{_LABELS[name]}{words}")
            for name, words in said
            if words and (looked_up or name not in _OF_LISTS)
        )

    def __str__(self) -> str:
        return "; ".join((f"searched for: {self.text}", *(part.words for part in self.understood)))


_LABELS = {
    "issue": "", "section": "", "body": "issued by ", "since": "from ", "until": "until ", "words": "holds ",
    "without": "without ", "due": "due ", "issuers": "issued by ", "titles": "in ",
    "wants": "asks for ", "shape": "", "spelling": "spelling: ", "history": "after: ",
}  # fmt: skip


def _held(group: Group) -> str:
    """What must occur; of its names the first ones, in Latin letters where it has such."""
    latin = [name for name in group if not is_cjk(name)] or list(group)
    return " or ".join(f"“{name}”" for name in latin[:2]) + (" …" if len(latin) > 2 else "")


def _said_of_time(since: Day | None, until: Day | None, windows: Sequence[tuple[Day, Day]]) -> list[tuple[str, str]]:
    if windows and since:
        return [("since", " and from ".join(f"{long_date(a)} to {long_date(b)}" for a, b in windows))]
    return [("since", long_date(since) if since else ""), ("until", long_date(until) if until else "")]
