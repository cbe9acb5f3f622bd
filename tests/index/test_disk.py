"""The calls that change the disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.index import disk


def test_removing_never_follows_a_link(tmp_path: Path) -> None:
    """A tree goes with the links in it; what they point to stays, also where the link itself is removed."""
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").write_text("kept")
    (tmp_path / "tree" / "inner").mkdir(parents=True)
    (tmp_path / "tree" / "inner" / "link").symlink_to(tmp_path / "precious")
    (tmp_path / "tree" / "file").write_text("gone")
    (tmp_path / "alone").symlink_to(tmp_path / "precious")
    disk.remove(tmp_path / "tree")
    disk.remove(tmp_path / "alone")
    assert [path.name for path in tmp_path.iterdir()] == ["precious"]
    assert (tmp_path / "precious" / "file").read_text() == "kept"


def test_a_new_file_never_replaces_another(tmp_path: Path) -> None:
    """Only a rename replaces a file, in one step."""
    disk.write(tmp_path / "a", b"one")
    with pytest.raises(FileExistsError):
        disk.write(tmp_path / "a", b"two")
    disk.write(tmp_path / "b", b"two")
    disk.publish(tmp_path / "b", tmp_path / "a")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"two"}


def test_folders_are_made_with_those_above_them(tmp_path: Path) -> None:
    """A folder that exists stays as it is."""
    disk.make_folder(tmp_path / "a" / "b")
    (tmp_path / "a" / "b" / "file").write_text("kept")
    disk.make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b" / "file").exists()


def test_a_tree_is_synced_from_the_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file and folder once, each folder after what is in it."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    for name in ("a/b/2", "a/1", "3"):
        (tmp_path / name).write_text(name)
    synced: list[Path] = []
    monkeypatch.setattr(disk.system, "sync", synced.append)
    disk.sync_tree(tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in synced] == ["3", "a/1", "a/b/2", "a/b", "a", "."]
    assert disk.sha256(tmp_path / "3") == disk.digest(b"3")


def test_what_is_added_to_a_file_comes_after_what_was_there(tmp_path: Path) -> None:
    """A file is made where it is not there, for its owner alone; one that is there keeps its permissions."""
    disk.append(tmp_path / "new", b"one\n")
    disk.append(tmp_path / "new", b"two\n")
    assert (tmp_path / "new").read_bytes() == b"one\ntwo\n"
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0
    (tmp_path / "old").write_bytes(b"")
    (tmp_path / "old").chmod(0o640)
    disk.append(tmp_path / "old", b"one\n")
    assert (tmp_path / "old").stat().st_mode & 0o777 == 0o640
