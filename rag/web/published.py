"""A new index taken up while the page runs, and the address that says how the page is.

Takes an opened library; before a request that reads from it, looks whether another process published a newer index
(one small file is read) and takes that up. An index that cannot be opened leaves the one in use answering. Knows
nothing of what is asked.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse

from rag.errors import IndexProblem

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from rag.library import Library

# No reason: it names folders. The log has it.
BEHIND = "A newer index was published and cannot be used; answers come from the one before. The server's log says why."
AGAIN = 60.0  # seconds after which an index that was refused is tried again
_READERS = ("/", "/health")  # besides whatever is posted
_log = logging.getLogger(__name__)


class Published:
    """Which index answers, and whether a newer one was refused."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.taking = asyncio.Lock()  # held by whoever replaces the index: by this, or by an addition
        self._refused = ""  # the generation that could not be opened ...
        self._when = 0.0  # ... and when: it is tried again later, since a brief may have been half written
        self.problem = ""

    async def take_up(self) -> None:
        """Open what was published since, if anything. Who comes while it is being opened gets the one before."""
        if self.taking.locked():
            return
        async with self.taking:
            try:
                newest = self._library.published()
            except IndexProblem as problem:
                self._refuse("", problem)
                return
            if newest == self._library.report.generation:
                self._refused = self.problem = ""
            elif newest != self._refused or time.monotonic() - self._when > AGAIN:
                try:
                    await run_in_threadpool(self._library.refresh, build=False)
                    self._refused = self.problem = ""
                except Exception as problem:  # whatever it is, the index in use goes on answering
                    self._refuse(newest, problem)

    def _refuse(self, generation: str, problem: Exception) -> None:
        if not self.problem or generation != self._refused:  # once, not at every question
            _log.warning("%s Answers go on coming from %s.", problem, self._library.report.generation)
        self._refused, self._when, self.problem = generation, time.monotonic(), BEHIND

    async def health(self, request: Request) -> JSONResponse:
        """How the page is: it answers, from which index, over what. No folder, no question, no user."""
        coverage = self._library.coverage()
        editions = {issue.edition for issue in coverage.issues}
        state: dict[str, Any] = {
            "ok": True,  # it answers, whatever `problem` says: a restart would not mend that
            "generation": self._library.report.generation,
            "issues": len(coverage.issues),
            "items": coverage.items,
            "edition": "mixed" if len(editions) > 1 else "".join(editions),
            "problem": self.problem,
        }
        return JSONResponse(state, headers={"cache-control": "no-store"})


class TakesUp:
    """Takes up a new index before what reads from it is served."""

    def __init__(self, app: ASGIApp, published: Published) -> None:
        self._app, self._published = app, published

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http" and (scope["method"] == "POST" or scope["path"] in _READERS):
            await self._published.take_up()
        await self._app(scope, receive, send)
