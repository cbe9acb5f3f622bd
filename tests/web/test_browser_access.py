"""Who uses the page with a screen reader, a keyboard, a phone or little patience: measured in a real browser."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
LIST = "Which policy documents did MIIT issue in April 2024?"
STATES = {
    "empty": ("", ""),
    "answer": ("", "What are the key targets of the Robot+ plan?"),
    "view": ("", "What does MERICS think of the robot plan?"),
    "list": ("", LIST),
    "comparison": ("", "Compare the measures of NDRC, NEA and MIIT on carbon"),
    "refusal": ("", "How many employees does Siemens have at its Chengdu factory?"),
    "browse": ("?browse", ""),
    "item": ("?item=2024-05-08/top5/3", ""),
    "conversations": ("?conversations", ""),
    "timeline": ("?timeline", ""),
    "compare": ("?compare&before=2022-10-05&after=2023-03-01", ""),
    "wrong": ("?compare&before=<script>", ""),
    "library": ("?library", ""),
}
# The states shown in the README, by width and scheme.
SHOWN = {
    ("answer", 1440, "light"): "answer.png",
    ("list", 1440, "light"): "list.png",
    ("item", 1440, "dark"): "browse.png",
    ("timeline", 1440, "light"): "timeline.png",
    ("compare", 1440, "light"): "compare.png",
    ("library", 1440, "light"): "library.png",
    ("view", 390, "dark"): "phone.png",
    ("list", 390, "light"): "phone-list.png",
    ("conversations", 1440, "light"): "conversations.png",
}
# What cannot be mended in a component of Gradio: rule, component, reason. Nothing so far.
ALLOWED: dict[str, str] = {}

Ask = Callable[[Any, str], Any]
Open = Callable[..., Any]


def keep_some(page: Any) -> None:
    """Two conversations among what the browser keeps, and an entry that cannot be read; the forms of one open."""
    page.evaluate(
        """() => {
            const turn = (question) => "0".repeat(64) + " " + JSON.stringify({ asked: { question } });
            const keep = (id, day, ...turns) => localStorage.setItem(`china-industries/conversation/${id}`,
                JSON.stringify({ version: 1, title: "", made: 0, changed: Date.UTC(2024, 4, day), turns }));
            keep("a", 8, turn("What are the key targets of the Robot+ plan?"), turn("And by when?"));
            keep("b", 7, turn("Which policy documents did MIIT issue in April 2024?"));
            localStorage.setItem("china-industries/conversation/c", "{");
            window.dispatchEvent(new StorageEvent("storage", { key: null }));  // as if another tab had kept them
        }"""
    )
    page.locator("#panel .conversations li").first.wait_for()
    page.locator("#panel .conversations summary").first.click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("state", STATES)
def test_no_state_shuts_anyone_out(
    site: str, open_page: Open, ask: Ask, state: str, width: int, scheme: str, tmp_path: Path
) -> None:
    """No serious or critical finding of axe-core, nothing scrolls sideways, no text is cut off."""
    address, question = STATES[state]
    page = open_page(f"{site}{address}", width, scheme)
    if state == "conversations":
        keep_some(page)
    if question:
        ask(page, question)
        page.locator("#chat .turn:not(.growing)").wait_for()
    if state in ("timeline", "compare", "wrong"):
        page.locator("#panel .page").wait_for()
    page.wait_for_timeout(300)  # fonts and colours settle
    found = Axe().run(page).response["violations"]
    serious = [
        (each["id"], node["target"], node["failureSummary"])
        for each in found
        if each["impact"] in ("serious", "critical") and each["id"] not in ALLOWED
        for node in each["nodes"]
    ]
    assert serious == []
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    cut = page.locator("#head *, #desk p, #desk li, #desk h2, #desk h3, #desk button, #desk dd, #desk td")
    assert (
        cut.evaluate_all(
            "all => all.filter(e => !e.closest('.unseen') && e.scrollWidth > e.clientWidth + 2 && "
            "getComputedStyle(e).display !== 'inline').map(e => e.outerHTML.slice(0, 200))"
        )
        == []
    )
    page.screenshot(path=tmp_path / "state.png")
    if os.environ.get("UPDATE_PICTURES") == "1" and (state, width, scheme) in SHOWN:
        page.screenshot(path=PICTURES / SHOWN[state, width, scheme])


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_jumps_while_an_answer_grows(site: str, open_page: Open, ask: Ask, width: int) -> None:
    """The layout shifts by less than 0.1 from the question to the end of the answer, as browsers measure it."""
    page = open_page(site, width)
    ask(page, "What are the key targets of the Robot+ plan?")
    page.locator("#chat .turn:not(.growing)").wait_for()
    page.wait_for_timeout(700)  # shifts within half a second of a key do not count
    page.evaluate(
        "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(e => { window.shift += e.value }))"
        ".observe({ type: 'layout-shift' })"
    )
    ask(page, "What is in the May 2024 issue?")
    page.locator("#chat .growing").wait_for(state="detached")
    page.wait_for_timeout(300)
    assert page.evaluate("window.shift") < 0.1


def test_everything_is_reached_by_keyboard(site: str, open_page: Open, ask: Ask) -> None:
    """From the box, tabbing reaches the buttons of the answer, its markers, the filters and the sources, in sight."""
    page = open_page(site)
    ask(page, LIST)
    page.locator("#chat .turn:not(.growing)").wait_for()
    page.locator("#head a.view").first.focus()
    reached = ["view"]
    for _ in range(80):
        page.keyboard.press("Tab")
        name, seen = page.evaluate(
            "() => { const e = document.activeElement, s = getComputedStyle(e);"
            " return [e.className + ' ' + e.tagName, s.outlineStyle !== 'none' || e.tagName === 'TEXTAREA'] }"
        )
        reached.append(name)
        assert seen, f"no visible focus on {name}"
        if "TEXTAREA" in name:
            break
    order = ("view", "chip", "marker", "copy", "suggest", "SUMMARY", "TEXTAREA")
    places = [next(i for i, name in enumerate(reached) if part in name) for part in order]
    assert places == sorted(places)


def test_the_arrival_of_an_answer_is_told(site: str, open_page: Open, ask: Ask) -> None:
    """A status that screen readers follow says that there is an answer, and with how many sources, or none."""
    page = open_page(site)
    ask(page, LIST)
    page.locator("[role=status]").get_by_text("Answered, with 6 sources.").wait_for(state="attached")
    ask(page, "How many employees does Siemens have at its Chengdu factory?")
    page.locator("[role=status]").get_by_text("No answer in the briefs.").wait_for(state="attached")
    assert page.locator("[role=status]").get_by_text("Answered, with").count() == 0


def test_less_motion_where_it_is_asked_for(site: str, browser: Any) -> None:
    """With reduced motion, nothing on the page moves by itself."""
    page = browser.new_context(reduced_motion="reduce").new_page()
    page.goto(site)
    page.locator("#ready .ready").wait_for(state="attached")
    moving = page.locator("#desk *").evaluate_all(
        "all => all.filter(e => { const s = getComputedStyle(e);"
        " return s.animationName !== 'none' || parseFloat(s.transitionDuration) > 0 }).length"
    )
    page.context.close()
    assert moving == 0
