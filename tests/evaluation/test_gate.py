"""The gate: what passes, what falls, and that a worsened retriever never slips through."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rag.briefs.records import Item
from rag.errors import QuestionsError
from rag.evaluation import gate
from rag.evaluation.ablation import WHOLE, ablate, show, switched_off
from rag.evaluation.questions import Question
from rag.evaluation.results import Results, read_scores
from rag.evaluation.run import Outcome, run
from rag.evaluation.tables import show_differences, show_verdict

if TYPE_CHECKING:
    from tests.evaluation.conftest import Scripted

Make = Callable[..., Question]
SUBJECT = {
    "edition": "digest",
    "content": "c" * 64,
    "encoder": "e",
    "issues": 1,
    "items": 12,
    "passages": 12,
    "model": "",
}


@pytest.fixture
def questions(question: Make) -> list[Question]:
    """Ten questions, each answered by its own item, and two that nothing answers."""
    answerable = [question(f"q{n}", [n], [[f"{n}00 loans"]]) for n in range(1, 11)]
    return [*answerable, *(question(f"no{n}", type="unanswerable", why="period") for n in (1, 2))]


@pytest.fixture
def good(subject: Callable[..., Scripted]) -> Scripted:
    """A subject that is right about all of them."""
    right = {
        f"q{n}": {"hits": [n, 11, 12], "says": [(f"Plan {n} grants {n}00 loans.", n, "document")]} for n in range(1, 11)
    }
    return subject(**right, no1={"refuses": "period"}, no2={"refuses": "period"})


@pytest.fixture
def results(questions: list[Question], items: dict[str, Item]) -> Callable[[Any], Results]:
    """The results of a subject."""
    return lambda subject: Results(tuple(run(questions, subject, items)), "all", SUBJECT)


def _worse(good: Scripted, *names: str) -> Scripted:
    """The same subject with the hits of some questions reversed."""
    script = {k: replace(s, hits=s.hits[::-1]) if k in names else s for k, s in good.script.items()}
    return replace(good, script=script)


def test_what_was_accepted_passes_and_survives_the_file(
    good: Scripted, results: Callable[[Any], Results], tmp_path: Path
) -> None:
    """An accepted run passes its own gate; the file holds a line a question and the same scores."""
    path, made = tmp_path / "accepted.json", results(good)
    gate.accept(path, made)
    verdict = gate.hold(path, made)
    assert verdict.passed
    assert not any(d.better or d.worse for d in verdict.differences)
    assert gate.read_accepted(path) == {"digest": made.scores}
    assert sum(line.startswith('   "q') for line in path.read_text().splitlines()) == 10


def test_one_question_may_fall_two_may_not(good: Scripted, results: Callable[[Any], Results], tmp_path: Path) -> None:
    """A tie may break otherwise elsewhere; two questions fewer at rank 1 fail, and both are named."""
    path = tmp_path / "accepted.json"
    gate.accept(path, results(good))
    assert gate.hold(path, results(_worse(good, "q3"))).passed
    verdict = gate.hold(path, results(_worse(good, "q3", "q7")))
    assert [str(fall) for fall in verdict.falls] == [
        "Success@1: 1.000 -> 0.800 (one question is 0.100)",
        "RR@10: 1.000 -> 0.867 (one question is 0.100)",
    ]
    said = show_verdict(verdict)
    assert "FAILED" in said
    assert "2 questions worse:\n  q3: Success@1, RR@10, nDCG@10\n  q7: Success@1" in said


def test_refusals_are_held_by_type(good: Scripted, results: Callable[[Any], Results], tmp_path: Path) -> None:
    """Two false refusals among the factoids fail, although nothing else is asked of them."""
    path = tmp_path / "accepted.json"
    gate.accept(path, results(good))
    script = {k: replace(s, refuses="period") if k in ("q1", "q2") else s for k, s in good.script.items()}
    falls = gate.hold(path, results(replace(good, script=script))).falls
    assert ("factoid", "False refusals") in [(fall.group, fall.measure) for fall in falls]


def test_a_question_that_fails_never_passes_nor_is_accepted(
    good: Scripted, results: Callable[[Any], Results], tmp_path: Path
) -> None:
    """One failure among many is less than a question's worth of most figures, and still no pass."""
    path = tmp_path / "accepted.json"
    gate.accept(path, results(good))
    broken = results(replace(good, script={**good.script, "no1": replace(good.script["no1"], raises=OSError("gone"))}))
    verdict = gate.hold(path, broken)
    assert verdict.failed == ("no1",)
    assert not verdict.passed
    with pytest.raises(QuestionsError, match="1 failed"):
        gate.accept(path, broken)


def test_editions_are_accepted_side_by_side(good: Scripted, results: Callable[[Any], Results], tmp_path: Path) -> None:
    """Accepting one leaves the other, as long as the questions are the same; an edition without any is an error."""
    path, made = tmp_path / "accepted.json", results(good)
    original = replace(made, subject={**SUBJECT, "edition": "original"})
    gate.accept(path, made)
    with pytest.raises(QuestionsError, match="nothing accepted for the edition 'original'"):
        gate.hold(path, original)
    gate.accept(path, original)
    assert set(gate.read_accepted(path)) == {"digest", "original"}
    fewer = replace(made, outcomes=made.outcomes[1:])
    with pytest.raises(QuestionsError, match="other questions"):
        gate.hold(path, fewer)
    gate.accept(path, fewer)
    assert set(gate.read_accepted(path)) == {"digest"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not JSON"),
        ("{", "line 1"),
        ("[]", "format None"),
        ('{"format": 9}', "format 9"),
        ('{"format": 1}', "another"),
    ],
)
def test_a_foreign_file_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """Neither the gate nor a comparison reads what it does not know."""
    path = tmp_path / "other.json"
    path.write_text(text)
    for read in (read_scores, gate.read_accepted):
        with pytest.raises(QuestionsError, match=said):
            read(path)
    with pytest.raises(QuestionsError, match="cannot be read"):
        read_scores(tmp_path / "none.json")


def test_the_same_document_twice_apart_from_its_timings(
    good: Scripted, results: Callable[[Any], Results], tmp_path: Path
) -> None:
    """Two runs differ in milliseconds alone, and an earlier document gives back its scores."""
    first, second = (results(good).document() for _ in range(2))
    (tmp_path / "old.json").write_text(json.dumps(first))
    assert read_scores(tmp_path / "old.json") == results(good).scores
    assert first.pop("timings") != second.pop("timings")
    assert json.dumps(first) == json.dumps(second)


def test_a_comparison_names_what_changed(good: Scripted, results: Callable[[Any], Results]) -> None:
    """Better and worse, question by question, with the interval of the difference."""
    from rag.evaluation.figures import compare

    said = show_differences(compare(results(_worse(good, "q1")).scores, results(_worse(good, "q2")).scores))
    assert "1 question better:\n  q1: Success@1, RR@10, nDCG@10" in said
    assert "1 question worse:\n  q2: Success@1, RR@10, nDCG@10" in said


# --- ablation ----------------------------------------------------------------------------------------------------


def test_each_switch_that_is_on_is_left_out_in_turn(
    good: Scripted, questions: Sequence[Question], items: dict[str, Item]
) -> None:
    """The whole first, then a variant for each true field, held against it; numbers and what is off are left alone."""
    from dataclasses import dataclass

    @dataclass(frozen=True)
    class Switches:
        words: bool = True
        long_words: bool = True
        off: bool = False
        weight: float = 0.5

    def make(switches: Switches) -> Scripted:
        return good if switches.words else _worse(good, "q1", "q2")

    rows = ablate(questions, switched_off(Switches(), make), items)
    assert [row.name for row in rows] == [WHOLE, "without words", "without long words"]
    worse = {row.name: next((d.worse for d in row.differences if d.measure == "nDCG@10"), ()) for row in rows}
    assert worse == {WHOLE: (), "without words": ("q1", "q2"), "without long words": ()}
    assert "0/2" in show(rows).splitlines()[2]


def test_results_of_nothing_but_failures_have_figures(question: Make) -> None:
    """No time was measured, and every figure that finding counts for is zero."""
    made = Results((Outcome(question("q", [1]), error="ValueError: no"),), "all", SUBJECT)
    assert made.timings["ask_ms"] == {"n": 0}
    assert made.figures["all"]["Success@1"].mean == 0
    assert made.figures["all"]["Success@1"].failed == 1
