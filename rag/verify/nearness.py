"""Whether a statement as a whole is near to what its sources say: by words, and where these do not decide, by meaning.

Takes a statement's reading and its alignment; gives a fault or none. The encoder is asked for few statements: one that
shares most of its words with the sources is near, one in another language than English is judged by names and figures.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING

from rag.index.records import Encoder
from rag.verify.alignment import Aligned
from rag.verify.readings import Reading
from rag.verify.records import Fault

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Share of the statement's words, by weight, that the sources hold. Measured over paraphrases of the digests: none of
# 115 true ones lay below 0.4; of 1,400 pairs of a true one and another item none without other faults lay above 0.63.
_NEAR_BY_WORDS = 0.65
_FAR, _APART = 0.35, 0.5  # below, without an encoder: not near; near in part
_FAR_FOREIGN, _APART_FOREIGN = 0.25, 0.4  # the same of Chinese and German, whose words are known by name only
# Share of words and cosine together, below which a statement is not near; near in part.
_FAR_SUM, _APART_SUM = 0.85, 1.0
_COMPARED = 4  # sentences whose meaning is compared
_KEPT = 4096  # vectors kept

_NOT_NEAR = Fault("no sentence of the source is near to it")
_IN_PART = Fault("part of it is not in the source", grave=False)


class Nearness:
    """Judges by words and meaning; keeps the vectors of the sources' sentences. Safe from many threads."""

    def __init__(self, encoder: Encoder | None) -> None:
        self._encoder = encoder
        self._vectors: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._lock = Lock()

    def faults(self, statement: Reading, aligned: Sequence[Aligned], held: float) -> list[Fault]:
        """What is wrong, `held` being the share of the statement's words that the sources hold."""
        if statement.language != "en":
            return _judged(held, _FAR_FOREIGN, _APART_FOREIGN)
        if held >= _NEAR_BY_WORDS:
            return []
        if self._encoder is None:
            return _judged(held, _FAR, _APART)
        texts = [a.line.reading.text for a in aligned if a.line.sentence][:_COMPARED]
        return _judged(held + self._cosine(self._encoder, statement.text, texts), _FAR_SUM, _APART_SUM)

    def _cosine(self, encoder: Encoder, statement: str, texts: Sequence[str]) -> float:
        """Cosine of the statement and the nearest of the texts; larger is nearer."""
        with self._lock:
            held = {text: self._vectors[text] for text in texts if text in self._vectors}
        missing = [text for text in texts if text not in held]
        rows = encoder.encode([statement, *missing])
        held |= zip(missing, rows[1:], strict=True)
        with self._lock:
            self._vectors.update(held)
            while len(self._vectors) > _KEPT:
                self._vectors.popitem(last=False)
        return max((float(rows[0] @ vector) for vector in held.values()), default=0.0)


def _judged(value: float, far: float, apart: float) -> list[Fault]:
    if value < far:
        return [_NOT_NEAR]
    return [_IN_PART] if value < apart else []
