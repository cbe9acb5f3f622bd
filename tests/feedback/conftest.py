"""The digests' index in a folder that may be written to."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag.feedback.store import FILE, FeedbackFile
from rag.library import Library


@pytest.fixture
def place(digests: Path, built: Callable[[Path], Path], tmp_path: Path) -> Path:
    """The embeddings folder of the digests, a copy; its files are replaced, never changed, so that links will do."""
    return Path(shutil.copytree(built(digests), tmp_path / "embeddings", copy_function=os.link))


@pytest.fixture
def library(digests: Path, place: Path) -> Iterator[Library]:
    """The digests, opened over that copy."""
    with Library.open(digests, place) as opened:
        yield opened


@pytest.fixture
def file(place: Path) -> FeedbackFile:
    """Where that library keeps what readers say."""
    return FeedbackFile(place / FILE)
