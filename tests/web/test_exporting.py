"""Conversations as files: what this server vouches for, under a name that no system stumbles over."""

from __future__ import annotations

import asyncio
import http.client
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from starlette.requests import Request
from starlette.responses import Response

from rag.answers.records import Answer
from rag.briefs.records import Item
from rag.web import conversations
from rag.web.conversation import Turn
from rag.web.exporting import FORMS, MOST_TURNS, Exports, exchange_of
from rag.web.filters import Choice
from rag.web.kept import Seals
from rag.web.secret import Key


@pytest.fixture
def turn(make_item: Callable[..., Item], make_answer: Callable[..., Answer]) -> Turn:
    """One question, answered from one item."""
    item = make_item("The plan sets 492 robots.")
    return Turn("How many?", make_answer(item, [item.text]), {item.id: item}, whole=True)


def exported(seals: Seals, form: str, body: object) -> Response:
    """What the route answers to this body."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": sent}

    scope = {"type": "http", "method": "POST", "headers": [], "path_params": {"form": form}}
    return asyncio.run(Exports(seals).export(Request(scope, receive)))


def test_the_page_offers_what_there_is() -> None:
    """Each form, under the name of its route."""
    assert conversations.FORMS.keys() == FORMS.keys()


@pytest.mark.parametrize(
    ("form", "media", "ending"),
    [
        ("markdown", "text/markdown; charset=utf-8", "md"),
        ("word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
        ("bibtex", "application/x-bibtex; charset=utf-8", "bib"),
        ("csl-json", "application/vnd.citationstyles.csl+json", "json"),
    ],
)
def test_a_conversation_becomes_a_file(seals: Seals, turn: Turn, form: str, media: str, ending: str) -> None:
    """With its media type and a name of its title and the day."""
    reply = exported(seals, form, {"title": "Robots", "turns": [seals.seal(turn)]})
    assert (reply.status_code, reply.headers["content-type"]) == (200, media)
    name = unquote(reply.headers["content-disposition"].partition("filename*=UTF-8''")[2])
    assert re.fullmatch(rf"Robots \d{{4}}-\d\d-\d\d\.{ending}", name)
    content = bytes(reply.body)
    if form == "word":
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            content = file.read("word/document.xml")
    assert b"2023-03-01/top5/1" in content
    assert (b"492 robots" in content) is (form in ("markdown", "word"))


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("../../etc/passwd", "etc passwd"),
        ('a"; filename=x.exe\r\nx: y', "a filename x exe x y"),
        ("机器人密度?", "机器人密度"),
        ("  ", "Conversation"),
        ("CON?*<>|:", "CON"),
        ("x" * 5000, "x" * 60),
        ("<img src=x onerror=alert(1)>", "img src x onerror alert 1"),
    ],
)
def test_a_name_is_safe_whatever_the_title(seals: Seals, turn: Turn, title: str, name: str) -> None:
    """Letters and digits, no more: no folder, no header, no other ending."""
    header = exported(seals, "bibtex", {"title": title, "turns": [seals.seal(turn)]}).headers["content-disposition"]
    assert header.isascii()
    assert unquote(header.partition("''")[2]).rpartition(" ")[0] == name


def test_what_this_server_cannot_vouch_for_is_not_written(seals: Seals, turn: Turn) -> None:
    """The questions concerned are named, with what to do."""
    foreign = Seals(Key(b"1" * 32)).seal(turn)
    reply = exported(seals, "markdown", {"title": "", "turns": [seals.seal(turn), foreign, "x"]})
    assert reply.status_code == 409
    assert bytes(reply.body).startswith(b"Question 2, 3: this server cannot vouch for")
    assert b"492" not in bytes(reply.body)


def test_a_question_without_an_answer_is_written_as_such(seals: Seals, turn: Turn) -> None:
    """One whose answer was still growing when it was kept."""
    growing = seals.seal(replace(turn, question="And by when?", whole=False))
    reply = exported(seals, "markdown", {"title": "", "turns": [seals.seal(turn), growing]})
    assert reply.status_code == 200
    assert "And by when?" in bytes(reply.body).decode()


@pytest.mark.parametrize(
    "body",
    [b"", b"x", b"[]", b"[" * 99999, {}, {"title": "x"}, {"title": 1, "turns": ["x"]}, {"title": "x", "turns": "x"},
     {"title": "x", "turns": []}, {"title": "x", "turns": [1]}, {"title": "x", "turns": ["x"] * (MOST_TURNS + 1)},
     b'{"title": "\\ud800", "turns": ["x"]}'],
)  # fmt: skip
def test_what_is_no_conversation_is_told(seals: Seals, body: object) -> None:
    """422, in words."""
    reply = exported(seals, "word", body)
    assert (reply.status_code, reply.media_type) == (422, "text/plain")
    assert len(reply.body) > 20


def test_another_form_is_told(seals: Seals) -> None:
    """404, with those there are."""
    assert b"There are markdown, word" in bytes(exported(seals, "pdf", {}).body)


def test_a_turn_is_exported_as_it_is_shown(turn: Turn) -> None:
    """With what it looked in, what was taken off and whether it was stopped."""
    assert turn.answer is not None
    part = replace(turn, choice=Choice(section="policy"), stopped=True)
    exchange = exchange_of(part)
    assert (exchange.question, exchange.answer, exchange.items) == (turn.question, turn.answer, turn.items)
    assert (exchange.looked_in, exchange.taken_off, exchange.stopped) == (("Policy news",), (), True)


def test_over_the_network(site: str) -> None:
    """The route answers with the page's headers; other sites, and other forms, have none."""
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=20)
    try:
        for path, headers, status in (
            ("/export/word", {}, 422),
            ("/export/word", {"Origin": "https://example.com"}, 403),
            ("/export/pdf", {}, 404),
            ("/export/word/x", {}, 404),
        ):
            connection.request("POST", path, b"{}", headers)
            reply = connection.getresponse()
            reply.read()
            assert (reply.status, reply.getheader("x-content-type-options")) == (status, "nosniff")
    finally:
        connection.close()
