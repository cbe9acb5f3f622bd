"""Feedback one can write down, for tests that need no index."""

from __future__ import annotations

import datetime as dt
from typing import Any

from rag.feedback.records import Feedback, FoundItem, GivenAnswer, GivenCitation, GivenStatement
from rag.index.manifest import Fingerprint

WHEN = dt.datetime(2026, 11, 22, 14, 23, 1, tzinfo=dt.UTC)


def a_feedback(name: str = "2026-11-22-000001", **fields: Any) -> Feedback:
    """A complaint about an answer of one sentence."""
    given: dict[str, Any] = {
        "id": name,
        "when": WHEN,
        "verdict": "bad",
        "reason": "The year is wrong.\nIt says so itself.",
        "question": "By when are robots to be made? 机器人",
        "history": ({"role": "user", "content": "What of robots?"},),
        "filters": {"body": ("MIIT", "MOST"), "since": "2023-01-01"},
        "ignored": ("shape",),
        "hits": (FoundItem("2023-12-06/top5/1", 0.75), FoundItem("2023-03-01/top5/1", 0.5)),
        "answer": GivenAnswer(
            "By 2027. [1]",
            (GivenStatement("By 2027.", (1,), "supported"),),
            (GivenCitation(1, "2023-12-06/top5/1", "By 2027.", "exact", "An issue: By 2027."),),
            abstained=False,
            reason=None,
            lead="",
            model="a-model",
        ),
        "fingerprint": Fingerprint("c0ffee" * 10 + "c0ff", "generation-0123456789abcdef"),
        "edition": "digest",
    }
    return Feedback(**{**given, **fields})
