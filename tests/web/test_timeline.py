"""The timeline drawn from records made by hand: what is listed where, what is said of a goal, and nothing hostile."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable
from typing import Any

import pytest

from rag.analysis.records import Deadline, Goal, Source
from rag.answers.records import Coverage, IssueCoverage
from rag.briefs.records import Item
from rag.web.timeline import MOST_GOALS, MOST_ITEMS, covered, in_figures, timeline_html

MakeItem = Callable[..., Item]
MARCH, MAY = dt.date(2023, 3, 1), dt.date(2023, 5, 3)
PERIOD = dt.date(2023, 3, 28), dt.date(2023, 4, 24)
COVERAGE = Coverage(
    (IssueCoverage(MARCH, None, "digest", {"top5": 1}), IssueCoverage(MAY, PERIOD, "digest", {"policy": 1})),
    dt.date(2023, 1, 19),
    dt.date(2023, 4, 14),
)
TEXT = "By 2025, there shall be *492* robots and 9 [parks](https://example.com/a). Ten areas are named."
BAD = '"><script>x</script>![a](https://example.com)\n\n<details open>'


@pytest.fixture
def robots(make_item: MakeItem) -> Item:
    """A top story of January."""
    return make_item(TEXT, date=dt.date(2023, 1, 19))


@pytest.fixture
def grids(make_item: MakeItem) -> Item:
    """A policy bullet of April, without a heading."""
    return make_item(
        "The grid grows.", heading="", section="policy", issue=MAY, date=dt.date(2023, 4, 14), bodies=("NEA",)
    )


def a_goal(item: Item, year: int = 2025, target: str = "492 robots", **fields: Any) -> Goal:
    """A goal of an item's first sentence."""
    deadline = Deadline(dt.date(year, 1, 1), dt.date(year, 12, 31), f"By {year}")
    source = Source.of(item, (0, item.text.index(". ") + 1 if ". " in item.text else len(item.text)))
    given: dict[str, Any] = {"figures": ("492",), "voice": "document", "bodies": item.bodies, **fields}
    return Goal(deadline, target, source=source, **given)


def drawn(items: list[Item], goals: list[Goal], every: list[Item] | None = None, words: str = "") -> str:
    """The timeline as it reads in HTML, character references resolved."""
    dates = {item.date for item in every or items}
    return html.unescape(timeline_html(items, goals, COVERAGE, dates, words))


def test_items_stand_by_month_the_newest_first(robots: Item, grids: Item) -> None:
    """Each is a link to read it, with its date, its section in words, its bodies, its heading or its first words."""
    page = drawn([robots, grids], [])
    assert re.findall(r'class="stretch" id="([^"]*)"[^>]*><h3>(\w+ \d+)', page) == [
        ("at-2023-04", "April 2023"),
        ("at-2023-01", "January 2023"),
    ]
    april, january = re.findall(r'<a class="event".*?</a>', page)
    assert 'href="?item=2023-05-03/policy/1"' in april
    for words in ("14 April 2023", "Policy news", "NEA", "The grid grows."):
        assert words in april
    for words in ("19 January 2023", "Top 5", "MIIT", "<b>Robots</b>", "there shall be 492 robots and 9 parks"):
        assert words in january


def test_every_column_that_is_a_link_leads_to_its_part(robots: Item, grids: Item) -> None:
    """Months and years alike: each fragment has one part with that id."""
    page = drawn([robots, grids], [a_goal(robots), a_goal(robots, 2030)])
    leads = re.findall(r'<a class="column" href="[?]timeline#([^"]*)"', page)
    assert leads == ["at-2023-01", "at-2023-04", "by-2025", "by-2030"]
    ids = re.findall(r'id="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    assert {*leads, "items", "goals"} <= set(ids)


def test_months_that_no_issue_covers_are_hatched(robots: Item, grids: Item) -> None:
    """An issue covers its stated period, or where it states none the months it tells of; not what lies between."""
    months = covered(COVERAGE, [robots.date, grids.date], "month")
    assert months == {dt.date(2023, 1, 1), dt.date(2023, 3, 1), dt.date(2023, 4, 1)}
    assert "February 2023: no issue covers it" in drawn([robots, grids], [])
    assert covered(COVERAGE, [robots.date], "year") == {dt.date(2023, 1, 1)}


def test_filters_take_marks_off_and_leave_the_scale(robots: Item, grids: Item) -> None:
    """A month whose items the filters take off is empty, not uncovered, and the columns stay where they were."""
    page = drawn([robots], [], every=[robots, grids])
    assert "--columns:4" in page
    assert "April 2023: no items" in page
    none = drawn([], [], every=[robots, grids])
    assert "No item fits. Take a filter off, or try other words." in none
    assert "No goal with a deadline in these items." in none


def test_words_looked_for_are_highlighted(robots: Item) -> None:
    """As in browsing."""
    assert "<mark>492</mark> robots" in drawn([robots], [], words="492")


def test_a_goal_says_what_by_when_and_who_says_so(robots: Item) -> None:
    """Deadline as written, target with its figures emphasised, voice, date, the sentence as it reads, its source."""
    page = drawn([robots], [a_goal(robots)])
    (goal,) = re.findall(r'<li class="goal">.*?</div></li>', page)
    for words in (
        '<p class="due">By 2025</p>',
        "<li><b>492</b> robots</li>",
        "The document, 19 January 2023",
        "By 2025, there shall be 492 robots and 9 parks.",
        '<a href="?item=2023-03-01/top5/1" title="Digest (not MERICS\' wording) of China Industries, 1 March 2023, '
        'Top 5 no. 1">1 March 2023, Top 5 no. 1</a>',
    ):
        assert words in goal
    assert "MERICS comments, 19 January 2023" in drawn([robots], [a_goal(robots, voice="comment")])


def test_a_deadline_whose_words_hide_the_year_says_when_it_is(robots: Item) -> None:
    """ "Within two years" is followed by the time that it means."""
    soon = Deadline(dt.date(2024, 6, 1), dt.date(2024, 6, 30), "within the month")
    source = Source.of(robots, (0, 10))
    assert '<p class="due">within the month <span>(June 2024)</span></p>' in drawn(
        [robots], [Goal(soon, "robots", (), "document", (), source)]
    )


def test_goals_stand_by_year_and_one_sentence_stands_once(robots: Item) -> None:
    """Two targets that one sentence sets for one deadline share its quote; years between are one column."""
    goals = [a_goal(robots, 2035), a_goal(robots), a_goal(robots, target="9 parks", figures=("9",))]
    page = drawn([robots], goals)
    assert re.findall(r"<h3>(\d{4}) <span class=\"count\">(\d) goal", page) == [("2025", "2"), ("2035", "1")]
    assert page.count('<li class="goal">') == 2
    assert '<ul class="targets"><li><b>492</b> robots</li><li><b>9</b> parks</li></ul>' in page
    assert "2026 to 2034: no goals" in page
    assert "2026: no goals" in drawn([robots], [a_goal(robots), a_goal(robots, 2027)])


def test_very_many_are_not_all_drawn(make_item: MakeItem, robots: Item) -> None:
    """The newest items and the goals due first are listed; how many are left is said, and what shows them."""
    items = [make_item("A text.", number=number) for number in range(1, MOST_ITEMS + 3)]
    goals = [a_goal(robots, 2025 + place // 100, target=f"{place} robots") for place in range(MOST_GOALS + 1)]
    page = drawn([*items, robots], goals)
    assert page.count('<a class="event"') == MOST_ITEMS
    assert "3 older: Choose an issue, a section or dates to see them." in page
    assert "1 due later: Choose an issue, a section or a body to see them." in page
    assert "Download 300 items as CSV" in page
    leads = re.findall(r'<a class="column" href="[?]timeline#([^"]*)"', page)
    assert leads == ["at-2023-03", "by-2025", "by-2026", "by-2027"]  # none to a part that is not listed
    assert "January 2023: 1 item, 1 Top 5" in page  # and yet it has its mark


def test_figures_are_emphasised_where_they_stand_alone() -> None:
    """A figure within a longer number is none; longer figures go before those that they hold."""
    assert (
        html.unescape(in_figures("9 of 492 parks, 1.9 more", ["9", "492"])) == "<b>9</b> of <b>492</b> parks, 1.9 more"
    )
    assert html.unescape(in_figures("10,000 and 10", ["10", "10,000"])) == "<b>10,000</b> and <b>10</b>"
    assert in_figures("none", ()) == "none"


def test_both_lists_are_offered_as_csv(robots: Item, grids: Item) -> None:
    """Each under a file name of its own, in the columns of the shell's commands."""
    from rag.sheet import items_csv, timeline_csv

    goals = [a_goal(robots)]
    page = drawn([grids, robots], goals)
    saved = dict(re.findall(r'class="save" value="([^"]*)">[^<]*</button><pre hidden>(.*?)</pre>', page, re.S))
    assert saved == {
        "china-industries-items.csv": items_csv([grids, robots]),
        "china-industries-goals.csv": timeline_csv((), goals),
    }


def test_no_text_becomes_markup(make_item: MakeItem) -> None:
    """Hostile headings, texts, bodies, targets, figures and words looked for add no tag and no link, and no line."""

    def page(bad: str) -> str:
        item = make_item(f"A text {bad}.", heading=f"A {bad}", bodies=(f"B {bad}",))
        goal = a_goal(item, target=f"T {bad}", figures=(bad or "1",))
        return timeline_html([item], [goal], COVERAGE, {item.date}, bad)

    calm, hostile = page("x"), page(BAD)
    tags = [re.findall(r"<(\w+)", each) for each in (calm, hostile)]
    assert {*tags[1]} <= {*tags[0], "mark"}
    assert set(re.findall(r'href="([^"]*)"', hostile)) == set(re.findall(r'href="([^"]*)"', calm))
    assert "\n" not in hostile


def test_an_empty_corpus_is_told() -> None:
    """There is no time to draw."""
    assert "The corpus holds no item." in timeline_html([], [], Coverage((), None, None), ())
