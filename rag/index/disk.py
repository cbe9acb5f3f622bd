"""The only place from which this package changes files below `embeddings/`.

Takes paths and bytes; knows nothing of indexes. Everything we write, sync, rename and remove goes through `system`, so
that a test can put an object in its place that fails, or dies, at the nth call. The engines (FAISS, tantivy, SQLite,
the ONNX exporter) write by themselves, but only into a staging folder, whose files are then synced from here.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

_PIECE = 2**25  # bytes


class System:
    """The calls that change a disk, each one a single step that can fail."""

    def mkdir(self, path: Path) -> None:
        """Make one folder; its parent exists."""
        path.mkdir()

    def write(self, path: Path, data: bytes) -> None:
        """Make a new file; an existing one is an error."""
        with path.open("xb") as file:
            file.write(data)

    def append(self, path: Path, data: bytes) -> None:
        """Add to a file, made for its owner's eyes only where it is not there; a link is not followed."""
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
        with os.fdopen(os.open(path, flags, 0o600), "ab") as file:
            file.write(data)

    def truncate(self, path: Path, size: int) -> None:
        """Take off what a file has beyond so many bytes."""
        os.truncate(path, size)

    def sync(self, path: Path) -> None:
        """Return once a file, or the list of names in a folder, is on the disk itself."""
        if os.name == "nt" and path.is_dir():
            return  # Windows cannot open a folder for this; its file system journals names
        handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def rename(self, old: Path, new: Path) -> None:
        """Give a file or folder another name in one step; a file of that name is replaced."""
        old.replace(new)

    def unlink(self, path: Path) -> None:
        """Remove a file or a link."""
        path.unlink()

    def rmdir(self, path: Path) -> None:
        """Remove an empty folder."""
        path.rmdir()


system = System()


def make_folder(path: Path) -> None:
    """Make a folder and the missing ones above it; one that exists stays."""
    if not path.is_dir():
        make_folder(path.parent)
        with contextlib.suppress(FileExistsError):  # another process may have been faster
            system.mkdir(path)


def write(path: Path, data: bytes) -> None:
    """Make a new file and see it onto the disk."""
    system.write(path, data)
    system.sync(path)


def append(path: Path, data: bytes) -> None:
    """Add to a file, made for its owner alone where it is not there, and see it onto the disk.

    Where that fails, the file is as it was. For whoever holds a lock on the file.
    """
    size = path.stat().st_size if path.exists() else None
    try:
        system.append(path, data)
        system.sync(path)
    except OSError:
        with contextlib.suppress(OSError):  # as unwritable as what brought us here
            if path.exists():
                system.truncate(path, size or 0)
        raise
    if size is None:
        system.sync(path.parent)


def sync_tree(folder: Path) -> None:
    """See every file below a folder, and the folder itself, onto the disk."""
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            sync_tree(path)
        else:
            system.sync(path)
    system.sync(folder)


def publish(old: Path, new: Path) -> None:
    """Rename within one folder, and see the new name onto the disk."""
    system.rename(old, new)
    system.sync(new.parent)


def remove(path: Path) -> None:
    """Remove a file, or a folder with all that is in it; links are removed, never followed."""
    if path.is_dir() and not path.is_symlink():
        for inner in sorted(path.iterdir()):
            remove(inner)
        system.rmdir(path)
    else:
        system.unlink(path)


def digest(data: bytes) -> str:
    """SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    digest = hashlib.sha256()
    # Large pieces: after each one a thread has to wait its turn where others work, see `rag.opening`.
    with path.open("rb", buffering=0) as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
