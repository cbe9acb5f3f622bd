"""Two sides of a comparison, from the filters a caller gave to what changed between them.

Takes filters as `Library.items` does, and the means to check them and to look items up; gives the changes, and refuses
what cannot be compared. What changed is `rag.analysis.changes`'s to say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from rag.analysis.changes import Stretch, changes
from rag.analysis.periods import name_of
from rag.analysis.records import Changes, Goal
from rag.analysis.topics import TABLE, Topics
from rag.answers.records import Coverage
from rag.briefs.bodies import BodyTable
from rag.briefs.records import Item
from rag.errors import InputError, NothingToCompare
from rag.retrieval.facets import NAMES, Facets

if TYPE_CHECKING:
    from rag.library import Filters

_REMEDY = f'Give {", ".join(NAMES)}, as {{"issue": "2023-03-01"}}.'
GoalsOf = Callable[[Sequence[Item]], Sequence[Goal]]


@dataclass(frozen=True, slots=True)
class Lookup:
    """The means to look up a side in an opened corpus."""

    facets: Callable[[Filters], Facets]  # checks filters, raises InputError
    select: Callable[[Facets], Sequence[Item]]
    coverage: Coverage
    topics: Topics


def compare(before: Filters, after: Filters, lookup: Lookup, goals_of: GoalsOf) -> Changes:
    """What changed between the items of two filters.

    Raises InputError, with the side as its place: filters that cannot be served, a side without items
    (NothingToCompare), sides that hold the same items.
    """
    first, second = _stretch("before", before, lookup), _stretch("after", after, lookup)
    if [item.id for item in first.items] == [item.id for item in second.items]:
        raise InputError(
            f"after: “{second.name}” holds the same items as “{first.name}”. Name two issues or periods that differ."
        )
    told = [replace(side, goals=goals_of(side.items)) for side in (first, second)]
    return changes(told[0], told[1], lookup.topics)


def _stretch(side: str, filters: object, lookup: Lookup) -> Stretch:
    if not isinstance(filters, Mapping):
        raise InputError(f"{side}: {filters!r} is no mapping of filters. {_REMEDY}")
    if unknown := [name for name in filters if name not in NAMES]:
        raise InputError(f"{side}: {unknown[0]!r} is no filter. {_REMEDY}")
    try:
        facets = lookup.facets(cast("Filters", filters))
    except InputError as error:
        raise InputError(f"{side}: {error}") from error
    items, name = lookup.select(facets), name_of(facets)
    if not items:
        raise NothingToCompare(
            f"{side}: the corpus holds no item of “{name}”. {lookup.coverage} Name one that they cover."
        )
    return Stretch(name, items)


@lru_cache(maxsize=4)
def corpus_topics(corpus: Path, bodies: BodyTable) -> Topics:
    """The table of topics of a corpus: the project's, extended by the folder's own `topics.toml`.

    Read once for every table of bodies, and so anew when the corpus is opened anew. Raises CorpusError.
    """
    own = corpus / TABLE.name
    return Topics.load(own if own.is_file() else None, bodies)
