"""Other names of things: companies, programmes, the field's terms, in English, Chinese and German.

Takes `names.txt` beside this file and, where a corpus has one, a file of the same form in the corpus folder. Gives the
things a text names, and every name of a thing. Issuing bodies have a table of their own (`rag.briefs.bodies`).

A thing is one line: the name the briefs use most, then its other names, between bars; `[companies]` and the like begin
a kind of things. A line of the corpus folder adds a thing, or names to one that is there. Names are compared by stems,
so that inflections count, those of companies as written but for case and a genitive; short names in capitals only as
written ("US" is not "us"); Chinese names are found anywhere in a run of characters; where names overlap the longest
wins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rag.errors import CorpusError
from rag.index.tokens import folded, is_cjk, stem, words

TABLE = Path(__file__).with_name("names.txt")
_SHORT = 4  # letters up to which a name in capitals counts only as written


Kind = str  # title of a part of the file: "companies", "programmes", "terms"


@dataclass(frozen=True, slots=True)
class Named:
    """A thing that a text names, and where."""

    name: str  # as the briefs write it most
    start: int
    end: int
    written: str  # the name that stands in the text
    kind: Kind


class Names:
    """Things and their names."""

    def __init__(self, things: Mapping[str, Sequence[str]], kinds: Mapping[str, Kind]) -> None:
        self._names, self._kinds = things, kinds
        self._by_first: dict[str, list[tuple[str, str]]] = {}
        for key, names in things.items():
            for name in names:
                self._by_first.setdefault(_first(name), []).append((name, key))

    @classmethod
    def load(cls, extra: Path | None = None) -> Names:
        """The names that come with the project, with those of the file `extra` added. Raises CorpusError."""
        things: dict[str, list[str]] = {}
        kinds: dict[str, Kind] = {}
        for path in (TABLE, *([extra] if extra is not None else [])):
            for kind, names in _read(path):
                kinds.setdefault(names[0], kind)
                things[names[0]] = list(dict.fromkeys((*things.get(names[0], []), *names)))
        return cls(things, kinds)

    def names(self, key: str) -> tuple[str, ...]:
        """Every name of a thing, the one the briefs use first."""
        return tuple(self._names.get(key, (key,)))

    def of_kind(self, kind: Kind) -> tuple[str, ...]:
        """The things of a kind, by the name the briefs use most."""
        return tuple(key for key in self._names if self._kinds.get(key) == kind)

    def find(self, text: str) -> list[Named]:
        """The things a text names, in order, not overlapping, longest names first."""
        found: list[Named] = []
        tokens = words(text)
        folded = [word.folded for word in tokens]
        at = 0
        while at < len(tokens):
            token = tokens[at]
            if token.is_cjk:
                found += self._in_run(text, token.start, token.end)
                at += 1
                continue
            fitting = [
                (len(phrase), name, key)
                for name, key in self._by_first.get(stem(token.folded), ())
                if self._fits(name, key, folded[at:], text[token.start : token.end])
                for phrase in [_phrase(name)]
            ]
            length, name, key = max(fitting, default=(1, "", ""))
            if name:
                found.append(Named(key, token.start, tokens[at + length - 1].end, name, self._kinds.get(key, "")))
            at += length
        return found

    def _fits(self, name: str, key: str, following: Sequence[str], first: str) -> bool:
        phrase = _phrase(name)
        there = following[: len(phrase)]
        if not phrase or tuple(stem(word) for word in there) != phrase or not _as_written(name, first):
            return False
        # "inovation" has the stem of "Inovance": names of companies are compared whole
        return self._kinds.get(key) != "companies" or all(
            word.removesuffix("'s").removesuffix("'") in (own.folded, own.folded + "s")
            for word, own in zip(there, words(name), strict=True)
        )

    def _in_run(self, text: str, start: int, end: int) -> list[Named]:
        found = []
        while start < end:
            candidates = self._by_first.get(text[start], ())
            fitting = [(len(name), name, key) for name, key in candidates if text.startswith(name, start, end)]
            length, name, key = max(fitting, default=(1, "", ""))
            if name:
                found.append(Named(key, start, start + length, name, self._kinds.get(key, "")))
            start += length
        return found


def _first(name: str) -> str:
    """The first Chinese character, or the stem of the first word: what candidates are looked up by."""
    if is_cjk(name):  # these two are most names by far
        return name[0]
    first = name.split(maxsplit=1)[0]
    if first.isascii() and first.isalpha():
        return stem(first.lower())
    word = next(iter(folded(first) or folded(name)), "")
    return word[0] if word and is_cjk(word) else stem(word)


@lru_cache(maxsize=16384)
def _phrase(name: str) -> tuple[str, ...]:
    return tuple(stem(word.folded) for word in words(name))


def _as_written(name: str, text: str) -> bool:
    return not (name.isupper() and len(name) <= _SHORT) or text.removesuffix("s").removesuffix("'") == name


def _read(path: Path) -> list[tuple[Kind, list[str]]]:
    """Things, each with its kind and all its names."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CorpusError(f"{path}: the names cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path}: the names are not UTF-8 (offset {error.start}). Save the file as UTF-8.") from error
    things: list[tuple[Kind, list[str]]] = []
    kind = ""
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("[") and line.rstrip().endswith("]"):
            kind = line.strip()[1:-1]
        elif line.strip() and not line.startswith("#"):
            names = [name.strip() for name in line.split("|")]
            if len(names) < 2 or not all(names):
                raise CorpusError(f"{path}, line {number}: expected names between bars, found {line[:60]!r}.")
            things.append((kind, names))
    return things
