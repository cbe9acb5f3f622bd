"""The question set: what is read, what is refused, and what a nugget is."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from rag.briefs.records import Item
from rag.errors import QuestionsError
from rag.evaluation.questions import Question, check, fingerprint, fold, load, states

ROW: dict[str, Any] = {
    "id": "q1", "question": "How many loans?", "type": "number", "lang": "en",
    "gold_items": ["2023-03-01/policy/1"], "nuggets": [["100 loans", "one hundred loans"]], "answerable": True,
}  # fmt: skip


def _file(folder: Path, *rows: Mapping[str, Any] | str) -> Path:
    path = folder / "questions.jsonl"
    path.write_text("".join(f"{r if isinstance(r, str) else json.dumps(r)}\n" for r in rows), encoding="utf-8")
    return path


def test_a_set_is_read_in_the_order_of_its_file(tmp_path: Path) -> None:
    """Blank lines are passed over, the split is test unless given, notes of the author's are allowed."""
    path = _file(tmp_path, ROW, "", {**ROW, "id": "q0", "split": "dev", "note": "hard"})
    first, second = load(path)
    assert (first.id, first.split, first.line) == ("q1", "test", 1)
    assert (second.id, second.split, second.line) == ("q0", "dev", 3)
    assert [q.id for q in load(path, "dev")] == ["q0"]


BAD: list[tuple[str, list[Mapping[str, Any] | str], str]] = [
    ("not JSON", [ROW, "{'id': 1}"], "line 2: is not JSON"),
    ("no object", ["[1]"], "line 1: expected a JSON object, found list"),
    ("field missing", [{k: v for k, v in ROW.items() if k != "lang"}], "line 1: expected the field 'lang'"),
    ("wrong kind", [{**ROW, "nuggets": ["100 loans"]}], "line 1: nuggets: expected a list of lists"),
    ("answerable as text", [{**ROW, "answerable": "yes"}], 'answerable: expected true or false, found "yes"'),
    ("unknown split", [{**ROW, "split": "train"}], "split: expected dev or test"),
    ("slip of a name", [{**ROW, "gold_item": []}], "'gold_item' is no field. Did you mean 'gold_items'?"),
    ("item named twice", [{**ROW, "gold_items": ["a", "a"]}], "none twice"),
    ("half a surrogate", [{**ROW, "question": "\ud800"}], "line 1: question: expected a text"),
    ("history of texts", [{**ROW, "history": ["before"]}], "history: expected a list of turns"),
    ("answerable, no gold", [{**ROW, "gold_items": []}], "gold_items is empty"),
    ("gold, unanswerable", [{**ROW, "answerable": False}], "not answerable, but gold_items"),
    ("duplicate id", [ROW, {**ROW, "question": "Again?"}], "line 2: id 'q1' was given on line 1"),
    ("empty", [], "holds no question"),
    ("empty split", [ROW], "holds no question of split 'dev'"),
]


@pytest.mark.parametrize(("rows", "said"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_a_bad_set_is_one_message_with_file_and_line(
    tmp_path: Path, rows: list[Mapping[str, Any] | str], said: str
) -> None:
    """What is wrong is named, with the line where there is one."""
    path = _file(tmp_path, *rows)
    with pytest.raises(QuestionsError) as caught:
        load(path, "dev" if "dev" in said else "all")
    assert str(caught.value).startswith(str(path))
    assert said in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """Nothing there, and bytes that are not UTF-8."""
    with pytest.raises(QuestionsError, match="cannot be read"):
        load(tmp_path / "none.jsonl")
    (tmp_path / "latin.jsonl").write_bytes(b'{"id": "\xe4"}')
    with pytest.raises(QuestionsError, match="not UTF-8"):
        load(tmp_path / "latin.jsonl")


def test_what_is_folded() -> None:
    """Links become their words, emphasis goes, quotes are straight, case and white space are one."""
    assert fold("The *“[Robot+](http://x)”*\n Plan’s") == 'the "robot+" plan\'s'


def test_a_fact_is_stated_by_any_form_but_not_inside_a_longer_figure() -> None:
    """5 percent is not in 25 percent, 1.2 not in 1.25; words may continue."""
    assert states("some 5 percent of chips", ("five percent", "5 percent"))
    assert not states("some 25 percent", ("5 percent",))
    assert not states("some 1.25", ("1.2",))
    assert states("the year 2025, then", ("2025",))
    assert states("all chips", ("chip",))
    assert not states("to promote chips", ("MOT",))
    assert states("the mot, too", ("MOT",))


def _checked(items: Mapping[str, Item], *questions: Question) -> str:
    with pytest.raises(QuestionsError) as caught:
        check(Path("set.jsonl"), questions, items)
    return str(caught.value)


def test_gold_nuggets_and_quotes_are_held_against_the_items(
    items: dict[str, Item], question: Callable[..., Question]
) -> None:
    """An unknown item, a nugget and a quote that stand in no gold item are named by line; good ones pass."""
    good = question("a", [1], [["100 loans"]], quote="Plan 1 grants", line=1)
    check(Path("set.jsonl"), [good], items)
    assert "set.jsonl, line 2: b: this corpus has no item '2023-03-01/policy/99'" in _checked(
        items, good, question("b", [1, 99], line=2)
    )
    assert "line 3: c: no form of the nugget ['200 loans']" in _checked(
        items, question("c", [1], [["200 loans"]], line=3)
    )
    assert "line 4: d: the quote 'plan 1' stands verbatim" in _checked(
        items, question("d", [1], quote="plan 1", line=4)
    )


def test_how_many_there_are_is_a_nugget_of_its_own(items: dict[str, Item], question: Callable[..., Question]) -> None:
    """The count of the gold items stands in none of them; a wrong count is caught."""
    check(Path("set.jsonl"), [question("a", [1, 2, 3], [["three plans", "3 plans"]])], items)
    assert "no form of the nugget" in _checked(items, question("a", [1, 2, 3], [["four plans", "4 plans"]]))


def test_a_set_for_another_corpus_is_told_as_such(items: dict[str, Item], question: Callable[..., Question]) -> None:
    """None of its items is known: one message, not one for each question."""
    message = _checked(items, question("a", [50], line=1), question("b", [51], line=2))
    assert "question set for another corpus" in message
    assert "\n" not in message


def test_several_problems_are_listed_but_not_all(items: dict[str, Item], question: Callable[..., Question]) -> None:
    """Five lines, then how many more."""
    message = _checked(items, *(question(f"q{n}", [1], [["none"]], line=n) for n in range(1, 9)))
    assert message.count("no form of the nugget") == 5
    assert message.endswith("… and 3 more.")


def test_the_fingerprint_knows_questions_not_places(question: Callable[..., Question]) -> None:
    """The same questions elsewhere have the same one, other gold another."""
    assert fingerprint([question("a", [1], line=1)]) == fingerprint([question("a", [1], line=7)])
    assert fingerprint([question("a", [1])]) != fingerprint([question("a", [2])])


def test_the_shipped_set_is_whole(checkout: Path, shipped_items: dict[str, Item]) -> None:
    """At least 200 questions, 30 of them unanswerable, and every id, quote and nugget holds in both editions."""
    path = checkout / "corpus/questions.jsonl"
    questions = load(path)
    check(path, questions, shipped_items)
    assert len(questions) >= 200
    assert sum(not q.answerable for q in questions) >= 30
    assert {q.split for q in questions} == {"dev", "test"}
