"""From two folders to an open index: what is missing or stale is built first, what is damaged is refused.

Takes the settings; gives the opened generation, the encoder to ask it with and the table of bodies. Knows when an
index is stale: when a brief, the table of bodies, the encoder or the format differs from what it was built from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import CorpusError, EncoderError, EncoderMissing, IndexProblem
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.briefs.bodies import BodyTable
    from rag.index.exported import Exported
    from rag.index.reader import Index
    from rag.index.records import Encoder
    from rag.retrieval.names import Names
    from rag.retrieval.spelling import Vocabulary

Progress = Callable[[str, int, int], None]  # what is going on, how much is done, how much there is (0: unknown)


@dataclass(frozen=True, slots=True)
class Opened:
    """An index ready to be asked."""

    index: Index
    encoder: Encoder | None  # None: words only
    bodies: BodyTable
    names: Names
    vocabulary: Vocabulary
    report: Report
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What opening had to do, and what the index holds now."""

    generation: str
    issues: int
    items: int
    passages: int
    encoded: int  # passages whose vectors were computed
    reused: int  # passages whose vectors were taken over; with `encoded` 0 and `built` False, nothing was done
    built: bool
    unplaced: tuple[str, ...]  # stretches of files that fit nowhere, each with file and line

    def __str__(self) -> str:
        holds = f"{self.issues} issues, {self.items} items, {self.passages} passages"
        if not self.built:
            return f"The index is up to date: {holds}. Nothing to encode."
        return f"Index built: {holds}; {self.encoded} passages encoded, {self.reused} unchanged."


def open_index(
    settings: Settings, *, rebuild: bool = False, build: bool = True, progress: Progress | None = None
) -> Opened:
    """Open the index of a corpus, built or refreshed where needed; `rebuild` makes it anew, whatever lies there.

    Without `build` nothing is made: an index that does not fit the corpus is an IndexProblem.

    Raises CorpusError (BriefError with file and line), EncoderError, and IndexProblem where the index is damaged,
    foreign, of a newer format, or stale in a folder that cannot be written.
    """
    from rag.index import exported, generations

    with ExitStack() as unless_given:

        def load() -> Encoder:
            return load_encoder(settings.encoder, settings.embeddings, progress=progress, renew=rebuild)

        # Verifying and starting the encoder takes most of the time of an opening and leaves a core free: the engines
        # and all that answering takes are read in and made ready meanwhile, and no sooner: `import rag` does without.
        # What is found wrong here, `load` finds again below.
        found: Exported | None = None
        if generations.exists(settings.embeddings) and not rebuild:
            with suppress(EncoderError):
                found = exported.find(settings.encoder, settings.embeddings)
        aside = unless_given.enter_context(ThreadPoolExecutor(1))
        loading = aside.submit(_start, found, settings.embeddings) if found else None
        from rag.index.encoder import load_encoder  # isort: skip - before all others: the thread needs it next

        inputs = inputs_of(settings)  # before anything is made: without a brief there is nothing to open
        from rag.briefs.corpus import corpus_bodies, corpus_names, read_corpus
        from rag.index.manifest import MissingIndex, OutdatedIndex
        from rag.index.reader import Index
        from rag.retrieval.names import Names
        from rag.retrieval.spelling import Vocabulary
        from rag.view import View  # noqa: F401 - the opened index will be given to it

        bodies = corpus_bodies(settings.corpus)
        names = Names.load(corpus_names(settings.corpus))
        index: Index | None = None
        if not rebuild:
            with suppress(MissingIndex, OutdatedIndex):
                index = Index.open(settings.embeddings)
        if index is None and not build:
            raise _unfit(settings)
        closing = ExitStack()
        if index is not None:
            closing.callback(index.close)
        unless_given.enter_context(closing)

        def opened(index: Index, encoder: Encoder | None, report: Report, *warnings: str) -> Opened:
            return Opened(index, encoder, bodies, names, vocabulary, report, warnings)

        vocabulary = Vocabulary.of(index.words() if index is not None else {})
        try:
            encoder = loading.result() if loading else load()
        except (EncoderMissing, IndexProblem) as problem:
            if index is None or not same_but_encoder(index.manifest.inputs, inputs):
                raise
            closing.pop_all()
            return opened(index, None, _report(index), f"Searching by words alone: {problem}")
        inputs["encoder"] = encoder.fingerprint
        if index is not None and index.manifest.inputs == inputs:
            closing.pop_all()
            return opened(index, encoder, _report(index))
        if not build:
            raise _unfit(settings)
    from rag.index.build import build as build_index

    issues = read_corpus(settings.corpus, bodies, progress)
    built = build_index(issues, encoder, settings.embeddings, inputs=inputs, rebuild=rebuild, progress=progress)
    index = Index.open(settings.embeddings)
    vocabulary = Vocabulary.of(index.words())
    return opened(index, encoder, _report(index, built.encoded, built.reused, built=built.published))


def _unfit(settings: Settings) -> IndexProblem:
    return IndexProblem(
        f"{settings.embeddings}: the index here was not built from the corpus as it is now. Run `rag index`."
    )


def _start(record: Exported, folder: Path) -> Encoder:
    from rag.index import exported

    path = exported.verified(record, folder)
    from rag.index.encoder import OnnxEncoder

    return OnnxEncoder(path, record)


def inputs_of(settings: Settings) -> dict[str, str]:
    """What the index depends on besides the encoder: a hash of every file of the corpus and of the table of bodies.

    Raises CorpusError where there is no brief, or one that cannot be read.
    """
    from rag.briefs.bodies import TABLE
    from rag.briefs.corpus import corpus_files

    named = {path.relative_to(settings.corpus).as_posix(): path for path in corpus_files(settings.corpus)}
    return {name: _sha256(path) for name, path in {**named, "table of bodies": TABLE}.items()}


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read ({error.strerror}). Check its permissions.") from error


def same_but_encoder(held: Mapping[str, str], inputs: Mapping[str, str]) -> bool:
    """Whether an index was built from these inputs, whatever encoded it."""
    return {name: value for name, value in held.items() if name != "encoder"} == inputs


def _report(index: Index, encoded: int = 0, reused: int = 0, *, built: bool = False) -> Report:
    issues = index.issues()
    unplaced = tuple(f"{issue.file}, line {line}: {text}" for issue in issues for line, text in issue.unplaced)
    return Report(
        generation=index.generation,
        issues=len(issues),
        items=index.manifest.counts.items,
        passages=index.manifest.counts.passages,
        encoded=encoded,
        reused=reused,
        built=built,
        unplaced=unplaced,
    )
