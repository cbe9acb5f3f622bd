"""Items and answers for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rag.analysis.records import Change, Changes, Side, Source
from rag.answers.records import Answer, Citation, Coverage, Statement, source_line
from rag.library import Library
from rag.retrieval.facets import Facets
from rag.retrieval.query import Query
from rag.sheet import answer_csv, changes_csv, items_csv


@pytest.fixture(scope="module")
def library(digests: Path, built: Callable[[Path], Path]) -> Iterator[Library]:
    """The library of the digests."""
    with Library.open(corpus=digests, embeddings=built(digests)) as opened:
        yield opened


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_an_item_is_a_line_whatever_its_text_holds(library: Library) -> None:
    """Commas, quotes and line breaks come back as they were; the source line says where it stands."""
    items = library.items()
    rows = _rows(items_csv(items))
    assert [row["item"] for row in rows] == [item.id for item in items]
    assert [row["source"] for row in rows] == [source_line(item) for item in items]
    assert any("\n" in row["text"] for row in rows)


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t"])
def test_no_cell_is_a_formula(library: Library, begin: str) -> None:
    """A heading that a spreadsheet would compute is text, by an apostrophe before it."""
    item = replace(library.item("2023-03-01/top5/1"), heading=f"{begin}HYPERLINK(1)")
    assert _rows(items_csv([item]))[0]["heading"] == f"'{begin}HYPERLINK(1)"


def test_a_statement_is_a_line_with_what_it_cites(library: Library) -> None:
    """One line a statement and marker, with the side it is about, the item behind the marker and who says it."""
    item = library.item("2023-03-01/top5/1")
    answer = Answer(
        text="Robots. [1]",
        statements=(Statement("Robots.", (1,), "comment", "supported", side="Robot+"),),
        sides=("Robot+", "Cars"),
        citations=(Citation(1, item.id, item.edition, "Robots.", (0, 7), "exact", source_line(item)),),
        query=Query("?", "?", "?", (), Facets(), Facets(), "text", "answer"),
        abstained=False,
        coverage=Coverage((), None, None),
    )
    (row,) = _rows(answer_csv(answer, {item.id: item}))
    assert (row["marker"], row["item"], row["statement"], row["voice"]) == ("1", item.id, "Robots.", "comment")
    assert row["side"] == "Robot+"
    assert _rows(answer_csv(replace(answer, statements=()), {})) == []


def test_a_source_of_a_change_is_a_line(library: Library) -> None:
    """One line a source, on which side it stands, its sentence without markup; a goal that has passed says so."""
    item = library.item("2023-03-01/top5/1")
    source = Source.of(item, (0, 20))
    found = Changes(
        Side("then", 1),
        Side("now", 1),
        (
            Change("body", "continued", "MIIT", (source,), (source, source)),
            Change("goal", "gone", "=1", (source,), (), True),
        ),
    )
    rows = _rows(changes_csv(found))
    assert [(row["kind"], row["fate"], row["name"], row["passed"], row["side"]) for row in rows] == [
        ("body", "continued", "MIIT", "", "before"),
        ("body", "continued", "MIIT", "", "after"),
        ("body", "continued", "MIIT", "", "after"),
        ("goal", "gone", "'=1", "yes", "before"),
    ]
    assert {(row["item"], row["date"], row["source"]) for row in rows} == {(item.id, str(item.date), source_line(item))}
    assert not rows[0]["quote"].startswith("#")
