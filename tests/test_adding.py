"""Adding briefs: nothing that is there is lost, and a failure leaves nothing behind."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rag.adding import add_briefs
from rag.errors import CorpusError
from rag.index.disk import System, system


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
    assert add_briefs([digests / "2023-03-01.md"], corpus) == [corpus / "2023-03-01.md"]


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
