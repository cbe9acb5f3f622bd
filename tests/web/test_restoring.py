"""Conversations brought back from what a browser kept: as they were, or asked again with a word, never lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rag.answers.records import Answer
from rag.briefs.records import Item
from rag.library import Library
from rag.web.actions import Action, done
from rag.web.conversation import Turns, converse
from rag.web.filters import EVERYWHERE, Choice
from rag.web.kept import Seals
from rag.web.restoring import MOST_ANEW, restored
from rag.web.secret import Key
from rag.web.turns import conversation_html

FOREIGN = Seals(Key(b"1" * 32))
LIST = "Which policy documents did MIIT issue in April 2024?"


@pytest.fixture
def fake(fake_library: Any, make_item: Callable[..., Item], make_answer: Callable[..., Answer]) -> Any:
    """A library with one item and one answer."""
    item = make_item("The plan sets 492 robots.")
    return fake_library(item, make_answer(item, ["The plan sets 492 robots."]))


def asked(library: Any, *questions: str, **told: Any) -> Turns:
    """A conversation of these questions."""
    turns: Turns = ()
    for question in questions:
        *_, turns = converse(library, turns, question, **told)
    return turns


def test_what_this_server_sealed_comes_back_unasked(fake: Any, seals: Seals) -> None:
    """The very turns, with no question to the library, and nothing to say."""
    turns = asked(fake, "How many?", "And by when?")
    fake.heard.clear()
    back = restored(fake, seals, (), [seals.seal(turn) for turn in turns])
    assert (back.turns, back.anew, back.word) == (turns, (), "")
    assert fake.heard == []


def test_more_of_it_follows_what_is_back(fake: Any, seals: Seals) -> None:
    """A long conversation comes in several parts."""
    turns = asked(fake, "How many?", "And by when?", "Why?")
    assert restored(fake, seals, turns[:1], [seals.seal(turn) for turn in turns[1:]]).turns == turns


def test_what_another_server_sealed_is_asked_again(library: Library, seals: Seals) -> None:
    """With its filters and without what was taken off, in its place, and the page says which and why."""
    turns = asked(library, LIST, choice=Choice(section="policy"))
    *_, turns = done(library, turns, Action("off", 0, "body"), EVERYWHERE)
    *_, turns = converse(library, turns, "What are the targets of the Robot+ plan?")
    back = restored(library, seals, (), [FOREIGN.seal(turns[0]), seals.seal(turns[1])])
    assert [(t.question, t.choice, t.taken, t.answer) for t in back.turns] == [
        (t.question, t.choice, t.taken, t.answer) for t in turns
    ]
    assert back.anew == (0,)
    assert back.word == (
        f"Answered anew, in the briefs’ own sentences: “{LIST}”, since they do not carry this server’s seal."
    )


def test_no_model_is_asked_again(fake: Any, seals: Seals) -> None:
    """A question that is asked may be answered by a language model, one that is brought back by the briefs alone."""
    turns = asked(fake, "How many?")
    restored(fake, seals, (), [FOREIGN.seal(turns[0])])
    assert fake.may_write == [True, False]


def test_questions_to_go_on_with_are_made_once(fake: Any, seals: Seals, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the last turn offers some, and only where it was made anew: to make them takes questions of its own."""
    heard: list[int] = []

    def follow_ups(library: object, answer: object, history: list[object]) -> list[str]:
        heard.append(len(history))
        return ["Why?"]

    monkeypatch.setattr("rag.web.restoring.follow_ups", follow_ups)
    turns = asked(fake, "How many?", "And by when?", suggest=False)
    back = restored(fake, seals, (), [FOREIGN.seal(turn) for turn in turns])
    assert [turn.suggested for turn in back.turns] == [(), ("Why?",)]
    assert restored(fake, seals, (), [seals.seal(turn) for turn in turns]).turns == turns
    assert heard == [4]


def test_what_cannot_be_asked_again_stays_in_its_place(fake: Any, seals: Seals) -> None:
    """A question that is refused, filters that are none, a text that is damaged: each without an answer, and why."""
    turns = asked(fake, "How many?")
    bad = ['{"question": " "}', '{"question": "What?", "filters": {"no": "x"}}', '{"question": 7}', "7"]
    kept = [*(f'{"0" * 64} {{"asked": {one}}}' for one in bad), "?", seals.seal(turns[0])]
    back = restored(fake, seals, (), kept)
    assert [(turn.question, turn.answer is None) for turn in back.turns] == [
        (" ", True), ("What?", True), ("", True), ("", True), ("", True), ("How many?", False),
    ]  # fmt: skip
    assert [turn.problem.split(":")[0] for turn in back.turns[:2]] == ["Not answered again"] * 2
    assert all("damaged" in turn.problem for turn in back.turns[2:5])
    assert (back.anew, back.word) == ((), "")
    drawn = conversation_html(back.turns)
    assert drawn.count('class="problem"') == 5
    assert drawn.count("Ask again") == 3  # not of what nobody can read


def test_no_more_than_some_are_asked_again(fake: Any, seals: Seals) -> None:
    """The last ones; those before stay without an answer, to be asked one by one."""
    turns = asked(fake, *(f"How many {number}?" for number in range(MOST_ANEW + 2)))
    fake.heard.clear()
    back = restored(fake, seals, (), [FOREIGN.seal(turn) for turn in turns])
    assert [turn.answer is None for turn in back.turns] == [True, True] + [False] * MOST_ANEW
    assert back.anew == tuple(range(2, MOST_ANEW + 2))
    assert len(fake.heard) == MOST_ANEW
    assert f"and {MOST_ANEW - 5} more" in back.word


@pytest.mark.parametrize(
    ("why", "words"),
    [("version", "another version of this program"), ("unfinished", "not finished"), ("own", "ends when the server")],
)
def test_each_reason_is_told(fake: Any, seals: Seals, monkeypatch: pytest.MonkeyPatch, why: str, words: str) -> None:
    """Another version, an answer that was still growing, a server that cannot keep its secret."""
    steps = list(converse(fake, (), "How many?"))
    text = seals.seal(steps[0][0] if why == "unfinished" else steps[-1][0])
    if why == "version":
        monkeypatch.setattr("rag.web.kept.form", lambda: "0" * 16)
    opening = Seals(Key(b"1" * 32, lasting=False)) if why == "own" else seals
    back = restored(fake, opening, (), [text])
    assert back.anew == (0,)
    assert words in back.word
