"""The words by which a question shows what it wants, where two readings compete."""

from __future__ import annotations

import pytest

from rag.retrieval.patterns import shape_of, titled
from rag.retrieval.wants import wants_of


@pytest.mark.parametrize(
    ("question", "wants"),
    [
        ("When was it issued?", "date"),
        ("When does it end?", "time"),
        ("Who issued it?", "issuer"),
        ("Who heads it?", "person"),
        ("Which outlet reported it?", "outlet"),
        ("What price will it have?", "money"),
        ("How many were there?", "amount"),
        ("What percentage of cars?", "share"),
        ("What is its official title?", "english title"),
        ("Wie viele Roboter?", "amount"),
        ("Wann wurde der Plan veröffentlicht?", "date"),
        ("机器人的中文名是什么", "chinese title"),
        ("多少钱", "money"),
        ("多少", "amount"),
        ("Why is that?", "text"),
    ],
)
def test_the_more_telling_words_win(question: str, wants: str) -> None:
    """Of several kinds of answer that a question could ask for, the narrower one is read."""
    assert wants_of(question) == wants


@pytest.mark.parametrize(
    ("question", "shape"),
    [
        ("Compare all measures", "compare"),
        ("How many measures were there?", "count"),
        ("How many robots were there?", "answer"),
        ("The latest of all notices", "latest"),
        ("Which issue has all the plans?", "issue"),
        ("Summary of the news", "overview"),
        ("Alle Maßnahmen zu Robotern", "list"),
        ("列出所有措施", "list"),
        ("Why is that?", "answer"),
    ],
)
def test_the_first_shape_wins(question: str, shape: str) -> None:
    """A comparison of lists is a comparison, a count of items a count, a count of things an answer."""
    assert shape_of(question) == shape


def test_titles_may_be_all_that_is_looked_at() -> None:
    """ "In its title" narrows a list to titles."""
    assert titled("measures with robot in their titles")[0] == "any"
    assert titled("标题中含机器人的文件")[0] == "any"
    assert titled("measures about robots") == ("", [])
