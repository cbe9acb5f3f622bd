"""Slips of the pen: unknown words of a question, corrected to words that the corpus uses.

Takes a question and the vocabulary of the corpus; gives the corrections, never applies one to a word that is known. A
correction is one letter away (two in long words), counting a swap of neighbours as one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rag.index.tokens import Word, stem
from rag.retrieval.stopwords import STOPWORDS

SHORTEST = 4  # letters: shorter words are too near to too many others
LONG = 7  # letters from which two slips may be forgiven
MOST = 20  # words of a question that are looked at


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of a corpus."""

    counts: Mapping[str, int]  # folded words, with the number of items that hold each
    stems: frozenset[str]

    @classmethod
    def of(cls, counts: Mapping[str, int]) -> Vocabulary:
        """These words."""
        return cls(counts, frozenset(map(stem, counts)))

    def __contains__(self, word: str) -> bool:
        """Whether an item holds a folded word, inflections counting."""
        return word in self.counts or stem(word) in self.stems


@dataclass(frozen=True, slots=True)
class Correction:
    """A word as written, where, and as the corpus writes it."""

    written: str
    start: int
    end: int
    meant: str


def correct(text: str, unknown: Iterable[Word], known: Mapping[str, int]) -> list[Correction]:
    """For each unknown word the nearest known one, of equals the one that more items hold; none where none is near.

    A capitalised word may be a name that the corpus lacks: it is forgiven one slip only, and not in its first letter.
    """
    from rapidfuzz import process  # most questions have no slip: a start does without
    from rapidfuzz.distance import OSA

    found = []
    for word in itertools.islice(unknown, MOST):
        written = word.folded
        if len(written) < SHORTEST or not written.isalpha() or word.is_cjk:
            continue
        name = text[word.start].isupper()
        slips = 2 if len(written) >= LONG and not name else 1
        near = process.extract(written, known.keys(), scorer=OSA.distance, score_cutoff=slips, limit=20)
        if name:
            near = [n for n in near if n[0][0] == written[0] and n[0] not in STOPWORDS]
        # a first letter is rarely mistyped: of equally near words prefer one that begins alike
        best = min(near, key=lambda n: (n[1], n[0][0] != written[0], -known[n[0]], n[0]), default=None)
        if best is not None:
            found.append(Correction(written, word.start, word.end, best[0]))
    return found
