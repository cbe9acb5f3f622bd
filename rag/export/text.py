"""Text nobody vouches for, as a file can hold it: one line, without characters that act instead of being read."""

from __future__ import annotations

import unicodedata

_JOINERS = "\u200c\u200d"  # format characters that scripts and emoji are written with; all others are dropped
_ACTING = ("Cc", "Cf", "Cs", "Co", "Cn")  # control, format, halves of a pair, private use, unassigned


def clean(text: str) -> str:
    """A text on one line, white space folded, as the page shows it: no control characters, none that turn the writing
    direction, and so none that XML forbids.
    """
    line = " ".join(text.split())
    if line.isascii() and line.isprintable():
        return line
    read = "".join(c for c in line if c in _JOINERS or unicodedata.category(c) not in _ACTING)
    return " ".join(read.split())
