"""From the bytes of a reply to the text that is shown.

Takes what a server sends for a chat completion, as server-sent events or as one document; gives text, piece by piece,
without reasoning and control tokens, and says how the reply ended. Reads no network, knows no clock and no model.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from rag.model.problems import Fault, refused

_BYTES_A_TOKEN = 8  # of shown text: the longest common tokens; four in English, three in Chinese
_DONE = "[DONE]"
_LEAST_CAP = 512  # bytes of shown text that any reply may have
_TAIL, _PERIOD = 512, 64  # characters: a text that ends in 512 of the same 64 or fewer goes round in circles

_TAG = re.compile(r"<(?P<ends>/?)(?P<thinks>think(?:ing)?)>|<[|｜][^<>|｜]{1,40}[|｜]>|</s>", re.IGNORECASE)
_PART_OF_TAG = re.compile(r"<(?:/?\w{0,8}|[|｜][^<>|｜]{0,40}[|｜]?)$")

_CUT = {
    "length": ("it reached the most tokens a reply may have", "Allow more with RAG_LLM_REPLY."),
    "max_tokens": ("it reached the most tokens a reply may have", "Allow more with RAG_LLM_REPLY."),
    "content_filter": ("its filter stopped it", "Ask in other words."),
    "abort": ("its server gave up", ""),
    "error": ("its server gave up", ""),
    "insufficient_system_resource": ("its server gave up", ""),
}


class Events:
    """The data of server-sent events, from bytes cut anywhere. Comments and other fields are passed over.

    A body that is one JSON object instead, as of a server that does not stream, is one event.
    """

    def __init__(self) -> None:
        self._rest = bytearray()
        self._data: list[str] = []

    def feed(self, chunk: bytes) -> Iterator[str]:
        """The data of every event that is complete by now."""
        self._rest += chunk
        if b"\n" not in chunk or self._is_object():
            return
        *lines, self._rest = self._rest.split(b"\n")
        for raw in lines:
            line = _decoded(raw).removesuffix("\r")
            if not line and self._data:
                yield "\n".join(self._data)
                self._data.clear()
            field, _, value = line.partition(":")
            if field == "data":
                self._data.append(value.removeprefix(" "))

    def end(self) -> Iterator[str]:
        """The data of an event that the end of the stream completes; one that is torn there is none."""
        if self._is_object():
            yield _decoded(self._rest)
            return
        last: list[str] = []
        with suppress(Fault):  # torn within a character
            last = [data for data in self.feed(b"\n\n") if _is_whole(data)]
        yield from last

    def _is_object(self) -> bool:
        return self._rest[:16].lstrip().startswith(b"{")  # as no line of an event does


class Shown:
    """Text without what stands between `<think>` and `</think>`, and without control tokens, from pieces cut anywhere.

    What may be the beginning of such a tag is held back until it is known.
    """

    def __init__(self) -> None:
        self._held = ""
        self._thinking = False

    def feed(self, text: str) -> str:
        """What of the text up to here can be shown and was not yet."""
        self._held += text
        shown = []
        while tag := _TAG.search(self._held):
            shown.append(self._take(tag.start()))
            self._held = self._held[len(tag[0]) :]
            if tag["thinks"]:
                self._thinking = not tag["ends"]
        part = _PART_OF_TAG.search(self._held)
        shown.append(self._take(part.start() if part else len(self._held)))
        return "".join(shown)

    def end(self) -> str:
        """What was held back and is no tag after all."""
        return self._take(len(self._held))

    def _take(self, end: int) -> str:
        text, self._held = self._held[:end], self._held[end:]
        return "" if self._thinking else text


class Reply:
    """One reply as it comes, and how it ended. `limit`: the most tokens that were asked for."""

    def __init__(self, limit: int) -> None:
        self.finished = False
        self.begun = False  # whether there was a choice at all
        self.model = ""  # what the server calls the model
        self._most = max(limit * _BYTES_A_TOKEN, _LEAST_CAP)
        self._size = 0
        self._shown = Shown()
        self._tail = ""
        self._finish: str | None = None
        self._called = False

    def add(self, data: str) -> str:
        """The text to show of one event, mostly a word or nothing; nothing once it is finished. Raises Fault."""
        if data.strip() == _DONE:
            self.finished = True
        if self.finished:
            return ""
        document = self._document(data)
        if isinstance(document.get("model"), str):
            self.model = document["model"]
        choice = _first_choice(document)
        if choice is None:
            return ""
        self.begun = True
        content = choice.get("delta") or choice.get("message") or {}
        if not isinstance(content, dict):
            raise Fault("malformed", "a choice without words")
        self._called = self._called or bool(content.get("tool_calls") or content.get("function_call"))
        reason = choice.get("finish_reason")
        if isinstance(reason, str):
            self._finish, self.finished = reason.casefold(), True
        return self._counted(self._shown.feed(_text(content.get("content"))))

    def end(self) -> str:
        """The last of the text. Raises Fault where this is no whole reply."""
        rest = self._counted(self._shown.end())
        if self._finish in _CUT:
            raise Fault("cut", *_CUT[self._finish])
        if not self.begun:
            raise Fault("malformed", "no reply")
        if not self.finished:
            raise Fault("cut", "the connection ended before the reply did")
        if not self._size:
            raise Fault("malformed", "a tool call instead of words") if self._called else Fault("empty")
        return rest

    def _document(self, data: str) -> dict[str, Any]:
        document = parsed(data)
        if error := document.get("error"):
            if self.begun:
                raise Fault("cut", "its server reported an error", said=_said(error))
            raise refused(_status(error), _said(error))
        return document

    def _counted(self, text: str) -> str:
        """The text, if the reply keeps within bounds; blanks before the first word are no text."""
        if not self._size:
            text = text.lstrip()
        coded = text.encode(errors="replace")  # JSON can hold halves of characters
        text = coded.decode()
        self._size += len(coded)
        if self._size > self._most:
            raise Fault("endless", "it wrote far more than it was asked for")
        if text:
            self._tail = (self._tail + text)[-_TAIL:]
            if len(self._tail) == _TAIL and any(self._tail[n:] == self._tail[:-n] for n in range(1, _PERIOD + 1)):
                raise Fault("endless", "it repeated itself")
        return text


def parsed(data: str) -> dict[str, Any]:
    """A JSON object; Fault where it is none."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise Fault("malformed", "what is no JSON object")
    return document


def _is_whole(data: str) -> bool:
    with suppress(Fault):
        return data.strip() == _DONE or bool(parsed(data))
    return False


def error_text(body: str) -> str:
    """What a server says in the body of a refusal: the message of its error, else the body as it is."""
    try:
        return _said(parsed(body).get("error") or body)
    except Fault:
        return body


def _decoded(raw: bytes | bytearray) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise Fault("malformed", "what is no text") from None


def _first_choice(document: dict[str, Any]) -> dict[str, Any] | None:
    """The first of several choices; None in a document that has none, as some servers send at both ends."""
    choices = document.get("choices")
    if not isinstance(choices, list):
        return None
    return next((c for c in choices if isinstance(c, dict) and c.get("index", 0) == 0), None)


def _text(content: object) -> str:
    """The words of a message: a text, or the texts of its parts."""
    if isinstance(content, list):
        return "".join(_text(part.get("text")) for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def _said(error: object) -> str:
    words = error.get("message") if isinstance(error, dict) else error
    return words if isinstance(words, str) else ""


def _status(error: object) -> int:
    """The status within an error that came under 200; 400 where it gives none."""
    code = str(error.get("code")) if isinstance(error, dict) else ""
    return int(code) if re.fullmatch("[45][0-9][0-9]", code) else 400
