"""Comparisons: what answers of each side, and what a side is called."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from rag.answers.comparison import compare, side_labels
from rag.answers.phrases import PHRASES

ROBOTS, STEEL, CAR = "2023-03-01/top5/1", "2023-03-01/policy/1", "2023-03-01/corporate/1"
LOAN, DATA = "2023-05-03/policy/1", "2023-05-03/policy/2"


def cited_by(answer: Any) -> dict[str, list[str]]:
    """The items that each side cites, in order."""
    items = {citation.marker: citation.item_id for citation in answer.citations}
    return {
        side: list(dict.fromkeys(items[s.markers[0]] for s in answer.statements if s.side == side))
        for side in answer.sides
    }


def test_a_comparison_cites_each_side(world: Any) -> None:
    """Of each side another item, in the order of the question, every statement under its side's name."""
    answer = world.ask("Compare the robot plan with the loan for green energy")
    assert cited_by(answer) == {"Robot plan": [ROBOTS], "Loan for green energy": [LOAN]}
    assert [citation.marker for citation in answer.citations] == sorted(c.marker for c in answer.citations)
    first, last = answer.statements[0].text, answer.statements[-1].text
    assert first == "18 January 2023: Robots for every farm. The robot plan wants 240 robots on every farm by 2026."
    assert last == "4 April 2023: The MOF widened a loan for green energy."


def test_the_text_names_each_side_above_what_is_said_of_it(world: Any) -> None:
    """A paragraph a side, its name above its lines."""
    answer = world.ask("Compare the robot plan with the loan for green energy")
    paragraphs = answer.text.split("\n\n")
    assert [paragraph.split("\n")[0] for paragraph in paragraphs] == ["Robot plan:", "Loan for green energy:"]
    assert paragraphs[1] == "Loan for green energy:\n- 4 April 2023: The MOF widened a loan for green energy. [2]"


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("Compare the March 2023 issue with the May 2023 issue", {
            "Issue of 1 March 2023": [ROBOTS, STEEL, CAR], "Issue of 3 May 2023": [LOAN, DATA],
        }),
        ("Compare the measures of February 2023 and of April 2023", {
            "February 2023": [STEEL], "April 2023": [LOAN, DATA],
        }),
        ("Compare the MOF and the CAC", {"MOF": [ROBOTS, STEEL, LOAN], "CAC": [DATA]}),
        ("Compare the measures of the MOF and the CAC on steel", {"MOF": [STEEL], "CAC": []}),
        ("Compare the MIIT, the MOF and the CAC", {"MIIT": [ROBOTS], "MOF": [ROBOTS, STEEL, LOAN], "CAC": [DATA]}),
        ("Vergleiche die Ausgabe vom März 2023 mit der Ausgabe vom Mai 2023", {
            "Ausgabe vom 1. März 2023": [ROBOTS, STEEL, CAR], "Ausgabe vom 3. Mai 2023": [LOAN, DATA],
        }),
        ("比较财政部和网信办", {"MOF": [ROBOTS, STEEL, LOAN], "CAC": [DATA]}),
    ],
)  # fmt: skip
def test_a_side_is_called_by_what_makes_it(world: Any, question: str, sides: dict[str, list[str]]) -> None:
    """The issue, the time or the body, in the question's language; all that lies there, where nothing else is asked."""
    assert cited_by(world.ask(question)) == sides


@pytest.mark.parametrize(
    ("question", "side", "nothing"),
    [
        (
            "Compare what the CAC issued in the March 2023 issue and in the May 2023 issue",
            "Issue of 1 March 2023",
            "en",
        ),
        ("Compare the measures of July 2023 and of April 2023", "July 2023", "en"),
        ("比较网信办2023年2月和2023年4月的措施", "2023年2月", "zh"),
        ("Compare pandas with the robot plan", "Pandas", "en"),
    ],
)
def test_a_side_of_which_there_is_nothing_says_so(world: Any, question: str, side: str, nothing: Any) -> None:
    """It keeps its place, in the question's language, and nothing near stands in for it."""
    answer = world.ask(question)
    assert cited_by(answer)[side] == []
    assert len([found for found in cited_by(answer).values() if found]) == 1
    assert PHRASES[nothing].nothing in answer.text.split(side)[1].split("\n")[1]


def test_where_no_side_has_anything_the_question_is_refused(world: Any) -> None:
    """Two times that nothing is of are no answer."""
    answer = world.ask("Compare the measures of July 2023 and of August 2023")
    assert answer.abstained
    assert answer.sides == ()


def test_a_comparison_grows_by_one_statement_at_a_time(world: Any) -> None:
    """Each step holds the one before, with its numbers; which sides there will be is told from the first."""
    query = world.read("Compare the MOF and the CAC")
    steps = list(world.answerer.stream(query))
    assert [len(step.statements) for step in steps] == [1, 2, 3, 4]
    for before, after in pairwise(steps):
        assert after.text.startswith(before.text)
        assert after.statements[: len(before.statements)] == before.statements
    assert {step.sides for step in steps} == {("MOF", "CAC")}
    assert "CAC" not in steps[0].text
    assert steps[-1] == world.answerer.answer(query)


def test_two_sides_never_rest_on_one_item(world: Any) -> None:
    """The second side takes its next item where the first has its best."""
    query = world.read("Compare the robot plan with the robot market")
    sides = compare(query, world.searcher, lambda side, found: False)
    items = [{claim.item.id for claim in side.claims} for side in sides]
    assert len(items) == 2
    assert not items[0] & items[1]


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("Which is more, the loan for energy or the subsidy for steel?", ["Loan for energy", "Subsidy for steel"]),
        ("How do the aims of the robot plan differ from the loan?", ["Aims of the robot plan", "Loan"]),
        ("Wobblecar versus robots: which of them is red?", ["Wobblecar", "Robots"]),
        ("Set the “robot plan” against the steel subsidy, and how large is each?", ["Robot plan", "Steel subsidy"]),
        ("“Robot plan” and steel subsidy side by side", ["Robot plan", "Steel subsidy"]),
        ("Vergleiche den Roboterplan mit der Stahlförderung", ["Roboterplan", "Stahlförderung"]),
        ("比较Robot+计划与Wobblecar的红色汽车", ["Robot+计划", "Wobblecar的红色汽车"]),
        ("比较机器人计划与钢铁补贴有何不同", ["机器人计划", "钢铁补贴"]),
    ],
)
def test_a_side_without_name_is_called_by_the_askers_words(world: Any, question: str, labels: list[str]) -> None:
    """What it is about, without the words that only set it against the other."""
    query = world.read(question)
    assert side_labels(query, query.sides[0]) == labels


def test_names_of_sides_are_short_and_differ(world: Any) -> None:
    """A long one is cut at a word; two items of one query are called by heading or day."""
    long = "robots " * 30
    query = world.read(f"Compare {long} with the loan")
    assert len(side_labels(query, query.sides[0])[0]) <= 60
    answer = world.ask("Two MOF measures of 2023: what does each set?")
    assert len(set(answer.sides)) == len(answer.sides) == 2
