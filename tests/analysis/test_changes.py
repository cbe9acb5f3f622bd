"""What is new, continued or gone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from rag.analysis.changes import Stretch, changes
from rag.analysis.records import Change, Changes, Goal
from rag.analysis.topics import Topics
from rag.briefs.records import Item
from tests.analysis.invented import MARCH, MAY, bullet, goal, story

OLD = bullet("The MOF taxes robots", "MOF", number=1)
BOTH = bullet("The MIIT praises steel", "MIIT", number=2)
AGAIN = bullet("The MIIT still praises steel", "MIIT", number=1, date=MAY)
NEW = bullet("The NDRC counts drones", "NDRC", number=2, date=MAY)


@pytest.fixture(scope="module")
def compared() -> Callable[..., Changes]:
    """Compares items and goals of two sides."""
    topics = Topics.load()

    def compare(
        before: Sequence[Item], after: Sequence[Item], goals: tuple[Sequence[Goal], Sequence[Goal]] = ((), ())
    ) -> Changes:
        return changes(Stretch("then", before, goals[0]), Stretch("now", after, goals[1]), topics)

    return compare


Compared = Callable[..., Changes]


def _of(found: Changes, kind: str) -> list[tuple[str, str, list[str], list[str]]]:
    return [
        (c.fate, c.name, [s.item_id for s in c.before], [s.item_id for s in c.after])
        for c in found.changes
        if c.kind == kind
    ]


def test_bodies_and_topics_are_new_continued_or_gone(compared: Compared) -> None:
    """New: only after; continued: on both sides; gone: only before. Each with its items, sides by name and number."""
    found = compared([OLD, BOTH], [AGAIN, NEW])
    assert (found.before.name, found.before.items, found.after.name, found.after.items) == ("then", 2, "now", 2)
    assert _of(found, "body") == [
        ("new", "NDRC", [], ["2023-05-03/policy/2"]),
        ("continued", "MIIT", ["2023-03-01/policy/2"], ["2023-05-03/policy/1"]),
        ("gone", "MOF", ["2023-03-01/policy/1"], []),
    ]
    assert _of(found, "topic") == [
        ("new", "Drones", [], ["2023-05-03/policy/2"]),
        ("continued", "Steel", ["2023-03-01/policy/2"], ["2023-05-03/policy/1"]),
        ("gone", "Robots", ["2023-03-01/policy/1"], []),
        ("gone", "Taxes and fees", ["2023-03-01/policy/1"], []),
    ]


def test_a_goal_told_again_is_continued(compared: Compared) -> None:
    """The same deadline, the same figures and half of the shorter one's words; the name is the later side's."""
    first = goal(BOTH, "492 robots per 10,000 workers", "492", "10,000")
    again = goal(AGAIN, "a density of 492 robots for 10000 workers", "492", "10000", words="by the end of 2025")
    dropped = goal(OLD, "100 parks", "100", year=2027)
    fresh = goal(NEW, "200 drones", "200")
    found = compared([OLD, BOTH], [AGAIN, NEW], ([first, dropped], [fresh, again]))
    assert _of(found, "goal") == [
        ("new", "200 drones, by 2025", [], ["2023-05-03/policy/2"]),
        (
            "continued",
            "a density of 492 robots for 10000 workers, by the end of 2025",
            ["2023-03-01/policy/2"],
            ["2023-05-03/policy/1"],
        ),
        ("gone", "100 parks, by 2027", ["2023-03-01/policy/1"], []),
    ]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("20 percent of renewables", "20"), ("a 20 percent share of renewables", "20"), True),
        (("20% of renewables", "20%"), ("20 percent of renewables", "20 percent"), True),
        (("20 percent of renewables", "20"), ("20 percent of steel", "20"), False),  # another thing
        (("20 percent of renewables", "20"), ("18 percent of renewables", "18"), False),  # another figure
        (("20 percent of renewables", "20"), ("more renewables",), False),  # a figure on one side only
        (("a complete standard system",), ("build a complete system of standards",), True),
        (("a complete standard system",), ("a complete standard system for lamps in homes",), False),
        (("standards",), ("new standards",), False),  # one word shared is too few
        (("standards",), ("standards",), True),  # unless it is the same wording
        (("CNY 500 billion", "500"), ("CNY 500 billion", "500"), True),
    ],
)
def test_two_goals_of_one_deadline_are_the_same(
    compared: Compared, one: tuple[str, ...], other: tuple[str, ...], same: bool
) -> None:
    """With figures: these and half of the words; without: at least two words, three fifths of all."""
    for first, second in ((one, other), (other, one)):
        found = compared([OLD], [NEW], ([goal(OLD, *first)], [goal(NEW, *second)]))
        assert [fate for fate, *_ in _of(found, "goal")] == (["continued"] if same else ["new", "gone"])


def test_another_deadline_is_another_goal(compared: Compared) -> None:
    """What is put off is gone with its old deadline and new with the other."""
    found = compared([OLD], [NEW], ([goal(OLD, "200 drones", "200")], [goal(NEW, "200 drones", "200", year=2027)]))
    assert [told[:2] for told in _of(found, "goal")] == [
        ("new", "200 drones, by 2027"),
        ("gone", "200 drones, by 2025"),
    ]


def test_a_goal_told_twice_on_one_side_is_one(compared: Compared) -> None:
    """Its sources stand together in order of date, each once."""
    late, early = goal(NEW, "200 drones", "200"), goal(AGAIN, "200 more drones", "200")
    earliest = replace(early.source, date=MARCH)
    found = compared([OLD], [AGAIN, NEW], ([], [late, replace(early, source=earliest), late]))
    (only,) = [change for change in found.changes if change.kind == "goal"]
    assert only.after == (earliest, late.source)
    assert only.name == "200 more drones, by 2025"


def test_a_goal_is_gone_since_its_deadline_has_passed(compared: Compared) -> None:
    """Passed: the deadline lies before the first item of the later side; one that is told again has not passed."""
    later = bullet("The NDRC counts drones", "NDRC", date=dt.date(2026, 1, 1))
    due = [goal(OLD, "100 parks", "100", year=2025), goal(OLD, "200 drones", "200", year=2026)]
    found = compared([OLD], [later], (due, []))
    assert {c.name: c.passed for c in found.changes if c.kind == "goal"} == {
        "100 parks, by 2025": True,
        "200 drones, by 2026": False,
    }
    found = compared([later], [OLD], ([], due))
    assert not any(c.passed for c in found.changes)
    found = compared([OLD], [later], (due, [goal(later, "100 parks", "100", year=2025)]))
    assert not any(c.passed for c in found.changes)


def test_a_body_is_shown_by_the_sentence_that_names_it(compared: Compared) -> None:
    """The first of the document's own sentences that names it, else the item's first: a comment shows no issuer."""
    told = story(
        "Plan",
        ("glance", "A plan is out. The Ministry of Finance (MOF) wrote it."),
        ("comment", "The NDRC grumbles."),
        ("reference", "**Issuing bodies:** MOF, NDRC, Bureau of Teacups"),
        bodies=("MOF", "NDRC", "Bureau of Teacups", "MIIT"),
    )
    found = compared([told], [NEW])
    assert {c.name: c.before[0].quote for c in found.changes if c.kind == "body" and c.before} == {
        "MOF": "The Ministry of Finance (MOF) wrote it.",
        "NDRC": "**Issuing bodies:** MOF, NDRC, Bureau of Teacups",
        "Bureau of Teacups": "**Issuing bodies:** MOF, NDRC, Bureau of Teacups",
        "MIIT": "A plan is out.",
    }


def test_every_change_is_cited(compared: Compared) -> None:
    """Each has a source where it stands, none where it does not, and the quote is the item's text at its span."""
    items = {item.id: item for item in (OLD, BOTH, AGAIN, NEW)}
    found = compared([OLD, BOTH], [AGAIN, NEW], ([goal(OLD, "100 parks", "100")], [goal(NEW, "200 drones", "200")]))
    assert {change.kind for change in found.changes} == {"body", "topic", "goal"}
    for change in found.changes:
        assert (bool(change.before), bool(change.after)) == (change.fate != "new", change.fate != "gone")
        for source in (*change.before, *change.after):
            assert source.quote == items[source.item_id].text[slice(*source.span)] != ""


def test_turned_round_what_was_new_is_gone(compared: Compared) -> None:
    """The same changes, the sides and the fates exchanged."""
    goals = ([goal(OLD, "100 parks", "100")], [goal(NEW, "200 drones", "200")])
    there, back = compared([OLD, BOTH], [AGAIN, NEW], goals), compared([AGAIN, NEW], [OLD, BOTH], goals[::-1])
    turned = {"new": "gone", "gone": "new", "continued": "continued"}

    def told(found: Changes) -> set[Change]:
        return {replace(change, passed=False) for change in found.changes}

    assert told(back) == {
        replace(c, fate=turned[c.fate], before=c.after, after=c.before)  # type: ignore[arg-type]  # a fate each
        for c in told(there)
    }


def test_thousands_of_goals_are_compared_in_seconds(compared: Compared) -> None:
    """Goals of one deadline without figures, all different, are the most that has to be compared with one another."""
    letters = "abcdefghijklmnopqrst"
    targets = [f"build w{a}{b}{c} and x{a}{c}{b}" for a in letters for b in letters for c in letters[:5]]
    found = compared([OLD], [NEW], ([goal(OLD, target) for target in targets], []))
    assert len(_of(found, "goal")) == 2000
