"""Turns as browsers keep them: they come back as they were, and nothing comes back that was not said here."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rag.answers.records import Answer
from rag.briefs.records import Item
from rag.library import Library
from rag.web.actions import Action, done
from rag.web.conversation import Turn, Turns, converse, stopped
from rag.web.filters import EVERYWHERE, Choice
from rag.web.kept import MOST, NotKept, Seals, form
from rag.web.render import sources_html
from rag.web.secret import Key
from rag.web.turns import conversation_html
from tests.faults.scripted import Scripted

LIST = "Which policy documents did MIIT issue in April 2024?"
QUESTIONS = {
    "answer": "What are the key targets of the Robot+ plan?",
    "view": "What does MERICS think of the robot plan?",
    "list": LIST,
    "comparison": "Compare the measures of NDRC, NEA and MIIT on carbon",
    "refusal": "How many employees does Siemens have at its Chengdu factory?",
    "chinese": "机器人密度的目标是什么?",
    "german": "Welche Behörde hat die Leitlinien zu humanoiden Robotern erlassen?",
    "misspelt": "What is the robbot densty target?",
}
REPLY = (
    "By 2025 there are to be 492 robots for every 10,000 workers in manufacturing {1}. "
    "The target is 600 robots per 10,000 manufacturing workers {1}. Robots will be sold to everyone by law [z9z]."
)


def last(grown: Iterator[Turns]) -> Turns:
    """Where a conversation ends up."""
    *_, turns = grown
    return turns


@pytest.fixture
def turn(make_item: Callable[..., Item], make_answer: Callable[..., Answer]) -> Turn:
    """One question, answered from one item."""
    item = make_item("The plan sets 492 robots.")
    return Turn("How many?", make_answer(item, [item.text]), {item.id: item}, whole=True, index="content-0")


def held(library: Library, seals: Seals, turns: Turns) -> None:
    """What is drawn of the turns after they were kept is, byte for byte, what was drawn before."""
    again = tuple(seals.unseal(seals.seal(turn)) for turn in turns)
    assert again == turns
    index, coverage = library.manifest.content, library.coverage()
    assert conversation_html(again, index) == conversation_html(turns, index)
    assert sources_html(again, coverage) == sources_html(turns, coverage)


@pytest.mark.real
@pytest.mark.parametrize("kind", QUESTIONS)
def test_a_turn_comes_back_as_it_was(library: Library, seals: Seals, kind: str) -> None:
    """Answers of every kind, and a question that leans on the one before."""
    turns = last(converse(library, (), QUESTIONS[kind], choice=Choice(since="2022-01-01")))
    turns = last(converse(library, turns, "And by when?"))
    held(library, seals, turns)


@pytest.mark.real
def test_what_was_taken_off_comes_back(library: Library, seals: Seals) -> None:
    """With its chip, to be put back."""
    turns = last(done(library, last(converse(library, (), LIST)), Action("off", 0, "body"), EVERYWHERE))
    assert turns[0].taken
    held(library, seals, turns)


@pytest.mark.real
@pytest.mark.parametrize("unsupported", ["mark", "withhold"])
def test_what_a_model_wrote_comes_back(
    digests: Path,
    built: Callable[[Path], Path],
    seals: Seals,
    monkeypatch: pytest.MonkeyPatch,
    unsupported: str,
) -> None:
    """With its doubts, or the number of sentences that are withheld; stopped in its midst, as far as it came."""
    monkeypatch.setenv("RAG_LLM_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("RAG_LLM_MODEL", "a-model")
    monkeypatch.setenv("RAG_LLM_UNSUPPORTED", unsupported)
    with Library.open(corpus=digests, embeddings=built(digests), writer=Scripted(REPLY)) as library:
        *steps, turns = converse(library, (), "Which plan sets a robot density target?")
        answer = turns[0].answer
        assert answer is not None
        assert answer.model == "a-model"
        assert bool(answer.withheld) is (unsupported == "withhold")
        assert ('class="doubt"' in conversation_html(turns)) is (unsupported == "mark")
        held(library, seals, turns)
        for step in steps:
            held(library, seals, stopped(step))


def test_a_turn_that_is_not_whole_keeps_its_question(turn: Turn, seals: Seals) -> None:
    """While an answer grows there is none to be kept; what it takes to ask again is."""
    with pytest.raises(NotKept) as misfit:
        seals.unseal(seals.seal(replace(turn, whole=False)))
    assert (misfit.value.why, misfit.value.asked) == ("unfinished", turn.asked)


def test_a_turn_that_is_too_long_keeps_its_question(turn: Turn, seals: Seals) -> None:
    """A request has a limit; noise, since anything else packs well."""
    noise = "".join(random.Random(7).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=2 * MOST))
    text = seals.seal(replace(turn, suggested=(noise,)))
    assert len(text) < 1000
    with pytest.raises(NotKept) as misfit:
        seals.unseal(text)
    assert misfit.value.why == "unfinished"


def test_another_secret_and_another_version_are_told(turn: Turn, seals: Seals, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is a reason of its own, with what was asked."""
    text = seals.seal(turn)
    with pytest.raises(NotKept) as misfit:
        Seals(Key(b"1" * 32)).unseal(text)
    assert (misfit.value.why, misfit.value.asked) == ("seal", turn.asked)
    monkeypatch.setattr("rag.web.kept.form", lambda: "0" * 16)
    with pytest.raises(NotKept) as misfit:
        seals.unseal(text)
    assert (misfit.value.why, misfit.value.asked) == ("version", turn.asked)


def test_the_form_follows_the_records(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is that of this version, and another one where a record has another field."""
    now = form()
    monkeypatch.setattr("rag.web.kept.schema", lambda of: {"type": "object"})
    form.cache_clear()
    try:
        assert form() != now
    finally:
        form.cache_clear()


@pytest.mark.parametrize("text", ["", " ", "x", "[]", "0" * 64, f"{'0' * 64} ", f"{'0' * 64} [1]", "\ud800 \ud800"])
def test_what_is_no_record_is_damaged(seals: Seals, text: str) -> None:
    """Whatever it is."""
    with pytest.raises(NotKept) as misfit:
        seals.unseal(text)
    assert (misfit.value.why, misfit.value.asked) == ("damaged", None)


def mutations(text: str, other: str) -> Iterator[str]:
    """200 texts that are nearly this one: characters changed, dropped, doubled and swapped, parts of another."""
    chance = random.Random(42)
    seal, _, body = text.partition(" ")
    yield from (body, f" {body}", f"{seal}{body}", f"{seal}  {body}", text.upper(), f"{text} ", f"{text}\n", seal)
    yield from (f"{other.partition(' ')[0]} {body}", f"{seal} {other.partition(' ')[2]}")
    for _ in range(190):
        at = chance.randrange(len(text))
        kind = chance.randrange(4)
        if kind == 0:
            yield text[:at] + chr(ord(text[at]) ^ (1 << chance.randrange(6))) + text[at + 1 :]
        elif kind == 1:
            yield text[:at] + text[at + 1 :]
        elif kind == 2:
            yield text[:at] + chance.choice('{}":,a0é中 ') + text[at:]
        else:
            yield text[:at] + text[at : at + 2][::-1] + text[at + 2 :]


def test_nothing_that_was_altered_is_accepted(turn: Turn, seals: Seals) -> None:
    """Of 200 alterations of a sealed turn none is taken for it."""
    text = seals.seal(turn)
    altered = [each for each in mutations(text, seals.seal(replace(turn, question="Why?"))) if each != text]
    assert len(altered) > 190  # two neighbours that are swapped may be alike
    accepted = []
    for each in altered:
        try:
            accepted.append(seals.unseal(each))
        except NotKept:
            continue
    assert accepted == []


def test_seals_are_made_at_once_by_many(turn: Turn, seals: Seals) -> None:
    """From many threads."""
    made: list[str] = []
    threads = [threading.Thread(target=lambda: made.append(seals.seal(turn))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [seals.unseal(text) for text in made] == [turn] * 8


def test_an_answer_of_an_earlier_state_says_so(turn: Turn) -> None:
    """Over the same briefs nothing is said."""
    hint = "Answered from an earlier state of the briefs"
    assert hint not in conversation_html([turn], "content-0")
    assert hint in conversation_html([turn], "content-1")
    unanswered: Any = replace(turn, answer=None, problem="Not answered again.")
    assert hint not in conversation_html([unanswered], "content-1")
