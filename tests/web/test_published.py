"""A page that runs while the index is made anew, and what it says of itself."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx
import pytest

from rag.library import Library

pytestmark = pytest.mark.real

BMW = "How much more will BMW invest in Shenyang?"


@pytest.fixture
def own(digests: Path, built: Callable[[Path], Path], tmp_path: Path) -> tuple[Path, Path]:
    """A corpus and an index to change."""
    shutil.copytree(digests, tmp_path / "corpus")
    shutil.copytree(built(digests), tmp_path / "embeddings")
    return tmp_path / "corpus", tmp_path / "embeddings"


@pytest.fixture
def page(own: tuple[Path, Path], serving: Callable[[object], AbstractContextManager[str]]) -> Iterator[str]:
    """The page over them."""
    with Library.open(*own) as library, serving(library) as at:
        yield at


def changed(own: tuple[Path, Path], amount: str) -> None:
    """Another process edits a brief and makes the index anew."""
    corpus, embeddings = own
    brief = corpus / "2024-05-08.md"
    brief.write_text(brief.read_text(encoding="utf-8").replace("CNY 20 billion", f"CNY {amount} billion"), "utf-8")
    Library.open(corpus, embeddings).close()


def asked(site: str) -> str:
    """The answer to the question about BMW."""
    at = f"{site}gradio_api/call/v2/ask"
    return httpx.get(f"{at}/{httpx.post(at, json={'question': BMW}).json()['event_id']}", timeout=30).text


def health(site: str) -> dict[str, Any]:
    """What the page says of itself."""
    said: dict[str, Any] = httpx.get(f"{site}health").json()
    return said


def test_health_tells_what_answers_and_nothing_private(page: str, own: tuple[Path, Path]) -> None:
    """Generation, issues, items and edition; no folder, and nothing is kept of it."""
    reply = httpx.get(f"{page}health")
    generation = (own[1] / "CURRENT").read_text().split()[0]
    assert reply.json() == {
        "ok": True, "generation": generation, "issues": 5, "items": 94, "edition": "digest", "problem": "",
    }  # fmt: skip
    assert reply.headers["cache-control"] == "no-store"


def test_the_next_question_is_answered_from_a_new_index(page: str, own: tuple[Path, Path]) -> None:
    """Without a restart: what another process published answers from then on, and its name stands in the health."""
    assert "CNY 20 billion" in asked(page)
    before = health(page)["generation"]
    changed(own, "21")
    assert "CNY 21 billion" in asked(page)
    after = health(page)
    assert (after["ok"], after["problem"]) == (True, "")
    assert after["generation"] != before


def test_questions_are_answered_while_the_index_changes(page: str, own: tuple[Path, Path]) -> None:
    """Many ask while it is made anew: each answer is whole, from one index or the other."""
    with ThreadPoolExecutor(4) as people:
        answers = [people.submit(asked, page) for _ in range(8)]
        changed(own, "21")
        answers += [people.submit(asked, page) for _ in range(8)]
        for answer in answers:
            assert "event: complete" in answer.result()
            assert "billion" in answer.result()
    assert "CNY 21 billion" in asked(page)


def test_a_broken_new_index_leaves_the_old_one_answering(
    page: str, own: tuple[Path, Path], caplog: pytest.LogCaptureFixture
) -> None:
    """The health says so without a path, the log why, once; a good index ends it."""
    pointer = own[1] / "CURRENT"
    good = pointer.read_bytes()
    before = health(page)
    changed(own, "21")
    newest = own[1] / pointer.read_text().split()[0]
    (newest / "vectors.faiss").write_bytes(b"broken")
    with caplog.at_level(logging.WARNING, "rag.web.published"):
        assert "CNY 20 billion" in asked(page)
        assert "CNY 20 billion" in asked(page)
        said = health(page)
    assert (said["ok"], said["generation"]) == (True, before["generation"])
    assert "answers come from the one before" in said["problem"]
    assert str(own[1]) not in said["problem"]
    assert sum("vectors.faiss" in record.getMessage() for record in caplog.records) == 1
    pointer.write_bytes(b"nonsense")
    assert health(page)["problem"] == said["problem"]
    pointer.write_bytes(good)
    assert health(page) == before
