"""Invented items to ask a model about, and the set of injections."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.briefs.records import Item

_TESTS = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def make_item() -> Callable[..., Item]:
    """The maker of items that the tests of answers use."""
    maker: Callable[..., Item] = runpy.run_path(str(_TESTS / "answers" / "conftest.py"))["make_item"]
    return maker
