"""Vectors to a file, and the exact nearest ones: FAISS without approximation.

Takes unit rows, gives rows and cosines. Knows nothing of texts, items or encoders. A filter is searched exactly: no row
outside it is looked at, none inside it is missed.
"""

from __future__ import annotations

import struct
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from rag.errors import IndexProblem
from rag.index.ranking import Ranked, best
from rag.index.records import checked

# The head of FAISS's file of an `IndexFlatIP`: kind, dimension, rows, two unused numbers, trained, metric, and how
# many numbers follow. FAISS believes these counts before it reads, so we compare them first.
_HEAD = struct.Struct("<4siqqqBiQ")
_KIND, _TRAINED, _INNER_PRODUCT = b"IxFI", 1, 0


def write(path: Path, vectors: NDArray[np.float32]) -> None:
    """(passages, dimension), float32, unit rows, to a new file."""
    index = faiss.IndexFlatIP(vectors.shape[1])
    if len(vectors):
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
    try:
        faiss.write_index(index, str(path))
    except RuntimeError as error:  # its one error, a full disk included
        reason = str(error).splitlines()[0]
        raise IndexProblem(f"{path}: cannot be written ({reason}). Run `rag index` again.") from error


class Vectors:
    """The vectors of one generation, in memory; row numbers are passage rows."""

    def __init__(self, path: Path, *, count: int, dimension: int) -> None:
        _check_head(path, count, dimension)
        try:
            self._index = faiss.read_index(str(path))
        except RuntimeError as error:
            raise IndexProblem(f"{path}: damaged, FAISS cannot read it. Run `rag index --rebuild`.") from error
        self.count, self.dimension = count, dimension

    def nearest(self, vector: NDArray[np.float32], k: int, rows: NDArray[np.int64] | None = None) -> Ranked:
        """The k rows nearest to a unit vector, with their cosines, best first; equal ones by row. Only among `rows`."""
        query = checked(np.asarray(vector, dtype=np.float32).reshape(1, -1), 1, self.dimension)
        allowed = None if rows is None else np.unique(np.asarray(rows, dtype=np.int64))
        parameters = None if allowed is None else _only(allowed)

        def search(n: int) -> Ranked:
            scores, found = self._index.search(query, n, params=parameters)
            # FAISS answers row -1 where it has nothing to say
            return [pair for pair in zip(found[0].tolist(), scores[0].tolist(), strict=True) if pair[0] >= 0]

        return best(search, k, self.count if allowed is None else len(allowed))

    def all(self) -> NDArray[np.float32]:
        """(passages, dimension): a copy of every vector."""
        if not self.count:
            return np.zeros((0, self.dimension), dtype=np.float32)
        matrix: NDArray[np.float32] = self._index.reconstruct_n(0, self.count)
        return matrix


def _only(rows: NDArray[np.int64]) -> faiss.SearchParameters:
    selector = faiss.IDSelectorBatch(rows)
    return faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]  # FAISS adds the keywords at run time


def _check_head(path: Path, count: int, dimension: int) -> None:
    with path.open("rb") as file:
        head = file.read(_HEAD.size)
    expected = (_KIND, dimension, count, _TRAINED, _INNER_PRODUCT, count * dimension)
    found: tuple[object, ...] = ()
    if len(head) == _HEAD.size:
        kind, width, length, _, _, trained, metric, numbers = _HEAD.unpack(head)
        found = (kind, width, length, trained, metric, numbers)
    if found != expected or path.stat().st_size != _HEAD.size + 4 * count * dimension:
        raise IndexProblem(
            f"{path}: expected {count} vectors of {dimension} numbers, found something else. Run `rag index --rebuild`."
        )
