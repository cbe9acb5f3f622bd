"""Answers that a language model writes, over the real library and a real HTTP server that plays replies and faults."""

from __future__ import annotations

import itertools
import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rag import Answer, Library
from tests.faults.badllm import (
    DONE,
    DROP,
    BadLLM,
    Endless,
    Pause,
    Play,
    Script,
    chunk,
    event,
    refusal,
    refused_url,
    reply,
)
from tests.faults.scripted import filled

pytestmark = pytest.mark.real

CANARY = "sk-canary-4711"
QUESTION = "How many robots per ten thousand workers does the Robot+ plan want by 2025?"
ROBOTS = "{2023-03-01/top5/1}"
TRUE = "By 2025, China wants 492 robots per ten thousand manufacturing workers"
UNKNOWN = "[a1a]"  # no key that could be given has these characters
INSTEAD = "What stands here are the briefs' own sentences."
FOLLOW = "Nothing that the language model wrote is borne out by what it cites; the briefs' own sentences follow."
LIMITS = {"CONNECT_SECONDS": "1", "FIRST_WORD_SECONDS": "1", "SILENCE_SECONDS": "0.5"}


def environment(url: str, **others: str) -> dict[str, str]:
    """The settings of a language model at this address, with a key that must never be seen."""
    named = {"BASE_URL": url, "MODEL": "a-model", "API_KEY": CANARY, **LIMITS, **others}
    return {f"RAG_LLM_{name}": value for name, value in named.items()}


def writes(*sentences: str) -> Play:
    """A server whose model writes this, word by word, with the keys it was given."""
    text = " ".join(sentences)
    return lambda body: reply(*(f"{word} " for word in filled(text, body["messages"][1]["content"]).split(" ")))


@pytest.fixture(scope="module")
def server() -> Iterator[BadLLM]:
    """The language model's server."""
    with BadLLM(reply("Hello.")) as playing:
        yield playing


@pytest.fixture(scope="module")
def folders(digests: Path, built: Callable[[Path], Path]) -> dict[str, Path]:
    """The digests and their index."""
    return {"corpus": digests, "embeddings": built(digests)}


@pytest.fixture
def opened(folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, str]], Library]:
    """Opens the library of the digests under these settings."""

    def opening(settings: dict[str, str]) -> Library:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        return Library.open(folders["corpus"], folders["embeddings"])

    return opening


@pytest.fixture(scope="module")
def library(server: BadLLM, folders: dict[str, Path]) -> Iterator[Library]:
    """The library of the digests, whose answers the server's model writes."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(server.url).items():
            patch.setenv(name, value)
        made = Library.open(folders["corpus"], folders["embeddings"])
    with made:
        made.warm()
        yield made


@pytest.fixture(autouse=True)
def _no_key_in_logs(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """At the most talkative level no log holds the key."""
    caplog.set_level(logging.DEBUG)
    yield
    assert not [record for record in caplog.get_records("call") if CANARY in record.getMessage()]


@pytest.fixture
def ask(library: Library, server: BadLLM) -> Callable[..., Answer]:
    """Asks what the server's model answers by these scripts."""

    def asking(*plays: Play, question: str = QUESTION) -> Answer:
        server.requests.clear()
        server.play(*plays)
        answer = library.ask(question)
        assert CANARY not in repr(answer)
        assert not [warning for warning in answer.warnings if "\n" in warning]
        return answer

    return asking


@pytest.fixture
def own(library: Library) -> Answer:
    """The answer in the briefs' own sentences."""
    return library.ask(QUESTION, model=False)


# --- good replies -----------------------------------------------------------------------------------------------------


def test_a_good_reply_is_the_answer(ask: Callable[..., Answer], server: BadLLM) -> None:
    """Its text with our markers, each statement supported by the item it cites; the key went to the server only."""
    answer = ask(writes(f"{TRUE} {ROBOTS}.", f"The MIIT is in the lead of 17 government agencies {ROBOTS}."))
    assert answer.text == f"{TRUE}. [1] The MIIT is in the lead of 17 government agencies. [1]"
    assert (answer.model, answer.waiting_for, answer.abstained) == ("a-model", "", False)
    assert [(s.support, s.reason, s.markers) for s in answer.statements] == [("supported", "", (1,))] * 2
    assert {(c.marker, c.item_id, c.located) for c in answer.citations} == {(1, "2023-03-01/top5/1", "exact")}
    (request,) = server.requests
    assert request.headers["authorization"] == f"Bearer {CANARY}"
    assert request.body["messages"][1]["content"].count(QUESTION) == 1
    assert CANARY not in json.dumps(request.body)


@pytest.mark.parametrize("how", ["in tags", "in a field of its own"])
def test_reasoning_is_never_shown(ask: Callable[..., Answer], how: str) -> None:
    """Neither in the answer nor among its statements, whichever way a server sends it."""
    thought = "The user wants 9 robots."

    def thinks(body: dict[str, Any]) -> Script:
        said = filled(f"{TRUE} {ROBOTS}.", body["messages"][1]["content"])
        if how == "in tags":
            return reply("<thi", f"nk>{thought}", "</think>", said)
        return Script((chunk(reasoning_content=thought), chunk(said), chunk(finish="stop"), DONE))

    answer = ask(thinks)
    assert [s.text for s in answer.statements] == [f"{TRUE}."]
    assert "9 robots" not in repr(answer)


def test_a_wait_that_fits_is_kept(ask: Callable[..., Answer], server: BadLLM) -> None:
    """Told to come again in 0.3 seconds, it does; nobody hears of it."""
    answer = ask(refusal(429, retry_after="0.3"), writes(f"{TRUE} {ROBOTS}."))
    assert answer.text == f"{TRUE}. [1]"
    assert server.requests[1].at - server.requests[0].at >= 0.3


def test_a_comment_without_its_speaker_is_given_one(ask: Callable[..., Answer]) -> None:
    """What only MERICS' assessment bears out is told as MERICS', also where the model leaves that out."""
    told = "Robot+ favors domestic technologies over those of foreign competitors"
    answer = ask(writes(f"{told} {ROBOTS}.", f"MERICS thinks that {told} {ROBOTS}."))
    assert [(s.voice, s.support) for s in answer.statements] == [("comment", "supported")] * 2
    assert answer.text == f"MERICS comments: {told}. [1] MERICS thinks that {told}. [1]"


# --- replies that are not borne out -----------------------------------------------------------------------------------

FOREIGN = "{2023-12-06/policy/1}"
SPOILT = {
    "no citation": (f"{TRUE}.", "nothing is cited for it"),
    "an unknown key": (f"{TRUE} {UNKNOWN}.", "cites a1a, a source that was not given"),
    "a known key and an unknown one": (f"{TRUE} {ROBOTS}{UNKNOWN}.", "cites a1a, a source that was not given"),
    "a number for a key": (f"{TRUE} [1].", "cites 1, a source that was not given"),
    "a wrong figure": (f"{TRUE.replace('492', '429')} {ROBOTS}.", "the source says 492, not 429"),
    "a figure of another item": (f"{TRUE.replace('492', '212')} {ROBOTS}.", "the source says 492, not 212"),
    "a statement of another item": (f"The 2023 list of smart factories has 212 names {ROBOTS}.", ""),
    "a figure rounded": (f"{TRUE.replace('492', '500')} {ROBOTS}.", "the source says 492, not 500"),
    "a wrong year": (f"{TRUE.replace('2025', '2027')} {ROBOTS}.", "2027"),
    "a body that was not there": (f"The CAC is in the lead of 17 government agencies {ROBOTS}.", "CAC"),
    "a comment as policy": (
        f"The plan lays down that Robot+ favors domestic technologies over those of foreign competitors {ROBOTS}.",
        "MERICS' assessment, not the document's",
    ),
    "a comment as fact": (
        f"China's population is ageing and more automation will probably be indispensable {ROBOTS}.",
        "MERICS' assessment, not a fact",
    ),
}


@pytest.mark.parametrize(("said", "reason"), SPOILT.values(), ids=SPOILT)
def test_what_is_not_borne_out_is_marked(ask: Callable[..., Answer], own: Answer, said: str, reason: str) -> None:
    """It is unsupported, with the reason; a line says so, and the briefs' own sentences follow with their sources."""
    answer = ask(writes(said))
    statement, *rest = answer.statements
    assert (statement.support, answer.model) == ("unsupported", "a-model")
    assert reason in statement.reason
    assert f"(not borne out: {statement.reason})" in answer.text
    assert [s.text for s in rest] == [s.text for s in own.statements]
    assert answer.warnings[0] == FOLLOW
    _resolves(answer)


def _resolves(answer: Answer) -> None:
    """Each marker of the text has a quote in the corpus; what was not found has none."""
    found = {citation.marker for citation in answer.citations if citation.located == "exact"}
    assert {marker for statement in answer.statements for marker in statement.markers} <= found
    assert {int(part.partition("]")[0]) for part in answer.text.split("[")[1:]} <= found
    assert all(c.marker == 0 and c.span is None for c in answer.citations if c.located == "not found")


def test_an_unknown_key_stays_among_the_citations(ask: Callable[..., Answer]) -> None:
    """As not found, under no marker; beside it a good statement stands as it is."""
    answer = ask(writes(f"{TRUE} {ROBOTS}.", f"Umbrellas are banned {UNKNOWN}."))
    assert [s.support for s in answer.statements] == ["supported", "unsupported"]
    assert [(c.marker, c.item_id, c.located) for c in answer.citations] == [
        (1, "2023-03-01/top5/1", "exact"),
        (0, "a1a", "not found"),
    ]
    assert UNKNOWN not in answer.text
    _resolves(answer)


# --- faults -----------------------------------------------------------------------------------------------------------

LATE = 1.0  # seconds by which a time-out may be overrun
BIG = "word " * 2_000_000
FAULTS: dict[str, tuple[Play, str]] = {
    "401": (refusal(401, f"Incorrect key {CANARY}"), "refuses us (HTTP 401). Check RAG_LLM_API_KEY."),
    "404 model": (refusal(404), "is not known there (HTTP 404). Check RAG_LLM_MODEL and RAG_LLM_BASE_URL."),
    "429 with a long wait": (refusal(429, retry_after="60"), "(HTTP 429). Ask again in 60 seconds."),
    "500": (refusal(500, f"stack trace of {CANARY}"), "(HTTP 500). Ask again later."),
    "time-out before the first word": (Script((Pause(30),)), "no word within 1 s. Ask again, or raise RAG_LLM_FIRST"),
    "time-out after the first word": (Script((chunk("By "), Pause(30))), "silent for 0.5 s. Ask again, or raise RAG_"),
    "broken JSON": (Script((event('{"choices": ['), DONE)), "sent what is no JSON object. Check that RAG_LLM_BASE_URL"),
    "broken JSON later": (Script((chunk("By "), event("{"), DONE)), "sent what is no JSON object. Check that"),
    "dropped connection": (Script((chunk("By 2025, China wants 492"), DROP)), "the connection was lost. Ask again."),
    "empty reply": (reply(), "gave an empty reply. Ask again."),
    "reasoning only": (reply("<think>Hm", "</think>"), "gave an empty reply. Ask again."),
    "a tool call": (
        Script((chunk(tool_calls=[{"function": {"name": "search"}}]), chunk(finish="tool_calls"), DONE)),
        "sent a tool call instead of words. Check that",
    ),
    "an endless stream": (
        Script((Endless(b"".join(chunk(f"{n} ") for n in range(500))),)),
        "came to no end and was stopped: it wrote far more than it was asked for. Ask again, or choose another model.",
    ),
    "one word for ever": (Script((Endless(chunk("no ")),)), "was stopped: it repeated itself. Ask again, or choose"),
    "10 MB in one piece": (reply(BIG), "far more than it was asked for. Ask again, or choose another model."),
    "10 MB without an event": (Script((BIG.encode(),)), "far more than it was asked for. Ask again, or choose"),
    "cut at its length": (reply(TRUE, finish="length"), "Allow more with RAG_LLM_REPLY."),
}


@pytest.mark.parametrize(("play", "line"), FAULTS.values(), ids=FAULTS)
def test_a_fault_leaves_the_extractive_answer_and_one_line(
    ask: Callable[..., Answer], own: Answer, server: BadLLM, play: Play, line: str
) -> None:
    """The line names model, host and remedy; all else is the answer in the briefs' own sentences; in time."""
    begun = time.monotonic()
    answer = ask(play)
    assert time.monotonic() - begun < 2 + LATE
    (warning,) = answer.warnings
    assert answer == replace(own, warnings=(warning,))
    assert warning.startswith(f"The language model a-model at 127.0.0.1:{server.port} ")
    assert line in warning
    assert warning.endswith(f" {INSTEAD}")


def test_a_model_that_finds_nothing_is_told(ask: Callable[..., Answer], own: Answer) -> None:
    """The agreed words become a line, and the extractive answer stays."""
    answer = ask(reply("NOT ", "STATED"))
    assert answer == replace(own, warnings=(f"The language model a-model found no answer in the items. {INSTEAD}",))


def test_a_server_that_is_not_there_is_told(opened: Callable[[dict[str, str]], Library], own: Answer) -> None:
    """The answer comes within a second of the usual, with the line."""
    with opened(environment(refused_url(), FIRST_WORD_SECONDS="60")) as alone:
        alone.warm()
        begun = time.monotonic()
        answer = alone.ask(QUESTION)
    assert time.monotonic() - begun < 2
    assert answer == replace(own, warnings=answer.warnings)
    assert "it refuses the connection. Start its server, or check RAG_LLM_BASE_URL." in answer.warnings[0]


# --- settings ---------------------------------------------------------------------------------------------------------

BAD = {
    "a key with a newline": ({"RAG_LLM_API_KEY": f"{CANARY}\nx"}, "RAG_LLM_API_KEY holds a blank, a line end"),
    "a key with blanks": ({"RAG_LLM_API_KEY": f"Bearer {CANARY}"}, "RAG_LLM_API_KEY holds a blank, a line end"),
    "no address": ({"RAG_LLM_BASE_URL": "my laptop"}, "RAG_LLM_BASE_URL: 'my laptop' is not an http or https address"),
    "a window below all": ({"RAG_LLM_WINDOW": "300"}, "RAG_LLM_WINDOW: '300' is not possible"),
    "half a model": ({"RAG_LLM_MODEL": ""}, "RAG_LLM_MODEL is set but empty"),
}
BAD_WINDOW = {"RAG_LLM_WINDOW": "1024", "RAG_LLM_REPLY": "512"}


@pytest.mark.parametrize(("settings", "line"), BAD.values(), ids=BAD)
def test_a_bad_setting_leaves_the_extractive_answer(
    opened: Callable[[dict[str, str]], Library], server: BadLLM, own: Answer, settings: dict[str, str], line: str
) -> None:
    """The library opens, nobody is asked, and each answer carries the line."""
    server.requests.clear()
    with opened(environment(server.url) | settings) as alone:
        answer = alone.ask(QUESTION)
        assert alone.warnings == answer.warnings
    assert answer == replace(own, warnings=answer.warnings)
    assert answer.warnings[0].startswith(f"No language model writes: {line}")
    assert CANARY not in repr(answer)
    assert server.requests == []


def test_a_window_smaller_than_the_instructions_is_told(
    opened: Callable[[dict[str, str]], Library], server: BadLLM, own: Answer
) -> None:
    """Nobody is asked, and the line says which setting to raise."""
    server.requests.clear()
    with opened(environment(server.url) | BAD_WINDOW) as alone:
        answer = alone.ask(QUESTION)
    assert answer == replace(own, warnings=answer.warnings)
    assert "RAG_LLM_WINDOW" in answer.warnings[0]
    assert server.requests == []


@pytest.mark.parametrize("as_json", [False, True], ids=["text", "json"])
@pytest.mark.parametrize("bad", ["a key with a newline", "no address"])
def test_a_bad_setting_is_told_by_the_shell(folders: dict[str, Path], own: Answer, bad: str, as_json: bool) -> None:
    """The answer on standard output, the line on standard error, and the exit status of an answer."""
    settings, line = BAD[bad]
    done = _shell(folders, environment("http://127.0.0.1:9/v1") | settings, *(["--json"] if as_json else []))
    assert done.returncode == 0
    (told,) = done.stderr.splitlines()
    assert told.startswith(f"rag: No language model writes: {line}")
    assert "492" in done.stdout
    if as_json:
        document = json.loads(done.stdout)
        assert (document["text"], document["model"]) == (own.text, "")
        assert document["warnings"] == [told.removeprefix("rag: ")]


def test_the_shell_shows_what_a_model_wrote(folders: dict[str, Path], server: BadLLM) -> None:
    """With its statements' markers, its sources and its name."""
    server.play(writes(f"{TRUE} {ROBOTS}."))
    done = _shell(folders, environment(server.url, FIRST_WORD_SECONDS="60"), "--json")
    document = json.loads(done.stdout)
    assert (done.returncode, document["text"], document["model"]) == (0, f"{TRUE}. [1]", "a-model")
    assert [c["item_id"] for c in document["citations"]] == ["2023-03-01/top5/1"]


def _shell(folders: dict[str, Path], settings: dict[str, str], *rest: str) -> subprocess.CompletedProcess[str]:
    where = [part for name, folder in folders.items() for part in (f"--{name}", str(folder))]
    done = subprocess.run(
        [sys.executable, "-m", "rag.cli", "ask", *where, QUESTION, *rest],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, **settings},
        timeout=120,
        check=False,
    )
    assert CANARY not in done.stdout + done.stderr
    return done


def test_what_is_warm_makes_nothing_at_the_first_question(
    opened: Callable[[dict[str, str]], Library], server: BadLLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that checks and connects is there before anything is asked, and asking for it asks nobody."""

    def late(*_: object) -> None:
        pytest.fail("made at the first question")

    server.requests.clear()
    server.play(writes(f"{TRUE} {ROBOTS}."))
    with opened(environment(server.url)) as alone:
        alone.warm()
        assert server.requests == []
        monkeypatch.setattr("rag.verify.verifier.Verifier", late)
        monkeypatch.setattr("rag.model.connection.Connection", late)
        assert alone.ask(QUESTION).model == "a-model"


# --- streaming --------------------------------------------------------------------------------------------------------


def test_the_extractive_answer_comes_before_the_server_says_a_word(
    library: Library, server: BadLLM, own: Answer
) -> None:
    """It stands while the model is waited for, and closing the stream hangs up within a second."""
    server.requests.clear()
    server.play(Script((Pause(30),), status=0))
    steps = library.stream(QUESTION)
    assert next(steps) == replace(own, waiting_for="a-model")
    assert next(steps) == replace(own, waiting_for="a-model")  # half a second later, still nothing
    _close(steps)
    assert server.requests[0].hung_up.wait(1)


def test_words_show_before_their_sentence_is_complete(library: Library, server: BadLLM) -> None:
    """Without a marker and not checked yet; the sentence before has both; no key is ever seen."""

    def begins(body: dict[str, Any]) -> Script:
        first = filled(f"{TRUE} {ROBOTS}. ", body["messages"][1]["content"])
        return Script((chunk(first), Pause(0.2), chunk("The MIIT is in "), Pause(0.2), chunk("the lead "), Pause(30)))

    server.requests.clear()
    server.play(begins)
    steps = library.stream(QUESTION)
    seen = list(itertools.takewhile(lambda step: "the lead" not in step.text, steps))
    assert any(step.text.endswith("The MIIT is in") for step in seen)
    for step in seen[-1:]:
        assert [(s.support, s.markers) for s in step.statements] == [("supported", (1,)), ("unchecked", ())]
        assert (step.waiting_for, step.model) == ("a-model", "a-model")
    assert all("[" not in step.text.replace("[1]", "") for step in seen)
    _close(steps)
    assert server.requests[0].hung_up.wait(1)


@pytest.mark.skipif(sys.platform != "linux", reason="counts handles in /proc")
def test_streams_that_are_stopped_leave_nothing_behind(library: Library, server: BadLLM) -> None:
    """20 stopped while waiting or within a sentence: each is hung up on, no thread and no handle stays."""

    def stop(wanted: Callable[[Answer], bool]) -> None:
        steps = library.stream(QUESTION)
        next(step for number, step in enumerate(steps) if number and wanted(step))
        _close(steps)
        assert server.requests[-1].hung_up.wait(1)

    server.requests.clear()
    server.play(Script((chunk("By 2025, "), Pause(30))))
    stop(lambda _: True)
    before = _held()
    for number in range(20):
        stop((lambda _: True) if number % 2 else (lambda step: "By 2025" in step.text))
    until = time.monotonic() + 2
    while _held() > before and time.monotonic() < until:
        time.sleep(0.05)
    assert _held() <= before
    assert len(server.requests) == 21


def _held() -> tuple[int, int]:
    """Threads and handles of this process."""
    return threading.active_count(), sum(1 for _ in Path("/proc/self/fd").iterdir())


def _close(steps: Iterator[Answer]) -> None:
    steps.close()  # type: ignore[attr-defined]  # a generator


def test_closing_the_library_lets_go_of_the_model(opened: Callable[[dict[str, str]], Library], server: BadLLM) -> None:
    """Its thread ends."""
    server.play(writes(f"{TRUE} {ROBOTS}."))
    before = [thread.name for thread in threading.enumerate()].count("language model")
    with opened(environment(server.url)) as alone:
        assert alone.ask(QUESTION).model == "a-model"
        assert [thread.name for thread in threading.enumerate()].count("language model") == before + 1
    assert [thread.name for thread in threading.enumerate()].count("language model") == before
