"""Hybrid retrieval: a query to hits, each of a different item, best first; and exact lists where one is asked for.

Vectors find what is said in other words, words find names and figures; both scores are on an absolute scale (cosine;
share of the question's weight that the words of a window cover), so that a weighted sum compares them across questions.
Knows nothing of answers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.briefs.plain import plain
from rag.briefs.records import Item, Span
from rag.index.records import Encoder, Passage
from rag.retrieval.facets import Facets
from rag.retrieval.listing import LISTS, listed, says_something
from rag.retrieval.matching import holding
from rag.retrieval.query import Query
from rag.retrieval.sentences import Sentence, best_sentence, coverage, sentences_of

if TYPE_CHECKING:  # the reader brings the engines, which `import rag` does without
    import numpy as np
    from numpy.typing import NDArray

    from rag.index.reader import Index

ENCODED = 250  # characters of a question that are encoded: what it is about stands there, and more costs time
DEPTH = 64  # passages either engine is asked for, at least; more changed no figure on the dev questions
# Shares of the cosine in a score; the rest is for words. Where no window covers three tenths of the question's weight,
# the question speaks in other words than the briefs, and the few that match are chance. Chosen on the dev questions.
DENSE_WEIGHT = 0.6
DENSE_WEIGHT_WHERE_WORDS_FAIL = 0.95
WORDS_FAIL_BELOW = 0.3
_SEVERAL = 2  # items from which on "all that fits" is a list


@dataclass(frozen=True, slots=True)
class Stages:
    """What finding is made of; all on. Switched off one by one to see what each adds."""

    words: bool = True
    vectors: bool = True
    sentences: bool = True  # vectors of single sentences beside those of windows
    listing: bool = True  # items that satisfy all that is read from a question come first
    doubt: bool = True  # vectors decide where words fail
    names: bool = True  # other names of things, Chinese and German among them
    spelling: bool = True  # slips of the pen corrected


ALL_STAGES = Stages()


@dataclass(frozen=True, slots=True)
class Hit:
    """An item found for a question, with the passage and the sentence that matched."""

    item: Item
    score: float  # larger is better; comparable between questions of one index
    passage: Passage
    span: Span  # of the sentence in the item's text
    cosine: float  # of the question and the nearest passage, -1 to 1; 0 where vectors were not asked
    coverage: float  # share of the question's weight that the passage's words cover, about 0 to 1

    @property
    def sentence(self) -> str:
        """The sentence that matched, read plainly; `item.text[slice(*span)]` is its verbatim form."""
        return plain(self.item.text[slice(*self.span)])


@dataclass(frozen=True, slots=True)
class Scored:
    """A sentence with what speaks for it: its score is to hits' scores as a sentence is to its item."""

    sentence: Sentence
    score: float
    coverage: float  # share of the question's weight that its words cover, 0 to 1


@dataclass(frozen=True, slots=True)
class Found:
    """What one search gave, and the means to weigh the sentences of any item against the same question."""

    hits: tuple[Hit, ...]
    listing: tuple[Item, ...] | None  # the exact list, in order of date; None where none is asked for
    weights: Mapping[str, float]  # of the query's terms
    dense_weight: float  # share of the cosine in a score
    cosines: Callable[[Item], Mapping[Span, float]]
    fitting: frozenset[str] = frozenset()  # ids of the items that satisfy all that the question says, words included

    def scored(self, item: Item) -> list[Scored]:
        """The sentences of an item, in order, weighed."""
        cosines = self.cosines(item)
        share = self.dense_weight if cosines else 0.0
        wanted = tuple(self.weights)
        return [
            Scored(s, share * _cosine(s.span, cosines) + (1 - share) * covered, covered)
            for s in sentences_of(item)
            for covered in [coverage(wanted, s.terms, self.weights)]
        ]


def _cosine(span: Span, cosines: Mapping[Span, float]) -> float:
    """That of the smallest passage around a sentence."""
    around = [p for p in cosines if p[0] <= span[0] and span[1] <= p[1]]
    return cosines[min(around, key=lambda p: p[1] - p[0])] if around else 0.0


class Searcher:
    """Searches one opened index. `encoder` None searches by words alone."""

    def __init__(self, index: Index, encoder: Encoder | None, stages: Stages = ALL_STAGES) -> None:
        self._index, self._encoder, self._stages = index, encoder, stages

    def search(self, query: Query, k: int) -> Found:
        """The k best items: those of the exact list first, then those that satisfy the facets read; each by score."""
        rows = self._index.rows(item.id for item in self.select(query.given)) if query.given else None
        fitting = self._listing(query)
        listing = None if query.shape == "all" and len(fitting or ()) < _SEVERAL else fitting
        depth = max(DEPTH, 8 * k)
        vector = (
            self._encoder.encode([query.sense[:ENCODED]])[0]
            if self._encoder is not None and self._stages.vectors
            else None
        )
        weights = self._weights(query.terms)
        lexical = self._lexical(weights, depth, rows) if self._stages.words else {}
        dense = dict(self._index.nearest(vector, depth, rows)) if vector is not None else {}
        first = {item.id for item in fitting or ()}
        share = self._dense_weight(dense, lexical)
        named = self._named(query)
        hits = self._fused(query, first, named, dense, lexical, share, weights, k)
        return Found(
            tuple(hits),
            None if listing is None else tuple(listing),
            weights,
            share,
            lambda item: self._cosines(item, vector),
            frozenset(first),
        )

    def select(self, facets: Facets) -> list[Item]:
        """Every item that satisfies the facets, in order of date."""
        return self._index.items(
            issues=facets.issue or None,
            sections=facets.section or None,
            bodies=facets.body or None,
            since=facets.since,
            until=facets.until,
        )

    def _listing(self, query: Query) -> list[Item] | None:
        alone = query.shape in ("latest", "earliest")  # of everything, where nothing else is said
        if query.shape not in LISTS or not (alone or says_something(query)) or not self._stages.listing:
            return None
        found = listed(query, self.select(query.given))
        if not (alone and found):
            return found
        day = found[-1 if query.shape == "latest" else 0].date
        return [item for item in found if item.date == day]  # of several of one day none is later

    def _named(self, query: Query) -> set[str]:
        """Items that hold the companies and places that the question names, by id; none where it names none."""
        groups = (*query.companies, *(query.places if query.shape == "answer" else ()))
        return {item.id for item in holding(self.select(query.given), groups)} if groups else set()

    def _dense_weight(self, dense: Mapping[int, float], lexical: Mapping[int, float]) -> float:
        if not dense:
            return 0.0
        fail = max(lexical.values(), default=0.0) < WORDS_FAIL_BELOW
        return DENSE_WEIGHT_WHERE_WORDS_FAIL if fail and self._stages.doubt else DENSE_WEIGHT

    def _fused(
        self,
        query: Query,
        first: set[str],
        named: set[str],
        dense: Mapping[int, float],
        lexical: Mapping[int, float],
        share: float,
        weights: Mapping[str, float],
        k: int,
    ) -> list[Hit]:
        """Passages' scores to items' hits; an item's words and its nearest passage may lie in different passages."""
        import numpy as np  # the index brought it

        rows = sorted(lexical.keys() | dense.keys())
        if not self._stages.sentences:
            rows = [row for row in rows if self._index.passage(row).unit != "sentence"]
        if not rows:
            return []
        owners = self._index.item_of(rows)
        starts = [n for n, owner in enumerate(owners) if not n or owner != owners[n - 1]]  # its rows lie together
        floor = min(dense.values(), default=0.0)
        cosines, covers = [dense.get(row, floor) for row in rows], [lexical.get(row, 0.0) for row in rows]
        near = np.maximum.reduceat(cosines, starts).tolist()
        held = np.maximum.reduceat(covers, starts).tolist()
        ids = [owners[start] for start in starts]
        scores = [share * cosine + (1 - share) * cover for cosine, cover in zip(near, held, strict=True)]
        misfit = self._misfit(query.read, ids)

        def passage(n: int) -> int:
            """The row of an item's best passage."""
            span = range(starts[n], starts[n + 1] if n + 1 < len(starts) else len(rows))
            return rows[max(span, key=lambda at: share * cosines[at] + (1 - share) * covers[at])]

        def rank(n: int) -> tuple[bool, bool, bool, float, str]:
            owner = ids[n]
            return owner not in first, owner in misfit, bool(named) and owner not in named, -scores[n], owner

        order = sorted(range(len(ids)), key=rank)[:k]
        items = self._index.items_of([ids[n] for n in order])
        return [
            self._hit(item, scores[n], passage(n), near[n], held[n], weights)
            for n, item in zip(order, items, strict=True)
        ]

    def _misfit(self, read: Facets, ids: Sequence[str]) -> set[str]:
        """Items that do not satisfy the facets read, by id."""
        if not read or not self._stages.listing:
            return set()
        return {item.id for item in self._index.items_of(ids) if not read.accepts(item, mentions=True)}

    def _cosines(self, item: Item, vector: NDArray[np.float32] | None) -> dict[Span, float]:
        """Passage intervals of an item with their cosines; empty without an encoder."""
        if vector is None:
            return {}
        rows = self._index.rows([item.id])
        return {self._index.passage(row).span: cosine for row, cosine in self._index.nearest(vector, len(rows), rows)}

    def _weights(self, wanted: Sequence[str]) -> dict[str, float]:
        """Inverse window frequency of each term, as BM25 has it: never negative, largest for a term nobody has."""
        vocabulary, total = self._index.vocabulary(), self._index.manifest.counts.windows
        return {t: math.log(1 + (total - (n := vocabulary.get(t, 0)) + 0.5) / (n + 0.5)) for t in wanted}

    def _lexical(self, weights: Mapping[str, float], depth: int, rows: NDArray[np.int64] | None) -> dict[int, float]:
        """BM25 as a share of what a window of mean length with every term once would score."""
        known = [term for term in weights if term in self._index.vocabulary()]
        total = sum(weights.values())
        if not known or not total:
            return {}
        return {row: score / total for row, score in self._index.lexical(known, depth, rows)}

    def _hit(
        self, item: Item, score: float, row: int, cosine: float, covered: float, weights: Mapping[str, float]
    ) -> Hit:
        passage = self._index.passage(row)
        sentence = best_sentence(item, tuple(weights), weights, passage.span)
        return Hit(item, score, passage, sentence.span, cosine, covered)
