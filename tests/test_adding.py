"""Adding briefs: nothing that is there is lost, and a failure leaves nothing behind."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rag.adding import add_and_open, add_briefs
from rag.errors import BriefError, BriefTaken, CorpusError, IndexProblem
from rag.index.disk import System, system
from rag.settings import Settings


@pytest.fixture
def corpus(digests: Path, tmp_path: Path) -> Path:
    """A corpus of one digest, of October 2022."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    shutil.copy(digests / "2022-10-05.md", folder)
    return folder


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_file_of_the_same_name_is_never_replaced(corpus: Path, digests: Path) -> None:
    """A brief that lies under the name of another issue stays; the error names it and the one to add."""
    (corpus / "2022-10-05.md").rename(corpus / "2023-03-01.md")
    before = _files(corpus)
    with pytest.raises(CorpusError, match=r"2023-03-01\.md: would be copied to .*corpus.2023-03-01\.md.*another name"):
        add_briefs([digests / "2023-12-06.md", digests / "2023-03-01.md"], corpus)
    assert _files(corpus) == before


def test_what_appears_meanwhile_is_not_replaced(corpus: Path, digests: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that another program puts there while the copy is written stays, and the copy goes."""
    target = corpus / "2023-03-01.md"
    write = System().write

    def meanwhile(path: Path, data: bytes) -> None:
        target.write_text("another's")
        write(path, data)

    monkeypatch.setattr(system, "write", meanwhile)
    with pytest.raises(CorpusError, match="there already"):
        add_briefs([digests / "2023-03-01.md"], corpus)
    assert _files(corpus).keys() == {"2022-10-05.md", "2023-03-01.md"}
    assert target.read_text() == "another's"


def test_what_a_killed_run_left_is_not_in_the_way(corpus: Path, digests: Path) -> None:
    """A leftover partial file does not block the next run."""
    (corpus / "2023-03-01.md.adding").write_bytes(b"half")
    (added,) = add_briefs([digests / "2023-03-01.md"], corpus)
    assert (added.path, added.new) == (corpus / "2023-03-01.md", True)


def test_a_failure_between_two_files_takes_the_first_back(
    corpus: Path, digests: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All or none: when the second file cannot get its name, the first has lost its own again."""
    before = _files(corpus)
    rename = System().rename

    def second_fails(old: Path, new: Path) -> None:
        if new.name == "2023-12-06.md":
            raise OSError(28, "No space left on device", str(new))
        rename(old, new)

    monkeypatch.setattr(system, "rename", second_fails)
    with pytest.raises(CorpusError, match="No space left"):
        add_briefs([digests / "2023-03-01.md", digests / "2023-12-06.md"], corpus)
    assert _files(corpus) == before


def test_what_became_of_each_brief_is_told(corpus: Path, digests: Path) -> None:
    """In the order given: what was read, where it lies, and whether it is new; the same file twice is new once."""
    there, new = digests / "2022-10-05.md", digests / "2023-03-01.md"
    told = add_briefs([there, new, new], corpus)
    assert [added.new for added in told] == [False, True, False]
    assert [added.path.name for added in told] == ["2022-10-05.md", "2023-03-01.md", "2023-03-01.md"]
    assert [len(added.issue.items) for added in told] == [19, 16, 16]


def test_a_rival_is_named_by_both_files(corpus: Path, digests: Path, tmp_path: Path) -> None:
    """Whoever is told may be told other names for the two files, and no path."""
    other = tmp_path / "upload.md"
    other.write_text((digests / "2022-10-05.md").read_text("utf-8").replace("China", "PRC"), "utf-8")
    with pytest.raises(
        BriefTaken, match=r"upload\.md: the digest of 2022-10-05 is already there as .*corpus"
    ) as caught:
        add_briefs([other], corpus)
    said = caught.value.naming("mine.md", "2022-10-05.md")
    assert said.startswith("mine.md: the digest of 2022-10-05 is already there as 2022-10-05.md, with another text.")
    assert str(tmp_path) not in said


@pytest.mark.parametrize("year", ["1999", "9999"])
def test_an_issue_of_an_impossible_year_is_refused(corpus: Path, digests: Path, tmp_path: Path, year: str) -> None:
    """A date before the series began or far ahead is a slip that would stand in every list: nothing is copied."""
    before = _files(corpus)
    slip = tmp_path / "slip.md"
    slip.write_text((digests / "2023-03-01.md").read_text("utf-8").replace("2023", year), "utf-8")
    with pytest.raises(BriefError, match=rf"expected an issue of 2000-01-01 to .*, found one of {year}-03-01"):
        add_briefs([slip], corpus)
    assert _files(corpus) == before


@pytest.mark.parametrize("year", ["0001", "1989", "2028", "9999"])
def test_an_item_of_an_impossible_year_is_refused(corpus: Path, tmp_path: Path, year: str) -> None:
    """Its date would stand in every list, and deadlines are counted from it: the line where it begins is named."""
    before = _files(corpus)
    slip = tmp_path / "slip.txt"
    brief = (Path(__file__).parent / "data" / "briefs" / "valid" / "plain.txt").read_text("utf-8")
    slip.write_text(brief.replace("May 02, 2025", f"May 02, {year}"), "utf-8")
    expected = rf"line 20: expected an item of 1990-01-01 to 2027-06-06, found one of {year}-05-02\. Correct"
    with pytest.raises(BriefError, match=expected):
        add_briefs([slip], corpus)
    assert _files(corpus) == before


@pytest.mark.real
def test_what_cannot_be_taken_up_is_not_left_in_the_corpus(
    corpus: Path, digests: Path, encoder_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no index can be made, the corpus is as it was, and the same call succeeds once it can."""
    embeddings = tmp_path / "embeddings"
    shutil.copytree(encoder_folder, embeddings)
    settings, before = Settings(corpus, embeddings), _files(corpus)

    def full(path: Path, data: bytes) -> None:
        if embeddings in path.parents:
            raise OSError(28, "No space left on device", str(path))
        System().write(path, data)

    with monkeypatch.context() as patched:
        patched.setattr(system, "write", full)
        with pytest.raises(IndexProblem, match="No space left"):
            add_and_open([digests / "2023-03-01.md"], settings)
    assert _files(corpus) == before
    (added,), opened = add_and_open([digests / "2023-03-01.md"], settings)
    opened.index.close()
    assert added.new
