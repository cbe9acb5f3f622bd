"""The report: whole, harmless, and pleasant at both widths."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rag.briefs.records import Item
from rag.evaluation.questions import Question
from rag.evaluation.report import GRADES, grade, page
from rag.evaluation.results import Results
from rag.evaluation.run import Outcome, Written

if TYPE_CHECKING:
    from playwright.sync_api import Page

SUBJECT = {
    "edition": "original",
    "content": "c" * 64,
    "encoder": "e",
    "issues": 1,
    "items": 12,
    "passages": 12,
    "model": "",
}
NASTY = "</script><img src=x onerror=alert(1)>\u202e [1]"


def _ids(*numbers: int) -> tuple[str, ...]:
    return tuple(f"2023-03-01/policy/{n}" for n in numbers)


@pytest.fixture
def results(question: Callable[..., Question]) -> Results:
    """A right answer, a nasty one, a refusal and a failure."""
    turn = {"role": "user", "content": NASTY}
    outcomes = (
        Outcome(question("q1", [1], [["100 loans"]]), _ids(1, 2), "Yes. [1]", cited=_ids(1), stated=(True,)),
        Outcome(
            question("q2", [2, 3], [[NASTY]], question=NASTY, history=(turn,)),
            _ids(5),
            NASTY,
            cited=_ids(4),
            stated=(False,),
        ),
        Outcome(
            question("q3", type="unanswerable", why="period"), _ids(6), "Not there.", abstained=True, reason="period"
        ),
        Outcome(question("q4", [1]), error=f"ValueError: {NASTY}"),
    )
    return Results(outcomes, "all", SUBJECT)


def test_how_a_question_went(question: Callable[..., Question]) -> None:
    """Each grade from the outcome that earns it."""
    cases: list[tuple[str, Question, dict[str, Any]]] = [
        ("right", question("q", [1, 2], [["x"]]), {"cited": _ids(1), "stated": (True,)}),
        ("partly", question("q", [1, 2], type="list"), {"cited": _ids(1)}),
        ("partly", question("q", [1], [["x"]]), {"cited": _ids(1), "stated": (False,)}),
        ("wrong", question("q", [1], [["x"]]), {"cited": _ids(2), "stated": (False,)}),
        ("rightly refused", question("q"), {"abstained": True}),
        ("wrongly answered", question("q"), {"cited": _ids(1)}),
        ("wrongly refused", question("q", [1]), {"abstained": True}),
        ("failed", question("q", [1]), {"error": "no"}),
    ]
    for expected, asked, outcome in cases:
        assert grade(Outcome(asked, **outcome)) == expected
    assert {expected for expected, *_ in cases} == set(GRADES)


def test_the_page_asks_for_nothing_and_lets_nothing_through(results: Results, items: dict[str, Item]) -> None:
    """No address, no source, no markup of others, no character that turns the writing direction."""
    made = page(results, items)
    assert not re.search(r"https?:|url\(|\bsrc=[^x]|@import", made)
    assert "<img" not in made
    assert "\u202e" not in made
    assert made.count("</script>") == 1
    assert "for your own use" in made


def test_every_link_leads_to_an_item_on_the_page(results: Results, items: dict[str, Item]) -> None:
    """Gold, cited and found items lie below with their text."""
    made = page(results, items)
    ids = re.findall(r'id="([^"]+)"', made)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', made)) <= set(ids)
    assert "Plan 4 grants 400 loans." in made
    assert made.count('<details class="question"') == 4


def test_a_page_names_the_model_and_what_it_could_not_bear_out(results: Results, items: dict[str, Item]) -> None:
    """Name, share and reasons where one wrote; that there is none where none is set."""
    assert "no language model" in page(results, items)
    assert "Written by" not in page(results, items)
    wrote = (Written("Plan 1 grants 100 loans.", "supported", ""), Written(NASTY, "unsupported", "cites z9z"))
    first = replace(results.outcomes[0], model="a-<model>", written=wrote, not_found=("z9z",))
    made = page(Results((first,), "all", {**SUBJECT, "model": "a-<model>"}), items)
    assert "1 of 1 answers written by a-&lt;model&gt;" in made
    assert "1 of 2 statements supported" in made
    assert "unsupported: cites z9z" in made
    assert '<div class="tile"><span>Supported</span><b>0.50</b>' in made
    assert "<li>z9z</li>" in made
    assert "<img" not in made


@pytest.mark.browser
def test_the_page_filters_opens_items_and_fits(
    results: Results, items: dict[str, Item], chromium: str, tmp_path: Path
) -> None:
    """Narrow and wide, light and dark: no sideways scroll, no console message, filters and links work."""
    from playwright.sync_api import sync_playwright

    (tmp_path / "index.html").write_text(page(results, items), encoding="utf-8")
    said: list[str] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for width, scheme in ((1440, "light"), (390, "dark")):
            view: Page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]  # one of its literals
            view.on("console", lambda message: said.append(message.text))
            view.on("pageerror", lambda error: said.append(str(error)))
            view.goto((tmp_path / "index.html").as_uri())
            assert view.evaluate("document.documentElement.scrollWidth <= innerWidth")
            view.select_option("select[name=type]", "unanswerable")
            assert view.locator(".question:visible").count() == 1
            view.select_option("select[name=type]", "")
            view.fill("input[name=words]", "q1")
            view.locator(".question:visible summary").click()
            view.locator(".question:visible a").first.click()
            opened = view.locator("#item-2023-03-01-policy-1")
            opened.get_by_text("Plan 1 grants 100 loans.").wait_for(state="visible")
            assert said == []
        browser.close()
