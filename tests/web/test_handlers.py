"""What the page draws when it is opened."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import gradio as gr
import pytest

from rag.answers.records import Answer
from rag.briefs.records import Item
from rag.errors import InputError
from rag.library import Library
from rag.web import conversation
from rag.web.handlers import Handlers
from rag.web.kept import Seals


def test_an_opened_page_is_drawn_from_what_the_library_holds_then(library: Library, seals: Seals) -> None:
    """Head, filters, items and sources: another index may have been taken up since the server began."""
    drawn = dict(zip(Handlers.OPENED, Handlers(library, seals).open(), strict=True))
    items = library.items()
    assert f"{len(items)} items" in drawn["head"]
    assert f"All {len(items)} items" in drawn["remaining"]
    assert drawn["listing"].count('class="row"') == len(items)
    assert drawn["sources"].count("<li>") == len(library.coverage().issues)
    assert drawn["filters"].count("<select") == 3


def test_what_is_not_new_is_not_drawn_again(
    fake_library: Callable[..., Any], make_item: Callable[..., Item], make_answer: Callable[..., Answer], seals: Seals,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """While a model says nothing, steps go on, so that a reader who has gone is noticed, but send nothing."""
    item = make_item("492 robots.")
    answer = make_answer(item, ["492 robots."])
    library = fake_library(item, answer)
    monkeypatch.setattr(library, "_grow", lambda: iter([answer, answer, answer, replace(answer, lead="One item:")]))
    paced = conversation.paced
    monkeypatch.setattr(conversation, "paced", lambda steps: paced(steps, pause=0))
    steps = list(Handlers(library, seals).ask("How many?", "", (), None, ""))
    empty = [all(isinstance(value, dict) and value == gr.skip() for value in step) for step in steps]
    assert empty == [False, False, True, True, False, False]


def test_an_edit_is_offered_to_be_called_off_until_it_is(library: Library, seals: Seals) -> None:
    """The word and its button stand by the box while a question is edited, with a problem too; then they go."""
    on = Handlers(library, seals)

    def drawn(values: list[Any]) -> dict[str, Any]:
        return dict(zip(Handlers.ASKED, values, strict=True))

    *_, asked = on.ask("What are the key targets of the Robot+ plan?", "", (), None, "")
    turns = drawn(asked)["turns"]
    (begun,) = on.act('[1, "edit 0"]', "", turns, None, "")
    assert (drawn(begun)["editing"], drawn(begun)["box"]) == (0, turns[0].question)
    assert 'class="cancel"' in drawn(begun)["notice"]
    (refused,) = on.ask("?", "", turns, 0, "")
    assert "holds no word" in drawn(refused)["notice"]
    assert 'class="cancel"' in drawn(refused)["notice"]
    (over,) = on.act('[2, "cancel"]', "", turns, 0, "")
    assert (drawn(over)["editing"], drawn(over)["notice"], drawn(over)["turns"]) == (None, "", turns)


# --- what the browser is told to keep ---------------------------------------------------------------------------------


@pytest.fixture
def fake(fake_library: Any, make_item: Callable[..., Item], make_answer: Callable[..., Answer]) -> Any:
    """A library with one item and one answer."""
    item = make_item("The plan sets 492 robots.")
    return fake_library(item, make_answer(item, [item.text]))


def part(values: list[Any], name: str) -> Any:
    """What an event gave for one part of the page."""
    return dict(zip(Handlers.ASKED, values, strict=True))[name]


def told(values: list[Any]) -> dict[str, Any] | None:
    """What the browser was told to keep, if anything."""
    kept = part(values, "kept")
    if not isinstance(kept, str):
        return None
    found: dict[str, Any] = json.loads(html.unescape(kept.removeprefix("<pre>").removesuffix("</pre>")))
    return found


def test_the_browser_is_told_the_question_first_and_the_answer_last(fake: Any, seals: Seals) -> None:
    """First, so that the question outlives a reload; nothing while the answer grows; then the whole turn."""
    steps = list(Handlers(fake, seals).ask("How many?", "", (), None, "a"))
    first, *between, whole = [told(step) for step in steps]
    assert first is not None
    assert whole is not None
    assert between == [None] * (len(steps) - 2) != []
    assert (first["turns"], [place for place, _ in first["changed"]]) == (1, [0])
    assert (whole["turns"], whole["restored"]) == (1, False)
    assert {first["talk"], whole["talk"], *(part(step, "talk") for step in steps)} == {first["talk"]}
    assert len(first["changed"][0][1]) < 300
    assert seals.unseal(whole["changed"][0][1]) == part(steps[-1], "turns")[0]


def test_each_conversation_has_a_name_of_its_own(fake: Any, seals: Seals) -> None:
    """Given with its first question, kept through it, another one after it was cleared."""
    on = Handlers(fake, seals)
    *_, step = on.ask("One?", "", (), None, "")
    name = part(step, "talk")
    assert len(name) == 16
    *_, step = on.act('[1, "ask", "Two?"]', "", part(step, "turns"), None, name)
    assert part(step, "talk") == name
    *_, step = on.ask("Three?", "", part(on.clear(), "turns"), None, part(on.clear(), "talk"))
    assert part(step, "talk") not in ("", name)


def test_only_what_changed_is_told(fake: Any, seals: Seals) -> None:
    """A further question leaves those before; one that is edited takes those after it along; all, when asked for."""
    on = Handlers(fake, seals)
    turns: Any = ()
    for question in ("One?", "Two?", "Three?"):
        *_, step = on.ask(question, "", turns, None, "a")
        turns = part(step, "turns")
        assert [place for place, _ in (told(step) or {})["changed"]] == [len(turns) - 1]
    *_, step = on.ask("Other?", "", turns, 1, "a")
    assert [(told(step) or {})[name] for name in ("turns", "restored")] == [2, False]
    assert [place for place, _ in (told(step) or {})["changed"]] == [1]
    (step,) = on.act('[1, "keep"]', "", turns, None, "a")
    assert [place for place, _ in (told(step) or {})["changed"]] == [0, 1, 2]
    (step,) = on.act('[1, "edit 0"]', "", turns, None, "a")
    assert told(step) is None


def test_a_turn_that_breaks_off_is_taken_back(fake: Any, seals: Seals, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked anew, and refused in the midst of it: the browser gets the turn back that it was told to replace."""
    on = Handlers(fake, seals)
    *_, step = on.ask("How many?", "", (), None, "a")
    turns = part(step, "turns")

    def broken() -> Iterator[Answer]:
        yield from ()
        raise InputError("Not now.")

    monkeypatch.setattr(fake, "_grow", broken)
    first, last = on.act('[1, "retry 0"]', "", turns, None, "a")
    assert (told(first) or {})["changed"][0][1] != seals.seal(turns[0])
    assert (told(last) or {})["changed"] == [[0, seals.seal(turns[0])]]
    assert "Not now" in part(last, "notice")


def test_what_is_stopped_is_told_whole(fake: Any, seals: Seals) -> None:
    """All of it, since what was told last may not have arrived."""
    on = Handlers(fake, seals)
    steps = list(on.ask("How many?", "", (), None, "a"))
    stopping = on.stop(part(steps[1], "turns"), "a")
    text = (told(stopping) or {})["changed"][0][1]
    assert seals.unseal(text) == replace(part(steps[1], "turns")[0], whole=True, stopped=True)


def test_what_comes_back_is_drawn_and_not_told_again(fake: Any, seals: Seals) -> None:
    """The browser has it; what was made anew is told; parts follow one another."""
    on = Handlers(fake, seals)
    *_, step = on.ask("How many?", "", (), None, "a")
    turns = part(step, "turns")
    text = seals.seal(turns[0])
    (back,) = on.act(json.dumps([1, "restore", "b", 0, [text]]), "", (), None, "a")
    assert part(back, "turns") == turns
    assert part(back, "chat") == part(step, "chat")
    assert told(back) == {"talk": "b", "turns": 1, "changed": [], "restored": True}
    (more,) = on.act(json.dumps([2, "restore", "b", 1, [f"{'0' * 64} {text[65:]}"]]), "", turns, None, "b")
    assert [place for place, _ in (told(more) or {})["changed"]] == [1]
    assert "Answered anew" in part(more, "notice")
    (early,) = on.act(json.dumps([3, "restore", "b", 5, [text]]), "", turns, None, "b")
    assert "wrong order" in part(early, "notice")
    assert part(early, "turns") == turns
