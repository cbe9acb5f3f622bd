"""The tools as a client of the Model Context Protocol meets them, over the real server."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar, cast

import httpx
import jsonschema
import pytest
from mcp import ClientSession, types
from mcp.client.streamable_http import streamable_http_client

from rag.errors import CorpusError
from rag.library import Library
from rag.web.calls import NAMES, Calls, arguments_schema
from rag.web.mcp import ABOUT, BUSY, Tools

pytestmark = pytest.mark.real

Result = TypeVar("Result")

JETS = "How many jets did Xiamen Air order from Airbus?"
HEADERS = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


def session(site: str, work: Callable[[ClientSession], Awaitable[Result]]) -> Result:
    """What the work gives in a session of its own."""

    async def run() -> Result:
        async with streamable_http_client(f"{site}mcp") as (read, write, _), ClientSession(read, write) as client:
            await client.initialize()
            return await work(client)

    return asyncio.run(run())


def called(site: str, name: str, arguments: dict[str, Any]) -> types.CallToolResult:
    """One call; the client holds the result to its schema."""

    async def call(client: ClientSession) -> types.CallToolResult:
        await client.list_tools()
        return await client.call_tool(name, arguments)

    return session(site, call)


def test_all_are_listed_with_schemas(site: str) -> None:
    """Each with title, description, schemas of arguments and result, and the word that it only reads; and no other."""

    async def listed(client: ClientSession) -> list[types.Tool]:
        return (await client.list_tools()).tools

    tools = session(site, listed)
    assert [tool.name for tool in tools] == list(NAMES)
    for tool in tools:
        assert tool.title
        assert len(tool.description or "") > 100
        assert tool.inputSchema == arguments_schema(tool.name)
        assert tool.outputSchema is not None
        assert tool.outputSchema["type"] == "object"
        jsonschema.Draft202012Validator.check_schema(tool.outputSchema)
        assert tool.annotations is not None
        assert (tool.annotations.readOnlyHint, tool.annotations.openWorldHint) == (True, False)


def test_the_server_says_what_it_is(site: str) -> None:
    """Tools and nothing else; what they are good for stands in its instructions."""

    async def work(client: ClientSession) -> types.InitializeResult:
        return await client.initialize()

    said = session(site, work)
    assert said.instructions == ABOUT
    assert said.capabilities.tools is not None
    assert (said.capabilities.prompts, said.capabilities.resources) == (None, None)


@pytest.mark.parametrize(
    ("name", "arguments", "key"),
    [
        ("ask", {"question": JETS}, ""),
        ("ask", {"question": "What did the MIIT publish in July 2023?"}, ""),
        ("search", {"question": "humanoid robots", "k": 3}, "hits"),
        ("items", {"body": ["MOF", "CAC"], "section": "policy"}, "items"),
        ("items", {}, "items"),
        ("item", {"item_id": "2023-03-01/top5/1"}, ""),
    ],
)
def test_a_tool_gives_the_record_of_every_door(
    site: str, library: Library, name: str, arguments: dict[str, Any], key: str
) -> None:
    """The result is structured, fits its schema, and is the record that HTTP and shell give; its text is the same."""
    record = getattr(Calls(library), name)(**arguments)
    result = called(site, name, arguments)
    assert not result.isError
    assert result.structuredContent == ({key: record} if key else record)
    (text,) = result.content
    assert isinstance(text, types.TextContent)
    assert json.loads(text.text) == result.structuredContent


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("search", {"question": "robots", "k": 0}, "k: 0 is not a whole number from 1 to 1,000"),
        ("items", {"body": "Minstry of Finance"}, "Did you mean MOF (Ministry of Finance)"),
        ("ask", {"question": "x" * 2001}, "the limit is 2,000"),
        ("ask", {"question": 7}, "question: 7 is not text"),
        ("ask", {}, "question: is missing. ask takes question"),
        ("ask", {"question": "x", "boddy": "MOF"}, "'boddy' is no argument. Did you mean body?"),
        ("delete", {}, "'delete' is no tool. There are ask, search, items, item, goals, compare."),
    ],
)
def test_what_the_caller_can_mend_is_said(site: str, name: str, arguments: dict[str, Any], message: str) -> None:
    """A wrong call is a result that is an error, with the words of every door."""
    result = called(site, name, arguments)
    assert result.isError
    (text,) = result.content
    assert isinstance(text, types.TextContent)
    assert message in text.text


def test_html_comes_back_as_data(site: str) -> None:
    """A question full of HTML is text."""
    question = "<script>alert(1)</script> robots ![](https://example.com/x)"
    result = called(site, "ask", {"question": question})
    assert result.structuredContent is not None
    assert result.structuredContent["query"]["question"] == question


def test_twenty_call_at_once(site: str, library: Library) -> None:
    """Twenty calls of one session, all under way at the same time, all get the same record."""

    async def work(client: ClientSession) -> list[Any]:
        calls = (client.call_tool("ask", {"question": JETS}) for _ in range(20))
        return [result.structuredContent for result in await asyncio.gather(*calls)]

    assert session(site, work) == [Calls(library).ask(JETS)] * 20


def test_who_may_call(site: str) -> None:
    """A foreign name for this machine is 400, another site's page 403, whatever it sends; a form is turned away."""
    assert httpx.post(f"{site}mcp", json=LIST, headers=HEADERS).status_code == 200
    for headers, status in [
        ({"Host": "example.com"}, 400),
        ({"Origin": "https://example.com"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Content-Type": "text/plain"}, 400),
    ]:
        assert httpx.post(f"{site}mcp", json=LIST, headers={**HEADERS, **headers}).status_code == status


def test_there_is_no_stream_and_no_session(site: str) -> None:
    """GET and DELETE are answered 405, as the protocol asks of a server without them; no session is given out."""
    for method in ("GET", "DELETE"):
        reply = httpx.request(method, f"{site}mcp", headers=HEADERS)
        assert (reply.status_code, reply.headers["allow"]) == (405, "POST")
    assert "mcp-session-id" not in httpx.post(f"{site}mcp", json=LIST, headers=HEADERS).headers


@pytest.mark.parametrize(
    "message",
    [
        {"jsonrpc": "2.0", "id": 1, "method": "resources/list"},
        {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": 7}},
        {"jsonrpc": "2.0", "id": 1, "method": "tools/call"},
        {"jsonrpc": "2.0", "id": 1, "method": "no/such"},
        {"jsonrpc": "1.0", "id": 1, "method": "tools/list"},
        {"hello": "world"},
    ],
)
def test_what_is_no_call_of_a_tool_is_an_error(
    site: str, message: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Other methods and malformed messages get an error of the protocol; the log repeats nothing of them."""
    reply = httpx.post(f"{site}mcp", json=message, headers=HEADERS)
    assert reply.status_code in (200, 400)
    assert reply.json()["error"]["code"] < 0
    assert [record for record in caplog.records if record.name.startswith("mcp")] == []


class Broken:
    """A library in which a call fails."""

    def __init__(self, inner: Any, fault: Exception) -> None:
        self._inner, self._fault = inner, fault

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def item(self, item_id: str) -> Any:
        """Fails as no library should."""
        raise self._fault


@pytest.mark.parametrize("fault", [RuntimeError("secret"), CorpusError("/secret/topics.toml: is damaged.")])
def test_what_the_caller_cannot_mend_tells_nothing(
    fake_library: Any, make_item: Any, make_answer: Any, serving: Callable[[object], AbstractContextManager[str]],
    fault: Exception, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    """A fault of ours, or a file of the server: its message stays in the log, and each door says that it went wrong."""
    item = make_item("The plan sets a target.")
    broken = Broken(fake_library(item, make_answer(item, ["The plan sets a target."])), fault)
    with serving(broken) as site:
        result = called(site, "item", {"item_id": "2023-03-01/top5/1"})
        at = f"{site}gradio_api/call/v2/item"
        event = httpx.post(at, json={"item_id": "2023-03-01/top5/1"}).json()["event_id"]
        plain = httpx.get(f"{at}/{event}").text
    assert result.isError
    for said in (result.model_dump_json(), plain):
        assert "Something went wrong here" in said
        assert "secret" not in said
    assert caplog.text.count("item failed") == 2
    assert "secret" in caplog.text


def test_a_crowd_is_told_to_come_again() -> None:
    """Beyond those that run and those that may wait, a call is refused at once; the others are answered."""
    go_on = threading.Event()

    class Held:
        """Answers when let go."""

        def items(self, **_: object) -> list[Any]:
            """No item, in its time."""
            assert go_on.wait(20)
            return []

    async def crowd() -> list[types.CallToolResult]:
        tools = Tools(cast(Library, Held()), at_once=1, most_waiting=2)
        calls = [asyncio.ensure_future(tools._call("items", {})) for _ in range(3)]
        while tools._running.statistics().tasks_waiting < 2:
            await asyncio.sleep(0.01)
        refused = await tools._call("items", {})
        go_on.set()
        return [refused, *await asyncio.gather(*calls)]

    refused, *served = asyncio.run(crowd())
    assert refused.isError
    assert refused.content == [types.TextContent(type="text", text=BUSY)]
    assert [result.structuredContent for result in served] == [{"items": []}] * 3
