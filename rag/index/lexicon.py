"""Words to a folder, and the passages that hold them best: tantivy ranks by BM25, the words are ours.

Takes texts, gives rows and scores. What is indexed is the output of `rag.index.tokens.terms`, which tantivy only splits
at spaces; a query is built from such terms, never parsed, so that nothing a user types is syntax.
Knows nothing of vectors, items or the catalogue.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import numpy as np
import tantivy
from numpy.typing import NDArray

from rag.errors import IndexProblem
from rag.index import disk
from rag.index.ranking import Ranked, best
from rag.index.tokens import terms

_TOKENIZER = "spaces"
_HEAP = 128_000_000  # bytes the writer may hold; beyond that it makes a second segment, which changes no score
_LONGEST = 65_000  # bytes; tantivy drops longer words without a word
_FREQUENCIES = "freq"  # what is kept of a word: how often it stands in a passage, not where


def indexed_terms(text: str) -> list[str]:
    """The terms of a text as the index holds them."""
    return [word for term in terms(text) for word in term.split() if len(word.encode()) <= _LONGEST]


def write(folder: Path, texts: Iterable[tuple[int, str]]) -> None:
    """Index texts, each with its passage row, into a folder that exists and is empty."""
    try:
        _write(folder, texts)
    except (ValueError, OSError) as error:  # tantivy reports a full disk as ValueError
        raise IndexProblem(f"{folder}: cannot be written ({error}). Run `rag index` again.") from error
    for leftover in sorted(folder.glob(".*")):  # tantivy's lock files and list of files, needed by writers only
        disk.remove(leftover)


def _write(folder: Path, texts: Iterable[tuple[int, str]]) -> None:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("row", indexed=True, fast=True)
    builder.add_text_field("words", tokenizer_name=_TOKENIZER, index_option=_FREQUENCIES)
    index = tantivy.Index(builder.build(), path=str(folder))
    index.config_reader("manual")  # the default watches the folder from a thread, which locks it when it likes
    _register(index)
    # one thread: several would order passages of equal score differently at each build
    writer = index.writer(heap_size=_HEAP, num_threads=1)
    for row, text in texts:
        document = tantivy.Document()
        document.add_unsigned("row", row)
        document.add_text("words", " ".join(indexed_terms(text)))
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()


def _register(index: tantivy.Index) -> None:
    """Tokenisers are not kept in the files: they must be named again at each opening."""
    analyser = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(_TOKENIZER, analyser)


class Lexicon:
    """The words of one generation; rows are passage rows."""

    def __init__(self, folder: Path, files: Iterable[str]) -> None:
        """`files` are the names of its files; what else lies in the folder is not looked at."""
        try:
            with _links(folder, files) as links:
                index = tantivy.Index.open(str(links))
                _register(index)
                index.config_reader("manual")  # the default watches the folder from a thread
                self._searcher = index.searcher()  # has mapped every file: the links may go
        except (ValueError, OSError) as error:
            raise IndexProblem(f"{folder}: cannot be opened ({error}). Run `rag index --rebuild`.") from error
        self._schema = index.schema
        self.count = self._searcher.num_docs

    def search(self, words: Sequence[str], k: int, rows: NDArray[np.int64] | None = None) -> Ranked:
        """The k rows that hold the terms best, with BM25 scores, best first, equal ones by row; only among `rows`.

        Term statistics are those of all rows, whatever the filter. A term given twice counts twice.
        """
        query_terms = [word for term in words for word in term.split()]
        if not query_terms:
            return []
        query = tantivy.Query.boolean_query([(tantivy.Occur.Should, self._term(term)) for term in query_terms])
        available = self.count
        if rows is not None:
            allowed = np.unique(np.asarray(rows, dtype=np.int64)).tolist()
            available = len(allowed)
            among = tantivy.Query.term_set_query(self._schema, "row", allowed)
            unscored = tantivy.Query.const_score_query(among, 0.0)
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, unscored)])

        def search(n: int) -> Ranked:
            hits = self._searcher.search(query, limit=n, count=False).hits
            found = self._searcher.fast_field_values("row", [address for _, address in hits])
            return [(int(row), float(score)) for row, (score, _) in zip(found, hits, strict=True) if row is not None]

        return best(search, k, available)

    def vocabulary(self) -> Mapping[str, int]:
        """Every term, with the number of passages that hold it."""
        return MappingProxyType(dict(self._searcher.terms_with_prefix("words", "")))

    def rows(self) -> list[int]:
        """The row numbers that the index holds, in order."""
        if not self.count:
            return []
        hits = self._searcher.search(tantivy.Query.all_query(), limit=self.count, count=False).hits
        found = self._searcher.fast_field_values("row", [address for _, address in hits])
        return sorted(int(row) for row in found if row is not None)

    def _term(self, term: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, "words", term, index_option=_FREQUENCIES)


@contextlib.contextmanager
def _links(folder: Path, files: Iterable[str]) -> Iterator[Path]:
    """A temporary folder of links to the files: tantivy adds a lock file to the folder that it opens."""
    with tempfile.TemporaryDirectory(prefix="rag-words-", ignore_cleanup_errors=True) as temporary:
        links = Path(temporary)
        for name in files:
            try:
                (links / name).symlink_to((folder / name).resolve())
            except OSError:  # Windows without the right to make links
                shutil.copyfile(folder / name, links / name)
        yield links
