"""The page on a port of this machine: the app behind its gate, and the server that runs it.

Takes an opened library and an address; serves until it is told to stop. Loopback only: without accounts, whoever
reaches the page may ask it, so it is no page for a network. Knows nothing of what the page shows.
"""

from __future__ import annotations

import asyncio
import errno
import mimetypes
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import InputError
from rag.web.gate import FRAMED, guarded

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI

    from rag.library import Library

# Read by Gradio, and by what it brings, when they are imported or set up.
SWITCHES = {
    "GRADIO_ANALYTICS_ENABLED": "False",  # no usage figures, no look for a newer version
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "FASTAPI_OTEL_AUTO_CONFIGURE": "false",
    # Gradio draws up statistics of all questions after each one, with pandas, monitored or not: put off for good
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": str(10**12),
    "GRADIO_ANALYTICS_MAX_EVENTS": "1",
}
FILES = Path(__file__).parent / "files"  # served below /page
_SHEETS = ("page", "views", "timeline", "compare", "library", "conversations")
STYLES = [Path(__file__).parent / "styles" / f"{name}.css" for name in _SHEETS]
LOOPBACK = ("127.0.0.1", "::1")  # the gate answers to their names only
DRAIN = 3  # seconds that answers under way have when the server stops


def make_site(library: Library) -> FastAPI:
    """The application with every route that Gradio opens: never served without the gate."""
    os.environ.update(SWITCHES)
    mimetypes.add_type("text/javascript", ".js")  # some systems say otherwise, and no browser would run it then
    import gradio as gr
    from fastapi import FastAPI
    from starlette.middleware.cors import CORSMiddleware
    from starlette.staticfiles import StaticFiles

    from rag.web.adding import PATH, Adding
    from rag.web.api import CheckedCalls, limit_unread
    from rag.web.exporting import Exports
    from rag.web.kept import Seals
    from rag.web.mcp import Tools
    from rag.web.page import AT_ONCE, MOST_WAITING, make_page, theme
    from rag.web.published import Published, TakesUp
    from rag.web.quality import Quality
    from rag.web.secret import secret_in

    styles = "\n".join(path.read_text("utf-8") for path in STYLES)
    seals = Seals(secret_in(library.embeddings))
    page = make_page(library, seals)
    limit_unread(page)
    tools = Tools(library, AT_ONCE, MOST_WAITING)
    published = Published(library)
    adding = Adding(library, published)

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        with adding.open():
            async with tools.running():
                yield

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=running)
    # Gradio has a CORS rule of its own, and leaves it out where its parent has one: ours lets nobody in
    app.add_middleware(CORSMiddleware, allow_origins=())
    app.add_middleware(CheckedCalls, page=page)
    app.add_middleware(TakesUp, published=published)
    app.mount("/page", StaticFiles(directory=FILES))
    app.add_route("/health", published.health)
    app.add_route("/export/{form}", Exports(seals).export, methods=["POST"])
    app.add_route(FRAMED, Quality(library).page)
    app.add_route(PATH, adding.add, methods=["POST"])
    app.routes.append(tools.route)
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        theme=theme(),
        # Gradio rewrites the selectors of `css`; in the head the sheets stay as they are written
        head=f'<style>{styles}</style><script type="module" src="/page/page.js"></script>',
        favicon_path=str(FILES / "icon.svg"),
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        show_error=False,
        ssr_mode=False,
        mcp_server=False,
        root_path="",
    )
    return app


def bind(host: str, port: int) -> socket.socket:
    """A socket on a loopback address. Raises InputError for any other address, and for a port that cannot be had."""
    address = "127.0.0.1" if host == "localhost" else host
    if address not in LOOPBACK:
        raise InputError(
            f"--host: {host!r} is not an address of this machine alone. Without accounts, whoever reaches the page "
            "can use it: it serves 127.0.0.1, localhost or ::1 only."
        )
    if not 0 <= port <= 65535:
        raise InputError(f"--port: {port} is no port. Ports go from 1 to 65535; 0 picks a free one.")
    listener = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere this option would let two servers share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen(128)  # a browser that comes before all is ready waits instead of being turned away
    except OSError as problem:
        listener.close()
        why = "another program uses it" if problem.errno == errno.EADDRINUSE else (problem.strerror or str(problem))
        raise InputError(f"--port: {port} on {host} cannot be had: {why}. Name another; 0 picks one.") from problem
    return listener


def address(listener: socket.socket) -> str:
    """Where a browser finds what listens there."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def server(library: Library) -> uvicorn.Server:
    """A server over the library, not yet running."""
    import uvicorn

    closing = asyncio.Event()

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            closing.set()
            await super().shutdown(sockets)

    config = uvicorn.Config(
        # made when the server's event loop runs: without one, Gradio makes some and closes none
        lambda: guarded(make_site(library), closing),
        factory=True,
        access_log=False,  # questions and who asks them are nobody's business
        log_level="warning",
        lifespan="on",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=DRAIN,
        ws="none",
    )
    return Server(config)


def serve(library: Library, listener: socket.socket) -> None:
    """Serve the library on a socket of `bind` until interrupted or told to end."""
    server(library).run(sockets=[listener])
