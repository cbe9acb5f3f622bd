"""The calls as programs make them over HTTP: plainly, and with Gradio's client."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from rag.library import Library
from rag.web.api import MOST_UNREAD
from rag.web.calls import NAMES, Calls, bind
from rag.web.gate import MOST_BYTES
from rag.web.page import AT_ONCE, MOST_WAITING

pytestmark = pytest.mark.real

JETS = "How many jets did Xiamen Air order from Airbus?"
JSON = {"Content-Type": "application/json"}
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)> ![](https://example.com/x.png) robots"


def call(site: str, name: str, body: Any, version: str = "v2/") -> tuple[str, Any]:
    """Post a call, then read its event: what kind it ends with, and its data."""
    at = f"{site}gradio_api/call/{version}{name}"
    posted = httpx.post(at, json=body, timeout=20)
    if posted.status_code != 200:
        return str(posted.status_code), posted.json()["detail"]
    events = httpx.get(f"{at}/{posted.json()['event_id']}", timeout=20).text.strip().split("\n\n")
    kind, data = events[-1].split("\n")
    return kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))


@pytest.fixture(scope="module")
def calls(library: Library) -> Calls:
    """What every door gives."""
    return Calls(library)


@pytest.fixture(scope="module")
def client(site: str) -> Client:
    """Gradio's own client."""
    return Client(site, verbose=False, download_files=False)


CALLS: list[tuple[str, dict[str, Any]]] = [
    ("ask", {"question": JETS}),
    ("ask", {"question": "What did the MIIT publish in July 2023?"}),
    ("search", {"question": "humanoid robots", "k": 3, "section": ["top5", "policy"]}),
    ("items", {"body": "MOF", "since": "2024-04-01"}),
    ("item", {"item_id": "2023-03-01/top5/1"}),
]


@pytest.mark.parametrize(("name", "arguments"), CALLS)
def test_every_door_gives_the_same_record(
    site: str, client: Client, calls: Calls, name: str, arguments: dict[str, Any]
) -> None:
    """Plain HTTP with arguments by name or in order, and Gradio's client: one record, one numbering."""
    record = getattr(calls, name)(**arguments)
    assert call(site, name, arguments) == ("complete", [record])
    assert client.predict(**arguments, api_name=f"/{name}") == record
    in_order = list(bind(getattr(calls, name), arguments).values())
    assert call(site, name, {"data": in_order}, "") == ("complete", [record])


def test_only_the_calls_are_listed(site: str, client: Client) -> None:
    """Gradio's description of the API names the calls alone, also when asked for all, and so does its client."""
    for query in ("", "?all_endpoints=true", "?page="):
        listed = httpx.get(f"{site}gradio_api/info{query}").json()
        assert listed["named_endpoints"].keys() == {f"/{name}" for name in NAMES}
        assert listed["unnamed_endpoints"] == {}
    info = client.view_api(return_format="dict", print_info=False)
    assert isinstance(info, dict)
    assert info["named_endpoints"].keys() == {f"/{name}" for name in NAMES}
    arguments = {each["parameter_name"] for each in info["named_endpoints"]["/search"]["parameters"]}
    assert arguments == {"question", "k", "issue", "section", "body", "since", "until", "ignore", "history"}


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("search", {"question": "robots", "k": 0}, "k: 0 is not a whole number from 1 to 1,000"),
        ("items", {"body": "Minstry of Finance"}, "Did you mean MOF (Ministry of Finance)"),
        ("ask", {"question": "x" * 2001}, "the limit is 2,000"),
        ("ask", {"question": ["robots"]}, "question: ['robots'] is not text"),
        ("item", {"item_id": "2023-03-01/top5/99"}, "is no item of this corpus"),
    ],
)
def test_what_the_caller_can_mend_is_said(
    site: str, client: Client, name: str, arguments: dict[str, Any], message: str
) -> None:
    """Plain HTTP ends with an error event that holds the message; Gradio's client raises it."""
    kind, data = call(site, name, arguments)
    assert kind == "error"
    assert message in data["error"]
    with pytest.raises(AppError) as raised:
        client.predict(**arguments, api_name=f"/{name}")
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("version", "body", "message"),
    [
        ("v2/", {}, "question: is missing. search takes question, k"),
        ("v2/", {"question": "x", "boddy": "MOF"}, "'boddy' is no argument. Did you mean body?"),
        ("v2/", [], "not a JSON object"),
        ("", {"data": []}, "question: is missing"),
        ("", {"data": "robots"}, "data: give a list"),
        ("", {"data": ["x"] * 10}, "data: 10 arguments; search takes 9: question, k"),
        ("", {"data": ["x"], "event_id": "1"}, "'event_id': the body is an object with `data`"),
        ("v2/", {"question": {"path": "http://127.0.0.1:1/x", "meta": {"_type": "gradio.FileData"}}}, "takes one"),
        ("", {"data": json.loads("[" * 13 + "]" * 13)}, "more than 12 lists"),
    ],
)
def test_a_body_of_another_shape_is_refused(site: str, version: str, body: Any, message: str) -> None:
    """Status 422 with the reason, before the queue; what would make Gradio fetch a file is among it."""
    status, detail = call(site, "search", body, version)
    assert status == "422"
    assert message in detail


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b'{"question": "\\ud800"}',
        b'{"data": ' + b"[" * 200_000 + b"]" * 200_000 + b"}",
        b'{"data": [' + b"9" * 5000 + b"]}",
    ],
    ids=["empty", "cut", "no UTF-8", "half a character", "deep", "long number"],
)
@pytest.mark.parametrize("at", ["gradio_api/call/ask", "gradio_api/call/v2/ask", "gradio_api/queue/join", "mcp"])
def test_what_is_not_plain_json_is_refused(site: str, at: str, body: bytes) -> None:
    """Bytes that are no JSON, and JSON that no answer could be written to, are the caller's fault: 400 or 422."""
    headers = {**JSON, "Accept": "application/json, text/event-stream"}
    assert httpx.post(f"{site}{at}", content=body, headers=headers).status_code in (400, 422)


@pytest.mark.parametrize("at", ["gradio_api/call/ask", "gradio_api/call/v2/ask", "mcp"])
def test_who_may_call(site: str, at: str) -> None:
    """Bodies over the limit, foreign names of this machine and other sites' pages are turned away at each door."""
    body = json.dumps({"question": "x" * MOST_BYTES}).encode()
    assert httpx.post(f"{site}{at}", content=body, headers=JSON).status_code == 413
    assert httpx.post(f"{site}{at}", content=b"{}", headers={**JSON, "Host": "example.com"}).status_code == 400
    for origin in ("https://example.com", "null"):
        assert httpx.post(f"{site}{at}", content=b"{}", headers={**JSON, "Origin": origin}).status_code == 403


@pytest.mark.parametrize("changes", [{"fn_index": 999}, {"fn_index": "0"}, {"data": []}, {"session_hash": "x" * 65}])
def test_an_event_that_is_none_is_refused(site: str, changes: dict[str, Any]) -> None:
    """What Gradio's own client sends is held to the events there are: 422, no trace in the log."""
    config = httpx.get(f"{site}config").json()
    ask = next(each for each in config["dependencies"] if each["api_name"] == "item")
    whole = {"fn_index": ask["id"], "data": ["2023-03-01/top5/1"], "session_hash": "x"}
    assert httpx.post(f"{site}gradio_api/queue/join", json=whole).status_code == 200
    assert httpx.post(f"{site}gradio_api/queue/join", json={**whole, **changes}).status_code == 422


@pytest.mark.parametrize("value", [SCRIPT, None, 7, ["x"], {"a": {"b": "c"}}, "x" * 3000])
def test_events_of_the_page_bear_any_argument(site: str, value: Any) -> None:
    """Whoever starts an event of the page with anything at all is told its end, no trace, no path; nothing breaks."""
    config = httpx.get(f"{site}config").json()
    for event in config["dependencies"]:
        body = {"fn_index": event["id"], "data": [value] * len(event["inputs"]), "session_hash": f"any{event['id']}"}
        joined = httpx.post(f"{site}gradio_api/queue/join", json=body).status_code
        if not event["backend_fn"]:  # it ends others, which is done elsewhere
            assert joined == 422
            continue
        assert joined == 200
        with httpx.stream("GET", f"{site}gradio_api/queue/data?session_hash=any{event['id']}", timeout=20) as events:
            said = "".join(events.iter_text())
        assert '"msg":"process_completed"' in said
        assert "Traceback" not in said
        assert __file__.partition("tests")[0] not in said
    assert httpx.get(f"{site}health").json()["ok"]


@pytest.mark.parametrize("way", ["cancel", "reset"])
def test_to_end_what_has_not_begun_is_no_fault(site: str, way: str) -> None:
    """Gradio's client sends no event's id where it has heard of none; anything else that is none is refused."""
    at = f"{site}gradio_api/{way}"
    body = {"event_id": None, "session_hash": "s", "fn_index": 5}
    assert httpx.post(at, json=body, timeout=20).json() == {"success": True}
    assert httpx.post(at, json={**body, "event_id": 7}, timeout=20).status_code == 422
    assert httpx.post(at, content=b"[]", headers=JSON, timeout=20).status_code == 422


def test_a_result_is_read_once(site: str) -> None:
    """Who reads it again, or asks for one that never was, is told so: 404, no trace in the log."""
    at = f"{site}gradio_api/call/v2/item"
    event = httpx.post(at, json={"item_id": "2023-03-01/top5/1"}).json()["event_id"]
    assert "event: complete" in httpx.get(f"{at}/{event}").text
    for gone in (event, "0" * 32):
        reply = httpx.get(f"{at}/{gone}")
        assert reply.status_code == 404
        assert "It can be read once" in reply.json()["detail"]


def test_results_that_nobody_reads_make_room(
    fake_library: Any, make_item: Any, make_answer: Any, serving: Callable[[object], AbstractContextManager[str]]
) -> None:
    """After very many calls whose results are never read, the first is gone and the last is there."""
    item = make_item("The plan sets a target.")
    with serving(fake_library(item, make_answer(item, ["The plan sets a target."]))) as site, httpx.Client() as client:
        at = f"{site}gradio_api/call/v2/item"
        events: list[str] = []
        while len(events) <= MOST_UNREAD:
            posted = client.post(at, json={"item_id": item.id})
            events += [posted.json()["event_id"]] if posted.status_code == 200 else []  # else the queue is full
        assert client.get(f"{at}/{events[0]}").status_code == 404
        assert "event: complete" in client.get(f"{at}/{events[-1]}", timeout=20).text


def test_a_result_that_was_read_leaves_nothing(
    fake_library: Any,
    make_item: Any,
    make_answer: Any,
    serving: Callable[[object], AbstractContextManager[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither a session's state nor its messages nor its place in the queue."""
    item = make_item("The plan sets a target.")
    pages: list[Any] = []
    monkeypatch.setattr("rag.web.api.limit_unread", pages.append)
    with serving(fake_library(item, make_answer(item, ["The plan sets a target."]))) as site:
        assert call(site, "item", {"item_id": item.id})[0] == "complete"
        (page,) = pages
        kept = (page._queue.pending_event_ids_session, page._queue.pending_messages_per_session)
        deadline = time.monotonic() + 10
        while any(kept) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not any(kept)
        assert not page.state_holder.session_data


def test_html_comes_back_as_data(site: str, client: Client) -> None:
    """A question full of HTML and Markdown is text: it comes back as it was, and is answered like any other."""
    record = call(site, "ask", {"question": SCRIPT})[1][0]
    assert record["query"]["question"] == SCRIPT
    assert client.predict(SCRIPT, api_name="/ask")["query"]["question"] == SCRIPT


def test_twenty_ask_at_once(site: str, calls: Calls) -> None:
    """Twenty at the same time, by each door in turn, all get their whole answer."""
    record = calls.ask(JETS)

    def ask(number: int) -> Any:
        if number % 2:
            return call(site, "ask", {"question": JETS})[1][0]
        return Client(site, verbose=False, download_files=False).predict(JETS, api_name="/ask")

    with ThreadPoolExecutor(20) as people:
        assert list(people.map(ask, range(20))) == [record] * 20


class HeldLibrary:
    """Answers nothing before it is let go."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.go_on = threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def item(self, item_id: str) -> Any:
        """The one item, in its time."""
        assert self.go_on.wait(60)
        return self._inner.item(item_id)


def test_a_full_queue_is_told(
    fake_library: Any, make_item: Any, make_answer: Any, serving: Callable[[object], AbstractContextManager[str]]
) -> None:
    """When as many wait as may, the next gets 503, the reason and when to come again; those are answered."""
    item = make_item("The plan sets a target.")
    held = HeldLibrary(fake_library(item, make_answer(item, ["The plan sets a target."])))
    with serving(held) as site:
        at = f"{site}gradio_api/call/v2/item"
        try:
            waiting = [httpx.post(at, json={"item_id": item.id}) for _ in range(AT_ONCE + MOST_WAITING)]
            assert {posted.status_code for posted in waiting} == {200}
            deadline = time.monotonic() + 20  # until those that run have left the queue
            while (last := httpx.post(at, json={"item_id": item.id})).status_code == 200:
                waiting.append(last)
                assert time.monotonic() < deadline
            assert (last.status_code, last.headers["retry-after"]) == (503, "5")
            assert "Queue is full" in last.json()["detail"]
        finally:
            held.go_on.set()
        for posted in waiting:
            assert "event: complete" in httpx.get(f"{at}/{posted.json()['event_id']}", timeout=20).text
