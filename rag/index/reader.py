"""An index that is open for reading: one generation, verified, kept until it is closed.

Takes an embeddings folder, gives items, passages and ranked rows. Writes nothing anywhere. Knows nothing of questions
or how scores are combined.

Safe from many threads. A generation that is removed while it is open stays readable (not on Windows, where it cannot
be removed as long). After a fork the child may read on if no call was under way; better open in the child.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.briefs.records import Item
from rag.errors import IndexProblem
from rag.index import disk
from rag.index.catalogue import Catalogue, IssueInfo
from rag.index.lexicon import Lexicon
from rag.index.manifest import (
    CATALOGUE,
    REBUILD,
    VECTORS,
    WORDS,
    FileStamp,
    Manifest,
    MissingIndex,
    Pointer,
    read_manifest,
    read_pointer,
)
from rag.index.ranking import Ranked
from rag.index.records import Passage
from rag.index.vectors import Vectors

__all__ = ["Index", "IssueInfo", "Manifest", "MissingIndex"]

_VERIFIED_WHOLE = 256_000_000  # bytes up to which every file is hashed at opening (0.1 s for 90 MB)


class Index:
    """One open generation. Make it with `Index.open`."""

    def __init__(self, place: Path, manifest: Manifest) -> None:
        """`place` is the folder of the generation."""
        self.manifest = manifest
        self.generation = manifest.generation
        counts = manifest.counts
        verify(place, manifest)
        self._catalogue = Catalogue(place / CATALOGUE)
        try:
            self._vectors = Vectors(place / VECTORS, count=counts.passages, dimension=manifest.dimension)
            self._lexicon = Lexicon(place / WORDS, [Path(name).name for name in manifest.files if "/" in name])
            self._item_ids = self._catalogue.item_column()
            for what, expected, found in (
                ("passages", counts.passages, len(self._item_ids)),
                (f"documents in {WORDS}/", counts.windows, self._lexicon.count),
            ):
                if found != expected:
                    raise IndexProblem(f"{place}: expected {expected} {what}, found {found}. {REBUILD}")
        except (IndexProblem, OSError):
            self._catalogue.close()
            raise
        self._passages: dict[int, Passage] = {}

    @classmethod
    def open(cls, folder: Path) -> Index:
        """Open the current generation of an embeddings folder, verified.

        MissingIndex where there is none; IndexProblem where it is damaged, another program's or of a newer format.
        """
        while True:
            pointer = read_pointer(folder)
            try:
                return cls(folder / pointer.generation, read_manifest(folder, pointer))
            except OSError as error:
                if not _replaced(folder, pointer):
                    where = error.filename or folder
                    raise IndexProblem(f"{where}: cannot be read ({error.strerror}). {REBUILD}") from error
            except IndexProblem:
                # builders may have published and swept between two of our steps: then look again
                if not _replaced(folder, pointer):
                    raise

    def close(self) -> None:
        """Let go of the files; no other method may be called afterwards."""
        self._catalogue.close()

    # -- items -------------------------------------------------------------------------------------------------------

    def item(self, item_id: str) -> Item | None:
        """The item of this id."""
        found = self._catalogue.items([item_id])
        return found[0] if found else None

    def items_of(self, item_ids: Iterable[str]) -> list[Item]:
        """The items of these ids, in their order; unknown ids are left out."""
        return self._catalogue.items(item_ids)

    def items(
        self,
        *,
        issues: Collection[dt.date] | None = None,
        sections: Collection[str] | None = None,
        bodies: Collection[str] | None = None,
        since: dt.date | None = None,
        until: dt.date | None = None,
    ) -> list[Item]:
        """All items that satisfy every facet given, by (date, id); a facet is satisfied by any of its values.

        `issues` are dates of issues, `bodies` issuing bodies; `since` and `until` are on the item's date, inclusive.
        """
        ids = self._catalogue.ids(issues=issues, sections=sections, bodies=bodies, since=since, until=until)
        return self._catalogue.items(ids)

    def issues(self) -> list[IssueInfo]:
        """The issues, in order of date."""
        return self._catalogue.issues()

    def words(self) -> Mapping[str, int]:
        """Every word of the items' texts, folded, with the number of items that hold it."""
        return self._catalogue.words()

    # -- passages ----------------------------------------------------------------------------------------------------

    def rows(self, item_ids: Iterable[str] | None = None) -> NDArray[np.int64]:
        """Row numbers of the passages of these items, ascending; of all items for None."""
        if item_ids is None:
            return np.arange(len(self._item_ids), dtype=np.int64)
        ranges = [self._ranges[key] for key in set(item_ids) if key in self._ranges]
        return np.array(sorted(itertools.chain.from_iterable(ranges)), dtype=np.int64)

    def passage(self, row: int) -> Passage:
        """The passage in a row."""
        if row not in self._passages:
            self._passages.update(self._catalogue.passages([row]))
        return self._passages[row]

    def passages(self, item_id: str) -> list[Passage]:
        """The passages of an item, in order; none for an unknown id."""
        rows = self._ranges.get(item_id, range(0))
        if any(row not in self._passages for row in rows):
            self._passages.update(self._catalogue.passages(rows))
        return [self._passages[row] for row in rows]

    def item_of(self, rows: Iterable[int]) -> list[str]:
        """For each row, the id of its item."""
        return [self._item_ids[row] for row in rows]

    # -- ranking -----------------------------------------------------------------------------------------------------

    def nearest(self, vector: NDArray[np.float32], k: int, rows: NDArray[np.int64] | None = None) -> Ranked:
        """The k rows nearest to a unit vector as (row, cosine), best first, equal ones by row; only among `rows`."""
        return self._vectors.nearest(vector, k, rows)

    def lexical(self, terms: Sequence[str], k: int, rows: NDArray[np.int64] | None = None) -> Ranked:
        """The k rows that hold the terms best as (row, BM25), best first, equal ones by row; only among `rows`."""
        return self._lexicon.search(terms, k, rows)

    def vocabulary(self) -> Mapping[str, int]:
        """Every term of the index, with the number of windows that hold it."""
        return self._vocabulary

    # -- what a builder reuses, and a check compares ------------------------------------------------------------------

    def digests(self) -> list[str]:
        """For each row, the hash of what was embedded."""
        return self._catalogue.digest_column()

    def vectors(self) -> NDArray[np.float32]:
        """(passages, dimension), float32: a copy of all vectors."""
        return self._vectors.all()

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue behind the items."""
        return self._catalogue

    @property
    def lexicon(self) -> Lexicon:
        """The words behind the lexical ranking."""
        return self._lexicon

    @cached_property
    def _vocabulary(self) -> Mapping[str, int]:
        return self._lexicon.vocabulary()

    @cached_property
    def _ranges(self) -> dict[str, range]:
        """Item id -> its rows, which lie together."""
        ranges: dict[str, range] = {}
        for key, group in itertools.groupby(range(len(self._item_ids)), key=self._item_ids.__getitem__):
            rows = list(group)
            ranges[key] = range(rows[0], rows[-1] + 1)
        return ranges


def verify(place: Path, manifest: Manifest, *, whole: bool = False) -> None:
    """Compare the files of a generation with its manifest: all sizes, and the hashes.

    Over 256 MB in all only the catalogue is hashed, unless `whole`.
    """
    small = sum(stamp.size for stamp in manifest.files.values()) <= _VERIFIED_WHOLE
    for name, stamp in manifest.files.items():
        problem = difference(place / name, stamp, hashed=whole or small or name == CATALOGUE)
        if problem:
            raise IndexProblem(f"{problem}. {REBUILD}")


def difference(path: Path, stamp: FileStamp, *, hashed: bool) -> str | None:
    """What is wrong with a file, as a sentence without its full stop; None if nothing."""
    try:
        size = path.stat().st_size
        if size != stamp.size:
            return f"{path}: damaged, expected {stamp.size} bytes, found {size}"
        if hashed and disk.sha256(path) != stamp.sha256:
            return f"{path}: damaged, its bytes are not those that were written (SHA-256 differs)"
    except OSError as error:
        return f"{path}: cannot be read ({error.strerror})"
    return None


def _replaced(folder: Path, pointer: Pointer) -> bool:
    """Whether another generation has become current meanwhile."""
    return read_pointer(folder) != pointer
