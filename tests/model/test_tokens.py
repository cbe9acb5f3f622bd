"""How tokens are counted: by the vocabulary on disk, never by one that is fetched."""

from __future__ import annotations

import base64
import hashlib
import importlib
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest
import tiktoken
from hypothesis import given
from hypothesis import strategies as st

from rag.model import tokens
from rag.model.tokens import VOCABULARIES, Vocabulary, counter, estimate


@pytest.fixture(autouse=True)
def no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not one socket is opened in these tests, not even to this machine; and no vocabulary is configured."""

    def refuse(*_: object, **__: object) -> NoReturn:
        pytest.fail("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.delenv("TIKTOKEN_CACHE_DIR", raising=False)


def _write(folder: Path, vocabulary: Vocabulary, merges: tuple[bytes, ...]) -> Vocabulary:
    """Put a vocabulary of all bytes and these merges where tiktoken's would lie; what it is then known as."""
    ranked = [*(bytes([value]) for value in range(256)), *merges]
    data = b"".join(base64.b64encode(token) + b" %d\n" % rank for rank, token in enumerate(ranked))
    (folder / vocabulary.file_name).write_bytes(data)
    return replace(vocabulary, sha256=hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("a", 1), ("abc", 1), ("abcd", 2), ("é", 2), ("中", 3), ("abcd中文", 8), ("😀", 4), ("\ud800", 3)],
)
def test_estimate_is_one_token_per_three_ascii_bytes_and_one_per_other_byte(text: str, count: int) -> None:
    """Three ASCII bytes make a token, rounded up; every other byte is one."""
    assert estimate(text) == count


@given(st.text(), st.text())
def test_estimate_of_a_whole_is_at_most_that_of_its_parts(one: str, other: str) -> None:
    """Packing part by part never fits more than the whole takes."""
    assert estimate(one + other) <= estimate(one) + estimate(other)


def test_without_a_folder_the_estimate_counts() -> None:
    """Without TIKTOKEN_CACHE_DIR nothing is looked for."""
    assert counter("gpt-4o") is estimate


def test_an_empty_folder_makes_the_estimate_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without the vocabulary leads to the estimate, and nothing is fetched into it."""
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    assert counter("gpt-4o") is estimate
    assert counter("llama3.1:8b") is estimate
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_file_is_neither_used_nor_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file under the right name with other contents is passed over, and stays as it is."""
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    for vocabulary in VOCABULARIES.values():
        _write(tmp_path, vocabulary, ())
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert len(before) == 2
    assert counter("gpt-4o") is estimate
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_folder_in_the_files_place_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be read as a file is as good as missing."""
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    (tmp_path / VOCABULARIES["o200k_base"].file_name).mkdir()
    assert counter("gpt-4o") is estimate


@pytest.mark.parametrize(
    ("model", "count"), [("gpt-4o", 2), ("gpt-oss-20b", 2), ("gpt-4", 1), ("gpt-3.5-turbo", 1), ("llama3.1:8b", 2)]
)
def test_the_models_own_vocabulary_counts(
    model: str, count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With both on disk a model is counted by its own vocabulary, an unknown one by o200k_base."""
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    made = {
        "o200k_base": _write(tmp_path, VOCABULARIES["o200k_base"], (b"ro", b"bo")),
        "cl100k_base": _write(tmp_path, VOCABULARIES["cl100k_base"], (b"ro", b"bo", b"robo")),
    }
    monkeypatch.setattr(tokens, "VOCABULARIES", made)
    assert counter(model)("robo") == count


def test_the_other_vocabulary_serves_where_the_own_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two vocabularies the one on disk counts."""
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    own = _write(tmp_path, VOCABULARIES["cl100k_base"], (b"ro", b"bo", b"robo"))
    monkeypatch.setattr(tokens, "VOCABULARIES", VOCABULARIES | {"cl100k_base": own})
    assert counter("gpt-4o")("robo robo") == 1 + 2  # " robo" was not merged with its space


def test_names_of_control_tokens_are_ordinary_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A brief that holds "<|endoftext|>" is counted, letter by letter where the vocabulary has no more."""
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    made = {"o200k_base": _write(tmp_path, VOCABULARIES["o200k_base"], ())}
    monkeypatch.setattr(tokens, "VOCABULARIES", made | {"cl100k_base": VOCABULARIES["cl100k_base"]})
    assert counter("gpt-4o")("<|endoftext|>") == len("<|endoftext|>")


@pytest.mark.parametrize("name", sorted(VOCABULARIES))
def test_vocabularies_are_those_of_the_installed_tiktoken(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Address, hash and pattern are what tiktoken itself would use."""
    asked: list[tuple[str, str | None]] = []

    def read(url: str, sha256: str | None = None) -> bytes:
        asked.append((url, sha256))
        return b""

    monkeypatch.setattr("tiktoken.load.read_file_cached", read)
    made = importlib.import_module("tiktoken_ext.openai_public").ENCODING_CONSTRUCTORS[name]()
    ours = VOCABULARIES[name]
    assert asked == [(ours.url, ours.sha256)]
    assert made["pat_str"] == ours.pattern


def test_an_encoding_made_by_hand_counts() -> None:
    """Any tiktoken encoding counts, its special tokens as text."""
    ranks = {bytes([value]): value for value in range(256)}
    encoding = tiktoken.Encoding("hand", pat_str=r"\S+|\s+", mergeable_ranks=ranks, special_tokens={"<s>": 256})
    assert tokens._counting(encoding)("a <s>") == 5


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    """The whole room is imported without tiktoken."""
    code = "import sys, rag.model.tokens, rag.model.prompt, rag.model.reply; print('tiktoken' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
