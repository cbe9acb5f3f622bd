"""The words around quotes, in three languages."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, get_args

import pytest

from rag.answers.phrases import PHRASES
from rag.answers.records import Coverage, IssueCoverage, Reason
from rag.retrieval.stopwords import Language

DAYS = (dt.date(2023, 3, 1), dt.date(2023, 5, 3))
COVERED = Coverage(tuple(IssueCoverage(day, None, "digest", {"policy": 2}) for day in DAYS), *DAYS)


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("reason", get_args(Reason))
def test_a_refusal_has_no_marker_and_names_what_is_covered(language: Language, reason: Reason) -> None:
    """It says which reason, about what, and what the corpus covers, with nothing left to fill in."""
    text = PHRASES[language].refusal(reason, "Ruritania", COVERED)
    assert not re.search(r"\[\d+\]|[{}]", text)
    assert ("Ruritania" in text) == (reason in ("period", "unknown_name"))
    assert text.endswith(PHRASES[language].covered(COVERED))
    assert "2023" in text


@pytest.mark.parametrize(
    ("language", "day", "span", "count", "names"),
    [
        ("en", "3 May 2023", "between 1 March 2023 and 3 May 2023", "2 items, complete for the 2 issues", "A, B and C"),
        ("de", "3. Mai 2023", "vom 1. März 2023 bis 3. Mai 2023", "2 Einträge, vollständig für die 2", "A, B und C"),
        ("zh", "2023年5月3日", "2023年3月1日至2023年5月3日", "共2条，就2023年3月至2023年5月的2期", "A、B、C"),
    ],
)
def test_dates_counts_and_rows_of_names(language: Language, day: str, span: str, count: str, names: str) -> None:
    """Each language has its own forms."""
    said = PHRASES[language]
    assert said.date(DAYS[1]) == day
    assert span in said.window(*DAYS)
    assert said.count(2, DAYS).startswith(count)
    assert said.listed(["A", "B", "C"]) == names
    assert said.covered(Coverage((), None, None)) == said.covers_nothing


@pytest.mark.parametrize(
    ("question", "begins", "holds"),
    [
        ("List everything issued by the MOF", "3 items, complete", "3 February 2023: "),
        ("Welche Maßnahmen gibt es vom MOF?", "3 Einträge, vollständig", "3. Februar 2023: "),
        ("列出财政部的所有措施", "共3条", "2023年2月3日："),
    ],
)
def test_an_answer_speaks_the_language_of_the_question(world: Any, question: str, begins: str, holds: str) -> None:
    """The frame follows the question, the quotes stay as they are written."""
    answer = world.ask(question)
    assert answer.text.startswith(begins)
    assert holds in answer.text
