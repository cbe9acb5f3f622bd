"""Conversations as files to hand on: what a browser kept of one, checked, and written in a form (`rag.export`).

Takes requests with sealed turns; gives files. A turn that this server cannot vouch for is in no file: whoever reads it
would take it for an answer. Knows nothing of how a form is written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

import anyio
from anyio import to_thread
from starlette.responses import PlainTextResponse, Response

from rag.errors import InputError
from rag.export.bibliography import to_bibtex, to_csl_json
from rag.export.markdown import to_markdown
from rag.export.records import Conversation, Exchange
from rag.web.body import read_object
from rag.web.conversation import Turn
from rag.web.filters import in_words
from rag.web.kept import NotKept, Seals

if TYPE_CHECKING:
    from starlette.requests import Request

MOST_TURNS = 5000
AT_ONCE = 2  # files written at the same time; the others wait
_LONGEST_TITLE = 200  # characters
_LONGEST_NAME = 60  # characters of a title in a file's name
_FOREIGN = (
    "Question {}: this server cannot vouch for an answer that it did not give, or that another version of it gave. "
    "Open the conversation first: its answers are made anew then."
)


@dataclass(frozen=True, slots=True)
class Form:
    """One form: how it is written, its media type and the ending of its files."""

    write: Callable[[Conversation], str | bytes]
    media: str
    ending: str


def _to_word(conversation: Conversation) -> bytes:
    from rag.export.word import to_word  # brings a library of its own

    return to_word(conversation)


FORMS = {
    "markdown": Form(to_markdown, "text/markdown; charset=utf-8", "md"),
    "word": Form(_to_word, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    "bibtex": Form(to_bibtex, "application/x-bibtex; charset=utf-8", "bib"),
    "csl-json": Form(to_csl_json, "application/vnd.citationstyles.csl+json", "json"),
}


class Exports:
    """Writes conversations that carry these seals."""

    def __init__(self, seals: Seals) -> None:
        self._seals = seals
        self._running = anyio.CapacityLimiter(AT_ONCE)

    async def export(self, request: Request) -> Response:
        """The file; 422 for a body that is none, 409 for a turn without this server's seal, 404 for another form."""
        form = FORMS.get(request.path_params["form"])
        if form is None:
            return PlainTextResponse(f"There is no such form. There are {', '.join(FORMS)}.", 404)
        return await to_thread.run_sync(self._written, form, await request.body(), limiter=self._running)

    def _written(self, form: Form, body: bytes) -> Response:
        try:
            title, texts = _read(body)
        except InputError as problem:
            return PlainTextResponse(str(problem), 422)
        exchanges = [self._opened(text) for text in texts]
        if foreign := [str(place) for place, each in enumerate(exchanges, 1) if each is None]:
            return PlainTextResponse(_FOREIGN.format(", ".join(foreign)), 409)
        today = dt.datetime.now().astimezone().date()
        conversation = Conversation(title, tuple(each for each in exchanges if each), today)
        name = quote(f"{_named(title)} {today.isoformat()}.{form.ending}")
        headers = {"content-disposition": f"attachment; filename*=UTF-8''{name}", "cache-control": "no-store"}
        return Response(form.write(conversation), media_type=form.media, headers=headers)

    def _opened(self, text: str) -> Exchange | None:
        """A kept turn as it is exported; None where this server cannot vouch for it."""
        try:
            return exchange_of(self._seals.unseal(text))
        except NotKept as misfit:
            if misfit.why == "unfinished" and isinstance(misfit.asked, dict):  # sealed, with no answer
                return Exchange(str(misfit.asked["question"]), None)
            return None


def _read(body: bytes) -> tuple[str, list[str]]:
    """The title and the sealed turns. Raises InputError."""
    sent = read_object(body)
    title, turns = sent.get("title"), sent.get("turns")
    if not isinstance(title, str) or not isinstance(turns, list) or not all(isinstance(one, str) for one in turns):
        raise InputError("title, turns: give a text, and the kept turns in a list.")
    if not 0 < len(turns) <= MOST_TURNS:
        raise InputError(f"turns: {len(turns):,} are given; give 1 to {MOST_TURNS:,}.")
    return " ".join(title.split())[:_LONGEST_TITLE] or "Conversation", turns


def exchange_of(turn: Turn) -> Exchange:
    """A turn as it is exported."""
    return Exchange(
        turn.question,
        turn.answer,
        turn.items,
        looked_in=tuple(in_words(turn.choice)),
        taken_off=tuple(part.words for part in turn.taken),
        stopped=turn.stopped,
    )


def _named(title: str) -> str:
    """A title as the name of a file, on any system: letters and digits of any script, `-`, `+` and single spaces."""
    kept = "".join(c if c.isalnum() or c in "-+" else " " for c in title)
    return " ".join(kept.split())[:_LONGEST_NAME].strip() or "Conversation"
