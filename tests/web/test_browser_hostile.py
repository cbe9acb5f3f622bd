"""Hostile questions, briefs and file names in a real browser: shown as text, never run, never fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from rag.library import Library

pytestmark = pytest.mark.browser

Ask = Callable[[Any, str], Any]
Open = Callable[..., Any]
BAD = [
    "<script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    "![a](https://example.com/a.png)",
    "[b](https://example.com/) <https://example.com/c>",
    "<details><summary>c</summary>d</details>",
    "$$e^2$$ \\(x\\)",
    "<a href='javascript:window.hit=1'>f</a> <style>body{display:none}</style>",
    "</section></pre><button class=act value='edit 0'>g</button>",
    "\u202egnp.exe\u202c 👩\u200d🔬 机器人",
]
DRAWN = "img, iframe, script, style, form, object, svg:not(.dropdown-arrow), .katex, mjx-container"


@pytest.fixture(scope="module")
def hostile_site(
    digests: Path,
    tmp_path_factory: pytest.TempPathFactory,
    built: Callable[[Path], Path],
    serving: Callable[[object], AbstractContextManager[str]],
) -> Iterator[str]:
    """The page over one issue whose headings, sentences, issuers and file name hold every hostile text."""
    folder = tmp_path_factory.mktemp("hostile")
    text = (digests / "2023-03-01.md").read_text("utf-8")
    every = " ".join(BAD).replace("\n", " ")
    text = text.replace("By 2025, reach 492 robots", f"By 2025, {every} reach 492 robots")
    text = text.replace("Beijing to accelerate robot rollout", f"Beijing to accelerate robot rollout {BAD[1]}{BAD[2]}")
    (folder / "2023-03-01 <img src=x onerror=window.hit=1>.md").write_text(text, "utf-8")
    with Library.open(corpus=folder, embeddings=built(folder)) as library, serving(library) as at:
        yield at


def is_harmless(page: Any) -> bool:
    """Whether nothing ran, nothing but our own tags stands on the page, and every link leads to the page itself."""
    links = page.locator("#desk a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    return bool(
        page.evaluate("window.hit") is None
        and page.locator(f"#desk :is({DRAWN})").count() == 0
        and all(link.startswith(("#cite-", "?")) for link in links)
        and page.locator("body").is_visible()
    )


def test_a_hostile_brief_is_text(hostile_site: str, open_page: Open, ask: Ask) -> None:
    """Its texts are read in answer, card, list and item as they are written; nothing of it runs or is fetched."""
    page = open_page(hostile_site)
    turn = ask(page, "What are the key targets of the Robot+ plan?")
    assert "492 robots" in turn.inner_text()
    assert BAD[0] in turn.inner_text()
    assert BAD[1] in page.locator("#cite-1").inner_text()
    assert is_harmless(page)
    page.get_by_role("link", name="Browse", exact=True).click()
    row = page.locator("#listing a.row").filter(has_text="Robots here, there, everywhere")
    assert BAD[1] in row.inner_text()
    row.click()
    page.locator("#reading .card").wait_for()
    assert BAD[0] in page.locator("#reading .whole").inner_text()
    assert is_harmless(page)


@pytest.mark.parametrize("bad", BAD)
def test_a_hostile_question_is_text(site: str, open_page: Open, ask: Ask, bad: str) -> None:
    """It stands above its answer as it was typed, also after a reload; nothing of it runs or is fetched."""
    page = open_page(site)
    turn = ask(page, f"robot plan {bad}")
    shown = turn.locator(".asked").inner_text()
    assert shown == "robot plan " + bad.replace("\u202e", "").replace("\u202c", "")
    assert is_harmless(page)
    page.locator("#chat .turn:not(.growing)").wait_for()
    page.wait_for_function("sessionStorage.getItem('conversation')")
    page.reload()
    page.locator("#chat .turn:not(.growing)").wait_for()
    assert page.locator("#chat .asked").inner_text() == shown
    assert is_harmless(page)


def test_hostile_searches_and_addresses_are_text(site: str, open_page: Open) -> None:
    """What is looked for in browsing, and what an address asks, is text too."""
    page = open_page(f"{site}?browse")
    page.get_by_label("Find in the items").fill(" ".join(BAD)[:200])
    page.locator("#remaining").get_by_text("No item fits").wait_for()
    assert is_harmless(page)
    page.get_by_label("Find in the items").fill("(((.*")
    page.locator("#remaining").get_by_text("“(((.*”").wait_for()
    assert is_harmless(page)
