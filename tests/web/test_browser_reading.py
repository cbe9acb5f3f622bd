"""What was understood, lists, filters and browsing, as a person uses them in a real browser."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rag.library import Library

pytestmark = pytest.mark.browser

LIST = "Which policy documents did MIIT issue in April 2024?"
TARGETS = "What are the key targets of the Robot+ plan?"
Ask = Callable[[Any, str], Any]
Open = Callable[..., Any]


def remaining(page: Any, words: str) -> None:
    """Wait until the filters say so."""
    page.locator("#remaining").get_by_text(words).wait_for()


def test_what_was_understood_can_be_taken_off_and_put_back(site: str, open_page: Open, ask: Ask) -> None:
    """A chip taken off by click answers the question without it; put back by keyboard, all is as before."""
    page = open_page(site)
    turn = ask(page, LIST)
    lead = turn.locator(".lead")
    assert lead.inner_text() == "6 items, complete for the 5 issues from October 2022 to May 2024:"
    chip = turn.get_by_role("button", name="Take off: issued by MIIT")
    chip.click()
    back = turn.get_by_role("button", name="Put back: issued by MIIT")
    back.wait_for()
    assert lead.inner_text().startswith("13 items")
    assert turn.locator(".asked").inner_text() == LIST
    back.focus()
    back.press("Enter")
    chip.wait_for()
    assert lead.inner_text().startswith("6 items")
    assert page.locator("#chat .turn").count() == 1


def test_the_focus_stays_where_a_chip_was(site: str, open_page: Open, ask: Ask) -> None:
    """Taken off by keyboard, the chip that puts it back has the focus, and the other way round."""
    page = open_page(site)
    turn = ask(page, LIST)
    focused = "name => (document.activeElement.textContent ?? '').replace(/\\s+/g, ' ').startsWith(name)"
    turn.get_by_role("button", name="Take off: issued by MIIT").focus()
    page.keyboard.press("Enter")
    page.wait_for_function(focused, arg="Put back: issued by MIIT")
    page.wait_for_timeout(400)
    assert page.evaluate(focused, "Put back: issued by MIIT")
    page.keyboard.press("Enter")
    page.wait_for_function(focused, arg="Take off: issued by MIIT")


@pytest.mark.parametrize("width", [1440, 390])
def test_a_comparison_stands_side_by_side(site: str, open_page: Open, ask: Ask, width: int) -> None:
    """Each side under its own heading, in columns where there is room, else below one another; nothing is no gap."""
    page = open_page(site, width)
    turn = ask(page, "Compare NDRC, NEA and MOF in the issue of October 2022")
    page.locator("#chat .turn:not(.growing)").wait_for()
    sides = turn.locator(".side")
    assert turn.locator(".side h3").all_inner_texts() == ["NDRC", "NEA", "MOF"]
    boxes = [sides.nth(place).bounding_box() for place in range(3)]
    if width == 1440:
        assert len({box["y"] for box in boxes}) == 1
        assert boxes[0]["x"] + boxes[0]["width"] < boxes[1]["x"]
        assert boxes[1]["x"] + boxes[1]["width"] < boxes[2]["x"]
    else:
        assert len({box["x"] for box in boxes}) == 1
        assert boxes[0]["y"] + boxes[0]["height"] < boxes[1]["y"]
        assert boxes[1]["y"] + boxes[1]["height"] < boxes[2]["y"]
    assert sides.nth(1).inner_text().endswith("Nothing in the briefs.")
    assert sides.nth(2).locator("a.marker").first.inner_text() == "[1]"
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    turn.get_by_role("button", name="Copy with citations").click()
    page.get_by_text("Copied").first.wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "NEA:\nNothing in the briefs.\n\nMOF:\n- " in copied


def test_a_correction_is_shown_and_can_be_taken_off(site: str, open_page: Open, ask: Ask) -> None:
    """What was taken for a slip of the pen is told; without it the question is read as written."""
    page = open_page(site)
    turn = ask(page, "What are the key targts of the Robot+ plan?")
    turn.get_by_role("button", name="Take off: spelling: targts → targets").click()
    turn.get_by_role("button", name="Put back: spelling: targts → targets").wait_for()
    assert turn.get_by_role("button", name="Take off: spelling").count() == 0


def test_a_chip_of_an_earlier_answer_leaves_the_later_ones(site: str, open_page: Open, ask: Ask) -> None:
    """An earlier question is answered anew in its place."""
    page = open_page(site)
    first = ask(page, LIST)
    ask(page, TARGETS)
    first.get_by_role("button", name="Take off: issued by MIIT").click()
    first.get_by_role("button", name="Put back: issued by MIIT").wait_for()
    assert page.locator("#chat .asked").all_inner_texts() == [LIST, TARGETS]


@pytest.mark.parametrize("width", [1440, 390])
def test_a_list_is_a_table(site: str, open_page: Open, ask: Ask, width: int) -> None:
    """A list shows date, what, who issued it and the source of each item, also on a phone, where nothing is cut off."""
    page = open_page(site, width)
    turn = ask(page, LIST)
    names = turn.get_by_role("columnheader").all_inner_texts()
    assert names == ["Date", "What", "Issued by", "Source"]
    rows = turn.locator("tbody tr")
    assert rows.count() == 6
    cells = rows.nth(1).get_by_role("cell").all_inner_texts()
    assert cells[0] == "2 April 2024"
    assert "Digital talent: China moves to level up its labor force" in cells[1]
    assert "MIIT" in cells[2]
    assert cells[3].strip() == "[2]"
    rows.nth(1).locator("a.marker").click()
    assert page.locator("#cite-2").evaluate("card => card === document.activeElement")
    cut = "all => all.filter(e => e.scrollWidth > e.clientWidth + 1).length"
    assert turn.locator("td, .chip").evaluate_all(cut) == 0


def test_a_list_is_downloaded_as_csv(site: str, open_page: Open, ask: Ask, library: Library, tmp_path: Path) -> None:
    """The file holds a line an item, in the columns of `rag ask --csv`, and opens in Excel as UTF-8."""
    from rag.sheet import answer_csv

    page = open_page(site)
    turn = ask(page, LIST)
    with page.expect_download() as download:
        turn.get_by_role("button", name="Download as CSV").click()
    download.value.save_as(tmp_path / "list.csv")
    assert download.value.suggested_filename == "china-industries.csv"
    written = (tmp_path / "list.csv").read_bytes().decode("utf-8-sig")
    answer = library.ask(LIST)
    items = {citation.item_id: library.item(citation.item_id) for citation in answer.citations}
    assert list(csv.reader(io.StringIO(written))) == list(csv.reader(io.StringIO(answer_csv(answer, items))))


def test_an_answer_is_copied_with_its_citations(site: str, open_page: Open, ask: Ask, library: Library) -> None:
    """The clipboard holds question, answer with markers, and the line of every source."""
    page = open_page(site)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    turn = ask(page, TARGETS)
    turn.get_by_role("button", name="Copy with citations").click()
    turn.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    answer = library.ask(TARGETS)
    assert copied.split("\n")[0] == TARGETS
    assert answer.text in copied
    assert copied.split("\n")[-4:] == [f"[1] {citation.line}" for citation in answer.citations[-4:]]
    assert "Digest (not MERICS' wording) of China Industries, 1 March 2023, Top 5 no. 1" in copied


def test_filters_restrict_what_is_asked(site: str, open_page: Open, ask: Ask) -> None:
    """Filters tell how many items remain, hold for the question, and go at one click."""
    page = open_page(site)
    page.locator("#filters summary").click()
    page.get_by_label("Section").select_option(label="Policy news (37)")
    remaining(page, "37 of 94 items")
    page.get_by_label("From").fill("2024-04-01")
    page.get_by_label("Until").fill("2024-04-30")
    remaining(page, "8 of 94 items")
    turn = ask(page, "What was issued about finance?")
    assert "Policy news" in turn.locator(".chips").inner_text()
    places = page.locator("#sources .card .place").all_inner_texts()
    assert places
    assert all("8 May 2024, Policy news" in place for place in places)
    page.get_by_role("button", name="Clear filters").click()
    remaining(page, "All 94 items")
    assert page.get_by_label("From").input_value() == ""


def test_filters_that_leave_nothing_say_so(site: str, open_page: Open) -> None:
    """An impossible combination is told at once, and a question under it stays in the box."""
    page = open_page(site)
    page.locator("#filters summary").click()
    page.get_by_label("Section").select_option(label="Corporate news (32)")
    page.get_by_label("Issued by").select_option(label="MIIT (28)")
    remaining(page, "No item fits all of these: Corporate news · MIIT")
    box = page.get_by_label("Your question")
    box.fill(TARGETS)
    box.press("Enter")
    page.get_by_text("No item fits all of these filters.").wait_for()
    assert box.input_value() == TARGETS
    page.get_by_role("button", name="Clear filters").click()
    page.get_by_label("From").fill("2024-05-01")
    page.get_by_label("Until").fill("2024-04-01")
    remaining(page, "since (2024-05-01) lies after until (2024-04-01). Swap them.")


def test_every_item_can_be_read(site: str, open_page: Open, library: Library) -> None:
    """Browsing lists all items; a click opens one under its own address, and back leads back."""
    page = open_page(site)
    page.get_by_role("link", name="Browse", exact=True).click()
    rows = page.locator("#listing a.row")
    assert rows.count() == library.coverage().items
    rows.nth(2).click()
    article = page.locator("#reading article")
    article.get_by_role("heading", name="Equipment upgrading plan").wait_for()
    assert page.url == f"{site}?item=2024-05-08/top5/3"
    assert "MERICS comment" in article.inner_text()
    assert rows.nth(2).get_attribute("aria-current") == "page"
    page.get_by_role("link", name="Next item").click()
    page.locator("#reading .place").get_by_text("8 May 2024, Top 5 no. 4").wait_for()
    page.go_back()
    article.get_by_role("heading", name="Equipment upgrading plan").wait_for()
    page.go_back()
    page.go_back()
    assert page.url == site
    assert page.get_by_label("Your question").is_visible()


def test_search_as_you_type(site: str, open_page: Open) -> None:
    """Each key narrows the list; what was looked for is highlighted; Chinese titles are searched too."""
    page = open_page(f"{site}?browse")
    field = page.get_by_label("Find in the items")
    field.press_sequentially("humanoid")
    remaining(page, "of 94 items")
    marked = page.locator("#listing mark").all_inner_texts()
    assert marked
    assert {word.casefold() for word in marked} == {"humanoid"}
    field.fill("机器人")
    page.locator("#listing a.row").filter(has_text="Robots here, there, everywhere").wait_for()
    field.fill("no such words anywhere")
    page.get_by_text("No item fits. Take a filter off, or try other words.").wait_for()


def test_an_item_has_an_address(site: str, open_page: Open) -> None:
    """The address opens the item; one that leads nowhere is told, whatever it holds."""
    page = open_page(f"{site}?item=2023-03-01/top5/1")
    page.locator("#reading").get_by_role("heading", name="Robots here, there, everywhere").wait_for()
    for wrong in ("2099-01-01/top5/1", "<img src=x onerror=alert(1)>", "../../etc/passwd", ""):
        page = open_page(f"{site}?item={wrong}")
        page.get_by_text("Choose an item to read it here." if not wrong else "There is no item").first.wait_for()
        assert page.locator("#reading img").count() == 0


def test_a_question_has_an_address(site: str, open_page: Open) -> None:
    """`?q=` fills the box and sends nothing."""
    page = open_page(f"{site}?q=What%20is%20%3Cb%3Enew%3C/b%3E%3F")
    page.wait_for_function("document.querySelector('#question textarea').value !== ''")
    assert page.get_by_label("Your question").input_value() == "What is <b>new</b>?"
    page.wait_for_timeout(500)
    assert page.locator("#chat .turn").count() == 0
    page.get_by_label("Your question").press("Enter")
    page.locator("#chat .turn .answer, #chat .turn .refusal").wait_for()


def test_a_source_opens_in_browsing_and_back(site: str, open_page: Open, ask: Ask) -> None:
    """A card leads to its item; the way back leads to the conversation as it was."""
    page = open_page(site)
    ask(page, TARGETS)
    page.locator("#cite-1").get_by_role("link", name="Open in Browse").click()
    page.locator("#reading").get_by_role("heading", name="Robots here, there, everywhere").wait_for()
    page.go_back()
    assert page.locator("#chat .asked").inner_text() == TARGETS
    assert page.locator("#cite-1").is_visible()
