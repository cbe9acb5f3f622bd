"""The door from the shell: what is printed where, and with which exit status."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rag.cli import main, parser
from rag.progress import ProgressBar

pytestmark = pytest.mark.real

QUESTION = "How many 5G base stations does China have?"


@pytest.fixture(scope="module")
def folders(digests: Path, built: Callable[[Path], Path]) -> list[str]:
    """The options that name the digests and their index."""
    return ["--corpus", str(digests), "--embeddings", str(built(digests))]


@pytest.fixture
def run(folders: list[str], capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run a command over the digests; gives status, standard output and standard error."""

    def call(command: str, *rest: str) -> tuple[int, str, str]:
        status = main([command, *folders, *rest])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


Run = Callable[..., tuple[int, str, str]]


def _process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rag.cli", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, **environment},
        timeout=120,
        check=False,
    )


def test_ask_shows_the_answer_and_its_sources(run: Run) -> None:
    """An answer has markers, and each marker its source line with the item's address."""
    status, out, _ = run("ask", QUESTION)
    assert status == 0
    assert "318,900" in out
    sources = " ".join(out.partition("Sources")[2].split())
    assert "[1] 2023-12-06/top5/3 Digest (not MERICS' wording) of China Industries, 6 December 2023" in sources


def test_ask_as_json_is_one_document(run: Run) -> None:
    """Standard output holds one JSON document with the fields of the answer."""
    status, out, _ = run("ask", QUESTION, "--json")
    document = json.loads(out)
    assert status == 0
    assert document["citations"][0]["item_id"] == "2023-12-06/top5/3"
    assert document["abstained"] is False
    assert {"text", "statements", "query", "coverage", "warnings"} <= document.keys()


def test_what_is_not_in_the_briefs_is_status_1(run: Run) -> None:
    """A refusal is told apart from an answer by the exit status."""
    status, out, _ = run("ask", "What did the MIIT publish in July 2021?")
    assert status == 1
    assert "The corpus holds 94 items of 5 issues" in " ".join(out.split())


def test_search_lists_hits_with_their_addresses(run: Run) -> None:
    """`-k` hits, best first."""
    status, out, _ = run("search", "humanoid robots", "-k", "2")
    assert status == 0
    assert "2023-12-06/top5/1" in out
    assert out.count("score") == 2


def test_items_lists_all_that_satisfy_the_filters(run: Run) -> None:
    """A filter may be given twice, meaning either; the count and the coverage stand below."""
    status, out, _ = run("items", "--body", "财政部", "--body", "CAC", "--since", "2024-04-01", "--section", "policy")
    assert status == 0
    assert "1 item, complete." in out
    assert "2024-05-08/policy/2" in out


def test_a_list_comes_as_csv(run: Run) -> None:
    """`--csv` gives one line an item of a listing, and one a statement of an answer, with what it cites."""
    status, out, _ = run("items", "--body", "MOF", "--since", "2024-04-01", "--csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert status == 0
    assert rows[0]["item"] == "2024-05-08/policy/2"
    assert rows[0]["bodies"] == "MOF, MIIT"
    status, out, _ = run("ask", "Everything issued by the MOF in April 2024", "--csv")
    answered = list(csv.DictReader(io.StringIO(out)))
    assert {row["item"] for row in answered} == {row["item"] for row in rows}
    assert [row["marker"] for row in answered] == [str(n) for n in range(1, len(rows) + 1)]


def test_a_refusal_as_csv_has_no_line(run: Run) -> None:
    """The head alone goes to standard output, the refusal to standard error."""
    status, out, err = run("ask", "What did the MIIT publish in July 2021?", "--csv")
    assert (status, len(out.splitlines())) == (1, 1)
    assert "The briefs hold nothing dated" in err


def test_the_timeline_has_items_and_goals_in_order_of_time(run: Run) -> None:
    """Items by date, goals by deadline, each with its address; one kind alone where it is asked for."""
    issue = ("--issue", "2024-05-08")
    status, out, _ = run("timeline", *issue, "--json")
    document = json.loads(out)
    assert status == 0
    assert [item["date"] for item in document["items"]] == sorted(item["date"] for item in document["items"])
    deadlines = [goal["deadline"]["last"] for goal in document["goals"]]
    assert deadlines == sorted(deadlines)
    assert {item["issue"] for item in document["items"]} == {goal["source"]["issue"] for goal in document["goals"]}
    _, out, _ = run("timeline", *issue)
    assert out.index("Items by date\n\nApril 2024\n") < out.index("Goals by deadline\n\n2024\n") < out.index("\n2026\n")
    assert "- by the end of 2026: the ship is planned to be delivered\n    2024-05-08/corporate/4  Digest" in out
    assert "Goals by deadline" not in run("timeline", *issue, "--items")[1]
    assert "Items by date" not in run("timeline", *issue, "--goals")[1]


def test_the_timeline_comes_as_csv(run: Run) -> None:
    """One line an item and one a goal, with what kind it is."""
    status, out, _ = run("timeline", "--issue", "2022-10-05", "--csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert status == 0
    assert [row["kind"] for row in rows] == sorted((row["kind"] for row in rows), reverse=True)
    (goal,) = [row for row in rows if row["kind"] == "goal" and row["item"] == "2022-10-05/policy/4"]
    assert (goal["date"], goal["deadline"], goal["figures"]) == ("2025-12-31", "by 2025", "400")
    assert goal["text"] in goal["quote"]


def test_a_timeline_of_nothing_is_status_1(run: Run) -> None:
    """Neither an item nor a goal fits."""
    status, out, _ = run("timeline", "--since", "2030-01-01")
    assert (status, out.startswith("0 items, 0 goals.")) == (1, True)


def test_what_was_understood_is_shown(run: Run) -> None:
    """Each part with the name by which `--ignore` takes it back."""
    _, out, _ = run("ask", "All measures of the MOF in April 2024")
    assert "issued by MOF (body)" in " ".join(out.split())
    _, out, _ = run("ask", "All measures of the MOF in April 2024", "--ignore", "body")
    assert "(body)" not in out


def test_no_item_is_status_1(run: Run) -> None:
    """Filters that nothing satisfies find nothing."""
    assert run("items", "--since", "2030-01-01")[0] == 1
    assert run("search", "robots", "--since", "2030-01-01")[:2] == (1, "No item satisfies these filters.\n")


def test_show_gives_the_whole_item(run: Run) -> None:
    """An address shows its item, markup-free, with its official titles."""
    status, out, _ = run("show", "2023-12-06/top5/1")
    assert status == 0
    assert "人形机器人创新发展指导意见" in out
    assert "**" not in out


def test_index_says_when_there_is_nothing_to_do(run: Run) -> None:
    """A second `rag index` encodes nothing and says so."""
    status, out, _ = run("index", "--json")
    assert status == 0
    assert json.loads(out)["encoded"] == 0
    assert "up to date" in run("index")[1]


def test_check_finds_an_index_whole_or_names_the_damage(run: Run, folders: list[str], tmp_path: Path) -> None:
    """`rag check` is status 0 on a whole index and 1 with the file's name on a damaged one."""
    assert run("check")[0] == 0
    damaged = tmp_path / "embeddings"
    shutil.copytree(folders[3], damaged)
    next(damaged.glob("generation-*/catalogue.sqlite")).write_bytes(b"none")
    status, out, _ = run("check", "--embeddings", str(damaged))
    assert status == 1
    assert "catalogue.sqlite" in out


def test_check_without_an_index_is_status_2(run: Run, tmp_path: Path) -> None:
    """Nothing to check is bad input, not damage."""
    status, out, err = run("check", "--embeddings", str(tmp_path))
    assert (status, out) == (2, "")
    assert "no index here yet" in err


def test_an_address_that_holds_nothing_is_status_1(run: Run) -> None:
    """A well-formed address without an item is nothing found, told with the message."""
    status, out, err = run("show", "2023-12-06/top5/6")
    assert (status, err) == (1, "")
    assert "is no item of this corpus" in out
    assert "is no item" in json.loads(run("show", "2023-12-06/top5/6", "--json")[1])["error"]["message"]


@pytest.mark.parametrize("command", [["check"], ["add", "x"], ["index"], ["show", "x"]], ids=lambda c: c[0])
def test_every_command_reads_the_settings(run: Run, command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A slip in the name of a setting is told by every command, also where both folders are given."""
    monkeypatch.setenv("RAG_CORPSE", "x")
    status, _, err = run(*command)
    assert status == 2
    assert "Did you mean RAG_CORPUS" in err


def test_an_error_of_the_system_is_status_2(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system refuses unexpectedly is one message and never looks like nothing found; a bug is not hidden."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error", "/a/file")

    monkeypatch.setattr("rag.library.open_index", refuse)
    status, out, err = run("search", "robots")
    assert (status, out) == (2, "")
    assert err.startswith("rag: /a/file: the system refused (Input/output error).")

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("rag.library.open_index", broken)
    with pytest.raises(ZeroDivisionError):
        run("search", "robots")


def test_an_index_lies_beside_the_corpus_that_is_named(
    digests: Path, encoder_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--corpus` alone builds beside that corpus, and progress on a pipe is a plain line a stage."""
    shutil.copytree(encoder_folder, tmp_path / "embeddings")
    (tmp_path / "briefs").mkdir()
    shutil.copy(digests / "2022-10-05.md", tmp_path / "briefs")
    assert main(["index", "--corpus", str(tmp_path / "briefs")]) == 0
    assert (tmp_path / "embeddings" / "CURRENT").is_file()
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "Reading briefs"
    assert lines[1].startswith("Encoding passages: ")
    assert lines[2:] == ["Writing vectors", "Writing words", "Writing the catalogue"]


def test_a_terminal_gets_bars_where_there_is_something_to_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal a counted stage is a bar, an uncounted one its name, and instantaneous ones are not shown."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    bar = ProgressBar()
    for step in (("encode", 0, 3), ("encode", 3, 3), ("vectors", 0, 0), ("publish", 0, 0), ("done", 3, 3)):
        bar(*step)
    bar.close()
    shown = screen.getvalue()
    assert "Encoding passages: 100%" in shown
    assert shown.endswith("Writing vectors\n")
    assert not re.search(r"(?<![\d.])0it", shown)  # "55676.60it/s" is a speed


BAD: list[tuple[list[str], str]] = [
    (["ask", ""], "holds no word"),
    (["ask", "x" * 2001], "the limit is 2,000"),
    (["search", "robots", "-k", "0"], "k: 0 is not"),
    (["search", "robots", "-k", "-1"], "k: -1 is not"),
    (["search", "robots", "-k", "many"], "invalid int value"),
    (["search", "robots", "--body", "MOFF"], "Did you mean MOF"),
    (["items", "--since", "2024-02-31"], "not a date of the calendar"),
    (["items", "--since", "2024-02-02", "--until", "2024-02-01"], "Swap them"),
    (["items", "--issue", "2024-06-01"], "the corpus holds no issue"),
    (["show", "top5/6"], "is no item of this corpus"),
    (["ask", "robots", "--sinc", "2024-01-01"], "unrecognized arguments"),
    (["index", "--reb"], "unrecognized arguments"),
    (["ask", "robots", "--ignore", "colour"], "is nothing that is read from words"),
    (["dance"], "invalid choice"),
    (["add", "nowhere.txt"], "nowhere.txt"),
]


@pytest.mark.parametrize("as_json", [False, True], ids=["text", "json"])
@pytest.mark.parametrize(("arguments", "said"), BAD, ids=[" ".join(a)[:40] for a, _ in BAD])
def test_bad_input_is_status_2_and_one_message(
    folders: list[str], capsys: pytest.CaptureFixture[str], arguments: list[str], said: str, as_json: bool
) -> None:
    """Whatever is wrong is named in one message: on standard error, or as the one JSON document."""
    options = folders if arguments[0] != "dance" else []
    status = main([arguments[0], *options, *arguments[1:], *(["--json"] if as_json else [])])
    captured = capsys.readouterr()
    assert status == 2
    if as_json:
        assert said in json.loads(captured.out)["error"]["message"]
        assert captured.err == ""
    else:
        assert said in captured.err
        assert captured.err.startswith("rag: ")
        assert captured.out == ""


def test_a_missing_corpus_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The message names the folder; nothing is made."""
    status = main(["ask", "robots", "--corpus", str(tmp_path / "nowhere"), "--embeddings", str(tmp_path / "index")])
    assert status == 2
    assert "nowhere" in capsys.readouterr().err
    assert not (tmp_path / "index").exists()


def test_adding_makes_a_corpus_where_there_is_none(
    digests: Path, encoder_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`rag add` into a folder that is not there makes it, copies the brief and builds the index."""
    embeddings = tmp_path / "embeddings"
    shutil.copytree(encoder_folder, embeddings)
    corpus = tmp_path / "corpus"
    status = main(
        ["add", "--corpus", str(corpus), "--embeddings", str(embeddings), str(digests / "2023-03-01.md"), "--json"]
    )
    document: Any = json.loads(capsys.readouterr().out)
    assert status == 0
    assert document["added"] == [str(corpus / "2023-03-01.md")]
    assert document["index"]["items"] == 16


def test_a_question_that_looks_like_an_option_is_a_question(run: Run) -> None:
    """Behind `--` everything is text."""
    assert run("search", "-k", "1", "--", "--json robots")[0] == 0


def test_content_never_drives_the_terminal(run: Run) -> None:
    """Control characters of a question do not come back."""
    _, out, err = run("ask", "humanoid \x1b[31mrobots\x07 \u202eplan")
    assert not {"\x1b", "\x07", "\u202e"} & set(out + err)


def test_two_issues_are_compared(run: Run) -> None:
    """What is new, continued and gone, with addresses; as JSON one document, as CSV one line a source."""
    status, out, _ = run("compare", "2022-10-05", "2023-03-01")
    assert status == 0
    assert out.startswith("Issue of 5 October 2022 (19 items) → Issue of 1 March 2023 (16 items)")
    assert "- CAC: 2022-10-05/policy/1, 2022-10-05/policy/5" in out.partition("Gone")[2]
    status, out, _ = run("compare", "2022-10-05", "2023-03-01", "--json")
    document = json.loads(out)
    cited = [s for change in document["changes"] for s in (*change["before"], *change["after"])]
    status, out, _ = run("compare", "2022-10-05", "2023-03-01", "--csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["item"], row["source"]) for row in rows] == [(s["item_id"], s["line"]) for s in cited]


def test_filters_of_a_comparison_hold_on_both_sides(run: Run) -> None:
    """Section and body are given once; periods are months, quarters, years or from one to another."""
    status, out, _ = run("compare", "2022-09..2022-12", "2023-Q2", "--section", "policy", "--body", "MIIT")
    assert status == 0
    assert "Policy news, MIIT (1 item) → Q2 2023, Policy news, MIIT" in out
    assert "/top5/" not in out


@pytest.mark.parametrize(
    ("sides", "status", "told"),
    [
        (("2021", "2023"), 1, "before: the corpus holds no item of “2021”."),
        (("2023-03-02", "2023"), 1, "before: the corpus holds no item of “2 March 2023”."),
        (("2023", "2023"), 2, "after: “2023” holds the same items as “2023”."),
        (("2023", "spring"), 2, "after: 'spring' is no stretch of the calendar."),
        (("2023", "2024..2023"), 2, "after: '2024..2023' ends (2023-12-31) before it begins (2024-01-01)."),
    ],
)
def test_what_cannot_be_compared_is_told_by_status(run: Run, sides: tuple[str, str], status: int, told: str) -> None:
    """An empty side is status 1, a wrong one or twice the same is status 2; the message names the side."""
    ended, out, err = run("compare", *sides)
    assert (ended, out) == (status, "")
    assert told in err
    ended, out, _ = run("compare", *sides, "--json")
    assert ended == status
    assert json.loads(out)["error"]["message"].startswith(told)


def test_every_command_has_help_and_is_in_the_readme() -> None:
    """Each command explains itself, and the README names it."""
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    commands = next(action for action in parser()._actions if action.choices).choices
    assert commands is not None
    for name in commands:
        assert f"rag {name}" in readme, name


def test_a_plain_locale_and_a_closed_pipe_do_no_harm(folders: list[str]) -> None:
    """Under the C locale output is escaped where need be; a reader that goes away is no error."""
    shown = _process(
        "show", *folders, "2023-12-06/top5/1", LC_ALL="C", LANG="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0"
    )
    assert shown.returncode == 0
    assert "Traceback" not in shown.stderr
    command = [sys.executable, "-m", "rag.cli", "items", *folders]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


def test_searching_loads_no_training_framework_and_no_page(folders: list[str]) -> None:
    """A fresh process that searches imports neither torch nor transformers nor gradio nor mcp."""
    code = (
        "import sys; from rag.cli import main; status = main(sys.argv[1:]);"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'gradio', 'mcp', 'pandas'} & set(sys.modules);"
        "print(heavy, file=sys.stderr); sys.exit(status or bool(heavy))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "search", *folders, "robots"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_coverage_says_what_is_there_and_what_is_missing(run: Run) -> None:
    """A line an issue with its file, then the gaps; as JSON the same."""
    status, out, _ = run("coverage")
    assert status == 0
    assert re.search(r"^2023-05-03 +digest +5 +8 +6 +2023-03-28 to 2023-04-24 +2023-05-03\.md$", out, re.M)
    assert "2023-04-25 to 2023-10-24 (183 days)" in out
    document = json.loads(run("coverage", "--json")[1])
    assert [gap["days"] for gap in document["gaps"]] == [113, 32, 183, 125]
    assert document["issues"][0]["file"] == "2022-10-05.md"
