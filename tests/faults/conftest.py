"""The makers of the index tests, and a file system whose nth call fails."""

from __future__ import annotations

import os
import runpy
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rag.briefs.records import Issue
from rag.index import disk


class FailingSystem(disk.System):
    """Counts the calls that change the disk; the nth (from 1) fails, or that and every later one."""

    def __init__(self, nth: int = 0, error: int = 0, *, sticky: bool = False) -> None:
        self.nth, self.error, self.sticky = nth, error, sticky
        self.calls: list[str] = []

    def _step(self, name: str, path: Path) -> None:
        self.calls.append(name)
        here = len(self.calls)
        if self.nth and (here == self.nth or (self.sticky and here > self.nth)):
            raise OSError(self.error, "injected", str(path))

    def mkdir(self, path: Path) -> None:
        """Fail, or make a folder."""
        self._step("mkdir", path)
        super().mkdir(path)

    def write(self, path: Path, data: bytes) -> None:
        """Fail, or make a file."""
        self._step("write", path)
        super().write(path, data)

    def sync(self, path: Path) -> None:
        """Fail, or sync."""
        self._step("sync", path)
        super().sync(path)

    def rename(self, old: Path, new: Path) -> None:
        """Fail, or rename."""
        self._step("rename", new)
        super().rename(old, new)

    def unlink(self, path: Path) -> None:
        """Fail, or remove a file."""
        self._step("unlink", path)
        super().unlink(path)

    def rmdir(self, path: Path) -> None:
        """Fail, or remove a folder."""
        self._step("rmdir", path)
        super().rmdir(path)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder for hundreds of builds: in memory where the system has such a place.

    A killed process loses nothing it has handed to the system, so these tests need no disk; a disk makes them slow.
    """
    memory = Path("/dev/shm")  # noqa: S108 - the name below it is made by tempfile
    if os.access(memory, os.W_OK):
        with tempfile.TemporaryDirectory(dir=memory, prefix="rag-faults-") as name:
            yield Path(name)
    else:
        yield tmp_path


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[..., object]:
    """`with failing(nth, errno, sticky=…) as system:` puts a failing system in the place of the real one."""

    @contextmanager
    def use(nth: int = 0, error: int = 0, *, sticky: bool = False) -> Iterator[FailingSystem]:
        system = FailingSystem(nth, error, sticky=sticky)
        with monkeypatch.context() as patch:
            patch.setattr(disk, "system", system)
            yield system

    return use


@pytest.fixture(scope="session")
def corpus_of() -> Callable[..., list[Issue]]:
    """The maker of corpora of the index tests: an issue a topic."""
    made = runpy.run_path(str(Path(__file__).parents[1] / "index" / "conftest.py"))
    maker: Callable[..., list[Issue]] = made["make_corpus"]
    return maker
