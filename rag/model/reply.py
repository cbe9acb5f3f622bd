"""A model's reply as statements, while it comes.

Takes the reply in pieces, cut anywhere, and the keys the model was given. Gives one `Piece` a sentence, with the keys
that stand in it or behind its full stop; a sentence without keys has none, it takes over nobody else's. How the reply
was cut makes no difference to the statements, and the time it takes grows with its length only.

The text of a piece is plain: no markup, no key, no square bracket. An address is replaced by `LINK`, not merely
stripped of its scheme: briefs hold none, so every address is the model's own or an injected one, and a reader may
copy what no renderer makes a link of. A bare domain ("JD.com") is a name and stays. Knows nothing of what the keys
stand for.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice

from rag.briefs.plain import ends_sentence
from rag.briefs.records import MONTHS
from rag.model.prompt import SENTINEL
from rag.model.strip import BULLET, CITED, Stripper

LINK = "(link removed)"
LONGEST = 1000  # characters of a statement; a longer one is cut at a space, so that waiting is bounded

_NAME = r"[a-z0-9\-]{1,63}"
_ADDRESS = re.compile(
    r"(?:\b[a-z][a-z0-9+.\-]{0,20}://|\bwww\d?\.|(?<![\w/])//(?=\w)|"
    r"\b(?:mailto|tel|javascript|vbscript|blob):(?=\S)|\bdata:(?=[a-z]+/|[;,])|"
    rf"\b[\w.+\-]{{1,64}}@{_NAME}\.|(?<!\S)\S{{0,60}}\bfile=(?=\S)|"
    rf"(?<![\w.])(?:{_NAME}\.){{1,5}}[a-z]{{2,10}}/(?=[a-z0-9?%_]))"
    r"(?P<rest>[^\s\"'“”‘’«»。，；！？、（）]*)",
    re.IGNORECASE,
)
_MARK = re.compile(r"(?P<stop>[.!?]{1,8}+|[。！？]{1,8}+)[\"'”’»)」』》）]{0,4}+|\n")
_LONGEST_MARK = 12
_KEYS = re.compile(rf"(?: ?{CITED})*")
_AGAIN = re.compile(r" ?[.。]")  # a second full stop, behind the keys: "robots. [k3f]."
_NEXT_LONGEST = 24  # characters of the next word that are waited for
_NEXT = re.compile(rf"\S{{1,{_NEXT_LONGEST}}}(?=\s)|\S{{{_NEXT_LONGEST + 1}}}")
_OPENERS = "\"'“‘«(（「『《"
_KEYS_LINE = re.compile(rf"\s*{CITED}[ {CITED}.。]*(?=\n|\Z)")  # belongs to the line above
_MONTH_NAMES = "|".join([*MONTHS, "Januar", "Februar", "März", "Mai", "Juni", "Juli", "Oktober", "Dezember"])
_ORDINAL = re.compile(
    r"(?:\b(?:am|ab|im|vom|zum|zur|beim|bis|seit|der|die|das|dem|den|des) \d{1,2}|\b(?:Mio|Mrd|Nr|Abs|bzw|Tsd|ca)|"
    r"(?<![^\W_])[a-z])\Z",
    re.IGNORECASE,
)
_DAY = re.compile(r"\b\d{1,2}\Z")
_MONTH = re.compile(rf"(?:{_MONTH_NAMES})\b")
_BEFORE = 12  # characters before a full stop that tell an abbreviation

_IN_BRACKETS = re.compile(rf"[(（]\s*{CITED}\s*[)）]")
_STOP_AGAIN = re.compile(rf"(?<=[.!?。！？])( ?{CITED})+ ?[.。]")
_BEFORE_SIGN = re.compile(rf"\s*{CITED}\s*(?=[.,;:!?)”’。，；：！？）」』]|\Z)")
_SPACED = re.compile(r"\s+(?=[,;](?:\s|\Z))")
_LABEL = re.compile(r"\W*(?:sources?|references?|evidence|keys?|citations?|quellen?|来源)?\W*", re.IGNORECASE)
_NOT_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """One statement of a reply."""

    text: str  # plain, without keys
    keys: tuple[str, ...]  # in order, each once; known ones in lower case, others as written
    whole: bool  # False for a tail that is still being written, or broke off
    bullet: bool  # whether it begins a bullet or a numbered line


class ReplyReader:
    """Reads a reply piece by piece. `known` are the keys that the model was given."""

    def __init__(self, known: Collection[str]) -> None:
        self._stripper = Stripper(known)
        self._text = ""  # plain text that is in no statement yet
        self._keys: deque[tuple[str, ...]] = deque()  # of each CITED in it; the last may still grow
        self._read = 0  # how many groups the stripper has given
        self._at = 0  # up to where the text was searched for an end
        self._begun = False  # whether there was a statement

    def feed(self, piece: str) -> list[Piece]:
        """The statements that this piece completes."""
        return self._cut(self._stripper.feed(piece), final=False)

    def finish(self) -> list[Piece]:
        """The last statements. One that ends without a full stop and without a key broke off, and is not whole."""
        return self._cut(self._stripper.feed("", final=True), final=True)

    @property
    def open(self) -> Piece:
        """The unfinished tail as it may be shown; empty while it may become the word that nothing is stated."""
        self._take_keys()
        piece = _piece(self._text, self._keys, whole=False)
        if not piece or (not self._begun and SENTINEL.startswith(piece.text.upper())):
            return Piece("", (), False, False)
        return piece

    def _take_keys(self) -> None:
        """The groups given since; the one before them may have grown."""
        if self._keys and self._read:
            self._keys[-1] = self._stripper.keys[self._read - 1]
        self._keys.extend(self._stripper.keys[self._read :])
        self._read = len(self._stripper.keys)

    def _cut(self, added: str, *, final: bool) -> list[Piece]:
        self._text += added
        self._take_keys()
        pieces: list[Piece] = []
        start = 0
        while True:
            end, self._at = _end(self._text, start, self._at, final)
            if end is None:
                break
            pieces += self._made(start, end, whole=True)
            start = self._at = end
        if final:
            tail = self._text[start:].rstrip()
            ended = tail.endswith((CITED, *'.!?。！？"”)')) or is_refusal(tail)
            pieces += self._made(start, len(self._text), whole=ended)
            start = self._at = len(self._text)
        self._text, self._at = self._text[start:], self._at - start
        return pieces

    def _made(self, start: int, end: int, *, whole: bool) -> list[Piece]:
        text = self._text[start:end]
        piece = _piece(text, self._keys, whole=whole)
        for _ in range(text.count(CITED)):
            self._keys.popleft()
        self._begun = self._begun or piece is not None
        return [piece] if piece else []


def is_refusal(text: str) -> bool:
    """Whether a reply, or a statement, says that the items do not answer: it begins with the agreed words."""
    words = _NOT_WORDS.sub(" ", text).strip()
    return f"{words} ".startswith(f"{SENTINEL} ") or words.upper() == SENTINEL


def _end(text: str, start: int, at: int, final: bool) -> tuple[int | None, int]:
    """Where the statement that begins at `start` ends, None while that is open; and where to search on from."""
    while found := _MARK.search(text, at, start + LONGEST + _LONGEST_MARK):
        if found.start() - start >= LONGEST:
            break
        ends = _line_end if found.group() == "\n" else _stop
        end = ends(text, start, found, final)
        if end is None:
            return None, found.start()
        if end > 0:
            return end, end
        at = found.end()
    if len(text) - start <= LONGEST:
        return None, len(text)
    space = text.rfind(" ", start + 1, start + LONGEST)
    cut = space if space > 0 else start + LONGEST
    return cut, cut


def _stop(text: str, start: int, found: re.Match[str], final: bool) -> int | None:
    """Behind the full stop and its keys, if a sentence ends there; 0 if not; None if that is not known yet."""
    keys = _KEYS.match(text, found.end())
    end = keys.end() if keys else found.end()
    if end > found.end() and (again := _AGAIN.match(text, end)):
        end = again.end()
    following = end + (text[end : end + 1] == " ")
    if following >= len(text):
        return end if final else None
    if text[following] == "\n":
        return 0  # the line's end decides
    if found["stop"][0] in "。！？":
        return end
    cited = end > found.end() or text[start : found.start()].endswith(CITED)
    if following == end and not cited:
        return 0  # within a number or a name
    if not _NEXT.match(text, following) and not final:
        return None
    if not _opens(text[following : following + 2], any_case=cited):
        return 0
    near = max(start, found.start() - _BEFORE)
    after = text[following : following + _NEXT_LONGEST]
    return 0 if found["stop"] == "." and _abbreviates(text[near : found.start()], after) else end


def _opens(beginning: str, *, any_case: bool) -> bool:
    """Whether a sentence can begin so: with a letter or digit, not a small one unless keys stand before it."""
    first = beginning.lstrip(_OPENERS)[:1] if beginning[:1] in _OPENERS else beginning[:1]
    return first.isalnum() and (any_case or not first.islower())


def _abbreviates(before: str, after: str) -> bool:
    """Whether the full stop between these two ends no sentence: "e. g.", "No. 3", "5. Oktober"."""
    if _ORDINAL.search(before) or (_DAY.search(before) and _MONTH.match(after)):
        return True
    return not ends_sentence(f"{before}. {after}", len(before), len(before) + 2)


def _line_end(text: str, start: int, found: re.Match[str], final: bool) -> int | None:
    """Behind a line that ends a statement; 0 where the next line goes on with it; None if that is not known yet."""
    at, following = found.span()
    while following < len(text) and text[following] in "\n ":
        following += 1
    if following == len(text):
        return following if final else None
    if text[following] == CITED and text[start:at].strip():
        keys = _KEYS_LINE.match(text, at)
        if keys:
            return keys.end() if keys.end() < len(text) or final else None
        return following
    wrapped = (
        following == at + 1 and text[following].islower() and text[start:at].rstrip()[-1:] not in (*".!?:。！？：",)
    )
    return 0 if wrapped else following


def _piece(text: str, keys: deque[tuple[str, ...]], *, whole: bool) -> Piece | None:
    """A stretch of plain text as a statement; None where it says nothing."""
    cited = dict.fromkeys(key for group in islice(keys, text.count(CITED)) for key in group)
    bullet = text.lstrip("\n ").startswith(BULLET)
    bare = _bare(text)
    if not any(c.isalnum() for c in bare) or (cited and _LABEL.fullmatch(bare)):
        return None
    return Piece(bare, tuple(cited), whole, bullet)


def _bare(text: str) -> str:
    text = _STOP_AGAIN.sub(r"\1", text)
    text = _BEFORE_SIGN.sub("", _IN_BRACKETS.sub(CITED, text))
    text = _ADDRESS.sub(_removed, text.replace(CITED, " ").replace(BULLET, " ")).replace(f"({LINK})", LINK)
    return _SPACED.sub("", " ".join(text.split())).strip(" ,;").lstrip(": ")


def _removed(address: re.Match[str]) -> str:
    """What stands for an address; signs behind it that end a sentence or a bracket are no part of it."""
    rest = address["rest"]
    return LINK + rest[len(rest.rstrip(".,;:!?" if "(" in rest else ".,;:!?)")) :]
