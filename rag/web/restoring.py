"""A conversation brought back from what the browser kept of it, after a reload or a restart of the server.

Takes a library, the turns that are back already, and sealed ones; gives the turns with these, and a word on those that
had to be asked again. What this server sealed comes back as it was: no model, no search. Anything else is a question
like any other, asked again in the briefs' own sentences: a reload must not ask a language model thirty questions. One
that cannot be answered stays in its place without an answer, so that nothing is lost. Knows nothing of HTML and Gradio.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.errors import InputError, RagError
from rag.retrieval.conversation import LIMIT
from rag.web.conversation import Turn, Turns, converse, history, taken_off
from rag.web.examples import follow_ups
from rag.web.filters import Choice
from rag.web.kept import NotKept, Seals, Why

if TYPE_CHECKING:
    from rag.library import Library

MOST_ANEW = 30  # turns answered again at once, the last ones
_NAMED = 5  # of those made anew, in the word on them
_SHOWN = 60  # characters of a question there
_REASONS: dict[Why, str] = {
    "version": "they were kept by another version of this program",
    "seal": "they do not carry this server’s seal",
    "unfinished": "they were not finished, or too long to keep",
    "damaged": "what was kept is damaged",
}
_ENDED = "this server cannot keep its seal beside the index: it ends when the server stops"
_TOO_MANY = f"Not answered again: after a reload, the last {MOST_ANEW} questions are."
_DAMAGED = "What was kept of this turn is damaged and cannot be read. It stays in this browser as it is."


@dataclass(frozen=True, slots=True)
class Restored:
    """The conversation as it is now, the places whose answers were made anew, and a word on these, empty if none is."""

    turns: Turns
    anew: tuple[int, ...]
    word: str


def restored(library: Library, seals: Seals, turns: Turns, kept: Sequence[str]) -> Restored:
    """The turns followed by those kept, each in its place."""
    opened = [_opened(seals, text) for text in kept]
    misfits = [place for place, one in enumerate(opened) if isinstance(one, NotKept)]
    anew: dict[int, Why] = {}
    for place, one in enumerate(opened):
        if isinstance(one, Turn):
            turns = (*turns, one)
        elif place not in misfits[-MOST_ANEW:]:
            turns = (*turns, _unanswered(one.asked, _TOO_MANY))
        else:
            turns = _anew(library, turns, one)
            if turns[-1].answer is not None:
                anew[len(turns) - 1] = one.why
    if len(turns) - 1 in anew:
        turns = _suggesting(library, turns)
    return Restored(turns, tuple(anew), _word(turns, anew, lasting=seals.key.lasting))


def _opened(seals: Seals, text: str) -> Turn | NotKept:
    try:
        return seals.unseal(text)
    except NotKept as misfit:
        return misfit


def _anew(library: Library, turns: Turns, misfit: NotKept) -> Turns:
    """The turns with one that is asked again; where that fails, with the question alone."""
    if not isinstance(misfit.asked, dict) or not isinstance(misfit.asked.get("question"), str):
        return (*turns, _unanswered(None, _DAMAGED))
    try:
        return _asked(library, turns, misfit.asked)
    except RagError as problem:
        return (*turns, _unanswered(misfit.asked, f"Not answered again: {problem}"))


def _asked(library: Library, turns: Turns, asked: dict[str, object]) -> Turns:
    """One turn asked as before: first as it stands, then each thing taken off, so that all of it is ours."""
    place, choice = len(turns), Choice.read(asked.get("filters", {})).without_words
    question, ignored = str(asked["question"]), asked.get("ignore")
    turns = _last(converse(library, turns, question, choice=choice, suggest=False, model=False))
    for name in ignored if isinstance(ignored, list) else []:
        try:
            turns = _last(taken_off(library, turns, place, str(name), suggest=False, model=False))
        except InputError:  # not understood so any more: there is nothing to take off
            continue
    return turns


def _unanswered(asked: object, problem: str) -> Turn:
    """A turn without an answer, asked as before as far as that can be read."""
    values = asked if isinstance(asked, dict) else {}
    try:
        choice = Choice.read(values.get("filters", {})).without_words
    except InputError:
        choice = Choice()
    return Turn(str(values.get("question", ""))[:LIMIT], whole=True, choice=choice, problem=problem)


def _suggesting(library: Library, turns: Turns) -> Turns:
    """The turns, the last one with questions to go on with: to make them takes questions of its own."""
    last = turns[-1]
    suggested = follow_ups(library, last.answer, history(turns)) if last.answer else ()
    return (*turns[:-1], replace(last, suggested=tuple(suggested)))


def _last(grown: Iterable[Turns]) -> Turns:
    *_, turns = grown
    return turns


def _word(turns: Turns, anew: Mapping[int, Why], *, lasting: bool) -> str:
    """Which answers were made anew, and why."""
    said = []
    for why in dict.fromkeys(anew.values()):
        questions = [f"“{_short(turns[place].question)}”" for place, each in anew.items() if each == why]
        more = [f"and {len(questions) - _NAMED} more"] if len(questions) > _NAMED else []
        reason = _ENDED if why == "seal" and not lasting else _REASONS[why]
        said.append(f"{', '.join([*questions[:_NAMED], *more])}, since {reason}")
    return f"Answered anew, in the briefs’ own sentences: {'; '.join(said)}." if said else ""


def _short(question: str) -> str:
    return question if len(question) <= _SHOWN else f"{question[: _SHOWN - 1].rstrip()}…"
