"""A library one can write down, hostile texts, and the real page on a port of this machine."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from rag.answers.records import Answer, Coverage
from rag.briefs.records import Item
from rag.errors import InputError
from rag.library import Library
from rag.opening import Report
from rag.web.kept import Seals
from rag.web.secret import Key
from rag.web.server import address, bind, server
from tests.made import COVERAGE, an_answer, an_item

ARGUMENTS = (
    "--no-sandbox --disable-gpu --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()
HEIGHTS = {1440: 900, 390: 844}  # of a window, by its width


class FakeLibrary:
    """Answers every question from one item, whatever is asked; `fail` breaks it in the middle of an answer."""

    def __init__(self, item: Item, answer: Answer, fail: bool = False) -> None:
        self._item, self._answer, self._fail = item, answer, fail
        self.heard: list[tuple[str, list[dict[str, str]]]] = []
        self.told: list[dict[str, object]] = []  # what else was given with a question
        self.may_write: list[bool] = []  # whether a language model might write the answer
        self.going_on = threading.Event()  # an answer waits for it where `slow` is set
        self.slow = False

    def stream(
        self, question: str, *, history: Sequence[dict[str, str]] = (), model: bool = True, **told: object
    ) -> Iterator[Answer]:
        """The one answer; an empty question is refused."""
        if not question.strip():
            raise InputError("The question holds no word.")
        self.heard.append((question, list(history)))
        self.may_write.append(model)
        self.told.append({name: value for name, value in told.items() if value})
        return self._grow()

    @property
    def takes_feedback(self) -> bool:
        """No reader's word is kept."""
        return False

    @property
    def model(self) -> str:
        """No language model writes."""
        return ""

    def _grow(self) -> Iterator[Answer]:
        yield self._answer
        if self.slow:
            self.going_on.wait(30)
        if self._fail:
            raise RuntimeError("a fault of ours")

    def ask(self, question: str, **told: object) -> Answer:
        """The one answer."""
        return self._answer

    def item(self, item_id: str) -> Item:
        """The one item."""
        assert item_id == self._item.id
        return self._item

    def items(self, **filters: object) -> list[Item]:
        """The one item."""
        return [self._item]

    def coverage(self) -> Coverage:
        """One issue."""
        return COVERAGE

    @property
    def report(self) -> Report:
        """One generation, which is never replaced."""
        return Report("generation-0", 1, 1, 1, 0, 0, False, ())

    def published(self) -> str:
        """The same generation."""
        return self.report.generation

    @property
    def manifest(self) -> SimpleNamespace:
        """One corpus, which never changes."""
        return SimpleNamespace(content="content-0")

    @property
    def embeddings(self) -> Path:
        """None: what is sealed over this library is sealed by a secret of this process alone."""
        return Path("no-such-folder")


@pytest.fixture(scope="session")
def library(digests: Path, built: Callable[[Path], Path]) -> Iterator[Library]:
    """The digests, opened once for all tests of the page."""
    with Library.open(corpus=digests, embeddings=built(digests)) as opened:
        yield opened


@contextmanager
def running(library: object, port: int = 0) -> Iterator[str]:
    """The page over a library, served on this port or on a free one; gives its address."""
    with bind("127.0.0.1", port) as listener:
        page = server(cast(Library, library))
        thread = threading.Thread(target=page.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 30
        while not page.started and thread.is_alive() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert page.started, "the server did not start"
        try:
            yield address(listener)
        finally:
            page.should_exit = True
            thread.join(20)
            assert not thread.is_alive(), "the server did not stop"


@pytest.fixture(scope="session")
def site(library: Library) -> Iterator[str]:
    """The address of the page over the digests."""
    with running(library) as at:
        yield at


@pytest.fixture(scope="session")
def serving() -> Callable[..., AbstractContextManager[str]]:
    """Serves the page over any library."""
    return running


@pytest.fixture
def seals() -> Seals:
    """Seals of a secret that is known."""
    return Seals(Key(b"0" * 32))


@pytest.fixture
def make_item() -> Callable[..., Item]:
    """Makes items by hand."""
    return an_item


@pytest.fixture
def make_answer() -> Callable[..., Answer]:
    """Makes answers by hand."""
    return an_answer


@pytest.fixture
def fake_library() -> type[FakeLibrary]:
    """A library one can write down."""
    return FakeLibrary


# --- a person at a browser ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")  # no longer: while it is open, no other test can run an event loop
def browser(chromium: str) -> Iterator[Any]:
    """An installed Chromium without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens an address in a fresh window; at the end nothing may have been asked of elsewhere, and no error logged."""
    pages: list[tuple[Any, str, list[str], list[str]]] = []

    def open_at(at: str, width: int = 1440, scheme: str = "light") -> Any:
        context = browser.new_context(viewport={"width": width, "height": HEIGHTS[width]}, color_scheme=scheme)
        page = context.new_page()
        asked: list[str] = []
        errors: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda said: errors.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(at)
        page.locator("#ready .ready").wait_for(state="attached")
        pages.append((page, at.partition("?")[0], asked, errors))
        return page

    yield open_at
    for page, at, asked, errors in pages:
        page.context.close()
        assert [url for url in asked if not url.startswith((at, "data:"))] == []
        assert errors == []


@pytest.fixture
def ask() -> Callable[[Any, str], Any]:
    """Asks as a person does; gives the turn, once its answer is there."""
    return ask_in


def ask_in(page: Any, question: str) -> Any:
    """Ask on a page; gives the turn."""
    turns = page.locator("#chat .turn").count()
    box = page.get_by_label("Your question")
    box.fill(question)
    box.press("Enter")
    turn = page.locator("#chat .turn").nth(turns)
    turn.locator(".answer, .refusal").wait_for()
    page.wait_for_function("document.querySelector('#question textarea').value === ''")
    return turn
