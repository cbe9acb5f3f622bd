"""Invented items to ask a model about, and an endpoint of the server that plays scripts."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rag.briefs.records import Item

if TYPE_CHECKING:
    from rag.model.endpoint import Endpoint
    from tests.faults.badllm import BadLLM

_TESTS = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def make_item() -> Callable[..., Item]:
    """The maker of items that the tests of answers use."""
    maker: Callable[..., Item] = runpy.run_path(str(_TESTS / "answers" / "conftest.py"))["make_item"]
    return maker


@pytest.fixture
def endpoint(badllm: BadLLM) -> Iterator[Endpoint]:
    """Ready to be asked; see `tests.model.asking`."""
    from rag.model.endpoint import Endpoint
    from tests.model.asking import settings

    with closing(Endpoint(settings(badllm.url))) as made:
        made.warm()
        yield made
