"""tantivy against the formula of BM25, written out."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from rag.index import lexicon
from rag.index.lexicon import Lexicon, indexed_terms
from rag.index.ranking import Ranked

# Lengths in words: 4, 6, 5; tantivy keeps lengths up to 40 exactly, longer ones rounded
TEXTS = ["robot plan robot market", "steel plan steel steel car market", "chip subsidy loan plan energy"]
K1, B = 1.2, 0.75


def _open(folder: Path, texts: list[str], *, step: int = 1) -> Lexicon:
    """The texts in rows 0, `step`, 2 * `step` and so on: between windows there are rows of sentences."""
    folder.mkdir(exist_ok=True)
    lexicon.write(folder, [(step * number, text) for number, text in enumerate(texts)])
    return Lexicon(folder, [path.name for path in folder.iterdir()])


def _bm25(texts: list[str], query: list[str]) -> Ranked:
    """BM25 as Lucene and tantivy have it: idf = ln(1 + (N - n + 0.5) / (n + 0.5))."""
    documents = [Counter(indexed_terms(text)) for text in texts]
    mean = sum(document.total() for document in documents) / len(documents)
    scores: dict[int, float] = {}
    for row, document in enumerate(documents):
        for term in query:
            holding = sum(term in other for other in documents)
            if document[term]:
                idf = math.log(1 + (len(documents) - holding + 0.5) / (holding + 0.5))
                length = K1 * (1 - B + B * document.total() / mean)
                scores[row] = scores.get(row, 0.0) + idf * document[term] * (K1 + 1) / (document[term] + length)
    return sorted(scores.items(), key=lambda hit: (-hit[1], hit[0]))


@pytest.mark.parametrize(
    "query", [["robot"], ["plan"], ["plan", "market"], ["steel", "steel"], ["chip", "robot", "car"]]
)
def test_scores_are_those_of_the_formula(tmp_path: Path, query: list[str]) -> None:
    """Rows and BM25 scores of three short passages equal the formula; a term given twice counts twice."""
    found = _open(tmp_path / "w", TEXTS).search(query, 10)
    expected = _bm25(TEXTS, query)
    assert [row for row, _ in found] == [row for row, _ in expected]
    assert [score for _, score in found] == pytest.approx([score for _, score in expected], rel=1e-5)


def test_one_score_worked_by_hand(tmp_path: Path) -> None:
    """ "robot" stands twice in the first of three passages, which has 4 of 5 words on average: ln(8/3) * 4.4 / 3.02."""
    ((row, score),) = _open(tmp_path / "w", TEXTS).search(["robot"], 10)
    assert row == 0
    assert score == pytest.approx(math.log(8 / 3) * 4.4 / 3.02, rel=1e-6)


@pytest.mark.parametrize("step", [1, 3])
@pytest.mark.parametrize("k", [1, 2, 7, 40])
def test_equal_scores_come_by_row(tmp_path: Path, k: int, step: int) -> None:
    """Forty equal passages come in the order of their rows, however many are asked for and whatever lies between."""
    opened = _open(tmp_path / "w", ["robot plan"] * 40, step=step)
    assert [row for row, _ in opened.search(["robot"], k)] == list(range(0, 40 * step, step))[:k]
    assert [row for row, _ in opened.search(["robot"], k, np.arange(40 * step))] == opened.rows()[:k]


@pytest.mark.parametrize("k", [1, 3, 50])
@pytest.mark.parametrize("size", [0, 1, 6, 25])
@pytest.mark.parametrize("step", [1, 3])
def test_a_filter_equals_the_filtered_full_search(tmp_path: Path, k: int, size: int, step: int) -> None:
    """Searching among some rows gives what is left of the full search, with the same scores.

    Rows that the index does not hold are among them where there are gaps.
    """
    rng = np.random.default_rng(3)
    texts = [" ".join(rng.choice("robot plan car chip loan".split(), 1 + int(rng.integers(9)))) for _ in range(50)]
    opened = _open(tmp_path / "w", texts, step=step)
    rows = rng.permutation(50 * step)[: size * step]
    full = [hit for hit in opened.search(["robot", "loan"], 50) if hit[0] in rows.tolist()]
    assert opened.search(["robot", "loan"], k, rows) == full[:k]


def test_rows_that_are_not_held_find_nothing(tmp_path: Path) -> None:
    """The index holds the rows it was given, and among others it finds nothing."""
    opened = _open(tmp_path / "w", TEXTS, step=4)
    assert opened.rows() == [0, 4, 8]
    assert opened.count == 3
    assert opened.search(["plan"], 5, np.array([1, 2, 3, 5, 9, 400])) == []
    assert [row for row, _ in opened.search(["chip"], 5)] == [8]


def test_our_words_are_what_is_ranked(tmp_path: Path) -> None:
    """Words with signs and Chinese pairs are found as our tokeniser has them, not as tantivy's would."""
    opened = _open(tmp_path / "w", ["Robot+ and R&D", "robots", "318,900 cars", "机器人计划"])
    assert [row for row, _ in opened.search(["r&d"], 5)] == [0]
    assert [row for row, _ in opened.search(["318,900"], 5)] == [2]
    assert opened.search(["318"], 5) == []
    assert [row for row, _ in opened.search(["器人"], 5)] == [3]


@pytest.mark.parametrize("query", [[], ["absent"], [""], ["row:0"], ["plan OR robot"], ["*"], ['"'], ["plan\x00"]])
def test_no_word_is_syntax(tmp_path: Path, query: list[str]) -> None:
    """What is no word of the index finds nothing, raises nothing, restricts nothing, whatever a parser makes of it."""
    found = _open(tmp_path / "w", TEXTS).search(query, 5)
    assert sorted(row for row, _ in found) == ([0, 1, 2] if query == ["plan OR robot"] else [])


def test_the_vocabulary_counts_passages(tmp_path: Path) -> None:
    """Each term comes with the number of passages that hold it."""
    words = _open(tmp_path / "w", TEXTS).vocabulary()
    assert words["plan"] == 3
    assert words["steel"] == 1
    assert len(words) == len({term for text in TEXTS for term in indexed_terms(text)})


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    """No passages, no hits, no words."""
    empty = _open(tmp_path / "w", [])
    assert empty.search(["plan"], 5) == []
    assert dict(empty.vocabulary()) == {}
    assert empty.rows() == []


def test_opening_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    """tantivy's lock file does not appear beside the index, and searching goes on once the files are gone."""
    opened = _open(tmp_path / "w", TEXTS)
    before = sorted(path.name for path in (tmp_path / "w").iterdir())
    again = Lexicon(tmp_path / "w", before)
    assert sorted(path.name for path in (tmp_path / "w").iterdir()) == before
    for path in (tmp_path / "w").iterdir():
        path.unlink()
    assert again.search(["robot"], 5) == opened.search(["robot"], 5)


def test_nothing_watches_a_folder_while_it_is_written(tmp_path: Path) -> None:
    """No thread of tantivy's looks at the folder: it would leave a lock file there, maybe once all is published."""
    lock, meta = tmp_path / ".tantivy-meta.lock", tmp_path / "meta.json"

    def texts() -> Iterator[tuple[int, str]]:
        time.sleep(0.5)  # the writer itself tidies up once, as it begins
        lock.unlink(missing_ok=True)
        meta.write_bytes(meta.read_bytes() + b" ")  # a change that a watcher would take up within half a second
        time.sleep(0.8)
        assert not lock.exists()
        yield 0, "robot plan"

    lexicon.write(tmp_path, texts())
    assert not list(tmp_path.glob(".*"))
