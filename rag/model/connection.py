"""The way to the server of a language model: one HTTP client, on an event loop in a thread of its own.

Takes the body of a request, gives the bytes of the response as they come; whatever else happens is a `Fault`. Sends
what it is told, the key, and no other header that says anything: what the client would add of itself (this machine's
system, `OPENAI_` variables) is left out. Follows no redirection. Knows nothing of replies, and waits for them without
end: how long is for the caller to say.
"""

from __future__ import annotations

import asyncio
import math
import socket
import ssl
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Coroutine
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import httpx2
from openai import APIConnectionError, APITimeoutError, AsyncOpenAI, AsyncStream

from rag.model.problems import Fault, Passing, refused
from rag.model.stream import error_text
from rag.settings import ModelSettings

_MOST_REFUSAL = 2**16  # bytes read of what a server says when it refuses
_CLOSING_SECONDS = 2
# The client hands over the response unread; it is read here, since the client's own reader knows no limits.
_STREAMED: Any = {"cast_to": object, "stream": True, "stream_cls": AsyncStream[Any]}

_Result = TypeVar("_Result")


class Connection:
    """An open way to one server. Safe from many threads."""

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self._client = _client(settings)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="language model", daemon=True)
        self._thread.start()
        self._ready.wait()

    def start(self, task: Coroutine[Any, Any, _Result]) -> Future[_Result]:
        """Run a task on the loop; cancelling the future ends it."""
        return asyncio.run_coroutine_threadsafe(task, self._loop)

    def close(self) -> None:
        """End what is under way and let go of the server."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._closing.set)
            if threading.current_thread() is not self._thread:  # the garbage collector runs anywhere
                self._thread.join(_CLOSING_SECONDS)

    def complete(self, body: dict[str, Any]) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Ask for a chat completion: the bytes of the response, decompressed. Leaving the context hangs up."""
        return self._bytes(self._client.post("/chat/completions", body=body, **_STREAMED))

    def models(self) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Ask which models there are, in the same way."""
        return self._bytes(self._client.get("/models", **_STREAMED))

    @asynccontextmanager
    async def _bytes(self, request: Awaitable[AsyncStream[Any]]) -> AsyncIterator[AsyncIterator[bytes]]:
        try:
            async with await request as stream, aclosing(stream.response.aiter_bytes()) as chunks:
                if "html" in stream.response.headers.get("content-type", ""):
                    raise Fault("malformed", "a web page instead of a reply")
                yield chunks
        except APITimeoutError:  # waiting for a connection: all other waits are the caller's
            seconds = f"{self._settings.connect_seconds:g} s"
            raise Fault(
                "slow", f"no connection within {seconds}", "Check RAG_LLM_BASE_URL, or raise RAG_LLM_CONNECT_SECONDS."
            ) from None
        except APIConnectionError as error:
            raise _unreached(error) from None
        except httpx2.DecodingError:
            raise Fault("malformed", "what cannot be decompressed") from None
        except httpx2.TransportError:
            raise Fault("cut", "the connection was lost") from None

    def _serve(self) -> None:
        with asyncio.Runner() as runner:
            runner.run(self._live())

    async def _live(self) -> None:
        self._loop, self._closing = asyncio.get_running_loop(), asyncio.Event()
        self._ready.set()
        async with self._client:
            await self._closing.wait()
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)


def _client(settings: ModelSettings) -> AsyncOpenAI:
    """The client, told all that it would otherwise take from the environment."""
    key = settings.key.reveal() if settings.key else ""

    async def own_headers(request: httpx2.Request) -> None:
        sent = {"host": request.url.netloc.decode("ascii"), "accept": "application/json, text/event-stream"}
        if "content-length" in request.headers:
            sent |= {"content-length": request.headers["content-length"], "content-type": "application/json"}
        sent |= {"accept-encoding": "identity", "user-agent": "china-industries-rag"}
        if key:
            sent["authorization"] = f"Bearer {key}"
        request.headers = httpx2.Headers(sent)

    http = httpx2.AsyncClient(
        timeout=httpx2.Timeout(None, connect=settings.connect_seconds),
        follow_redirects=False,
        event_hooks={"request": [own_headers], "response": [_refuse]},
    )
    return AsyncOpenAI(
        base_url=settings.base_url,
        api_key=key or "none",  # without one the client would look for another
        admin_api_key="",
        organization="",
        project="",
        webhook_secret="",
        max_retries=0,
        timeout=http.timeout,
        http_client=http,
    )


async def _refuse(response: httpx2.Response) -> None:
    """Raise what a refusal means before the client reads its body, which might have no end."""
    if response.status_code < 300:
        return
    body = bytearray()
    async with aclosing(response.aiter_bytes()) as chunks:
        async for chunk in chunks:
            body += chunk
            if len(body) > _MOST_REFUSAL:
                break
    fault = refused(response.status_code, error_text(body.decode(errors="replace")))
    if isinstance(fault, Passing):
        fault.wait = _retry_after(response.headers.get("retry-after", ""))
    raise fault


def _retry_after(value: str) -> float | None:
    """Seconds to wait, from a number or a date; None where it is neither or past."""
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - time.time()
        except (ValueError, OverflowError):
            return None
    return None if math.isnan(seconds) or seconds < 0 else seconds


def _unreached(error: BaseException) -> Fault:
    """Why there is no connection, from the errors beneath the client's."""
    beneath: BaseException | None = error
    while beneath is not None:
        if isinstance(beneath, ssl.SSLError):
            return Fault("down", "no secure connection comes about (TLS)")
        if isinstance(beneath, socket.gaierror):
            return Fault("down", "there is no such host")
        if isinstance(beneath, ConnectionRefusedError):
            return Passing("down", "it refuses the connection")
        if isinstance(beneath, httpx2.ReadError | httpx2.WriteError | httpx2.RemoteProtocolError):
            return Passing("cut", "the connection was lost before it answered")
        beneath = beneath.__cause__ or beneath.__context__
    return Passing("down", "no connection comes about")
