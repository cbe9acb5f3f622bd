"""Answers that are lists."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from rag.answers.listings import lead, list_items
from rag.answers.records import Coverage, IssueCoverage


def test_a_list_has_a_line_for_every_item_in_order_of_date(world: Any) -> None:
    """Nothing is cut off: date, heading where there is one, and the sentence that shows why."""
    answer = world.ask("Everything issued by the MOF")
    assert [statement.text for statement in answer.statements] == [
        "18 January 2023: Robots for every farm. The robot plan wants 240 robots on every farm by 2026.",
        "3 February 2023: The MOF set a subsidy for clean steel.",
        "4 April 2023: The MOF widened a loan for green energy.",
    ]
    assert answer.text.count("\n- ") == 3
    assert answer.lead == "3 items, complete for the 2 issues from March 2023 to May 2023:"
    assert answer.text.startswith(answer.lead + "\n\n- ")


def test_the_sentence_of_a_line_shows_why_the_item_is_listed(world: Any, farm: Any) -> None:
    """The one that holds what is required, or the year that is due."""
    query = replace(world.read("Everything issued by the MOF"), required=(("budget",),))
    found = world.searcher.search(query, 3)
    (line,) = list_items(query, replace(found, listing=(farm,)))
    assert line.text.endswith("It foresees a loan budget of CNY 3 billion.")
    due = replace(query, required=(), deadlines=(2026,))
    (line,) = list_items(due, replace(found, listing=(farm,)))
    assert line.text.endswith("by 2026.")
    assert line.bullet


@pytest.mark.parametrize(
    ("count", "issues", "expected"),
    [
        (1, [3], "1 item, complete for the 1 issue of March 2023:"),
        (2, [3, 5], "2 items, complete for the 2 issues from March 2023 to May 2023:"),
    ],
)
def test_the_lead_counts(world: Any, count: int, issues: list[int], expected: str) -> None:
    """How many items, and for which issues that is all."""
    days = [dt.date(2023, month, 1) for month in issues]
    covered = Coverage(tuple(IssueCoverage(day, None, "digest", {"policy": 1}) for day in days), days[0], days[-1])
    query = world.read("Everything issued by the MOF")
    assert lead(query, count, covered) == expected
    assert lead(replace(query, shape="latest"), 1, covered) == ""
    assert lead(query, 1, Coverage((), None, None)) == ""
