"""What goes wrong on the way to a language model: each fault, played by a real HTTP server, is one line in time."""

from __future__ import annotations

import email.utils
import socket
import time
from contextlib import closing

import pytest

from rag.model.endpoint import Endpoint
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
from tests.model.asking import CANARY, FLOOD, LATE, LIMIT, SHORT, ask, settings

# --- faults -----------------------------------------------------------------------------------------------------------

LONG = "This model's maximum context length is 4096 tokens. However, you requested 5000."
BIG = b"x" * 10_000_000
DRIP = Endless(b": still here\n\n", 0.05)
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
    text, problem, seconds = ask(endpoint)
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
    _, problem, _ = ask(endpoint)
    assert problem is not None
    assert problem.said.startswith("no such [31m thing as …: xxx")
    assert len(problem.said) == 200
    assert "thing" not in str(problem)


def test_a_server_that_is_not_there_is_told_within_a_second() -> None:
    """Refused, and after two more tries at once told so: nobody waits for a time-out."""
    with closing(Endpoint(settings(refused_url(), first_word_seconds=60))) as endpoint:
        endpoint.warm()
        _, problem, seconds = ask(endpoint)
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
    with closing(Endpoint(settings("http://model.invalid:8000/v1"))) as endpoint:
        _, problem, _ = ask(endpoint)
    assert problem is not None
    assert (problem.kind, len(asked)) == ("down", 1)
    assert "at model.invalid:8000 cannot be reached: there is no such host." in str(problem)


def test_a_server_that_speaks_no_tls_is_told(badllm: BadLLM) -> None:
    """An https address of a server that speaks plain http is told as a matter of TLS, without another try."""
    with closing(Endpoint(settings(badllm.url.replace("http:", "https:")))) as endpoint:
        _, problem, _ = ask(endpoint)
    assert problem is not None
    assert problem.kind == "down"
    assert "no secure connection comes about (TLS)" in str(problem)


def test_a_connection_that_does_not_come_about_is_given_up() -> None:
    """A server that takes the connection and then says nothing of TLS costs the seconds for connecting, once."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/v1"
        with closing(Endpoint(settings(url, connect_seconds=0.5, first_word_seconds=60))) as endpoint:
            endpoint.warm()
            _, problem, seconds = ask(endpoint)
    assert problem is not None
    assert problem.kind == "slow"
    assert "no connection within 0.5 s. Check RAG_LLM_BASE_URL, or raise RAG_LLM_CONNECT_SECONDS." in str(problem)
    assert seconds < 0.5 + LATE


def test_no_redirection_is_followed(badllm: BadLLM, endpoint: Endpoint) -> None:
    """Whatever address a server names, nothing, and no key, goes there."""
    with BadLLM(reply("Wrong.")) as other:
        for status in (301, 302, 303, 307, 308):
            badllm.play(refusal(status, location=f"{other.url}/chat/completions"))
            _, problem, _ = ask(endpoint)
            assert problem is not None
            assert "which is not followed). Put the address where it leads into RAG_LLM_BASE_URL." in str(problem)
        assert other.requests == []


def test_a_reply_slower_than_anyone_waits_for_is_ended(badllm: BadLLM, endpoint: Endpoint) -> None:
    """A word now and then, for ever: besides the first word and the silence, the whole has an end."""
    badllm.play(Script((Endless(chunk("."), 0.2),)))
    text, problem, seconds = ask(endpoint, limit=2)  # two tokens: one second after that for the first word
    assert problem is not None
    assert (problem.kind, "fewer than 2 tokens a second" in str(problem)) == ("slow", True)
    assert text
    assert SHORT + 1 <= seconds < SHORT + 1 + LATE


# --- trying again -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(badllm: BadLLM, status: int) -> None:
    """Twice at most, and the reply is as if nothing had been."""
    badllm.play(refusal(status), refusal(status), reply("Hello."))
    with closing(Endpoint(settings(badllm.url, first_word_seconds=20))) as patient:
        text, problem, _ = ask(patient)
    assert (text, problem, len(badllm.requests)) == ("Hello.", None, 3)


def test_a_wait_that_fits_is_kept(badllm: BadLLM, endpoint: Endpoint) -> None:
    """The server's wait, in seconds or as a date, comes before the next try."""
    badllm.play(refusal(429, retry_after="0.6"), reply("Hello."))
    assert ask(endpoint)[0] == "Hello."
    first, second = badllm.requests
    assert second.at - first.at >= 0.6
    with closing(Endpoint(settings(badllm.url, first_word_seconds=20))) as patient:
        # whole seconds: between one and two from now
        badllm.play(refusal(503, retry_after=email.utils.formatdate(time.time() + 2, usegmt=True)), reply("Hello."))
        assert ask(patient)[0] == "Hello."
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
    _, problem, seconds = ask(endpoint)
    assert problem is not None
    assert problem.kind == "busy"
    assert str(problem).endswith(remedy)
    assert len(badllm.requests) == 1
    assert seconds < SHORT


@pytest.mark.parametrize("wait", ["soon", "-3", "nan", "", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_a_wait_that_is_none_is_as_if_there_were_none(badllm: BadLLM, endpoint: Endpoint, wait: str) -> None:
    """Nonsense and the past count as no word about waiting."""
    badllm.play(refusal(429, retry_after=wait), reply("Hello."))
    assert ask(endpoint)[0] == "Hello."
