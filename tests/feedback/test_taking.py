"""What is kept of an answer: that one answer's record and nothing else."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rag.errors import FeedbackError, InputError
from rag.feedback.records import Feedback
from rag.feedback.store import FeedbackFile
from rag.index.manifest import read_manifest, read_pointer
from rag.library import Library

pytestmark = pytest.mark.real

QUESTION = "How many 5G base stations does China have?"
BEFORE = [
    {"role": "user", "content": "What is the MIIT planning for humanoid robots?"},
    {"role": "assistant", "content": "A secret of another turn."},
]
FOLLOW_UP = "And by when is mass production to be reached?"

# What is documented: whoever adds a field has to say so here, in README and on the page.
FIELDS: dict[str, Any] = {
    "": "id when verdict reason question history filters ignored hits answer fingerprint edition",
    "answer": "text statements citations abstained reason lead model",
    "statements": "text markers support",
    "citations": "marker item_id quote located line",
    "hits": "item_id score",
    "fingerprint": "content generation",
    "history": "role content",
}


def test_the_file_holds_the_documented_fields_and_no_others(library: Library, file: FeedbackFile) -> None:
    """Of a follow-up with filters every field is written, at every level, and none besides."""
    answer = library.ask(FOLLOW_UP, history=BEFORE, section="top5")
    library.feedback(answer, "bad", "Not what I asked.", history=BEFORE)
    row = json.loads(file.path.read_text(encoding="utf-8"))
    parts = {"": row, **{name: row[name] for name in ("answer", "fingerprint")}}
    parts |= {name: row[name][0] for name in ("hits", "history")}
    parts |= {name: row["answer"][name][0] for name in ("statements", "citations")}
    assert {name: set(part) for name, part in parts.items()} == {n: set(fields.split()) for n, fields in FIELDS.items()}


def test_no_answer_of_another_turn_is_kept(library: Library, file: FeedbackFile) -> None:
    """Of the turns before only questions are kept, and only where the answer rests on them."""
    alone = library.feedback(library.ask(QUESTION, history=BEFORE), "good", history=BEFORE)
    leaning = library.ask(FOLLOW_UP, history=BEFORE)
    follow = library.feedback(leaning, "good", history=BEFORE)
    told = library.feedback(replace(library.ask(QUESTION), model="a-model"), "good", history=BEFORE)
    assert alone.history == ()
    assert follow.history == told.history == (BEFORE[0],)
    assert "secret" not in file.path.read_text(encoding="utf-8")


def test_what_is_kept_asks_the_same_again(library: Library, file: FeedbackFile) -> None:
    """Question, history, filters and what was taken off give the same answer, and the hits are those of `retrieve`."""
    given: dict[str, Any] = {"body": ["财政部", "MIIT"], "since": "2022-01-01"}
    answer = library.ask("And the subsidies in 2024?", history=BEFORE, ignore=["since"], **given)
    library.feedback(answer, "bad", "Too much.", history=BEFORE)
    ((kept,), _) = file.read()
    again: dict[str, Any] = {"history": kept.history, "ignore": kept.ignored, **kept.filters}
    assert kept.filters == {"body": ("MOF", "MIIT"), "since": "2022-01-01"}
    assert library.ask(kept.question, **again).text == answer.text == kept.answer.text
    hits = library.retrieve(kept.question, 10, **again)
    assert [(hit.item_id, hit.score) for hit in kept.hits] == [(h.item.id, round(h.score, 4)) for h in hits]


def test_the_answer_is_kept_as_it_was_shown(library: Library) -> None:
    """Text, markers, support and citations are those of the answer; a refusal keeps its reason."""
    answer = library.ask(QUESTION)
    kept = library.feedback(answer, "good").answer
    assert kept.text == answer.text
    assert [(s.text, s.markers, s.support) for s in kept.statements] == [
        (s.text, s.markers, s.support) for s in answer.statements
    ]
    assert [(c.marker, c.item_id, c.quote, c.located, c.line) for c in kept.citations] == [
        (c.marker, c.item_id, c.quote, c.located, c.line) for c in answer.citations
    ]
    refused = library.feedback(library.ask("What did the MIIT publish in July 2021?"), "good").answer
    assert (refused.abstained, refused.reason, refused.citations) == (True, "period", ())


def test_the_index_is_told_by_its_fingerprint(library: Library, place: Path) -> None:
    """Content and generation are those of the manifest; the edition is that of the corpus."""
    manifest = read_manifest(place, read_pointer(place))
    kept = library.feedback(library.ask(QUESTION), "good")
    assert (kept.fingerprint.content, kept.fingerprint.generation) == (manifest.content, manifest.generation)
    assert kept.edition == "digest"


def test_ids_and_times_are_of_the_day(library: Library) -> None:
    """An id is the day and six more characters; the time is UTC, in whole seconds."""
    kept = library.feedback(library.ask(QUESTION), "good")
    assert re.fullmatch(rf"{kept.when.date()}-[0-9a-f]{{6}}", kept.id)
    assert kept.when.isoformat().endswith("+00:00")
    assert kept.when.microsecond == 0


def test_words_of_a_reader_do_no_harm(library: Library, file: FeedbackFile) -> None:
    """Lines stay lines; what moves a cursor and broken characters go; the file has one line for it."""
    kept = library.feedback(
        library.ask(f"{QUESTION}\x1b[31m\n\ud800"), "bad", ' \x1b[31mwrong\r\n{"id": 1}\x00\u2028year \ud800 机器人 '
    )
    assert kept.question == f"{QUESTION} [31m"
    assert kept.reason == '[31mwrong\n{"id": 1}\nyear   机器人'
    assert file.read() == ([kept], [])
    assert file.path.read_bytes().count(b"\n") == 1


@pytest.mark.parametrize(
    ("verdict", "reason", "told"),
    [
        ("ugly", "x", "verdict: 'ugly' is neither good nor bad"),
        ("bad", "", "reason: is empty"),
        ("bad", " \n\x00\ud800", "reason: is empty"),
        ("bad", "x" * 1001, "reason: has 1,001 characters; the limit is 1,000"),
        ("good", "x" * 10_000_000, "reason: has 10,000,000 characters"),
        ("good", None, "reason: None is not text"),
    ],
)
def test_what_cannot_be_kept_is_refused(
    library: Library, file: FeedbackFile, verdict: Any, reason: Any, told: str
) -> None:
    """A verdict that is none, and a reason that is empty, too long or no text; then nothing is written."""
    with pytest.raises(InputError, match=re.escape(told)):
        library.feedback(library.ask(QUESTION), verdict, reason)
    assert not file.path.exists()


def test_a_reason_of_the_longest_is_kept_whole(library: Library) -> None:
    """A thousand characters of any kind."""
    reason = "机" * 1000
    assert library.feedback(library.ask(QUESTION), "bad", reason).reason == reason


def test_a_long_conversation_is_kept_short(library: Library) -> None:
    """However much a client sends, the last six questions are kept, none longer than a question may be."""
    turns = [{"role": "user", "content": f"{n}: {'robots ' * 10_000}"} for n in range(50)]
    answer = replace(library.ask(QUESTION), model="a-model")
    kept = library.feedback(answer, "good", history=[*turns, {"role": "user"}, "nonsense"])  # type: ignore[list-item]
    assert [turn["content"].partition(":")[0] for turn in kept.history] == ["44", "45", "46", "47", "48", "49"]
    assert max(len(turn["content"]) for turn in kept.history) <= 2000


def test_switched_off_nothing_is_kept(
    digests: Path, place: Path, file: FeedbackFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library says so before one asks, and refuses with the remedy after."""
    monkeypatch.setenv("RAG_FEEDBACK", "off")
    with Library.open(digests, place) as library:
        assert library.takes_feedback is False
        with pytest.raises(InputError, match=r"switched off here.*RAG_FEEDBACK=on"):
            library.feedback(library.ask(QUESTION), "good")
    assert not file.path.exists()


def test_it_is_on_unless_switched_off(library: Library) -> None:
    """Without a word of the operator it is taken."""
    assert library.takes_feedback is True


def test_many_readers_at_once(library: Library, file: FeedbackFile) -> None:
    """Eight threads at one library: each gets its own record, and all are in the file."""
    answer = library.ask(QUESTION)
    with ThreadPoolExecutor(8) as threads:
        kept = list(threads.map(lambda n: library.feedback(answer, "bad", f"Reader {n}"), range(40)))
    read, damaged = file.read()
    assert damaged == []

    def by_id(one: Feedback) -> str:
        return one.id

    assert sorted(read, key=by_id) == sorted(kept, key=by_id)


def test_a_closed_library_keeps_nothing(library: Library, digests: Path, place: Path, file: FeedbackFile) -> None:
    """Told as everywhere else."""
    closed = Library.open(digests, place)
    closed.close()
    with pytest.raises(InputError, match="closed"):
        closed.feedback(library.ask(QUESTION), "good")
    assert not file.path.exists()


def test_a_file_that_cannot_be_written_is_told(library: Library, file: FeedbackFile) -> None:
    """The answer stands; the word that it could not be kept is one line with place and remedy."""
    file.path.mkdir()
    try:
        with pytest.raises(FeedbackError, match="cannot be written"):
            library.feedback(library.ask(QUESTION), "good")
    finally:
        file.path.rmdir()


def test_an_answer_of_an_earlier_index_is_kept_as_such(library: Library) -> None:
    """The index is the one that answered, and nothing is said to have been found that is only found now."""
    answer = library.ask(QUESTION)
    kept = library.feedback(answer, "bad", "Out of date.", index="0" * 64)
    assert (kept.fingerprint.content, kept.fingerprint.generation, kept.hits) == ("0" * 64, "", ())
    same = library.feedback(answer, "bad", "Out of date.", index=library.manifest.content)
    assert same.fingerprint == library.manifest.fingerprint
    assert same.hits
