"""Issues, items and passages to one SQLite file, and back: what is exact is a query here, not a similarity.

Takes the records of the parser and the passages cut from them; every field of an `Item` can be recovered. The file is
written once, into a staging folder, and afterwards only read (read-only and immutable: no lock, no journal beside it).
Knows nothing of vectors and words. Rows of passages are numbered from 0, in order of appearance.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sqlite3
import threading
import weakref
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.briefs.plain import plain
from rag.briefs.records import Edition, Issue, Item, Part, Section, Titles
from rag.errors import IndexProblem
from rag.index.manifest import ClosedIndex
from rag.index.records import Passage
from rag.index.tokens import folded

# One line a table: its columns, in the order in which rows are made, written, hashed and read.
_TABLES = {
    "issues": "date TEXT PRIMARY KEY, period_from TEXT, period_to TEXT, edition TEXT, file TEXT, sha256 TEXT",
    "unplaced": "issue TEXT, position INTEGER, line INTEGER, text TEXT, PRIMARY KEY (issue, position)",
    "items": "position INTEGER PRIMARY KEY, id TEXT UNIQUE, issue TEXT, section TEXT, number INTEGER, heading TEXT, "
    "date TEXT, title_english TEXT, title_chinese TEXT, page INTEGER, edition TEXT, start INTEGER, stop INTEGER, "
    "text TEXT",
    "bodies": "item TEXT, role TEXT, position INTEGER, name TEXT, PRIMARY KEY (item, role, position)",
    "sources": "item TEXT, position INTEGER, label TEXT, PRIMARY KEY (item, position)",
    "parts": "item TEXT, position INTEGER, kind TEXT, voice TEXT, start INTEGER, stop INTEGER, text TEXT, "
    "PRIMARY KEY (item, position)",
    "passages": "row INTEGER PRIMARY KEY, item TEXT, number INTEGER, part TEXT, voice TEXT, unit TEXT, start INTEGER, "
    "stop INTEGER, context TEXT, text TEXT, digest TEXT",
    "words": "word TEXT PRIMARY KEY, items INTEGER",
}
_INDEXES = ("bodies (name, role)", "items (date)", "passages (item)")

Row = tuple[Any, ...]
Rows = dict[str, list[Row]]  # table -> its rows


@dataclass(frozen=True, slots=True)
class IssueInfo:
    """What the catalogue knows of an issue, without its items."""

    date: dt.date
    period: tuple[dt.date, dt.date] | None
    edition: Edition
    file: str  # name of the file it was read from
    sha256: str  # of that file's bytes
    counts: Mapping[Section, int]  # items per section
    unplaced: tuple[tuple[int, str], ...]  # line from 1, text: what the parser could not place


def rows_of(issues: Sequence[Issue], passages: Sequence[Passage], digests: Sequence[str]) -> Rows:
    """All that the catalogue holds, as rows; `digests` tell for each passage what was embedded."""
    rows: Rows = {table: [] for table in _TABLES}
    for issue in issues:
        day = issue.date.isoformat()
        begin, end = (d.isoformat() for d in issue.period) if issue.period else (None, None)
        rows["issues"].append((day, begin, end, issue.edition, issue.path.name, issue.sha256))
        rows["unplaced"] += [(day, i, lost.line, lost.text) for i, lost in enumerate(issue.unplaced)]
        for item in issue.items:
            _add_item(rows, item)
    for number, (passage, digest) in enumerate(zip(passages, digests, strict=True)):
        where = (passage.item_id, passage.number, passage.part, passage.voice, passage.unit, *passage.span)
        rows["passages"].append((number, *where, passage.context, passage.text, digest))
    items = (item for issue in issues for item in issue.items)
    rows["words"] = sorted(Counter(word for item in items for word in set(folded(plain(item.text)))).items())
    return rows


def _add_item(rows: Rows, item: Item) -> None:
    key = item.id
    address = (len(rows["items"]), key, item.issue.isoformat(), item.section, item.number, item.heading)
    facts = (item.date.isoformat(), item.titles.english, item.titles.chinese, item.page, item.edition)
    rows["items"].append((*address, *facts, *item.span, item.text))
    for role, names in (("issuing", item.bodies), ("via", item.via), ("mention", item.mentions)):
        rows["bodies"] += [(key, role, i, name) for i, name in enumerate(names)]
    rows["sources"] += [(key, i, label) for i, label in enumerate(item.sources)]
    rows["parts"] += [(key, i, part.kind, part.voice, *part.span, part.text) for i, part in enumerate(item.parts)]


def digest(rows: Rows) -> str:
    """Hash over all rows: equal for equal records."""
    text = json.dumps([rows[table] for table in _TABLES], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def write(path: Path, rows: Rows) -> None:
    """Write all rows to a new file."""
    try:
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            # no journal: the file is in a staging folder, is synced as a whole, and counts only once it is published
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("BEGIN")
            for table, columns in _TABLES.items():
                connection.execute(f"CREATE TABLE {table} ({columns})")
                for row in rows[table]:
                    marks = ", ".join("?" * len(row))
                    connection.execute(f"INSERT INTO {table} VALUES ({marks})", row)  # noqa: S608 - our own table names
            for number, columns in enumerate(_INDEXES):
                connection.execute(f"CREATE INDEX by_{number} ON {columns}")
            connection.execute("COMMIT")
        finally:
            connection.close()
    except sqlite3.OperationalError as error:
        raise IndexProblem(f"{path}: cannot be written ({error}). Run `rag index` again.") from error


class Catalogue:
    """The catalogue of one generation. Safe from many threads: one connection, one query at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._closed = False
        self._items: dict[str, Item] = {}
        try:
            # the handle stays open, so that the file may be swept while we read it
            self._connection = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            # a view that was replaced is not closed, it goes with its last reader; a connection alone would wait to be
            # collected
            weakref.finalize(self, self._connection.close)
            self._query("SELECT count(*) FROM items")
        except sqlite3.Error as error:
            raise IndexProblem(f"{path}: cannot be opened ({error}). Run `rag index --rebuild`.") from error

    def close(self) -> None:
        """Close the file; what is asked afterwards is answered with ClosedIndex."""
        with self._lock:
            self._closed = True
            self._connection.close()

    def rows(self) -> Rows:
        """Everything, as `rows_of` made it."""
        order = "SELECT * FROM {} ORDER BY rowid"
        return {table: self._query(order.format(table)) for table in _TABLES}

    def damage(self) -> list[str]:
        """What SQLite's own check finds wrong; empty if nothing."""
        try:
            return [text for (text,) in self._query("PRAGMA integrity_check") if text != "ok"]
        except sqlite3.DatabaseError as error:
            return [str(error)]

    def issues(self) -> list[IssueInfo]:
        """The issues, in order of date."""
        counts: dict[str, dict[Section, int]] = {}
        for day, section, n in self._query("SELECT issue, section, count(*) FROM items GROUP BY issue, section"):
            counts.setdefault(day, {})[section] = n
        unplaced: dict[str, list[tuple[int, str]]] = {}
        for day, line, text in self._query("SELECT issue, line, text FROM unplaced ORDER BY issue, position"):
            unplaced.setdefault(day, []).append((line, text))
        return [
            IssueInfo(
                date=dt.date.fromisoformat(day),
                period=(dt.date.fromisoformat(begin), dt.date.fromisoformat(end)) if begin else None,
                edition=edition,
                file=file,
                sha256=sha256,
                counts=counts.get(day, {}),
                unplaced=tuple(unplaced.get(day, ())),
            )
            for day, begin, end, edition, file, sha256 in self._query("SELECT * FROM issues ORDER BY date")
        ]

    def ids(
        self,
        *,
        issues: Collection[dt.date] | None = None,
        sections: Collection[str] | None = None,
        bodies: Collection[str] | None = None,
        since: dt.date | None = None,
        until: dt.date | None = None,
    ) -> list[str]:
        """Ids of the items that satisfy every facet given, by (date, id)."""
        query = """
            SELECT id FROM items
            WHERE (:issues IS NULL OR issue IN (SELECT value FROM json_each(:issues)))
              AND (:sections IS NULL OR section IN (SELECT value FROM json_each(:sections)))
              AND (:since IS NULL OR date >= :since) AND (:until IS NULL OR date <= :until)
              AND (:bodies IS NULL OR id IN (
                    SELECT item FROM bodies WHERE role = 'issuing' AND name IN (SELECT value FROM json_each(:bodies))))
            ORDER BY date, id"""
        values = {
            "issues": None if issues is None else json.dumps([day.isoformat() for day in issues]),
            "sections": None if sections is None else json.dumps(list(sections)),
            "bodies": None if bodies is None else json.dumps(list(bodies)),
            "since": since and since.isoformat(),
            "until": until and until.isoformat(),
        }
        return [key for (key,) in self._query(query, values)]

    def items(self, ids: Iterable[str]) -> list[Item]:
        """The items of these ids, in their order, as they were written; unknown ids are left out."""
        wanted = list(ids)
        missing = [key for key in wanted if key not in self._items]
        if missing:
            self._items.update(self._load(missing))
        return [self._items[key] for key in wanted if key in self._items]

    def passages(self, rows: Iterable[int]) -> dict[int, Passage]:
        """The passages of these rows."""
        query = """SELECT row, item, number, part, voice, unit, context, text, start, stop FROM passages
                   WHERE row IN (SELECT value FROM json_each(?))"""
        found = self._query(query, (json.dumps(list(rows)),))
        return {
            row: Passage(item, number, part, voice, unit, context, text, (start, stop))
            for row, item, number, part, voice, unit, context, text, start, stop in found
        }

    def words(self) -> dict[str, int]:
        """Every word of the items' texts, folded, with the number of items that hold it."""
        return dict(self._query("SELECT word, items FROM words"))

    def item_column(self) -> list[str]:
        """For each passage row, the id of its item."""
        return [key for (key,) in self._query("SELECT item FROM passages ORDER BY row")]

    def digest_column(self) -> list[str]:
        """For each passage row, the digest of what was embedded."""
        return [text for (text,) in self._query("SELECT digest FROM passages ORDER BY row")]

    def _load(self, ids: list[str]) -> Iterator[tuple[str, Item]]:
        chosen = (json.dumps(ids),)
        among = "(SELECT value FROM json_each(?))"
        names: dict[tuple[str, str], list[str]] = {}
        bodies = f"SELECT item, role, name FROM bodies WHERE item IN {among} ORDER BY item, role, position"  # noqa: S608
        for key, role, name in self._query(bodies, chosen):
            names.setdefault((key, role), []).append(name)
        sources = f"SELECT item, label FROM sources WHERE item IN {among} ORDER BY item, position"  # noqa: S608
        for key, label in self._query(sources, chosen):
            names.setdefault((key, "source"), []).append(label)
        parts: dict[str, list[Part]] = {}
        stretches = f"SELECT * FROM parts WHERE item IN {among} ORDER BY item, position"  # noqa: S608
        for key, _, kind, voice, start, stop, text in self._query(stretches, chosen):
            parts.setdefault(key, []).append(Part(kind, voice, text, (start, stop)))
        for row in self._query(f"SELECT * FROM items WHERE id IN {among}", chosen):  # noqa: S608
            lists = {role: tuple(names.get((row[1], role), ())) for role in ("issuing", "via", "mention", "source")}
            yield row[1], _item(row, lists, tuple(parts.get(row[1], ())))

    def _query(self, query: str, values: Sequence[object] | Mapping[str, object] = ()) -> list[Row]:
        with self._lock:
            if self._closed:
                raise ClosedIndex(f"{self._path}: was closed. Open the index again.")
            return self._connection.execute(query, values).fetchall()


def _item(row: Row, lists: Mapping[str, tuple[str, ...]], parts: tuple[Part, ...]) -> Item:
    _, _, issue, section, number, heading, date, english, chinese, page, edition, start, stop, text = row
    return Item(
        issue=dt.date.fromisoformat(issue),
        section=section,
        number=number,
        heading=heading,
        date=dt.date.fromisoformat(date),
        bodies=lists["issuing"],
        via=lists["via"],
        mentions=lists["mention"],
        titles=Titles(english, chinese),
        sources=lists["source"],
        parts=parts,
        text=text,
        span=(start, stop),
        page=page,
        edition=edition,
    )
