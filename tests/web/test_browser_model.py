"""An answer that a language model writes, in a real browser: while one waits, while it grows, checked, and stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from rag.errors import ModelProblem
from rag.library import Library
from rag.model.records import Message
from tests.faults.scripted import Scripted

pytestmark = pytest.mark.browser

QUESTION = "Which plan sets a robot density target?"
REPLY = (
    "By 2025 there are to be 492 robots for every 10,000 workers in manufacturing {1}. "
    "The target is 600 robots per 10,000 manufacturing workers {1}. "
    "Robots will be sold to everyone by law [z9z]."
)
Open = Callable[..., Any]
Serving = Callable[[object], AbstractContextManager[str]]


class Slow(Scripted):
    """Waits before its first word, and again before its last words, until it is told to go on."""

    def __init__(self, *replies: str | Sequence[str | ModelProblem]) -> None:
        super().__init__(*replies)
        self.begin, self.end = threading.Event(), threading.Event()

    def write(self, messages: Sequence[Message], limit: int) -> Generator[str, None, None]:
        """The words, with pauses in which nothing comes."""
        words = super().write(messages, limit)
        try:
            while not self.begin.wait(0.05):
                yield ""
            for word in words:
                while word.startswith("everyone") and not self.end.wait(0.05):
                    yield ""
                yield word
        finally:
            words.close()


@pytest.fixture
def writing(digests: Path, built: Callable[[Path], Path]) -> Iterator[Callable[[Scripted], Library]]:
    """Opens the digests with something that writes."""
    opened: list[Library] = []

    def opening(writer: Scripted) -> Library:
        opened.append(Library.open(corpus=digests, embeddings=built(digests), writer=writer))
        return opened[-1]

    yield opening
    for library in opened:
        library.close()


def send(page: Any) -> None:
    """Ask the question, wait for nothing."""
    box = page.get_by_label("Your question")
    box.fill(QUESTION)
    box.press("Enter")


def test_an_answer_is_there_at_once_and_gives_way_to_the_models(
    writing: Callable[[Scripted], Library], serving: Serving, open_page: Open
) -> None:
    """First the briefs' own sentence; then words as they come, markers once checked, doubts with their reason."""
    writer = Slow(REPLY)
    with serving(writing(writer)) as at:
        page = open_page(at)
        page.get_by_text("Answers are written by a-model").wait_for()
        send(page)
        page.get_by_text("a-model is writing … Until then, in the briefs' own sentences").wait_for()
        assert "492 robots" in page.locator("#chat .said.document").inner_text()
        writer.begin.set()
        page.locator("#chat .written .unsupported").wait_for()
        assert page.locator("#chat .written a.marker").first.inner_text() == "[1]"
        writer.end.set()
        page.get_by_text("Written by a-model. Each sentence was checked").wait_for()
        doubts = page.locator("#chat .written .doubt").all_inner_texts()
        assert len(doubts) == 2
        assert "492" in doubts[0]
        assert "z9z" in doubts[1]
        assert "z9z" not in page.locator("#sources").inner_text()
        page.locator("#chat .written a.marker").first.click()
        page.locator("#cite-1 mark").first.wait_for()
        page.get_by_role("button", name="Copy with citations").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_a_written_answer_shuts_nobody_out(
    writing: Callable[[Scripted], Library], serving: Serving, open_page: Open, width: int, scheme: str
) -> None:
    """No serious or critical finding of axe-core while it is written and afterwards; nothing scrolls sideways."""
    writer = Slow(REPLY)
    writer.begin.set()
    with serving(writing(writer)) as at:
        page = open_page(at, width, scheme)
        send(page)
        page.locator("#chat .written .unsupported").wait_for()
        for _ in range(2):
            page.wait_for_timeout(300)  # fonts and colours settle
            found = Axe().run(page).response["violations"]
            assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            writer.end.set()
            page.locator("#chat .turn:not(.growing)").wait_for()


def test_stopping_stops_the_model(writing: Callable[[Scripted], Library], serving: Serving, open_page: Open) -> None:
    """What is there stays, marked as not whole, and nobody goes on writing."""
    writer = Slow(REPLY)
    writer.begin.set()
    with serving(writing(writer)) as at:
        page = open_page(at)
        send(page)
        page.locator("#chat .written .unsupported").wait_for()
        page.get_by_role("button", name="Stop").click()
        page.get_by_text("Stopped. What is above is not the whole answer.").wait_for()
        for _ in range(50):
            if writer.stopped:
                break
            page.wait_for_timeout(100)
        assert writer.stopped == 1


def test_where_the_model_fails_one_line_says_so(
    writing: Callable[[Scripted], Library], serving: Serving, open_page: Open
) -> None:
    """The answer in the briefs' own sentences stays."""
    writer = Scripted([ModelProblem("down", "The language model a-model at nowhere cannot be reached.")])
    with serving(writing(writer)) as at:
        page = open_page(at)
        send(page)
        page.get_by_text("cannot be reached. What stands here are the briefs' own sentences.").wait_for()
        assert "492 robots" in page.locator("#chat .said.document").inner_text()
        assert page.locator("#chat .writer").count() == 0
