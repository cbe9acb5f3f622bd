"""What stands between the network and Gradio: plain ASGI, around the whole app.

Takes any ASGI app; gives one that answers only to this machine's names, only on the routes page and programs need,
never to another site's page, takes bodies up to a limit, and tells the browser to load nothing from elsewhere. Knows
nothing of questions and briefs.

Gradio opens many more routes than a chat needs (uploads, files, a proxy, monitoring, code editing): what is not in
`OPEN` does not exist here. A test holds this list against the routes of the installed version.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse

from rag.web.body import given

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MOST_BYTES = 2**20  # of a request's body ...
MOST_EXPORTED = 5 * 2**20  # ... but for a whole conversation, of which a browser keeps 4 MB
RETRY = "5"  # seconds, as who meets a full queue is told
HOSTS = ("localhost", "127.0.0.1", "[::1]")

FRAMED = "/quality"  # a page that ours shows in a frame; no other page is shown in one, and in none of another site
_CALL = "(?:ask|search|items|item|goals|compare)"
_NAME = r"[\w-][\w.-]*"  # no step of a path begins with a dot
_READS = ("GET", "HEAD")
OPEN: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...] = tuple(
    (methods, re.compile(path))
    for methods, path in (
        (_READS, "/"),
        (_READS, "/(?:config|theme.css|favicon.ico|manifest.json|robots.txt)"),
        (_READS, rf"/(?:assets|static|page)/(?:{_NAME}/)*{_NAME}"),  # Gradio's own files and ours
        (_READS, "/gradio_api/(?:info|startup-events|theme.css|app_id)"),
        (_READS, rf"/gradio_api/(?:queue/data|heartbeat/{_NAME})"),
        (("POST",), "/gradio_api/(?:queue/join|cancel|reset)"),
        # for programs: the calls of `rag.web.calls`, and how the page is
        (("POST",), rf"/gradio_api/call/(?:v2/)?{_CALL}"),
        (_READS, rf"/gradio_api/call/(?:v2/)?{_CALL}/[0-9a-f]{{32}}"),
        ((*_READS, "POST", "DELETE"), "/mcp"),  # which answers 405 itself where that is the protocol's word
        (_READS, "/health"),
        (("POST",), "/export/(?:markdown|word|bibtex|csl-json)"),
        (_READS, FRAMED),  # the report of the evaluation
        (("POST",), "/library/add"),  # which answers 403 itself unless the operator allowed it
    )
)

_POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",  # and the inline scripts of the page itself, by their hashes
    "style-src": "'self' 'unsafe-inline'",  # Gradio's components set styles on their elements
    "img-src": "'self' data:",
    "font-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
_FRAMED_HEADERS = {"x-frame-options": "SAMEORIGIN"}
_INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.S)


def guarded(app: App, closing: asyncio.Event) -> App:
    """The app behind every check, the cheapest first; whatever is answered carries the security headers.

    `closing`: set when the server is about to stop.
    """
    doors = Doors(Heartbeats(LimitedBody(app), closing))
    return WithHeaders(TrustedHostMiddleware(doors, allowed_hosts=HOSTS, www_redirect=False))


class WithHeaders:
    """Adds the security headers to every response, and to a page the hashes of its inline scripts."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["path"] == "/":  # its scripts are hashed as they are sent: no compression
            scope = {**scope, "headers": [(k, v) for k, v in scope["headers"] if k != b"accept-encoding"]}
        framed = scope["path"] == FRAMED
        held: list[Message] = []

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS if not framed else {**_HEADERS, **_FRAMED_HEADERS})
                if message["status"] == 503:
                    MutableHeaders(scope=message)["retry-after"] = RETRY
                if _is_page(message):
                    held.append(message)
                    return
                MutableHeaders(scope=message)["content-security-policy"] = _policy(framed=framed)
            elif held:
                held.append(message)
                if message.get("more_body", False):
                    return
                body = b"".join(part.get("body", b"") for part in held[1:])
                MutableHeaders(scope=held[0])["content-security-policy"] = _policy(
                    _INLINE_SCRIPT.findall(body), framed=framed
                )
                for part in held:
                    await send(part)
                held.clear()
                return
            await send(message)

        await self._app(scope, receive, send_on)


class Doors:
    """Lets through what page and programs need; to everything else there is nothing here."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; a web socket is closed."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
        elif not is_open(scope["method"], scope["path"]):
            await PlainTextResponse("Nothing here.", 404)(scope, receive, send)
        elif scope["method"] not in _READS and _is_foreign(Headers(scope=scope)):
            await PlainTextResponse("Only the page itself may ask.", 403)(scope, receive, send)
        else:
            # no proxy stands before this server: whoever says so tries to be taken for another address
            headers = [(k, v) for k, v in scope["headers"] if k != b"forwarded" and not k.startswith(b"x-forwarded-")]
            await self._app({**scope, "headers": headers}, receive, send)


class Heartbeats:
    """Ends the stream that every open page holds when the server is about to stop, which else would wait for it."""

    def __init__(self, app: App, closing: asyncio.Event) -> None:
        self._app, self._closing = app, closing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or not scope["path"].startswith("/gradio_api/heartbeat/"):
            await self._app(scope, receive, send)
            return

        async def receive_on() -> Message:
            message = asyncio.ensure_future(receive())
            closing = asyncio.ensure_future(self._closing.wait())
            try:
                await asyncio.wait((message, closing), return_when=asyncio.FIRST_COMPLETED)
                return message.result() if message.done() else {"type": "http.disconnect"}
            finally:
                message.cancel()
                closing.cancel()

        await self._app(scope, receive_on, send)


class LimitedBody:
    """Reads a request's body up to the limit before anyone works on it; beyond it the answer is 413."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, its body whole or chunked."""
        if scope["type"] != "http" or scope["method"] in _READS:
            await self._app(scope, receive, send)
            return
        most = MOST_EXPORTED if scope["path"].startswith("/export/") else MOST_BYTES
        length = Headers(scope=scope).get("content-length", "0")
        body, more = bytearray(), length.isdecimal() and int(length) <= most
        complete = False
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            complete = not message.get("more_body", False)
            more = not complete and len(body) <= most
        if not complete or len(body) > most:
            response = PlainTextResponse(f"The limit is {most:,} bytes.", 413, {"connection": "close"})
            await response(scope, receive, send)
            return
        await self._app(scope, given(bytes(body), receive), send)


def is_open(method: str, path: str) -> bool:
    """Whether page or programs need this route."""
    return any(method in methods and pattern.fullmatch(path) for methods, pattern in OPEN)


def _is_foreign(headers: Headers) -> bool:
    """Whether another site's page asks, as browsers tell: `null` origins included."""
    origin = headers.get("origin")
    return headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none") or (
        origin is not None and origin.partition("://")[2] != headers.get("host")
    )


def _is_page(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type", "").startswith("text/html")


def _policy(scripts: list[bytes] | None = None, *, framed: bool = False) -> str:
    hashes = [base64.b64encode(hashlib.sha256(script).digest()).decode() for script in scripts or ()]
    extra = {"script-src": "".join(f" 'sha256-{each}'" for each in hashes)}
    policy = {**_POLICY, "frame-ancestors": "'self'"} if framed else _POLICY
    return "; ".join(f"{name} {value}{extra.get(name, '')}" for name, value in policy.items())
