"""What was understood of a question: one frozen `Query`, each part of which a person can read and take back.

Knows the parts and their names in words; nothing of how they are read (`rag.retrieval.reading`).
"""

from __future__ import annotations

from dataclasses import dataclass

from rag.index.tokens import is_cjk
from rag.retrieval.facets import NAMES as FACETS
from rag.retrieval.facets import Facets
from rag.retrieval.issuers import Issuers
from rag.retrieval.patterns import Shape, Titled
from rag.retrieval.phrases import Frame, frame_for
from rag.retrieval.points import Day
from rag.retrieval.spelling import Correction
from rag.retrieval.wants import Wants
from rag.retrieval.wording import Group

# What can be taken back: the facets, and the other parts of a query that are read from the words.
PARTS = (*FACETS, "position", "issuers", "words", "titles", "without", "due", "wants", "shape", "spelling", "history")
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
    position: int | None = None  # which item of the section of an issue, from 1; -1 is the last
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
        """What was read from the words, part by part; what a caller gave as an argument is none of it.

        In words of the question's language.
        """
        read, said = self.read, frame_for(self.question)
        together = self.issuers and self.issuers.together
        parts = {
            "issue": said.either.join(map(said.issue_of, read.issue)),
            "section": said.either.join(said.sections[section] for section in read.section),
            "body": (said.both if together else said.either).join(read.body),
            "position": (said.last if self.position == -1 else f"no. {self.position}") if self.position else "",
            "since": said.date(read.since) if read.since else "",
            "until": said.date(read.until) if read.until else "",
            "issuers": said.issuers(self.issuers) if self.issuers else "",
            "words": said.both.join(_held(group, said) for group in self.required),
            "titles": said.titles.get(self.titles, ""),
            "without": said.both.join([*self.excluded_bodies, *(group[0] for group in self.excluded)]),
            "due": said.both.join(map(str, self.deadlines)),
            "wants": said.wants.get(self.wants, ""),
            "shape": said.shapes.get(self.shape, ""),
            "spelling": said.comma.join(f"{c.written} → {c.meant}" for c in self.corrections),
            "history": self.leans_on,
        }
        told = {name: said.parts[name].format(words) for name, words in parts.items() if words}
        if self.windows and read.since:
            told |= {"since": said.both.join(said.stretched.format(said.days(*days)) for days in self.windows)}
            told.pop("until", None)
        looked_up = self.shape not in ("answer", "compare")
        return tuple(Understood(name, words) for name, words in told.items() if looked_up or name not in _OF_LISTS)

    def __str__(self) -> str:
        return "; ".join((f"searched for: {self.text}", *(part.words for part in self.understood)))


def _held(group: Group, said: Frame) -> str:
    """What must occur; of its names the first ones, in Latin letters where it has such."""
    latin = [name for name in group if not is_cjk(name)] or list(group)
    return said.either.join(map(said.quoted.format, latin[:2])) + (" …" if len(latin) > 2 else "")
