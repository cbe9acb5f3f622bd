"""A question as it comes, and whether it only makes sense after what was asked before.

Takes a conversation as it comes from a client, where nothing is trusted to be well formed; gives texts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from rag.errors import InputError

LIMIT = 2000  # characters of a question
# Characters of a question that are read, half at its beginning and half at its end: what is asked stands there, what is
# told between would only cost time.
_READ = 800
MOST_TURNS = 6  # questions of a conversation that a follow-up may lean on

_CONNECTED = re.compile(
    r"^\s*(?:and|but|also|or|so|then|what about|how about|und|aber|oder|那么?|还有)\b", re.IGNORECASE
)
_POINTING = re.compile(
    r"\b(?:it|its|they|them|their|theirs|these|those|he|him|his|she|her|there|the same|the former|the latter|dort|"
    r"darin|davon|dessen|deren)\b|\b(?:this|that) (?:one|plan|pilot|measure|notice|item|issue|policy|law|regulation|"
    r"company|firm|project|initiative|program(?:me)?)\b|\b(?:this|that)\s*[?.!]*\s*$|(?:它|他们|该|此)",
    re.IGNORECASE,
)
_EXPLETIVE = re.compile(
    r"\bis (?:it|there)\b|\b(?:it|there) (?:is|are|was|were)\b|\bare there\b|\bwas there\b", re.IGNORECASE
)
_NEW_SUBJECT = re.compile(
    r"\b(?:different|another|other|new|unrelated) (?:subject|topic|question|matter)\b|\bsomething else\b", re.IGNORECASE
)
_FEW = 2  # telling words: a question with no more only makes sense after another


def cleaned(text: str) -> str:
    """A text without control characters, line breaks and broken characters, trimmed."""
    return "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs") else c for c in text).strip()


def checked_question(question: str) -> str:
    """The question as it is worked on: no control characters, white space trimmed.

    Raises InputError when it is empty or over the limit.
    """
    if len(question) > LIMIT:
        raise InputError(f"The question has {len(question):,} characters; the limit is {LIMIT:,}. Shorten it.")
    text = cleaned(question)
    if not any(c.isalnum() for c in text):
        raise InputError(
            f"The question {question[:40]!r} holds no word. Ask in a few words what the briefs should tell."
        )
    if len(text) <= _READ:
        return text
    head, tail = text[: _READ // 2], text[-_READ // 2 :]  # whole words, where it has such
    return f"{head.rpartition(' ')[0] or head} {tail.partition(' ')[2] or tail}"


def earlier_questions(history: Sequence[object]) -> list[str]:
    """What the user asked before, oldest first, each cut to the limit; anything malformed is passed over."""
    said = [turn.get("content") for turn in history if isinstance(turn, Mapping) and turn.get("role") == "user"]
    texts = [cleaned(text[:LIMIT]) for text in said if isinstance(text, str)]
    return [text for text in texts if any(c.isalnum() for c in text)][-MOST_TURNS:]


def leans(text: str, content: int) -> bool:
    """Whether a question, its times and places left out, with so many telling words, leans on the one before."""
    if _NEW_SUBJECT.search(text):
        return False
    pointing = _POINTING.search(_EXPLETIVE.sub(" ", text))
    return bool(_CONNECTED.search(text) or pointing or content == 0 or (content <= _FEW and len(text.split()) <= 4))
