"""A language model that writes what it is told to, for tests that need no HTTP."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from rag.errors import ModelProblem
from rag.model.records import Message, Writer


class Scripted(Writer):
    """Plays replies in their order, the last one again and again; `{n}` in one is the key of the n-th item it is given.

    A reply is cut into words; a problem among them is raised where it stands. `asked` keeps what it was told.
    """

    def __init__(self, *replies: str | Sequence[str | ModelProblem]) -> None:
        self.replies = [[reply] if isinstance(reply, str) else list(reply) for reply in replies]
        self.asked: list[Sequence[Message]] = []
        self.stopped = 0

    @property
    def name(self) -> str:
        """What it is called."""
        return "a-model"

    def write(self, messages: Sequence[Message], limit: int) -> Generator[str, None, None]:
        """The words of the next reply."""
        script = self.replies[min(len(self.asked), len(self.replies) - 1)]
        self.asked.append(messages)
        keys = [line[1:4] for line in messages[1].content.splitlines() if line[:1] == "[" and line[4:5] == "]"]
        try:
            for part in script:
                if isinstance(part, ModelProblem):
                    raise part
                for number, key in enumerate(keys, 1):
                    part = part.replace(f"{{{number}}}", f"[{key}]")
                yield from (f"{word} " for word in part.split(" "))
        except GeneratorExit:
            self.stopped += 1
            raise
