"""Records as plain data: the one form in which shell, HTTP and other programs get them.

Fields keep their names; dates are ISO text, intervals are pairs. What a record derives and a program would want
(an item's id, a hit's sentence) stands beside its fields.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from rag.analysis.holdings import Gap
from rag.answers.records import Coverage
from rag.briefs.records import Item
from rag.retrieval.query import Query
from rag.retrieval.search import Hit

DERIVED: dict[type, tuple[str, ...]] = {
    Item: ("id",),
    Hit: ("sentence",),
    Coverage: ("items",),
    Query: ("understood",),
    Gap: ("days",),
}


def wire(value: object) -> Any:
    """A record, or any nest of records, as JSON's own types."""
    if is_dataclass(value) and not isinstance(value, type):
        names = (*DERIVED.get(type(value), ()), *(f.name for f in fields(value)))
        return {name: wire(getattr(value, name)) for name in names}
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): wire(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [wire(each) for each in value]
    if isinstance(value, frozenset):
        return [wire(each) for each in sorted(value)]
    return value
