"""What a check gives: whether a statement is borne out, why not, who speaks, and the sentences it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rag.briefs.records import Item, Voice
from rag.retrieval.sentences import Sentence

Support = Literal["supported", "partly", "unsupported", "unchecked"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of checking one statement against the items that it cites."""

    support: Support
    reason: str  # why it is not fully supported, a short phrase; empty where it is
    voice: Voice  # who speaks in the sentence that bears it out
    evidence: tuple[tuple[Item, Sentence], ...]  # the sentences nearest to it, best first; empty where none is near


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing a check found wrong. A grave one contradicts the source or is absent from it; another is unplaced."""

    reason: str
    grave: bool = True
