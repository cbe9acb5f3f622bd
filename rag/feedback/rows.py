"""From JSON's own types to a record, each type checked: the way back from `rag.wire`.

Takes a record's class and what was read; gives the record. A field that it lacks is an error unless it has a default,
one that the class does not know is passed over. Knows nothing of what the records mean.
"""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


class Misfit(ValueError):
    """What was read is no such record; the text says where and what was expected."""


def record(of: type[T], row: object) -> T:
    """The record of this class that a row holds. Raises Misfit."""
    return cast(T, _read(of, row, ""))


def _read(of: Any, value: Any, place: str) -> Any:
    if of is dt.datetime:
        return _moment(value, place)
    if of is float and type(value) is int:
        return float(value)
    if of in (str, int, float, bool, type(None)):
        return _checked(type(value) is of, value, place, getattr(of, "__name__", str(of)))
    origin, inner = get_origin(of), get_args(of)
    if origin is Literal:
        return _checked(isinstance(value, str) and value in inner, value, place, " or ".join(inner))
    if origin in (Union, types.UnionType):
        return _any_of(inner, value, place)
    if origin is tuple:
        _checked(isinstance(value, list), value, place, "a list")
        return tuple(_read(inner[0], each, f"{place}[{n}]") for n, each in enumerate(value))
    _checked(isinstance(value, dict), value, place, "an object")
    if origin is Mapping:
        return {name: _read(inner[1], each, _within(place, name)) for name, each in value.items()}
    if not is_dataclass(of):
        raise TypeError(f"{of!r}: no way to read this type is known")
    return _fields(of, value, place)


def _fields(of: Any, value: Mapping[str, Any], place: str) -> Any:
    hints, given = _hints(of), {}
    for field in fields(of):
        if field.name in value:
            given[field.name] = _read(hints[field.name], value[field.name], _within(place, field.name))
        elif field.default is MISSING:
            raise Misfit(f"{_within(place, field.name)} is missing")
    return of(**given)


@cache
def _hints(of: Any) -> dict[str, Any]:
    return get_type_hints(of)  # slow: annotations are evaluated anew each time


def _any_of(kinds: tuple[Any, ...], value: Any, place: str) -> Any:
    problem: Misfit | None = None
    for kind in kinds:
        try:
            return _read(kind, value, place)
        except Misfit as misfit:
            problem = misfit
    raise problem or Misfit(place)


def _moment(value: Any, place: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise Misfit(f"{place}: expected a time, found {str(value)[:40]!r}") from None
    return cast(dt.datetime, _checked(moment.tzinfo is not None, moment, place, "a time with its zone"))


def _checked(fits: bool, value: Any, place: str, expected: str) -> Any:
    if not fits:
        raise Misfit(f"{place or 'the line'}: expected {expected}, found {str(value)[:40]!r}")
    return value


def _within(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name
