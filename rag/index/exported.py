"""The record beside an exported embedding model: what it was made from, and how it is run; found and verified.

Takes and gives `encoder-<fingerprint>.json`, which carries its own checksum. Knows nothing of ONNX or torch.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rag.errors import EncoderError, EncoderMissing
from rag.index import disk, model
from rag.index.model import Stamp

_PREFIX = "encoder-"
_PATH = re.compile(r"[./~\\]|[A-Za-z]:|[^/]*/[^/]*/")  # how a path begins, and no hub name
AGAIN = "Run `rag index --rebuild`: it will be made again."


class DamagedExport(EncoderError):
    """The exported model or its record is not what was written."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A model that was exported and proven equal to its origin."""

    fingerprint: str
    model: str  # the name it was asked for: the default's, a folder or a hub name
    files: Mapping[str, Stamp]  # of the model it was made from
    onnx_sha256: str
    tokenizer: str  # a tokenizer.json
    inputs: tuple[str, ...]  # names of the inputs, in order
    pad_id: int
    limit: int  # word pieces, special ones included
    dimension: int
    parity: float  # least cosine with the vectors of sentence-transformers, over the texts of the proof

    def to_json(self) -> bytes:
        """The file's bytes."""
        record = asdict(self)
        return json.dumps({"checksum": _checksum(record), "record": record}, ensure_ascii=False).encode()


def onnx_path(folder: Path, fingerprint: str) -> Path:
    """Where the exported model lies."""
    return folder / f"{_PREFIX}{fingerprint}.onnx"


def record_path(folder: Path, fingerprint: str) -> Path:
    """Where its record lies."""
    return folder / f"{_PREFIX}{fingerprint}.json"


def exported(folder: Path, fingerprint: str) -> Exported | None:
    """The record of this fingerprint; None where the model was not exported here."""
    path = record_path(folder, fingerprint)
    return read(path) if path.is_file() and onnx_path(folder, fingerprint).is_file() else None


def all_exported(folder: Path) -> list[Exported]:
    """The records of all models that were exported into a folder, without the damaged ones."""
    found = []
    for path in sorted(folder.glob(f"{_PREFIX}*.json")):
        with contextlib.suppress(DamagedExport):
            found.append(exported(folder, path.stem.removeprefix(_PREFIX)))
    return [record for record in found if record]


def find(name: str | None, folder: Path) -> Exported | None:
    """The record of this very model, if it was exported into the folder. Raises EncoderError where there is none."""
    label = name or model.DEFAULT
    place = model.folder_of(name)
    if place is None and name and _PATH.match(name):
        raise EncoderMissing(f"{name}: no such folder. Give that of a sentence-transformers model, or a hub name.")
    records = all_exported(folder)
    same_name = [record for record in records if record.model == label]
    if place is None:
        return same_name[0] if same_name else None
    known = same_name[0].files if same_name else {}
    return exported(folder, model.read(label, place, known).fingerprint)


def verified(record: Exported, folder: Path) -> Path:
    """Where the exported model of a record lies, once its bytes were found to be those that were written."""
    path = onnx_path(folder, record.fingerprint)
    try:
        found = disk.sha256(path)
    except OSError as error:
        raise EncoderError(f"{path}: cannot be read ({error.strerror}). Run `rag index`.") from error
    if found != record.onnx_sha256:
        raise DamagedExport(f"{path}: damaged, expected SHA-256 {record.onnx_sha256}, found {found}. {AGAIN}")
    return path


def read(path: Path) -> Exported:
    """A record, verified against its own checksum; EncoderError where it is damaged."""
    try:
        document = json.loads(path.read_bytes())
        record = document["record"]
        if document["checksum"] != _checksum(record):
            raise DamagedExport(f"{path}: damaged, its checksum does not match. {AGAIN}")
        files = {name: Stamp(**stamp) for name, stamp in record["files"].items()}
        return Exported(**{**record, "files": files, "inputs": tuple(record["inputs"])})
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DamagedExport(f"{path}: damaged, not the record of an exported model ({error}). {AGAIN}") from error
    except OSError as error:
        raise EncoderError(f"{path}: cannot be read ({error.strerror}). Check its permissions.") from error


def _checksum(record: Any) -> str:
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()
