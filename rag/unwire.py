"""Plain data back into records: the reverse of `rag.wire`, led by the types.

Takes a type (a record, JSON's own types, or any nest of them) and what `wire` wrote of a value of that type; gives the
value, equal to the one before. What a record derives is passed over. Knows nothing of who wrote it: whoever takes data
from elsewhere checks first that it is what it was (`rag.web.kept`).
"""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from rag.wire import DERIVED

_PLAIN = (str, int, bool, type(None))


def unwire(of: Any, value: object) -> Any:
    """The value of a type from its plain data. Raises ValueError where the data is not of this type.

    Of several types (`int | str`) the first that fits is the one.
    """
    if of is Any:
        return value
    if of in _PLAIN or of is float:
        return _plain(of, value)
    if of is dt.date or of is Path:
        written = unwire(str, value)
        return dt.date.fromisoformat(written) if of is dt.date else Path(written)
    if is_dataclass(of):
        return _record(of, value)
    origin, inner = get_origin(of), get_args(of)
    if origin is Literal:
        if value not in inner:
            raise _unfit(of, value)
        return value
    if origin in (Union, types.UnionType):
        return _either(inner, value)
    if origin in (list, frozenset, tuple):
        return _several(of, value)
    if origin in (dict, Mapping):
        if not isinstance(value, dict):
            raise _unfit(of, value)
        return {unwire(inner[0], key): unwire(inner[1], each) for key, each in value.items()}
    raise TypeError(f"{of!r}: this type cannot be read back; `rag.wire` and `rag.unwire` must know the same types")


def _plain(of: Any, value: object) -> object:
    if of is float and type(value) is int:  # other programs write 1.0 as 1
        return float(value)
    if type(value) is not of:  # a bool is an int, but none that was written as one
        raise _unfit(of, value)
    return value


def _record(of: Any, value: object) -> object:
    known = _hints(of)
    if not isinstance(value, dict) or value.keys() != {*known, *DERIVED.get(of, ())}:
        raise _unfit(of, value)
    return of(**{name: unwire(kind, value[name]) for name, kind in known.items()})


@cache
def _hints(of: Any) -> dict[str, Any]:
    """The type of each field of a record, by its name."""
    hints = get_type_hints(of)
    return {field.name: hints[field.name] for field in fields(of)}


def _either(kinds: tuple[Any, ...], value: object) -> object:
    for kind in kinds:
        try:
            return unwire(kind, value)
        except ValueError:
            continue
    raise _unfit(Union[kinds], value)  # noqa: UP007 - made from a list of types


def _several(of: Any, value: object) -> object:
    origin, inner = get_origin(of), get_args(of)
    if not isinstance(value, list):
        raise _unfit(of, value)
    if origin is tuple and (len(inner) < 2 or inner[-1] is not Ellipsis):
        if len(value) != len(inner):
            raise _unfit(of, value)
        return tuple(unwire(kind, each) for kind, each in zip(inner, value, strict=True))
    return origin(unwire(inner[0], each) for each in value)


def _unfit(of: Any, value: object) -> ValueError:
    return ValueError(f"{getattr(of, '__name__', of)}: {str(value)[:60]!r} is none")
