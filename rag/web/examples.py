"""Questions made from the corpus, each asked before it is offered: none that the briefs do not answer.

Takes a library, and what was said so far; gives a few questions. Knows nothing of pages. Those of the empty page are
about top-5 items with an official title, the shortest of each issue first, so that they read well and the issues take
turns; those after an answer are about what it cites.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from rag.briefs.records import Item, month_year
from rag.errors import InputError

if TYPE_CHECKING:
    from rag.answers.records import Answer
    from rag.library import Library

MOST = 4  # on the empty page
MOST_AFTER = 3  # after an answer
_TRIES = 12  # questions asked at most; each takes milliseconds
_LONGEST = 110  # characters of a title that still reads well in a question
# A title reads well after "the" where it begins with the kind of document it names.
_DOCUMENT = re.compile(
    r"\b(?:plan|opinions|measures|regulations?|rules|guidelines?|notice|announcement|law|strategy)\b", re.I
)
# What a question wants, as `rag.retrieval` names it, and the question about a title.
_FORMS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("view", lambda title: f"What does MERICS say about the {title}?"),
    ("text", lambda title: f"What are the main measures of the {title}?"),
    ("issuer", lambda title: f"Who issued the {title}?"),
    ("chinese title", lambda title: f"What is the {title} called in Chinese?"),
)


def example_questions(library: Library) -> list[str]:
    """Up to four questions, each of another kind and, where there are enough, about another issue."""
    found: list[str] = []
    for tried, item in enumerate(_in_turn(library.items(section="top5"))):
        if len(found) == MOST or tried == _TRIES:
            break
        question = _FORMS[len(found)][1](item.titles.english)
        answer = library.ask(question, model=False)
        if not answer.abstained and answer.citations[0].item_id == item.id:
            found.append(question)
    return found


def follow_ups(library: Library, answer: Answer, history: Sequence[dict[str, str]]) -> list[str]:
    """Up to three questions to go on with, about what the answer cites or comes near to, none of them asked already."""
    asked = {message["content"].casefold() for message in history}
    ids = dict.fromkeys(citation.item_id for citation in answer.sources)
    try:
        items = [library.item(item_id) for item_id in list(ids)[:2]] or [hit.item for hit in answer.nearest[:2]]
    except InputError:  # another index was taken up, which has them no more
        return []
    found: list[str] = []
    for tried, (question, item) in enumerate(_about(items, answer.query.wants)):
        if len(found) == MOST_AFTER or tried == _TRIES:
            break
        if question.casefold() in asked or question in found:
            continue
        answered = library.ask(question, history=history, model=False)
        if not answered.abstained and item.id in {citation.item_id for citation in answered.sources}:
            found.append(question)
    return found


def _about(items: Sequence[Item], wanted: str) -> Iterator[tuple[str, Item]]:
    """Questions about items: another one about its document, and what its first body issued in the same month."""
    for item in items:
        if _is_document(item) and len(item.titles.english) <= _LONGEST:
            yield from ((form(item.titles.english), item) for wants, form in _FORMS if wants != wanted)
        for body in item.bodies[:1]:
            yield f"What did {body} issue in {month_year(item.date)}?", item


def _in_turn(items: list[Item]) -> Iterator[Item]:
    """Items whose title makes a question: of each issue the shortest, newest issue first, then the second shortest."""
    titled = [item for item in items if _is_document(item)]
    titled.sort(key=lambda item: (len(item.titles.english), item.id))
    ranks: dict[object, int] = {}
    ordered = []
    for item in titled:
        ranks[item.issue] = ranks.get(item.issue, -1) + 1
        ordered.append((ranks[item.issue], -item.issue.toordinal(), item))
    yield from (item for *_, item in sorted(ordered, key=lambda each: each[:2]))


def _is_document(item: Item) -> bool:
    return bool(_DOCUMENT.search(" ".join(item.titles.english.split()[:5])))
