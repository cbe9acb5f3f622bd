"""JSON Schema of the records, in the form in which `rag.wire` writes them, read from their types.

Takes a type: a record, JSON's own types, or any nest of them; gives a schema that refers to nothing outside itself.
Knows nothing of who asks for it.
"""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from rag.wire import DERIVED

Schema = dict[str, Any]
_PLAIN: dict[object, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    dt.date: {"type": "string", "format": "date"},
    Any: {},
}


def schema(of: Any) -> Schema:
    """The schema of a type; records stand by their names under `$defs`, so that one may hold others of its kind."""
    records: dict[str, Schema] = {}
    whole = _schema(of, records)
    if "$ref" in whole and is_dataclass(of):  # a record stands at the top, where a reader looks for it
        whole = dict(records[_name(of)])
    return {**whole, "$defs": records} if records else whole


def _schema(of: Any, records: dict[str, Schema]) -> Schema:
    if of in _PLAIN:
        return dict(_PLAIN[of])
    if is_dataclass(of):
        return _record(of, records)
    origin, inner = get_origin(of), get_args(of)
    if origin is Literal:
        return {"type": "string", "enum": list(inner)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [_schema(each, records) for each in inner]}
    if origin in (list, frozenset) or (origin is tuple and inner[-1] is Ellipsis):
        return {"type": "array", "items": _schema(inner[0], records)}
    if origin is tuple:
        return {
            "type": "array",
            "prefixItems": [_schema(each, records) for each in inner],
            "minItems": len(inner),
            "maxItems": len(inner),
        }
    if origin in (dict, Mapping):
        return {"type": "object", "additionalProperties": _schema(inner[1], records)}
    raise TypeError(f"{of!r}: no schema is known for this type; `rag.wire` and `rag.schema` must know the same types")


def _record(of: Any, records: dict[str, Schema]) -> Schema:
    name = _name(of)
    if name not in records:
        records[name] = {}  # before its fields: one of them may be of its kind
        hints = get_type_hints(of)
        parts = {each: get_type_hints(getattr(of, each).fget)["return"] for each in DERIVED.get(of, ())}
        parts |= {field.name: hints[field.name] for field in fields(of)}
        records[name] = {
            "type": "object",
            "properties": {each: _schema(kind, records) for each, kind in parts.items()},
            "required": list(parts),
            "additionalProperties": False,
        }
    return {"$ref": f"#/$defs/{name}"}


def _name(of: Any) -> str:
    return str(of.__name__)
