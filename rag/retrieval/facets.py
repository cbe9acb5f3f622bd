"""What items can be filtered by, and how a caller's arguments become such a filter.

Takes what a person or program typed ("Finance ministry", "2024-04-31"), gives checked values, and says what is wrong
and what was nearly meant. Knows the table of bodies and which issues there are, nothing of questions.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import get_args

from rag.briefs.bodies import BodyTable
from rag.briefs.records import Item, Section
from rag.errors import InputError

NAMES = ("issue", "section", "body", "since", "until")
Value = str | dt.date
Values = Value | Sequence[Value] | None


@dataclass(frozen=True, slots=True)
class Facets:
    """A filter over items; an empty tuple or None does not restrict. Several values mean any of them."""

    issue: tuple[dt.date, ...] = ()
    section: tuple[Section, ...] = ()
    body: tuple[str, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None

    def __bool__(self) -> bool:
        return any(getattr(self, f.name) for f in fields(self))

    def accepts(self, item: Item, *, mentions: bool = False) -> bool:
        """Whether an item satisfies every facet; dates are inclusive and those of the event or measure.

        A body must have issued it, alone or with others; with `mentions` it is enough that the item names it.
        """
        bodies = (*item.bodies, *item.via, *item.mentions) if mentions else item.bodies
        return (
            (not self.issue or item.issue in self.issue)
            and (not self.section or item.section in self.section)
            and (not self.body or not set(self.body).isdisjoint(bodies))
            and (self.since is None or item.date >= self.since)
            and (self.until is None or item.date <= self.until)
        )


def parse(
    *,
    bodies: BodyTable,
    known_bodies: Iterable[str],
    known_issues: Iterable[dt.date],
    issue: Values = None,
    section: Values = None,
    body: Values = None,
    since: Value | None = None,
    until: Value | None = None,
) -> Facets:
    """Check a caller's arguments. `known_bodies` are those the catalogue holds, tabled or as written.

    Raises InputError naming the argument, the value and what would do.
    """
    first, last = _day("since", since), _day("until", until)
    if first and last and first > last:
        raise InputError(f"since ({first}) lies after until ({last}). Swap them.")
    issues = list(known_issues)
    written = {name.casefold(): name for name in known_bodies}
    return Facets(
        issue=tuple(_issue(value, issues) for value in _each(issue)),
        section=tuple(_section(_text("section", value)) for value in _each(section)),
        body=tuple(_body(_text("body", value), bodies, written) for value in _each(body)),
        since=first,
        until=last,
    )


def _each(values: object) -> list[object]:
    """One value or several, as they came: what each of them is, is checked one by one."""
    if values is None:
        return []
    return list(values) if isinstance(values, Iterable) and not isinstance(values, str | bytes) else [values]


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise InputError(f"{name}: {value!r} is not text. Give a name or a list of names.")
    return value


def _day(name: str, value: object) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return value.date()
    if value is None or isinstance(value, dt.date):
        return value
    if not isinstance(value, str):
        raise InputError(f'{name}: {value!r} is neither a date nor text. Write it as "2024-04-30".')
    try:
        return dt.date.fromisoformat(value.strip())
    except ValueError:
        raise InputError(f"{name}: {value!r} is not a date of the calendar. Write it as 2024-04-30.") from None


def _issue(value: object, known: Sequence[dt.date]) -> dt.date:
    day = _day("issue", value)
    if day is None or day not in known:
        dates = ", ".join(str(d) for d in known)
        raise InputError(f"issue: the corpus holds no issue of {value}. It holds {dates}. Name one of these.")
    return day


def _section(value: str) -> Section:
    for name in get_args(Section):
        if value.strip().casefold() == name:
            return name  # type: ignore[no-any-return]  # get_args gives Any
    raise InputError(f"section: {value!r} is not one of {', '.join(get_args(Section))}. Name one of these.")


def _body(value: str, bodies: BodyTable, written: dict[str, str]) -> str:
    key = bodies.resolve(value) or written.get(value.strip().casefold())
    if key is not None:
        return key
    near = [*bodies.nearest(value), *difflib.get_close_matches(value.casefold(), written, n=2)]
    names = list(dict.fromkeys(_shown(written.get(name, name), bodies) for name in near))
    hint = (
        f"Did you mean {' or '.join(names)}?"
        if names
        else "Any of its names will do: MOF, Ministry of Finance, 财政部."
    )
    raise InputError(f"body: {value!r} is not known. {hint}")


def _shown(key: str, bodies: BodyTable) -> str:
    """A body as a person knows it: an acronym with the name it stands for."""
    full = next((name for name in bodies.names(key) if len(name.split()) > 1), key)
    return key if full == key else f"{key} ({full})"
