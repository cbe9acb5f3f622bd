"""The library view as a person uses it: what is there and what is missing, and adding briefs, in a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from rag.library import Library
from rag.web.gate import MOST_BYTES

pytestmark = pytest.mark.browser

BRIEF = (Path(__file__).parents[1] / "data" / "briefs" / "valid" / "plain.txt").read_bytes()
JULY = BRIEF.replace(b"JUNE 4", b"JULY 4")
HOSTILE = "<img src=x onerror=alert(1)>\u202etxt.md"
Ask = Callable[[Any, str], Any]
Open = Callable[..., Any]


@pytest.fixture
def own_site(
    digests: Path,
    built: Callable[[Path], Path],
    tmp_path: Path,
    serving: Callable[[object], AbstractContextManager[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[str]:
    """The page over a corpus that may be added to."""
    shutil.copytree(digests, tmp_path / "corpus")
    shutil.copytree(built(digests), tmp_path / "embeddings")
    monkeypatch.setenv("RAG_UPLOADS", "on")
    with Library.open(tmp_path / "corpus", tmp_path / "embeddings") as library, serving(library) as at:
        yield at


def a_file(name: str, data: bytes) -> dict[str, Any]:
    """A file as a person chooses it."""
    return {"name": name, "mimeType": "text/plain", "buffer": data}


def add(page: Any, *chosen: dict[str, Any]) -> list[str]:
    """Choose files; gives what is said of each, in order, once all are done."""
    rows = page.locator("#panel .files > li")
    count = rows.count() + len(chosen)
    page.locator("#add-files").set_input_files(list(chosen))
    rows.nth(count - 1).locator(".told").wait_for(timeout=60_000)  # they are sent one after the other
    return [rows.nth(place).inner_text() for place in range(count - len(chosen), count)]


def test_coverage_and_gaps_are_in_sight(site: str, open_page: Open) -> None:
    """A bar and a row an issue, the gaps in words, and that adding is off here."""
    page = open_page(f"{site}?library")
    panel = page.locator("#panel")
    panel.get_by_role("heading", name="What the corpus holds").wait_for()
    assert panel.locator(".bars a").count() == panel.locator("tbody tr").count() == 5
    assert panel.locator("tbody tr").nth(2).locator("td").all_inner_texts()[:3] == [
        "3 May 2023",
        "28 March 2023 to 24 April 2023",
        "Digest",
    ]
    gaps = panel.locator(".gaps li").all_inner_texts()
    assert gaps[2] == "25 April 2023 to 24 October 2023 · 183 days"
    assert gaps[0].endswith("(possibly fewer: the issue of 1 March 2023 named no reporting period)")
    assert "RAG_UPLOADS=on" in panel.inner_text()
    assert page.locator("#add-files").count() == 0


@pytest.mark.parametrize("way", [".bars a", "tbody a"])
def test_an_issue_leads_to_its_items(site: str, open_page: Open, way: str) -> None:
    """By keyboard: the list shows that issue alone, as if the filter had been chosen, and "Back" leads back."""
    page = open_page(f"{site}?library")
    link = page.locator(f"#panel {way}").filter(has_text="1 March 2023")
    link.focus()
    link.press("Enter")
    page.locator("#remaining").get_by_text("16 of 94 items").wait_for()
    assert page.locator("#filter-issue").input_value() == "2023-03-01"
    assert page.locator("#listing section").count() == 1
    assert page.url.endswith("?browse")
    page.go_back()
    page.locator("#panel .library").wait_for()
    assert page.url.endswith("?library")


def test_a_link_to_a_filtered_list_can_be_opened(site: str, open_page: Open) -> None:
    """From outside the page, too; a later change of the filters is not undone by it."""
    page = open_page(f"{site}?browse&section=top5&issue=2022-10-05")
    page.locator("#remaining").get_by_text("5 of 94 items").wait_for()
    page.locator("#filter-issue").select_option("2023-03-01")
    page.locator("#remaining").get_by_text("1 March 2023").wait_for()
    page.reload()
    page.locator("#remaining").get_by_text("1 March 2023").wait_for()
    assert page.locator("#filter-section").input_value() == "top5"


def test_a_person_adds_files(own_site: str, open_page: Open, ask: Ask) -> None:
    """Of several files each is told what was read or why it failed; what is new shows at once, everywhere, and
    answers.
    """
    page = open_page(f"{own_site}?library")
    page.locator("#panel .library").wait_for()
    good, bad, twice, large, hostile = add(
        page,
        a_file("kites.txt", BRIEF),
        a_file("notes.md", b"no brief at all"),
        a_file("again.md", BRIEF),
        a_file("large.txt", b"x" * (MOST_BYTES + 1)),
        a_file(HOSTILE, b"\xff"),
    )
    assert "Original of 4 June 2025: 2 top stories, 2 policy news, 1 corporate news." in good
    assert "notes.md: expected a China Industries brief" in bad
    assert "It was there already; nothing changed." in twice
    assert "It is larger than 1 MB" in large
    assert "<img src=x onerror=alert(1)>txt.md, line 1: expected UTF-8 text" in hostile
    assert page.locator("#panel .files progress").count() == 0
    assert page.locator("#panel .files img").count() == 0
    page.locator("#head .coverage").get_by_text("6 issues").wait_for()
    page.locator("#panel tbody a").get_by_text("4 June 2025").click()
    page.locator("#remaining").get_by_text("5 of 99 items").wait_for()
    page.locator("#to-ask").click()
    turn = ask(page, "Which tax on kites was lowered?")
    turn.locator("a.marker").first.wait_for()
    assert "4 June 2025" in page.locator("#sources").inner_text()


def test_files_can_be_dropped(own_site: str, open_page: Open) -> None:
    """Dropped files are added like chosen ones, and the bar is told to those who listen."""
    page = open_page(f"{own_site}?library")
    page.locator("#panel .zone").wait_for()
    page.evaluate(
        "text => { const files = new DataTransfer(); files.items.add(new File([text], 'kites.txt'));"
        " document.querySelector('#panel .zone').dispatchEvent("
        "new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true })) }",
        BRIEF.decode(),
    )
    assert page.locator("#panel .files > li").count() == 1
    page.locator("#panel .files .told").wait_for()
    page.locator("[role=status]").get_by_text("kites.txt: Original of 4 June 2025").wait_for(state="attached")


def test_what_was_said_and_the_focus_outlive_the_redrawing(own_site: str, open_page: Open) -> None:
    """The view is drawn anew with the new issue; the list of files stays, and so does the keyboard's place. A filter
    that was chosen before stays chosen.
    """
    page = open_page(f"{own_site}?browse&section=policy")
    page.locator("#remaining").get_by_text("37 of 94 items").wait_for()
    page.locator("#to-library").click()
    page.locator("#add-files").focus()
    add(page, a_file("kites.txt", BRIEF))
    page.locator("#panel tbody a").get_by_text("4 June 2025").wait_for()
    assert page.locator("#panel .files > li").count() == 1
    assert page.evaluate("document.activeElement.id") == "add-files"
    add(page, a_file("July.txt", JULY))
    page.locator("#panel tbody a").get_by_text("4 July 2025").wait_for()
    assert page.locator("#panel .files > li.added").count() == 2
    page.locator("#to-browse").click()
    page.locator("#remaining").get_by_text("41 of 104 items").wait_for()
    assert page.locator("#filter-section").input_value() == "policy"


def test_two_people_see_their_own_additions_through(own_site: str, open_page: Open) -> None:
    """Two pages add at the same time, different files and the same one: all end well on both."""
    pages = [open_page(f"{own_site}?library") for _ in range(2)]
    for page, mine in zip(pages, (BRIEF, JULY), strict=True):
        page.locator("#add-files").set_input_files([a_file("mine.txt", mine), a_file("common.txt", BRIEF)])
    for page in pages:
        page.locator("#panel .files .told").nth(1).wait_for(timeout=60_000)
        assert page.locator("#panel .files .failed").count() == 0
    pages[0].reload()
    pages[0].locator("#panel tbody a").get_by_text("4 July 2025").wait_for()
    assert pages[0].locator("#panel tbody tr").count() == 7
