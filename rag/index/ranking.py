"""The k best rows of an engine that orders equal scores as it likes.

Takes an engine's own search, gives its best rows in one fixed order: score, then row number. Knows nothing of vectors
or words.
"""

from __future__ import annotations

from collections.abc import Callable

Ranked = list[tuple[int, float]]  # (row, score), best first


def best(search: Callable[[int], Ranked], k: int, available: int) -> Ranked:
    """The k best of at most `available` rows, best first, equal scores by row.

    `search(n)` gives the engine's n best rows, best first. Which of several equal rows it leaves out at the end is its
    own choice, so we ask for more until the last one is worse than the k-th.
    """
    if k < 1 or available < 1:
        return []
    ask = min(k + 1, available)
    found = search(ask)
    while len(found) == ask < available and found[-1][1] == found[k - 1][1]:
        ask = min(2 * ask, available)
        found = search(ask)
    return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:k]
