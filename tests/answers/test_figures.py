"""What kind of fact a sentence states."""

from __future__ import annotations

import pytest

from rag.answers.figures import (
    NEEDED,
    counted,
    counted_near,
    names_person,
    states_amount,
    states_count,
    states_money,
    states_share,
    states_time,
)


@pytest.mark.parametrize(
    "text",
    ["It has 240 robots.", "It sold 2,023 cars.", "Output was 1.5 tonnes.", "Seven farms joined.", "A dozen farms",
     "It grew threefold.", "Twenty-one of them", "In 2023, 40 farms joined."],
)  # fmt: skip
def test_an_amount_is_stated(text: str) -> None:
    """Digits with separators and numbers in words; "2,023" is no year."""
    assert states_amount(text)


@pytest.mark.parametrize(
    "text",
    ["It uses 5G.", "The C919 flew.", "The 14th of the plans", "It was issued in 2023.", "Between 2023 and 2030",
     "An L3 car with IPv6", "A 3D printer", "No figure at all", "Someone often attended"],
)  # fmt: skip
def test_a_number_in_a_name_or_a_year_is_no_amount(text: str) -> None:
    """Numbers that are part of names, ordinals and years count nothing; "one" inside "someone" neither."""
    assert not states_amount(text)


def test_a_five_year_plan_is_no_amount() -> None:
    """The number in words belongs to the name as much as the ordinal before it."""
    assert not states_amount("The 14th Five-Year Plan")


@pytest.mark.parametrize(
    ("text", "money"),
    [
        ("CNY 3 billion", True),
        ("It costs RMB300.", True),
        ("40 million yuan", True),
        ("It raised USD 1.5 million", True),
        ("a €20 coin", True),
        ("20 US dollars", True),
        ("2 hundred euros", True),
        ("3 billion robots", False),
        ("The yuan fell.", False),
    ],
)
def test_a_sum_of_money_has_a_currency(text: str, money: bool) -> None:
    """A number with a currency before or behind it; money alone is no count of anything."""
    assert states_money(text) is money
    if money:
        assert not states_count(text)


def test_a_count_may_stand_beside_money() -> None:
    """ "240 robots for CNY 3 billion" counts robots."""
    assert states_count("240 robots for CNY 3 billion")


@pytest.mark.parametrize(
    ("text", "share"),
    [("30 percent of cars", True), ("30% of cars", True), ("a third of cars", True), ("one half", True),
     ("The percentage rose.", False), ("30 cars", False)],
)  # fmt: skip
def test_a_share_is_a_number_of_parts(text: str, share: bool) -> None:
    """Percentages and fractions that are given; the word alone is no figure."""
    assert states_share(text) is share


@pytest.mark.parametrize(
    ("text", "time"),
    [("by 2025", True), ("in March", True), ("within 30 days", True), ("for two years", True),
     ("they march on", False), ("30 cars", False), ("12025 cars", False)],
)  # fmt: skip
def test_a_time_is_a_year_a_month_or_a_stretch(text: str, time: bool) -> None:
    """Years, names of months, and days, weeks, years of something."""
    assert states_time(text) is time


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("The team is led by Mia Muster of Acorn.", True),
        ("Acorn's CEO Mia Muster left.", True),
        ("minister for trees, Otto Ohm", True),
        ("The minister left.", False),
        ("Mia Muster left.", False),
        ("The CEO left. Mia Muster stayed.", False),
    ],
)
def test_a_person_is_named_by_office(text: str, person: bool) -> None:
    """An office with a name in the same sentence, or who leads something."""
    assert names_person(text) is person


@pytest.mark.parametrize(
    ("question", "things"),
    [
        ("How many robots will there be?", {"robot"}),
        ("How many red cars?", {"red", "car"}),
        ("the number of farms in the plan", {"farm"}),
        ("What will it cost?", set()),
    ],
)
def test_what_is_counted_ends_before_the_verb(question: str, things: set[str]) -> None:
    """Stems of the words between "how many" and what follows them."""
    assert counted(question) == things


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("It has 240 robots.", True),
        ("Robots (240) were sold.", True),
        ("The number of robots rose from 20 to 30.", True),
        ("It has 240 cars and a robot.", True),
        ("In 2023 robots were sold.", False),
        ("The R2 robots were sold.", False),
        ("It has 240 cars.", False),
        ("It has 240 cars, which are as red as they can be for all those who want no robots.", False),
    ],
)
def test_a_number_counts_what_stands_near_it(text: str, near: bool) -> None:
    """The thing asked for within a few words before the number or behind it; years and names count nothing."""
    assert counted_near(frozenset(("robot",)), text) is near


def test_nothing_counted_is_near_nothing() -> None:
    """A question that counts nothing gives no sentence a plus."""
    assert not counted_near(frozenset(), "It has 240 robots.")


def test_each_kind_of_figure_has_its_judge() -> None:
    """A question for an amount takes no money, one for money no amount."""
    assert NEEDED["amount"]("240 robots")
    assert not NEEDED["amount"]("CNY 240")
    assert NEEDED["money"]("CNY 240")
    assert not NEEDED["money"]("240 robots")
