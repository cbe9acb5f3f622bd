"""Which words of a sentence belong to which deadline.

Takes a sentence and the times in it; gives for each the words that say what is due then: those behind a time that opens
its clause ("By 2025, …"), those before one that ends it ("… by 2025"), both where it stands in the middle ("should, by
2025, …"). Knows nothing of what a goal is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.analysis.cues import GOAL_NOUN, INTENDS, MODAL
from rag.analysis.deadlines import Due
from rag.analysis.starts import start_of
from rag.briefs.records import Span


@dataclass(frozen=True, slots=True)
class Clause:
    """What is due at a time, in one or two stretches of its sentence, and the stretch that speaks of it in all."""

    due: Due
    words: tuple[Span, ...]
    whole: Span


_BREAK = re.compile(r"[;；]|\s[–—]\s|:\s")
_LINK = r"(?:and|but|while|whereas|then|also|with|where|as well as|or)"
_OPENS = re.compile(
    rf"[\s,;:–—(\"“'‘-]*(?:\(?\d\)|(?:{_LINK}|that|thus|so|first|second|third|finally|namely|specifically|starting)\b"
    r"[\s,]*)*[\s,(–—-]*\Z",
    re.I,
)
_JOINED = re.compile(rf"\b{_LINK}[\s,–—-]*\Z", re.I)
_ADVERB = r"(?:(?:also|now|then|already|further|ultimately|eventually)\b[\s,]*)?"
_UNDER_WAY = re.compile(
    rf"\b(?:{MODAL}|{INTENDS}|plans?|goals? (?:is|are)(?: to)?|targets? (?:is|are)(?: to)?|to|that|which|who|due|"
    rf"scheduled|slated|planned|expected|includ(?:es?|ing)|are|is|be|have|has|reach|achieve)[\s,–—(-]*{_ADVERB}\Z",
    re.I,
)
_SET_FOR = re.compile(rf"\b{GOAL_NOUN}(?: (?:set|named|listed|laid down|formulated|announced|given))?[\s,(]*\Z", re.I)
# "A, B and C are among the goals for 2024"
_INVERTED = re.compile(
    rf"\s(?:is|are|were|was)(?: all| also)? (?:among|one of|some of|part of|the|its|"
    rf"their)\b[^,;]{{0,80}}?\b{GOAL_NOUN}"
    r"[^,;]*\Z",
    re.I,
)
_RELATIVE = re.compile(r", (?:which|who|that)\b")
_ASIDE = re.compile(
    r",\s(?:(?:which|that) (?:is|are) )?(?:planned|due|scheduled|slated|set|expected|starting)\b[^,;]*\Z", re.I
)
# "… by 2025, and their price must fall": the same time, unless another follows
_AND_SHALL = re.compile(r", (?:and|while) (?=[^,;]{2,80}?\b(?:shall|should|must|(?:is|are) to) )", re.I)
_SHORT = 2  # words before a time that may belong to the name of what is due: "Its 2025 target"
_GOES_ON = re.compile(r"\s*(?:in|of|for|on|with|at|among|across|throughout) ", re.I)


def clauses(text: str, found: Sequence[Due]) -> Iterator[Clause]:
    """For each time of a sentence the words that belong to it, in order; none where it has none."""
    taken = 0  # up to where words belong to a time before
    for number, due in enumerate(found):
        following = found[number + 1].span[0] if number + 1 < len(found) else len(text)
        clause = _clause(text, due, taken, following)
        if clause:
            taken = max(clause.words[-1][1], due.span[1])
            yield clause
        else:
            taken = due.span[1]


def _clause(text: str, due: Due, taken: int, following: int) -> Clause | None:
    start, end = due.span
    if text[:start].rstrip(" ").endswith("(") and (closing := text.find(")", end)) >= 0:
        return _in_brackets(text, due, taken, closing)
    if (
        (opening := text.rfind("(", taken, start)) >= 0
        and (closing := text.find(")", end)) >= 0
        and ")" not in text[opening:start]
    ):
        return _in_brackets(text, due, taken, closing)
    low = _last_break(text, taken, start)
    high = _first_break(text, end, following)
    left, right = text[low:start], text[end:high]
    if inverted := _INVERTED.search(left):
        return Clause(due, ((low, low + inverted.start()),), (low, high))
    if _opens(left, right, named=text[start : start + 1].isdigit()):
        high = _while_list(text, end, high, following)
        if high == following < len(text):
            high = _shared(text, end, high)
        return Clause(due, ((end, high),), (low, high)) if text[end:high].strip(" ,.;:)") else None
    closed = right.startswith(",") and not left.rstrip().endswith((",", "–", "—"))
    if right.strip(" ,.;:") and (_aside(left, right) or (not closed and (_UNDER_WAY.search(left) or _bare_verb(left)))):
        if aside := _ASIDE.search(left):
            return Clause(due, ((low, low + aside.start()), (end, high)), (low, high))
        low += max((relative.end() for relative in _RELATIVE.finditer(left)), default=0)
        return Clause(due, ((low, start), (end, high)), (low, high))
    if _GOES_ON.match(right) and not _VERB_IN.search(left):
        return Clause(due, ((low, start), (end, end + _phrase(right))), (low, high))
    if joined := _AND_SHALL.match(right):
        return Clause(due, ((low, start), (end + joined.start(), high)), (low, high))
    return Clause(due, ((low, start),), (low, high))


_VERB_IN = re.compile(rf"\b(?:{MODAL}|{INTENDS}|plans?|to)\b", re.I)


def _phrase(right: str) -> int:
    """How far a phrase goes on behind a time: to its comma or the verb that closes it."""
    end = re.search(r",|\s(?:is|are|was|were|will|has|have)\s|[.;:]?\Z", right)
    return end.start() if end else len(right)


def _opens(left: str, right: str, *, named: bool) -> bool:
    """Whether what is due stands behind its time."""
    if not right.strip(" ,.;:)"):
        return False
    if _OPENS.fullmatch(left) or _SET_FOR.search(left):
        return True
    return bool(_JOINED.search(left)) or (named and len(left.split()) <= _SHORT)


def _aside(left: str, right: str) -> bool:
    """Whether a time stands in words put in between: "the plant, due to open in 2026, will …"."""
    return _ASIDE.search(left) is not None and re.match(rf",\s(?:[\w-]+ )?{MODAL}\b", right, re.I) is not None


def _bare_verb(left: str) -> bool:
    """Whether a clause breaks off behind its verb, whose object stands behind the time: "establish by 2025 a …"."""
    words = re.split(r"[\s,]+", left.strip(" ,"))
    return bool(words[-1]) and start_of(words[-1]) == "verb" and (len(words) == 1 or words[-2] in ("to", "and", "will"))


def _in_brackets(text: str, due: Due, taken: int, closing: int) -> Clause:
    """ "Lighthouse factories" (fixed at 300 by the end of 2024): what is in brackets, with what they explain."""
    opening = text.rfind("(", 0, due.span[0])
    low = max([taken, *(match.end() for match in re.finditer(r"[,;.:] ", text[:opening]))])
    rest = (due.span[1], closing) if text[due.span[1] : closing].strip(" ,") else None
    words = [(low, opening), (opening + 1, due.span[0]), rest]
    return Clause(due, tuple(span for span in words if span and text[slice(*span)].strip()), (low, closing))


def _last_break(text: str, low: int, start: int) -> int:
    """Where the clause begins that a time stands in; a dash or colon beside the time breaks nothing."""
    found = [
        match.end()
        for match in _BREAK.finditer(text, low, start)
        if match.group().strip() not in "–—" or text[match.end() : start].strip(" –—(")
    ]
    return found[-1] if found else low


def _first_break(text: str, end: int, high: int) -> int:
    found = (match.start() for match in _BREAK.finditer(text, end, high) if text[end : match.start()].strip(" –—),"))
    return next(found, high)


def _while_list(text: str, begin: int, high: int, following: int) -> int:
    """A list goes on behind a semicolon: each part is numbered, or begins as the first one does."""
    first = start_of(text[begin:high].lstrip(" ,:"))
    while high < following and text[high] in ";；":
        ahead = text[high + 1 :].lstrip()
        end = _first_break(text, high + 1, following)
        if not re.match(r"(?:and )?\(?\d\)", ahead) and (first == "other" or start_of(ahead) != first):
            break
        high = end
    return high


def _shared(text: str, begin: int, high: int) -> int:
    """Of the words between a time that opens its clause and one that ends the next: those of the first."""
    between = text[begin:high].rstrip()
    if tail := _JOINED.search(between):
        return begin + tail.start()
    if between.endswith((",", ";", "–", "—", "(")):
        return high
    joints = [match.start() for match in re.finditer(r",? (?:and|but|while|as well as) |, ", between)]
    return begin + joints[-1] if joints else begin
