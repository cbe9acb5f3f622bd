"""The digests' index in a folder that may be written to."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag.feedback.store import FILE, FeedbackFile
from rag.library import Library


@pytest.fixture(scope="module")
def place(digests: Path, built: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embeddings folder of the digests, a copy; its files are replaced, never changed, so that links will do."""
    folder = tmp_path_factory.mktemp("place") / "embeddings"
    return Path(shutil.copytree(built(digests), folder, copy_function=os.link))


@pytest.fixture(scope="module")
def shared(digests: Path, place: Path) -> Iterator[Library]:
    """The digests, opened over that copy."""
    with Library.open(digests, place) as opened:
        yield opened


@pytest.fixture
def file(place: Path) -> FeedbackFile:
    """Where that library keeps what readers say: nothing yet."""
    (place / FILE).unlink(missing_ok=True)
    return FeedbackFile(place / FILE)


@pytest.fixture
def library(shared: Library, file: FeedbackFile) -> Library:
    """The digests, of whose answers nobody has said anything yet."""
    return shared
