"""Goals in invented items, and over the corpus: what is one, what is none, and what belongs to which deadline."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from rag.analysis.goals import goals_of
from rag.analysis.records import Goal
from rag.briefs.corpus import read_corpus
from rag.briefs.plain import plain
from rag.briefs.records import Item, Part, Titles

DAY = dt.date(2023, 6, 15)


def _item(text: str, number: int = 1) -> Item:
    """An item of 15 June 2023 that is one glance."""
    span = (0, len(text))
    return Item(
        issue=dt.date(2023, 7, 5), section="top5", number=number, heading="", date=DAY, bodies=("MIIT",), via=(),
        mentions=(), titles=Titles(), sources=(), parts=(Part("glance", "document", text, span),), text=text, span=span,
        page=None, edition="digest",
    )  # fmt: skip


def _told(text: str) -> list[tuple[str, str]]:
    """Targets with the last day of their deadline, in order of the text."""
    goals = sorted(goals_of([_item(text)]), key=lambda goal: goal.source.span)
    return [(goal.target, str(goal.deadline.last)) for goal in goals]


@pytest.mark.parametrize(
    ("text", "target", "last"),
    [
        ("By 2025, China wants to have 3,000 charging points.", "have 3,000 charging points", "2025"),
        ("The ministry aims to train 50,000 welders by the end of 2025.", "train 50,000 welders", "2025"),
        ("Hainan is to phase out diesel buses before 2027.", "Hainan is to phase out diesel buses", "2026"),
        ("Beijing wants 492 robots per 10,000 workers by 2025, double the density of 2020.",
         "492 robots per 10,000 workers", "2025"),
        ("The government has set a target of 12 million new jobs in 2023.", "12 million new jobs", "2023"),
        ("Its 2025 target is a rate of 70 percent for chips.", "a rate of 70 percent for chips", "2025"),
        ("From 2027 on, all new ferries shall run on batteries.", "all new ferries shall run on batteries", "2027"),
        ("The plant, due in 2026, will make 300,000 cells.", "The plant will make 300,000 cells", "2026"),
        ("The start of production is scheduled for 2025.", "The start of production", "2025"),
        ("Zhejiang should, by 2025, form a complete chain.", "Zhejiang should form a complete chain", "2025"),
        ("China aims to establish by 2025 a system of standards.", "establish a system of standards", "2025"),
        ("Shenzhen’s goal is to have – by 2025 – 6,000 buses.", "have 6,000 buses", "2025"),
        ("Lists of “Lighthouse Yards” (set for 300 by the end of 2024) exist.",
         "Lists of “Lighthouse Yards” set for 300", "2024"),
        ("The ministry expects the sector's revenue to exceed CNY 500 billion by 2025.",
         "the sector's revenue to exceed CNY 500 billion", "2025"),
        ("A complete system for recycling is the target for 2025.", "A complete system for recycling", "2025"),
        ("Made in China 2025 wanted 70 percent of parts to be local by 2025.",
         "70 percent of parts to be local", "2025"),
        ("Under the plan, Jiangsu will, by 2026, be home to 50 firms.", "Jiangsu will be home to 50 firms", "2026"),
        ("Volvo's factory is expected to open in 2025.", "Volvo's factory is expected to open", "2025"),
        ("Output is to grow by 8 percent annually until 2025.", "Output is to grow by 8 percent annually", "2025"),
    ],
)  # fmt: skip
def test_a_goal_is_told_in_the_words_of_its_sentence(text: str, target: str, last: str) -> None:
    """Without what announces it, and without its deadline."""
    assert _told(text) == [(target, f"{last}-12-31")]


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("By 2025, cut emissions by 18 percent and raise the share of renewables to 20 percent.",
         ["cut emissions by 18 percent", "raise the share of renewables to 20 percent"]),
        ("Within three years, the city will set up five parks and train 2,000 technicians.",
         ["the city will set up five parks", "train 2,000 technicians"]),
        ("Hubei will build three data centers, ten labs and a museum by 2026.",
         ["Hubei will build three data centers", "ten labs and a museum"]),
        ("Create 300 bases, as well as about 10,000 majors, by 2025.",
         ["Create 300 bases", "Create about 10,000 majors"]),
        ("Key tasks for 2023 include expanding broadband, opening 20 centers and simplifying checks.",
         ["expanding broadband", "opening 20 centers", "simplifying checks"]),
        ("Shorter tests, stronger rules and more exchange are among the goals for 2024.",
         ["Shorter tests", "stronger rules", "more exchange"]),
        ("By 2025, (1) energy use falls by 13.5 percent; (2) five leading firms emerge.",
         ["energy use falls by 13.5 percent", "five leading firms emerge"]),
        ("By 2025, output is to grow by 4 percent, and energy use is to fall by 13 percent.",
         ["output is to grow by 4 percent", "energy use is to fall by 13 percent"]),
        # one target each
        ("Encourage firms to raise quality and to train staff by 2025.",
         ["Encourage firms to raise quality and to train staff"]),
        ("Optimize and adjust 20 percent of majors by 2025.", ["Optimize and adjust 20 percent of majors"]),
        ("By 2025 the number should reach 50,000, up from 20,000 in 2022.",
         ["the number should reach 50,000, up from 20,000 in 2022"]),
    ],
)  # fmt: skip
def test_two_verbs_or_two_amounts_are_two_targets(text: str, targets: Sequence[str]) -> None:
    """What is coordinated is split; a comparison, a shared object and what others are to do are not."""
    assert [target for target, _ in _told(text)] == list(targets)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The plan calls for 20 centers by end-2025 and 60 by 2030.", [("20 centers", "2025"), ("60", "2030")]),
        ("The share of green steel is to rise to 15 percent by 2025 and to 30 percent by 2030.",
         [("The share of green steel is to rise to 15 percent", "2025"),
          ("The share of green steel is to rise to 30 percent", "2030")]),
        ("By 2027, the region hopes to become a center and, by 2035, to lead the world.",
         [("become a center", "2027"), ("lead the world", "2035")]),
        ("China is to have more labor and, by 2025, 400 bases.", [("400 bases", "2025")]),
        ("China wants 200 clusters by 2025, a goal named before; new rules hold measures.", [("200 clusters", "2025")]),
        ("A firm announced a factory; from 2024, it could make 150,000 cars.",
         [("it could make 150,000 cars", "2024")]),
        ("The share must be over 80 percent by 2025, and prices must fall.",
         [("The share must be over 80 percent", "2025"), ("prices must fall", "2025")]),
    ],
)  # fmt: skip
def test_words_belong_to_the_nearest_deadline(text: str, told: Sequence[tuple[str, str]]) -> None:
    """One that opens its clause has what follows, one that ends it what precedes; a bare amount gets its subject."""
    assert [(target, last[:4]) for target, last in _told(text)] == list(told)


@pytest.mark.parametrize(
    "text",
    [
        "The regulation takes effect on January 1, 2024.",
        "The measures will come into force on September 1, 2023 and expire in 2028.",
        "From January 1, 2024, the tax will be levied on all firms.",
        "Comments can be submitted until July 20, 2023.",
        "Companies have until August 1, 2023, to apply for the pilot.",
        "The ministry published its Action Plan for Green Shipping (2023-2025).",
        "The plan runs from 2022 to 2025.",
        "The ministry released its work plan for 2023.",
        "Support is the aim of an action plan on digital commerce in 2024-2026.",
        "Analysts expect sales to reach 10 million cars by 2025.",
        "The market for lidar will grow to USD 3 billion by 2027.",
        "By 2030, the workforce will probably shrink by 35 million people.",
        "The ministry expects a shortage of 2 million engineers by 2025.",
        "They think that by 2035, yards will be able to weld without people.",
        "If exports are banned by 2025, makers will suffer.",
        "Hydrogen cars stay exempt from tolls until the end of 2025.",
        "Subsidies for small cars are extended until 2024.",
        "The certificate is valid until 2026.",
        "The next expo takes place in Shanghai in November 2023.",
        "In 2023, the MIIT published guidelines on batteries.",
        "The target of 500 parks by 2020 was missed.",
        "China's target of 20 percent by 2025 has already been met.",
        "A brief on “Vision by 2035 for 100 Parks” appeared.",
        "The measures build on the [carbon peaking by 2030 plan](#).",
        "Made in China 2025 targets appeared in the press.",
        "Providers must correct the algorithm within three months.",
    ],
)
def test_not_every_time_ahead_is_a_deadline(text: str) -> None:
    """Rules, procedures, reliefs, documents, events, forecasts, conditions and history set no goal."""
    assert not _told(text)


@pytest.mark.parametrize(
    "lead",
    [
        "The guidelines set the following targets for 2025:",
        "By 2025, the main objectives are to:",
        "The following targets, among others, are set for 2025:",
        "For 2025, a new plan names these goals:",
        "By 2025:",
        "Major indicators for 2025:",
        "## Goals for 2025",
    ],
)
def test_bullets_get_the_deadline_of_their_lead(lead: str) -> None:
    """Each is a goal with the lead's words, unless it has a deadline of its own; the quote is the bullet."""
    item = _item(
        f"{lead}\n\n- Safer warehouses\n- Train 500 auditors\n- Build 30 parks by 2030\n\nNothing more is said."
    )
    goals = goals_of([item])
    assert [(goal.target, goal.deadline.last.year) for goal in goals] == [
        ("Safer warehouses", 2025),
        ("Train 500 auditors", 2025),
        ("Build 30 parks", 2030),
    ]
    assert [goal.source.quote for goal in goals] == ["Safer warehouses", "Train 500 auditors", "Build 30 parks by 2030"]
    assert "2025" in goals[0].deadline.words


@pytest.mark.parametrize(
    "lead",
    [
        "The regulation, in force from July 1, 2023, requires firms to:",
        "The plan (2023-2025) names these measures:",
        "China wants 200 clusters by 2025; the rules tell officials to:",
    ],
)
def test_a_lead_without_a_deadline_for_its_list_sets_none(lead: str) -> None:
    """Neither a rule's first day nor the years of a plan, nor a deadline of the lead's own target."""
    assert not [
        goal for goal in goals_of([_item(f"{lead}\n\n- Keep records\n- Name 3 officers")]) if "200" not in goal.target
    ]


def test_a_sentence_may_announce_the_next() -> None:
    """A deadline without a target is that of the sentence behind it, which says what shall be."""
    assert _told("For 2025, the plan sets two targets. Half of all buses are to be electric.") == [
        ("Half of all buses are to be electric", "2025-12-31")
    ]


def test_a_goal_told_twice_is_given_once() -> None:
    """The same amount of the same thing by the same deadline, in two wordings; other amounts are other goals."""
    text = (
        "By 2025, 492 robots per 10,000 workers are the aim. The city wants 492 robots by 2025 and 600 robots by 2027."
    )
    assert [last for _, last in _told(text)] == ["2025-12-31", "2027-12-31"]


def test_figures_are_the_amounts_of_the_target() -> None:
    """As written, without the words that bound them; years and names with digits are none."""
    (goal,) = goals_of(
        [_item("By 2025, raise the share of 5G lines to at least 70 percent, up from 30 percent in 2022.")]
    )
    assert goal.figures == ("70 percent", "30 percent")


def test_goals_stand_in_order_of_their_deadline() -> None:
    """Last day, first day, then date and address of the item; no items give none."""
    early, late = _item("By June 2025, open 5 parks. By 2025, open 9 labs.", 1), _item("By 2024, open 3 parks.", 2)
    assert [goal.target for goal in goals_of([early, late])] == ["open 3 parks", "open 5 parks", "open 9 labs"]
    assert goals_of([]) == []


def test_who_says_it_is_kept() -> None:
    """The voice is that of the part, the bodies those of the item."""
    item = _item("By 2025, China wants 70 percent.")
    comment = replace(item, parts=(replace(item.parts[0], kind="comment", voice="comment"),))
    (goal,) = goals_of([comment])
    assert (goal.voice, goal.bodies) == ("comment", ("MIIT",))


def test_lines_that_name_the_document_hold_no_goal() -> None:
    """A title with its years is no goal whatever it says."""
    text = "Article: Plan to Build 500 Parks by 2025 (文件) ([Link](#))\n\nDate: June 15, 2023"
    item = _item(text)
    assert not goals_of([replace(item, parts=(replace(item.parts[0], kind="reference"),))])
    assert not goals_of([item])


def _seconds(text: str) -> float:
    """How long the goals of a text take, of the processor's time."""
    item = _item(text)
    begun = time.process_time()
    goals_of([item])
    return time.process_time() - begun


@pytest.mark.parametrize(
    "unit",
    [
        "by 2025 ",
        "robots ",
        "“2025 ",
        "build 5 robots and ",
        "(by 2025 ",
        "that will ",
        "[by 2025](#) ",
        " – ; ",
        "a fleet of cars and 20 ",
        ", which and by 2025 shall",
    ],
)
def test_the_longest_sentence_is_read_within_a_second(unit: str) -> None:
    """Just under the 4,000 characters that are read of one; what is beyond them costs next to nothing."""
    assert _seconds((unit * 1000)[:3990]) < 1
    assert _seconds((unit * 20_000)[:100_000]) < 2


def _word(number: int) -> str:
    """A word of its own for each number."""
    return "".join("bdfghklmnp"[int(digit)] + "a" for digit in str(number)) + "x"


@pytest.mark.parametrize(
    "line",
    [
        "- Build {0} {1} by 2025\n",
        "Build {0} {1} by 2025. ",
        "- Build 500 {0} {1} by 2025\n",
        "- Build {2} {0} parks by 2025\n",
        "- By 2025, 500 {0}, {2} {1}\n",
    ],
)
def test_time_grows_no_faster_than_the_text(line: str) -> None:
    """Eight times as many goals of one deadline, all different, take far less than the 64 times of comparing each."""
    few, many = (
        _seconds("".join(line.format(_word(at), _word(7 * at + 3), at + 600) for at in range(count)))
        for count in (400, 3200)
    )
    assert many < 12 * few + 0.5


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", plain(text)))


def _check(goal: Goal, item: Item) -> None:
    assert goal.source.quote == item.text[slice(*goal.source.span)]
    assert goal.deadline.first <= goal.deadline.last
    assert goal.deadline.last > item.date
    assert _words(goal.target) <= _words(goal.source.quote)
    assert all(figure in goal.target for figure in goal.figures)


def test_every_goal_of_the_corpus_stands_in_its_item(editions: Path) -> None:
    """The quote is the item's text at its span, the target's words are the quote's, the deadline lies ahead."""
    items = {item.id: item for issue in read_corpus(editions) for item in issue.items}
    goals = goals_of(items.values())
    assert len(goals) > len(items) / 3
    for goal in goals:
        _check(goal, items[goal.source.item_id])
