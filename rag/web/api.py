"""The six calls as endpoints of Gradio's API: for its Python client, and for plain HTTP.

Takes an opened library; gives endpoints within the page that is being made, and what stands before Gradio's ways to
call: it completes the arguments of plain HTTP, and turns away what Gradio would stumble over or fetch. Knows nothing
of how a call is answered (`rag.web.calls`).
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from rag.errors import InputError
from rag.web.body import given, read_object
from rag.web.calls import NAMES, Calls, bind, told

if TYPE_CHECKING:
    import gradio as gr
    from starlette.types import ASGIApp, Receive, Scope, Send

    from rag.library import Library

GONE = "There is no such result. It can be read once, soon after the call; make the call again."
MOST_OF_A_NAME = 64  # characters of a session's name, which its caller chooses
MOST_UNREAD = 256  # open pages, and calls over plain HTTP not read yet, that results are kept for: others make room
_ASKED = re.compile(rf"/gradio_api/(?:queue/join|call/(?P<named>v2/)?(?P<call>{'|'.join(NAMES)}))")
_ENDING = re.compile(r"/gradio_api/(?:cancel|reset)")
_RESULT = re.compile(r"/gradio_api/call/(?:v2/)?\w+/(?P<event>[0-9a-f]{32})")
_JOINING = ("data", "fn_index", "session_hash", "event_data", "trigger_id")  # what a page sends with a question


def add_endpoints(library: Library) -> None:
    """Add the calls to the Gradio page that is being made. They share one limit of how many run at once."""
    from gradio.events import api

    calls = Calls(library)
    for name in NAMES:
        call = getattr(calls, name)
        api(_telling(call), api_name=name, api_description=inspect.getdoc(call), concurrency_id="programs")


def limit_unread(page: gr.Blocks) -> None:
    """Keep no more results that nobody has read than is said; Gradio itself keeps 2,000, of any size."""
    page._queue.pending_messages_per_session.max_size = MOST_UNREAD


def _telling(call: Callable[..., object]) -> Callable[..., object]:
    """The call with its errors as Gradio tells them."""
    import gradio as gr

    @wraps(call)
    def telling(*arguments: object) -> object:
        try:
            return call(*arguments)
        except Exception as fault:
            raise gr.Error(told(fault, call.__name__), print_exception=False) from fault

    return telling


class CheckedCalls:
    """Reads what is sent to Gradio's ways to call before Gradio does; what cannot be served is told with status 422,
    and a result that is not there with 404.

    Gradio would answer an unknown event or a missing argument with a trace in the log and no reason, would let who
    reads a result twice wait for ever, and would fetch whatever address a description of a file names.
    """

    def __init__(self, app: ASGIApp, page: gr.Blocks) -> None:
        self._app, self._page = app, page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        path = scope["path"] if scope["type"] == "http" else ""
        if result := _RESULT.fullmatch(path):
            if not self._is_waiting(result["event"]):
                await JSONResponse({"detail": GONE}, 404)(scope, receive, send)
                return
            await self._app(scope, receive, send)
            self._forget(result["event"])
            return
        asked, ending = _ASKED.fullmatch(path), _ENDING.fullmatch(path)
        if not (asked or ending) or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        try:
            body = read_object(await Request(scope, receive).body())
            if asked:
                body = self._checked(body, asked["call"], named=bool(asked["named"]))
            elif body.get("event_id", "") is None:  # Gradio's client stops what it has not heard to have begun
                await JSONResponse({"success": True})(scope, receive, send)
                return
        except InputError as problem:
            await JSONResponse({"detail": str(problem)}, 422)(scope, receive, send)
            return
        await self._app(scope, given(json.dumps(body).encode(), receive), send)

    def _forget(self, event: str) -> None:
        """What Gradio keeps of a call over plain HTTP, a session of its own, once its result was read."""
        queue = self._page._queue
        queue.pending_event_ids_session.pop(event, None)
        for kept in (queue.pending_messages_per_session, self._page.state_holder.session_data):
            if event in kept:
                del kept[event]

    def _is_waiting(self, event: str) -> bool:
        """Whether a result is there, or will be; a call over plain HTTP is a session of its own."""
        queue = self._page._queue
        unread = event in queue.pending_event_ids_session.get(event, ())
        return unread and event in queue.pending_messages_per_session

    def _checked(self, body: Mapping[str, Any], name: str | None, *, named: bool) -> dict[str, Any]:
        if name is None:
            return self._joining(body)
        call = getattr(Calls, name).__get__(object())  # its arguments without `self`
        if named:
            return dict(bind(call, body))
        if unknown := body.keys() - {"data"}:
            raise InputError(f"{min(unknown)[:40]!r}: the body is an object with `data`, a list of the arguments.")
        names = list(inspect.signature(call).parameters)
        data = _list(body)
        if len(data) > len(names):
            raise InputError(f"data: {len(data)} arguments; {name} takes {len(names)}: {', '.join(names)}.")
        return {"data": list(bind(call, dict(zip(names, data, strict=False))).values())}

    def _joining(self, body: Mapping[str, Any]) -> dict[str, Any]:
        index, session, data = body.get("fn_index"), body.get("session_hash"), _list(body)
        function = self._page.fns.get(index) if type(index) is int else None
        if function is None or function.fn is None:  # those without a function end others, by a way of their own
            raise InputError("fn_index: there is no such event. Read /config for those there are.")
        if not isinstance(session, str) or not 0 < len(session) <= MOST_OF_A_NAME:
            raise InputError(f"session_hash: give a text of 1 to {MOST_OF_A_NAME} characters.")
        messages = self._page._queue.pending_messages_per_session
        if session in messages:  # the longest unused makes room, not the longest open
            messages.move_to_end(session)
        if len(data) != len(function.inputs):
            raise InputError(f"data: {len(data)} values; this event takes {len(function.inputs)}.")
        return {name: body[name] for name in _JOINING if name in body}


def _list(body: Mapping[str, Any]) -> list[Any]:
    data = body.get("data")
    if not isinstance(data, list):
        raise InputError("data: give a list of the arguments.")
    return data
