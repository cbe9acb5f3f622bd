"""An answer as a whole: markers, text, streams, and what an answer that there is none carries."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest

QUESTIONS = [
    "Who issued the robot plan, and when?",
    "What are the tasks of the robot plan?",
    "Everything issued by the MOF",
    "Compare the loan for green energy with the robot plan",
    "What does MERICS think of the robot plan?",
    "How many robots does the plan want on every farm?",
]
UNANSWERED = ["What does the subsidy for clean steel cost?", "What did BASF build?", "How do I bake bread?"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_markers_are_numbered_by_first_use(world: Any, question: str) -> None:
    """From 1, without gaps, an item always the same; text, statements and citations agree."""
    answer = world.ask(question)
    assert not answer.abstained
    used = [marker for statement in answer.statements for marker in statement.markers]
    assert list(dict.fromkeys(used)) == list(range(1, max(used) + 1))
    assert [int(marker) for marker in re.findall(r"\[(\d+)\]", answer.text)] == used
    assert [citation.marker for citation in answer.citations] == sorted(used)
    items = {citation.marker: citation.item_id for citation in answer.citations}
    assert len(set(items.values())) == len(items)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_statement_is_supported_by_a_quote_in_its_item(world: Any, question: str) -> None:
    """A citation's quote is its item's text at its place."""
    answer = world.ask(question)
    assert {statement.support for statement in answer.statements} == {"supported"}
    for citation in answer.citations:
        item = world.index.item(citation.item_id)
        assert citation.located == "exact"
        assert item.text[slice(*citation.span)] == citation.quote


@pytest.mark.parametrize("question", [*QUESTIONS, *UNANSWERED])
def test_a_stream_grows_into_the_answer(world: Any, question: str) -> None:
    """Each step has one statement more and begins as the one before; the last is the answer."""
    query = world.read(question)
    steps = list(world.answerer.stream(query, ("a warning",)))
    assert steps[-1] == world.answerer.answer(query, ("a warning",))
    assert steps[-1].warnings == ("a warning",)
    for shorter, longer in pairwise(steps):
        assert longer.text.startswith(shorter.text)
        assert len(longer.statements) == len(shorter.statements) + 1
        assert longer.statements[:-1] == shorter.statements


@pytest.mark.parametrize("question", UNANSWERED)
def test_an_answer_that_there_is_none_carries_what_is_near(world: Any, question: str) -> None:
    """No citation, no statement and no marker; hits that come closest, and what the corpus covers."""
    answer = world.ask(question)
    assert answer.abstained
    assert answer.reason
    assert (answer.citations, answer.statements, answer.lead) == ((), (), "")
    assert not re.search(r"\[\d+\]", answer.text)
    assert 1 <= len(answer.nearest) <= 3
    assert answer.coverage == world.coverage
    assert str(world.coverage) in answer.text


def test_an_answer_says_who_speaks(world: Any) -> None:
    """MERICS' view is introduced as such; a report names its source."""
    view = world.ask("What does MERICS think of the robot plan?")
    assert all(line.startswith("MERICS comments: ") for line in view.text.split("\n\n"))
    report = world.ask("Who bought the red car of Wobblecar?")
    assert report.statements[0].voice == "report"
    assert report.statements[0].outlets == ("Daily Acorn article",)
    assert report.text == "Wobblecar sold a red car to a farmer. (Daily Acorn article) [1]"


def test_bullets_stand_under_each_other(world: Any) -> None:
    """Lines of a list have no blank line between them, sentences do."""
    text = world.ask("What are the tasks of the robot plan?").text
    assert "[1]\n- Train" in text
    assert "[1]\n- Lend" in text
    assert "\n\n" in world.ask("Who issued the robot plan, and when?").text


def test_the_same_question_has_the_same_answer(world: Any) -> None:
    """Nothing is drawn by lot."""
    for question in QUESTIONS:
        assert world.ask(question) == world.ask(question)
