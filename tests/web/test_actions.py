"""What the page's buttons and filters send: read where it is well formed, refused with a word where it is not."""

from __future__ import annotations

from typing import Any

import pytest

from rag.errors import InputError
from rag.library import Library
from rag.web.actions import Action, done
from rag.web.browse import filters_html, listing_html, no_item_html, reading_html, remaining_html
from rag.web.conversation import Turns, converse
from rag.web.examples import follow_ups
from rag.web.filters import EVERYWHERE, MOST, Choice, fitting, in_words

LIST = "Which policy documents did MIIT issue in April 2024?"


def last(grown: Any) -> Turns:
    """Where a conversation ends up."""
    *_, turns = grown
    return turns  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("sent", "action"),
    [
        ('[1, "ask", "What?"]', Action("ask", question="What?")),
        ('[1, "off 2 body"]', Action("off", 2, "body")),
        ('[1, "back 0 since"]', Action("back", 0, "since")),
        ('[1, "retry 3"]', Action("retry", 3)),
        ('[1, "edit 0"]', Action("edit", 0)),
        ('[1, "cancel"]', Action("cancel")),
        ('[1, "keep"]', Action("keep")),
        ('[1, "judge", 2, "bad", "Wrong year"]', Action("judge", 2, "bad", reason="Wrong year")),
        ('[1, "restore", "a", 0, []]', Action("restore", 0, "a")),
        (f'[1, "restore", "{"a" * 99}", 2, ["a", "b"]]', Action("restore", 2, "a" * 64, kept=("a", "b"))),
    ],
)
def test_actions_are_read(sent: str, action: Action) -> None:
    """Each form that a button sends is read as what it means."""
    assert Action.read(sent) == action


@pytest.mark.parametrize(
    "sent",
    [None, 7, "", "x", "[]", "[1]", '[1, "stop 1"]', '[1, "off 1"]', '[1, "off x body"]', '[1, "retry -1"]',
     '[1, "ask"]', '[1, "retry 1 body"]', '[1, ["off 1 body"]]', "[" * 100_000,
     '[1, "retry 9999999"]', '[1, "cancel 1"]', '[1, "restore", "a", -1, []]', '[1, "restore", "a", 0, [1]]',
     '[1, "judge", 0, "so so", ""]', '[1, "judge", -1, "good", ""]', '[1, "judge", "0", "good", ""]',
     '[1, "restore", "a", []]', '[1, "restore", "a", 0, {}]', '[1, "restore", "a", 0, [' + '"x", ' * 1000 + '"x"]]'],
)  # fmt: skip
def test_what_is_no_action_is_refused(sent: object) -> None:
    """Anything else is refused in words, whatever it is."""
    with pytest.raises(InputError, match="action: this cannot be read"):
        Action.read(sent)


def test_a_turn_that_is_not_there_is_told(library: Library) -> None:
    """A place beyond the conversation and a name that nothing was understood by are refused, and nothing is done."""
    turns = last(converse(library, (), LIST))
    for sent in ('[1, "retry 5"]', '[1, "off 0 nothing"]', '[1, "off 0 due"]'):
        with pytest.raises(InputError):
            done(library, turns, Action.read(sent), EVERYWHERE)


def test_what_is_taken_off_is_kept_and_put_back(library: Library) -> None:
    """The turn keeps what was taken off; put back, the answer is what it was."""
    turns = last(converse(library, (), LIST))
    taken = last(done(library, turns, Action("off", 0, "body"), EVERYWHERE))
    assert [part.words for part in taken[0].taken] == ["issued by MIIT"]
    assert taken[0].answer != turns[0].answer
    again = last(done(library, taken, Action("back", 0, "body"), EVERYWHERE))
    assert (again[0].taken, again[0].answer) == ((), turns[0].answer)


def test_questions_to_go_on_with_are_answered(library: Library) -> None:
    """What is offered after an answer was not asked before, is answered in this conversation, and differs."""
    question = "What are the targets of the Robot+ plan?"
    *_, turns = converse(library, (), question)
    answer = turns[0].answer
    assert answer is not None
    history = [{"role": "user", "content": question}, {"role": "assistant", "content": answer.text}]
    offered = follow_ups(library, answer, history)
    assert offered == list(turns[0].suggested)
    assert 1 <= len(offered) == len(set(offered)) <= 3
    assert question not in offered
    assert not any(library.ask(each, history=history).abstained for each in offered)


def test_filters_are_read_and_counted(library: Library) -> None:
    """Every facet restricts; each word must occur, in any case; the words say what was chosen."""
    choice = Choice.read('{"section": "policy", "since": "2024-04-01", "until": "2024-04-30", "words": " "}')
    assert [item.section for item in fitting(library, choice)] == ["policy"] * 8
    assert in_words(choice) == ["Policy news", "from 1 April 2024", "until 30 April 2024"]
    found = fitting(library, Choice(words="ROBOT density"))
    assert found
    assert all("robot" in item.text.casefold() and "density" in item.text.casefold() for item in found)
    assert fitting(library, EVERYWHERE) == library.items()


@pytest.mark.parametrize(
    "sent",
    ["x", "[]", "7", '{"section": 1}', '{"other": "x"}', '{"words": "' + "x" * (MOST + 1) + '"}', None, "[" * 99999,
     '{"words": "\\ud800"}'],
)  # fmt: skip
def test_what_are_no_filters_is_refused(sent: object) -> None:
    """Anything but an object of short texts under the known names is refused in words."""
    with pytest.raises(InputError, match="filters: these cannot be read"):
        Choice.read(sent)


def test_browsing_escapes_what_it_shows(library: Library) -> None:
    """Words looked for, bodies, addresses and items are shown as text, the words looked for highlighted."""
    bad = "<script>"
    item = library.item("2023-03-01/top5/1")
    pages = [
        remaining_html(0, 9, Choice(body=bad, words=bad)),
        listing_html([item], f"robot {bad}"),
        no_item_html(bad),
        reading_html(item, "", "2023-03-01/top5/2"),
        filters_html([item], library.coverage()),
    ]
    assert not any(bad in page or "\n" in page for page in pages)
    assert "<mark>Robot</mark>" in pages[1]
    assert pages[3].count("?item&#61;") + pages[3].count("?item=") == 1


def test_half_a_character_is_no_action() -> None:
    """An escape may stand for half a character, with which no answer could be written."""
    with pytest.raises(InputError, match="cannot be read"):
        Action.read('[1, "ask", "robot \\ud800 plan"]')
