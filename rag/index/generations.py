"""The embeddings folder over time: one builder at a time, a new generation beside the old one, leftovers swept.

Takes finished files, gives them a name that readers find. Knows nothing of what the files hold.

A generation is made in a staging folder, synced, renamed, and becomes current when the pointer is renamed into place;
killed at any moment, either the old or the new one is current, whole. The one before is kept for readers that have it
open, and everything older, with what a killed builder left behind, is removed by the next build.
"""

from __future__ import annotations

import contextlib
import re
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

from rag.errors import IndexProblem
from rag.index import disk
from rag.index.manifest import MANIFEST, POINTER, Manifest, Pointer, is_generation

Progress = Callable[[str, int, int], None]  # (what is being done, done, total); total 0 where unknown

_LOCK = ".lock"
_STAGING = re.compile(r"staging-[0-9a-f]{16}|CURRENT-[0-9a-f]{16}")


def silent(stage: str, done: int, total: int) -> None:
    """The progress of a caller who does not want to know."""


def exists(folder: Path) -> bool:
    """Whether a folder has an index at all, whatever its state."""
    return (folder / POINTER).exists()


@contextlib.contextmanager
def lock(folder: Path, *, wait: bool, progress: Progress) -> Iterator[None]:
    """Be the only builder of a folder, which is made if it is not there.

    A second builder waits, or is told so where `wait` is false. The kernel frees the lock of a killed one.
    """
    from filelock import FileLock, Timeout  # only builders lock: a search does without

    try:
        disk.make_folder(folder)
        # several locks of one process exclude each other as those of several processes do
        file_lock = FileLock(folder / _LOCK, thread_local=False)
        try:
            file_lock.acquire(timeout=0)
        except Timeout as busy:
            if not wait:
                raise IndexProblem(f"{folder}: another process is building here. Try again when it is done.") from busy
            progress("waiting for another builder", 0, 0)
            file_lock.acquire()
    except OSError as error:
        raise not_writable(folder, error) from error
    try:
        yield
    finally:
        file_lock.release()


def not_writable(folder: Path, error: OSError) -> IndexProblem:
    """What a failed call of the system means to the user."""
    return IndexProblem(
        f"{error.filename or folder}: cannot be written ({error.strerror or error}). What was there before is "
        f"untouched. Make room or allow writing to {folder}, then run `rag index` again."
    )


@contextlib.contextmanager
def staging(folder: Path) -> Iterator[Path]:
    """A new folder to write into; what is still in it at the end is removed."""
    path = folder / f"staging-{secrets.token_hex(8)}"
    disk.make_folder(path)
    try:
        yield path
    finally:
        _remove_quietly(path)


def publish(folder: Path, made: Path, manifest: Manifest) -> None:
    """Make the files of a staging folder the current generation."""
    data = manifest.to_json()
    disk.system.write(made / MANIFEST, data)
    disk.sync_tree(made)
    disk.publish(made, folder / manifest.generation)
    point(folder, manifest.generation, disk.digest(data))


def point(folder: Path, generation: str, manifest_sha256: str) -> None:
    """Make a generation the current one."""
    new = folder / f"{POINTER}-{secrets.token_hex(8)}"
    disk.write(new, Pointer(generation, manifest_sha256).to_bytes())
    disk.publish(new, folder / POINTER)


def new_name() -> str:
    """A name that no generation had before."""
    return f"generation-{secrets.token_hex(8)}"


def sweep(folder: Path, keep: set[str | None]) -> None:
    """Remove what builders left behind, and all generations but those to keep. What cannot be removed stays."""
    for path in sorted(folder.iterdir()):
        if _STAGING.fullmatch(path.name) or (is_generation(path.name) and path.name not in keep):
            _remove_quietly(path)


def _remove_quietly(path: Path) -> None:
    # A leftover does no harm, and the next build tries again; failing for it would.
    with contextlib.suppress(OSError):
        disk.remove(path)
