"""Builds: what is encoded, what is reused, what is published, and who waits for whom."""

from __future__ import annotations

import dataclasses
import multiprocessing
import os
import runpy
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from filelock import FileLock
from numpy.typing import NDArray

from rag.briefs.records import Issue
from rag.errors import EncoderError, IndexProblem
from rag.feedback.store import FILE
from rag.index.build import BuildReport, build
from rag.index.check import check
from rag.index.passages import cut, embedded_text
from rag.index.reader import Index

if TYPE_CHECKING:
    from tests.conftest import CountingEncoder

INPUTS = {"2023-01-01.md": "aa"}
Corpora = Callable[..., list[Issue]]


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_first_build_encodes_everything(
    corpus: list[Issue], counting_encoder: CountingEncoder, tmp_path: Path
) -> None:
    """Every passage is encoded once, progress counts them, and the result is whole."""
    told: list[tuple[str, int, int]] = []
    report = build(corpus, counting_encoder, tmp_path, inputs=INPUTS, progress=lambda *step: told.append(step))
    assert report.published
    assert (report.encoded, report.reused) == (report.passages, 0)
    assert len(counting_encoder.encoded) == report.passages == 36
    assert told[0] == ("encode", 0, 36)
    assert told[-1] == ("done", 36, 36)
    assert check(tmp_path) == []
    assert _names(tmp_path) == {".lock", "CURRENT", report.generation}


def test_a_second_build_does_nothing(corpus: list[Issue], counting_encoder: CountingEncoder, tmp_path: Path) -> None:
    """Nothing changed: nothing encoded, nothing published, no file touched."""
    first = build(corpus, counting_encoder, tmp_path, inputs=INPUTS)
    counting_encoder.encoded.clear()
    before = {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in tmp_path.rglob("*")}
    second = build(list(reversed(corpus)), counting_encoder, tmp_path, inputs=INPUTS)
    assert second == BuildReport(first.generation, 36, 0, 36, published=False)
    assert counting_encoder.encoded == []
    assert {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in tmp_path.rglob("*")} == before


def test_a_changed_issue_encodes_only_its_passages(
    corpus: list[Issue], counting_encoder: CountingEncoder, corpus_of: Corpora, tmp_path: Path
) -> None:
    """Of three issues one is about something else now: its passages alone are encoded, the vectors are right."""
    build(corpus, counting_encoder, tmp_path, inputs=INPUTS)
    counting_encoder.encoded.clear()
    changed = corpus_of("robot", "loan", "steel")
    report = build(changed, counting_encoder, tmp_path, inputs={"2023-01-01.md": "bb"})
    new = [embedded_text(p) for item in changed[1].items for p in cut(item, counting_encoder)]
    assert sorted(counting_encoder.encoded) == sorted(new)
    assert (report.encoded, report.reused) == (12, 24)
    assert check(tmp_path) == []
    index = Index.open(tmp_path)
    texts = [embedded_text(index.passage(int(row))) for row in index.rows()]
    assert np.array_equal(index.vectors(), counting_encoder.encode(texts))


def test_a_text_that_moves_keeps_its_vector(
    corpus: list[Issue], counting_encoder: CountingEncoder, tmp_path: Path
) -> None:
    """An issue less encodes nothing, and the items left are all that is found."""
    build(corpus, counting_encoder, tmp_path, inputs=INPUTS)
    counting_encoder.encoded.clear()
    report = build(corpus[1:], counting_encoder, tmp_path, inputs={})
    assert (report.encoded, report.passages) == (0, 24)
    assert {item.issue for item in Index.open(tmp_path).items()} == {issue.date for issue in corpus[1:]}


def test_equal_texts_are_encoded_once(corpus: list[Issue], counting_encoder: CountingEncoder, tmp_path: Path) -> None:
    """Two bullets of the same words share one encoding, and count both."""
    twin = dataclasses.replace(corpus[0].items[2], number=2)
    issue = dataclasses.replace(corpus[0], items=(*corpus[0].items, twin))
    report = build([issue], counting_encoder, tmp_path, inputs=INPUTS)
    assert report.encoded == report.passages == len(counting_encoder.encoded) + 1


def test_equal_corpora_have_equal_content(
    corpus: list[Issue], counting_encoder: CountingEncoder, tmp_path: Path
) -> None:
    """The content hash is the same in another folder, order and history; another encoder or word changes it."""
    contents = []
    for name, issues in (("a", corpus), ("b", list(reversed(corpus))), ("c", corpus[:1])):
        build(issues, counting_encoder, tmp_path / name, inputs={name: name})
        contents.append(Index.open(tmp_path / name).manifest.content)
    build(corpus, counting_encoder, tmp_path / "c", inputs={})
    assert contents[0] == contents[1] == Index.open(tmp_path / "c").manifest.content != contents[2]
    counting_encoder.fingerprint = "0123456789abcdef"
    build(corpus, counting_encoder, tmp_path / "d", inputs={})
    assert Index.open(tmp_path / "d").manifest.content != contents[0]


def test_another_encoder_reuses_nothing(corpus: list[Issue], counting_encoder: CountingEncoder, tmp_path: Path) -> None:
    """Vectors of one model are never taken for those of another."""
    build(corpus, counting_encoder, tmp_path, inputs=INPUTS)
    counting_encoder.fingerprint = "0123456789abcdef"
    assert build(corpus, counting_encoder, tmp_path, inputs=INPUTS).reused == 0


@pytest.mark.parametrize("change", ["inputs", "records"])
def test_a_change_without_a_new_text_is_published(
    corpus: list[Issue], counting_encoder: CountingEncoder, tmp_path: Path, change: str
) -> None:
    """Another input hash, or another issuing body of the same words, makes a new generation and encodes nothing."""
    first = build(corpus, counting_encoder, tmp_path, inputs=INPUTS)
    if change == "records":
        item = dataclasses.replace(corpus[0].items[1], bodies=("CAC",))
        corpus[0] = dataclasses.replace(corpus[0], items=(corpus[0].items[0], item, corpus[0].items[2]))
    report = build(corpus, counting_encoder, tmp_path, inputs=INPUTS if change == "records" else {"x": "y"})
    assert report.published
    assert (report.encoded, report.reused) == (0, 36)
    assert report.generation != first.generation
    assert len(Index.open(tmp_path).items(bodies=["CAC"])) == (change == "records")


def test_leftovers_are_swept_and_one_generation_is_kept(
    corpus: list[Issue], counting_encoder: CountingEncoder, tmp_path: Path
) -> None:
    """The current generation and the one before stay; older ones and what killed builders left go; others' stay."""
    (tmp_path / "staging-0123456789abcdef" / "words").mkdir(parents=True)
    (tmp_path / "CURRENT-0123456789abcdef").write_text("half")
    (tmp_path / "generation-0123456789abcdef").mkdir()
    (tmp_path / "README.md").write_text("ours to leave")
    (tmp_path / "generation-notes").mkdir()
    names = [build(corpus, counting_encoder, tmp_path, inputs={"n": str(n)}).generation for n in range(4)]
    assert _names(tmp_path) == {".lock", "CURRENT", "README.md", "generation-notes", names[2], names[3]}


def test_rebuild_takes_nothing_from_the_current_generation(
    corpus: list[Issue], counting_encoder: CountingEncoder, tmp_path: Path
) -> None:
    """Even an unchanged corpus is encoded anew, and the generation before is kept for its readers."""
    first = build(corpus, counting_encoder, tmp_path, inputs=INPUTS)
    reader = Index.open(tmp_path)
    report = build(corpus, counting_encoder, tmp_path, inputs=INPUTS, rebuild=True)
    assert (report.encoded, report.reused) == (36, 0)
    assert first.generation in _names(tmp_path)
    assert len(reader.items()) == 9


def test_a_damaged_index_is_only_replaced_when_asked(
    corpus: list[Issue], counting_encoder: CountingEncoder, tmp_path: Path
) -> None:
    """A build refuses it and leaves it as it is; `rebuild` replaces it."""
    first = build(corpus, counting_encoder, tmp_path, inputs=INPUTS)
    vectors = tmp_path / first.generation / "vectors.faiss"
    vectors.write_bytes(vectors.read_bytes()[:-1])
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    with pytest.raises(IndexProblem, match=r"vectors\.faiss: damaged.*`rag index --rebuild`"):
        build(corpus, counting_encoder, tmp_path, inputs=INPUTS)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
    build(corpus, counting_encoder, tmp_path, inputs=INPUTS, rebuild=True)
    assert check(tmp_path) == []


@pytest.mark.parametrize(("value", "found"), [(np.nan, "nan"), (0.0, "length 0"), (np.inf, "inf"), (7.0, "length 7")])
def test_a_wrong_vector_is_never_published(
    corpus: list[Issue], counting_encoder: CountingEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    value: float, found: str,
) -> None:  # fmt: skip
    """An encoder that gives NaN, zero or unscaled vectors stops the build; the index before stays."""
    build(corpus[:1], counting_encoder, tmp_path, inputs=INPUTS)

    def broken(texts: list[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), counting_encoder.dimension), dtype=np.float32)
        vectors[:, 0] = value
        return vectors

    monkeypatch.setattr(counting_encoder, "encode", broken)
    with pytest.raises(EncoderError, match=found):
        build(corpus, counting_encoder, tmp_path, inputs={})
    assert check(tmp_path) == []
    assert len(Index.open(tmp_path).items()) == 3


def test_an_empty_corpus_makes_an_empty_index(counting_encoder: CountingEncoder, tmp_path: Path) -> None:
    """Whether no issue is an error is for the reader of the corpus to say."""
    assert build([], counting_encoder, tmp_path, inputs={}).passages == 0
    index = Index.open(tmp_path)
    assert (index.items(), index.issues(), index.lexical(["plan"], 3)) == ([], [], [])
    assert check(tmp_path) == []


def test_a_busy_folder_is_waited_for_or_refused(
    corpus: list[Issue], counting_encoder: CountingEncoder, tmp_path: Path
) -> None:
    """While another builder holds the lock, `wait=False` raises at once."""
    with FileLock(tmp_path / ".lock"), pytest.raises(IndexProblem, match="another process is building here"):
        build(corpus, counting_encoder, tmp_path, inputs=INPUTS, wait=False)
    assert build(corpus, counting_encoder, tmp_path, inputs=INPUTS, wait=False).published


def _builder(folder: Path, start: Any, told: Any) -> None:
    """One of several processes that build the same at once."""
    tests = Path(__file__).parents[1]
    encoder = runpy.run_path(str(tests / "conftest.py"))["CountingEncoder"]()
    issues = runpy.run_path(str(tests / "index" / "conftest.py"))["make_corpus"]("robot", "chip", "steel")

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "encode" and done == 0:
            time.sleep(0.3)  # long enough for the others to come and find the lock taken
        if stage.startswith("waiting"):
            waited.append(stage)

    waited: list[str] = []
    start.wait()
    report = build(issues, encoder, folder, inputs=INPUTS, progress=progress)
    told.put((report.published, report.generation, len(encoder.encoded), bool(waited)))


def test_of_four_builders_one_builds_and_the_others_wait(tmp_path: Path) -> None:
    """Four processes at once: one encodes and publishes, three wait, are told so, and find nothing left to do."""
    fresh = multiprocessing.get_context("spawn")
    start, told = fresh.Barrier(4), fresh.Queue()
    processes = [fresh.Process(target=_builder, args=(tmp_path, start, told)) for _ in range(4)]
    for process in processes:
        process.start()
    reports = [told.get(timeout=60) for _ in processes]
    for process in processes:
        process.join()
    assert sorted((published, encoded, waited) for published, _, encoded, waited in reports) == [
        (False, 0, True), (False, 0, True), (False, 0, True), (True, 36, False)
    ]  # fmt: skip
    assert len({generation for _, generation, _, _ in reports}) == 1
    assert check(tmp_path) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(
    corpus: list[Issue], counting_encoder: CountingEncoder, tmp_path: Path
) -> None:
    """The message names the folder and says what to do."""
    tmp_path.chmod(0o555)
    with pytest.raises(IndexProblem, match="cannot be written"):
        build(corpus, counting_encoder, tmp_path / "new", inputs=INPUTS)


def test_a_file_where_the_folder_should_be_is_named(
    corpus: list[Issue], counting_encoder: CountingEncoder, tmp_path: Path
) -> None:
    """`embeddings` is a file: refused, with its name."""
    (tmp_path / "embeddings").write_text("a file")
    with pytest.raises(IndexProblem, match=r"embeddings.*cannot be written"):
        build(corpus, counting_encoder, tmp_path / "embeddings", inputs=INPUTS)


def test_a_lock_that_is_a_link_is_not_followed(
    corpus: list[Issue], counting_encoder: CountingEncoder, tmp_path: Path
) -> None:
    """A lock file that links elsewhere is refused, what it links to stays as it is."""
    (tmp_path / "victim").write_text("precious")
    (tmp_path / "embeddings").mkdir()
    (tmp_path / "embeddings" / ".lock").symlink_to(tmp_path / "victim")
    with pytest.raises(IndexProblem, match="cannot be written"):
        build(corpus, counting_encoder, tmp_path / "embeddings", inputs=INPUTS)
    assert (tmp_path / "victim").read_text() == "precious"


def test_what_people_wrote_beside_the_index_stays(
    corpus_of: Callable[..., list[Issue]], counting_encoder: CountingEncoder, tmp_path: Path
) -> None:
    """A first build, one of another corpus and one from nothing keep the file of feedback; `check` does not mind it."""
    (tmp_path / FILE).write_text("what people wrote\n")
    for topic, rebuild in (("robot", False), ("chip", False), ("steel", True)):
        build(corpus_of(topic), counting_encoder, tmp_path, inputs={"topic": topic}, rebuild=rebuild)
        assert check(tmp_path) == []
    assert (tmp_path / FILE).read_text() == "what people wrote\n"
