"""Whether sentences hold the name or the time that a question asks for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rag.answers.expected import lacks_attribute, lacks_kind, lacks_name, lacks_time

SALE = "German seed producer Acorn announced it will sell its Chinese corn business"
KNOWN = {"acorn", "corn", "business"}


@pytest.mark.parametrize(
    "question",
    ["Who bought the corn business of Acorn?", "Which company takes over Acorn's corn business?",
     "In which city is Acorn's corn business?", "Where is Acorn's corn business?",
     "In welcher Stadt ist das Geschäft von Acorn?", "What is the buyer of Acorn's business called?"],
)  # fmt: skip
def test_a_sentence_without_another_name_names_nobody(question: str) -> None:
    """The names of the question, nationalities and the first word of a sentence are no answer."""
    assert lacks_name(question, [SALE], KNOWN)
    assert not lacks_name(question, [SALE, "Its new owner is Birch Foods in Ulm."], KNOWN)


def test_who_may_be_someone_without_a_name() -> None:
    """A farmer buys; a farmer is no city."""
    texts = [SALE, "It was sold to a farmer."]
    assert not lacks_name("Who bought Acorn's corn business?", texts, KNOWN)
    assert lacks_name("In which city is Acorn's corn business?", texts, KNOWN)


@pytest.mark.parametrize(
    "question",
    ["What will Acorn sell?", "Which business does Acorn give up?", "Why does Acorn sell?",
     "Which rules are firms under?"],
)  # fmt: skip
def test_a_question_for_no_name_lacks_none(question: str) -> None:
    """Whatever the sentences hold."""
    assert not lacks_name(question, [SALE], KNOWN)


@pytest.mark.parametrize(
    ("question", "text", "lacking"),
    [
        ("Which cities take part?", "Fifteen cities take part in the pilot", True),
        ("Which cities take part?", "Cities such as Shenzhen take part", False),
        ("Which cities take part?", "A pilot near Wolfsberg is planned", False),
        ("哪些城市参加？", "Fifteen cities take part in the pilot", True),
        ("Which universities host it?", "Twelve colleges at top universities", True),
        ("Which universities host it?", "Tsinghua University hosts it", False),
        ("Which ministries take part?", "Fifteen take part", False),
    ],
)
def test_places_and_universities_are_known_by_their_names(question: str, text: str, lacking: bool) -> None:
    """Where they are asked for, some must be named."""
    assert lacks_kind(question, [text]) is lacking


@pytest.mark.parametrize(
    ("question", "text", "lacking"),
    [
        ("Why was the permit revoked?", "They received a permit", True),
        ("Why was the permit revoked?", "The permit was withdrawn", False),
        ("How many jobs will there be?", "A factory for 150,000 cars", True),
        ("Who holds the majority?", "They set up a joint venture", True),
        ("Who holds the majority?", "It holds 60 percent", False),
        ("How many owners sued?", "Two cars were released", True),
    ],
)
def test_what_a_question_takes_for_granted_must_be_told(world: Any, question: str, text: str, lacking: bool) -> None:
    """An item that never speaks of what is asked about does not answer."""
    item = replace(world.index.items()[0], text=text)
    assert lacks_attribute(question, item) is lacking


@pytest.mark.parametrize(
    ("question", "text", "lacking"),
    [
        ("In which year will it be built?", "It is under way", True),
        ("By what year will it be certified?", "It was shown at an air show", True),
        ("By what year will it be certified?", "It is to be certified by 2027", False),
        ("When will the 2025 fair open?", "The fair of 2025 was announced", True),
        ("How long do firms have to comment?", "They have 30 days", False),
        ("When was it shown?", "It was shown at an air show", False),
    ],
)
def test_a_time_ahead_must_be_told(question: str, text: str, lacking: bool) -> None:
    """By another year than the question names, a month or a stretch of time; what is past has its day."""
    assert lacks_time(question, [text]) is lacking
