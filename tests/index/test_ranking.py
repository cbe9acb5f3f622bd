"""The k best rows of an engine that orders equal scores as it likes."""

from __future__ import annotations

import pytest

from rag.index.ranking import Ranked, best

SCORES = {0: 1.0, 1: 3.0, 2: 1.0, 3: 1.0, 4: 2.0, 5: 1.0, 6: 1.0}


def _engine(n: int) -> Ranked:
    """Best first, equal scores from the last row to the first."""
    return sorted(SCORES.items(), key=lambda hit: (-hit[1], -hit[0]))[:n]


@pytest.mark.parametrize("k", range(1, 12))
def test_equal_scores_come_by_row_wherever_the_border_falls(k: int) -> None:
    """The k best are those of the full list sorted by score and row, also where k cuts through equal scores."""
    whole = sorted(SCORES.items(), key=lambda hit: (-hit[1], hit[0]))
    assert best(_engine, k, len(SCORES)) == whole[:k]


@pytest.mark.parametrize(("k", "available"), [(0, 7), (-1, 7), (3, 0)])
def test_nothing_is_asked_where_nothing_can_be_found(k: int, available: int) -> None:
    """Without a k or without rows the engine is not called."""
    assert best(lambda n: pytest.fail("called"), k, available) == []


def test_an_engine_that_finds_less_than_asked_is_not_asked_again() -> None:
    """Words may stand in fewer rows than are wanted."""
    asked: list[int] = []

    def engine(n: int) -> Ranked:
        asked.append(n)
        return [(4, 1.0), (2, 1.0)][:n]

    assert best(engine, 5, 100) == [(2, 1.0), (4, 1.0)]
    assert asked == [6]
