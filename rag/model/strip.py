"""The text of a reply without its markup, while it comes.

Takes pieces of raw text, cut anywhere. Gives plain text in which `CITED` stands for a group of keys (they are in
`keys`, in the same order), `BULLET` begins a bullet or numbered line, and a newline ends a line. Emphasis, headings,
quotes, tables, code fences and links become their words; images, HTML tags, comments and control tokens vanish; no
square bracket is left, so that nothing in the text can pass for a marker.

Only what is complete is given on: `[k3` waits for more. Every wait is bounded, and what is given never depends on how
the text was cut. Knows nothing of sentences.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from rag.briefs.records import MONTHS
from rag.model.text import visible

CITED, BULLET = "\ue000", "\ue001"  # private characters, which are dropped from what comes in
_LONGEST_KEYS = 120  # characters between the brackets of a group of keys
_SHORT = 4  # characters that may be all there is of a key that broke off
_LONGEST_TARGET = 1000  # characters of a link's address with its title
_LONGEST_TAG = 1000
_LONGEST_COMMENT = 4000
_LONGEST_INFO = 60  # characters on the line that opens a block of code
_LONGEST_LEAD = 200  # characters at the beginning of a line that may be markup

_OPENING, _CLOSING = "[【［〔〖⟦", "]】］〕〗⟧"
_SPECIAL = re.compile(rf"[{re.escape(_OPENING + _CLOSING)}(（<!*_~`\\|\n ]")
_KEYS_END = re.compile(rf"[{re.escape(_OPENING + _CLOSING)}\n]")
_ROUND = re.compile(r"[^()（）\n]{0,60}[)）]")
_ROUND_OPEN = re.compile(r"[^()（）\n]{0,60}\Z")
_SQUARE = str.maketrans(dict.fromkeys(_OPENING + _CLOSING, " "))
_PREFIX = re.compile(
    r"(?:\^|(?:(?:source|evidence|reference|key|item|document|doc|ref|quelle|see|siehe|vgl)s?|来源|出处|见)(?![a-z0-9])\s*[:：.]?)\s*",
    re.I,
)
_SEPARATOR = re.compile(r"\s*[,;、，；/&+]\s*|\s+(?:and|und|or)\s+|\s+", re.I)
_KEY_LIKE = re.compile(r"\^?(?:\d{1,3}|(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{2,4})", re.I)  # "[1]", "[k9x]", not "[2023]"
_BETWEEN = re.compile(r"[ ,;]*(?:(?:and|und|[&和及、]) *)?")
_BETWEEN_OPEN = re.compile(r"[ ,;]*(?:an?|un?|(?:and|und|[&和及、]) *)?\Z")
_TARGET = re.compile(r"\((?:[^()\n]++|\((?:[^()\n]++|\([^()\n]*+\))*+\))*+\)")
_LESS_THAN = re.compile(r"<[\d =]")
_TAG_START = re.compile(r"<[a-z/!?|｜]", re.I)

_LEAD = re.compile(r"[ \-*+•▪‣#>|`~:=_\d.)]*")
_QUOTE = re.compile(r"(?: *>)+ ?")
_FENCE = re.compile(r" *(?:```+|~~~+)")
_RULE = re.compile(r" *(?:(?:- *){3,}|(?:\* *){3,}|(?:_ *){3,}|=+ *|[|:\- ]*\|[|:\- ]*)(?=\n|\Z)")
_HEADING = re.compile(r" *#{1,6}(?= |\n|\Z)")
_MONTH_NAMES = "|".join([*MONTHS, "Januar", "Februar", "März", "Mai", "Juni", "Juli", "Oktober", "Dezember"])
_ITEM = re.compile(rf" *(?:[-*+•▪‣]|\d{{1,2}}[.)](?! +(?:{_MONTH_NAMES})\b)) +")
_NUMBER = re.compile(r" *\d{1,2}[.)] +")
_LONGEST_MONTH = 11  # characters to read behind a number: the longest name, and where it ends


class Stripper:
    """Reads a reply piece by piece. `known` are the keys that were given, in lower case."""

    def __init__(self, known: Collection[str]) -> None:
        self._known = frozenset(known)
        self.keys: list[tuple[str, ...]] = []  # of each CITED given so far
        self._raw = ""  # what waits for more
        self._out: list[str] = []
        self._last = "\n"  # the last character given
        self._breaks = 2  # newlines given in a row, at most two
        self._before = "\n"  # the last character read
        self._line_begins = True
        self._in_table = False
        self._cited = False  # whether the last thing given was a group of keys
        self._final = False

    def feed(self, piece: str, *, final: bool = False) -> str:
        """What the piece adds to the text. With `final` nothing waits any longer."""
        self._raw += visible(piece)
        self._final = final
        at = 0
        while at < len(self._raw):
            after = self._step(at)
            if after < 0:
                break
            self._before = self._raw[after - 1] if after > at else self._before
            at = after
        self._raw = self._raw[at:]
        given, self._out = "".join(self._out), []
        return given

    # Each reader below takes the place it is to read at and gives the place behind what it read; -1: it needs more.

    def _step(self, at: int) -> int:
        if self._line_begins:
            return self._lead(at)
        if self._cited:
            return self._after_keys(at)
        found = _SPECIAL.search(self._raw, at)
        if not found or found.start() > at:
            end = found.start() if found else len(self._raw)
            self._give(self._raw[at:end])
            return end
        return _READERS[self._raw[at]](self, at)

    def _give(self, text: str) -> None:
        self._out.append(text)
        self._breaks = self._breaks + 1 if text == "\n" else 0
        self._last = text[-1]

    def _more(self, at: int, longest: int) -> bool:
        """Whether to wait: the text has not ended, and less than `longest` characters are there."""
        return not self._final and len(self._raw) - at <= longest

    def _space(self, at: int) -> int:
        if self._last not in (" ", "\n", BULLET):
            self._give(" ")
        return at + 1

    def _newline(self, at: int) -> int:
        self._line_begins, self._in_table = True, False
        if self._breaks < 2:
            self._give("\n")
        return at + 1

    # --- the beginning of a line

    def _lead(self, at: int) -> int:
        raw = self._raw
        end = _LEAD.match(raw, at, at + _LONGEST_LEAD).end()  # type: ignore[union-attr]  # it may be empty
        if end == len(raw) and self._more(at, _LONGEST_LEAD):
            return -1
        start = quote.end() if (quote := _QUOTE.match(raw, at, end)) else at
        if fence := _FENCE.match(raw, start, end):
            return self._fence(fence.end())
        if rule := _RULE.match(raw, start, end + 1):
            self._line_begins = False
            return rule.end()
        if _NUMBER.match(raw, start, end) and self._more(end, _LONGEST_MONTH) and "\n" not in raw[end:]:
            return -1
        self._line_begins = False
        if heading := _HEADING.match(raw, start):
            return heading.end()
        if bullet := _ITEM.match(raw, start):
            self._give(BULLET)
            return bullet.end()
        if raw.startswith("|", start):
            self._in_table = True
            return start + 1
        return start

    def _fence(self, at: int) -> int:
        """A line that opens or closes a block of code goes whole; the code is text like any other."""
        end = self._raw.find("\n", at, at + _LONGEST_INFO)
        if end < 0 and self._more(at, _LONGEST_INFO):
            return -1
        self._line_begins = False
        return end if end >= 0 else len(self._raw) if len(self._raw) - at <= _LONGEST_INFO else at

    # --- keys, links and images

    def _bracket(self, at: int) -> int:
        closed = _KEYS_END.search(self._raw, at + 1, at + 1 + _LONGEST_KEYS)
        if not closed and self._more(at, _LONGEST_KEYS):
            return -1
        if closed and closed.group() in _CLOSING:
            inner = self._raw[at + 1 : closed.start()]
            keys = self._read_keys(inner, every=False)
            if keys:
                return self._cite(keys, closed.start())
            if inner.strip("/ ").upper() == "INST":  # a control token
                return closed.end()
        if not closed and self._final and len(self._raw) - at <= _LONGEST_KEYS:
            rest = self._raw[at + 1 :]
            if len(rest) < _SHORT or self._read_keys(rest, every=False):
                return len(self._raw)  # the reply broke off in a key
        return at + 1  # the words of a link, or of nothing

    def _cite(self, keys: tuple[str, ...], closing: int) -> int:
        after = self._closed(closing)
        if after >= 0:
            if self._cited:
                self.keys[-1] = tuple(dict.fromkeys(self.keys[-1] + keys))
            else:
                self.keys.append(keys)
                self._give(CITED)
            self._cited = True
        return after

    def _closed(self, at: int) -> int:
        """Behind a closing bracket and the address that follows it, if one does."""
        if at + 1 == len(self._raw) and not self._final:
            return -1
        if not self._raw.startswith("(", at + 1):
            return at + 1
        target = _TARGET.match(self._raw, at + 1, at + 1 + _LONGEST_TARGET)
        if target:
            return target.end()
        broken = self._raw.find("\n", at + 1, at + 1 + _LONGEST_TARGET)
        if broken < 0 and self._more(at, _LONGEST_TARGET):
            return -1
        return at + 1 if broken >= 0 or not self._final else len(self._raw)  # the reply broke off in an address

    def _after_keys(self, at: int) -> int:
        """More keys behind keys are one group; what stands between them goes."""
        if _BETWEEN_OPEN.match(self._raw, at) and self._more(at, _LONGEST_KEYS):
            return -1
        start = _BETWEEN.match(self._raw, at, at + _LONGEST_KEYS).end()  # type: ignore[union-attr]  # it may be empty
        if self._raw[start : start + 1] and self._raw[start] in _OPENING:
            after = self._bracket(start)
            if after < 0 or after > start + 1:
                return after
        self._cited = False
        return at

    def _read_keys(self, inner: str, *, every: bool) -> tuple[str, ...]:
        """The keys in brackets: where one is known, or all look like keys; with `every`, where all are known."""
        inner = unicodedata.normalize("NFKC", inner).replace("\\", "").strip()
        prefix = _PREFIX.match(inner)
        bare = inner[prefix.end() :] if prefix else inner
        words = [_PREFIX.sub("", word, count=1).strip("^.: ") for word in _SEPARATOR.split(bare)]
        names = tuple(word.lower() if word.lower() in self._known else word for word in words if word)
        known = [name for name in names if name in self._known]
        if every:
            return names if names and len(known) == len(names) else ()
        alike = [name for name in names if name in self._known or _KEY_LIKE.fullmatch(name)]
        if known or (names and len(alike) == len(names)):
            return tuple(dict.fromkeys(alike))
        return (bare,) if prefix and bare and inner[0] != "^" and ":" in inner else ()  # "[Source: a notice]"

    def _round(self, at: int) -> int:
        """Keys in round brackets, if all are known or stand in square ones; else the bracket is a bracket."""
        if inner := _ROUND.match(self._raw, at + 1):
            bare = inner.group()[:-1].strip()
            keys = self._read_keys(bare.translate(_SQUARE), every=bare[:1] not in tuple(_OPENING))
            if keys:
                return self._cite(keys, inner.end() - 1)
        elif not self._final and _ROUND_OPEN.match(self._raw, at + 1):
            return -1
        self._give(self._raw[at])
        return at + 1

    def _image(self, at: int) -> int:
        raw = self._raw
        if at + 1 == len(raw) and not self._final:
            return -1
        if not raw.startswith("[", at + 1):
            self._give("!")
            return at + 1
        closed = _KEYS_END.search(raw, at + 2, at + 2 + _LONGEST_TARGET)
        if not closed and self._more(at, _LONGEST_TARGET):
            return -1
        if not closed or closed.group() not in _CLOSING:
            return at + 2
        if closed.end() == len(raw) and not self._final:
            return -1
        if not raw.startswith("(", closed.end()) and self._read_keys(raw[at + 2 : closed.start()], every=False):
            self._give("!")  # an exclamation, and its key
            return at + 1
        return self._closed(closed.start())

    # --- the rest

    def _tag(self, at: int) -> int:
        raw = self._raw
        if len(raw) - at < 4 and not self._final and "\n" not in raw[at:]:
            return -1
        if not _TAG_START.match(raw, at):
            # Anything else could become a tag once what stands behind it is gone: "<<b>img>".
            if _LESS_THAN.match(raw, at):
                self._give("<")
            return at + 1
        end, longest = ("-->", _LONGEST_COMMENT) if raw.startswith("<!--", at) else (">", _LONGEST_TAG)
        closed = raw.find(end, at + 1, at + longest)
        if closed >= 0:
            return closed + len(end)
        return -1 if self._more(at, longest) else at + 1

    def _star(self, at: int) -> int:
        if at + 1 == len(self._raw) and not self._final:
            return -1
        if self._before == " " and self._raw[at + 1 : at + 2] == " ":  # a product
            self._give("*")
        return at + 1

    def _underscore(self, at: int) -> int:
        if at + 1 == len(self._raw) and not self._final:
            return -1
        if self._before.isalnum() and self._raw[at + 1 : at + 2].isalnum():  # within a name
            self._give("_")
        return at + 1

    def _tilde(self, at: int) -> int:
        if at + 1 == len(self._raw) and not self._final:
            return -1
        if self._raw.startswith("~~", at):
            return at + 2
        self._give("~")
        return at + 1

    def _bar(self, at: int) -> int:
        """Between two cells of a table a comma."""
        self._give("," if self._in_table else "|")
        return at + 1

    def _skip(self, at: int) -> int:
        return at + 1


_READERS = {
    **dict.fromkeys(_OPENING, Stripper._bracket),
    **dict.fromkeys(_CLOSING, Stripper._closed),
    **dict.fromkeys("(（", Stripper._round),
    **dict.fromkeys("`\\", Stripper._skip),
    "<": Stripper._tag, "!": Stripper._image, "*": Stripper._star, "_": Stripper._underscore,
    "~": Stripper._tilde, "|": Stripper._bar, "\n": Stripper._newline, " ": Stripper._space,
}  # fmt: skip
