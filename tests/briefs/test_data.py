"""Small hand-made briefs: valid ones against their expected issue, invalid ones against their message."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rag.briefs.bodies import BodyTable
from rag.briefs.layout import read_brief
from rag.briefs.plain import plain, sentences
from rag.briefs.records import Item
from rag.errors import BriefError

DATA = Path(__file__).resolve().parent.parent / "data" / "briefs"
VALID = sorted((DATA / "valid").glob("*.json"))
INVALID = sorted((DATA / "invalid").glob("*.message"))


def source_of(path: Path) -> Path:
    """The brief beside an expected result."""
    return next(path.with_suffix(suffix) for suffix in (".txt", ".md") if path.with_suffix(suffix).exists())


def test_there_is_data() -> None:
    """An empty data folder, or a brief without its expected result, is itself a failure."""
    assert len(VALID) >= 2
    assert len(INVALID) >= 20
    briefs = [
        path for folder in ("valid", "invalid") for path in (DATA / folder).iterdir() if path.suffix in (".txt", ".md")
    ]
    assert len(briefs) == len(VALID) + len(INVALID)


@pytest.mark.parametrize("expected", VALID, ids=lambda path: path.stem)
def test_valid_brief(expected: Path, bodies: BodyTable) -> None:
    """A valid brief reads as the issue beside it, sentence by sentence."""
    wanted = json.loads(expected.read_text(encoding="utf-8"))
    issue = read_brief(source_of(expected), bodies)
    assert issue.date.isoformat() == wanted["date"]
    assert issue.period is not None
    assert [day.isoformat() for day in issue.period] == wanted["period"]
    assert issue.edition == wanted["edition"]
    assert [[unplaced.line, unplaced.text] for unplaced in issue.unplaced] == wanted["unplaced"]
    assert [item.id for item in issue.items] == [item["id"] for item in wanted["items"]]
    for item, facts in zip(issue.items, wanted["items"], strict=True):
        assert as_data(item) == {"sources": [], **facts}


def as_data(item: Item) -> dict[str, Any]:
    """An item as the data files write it."""
    return {
        "id": item.id,
        "heading": item.heading,
        "date": item.date.isoformat(),
        "bodies": list(item.bodies),
        "via": list(item.via),
        "mentions": list(item.mentions),
        "titles": [item.titles.english, item.titles.chinese],
        "page": item.page,
        "parts": [part.kind for part in item.parts],
        "sources": list(item.sources),
        "sentences": [plain(item.text[start:end]) for start, end in sentences(item.text)],
    }


@pytest.mark.parametrize("expected", INVALID, ids=lambda path: path.stem)
def test_invalid_brief(expected: Path, bodies: BodyTable) -> None:
    """An invalid brief is refused with file, line, what was expected and what was found."""
    path = source_of(expected)
    with pytest.raises(BriefError) as caught:
        read_brief(path, bodies)
    assert str(caught.value).startswith(f"{path}{expected.read_text(encoding='utf-8').strip()}")
