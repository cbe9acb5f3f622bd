"""How a turn grows, and what the library hears of those before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from rag.answers.records import Answer
from rag.briefs.records import Item
from rag.errors import InputError, RagError
from rag.web.conversation import converse, paced


@pytest.fixture
def fake(fake_library: Any, make_item: Callable[..., Item], make_answer: Callable[..., Answer]) -> Any:
    """A library with one item and one answer."""
    item = make_item("The plan sets 492 robots.")
    return fake_library(item, make_answer(item, ["The plan sets 492 robots."]))


def test_a_turn_begins_with_its_question(fake: Any) -> None:
    """First the question stands alone, then with its answer and the cited items, at last marked whole."""
    first, second, last = converse(fake, (), "How many?")
    assert (first[0].question, first[0].answer, first[0].whole) == ("How many?", None, False)
    assert second[0].answer is not None
    assert list(second[0].items) == ["2023-03-01/top5/1"]
    assert (last[0].answer, last[0].whole) == (second[0].answer, True)


def test_the_library_hears_the_turns_before(fake: Any) -> None:
    """Earlier questions and answers are passed on as messages; the first question has none."""
    *_, turns = converse(fake, (), "How many?")
    *_, turns = converse(fake, turns, "And by when?")
    assert [turn.question for turn in turns] == ["How many?", "And by when?"]
    assert fake.heard == [
        ("How many?", []),
        (
            "And by when?",
            [
                {"role": "user", "content": "How many?"},
                {"role": "assistant", "content": "The plan sets 492 robots. [1]"},
            ],
        ),
    ]


def test_a_question_that_cannot_be_served_adds_no_turn(fake: Any) -> None:
    """What the asker can mend is raised before anything is given."""
    with pytest.raises(RagError):
        next(converse(fake, (), " "))


def test_steps_that_nobody_could_read_are_left_out(
    make_item: Callable[..., Item], make_answer: Callable[..., Answer]
) -> None:
    """Within the pause only the first step and the last are shown; without a pause all of them."""
    item = make_item("The plan sets 492 robots.")
    steps = [make_answer(item, ["The plan sets 492 robots."] * count) for count in (1, 2, 3)]
    assert list(paced(steps, pause=60)) == [steps[0], steps[2]]
    assert list(paced(steps, pause=0)) == steps
    assert list(paced(steps[:1], pause=60)) == steps[:1]
    assert list(paced([])) == []


def test_an_answer_begins_anew_where_another_index_is_taken_up(fake: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it cites is gone once: it is asked again, and nothing is lost. Gone for good, the asker is told."""
    item: Item = fake.item("2023-03-01/top5/1")
    gone = [True]

    def lookup(item_id: str) -> Item:
        if gone and gone.pop():
            raise InputError(f"{item_id} is no item.")
        return item

    monkeypatch.setattr(fake, "item", lookup)
    *_, turns = converse(fake, (), "How many?")
    assert (turns[0].whole, list(turns[0].items)) == (True, [item.id])
    assert [question for question, _ in fake.heard] == ["How many?", "How many?"]
    monkeypatch.setattr(fake, "item", lambda _: replace(item, edition="original"))
    with pytest.raises(InputError, match="the corpus has changed"):
        list(converse(fake, (), "How many?"))


def test_nothing_is_suggested_while_many_ask(fake: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What to ask next costs as much as a question; with the others done it is there again."""
    monkeypatch.setattr("rag.web.conversation.follow_ups", lambda *_: ["Why?"])
    others = [converse(fake, (), "How many?") for _ in range(3)]
    for other in others:
        next(other)
    *_, turns = converse(fake, (), "How many?")
    assert turns[0].suggested == ()
    for other in others:
        other.close()  # type: ignore[attr-defined]  # a generator
    *_, turns = converse(fake, (), "How many?")
    assert turns[0].suggested == ("Why?",)
