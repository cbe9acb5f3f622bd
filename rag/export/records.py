"""What is exported: a conversation, question by question, each with its answer and the items that the answer cites.

Knows nothing of how it was held (page, shell, Python) and of what it is turned into.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from rag.answers.records import Answer
from rag.briefs.records import Item


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and its answer, as the asker saw them."""

    question: str
    answer: Answer | None  # None where it was stopped before there was any
    items: Mapping[str, Item] = field(default_factory=dict)  # what the answer cites, by id
    looked_in: tuple[str, ...] = ()  # what the asker restricted it to, each in words
    taken_off: tuple[str, ...] = ()  # what was understood of the question and then taken off, each in words
    stopped: bool = False  # by the asker, before the answer was whole

    @property
    def cited(self) -> tuple[Item, ...]:
        """The items behind the markers, in order of marker."""
        answer = self.answer
        return tuple(self.items[key] for key in dict.fromkeys(c.item_id for c in answer.sources)) if answer else ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """Questions and answers under one title."""

    title: str
    exchanges: tuple[Exchange, ...]
    made: dt.date | None = None  # the day it stands under; None: none is told

    @property
    def cited(self) -> tuple[Item, ...]:
        """The items behind the markers of all answers, each once, in order of first use.

        An item that was cited as a digest and, later, as an original is there in both editions.
        """
        items = {(item.id, item.edition): item for exchange in self.exchanges for item in exchange.cited}
        return tuple(items.values())
