"""From issues to a new generation, encoding only what is new.

Takes the parser's issues, an encoder and a folder; gives a generation that readers find, or leaves the current one as
it is where nothing has changed. Knows nothing of where the issues come from: what they were made from is told by the
caller as `inputs` (a name and a hash each) and only kept and compared.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.briefs.records import Issue
from rag.errors import IndexProblem
from rag.index import catalogue, disk, exported, generations, lexicon, vectors
from rag.index.generations import Progress, silent
from rag.index.manifest import (
    CATALOGUE,
    FORMAT,
    VECTORS,
    WORDS,
    Counts,
    FileStamp,
    Manifest,
    MissingIndex,
    OutdatedIndex,
    is_generation,
    read_pointer,
)
from rag.index.passages import cut, embedded_text
from rag.index.reader import Index
from rag.index.records import Encoder, Passage, checked

_BATCH = 64  # passages between two words of progress


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did."""

    generation: str  # the current one now
    passages: int  # in all
    encoded: int  # of them, by the encoder, now
    reused: int  # of them, with a vector of the generation before
    published: bool  # False where nothing had changed


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the new generation will hold, before a single vector is made."""

    passages: list[Passage]
    texts: list[str]  # what is embedded of each passage
    digests: list[str]  # hash of each text
    rows: catalogue.Rows
    content: str
    records: str

    @property
    def windows(self) -> list[tuple[int, str]]:
        """What the words are of: the windows, each with its row."""
        return [
            (row, text)
            for row, (p, text) in enumerate(zip(self.passages, self.texts, strict=True))
            if p.unit == "window"
        ]


def build(
    issues: Sequence[Issue],
    encoder: Encoder,
    folder: Path,
    *,
    inputs: Mapping[str, str],
    progress: Progress | None = None,
    wait: bool = True,
    rebuild: bool = False,
) -> BuildReport:
    """Make the folder's current generation hold these issues.

    A generation that is damaged, another program's or of a newer format is refused, its files untouched, unless
    `rebuild`, which takes nothing from it. `wait` tells whether to wait for another builder or to raise.
    """
    tell = progress or silent
    with generations.lock(folder, wait=wait, progress=tell):
        try:
            current = None if rebuild else _current(folder)
            try:
                generations.sweep(folder, _kept(folder, current))
                return _build(_plan(issues, encoder), encoder, folder, current, dict(inputs), tell)
            finally:
                if current:
                    current.close()
        except OSError as error:
            raise generations.not_writable(folder, error) from error


def content_hash(fingerprint: str, passages: Sequence[Passage], digests: Sequence[str]) -> str:
    """Hash over format, encoder, and the ids and texts of the passages: equal for equal corpora."""
    rows = [(p.item_id, p.number, text) for p, text in zip(passages, digests, strict=True)]
    return disk.digest(json.dumps([FORMAT, fingerprint, rows]).encode())


def text_digest(text: str) -> str:
    """Hash of what is embedded of a passage."""
    return hashlib.sha256(text.encode()).hexdigest()


def _current(folder: Path) -> Index | None:
    try:
        return Index.open(folder)
    except (MissingIndex, OutdatedIndex):
        return None


def _pointed_at(folder: Path) -> str | None:
    """The generation that is current now, whole or not: readers may have it open."""
    try:
        return read_pointer(folder).generation
    except IndexProblem:
        return None


def _kept(folder: Path, current: Index | None) -> set[str | None]:
    """Generations that a reader may have open: nobody knows where the current one was not read."""
    if current:
        return {current.generation, current.manifest.previous}
    return {path.name for path in folder.iterdir() if is_generation(path.name)}


def _plan(issues: Sequence[Issue], encoder: Encoder) -> _Plan:
    in_order = sorted(issues, key=lambda issue: issue.date)
    passages = [passage for issue in in_order for item in issue.items for passage in cut(item, encoder)]
    texts = [embedded_text(passage) for passage in passages]
    digests = [text_digest(text) for text in texts]
    rows = catalogue.rows_of(in_order, passages, digests)
    content = content_hash(encoder.fingerprint, passages, digests)
    return _Plan(passages, texts, digests, rows, content, catalogue.digest(rows))


def _build(
    plan: _Plan, encoder: Encoder, folder: Path, current: Index | None, inputs: dict[str, str], tell: Progress
) -> BuildReport:
    total = len(plan.passages)
    if current:
        made = current.manifest
        if (made.content, made.records, dict(made.inputs)) == (plan.content, plan.records, inputs):
            return BuildReport(current.generation, total, 0, total, published=False)
    known = _known_vectors(current, encoder)
    matrix, encoded = _vectors(plan, encoder, known, tell)
    name = generations.new_name()
    with generations.staging(folder) as made_in:
        tell("vectors", 0, 0)
        vectors.write(made_in / VECTORS, matrix)
        tell("words", 0, 0)
        disk.make_folder(made_in / WORDS)
        lexicon.write(made_in / WORDS, plan.windows)
        tell("catalogue", 0, 0)
        catalogue.write(made_in / CATALOGUE, plan.rows)
        tell("manifest", 0, 0)
        manifest = Manifest(
            generation=name,
            previous=_pointed_at(folder),
            encoder=encoder.fingerprint,
            encoder_sha256=_encoder_sha256(folder, encoder),
            dimension=encoder.dimension,
            content=plan.content,
            records=plan.records,
            counts=Counts(len(plan.rows["issues"]), len(plan.rows["items"]), total, len(plan.windows)),
            inputs=inputs,
            files=_stamps(made_in),
        )
        _prove(made_in, manifest)
        tell("publish", 0, 0)
        generations.publish(folder, made_in, manifest)
    tell("sweep", 0, 0)
    generations.sweep(folder, {name, manifest.previous})
    tell("done", total, total)
    return BuildReport(name, total, encoded, total - encoded, published=True)


def _prove(made_in: Path, manifest: Manifest) -> None:
    """Open what was written: an engine may swallow the error of a full disk, as FAISS does when it closes its file."""
    try:
        Index(made_in, manifest).close()
    except IndexProblem as problem:
        raise IndexProblem(
            f"The new index was not written whole ({problem.args[0].split(':')[0]}). What was there before is "
            "untouched. Make room, then run `rag index` again."
        ) from problem


def _known_vectors(current: Index | None, encoder: Encoder) -> dict[str, NDArray[np.float32]]:
    """Vectors that the current generation has already, by the digest of their text."""
    if current is None or current.manifest.encoder != encoder.fingerprint:
        return {}
    return dict(zip(current.digests(), current.vectors(), strict=True))


def _vectors(
    plan: _Plan, encoder: Encoder, known: dict[str, NDArray[np.float32]], tell: Progress
) -> tuple[NDArray[np.float32], int]:
    """(passages, dimension): the vectors in order, and how many passages were encoded for them."""
    new = {digest: text for digest, text in zip(plan.digests, plan.texts, strict=True) if digest not in known}
    encoded = sum(digest in new for digest in plan.digests)
    digests, texts = list(new), list(new.values())
    tell("encode", 0, len(texts))
    for start in range(0, len(texts), _BATCH):
        batch = texts[start : start + _BATCH]
        rows = checked(encoder.encode(batch), len(batch), encoder.dimension)
        known.update(zip(digests[start : start + _BATCH], rows, strict=True))
        tell("encode", start + len(batch), len(texts))
    matrix = np.zeros((len(plan.digests), encoder.dimension), dtype=np.float32)
    for row, digest in enumerate(plan.digests):
        matrix[row] = known[digest]
    return matrix, encoded


def _stamps(folder: Path) -> dict[str, FileStamp]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): FileStamp(path.stat().st_size, disk.sha256(path)) for path in files}


def _encoder_sha256(folder: Path, encoder: Encoder) -> str | None:
    """Hash of the encoder's own file, where it has one in this folder; it was verified when the encoder was opened."""
    record = exported.exported(folder, encoder.fingerprint)
    return record.onnx_sha256 if record else None
