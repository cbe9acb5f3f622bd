"""The secret beside the index: one for all who serve from it, its owner's alone."""

from __future__ import annotations

import logging
import multiprocessing
import os
from pathlib import Path

import pytest

from rag.web.secret import FILE, LENGTH, secret_in


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    """Random bytes that only the owner may read, the same at the next start."""
    first = secret_in(tmp_path)
    assert (len(first.value), first.lasting) == (LENGTH, True)
    assert secret_in(tmp_path) == first
    assert secret_in(tmp_path / ".." / tmp_path.name).value == (tmp_path / FILE).read_bytes()
    if os.name == "posix":
        assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert "first" not in repr(first)
    assert repr(first.value) not in repr(first)


def _made(folder: Path, gate: object, made: multiprocessing.Queue[bytes]) -> None:
    gate.wait()  # type: ignore[attr-defined]
    made.put(secret_in(folder).value)


@pytest.mark.parametrize("before", [None, b"half"])
def test_processes_that_start_at_once_agree(tmp_path: Path, before: bytes | None) -> None:
    """Whoever makes it, all have the same; also where a damaged one lay there."""
    if before:
        (tmp_path / FILE).write_bytes(before)
    context = multiprocessing.get_context("fork")
    gate, made = context.Barrier(6), context.Queue()
    processes = [context.Process(target=_made, args=(tmp_path, gate, made)) for _ in range(6)]
    for process in processes:
        process.start()
    secrets = {made.get(timeout=30) for _ in processes}
    for process in processes:
        process.join(10)
    assert secrets == {(tmp_path / FILE).read_bytes()}
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(f"{FILE}-")] == []


@pytest.mark.parametrize("damaged", [b"", b"short", b"x" * (LENGTH + 1)])
def test_a_damaged_secret_is_replaced(tmp_path: Path, damaged: bytes) -> None:
    """A file of another length is no secret."""
    (tmp_path / FILE).write_bytes(damaged)
    made = secret_in(tmp_path)
    assert made.lasting
    assert (tmp_path / FILE).read_bytes() == made.value != damaged


@pytest.mark.skipif(os.name != "posix", reason="permissions of another kind")
def test_a_secret_that_others_can_read_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is used, with a warning that says what to do."""
    made = secret_in(tmp_path)
    (tmp_path / FILE).chmod(0o644)
    with caplog.at_level(logging.WARNING):
        assert secret_in(tmp_path) == made
    assert "chmod 600" in caplog.text


@pytest.mark.parametrize("place", ["no-such-folder", "a-file", "a-folder-in-its-place"])
def test_where_none_can_be_kept_it_ends_with_the_process(
    tmp_path: Path, place: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A folder that is not there or cannot be written: another secret each time, and the log says so."""
    (tmp_path / "a-file").write_text("")
    (tmp_path / "a-folder-in-its-place" / FILE).mkdir(parents=True)
    with caplog.at_level(logging.WARNING):
        one, other = secret_in(tmp_path / place), secret_in(tmp_path / place)
    assert not one.lasting
    assert one.value != other.value
    assert "answered anew" in caplog.text
    assert not (tmp_path / "no-such-folder").exists()
