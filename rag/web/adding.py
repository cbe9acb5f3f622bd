"""Adding a brief from the page: one file a request, told step by step while it is read and taken up.

Takes a request whose body is the file (the gate kept it short) and whose `name` is what its owner calls it; gives
lines of JSON, each a step, the last one the outcome. The name is only ever shown. One brief is added at a time, and
nothing else replaces the index meanwhile; questions go on being answered from the one before. An addition that was
begun is ended, whether or not anybody still listens. Knows nothing of HTML.
"""

from __future__ import annotations

import asyncio
import json
import logging
import tempfile
import threading
import unicodedata
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response, StreamingResponse

from rag.adding import Added, Room
from rag.briefs.formats import SUFFIXES
from rag.briefs.records import SECTIONS, long_date
from rag.errors import BriefError, BriefTaken, CorpusError, CorpusFull, RagError
from rag.progress import STAGES
from rag.web.render import COUNTED, counted

if TYPE_CHECKING:
    from starlette.requests import Request

    from rag.library import Library
    from rag.web.published import Published

PATH = "/library/add"
# What a form or an image of another site cannot send along, nor a script of one without asking first.
NEEDED = {"content-type": "application/octet-stream", "x-requested-with": "china-industries"}
# Fifty years of a monthly brief, of twice its usual 25 KB. Each addition reads all briefs again, some 50 ms each: with
# more, adding would take a minute before anything is encoded.
ROOM = Room(files=600, size=32 * 2**20)
MOST_WAITING = 3  # behind the one who is served: some ten seconds each, and nobody waits longer for a file
MOST_UNPLACED = 5  # stretches told of one file; the page lists more
LONGEST_NAME = 80  # characters shown of a file's name
_LONGEST_STRETCH = 120  # characters
OFF = "Adding is switched off here. Whoever runs this page can switch it on with RAG_UPLOADS=on."
FOREIGN = "Only the page itself may add briefs."
BUSY = "Several people are adding just now. Try again in a moment."
WAITING = "Someone else is adding: waiting"
CHECKING = "Checking the file"
FAILED = "Something went wrong here, and nothing was added; the server's log says more."
_log = logging.getLogger(__name__)

Tell = Callable[[dict[str, Any]], None]


class Stopped(Exception):
    """The server ends: what is being added is taken back."""


class Adding:
    """The one way by which the page changes the corpus of a library."""

    def __init__(self, library: Library, published: Published) -> None:
        self._library, self._published = library, published
        self._here = 0  # additions begun and not over yet
        self._running: set[asyncio.Task[None]] = set()
        self._ending = threading.Event()

    @contextmanager
    def open(self) -> Iterator[None]:
        """To be entered while the page is served: afterwards an addition under way ends at its next step."""
        try:
            yield
        finally:
            self._ending.set()

    async def add(self, request: Request) -> Response:
        """One file. What cannot even begin has a status of its own and a `detail` in words."""
        if not self._library.uploads:
            return _refused(403, OFF)
        if any(request.headers.get(name) != value for name, value in NEEDED.items()):
            return _refused(403, FOREIGN)
        if self._here > MOST_WAITING:
            return _refused(503, BUSY)
        name, data = request.query_params.get("name", ""), await request.body()
        steps: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._here += 1
        task = asyncio.create_task(self._added(name, data, steps))
        self._running.add(task)  # the loop itself would forget it
        task.add_done_callback(self._running.discard)
        return StreamingResponse(
            _lines(steps), media_type="application/x-ndjson", headers={"cache-control": "no-store"}
        )

    async def _added(self, name: str, data: bytes, steps: asyncio.Queue[dict[str, Any]]) -> None:
        loop = asyncio.get_running_loop()

        def tell(step: dict[str, Any]) -> None:
            if self._ending.is_set():
                raise Stopped
            loop.call_soon_threadsafe(steps.put_nowait, step)

        try:
            if self._published.taking.locked():
                steps.put_nowait({"words": WAITING})
            async with self._published.taking:
                outcome = await run_in_threadpool(self._take_in, name, data, tell)
        except Exception:  # whatever it is, who waits is told
            if not self._ending.is_set():
                _log.exception("Adding a brief broke off.")
            outcome = {"outcome": "failed", "lines": [FAILED]}
        finally:
            self._here -= 1
        steps.put_nowait(outcome)

    def _take_in(self, name: str, data: bytes, tell: Tell) -> dict[str, Any]:
        """The outcome of one file; what its owner or whoever runs this can mend, in words without a path of ours."""

        def progress(stage: str, done: int, total: int) -> None:
            words = STAGES.get(stage, stage)
            if words is not None:
                tell({"words": words, "done": done, "total": total} if total > 1 else {"words": words})

        name = shown(name)
        suffix = PurePosixPath(name).suffix.lower()
        if suffix not in SUFFIXES:
            return {"outcome": "failed", "lines": [f"{name}: is neither text (.txt) nor Markdown (.md)."]}
        tell({"words": CHECKING})
        try:
            with tempfile.TemporaryDirectory(prefix="rag-add-") as folder:
                path = Path(folder) / f"brief{suffix}"
                path.write_bytes(data)
                try:
                    (added,) = self._library.take_in([path], progress=progress, room=ROOM)
                except RagError as problem:
                    return {"outcome": "failed", "lines": [in_words(problem, name, path)]}
        except OSError as error:
            return {"outcome": "failed", "lines": [_unkept(name, error)]}
        editions = {issue.date: issue.edition for issue in self._library.coverage().issues}
        aside = editions.get(added.issue.date, added.issue.edition) != added.issue.edition
        return {"outcome": "added" if added.new else "there", "lines": read_in_words(added, aside=aside)}


def shown(name: str) -> str:
    """A file's name as it may be shown: short, on one line, in one direction."""
    plain = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
    if len(plain) > LONGEST_NAME:
        suffix = PurePosixPath(plain).suffix[:8]
        plain = f"{plain[: LONGEST_NAME - len(suffix) - 1]}…{suffix}"
    return plain.strip() or "The file"


def in_words(problem: RagError, name: str, path: Path) -> str:
    """Why a file was not added, to whoever sent it under this name: nothing of it tells where things lie here."""
    if isinstance(problem, BriefError):
        if Path(problem.path) == path:
            return problem.naming(name)
        return f"A brief of the corpus does not read any more: {problem.naming(Path(problem.path).name)}"
    if isinstance(problem, BriefTaken):
        return problem.naming(name, problem.other.name)
    if isinstance(problem, CorpusFull):
        return f"{name}: {problem}"
    _log.warning("A brief was not added: %s", problem)
    if isinstance(problem.__cause__, OSError):
        return _unkept(name, problem.__cause__)
    kept = "corpus" if isinstance(problem, CorpusError) else "index"
    return f"{name}: the {kept} cannot take it up, and nothing was added; the server's log says why."


def read_in_words(added: Added, *, aside: bool) -> list[str]:
    """What was read of a file, a line a fact. `aside`: its issue is read from another file."""
    issue = added.issue
    sections = {section: sum(item.section == section for item in issue.items) for section in SECTIONS}
    held = ", ".join(counted(number, *COUNTED[section]) for section, number in sections.items())
    lines = [f"{issue.edition.capitalize()} of {long_date(issue.date)}: {held}."]
    if not added.new:
        lines.append("It was there already; nothing changed.")
    if issue.period:
        lines.append(f"Reporting period: {' to '.join(map(long_date, issue.period))}.")
    else:
        lines.append("It states no reporting period.")
    if aside:
        lines.append("The original of this issue is there too, and is read in place of this digest.")
    if issue.unplaced:
        lines.append(f"{counted(len(issue.unplaced), 'line', 'lines')} could not be placed:")
    lines += [f"line {lost.line}: {_cut(lost.text)}" for lost in issue.unplaced[:MOST_UNPLACED]]
    if len(issue.unplaced) > MOST_UNPLACED:
        lines.append(f"and {len(issue.unplaced) - MOST_UNPLACED} more.")
    return lines


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_STRETCH else f"{text[:_LONGEST_STRETCH]}…"


def _unkept(name: str, error: OSError) -> str:
    return (
        f"{name}: cannot be kept here ({error.strerror or 'the system refused'}), and nothing was added. Whoever runs "
        "this page can make room or allow writing."
    )


def _refused(status: int, words: str) -> JSONResponse:
    return JSONResponse({"detail": words}, status)


async def _lines(steps: asyncio.Queue[dict[str, Any]]) -> AsyncIterator[bytes]:
    """The steps as they come, a line of JSON each, until the outcome."""
    while True:
        step = await steps.get()
        yield json.dumps(step).encode() + b"\n"
        if "outcome" in step:
            return
