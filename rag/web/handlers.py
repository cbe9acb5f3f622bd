"""What happens on the page: each event's answer, as the values of the parts that it redraws.

Takes an opened library; gives functions for Gradio's events. Everything a page sends is checked here or by what is
called. Conversation and panel are drawn from the session's turns, never from what a client sends back.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rag.briefs.records import SECTIONS, Item
from rag.errors import InputError, RagError
from rag.web.actions import Action, done
from rag.web.browse import (
    filters_html,
    listing_html,
    no_item_html,
    problem_html,
    reading_html,
    remaining_html,
    welcome_html,
)
from rag.web.conversation import Turns, at, converse, stopped
from rag.web.examples import example_questions
from rag.web.filters import EVERYWHERE, Choice, fitting
from rag.web.kept import Seals
from rag.web.markup import escape
from rag.web.render import header_html, sources_html
from rag.web.restoring import restored
from rag.web.turns import conversation_html, examples_html, kept_html
from rag.web.views import VIEWS, is_filtered, view_html

if TYPE_CHECKING:
    from rag.library import Library

log = logging.getLogger(__name__)
FAILED = "Something went wrong here. Your question is back in the box; the server's log says more."
READY = '<p class="ready">Ready</p>'  # what the page's script waits for


class Handlers:
    """The events of one page over a library. Each gives the values of `asked` or of what its docstring names."""

    # Names of the parts that an event of the conversation redraws, in order; `page` lines its parts up with them.
    ASKED = ("turns", "editing", "talk", "chat", "sources", "welcome", "box", "notice", "anew", "stop", "kept")
    # Likewise of those that are drawn when the page is opened.
    OPENED = ("head", "welcome", "filters", "remaining", "listing", "sources", "ready")

    def __init__(self, library: Library, seals: Seals) -> None:
        self._library, self._seals = library, seals
        self._examples: tuple[str, list[str]] = ("", [])  # of which generation, so that a page opens without asking

    def ask(self, question: str, sent: str, turns: Turns, editing: int | None, talk: str) -> Iterator[list[Any]]:
        """A question from the box; where one is being edited, it takes that one's place and drops those after it.

        `talk`: the conversation's name, by which the browser is told what to keep.
        """
        held = turns if editing is None else turns[:editing]

        def grown() -> Iterator[Turns]:
            yield from converse(self._library, held, question, choice=Choice.read(sent or "{}").without_words)

        # the asker can mend what is wrong with a question: it is said, and the question stays
        yield from self._grown(turns, grown(), editing, talk, box="", back=question)

    def act(self, sent: str, choice: str, turns: Turns, editing: int | None, talk: str) -> Iterator[list[Any]]:
        """A button in the conversation, or what the page's script does by itself."""
        import gradio as gr

        try:
            action = Action.read(sent)
            if action.verb == "edit":
                yield self._drawn(turns, action.place, talk, box=at(turns, action.place).question)
            elif action.verb == "cancel":
                yield self._drawn(turns, None, talk, box=gr.skip())
            elif action.verb == "keep":
                yield self._drawn(turns, editing, talk, box=gr.skip(), kept=self._kept(turns, talk))
            elif action.verb == "restore":
                yield self._restored(turns, action)
            else:
                chosen = Choice.read(choice or "{}").without_words
                grown = done(self._library, turns, action, chosen)
                yield from self._grown(turns, grown, editing, talk, box=gr.skip(), back=gr.skip())
        except RagError as problem:
            yield self._drawn(turns, editing, talk, box=gr.skip(), problem=str(problem))

    def stop(self, turns: Turns, talk: str) -> list[Any]:
        """The asker does not wait for the rest."""
        import gradio as gr

        left = stopped(turns)
        # all of it: what was told last may not have arrived
        return self._drawn(left, None, talk, box=gr.skip(), kept=self._kept(left, talk))

    def clear(self) -> list[Any]:
        """A new conversation."""
        return self._drawn((), None, "", box="")

    def narrow(self, sent: str, place: str) -> tuple[Any, ...]:
        """The filters changed: how many items remain, which, and the view that is open where they restrict it."""
        import gradio as gr

        try:
            choice = Choice.read(sent or "{}")
            items = fitting(self._library, choice)
        except InputError as problem:
            return problem_html(str(problem)), listing_html(()), gr.skip()
        every = self._library.coverage().items
        view = view_html(self._library, place, choice) if is_filtered(place) else gr.skip()
        return remaining_html(len(items), every, choice), listing_html(items, choice.words), view

    def view(self, sent: str, chosen: str) -> str:
        """The address of a view was opened."""
        try:
            choice = Choice.read(chosen or "{}")
        except InputError:  # `narrow` says so, beside the filters
            choice = EVERYWHERE
        return view_html(self._library, sent, choice)

    def read(self, item_id: str) -> str:
        """An item's address was opened."""
        if not item_id:
            return welcome_html()
        try:
            item = self._library.item(item_id)
            ids = [other.id for other in _of_issue(self._library, item.issue)]
            place = ids.index(item.id)
        except (InputError, ValueError):  # there is none, or no more: another index may have been taken up meanwhile
            return no_item_html(item_id)
        return reading_html(item, ids[place - 1] if place else "", ids[place + 1] if place + 1 < len(ids) else "")

    def open(self) -> tuple[str, ...]:
        """The page was opened: a value for each of `OPENED`, the last one the word that all is there."""
        coverage, items = self._library.coverage(), self._library.items()
        return (
            header_html(coverage, VIEWS),
            examples_html(self._example_questions(), self._library.model),
            filters_html(items, coverage),
            remaining_html(len(items), len(items), EVERYWHERE),
            listing_html(items),
            sources_html((), coverage),
            READY,
        )

    def renew(self, sent: str, turns: Turns) -> tuple[Any, ...]:
        """The page changed the corpus: head, filters, what they leave, the list and the sources, drawn again."""
        coverage, items = self._library.coverage(), self._library.items()
        remaining, listing, _ = self.narrow(sent, "")
        return (
            header_html(coverage, VIEWS),
            filters_html(items, coverage),
            remaining,
            listing,
            sources_html(turns, coverage),
        )

    def _example_questions(self) -> list[str]:
        generation = self._library.report.generation
        if self._examples[0] != generation:
            self._examples = (generation, example_questions(self._library))
        return self._examples[1]

    def _grown(
        self, turns: Turns, grown: Iterator[Turns], editing: int | None, talk: str, *, box: object, back: object
    ) -> Iterator[list[Any]]:
        """Each step drawn; the box changes at the first only, since meanwhile the next question is typed into it.

        `box`: what is in it then; `back`: what returns to it where the question cannot be served. A fault of ours is
        logged, and the question that it hit returns to the box. Gradio's own event for it would also come for an answer
        that was stopped. The browser is told what to keep at the first step, so that the question outlives a reload,
        and at the last.
        """
        import gradio as gr

        talk = talk if turns else secrets.token_hex(8)  # a conversation begins with its first question
        told, left, drawn = turns, turns, None
        try:
            for step, left in enumerate(grown):
                if left is drawn:  # to draw it again would only hold up what the reader does meanwhile
                    yield [gr.skip()] * len(self.ASKED)
                    continue
                drawn, growing = left, any(not turn.whole for turn in left)
                kept = gr.skip()
                if not step or not growing:
                    kept, told = self._kept(left, talk, told), left
                yield self._drawn(left, None, talk, box=box, growing=growing, kept=kept)
                box = gr.skip()
        except RagError as problem:
            kept = self._kept(turns, talk, told)
            yield self._drawn(turns, editing, talk, box=back, problem=str(problem), kept=kept)
        except Exception:
            log.exception("An answer broke off.")
            broken = next((turn.question for turn in left if not turn.whole), gr.skip())
            kept = self._kept(turns, talk, told)
            yield self._drawn(turns, None, talk, box=broken, problem=FAILED, kept=kept)

    def _restored(self, turns: Turns, action: Action) -> list[Any]:
        """What the browser kept, from the action's place on. It holds it already: it is told what was made anew."""
        import gradio as gr

        if action.place > len(turns):
            raise InputError("What was kept of this conversation came in the wrong order. Reload the page.")
        now = restored(self._library, self._seals, turns[: action.place], action.kept)
        changed = [(place, self._seals.seal(now.turns[place])) for place in now.anew]
        kept = kept_html(action.name, len(now.turns), changed, restored=True)
        return self._drawn(now.turns, None, action.name, box=gr.skip(), word=now.word, kept=kept)

    def _kept(self, turns: Turns, talk: str, told: Turns = ()) -> str:
        """What the browser is to keep of these turns, where it was told those: how many, and those that changed.

        One that only stands in for what could not be brought back is none of these: what the browser has of it stays.
        """
        changed = [
            (place, self._seals.seal(turn))
            for place, turn in enumerate(turns)
            if (place >= len(told) or told[place] is not turn) and not (turn.problem and turn.answer is None)
        ]
        return kept_html(talk, len(turns), changed)

    def _drawn(
        self,
        turns: Turns,
        editing: int | None,
        talk: str,
        *,
        box: object,
        problem: str = "",
        word: str = "",
        growing: bool = False,
        kept: object = None,
    ) -> list[Any]:
        """A value for each of `ASKED`; `kept` None leaves what the browser keeps as it is."""
        import gradio as gr

        said = f'<p class="problem">{escape(problem)}</p>' if problem else ""
        said += f'<p class="hint">{escape(word)}</p>' if word else ""
        return [
            turns,
            editing,
            talk,
            gr.update(value=self._conversation(turns), visible=bool(turns)),
            sources_html(turns, self._library.coverage()),
            gr.update(visible=not turns),
            box,
            said + (_EDITING if editing is not None else ""),
            gr.update(visible=bool(turns)),
            gr.update(visible=growing),
            gr.skip() if kept is None else kept,
        ]

    def _conversation(self, turns: Turns) -> str:
        library = self._library
        return conversation_html(turns, library.manifest.content, judging=library.takes_feedback)


def _of_issue(library: Library, issue: dt.date) -> list[Item]:
    """The items of an issue, in their order there."""
    return sorted(library.items(issue=issue), key=lambda item: (SECTIONS.index(item.section), item.number))


_EDITING = (
    '<p class="hint">Change the question and ask: it takes the place of the one above, and what follows that one goes. '
    '<button type="button" class="cancel">Cancel</button></p>'
)
