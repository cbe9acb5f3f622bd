"""What the page draws when it is opened."""

from __future__ import annotations

from typing import Any

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


def test_an_edit_is_offered_to_be_called_off_until_it_is(library: Library) -> None:
    """The word and its button stand by the box while a question is edited, with a problem too; then they go."""
    on = Handlers(library)

    def drawn(values: list[Any]) -> dict[str, Any]:
        return dict(zip(Handlers.ASKED, values, strict=True))

    *_, asked = on.ask("What are the key targets of the Robot+ plan?", "", (), None)
    turns = drawn(asked)["turns"]
    (begun,) = on.act('[1, "edit 0"]', "", turns, None)
    assert (drawn(begun)["editing"], drawn(begun)["box"]) == (0, turns[0].question)
    assert 'class="cancel"' in drawn(begun)["notice"]
    (refused,) = on.ask("?", "", turns, 0)
    assert "holds no word" in drawn(refused)["notice"]
    assert 'class="cancel"' in drawn(refused)["notice"]
    (over,) = on.act('[2, "cancel"]', "", turns, 0)
    assert (drawn(over)["editing"], drawn(over)["notice"], drawn(over)["turns"]) == (None, "", turns)
