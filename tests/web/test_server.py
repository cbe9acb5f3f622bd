"""Where the page may be served, and what is said where it may not."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from rag.errors import InputError
from rag.library import Library
from rag.web.calls import NAMES
from rag.web.kept import Seals
from rag.web.page import AT_ONCE, MOST_WAITING, make_page
from rag.web.server import address, bind

ANYWHERE = "0.0.0.0"  # noqa: S104 - what must be refused
CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "host", [ANYWHERE, "::", "192.168.1.5", "127.0.0.2", "8.8.8.8", "example.com", "", "127.0.0.1.example.com"]
)
def test_only_loopback_is_served(host: str) -> None:
    """Any address that others can reach is refused, with the reason."""
    with pytest.raises(InputError, match=r"not an address of this machine alone.*127\.0\.0\.1"):
        bind(host, 0)


@pytest.mark.parametrize(("host", "start"), [("127.0.0.1", "http://127.0.0.1:"), ("localhost", "http://127.0.0.1:")])
def test_loopback_is_served(host: str, start: str) -> None:
    """A loopback address binds, port 0 to a free port, and says where it is."""
    with bind(host, 0) as listener:
        assert address(listener).startswith(start)
        assert not address(listener).endswith(":0/")


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_is_none_is_refused(port: int) -> None:
    """A number outside the range of ports is named, with the range."""
    with pytest.raises(InputError, match=f"{port} is no port"):
        bind("127.0.0.1", port)


def test_a_port_in_use_is_named() -> None:
    """A port that another program has is refused, with another one offered."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"{port} on 127.0.0.1 cannot be had.*Name another"):
            bind("127.0.0.1", port)


# What a page may start on the server besides the calls for programs, by the name of the function: whoever can open the
# page can start them too, with any arguments. Each reads from the library and the caller's own session, no more.
PAGE_EVENTS = {
    "ask": "a question",
    "act": "a button in the conversation: asks again, with or without what was understood",
    "stop": "no more of the answer",
    "clear": "a new conversation",
    "narrow": "the items that fit the filters",
    "read": "one item",
    "view": "a view beside asking and browsing",
    "open": "the page as it opens",
    "renew": "what depends on the corpus, drawn again after a brief was added",
}


def test_every_event_is_classified_queued_and_limited(library: Library, seals: Seals) -> None:
    """Public are the calls alone; all else is private and known here; every event waits in the limited queue."""

    async def made() -> Any:  # in an event loop, as the server makes it
        return make_page(library, seals)

    page = asyncio.run(made())
    assert (page._queue.max_size, page._queue.default_concurrency_limit) == (MOST_WAITING, AT_ONCE)
    assert page.api_open is False
    assert page.analytics_enabled is False
    running = [event for event in page.fns.values() if event.fn]  # the others end one of these
    assert all(event.queue for event in running)
    public = {event.api_name: event for event in page.fns.values() if event.api_visibility != "private"}
    assert public.keys() == set(NAMES)
    assert {event.concurrency_id for event in public.values()} == {"programs"}
    private = {event.fn.__name__ for event in running if event.api_visibility == "private"}
    assert private == PAGE_EVENTS.keys()


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """`python app.py …` in a process of its own, which does not outlive the test."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "HF_HUB_OFFLINE": "1"}
    pipes: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "app.py", *arguments], cwd=CHECKOUT, env=environment, **pipes) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--host", ANYWHERE], "not an address of this machine alone"),
        (["--port", "99999"], "is no port"),
        (["--port", "0", "--corpus", "no-such-folder"], "no-such-folder"),
        (["--port", "x"], "invalid int value"),
    ],
)
def test_bad_use_ends_with_status_2_and_one_message(arguments: list[str], message: str) -> None:
    """What the user can mend is said on standard error, without a trace, and the exit status is 2."""
    with started(*arguments) as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert message in err
    assert "Traceback" not in err
    assert out == ""


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as POSIX has them")
def test_app_serves_until_interrupted(digests: Path, built: Callable[[Path], Path]) -> None:
    """`python app.py` says where it is, serves there, and ends calmly on Ctrl-C though a page is open."""
    with started("--port", "0", "--corpus", str(digests), "--embeddings", str(built(digests))) as process:
        assert process.stdout is not None
        at = process.stdout.readline().split()[2]
        with (
            urllib.request.urlopen(at, timeout=30) as page,  # noqa: S310 - an address we made
            urllib.request.urlopen(f"{at}gradio_api/heartbeat/x", timeout=30) as heartbeat,  # noqa: S310
        ):
            assert (page.status, heartbeat.status) == (200, 200)
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert err == ""
