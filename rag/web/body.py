"""What a program sends: one JSON object, plain and not too deep, before any library works on it.

Takes the bytes of a request's body, which the gate keeps short; gives the object, or an InputError. Knows nothing of
what the object means.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rag.errors import InputError

if TYPE_CHECKING:
    from starlette.types import Message, Receive

DEEPEST = 12  # lists and objects within one another


def read_json(text: str | bytes) -> Any:
    """What a text in JSON holds. Raises ValueError where it is none."""
    try:
        data = json.loads(text)
        # an escape may stand for half a character, with which no answer could be written
        json.dumps(data, ensure_ascii=False).encode()
    except RecursionError as error:
        raise ValueError("too deep") from error
    return data


def read_object(body: bytes) -> dict[str, Any]:
    """The object that a body holds. InputError where there is none, or where it is more than plain data."""
    try:
        data = read_json(body)
    except ValueError:
        raise InputError("The body is not JSON. Send one JSON object in UTF-8.") from None
    if not isinstance(data, dict):
        raise InputError("The body is not a JSON object.")
    for depth, value in _within(data):
        if depth > DEEPEST:
            raise InputError(f"The body holds more than {DEEPEST} lists and objects within one another.")
        if isinstance(value, dict) and "path" in value and "meta" in value:  # Gradio would fetch what that names
            raise InputError("The body describes a file. No call here takes one.")
    return data


def given(body: bytes, receive: Receive) -> Receive:
    """What an application receives when the body was read before it: the body whole, then whatever comes."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_on() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_on


def _within(data: object) -> Iterator[tuple[int, object]]:
    """Every value in a nest with its depth, without recursion."""
    waiting = [(1, data)]
    while waiting:
        depth, value = waiting.pop()
        yield depth, value
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        waiting += [(depth + 1, each) for each in inner]
