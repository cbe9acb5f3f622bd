"""What a generation says of itself, and the pointer to the current one.

Takes and gives JSON and one line of text; reads them as a stranger's: every type, name and count is checked before it
is used. Knows nothing of what is in the other files.

    embeddings/CURRENT                      "generation-<16 hex digits> <SHA-256 of its manifest>"
    embeddings/generation-…/manifest.json   the hash of every other file
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rag.errors import IndexProblem

APPLICATION = "china-industries-rag"
FORMAT = 3
POINTER, MANIFEST, VECTORS, WORDS, CATALOGUE = "CURRENT", "manifest.json", "vectors.faiss", "words", "catalogue.sqlite"
REBUILD = "Run `rag index --rebuild`."

_GENERATION = re.compile(r"generation-[0-9a-f]{16}")
_POINTER = re.compile(rf"({_GENERATION.pattern}) ([0-9a-f]{{64}})\n")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_HEX = re.compile(r"[0-9a-f]{8,64}")
_FILE = re.compile(rf"{re.escape(VECTORS)}|{re.escape(CATALOGUE)}|{WORDS}/[0-9A-Za-z][0-9A-Za-z._-]*")
_LONGEST = 64_000_000  # bytes of a manifest: some hundred thousand input files
_MOST = 2**40  # no count of ours comes near


class MissingIndex(IndexProblem):
    """There is no index in the folder yet."""


class ClosedIndex(IndexProblem):
    """The index was closed, maybe by another thread."""


class OutdatedIndex(IndexProblem):
    """The index is of an older format: whoever may build makes it anew."""


@dataclass(frozen=True, slots=True)
class FileStamp:
    """A file of a generation: its length in bytes and its hash."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of each the catalogue holds; as many vectors as passages, as many word documents as windows."""

    issues: int
    items: int
    passages: int
    windows: int


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Which index it is."""

    content: str  # equal for equal corpora, encoders and formats
    generation: str  # tells apart two that were built one after the other


@dataclass(frozen=True, slots=True)
class Manifest:
    """How a generation was made, and from what."""

    generation: str  # the name of its folder
    previous: str | None  # the generation before, kept for readers that still have it open
    encoder: str  # fingerprint
    encoder_sha256: str | None  # of the encoder's file beside the generations; None where it has none
    dimension: int
    content: str  # hash over format, encoder, ids and texts of the passages: equal for equal corpora
    records: str  # hash over all that the catalogue holds
    counts: Counts
    inputs: Mapping[str, str]  # name -> hash of what the index was made from, as the builder was told
    files: Mapping[str, FileStamp]  # path in the generation -> stamp; everything but the manifest

    @property
    def fingerprint(self) -> Fingerprint:
        """Which index it is of."""
        return Fingerprint(self.content, self.generation)

    def to_json(self) -> bytes:
        """The file's bytes: the same for the same manifest."""
        document = {"application": APPLICATION, "format": FORMAT, **asdict(self)}
        return (json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


@dataclass(frozen=True, slots=True)
class Pointer:
    """The one line that says which generation is current."""

    generation: str
    manifest_sha256: str

    def to_bytes(self) -> bytes:
        """The file's bytes."""
        return f"{self.generation} {self.manifest_sha256}\n".encode()


def is_generation(name: str) -> bool:
    """Whether a folder of this name is one of ours."""
    return bool(_GENERATION.fullmatch(name))


def read_pointer(folder: Path) -> Pointer:
    """Which generation of an embeddings folder is current; MissingIndex where there is none."""
    path = folder / POINTER
    try:
        with path.open("rb") as file:
            data = file.read(256)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise MissingIndex(f"{folder}: no index here yet. Run `rag index`.") from error
    except OSError as error:
        raise IndexProblem(f"{path}: cannot be read ({error.strerror}). Check its permissions.") from error
    match = _POINTER.fullmatch(data.decode("ascii", errors="replace"))
    if not match:
        raise IndexProblem(f"{path}: expected the name of a generation, found {data[:40]!r}. {REBUILD}")
    return Pointer(match[1], match[2])


def read_manifest(folder: Path, pointer: Pointer) -> Manifest:
    """The manifest that the pointer names, verified against the pointer and against the schema."""
    path = folder / pointer.generation / MANIFEST
    try:
        with path.open("rb") as file:
            data = file.read(_LONGEST + 1)
    except OSError as error:
        raise IndexProblem(f"{path}: cannot be read ({error.strerror}). {REBUILD}") from error
    if hashlib.sha256(data).hexdigest() != pointer.manifest_sha256:
        raise IndexProblem(f"{path}: damaged, its hash is not the one in {folder / POINTER}. {REBUILD}")
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise IndexProblem(f"{path}: not JSON ({error}). {REBUILD}") from error
    try:
        manifest = _parse(document)
    except _Older as older:
        raise OutdatedIndex(f"{path}: {older}. Run `rag index`.") from older
    except _Wrong as wrong:
        raise IndexProblem(f"{path}: {wrong}. {REBUILD}") from wrong
    if manifest.generation != pointer.generation:
        raise IndexProblem(f"{path}: is of {manifest.generation}, {POINTER} names {pointer.generation}. {REBUILD}")
    return manifest


class _Wrong(Exception):
    """A field of a manifest that is not what it must be; the text says which, and what was expected and found."""

    def __init__(self, field: str, expected: str, found: object) -> None:
        super().__init__(f"{field}: expected {expected}, found {str(found)[:60]!r}")


class _Older(_Wrong):
    """The format is one that an earlier version wrote."""


def _parse(document: Any) -> Manifest:
    if not isinstance(document, dict) or document.get("application") != APPLICATION:
        found = document.get("application") if isinstance(document, dict) else document
        raise _Wrong("application", f"{APPLICATION!r}, so this index is another program's", found)
    version = _count(document, "format")
    if version > FORMAT:
        raise _Wrong("format", f"{FORMAT}, so this index is from a newer version of this program", version)
    if version < FORMAT:
        raise _Older("format", f"{FORMAT}, so this index is from an older version of this program", version)
    counts = _mapping(document, "counts")
    files = _mapping(document, "files")
    manifest = Manifest(
        generation=_text(document, "generation", _GENERATION),
        previous=None if document.get("previous") is None else _text(document, "previous", _GENERATION),
        encoder=_text(document, "encoder", _HEX),
        encoder_sha256=None if document.get("encoder_sha256") is None else _text(document, "encoder_sha256", _SHA256),
        dimension=_count(document, "dimension"),
        content=_text(document, "content", _SHA256),
        records=_text(document, "records", _SHA256),
        counts=Counts(*(_count(counts, name) for name in ("issues", "items", "passages", "windows"))),
        inputs={name: _text(_mapping(document, "inputs"), name) for name in _mapping(document, "inputs")},
        files={name: _stamp(files, name) for name in files},
    )
    for needed in (VECTORS, CATALOGUE, f"{WORDS}/meta.json"):
        if needed not in manifest.files:
            raise _Wrong("files", f"{needed!r} among them", sorted(manifest.files))
    return manifest


def _mapping(document: dict[str, Any], field: str) -> dict[str, Any]:
    value = document.get(field)
    if not isinstance(value, dict):
        raise _Wrong(field, "an object", value)
    return value


def _text(document: dict[str, Any], field: str, form: re.Pattern[str] | None = None) -> str:
    value = document.get(field)
    if not isinstance(value, str) or (form and not form.fullmatch(value)):
        raise _Wrong(field, f"text of the form {form.pattern}" if form else "text", value)
    return value


def _count(document: dict[str, Any], field: str) -> int:
    value = document.get(field)
    if type(value) is not int or not 0 <= value <= _MOST:  # a bool is an int, but no count
        raise _Wrong(field, f"a whole number from 0 to {_MOST}", value)
    return value


def _stamp(files: dict[str, Any], name: str) -> FileStamp:
    if not _FILE.fullmatch(name):
        raise _Wrong("files", f"{VECTORS}, {CATALOGUE} or a file of {WORDS}/", name)
    stamp = _mapping(files, name)
    return FileStamp(_count(stamp, "size"), _text(stamp, "sha256", _SHA256))
