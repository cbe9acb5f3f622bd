"""`rag doctor`: what is set up, what is wrong, and that looking changes nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rag.cli import main
from tests.faults.badllm import refusal, refused_url, reply

if TYPE_CHECKING:
    from tests.faults.badllm import BadLLM

pytestmark = pytest.mark.real

CANARY = "sk-canary-4711"
Examine = Callable[[], tuple[int, dict[str, tuple[bool, str]]]]


@pytest.fixture
def place(digests: Path, built: Callable[[Path], Path], tmp_path: Path) -> Path:
    """A folder with a corpus and its index, to be spoilt."""
    shutil.copytree(digests, tmp_path / "corpus")
    shutil.copytree(built(digests), tmp_path / "embeddings")
    return tmp_path


@pytest.fixture
def examine(place: Path, capsys: pytest.CaptureFixture[str]) -> Examine:
    """Run the doctor over it; gives the status, and of each matter whether it is well, and the text."""

    def run() -> tuple[int, dict[str, tuple[bool, str]]]:
        status = main(["doctor", "--corpus", str(place / "corpus"), "--json"])
        document: Any = json.loads(capsys.readouterr().out)
        assert document["well"] == (status == 0)
        return status, {matter["name"]: (matter["well"], matter["text"]) for matter in document["matters"]}

    return run


def _state(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(path): (path.stat().st_mtime_ns, path.stat().st_size) for path in folder.rglob("*") if path.is_file()}


def test_all_is_well(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line a matter, status 0; that no language model is configured is nothing wrong. Nothing on the disk changes."""
    before = _state(place)
    assert main(["doctor", "--corpus", str(place / "corpus")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[:6]] == ["ok"] * 6
    assert lines[-1] == "All is well."
    said = "\n".join(lines)
    for what in ("5 issues, 94 items", "384 dimensions, verified", "whole and up to date", "none is conf"):
        assert what in said
    assert _state(place) == before


def test_without_an_index_nothing_is_built(place: Path, examine: Examine) -> None:
    """A folder without index and exported encoder is told, with the command that builds; it is not made."""
    shutil.rmtree(place / "embeddings")
    status, matters = examine()
    assert status == 1
    assert matters["index"] == (False, f"{place / 'embeddings'}: no index here yet. Run `rag index`.")
    assert matters["encoder"][0]
    assert "the first `rag index` makes it ready" in matters["encoder"][1]
    assert not (place / "embeddings").exists()


def test_an_unreadable_brief_is_named_and_the_index_is_stale(place: Path, examine: Examine) -> None:
    """The file and what is wrong with it, how many more there are; and that the index holds another corpus."""
    for name in ("2022-10-05.md", "2023-03-01.md"):
        (place / "corpus" / name).write_text("No brief at all.\n")
    status, matters = examine()
    assert status == 1
    well, text = matters["corpus"]
    assert not well
    assert text.startswith("2 unreadable. ")
    assert "2022-10-05.md" in text
    assert text.endswith(" And 1 more.")
    assert matters["index"] == (False, "was not built from the corpus as it is now. Run `rag index`.")


def test_a_missing_corpus_is_told(place: Path, examine: Examine) -> None:
    """No folder, no brief: one line with the folder."""
    shutil.rmtree(place / "corpus")
    status, matters = examine()
    assert status == 1
    assert "expected a folder of briefs, found nothing" in matters["corpus"][1]
    assert not matters["index"][0]


def test_damage_is_told(place: Path, examine: Examine) -> None:
    """A damaged index and a damaged encoder are two matters, each with its file and the remedy."""
    next((place / "embeddings").glob("generation-*/catalogue.sqlite")).write_bytes(b"none")
    next((place / "embeddings").glob("encoder-*.onnx")).write_bytes(b"none")
    status, matters = examine()
    assert status == 1
    for name, file in (("index", "catalogue.sqlite"), ("encoder", ".onnx")):
        well, text = matters[name]
        assert not well
        assert file in text
        assert "`rag index --rebuild`" in text


def test_an_encoder_that_is_not_there_is_told(examine: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another encoder than the index was built with, and not on this machine."""
    monkeypatch.setenv("RAG_ENCODER", "some/model")
    status, matters = examine()
    assert status == 1
    assert "some/model is not on this machine" in matters["encoder"][1]
    assert matters["index"] == (False, "was not built with the encoder in use. Run `rag index`.")
    assert "RAG_ENCODER" in matters["settings"][1]


def test_a_language_model_that_answers(examine: Examine, badllm: BadLLM, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which model, where, how fast for one token, and what else its server lists."""
    monkeypatch.setenv("RAG_LLM_BASE_URL", badllm.url)
    monkeypatch.setenv("RAG_LLM_MODEL", "a-model")
    badllm.models = [f"model-{n}" for n in range(7)]
    badllm.play(reply("Hello", finish="length"))
    status, matters = examine()
    assert status == 0
    well, text = matters["language model"]
    assert well
    assert text.startswith(f"served-model at 127.0.0.1:{badllm.port} gave a token in 0.")
    assert text.endswith("its server lists model-0, model-1, model-2, model-3, model-4 and 2 more")


def test_a_language_model_that_does_not_answer(
    examine: Examine, badllm: BadLLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused, denied, not known: a line with the remedy, the server's own words where it has any, never the key."""
    monkeypatch.setenv("RAG_LLM_MODEL", "a-model")
    monkeypatch.setenv("RAG_LLM_API_KEY", CANARY)
    badllm.models = ["one"]
    for url, script, said in (
        (refused_url(), reply(), "it refuses the connection. Start its server"),
        (badllm.url, refusal(401, CANARY), "refuses us (HTTP 401). Check RAG_LLM_API_KEY."),
        (badllm.url, refusal(404, "no a-model here"), 'one of: one. Its server says: "no a-model here"'),
    ):
        monkeypatch.setenv("RAG_LLM_BASE_URL", url)
        badllm.play(script)
        status, matters = examine()
        well, text = matters["language model"]
        assert (status, well) == (1, False)
        assert said in text
        assert CANARY not in f"{matters}"


def test_a_wrong_setting_of_a_model_is_a_matter_like_others(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Answers do without the model, so it is something wrong that is found, not bad use; a slip in a name is that."""
    monkeypatch.setenv("RAG_LLM_MODEL", "a-model")
    assert main(["doctor", "--corpus", str(place / "corpus")]) == 1
    assert "RAG_LLM_BASE_URL is not set" in capsys.readouterr().out
    monkeypatch.setenv("RAG_LLM_MODELL", "a-model")
    assert main(["doctor", "--corpus", str(place / "corpus")]) == 2
