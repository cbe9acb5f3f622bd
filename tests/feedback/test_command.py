"""`rag feedback`: what the shell shows, turns and removes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rag.cli import main
from rag.feedback.store import FeedbackFile
from rag.index.manifest import Fingerprint
from rag.library import Library
from tests.feedback.kept import a_feedback

pytestmark = pytest.mark.real

QUESTION = "How many 5G base stations does China have?"
ITEM = "2023-12-06/top5/3"
ID = "2026-11-22-000001"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(digests: Path, place: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command over the digests; gives status, standard output and standard error."""

    def call(command: str, *rest: str) -> tuple[int, str, str]:
        status = main([command, "--corpus", str(digests), "--embeddings", str(place), *rest])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


@pytest.fixture
def plain(file: FeedbackFile) -> str:
    """The id of a complaint about a question that was asked without filters."""
    return file.add(a_feedback(question=QUESTION, filters={}, ignored=(), history=())).id


def test_nothing_said_is_status_1(run: Run, file: FeedbackFile) -> None:
    """An empty list is told as one; as JSON it is an empty list."""
    status, out, _ = run("feedback")
    assert status == 1
    assert out.startswith("No feedback in ")
    assert json.loads(run("feedback", "--json")[1]) == []


def test_the_list_is_short_and_the_newest_last(run: Run, file: FeedbackFile) -> None:
    """Id, day, verdict, question and reason, cut where they are long; `--verdict` chooses."""
    file.add(a_feedback(question="Long? " * 400))
    file.add(a_feedback("2026-11-22-000002", verdict="good", reason=""))
    status, out, _ = run("feedback")
    assert status == 0
    assert out.index(ID) < out.index("2026-11-22-000002")
    assert f"{ID}  bad   22 November 2026\n    Long? Long?" in out
    assert "“The year is wrong. It says so itself.”" in out
    assert len(out) < 1000
    assert ID not in run("feedback", "--verdict", "good")[1]
    (bad,) = json.loads(run("feedback", "--verdict", "bad", "--json")[1])
    assert bad["id"] == ID
    assert bad["hits"][0] == {"item_id": "2023-12-06/top5/1", "score": 0.75}


def test_one_is_shown_whole(run: Run, file: FeedbackFile) -> None:
    """Question, what stood before and beside it, answer, citations, hits and index are all there."""
    file.add(a_feedback())
    status, out, _ = run("feedback", ID)
    assert status == 0
    for part in (
        f"{ID}  bad  22 November 2026, 14:23 UTC",
        "Reason: The year is wrong. It says so itself.",
        "Asked before: What of robots?",
        "Question: By when are robots to be made? 机器人",
        "Filter body: MIIT, MOST",
        "Filter since: 2023-01-01",
        "Taken off: shape",
        "Answer, written by a-model\n  By 2027. [1]",
        "[1] 2023-12-06/top5/1\n      (exact) An issue: By 2027.",
        "1. 2023-12-06/top5/1  (score 0.75)",
    ):
        assert part in out
    assert json.loads(run("feedback", ID, "--json")[1])["same_index"] is False


def test_whether_the_index_is_still_the_same_is_told(run: Run, library: Library, place: Path) -> None:
    """That it holds the same, that it is another, or that there is none now."""
    kept = library.feedback(library.ask(QUESTION), "good")
    assert "The one in use holds the same." in run("feedback", kept.id)[1]
    assert json.loads(run("feedback", kept.id, "--json")[1])["same_index"] is True
    FeedbackFile(place / "feedback.jsonl").add(a_feedback(fingerprint=Fingerprint("0" * 64, "generation-0")))
    assert "The one in use is another" in run("feedback", ID)[1]
    (place / "CURRENT").rename(place / "AWAY")
    try:
        status, out, _ = run("feedback", kept.id)
    finally:
        (place / "AWAY").rename(place / "CURRENT")
    assert status == 0
    assert "There is none now that can be read." in out


def test_a_refusal_and_a_source_not_found_are_shown_as_such(run: Run, library: Library) -> None:
    """The reason for refusing stands where the answer would."""
    kept = library.feedback(library.ask("What did the MIIT publish in July 2021?"), "good")
    assert "Refused (period)" in run("feedback", kept.id)[1]


def test_hostile_words_do_not_drive_the_terminal(run: Run, file: FeedbackFile) -> None:
    """What moves a cursor or turns the writing direction does not come back, whoever wrote it into the file."""
    file.add(a_feedback(question="\x1b[31mred\x07?", reason="\u202eturned\n\x1b]0;title\x07"))
    shown = run("feedback")[1] + run("feedback", ID)[1]
    assert "red" in shown
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)


def test_a_torn_line_is_told_beside_the_list(run: Run, file: FeedbackFile) -> None:
    """Its number goes to standard error; the others are listed."""
    file.add(a_feedback())
    with file.path.open("ab") as raw:
        raw.write(b'{"id": "2026')
    status, out, err = run("feedback", "--json")
    assert status == 0
    assert len(json.loads(out)) == 1
    assert "line 2: is no whole record" in err


def test_an_entry_is_accepted_by_eval(run: Run, plain: str, tmp_path: Path) -> None:
    """Turned on standard output or into a file, it is a question that `rag eval` asks."""
    gold = (plain, "--gold", ITEM, "--nugget", "318,900")
    status, out, err = run("feedback", *gold)
    assert status == 0
    assert "type number, language en, split dev" in err
    (tmp_path / "out.jsonl").write_text(out, encoding="utf-8")
    status, out, _ = run("feedback", *gold, "--into", str(tmp_path / "into.jsonl"))
    assert (status, out) == (0, f"Added feedback-{plain} to {tmp_path / 'into.jsonl'}.\n")
    assert (tmp_path / "out.jsonl").read_text() == (tmp_path / "into.jsonl").read_text()
    more = ("--unanswerable", "--id", "more", "--into", str(tmp_path / "into.jsonl"))
    assert run("feedback", plain, *more)[0] == 0
    status, out, _ = run("eval", "--questions", str(tmp_path / "into.jsonl"), "--json")
    asked = {row["id"]: row for row in json.loads(out)["outcomes"]}
    assert status == 0
    assert set(asked) == {f"feedback-{plain}", "more"}
    assert asked[f"feedback-{plain}"]["nuggets"] == [{"forms": ["318,900"], "stated": True}]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([ID, "--nugget", "318,900"], "--gold is missing"),
        ([ID, "--gold", "2023-12-06/top5/99"], "this corpus has no item"),
        ([ID, "--gold", ITEM, "--nugget", "no such words"], "'no such words' stands in none"),
        (["--gold", ITEM], "Name the one that is meant"),
        (["--remove"], "Name the one that is meant"),
        ([ID, "--remove", "--unanswerable"], "--remove goes alone"),
        ([ID, "--verdict", "bad"], "--verdict is for the list"),
    ],
)
def test_what_cannot_be_served_is_status_2(run: Run, plain: str, arguments: list[str], told: str) -> None:
    """One line says what is missing; standard output stays empty."""
    status, out, err = run("feedback", *arguments)
    assert (status, out) == (2, "")
    assert told in err


def test_an_id_that_is_not_there_is_status_1(run: Run, plain: str) -> None:
    """As an item that is not there."""
    for more in ([], ["--remove"], ["--gold", ITEM]):
        status, out, _ = run("feedback", "2026-11-22-abcdef", *more)
        assert status == 1
        assert "is no feedback in" in out
    assert "error" in json.loads(run("feedback", "2026-11-22-abcdef", "--json")[1])


def test_one_is_removed_when_a_person_asks(run: Run, plain: str, file: FeedbackFile) -> None:
    """It goes, the others stay."""
    other = file.add(a_feedback("2026-11-22-000002"))
    status, out, _ = run("feedback", plain, "--remove")
    assert status == 0
    assert out.startswith(f"Removed {plain} from ")
    assert file.read() == ([other], [])


def test_what_was_taken_can_be_read_when_it_is_switched_off(
    run: Run, plain: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The switch is about taking, not about reading."""
    monkeypatch.setenv("RAG_FEEDBACK", "off")
    assert plain in run("feedback")[1]


def test_listing_opens_no_index(digests: Path, place: Path, plain: str) -> None:
    """A list, and one shown whole, need neither encoder nor engines."""
    code = (
        "import sys; from rag.cli import main; status = main(sys.argv[1:]);"
        "heavy = {'onnxruntime', 'faiss', 'tantivy', 'numpy', 'openai', 'gradio', 'torch'} & set(sys.modules);"
        "print(heavy, file=sys.stderr); sys.exit(status or bool(heavy))"
    )
    command: list[Any] = [sys.executable, "-c", code, "feedback", plain, "--corpus", digests, "--embeddings", place]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
