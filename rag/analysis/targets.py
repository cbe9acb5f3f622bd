"""What is to be reached: the words of a clause without what announces them, one stretch a target.

Takes the words that belong to a deadline; gives targets ("492 robots per 10,000 workers") and the figures in one. Two
verbs, or two amounts, are two targets; two figures that say one thing are one. Knows nothing of deadlines and items.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rag.analysis.cues import GOAL_NOUN, INTENDS, MODAL
from rag.analysis.deadlines import times
from rag.analysis.starts import Start, start_of, verb_of
from rag.briefs.records import Span
from rag.verify.quantities import Quantity, quantities

_OPENING = re.compile(
    r"[\s,;:.–—)\]-]*(?:(?:and|but|while|whereas|also|then|that|which|thus|so that|so|moreover|in addition|with|"
    r"\(?\d\))(?![\w-])[\s,:]*)*",
    re.I,
)
_CLOSING = re.compile(
    r"(?:[\s,;:.–—(-]|\b(?:and|but|while|is|are|was|were|be|to be|due|scheduled|slated|planned|set|expected|also|"
    r"at the latest|among others|among other things|starting|beginning|respectively)(?<!-))*\Z",
    re.I,
)
_ATTRIBUTED = re.compile(
    r"(?:according to|under|as part of|in line with|based on|to this end|to that end|for this purpose|in addition|"
    r"among (?:others|other things|other \w+)|for example|for instance|nationwide|overall|in total|at the same time)\b"
    r"[^,;]{0,90},\s*",
    re.I,
)
_SOURCE = re.compile(
    r",\s(?:according to|as (?:reported|announced|stated) (?:by|in)|(?:the )?[\w&' -]{2,40} (?:said|announced|wrote|"
    r"reported))\b[^;]*\Z"
)
# "aims to", "a goal of", "calls for", "its targets include": what follows is the target
_BETWEEN = (
    r"(?:,? ?(?:also|itself|themselves|jointly|together|among others|among other things|notably|in particular),?)*"
)
# "the line is planned to open": what is planned stands before it
_PASSIVE = "".join(rf"(?<!\b{word} )" for word in ("is", "are", "was", "were", "be", "been"))
_LEAD_IN = re.compile(
    rf"\b(?:(?:{_PASSIVE}{INTENDS}|plans?|set to|ready|agree[ds]?|announced|need(?:s|ed)?|"
    rf"efforts?|expects?|{GOAL_NOUN})(?: (?:named|listed|set|given)(?: out)?(?: by [\w’' -]{{2,40}}?)?)?)"
    rf"{_BETWEEN}(?: (?:to|at|of|for|on|that|is|are|was|were|include[sd]?|including|"
    rf"comprise[sd]?)\b{_BETWEEN}(?: (?:to|a total of)\b)?|"
    r"(?= (?:an?|the|all|\d|more|at least|over|[a-z]+s\b)))(?: (?:a |an )?(?:target|goal|objective|total) of)?\s*",
    re.I,
)
_PARTICIPLE = re.compile(
    rf",? (?:(?:\w+ly )?(?:aiming|seeking|planning|hoping|intending|pledging|striving|vowing|aimed)|with (?:the|an?|"
    rf"its) "
    rf"(?:\w+ )?{GOAL_NOUN}) (?:to|of|at)(?: be)? ",
    re.I,
)
_RELATIVE = re.compile(rf"\b(?:that|which|who)\s+{MODAL}\s+", re.I)
_INCLUDE = re.compile(
    r"(?:\b(?:include[sd]?|including|comprise[sd]?|comprising|namely)\b|^(?:is|are)\b)[\s:]*(?:to\s+)?", re.I
)
_CLAUSE_JOINT = re.compile(rf"(?:,\s*(?:and|but|while|whereas)|;|:|\bthat)\s+(?=[^,;:]{{2,90}}?\b{MODAL}\s)", re.I)
_JOINT = re.compile(
    r"\s*[;；]\s*(?:and\s+)?|\s*[,，、]\s*(?:and|as well as|while|plus|but|along with|also)\s+|"
    r"\s+(?:and|as well as|while|plus|along with)\s+|\s*[,，、]\s+(?!and\b|as well as\b|while\b|but\b)"
)
_AS_CAUSE = re.compile(
    r"\s*(?:(?:encourage|support|help|guide|allow|enable|attract|urge|push|get|lead|drive|require|ask|assist|"
    r"persuade)\w*)\b"
    r".{1,80}?\bto\s+\w",
    re.I,
)
_COMPARISON = re.compile(
    r"(?:up|down|double|twice|triple|half|compared|against|from|an? (?:increase|rise|decrease|fall|drop|growth)|"
    r"of which|(?:\w+|[\d.,]+)(?: \w+)? of (?:them|which|whom|these|those)|or|i\.e\.|e\.g\.|equal|equivalent|"
    r"corresponding|including|among them|with|that is|which|where|so that|"
    r"so|"
    r"about (?:twice|half)|roughly|as against|versus|than|more than (?:twice|double)|five times|\w+ times|"
    r"not counting)\b",
    re.I,
)
_PER = re.compile(r"\b(?:per|every|each)\s+\Z", re.I)
_SAYS = re.compile(rf"[^,;]{{2,90}}?\b{MODAL}\s", re.I)  # a clause with its own "shall"
_SAID = re.compile(rf"[^,;]{{2}}\b{MODAL}\s", re.I)  # the same, anywhere
_NO_AIM = re.compile(r"\s*[\w’'-]*(?: (?:up|out|on|off|in|down|away))?\s*")  # a verb without its object
_OBJECT = re.compile(
    r"\s*(?:\w+ )?(?:an?|the) (?:(?!(?:in|at|across|to|for|with|between|from|by)\b)[\w-]++\s*+)++", re.I
)
_NAMED = re.compile(r"\b(?:the|these|those|both|its|their|all)\s+\Z", re.I)
_REACH = 16  # characters before a figure in which the word stands that says what it is for
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|[“\"«][^”\"»]*[”\"»]")
_BOUND = re.compile(
    r"(?:at (?:the )?(?:very )?(?:least|most)|(?:no|not) (?:less|fewer|more) than|(?:more|less|fewer|greater|higher|"
    r"lower) than|"
    r"over|above|under|below|up to|about|around|roughly|approximately|some|nearly|almost|close to|just|well|"
    r"a maximum of|a minimum of|minimum|maximum|exceed(?:s|ed|ing)?|in excess of|as many as|as much as|an estimated|"
    r"upwards of)\s+",
    re.I,
)
_BEHIND = re.compile(r"\s+(?:or (?:more|less|above|below|fewer)|and above|at (?:the )?(?:least|most))\Z", re.I)
_UNCOUNTED = ("ordinal", "level", "article", "version", "number", "phase", "stage", "tier", "chapter", "page")
# "sets two targets", "can be reached": no target of its own
_ANNOUNCES = re.compile(
    rf"(?:[\w'’-]+\s+){{0,5}}(?:{GOAL_NOUN}|following|measures|steps)\W*|"
    r"(?:[\w'’-]+\s+){0,4}(?:reached|met|achieved|missed|attained|kept|hit|fulfilled)\W*",
    re.I,
)
_PREPOSITION = re.compile(r"(?:to|by|from|at)?\s*", re.I)
_TO = re.compile(r"\s*(?:to |by |an? )?", re.I)  # what may stand before the amount that a piece begins with
_INFINITIVE = re.compile(r"\Ato (?!\d|about|at|over|more|less|below|under|above|nearly|up\b)(?=[a-z])")
_LEAST = 2  # words that make an aim of their own


@dataclass(frozen=True, slots=True)
class _Piece:
    """One stretch of a clause, and how it begins."""

    words: str
    start: Start
    counted: bool  # it names an amount of its own


def targets(words: str) -> list[str]:
    """The targets in the words that are due at one time, in order; none where they only announce some."""
    words = _aim(words)
    if not words:
        return []
    parts = [_INFINITIVE.sub("", _trim(part)) for part in _completed(_split(words)) if not _ANNOUNCES.fullmatch(part)]
    return [
        part for part in parts if len(re.findall(r"\w+", part)) >= _LEAST or re.search(r"\d|[\u3400-\u9fff]{2}", part)
    ]


def figures(target: str) -> tuple[str, ...]:
    """The amounts that a target names, as written, without the words that bound them; years are none."""
    return tuple(_unbounded(target[slice(*q.span)]) for q in _amounts(target))


def comparable(target: str) -> frozenset[str]:
    """The amounts that a target names, as they are compared: "70 percent" and "70%" are one."""
    return frozenset(q.key for q in _amounts(target))


@lru_cache(maxsize=256)  # one target is looked at from several sides
def _amounts(text: str) -> tuple[Quantity, ...]:
    for start, end in times(text):
        text = text[:start] + " " * (end - start) + text[end:]
    return tuple(q for q in quantities(text) if q.unit not in _UNCOUNTED and not q.unit.startswith("month"))


def _unbounded(words: str) -> str:
    while bound := _BOUND.match(words):
        words = words[bound.end() :]
    return _BEHIND.sub("", words).strip()


# --- what announces a target ----------------------------------------------------------------------------------------


def _aim(words: str) -> str:
    """The words without who wants it and how it is announced."""
    words = _trim(words)
    while attributed := _ATTRIBUTED.match(words):
        words = words[attributed.end() :]
    words = _SOURCE.sub("", words)
    reach = next((q.span[0] for q in _amounts(words) if not _in_brackets(words, q.span[0])), None)
    words = words[_announced(words, reach) :]
    return _trim(words)


def _announced(words: str, reach: int | None) -> int:
    """Where the aim begins: behind the last words that announce one before a figure; else behind the first ones."""
    if (listed := _INCLUDE.match(words)) and (reach is None or listed.end() <= reach):
        return listed.end()
    if participles := [m.end() for m in _PARTICIPLE.finditer(words)]:
        return participles[-1]
    ends = [m.end() for m in _LEAD_IN.finditer(words) if m.end() < len(words) and (reach is None or m.end() <= reach)]
    begin = (ends[-1] if reach is not None else ends[0]) if ends else 0
    relative = [m.end() for m in _RELATIVE.finditer(words, begin) if reach is None or m.end() <= reach]
    if relative:
        return relative[0]
    listed = _INCLUDE.match(words, begin) or (
        None if begin else re.match(r"[^,;]{0,80}?\b(?:include|including)\b\s*", words)
    )
    if listed and (reach is None or listed.end() <= reach):
        return listed.end()
    if not begin:
        joints = [m.end() for m in _CLAUSE_JOINT.finditer(words) if reach is not None and m.end() <= reach]
        begin = joints[-1] if joints else 0
    return begin


def _trim(words: str) -> str:
    opening = _OPENING.match(words)
    words = words[opening.end() if opening else 0 :]
    closing = _CLOSING.search(words)
    words = words[: closing.start() if closing else len(words)]
    return words + ")" if words.count("(") == words.count(")") + 1 else words.rstrip(" ")


# --- one target, or several -----------------------------------------------------------------------------------------


def _in_brackets(words: str, place: int) -> bool:
    return any(m.start() < place < m.end() for m in _BRACKETS.finditer(words))


def _split(words: str) -> list[_Piece]:
    """The words cut where one aim ends and the next begins."""
    covered = [match.span() for match in _BRACKETS.finditer(words)]
    joints = [m for m in _JOINT.finditer(words) if not any(a < m.start() < b for a, b in covered)]
    amounts = [q.span[0] for q in _amounts(words) if _counts(words, q, covered)]
    bounds = [*(m.end() for m in joints), len(words)]
    whole_start = start_of(words)
    pieces: list[Span] = []
    begin = 0
    for number, joint in enumerate(joints):
        right = (joint.end(), joints[number + 1].start() if number + 1 < len(joints) else len(words))
        left = (begin, joint.start())
        if _parts(words, joint, left, right, whole_start, amounts):
            pieces.append(left)
            begin = joint.end()
    pieces.append((begin, bounds[-1]))
    return [_Piece(words[a:b], start_of(words[a:b]), _holds(amounts, (a, b))) for a, b in pieces]


def _parts(words: str, joint: re.Match[str], left: Span, right: Span, whole: Start, amounts: list[int]) -> bool:
    """Whether one aim ends at a joint and another begins."""
    said, follows = words[slice(*left)], words[right[0] :]
    if _NO_AIM.fullmatch(said) or len(follows.split()) < _LEAST:
        return False
    if ";" in joint.group() or "；" in joint.group():
        return True
    comma, infinitive = "," in joint.group(), follows.startswith("to ")
    kind = start_of(follows, sure=not (comma or infinitive))
    if kind in ("verb", "gerund") and _leads_to(said, kind):
        return (comma and not infinitive) or not _AS_CAUSE.match(said)
    if kind == "noun" and whole == "noun":
        return True
    if comma and _SAID.search(said) and _SAYS.match(words[slice(*right)]):
        return True
    if kind == "noun" and "," in joint.group() and joint.group().strip(" ,"):
        return True
    if _COMPARISON.match(follows) or re.search(r"\bbetween [^,]*\Z", said):
        return False
    if not _holds(amounts, left):
        joined = bool(joint.group().strip(" ,，、"))
        return joined and bool(_OBJECT.fullmatch(said)) and _counts_first(words, right, amounts)
    if not _holds(amounts, right):
        return False
    if joint.group().strip(" ,，、"):
        return True
    return _goes_on(words, joint, amounts) or _counts_first(words, right, amounts)


def _leads_to(said: str, kind: Start) -> bool:
    """Whether a verb behind a joint can be of the same row as what the clause begins with."""
    if kind == start_of(said):
        return True
    return kind == "verb" and re.search(rf"\b{MODAL}\b|\bto \w", said, re.I) is not None


def _goes_on(words: str, joint: re.Match[str], amounts: list[int]) -> bool:
    """Whether a comma is one of a row that an "and" with an amount ends."""
    last = re.search(r"(?:,? (?:and|as well as) )(?!.* and )", words[joint.end() :])
    return last is not None and _holds(amounts, (joint.end() + last.end(), len(words)))


def _counts_first(words: str, piece: Span, amounts: list[int]) -> bool:
    """Whether a piece of a row begins with its amount: "three data centers, ten labs and a museum"."""
    begun = any(place >= piece[0] and _TO.fullmatch(words, piece[0], place) for place in amounts)
    return begun and not re.search(r"\b(?:than|as (?:many|much|high)|times)\b", words[slice(*piece)])


def _holds(amounts: list[int], span: Span) -> bool:
    return any(span[0] <= place < span[1] for place in amounts)


def _counts(words: str, amount: Quantity, covered: list[Span]) -> bool:
    """Whether a figure is what is to be reached: not one in brackets, not "per 10,000", not "the two ports"."""
    place = amount.span[0]
    if any(a < place < b for a, b in covered):
        return False
    before = words[max(0, place - _REACH) : place]
    spelled = not any(c.isdigit() for c in words[slice(*amount.span)])
    return not _PER.search(before) and not (spelled and _NAMED.search(before))


def _completed(pieces: list[_Piece]) -> Iterator[str]:
    """The pieces as targets: one that has only the amount gets the verb, or all up to the amount, of the one before."""
    head = before = ""
    for piece in pieces:
        words = _trim(piece.words)
        if verb := verb_of(words):
            head = verb
        elif before and piece.counted and _only_amount(words):
            words = f"{_up_to_amount(before)} {words}".strip()
        elif head and piece.counted and before:
            words = f"{head} {words}"
        before = words
        yield words


def _only_amount(words: str) -> bool:
    """Whether a phrase is an amount with its preposition, and one word more at most."""
    found = _amounts(words)
    if not found or not _PREPOSITION.fullmatch(words, 0, found[0].span[0]):
        return False
    return words.startswith(("to ", "by ")) or len(words[found[0].span[1] :].split()) < _LEAST


def _up_to_amount(words: str) -> str:
    """What stands before the first amount and its preposition: "raise the share" of "raise the share to 70 percent"."""
    found = _amounts(words)
    return re.sub(r"\s+(?:to|by|of|at|from|reach(?:es)?)?\s*\Z", "", words[: found[0].span[0]]) if found else ""


def completed_by(words: str, before: str) -> str:
    """A target that names only its amount ("to 30 percent"), with what the target before it says is to have it."""
    if not before or not _only_amount(words):
        return words
    return f"{_up_to_amount(before)} {words}".strip()
