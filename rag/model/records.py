"""What is said to a language model and by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of what is said to a model."""

    role: Literal["system", "user", "assistant"]
    content: str
