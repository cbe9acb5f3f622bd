"""The way to a language model, against a real HTTP server that plays replies: what is asked, read, stopped."""

from __future__ import annotations

import gc
import logging
import threading
import time
import tracemalloc
from contextlib import closing
from dataclasses import replace

import pytest

from rag.errors import ModelProblem
from rag.model.endpoint import Endpoint
from rag.model.records import Writer
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
    reply,
)
from tests.model.asking import ASKED, CANARY, FLOOD, LATE, LIMIT, QUESTION, SHORT, ask, settings

# --- what is asked ----------------------------------------------------------------------------------------------------


def test_what_is_asked(badllm: BadLLM, endpoint: Endpoint) -> None:
    """Messages, model, limit and a temperature of 0, to be streamed; the key goes along, and nothing of the machine."""
    writer: Writer = endpoint
    assert (writer.name, ask(endpoint)[:2]) == ("a-model", ("Hello.", None))
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
        with closing(Endpoint(replace(settings(badllm.url), key=None))) as endpoint:
            assert ask(endpoint)[0] == "Hello."
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
    assert ask(endpoint)[:2] == ("Hello.", None)
    assert ask(endpoint)[:2] == ("Hello.", None)
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
    shown, problem, seconds = ask(endpoint)
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
    threads = [threading.Thread(target=lambda: texts.append(ask(endpoint)[0])) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == ["Two words."] * 20


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
    with closing(Endpoint(settings(badllm.url, first_word_seconds=60, silence_seconds=60))) as endpoint:
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
    with closing(Endpoint(settings(badllm.url, silence_seconds=60))) as endpoint:
        pieces = endpoint.write(ASKED, LIMIT)
        assert next(pieces) == "Hi"
        endpoint.close()
        with pytest.raises(ModelProblem, match="closed on our side") as raised:
            list(pieces)
        assert raised.value.kind == "cut"
        assert badllm.requests[0].hung_up.wait(1)
        assert ask(endpoint)[0] == "Hello."


def test_a_flood_is_not_kept(badllm: BadLLM, endpoint: Endpoint) -> None:
    """A body without end is hung up on after a few hundred kilobytes."""
    ask(endpoint)
    badllm.play(Script((b"data: ", Endless(b"x" * 65_536))))
    tracemalloc.start()
    try:
        _, problem, _ = ask(endpoint)
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
            ask(endpoint)
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
