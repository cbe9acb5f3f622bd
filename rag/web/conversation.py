"""What was asked and answered in one tab: turns, and how the next one grows.

Takes the library and the turns so far; gives the turns with one more. Knows nothing of HTML and Gradio.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rag.answers.records import Answer
from rag.briefs.records import Item

if TYPE_CHECKING:
    from rag.library import Library

Turns = tuple["Turn", ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """One question, its answer as far as there is one, and the items that the answer cites, by id."""

    question: str
    answer: Answer | None = None
    items: Mapping[str, Item] = field(default_factory=dict)
    whole: bool = False  # the answer grows no more

    @property
    def markers(self) -> int:
        """How many markers the answer gives out: 1 up to this."""
        return max((citation.marker for citation in self.answer.citations), default=0) if self.answer else 0


def converse(library: Library, turns: Turns, question: str) -> Iterator[Turns]:
    """The conversation with the question added, then with its answer as it grows.

    Raises RagError, before anything is given, for a question that cannot be served.
    """
    answers = library.stream(question, history=history(turns))
    turn = Turn(question)
    yield (*turns, turn)
    for answer in answers:
        items = {citation.item_id: library.item(citation.item_id) for citation in answer.citations}
        turn = Turn(question, answer, items)
        yield (*turns, turn)
    yield (*turns, replace(turn, whole=True))


def history(turns: Sequence[Turn]) -> list[dict[str, str]]:
    """The turns as the messages that the library takes."""
    messages = []
    for turn in turns:
        if turn.answer is not None:
            messages += [
                {"role": "user", "content": turn.question},
                {"role": "assistant", "content": turn.answer.text},
            ]
    return messages
