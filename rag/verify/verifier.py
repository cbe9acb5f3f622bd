"""One statement against the items it cites: supported, partly, or unsupported, and why.

Takes a sentence without markers, written by someone who may have erred, and the items it cites. Gives a `Finding`.
Rules only: each figure, date, name and quotation must stand in the items and belong to what it is said of, the sense
must not be turned round, the speaker must be the right one, and the whole must be near to what the items say. Knows
nothing of answers, markers or language models.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.briefs.bodies import BodyTable
from rag.briefs.records import Item
from rag.index.records import Encoder
from rag.retrieval.names import Names
from rag.retrieval.points import Day
from rag.verify.alignment import Aligned, align, chosen, held_by
from rag.verify.attribution import voice_faults
from rag.verify.exchanges import exchange_faults
from rag.verify.figures import figure_faults
from rag.verify.naming import name_faults, proper_faults, quotation_faults, town_faults
from rag.verify.nearness import Nearness
from rag.verify.polarity import polarity_faults
from rag.verify.readings import TextReader
from rag.verify.records import Fault, Finding
from rag.verify.sources import Sources
from rag.verify.times import time_faults

_LONGEST = 1_000  # characters of a statement that are read
_MOST = 30  # figures of a statement that are compared


class Verifier:
    """Checks statements. Safe from many threads."""

    def __init__(
        self,
        bodies: BodyTable,
        names: Names,
        words: Mapping[str, int],
        encoder: Encoder | None,
        periods: Mapping[Day, tuple[Day, Day] | None] | None = None,
    ) -> None:
        """`words` holds each word of the corpus, folded, with the number of items that hold it.

        `periods` holds the reporting period of each issue by its date. Without an encoder, words alone decide.
        """
        self._reader = TextReader(bodies, names, words)
        self._sources = Sources(self._reader, periods or {})
        self._nearness = Nearness(encoder)

    def check(self, statement: str, items: Sequence[Item]) -> Finding:
        """Check one sentence, without its markers, against the items it cites."""
        if not items:
            return Finding("unsupported", "nothing is cited for it", "document", ())
        covered = [day for item in items for day in (item.date, item.issue)]
        reading = self._reader.read(statement[:_LONGEST], covered)
        reading = replace(reading, quantities=reading.quantities[:_MOST])
        sources = [self._sources.of(item) for item in items]
        aligned = align(reading, sources)
        best = chosen(aligned, reading)
        faults = [
            *figure_faults(reading, aligned),
            *time_faults(reading, aligned, sources),
            *exchange_faults(reading, aligned),
            *name_faults(reading, aligned, sources),
            *town_faults(reading, aligned),
            *proper_faults(reading, sources),
            *quotation_faults(reading, sources),
            *polarity_faults(reading, aligned),
            *voice_faults(reading, aligned),
            *self._nearness.faults(reading, aligned, held_by(best, reading)),
        ]
        if len(statement) > _LONGEST or len(reading.quantities) == _MOST:
            faults.append(Fault("too long to be checked as a whole", grave=False))
        return _finding(faults, best)


def _finding(faults: Sequence[Fault], best: Sequence[Aligned]) -> Finding:
    evidence = tuple((a.source.item, a.line.sentence) for a in best if a.line.sentence)
    voice = best[0].line.voice if best else "document"
    if grave := next((fault for fault in faults if fault.grave), None):
        return Finding("unsupported", grave.reason, voice, evidence)
    if faults:
        return Finding("partly", faults[0].reason, voice, evidence)
    return Finding("supported", "", voice, evidence)
