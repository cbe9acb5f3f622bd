"""Text to words: one tokeniser for what is indexed, what is asked and what must occur.

`+ & . , - '` stay inside a word ("Robot+", "R&D", "318,900", "C919", "5G+industrial" are single words), Chinese is cut
into overlapping pairs of characters, and case, width, curly quotes and invisible characters are folded.
The text itself is never changed: every word knows where it stands.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

_CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# A word begins and ends with a letter or digit (a closing "+" belongs to it); inside it single joiners may stand.
_WORD = re.compile(rf"[{_CJK}]+|(?:(?![{_CJK}])[^\W_])+(?:[+&.,'’\-‑–](?:(?![{_CJK}])[^\W_])+)*\+?")
_JOINER = re.compile(r"[+&.,'\-]")
_NUMBER = re.compile(r"\d[\d.,]*(?:st|nd|rd|th)?")
_FOLD = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "‑": "-", "–": "-"})
_PLURAL = re.compile(r"(?<=\d)'?s$")  # "two C919s"
_stemmer = snowballstemmer.stemmer("english")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: as folded for comparison, and where it stands in the text."""

    folded: str
    start: int
    end: int

    @property
    def is_cjk(self) -> bool:
        """Whether this is a run of Chinese characters."""
        return is_cjk(self.folded)


def is_cjk(word: str) -> bool:
    """Whether a folded word is a run of Chinese characters."""
    return "\u3400" <= word[0] <= "\u9fff" or "\uf900" <= word[0] <= "\ufaff"


def fold(text: str) -> str:
    """Text for comparison: compatibility forms, lower case, straight quotes, no invisible characters."""
    if text.isascii():  # most words by far
        return text.lower()
    text = unicodedata.normalize("NFKC", text).translate(_FOLD).casefold()
    return "".join(c for c in text if unicodedata.category(c) != "Cf")


@lru_cache(maxsize=64)  # a question is cut into words at many places
def words(text: str) -> tuple[Word, ...]:
    """The words of a text, in order, with their places in it."""
    return tuple(Word(fold(match.group()), *match.span()) for match in _WORD.finditer(text))


def folded(text: str) -> list[str]:
    """The words of a text as they are compared, in order, where their places do not matter."""
    return [fold(word) for word in _WORD.findall(text)]


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The stem of a folded English word; a number stays whole, so do short acronyms."""
    if word.isascii() and word.isalpha():  # most words by far
        return str(_stemmer.stemWord(word)) if len(word) > 3 else word
    if any(c.isdigit() for c in word):
        return _PLURAL.sub("", word)
    if len(word) <= 3 or not word.isascii():
        return word.removesuffix("'s")
    return str(_stemmer.stemWord(word.removesuffix("'s")))


@lru_cache(maxsize=65536)
def _terms_of(word: str) -> tuple[str, ...]:
    if word.isascii() and word.isalpha():
        return (stem(word),)
    if re.match(rf"[{_CJK}]", word):
        return tuple(word[i : i + 2] for i in range(len(word) - 1)) or (word,)
    whole = stem(word)
    if _NUMBER.fullmatch(word) or not _JOINER.search(word):
        return (whole,)
    # a compound is found by the whole and by its parts
    return (whole, *(stem(part) for part in _JOINER.split(word) if part and stem(part) != whole))


def terms(text: str) -> list[str]:
    """What the word index holds of a text, in order: stems, compounds whole and in parts, Chinese pairs."""
    return [term for word in folded(text) for term in _terms_of(word)]
