"""What the buttons in the conversation ask for: read, checked, and done to the turns.

Takes the text of an action as a page sends it, which anybody could have written; gives the turns as they become. Knows
nothing of HTML and Gradio.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.errors import InputError
from rag.web.body import read_json
from rag.web.conversation import Turns, again, converse, judged, put_back, taken_off
from rag.web.filters import Choice

if TYPE_CHECKING:
    from rag.feedback.records import Verdict
    from rag.library import Library

MOST_KEPT = 1000  # sealed turns in one action; the page sends fewer, since a body has its limit too
MOST_OF_A_NAME = 64  # characters of a conversation's name
_UNREADABLE = "action: this cannot be read. Reload the page."


@dataclass(frozen=True, slots=True)
class Action:
    """What to do, at which turn, and with what."""

    verb: str
    place: int = -1
    name: str = ""  # of what was understood; the verdict; of a conversation that is brought back
    question: str = ""
    reason: str = ""  # of a verdict
    kept: tuple[str, ...] = ()  # sealed turns, as the browser keeps them

    @classmethod
    def read(cls, sent: object) -> Action:
        """An action as the page sends it: `[serial, "off 2 body"]`, `[serial, "cancel"]`, `[serial, "keep"]`,
        `[serial, "ask", question]`, `[serial, "judge", place, "good", reason]`,
        `[serial, "restore", name, place, [sealed, …]]`; the serial makes two equal ones differ. Raises InputError for
        anything else.
        """
        try:
            words = read_json(sent) if isinstance(sent, str) else None
        except ValueError:
            words = None
        match words:
            case [_, "ask", str(question)]:
                return cls("ask", question=question)
            case [_, "cancel" | "keep" as verb]:
                return cls(verb)
            case [_, "judge", int(place), "good" | "bad" as verdict, str(reason)] if place >= 0:
                return cls("judge", place, verdict, reason=reason)
            case [_, "restore", str(talk), int(place), list(kept)] if place >= 0 and _are_texts(kept):
                return cls("restore", place, talk[:MOST_OF_A_NAME], kept=tuple(kept))
            case [_, str(text)]:
                return _at_a_turn(text)
        raise InputError(_UNREADABLE)


def _are_texts(kept: list[object]) -> bool:
    return len(kept) <= MOST_KEPT and all(isinstance(one, str) for one in kept)


def _at_a_turn(text: str) -> Action:
    verb, place, name = [*text.split(" "), "", "", ""][:3]
    named = verb in ("off", "back")
    if verb not in ("off", "back", "retry", "edit") or not place.isdecimal() or len(place) > 6 or bool(name) != named:
        raise InputError(_UNREADABLE)
    return Action(verb, int(place), name)


def _verdict(name: str) -> Verdict:
    return "good" if name == "good" else "bad"


def done(library: Library, turns: Turns, action: Action, choice: Choice) -> Iterator[Turns]:
    """The turns as they grow by the action. Raises InputError, before anything is given, where it cannot be done."""
    if action.verb == "ask":
        return converse(library, turns, action.question, choice=choice)
    if action.verb == "judge":
        return iter((judged(library, turns, action.place, _verdict(action.name), action.reason),))
    if action.verb == "retry":
        return again(library, turns, action.place)
    change = taken_off if action.verb == "off" else put_back
    return change(library, turns, action.place, action.name)
