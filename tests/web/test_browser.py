"""The page as a person uses it, in a real browser, over the digests."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from rag.answers.records import Answer
from rag.briefs.records import Item

pytestmark = pytest.mark.browser

TARGETS = "What are the key targets of the Robot+ plan?"
VIEW = "What does MERICS think of the robot plan?"
WIDTHS = (1440, 390)
Ask = Callable[[Any, str], Any]


def in_view(page: Any, selector: str) -> bool:
    """Whether the upper edge of an element stands in the window."""
    box = page.locator(selector).bounding_box()
    return bool(box and 0 <= box["y"] < page.viewport_size["height"])


def test_an_answer_is_one_click_from_its_source(site: str, open_page: Callable[..., Any], ask: Ask) -> None:
    """A question is answered with markers; a click on one brings up its card, the quoted words highlighted."""
    page = open_page(site)
    turn = ask(page, TARGETS)
    assert "492 robots per ten thousand manufacturing workers" in turn.inner_text()
    marker = turn.locator("a.marker").first
    assert (marker.inner_text(), marker.get_attribute("href")) == ("[1]", "#cite-1")
    marker.click()
    card = page.locator("#cite-1")
    assert page.url.endswith("#cite-1")
    assert in_view(page, "#cite-1")
    assert card.evaluate("card => card === document.activeElement")
    for words in ("1 March 2023, Top 5 no. 1", "Robots here, there, everywhere", "MIIT", "Digest, not MERICS’ wording"):
        assert words in card.inner_text()
    marked = " ".join(card.locator(".excerpt mark").all_inner_texts())
    assert "reach 492 robots per ten thousand manufacturing workers" in marked
    card.get_by_text("Whole item").click()
    assert "MERICS comment" in card.inner_text()
    assert card.locator("details mark").first.is_visible()


def test_markers_of_earlier_answers_still_lead_to_their_cards(
    site: str, open_page: Callable[..., Any], ask: Ask
) -> None:
    """After a second question the first answer's marker opens the folded sources, by keyboard, at its card."""
    page = open_page(site)
    first = ask(page, TARGETS)
    second = ask(page, "How much did Hesai raise on the Nasdaq?")
    assert "Reported: Investopedia article" in second.inner_text()
    marker = first.locator("a.marker").first
    marker.focus()
    marker.press("Enter")
    assert page.locator("#cite-1").is_visible()
    assert in_view(page, "#cite-1")


def test_a_follow_up_is_understood(site: str, open_page: Callable[..., Any], ask: Ask) -> None:
    """The second question is read after the first; MERICS' view stands under MERICS' name."""
    page = open_page(site)
    ask(page, TARGETS)
    turn = ask(page, "And what does MERICS think of it?")
    assert "MERICS comments" in turn.inner_text()
    page.get_by_role("button", name="New conversation").click()
    page.locator("#chat .turn").first.wait_for(state="detached")
    assert page.locator("#welcome button").first.is_visible()


def test_a_refusal_looks_like_one(site: str, open_page: Callable[..., Any], ask: Ask) -> None:
    """What the briefs do not hold is refused, without a marker; the nearest items are named as such."""
    page = open_page(site)
    turn = ask(page, "How many employees does Siemens have at its Chengdu factory?")
    assert turn.locator(".refusal").is_visible()
    assert turn.locator("a").count() == 0
    assert "5 October 2022" in turn.inner_text()
    assert page.get_by_text("Nearest, not an answer").is_visible()
    assert page.locator("#sources .card").count() > 0


def test_a_question_over_the_limit_stays_in_the_box(site: str, open_page: Callable[..., Any], ask: Ask) -> None:
    """The limit is named, the question can be shortened and asked."""
    page = open_page(site)
    box = page.get_by_label("Your question")
    box.fill("robots " * 300)
    box.press("Enter")
    page.get_by_text("the limit is 2,000").wait_for()
    assert box.input_value() == "robots " * 300
    ask(page, TARGETS)
    assert page.get_by_text("the limit is 2,000").count() == 0


def test_an_example_is_asked_by_a_click(site: str, open_page: Callable[..., Any], ask: Ask) -> None:
    """The empty page offers questions; each is answered."""
    page = open_page(site)
    examples = page.locator("#welcome button").all_inner_texts()
    assert len(examples) == 4
    page.get_by_role("button", name=examples[0]).click()
    page.locator("#chat .turn .answer").wait_for()
    assert page.locator("#chat .asked").inner_text() == examples[0]


def test_a_fault_of_ours_loses_no_question(
    serving: Callable[[object], AbstractContextManager[str]],
    open_page: Callable[..., Any],
    ask: Ask,
    fake_library: Any,
    make_item: Callable[..., Item],
    make_answer: Callable[..., Answer],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """When an answer breaks, the question returns to the box with a word, and no trace is shown."""
    item = make_item("The plan sets 492 robots.")
    with serving(fake_library(item, make_answer(item, ["The plan sets 492 robots."]), fail=True)) as at:
        page = open_page(at)
        box = page.get_by_label("Your question")
        box.fill("How many?")
        box.press("Enter")
        page.get_by_text("Something went wrong here.").wait_for()
        assert box.input_value() == "How many?"
        assert page.locator("#chat .turn").count() == 0
        assert "fault of ours" not in page.locator("body").inner_text()
        assert "RuntimeError" not in page.content()
    assert "RuntimeError: a fault of ours" in caplog.text  # the log has it


def test_hostile_text_stays_text(
    serving: Callable[[object], AbstractContextManager[str]],
    open_page: Callable[..., Any],
    ask: Ask,
    fake_library: Any,
    make_item: Callable[..., Item],
    make_answer: Callable[..., Answer],
) -> None:
    """Scripts, images, links, folded parts and LaTeX in question and brief are shown as text, run and fetch nothing."""
    bad = (
        "<script>window.hit=1</script><img src=x onerror=window.hit=1> ![a](https://example.com/a.png) "
        "[b](https://example.com/) <details><summary>c</summary>d</details> $$e^2$$ "
        "<a href='javascript:window.hit=1'>f</a>"
    )
    item = make_item(f"A text. {bad}", heading=bad, bodies=(bad,))
    with serving(fake_library(item, make_answer(item, [bad]))) as at:
        page = open_page(at)
        turn = ask(page, bad)
        assert bad in turn.locator(".asked").inner_text()
        assert page.evaluate("window.hit") is None
        assert page.locator("#desk img, #desk iframe, #desk .katex, #desk script").count() == 0
        links = page.locator("#desk a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
        assert set(links) == {"#cite-1", "?item=2023-03-01/top5/1", "?conversations"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_fits_its_window(site: str, open_page: Callable[..., Any], ask: Ask, width: int, scheme: str) -> None:
    """At both widths, light and dark: nothing scrolls sideways, coverage and box are in sight, no link leads out."""
    page = open_page(site, width, scheme)
    sideways = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(sideways)
    ask(page, TARGETS if width == 1440 else VIEW)
    page.wait_for_timeout(300)  # fonts and scrolling settle
    assert not page.evaluate(sideways)
    assert page.get_by_text("5 issues, 5 October 2022 to 8 May 2024").is_visible()
    assert in_view(page, "#head .coverage")
    assert in_view(page, "#question")
    assert page.locator("a[href^='http'], footer a").count() == 0
    assert page.evaluate("document.body.classList.contains('dark')") == (scheme == "dark")
