"""What of an item answers a question, over a small world of invented news."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from rag.answers.claims import Claim
from rag.answers.extract import extract, whole_list
from rag.answers.fields import full_name
from rag.briefs.bodies import BodyTable
from rag.briefs.records import Item

BODIES = BodyTable.load()


def _claims(world: Any, question: str, **changes: Any) -> list[Claim]:
    query = replace(world.read(question), **changes)
    return extract(query, world.searcher.search(query, 10), BODIES)


def _texts(world: Any, question: str, **changes: Any) -> list[str]:
    return [claim.text for claim in _claims(world, question, **changes)]


MIIT_NAME = BodyTable.load().names("MIIT")[1]


@pytest.mark.parametrize(
    ("question", "text", "line"),
    [
        (
            "Who issued the robot plan?",
            f"“Plan for Farm Robots” was issued by the {MIIT_NAME} (MIIT) and the "
            "Ministry of Finance (MOF) (via CAAM).",
            "**Issuing bodies:** MIIT, MOF",
        ),
        (
            "When was the robot plan published?",
            "“Plan for Farm Robots” is dated 18 January 2023.",
            "**Date:** January 18, 2023",
        ),
        (
            "What is the robot plan called in Chinese?",
            "“Plan for Farm Robots” is called 农场机器人计划 in Chinese.",
            "**Article:** Plan for Farm Robots (农场机器人计划)",
        ),
        (
            "What is the official title of the robot plan?",
            "The official title is “Plan for Farm Robots”.",
            "**Article:** Plan for Farm Robots (农场机器人计划)",
        ),
    ],
)
def test_fields_come_from_the_catalogue(world: Any, question: str, text: str, line: str) -> None:
    """Issuer, date and titles are told from the record and cited to the reference line that holds them."""
    (claim,) = _claims(world, question)
    assert claim.text == text
    assert [claim.item.text[slice(*span)].strip() for span in claim.spans] == [line]


def test_a_citation_of_a_field_is_its_line_alone(world: Any) -> None:
    """The quoted stretch neither begins nor ends with blank space."""
    for question in ("Who issued the robot plan?", "When was the robot plan published?"):
        (claim,) = _claims(world, question)
        quote = claim.item.text[slice(*claim.spans[0])]
        assert quote == quote.strip()


def test_two_fields_may_be_asked_at_once(world: Any) -> None:
    """ "Who issued it, and when" is answered by both, each from its line."""
    issuer, date = _texts(world, "Who issued the robot plan, and when?")
    assert "was issued by" in issuer
    assert date.endswith("is dated 18 January 2023.")


@pytest.mark.parametrize(
    ("wants", "text"),
    [
        ("issuer", "3 February 2023: The MOF set a subsidy for clean steel."),
        ("date", "3 February 2023: The MOF set a subsidy for clean steel."),
        ("outlet", "3 February 2023: The MOF set a subsidy for clean steel. (MOF notice)"),
    ],
)
def test_a_bullet_answers_for_its_fields_itself(world: Any, wants: str, text: str) -> None:
    """It has no reference lines: the bullet is given with its date, and its source where that is asked."""
    (claim,) = _claims(world, "the subsidy for clean steel", wants=wants, shape="answer")
    assert claim.text == text
    assert claim.spans == ((0, len(claim.item.text)),)


@pytest.mark.parametrize("wants", ["issuer", "chinese title", "english title"])
def test_a_field_that_an_item_has_not_is_not_made_up(world: Any, wants: str) -> None:
    """A corporate bullet has no issuer and no title."""
    assert _claims(world, "the red car of Wobblecar", wants=wants) == []


def test_a_body_is_named_in_full() -> None:
    """With its acronym where the table knows it, as written where not."""
    assert full_name("MOF", BODIES, the=True) == "the Ministry of Finance (MOF)"
    assert full_name("Acorn Bureau", BODIES) == "Acorn Bureau"


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How many robots does the plan want on every farm?", "The robot plan wants 240 robots on every farm by 2026."),
        ("How much does the robot plan cost?", "It foresees a loan budget of CNY 3 billion."),
        ("By what year does the robot plan want robots?", "The robot plan wants 240 robots on every farm by 2026."),
    ],
)
def test_a_figure_is_answered_by_a_sentence_that_states_one(world: Any, question: str, text: str) -> None:
    """Of the sentences of the best item only those with a figure of the kind asked for."""
    assert _texts(world, question)[0] == text


@pytest.mark.parametrize(
    "question",
    [
        "How many subsidies for clean steel?",
        "What does the subsidy for clean steel cost?",
        "What share of clean steel has a subsidy?",
        "What does MERICS think of the subsidy for clean steel?",
    ],
)
def test_what_is_not_given_is_not_claimed(world: Any, question: str) -> None:
    """Another item's figure, or another kind of figure, is no answer; nor is a view where there is no comment."""
    assert _claims(world, question) == []


def test_both_parts_of_a_question_are_answered(world: Any) -> None:
    """ "How many, and by when" gets more than one sentence; each comes once."""
    single = _texts(world, "What does the robot plan want?", wants="text", shape="answer")
    twofold = _texts(world, "What does the robot plan want and what does the budget foresee?", wants="text")
    assert len(twofold) >= 2
    assert len(set(twofold)) == len(twofold)
    assert single


def test_the_view_of_merics_is_from_comments_alone(world: Any) -> None:
    """Two sentences of the comment, in their order, in MERICS' voice."""
    claims = _claims(world, "What does MERICS think of the robot plan?")
    assert [claim.text for claim in claims] == ["The robot plan is bold.", "Rain will spoil the robot."]
    assert {claim.voice for claim in claims} == {"comment"}


def test_a_list_inside_an_item_is_given_whole(world: Any, farm: Item) -> None:
    """Its lead sentence, then every bullet, in order."""
    claims = _claims(world, "What are the tasks of the robot plan?", shape="answer", wants="text")
    assert [claim.text for claim in claims] == [
        "It foresees a loan budget of CNY 3 billion.",
        "Train farmers to mend a robot",
        "Lend a robot to small farms",
        "Plan all fields",
    ]
    assert [claim.bullet for claim in claims] == [False, True, True, True]
    assert all(a.spans < b.spans for a, b in pairwise(claims))


def test_a_news_bullet_is_no_list(world: Any) -> None:
    """An item that is one bullet has no list inside."""
    query = world.read("the subsidy for clean steel")
    found = world.searcher.search(query, 3)
    assert whole_list(found.hits[0].item, found) == []


def test_every_claim_stands_where_it_says(world: Any) -> None:
    """The quoted stretch, read plainly, is the sentence; reference lines are no sentences."""
    for question in ("What does the robot plan want?", "What about a loan for green energy?"):
        for claim in _claims(world, question, wants="text", shape="answer"):
            (span,) = claim.spans
            assert claim.item.text[slice(*span)].replace("*", "") == claim.text
            assert "Issuing bodies" not in claim.text


def test_a_second_question_of_another_kind_is_answered_too(world: Any) -> None:
    """The date of the plan beside the number of robots, though each alone would be one statement."""
    texts = _texts(world, "How many robots shall every farm have, and when was the robot plan published?")
    assert any("240 robots" in text for text in texts)
    assert any("18 January 2023" in text for text in texts)


def test_a_bullet_takes_over_the_time_its_list_begins_with(world: Any) -> None:
    """The bullet names no time itself: the sentence above the list is given with it."""
    claims = _claims(world, "By when shall farmers be trained to mend a robot?")
    assert [claim.text for claim in claims][-1] == "Train farmers to mend a robot" or "2026" in claims[0].text
    assert any("2026" in claim.text for claim in claims)


@pytest.mark.parametrize(
    "question",
    ["In which city was the red car of Wobblecar sold?",
     "When will the red car of Wobblecar be sold?"],
)  # fmt: skip
def test_what_the_item_does_not_name_is_not_claimed(world: Any, question: str) -> None:
    """The news names a seller and no buyer, no place, and no time to come."""
    assert _claims(world, question) == []


def test_what_satisfies_all_that_is_asked_leaves_no_room_for_what_does_not(world: Any) -> None:
    """The day asked about has one item: those of other days say nothing, however near."""
    answer = world.ask("Who did what on 5 February 2023?")
    assert {citation.item_id for citation in answer.citations} == {"2023-03-01/corporate/1"}
