"""Which questions lean on the one before, and what is taken of a conversation."""

from __future__ import annotations

import pytest

from rag.retrieval.conversation import LIMIT, MOST_TURNS, earlier_questions, leans


def _said(*texts: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text} for text in texts]


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("And by when?", 0),
        ("Who issued it?", 1),
        ("What do they want of carmakers and banks?", 3),
        ("Why this plan and not steel subsidies?", 4),
        ("Wer hat dessen Entwurf veröffentlicht und warum?", 3),
        ("它的目标是什么", 3),
        ("In 2024?", 0),
        ("Targets for steel?", 2),
    ],
)
def test_a_question_leans_on_the_one_before(text: str, content: int) -> None:
    """One that begins with "and", points back, or has next to no words of its own."""
    assert leans(text, content)


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("Which plan sets a target for steel mills?", 4),
        ("How many robots are there in factories today?", 3),
        ("Is it true for robots that factories need fewer?", 4),
        ("On another subject, who issued it?", 1),
    ],
)
def test_a_question_stands_alone(text: str, content: int) -> None:
    """One with words enough of its own; "there are" and "is it" point at nothing; a new subject is new."""
    assert not leans(text, content)


def test_earlier_questions_are_the_users_oldest_first() -> None:
    """What an assistant said is no question; a text is cut to the limit and stripped."""
    history = [*_said(" One robot? "), {"role": "assistant", "content": "Two."}, *_said("x" * (LIMIT + 9))]
    assert earlier_questions(history) == ["One robot?", "x" * LIMIT]


def test_only_the_last_turns_count() -> None:
    """Of a long conversation the last questions are kept."""
    asked = [f"question {number}" for number in range(MOST_TURNS + 3)]
    assert earlier_questions(_said(*asked)) == asked[3:]


@pytest.mark.parametrize("turn", [None, 7, "text", [], {}, {"role": "user"}, {"role": "user", "content": None}])
def test_what_is_malformed_is_passed_over(turn: object) -> None:
    """Nothing of a client's conversation is trusted to be well formed."""
    assert earlier_questions([turn, *_said("?!", "Which car?")]) == ["Which car?"]
