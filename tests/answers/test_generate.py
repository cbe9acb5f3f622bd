"""What a language model writes: checked, marked, numbered, and replaced where it fails. The model is scripted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from rag.answers.answerer import Answerer
from rag.answers.generate import Composer
from rag.answers.records import Answer
from rag.briefs.bodies import BodyTable
from rag.errors import ModelProblem
from rag.model.records import Message, Writer
from rag.model.tokens import estimate
from rag.retrieval.names import Names
from rag.settings import Unsupported
from rag.verify.records import Finding
from rag.verify.verifier import Verifier
from tests.faults.scripted import Scripted

QUESTION = "How many robots does the robot plan want on every farm?"


@pytest.fixture
def ask(world: Any) -> Any:
    """Asks the small world, whose answers a scripted model writes; gives every step of the answer."""

    def asking(
        writer: Writer, question: str = QUESTION, *, window: int = 8192, unsupported: Unsupported = "mark", **more: Any
    ) -> list[Answer]:
        verifier = Verifier(BodyTable.load(), Names.load(), world.index.words(), None)
        composer = Composer(writer, verifier, estimate, window, window // 8, unsupported)
        answerer = Answerer(world.index, world.searcher, BodyTable.load(), world.coverage, lambda: composer)
        return list(answerer.stream(world.read(question), **more))

    return asking


def problem(kind: Any) -> ModelProblem:
    """One of a model."""
    return ModelProblem(kind, f"The language model is {kind}.")


def test_a_statement_that_its_source_bears_out_stands_as_it_is(ask: Any) -> None:
    """It has the marker of the item, and the item's own sentence is cited under it."""
    answer = ask(Scripted("The plan wants 240 robots on every farm by 2026 {1}."))[-1]
    assert (answer.model, answer.waiting_for, answer.warnings) == ("a-model", "", ())
    assert answer.text == "The plan wants 240 robots on every farm by 2026. [1]"
    (statement,), (citation,) = answer.statements, answer.citations
    assert (statement.support, statement.reason, statement.markers) == ("supported", "", (1,))
    assert (citation.marker, citation.item_id, citation.located) == (1, "2023-03-01/top5/1", "exact")
    assert "240 robots on every farm" in citation.quote


def test_the_extractive_answer_stands_until_the_first_word(ask: Any, world: Any) -> None:
    """The first step is the answer in the briefs' own sentences, and says whom it waits for."""
    first, *_, last = ask(Scripted("The plan wants 240 robots on every farm by 2026 {1}."))
    assert first == replace(world.ask(QUESTION), waiting_for="a-model")
    assert last.model == "a-model"


def test_words_come_before_they_are_checked_and_markers_after(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sentence that is still written is unchecked and has no marker; a key is never seen."""
    monkeypatch.setattr("rag.answers.generate._PAUSE", 0.0)
    steps = ask(
        Scripted("The plan wants 240 robots on every farm by 2026 {1}. It foresees loans of CNY 3 billion {1}.")
    )
    growing = [step for step in steps[1:-1] if step.statements[-1].support == "unchecked"]
    assert len(growing) > 10
    assert all(step.statements[-1].markers == () for step in growing)
    assert all("[" not in step.text.replace("[1]", "") for step in steps)
    assert {step.waiting_for for step in steps[:-1]} == {"a-model"}


@pytest.mark.parametrize(
    ("reply", "support", "reason"),
    [
        ("The plan wants 420 robots on every farm by 2026 {1}.", "unsupported", "420"),
        ("The plan wants 240 robots on every farm by 2028 {1}.", "unsupported", "2028"),
        ("The plan wants 240 robots on every farm by 2026.", "unsupported", "nothing is cited"),
        ("The plan wants 240 robots on every farm by 2026 [a1a].", "unsupported", "a1a, a source that was not given"),
        ("Rain will spoil the robots on the farms {1}.", "unsupported", "MERICS"),
        ("The NDRC wants 240 robots on every farm by 2026 {1}.", "unsupported", "NDRC"),
    ],
)
def test_what_is_not_borne_out_is_marked_with_the_reason(ask: Any, reply: str, support: str, reason: str) -> None:
    """A wrong figure or date, no source, an unknown one, a comment told as the plan's, another body."""
    answer = ask(Scripted(f"The plan foresees a loan budget of CNY 3 billion {{1}}. {reply}"))[-1]
    good, bad = answer.statements
    assert (good.support, bad.support) == ("supported", support)
    assert reason in bad.reason
    assert f"(not borne out: {bad.reason})" in answer.text


def test_an_unknown_source_is_kept_as_not_found_and_never_a_marker(ask: Any) -> None:
    """It stays among the citations, last and under no marker."""
    answer = ask(Scripted("The plan wants 240 robots on every farm by 2026 {1}. Rain is wet [a1a]."))[-1]
    lost = [citation for citation in answer.citations if citation.located == "not found"]
    assert [(citation.marker, citation.item_id, citation.span) for citation in lost] == [(0, "a1a", None)]
    assert answer.citations[-1] is lost[0]
    assert "[0]" not in answer.text
    assert "[a1a]" not in answer.text


def test_a_doubtful_statement_may_be_withheld(ask: Any) -> None:
    """Then it is neither shown while it comes nor afterwards, and how many there were is said."""
    writer = Scripted("The plan wants 240 robots on every farm by 2026 {1}. It wants 99 tractors on every farm {1}.")
    steps = ask(writer, unsupported="withhold")
    assert steps[-1].text == "The plan wants 240 robots on every farm by 2026. [1]"
    assert "withheld" in steps[-1].warnings[-1]
    assert not any("99 tractors" in step.text for step in steps)


def test_where_nothing_is_borne_out_the_briefs_own_sentences_follow(ask: Any, world: Any) -> None:
    """The model's words stay, marked; a line says so; the answer below has its sources under new numbers."""
    answer = ask(Scripted("Every farm gets 99 tractors {1}."))[-1]
    own = world.ask(QUESTION)
    assert answer.statements[0].support == "unsupported"
    assert [s.text for s in answer.statements[1:]] == [s.text for s in own.statements]
    assert {c.item_id for c in own.citations} <= {c.item_id for c in answer.citations}
    assert "follow" in answer.warnings[-1]
    assert {m for s in answer.statements for m in s.markers} == {c.marker for c in answer.citations}


def test_what_no_sentence_bears_out_is_unsupported(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """However near a check finds it to its source as a whole: there would be no marker and no source to look at."""
    vague = Finding("partly", "part of it is not in the source", "document", ())
    monkeypatch.setattr(Verifier, "check", lambda *_: vague)
    statement, *own = ask(Scripted("Every farm gets 99 tractors {1}."))[-1].statements
    assert (statement.support, statement.reason) == ("unsupported", "no sentence of the source bears it out")
    assert own


def test_merics_view_is_told_as_such(ask: Any, world: Any) -> None:
    """In the model's words, where they leave the speaker out, and in the brief's own sentences below what is not so."""
    question = "What does MERICS think of the robot plan?"
    assert "MERICS comments: The robot plan is bold." in world.ask(question).text
    assert (
        ask(Scripted("The robot plan is bold {1}."), question)[-1].text
        == "MERICS comments: The robot plan is bold. [1]"
    )
    answer = ask(Scripted("Every farm gets 99 tractors {1}."), question)[-1]
    assert not answer.text.startswith("MERICS comments")
    assert "MERICS comments: The robot plan is bold." in answer.text


@pytest.mark.parametrize("kind", ["down", "slow", "busy", "denied", "malformed", "empty", "endless"])
def test_where_the_model_fails_the_extractive_answer_takes_over(ask: Any, world: Any, kind: str) -> None:
    """With one line that says why."""
    last = ask(Scripted([problem(kind)]))[-1]
    line = f"The language model is {kind}. What stands here are the briefs' own sentences."
    assert last == replace(world.ask(QUESTION), warnings=(line,))


def test_a_reply_that_breaks_off_is_not_shown_as_an_answer(ask: Any, world: Any) -> None:
    """What was written so far gives way to the extractive answer."""
    last = ask(Scripted(["The plan wants 240 robots on every farm by 2026 {1}. It fores", problem("cut")]))[-1]
    assert last.text == world.ask(QUESTION).text
    assert last.model == ""


def test_a_text_too_long_is_tried_once_more_with_half(ask: Any) -> None:
    """The second prompt is smaller; a second refusal ends it."""
    writer = Scripted([problem("too_long")], "The plan wants 240 robots on every farm by 2026 {1}.")
    answer = ask(writer)[-1]
    assert answer.model == "a-model"
    assert len(writer.asked[1][1].content) < len(writer.asked[0][1].content)
    assert answer.left_out
    again = Scripted([problem("too_long")])
    assert ask(again)[-1].model == ""
    assert len(again.asked) == 2


def test_a_model_that_finds_no_answer_leaves_the_extractive_one(ask: Any, world: Any) -> None:
    """The agreed words are never shown."""
    steps = ask(Scripted("NOT STATED"))
    assert steps[-1].text == world.ask(QUESTION).text
    assert "found no answer" in steps[-1].warnings[-1]
    assert not any("NOT STATED" in step.text for step in steps)


def test_a_line_above_a_list_rests_on_what_the_list_cites(ask: Any) -> None:
    """It has no source of its own."""
    answer = ask(Scripted("The robot plan for farms has these measures:\n- Train farmers to mend a robot {1}"))[-1]
    assert [s.support for s in answer.statements] == ["supported", "supported"]
    assert answer.text.endswith("\n- Train farmers to mend a robot [1]")


def test_a_window_too_small_is_told(ask: Any, world: Any) -> None:
    """Nobody is asked, and the line names the setting."""
    writer = Scripted("x")
    (answer,) = ask(writer, window=300)
    assert writer.asked == []
    assert "RAG_LLM_WINDOW" in answer.warnings[0]
    assert answer.text == world.ask(QUESTION).text


@pytest.mark.parametrize("question", ["What happened in January 2023?", "Which measures did the MOF issue?"])
def test_an_exact_list_is_looked_up_not_written(ask: Any, world: Any, question: str) -> None:
    """No model is asked for what the catalogue knows."""
    writer = Scripted("Nothing at all {1}.")
    assert ask(writer, question)[-1] == world.ask(question)
    assert writer.asked == []


def test_a_refusal_asks_no_model(ask: Any) -> None:
    """What the briefs do not hold a model cannot tell from them."""
    writer = Scripted("BASF built a plant {1}.")
    assert ask(writer, "What did BASF build?")[-1].abstained
    assert writer.asked == []


def test_stopping_stops_the_model(world: Any) -> None:
    """Whoever closes the answer closes the reply."""
    writer = Scripted("The plan wants 240 robots on every farm by 2026 {1}. " * 50)
    verifier = Verifier(BodyTable.load(), Names.load(), world.index.words(), None)
    composer = Composer(writer, verifier, estimate, 8192, 1024, "mark")
    answerer = Answerer(world.index, world.searcher, BodyTable.load(), world.coverage, lambda: composer)
    steps: Iterator[Answer] = answerer.stream(world.read(QUESTION))
    assert next(steps).waiting_for
    assert next(steps).waiting_for
    steps.close()  # type: ignore[attr-defined]  # a generator
    assert writer.stopped == 1


def test_the_conversation_is_told_to_the_model(ask: Any) -> None:
    """As text in the last message; the model of the library may be left out of it."""
    writer = Scripted("The plan wants 240 robots on every farm by 2026 {1}.")
    ask(writer, history=[Message("user", "Tell me of marmots."), Message("assistant", "They sleep [1].")])
    told = writer.asked[0][-1].content
    assert "Tell me of marmots." in told
    assert "They sleep ." in told.replace("They sleep.", "They sleep .")
    assert ask(writer, model=False)[-1].model == ""
    assert len(writer.asked) == 1
