"""What works over one opened index: the reader of questions, the searcher and the answerer, made once for all calls.

Takes what opening gave (`rag.opening`). The library holds one view and replaces it when the corpus changes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from rag.answers.answerer import Answerer
from rag.answers.records import Coverage, IssueCoverage
from rag.errors import InputError
from rag.index.records import Encoder
from rag.retrieval import facets
from rag.retrieval.facets import Facets
from rag.retrieval.names import Names
from rag.retrieval.query import Query
from rag.retrieval.reading import Reader
from rag.retrieval.search import ALL_STAGES, Searcher, Stages
from rag.retrieval.spelling import Vocabulary

if TYPE_CHECKING:
    from rag.answers.generate import Composer
    from rag.index.reader import Index
    from rag.library import Filters
    from rag.model.records import Writer
    from rag.opening import Opened
    from rag.settings import ModelSettings
    from rag.verify.verifier import Verifier

    Writing = tuple[Writer, ModelSettings]


@dataclass(frozen=True, slots=True)
class View:
    """One opened generation and what works over it; replaced whole, so that a thread never sees half of two."""

    index: Index
    searcher: Searcher
    answerer: Answerer
    reader: Reader
    coverage: Coverage
    verifier: Callable[[], Verifier]  # made at its first use
    known_bodies: frozenset[str]
    opened: Opened

    @classmethod
    def new(cls, opened: Opened, writing: Writing | None = None) -> View:
        """The view over what was just opened, which is closed again where there can be none."""
        try:
            return cls.over(opened, writing=writing)
        except BaseException:
            opened.index.close()
            raise

    @classmethod
    def over(cls, opened: Opened, stages: Stages = ALL_STAGES, writing: Writing | None = None) -> View:
        """The view over what was opened, without the stages that are off. `writing`: the language model, if any."""
        index = opened.index
        searcher = Searcher(index, opened.encoder, stages)
        items = index.items()
        issues = tuple(IssueCoverage(i.date, i.period, i.edition, dict(i.counts)) for i in index.issues())
        coverage = Coverage(issues, items[0].date if items else None, items[-1].date if items else None)
        verifier = _verifier(opened)
        return cls(
            index=index,
            searcher=searcher,
            answerer=Answerer(index, searcher, opened.bodies, coverage, _composer(writing, verifier)),
            reader=Reader(
                bodies=opened.bodies,
                names=opened.names if stages.names else Names({}, {}),
                issues=[issue.date for issue in issues],
                days=frozenset(item.date for item in items),
                vocabulary=opened.vocabulary if stages.spelling else Vocabulary({}, frozenset()),
                is_word=_single_piece(opened.encoder),
            ),
            coverage=coverage,
            verifier=verifier,
            known_bodies=frozenset(body for item in items for body in item.bodies),
            opened=opened,
        )

    @property
    def issue_dates(self) -> list[dt.date]:
        """Dates of the issues, in order."""
        return [issue.date for issue in self.coverage.issues]

    def facets(self, filters: Filters) -> Facets:
        """A caller's filters, checked. Raises InputError."""
        return facets.parse(
            bodies=self.reader.bodies, known_bodies=self.known_bodies, known_issues=self.issue_dates, **filters
        )

    def query(self, question: object, history: object, ignore: object, filters: Filters) -> Query:
        """A caller's arguments as a query; each is checked. Raises InputError."""
        if not isinstance(question, str):
            raise InputError(f"question: {question!r} is not text. Ask in words.")
        names = [str(name) for name in _several("ignore", [ignore] if isinstance(ignore, str) else ignore)]
        given = self.facets(filters)
        return self.reader.read(question, given, history=_several("history", history), ignore=names)


def _verifier(opened: Opened) -> Callable[[], Verifier]:
    """What makes what checks statements, at its first use."""

    @cache
    def made() -> Verifier:
        from rag.verify.verifier import Verifier

        periods = {issue.date: issue.period for issue in opened.index.issues()}
        return Verifier(opened.bodies, opened.names, opened.index.words(), opened.encoder, periods)

    return made


def _composer(writing: Writing | None, verifier: Callable[[], Verifier]) -> Callable[[], Composer] | None:
    """What makes what has the language model write, at its first use: without one nothing of it is read in."""
    if writing is None:
        return None
    writer, model = writing

    @cache
    def made() -> Composer:
        from rag.answers.generate import Composer
        from rag.model.tokens import counter

        return Composer(writer, verifier(), counter(model.model), model.window, model.reply, model.unsupported)

    return made


def _several(name: str, value: object) -> list[object]:
    """A caller's list; None is an empty one. What stands in it is judged where it is read."""
    if value is None:
        return []
    if not isinstance(value, Iterable):
        raise InputError(f"{name}: {value!r} is not a list. Give a list, or leave it out.")
    return list(value)


def _single_piece(encoder: Encoder | None) -> Callable[[str], bool]:
    """Whether the encoder knows a word whole: its vocabulary is a dictionary of the language as it is written."""
    if encoder is None:
        return lambda word: False
    return lambda word: encoder.count([word])[0] <= 3  # with the two special pieces
