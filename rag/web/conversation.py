"""What was asked and answered in one tab: turns, how the next one grows, and how one is answered anew.

Takes the library and the turns so far; gives the turns as they become. Knows nothing of HTML and Gradio.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rag.answers.records import Answer
from rag.briefs.records import Item
from rag.errors import FeedbackError, InputError
from rag.retrieval.query import Understood
from rag.web.examples import follow_ups
from rag.web.filters import EVERYWHERE, Choice, fitting

if TYPE_CHECKING:
    from rag.feedback.records import Verdict
    from rag.library import Library

Turns = tuple["Turn", ...]
log = logging.getLogger(__name__)
PAUSE = 0.1  # seconds between two steps of an answer that are shown; each one costs the server a drawing


@dataclass(frozen=True, slots=True)
class Turn:
    """One question, how it is to be read, its answer as far as there is one, and the cited items by id."""

    question: str
    answer: Answer | None = None
    items: Mapping[str, Item] = field(default_factory=dict)
    whole: bool = False  # the answer grows no more
    stopped: bool = False  # by the asker, before it was whole
    choice: Choice = EVERYWHERE  # what it looks in
    taken: tuple[Understood, ...] = ()  # what was understood and then taken off
    suggested: tuple[str, ...] = ()  # questions to go on with
    index: str = ""  # content of the index that it was answered from
    problem: str = ""  # why it has no answer, where it has none and gets none by itself
    judged: str = ""  # what the reader said of the answer: good or bad

    @property
    def markers(self) -> int:
        """How many markers the answer gives out: 1 up to this."""
        return max((citation.marker for citation in self.answer.citations), default=0) if self.answer else 0

    @property
    def asked(self) -> dict[str, object]:
        """What it takes to ask it again: plain data, which a page can keep over a reload."""
        return {
            "question": self.question,
            "filters": self.choice.filters,
            "ignore": [part.name for part in self.taken],
        }


def converse(
    library: Library,
    turns: Turns,
    question: str,
    *,
    choice: Choice = EVERYWHERE,
    taken: tuple[Understood, ...] = (),
    place: int | None = None,
    suggest: bool = True,
    model: bool = True,
) -> Iterator[Turns]:
    """The conversation with the question added, then with its answer as it grows; whole, with what to ask next.

    `place`: of the turn that is answered anew; those after it stay. Raises RagError, before anything is given, for a
    question that cannot be served. Where another index is taken up meanwhile, the answer begins anew. With `model`
    False no language model is asked. While nothing is new the same object comes again, so that a reader who has gone is
    noticed.
    """
    place = len(turns) if place is None else place
    before, after = turns[:place], turns[place + 1 :]
    if choice.filters and not fitting(library, choice):
        raise InputError("No item fits all of these filters. Take one of them off, then ask again.")
    suggest = suggest and not after
    with _crowd:
        turn = Turn(question, choice=choice, taken=taken)
        yield from _grown(library, before, after, turn, suggest=suggest, model=model)


def _grown(library: Library, before: Turns, after: Turns, turn: Turn, *, suggest: bool, model: bool) -> Iterator[Turns]:
    choice, ignored = turn.choice, [part.name for part in turn.taken]
    for last_try in (False, True):
        turn = replace(turn, answer=None, items={}, index=library.manifest.content)
        answers = library.stream(turn.question, history=history(before), ignore=ignored, model=model, **choice.filters)
        grown = (*before, turn, *after)
        yield grown
        try:
            for answer in paced(answers):
                if answer is not turn.answer:  # a model that says nothing new is told by the same answer
                    turn = replace(turn, answer=answer, items=_cited(library, answer))
                    grown = (*before, turn, *after)
                yield grown
            break
        except _Moved:
            if last_try:
                raise
    # with the last step, not after it: what is sent meanwhile would meet a conversation that still changes
    suggest = suggest and not _crowd.is_dense
    suggested = follow_ups(library, turn.answer, history((*before, turn))) if turn.answer and suggest else ()
    yield (*before, replace(turn, whole=True, suggested=tuple(suggested)), *after)


class _Crowd:
    """How many answers grow at this moment. Where it is dense none suggests what to ask next: others wait."""

    def __init__(self) -> None:
        self._lock, self._count = threading.Lock(), 0

    def __enter__(self) -> None:
        with self._lock:
            self._count += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._count -= 1

    @property
    def is_dense(self) -> bool:
        """Whether more answers grow than two cores can make at once."""
        return self._count > _DENSE


_DENSE = 2
_crowd = _Crowd()


class _Moved(InputError):
    """An answer cites what the index that is in use now has no more."""


def _cited(library: Library, answer: Answer) -> dict[str, Item]:
    """The items that an answer cites, by id, as the library has them now."""
    items = {}
    for citation in answer.sources:
        try:
            item = library.item(citation.item_id)
        except InputError as gone:
            raise _Moved(str(gone)) from gone
        if item.edition != citation.edition:
            raise _Moved(f"{citation.item_id}: the corpus has changed. Ask again.")
        items[item.id] = item
    return items


def paced(steps: Iterable[Answer], pause: float = PAUSE) -> Iterator[Answer]:
    """The first step, then what there is after each pause (seconds), and the last: nobody reads faster than that."""
    shown = float("-inf")
    held: Answer | None = None
    for step in steps:
        now = time.monotonic()
        if now - shown >= pause:
            shown, held = now, None
            yield step
        else:
            held = step
    if held is not None:
        yield held


def taken_off(
    library: Library, turns: Turns, place: int, name: str, *, suggest: bool = True, model: bool = True
) -> Iterator[Turns]:
    """The turn at this place answered anew, without one thing that was understood. Raises InputError."""
    turn = at(turns, place)
    parts = turn.answer.query.understood if turn.answer else ()
    part = next((part for part in parts if part.name == name), None)
    if part is None:
        raise InputError(f"{name!r} is nothing that was understood of this question.")
    return again(library, turns, place, (*turn.taken, part), suggest=suggest, model=model)


def put_back(library: Library, turns: Turns, place: int, name: str) -> Iterator[Turns]:
    """The turn at this place answered anew, with what had been taken off. Raises InputError."""
    return again(library, turns, place, tuple(part for part in at(turns, place).taken if part.name != name))


def again(
    library: Library,
    turns: Turns,
    place: int,
    taken: tuple[Understood, ...] | None = None,
    *,
    suggest: bool = True,
    model: bool = True,
) -> Iterator[Turns]:
    """The turn at this place answered anew; `taken`: without these. Raises InputError."""
    turn = at(turns, place)
    taken = turn.taken if taken is None else taken
    return converse(
        library, turns, turn.question, choice=turn.choice, taken=taken, place=place, suggest=suggest, model=model
    )


def judged(library: Library, turns: Turns, place: int, verdict: Verdict, reason: str) -> Turns:
    """The turns after the reader said of the answer at this place that it is good or bad, which the library keeps.

    Raises InputError where there is no whole answer or it was said before, and as `Library.feedback` does.
    """
    turn = at(turns, place)
    if turn.answer is None or not turn.whole:
        raise InputError("There is no whole answer to judge yet. Wait for it, then say so.")
    if turn.judged:
        raise InputError("You have judged this answer already. Ask again to have another one.")
    try:
        library.feedback(turn.answer, verdict, reason, history=history(turns[:place]), index=turn.index)
    except FeedbackError as problem:  # it names a file of the server, which is for whoever runs it
        log.warning("%s", problem)
        raise InputError("Your word cannot be kept on this server now; its log says why. It is still below.") from None
    return (*turns[:place], replace(turn, judged=verdict), *turns[place + 1 :])


def stopped(turns: Turns) -> Turns:
    """The turns after the asker stopped the one that grows: it stays as far as it came."""
    return tuple(turn if turn.whole else replace(turn, whole=True, stopped=True) for turn in turns)


def at(turns: Turns, place: int) -> Turn:
    """The turn at this place. Raises InputError where there is none."""
    if not 0 <= place < len(turns):
        raise InputError("This question is not part of the conversation any more. Reload the page.")
    return turns[place]


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
