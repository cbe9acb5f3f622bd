"""What was understood, and days, in words of three languages."""

from __future__ import annotations

import datetime as dt
from typing import get_args

import pytest

from rag.briefs.records import Section
from rag.retrieval.issuers import Issuers
from rag.retrieval.patterns import Shape, Titled
from rag.retrieval.phrases import FRAMES
from rag.retrieval.query import PARTS
from rag.retrieval.stopwords import Language
from rag.retrieval.wants import Wants

JANUARY, APRIL, DECEMBER = dt.date(2023, 1, 1), dt.date(2023, 4, 30), dt.date(2023, 12, 31)


@pytest.mark.parametrize("language", get_args(Language))
def test_every_language_has_words_for_all_that_can_be_understood(language: Language) -> None:
    """Nothing that a question can mean goes untold; what a plain question asks for needs no word."""
    said = FRAMES[language]
    assert set(said.parts) == set(PARTS)
    assert set(said.sections) == set(get_args(Section))
    assert set(said.shapes) == set(get_args(Shape)) - {"answer"}
    assert set(said.wants) == set(get_args(Wants)) - {"text"}
    assert set(said.titles) == set(get_args(Titled)) - {""}


@pytest.mark.parametrize(
    ("language", "year", "month", "stretch", "before", "after"),
    [
        ("en", "2023", "April 2023", "1 January 2023 to 30 April 2023", "until 30 April 2023", "from 30 April 2023"),
        ("de", "2023", "April 2023", "1. Januar 2023 bis 30. April 2023", "bis 30. April 2023", "ab 30. April 2023"),
        ("zh", "2023年", "2023年4月", "2023年1月1日至2023年4月30日", "截至2023年4月30日", "2023年4月30日起"),
    ],
)
def test_a_period_is_told_in_the_fewest_words(
    language: Language, year: str, month: str, stretch: str, before: str, after: str
) -> None:
    """A whole year or month by its name, a single day as one, else from day to day or open."""
    said = FRAMES[language]
    assert said.period(JANUARY, DECEMBER) == year
    assert said.period(dt.date(2023, 4, 1), APRIL) == month
    assert said.period(APRIL, APRIL) == said.date(APRIL)
    assert said.period(JANUARY, APRIL) == stretch
    assert (said.period(None, APRIL), said.period(APRIL, None)) == (before, after)


@pytest.mark.parametrize(
    ("language", "several", "exactly"),
    [
        ("en", "several bodies", "exactly 3 bodies"),
        ("de", "mehreren Behörden", "genau 3 Behörden"),
        ("zh", "多个机构", "恰好3个机构"),
    ],
)
def test_the_number_of_issuers_in_words(language: Language, several: str, exactly: str) -> None:
    """As it stands behind "issued by"."""
    assert FRAMES[language].issuers(Issuers(least=2)) == several
    assert FRAMES[language].issuers(Issuers(3, 3)) == exactly
