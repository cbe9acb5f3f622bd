"""The passage, and the seam behind which an embedding model lies, with the check that it keeps what it promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from rag.briefs.records import PartKind, Span, Voice
from rag.errors import EncoderError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


Unit = Literal["window", "sentence"]

_LENGTH = 1e-3  # by how much that of a vector may differ from 1: float32 and a large dimension need about 1e-6


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one part of one item that fits the encoder: the unit that is embedded.

    It comes in two sizes: windows, as wide as fits, which together cover the item; and single sentences, where a
    window holds several. Vectors are kept of both, words of windows only. `text` is `item.text[start:end]`, markup
    included; what is embedded and indexed is `context` and the plain reading of `text`.
    """

    item_id: str
    number: int  # from 0, in order of appearance in its item
    part: PartKind
    voice: Voice
    unit: Unit
    context: str  # issue, section and heading in words
    text: str
    span: Span  # in the item's text


class Encoder(Protocol):
    """Turns texts into vectors. One implementation runs ONNX, tests bring fakes one can compute by hand."""

    @property
    def fingerprint(self) -> str:
        """What the vectors depend on, as a short hexadecimal text: equal fingerprints, equal vectors."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def limit(self) -> int:
        """Word pieces a text may have, special ones included; what is beyond is cut off."""

    def count(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text, special ones included, nothing cut off."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(texts, dimension), float32, unit rows: the dot product of two rows is their cosine."""


def checked(vectors: NDArray[np.float32], count: int, dimension: int) -> NDArray[np.float32]:
    """The vectors, if they are `count` finite rows of length 1; else an EncoderError, never a wrong hit."""
    import numpy as np  # whoever has vectors has it already

    rows = np.ascontiguousarray(vectors, dtype=np.float32)
    if rows.shape != (count, dimension):
        raise EncoderError(
            f"The encoder gave an array of {rows.shape}, expected {(count, dimension)}. "
            "The index was made with another encoder: run `rag index`."
        )
    lengths = np.linalg.norm(rows, axis=1)
    bad = np.flatnonzero(~(np.abs(lengths - 1) <= _LENGTH))  # also true of NaN
    if bad.size:
        raise EncoderError(
            f"The encoder gave a vector of length {lengths[bad[0]]} (text {bad[0] + 1} of {count}), expected 1. "
            "Remove encoder-*.onnx from the embeddings folder and run `rag index --rebuild`."
        )
    return rows
