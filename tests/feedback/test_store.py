"""The file of feedback: nothing that was taken is lost, whoever writes, fails or dies."""

from __future__ import annotations

import json
import os
import random
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rag.errors import FeedbackError
from rag.feedback import store
from rag.feedback.records import Feedback
from rag.feedback.store import FILE, FeedbackFile
from rag.index import disk
from rag.wire import wire
from tests.feedback.kept import a_feedback

WRITER = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from rag.feedback.store import FeedbackFile
from tests.feedback.kept import a_feedback
def one(number):
    kept = FeedbackFile(Path(sys.argv[1])).add(a_feedback(f"2026-11-22-{number:06x}"))
    print(kept.id, flush=True)
start, count = int(sys.argv[2]), int(sys.argv[3])
with ThreadPoolExecutor(int(sys.argv[4])) as threads:
    list(threads.map(one, range(start, start + count)))
"""
CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture
def file(tmp_path: Path) -> FeedbackFile:
    """A file that is not there yet, in a folder that is not there either."""
    return FeedbackFile(tmp_path / "embeddings" / FILE)


def _writer(path: Path, start: int, count: int, threads: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(path), str(start), str(count), str(threads)]
    return subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)


def test_what_is_kept_is_read_again_in_order(file: FeedbackFile) -> None:
    """Every field of every record comes back as it was, one line each, the oldest first."""
    first, second = a_feedback(), a_feedback("2026-11-22-000002", reason="", verdict="good", filters={}, history=())
    assert [file.add(one) for one in (first, second)] == [first, second]
    assert file.read() == ([first, second], [])
    assert len(file.path.read_bytes().splitlines()) == 2


def test_reading_where_there_is_nothing_makes_nothing(file: FeedbackFile) -> None:
    """No file, no records, and still no folder."""
    assert file.read() == ([], [])
    assert file.remove("2026-11-22-000001") is False
    assert not file.path.exists()


def test_the_file_is_for_its_owner_alone(file: FeedbackFile) -> None:
    """Mode 0600 from its first byte, whatever the umask, and after something was removed."""
    before = os.umask(0)
    try:
        file.add(a_feedback())
        file.add(a_feedback("2026-11-22-000002"))
        assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
        file.remove("2026-11-22-000001")
        assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    finally:
        os.umask(before)


def test_an_id_that_is_taken_is_replaced(file: FeedbackFile) -> None:
    """Two of the same id are both kept, the second under a new one of the same day."""
    first, second = file.add(a_feedback()), file.add(a_feedback())
    assert first.id == "2026-11-22-000001"
    assert second.id != first.id
    assert second.id.startswith("2026-11-22-")
    assert file.read() == ([first, replace(first, id=second.id)], [])


DAMAGED: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "torn": lambda row: json.dumps(row).encode()[:300],
    "torn within a character": lambda row: json.dumps(row, ensure_ascii=False).partition("人")[0].encode()[:-1],
    "no object": lambda row: b"[1, 2]",
    "a field short": lambda row: json.dumps({name: row[name] for name in row if name != "question"}).encode(),
    "another type": lambda row: json.dumps(row | {"reason": 7}).encode(),
    "another verdict": lambda row: json.dumps(row | {"verdict": "ugly"}).encode(),
    "no time": lambda row: json.dumps(row | {"when": "yesterday"}).encode(),
    "a time nowhere": lambda row: json.dumps(row | {"when": "2026-11-22T14:23:01"}).encode(),
    "no list": lambda row: json.dumps(row | {"hits": {}}).encode(),
    "a filter of a number": lambda row: json.dumps(row | {"filters": {"body": 1}}).encode(),
    "not UTF-8": lambda row: b'{"id": "\xff"}',
    "deeply nested": lambda row: b"[" * 100_000,
}  # fmt: skip


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_damaged_line_is_told_and_costs_no_other(file: FeedbackFile, kind: str) -> None:
    """A line that is no record is named with its number; the next one begins on a line of its own."""
    first = file.add(a_feedback())
    with file.path.open("ab") as raw:
        raw.write(DAMAGED[kind](wire(a_feedback("2026-11-22-000002"))))
    third = file.add(a_feedback("2026-11-22-000003"))
    kept, (problem,) = file.read()
    assert kept == [first, third]
    assert problem.startswith(f"{file.path}, line 2: is no whole record (")


def test_a_field_of_a_newer_version_is_passed_over(file: FeedbackFile) -> None:
    """What this version does not know does not keep it from reading what it does."""
    file.path.parent.mkdir()
    file.path.write_text(json.dumps(wire(a_feedback()) | {"mood": "sunny"}) + "\n", encoding="utf-8")
    assert file.read() == ([a_feedback()], [])


def test_half_a_surrogate_cannot_break_the_file(file: FeedbackFile) -> None:
    """What no file can hold becomes a question mark, and the line is whole."""
    file.add(a_feedback(question="By when\ud800?"))
    ((kept,), damaged) = file.read()
    assert kept.question == "By when??"
    assert damaged == []


def test_threads_and_processes_at_once_lose_nothing(file: FeedbackFile) -> None:
    """Two processes and eight threads, each writing to the same file: every record is there once and whole."""
    others = [_writer(file.path, 1000 * n, 20, 4) for n in (1, 2)]
    with ThreadPoolExecutor(8) as threads:
        own = list(threads.map(lambda n: file.add(a_feedback(f"2026-11-22-{n:06x}")).id, range(40)))
    told = [line for other in others for line in other.communicate(timeout=120)[0].split()]
    kept, damaged = file.read()
    assert damaged == []
    assert sorted(one.id for one in kept) == sorted(own + told)
    assert len(kept) == 80


@pytest.mark.skipif(os.name == "nt", reason="kills as POSIX systems do")
def test_a_killed_writer_takes_nothing_with_it(file: FeedbackFile) -> None:
    """Killed at any moment, what a writer had acknowledged is there, and the next one goes on."""
    random.seed(7)
    acknowledged: list[str] = []
    for trial in range(5):
        writer = _writer(file.path, 100_000 * trial, 100_000, 2)
        assert writer.stdout is not None
        acknowledged.append(writer.stdout.readline().strip())
        time.sleep(random.uniform(0, 0.1))
        writer.send_signal(signal.SIGKILL)
        # what it had printed in part was acknowledged in part
        acknowledged += [line for line in writer.communicate()[0].splitlines(keepends=True) if line.endswith("\n")]
    last = file.add(a_feedback("2026-11-22-ffffff"))
    kept, damaged = file.read()
    assert {name.strip() for name in acknowledged} <= {one.id for one in kept}
    assert len(damaged) <= 5
    assert kept[-1] == last


@pytest.mark.parametrize("whole", [True, False])
def test_a_full_disk_leaves_the_file_as_it_was(
    file: FeedbackFile, monkeypatch: pytest.MonkeyPatch, whole: bool
) -> None:
    """Where half a line was written, or all of it but not seen onto the disk, it is taken off again."""
    file.add(a_feedback())
    before = file.path.read_bytes()

    class Full(disk.System):
        def append(self, path: Path, data: bytes) -> None:
            super().append(path, data if whole else data[:50])
            if not whole:
                raise OSError(28, "No space left on device", str(path))

        def sync(self, path: Path) -> None:
            raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(disk, "system", Full())
    with pytest.raises(FeedbackError, match=r"feedback\.jsonl: cannot be written \(No space left.*Make room"):
        file.add(a_feedback("2026-11-22-000002"))
    assert file.path.read_bytes() == before


def test_over_its_limit_the_file_grows_no_more(file: FeedbackFile, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the file and what to do; what is there stays."""
    file.add(a_feedback())
    monkeypatch.setattr(store, "MOST", 2 * file.path.stat().st_size)
    with pytest.raises(FeedbackError, match=r"feedback\.jsonl: is full, with .* bytes\. Turn .*move the file away"):
        file.add(a_feedback("2026-11-22-000002"))
    assert file.read() == ([a_feedback()], [])


def test_removing_takes_one_and_leaves_the_others_as_they_are(file: FeedbackFile) -> None:
    """Every other line stays byte for byte, a damaged one too."""
    for number in (1, 2, 3):
        file.add(a_feedback(f"2026-11-22-00000{number}"))
    first, second, third = file.path.read_bytes().splitlines(keepends=True)
    file.path.write_bytes(first + b"{torn\n" + second + third)
    assert file.remove("2026-11-22-000002") is True
    assert file.path.read_bytes() == first + b"{torn\n" + third
    assert file.remove("2026-11-22-000002") is False


def test_a_removal_that_fails_changes_nothing(file: FeedbackFile, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is replaced in one step or not at all; what a failed removal leaves is not in the way of the next."""
    file.add(a_feedback())
    before = file.path.read_bytes()

    def refuse(self: disk.System, old: Path, new: Path) -> None:
        raise OSError(28, "No space left on device", str(new))

    with monkeypatch.context() as patch:
        patch.setattr(disk.System, "rename", refuse)
        with pytest.raises(FeedbackError, match="Nothing was lost"):
            file.remove("2026-11-22-000001")
    assert file.path.read_bytes() == before
    assert file.remove("2026-11-22-000001") is True
    assert file.read() == ([], [])


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(file: FeedbackFile) -> None:
    """Adding and removing say what to do; reading goes on."""
    file.add(a_feedback())
    file.path.chmod(0o400)
    file.path.parent.chmod(0o500)
    for change in (lambda: file.add(a_feedback("2026-11-22-000002")), lambda: file.remove("2026-11-22-000001")):
        with pytest.raises(FeedbackError, match=r"cannot be written.*correct the permissions"):
            change()
    assert file.read() == ([a_feedback()], [])


def test_what_is_in_the_way_is_named(tmp_path: Path) -> None:
    """A folder in the place of the file, and a file in the place of the folder, are told with their names."""
    (tmp_path / FILE).mkdir()
    (tmp_path / "file").write_text("")
    for path in (tmp_path / FILE, tmp_path / "file" / FILE):
        with pytest.raises(FeedbackError, match=r"feedback\.jsonl: cannot be written"):
            FeedbackFile(path).add(a_feedback())
    with pytest.raises(FeedbackError, match="cannot be read"):
        FeedbackFile(tmp_path / FILE).read()


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_is_not_followed(file: FeedbackFile, tmp_path: Path) -> None:
    """A file that links elsewhere is refused, and what it links to stays as it is."""
    (tmp_path / "victim").write_text("precious")
    file.path.parent.mkdir()
    file.path.symlink_to(tmp_path / "victim")
    with pytest.raises(FeedbackError, match="cannot be written"):
        file.add(a_feedback())
    assert (tmp_path / "victim").read_text() == "precious"


def test_a_writer_that_holds_the_file_too_long_is_told(file: FeedbackFile, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for ever: a reader of the page gets a word instead."""
    monkeypatch.setattr(store, "_PATIENCE", 0.05)

    def nested(one: Feedback) -> None:
        with file._locked():
            FeedbackFile(file.path).add(one)

    with pytest.raises(FeedbackError, match="another process has held it"):
        nested(a_feedback())
