"""Builds on a disk that fails, and builds that are killed: the old index or the new one, whole."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rag.briefs.records import Issue
from rag.errors import IndexProblem
from rag.index import generations, vectors
from rag.index.build import build
from rag.index.check import check
from rag.index.reader import Index

if TYPE_CHECKING:
    from tests.conftest import CountingEncoder

Corpora = Callable[..., list[Issue]]
Failing = Callable[..., AbstractContextManager[Any]]
KILL = Path(__file__).with_name("kill.py")


@pytest.mark.parametrize(
    ("code", "sticky"), [(errno.ENOSPC, False), (errno.EIO, True)], ids=["ENOSPC-once", "EIO-for-ever"]
)
def test_the_nth_call_fails(
    corpus_of: Corpora, counting_encoder: CountingEncoder, failing: Failing, folder: Path, code: int, sticky: bool
) -> None:
    """At every call that changes the disk: a named error or a finished build; the old index or the new one answers,
    whole; the next build succeeds and leaves nothing behind."""
    corpora = [corpus_of("robot"), corpus_of("chip", "steel")]

    def publish(number: int) -> None:
        build(corpora[number % 2], counting_encoder, folder, inputs={"n": str(number)})

    for number in range(2):
        publish(number)
    with failing() as counting:  # how many calls there are; the same each time, as each time begins alike
        publish(2)
    assert {"mkdir", "write", "sync", "rename", "unlink", "rmdir"} <= set(counting.calls)
    failed = []
    for nth, call in enumerate(counting.calls, start=1):
        number = 2 + nth
        with failing(nth, code, sticky=sticky):
            try:
                publish(number)
            except IndexProblem as problem:
                failed.append(call)
                assert "injected" in str(problem)
                assert "`rag index`" in str(problem)
        assert check(folder) == [], f"call {nth}, {call}"
        assert _number(folder) in (number - 1, number)
        publish(number)
        assert check(folder) == []
        assert _number(folder) == number
        assert not list(folder.glob("staging-*")) + list(folder.glob("CURRENT-*"))
    # what is removed is no part of the index: a failure there is left to the next build
    assert len(failed) >= sum(call not in ("unlink", "rmdir") for call in counting.calls)


def _number(folder: Path) -> int:
    index = Index.open(folder)
    number = int(index.manifest.inputs["n"])
    assert len(index.items()) == 3 * (1 + number % 2)
    index.close()
    return number


def test_a_first_build_that_fails_leaves_no_index(
    corpus_of: Corpora, counting_encoder: CountingEncoder, failing: Failing, folder: Path
) -> None:
    """Where there was nothing, a failed build leaves nothing that could be taken for an index, or the whole of it."""
    with failing() as counting:
        build(corpus_of("chip"), counting_encoder, folder / "count", inputs={})
    for nth in range(1, len(counting.calls) + 1):
        place = folder / f"at-{nth}"
        with failing(nth, errno.ENOSPC, sticky=True), contextlib.suppress(IndexProblem):
            build(corpus_of("chip"), counting_encoder, place, inputs={})
        assert not generations.exists(place) or check(place) == []
        build(corpus_of("chip"), counting_encoder, place, inputs={})
        assert check(place) == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
@pytest.mark.parametrize("size", [0, 10, 100, 300, 500, 900, 1200, 1500, 5000, 20_000, 60_000])
def test_engines_that_run_out_of_room(
    corpus_of: Corpora, counting_encoder: CountingEncoder, folder: Path, size: int
) -> None:
    """No file may grow beyond a size, below FAISS, SQLite and tantivy too: a named error, and the old index stays."""
    import resource

    build(corpus_of("robot"), counting_encoder, folder, inputs={})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        with pytest.raises(IndexProblem, match=r"(cannot be written|was not written whole).*`rag index` again"):
            build(corpus_of("chip", "steel"), counting_encoder, folder, inputs={})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert check(folder) == []
    assert len(Index.open(folder).items()) == 3
    build(corpus_of("chip", "steel"), counting_encoder, folder, inputs={})
    assert check(folder) == []


def test_a_bug_in_an_engine_leaves_nothing_behind(
    corpus_of: Corpora, counting_encoder: CountingEncoder, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is raised while a generation is made, the staging folder is gone and the old index whole."""
    build(corpus_of("robot"), counting_encoder, folder, inputs={})

    def broken(*arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(vectors, "write", broken)
    with pytest.raises(ZeroDivisionError):
        build(corpus_of("chip"), counting_encoder, folder, inputs={})
    assert not list(folder.glob("staging-*"))
    assert check(folder) == []


def _kill(folder: Path, kind: str, trials: int) -> dict[str, Any]:
    command = [sys.executable, str(KILL), str(folder), kind, str(trials)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1500, check=False)
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
def test_builds_killed_at_random_moments(folder: Path) -> None:
    """50 builds killed at random moments, each on what the one before left: 0 bad, and the last one is whole."""
    report = _kill(folder / "embeddings", "random", 50)
    assert report["bad"] == []
    assert report["trials"] == 50
    assert report["killed"] >= 20, "too few builds were still running when they were killed to prove anything"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
def test_builds_killed_at_every_step(folder: Path) -> None:
    """Killed at each stage that progress names and before each call that changes the disk: 0 bad."""
    report = _kill(folder / "embeddings", "steps", 1)
    assert report["bad"] == []
    assert {"encode", "vectors", "words", "catalogue", "manifest", "publish", "sweep", "done"} <= set(report["stages"])
    assert report["killed"] == report["trials"] == len(report["stages"]) + report["calls"]


@pytest.mark.soak
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
def test_300_builds_killed_at_random_moments(folder: Path) -> None:
    """300 builds killed at random moments: 0 bad (with 95 % certainty under 1 in 100)."""
    report = _kill(folder / "embeddings", "random", 300)
    assert report["bad"] == []
    assert report["trials"] == 300
    assert report["killed"] >= 150
