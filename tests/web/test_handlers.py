"""What the page draws when it is opened."""

from __future__ import annotations

from rag.library import Library
from rag.web.handlers import Handlers


def test_an_opened_page_is_drawn_from_what_the_library_holds_then(library: Library) -> None:
    """Head, filters, items and sources: another index may have been taken up since the server began."""
    drawn = dict(zip(Handlers.OPENED, Handlers(library).open(), strict=True))
    items = library.items()
    assert f"{len(items)} items" in drawn["head"]
    assert f"All {len(items)} items" in drawn["remaining"]
    assert drawn["listing"].count('class="row"') == len(items)
    assert drawn["sources"].count("<li>") == len(library.coverage().issues)
    assert drawn["filters"].count("<select") == 3
