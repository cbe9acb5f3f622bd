"""A file of one JSON object a line, as records with ids of their own: what question sets and statements share.

Takes a file and what makes a record of one object; gives the records, or one message that names file and line. Knows
nothing of what is in them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

from rag.errors import QuestionsError


class Record(Protocol):
    """What every record has."""

    @property
    def id(self) -> str:
        """Unique in its file."""

    @property
    def split(self) -> str:
        """The half that it belongs to."""

    @property
    def line(self) -> int:
        """Its line in the file, from 1."""


R = TypeVar("R", bound=Record)


def load(path: Path, make: Callable[[Path, int, dict[str, Any]], R], what: str, split: str = "all") -> list[R]:
    """The records of a file, or of one split of it, in the order of the file.

    `make` is given the path, the line and the object there; `what`: what one of them is called.

    Raises QuestionsError for a file that cannot be read, a malformed line, an id given twice, or no record at all.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise QuestionsError(path, None, f"cannot be read ({error.strerror}). Name a file of {what}s.") from error
    except UnicodeDecodeError as error:
        raise QuestionsError(path, None, f"is not UTF-8 (byte {error.start}). Save it as UTF-8.") from error
    records: dict[str, R] = {}
    for number, text in enumerate(lines, 1):
        if not text.strip():
            continue
        record = make(path, number, _object(path, number, text))
        if record.id in records:
            first = records[record.id].line
            raise QuestionsError(path, number, f"id {record.id!r} was given on line {first} already. Ids are unique.")
        records[record.id] = record
    chosen = [record for record in records.values() if split in ("all", record.split)]
    if not chosen:
        of_split = f" of split {split!r}" if records else ""
        raise QuestionsError(path, None, f"holds no {what}{of_split}. Each is one JSON object a line.")
    return chosen


def _object(path: Path, number: int, text: str) -> dict[str, Any]:
    try:
        row = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise QuestionsError(path, number, f"is not JSON ({error}). Each line is one object.") from error
    if not isinstance(row, dict):
        raise QuestionsError(path, number, f"expected a JSON object, found {type(row).__name__}.")
    return row
