"""An open index: what it gives, what it refuses, and what it leaves alone."""

from __future__ import annotations

import json
import os
import random
import runpy
import shutil
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from rag.briefs.records import Issue
from rag.errors import IndexProblem
from rag.index import disk, generations
from rag.index.build import build
from rag.index.check import check
from rag.index.manifest import FORMAT, MissingIndex, read_pointer
from rag.index.passages import cut
from rag.index.reader import Index
from rag.index.tokens import terms

if TYPE_CHECKING:
    from tests.conftest import CountingEncoder

Corpora = Callable[..., list[Issue]]


@pytest.fixture(scope="session")
def whole_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An embeddings folder with an index of three issues, not to be written to."""
    tests = Path(__file__).parents[1]
    encoder = runpy.run_path(str(tests / "conftest.py"))["CountingEncoder"]()
    issues = runpy.run_path(str(tests / "index" / "conftest.py"))["make_corpus"]("robot", "chip", "steel")
    made = tmp_path_factory.mktemp("whole") / "embeddings"
    build(issues, encoder, made, inputs={"a": "1"})
    return made


@pytest.fixture
def folder(whole_folder: Path, tmp_path: Path) -> Path:
    """A copy of it, for one test to spoil."""
    return Path(shutil.copytree(whole_folder, tmp_path / "embeddings"))


def _place(folder: Path) -> Path:
    return folder / read_pointer(folder).generation


def _listing(*folders: Path) -> list[tuple[str, int, int]]:
    return sorted((str(p), p.stat().st_mtime_ns, p.stat().st_size) for folder in folders for p in folder.rglob("*"))


# --- what it gives ---------------------------------------------------------------------------------------------------


def test_items_and_passages_come_back(folder: Path, corpus: list[Issue], counting_encoder: CountingEncoder) -> None:
    """Items equal those indexed, passages those cut from them, rows number the passages in order."""
    index = Index.open(folder)
    items = [item for issue in corpus for item in issue.items]
    assert [index.item(item.id) for item in items] == items
    assert index.item("2023-01-01/top5/9") is None
    assert index.items() == sorted(items, key=lambda item: (item.date, item.id))
    expected = [passage for item in items for passage in cut(item, counting_encoder)]
    assert [index.passage(int(row)) for row in index.rows()] == expected
    assert [passage for item in items for passage in index.passages(item.id)] == expected
    assert index.item_of(index.rows()) == [passage.item_id for passage in expected]
    assert index.passages("nothing") == []


def test_rows_are_those_of_the_items(folder: Path) -> None:
    """Ascending, each once, whatever the order and the repetitions asked for; unknown ids have none."""
    index = Index.open(folder)
    rows = index.rows(["2023-02-01/policy/1", "2023-01-01/top5/1", "nothing", "2023-01-01/top5/1"])
    assert rows.tolist() == [*range(10), 22]
    assert rows.dtype == np.int64
    assert index.rows([]).tolist() == []
    assert index.rows().tolist() == list(range(36))


def test_the_nearest_and_the_lexical_agree_on_the_topic(folder: Path, counting_encoder: CountingEncoder) -> None:
    """A question about chips finds the issue of chips first, by vectors and by words, also among chosen rows."""
    index = Index.open(folder)
    (vector,) = counting_encoder.encode(["the chip"])
    for found in (index.nearest(vector, 6), index.lexical(terms("the chip"), 6)):
        assert {index.passage(row).item_id[:10] for row, _ in found} == {"2023-02-01"}
    rows = index.rows(["2023-02-01/corporate/1"])
    assert [row for row, _ in index.nearest(vector, 6, rows)] == rows.tolist()
    assert [row for row, _ in index.lexical(terms("chip"), 6, rows)] == rows.tolist()


def test_words_are_kept_of_windows_and_vectors_of_sentences_too(
    folder: Path, counting_encoder: CountingEncoder
) -> None:
    """36 passages have a vector each; the 18 windows among them, and no sentence, are found by words."""
    index = Index.open(folder)
    units = [index.passage(int(row)).unit for row in index.rows()]
    windows = [row for row, unit in enumerate(units) if unit == "window"]
    assert (units.count("window"), units.count("sentence")) == (18, 18)
    assert (index.manifest.counts.passages, index.manifest.counts.windows) == (36, 18)
    assert len(index.vectors()) == 36
    assert {row for row, _ in index.nearest(counting_encoder.encode(["robot"])[0], 36)} == set(range(36))
    assert index.lexicon.rows() == windows
    assert sorted(row for row, _ in index.lexical(["china"], 36)) == windows
    sentences = np.array([row for row, unit in enumerate(units) if unit == "sentence"])
    assert index.lexical(["china"], 36, sentences) == []
    assert {row for row, _ in index.nearest(counting_encoder.encode(["robot"])[0], 36, sentences)} == {*sentences}


def test_the_vocabulary_counts_windows(folder: Path) -> None:
    """Every term with the number of windows that hold it."""
    index = Index.open(folder)
    assert index.vocabulary()["china"] == 18
    assert index.vocabulary()["car"] == 3


def test_items_are_fast_once_warm(folder: Path) -> None:
    """All items in under a millisecond, when they were read before."""
    index = Index.open(folder)
    index.items()
    times = []
    for _ in range(20):
        begin = time.perf_counter()
        index.items()
        times.append(time.perf_counter() - begin)
    assert min(times) < 0.001


def test_32_threads_see_what_one_sees(folder: Path, counting_encoder: CountingEncoder) -> None:
    """The same hits, items and passages as serially, from a fresh index whose caches are cold."""
    questions = ["robot plan", "the chip market", "steel", "subsidy loan", "car"] * 12

    def ask(index: Index, question: str) -> Any:
        (vector,) = counting_encoder.encode([question])
        near, words = index.nearest(vector, 7), index.lexical(terms(question), 7, index.rows())
        ids = index.item_of(row for row, _ in near)
        return near, words, [index.item(key) for key in ids], index.items(bodies=["MOF"]), index.passages(ids[0])

    serial = [ask(Index.open(folder), question) for question in questions[:5]] * 12
    shared = Index.open(folder)
    with ThreadPoolExecutor(32) as pool:
        assert list(pool.map(lambda question: ask(shared, question), questions)) == serial


def test_a_reader_keeps_the_generation_it_opened(
    folder: Path, corpus_of: Corpora, counting_encoder: CountingEncoder
) -> None:
    """While five generations are published and old ones swept, an open reader answers as before, a new one anew."""
    index = Index.open(folder)
    (vector,) = counting_encoder.encode(["the robot"])
    before = (index.nearest(vector, 5), index.lexical(["robot"], 5))
    for number, topic in enumerate(["loan", "export", "data", "energy", "car"]):
        build(corpus_of(topic), counting_encoder, folder, inputs={"n": str(number)})
    assert not (folder / index.generation).exists()
    assert (index.nearest(vector, 5), index.lexical(["robot"], 5)) == before
    assert len(index.items()) == 9  # read only now, from a file that has no name any more
    assert len(index.passages("2023-03-01/top5/1")) == 10
    assert len(Index.open(folder).items()) == 3


def test_opening_while_generations_are_published_never_fails(
    folder: Path, corpus_of: Corpora, counting_encoder: CountingEncoder
) -> None:
    """A reader that finds its generation swept between two steps looks again."""
    corpora = [corpus_of("loan"), corpus_of("export", "car")]

    def publish() -> None:
        for number in range(12):
            build(corpora[number % 2], counting_encoder, folder, inputs={"n": str(number)})

    with ThreadPoolExecutor(1) as pool:
        done, opened = pool.submit(publish), 0
        while not done.done():
            index = Index.open(folder)
            assert len(index.items()) in (3, 6, 9)
            index.close()
            opened += 1
        done.result()
    assert opened > 12


# --- what it leaves alone --------------------------------------------------------------------------------------------


def test_a_read_only_generation_opens_and_opening_adds_no_file(
    folder: Path, counting_encoder: CountingEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With all rights to write taken away an index opens and answers; no file is added, in no temporary folder."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    for path in (*folder.rglob("*"), folder):
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = _listing(folder, tmp_path / "temporary")
    index = Index.open(folder)
    assert index.nearest(counting_encoder.encode(["robot"])[0], 3)
    assert index.lexical(["robot"], 3)
    assert len(index.items()) == 9
    assert check(folder) == []
    assert _listing(folder, tmp_path / "temporary") == before
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)


# --- what it refuses -------------------------------------------------------------------------------------------------


def test_a_folder_without_an_index_says_so(tmp_path: Path) -> None:
    """A missing folder, an empty one, and one with other files have no index yet, which is an error of its own."""
    for folder in (tmp_path / "missing", tmp_path):
        assert not generations.exists(folder)
        with pytest.raises(MissingIndex, match=r"no index here yet. Run `rag index`"):
            Index.open(folder)
        (tmp_path / "README.md").write_text("notes")


def test_every_file_truncated_or_flipped_is_refused_and_named(folder: Path) -> None:
    """Each file cut short, emptied, with a bit flipped anywhere, zeroed or gone: refused, named, left as it is."""
    rng = random.Random(11)
    files = sorted(path for path in _place(folder).rglob("*") if path.is_file())
    assert {path.name for path in files} >= {"manifest.json", "vectors.faiss", "catalogue.sqlite", "meta.json"}
    for path in files:
        whole = path.read_bytes()
        for damaged in _damages(whole, rng):
            path.unlink()
            if damaged is not None:
                path.write_bytes(damaged)
            with pytest.raises(IndexProblem) as caught:
                Index.open(folder)
            assert str(path) in str(caught.value)
            assert "`rag index --rebuild`" in str(caught.value)
            assert check(folder, full=False) == [str(caught.value)]
            assert (path.read_bytes() if path.exists() else None) == damaged
            path.write_bytes(whole)
    assert check(folder) == []


def _damages(whole: bytes, rng: random.Random) -> list[bytes | None]:
    damages: list[bytes | None] = [None, b"", whole[:-1], whole[: len(whole) // 2], whole + b"\0"]
    for _ in range(6):
        at, bit = rng.randrange(len(whole)), 1 << rng.randrange(8)
        damages.append(whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :])
    damages.append(whole[: len(whole) // 3] + bytes(len(whole) - len(whole) // 3))
    return [damage for damage in damages if damage != whole]


@pytest.mark.parametrize(
    "text", ["", "\n", "generation-1", "../../etc", "generation-0123456789abcdef", "\xff\x00" * 200]
)
def test_a_pointer_that_is_none_is_refused(folder: Path, text: str) -> None:
    """CURRENT with anything but our one line is refused by name."""
    (folder / "CURRENT").write_bytes(text.encode("latin-1"))
    with pytest.raises(IndexProblem, match=r"CURRENT: expected the name of a generation"):
        Index.open(folder)


def test_files_of_two_generations_do_not_mix(
    folder: Path, corpus_of: Corpora, counting_encoder: CountingEncoder
) -> None:
    """Any file taken from the generation before is refused."""
    old = _place(folder)
    build(corpus_of("robot", "chip", "loan"), counting_encoder, folder, inputs={})
    for name in ("vectors.faiss", "catalogue.sqlite", "manifest.json"):
        own = (_place(folder) / name).read_bytes()
        shutil.copy(old / name, _place(folder) / name)
        with pytest.raises(IndexProblem, match=name):
            Index.open(folder)
        (_place(folder) / name).write_bytes(own)


def test_an_extra_file_is_ignored_and_reported(folder: Path) -> None:
    """What is not in the manifest changes nothing; `check` names it."""
    (_place(folder) / "words" / "extra.del").write_bytes(b"x")
    assert len(Index.open(folder).items()) == 9
    (problem,) = check(folder)
    assert "extra.del: not part of the index" in problem


def _forge(folder: Path, change: Callable[[dict[str, Any]], object], *, text: str | None = None) -> None:
    """Write another manifest, with a pointer that vouches for it."""
    path = _place(folder) / "manifest.json"
    document = json.loads(path.read_bytes())
    change(document)
    data = (text if text is not None else json.dumps(document)).encode()
    path.write_bytes(data)
    generations.point(folder, path.parent.name, disk.digest(data))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"format": FORMAT + 1}, "from a newer version"),
        ({"format": FORMAT - 1}, "from an older version"),
        ({"application": "another"}, "another program's"),
        ({"generation": "generation-0000000000000000"}, "CURRENT names"),
        ({"generation": "../generation-0000000000000000"}, "generation: expected"),
        ({"dimension": -1}, "dimension: expected"),
        ({"dimension": True}, "dimension: expected"),
        ({"dimension": 2**40}, "vectors.faiss: expected"),
        ({"counts": {"issues": 3, "items": 9, "passages": 2**39, "windows": 18}}, "vectors.faiss: expected"),
        ({"counts": {"issues": 3, "items": 9, "passages": 10**30}}, "passages: expected"),
        ({"counts": {"issues": 3, "items": 9, "passages": 36}}, "windows: expected"),
        ({"counts": {"issues": 3, "items": 9, "passages": 36, "windows": 2**39}}, "documents in words/, found 18"),
        ({"counts": [1, 2]}, "counts: expected an object"),
        ({"files": {}}, "files: expected"),
        ({"files": {"../../secret": {"size": 1, "sha256": "0" * 64}}}, "files: expected"),
        ({"files": {"words/../x": {"size": 1, "sha256": "0" * 64}}}, "files: expected"),
        ({"inputs": {"a": 1}}, "a: expected text"),
        ({"content": "Z" * 64}, "content: expected"),
        ({"encoder": None}, "encoder: expected"),
    ],
)  # fmt: skip
def test_a_hostile_manifest_is_refused_by_its_schema(folder: Path, change: dict[str, Any], found: str) -> None:
    """Wrong types, names that lead elsewhere, other formats and impossible counts: refused, the field named."""
    _forge(folder, lambda document: document.update(change))
    with pytest.raises(IndexProblem, match=found):
        Index.open(folder)


@pytest.mark.parametrize("text", ["", "[]", "null", "NaN", "{", "[" * 100_000, '{"application": ' * 50_000, "\x00"])
def test_a_manifest_that_is_no_object_is_refused(folder: Path, text: str) -> None:
    """No JSON, no object, or JSON nested without end."""
    _forge(folder, lambda _: None, text=text)
    with pytest.raises(IndexProblem, match=r"manifest\.json"):
        Index.open(folder)


def _mutate(value: Any, rng: random.Random) -> Any:
    """One random change somewhere in a JSON value."""
    if isinstance(value, dict) and value and rng.random() < 0.8:
        key = rng.choice(sorted(value))
        action = rng.random()
        if action < 0.2:
            del value[key]
        elif action < 0.3:
            value["../" + key] = value.pop(key)
        else:
            value[key] = _mutate(value[key], rng)
        return value
    odd: list[Any] = [
        None,
        True,
        -1,
        0,
        10**30,
        1.5,
        float("nan"),
        "",
        "../x",
        "é\x00",
        [],
        {},
        [[]] * 3,
        {"size": 1},
        "f" * 64,
    ]
    return rng.choice(odd)


def test_a_fuzzed_manifest_opens_as_it_was_or_is_refused(folder: Path, tmp_path: Path) -> None:
    """A hundred random changes, each vouched for by its pointer: IndexProblem, or an index that answers as before."""
    rng = random.Random(7)
    original = (_place(folder) / "manifest.json").read_bytes()
    refused = 0
    for _ in range(100):
        (_place(folder) / "manifest.json").write_bytes(original)
        _forge(folder, lambda document: _mutate(document, rng))
        try:
            index = Index.open(folder)
        except IndexProblem as problem:
            refused += str(folder) in str(problem)
            continue
        refused += len(index.items()) == 9 and len(index.rows()) == 36
        index.close()
    assert refused == 100


def test_check_sees_what_hashes_cannot(folder: Path, counting_encoder: CountingEncoder, corpus_of: Corpora) -> None:
    """Stores that are whole one by one but of different corpora, under a manifest that vouches for all: reported."""
    other = folder.parent / "other"
    build(corpus_of("chip", "steel", "robot"), counting_encoder, other, inputs={"a": "1"})
    for name in ("catalogue.sqlite", "words"):
        shutil.copytree(_place(folder), folder.parent / "whole")
        if (_place(folder) / name).is_dir():
            shutil.rmtree(_place(folder) / name)
            shutil.copytree(_place(other) / name, _place(folder) / name)
        else:
            shutil.copy(_place(other) / name, _place(folder) / name)
        files = {
            path.relative_to(_place(folder)).as_posix(): {"size": path.stat().st_size, "sha256": disk.sha256(path)}
            for path in _place(folder).rglob("*")
            if path.is_file() and path.name != "manifest.json"
        }
        _forge(folder, lambda document, files=files: document.update(files=files))  # type: ignore[misc]
        assert any(name in problem for problem in check(folder)), name
        shutil.rmtree(_place(folder))
        shutil.copytree(folder.parent / "whole", _place(folder))
        shutil.rmtree(folder.parent / "whole")
        generations.point(folder, _place(folder).name, disk.sha256(_place(folder) / "manifest.json"))
    assert check(folder) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # Python 3.12+ warns: that is the point
def test_a_forked_child_may_read_on(folder: Path, counting_encoder: CountingEncoder) -> None:
    """A child forked from a process with an open index gets the same hits."""
    index = Index.open(folder)
    (vector,) = counting_encoder.encode(["the chip"])
    expected = (index.nearest(vector, 5), index.lexical(["chip"], 5), index.items())
    read, write = os.pipe()
    child = os.fork()
    if not child:
        same = (index.nearest(vector, 5), index.lexical(["chip"], 5), index.items()) == expected
        os.write(write, b"1" if same else b"0")
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert os.read(read, 1) == b"1"
    os.close(read)
    os.close(write)
