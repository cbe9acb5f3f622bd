"""By how many bodies a measure must be issued, and what must not be: read from a question's words.

Takes texts; gives a restriction on the number of issuing bodies, and whether a stretch is one to be left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

WITH_OTHERS = re.compile(
    r"\bwith(?: or without)? (?:any |other |further |more )*(?:partners|agencies|bodies|ministries|issuers|others)\b"
    r"|\b(?:auch )?(?:gemeinsam|zusammen)? ?mit (?:anderen|weiteren|partnern)"
    r"(?: (?:stellen|behörden|ministerien|partnern))?\b"
    r"|\b(?:gemeinsame|gemeinschaftliche)[nrs]? (?:eingeschlossen|inbegriffen|inklusive)\b",
    re.IGNORECASE,
)
_TOGETHER = re.compile(
    r"\bboth\b|\bside by side as\b|\bco-?(?:issued|signed) by\b.{0,80}\band\b|\bjoint(?:ly)?\b|"
    r"\btogether\b|\bgemeinsam\b|\bzusammen\b|共同|联合",
    re.IGNORECASE,
)
_OR_ALONE = re.compile(
    r"\balone\b|\beither\b|\bor (?:alone|as|jointly|together|not|with|in company|individually)\b"
    r"|\b(?:jointly|together|separately|with others) or\b|\bsolo\b|\bindividually\b|\boder\b|含联合|或",
    re.IGNORECASE,
)
_SOLE = re.compile(
    r"\bsingle-handed(?:ly)?\b|\b(?:solely|exclusively|only) by\b|\b(?:on|by) its own\b|\bby itself\b|\bsole issuer\b"
    r"|\b(?:no |without (?:any )?)other (?:agenc|bod|ministr|authorit|department|issuer)"
    r"|\bwithout (?:any )?co-?issuers?\b"
    r"|\bohne (?:dass andere|weitere|mitzeichn\w*)\b"
    r"|\bim alleingang\b|单独",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"\b(?:more than one|several|two or more|multiple) (?:issu\w+ )?(?:bod|agenc|ministr|issuer|authorit)|"
    r"\bjointly issued\b"
    r"|\bjoint (?:measures?|documents?|notices?|papers?|releases?|texts?)\b|\bmehrere[rn]? (?:behörden|ministerien)\b",
    re.IGNORECASE,
)
_AS_WELL = re.compile(r"\binclud|\bincl\b|\bas well\b|\balso\b", re.IGNORECASE)
_NONE = re.compile(r"\b(?:no|without (?:an?|any)) issu(?:ing bod|er)", re.IGNORECASE)

_NUMBERS = "one two three four five six seven eight nine ten".split()
_BODIES = (
    r"(?:bod(?:y|ies)|agenc(?:y|ies)|ministr(?:y|ies)|issuers?|authorit(?:y|ies)|departments?|co-?issuers|signatories)"
)
_COUNTED = re.compile(
    rf"\b(?P<named>\d{{1,2}}|{'|'.join(_NUMBERS)}) or (?P<way>more|fewer|less) (?:[\w-]+ ){{0,2}}?{_BODIES}\b"
    r"|\b(?P<how>exactly|precisely|just|at least|no fewer than|not fewer than|more than|over|at most|no more than|"
    r"not more than|fewer than|less than|up to)\s+"
    rf"(?P<count>\d{{1,2}}|{'|'.join(_NUMBERS)})\s+(?:[\w-]+ ){{0,2}}?"
    rf"{_BODIES}\b"
    r"|\b(?P<pair>pairs? of|by two|from two|of two) (?:[\w-]+ ){0,2}?"
    r"(?:bodies|agencies|ministries|authorities|issuers)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Issuers:
    """By how many bodies items must be issued; `together`: by every body that is named."""

    least: int = 0
    most: int | None = None
    together: bool = False

    @property
    def is_counted(self) -> bool:
        """Whether a number is asked for, not only that those named stand together."""
        return bool(self.least) or self.most is not None

    def accepts(self, count: int) -> bool:
        """Whether so many bodies are as many as asked for."""
        return self.least <= count and (self.most is None or count <= self.most)


def issuers_of(text: str) -> Issuers | None:
    """By how many bodies items must be issued. "Alone or jointly" asks for either and restricts nothing."""
    text = WITH_OTHERS.sub(" ", text)
    if _NONE.search(text):
        return Issuers(most=0)
    if (said := _COUNTED.search(text)) is not None and (said["pair"] or said["count"] != "one"):
        return _counted(said)
    either = bool(_OR_ALONE.search(text))
    if _SEVERAL.search(text) and not either and not _AS_WELL.search(text):
        return Issuers(least=2, together=True)
    if _TOGETHER.search(text):
        return None if either else Issuers(together=True)
    return Issuers(1, 1) if _SOLE.search(text) and not either else None


def _counted(said: re.Match[str]) -> Issuers:
    if said["pair"]:
        return Issuers(2, 2)
    number = (said["count"] or said["named"]).lower()
    count = int(number) if number.isdigit() else _NUMBERS.index(number) + 1
    if said["way"]:
        return Issuers(least=count, together=True) if said["way"].lower() == "more" else Issuers(1, count)
    how = said["how"].lower()
    if how in ("exactly", "precisely", "just"):
        return Issuers(count, count)
    if how in ("more than", "over"):
        return Issuers(least=count + 1, together=True)
    if how in ("at least", "no fewer than", "not fewer than"):
        return Issuers(least=count, together=True)
    return Issuers(1, count - 1 if how in ("fewer than", "less than") else count)


_EXCLUDING = re.compile(
    r"(?:\b(?:not|nothing|never|without|except(?: for)?|excluding|other than|apart from|besides|minus|less|bar|"
    r"leav(?:e|ing) out|not counting|ohne|außer|nicht)\s+|(?:除去|除了?|不含|不包括)[与和]?)"
    r"(?:(?:by|from|where|wherever|mention|mentioning|name|naming|involving|issued|the|von|those|ones|items|which|that|also|talk|"
    r"talking|about|on|all|any)\s+){0,6}$",
    re.IGNORECASE,
)
_EXCLUDED = re.compile(
    r"(?: (?:left|taken) out\b| (?:set |put )?aside\b| excluded\b| omitted\b)"
    r"|(?: ?[,(])? (?:(?:has|have|had|with|plays?|played) no (?:hand|part|role|say|share)\b"
    r"|(?:does|do|did|was|were|is|are|has|have|had)(?:n['’]t| not)\b(?! only)|not(?= ?(?:[,.:;?)]|$)))",
    re.IGNORECASE,
)
_LOOK_BACK = 50  # characters before a name in which the word stands that excludes it


def is_excluded(text: str, start: int, end: int) -> bool:
    """Whether what stands here must not be held: "without the MIIT", "the MIIT did not co-issue", "Shanghai not"."""
    return bool(_EXCLUDING.search(text[max(0, start - _LOOK_BACK) : start]) or _EXCLUDED.match(text[end:]))
