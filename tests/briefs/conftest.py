"""What the tests of this room share: the table of bodies, and a brief made from text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rag.briefs.bodies import BodyTable
from rag.briefs.layout import read_brief
from rag.briefs.records import Issue

DATA = Path(__file__).resolve().parent.parent / "data" / "briefs"


@pytest.fixture(scope="session")
def bodies() -> BodyTable:
    """The table that comes with the project."""
    return BodyTable.load()


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of test data of this room."""
    return DATA


@pytest.fixture
def read(tmp_path: Path, bodies: BodyTable) -> Callable[[str | bytes], Issue]:
    """Reads a brief that is given as text or bytes."""

    def read_text(text: str | bytes) -> Issue:
        path = tmp_path / "brief.md"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_brief(path, bodies)

    return read_text
