"""A language model behind an OpenAI-compatible server: Ollama, vLLM, llama.cpp, LM Studio, hosted ones.

Takes messages, gives the pieces of a reply as they come, or one `ModelProblem` that says why not. Knows nothing of
prompts, evidence or checks, and keeps or logs neither key nor text.
"""

from __future__ import annotations

import queue
import threading
import weakref
from collections.abc import Callable, Coroutine, Generator, Sequence
from concurrent.futures import CancelledError, Future
from typing import TYPE_CHECKING, Any, TypeVar

from rag.model.problems import Fault
from rag.model.records import Message, Probe
from rag.settings import ModelSettings

if TYPE_CHECKING:  # takes a second to read in, and is needed only where a model is
    from rag.model.connection import Connection
    from rag.model.exchange import Exchange

_BEAT = 0.4  # seconds between two empty pieces while nothing comes

_Result = TypeVar("_Result")


class Endpoint:
    """A `Writer` over HTTP. Connects at its first use; safe from many threads."""

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self._one_maker = threading.Lock()
        self._connection: Connection | None = None
        self._untaken: set[str] = set()  # parameters that this server said it does not take

    @property
    def name(self) -> str:
        """The model's name, as the server knows it."""
        return self._settings.model

    def warm(self) -> None:
        """Read in what the first request needs, which takes a second; asks nobody anything."""
        self._connected()

    def write(self, messages: Sequence[Message], limit: int) -> Generator[str, None, None]:
        """The pieces of a reply, see `Writer.write`."""
        pieces: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        running = self._start(lambda exchange: exchange.reply(pieces.put), tuple(messages), limit)
        running.add_done_callback(lambda _: pieces.put(None))
        try:
            while (piece := _next(pieces)) is not None:
                yield piece
            self._ended(running)
        finally:
            running.cancel()

    def probe(self) -> Probe:
        """Ask for one token. Raises ModelProblem as `write` does; a list of models that does not come is no error."""
        running = self._start(lambda exchange: exchange.probe(), (Message("user", "Hello"),), 1)
        try:
            return self._ended(running)
        finally:
            running.cancel()

    def close(self) -> None:
        """End all that is under way and let go of the server; a later call connects anew."""
        with self._one_maker:
            connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _connected(self) -> Connection:
        with self._one_maker:
            if self._connection is None:
                from rag.model import exchange  # noqa: F401 - the first request will need it
                from rag.model.connection import Connection

                self._connection = Connection(self._settings)
                weakref.finalize(self, self._connection.close)
            return self._connection

    def _ended(self, running: Future[_Result]) -> _Result:
        try:
            return running.result()
        except CancelledError:
            raise Fault("cut", "the connection was closed on our side").problem(self._settings) from None

    def _start(
        self, task: Callable[[Exchange], Coroutine[Any, Any, _Result]], messages: Sequence[Message], limit: int
    ) -> Future[_Result]:
        connection = self._connected()
        from rag.model.exchange import Exchange

        return connection.start(task(Exchange(self._settings, connection, self._untaken, messages, limit)))


def _next(pieces: queue.SimpleQueue[str | None]) -> str | None:
    """The next piece; an empty one where none comes, None at the end."""
    try:
        return pieces.get(timeout=_BEAT)
    except queue.Empty:
        return ""
