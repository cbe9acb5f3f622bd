"""Example questions made from the corpus, each asked before it is offered: none that the briefs do not answer.

Takes a library; gives a few questions. Knows nothing of pages. The questions are about top-5 items with an official
title, the shortest of each issue first, so that they read well and the issues take turns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from rag.briefs.records import Item

if TYPE_CHECKING:
    from rag.library import Library

MOST = 4
_TRIES = 12  # questions asked at most; each takes milliseconds
# A title reads well after "the" where it begins with the kind of document it names.
_DOCUMENT = re.compile(
    r"\b(?:plan|opinions|measures|regulations?|rules|guidelines?|notice|announcement|law|strategy)\b", re.I
)
_FORMS: tuple[Callable[[str], str], ...] = (
    lambda title: f"What does MERICS say about the {title}?",
    lambda title: f"What are the main measures of the {title}?",
    lambda title: f"Who issued the {title}?",
    lambda title: f"What is the {title} called in Chinese?",
)


def example_questions(library: Library) -> list[str]:
    """Up to four questions, each of another kind and, where there are enough, about another issue."""
    found: list[str] = []
    for tried, item in enumerate(_in_turn(library.items(section="top5"))):
        if len(found) == MOST or tried == _TRIES:
            break
        question = _FORMS[len(found)](item.titles.english)
        answer = library.ask(question)
        if not answer.abstained and answer.citations[0].item_id == item.id:
            found.append(question)
    return found


def _in_turn(items: list[Item]) -> Iterator[Item]:
    """Items whose title makes a question: of each issue the shortest, newest issue first, then the second shortest."""
    titled = [item for item in items if _DOCUMENT.search(" ".join(item.titles.english.split()[:5]))]
    titled.sort(key=lambda item: (len(item.titles.english), item.id))
    ranks: dict[object, int] = {}
    ordered = []
    for item in titled:
        ranks[item.issue] = ranks.get(item.issue, -1) + 1
        ordered.append((ranks[item.issue], -item.issue.toordinal(), item))
    yield from (item for *_, item in sorted(ordered, key=lambda each: each[:2]))
