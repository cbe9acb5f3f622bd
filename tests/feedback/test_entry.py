"""From feedback to an entry of a question set: gold that stands in the corpus, a file that stays whole."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rag.briefs.records import Item
from rag.errors import InputError, QuestionsError
from rag.evaluation.questions import load
from rag.feedback.entry import Gold, append, check_complete, entry, nugget
from rag.feedback.records import Feedback
from rag.index import disk
from rag.library import Library
from rag.retrieval.query import Query
from tests.feedback.kept import a_feedback

ITEM, OTHER = "2023-12-06/top5/3", "2023-12-06/top5/1"
QUESTION = "How many 5G base stations does China have?"
PLAIN: dict[str, Any] = {"question": QUESTION, "filters": {}, "ignored": (), "history": ()}


class Turner:
    """Makes entries over one library."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._items: dict[str, Item] = {item.id: item for item in library.items()}

    def query(self, feedback: Feedback, gold: Gold) -> Query:
        """The question as it is understood."""
        return self._library.ask(gold.question or feedback.question, history=feedback.history, model=False).query

    def __call__(self, feedback: Feedback, gold: Gold) -> dict[str, Any]:
        """The entry's fields."""
        return entry(feedback, gold, self.query(feedback, gold), self._items)


@pytest.fixture
def turned(library: Library) -> Turner:
    """What makes an entry of feedback and gold."""
    return Turner(library)


@pytest.mark.real
def test_an_entry_has_the_form_of_the_question_set(turned: Turner, tmp_path: Path) -> None:
    """Every field as typed, the rest as read from the question; the half is that to look at."""
    gold = Gold(items=(ITEM,), nuggets=(nugget("318,900"), nugget("89 million|89 Million")))
    row = turned(a_feedback(**PLAIN), gold)
    assert row == {
        "id": "feedback-2026-11-22-000001",
        "question": QUESTION,
        "type": "number",
        "lang": "en",
        "gold_items": [ITEM],
        "nuggets": [["318,900"], ["89 million", "89 Million"]],
        "answerable": True,
        "split": "dev",
    }
    append(tmp_path / "questions.jsonl", row)
    assert [question.id for question in load(tmp_path / "questions.jsonl", "dev")] == [row["id"]]


@pytest.mark.real
def test_a_follow_up_brings_its_history(turned: Turner, tmp_path: Path) -> None:
    """The questions before go with it, and it is told as what it is."""
    history = ({"role": "user", "content": "What is the MIIT planning for humanoid robots?"},)
    asked = a_feedback(**PLAIN | {"question": "And by when is mass production to be reached?", "history": history})
    row = turned(asked, Gold(items=(OTHER,), nuggets=(("2025",),)))
    assert row["type"] == "followup"
    append(tmp_path / "questions.jsonl", row)
    (question,) = load(tmp_path / "questions.jsonl")
    assert question.history == history


@pytest.mark.real
def test_what_the_briefs_do_not_answer_has_no_gold(turned: Turner) -> None:
    """An unanswerable question is an entry too; gold beside it is a contradiction."""
    row = turned(a_feedback(**PLAIN), Gold(answerable=False))
    assert (row["type"], row["answerable"], row["gold_items"], row["nuggets"]) == ("unanswerable", False, [], [])
    for more in (Gold(items=(ITEM,), answerable=False), Gold(nuggets=(("x",),), answerable=False)):
        with pytest.raises(InputError, match="--unanswerable: there is no gold then"):
            turned(a_feedback(**PLAIN), more)


@pytest.mark.real
@pytest.mark.parametrize(
    ("question", "kind", "lang"),
    [
        ("Everything issued by the MOF in April 2024", "temporal", "en"),
        ("List every item on semiconductors", "list", "en"),
        ("Compare the MIIT's and the MOF's measures of 2024", "compare", "en"),
        ("中国有多少个5G基站？", "chinese", "zh"),
        ("Wie viele 5G-Basisstationen hat China?", "german", "de"),
        ("Which ministry issued the guidelines on humanoid robots?", "issuer", "en"),
        ("What is said of graphene?", "factoid", "en"),
    ],
)
def test_type_and_language_are_read_from_the_question(turned: Turner, question: str, kind: str, lang: str) -> None:
    """What was understood of a question says what kind it is; a person's word comes before."""
    feedback, gold = a_feedback(**PLAIN | {"question": question}), Gold(items=(ITEM,))
    row = turned(feedback, gold)
    assert (row["type"], row["lang"]) == (kind, lang)
    row = turned(feedback, replace(gold, type="paraphrase", lang="fr", id="mine"))
    assert (row["type"], row["lang"], row["id"]) == ("paraphrase", "fr", "mine")


@pytest.mark.real
@pytest.mark.parametrize(
    ("gold", "told"),
    [
        (Gold(items=(ITEM, "2023-12-06/top5/9")), "--gold: this corpus has no item '2023-12-06/top5/9'"),
        (Gold(items=(ITEM,), nuggets=(("318,900", "318 900"),)), "--nugget: '318 900' stands in none"),
        (Gold(items=(ITEM,), nuggets=(("18,900",),)), "--nugget: '18,900' stands in none"),
        (Gold(items=(OTHER,), nuggets=(("318,900",),)), "--nugget: '318,900' stands in none"),
    ],
)
def test_gold_that_does_not_stand_in_the_corpus_is_refused(turned: Turner, gold: Gold, told: str) -> None:
    """An unknown item, and a form that stands in no gold item or only within a longer figure, are named."""
    with pytest.raises(InputError, match=re.escape(told)):
        turned(a_feedback(**PLAIN), gold)


@pytest.mark.real
def test_a_nugget_may_count_the_gold(turned: Turner) -> None:
    """How many items answer stands in none of them, as in the question set itself."""
    gold = Gold(items=(ITEM, OTHER), nuggets=(("two measures", "2"),))
    assert turned(a_feedback(**PLAIN), gold)["nuggets"] == [["two measures", "2"]]


def test_without_gold_it_says_what_is_missing() -> None:
    """An entry is a person's word: none is made up from the answer."""
    with pytest.raises(InputError, match=r"--gold is missing: name every item .* or say --unanswerable"):
        check_complete(a_feedback(**PLAIN), Gold(nuggets=(("318,900",),)))


def test_what_was_chosen_beside_the_question_has_to_be_said_in_words() -> None:
    """A question set has no filters: they are named with the remedy, and words of one's own lift it."""
    gold = Gold(items=(ITEM,))
    with pytest.raises(InputError, match=r"asked with body MIIT or MOST, since 2023-01-01, without shape .*--question"):
        check_complete(a_feedback(), gold)
    check_complete(a_feedback(), replace(gold, question="What did MIIT or MOST issue from 2023 on?"))
    with pytest.raises(InputError, match="the limit is 2,000"):
        check_complete(a_feedback(), replace(gold, question="x" * 2001))


@pytest.mark.parametrize("text", ["", " | ", "one|", "**", "\ud800"])
def test_an_empty_form_is_refused(text: str) -> None:
    """Nothing would be stated by every answer."""
    with pytest.raises(InputError, match="has an empty form"):
        nugget(text)


ROW = {
    "id": "new", "question": "Q?", "type": "factoid", "lang": "en", "gold_items": ["a"], "nuggets": [],
    "answerable": True, "split": "dev",
}  # fmt: skip


def _line(name: str) -> bytes:
    return json.dumps(ROW | {"id": name}).encode()


@pytest.mark.parametrize("before", [b"", _line("old"), _line("old") + b"\n", _line("old") + b"\r\n\r\n", b"\n"])
def test_a_file_keeps_what_it_held(tmp_path: Path, before: bytes) -> None:
    """Whatever ends its last line, the entry has one of its own, and what was there stays byte for byte."""
    path = tmp_path / "questions.jsonl"
    path.write_bytes(before)
    path.chmod(0o640)
    append(path, ROW)
    assert path.read_bytes().startswith(before)
    assert [question.id for question in load(path)] == (["old", "new"] if before.strip() else ["new"])
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("before", "told"),
    [
        (_line("old") + b"\n" + _line("new"), "line 2: has a question 'new' already. Name this one with --id."),
        (b"# Notes\n", "line 1: is not JSON"),
        (b'{"id": "old"}', "line 1: expected the field 'question'"),
        (b"\xff\xfe", "is not UTF-8"),
    ],
)
def test_a_file_that_will_not_do_is_left_alone(tmp_path: Path, before: bytes, told: str) -> None:
    """An id that is there, and a file that is no question set, are told; nothing is written."""
    path = tmp_path / "questions.jsonl"
    path.write_bytes(before)
    with pytest.raises((InputError, QuestionsError), match=re.escape(told)):
        append(path, ROW)
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {"questions.jsonl": before}


def test_a_failure_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the new file cannot take the old one's place, that stays, and nothing lies beside it."""
    path = tmp_path / "questions.jsonl"
    path.write_bytes(_line("old"))

    def refuse(self: disk.System, old: Path, new: Path) -> None:
        raise OSError(28, "No space left on device", str(new))

    monkeypatch.setattr(disk.System, "rename", refuse)
    with pytest.raises(InputError, match=r"--into .*cannot be written \(No space left"):
        append(path, ROW)
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {"questions.jsonl": _line("old")}


def test_what_another_adds_meanwhile_is_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that changes while the entry is written is left as the other one made it."""
    path = tmp_path / "questions.jsonl"
    path.write_bytes(_line("old") + b"\n")
    write = disk.System.write

    def meanwhile(self: disk.System, new: Path, data: bytes) -> None:
        with path.open("ab") as file:
            file.write(_line("theirs") + b"\n")
        write(self, new, data)

    monkeypatch.setattr(disk.System, "write", meanwhile)
    with pytest.raises(InputError, match="the file changed while it was read"):
        append(path, ROW)
    assert [question.id for question in load(path)] == ["old", "theirs"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_to_a_file_stays_one(tmp_path: Path) -> None:
    """The entry goes into the file that is meant, and the link is not replaced by it."""
    (tmp_path / "real.jsonl").write_bytes(_line("old"))
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "real.jsonl")
    append(tmp_path / "link.jsonl", ROW)
    assert (tmp_path / "link.jsonl").is_symlink()
    assert [question.id for question in load(tmp_path / "real.jsonl")] == ["old", "new"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Folders are not made on a slip of the pen."""
    with pytest.raises(InputError, match=r"--into .*nowhere.*cannot be written \(No such file"):
        append(tmp_path / "nowhere" / "questions.jsonl", ROW)
