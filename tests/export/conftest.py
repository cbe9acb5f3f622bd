"""Real readers of what is exported, and conversations to export: one made by hand, one over the digests."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag.export.records import Conversation, Exchange
from rag.library import Library
from tests.export.reading import Pandoc

QUESTIONS = (
    "Which plan sets a robot density target?",
    "Compare the MIIT and the MOF in April 2024",
    "Which measures did the MOF issue in April 2024?",
    "What did the Bundesbank say?",
    "工业和信息化部发布了哪些文件？",
    "Welche Ziele gibt es für Roboter?",
    "What does MERICS think of the robot plan?",
    "What happened in July 2019?",
    "Which company news are there on electric vehicles?",
)


def _program(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        message = f"no {name} on the PATH: Debian's package {package} has it"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
    return str(found)


@pytest.fixture(scope="session")
def pandoc() -> Pandoc:
    """An installed Pandoc."""
    return Pandoc(_program("pandoc", "pandoc"))


@pytest.fixture(scope="session")
def soffice() -> str:
    """An installed LibreOffice."""
    return _program("soffice", "libreoffice-writer-nogui")


@pytest.fixture(scope="session")
def library(digests: Path, built: Callable[[Path], Path]) -> Iterator[Library]:
    """The library of the digests."""
    with Library.open(corpus=digests, embeddings=built(digests)) as opened:
        yield opened


@pytest.fixture(scope="session")
def talk(library: Library) -> Conversation:
    """A conversation over the digests: a fact, a comparison, lists, refusals, in three languages."""
    exchanges = []
    for question in QUESTIONS:
        answer = library.ask(question)
        items = {citation.item_id: library.item(citation.item_id) for citation in answer.sources}
        exchanges.append(Exchange(question, answer, items, ("issue of 1 March 2023",)))
    return Conversation("Robots & 机器人", tuple(exchanges), dt.date(2024, 5, 8))
