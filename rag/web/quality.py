"""The report of `rag eval` for the index in use: where it lies, whether it still holds, and the page as it was written.

Takes an opened library; gives the view's HTML and the answer to `/quality`. The report is made by `rag.evaluation` and
shown as it is; nothing of it is made here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, PlainTextResponse

from rag.evaluation.beside import index_of, report_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from rag.library import Library

_MAKE = "<code>rag eval --report</code> puts the question set to it, which takes a minute or two."


def quality_html(library: Library) -> str:
    """The view: the report in a frame, which the page's script makes, below what is to be known about it."""
    about = index_of(report_of(library.embeddings))
    if about is None:
        return (
            '<div class="page"><h2>How well are questions answered?</h2>'
            f'<p class="nothing">There is no report for this index yet. {_MAKE}</p></div>'
        )
    old = about != library.manifest.content
    stale = f'<p class="warning">This report is about another state of the briefs. {_MAKE}</p>' if old else ""
    return f'<div class="page framed">{stale}<div class="frame" title="Report of the evaluation"></div></div>'


class Quality:
    """The report as a page of its own."""

    def __init__(self, library: Library) -> None:
        self._library = library

    async def page(self, request: Request) -> Response:
        """The report as it was written; 404 where there is none."""
        path = report_of(self._library.embeddings)
        try:
            text = await run_in_threadpool(path.read_text, encoding="utf-8")
        except OSError:
            return PlainTextResponse("There is no report yet: `rag eval --report` makes it.", 404)
        return HTMLResponse(text, headers={"cache-control": "no-store"})
