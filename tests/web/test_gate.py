"""What the network meets: raw requests to the real page on a loopback port."""

from __future__ import annotations

import asyncio
import http.client
import re
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from rag.library import Library
from rag.web.gate import MOST_BYTES, MOST_EXPORTED, is_open
from rag.web.server import make_site

Reply = tuple[int, dict[str, str], str]

# What the gate lets through, and why page or programs need it.
NEEDED = {
    "GET /": "the page",
    "GET /page/{path}": "our script and icon",
    "GET /assets/{path:path}": "Gradio's scripts and styles",
    "GET /static/{path:path}": "Gradio's scripts",
    "GET /config": "reconnecting after the server was away",
    "GET /theme.css": "colours and fonts",
    "GET /gradio_api/theme.css": "the same",
    "GET /favicon.ico": "icon",
    "GET /manifest.json": "asked for by the page's head",
    "GET /robots.txt": "asked for by robots",
    "GET /gradio_api/info": "read by Gradio's client; lists nothing",
    "GET /gradio_api/startup-events": "asked for by Gradio's client",
    "GET /gradio_api/app_id": "whether the server is back: a number made at its start",
    "GET /gradio_api/heartbeat/{session_hash}": "end of a session",
    "POST /gradio_api/queue/join": "a question",
    "GET /gradio_api/queue/data": "its answer",
    "POST /gradio_api/cancel": "an answer that is not waited for",
    "POST /gradio_api/reset": "the same",
    "POST /gradio_api/call/{api_name}": "a call by plain HTTP, its arguments in a list",
    "POST /gradio_api/call/v2/{api_name}": "the same, its arguments by name",
    "GET /gradio_api/call/{api_name}/{event_id}": "its result",
    "GET /gradio_api/call/v2/{api_name}/{event_id}": "the same",
    "GET /mcp": "says that there is no stream",
    "POST /mcp": "a call by the Model Context Protocol",
    "DELETE /mcp": "says that there is no session",
    "GET /health": "how the page is",
    "POST /export/{form}": "a conversation as a file",
    "GET /quality": "the report of the evaluation",
    "POST /library/add": "a brief for the corpus; refused unless the operator allowed it",
}
EXAMPLES = {"api_name": "ask", "event_id": "0" * 32, "form": "word"}  # what stands for the variable parts of a route
# What Gradio opens beside it and the gate keeps shut: uploads, files, proxy, direct calls, monitoring, editing, log-in.
SHUT = {
    *("GET /openapi.json", "GET /gradio_api/openapi.json", "GET /config/", "GET /gradio_api/info/", "GET /logout"),
    *("POST /login", "POST /login/", "GET /gradio_api/user", "GET /gradio_api/user/", "GET /gradio_api/login_check"),
    *("GET /gradio_api/login_check/", "GET /gradio_api/token", "GET /gradio_api/token/", "GET /gradio_api/app_id/"),
    *("GET /gradio_api/dev/reload", "GET /svelte/{path:path}", "GET /gradio_api/deep_link"),
    *("GET /gradio_api/runs", "GET /gradio_api/runs/", "GET /pwa_icon", "GET /pwa_icon/{size}", "GET /monitoring"),
    *("GET /monitoring/summary", "GET /monitoring/{key}", "GET /gradio_api/proxy={url_path:path}"),
    *("GET /gradio_api/file={path_or_url:path}", "GET /gradio_api/file/{path:path}", "POST /gradio_api/reset/"),
    *("GET /gradio_api/custom_component/{id}/{environment}/{type}/{file_name}", "POST /gradio_api/stream/{event_id}"),
    *("POST /gradio_api/stream/{event_id}/close", "POST /gradio_api/upload", "GET /gradio_api/upload_progress"),
    *(
        f"GET /gradio_api/stream/{{session_hash}}/{{run}}/{{component_id}}/playlist{kind}"
        for kind in (".m3u8", "-file")
    ),
    "GET /gradio_api/queue/status",
    "GET /gradio_api/stream/{session_hash}/{run}/{component_id}/{segment_id}.{ext}",
    *(f"POST /gradio_api/{door}/{{api_name}}{end}" for door in ("run", "api") for end in ("", "/")),
    *("POST /gradio_api/call/{api_name}/", "POST /gradio_api/call/v2/{api_name}/"),
    *("POST /gradio_api/component_server", "POST /gradio_api/component_server/", "POST /gradio_api/process_recording"),
    *(f"POST /gradio_api/{door}{end}" for door in ("vibe-edit", "undo-vibe-edit", "vibe-code") for end in ("", "/")),
    *(f"{verb} /gradio_api/vibe-{what}/" for verb, what in (("GET", "code"), ("POST", "starter-queries"))),
    *(f"{verb} /gradio_api/vibe-{what}" for verb, what in (("GET", "code"), ("POST", "starter-queries"))),
}


def ask(site: str, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Reply:
    """One request, its path sent as it is written."""
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=20)
    try:
        connection.request(method, path, body, headers or {})
        reply = connection.getresponse()
        return reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read().decode("utf-8", "replace")
    finally:
        connection.close()


@pytest.mark.parametrize(
    "host", ["example.com", "127.0.0.1.example.com", "localhost.example.com:7860", "0.0.0.0:1", "[::2]"]
)
def test_foreign_host_names_are_refused(site: str, host: str) -> None:
    """A name that was made to point here (DNS rebinding) reads nothing: 400, whatever the route."""
    for path in ("/", "/config", "/nothing"):
        assert ask(site, "GET", path, headers={"Host": host})[0] == 400


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:1", "[::1]:7860"])
def test_own_names_are_served(site: str, host: str) -> None:
    """This machine's own names are served, with any port."""
    assert ask(site, "GET", "/", headers={"Host": host})[0] == 200


def test_every_answer_carries_the_security_headers(site: str) -> None:
    """Page, file, refusal and foreign name alike tell the browser: load nothing from elsewhere, sit in no frame."""
    replies = [
        ask(site, "GET", "/"),
        ask(site, "GET", "/theme.css"),
        ask(site, "GET", "/nothing"),
        ask(site, "GET", "/", headers={"Host": "example.com"}),
        ask(site, "POST", "/gradio_api/queue/join", b"{}", {"Content-Type": "application/json"}),
    ]
    assert [status for status, *_ in replies] == [200, 200, 404, 400, 422]
    for _, headers, _ in replies:
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert "server" not in headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'self'; script-src 'self'")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-eval" not in policy
        assert "http" not in policy  # no address but our own
        assert "'unsafe-inline'" not in policy.split(";")[1]


def test_page_asks_for_nothing_from_elsewhere(site: str) -> None:
    """Whatever the page's HTML loads by itself is its own: scripts, styles, fonts."""
    _, headers, page = ask(site, "GET", "/")
    loaded = re.findall(r"<(?:script|link|img|iframe)[^>]*?\s(?:src|href)=\"([^\"]*)\"", page)
    assert loaded
    assert [url for url in loaded if re.match(r"(?:[a-z]+:)?//", url)] == []
    assert headers["content-security-policy"].count("'sha256-") >= 3  # its inline scripts, each by its hash
    assert re.findall(r"url\((?!['\"]?data:)[^)]*", ask(site, "GET", "/theme.css")[2]) == []


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=https://example.com/",
        "/gradio_api/file=http%3A%2F%2F127.0.0.1%3A1%2F",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/proxy=https://example.com/",
        "/gradio_api/upload_progress?upload_id=1",
        "//example.com/",
        "/assets/../../../../etc/passwd",
        "/assets/%2e%2e/%2e%2e/routes.py",
        "/page/..%2fgate.py",
        "/page/.%2e/styles/page.css",
        "/static/..%5c..%5cx",
        "/gradio_api/mcp/",
        "/monitoring",
    ],
)
def test_doors_that_the_page_does_not_need_are_shut(site: str, path: str) -> None:
    """Files, the proxy that fetches from outside, monitoring, and ways out of a folder: there is nothing here."""
    status, _, body = ask(site, "GET", path)
    assert (status, body) == (404, "Nothing here.")


def test_questions_go_through_the_queue_only(site: str) -> None:
    """Direct calls past the queue, events by another name, uploads and code editing are shut; so is a web socket."""
    for door in ("run/ask", "api/ask", "call/ask_1", "call/v2/draw", "upload", "component_server", "vibe-edit"):
        assert (
            ask(site, "POST", f"/gradio_api/{door}", b'{"data": ["x"]}', {"Content-Type": "application/json"})[0] == 404
        )
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Key": "x", "Sec-WebSocket-Version": "13"}
    assert ask(site, "GET", "/queue/join", headers=upgrade)[0] == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://example.com"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_other_sites_cannot_ask(site: str, headers: dict[str, str]) -> None:
    """Another site's page gets no CORS header and its requests change nothing."""
    join = ask(site, "POST", "/gradio_api/queue/join", b"{}", {"Content-Type": "application/json", **headers})
    assert join[0] == 403
    read = ask(site, "GET", "/config", headers=headers)
    preflight = ask(
        site, "OPTIONS", "/gradio_api/queue/join", headers={**headers, "Access-Control-Request-Method": "POST"}
    )
    for _, given, _ in (join, read, preflight):
        assert not any(name.startswith("access-control-allow") for name in given)


def test_forwarding_headers_are_not_believed(site: str) -> None:
    """Who claims to come through a proxy does not change the addresses that the page is given."""
    claims = {"X-Forwarded-Host": "example.com", "X-Forwarded-Proto": "https", "Forwarded": "host=example.com"}
    for path in ("/", "/config"):
        assert "example.com" not in ask(site, "GET", path, headers=claims)[2]


def chunks(size: int) -> Iterator[bytes]:
    """A body of this size in pieces, its length not told."""
    for _ in range(size // 65536):
        yield b"x" * 65536


def test_bodies_over_the_limit_are_refused(site: str) -> None:
    """Over 1 MiB the answer is 413, of a conversation to export over 5; before anything is read where the length is
    told, and also for chunked bodies."""
    join = "/gradio_api/queue/join"
    for told in (str(MOST_BYTES + 1), "999999999999"):
        with socket.create_connection(urlsplit(site).netloc.split(":"), timeout=20) as raw:  # type: ignore[arg-type]
            raw.sendall(f"POST {join} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {told}\r\n\r\n".encode())
            assert raw.recv(100).startswith(b"HTTP/1.1 413")
    assert ask(site, "POST", join, chunks(MOST_BYTES + 65536))[0] == 413
    assert ask(site, "POST", join, b"x" * MOST_BYTES, {"Content-Type": "application/json"})[0] == 422
    assert ask(site, "POST", "/export/word", b"x" * MOST_EXPORTED)[0] == 422
    assert ask(site, "POST", "/export/word", chunks(MOST_EXPORTED + 65536))[0] == 413


def routes(within: Any) -> Iterator[str]:
    """Every route of an application, mounted ones included, as method and path."""
    for route in within:
        inner = getattr(route, "original_router", None) or getattr(route, "app", None)
        path, methods = getattr(route, "path", None), getattr(route, "methods", None)
        if methods:
            yield from (f"{method} {path}" for method in methods if method != "HEAD")
        elif inner is not None and hasattr(inner, "routes"):
            assert not path, f"a mount that is not at the root: {path}"
            yield from routes(inner.routes)
        else:
            yield f"GET {path}/{{path}}"


def test_every_route_is_classified(library: Library) -> None:
    """Each route of the installed Gradio is either needed, with a reason, or shut, and the gate does as listed."""

    async def made() -> set[str]:  # in an event loop, as the server makes it
        return set(routes(make_site(library).routes))

    found = asyncio.run(made())
    assert found - NEEDED.keys() - SHUT == set()
    assert NEEDED.keys() - found == set()
    for route in found:
        method, _, path = route.partition(" ")
        example = re.sub(r"\{([^}:]*)[^}]*\}", lambda part: EXAMPLES.get(part[1], "x"), path)
        assert is_open(method, example) == (route in NEEDED), route
