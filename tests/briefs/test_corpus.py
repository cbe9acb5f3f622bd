"""Folders of briefs: which files count, digests and originals, and what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rag.briefs.corpus import corpus_bodies, corpus_files, corpus_names, read_corpus
from rag.errors import BriefError, CorpusError


@pytest.fixture
def folder(tmp_path: Path, data: Path) -> Path:
    """A corpus of two issues: a digest of January 2026 and an original of June 2025."""
    shutil.copy(data / "valid" / "markdown.md", tmp_path / "a.md")
    shutil.copy(data / "valid" / "plain.txt", tmp_path / "b.TXT")
    return tmp_path


def as_original(digest: Path, path: Path) -> Path:
    """The same brief without its front matter."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(digest.read_text(encoding="utf-8").split("---\n", 2)[2], encoding="utf-8")
    return path


def test_issues_come_in_order_of_date(folder: Path) -> None:
    """The order of files does not matter."""
    assert [issue.date.isoformat() for issue in read_corpus(folder)] == ["2025-06-04", "2026-01-14"]


def test_what_counts_as_a_brief(folder: Path) -> None:
    """Text and Markdown files count, README, hidden files, folders and other files do not."""
    for name in ("README.md", "readme.txt", ".draft.md", "questions.jsonl", "notes.rst"):
        (folder / name).write_text("Boats", encoding="utf-8")
    (folder / "folder.md").mkdir()
    assert [path.name for path in corpus_files(folder)] == ["a.md", "b.TXT"]
    assert len(read_corpus(folder)) == 2


def test_an_original_takes_the_place_of_its_digest(folder: Path) -> None:
    """Of one issue the original is read, wherever it lies; the others stay."""
    original = as_original(folder / "a.md", folder / "originals" / "a.md")
    issues = read_corpus(folder)
    assert [(issue.edition, issue.path) for issue in issues] == [("original", folder / "b.TXT"), ("original", original)]


def test_a_folder_of_originals_alone(folder: Path) -> None:
    """A corpus may consist of what lies in `originals/`."""
    as_original(folder / "a.md", folder / "originals" / "c.md")
    (folder / "a.md").unlink()
    (folder / "b.TXT").unlink()
    assert [issue.edition for issue in read_corpus(folder)] == ["original"]


@pytest.mark.parametrize("other", ["c.md", "originals/c.md"])
def test_two_files_of_one_date_and_edition(folder: Path, other: str) -> None:
    """They contradict each other: an error that names both."""
    (folder / "originals").mkdir()
    shutil.copy(folder / "a.md", folder / other)
    with pytest.raises(CorpusError, match="expected one digest of the issue of 2026-01-14, found two") as caught:
        read_corpus(folder)
    assert str(folder / "a.md") in str(caught.value)
    assert str(folder / other) in str(caught.value)


def test_folders_that_hold_nothing(tmp_path: Path) -> None:
    """A missing folder, a file in its place and an empty folder are errors with a remedy."""
    with pytest.raises(CorpusError, match=r"found nothing\. Check the path"):
        read_corpus(tmp_path / "none")
    (tmp_path / "README.md").write_text("Boats", encoding="utf-8")
    with pytest.raises(CorpusError, match="found a file"):
        read_corpus(tmp_path / "README.md")
    with pytest.raises(CorpusError, match=r"found none\. Put some there: `rag add"):
        read_corpus(tmp_path)


def test_a_file_that_is_not_a_brief(folder: Path) -> None:
    """One bad file among good ones is an error that names it; nothing is skipped."""
    (folder / "letter.md").write_text("Dear reader", encoding="utf-8")
    with pytest.raises(BriefError, match=r"letter\.md: expected a China Industries brief"):
        read_corpus(folder)


def test_own_bodies(folder: Path) -> None:
    """A `bodies.toml` of the folder extends the table, and counts among the files of the corpus."""
    (folder / "bodies.toml").write_text('[HLO]\nenglish = ["Harbour Lantern Office"]\n', encoding="utf-8")
    assert [path.name for path in corpus_files(folder)] == ["a.md", "b.TXT", "bodies.toml"]
    assert corpus_bodies(folder).resolve("the Harbour Lantern Office") == "HLO"
    assert read_corpus(folder)[0].items[0].bodies == ("MOT", "HLO", "MOF")


def test_progress(folder: Path) -> None:
    """Progress tells how many files are read, from none to all."""
    told: list[tuple[str, int, int]] = []
    read_corpus(folder, progress=lambda stage, done, total: told.append((stage, done, total)))
    assert told == [("reading", 0, 2), ("reading", 1, 2), ("reading", 2, 2)]


def test_the_folders_own_tables_are_no_briefs(folder: Path) -> None:
    """A `names.txt` is offered as a table of names and never read as a brief, wherever it lies."""
    assert corpus_names(folder) is None
    (folder / "originals").mkdir()
    for path in (folder / "names.txt", folder / "originals" / "names.txt"):
        path.write_text("Boats | Ships", encoding="utf-8")
    assert corpus_names(folder) == folder / "names.txt"
    assert [path.name for path in corpus_files(folder)] == ["a.md", "b.TXT"]
