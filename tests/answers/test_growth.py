"""How long patterns take over the longest question, written to hurt them: a bound on growth, not a benchmark."""

from __future__ import annotations

import importlib
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from rag.answers import figures
from rag.retrieval.conversation import LIMIT
from rag.retrieval.dates import read_times
from rag.retrieval.patterns import shape_of
from rag.retrieval.places import sections
from rag.retrieval.wants import wants_of

MODULES = (
    "rag.retrieval.patterns",
    "rag.retrieval.wants",
    "rag.retrieval.dates",
    "rag.retrieval.points",
    "rag.retrieval.places",
    "rag.retrieval.sides",
    "rag.retrieval.wording",
    "rag.retrieval.conversation",
    "rag.retrieval.listing",
    "rag.answers.figures",
    "rag.answers.expected",
    "rag.answers.refuse",
    "rag.answers.comparison",
    "rag.answers.extract",
)
MATCHED = ("ISSUE_AFTER", "_LEFT_OUT")  # only ever tried at one place
MOST = 0.050  # seconds
NOISE = 0.003  # seconds below which times are not compared
UNITS = (
    "a", "A", "1", ",", "-", "'", ".", " ", "\t", "中", "a ", "A ", "1 ", "1,", "a-", "a1", "a.", "aA", "(", "“",
    "how many a ", "number of ", "which a ", "all ", "who ", "by ", "not the ", "May 2023 ", "1 May ", "2023 ",
    "first half of ", "CNY ", "1 million ", "led by ", "minister A ", "and how ", "a, or ", "多少",
)  # fmt: skip
FRAMES = (("", ""), ("how many ", "!"), ("number of ", " ;"), ("what share of ", "!"))


def _compiled(value: object, name: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    if isinstance(value, re.Pattern):
        yield name, value
    elif isinstance(value, tuple | list):
        for number, inner in enumerate(value):
            yield from _compiled(inner, f"{name}[{number}]")


PATTERNS = [
    (f"{module}.{name}", pattern)
    for module in MODULES
    for key, value in vars(importlib.import_module(module)).items()
    for name, pattern in _compiled(value, key)
]


def _text(unit: str, frame: tuple[str, str], length: int) -> str:
    before, behind = frame
    room = length - len(before) - len(behind)
    return f"{before}{(unit * (room // len(unit) + 1))[:room]}{behind}"


def _seconds(work: Callable[[str], object], text: str) -> float:
    """Of this thread alone, the best of three: what else the machine does must not count."""
    times = []
    for _ in range(3):
        start = time.thread_time()
        work(text)
        times.append(time.thread_time() - start)
        if times[-1] < NOISE:
            break
    return min(times)


def _check(work: Callable[[str], object], unit: str, frame: tuple[str, str]) -> None:
    """From short texts to the longest, so that an explosion is found before it is waited for."""
    before = 0.0
    for length in (31, 62, 125, 250, 500, LIMIT // 2, LIMIT):
        took = _seconds(work, _text(unit, frame, length))
        assert took < MOST, f"{unit!r} in {frame}: {took:.3f} s for {length} characters"
        before, last = took, before
    assert before < NOISE or before < 3 * last, f"{unit!r} in {frame}: {last:.4f} s, {before:.4f} s for twice as much"


@pytest.mark.parametrize("pattern", [pytest.param(pattern, id=name) for name, pattern in PATTERNS])
@pytest.mark.parametrize("frame", FRAMES, ids=["bare", "how many", "number of", "share"])
def test_patterns_are_linear(pattern: re.Pattern[str], frame: tuple[str, str], request: pytest.FixtureRequest) -> None:
    """Twice the text takes about twice the time, and the longest question less than 50 ms, whatever is in it."""
    matched = any(name in request.node.name for name in MATCHED)
    for unit in UNITS:
        _check(pattern.match if matched else lambda text: sum(1 for _ in pattern.finditer(text)), unit, frame)


@pytest.mark.parametrize(
    "work",
    [
        read_times, sections, shape_of, wants_of, figures.states_amount, figures.states_count, figures.states_money,
        figures.states_share, figures.states_time, figures.names_person, figures.counted,
    ],
    ids=lambda work: work.__name__,
)  # fmt: skip
def test_readings_are_linear(work: Callable[[str], Any]) -> None:
    """So do the functions that use them, with all their looks before and behind what they found."""
    for unit in UNITS:
        for frame in FRAMES:
            _check(work, unit, frame)
