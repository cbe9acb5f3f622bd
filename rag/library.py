"""A corpus, its index and its answerer behind one door: the same for Python, the shell and the web page.

Opening builds or refreshes what is missing or stale; everything afterwards only reads. Safe from many threads;
prints nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, TypedDict, Unpack

from rag.errors import InputError
from rag.model.records import Message as Said
from rag.model.records import conversation
from rag.opening import Opened, Progress, Report, open_index
from rag.settings import ModelSettings, Settings

if TYPE_CHECKING:  # what answers is read in while the encoder starts, see `rag.opening`
    from rag.adding import Added, Room
    from rag.analysis.holdings import Holdings
    from rag.analysis.records import Changes, Goal
    from rag.answers.records import Answer, Coverage
    from rag.briefs.records import Item
    from rag.feedback.records import Feedback, Verdict
    from rag.index.manifest import Manifest
    from rag.model.records import Writer
    from rag.retrieval.facets import Value, Values
    from rag.retrieval.query import Query
    from rag.retrieval.reading import Message
    from rag.retrieval.search import Hit, Stages
    from rag.verify.verifier import Verifier
    from rag.view import View, Writing

MOST_HITS = 1000
_CLOSED = "This library is closed. Open it again with Library.open."


class Filters(TypedDict, total=False):
    """The facets a caller may give; each restricts, several values of one mean any of them.

    `issue`: date of the issue. `section`: top5, policy, corporate. `body`: issuing body, under any of its names.
    `since`, `until`: date of the event or measure, both days included. Dates are `datetime.date` or ISO text.
    """

    issue: Values
    section: Values
    body: Values
    since: Value | None
    until: Value | None


class Library:
    """A folder of briefs, opened for questions. Make one with `Library.open`."""

    def __init__(self, settings: Settings, view: View, writing: Writing | None = None) -> None:
        self._settings, self._writing = settings, writing
        self._view: View | None = view
        self._changing = threading.Lock()

    @classmethod
    def open(
        cls,
        corpus: str | Path | None = None,
        embeddings: str | Path | None = None,
        *,
        rebuild: bool = False,
        progress: Progress | None = None,
        writer: Writer | None = None,
    ) -> Library:
        """Open a corpus and its index; build the index where there is none, refresh it where it is stale.

        What is not given comes from the settings, see `rag.settings`: without `embeddings` the index lies beside the
        corpus. `rebuild` makes the index anew, whatever lies there. `progress` is told what is going on, how much is
        done and how much there is. `writer`: what writes answers, in place of the language model in the settings.

        Raises SettingsError, CorpusError (BriefError with file and line), EncoderError, and IndexProblem where the
        index is damaged, foreign, of a newer format, or stale in a folder that cannot be written.
        """
        settings = Settings.read(corpus=corpus, embeddings=embeddings)
        writing = _writing(settings, writer)
        opened = open_index(settings, rebuild=rebuild, progress=progress)
        return cls(settings, _view(opened, settings, writing), writing)

    def refresh(self, *, build: bool = True, progress: Progress | None = None) -> Report:
        """Take up what changed in the corpus since opening. Raises as `open` does; then what was open stays open.

        Without `build` only an index that is there and fits the corpus is taken up; a stale one is an IndexProblem.
        """
        with self._changing:
            self._opened  # noqa: B018 - refused when closed
            # the view before is not closed: a thread may still read it; it goes with its last reader
            opened = open_index(self._settings, build=build, progress=progress)
            self._view = _view(opened, self._settings, self._writing)
            return self._view.opened.report

    def published(self) -> str:
        """The generation that is current on disk: another than that of `report` was published since opening.

        Reads one small file. Raises IndexProblem where that cannot be read.
        """
        from rag.index.manifest import read_pointer

        return read_pointer(self._settings.embeddings).generation

    def retrieve(
        self,
        question: str,
        k: int = 5,
        *,
        history: Sequence[Message] | None = (),
        ignore: Sequence[str] = (),
        **filters: Unpack[Filters],
    ) -> list[Hit]:
        """The `k` items that fit a question best, each once, best first; all of them where there are fewer.

        Filters restrict; facets read from the words only put fitting items first, and `ignore` takes those back by
        name. `history` holds the turns before, as role and content. Raises InputError for a question, a `k` (1 to
        1,000) or a filter that cannot be served.
        """
        if type(k) is not int or not 1 <= k <= MOST_HITS:
            raise InputError(f"k: {k!r} is not a whole number from 1 to {MOST_HITS:,}.")
        with self._reading() as view:
            return list(view.searcher.search(view.query(question, history, ignore, filters), k).hits)

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Message] | None = (),
        ignore: Sequence[str] = (),
        model: bool = True,
        **filters: Unpack[Filters],
    ) -> Answer:
        """A short answer in which every statement is cited, or the word that the briefs do not hold it.

        Takes the arguments of `retrieve` but `k`; raises as it does. Where a language model is configured it writes,
        each statement checked against what it cites; with `model` False, or where it fails, the answer stands in the
        briefs' own sentences.
        """
        with self._reading() as view:
            query = view.query(question, history, ignore, filters)
            return view.answerer.answer(query, view.opened.warnings, conversation(history), model=model)

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Message] | None = (),
        ignore: Sequence[str] = (),
        model: bool = True,
        **filters: Unpack[Filters],
    ) -> Iterator[Answer]:
        """The answer of `ask` as it grows: each one holds the one before, the last is whole.

        Where a language model writes, the answer in the briefs' own sentences comes first (`waiting_for` names whom it
        waits for), then what the model writes in its place; closing the iterator cancels the request. Arguments are
        checked at once, not at the first step.
        """
        with self._reading() as view:
            query = view.query(question, history, ignore, filters)
        return self._stream(view, query, conversation(history), model)

    def _stream(self, view: View, query: Query, history: Sequence[Said], model: bool) -> Iterator[Answer]:
        with _closed_told():
            yield from view.answerer.stream(query, view.opened.warnings, history, model=model)

    @property
    def model(self) -> str:
        """The name of the language model that writes answers; empty where none does."""
        return self._writing[0].name if self._writing is not None else ""

    def warm(self) -> None:
        """Read in what the first answer of a language model needs, which takes a second; nothing where there is none.

        Asks the model nothing.
        """
        if self._writing is not None:
            self._opened.answerer.warm()
            self._writing[0].warm()

    def items(self, **filters: Unpack[Filters]) -> list[Item]:
        """Every item that satisfies the filters, in order of date: exact, never a guess. Raises InputError."""
        with self._reading() as view:
            return view.searcher.select(view.facets(filters))

    def goals(self, **filters: Unpack[Filters]) -> list[Goal]:
        """What the items that satisfy the filters want reached by a day ahead of them, in order of deadline.

        Exact and complete as far as the rules of `rag.analysis.goals` read, see docs/goals.md. Raises InputError.
        """
        from rag.analysis.goals import goals_of

        return goals_of(self.items(**filters))

    def item(self, item_id: str) -> Item:
        """One item by its address, e.g. `2023-03-01/top5/1`. Raises InputError where there is none."""
        with self._reading() as view:
            found = view.index.item(str(item_id))
        if found is None:
            raise InputError(
                f"{item_id!r} is no item of this corpus. An address reads like 2023-03-01/top5/1; `rag items` lists "
                "them all."
            )
        return found

    def compare(self, before: Filters, after: Filters) -> Changes:
        """What is new, continued or gone from one stretch of briefs to another: bodies, topics and goals, each cited.

        Each side takes the filters of `items`: `{"issue": "2023-03-01"}`, `{"since": …, "until": …}`. Raises InputError
        for filters that cannot be served, a side without items (NothingToCompare) and sides that hold the same items.
        """
        from rag.analysis.comparison import Lookup, compare, corpus_topics
        from rag.analysis.goals import goals_of

        with self._reading() as view:
            topics = corpus_topics(self._settings.corpus, view.opened.bodies)
            lookup = Lookup(view.facets, view.searcher.select, view.coverage, topics)
            return compare(before, after, lookup, goals_of)

    @property
    def takes_feedback(self) -> bool:
        """Whether what readers say of answers is kept: the setting `RAG_FEEDBACK`."""
        return self._settings.feedback

    def feedback(
        self,
        answer: Answer,
        verdict: Verdict,
        reason: str = "",
        *,
        history: Sequence[Message] | None = (),
        index: str = "",
    ) -> Feedback:
        """Keep what a reader says of an answer that this library gave, beside the index; gives the record as kept.

        `reason`: their words, up to 1,000 characters, needed where it is bad. `history`: as `ask` was given it.
        `index`: content of the index that answered, where that may not be the one in use. Raises InputError for these
        and where none is taken; FeedbackError where the file is full or not writable.
        """
        if not self.takes_feedback:
            raise InputError("Feedback is switched off here. Whoever runs this can switch it on with RAG_FEEDBACK=on.")
        from rag.feedback.store import FILE, FeedbackFile
        from rag.feedback.taking import feedback_on

        with self._reading() as view:
            record = feedback_on(view, answer, verdict, reason, history or (), index)
        return FeedbackFile(self._settings.embeddings / FILE).add(record)

    def coverage(self) -> Coverage:
        """What the corpus covers: issues, editions, numbers of items and dates."""
        return self._opened.coverage

    def holdings(self) -> Holdings:
        """What each file of the corpus gave, which days no issue covers, and what the index is made of."""
        from rag.analysis.holdings import holdings

        with self._reading() as view:
            return holdings(view.index.issues(), view.index.items(), view.index.manifest)

    def verifier(self) -> Verifier:
        """What holds a statement against the items that it cites: `verifier().check(statement, items)`."""
        with self._reading() as view:
            return view.verifier()

    @property
    def embeddings(self) -> Path:
        """The folder of the index, which may not be writable."""
        return self._settings.embeddings

    @property
    def manifest(self) -> Manifest:
        """How the index in use was made; `content` is equal for equal corpora."""
        return self._opened.index.manifest

    @property
    def report(self) -> Report:
        """What opening had to do, and what the index holds."""
        return self._opened.opened.report

    @property
    def warnings(self) -> tuple[str, ...]:
        """What works with less than it should, in words; empty where all is well."""
        return self._opened.opened.warnings

    def add(self, paths: str | Path | Sequence[str | Path], *, progress: Progress | None = None) -> list[Path]:
        """Check briefs, copy them into the corpus and take them up; gives where the new ones went.

        Originals go to `originals/`, digests beside the others, each under the date of its issue. Nothing is copied
        unless every file is good. Raises CorpusError or BriefError, naming the file.
        """
        names = [paths] if isinstance(paths, str | Path) else paths
        return [added.path for added in self.take_in(names, progress=progress) if added.new]

    def take_in(
        self, paths: Sequence[str | Path], *, progress: Progress | None = None, room: Room | None = None
    ) -> list[Added]:
        """As `add`, but gives what was read of each brief, in their order, also of those that were there already.

        Raises CorpusFull, too, where the corpus would hold more than `room` has.
        """
        with self._changing:
            self._opened  # noqa: B018 - refused when closed
            from rag.adding import add_and_open

            briefs = [Path(name) for name in paths]
            added, opened = add_and_open(briefs, self._settings, progress=progress, room=room)
            # the view before is not closed, as in `refresh`
            self._view = _view(opened, self._settings, self._writing)
            return added

    @property
    def uploads(self) -> bool:
        """Whether whoever opens the page may add briefs: the setting `RAG_UPLOADS`."""
        return self._settings.uploads

    def with_stages(self, stages: Stages) -> Library:
        """The same open library with some stages of its finding switched off: to see what each adds."""
        with self._reading() as view:
            return Library(self._settings, view.over(view.opened, stages, self._writing), self._writing)

    def close(self) -> None:
        """Let go of the index. Using the library afterwards is an InputError."""
        with self._changing:
            if self._view is not None:
                self._view.index.close()
            self._view = None
            if self._writing is not None:
                self._writing[0].close()

    def __enter__(self) -> Library:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def _opened(self) -> View:
        view = self._view
        if view is None:
            raise InputError(_CLOSED)
        return view

    @contextmanager
    def _reading(self) -> Iterator[View]:
        with _closed_told():
            yield self._opened


@contextmanager
def _closed_told() -> Iterator[None]:
    """Say it in the words of the library where another thread closed it meanwhile."""
    from rag.index.manifest import ClosedIndex

    try:
        yield
    except ClosedIndex as closed:
        raise InputError(_CLOSED) from closed


def retrieve(question: str, k: int = 5, **filters: Unpack[Filters]) -> list[Hit]:
    """`Library.retrieve` on the default library: `./corpus`, else the checkout's; opened once."""
    return _default().retrieve(question, k, **filters)


def ask(question: str, **filters: Unpack[Filters]) -> Answer:
    """`Library.ask` on the default library: `./corpus`, else the checkout's; opened once."""
    return _default().ask(question, **filters)


_one_opener = threading.Lock()


def _default() -> Library:
    with _one_opener:  # a cache alone would let two threads open two
        return _opened_once()


@cache
def _opened_once() -> Library:
    return Library.open()


def _view(opened: Opened, settings: Settings, writing: Writing | None) -> View:
    from rag.view import View

    if settings.model_problem:
        problem = f"No language model writes: {settings.model_problem}"
        opened = replace(opened, warnings=(*opened.warnings, problem))
    return View.new(opened, writing)


def _writing(settings: Settings, writer: Writer | None) -> Writing | None:
    """What writes answers, and within which limits; None where nothing does."""
    if writer is not None:
        return writer, settings.model or ModelSettings("", writer.name)
    if settings.model is None:
        return None
    from rag.model.endpoint import Endpoint

    return Endpoint(settings.model), settings.model
