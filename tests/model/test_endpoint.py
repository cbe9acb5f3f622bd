"""The way to a language model, against a real HTTP server that plays replies and faults."""

from __future__ import annotations

import email.utils
import gc
import logging
import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from rag.errors import ModelProblem
from rag.model.endpoint import Endpoint
from rag.model.records import Message, Writer
from rag.settings import ModelSettings, Secret
from tests.faults.badllm import (
    DONE,
    DROP,
    BadLLM,
    Endless,
    Pause,
    Script,
    chunk,
    document,
    event,
    refusal,
    refused_url,
    reply,
)

CANARY = "sk-canary-4711"
QUESTION = "Which plan names the marmot?"
ASKED = [Message("system", "Be brief."), Message("user", QUESTION)]
LIMIT = 200
SHORT = 1.0  # seconds: the time-outs of these tests
LATE = 1.0  # seconds by which a time-out may be overrun


@pytest.fixture
def endpoint(badllm: BadLLM) -> Iterator[Endpoint]:
    """An endpoint of the playing server, with short time-outs and a key that must never be seen."""
    with closing(Endpoint(_settings(badllm.url))) as made:
        made.warm()
        yield made


def _settings(url: str, **others: Any) -> ModelSettings:
    seconds = {"connect_seconds": 3, "first_word_seconds": SHORT, "silence_seconds": SHORT}
    return ModelSettings(url, "a-model", Secret(CANARY), **{**seconds, **others})


def _ask(endpoint: Endpoint, limit: int = LIMIT) -> tuple[str, ModelProblem | None, float]:
    """The text that came, the problem that ended it, and how long that took in seconds."""
    begun, pieces = time.monotonic(), []
    try:
        for piece in endpoint.write(ASKED, limit):
            pieces.append(piece)
    except ModelProblem as problem:
        assert CANARY not in f"{problem!r} {problem} {problem.said}"
        assert QUESTION not in f"{problem}"
        assert "\n" not in str(problem)
        return "".join(pieces), problem, time.monotonic() - begun
    return "".join(pieces), None, time.monotonic() - begun


# --- what is asked ----------------------------------------------------------------------------------------------------


def test_what_is_asked(badllm: BadLLM, endpoint: Endpoint) -> None:
    """Messages, model, limit and a temperature of 0, to be streamed; the key goes along, and nothing of the machine."""
    writer: Writer = endpoint
    assert (writer.name, _ask(endpoint)[:2]) == ("a-model", ("Hello.", None))
    (request,) = badllm.requests
    assert (request.method, request.path) == ("POST", "/v1/chat/completions")
    assert request.body == {
        "model": "a-model",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": QUESTION}],
        "stream": True,
        "temperature": 0,
        "max_tokens": LIMIT,
    }
    assert request.headers.pop("content-length")
    assert request.headers == {
        "host": f"127.0.0.1:{badllm.port}",
        "accept": "application/json, text/event-stream",
        "accept-encoding": "identity",
        "authorization": f"Bearer {CANARY}",
        "content-type": "application/json",
        "user-agent": "china-industries-rag",
    }


def test_nothing_is_read_from_the_variables_of_another_program(badllm: BadLLM, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `OPENAI_` variable adds or changes a header, a parameter or the address; without a key none is sent."""
    with BadLLM(reply("Wrong.")) as other:
        for name, value in {
            "OPENAI_API_KEY": "theirs",
            "OPENAI_ADMIN_KEY": "theirs",
            "OPENAI_BASE_URL": other.url,
            "OPENAI_ORG_ID": "theirs",
            "OPENAI_PROJECT_ID": "theirs",
            "OPENAI_WEBHOOK_SECRET": "theirs",
            "OPENAI_CUSTOM_HEADERS": "Authorization: theirs\nX-Theirs: theirs\nUser-Agent: theirs\nHost: theirs",
        }.items():
            monkeypatch.setenv(name, value)
        with closing(Endpoint(replace(_settings(badllm.url), key=None))) as endpoint:
            assert _ask(endpoint)[0] == "Hello."
        assert other.requests == []
    (request,) = badllm.requests
    assert "authorization" not in request.headers
    assert "theirs" not in f"{request.headers} {request.body}"


def test_a_parameter_that_is_refused_by_name_is_not_sent_again(badllm: BadLLM, endpoint: Endpoint) -> None:
    """`max_completion_tokens` takes the place of `max_tokens` where the server says so, temperature goes; for good."""
    badllm.play(
        refusal(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."),
        refusal(400, "Unsupported value: 'temperature' does not support 0 with this model."),
        reply("Hello."),
    )
    assert _ask(endpoint)[:2] == ("Hello.", None)
    assert _ask(endpoint)[:2] == ("Hello.", None)
    sent = [{name for name in body if name not in ("model", "messages", "stream")} for body in badllm.asked]
    new = {"max_completion_tokens"}
    assert sent == [{"temperature", "max_tokens"}, {"temperature", *new}, new, new]


# --- replies ----------------------------------------------------------------------------------------------------------

SPLIT = "汽车 and “quotes”"
REPLIES = {
    "plain": (reply("Two ", "words."), "Two words."),
    "no [DONE]": (reply("Two ", "words.", done=False), "Two words."),
    "no finish": (reply("Two ", "words.", finish=None), "Two words."),
    "CRLF": (Script((event({"choices": [{"delta": {"content": "Hi"}}]}, "\r\n"), event("[DONE]", "\r\n"))), "Hi"),
    "comments": (Script((b": ping\n\n", chunk("Hi"), b": ping\n\nretry: 5\n\n", chunk(finish="stop"))), "Hi"),
    "no blank after the colon": (Script((chunk("Hi").replace(b"data: ", b"data:"), DONE)), "Hi"),
    "an event over several lines": (
        Script((b'data: {"choices":\ndata: [{"delta": {"content": "Hi"}}]}\n\n', DONE)),
        "Hi",
    ),
    "no blank line at the end": (Script((chunk("Hi"), chunk(finish="stop").rstrip(b"\n")), chunked=False), "Hi"),
    "split UTF-8": (Script((*(bytes([byte]) for byte in chunk(SPLIT)), DONE)), SPLIT),
    "empty deltas": (reply("", "Hi", "", "", " there"), "Hi there"),
    "duplicated chunk": (reply("Hi ", "Hi ", "there"), "Hi Hi there"),
    "documents without choices": (Script((event({"choices": []}), chunk("Hi"), event({"usage": {}}), DONE)), "Hi"),
    "two choices": (Script((chunk("Hi"), chunk("No", index=1), chunk(finish="stop"), DONE)), "Hi"),
    "parts": (Script((chunk(None, content=[{"type": "text", "text": "Hi"}, {"type": "x"}]), DONE)), "Hi"),
    "a tool call beside words": (Script((chunk("Hi", tool_calls=[{"index": 0}]), chunk(finish="tool_calls"))), "Hi"),
    "reasoning apart": (Script((chunk(reasoning_content="Hm."), chunk("Hi"), DONE)), "Hi"),
    "reasoning in the text": (reply("<think>", "Hm <b>", "</think>", "\n\n", "Hi"), "Hi"),
    "reasoning in torn tags": (reply("<th", "ink>Hm</", "thi", "nk>Hi", " <", " 5"), "Hi < 5"),
    "control tokens": (reply("Hi<|im", "_end|>", "</s>", "<｜end▁of▁sentence｜>"), "Hi"),
    "what only looks like a tag": (reply("a <t", "able> and <thin", " <"), "a <table> and <thin <"),
    "half a character": (Script((event('{"choices": [{"delta": {"content": "Hi \\ud83d"}}]}'), DONE)), "Hi ?"),
    "not streamed": (
        document({"model": "m", "choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]}),
        "Hi",
    ),
    "silent after the end": (Script((chunk("Hi", finish="stop"), Pause(30))), "Hi"),
    "broken after the end": (Script((chunk("Hi", finish="stop"), DROP)), "Hi"),
    "chatty after the end": (Script((chunk("Hi", finish="stop"), Endless(chunk("no"), 0.05))), "Hi"),
}


@pytest.mark.parametrize(("script", "text"), REPLIES.values(), ids=REPLIES)
def test_a_reply_is_read(badllm: BadLLM, endpoint: Endpoint, script: Script, text: str) -> None:
    """However a server puts it: the words come, reasoning, tool calls, control tokens and other choices do not."""
    badllm.play(script)
    shown, problem, seconds = _ask(endpoint)
    assert (shown, problem) == (text, None)
    assert seconds < LATE
    assert len(badllm.requests) == 1


def test_pieces_come_as_they_are_sent(badllm: BadLLM, endpoint: Endpoint) -> None:
    """The first word is there long before the last; while nothing comes an empty piece does."""
    badllm.play(Script((chunk("One "), Pause(0.6), chunk("two."), DONE)))
    begun, seen = time.monotonic(), []
    for piece in endpoint.write(ASKED, LIMIT):
        seen.append((piece, time.monotonic() - begun))
    assert [piece for piece, _ in seen] == ["One ", "", "two."]
    assert seen[0][1] < SHORT / 2


def test_many_ask_at_once(badllm: BadLLM, endpoint: Endpoint) -> None:
    """Twenty threads get their own replies over one endpoint."""
    badllm.play(reply("Two ", "words."))
    texts: list[str] = []
    threads = [threading.Thread(target=lambda: texts.append(_ask(endpoint)[0])) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == ["Two words."] * 20


# --- faults -----------------------------------------------------------------------------------------------------------

LONG = "This model's maximum context length is 4096 tokens. However, you requested 5000."
BIG = b"x" * 10_000_000
DRIP = Endless(b": still here\n\n", 0.05)
FLOOD = Endless(b"".join(chunk(f"{n} ") for n in range(500)))
NOTHING = Endless(chunk(""), 0.05)

# name: script, kind, what the line says, words that came before, requests
FAULTS: dict[str, tuple[Script, str, str, str, int]] = {
    "401": (refusal(401, f"Incorrect key {CANARY}"), "denied", "(HTTP 401). Check RAG_LLM_API_KEY", "", 1),
    "403": (refusal(403), "denied", "(HTTP 403)", "", 1),
    "404 model": (refusal(404, "no such model"), "unknown_model", "Check RAG_LLM_MODEL and RAG_LLM_BASE_URL", "", 1),
    "400": (refusal(400), "rejected", "(HTTP 400)", "", 1),
    "422": (refusal(422), "rejected", "(HTTP 422)", "", 1),
    "400, too long": (refusal(400, LONG), "too_long", "Set RAG_LLM_WINDOW", "", 1),
    "500, too long": (refusal(500, "the request exceeds the available context size"), "too_long", "WINDOW", "", 1),
    "413": (refusal(413), "too_long", "Set RAG_LLM_WINDOW", "", 1),
    "429": (refusal(429), "busy", "(HTTP 429). Ask again later", "", 3),
    "500": (refusal(500), "busy", "(HTTP 500)", "", 3),
    "503 page": (Script((b"<h1>Sorry</h1>",), 503, "text/html"), "busy", "(HTTP 503)", "", 3),
    "529": (refusal(529), "busy", "(HTTP 529)", "", 3),
    "endless refusal": (Script((Endless(b"no " * 9999),), 400), "rejected", "(HTTP 400)", "", 1),
    "redirection": (refusal(307, location="/v2"), "rejected", "(HTTP 307, a redirection, which is not", "", 1),
    "time-out before the headers": (Script((Pause(30),)), "slow", "no word within 1 s", "", 1),
    "time-out before the first word": (Script((chunk(""), Pause(30))), "slow", "no word within 1 s", "", 1),
    "drip before the first word": (Script((DRIP,)), "slow", "raise RAG_LLM_FIRST_WORD_SECONDS", "", 1),
    "empty deltas for ever": (Script((NOTHING,)), "slow", "no word within 1 s", "", 1),
    "reasoning for ever": (Script((Endless(chunk(reasoning_content="Hm"), 0.05),)), "slow", "no word within", "", 1),
    "time-out after the first word": (Script((chunk("Hi"), Pause(30))), "slow", "silent for 1 s", "Hi", 1),
    "drip after the first word": (Script((chunk("Hi"), DRIP)), "slow", "raise RAG_LLM_SILENCE_SECONDS", "Hi", 1),
    "empty deltas after the first word": (Script((chunk("Hi"), NOTHING)), "slow", "silent for", "Hi", 1),
    "broken JSON": (Script((event('{"choices": ['), DONE)), "malformed", "what is no JSON object", "", 1),
    "broken JSON later": (Script((chunk("Hi"), event("{"), DONE)), "malformed", "what is no JSON object", "Hi", 1),
    "JSON that is no object": (Script((event("[1]"), DONE)), "malformed", "what is no JSON object", "", 1),
    "JSON without a bottom": (Script((event("[" * 100_000),)), "malformed", "what is no JSON object", "", 1),
    "no text at all": (Script((b"data: \xff\xfe\n\n",)), "malformed", "what is no text", "", 1),
    "HTML": (Script((b"<html>Log in</html>",), content_type="text/html"), "malformed", "a web page", "", 1),
    "HTML as events": (Script((b"<html>\n\nLog in\n\n</html>",)), "malformed", "sent no reply", "", 1),
    "nothing": (Script(), "malformed", "sent no reply", "", 1),
    "no choices": (document({"choices": []}), "malformed", "sent no reply", "", 1),
    "odd choices": (document({"choices": [{"delta": "Hi"}]}), "malformed", "a choice without words", "", 1),
    "null content": (Script((chunk(None, finish="stop"), DONE)), "empty", "gave an empty reply", "", 1),
    "tool call": (
        Script((chunk(tool_calls=[{"function": {"name": "search"}}]), chunk(finish="tool_calls"), DONE)),
        "malformed",
        "a tool call instead of words",
        "",
        1,
    ),
    "200 with an error": (document({"error": {"message": "out of memory"}}), "rejected", "rejected", "", 1),
    "200 with an error of 429": (document({"error": {"message": "x", "code": 429}}), "busy", "(HTTP 429)", "", 1),
    "200, too long": (Script((event({"error": LONG}),)), "too_long", "Set RAG_LLM_WINDOW", "", 1),
    "an error in the stream": (Script((chunk("Hi"), event({"error": "x"}))), "cut", "reported an error", "Hi", 1),
    "empty reply": (reply(), "empty", "gave an empty reply", "", 1),
    "blanks only": (reply(" ", "\n"), "empty", "gave an empty reply", "", 1),
    "reasoning only": (reply("<think>", "Hm"), "empty", "gave an empty reply", "", 1),
    "length": (reply("Hi", finish="length"), "cut", "Allow more with RAG_LLM_REPLY", "Hi", 1),
    "content filter": (reply("Hi", finish="content_filter"), "cut", "its filter stopped it", "Hi", 1),
    "closed without an answer": (Script((DROP,), status=0), "cut", "was lost before it answered", "", 3),
    "dropped before a word": (Script((DROP,)), "cut", "the connection was lost", "", 1),
    "dropped after a word": (Script((chunk("Hi"), DROP)), "cut", "the connection was lost", "Hi", 1),
    "ended within an event": (Script((chunk("Hi"), chunk("!")[:30]), chunked=False), "cut", "ended before", "Hi", 1),
    "ended without an end": (reply("Hi", finish=None, done=False), "cut", "the connection ended before", "Hi", 1),
    "gzip that is none": (
        Script((b"no gzip",), headers=(("Content-Encoding", "gzip"),)), "malformed", "decompressed", "", 1
    ),
    "endless words": (Script((FLOOD,)), "endless", "it wrote far more than", "0 1 2", 1),
    "one word for ever": (Script((Endless(chunk("no ")),)), "endless", "it repeated itself", "no no", 1),
    "round in circles": (Script((Endless(chunk("no ") + chunk("yes ")),)), "endless", "repeated itself", "no yes", 1),
    "10 MB in one event": (reply(BIG.decode()), "endless", "far more than it was asked for", "", 1),
    "10 MB without an event": (Script((BIG,)), "endless", "far more than it was asked for", "", 1),
    "10 MB of JSON": (Script((b'{"a": "', BIG), content_type="application/json"), "endless", "far more", "", 1),
}  # fmt: skip


@pytest.mark.parametrize(("script", "kind", "said", "shown", "requests"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_one_line_of_its_kind(
    badllm: BadLLM, endpoint: Endpoint, script: Script, kind: str, said: str, shown: str, requests: int
) -> None:
    """The kind, the line with model, host and remedy, the words so far, in time, after as many requests as sensible."""
    badllm.play(script)
    text, problem, seconds = _ask(endpoint)
    assert problem is not None
    assert (problem.kind, len(badllm.requests)) == (kind, requests)
    assert str(problem).startswith(f"The language model a-model at 127.0.0.1:{badllm.port} ")
    assert said in str(problem)
    assert text.startswith(shown)
    assert bool(text) == bool(shown)
    assert len(text) <= 8 * LIMIT
    assert seconds < SHORT + LATE


def test_the_servers_words_are_kept_for_whoever_runs_it(badllm: BadLLM, endpoint: Endpoint) -> None:
    """`said` has them on one line, cut, without the key; the line that a reader sees does not."""
    badllm.play(refusal(422, f"no such\x1b[31m\nthing as {CANARY}: " + "x" * 1000))
    _, problem, _ = _ask(endpoint)
    assert problem is not None
    assert problem.said.startswith("no such [31m thing as …: xxx")
    assert len(problem.said) == 200
    assert "thing" not in str(problem)


def test_a_server_that_is_not_there_is_told_within_a_second() -> None:
    """Refused, and after two more tries at once told so: nobody waits for a time-out."""
    with closing(Endpoint(_settings(refused_url(), first_word_seconds=60))) as endpoint:
        endpoint.warm()
        _, problem, seconds = _ask(endpoint)
    assert problem is not None
    assert (problem.kind, seconds < 1) == ("down", True)
    assert "it refuses the connection. Start its server, or check RAG_LLM_BASE_URL." in str(problem)


def test_a_host_that_does_not_exist_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that nobody knows is told as such, without another try."""
    asked = []

    def unknown(host: object, *_: object, **__: object) -> None:
        asked.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with closing(Endpoint(_settings("http://model.invalid:8000/v1"))) as endpoint:
        _, problem, _ = _ask(endpoint)
    assert problem is not None
    assert (problem.kind, len(asked)) == ("down", 1)
    assert "at model.invalid:8000 cannot be reached: there is no such host." in str(problem)


def test_a_server_that_speaks_no_tls_is_told(badllm: BadLLM) -> None:
    """An https address of a server that speaks plain http is told as a matter of TLS, without another try."""
    with closing(Endpoint(_settings(badllm.url.replace("http:", "https:")))) as endpoint:
        _, problem, _ = _ask(endpoint)
    assert problem is not None
    assert problem.kind == "down"
    assert "no secure connection comes about (TLS)" in str(problem)


def test_a_connection_that_does_not_come_about_is_given_up() -> None:
    """A server that takes the connection and then says nothing of TLS costs the seconds for connecting, once."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/v1"
        with closing(Endpoint(_settings(url, connect_seconds=0.5, first_word_seconds=60))) as endpoint:
            endpoint.warm()
            _, problem, seconds = _ask(endpoint)
    assert problem is not None
    assert problem.kind == "slow"
    assert "no connection within 0.5 s. Check RAG_LLM_BASE_URL, or raise RAG_LLM_CONNECT_SECONDS." in str(problem)
    assert seconds < 0.5 + LATE


def test_no_redirection_is_followed(badllm: BadLLM, endpoint: Endpoint) -> None:
    """Whatever address a server names, nothing, and no key, goes there."""
    with BadLLM(reply("Wrong.")) as other:
        for status in (301, 302, 303, 307, 308):
            badllm.play(refusal(status, location=f"{other.url}/chat/completions"))
            _, problem, _ = _ask(endpoint)
            assert problem is not None
            assert "which is not followed). Put the address where it leads into RAG_LLM_BASE_URL." in str(problem)
        assert other.requests == []


def test_a_reply_slower_than_anyone_waits_for_is_ended(badllm: BadLLM, endpoint: Endpoint) -> None:
    """A word now and then, for ever: besides the first word and the silence, the whole has an end."""
    badllm.play(Script((Endless(chunk("."), 0.2),)))
    text, problem, seconds = _ask(endpoint, limit=2)  # two tokens: one second after that for the first word
    assert problem is not None
    assert (problem.kind, "fewer than 2 tokens a second" in str(problem)) == ("slow", True)
    assert text
    assert SHORT + 1 <= seconds < SHORT + 1 + LATE


# --- trying again -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(badllm: BadLLM, endpoint: Endpoint, status: int) -> None:
    """Twice at most, and the reply is as if nothing had been."""
    badllm.play(refusal(status), refusal(status), reply("Hello."))
    text, problem, _ = _ask(endpoint)
    assert (text, problem, len(badllm.requests)) == ("Hello.", None, 3)


def test_a_wait_that_fits_is_kept(badllm: BadLLM, endpoint: Endpoint) -> None:
    """The server's wait, in seconds or as a date, comes before the next try."""
    badllm.play(refusal(429, retry_after="0.6"), reply("Hello."))
    assert _ask(endpoint)[0] == "Hello."
    first, second = badllm.requests
    assert second.at - first.at >= 0.6
    with closing(Endpoint(_settings(badllm.url, first_word_seconds=20))) as patient:
        # whole seconds: between one and two from now
        badllm.play(refusal(503, retry_after=email.utils.formatdate(time.time() + 2, usegmt=True)), reply("Hello."))
        assert _ask(patient)[0] == "Hello."
    third, fourth = badllm.requests[2:]
    assert 0.9 <= fourth.at - third.at < 2 + LATE


@pytest.mark.parametrize(
    ("wait", "remedy"),
    [
        ("5", "Ask again in 5 seconds."),
        (email.utils.formatdate(time.time() + 3600, usegmt=True), " seconds."),
        ("1e400", "Ask again later."),
        ("99999999999", "Ask again later."),
    ],
    ids=["seconds", "date", "infinite", "huge"],
)
def test_a_wait_that_does_not_fit_is_not_begun(badllm: BadLLM, endpoint: Endpoint, wait: str, remedy: str) -> None:
    """A wait longer than the time for the first word ends it at once, and is told."""
    badllm.play(refusal(429, retry_after=wait))
    _, problem, seconds = _ask(endpoint)
    assert problem is not None
    assert problem.kind == "busy"
    assert str(problem).endswith(remedy)
    assert len(badllm.requests) == 1
    assert seconds < SHORT


@pytest.mark.parametrize("wait", ["soon", "-3", "nan", "", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_a_wait_that_is_none_is_as_if_there_were_none(badllm: BadLLM, endpoint: Endpoint, wait: str) -> None:
    """Nonsense and the past count as no word about waiting."""
    badllm.play(refusal(429, retry_after=wait), reply("Hello."))
    assert _ask(endpoint)[0] == "Hello."


# --- stopping ---------------------------------------------------------------------------------------------------------

WAITING = {
    "before the headers": Script((Pause(30),), status=0),
    "before the first word": Script((chunk(""), Pause(30))),
    "after a word": Script((chunk("Hi"), Pause(30))),
    "in a stream": Script((Endless(chunk("Hi"), 0.05),)),
    "in a flood": Script((FLOOD,)),
}


@pytest.mark.parametrize("script", WAITING.values(), ids=WAITING)
def test_closing_the_generator_cancels_the_request(badllm: BadLLM, script: Script) -> None:
    """Within a second the server sees the connection closed, wherever it was."""
    badllm.play(script)
    with closing(Endpoint(_settings(badllm.url, first_word_seconds=60, silence_seconds=60))) as endpoint:
        for stop in (lambda pieces: pieces.close(), lambda _: None):
            pieces = endpoint.write(ASKED, 1_000)
            assert next(pieces) in ("", "Hi", "0 ")
            stop(pieces)
            del pieces  # a generator that nobody holds is closed as well
            gc.collect()
            assert badllm.requests[-1].hung_up.wait(1)


def test_closing_the_endpoint_ends_what_is_under_way(badllm: BadLLM) -> None:
    """Whoever reads is told; the next question connects anew."""
    badllm.play(Script((chunk("Hi"), Pause(30))), reply("Hello."))
    with closing(Endpoint(_settings(badllm.url, silence_seconds=60))) as endpoint:
        pieces = endpoint.write(ASKED, LIMIT)
        assert next(pieces) == "Hi"
        endpoint.close()
        with pytest.raises(ModelProblem, match="closed on our side") as raised:
            list(pieces)
        assert raised.value.kind == "cut"
        assert badllm.requests[0].hung_up.wait(1)
        assert _ask(endpoint)[0] == "Hello."


def test_a_flood_is_not_kept(badllm: BadLLM, endpoint: Endpoint) -> None:
    """A body without end is hung up on after a few hundred kilobytes."""
    _ask(endpoint)
    badllm.play(Script((b"data: ", Endless(b"x" * 65_536))))
    tracemalloc.start()
    try:
        _, problem, _ = _ask(endpoint)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert problem is not None
    assert problem.kind == "endless"
    assert badllm.requests[-1].hung_up.wait(1)
    assert peak < 5_000_000


# --- secrets ----------------------------------------------------------------------------------------------------------


def test_nothing_is_logged_that_is_nobodys_business(
    badllm: BadLLM, endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    """At the most talkative level no log holds the key, the question or the reply; nor does a repr."""
    with caplog.at_level(logging.DEBUG):
        for name in ("openai", "httpx2", "httpcore2", "asyncio"):
            caplog.set_level(logging.DEBUG, logger=name)
        for script in (
            reply("A secret marmot."),
            refusal(401, CANARY),
            refusal(500, "marmot"),
            reply("marmot", finish="length"),
        ):
            badllm.play(script)
            _ask(endpoint)
    assert "Sending HTTP Request" in caplog.text  # it did listen
    assert CANARY not in caplog.text
    assert "marmot" not in caplog.text
    assert CANARY not in f"{endpoint!r} {endpoint._settings!r} {vars(endpoint)!r}"


# --- the probe --------------------------------------------------------------------------------------------------------


def test_a_probe_says_what_answers(badllm: BadLLM, endpoint: Endpoint) -> None:
    """One token is asked for; the server's name of the model, its list of models and the time come back."""
    badllm.models = ["a-model", "another\x1b"]
    badllm.play(reply("Hello", finish="length"))
    probe = endpoint.probe()
    assert (probe.model, probe.models) == ("served-model", ("a-model", "another"))
    assert 0 < probe.seconds < SHORT
    assert badllm.asked[0]["max_tokens"] == 1


@pytest.mark.parametrize(
    "script",
    [
        document({"choices": [{"message": {"content": None}}]}),
        Script((chunk(reasoning_content="Hm", finish="length"),)),
    ],
    ids=["null content", "reasoning"],
)
def test_a_probe_wants_an_answer_not_words(badllm: BadLLM, endpoint: Endpoint, script: Script) -> None:
    """One token of a model that thinks first, or of a server that lists and names nothing, is an answer."""
    badllm.play(script)
    assert endpoint.probe().models == ()


def test_a_probe_lists_what_there_is_instead(badllm: BadLLM, endpoint: Endpoint) -> None:
    """Where the model is not known, the remedy names those the server lists."""
    badllm.models = ["one", "two"]
    badllm.play(refusal(404, "model not found"))
    with pytest.raises(ModelProblem, match=r"Set RAG_LLM_MODEL to one of: one, two\.") as raised:
        endpoint.probe()
    assert (raised.value.kind, raised.value.said) == ("unknown_model", "model not found")


@pytest.mark.parametrize("script", [document({}), Script(), refusal(401), Script((Pause(30),))], ids=range(4))
def test_a_probe_fails_as_a_reply_does(badllm: BadLLM, endpoint: Endpoint, script: Script) -> None:
    """What is no answer is a ModelProblem."""
    badllm.play(script)
    with pytest.raises(ModelProblem):
        endpoint.probe()
