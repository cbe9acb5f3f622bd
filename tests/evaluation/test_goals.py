"""The list of goals made by hand: its form, and figures one can count by hand."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from rag.analysis.records import Deadline, Goal, Source
from rag.cli import main
from rag.errors import QuestionsError
from rag.evaluation.goals import Expected, check, compare, figures, load, markdown, row_of, show
from rag.evaluation.publish import goals_page
from rag.library import Library
from tests.evaluation.conftest import make_item

ROW = {"item": "2023-03-01/policy/1", "deadline": "2025", "facts": [["492"], ["robots"]], "target": "492 robots"}
TEXT = "The city wants 492 robots and ten parks by 2025."


def _write(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return path


def _expected(tmp_path: Path, *rows: object) -> list[Expected]:
    return load(_write(tmp_path / "g.jsonl", *rows))


def _goal(target: str, last: dt.date = dt.date(2025, 12, 31), number: int = 1) -> Goal:
    item = make_item(number, TEXT)
    deadline = Deadline(dt.date(2025, 1, 1), last, "by 2025")
    return Goal(deadline, target, (), "document", (), Source.of(item, (0, len(TEXT))))


def test_a_file_gives_its_goals_in_order(tmp_path: Path) -> None:
    """Empty lines do not count; what may be left out is empty; each goal knows its line."""
    first, other = _expected(tmp_path, ROW | {"split": "dev"}, "", {k: v for k, v in ROW.items() if k != "target"} | {
        "also": [["492"]], "item": "2023-05-03/top5/2"})  # fmt: skip
    assert (first.facts, first.target, first.split, first.line) == ((("492",), ("robots",)), "492 robots", "dev", 1)
    assert (other.also, other.target, other.split, other.line) == ((("492",),), "", "test", 3)
    assert (first.issue, other.issue) == ("2023-03-01", "2023-05-03")


@pytest.mark.parametrize(
    ("deadline", "last"),
    [
        ("2025", "2025-12-31"),
        ("2025-06", "2025-06-30"),
        ("2025-06-15", "2025-06-15"),
        ("2025-06..2025-09", "2025-09-30"),
        ("2023..2025", "2025-12-31"),
    ],
)
def test_a_stretch_ends_with_its_last_day(tmp_path: Path, deadline: str, last: str) -> None:
    """A year, a month, a day, or from one to another."""
    assert str(_expected(tmp_path, ROW | {"deadline": deadline})[0].last) == last


@pytest.mark.parametrize(
    ("rows", "line", "problem"),
    [
        (["{"], 1, "is not JSON"),
        ([ROW | {"item": " "}], 1, "expected the field 'item' (a text)"),
        ([ROW | {"deadline": 2025}], 1, "expected the field 'deadline' (a text), found 2025"),
        ([ROW | {"deadline": "2025-13"}], 1, "deadline '2025-13' is no stretch of days"),
        ([ROW | {"deadline": "soon"}], 1, "deadline 'soon' is no stretch of days"),
        ([ROW | {"deadline": "2025..2023"}], 1, "is no stretch of days"),
        ([ROW | {"facts": []}], 1, "expected the field 'facts' (lists of forms), found []"),
        ([ROW | {"facts": ["492"]}], 1, "expected the field 'facts'"),
        ([ROW | {"facts": [[""]]}], 1, "expected the field 'facts'"),
        ([ROW | {"also": "492"}], 1, "expected the field 'also'"),
        ([ROW | {"target": 1}], 1, "expected the field 'target' (a text), found 1"),
        ([ROW | {"split": "all"}], 1, 'split "all" is unknown. Use one of: test, dev'),
        ([ROW, ROW | {"split": "dev"}], 2, "issue 2023-03-01 is of split 'test' on line 1"),
        ([], None, "holds no goal"),
    ],
)
def test_a_malformed_line_is_named(tmp_path: Path, rows: Sequence[object], line: int | None, problem: str) -> None:
    """The message has the file, the line, what was expected and what was found."""
    with pytest.raises(QuestionsError, match=r"g\.jsonl") as caught:
        _expected(tmp_path, *rows)
    assert caught.value.line == line
    assert problem in str(caught.value)


def test_one_half_can_be_read_alone(tmp_path: Path) -> None:
    """A half without a goal is named."""
    path = _write(tmp_path / "g.jsonl", ROW, ROW | {"item": "2023-05-03/top5/2", "split": "dev"})
    assert [one.line for one in load(path, "dev")] == [2]
    with pytest.raises(QuestionsError, match="holds no goal of split 'dev'"):
        load(_write(tmp_path / "g.jsonl", ROW), "dev")


def test_a_list_must_fit_its_corpus(tmp_path: Path) -> None:
    """An item that is not there, and a deadline that the item is past, are named with their line."""
    items = {"2023-03-01/policy/1": make_item(1, TEXT)}
    check(tmp_path, _expected(tmp_path, ROW), items)
    with pytest.raises(QuestionsError, match=r"line 1: this corpus has no item '2020-01-01/policy/9'"):
        check(tmp_path, _expected(tmp_path, ROW | {"item": "2020-01-01/policy/9"}), items)
    with pytest.raises(QuestionsError, match=r"line 1: the deadline 2022 does not lie after the item"):
        check(tmp_path, _expected(tmp_path, ROW | {"deadline": "2022"}), items)


def test_a_goal_is_right_by_item_day_and_facts(tmp_path: Path) -> None:
    """Another item, another last day or a fact that neither target nor sentence holds is a miss and a wrong one."""
    expected = _expected(tmp_path, ROW)
    for goal, right in (
        (_goal("492 robots"), 1),
        (_goal("machines"), 1),  # its sentence holds both facts
        (_goal("492 robots", dt.date(2026, 12, 31)), 0),
        (_goal("492 robots", number=2), 0),
    ):
        (one,) = compare(expected, [goal])
        assert (len(one.right), len(one.missed), len(one.wrong)) == (right, 1 - right, 1 - right)
    (none,) = compare(_expected(tmp_path, ROW | {"facts": [["4,920", "492 cars"]]}), [_goal("492 robots")])
    assert not none.right
    (other,) = compare(_expected(tmp_path, ROW | {"facts": [["cars"]], "also": [["ten parks"]]}), [_goal("ten parks")])
    assert other.right


def test_each_goal_counts_once(tmp_path: Path) -> None:
    """A goal found twice is once wrong; where sentences fit several, targets decide; as many as can be are right."""
    expected = _expected(tmp_path, ROW | {"facts": [["ten parks"]]}, ROW)
    robots, parks = _goal("492 robots"), _goal("ten parks")
    (one,) = compare(expected, [robots, parks, robots])
    assert [(e.line, g.target) for e, g in one.right] == [(1, "ten parks"), (2, "492 robots")]
    assert (one.missed, one.wrong) == ((), (robots,))
    (two,) = compare(expected, [robots, _goal("machines")])
    assert [(e.line, g.target) for e, g in two.right] == [(1, "machines"), (2, "492 robots")]


def test_figures_are_those_of_each_half_and_issue(tmp_path: Path) -> None:
    """Of two listed one is found, and one wrongly; an issue that the list does not name counts for nothing."""
    expected = _expected(
        tmp_path, ROW, ROW | {"facts": [["masts"]]}, ROW | {"item": "2023-05-03/top5/2", "split": "dev"}
    )
    elsewhere = _goal("x")
    elsewhere = replace(elsewhere, source=replace(elsewhere.source, issue=dt.date(2024, 1, 1)))
    compared = compare(expected, [_goal("492 robots"), _goal("ten parks"), elsewhere])
    rows = {row.name: row for row in figures(compared)}
    assert list(rows) == ["test, all", "test, 2023-03-01", "dev, all", "dev, 2023-05-03"]
    test = rows["test, all"]
    assert (test.listed, test.found, test.right, test.precision, test.recall, test.f1) == (2, 2, 1, 0.5, 0.5, 0.5)
    dev = rows["dev, all"]
    assert (dev.listed, dev.found, dev.precision, dev.recall, dev.f1) == (1, 0, None, 0.0, 0.0)
    assert "| test, all | 2 | 2 | 1 | 0.500 | 0.500 | 0.500 |" in markdown(list(rows.values())).splitlines()
    assert "| dev, all | 1 | 0 | 0 | – | 0.000 | 0.000 |" in markdown(list(rows.values())).splitlines()
    text = show(compared)
    assert "missed  2023-03-01/policy/1  2025  492 robots" in text
    assert "wrong   2023-03-01/policy/1  by 2025 (2025-12-31)  ten parks\n        The city wants 492" in text
    assert row_of(compared[0])["wrong"][0]["deadline"] == "2025-12-31"


@pytest.mark.real
def test_the_goals_of_a_corpus_are_judged(
    digests: Path, built: Callable[[Path], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`rag eval --goals FILE` gives the figures of the issues that the file names, as text and as JSON."""
    row = {"item": "2022-10-05/policy/4", "deadline": "2025", "facts": [["400"]], "split": "dev"}
    path = _write(tmp_path / "g.jsonl", row)
    call = ["eval", "--corpus", str(digests), "--embeddings", str(built(digests)), "--goals", str(path)]
    assert main([*call, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [figure["name"] for figure in document["figures"]] == ["dev, all", "dev, 2022-10-05"]
    assert (document["issues"][0]["right"], document["issues"][0]["missed"]) == (1, [])
    assert main(call) == 0
    assert "dev, 2022-10-05" in capsys.readouterr().out
    assert main([*call, "--statements"]) == 2
    assert main([*call, "--split", "test"]) == 2
    assert "holds no goal of split 'test'" in capsys.readouterr().err


@pytest.mark.real
def test_the_page_of_the_goals_is_up_to_date(checkout: Path, digests: Path, built: Callable[[Path], Path]) -> None:
    """Its figures are those of finding every goal now."""
    with Library.open(digests, built(digests)) as library:
        path, text = goals_page(checkout, library)
    assert path.read_text(encoding="utf-8") == text, f"{path.name}: run `make accept`"
