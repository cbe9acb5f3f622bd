"""What is told of a view that cannot be drawn."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from rag.errors import CorpusError, InputError
from rag.web.filters import EVERYWHERE
from rag.web.handlers import Handlers
from rag.web.kept import Seals
from rag.web.markup import escape
from rag.web.views import FAILED, VIEWS, view_html


class Failing:
    """A library of which nothing can be had."""

    def __init__(self, fault: Exception) -> None:
        self._fault = fault

    def __getattr__(self, name: str) -> Any:
        raise self._fault


@pytest.mark.parametrize(
    ("fault", "level"),
    [(CorpusError("/secret/topics.toml: is damaged."), logging.WARNING), (RuntimeError("secret"), logging.ERROR)],
)
@pytest.mark.parametrize("view", [name for name in VIEWS if name != "conversations"])  # that one asks for nothing
def test_a_view_that_fails_says_so_and_no_more(
    view: str, fault: Exception, level: int, seals: Seals, caplog: pytest.LogCaptureFixture
) -> None:
    """One calm sentence in the panel; why is in the log, which alone may name a folder."""
    library: Any = Failing(fault)
    shown = Handlers(library, seals).view(json.dumps({"view": view}), "")
    assert escape(FAILED) in shown
    assert "secret" not in shown
    (record,) = caplog.records
    assert record.levelno == level
    assert "secret" in caplog.text


def test_what_the_reader_can_mend_is_said() -> None:
    """In the error's own words, and nothing is logged of it."""
    library: Any = Failing(InputError("There is no such <day>."))
    shown = view_html(library, '{"view": "library"}', EVERYWHERE)
    assert escape("There is no such <day>.") in shown
