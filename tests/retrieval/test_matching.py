"""Words that must occur, by whole words and phrases."""

from __future__ import annotations

import pytest

from rag.retrieval.matching import count_held, text_holds_all


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Two robots were sold.", "robot"),
        ("A subsidy for cars", "subsidies"),
        ("The Robot+ scheme", "Robot+"),
        ("Spending on R&D grew", "r&d"),
        ("It made 318,900 of them", "318,900"),
        ("A low-carbon furnace", "low-carbon"),
        ("A low-carbon furnace", "low carbon"),
        ("A low-carbon furnace", "carbon furnace"),
        ("A low-carbon furnace", "carbon"),
        ("The **robot** [market](#) grew", "robot market"),
        ("The robot\nmarket grew", "robot market"),
        ("Das ‘Robot’ plan", "ROBOT PLAN"),
        ("他们买了机器人和汽车", "机器人"),
    ],
)
def test_a_phrase_is_held(text: str, phrase: str) -> None:
    """Inflections, case, markup, line ends and hyphens do not matter; joined words are single words."""
    assert text_holds_all(text, [(phrase,)])


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("A cartoon", "car"),
        ("The scar", "car"),
        ("Robots market well", "robot markets badly"),
        ("A car and a robot", "car robot"),
        ("market robot", "robot market"),
        ("The robot scheme", "Robot+"),
        ("It made 900 of them", "318,900"),
        ("It made 318,900 of them", "318"),
        ("R and D", "R&D"),
        ("机器很多人", "机器人"),
    ],
)
def test_a_phrase_is_not_held(text: str, phrase: str) -> None:
    """Not across the bounds of words, in another order, with words between, or as part of a number."""
    assert not text_holds_all(text, [(phrase,)])


def test_one_of_every_group_must_occur() -> None:
    """Groups are all required; the names in a group are alternatives; no group requires nothing."""
    text = "A robot and a car"
    assert text_holds_all(text, [("robot",), ("lorry", "car")])
    assert not text_holds_all(text, [("robot",), ("lorry", "ship")])
    assert text_holds_all(text, [])


def test_groups_that_are_held_are_counted() -> None:
    """How many groups, not how many names of them."""
    assert count_held("A robot and a car", [("robot", "car"), ("car",), ("ship",)]) == 2
