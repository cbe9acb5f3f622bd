"""`rag eval` over the shipped corpus: the gate, exit statuses, the same document twice, and what is published."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from rag.cli import main
from rag.evaluation.publish import between, documents, verifier_page
from rag.evaluation.statements import KINDS, SPOILT, TRUE
from rag.library import Library
from rag.retrieval.search import Hit

pytestmark = pytest.mark.real

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(editions: Path, embeddings: Path, checkout: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command over each edition in turn; gives status, standard output and standard error."""
    folders = ["--corpus", str(editions), "--embeddings", str(embeddings)]

    def call(*rest: str, questions: Path | None = checkout / "corpus/questions.jsonl") -> tuple[int, str, str]:
        status = main(["eval", *folders, *(["--questions", str(questions)] if questions else []), *rest])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


@pytest.fixture
def few(checkout: Path, tmp_path: Path) -> Path:
    """Every twentieth question of the shipped set."""
    lines = (checkout / "corpus/questions.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    path = tmp_path / "few.jsonl"
    path.write_text("".join(lines[::20]), encoding="utf-8")
    return path


def test_the_shipped_corpus_passes_its_gate(run: Run) -> None:
    """No figure fell by more than one question, in either edition. If one did on purpose: `make accept`."""
    status, out, _ = run("--gate")
    assert status == 0, out[out.find("Gate (") :]


def test_a_worsened_retriever_fails_the_gate(run: Run, few: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hits turned round are caught, and the questions named."""
    assert run("--accept", questions=few)[0] == 0
    assert run("--gate", questions=few)[0] == 0
    forwards = Library.retrieve

    def backwards(self: Library, *given: Any, **named: Any) -> Sequence[Hit]:
        return forwards(self, *given, **named)[::-1]

    monkeypatch.setattr(Library, "retrieve", backwards)
    status, out, _ = run("--gate", questions=few)
    assert status == 1
    assert "fell: nDCG@10" in out
    assert "dev-factoid-01: Success@1" in out


def test_the_same_document_twice(run: Run, few: Path) -> None:
    """Standard output is one JSON document, equal but for its timings; no path of this machine is in it."""
    first, second = (run("--json", questions=few)[1] for _ in range(2))
    documents = [json.loads(text) for text in (first, second)]
    for document in documents:
        assert document.pop("timings")["ask_ms"]["n"] == document["questions"]["count"]
    assert documents[0] == documents[1]
    assert str(few.parent) not in first


def test_the_report_and_a_comparison_with_itself(run: Run, few: Path, tmp_path: Path) -> None:
    """`--report` writes page and JSON; against that JSON nothing changed."""
    status, out, _ = run("--report", str(tmp_path / "deep/report"), questions=few)
    assert status == 0
    assert "index.html" in out
    assert (tmp_path / "deep/report/index.html").stat().st_size > 10_000
    status, out, _ = run("--compare", str(tmp_path / "deep/report/results.json"), questions=few)
    assert status == 0
    assert "0 questions better." in out
    assert "0 questions worse." in out


def test_a_question_that_fails_is_status_1(run: Run, few: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is reported, and the figures of the others are there."""
    answers = Library.ask

    def sometimes(self: Library, question: str, **named: Any) -> Any:
        if "driverless" in question:
            raise MemoryError("too much")
        return answers(self, question, **named)

    few.write_text(few.read_text(encoding="utf-8") + _line("x", "driverless"), encoding="utf-8")
    monkeypatch.setattr(Library, "ask", sometimes)
    status, out, _ = run(questions=few)
    assert status == 1
    assert "failed: x (MemoryError: too much)" in out


def test_ablation_says_what_each_stage_adds(run: Run, few: Path) -> None:
    """The whole, then without each switch of the search; without words something is worse."""
    status, out, _ = run("--ablate", "--json", questions=few)
    rows = {row["variant"]: row for row in json.loads(out)}
    assert status == 0
    assert list(rows)[:3] == ["everything", "without words", "without vectors"]
    assert any(d["worse"] for d in rows["without words"]["differences"])


BAD: list[tuple[list[str], str, str]] = [
    ([], "{", "line 1: is not JSON"),
    ([], "", "holds no question"),
    (["--split", "dev", "--gate"], "", "leave --split out"),
    (["--compare", "none.json"], "", "none.json: cannot be read"),
    (["--gate", "none.json"], "good", "none.json: cannot be read"),
]


@pytest.mark.parametrize(("arguments", "text", "said"), BAD, ids=[b[2] for b in BAD])
def test_bad_input_is_status_2_and_one_message(
    run: Run, tmp_path: Path, arguments: list[str], text: str, said: str
) -> None:
    """Question set, gate and comparison alike."""
    path = tmp_path / "set.jsonl"
    path.write_text(_line("x", "driverless") if text == "good" else text, encoding="utf-8")
    status, out, err = run(*arguments, questions=path)
    assert (status, out) == (2, "")
    assert said in err


def test_what_is_published_is_up_to_date(checkout: Path) -> None:
    """README's table and the definitions are what the accepted outcomes and the code give."""
    for path, text in documents(checkout).items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run `make accept`"


def test_the_page_of_the_verifier_is_up_to_date(checkout: Path, digests: Path, built: Callable[[Path], Path]) -> None:
    """Its figures are those of checking every statement now."""
    with Library.open(digests, built(digests)) as library:
        path, text = verifier_page(checkout, library)
    assert path.read_text(encoding="utf-8") == text, f"{path.name}: run `make accept`"


def test_statements_are_judged_by_half_set_and_kind(
    digests: Path, built: Callable[[Path], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """The document has every statement of the half asked for with its outcome; of `test` no misjudged one is told."""
    folders = ["--corpus", str(digests), "--embeddings", str(built(digests))]
    assert main(["eval", *folders, "--statements", "--split", "test", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert list(document["figures"]) == ["test, plain", "test, paraphrased"]
    assert [row["kind"] for row in document["figures"]["test, plain"]] == [TRUE, SPOILT, *KINDS[1:]]
    assert {one["split"] for one in document["statements"]} == {"test"}
    n = {name: rows[0]["n"] + rows[1]["n"] for name, rows in document["figures"].items()}
    assert sum(n.values()) == len(document["statements"])
    assert main(["eval", *folders, "--statements", str(digests / "statements.jsonl")]) == 0
    text = capsys.readouterr().out
    misjudged = [
        one["id"] for one in document["statements"] if (one["kind"] == TRUE) != (one["support"] == "supported")
    ]
    assert not [name for name in misjudged if f"\n{name} (" in text]


@pytest.mark.parametrize("option", ["--gate", "--accept", "--ablate", "--report=x", "--compare=x"])
def test_statements_ask_no_question(run: Run, option: str) -> None:
    """An option that would have no effect is refused."""
    status, out, err = run("--statements", option, questions=None)
    assert (status, out) == (2, "")
    assert f"leave {option.partition('=')[0]} out" in err


def test_statements_are_about_digests(originals: Path, built: Callable[[Path], Path], capsys: Any) -> None:
    """Over originals nothing is judged, and the message says what to name."""
    folders = ["--corpus", str(originals), "--embeddings", str(built(originals))]
    assert main(["eval", *folders, "--statements"]) == 2
    assert "Name the folder of the digests with --corpus" in capsys.readouterr().err


def test_a_document_without_its_comments_is_refused(tmp_path: Path) -> None:
    """Nothing is written where the place is not plain."""
    from rag.errors import QuestionsError

    path = tmp_path / "README.md"
    path.write_text("No comments.")
    with pytest.raises(QuestionsError, match="Put the comments back"):
        between(path, "figures", "| table |")


def _line(name: str, question: str) -> str:
    row = {"id": name, "question": question, "type": "factoid", "lang": "en", "gold_items": [], "nuggets": []}
    return json.dumps({**row, "answerable": False}) + "\n"
