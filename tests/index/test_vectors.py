"""FAISS against a matrix product that anybody can read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rag.errors import EncoderError, IndexProblem
from rag.index import vectors
from rag.index.ranking import Ranked
from rag.index.vectors import Vectors

DIMENSION, COUNT = 8, 60


@pytest.fixture
def matrix() -> NDArray[np.float32]:
    """Unit rows, many of them equal."""
    rng = np.random.default_rng(5)
    few = rng.standard_normal((7, DIMENSION)).astype(np.float32)
    few /= np.linalg.norm(few, axis=1, keepdims=True)
    return few[rng.integers(0, 7, COUNT)]


@pytest.fixture
def opened(matrix: NDArray[np.float32], tmp_path: Path) -> Vectors:
    """The same rows behind FAISS."""
    vectors.write(tmp_path / "v.faiss", matrix)
    return Vectors(tmp_path / "v.faiss", count=COUNT, dimension=DIMENSION)


def _obvious(matrix: NDArray[np.float32], query: NDArray[np.float32], rows: list[int]) -> Ranked:
    """Every cosine, rounded so that equal vectors have equal ones, then sorted by score and row."""
    cosines = np.round(matrix @ query, 5)
    return sorted(((row, float(cosines[row])) for row in rows), key=lambda hit: (-hit[1], hit[0]))


@pytest.mark.parametrize("k", [1, 3, 10, 59, 60, 1000])
def test_faiss_equals_a_matrix_product(opened: Vectors, matrix: NDArray[np.float32], k: int) -> None:
    """Rows, order of ties and cosines are those of the matrix product, also where more are asked than exist."""
    for query in matrix[:7]:
        found = opened.nearest(query, k)
        expected = _obvious(matrix, query, list(range(COUNT)))[:k]
        assert [row for row, _ in found] == [row for row, _ in expected]
        assert np.allclose([s for _, s in found], [s for _, s in expected], atol=1e-5)


@pytest.mark.parametrize("k", [1, 4, 60])
@pytest.mark.parametrize("size", [0, 1, 5, 30])
def test_a_filter_equals_the_filtered_full_search(
    opened: Vectors, matrix: NDArray[np.float32], k: int, size: int
) -> None:
    """Searching among some rows gives what is left of the full search when all others are taken out."""
    rows = np.random.default_rng(size).permutation(COUNT)[:size]
    found = opened.nearest(matrix[0], k, rows)
    full = [hit for hit in opened.nearest(matrix[0], COUNT) if hit[0] in rows.tolist()]
    assert found == full[:k]


def test_an_empty_index_has_no_neighbours(tmp_path: Path) -> None:
    """No vectors, no hits."""
    vectors.write(tmp_path / "v.faiss", np.zeros((0, DIMENSION), dtype=np.float32))
    empty = Vectors(tmp_path / "v.faiss", count=0, dimension=DIMENSION)
    assert empty.nearest(np.eye(DIMENSION, dtype=np.float32)[0], 5) == []
    assert empty.all().shape == (0, DIMENSION)


def test_all_vectors_come_back_as_they_were_written(opened: Vectors, matrix: NDArray[np.float32]) -> None:
    """Reused vectors are bit for bit the old ones."""
    assert np.array_equal(opened.all(), matrix)


@pytest.mark.parametrize(
    ("vector", "found"),
    [
        (np.zeros(DIMENSION), "length 0"),
        (np.full(DIMENSION, np.nan), "length nan"),
        (np.full(DIMENSION, np.inf), "length inf"),
        (np.ones(DIMENSION), "length 2.8"),
        (np.ones(DIMENSION + 1), r"\(1, 9\)"),
    ],
)
def test_a_vector_that_is_none_never_finds_anything(opened: Vectors, vector: NDArray[np.float32], found: str) -> None:
    """Zero, infinite, unscaled or misshapen vectors raise an error that names what was found."""
    with pytest.raises(EncoderError, match=found):
        opened.nearest(vector, 3)


@pytest.mark.parametrize(("count", "dimension"), [(COUNT + 1, DIMENSION), (COUNT, DIMENSION + 1), (2**39, DIMENSION)])
def test_a_file_of_other_counts_is_refused_before_it_is_read(
    opened: Vectors, tmp_path: Path, count: int, dimension: int
) -> None:
    """The head of the file is compared with what the manifest says."""
    with pytest.raises(IndexProblem, match=r"v\.faiss: expected"):
        Vectors(tmp_path / "v.faiss", count=count, dimension=dimension)


def test_a_head_that_promises_more_than_the_file_holds_is_refused(opened: Vectors, tmp_path: Path) -> None:
    """FAISS would set aside what the head promises; we look at it first."""
    path = tmp_path / "v.faiss"
    data = bytearray(path.read_bytes())
    data[37:45] = (2**60).to_bytes(8, "little")
    path.write_bytes(data)
    with pytest.raises(IndexProblem, match="found something else"):
        Vectors(path, count=COUNT, dimension=DIMENSION)
