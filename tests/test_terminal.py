"""What a person sees in the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rag.analysis.records import Change, Changes, Side, Source
from rag.library import Library
from rag.terminal import show_answer, show_changes

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


def test_changes_stand_by_kind_and_fate(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each with the addresses on either side, each address once; nothing is written beyond the last column."""
    monkeypatch.setenv("COLUMNS", "80")
    source = Source.of(library.item("2023-03-01/top5/1"), (0, 20))
    then, now = (source, source), (Source.of(library.item("2023-05-03/policy/2"), (0, 20)),)
    found = Changes(
        Side("Issue of 1 March 2023", 16),
        Side("3 May 2023", 1),
        (
            Change("body", "new", "MOF", (), now),
            Change("body", "continued", "MIIT", then, now),
            Change("goal", "gone", "a *very* long goal " * 10 + "by 2022", then, (), passed=True),
        ),
    )
    shown = show_changes(found)
    lines = shown.splitlines()
    assert lines[:8] == [
        "Issue of 1 March 2023 (16 items) → 3 May 2023 (1 item)",
        "",
        "Issuing bodies",
        "  New (1)",
        "    - MOF: 2023-05-03/policy/2",
        "  Continued (1)",
        "    - MIIT: 2023-03-01/top5/1 → 2023-05-03/policy/2",
        "",
    ]
    assert lines[8:10] == ["Goals", "  Gone (1)"]
    assert "by 2022 (its deadline has passed): 2023-03-01/top5/1" in " ".join(shown.split())
    assert "*" not in shown
    assert max(map(len, lines)) <= 80
