"""Stopping, asking again, editing, and what becomes of a conversation when something goes wrong, in a real browser."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, cast
from urllib.parse import urlsplit

import pytest

from rag.answers.records import Answer
from rag.briefs.records import Item
from rag.library import Library
from rag.web.server import bind, server

pytestmark = pytest.mark.browser

TARGETS = "What are the key targets of the Robot+ plan?"
LIST = "Which policy documents did MIIT issue in April 2024?"
Ask = Callable[[Any, str], Any]
Open = Callable[..., Any]
Serving = Callable[[object], AbstractContextManager[str]]


@pytest.fixture
def slow_library(fake_library: Any, make_item: Callable[..., Item], make_answer: Callable[..., Answer]) -> Any:
    """A library whose answers stand still after their first sentence until they are told to go on."""
    item = make_item("The plan sets 492 robots.")
    library = fake_library(item, make_answer(item, ["The plan sets 492 robots."]))
    library.slow = True
    return library


def asked(page: Any) -> list[str]:
    """The questions of the conversation."""
    return cast(list[str], page.locator("#chat .asked").all_inner_texts())


def wait_for_turns(page: Any, count: int) -> None:
    """Wait until so many turns are whole."""
    page.wait_for_function(
        "n => document.querySelectorAll('#chat .turn').length === n && !document.querySelector('#chat .growing')",
        arg=count,
    )


def test_an_answer_can_be_stopped(serving: Serving, open_page: Open, slow_library: Any) -> None:
    """What is there so far stays, marked as not whole; one can go on asking."""
    with serving(slow_library) as at:
        page = open_page(at)
        box = page.get_by_label("Your question")
        box.fill("How many?")
        box.press("Enter")
        page.get_by_text("The plan sets 492 robots.").first.wait_for()
        page.get_by_role("button", name="Stop").click()
        page.get_by_text("Stopped. What is above is not the whole answer.").wait_for()
        assert page.locator("#notice").inner_text() == ""
        assert page.get_by_role("button", name="Stop").count() == 0
        slow_library.going_on.set()
        page.get_by_role("button", name="Ask again").click()
        page.get_by_text("Stopped.").wait_for(state="detached")
        wait_for_turns(page, 1)
        assert asked(page) == ["How many?"]


def test_a_question_sent_while_an_answer_grows_is_asked_after_it(
    serving: Serving, open_page: Open, slow_library: Any
) -> None:
    """It stays in the box meanwhile, and both are answered; a second Enter asks nothing twice."""
    with serving(slow_library) as at:
        page = open_page(at)
        box = page.get_by_label("Your question")
        box.fill("How many?")
        box.press("Enter")
        box.press("Enter")
        page.locator("#chat .growing .answer").wait_for()
        box.fill("And by when?")
        box.press("Enter")
        assert box.input_value() == "And by when?"
        slow_library.going_on.set()
        wait_for_turns(page, 2)
        assert asked(page) == ["How many?", "And by when?"]
        assert [question for question, _ in slow_library.heard] == ["How many?", "And by when?"]


def test_a_question_can_be_edited(site: str, open_page: Open, ask: Ask) -> None:
    """It returns to the box; asked anew, it takes the place of that turn, and what followed goes."""
    page = open_page(site)
    first = ask(page, TARGETS)
    ask(page, LIST)
    first.get_by_role("button", name="Edit question").click()
    page.get_by_text("Change the question and ask").wait_for()
    box = page.get_by_label("Your question")
    assert box.input_value() == TARGETS
    assert len(asked(page)) == 2
    box.fill("Who issued the Robot+ plan?")
    box.press("Enter")
    wait_for_turns(page, 1)
    assert asked(page) == ["Who issued the Robot+ plan?"]
    assert page.get_by_text("Change the question and ask").count() == 0


@pytest.mark.parametrize("by_key", [True, False])
def test_an_edit_can_be_called_off(site: str, open_page: Open, ask: Ask, by_key: bool) -> None:
    """By Escape or the button beside the box: the conversation stays, the box holds what it held before."""
    page = open_page(site)
    turn = ask(page, TARGETS)
    box = page.get_by_label("Your question")
    box.press_sequentially("half a")
    button = turn.get_by_role("button", name="Edit question")
    button.click()
    cancel = page.get_by_role("button", name="Cancel")
    cancel.wait_for()
    page.wait_for_function("document.activeElement.tagName === 'TEXTAREA'")
    assert box.input_value() == TARGETS
    box.press("End")
    box.press_sequentially(" Really?")
    if by_key:
        box.press("Escape")
    else:
        cancel.click()
    cancel.wait_for(state="detached")
    page.wait_for_function("document.querySelector('#question textarea').value === 'half a'")
    page.wait_for_function("document.activeElement.value === 'edit 0'")
    assert asked(page) == [TARGETS]
    box.fill(LIST)
    box.press("Enter")
    wait_for_turns(page, 2)
    assert asked(page) == [TARGETS, LIST]


def test_questions_to_go_on_with_are_answered(site: str, open_page: Open, ask: Ask) -> None:
    """After an answer, and after a refusal, the page offers questions; each one leads to an answer."""
    page = open_page(site)
    ask(page, TARGETS)
    offered = page.locator("#chat .suggestions button")
    assert 1 <= offered.count() <= 3
    question = offered.first.inner_text()
    offered.first.click()
    wait_for_turns(page, 2)
    assert asked(page)[1] == question
    assert page.locator("#chat .turn").nth(1).locator(".answer").is_visible()
    assert page.locator("#chat .suggestions").count() == 1  # of the last turn only


def test_reload_brings_the_conversation_back(site: str, open_page: Open, ask: Ask) -> None:
    """Questions, what was taken off, filters and a half-written question outlive a reload; a second tab is empty."""
    page = open_page(site)
    turn = ask(page, LIST)
    turn.get_by_role("button", name="Take off: issued by MIIT").click()
    turn.get_by_role("button", name="Put back: issued by MIIT").wait_for()
    lead = turn.locator(".lead").inner_text()
    page.locator("#filters summary").click()
    page.get_by_label("Section").select_option(label="Top 5 (25)")
    page.get_by_text("25 of 94 items").wait_for()
    page.get_by_label("Your question").press_sequentially("half a")
    page.reload()
    page.get_by_role("button", name="Put back: issued by MIIT").wait_for()
    assert page.locator("#chat .lead").inner_text() == lead
    assert asked(page) == [LIST]
    assert page.get_by_label("Your question").input_value() == "half a"
    page.get_by_text("25 of 94 items").wait_for()
    second = page.context.new_page()
    second.goto(site)
    second.locator("#ready .ready").wait_for(state="attached")
    assert second.locator("#chat .turn").count() == 0
    assert second.evaluate("localStorage.length") == 1  # the first one's; an empty one is not kept
    second.close()
    page.get_by_role("button", name="New conversation").click()
    page.locator("#chat .turn").first.wait_for(state="detached")
    page.reload()
    page.locator("#ready .ready").wait_for(state="attached")
    page.wait_for_timeout(500)
    assert page.locator("#chat .turn").count() == 0


def test_a_double_click_is_one_click(site: str, open_page: Open, ask: Ask) -> None:
    """Twice on a suggested question asks it once; twice on a chip takes one thing off."""
    page = open_page(site)
    page.locator("#welcome button.suggest").first.dblclick()
    wait_for_turns(page, 1)
    page.wait_for_timeout(500)
    assert len(asked(page)) == 1
    turn = ask(page, LIST)
    turn.get_by_role("button", name="Take off: issued by MIIT").dblclick()
    turn.get_by_role("button", name="Put back: issued by MIIT").wait_for()
    page.wait_for_timeout(500)
    assert turn.locator(".chip.back").count() == 1


def test_a_server_that_comes_back_finds_the_conversation(library: Library, browser: Any, ask: Ask) -> None:
    """While the server is away it is said; when it is back, conversation and unsent question are there."""

    def start(port: int) -> tuple[Any, threading.Thread, int]:
        listener = bind("127.0.0.1", port)
        port = listener.getsockname()[1]
        running = server(library)
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not running.started:
            time.sleep(0.02)
        return running, thread, port

    def stop(running: Any, thread: threading.Thread) -> None:
        running.should_exit = True
        thread.join(20)

    running, thread, port = start(0)
    page = browser.new_context().new_page()
    try:
        page.goto(f"http://127.0.0.1:{port}/")
        page.locator("#ready .ready").wait_for(state="attached")
        ask(page, TARGETS)
        page.get_by_label("Your question").press_sequentially("half a")
        stop(running, thread)
        page.get_by_label("Your question").press("Enter")
        page.get_by_text("The server is away.").wait_for()
        assert page.get_by_label("Your question").input_value() == "half a"
        running, thread, _ = start(port)
        page.get_by_text("The server is away.").wait_for(state="detached")
        wait_for_turns(page, 1)
        assert asked(page) == [TARGETS]
        page.wait_for_function("document.querySelector('#question textarea').value === 'half a'")
        assert urlsplit(page.url).port == port
    finally:
        page.context.close()
        stop(running, thread)


def test_a_full_queue_keeps_the_question(
    serving: Serving, browser: Any, slow_library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who comes when too many wait is told so, and the question stays in the box, to be asked when there is room."""
    monkeypatch.setattr("rag.web.page.AT_ONCE", 1)
    monkeypatch.setattr("rag.web.page.MOST_WAITING", 1)
    with serving(slow_library) as at:
        pages = []
        for _ in range(3):
            page = browser.new_context().new_page()
            page.goto(at)
            page.locator("#ready .ready").wait_for(state="attached")
            pages.append(page)
        for page in pages:
            box = page.get_by_label("Your question")
            box.fill("How many?")
            box.press("Enter")
            page.wait_for_timeout(500)
        pages[1].get_by_text("Your place in the queue: 1 of 1.").wait_for()
        last = pages[-1]
        last.locator("[data-testid=toast-text]:visible").get_by_text("Many are asking just now.").wait_for()
        assert last.get_by_label("Your question").input_value() == "How many?"
        slow_library.going_on.set()
        wait_for_turns(pages[1], 1)
        last.get_by_label("Your question").press("Enter")
        wait_for_turns(last, 1)
        for page in pages:
            page.context.close()
