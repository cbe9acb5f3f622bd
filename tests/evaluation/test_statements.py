"""The verifier's own test set: its form, and figures one can count by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from rag.briefs.records import Item
from rag.errors import QuestionsError
from rag.evaluation.statements import SPOILT, Judged, Statement, by_group, figures, judge, load, markdown, show, wrong
from rag.verify.records import Finding, Support

ROW = {"id": "s-1", "statement": "Twelve masts stand.", "items": ["2023-03-01/policy/1"], "kind": "true", "note": "n"}


def _write(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return path


def _judged(*found: tuple[str, Support]) -> list[Judged]:
    return [Judged(Statement(f"s-{n}", "…", ("i",), kind), support, "") for n, (kind, support) in enumerate(found)]


def test_a_file_gives_its_statements_in_order(tmp_path: Path) -> None:
    """Empty lines do not count; a note may be left out; each statement knows its line."""
    second = {key: value for key, value in ROW.items() if key != "note"} | {"id": "s-2", "kind": "wrong item"}
    first, other = load(_write(tmp_path / "s.jsonl", ROW, "", second))
    assert (first.id, first.items, first.note, first.line) == ("s-1", ("2023-03-01/policy/1",), "n", 1)
    assert (other.kind, other.note, other.line) == ("wrong item", "", 3)


@pytest.mark.parametrize(
    ("rows", "line", "problem"),
    [
        (["{"], 1, "is not JSON"),
        (["[]"], 1, "expected a JSON object, found list"),
        ([ROW | {"statement": " "}], 1, "expected the field 'statement' (a text)"),
        ([ROW | {"items": []}], 1, "expected the field 'items' (a list of item ids), found []"),
        ([ROW | {"items": "2023-03-01/policy/1"}], 1, "expected the field 'items'"),
        ([ROW | {"kind": "figures"}], 1, "kind 'figures' is unknown. Use one of: true, figure"),
        ([ROW | {"note": 1}], 1, "expected the field 'note' (a text), found 1"),
        ([ROW | {"set": "odd"}], 1, 'set "odd" is unknown. Use one of: plain, paraphrased'),
        ([ROW | {"split": None}], 1, "split null is unknown. Use one of: test, dev"),
        ([ROW, ROW], 2, "id 's-1' was given on line 1 already"),
        ([], None, "holds no statement"),
    ],
)
def test_a_malformed_line_is_named(tmp_path: Path, rows: Sequence[object], line: int | None, problem: str) -> None:
    """The message has the file, the line, what was expected and what was found."""
    path = _write(tmp_path / "s.jsonl", *rows)
    with pytest.raises(QuestionsError, match=r"s\.jsonl") as caught:
        load(path)
    assert caught.value.line == line
    assert problem in str(caught.value)


def test_halves_and_sets_are_told_apart(tmp_path: Path) -> None:
    """A statement without them is plain and of `test`; one half can be read alone, and an empty one is named."""
    dev = ROW | {"id": "s-2", "split": "dev", "set": "paraphrased"}
    path = _write(tmp_path / "s.jsonl", ROW, dev)
    groups = by_group([Judged(statement, "supported", "") for statement in load(path)])
    assert {name: [one.statement.id for one in group] for name, group in groups.items()} == {
        "test, plain": ["s-1"],
        "dev, paraphrased": ["s-2"],
    }
    assert [statement.id for statement in load(path, "dev")] == ["s-2"]
    with pytest.raises(QuestionsError, match="holds no statement of split 'dev'"):
        load(_write(tmp_path / "s.jsonl", ROW), "dev")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A file that is not there, or is not UTF-8, is one clear message."""
    with pytest.raises(QuestionsError, match="cannot be read"):
        load(tmp_path / "none.jsonl")
    (tmp_path / "latin.jsonl").write_bytes(b"\xe4")
    with pytest.raises(QuestionsError, match="is not UTF-8"):
        load(tmp_path / "latin.jsonl")


class _Echo:
    """Calls unsupported what says "no"."""

    def check(self, statement: str, items: Sequence[Item]) -> Finding:
        said = "no" in statement.split()
        return Finding("unsupported" if said else "supported", "says no" if said else "", "document", ())


def test_each_statement_is_checked_against_its_items(tmp_path: Path, items: dict[str, Item]) -> None:
    """The finding's support and reason are kept; an item that the corpus lacks is named with its line."""
    key = next(iter(items))
    statements = load(_write(tmp_path / "s.jsonl", ROW | {"items": [key], "statement": "no masts"}))
    told: list[tuple[str, int, int]] = []
    (one,) = judge(tmp_path / "s.jsonl", statements, _Echo(), items, lambda *said: told.append(said))
    assert told == [("checking", 0, 1), ("checking", 1, 1)]
    assert (one.support, one.reason) == ("unsupported", "says no")
    other = load(_write(tmp_path / "s.jsonl", ROW | {"items": ["2020-01-01/policy/9"]}))
    with pytest.raises(QuestionsError, match=r"line 1: s-1: this corpus has no item '2020-01-01/policy/9'"):
        judge(tmp_path / "s.jsonl", other, _Echo(), items)


FOUND = _judged(
    ("true", "supported"), ("true", "supported"), ("true", "unsupported"), ("true", "partly"),
    ("figure", "unsupported"), ("figure", "unsupported"), ("figure", "unsupported"), ("figure", "partly"),
    ("voice", "unsupported"), ("voice", "supported"),
)  # fmt: skip


def test_precision_and_recall_are_those_of_unsupported() -> None:
    """Of four true ones one is flagged and one partly; precision counts the flagged against each kind."""
    rows = {row.kind: row for row in figures(FOUND)}
    assert list(rows) == ["true", SPOILT, "figure", "voice"]
    assert (rows["true"].n, rows["true"].recall, rows["true"].partly) == (4, 0.25, 0.25)
    assert (rows[SPOILT].n, rows[SPOILT].precision, rows[SPOILT].recall) == (6, 4 / 5, 4 / 6)
    assert (rows["figure"].precision, rows["figure"].recall, rows["figure"].partly) == (3 / 4, 3 / 4, 1 / 4)
    assert (rows["voice"].precision, rows["voice"].recall) == (1 / 2, 1 / 2)


def test_nothing_to_divide_by_is_no_figure() -> None:
    """Without true ones there is no share of them, and without a finding no precision."""
    true, *_, voice = figures(_judged(("voice", "supported")))
    assert (true.n, true.recall, true.partly) == (0, None, None)
    assert (voice.precision, voice.recall) == (None, 0.0)


def test_the_tables_show_what_was_counted() -> None:
    """A row a kind; the share of true ones flagged stands apart from recall; misjudged ones are listed."""
    assert "| figure | 4 | 0.750 | 0.750 | – | 0.250 |" in markdown(figures(FOUND)).splitlines()
    assert "| true | 4 | – | – | 0.250 | 0.250 |" in markdown(figures(FOUND)).splitlines()
    text = show(figures(FOUND), wrong(FOUND))
    assert "s-7 (figure): partly" in text.splitlines()
    assert [one.statement.id for one in wrong(FOUND)] == ["s-2", "s-3", "s-7", "s-9"]
