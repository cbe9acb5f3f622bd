"""A comparison drawn from records made by hand: controls, groups, citations, and nothing hostile."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable

import pytest

from rag.analysis.records import Change, ChangeKind, Changes, Fate, Side, Source
from rag.briefs.records import Item
from rag.web.compare import MOST_LINES, MOST_SOURCES, compare_html, problem_html, too_few_html

MakeItem = Callable[..., Item]
ISSUES = [dt.date(2022, 10, 5), dt.date(2023, 3, 1)]
BAD = '"><script>x</script>![a](https://example.com)\n\n<option selected>'


@pytest.fixture
def old(make_item: MakeItem) -> Source:
    """A sentence of the earlier side."""
    return Source.of(make_item("The *old* plan.", issue=ISSUES[0], date=ISSUES[0]), (0, 15))


@pytest.fixture
def new(make_item: MakeItem) -> Source:
    """A sentence of the later side."""
    return Source.of(make_item("The new plan.", section="policy", number=2), (0, 13))


def drawn(*changes: Change, before: str = "2022-10-05", after: str = "2023-03-01") -> str:
    """The comparison as it reads in HTML, character references resolved."""
    sides = Side("Issue of 5 October 2022", 19), Side("Issue of 1 March 2023", 1)
    return html.unescape(compare_html(ISSUES, before, after, Changes(*sides, changes)))


def group(page: str, kind: str, fate: Fate) -> str:
    """One of the nine groups."""
    (section,) = re.findall(rf"<h2>{kind}</h2>(.*?)</section>", page)
    (found,) = re.findall(
        rf'<div class="fate {fate}">(.*?)</ul>(?:<p class="none">[^<]*</p>)?</div>(?=<div|</div)', section
    )
    return str(found)


def test_there_are_three_groups_of_three_kinds_with_counts(old: Source, new: Source) -> None:
    """Bodies, topics and goals, each new, continued or gone; a group without any says so."""
    kinds: dict[ChangeKind, str] = {"body": "Issuing bodies", "topic": "Topics", "goal": "Goals with a deadline"}
    page = drawn(
        Change("body", "new", "NEA", (), (new,)),
        Change("topic", "continued", "Robots", (old,), (new,)),
        Change("goal", "gone", "492 robots, by 2025", (old,), ()),
    )
    assert "From <b>Issue of 5 October 2022</b> (19 items) to <b>Issue of 1 March 2023</b> (1 item)" in page
    fates: tuple[Fate, ...] = ("new", "continued", "gone")
    told = {(kind, fate): group(page, name, fate) for kind, name in kinds.items() for fate in fates}
    held = {place: re.findall(r'<p class="name">(.*?)</p>', said) for place, said in told.items()}
    assert {place: names for place, names in held.items() if names} == {
        ("body", "new"): ["NEA"],
        ("topic", "continued"): ["Robots"],
        ("goal", "gone"): ["492 robots, by 2025"],
    }
    assert all(f'<span class="count">{len(held[place])}</span>' in said for place, said in told.items())
    assert all(('<li class="none">None</li>' in said) == (not held[place]) for place, said in told.items())


def test_every_line_is_cited(old: Source, new: Source) -> None:
    """Where it was told, each place a link with its source line; every sentence stands folded up below."""
    line = group(drawn(Change("topic", "continued", "Robots", (old, old), (new,))), "Topics", "continued")
    before = (
        '<a href="?item=2022-10-05/top5/1" title="Digest (not MERICS\' wording) of China Industries, 5 October 2022, '
        'Top 5 no. 1">5 October 2022, Top 5 no. 1</a>'
    )
    assert f'<p class="from"><span>before</span> {before}</p>' in line
    assert "1 March 2023, Policy news no. 2</a>" in line
    assert '<summary>3 sentences<span class="unseen"> on Robots</span></summary>' in line
    assert re.findall(r'<p class="quote">(.*?)</p>', line) == ["The old plan.", "The old plan.", "The new plan."]


def test_a_goal_whose_deadline_has_passed_is_not_merely_gone(old: Source) -> None:
    """It says so."""
    passed = Change("goal", "gone", "492 robots, by 2022", (old,), (), passed=True)
    assert "its deadline has passed by then" in drawn(passed)
    assert "has passed" not in drawn(Change("goal", "gone", "492 robots, by 2025", (old,), ()))


def test_very_many_are_not_all_drawn(old: Source, new: Source) -> None:
    """How many lines and how many sentences are left out is said; the download holds them."""
    from rag.sheet import changes_csv

    many = tuple(
        Change("topic", "new", f"T{place}", (), (new,) * (MOST_SOURCES + 2)) for place in range(MOST_LINES + 1)
    )
    page = drawn(*many)
    assert page.count('<p class="name">') == MOST_LINES
    assert "1 more: the download holds them." in page
    assert page.count("2 more: the download holds them.") == MOST_LINES
    (saved,) = re.findall(r'value="china-industries-comparison.csv">[^<]*</button><pre hidden>(.*?)</pre>', page, re.S)
    assert saved == changes_csv(Changes(Side("", 0), Side("", 0), many))


@pytest.mark.parametrize(
    ("before", "issue", "period"), [("2022-10-05", "2022-10-05", ""), ("2023-Q2", "", "2023-Q2"), (BAD, "", None)]
)
def test_the_controls_stay_as_they_were_left(before: str, issue: str, period: str | None) -> None:
    """An issue in the select, anything else in the field for a period, as it was typed."""
    page = problem_html(ISSUES, before, "2023-03-01", "before: no.")
    first = page[: page.index("after-issue")]
    (chosen,) = re.findall(r'<option value="([^"]*)" selected>', first)
    assert chosen == issue
    (typed,) = re.findall(r'id="before-period"[^>]* value="([^"]*)"', first)
    if period is not None:
        assert html.unescape(typed) == period
    assert '<p class="problem" role="alert">before&#58; no&#46;</p>' in page


@pytest.mark.parametrize(("issues", "words"), [(ISSUES[:1], "one issue only, 5 October 2022"), ([], "no issue")])
def test_one_issue_is_too_few(issues: list[dt.date], words: str) -> None:
    """It is said, and periods within it can be compared."""
    page = html.unescape(too_few_html(issues))
    assert f"The corpus holds {words}: two issues are needed to compare them." in page
    assert 'id="before-period"' in page


def test_no_text_becomes_markup(make_item: MakeItem) -> None:
    """Hostile names, quotes, sides, problems and periods add no tag, no link and no line."""

    def page(bad: str) -> str:
        source = Source.of(make_item(f"A text {bad}", heading=bad), (0, 7 + len(bad)))
        kinds: tuple[ChangeKind, ...] = ("body", "topic", "goal")
        changes = tuple(Change(kind, "continued", f"N {bad}", (source,), (source,)) for kind in kinds)
        said = Changes(Side(f"S {bad}", 1), Side(f"S {bad}", 1), changes)
        return compare_html(ISSUES, bad, bad, said) + problem_html(ISSUES, bad, bad, bad)

    calm, hostile = page("x"), page(BAD)
    assert re.findall(r"<(\w+)", hostile) == re.findall(r"<(\w+)", calm)
    assert re.findall(r'href="([^"]*)"', hostile) == re.findall(r'href="([^"]*)"', calm)
    assert re.findall(r"<option[^>]* selected>", hostile) == re.findall(r"<option[^>]* selected>", calm)
    assert "\n" not in hostile
