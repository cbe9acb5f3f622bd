"""The measures against a pencil, and what zero, unscored and failed mean."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from rag.answers.records import Answer, Citation
from rag.briefs.records import Item
from rag.evaluation.figures import by_type, compare, figure, interval
from rag.evaluation.measures import MEASURES, score
from rag.evaluation.questions import Question
from rag.evaluation.run import DEPTH, Outcome, Written, run

if TYPE_CHECKING:
    from tests.evaluation.conftest import Scripted

Make = Callable[..., Question]


def _scores(question: Question, **outcome: Any) -> dict[str, float | None]:
    return dict(score([Outcome(question, **outcome)])[question.id])


def _ids(*numbers: int) -> tuple[str, ...]:
    return tuple(f"2023-03-01/policy/{n}" for n in numbers)


def test_ranking_figures(question: Make) -> None:
    """Gold 1 and 2 at ranks 2 and 4: S@1 0, RR 1/2, nDCG (1/log2 3 + 1/log2 5) / (1 + 1/log2 3), recall 1."""
    scores = _scores(question("q", [1, 2]), ranking=_ids(9, 1, 8, 2))
    ideal = 1 + 1 / math.log2(3)
    assert scores["Success@1"] == 0
    assert scores["RR@10"] == 0.5
    assert scores["nDCG@10"] == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / ideal, abs=1e-6)
    assert scores["Recall@5"] == scores["Recall@10"] == 1


def test_recall_is_capped_at_what_k_can_hold(question: Make) -> None:
    """Of twelve gold items five among the first five is all there can be: 5/5; ten hits of which six are gold: 6/10."""
    scores = _scores(question("q", range(1, 13)), ranking=(*_ids(1, 2, 3, 4, 5, 6), "a", "b", "c", "d"))
    assert scores["Recall@5"] == 1
    assert scores["Recall@10"] == 0.6


def test_gold_beyond_rank_ten_counts_nothing(question: Make) -> None:
    """At rank 11 every ranking figure is zero, not missing."""
    scores = _scores(question("q", [1]), ranking=(*map(str, range(10)), *_ids(1)))
    assert [scores[name] for name in ("Success@1", "RR@10", "nDCG@10", "Recall@10")] == [0, 0, 0, 0]


def test_no_hits_is_zero_and_unanswerable_is_unscored(question: Make) -> None:
    """A question that finds nothing scores zero instead of vanishing; one without gold has no ranking figure."""
    assert _scores(question("q", [1]))["nDCG@10"] == 0
    assert _scores(question("q"), ranking=_ids(1))["nDCG@10"] is None


def test_nuggets_and_citations(question: Make) -> None:
    """One of two facts: 1/2 and not all; one of two cited is gold, of three gold: 1/2, 1/3 and 2·1 / (2 + 3)."""
    asked = question("q", [1, 2, 3], [["x"], ["y"]], type="list")
    scores = _scores(asked, stated=(True, False), cited=_ids(1, 9), text="one two [1]")
    assert (scores["Nuggets"], scores["All nuggets"]) == (0.5, 0)
    assert scores["Citation precision"] == 0.5
    assert scores["Citation recall"] == pytest.approx(1 / 3, abs=1e-6)
    assert scores["Citation F1"] == 0.4
    assert scores["Words"] == 2


def test_what_is_cited_and_not_found_counts_as_cited(question: Make) -> None:
    """Two gold items and a source that was never given: precision 2/3, F1 2·2 / (3 + 2), recall untouched."""
    scores = _scores(question("q", [1, 2], type="list"), cited=_ids(1, 2), not_found=("z9z",))
    assert scores["Citation precision"] == pytest.approx(2 / 3, abs=1e-6)
    assert scores["Citation F1"] == 0.8
    assert scores["Citation recall"] == 1


def test_supported_is_over_what_a_model_wrote(question: Make) -> None:
    """One of two shown and one withheld: 1/3; partly is not supported; without a model it is unscored."""
    wrote = (Written("One.", "supported", ""), Written("Two.", "partly", "part of it is not in the source"))
    assert _scores(question("q"), model="m", written=wrote, withheld=1)["Supported"] == pytest.approx(1 / 3, abs=1e-6)
    assert _scores(question("q"), model="m", withheld=2)["Supported"] == 0
    assert _scores(question("q"))["Supported"] is None


def test_f1_is_for_sets_alone(question: Make) -> None:
    """A factoid has no F1; a list that is refused has one of zero, and no precision."""
    assert _scores(question("q", [1]), cited=_ids(1))["Citation F1"] is None
    refused = _scores(question("q", [1], type="list"), abstained=True)
    assert (refused["Citation F1"], refused["Citation recall"], refused["Citation precision"]) == (0, 0, None)


def test_refusals_are_always_two_figures(question: Make) -> None:
    """Right ones over what the briefs do not answer, false ones over what they do; the reason over right ones."""
    right = _scores(question("q", why="period"), abstained=True, reason="off_topic")
    assert (right["Right refusals"], right["False refusals"], right["Refusal reason"]) == (1, None, 0)
    false = _scores(question("q", [1]), abstained=True)
    assert (false["Right refusals"], false["False refusals"], false["Refusal reason"]) == (None, 1, None)
    missed = _scores(question("q", why="period"))
    assert (missed["Right refusals"], missed["Refusal reason"]) == (0, None)


def test_a_failed_question_is_zero_where_finding_counts_and_unscored_where_words_do(question: Make) -> None:
    """It found nothing and said nothing, which is no refusal."""
    scores = _scores(question("q", [1], [["x"]]), error="ValueError: no")
    assert (scores["nDCG@10"], scores["Nuggets"], scores["Citation recall"]) == (0, 0, 0)
    assert {scores[n] for n in ("Citation precision", "Quotes exact", "False refusals", "Voice", "Words")} == {None}


def test_every_measure_says_what_it_is() -> None:
    """A definition, and a name of its own."""
    assert all(len(m.definition) > 40 for m in MEASURES)
    assert len({m.name for m in MEASURES}) == len({m.short for m in MEASURES}) == len(MEASURES)


# --- asking ------------------------------------------------------------------------------------------------------


def test_asking_keeps_order_depth_and_history(
    items: dict[str, Item], question: Make, subject: Callable[..., Scripted]
) -> None:
    """All hits tie, so the ranking is the order they came in; the turns before are handed on; markers state nothing."""
    turn = {"role": "user", "content": "before"}
    asked = subject(q={"hits": [3, 1, 2], "says": [("Plan 1 grants 100 loans.", 1, "document")]})
    (outcome,) = run([question("q", [1], [["100 loans"], ["1 100"]], history=(turn,))], asked, items)
    assert outcome.ranking == _ids(3, 1, 2)
    assert outcome.stated == (True, False)
    assert outcome.cited == _ids(1)
    assert asked.asked == [("q", 1)]
    assert DEPTH >= 10


def test_a_question_that_raises_is_reported_and_the_rest_goes_on(
    items: dict[str, Item], question: Make, subject: Callable[..., Scripted]
) -> None:
    """The error is kept with its class; the next question is asked."""
    asked = subject(bad={"raises": ValueError("too odd")}, good={"hits": [1]})
    seen: list[tuple[str, int, int]] = []
    bad, good = run([question("bad", [1]), question("good", [1])], asked, items, lambda *told: seen.append(told))
    assert bad.error == "ValueError: too odd"
    assert good.ranking == _ids(1)
    assert seen[-1] == ("asking", 2, 2)


def test_quotes_are_looked_up_anew(items: dict[str, Item], question: Make, subject: Callable[..., Scripted]) -> None:
    """One quote stands in its item, one does not: 1/2, whatever the citations say of themselves."""
    asked = subject(q={"says": [("Plan 1 grants 100 loans.", 1, "document"), ("Never written.", 1, "document")]})
    outcomes = run([question("q", [1])], asked, items)
    assert score(outcomes)["q"]["Quotes exact"] == 0.5


def test_a_key_that_was_never_given_is_no_item_and_no_quote(
    items: dict[str, Item], question: Make, subject: Callable[..., Scripted]
) -> None:
    """Even where it is an item's address: it is kept apart, and its quote stands nowhere."""

    class Inventing:
        def __init__(self, asked: Scripted) -> None:
            self.retrieve, self._ask = asked.retrieve, asked.ask

        def ask(self, question: str, *, history: Sequence[Mapping[str, str]]) -> Answer:
            lost = Citation(0, _ids(1)[0], "digest", "", None, "not found", "no such source")
            answer = self._ask(question, history=history)
            return replace(answer, citations=(*answer.citations, lost))

    asked = Inventing(subject(q={"says": [("Plan 2 grants 200 loans.", 2, "document")]}))
    (outcome,) = run([question("q", [1, 2])], asked, items)
    assert (outcome.cited, outcome.not_found) == (_ids(2), _ids(1))
    scores = score([outcome])["q"]
    assert (scores["Citation precision"], scores["Quotes exact"]) == (0.5, 0.5)


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ([("It may come too late.", 1, "comment")], 1),
        ([("It may come too late.", 1, "document")], 0),
        ([("Plan 2 grants 200 loans.", 2, "comment")], 0),
        ([("It may come too late.", 1, "comment"), ("Plan 1 grants 100 loans.", 1, "document")], 1),
        ([("It may come too late.", 1, "comment"), ("It may come too late", 1, "report")], 0.5),
        ([("Plan 2 grants 200 loans.", 2, "document")], None),
    ],
    ids=["shown", "hidden", "claimed", "each its own quote", "one of two", "no comment"],
)
def test_the_comment_is_shown_as_such(
    items: dict[str, Item], question: Make, subject: Callable[..., Scripted], says: Any, expected: float | None
) -> None:
    """A sentence of the comment must be MERICS' view, and no other sentence may be."""
    outcomes = run([question("q", [1])], subject(q={"says": says}), items)
    assert score(outcomes)["q"]["Voice"] == expected


# --- figures -----------------------------------------------------------------------------------------------------


def test_a_figure_keeps_zero_unscored_and_failed_apart() -> None:
    """Mean of 1, 0 and the zero of a failed question over three; the unscored one is in no mean."""
    made = figure([1.0, 0.0, None, 0.0], [False, False, False, True])
    assert (made.mean, made.n, made.zero, made.unscored, made.failed) == (round(1 / 3, 6), 3, 1, 1, 1)
    assert figure([None], [False]).mean is None


def test_the_interval_is_seeded_and_sane() -> None:
    """The same twice; no wider than the values; a point where all are equal; about ±2 σ/√n for a fair coin."""
    coin = [0.0, 1.0] * 50
    assert interval(coin) == interval(coin)
    low, high = interval(coin)
    assert 0.37 < low < 0.43 < 0.57 < high < 0.63
    assert interval([0.5] * 9) == (0.5, 0.5)


def test_figures_by_type_in_the_customary_order(question: Make) -> None:
    """All first, known types in their order, another name as its own row at the end."""
    questions = [question("a", [1], type="novel"), question("b", [1], type="list"), question("c", [1], type="number")]
    table = by_type(questions, score([Outcome(q) for q in questions]))
    assert list(table) == ["all", "number", "list", "novel"]


def test_two_runs_are_compared_question_by_question(question: Make) -> None:
    """One won, one lost, one tied, one only in the new run: three pairs; fewer false refusals are better."""

    def scored(**ranks: int) -> Any:
        asked = [question(name, [1]) for name in ranks]
        return score([Outcome(q, ranking=(*map(str, range(ranks[q.id] - 1)), *_ids(1))) for q in asked])

    differences = {d.measure: d for d in compare(scored(a=1, b=2, c=1), scored(a=2, b=1, c=1, d=1))}
    rr = differences["RR@10"]
    assert (rr.n, rr.better, rr.worse, rr.old, rr.new) == (3, ("b",), ("a",), rr.new, rr.old)
    assert not rr.certain
    refused = score([Outcome(question("a", [1]), abstained=True)])
    answered = score([Outcome(question("a", [1]))])
    (fewer,) = (d for d in compare(refused, answered) if d.measure == "False refusals")
    assert fewer.better == ("a",)
