"""`rag eval` with a language model: the path, with scripted replies. No figure here is one of a real model."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.cli import main, parser
from rag.evaluation.command import evaluate
from rag.library import Library
from rag.model.records import Message
from tests.faults.badllm import BadLLM, Request, Script, reply
from tests.faults.scripted import Scripted

pytestmark = pytest.mark.real

NAME = "scripted-replies"  # stands in all that is written, so that nobody takes its figures for a model's
# One statement that the source bears out and one under a key that was never given.
JETS = "The order for 40 jets is worth USD 4.8 billion {1}. They will be painted by 99 robots [z9z]."
QUESTIONS = (
    {"id": "s-1", "question": "How many jets did Xiamen Air order from Airbus?", "nuggets": [["40"]]},
    {"id": "s-2", "question": "What did the MIIT publish in July 2021?", "gold_items": [], "answerable": False},
)
GOLD = "2022-10-05/corporate/4"
SHARED = {"type": "factoid", "lang": "en", "gold_items": [GOLD], "nuggets": [], "answerable": True}


class Answering(BadLLM):
    """Replies to each request over HTTP what the scripted writer does."""

    def _script(self, request: Request) -> Script:
        messages = [Message(**message) for message in request.body["messages"]]
        return reply(*Scripted(JETS).write(messages, 0))


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[BadLLM]:
    """A server of scripted replies, named in the environment as a user names one."""
    with Answering() as server:
        monkeypatch.setenv("RAG_LLM_BASE_URL", server.url)
        monkeypatch.setenv("RAG_LLM_MODEL", NAME)
        yield server


@pytest.fixture
def arguments(digests: Path, built: Callable[[Path], Path], tmp_path: Path) -> list[str]:
    """The command over the digests: one question that is answered, one that is refused."""
    path = tmp_path / "questions.jsonl"
    path.write_text("".join(json.dumps(SHARED | row) + "\n" for row in QUESTIONS), encoding="utf-8")
    return ["eval", "--corpus", str(digests), "--embeddings", str(built(digests)), "--questions", str(path)]


def test_a_writer_is_evaluated_and_named(arguments: list[str]) -> None:
    """Of its two statements one is supported; the key that was never given halves precision and exactness."""
    options = parser().parse_args(arguments)
    with Library.open(options.corpus, options.embeddings, writer=Scripted(JETS)) as library:
        well, document, text = evaluate(options, library, lambda *_: None)
    answered, refused = document["outcomes"]
    assert well
    assert document["subject"]["model"] == answered["model"] == "a-model"
    assert [one["support"] for one in answered["written"]] == ["supported", "unsupported"]
    assert "z9z" in answered["written"][1]["reason"]
    assert (answered["cited"], answered["not_found"]) == ([GOLD], ["z9z"])
    wanted = {"Supported": 0.5, "Citation precision": 0.5, "Quotes exact": 0.5, "Citation recall": 1, "Nuggets": 1}
    assert {name: answered["scores"][name] for name in wanted} == wanted
    assert (refused["abstained"], refused["model"], refused["scores"]["Supported"]) == (True, "", None)
    assert document["figures"]["all"]["Supported"] | {"low": 0, "high": 0} == {
        "mean": 0.5, "low": 0, "high": 0, "n": 1, "zero": 0, "unscored": 1, "failed": 0,
    }  # fmt: skip
    assert "1 of 2 answers written by a-model" in text
    assert "Supp" in text


@pytest.mark.parametrize("held_back", ["mark", "withhold"])
def test_withholding_makes_no_figure_better(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, held_back: str
) -> None:
    """A statement that is not shown counts as one that is not supported."""
    monkeypatch.setenv("RAG_LLM_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("RAG_LLM_MODEL", NAME)
    monkeypatch.setenv("RAG_LLM_UNSUPPORTED", held_back)
    options = parser().parse_args(arguments)
    with Library.open(options.corpus, options.embeddings, writer=Scripted(JETS)) as library:
        document = evaluate(options, library, lambda *_: None)[1]
    assert document["outcomes"][0]["scores"]["Supported"] == 0.5
    assert document["outcomes"][0]["withheld"] == (held_back == "withhold")


def test_what_follows_a_reply_of_which_nothing_holds_is_not_the_models(arguments: list[str]) -> None:
    """The briefs' own sentences below it are supported, and none of them counts."""
    options = parser().parse_args(arguments)
    with Library.open(options.corpus, options.embeddings, writer=Scripted("Ninety-nine robots danced {1}.")) as library:
        (answered, _) = evaluate(options, library, lambda *_: None)[1]["outcomes"]
    assert len(answered["written"]) == 1
    assert answered["scores"]["Supported"] == 0
    assert answered["scores"]["Nuggets"] == 1  # stated by what follows


def test_the_same_document_twice_over_http(
    arguments: list[str], served: BadLLM, capsys: pytest.CaptureFixture[str]
) -> None:
    """Keys are drawn anew each time, and none is in the document; nor is the server's address."""
    documents: list[Any] = []
    for _ in range(2):
        assert main([*arguments, "--json"]) == 0
        out = capsys.readouterr().out
        assert server_of(served) not in out
        documents.append(json.loads(out))
        documents[-1].pop("timings")
    assert len(served.asked) == 2
    assert documents[0] == documents[1]
    assert documents[0]["subject"]["model"] == NAME
    assert documents[0]["outcomes"][0]["scores"]["Supported"] == 0.5


def test_the_page_and_the_table_name_it(
    arguments: list[str], served: BadLLM, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By its name alone."""
    assert main([*arguments, "--report", str(tmp_path / "report")]) == 0
    page = (tmp_path / "report/index.html").read_text(encoding="utf-8")
    for text in (capsys.readouterr().out, page):
        assert f"1 of 2 answers written by {NAME}" in text
        assert server_of(served) not in text
    assert "1 of 2 statements supported" in page


@pytest.mark.parametrize("option", ["--gate", "--accept"])
def test_no_gate_over_what_a_model_wrote(
    arguments: list[str], served: BadLLM, tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    """Neither held against what was accepted without one nor accepted; nothing is asked and nothing written."""
    assert main([*arguments, option]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert f"without a language model, and {NAME} is set to write" in said
    assert served.asked == []
    assert not (tmp_path / "questions-accepted.json").exists()


def server_of(server: BadLLM) -> str:
    """Its host and port."""
    return f"127.0.0.1:{server.port}"
