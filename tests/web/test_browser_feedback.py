"""A reader says what they think of an answer, in a real browser; what is kept of it is read from the real file."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from rag.cli import main
from rag.feedback.store import FILE, FeedbackFile
from rag.library import Library

pytestmark = pytest.mark.browser

QUESTION = "How many jets did Xiamen Air order from Airbus?"
Ask = Callable[[Any, str], Any]
Open = Callable[..., Any]
Serving = Callable[[object], AbstractContextManager[str]]


@pytest.fixture
def folder(digests: Path, built: Callable[[Path], Path], tmp_path: Path) -> Path:
    """An index of its own, beside which a reader's word may be kept."""
    shutil.copytree(built(digests), tmp_path / "embeddings")
    return tmp_path / "embeddings"


@pytest.fixture
def own(digests: Path, folder: Path) -> Iterator[Library]:
    """The digests over that index."""
    with Library.open(corpus=digests, embeddings=folder) as library:
        yield library


def kept_in(folder: Path) -> list[Any]:
    """What was kept."""
    return FeedbackFile(folder / FILE).read()[0]


def test_a_reader_says_that_an_answer_is_not_right(
    own: Library, digests: Path, folder: Path, serving: Serving, open_page: Open, ask: Ask,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """The form says what is kept before it is sent; then that one answer's record is there, and the page says so."""
    with serving(own) as site:
        page = open_page(site)
        ask(page, "Which plan sets a robot density target?")
        turn = ask(page, QUESTION)
        page.locator("#chat .growing").wait_for(state="detached")
        turn.get_by_role("button", name="Not right").click()
        page.get_by_text("Kept on this server for those who run it").wait_for()
        words = page.get_by_label("What is wrong with it?")
        assert words.evaluate("box => box === document.activeElement")
        page.get_by_role("button", name="Send").click()  # without a word: the browser asks for one
        assert kept_in(folder) == []
        words.fill("The number is\nof another order.")
        page.get_by_role("button", name="Send").click()
        turn.get_by_text("You said: Not right. Kept, thank you.").wait_for()
        assert turn.locator("button.judge").count() == 0
        page.reload()
        page.get_by_text("You said: Not right. Kept, thank you.").wait_for()
        assert page.locator("#chat .turn").first.locator("button.judge").count() == 2
    (record,) = kept_in(folder)
    assert (record.verdict, record.reason, record.question) == ("bad", "The number is\nof another order.", QUESTION)
    assert record.history == ()
    assert record.answer.text == own.ask(QUESTION).text
    assert main(["feedback", "--corpus", str(digests), "--embeddings", str(folder)]) == 0
    assert QUESTION in capsys.readouterr().out


def test_the_form_is_left_by_keyboard(own: Library, folder: Path, serving: Serving, open_page: Open, ask: Ask) -> None:
    """Escape closes it, the focus is on its button again, and nothing was kept."""
    with serving(own) as site:
        page = open_page(site)
        turn = ask(page, QUESTION)
        page.locator("#chat .growing").wait_for(state="detached")
        button = turn.get_by_role("button", name="Good answer")
        button.focus()
        page.keyboard.press("Enter")
        page.get_by_label("What is good about it?").wait_for()
        page.keyboard.press("Escape")
        page.locator(".judging").wait_for(state="detached")
        assert button.evaluate("button => button === document.activeElement")
    assert kept_in(folder) == []


def test_switched_off_there_are_no_thumbs(
    digests: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, serving: Serving, open_page: Open, ask: Ask
) -> None:
    """Where the operator wants none, an answer offers none."""
    monkeypatch.setenv("RAG_FEEDBACK", "off")
    with Library.open(corpus=digests, embeddings=folder) as library, serving(library) as site:
        page = open_page(site)
        turn = ask(page, QUESTION)
        page.locator("#chat .growing").wait_for(state="detached")
        assert turn.get_by_role("button", name="Ask again").is_visible()
        assert page.locator("button.judge").count() == 0
