"""A language model's server that plays what it is told: replies and faults, over real HTTP on this machine.

    with BadLLM(reply("Two ", "words.")) as server:
        Endpoint(ModelSettings(server.url, "a-model"))

A script is one response: its status, headers and steps, where a step is bytes to send, a `Pause`, an `Endless` stream
or `DROP`; or what makes one of the body of the request. Scripts are played in their order, the last one again and
again. What was asked is in `requests`, with whether the client hung up. `GET /models` lists `models`. The fixture
`badllm` of `tests/conftest.py` is one of these.
"""

from __future__ import annotations

import json
import select
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

EVENT_STREAM = "text/event-stream"


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing for some seconds, or until the client hangs up."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Endless:
    """The same bytes again and again, `every` so many seconds, until the client hangs up."""

    data: bytes
    every: float = 0


@dataclass(frozen=True, slots=True)
class Drop:
    """The end of the connection in the middle of everything: as if the server were killed."""


DROP = Drop()
Step = bytes | Pause | Endless | Drop


@dataclass(frozen=True, slots=True)
class Script:
    """One response; a status of 0 sends no head.

    With `chunked` the client can tell an end from a break; without, the end of the bytes is the end.
    """

    steps: tuple[Step, ...] = ()
    status: int = 200
    content_type: str = EVENT_STREAM
    headers: tuple[tuple[str, str], ...] = ()
    chunked: bool = True


Play = Script | Callable[[dict[str, Any]], Script]  # of a request's body


@dataclass(slots=True)
class Request:
    """What a client asked, and when (seconds of `time.monotonic`); `hung_up` is set when it went away early."""

    method: str
    path: str
    headers: dict[str, str]  # by names in lower case
    body: dict[str, Any]
    at: float
    hung_up: threading.Event = field(default_factory=threading.Event)


# --- scripts ----------------------------------------------------------------------------------------------------------


def event(document: object, end: str = "\n") -> bytes:
    """One server-sent event; `end`: how its lines end."""
    text = document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)
    return f"data: {text}{end}{end}".encode()


def chunk(content: str | None = None, /, finish: str | None = None, index: int = 0, **delta: object) -> bytes:
    """The event of one piece of a reply, as OpenAI's servers send it."""
    words = {} if content is None else {"content": content}
    choice = {"index": index, "delta": {**words, **delta}, "finish_reason": finish}
    return event({"id": "c-1", "object": "chat.completion.chunk", "model": "served-model", "choices": [choice]})


DONE = event("[DONE]")


def reply(*pieces: str, finish: str | None = "stop", done: bool = True) -> Script:
    """A good reply of these pieces; `finish` and `done` say how it ends."""
    end = (chunk(finish=finish),) if finish else ()
    return Script((chunk("", role="assistant"), *(chunk(piece) for piece in pieces), *end, *((DONE,) if done else ())))


def refusal(status: int, message: str = "no", **headers: str) -> Script:
    """An error as OpenAI's servers put it; `retry_after="2"` is a header."""
    body = json.dumps({"error": {"message": message, "type": "some_error", "code": None}}).encode()
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Script((body,), status, "application/json", named)


def document(content: object, status: int = 200) -> Script:
    """A body of plain JSON."""
    return Script((json.dumps(content).encode(),), status, "application/json")


# --- the server -------------------------------------------------------------------------------------------------------


class BadLLM:
    """The server; a context manager that ends with every connection closed."""

    def __init__(self, *scripts: Play) -> None:
        self.requests: list[Request] = []
        self.models: list[str] | None = None
        self._scripts: list[Play] = list(scripts)
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/v1"
        self._spawn(self._accept)

    def __enter__(self) -> BadLLM:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def play(self, *scripts: Play) -> None:
        """What comes from now on."""
        with self._lock:
            self._scripts = list(scripts)

    @property
    def asked(self) -> list[dict[str, Any]]:
        """The bodies of the requests for a completion."""
        return [request.body for request in self.requests if request.method == "POST"]

    def close(self) -> None:
        """Refuse from now on, and break what is open."""
        self._closing.set()
        with self._lock:
            sockets = [self._listener, *self._open]
        for each in sockets:
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # was closed meanwhile
        for thread in self._threads:
            thread.join(5)
        self._listener.close()

    def _spawn(self, target: Any, *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._spawn(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.add(connection)
        try:
            with connection, connection.makefile("rb") as stream:
                if stream.peek(1)[:1] == b"\x16":  # the beginning of TLS
                    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
                    return
                while (request := _read(stream)) and self._answer(connection, request):
                    pass
        except OSError:
            return
        finally:
            with self._lock:
                self._open.discard(connection)

    def _answer(self, connection: socket.socket, request: Request) -> bool:
        """Play one script; gives whether the connection can be used again."""
        with self._lock:
            self.requests.append(request)
            script = self._script(request)
        try:
            return _play(connection, script)
        except _HungUp:
            request.hung_up.set()
            return False

    def _script(self, request: Request) -> Script:
        if request.method == "GET":
            listed = [{"id": name, "object": "model"} for name in self.models or []]
            return refusal(404) if self.models is None else document({"object": "list", "data": listed})
        play = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
        return play if isinstance(play, Script) else play(request.body)


class _HungUp(Exception):
    """The client went away before the end."""


def _read(stream: Any) -> Request | None:
    """The next request; None where the client closed."""
    first = stream.readline().decode("latin-1").split()
    if len(first) < 3:
        return None
    headers: dict[str, str] = {}
    while line := stream.readline().decode("latin-1").strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = stream.read(int(headers.get("content-length", 0)))
    return Request(first[0], first[1], headers, json.loads(body) if body else {}, time.monotonic())


def _play(connection: socket.socket, script: Script) -> bool:
    """Send a script; gives whether the connection can be used again."""
    framing = ("Transfer-Encoding", "chunked") if script.chunked else ("Connection", "close")
    head = [f"HTTP/1.1 {script.status} Said", f"Content-Type: {script.content_type}"]
    head += [f"{name}: {value}" for name, value in (framing, *script.headers)]
    if script.status:
        _send(connection, ("\r\n".join(head) + "\r\n\r\n").encode())
    for data in _bytes(connection, script.steps):
        if data is None:  # no farewell: what was sent arrives, then a reset
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        _send(connection, b"%x\r\n%b\r\n" % (len(data), data) if script.chunked else data)
    if script.chunked:
        _send(connection, b"0\r\n\r\n")
    return script.chunked


def _bytes(connection: socket.socket, steps: tuple[Step, ...]) -> Iterator[bytes | None]:
    """What to send, step by step; None where the connection is to break."""
    for step in steps:
        if isinstance(step, bytes):
            yield step
        elif isinstance(step, Pause):
            _pause(connection, step.seconds)
        elif isinstance(step, Endless):
            while True:
                yield step.data
                _pause(connection, step.every)
        else:
            yield None


def _pause(connection: socket.socket, seconds: float) -> None:
    """Wait; _HungUp as soon as the client closes."""
    readable, _, _ = select.select([connection], [], [], seconds)
    if readable:
        try:
            gone = not connection.recv(1, socket.MSG_PEEK)
        except OSError:
            gone = True
        if gone:
            raise _HungUp


def _send(connection: socket.socket, data: bytes) -> None:
    try:
        connection.sendall(data)
    except OSError:
        raise _HungUp from None


def refused_url() -> str:
    """The address of a server that is not there."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
