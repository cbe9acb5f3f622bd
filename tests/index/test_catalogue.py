"""Records to SQLite and back, and facets as queries."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from pathlib import Path

import pytest

from rag.briefs.records import Issue, Item
from rag.errors import IndexProblem
from rag.index import catalogue
from rag.index.catalogue import Catalogue
from rag.index.passages import cut
from rag.index.records import Encoder


@pytest.fixture
def opened(corpus: list[Issue], counting_encoder: Encoder, tmp_path: Path) -> Catalogue:
    """The catalogue of three issues."""
    passages = [passage for issue in corpus for item in issue.items for passage in cut(item, counting_encoder)]
    rows = catalogue.rows_of(corpus, passages, [f"digest {i}" for i in range(len(passages))])
    catalogue.write(tmp_path / "c.sqlite", rows)
    made = Catalogue(tmp_path / "c.sqlite")
    assert made.rows() == rows
    return made


def test_every_field_of_an_item_comes_back(opened: Catalogue, corpus: list[Issue]) -> None:
    """What is read equals what was written, field by field, lists in order."""
    items = [item for issue in corpus for item in issue.items]
    assert opened.items(item.id for item in items) == items
    for field in dataclasses.fields(Item):
        # a value that only ever is empty would prove nothing
        assert any(getattr(item, field.name) for item in items), field.name


def test_each_word_is_counted_once_an_item(corpus: list[Issue], tmp_path: Path) -> None:
    """Words are folded, with their joiners, and counted by items, not by occurrences."""
    one, two = (
        dataclasses.replace(item, text=text)
        for item, text in zip(
            corpus[0].items, ("Robot+ and ROBOT+ for R&D", "A robot+ of [BYD](https://x.y/z)"), strict=False
        )
    )
    issue = dataclasses.replace(corpus[0], items=(one, two))
    catalogue.write(tmp_path / "c.sqlite", catalogue.rows_of([issue], [], []))
    assert Catalogue(tmp_path / "c.sqlite").words() == {
        "robot+": 2, "and": 1, "for": 1, "r&d": 1, "a": 1, "of": 1, "byd": 1
    }  # fmt: skip


def test_an_item_of_awkward_text_comes_back(corpus: list[Issue], tmp_path: Path) -> None:
    """Quotes, line ends of other systems, NUL and signs beyond the basic plane survive."""
    text = "\r\n'\"; DROP TABLE items; -- \x00 𠀀 é\t"
    body = 'Bureau of "O\'Neill"; DROP TABLE items, 𠀀'
    item = dataclasses.replace(corpus[0].items[0], heading=text, text=text, bodies=(body,), page=None)
    issue = dataclasses.replace(corpus[0], items=(item,), period=None)
    catalogue.write(tmp_path / "c.sqlite", catalogue.rows_of([issue], [], []))
    opened = Catalogue(tmp_path / "c.sqlite")
    assert opened.items([item.id]) == [item]
    assert opened.ids(bodies=[body]) == [item.id]
    assert opened.issues()[0].period is None


def test_issues_come_back_with_their_counts(opened: Catalogue, corpus: list[Issue]) -> None:
    """Date, period, edition, file, items per section, and what could not be placed."""
    found = opened.issues()
    assert [info.date for info in found] == [issue.date for issue in corpus]
    assert (found[0].period, found[0].edition, found[0].file) == (corpus[0].period, "original", "2023-01-01.md")
    assert dict(found[0].counts) == {"top5": 1, "policy": 1, "corporate": 1}
    assert found[0].unplaced == ((7, "a line that fits nowhere"),)


ISSUES: list[list[dt.date] | None] = [None, [], [dt.date(2023, 1, 1)], [dt.date(2023, 2, 1), dt.date(1999, 1, 1)]]
SECTIONS = [None, [], ["top5"], ["policy", "corporate"], ["nonsense"]]
BODIES = [None, [], ["MOF"], ["MIIT", "CAC"], ["CAC"]]
DATES = [(None, None), (dt.date(2023, 1, 12), None), (dt.date(2023, 1, 1), dt.date(2023, 2, 1))]


def test_facets_equal_a_plain_filter(opened: Catalogue, corpus: list[Issue]) -> None:
    """Each facet restricts by any of its values, bodies only by issuing ones, and the order is (date, id)."""
    in_order = sorted((item for issue in corpus for item in issue.items), key=lambda item: (item.date, item.id))
    for issues, sections, bodies, (since, until) in itertools.product(ISSUES, SECTIONS, BODIES, DATES):
        expected = [
            item.id
            for item in in_order
            if (issues is None or item.issue in issues)
            and (sections is None or item.section in sections)
            and (bodies is None or set(item.bodies) & set(bodies))
            and (since is None or item.date >= since)
            and (until is None or item.date <= until)
        ]
        found = opened.ids(issues=issues, sections=sections, bodies=bodies, since=since, until=until)
        assert found == expected, (issues, sections, bodies, since, until)


def test_a_file_that_is_no_catalogue_is_refused(tmp_path: Path) -> None:
    """Opening names the file and the remedy."""
    (tmp_path / "c.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(IndexProblem, match=r"c\.sqlite: cannot be opened .* `rag index --rebuild`"):
        Catalogue(tmp_path / "c.sqlite")


def test_reading_adds_no_file_and_changes_none(opened: Catalogue, tmp_path: Path) -> None:
    """No journal, no lock beside the file; a write is refused by SQLite itself."""
    before = [(path.name, path.read_bytes()) for path in tmp_path.iterdir()]
    opened.items(opened.ids())
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == before


def test_equal_records_have_equal_digests(corpus: list[Issue]) -> None:
    """The hash depends on the records alone, and on every one of them."""
    rows = catalogue.rows_of(corpus, [], [])
    changed = dataclasses.replace(corpus[2], unplaced=())
    assert catalogue.digest(rows) == catalogue.digest(catalogue.rows_of(list(corpus), [], []))
    assert catalogue.digest(rows) != catalogue.digest(catalogue.rows_of([*corpus[:2], changed], [], []))
