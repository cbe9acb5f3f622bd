"""Whether an index on disk is whole: what `rag check` tells, and what tests ask after every fault.

Takes an embeddings folder, gives a list of what is wrong, each with its place; empty if nothing is. Changes nothing.
Opening verifies the hashes already; this also compares the three stores with one another and with the manifest.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from rag.errors import EncoderError, IndexProblem
from rag.index import catalogue, disk, exported
from rag.index.build import content_hash, text_digest
from rag.index.lexicon import indexed_terms
from rag.index.manifest import CATALOGUE, MANIFEST, VECTORS, WORDS, MissingIndex
from rag.index.passages import embedded_text
from rag.index.reader import Index, verify


def check(folder: Path, full: bool = True) -> list[str]:
    """What is wrong with the current generation; without `full` only what opening would refuse.

    Raises MissingIndex where there is none to check.
    """
    try:
        index = Index.open(folder)
    except MissingIndex:
        raise
    except IndexProblem as problem:
        return [str(problem)]
    try:
        return list(_problems(folder, index)) if full else []
    finally:
        index.close()


def _problems(folder: Path, index: Index) -> Iterator[str]:
    place = folder / index.generation
    try:
        verify(place, index.manifest, whole=True)
    except IndexProblem as problem:
        yield str(problem)
        return  # what follows would only say the same again
    known = {MANIFEST, *index.manifest.files}
    for path in sorted(place.rglob("*")):
        if path.is_file() and path.relative_to(place).as_posix() not in known:
            yield f"{path}: not part of the index. Remove it."
    yield from _catalogue_problems(place / CATALOGUE, index)
    yield from _vector_problems(place / VECTORS, index)
    yield from _word_problems(place / WORDS, index)
    yield from _encoder_problems(folder, index)


def _catalogue_problems(path: Path, index: Index) -> Iterator[str]:
    damage = index.catalogue.damage()
    if damage:
        yield f"{path}: {damage[0]}"
        return
    manifest, rows = index.manifest, index.catalogue.rows()
    for table, expected in (
        ("issues", manifest.counts.issues),
        ("items", manifest.counts.items),
        ("passages", manifest.counts.passages),
    ):
        if len(rows[table]) != expected:
            yield f"{path}: expected {expected} {table}, found {len(rows[table])}"
    if catalogue.digest(rows) != manifest.records:
        yield f"{path}: its records are not those that were written"
    passages = [index.passage(row) for row in range(len(rows["passages"]))]
    digests = [text_digest(embedded_text(passage)) for passage in passages]
    if digests != index.digests() or content_hash(manifest.encoder, passages, digests) != manifest.content:
        yield f"{path}: its passages are not those that were embedded"
    for passage in passages:
        item = index.item(passage.item_id)
        if item is None or item.text[slice(*passage.span)] != passage.text:
            yield f"{path}: passage {passage.number} of {passage.item_id} is not the text of its item"


def _vector_problems(path: Path, index: Index) -> Iterator[str]:
    vectors = index.vectors()
    lengths = np.linalg.norm(vectors, axis=1)
    if len(vectors) != index.manifest.counts.passages or not np.allclose(lengths, 1, atol=1e-3):
        yield f"{path}: expected {index.manifest.counts.passages} vectors of length 1"


def _word_problems(folder: Path, index: Index) -> Iterator[str]:
    windows = [row for row in range(index.manifest.counts.passages) if index.passage(row).unit == "window"]
    if index.lexicon.rows() != windows:
        yield f"{folder}: expected the rows of the {len(windows)} windows, each once"
    expected: dict[str, set[int]] = {}
    for row in windows:
        for term in indexed_terms(embedded_text(index.passage(row))):
            expected.setdefault(term, set()).add(row)
    held = index.vocabulary()
    if {term: len(rows) for term, rows in expected.items()} != dict(held) or any(
        {row for row, _ in index.lexical([term], len(rows))} != rows for term, rows in expected.items()
    ):
        yield f"{folder}: its words are not those of the passages"


def _encoder_problems(folder: Path, index: Index) -> Iterator[str]:
    """An encoder that was not exported into this folder leaves nothing to compare."""
    manifest = index.manifest
    try:
        record = exported.exported(folder, manifest.encoder)
    except EncoderError as problem:
        yield str(problem)
        return
    if record and manifest.encoder_sha256:
        path = exported.onnx_path(folder, manifest.encoder)
        found = disk.sha256(path)
        if found != record.onnx_sha256:
            yield f"{path}: damaged, expected SHA-256 {record.onnx_sha256}, found {found}"
        elif found != manifest.encoder_sha256:
            yield f"{path}: not the file that the vectors were made with. Run `rag index --rebuild`."
