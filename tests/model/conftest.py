"""An endpoint of the server that plays scripts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from rag.model.endpoint import Endpoint
    from tests.faults.badllm import BadLLM


@pytest.fixture
def endpoint(badllm: BadLLM) -> Iterator[Endpoint]:
    """Ready to be asked; see `tests.model.asking`."""
    from rag.model.endpoint import Endpoint
    from tests.model.asking import settings

    with closing(Endpoint(settings(badllm.url))) as made:
        made.warm()
        yield made
