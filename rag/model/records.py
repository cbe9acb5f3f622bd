"""What passes between the assistant and whatever writes for it: messages in, pieces of text out.

Knows nothing of prompts, of endpoints or of what is done with the text.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of what a model is told."""

    role: Literal["system", "user", "assistant"]
    content: str


class Writer(Protocol):
    """Turns messages into text. Safe from many threads."""

    @property
    def name(self) -> str:
        """What a reader is told the text is from: the model's name."""
        ...

    def write(self, messages: Sequence[Message], limit: int) -> Generator[str, None, None]:
        """The pieces of one reply as they come; `limit` is the most tokens it may have. Joined they are its text.

        While nothing comes, an empty piece comes about twice a second, so that whoever reads can stop meanwhile:
        closing the generator cancels the request. A generator that ends has given a whole reply.

        Raises ModelProblem, before the first piece or after any, where the reply does not come or not to its end.
        """
        ...

    def warm(self) -> None:
        """Read in what the first reply needs; asks nobody anything."""
        return

    def close(self) -> None:
        """End all that is under way; what is asked afterwards begins anew."""
        return


@dataclass(frozen=True, slots=True)
class Probe:
    """A model that answered: what its server calls it, seconds to its first token, and the models the server lists."""

    model: str
    seconds: float
    models: tuple[str, ...] = ()


def conversation(history: Iterable[object] | None) -> list[Message]:
    """What was said before, as it comes from a client: whatever is no turn of user or assistant is passed over."""
    return [
        Message(turn["role"], turn["content"])
        for turn in history or ()
        if isinstance(turn, Mapping)
        and turn.get("role") in ("user", "assistant")
        and isinstance(turn.get("content"), str)
    ]
