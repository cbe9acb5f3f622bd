"""The timeline as a person uses it in a real browser: looking, filtering, following links there and back."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rag.library import Library
from rag.web.filters import Choice, fitting

pytestmark = pytest.mark.browser

Open = Callable[..., Any]


def open_timeline(open_page: Open, at: str, width: int = 1440) -> Any:
    """The page with the timeline on it."""
    page = open_page(at, width)
    page.locator("#panel .timeline").wait_for()
    return page


def is_in_sight(page: Any, selector: str) -> bool:
    """Whether an element stands within the window, below the head."""
    box = page.locator(selector).bounding_box()
    return bool(box and 0 <= box["y"] < page.viewport_size["height"] and box["height"])


def test_everything_is_there_and_links_to_its_item(site: str, open_page: Open, library: Library) -> None:
    """Every item and every goal of the corpus, each with a link that opens its item."""
    page = open_page(site)
    page.get_by_role("link", name="Timeline", exact=True).click()
    page.locator("#panel .timeline").wait_for()
    links = page.locator("#panel a.event").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert sorted(links) == sorted(f"?item={item.id}" for item in library.items())
    sources = page.locator("#panel .goal .from a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert set(sources) == {f"?item={goal.source.item_id}" for goal in library.goals()}
    assert page.locator("#panel .targets li").count() == len(library.goals())
    assert page.locator("#panel a[target]").count() == 0
    page.locator("#panel a.event").first.click()
    page.locator("#reading article").wait_for()
    assert page.url == f"{site}{links[0]}"


@pytest.mark.parametrize("width", [1440, 390])
def test_a_month_leads_to_its_items_and_back(site: str, open_page: Open, width: int) -> None:
    """The link of a column brings up its part of the list, under an address of its own that can be sent on."""
    page = open_timeline(open_page, f"{site}?timeline", width)
    page.locator("#panel a.column", has_text="November 2023:").click()
    page.wait_for_function("location.hash === '#at-2023-11'")
    assert is_in_sight(page, "#at-2023-11 h3")
    page.locator("#panel a.column", has_text="2027:").click()
    assert page.url == f"{site}?timeline#by-2027"
    assert is_in_sight(page, "#by-2027 h3")
    page.go_back()
    page.wait_for_function("location.hash === '#at-2023-11'")
    assert is_in_sight(page, "#at-2023-11 h3")
    again = open_timeline(open_page, page.url, width)
    again.wait_for_timeout(300)
    assert is_in_sight(again, "#at-2023-11 h3")


@pytest.mark.parametrize("width", [1440, 390])
def test_an_item_is_opened_by_keyboard_and_back_leads_to_the_same_place(site: str, open_page: Open, width: int) -> None:
    """From a month's link on, tabbing reaches its items; after reading one, the focus is on it again, and in sight."""
    page = open_timeline(open_page, f"{site}?timeline", width)
    page.locator("#panel a.column", has_text="February 2023:").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash === '#at-2023-02'")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    row = page.evaluate("document.activeElement.getAttribute('href')")
    assert page.locator(f"#at-2023-02 a.event[href='{row}']").count() == 1
    page.keyboard.press("Enter")
    page.locator("#reading article").wait_for()
    assert page.url == f"{site}{row}"
    page.go_back()
    page.locator("#panel .timeline").wait_for()
    page.wait_for_function("href => document.activeElement.getAttribute('href') === href", arg=row)
    assert page.url == f"{site}?timeline#at-2023-02"
    assert is_in_sight(page, f"#panel a.event[href='{row}']")


def test_links_are_reached_in_the_order_in_which_they_stand(site: str, open_page: Open) -> None:
    """The items, the months, the goals, the years, then the lists: their links can be tabbed through, each in sight."""
    page = open_timeline(open_page, f"{site}?timeline")
    columns = page.locator("#panel a.column").count()
    page.get_by_label("Find in the items").focus()
    reached = []
    for _ in range(columns + 3):
        page.keyboard.press("Tab")
        name, seen = page.evaluate(
            "() => { const e = document.activeElement, b = e.getBoundingClientRect();"
            " return [e.className || e.getAttribute('href'),"
            " getComputedStyle(e).outlineStyle !== 'none' && b.top >= 0 && b.bottom <= innerHeight] }"
        )
        reached.append(name)
        assert seen, f"{name} is not seen to have the focus"
    goals = reached.index("?timeline#goals")
    assert reached[0] == "?timeline#items"
    assert set(reached[1:goals]) == set(reached[goals + 1 : -1]) == {"column"}
    assert reached[-1] == "event"
    page.locator("#panel h2 a", has_text="goals").click()
    assert is_in_sight(page, "#goals h2")


def test_filters_and_words_restrict_items_and_goals_alike(site: str, open_page: Open, library: Library) -> None:
    """Marks, lists and numbers follow the filters and the words; the columns keep their place."""
    page = open_timeline(open_page, f"{site}?timeline")
    columns = page.locator("#panel .plot").first.locator(".column").count()
    page.get_by_label("Section").select_option(label="Policy news (37)")
    page.locator("#panel h2", has_text="37 items by date").wait_for()
    assert set(page.locator("#panel .event .kind").all_inner_texts()) == {"Policy news"}
    goals = library.goals(section="policy")
    assert page.locator("#panel .targets li").count() == len(goals)
    assert page.locator("#panel .plots .stack:not(.policy)").count() == 0
    assert page.locator("#panel .plot").first.locator(".column").count() == columns
    page.get_by_label("Find in the items").fill("carbon")
    page.locator("#panel mark").first.wait_for()
    found = [item.id for item in fitting(library, Choice(section="policy", words="carbon"))]
    assert page.locator("#panel a.event").count() == len(found)
    assert page.locator("#panel .targets li").count() == sum(goal.source.item_id in found for goal in goals)
    page.get_by_label("Find in the items").fill("no such words anywhere")
    page.locator("#panel").get_by_text("No item fits.").wait_for()
    page.get_by_role("button", name="Clear filters").click()
    page.locator("#panel h2", has_text="94 items by date").wait_for()


def test_items_and_goals_are_downloaded(site: str, open_page: Open, library: Library, tmp_path: Path) -> None:
    """Each as a file of its own name, with a line for everything that is listed."""
    from rag.sheet import timeline_csv

    page = open_timeline(open_page, f"{site}?timeline")
    for name, lines in (("items", len(library.items())), ("goals", len(library.goals()))):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Download {lines} {name} as CSV").click()
        assert download.value.suggested_filename == f"china-industries-{name}.csv"
        download.value.save_as(tmp_path / name)
        rows = list(csv.reader(io.StringIO((tmp_path / name).read_bytes().decode("utf-8-sig"))))
        assert len(rows) == lines + 1
    assert rows == list(csv.reader(io.StringIO(timeline_csv((), library.goals()))))


def test_a_hostile_fragment_does_nothing(site: str, open_page: Open) -> None:
    """An address with a part that is none opens the timeline at its beginning."""
    page = open_timeline(open_page, f"{site}?timeline#<img src=x onerror=window.hit=1>")
    page.wait_for_timeout(300)
    assert page.evaluate("window.hit") is None
    assert page.locator("#panel").evaluate("e => e.scrollTop") == 0


def test_a_view_that_the_server_was_not_told_of_is_asked_for_again(site: str, open_page: Open) -> None:
    """What the page's script says may be lost while Gradio still sets itself up: it says it again."""
    page = open_page(site)
    page.evaluate("document.querySelector('#place textarea').dispatchEvent = () => true")
    page.get_by_role("link", name="Timeline").click()
    page.wait_for_timeout(500)
    assert page.locator("#panel .timeline").count() == 0
    page.evaluate("delete document.querySelector('#place textarea').dispatchEvent")
    page.locator("#panel .timeline").wait_for()


def test_a_script_that_comes_late_opens_the_page_all_the_same(site: str, browser: Any) -> None:
    """Where Gradio has drawn all before our script is there, nothing changes any more: it looks by itself."""
    page = browser.new_context().new_page()
    page.route("**/page/dom.js", lambda route: (page.wait_for_timeout(2500), route.continue_()))
    page.goto(f"{site}?timeline")
    page.locator("#panel .timeline").wait_for()
    page.context.close()
