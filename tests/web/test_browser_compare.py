"""A comparison as a person makes it in a real browser: choosing, reading, opening an item, coming back."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rag.library import Library

pytestmark = pytest.mark.browser

Open = Callable[..., Any]
CHOSEN = "?compare&before=2022-10-05&after=2023-03-01"


def open_comparison(open_page: Open, at: str, width: int = 1440) -> Any:
    """The page with a comparison on it."""
    page = open_page(at, width)
    page.locator("#panel .compare").wait_for()
    return page


def sides(page: Any) -> list[str]:
    """What the four controls hold."""
    controls = page.locator("#panel .one-side :is(select, input)")
    return list(controls.evaluate_all("all => all.map(control => control.value)"))


def test_two_issues_are_compared_and_a_line_is_followed_to_its_item(
    site: str, open_page: Open, library: Library
) -> None:
    """The newest pair stands there first; others are chosen, a line unfolded, its item opened, and back keeps all."""
    page = open_page(site)
    page.get_by_role("link", name="Compare", exact=True).click()
    page.locator("#panel .compared").wait_for()
    assert sides(page) == ["2023-12-06", "", "2024-05-08", ""]
    page.get_by_label("Before: issue of").select_option(label="5 October 2022")
    page.get_by_label("After: issue of").select_option(label="1 March 2023")
    page.get_by_role("button", name="Compare").click()
    page.locator("#panel .compared").get_by_text("Issue of 1 March 2023").wait_for()
    assert page.url == f"{site}{CHOSEN}"
    assert page.evaluate("document.activeElement.className") == "result"
    page.locator("[role=status]").get_by_text("Compared.").wait_for(state="attached")
    changes = library.compare({"issue": "2022-10-05"}, {"issue": "2023-03-01"}).changes
    assert page.locator("#panel .fate .name").count() == len(changes)
    line = page.locator("#panel .fate.gone > ul > li").first
    line.locator("summary").click()
    assert line.locator(".quote").first.is_visible()
    link = line.locator("details .from a").first
    place = link.inner_text()
    link.click()
    page.locator("#reading .place").get_by_text(place).wait_for()
    page.go_back()
    page.locator("#panel .compared").get_by_text("Issue of 1 March 2023").wait_for()
    assert page.url == f"{site}{CHOSEN}"
    assert sides(page) == ["2022-10-05", "", "2023-03-01", ""]
    assert line.locator(".quote").first.is_visible()  # it is still unfolded
    page.go_back()
    page.locator("#panel .compared").get_by_text("Issue of 8 May 2024").wait_for()
    assert sides(page) == ["2023-12-06", "", "2024-05-08", ""]


def test_every_line_is_a_link_to_its_item(site: str, open_page: Open, library: Library) -> None:
    """Each line of each group names the place of a source, and its title is the source line."""
    page = open_comparison(open_page, f"{site}{CHOSEN}")
    lines = page.locator("#panel .fate > ul > li:not(.none)")
    assert lines.count() == lines.filter(has=page.locator("p.from a[href^='?item=']")).count() > 20
    known = {item.id: item for item in library.items()}
    links = page.locator("#panel .from a").evaluate_all(
        "all => all.map(a => [a.getAttribute('href').slice(6), a.title, a.textContent])"
    )
    for item_id, title, words in links:
        assert words == str(known[item_id])
        assert title.endswith(words)
        assert title.startswith("Digest (not MERICS' wording) of China Industries")


def test_periods_are_typed_by_keyboard(site: str, open_page: Open) -> None:
    """A period takes the place of the issue, Enter compares, and choosing an issue takes the period off again."""
    page = open_comparison(open_page, f"{site}{CHOSEN}")
    first = page.get_by_label("or a period").first
    first.fill("2022")
    assert sides(page)[:2] == ["", "2022"]
    page.get_by_label("or a period").last.fill("2023-04-01..2023-04-30")
    page.keyboard.press("Enter")
    page.locator("#panel .compared").get_by_text("April 2023").wait_for()
    assert page.url == f"{site}?compare&before=2022&after=2023-04-01..2023-04-30"
    assert sides(page) == ["", "2022", "", "2023-04-01..2023-04-30"]
    page.get_by_label("Before: issue of").select_option(label="5 October 2022")
    assert sides(page)[:2] == ["2022-10-05", ""]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("<script>window.hit=1</script>", "'<script>window.hit=1</script>' is no stretch of the calendar"),
        ("2099", "the corpus holds no item"),
        ("2023-02-30", "is no stretch of the calendar"),
        ("2024..2023", "Swap them."),
        ("2024-05-08", "holds the same items"),
    ],
)
def test_wrong_sides_are_told_and_stay(site: str, open_page: Open, typed: str, words: str) -> None:
    """What is wrong with a side is said in words, and what was typed can be mended; nothing of an address is run."""
    page = open_comparison(open_page, f"{site}?compare&before={typed.replace('<', '%3C')}")
    problem = page.locator("#panel [role=alert]")
    assert words in problem.inner_text()
    assert typed in sides(page)
    assert page.evaluate("window.hit") is None
    assert page.locator("#panel script").count() == 0
    page.get_by_label("Before: issue of").select_option(label="5 October 2022")
    page.get_by_role("button", name="Compare").click()
    page.locator("#panel .compared").wait_for()
    assert problem.count() == 0


def test_the_comparison_is_downloaded(site: str, open_page: Open, library: Library, tmp_path: Path) -> None:
    """The file holds what `rag compare --csv` gives."""
    from rag.sheet import changes_csv

    page = open_comparison(open_page, f"{site}{CHOSEN}")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the comparison as CSV").click()
    assert download.value.suggested_filename == "china-industries-comparison.csv"
    download.value.save_as(tmp_path / "comparison.csv")
    written = (tmp_path / "comparison.csv").read_bytes().decode("utf-8-sig")
    wanted = changes_csv(library.compare({"issue": "2022-10-05"}, {"issue": "2023-03-01"}))
    assert list(csv.reader(io.StringIO(written))) == list(csv.reader(io.StringIO(wanted)))


@pytest.mark.parametrize("width", [1440, 390])
def test_what_is_new_continued_and_gone_stands_side_by_side(site: str, open_page: Open, width: int) -> None:
    """In columns where there is room, else below one another."""
    page = open_comparison(open_page, f"{site}{CHOSEN}", width)
    groups = page.locator("#panel .kind").first.locator(".fate")
    boxes = [groups.nth(place).bounding_box() for place in range(3)]
    if width == 1440:
        assert len({box["y"] for box in boxes}) == 1
        assert boxes[0]["x"] + boxes[0]["width"] < boxes[1]["x"]
        assert boxes[1]["x"] + boxes[1]["width"] < boxes[2]["x"]
    else:
        assert len({box["x"] for box in boxes}) == 1
        assert boxes[0]["y"] + boxes[0]["height"] <= boxes[1]["y"]
