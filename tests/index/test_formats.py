"""Indexes that another version of this program wrote: older ones are made anew, newer ones left alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rag.briefs.records import Issue
from rag.errors import IndexProblem
from rag.index import disk, encoder, generations
from rag.index.build import build
from rag.index.check import check
from rag.index.manifest import FORMAT, OutdatedIndex, read_pointer
from rag.index.reader import Index
from rag.library import Library

if TYPE_CHECKING:
    from tests.conftest import CountingEncoder

OLDER = list(range(FORMAT))


def _as_of(folder: Path, version: int) -> str:
    """Make the current generation one of this format, with a pointer that vouches for it; gives its name."""
    name = read_pointer(folder).generation
    path = folder / name / "manifest.json"
    document = json.loads(path.read_bytes())
    document["format"] = version
    del document["counts"]["windows"]  # which came with format 2
    data = json.dumps(document).encode()
    path.write_bytes(data)
    generations.point(folder, name, disk.digest(data))
    return name


@pytest.fixture
def folder(corpus: list[Issue], counting_encoder: CountingEncoder, tmp_path: Path) -> Path:
    """An index of three issues, whose encoder has forgotten what it encoded."""
    build(corpus, counting_encoder, tmp_path / "embeddings", inputs={})
    counting_encoder.encoded.clear()
    return tmp_path / "embeddings"


@pytest.mark.parametrize("version", OLDER)
def test_an_older_format_is_outdated(folder: Path, version: int) -> None:
    """Opening refuses it with an error of its own that names the file, both formats and the remedy."""
    _as_of(folder, version)
    with pytest.raises(OutdatedIndex) as caught:
        Index.open(folder)
    for said in (
        f"manifest.json: format: expected {FORMAT}",
        "from an older version",
        f"'{version}'",
        "Run `rag index`.",
    ):
        assert said in str(caught.value)
    assert check(folder) == [str(caught.value)]


@pytest.mark.parametrize("version", OLDER)
def test_a_build_makes_an_older_format_anew(
    folder: Path, corpus: list[Issue], counting_encoder: CountingEncoder, version: int
) -> None:
    """Nothing is taken from it, not even vectors of the same texts; its files stay for those who have it open."""
    old = _as_of(folder, version)
    vectors = folder / old / "vectors.faiss"
    before = vectors.read_bytes()
    report = build(corpus, counting_encoder, folder, inputs={})
    assert report.published
    assert (report.encoded, report.reused) == (report.passages, 0) == (36, 0)
    assert len(counting_encoder.encoded) == 36
    assert vectors.read_bytes() == before
    assert check(folder) == []
    assert Index.open(folder).manifest.previous == old


def test_a_build_leaves_a_newer_format_alone(
    folder: Path, corpus: list[Issue], counting_encoder: CountingEncoder
) -> None:
    """What a newer version wrote is refused, byte for byte as it was, and replaced only by `rebuild`."""
    _as_of(folder, FORMAT + 1)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(IndexProblem, match=r"from a newer version.*`rag index --rebuild`") as caught:
        build(corpus, counting_encoder, folder, inputs={})
    assert not isinstance(caught.value, OutdatedIndex)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert counting_encoder.encoded == []
    assert build(corpus, counting_encoder, folder, inputs={}, rebuild=True).encoded == 36


def test_a_damaged_manifest_is_never_taken_for_an_older_one(
    folder: Path, corpus: list[Issue], counting_encoder: CountingEncoder
) -> None:
    """A manifest whose hash is not the pointer's, or another program's, is refused whatever format it names."""
    path = folder / _as_of(folder, 1) / "manifest.json"
    document = json.loads(path.read_bytes()) | {"application": "another"}
    for vouched, found in ((False, "damaged"), (True, "another program's")):
        path.write_text(json.dumps(document))
        if vouched:
            generations.point(folder, path.parent.name, disk.sha256(path))
        with pytest.raises(IndexProblem, match=found) as caught:
            build(corpus, counting_encoder, folder, inputs={})
        assert not isinstance(caught.value, OutdatedIndex)


def test_a_library_makes_an_older_format_anew(
    digests: Path, counting_encoder: CountingEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opening a library over an index of format 1 builds it, says so, and answers from it as from a new one."""
    monkeypatch.setattr(encoder, "load_encoder", lambda *_, **__: counting_encoder)
    with Library.open(corpus=digests, embeddings=tmp_path) as library:
        expected = library.retrieve("robots")
        passages = library.report.passages
    old = _as_of(tmp_path, 1)
    with Library.open(corpus=digests, embeddings=tmp_path) as library:
        assert library.report.built
        assert (library.report.encoded, library.report.reused) == (passages, 0)
        assert library.report.generation != old
        assert library.retrieve("robots") == expected
    with Library.open(corpus=digests, embeddings=tmp_path) as library:
        assert not library.report.built
    assert check(tmp_path) == []
    index = Index.open(tmp_path)
    windows = [row for row in range(passages) if index.passage(row).unit == "window"]
    assert index.lexicon.rows() == windows
    assert 0 < len(windows) < passages
    assert np.array_equal(index.rows(), np.arange(passages))
