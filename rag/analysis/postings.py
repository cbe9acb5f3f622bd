"""Sets of words by their words, so that those like a set are found without a look at all of them.

Takes sets; gives those that may hold a share of the words of another set. Knows nothing of goals.
"""

from __future__ import annotations

from collections import defaultdict
from math import ceil

Words = frozenset[str]


class Postings:
    """Sets that were put in, by their words. None is given twice, and none without words at all."""

    def __init__(self) -> None:
        self._holding: dict[str, dict[Words, None]] = defaultdict(dict)

    def add(self, words: Words) -> None:
        """Put one in; what is there already stays as it is."""
        for word in words:
            self._holding[word][words] = None

    def near(self, words: Words, share: float) -> list[Words]:
        """Every set that holds at least this share of the words, and perhaps others: they are still to be compared.

        Whatever holds so many of the words holds one of any so few: of the rarest, which few hold.
        """
        few = len(words) - ceil(share * len(words)) + 1
        rarest = sorted(words, key=lambda word: (len(self._holding.get(word, ())), word))[:few]
        return list({found: None for word in rarest for found in self._holding.get(word, ())})
