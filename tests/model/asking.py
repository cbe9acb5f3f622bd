"""How the tests of this room ask a language model: with a key that must never be seen, and short time-outs."""

from __future__ import annotations

import time
from typing import Any

from rag.errors import ModelProblem
from rag.model.endpoint import Endpoint
from rag.model.records import Message
from rag.settings import ModelSettings, Secret
from tests.faults.badllm import Endless, chunk

CANARY = "sk-canary-4711"
QUESTION = "Which plan names the marmot?"
ASKED = [Message("system", "Be brief."), Message("user", QUESTION)]
LIMIT = 200
SHORT = 1.0  # seconds: the time-outs of these tests
LATE = 1.0  # seconds by which a time-out may be overrun
FLOOD = Endless(b"".join(chunk(f"{n} ") for n in range(500)))


def settings(url: str, **others: Any) -> ModelSettings:
    """Those of a model at this address."""
    seconds = {"connect_seconds": 3, "first_word_seconds": SHORT, "silence_seconds": SHORT}
    return ModelSettings(url, "a-model", Secret(CANARY), **{**seconds, **others})


def ask(endpoint: Endpoint, limit: int = LIMIT) -> tuple[str, ModelProblem | None, float]:
    """The text that came, the problem that ended it, and how long that took in seconds."""
    begun, pieces = time.monotonic(), []
    try:
        for piece in endpoint.write(ASKED, limit):
            pieces.append(piece)
    except ModelProblem as problem:
        assert CANARY not in f"{problem!r} {problem} {problem.said}"
        assert QUESTION not in f"{problem}"
        assert "\n" not in str(problem)
        return "".join(pieces), problem, time.monotonic() - begun
    return "".join(pieces), None, time.monotonic() - begun
