"""The file of what readers said: one JSON object a line, for its owner's eyes only (mode 0600).

Takes and gives records. Safe from many threads and processes at once; a line is on the disk when `add` returns. A
writer that is killed leaves at most one torn line, which is told with its number and costs no other: the next record
begins on a line of its own. Knows nothing of questions and libraries.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rag.errors import FeedbackError
from rag.feedback.records import Feedback, new_id
from rag.feedback.rows import Misfit, record
from rag.index import disk
from rag.wire import wire

FILE = "feedback.jsonl"  # in the folder of the index, where no build and no sweep touches it
MOST = 50_000_000  # bytes of the file
_LOCK = ".feedback.lock"
_PATIENCE = 20  # seconds that one waits for another writer


class FeedbackFile:
    """What readers said, in a file that is made when the first of them does."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, feedback: Feedback) -> Feedback:
        """Keep one more; gives it as it was kept: with another id where its own is taken.

        Raises FeedbackError where the file cannot be written, or would grow over its limit.
        """
        with self._told("written"), self._locked():
            self._refuse_full(len(_line(feedback)))
            before = self._bytes()
            while _has(before, feedback.id):
                feedback = replace(feedback, id=new_id(feedback.when))
            torn = before and not before.endswith(b"\n")
            disk.append(self.path, b"\n" * bool(torn) + _line(feedback))
        return feedback

    def read(self) -> tuple[list[Feedback], list[str]]:
        """All that is kept, oldest first, and what is wrong with each line that is none.

        Raises FeedbackError where the file cannot be read.
        """
        kept, damaged = [], []
        with self._told("read"):
            for number, line in enumerate(self._whole().split(b"\n"), 1):
                if line.strip():
                    try:
                        kept.append(_feedback(line))
                    except (ValueError, RecursionError) as error:
                        damaged.append(f"{self.path}, line {number}: is no whole record ({error}). It is passed over.")
        return kept, damaged

    def remove(self, name: str) -> bool:
        """Take out the record of this id, and tell whether there was one; every other line stays as it is.

        Raises FeedbackError where the file cannot be written; then nothing was taken out.
        """
        with self._told("written"), self._locked():
            lines = self._bytes().split(b"\n")
            others = [line for line in lines if _id_of(line) != name]
            if len(others) == len(lines):
                return False
            new = self.path.with_name(f"{self.path.name}.new")  # only who holds the lock writes it
            with contextlib.suppress(FileNotFoundError):
                disk.remove(new)
            disk.append(new, b"\n".join(others))
            disk.publish(new, self.path)
        return True

    def _bytes(self) -> bytes:
        return self.path.read_bytes() if self.path.exists() else b""

    def _whole(self) -> bytes:
        """What the file holds while nobody writes it; where the folder is not ours to lock, as it is."""
        if not self.path.exists():
            return b""
        with contextlib.ExitStack() as stack:
            with contextlib.suppress(OSError):
                stack.enter_context(self._locked())
            return self._bytes()

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Be the only one who writes. The kernel frees the lock of a killed one."""
        from filelock import FileLock, Timeout  # only who writes, or reads what is written, locks

        disk.make_folder(self.path.parent)
        # several locks of one process exclude each other as those of several processes do
        lock = FileLock(self.path.with_name(_LOCK), thread_local=False)
        try:
            lock.acquire(timeout=_PATIENCE)
        except Timeout as busy:
            raise FeedbackError(f"{self.path}: another process has held it for {_PATIENCE} s. Try again.") from busy
        try:
            yield
        finally:
            lock.release()

    @contextlib.contextmanager
    def _told(self, what: str) -> Iterator[None]:
        """Say it as an error of ours where the system refuses."""
        try:
            yield
        except OSError as error:
            raise FeedbackError(
                f"{self.path}: cannot be {what} ({error.strerror or error}). Nothing was lost of what it held. Make "
                f"room or correct the permissions of {self.path.parent}, then try again."
            ) from error

    def _refuse_full(self, more: int) -> None:
        size = self.path.stat().st_size if self.path.exists() else 0
        if size + more + 1 > MOST:
            raise FeedbackError(
                f"{self.path}: is full, with {size:,} of at most {MOST:,} bytes. Turn what is worth it into questions "
                "(`rag feedback ID --gold ITEM`), then move the file away; a new one begins."
            )


def _has(data: bytes, name: str) -> bool:
    """Whether a line begins as one of this id does."""
    head = json.dumps({"id": name}).removesuffix("}").encode()
    return data.startswith(head) or b"\n" + head in data


def _line(feedback: Feedback) -> bytes:
    """The record as its line; half a surrogate, which no file could hold, becomes a question mark."""
    return json.dumps(wire(feedback), ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _feedback(line: bytes) -> Feedback:
    try:
        return record(Feedback, json.loads(line.decode("utf-8")))
    except UnicodeDecodeError as error:
        raise Misfit(f"byte {error.start} is not UTF-8") from error


def _id_of(line: bytes) -> str | None:
    try:
        return _feedback(line).id
    except (ValueError, RecursionError):
        return None
