"""Text nobody vouches for, as a reader would see it.

Takes any text: of a brief, a question, a model. Gives it without what cannot be seen, and, for a prompt, without the
characters that could pass for its frame. Knows nothing of prompts and replies.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_DROPPED = ("Cc", "Cf", "Cs", "Co", "Cn")  # control, format (bidi, zero width, tags), surrogate, private, unassigned
_BREAKS = "\x0b\x0c\x85\u2028\u2029"
# Full-width forms: compatibility folding (NFKC) takes them back to what they were, so that a comparison still works,
# and no tokenizer takes them for "<|im_start|>", "[INST]" or "<s>".
_FRAME = str.maketrans("<>[]", "＜＞［］")
_BRACKETS = re.compile(r"[⟦⟧【】〔〕〖〗]")


def visible(text: str) -> str:
    """The text without characters that cannot be seen; white space is a plain space or a newline, one for one."""
    changed = {ord(c): _shown(c) for c in set(text) if not (c.isascii() and c.isprintable()) and c != "\n"}
    return text.translate(changed) if changed else text


def inert(text: str) -> str:
    """What can be seen of the text, with nothing in it that could be a tag, a key in brackets or a control token."""
    return _BRACKETS.sub("|", visible(text).translate(_FRAME))


def inert_line(text: str) -> str:
    """The same on one line."""
    return " ".join(inert(text).split())


@lru_cache(maxsize=8192)
def _shown(c: str) -> str:
    if c in _BREAKS:
        return "\n"
    if c.isspace():
        return " "
    is_selector = "\ufe00" <= c <= "\ufe0f" or "\U000e0100" <= c <= "\U000e01ef"  # can carry hidden bytes
    return "" if is_selector or unicodedata.category(c) in _DROPPED else c
