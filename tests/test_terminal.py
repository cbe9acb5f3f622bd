"""What a person sees in the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rag.library import Library
from rag.terminal import show_answer

QUESTION = "Compare NDRC, NEA and MOF in the issue of October 2022"


@pytest.fixture(scope="module")
def library(digests: Path, built: Callable[[Path], Path]) -> Iterator[Library]:
    """The library of the digests."""
    with Library.open(corpus=digests, embeddings=built(digests)) as opened:
        yield opened


def test_sides_stand_in_columns_where_there_is_room(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line begins with a name for each side; all of the text is there, none of it beyond the last column."""
    monkeypatch.setenv("COLUMNS", "150")
    answer = library.ask(QUESTION)
    shown = show_answer(answer, columns=True).partition("\n\nSources")[0].splitlines()[2:]
    assert [cell.strip() for cell in shown[0].split("│")] == ["NDRC:", "NEA:", "MOF:"]
    assert [cell.strip() for cell in shown[1].split("│")][1] == "Nothing in the briefs."
    assert max(map(len, shown)) <= 150
    words = " ".join(line.split("│")[2].strip() for line in shown)
    assert words == " ".join(answer.text.split("\n\n")[2].split())


@pytest.mark.parametrize(("width", "columns"), [("100", True), ("150", False)])
def test_sides_stand_below_one_another_elsewhere(
    library: Library, monkeypatch: pytest.MonkeyPatch, width: str, columns: bool
) -> None:
    """Where the terminal is narrow, and where the text goes into a file or pipe."""
    monkeypatch.setenv("COLUMNS", width)
    shown = show_answer(library.ask(QUESTION), columns=columns)
    assert "│" not in shown
    assert shown.index("NDRC:") < shown.index("NEA:\nNothing in the briefs.") < shown.index("MOF:")


def test_a_wide_character_takes_two_cells(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Columns stay in line beside Chinese, and no character of it is lost."""
    monkeypatch.setenv("COLUMNS", "81")
    answer = replace(library.ask(QUESTION), text=f"A:\n- {'机器人' * 20}\n\nB:\n- car", sides=("A", "B"))
    lines = show_answer(answer, columns=True).partition("\n\nSources")[0].splitlines()[2:]
    assert "".join(line.partition("│")[0].strip(" -") for line in lines[1:]) == "机器人" * 20
    assert lines[1].index("│") + sum(c >= "\u4e00" for c in lines[1].partition("│")[0]) == lines[0].index("│")
