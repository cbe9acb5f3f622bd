"""The secret that the page's seals are made with: 32 random bytes in a file of their own beside the index.

Takes the embeddings folder; gives the bytes, the same to every process that serves from it. The file can be read by
its owner alone, and removed at no risk: what was sealed with it is then answered anew (`rag.web.restoring`). Knows
nothing of what is sealed.
"""

from __future__ import annotations

import logging
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from rag.index import disk

FILE = ".seal"
LENGTH = 32  # bytes
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """The bytes, and whether they outlive this process."""

    value: bytes
    lasting: bool = True


def secret_in(folder: Path) -> Key:
    """The secret of a folder, made where there is none. Where it cannot be kept there, one of this process alone."""
    path = folder / FILE
    try:
        return Key(_read(path) or _make(path))
    except OSError as problem:
        _log.warning(
            "%s cannot be kept (%s): after a restart, conversations kept in browsers are answered anew.",
            path,
            problem.strerror or problem,
        )
        return Key(secrets.token_bytes(LENGTH), lasting=False)


def _read(path: Path) -> bytes | None:
    """The secret in a file; None where there is none, or something of another length, which nobody can have used."""
    try:
        value = path.read_bytes()
    except FileNotFoundError:
        return None
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        _log.warning("%s can be read by others, who could forge what it seals. Run `chmod 600` on it.", path)
    return value if len(value) == LENGTH else None


def _make(path: Path) -> bytes:
    """A new secret; of several processes that would make one, one does, and the others read it."""
    from filelock import FileLock

    if not path.parent.is_dir():
        raise FileNotFoundError(f"no folder {path.parent}")
    with FileLock(path.with_name(f"{FILE}.lock")):
        if made := _read(path):
            return made
        value = secrets.token_bytes(LENGTH)
        new = path.with_name(f"{FILE}-{secrets.token_hex(8)}")
        disk.append(new, value)
        disk.publish(new, path)
        return value
