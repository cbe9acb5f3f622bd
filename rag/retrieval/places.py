"""Where in the corpus a question looks: sections and issues by their words, and how windows and comparisons are read.

Takes texts and windows; gives facets' values and the stretches they were read from.
"""

from __future__ import annotations

import re

from rag.briefs.records import Section, Span
from rag.retrieval.dates import Day, Window

_ISSUE_WORD = r"(?:issue|brief|edition|newsletter|number|ausgabe)"
ISSUE_AFTER = re.compile(rf"(?:'s)?\s+(?:china industries\s+)?{_ISSUE_WORD}\b|\s*(?:one|期|刊)", re.IGNORECASE)
ISSUE_BEFORE = re.compile(rf"\b{_ISSUE_WORD}s?\s+(?:of|from|for|dated|vom|von)\s+(?:the\s+)?$", re.IGNORECASE)
_SECTIONS: tuple[tuple[tuple[Section, ...], re.Pattern[str]], ...] = (
    (
        ("corporate",),
        re.compile(
            r"\b(?:corporate|company|business|industry) (?:news|items?|bullets?|reports?|stories|section|"
            r"announcements?|developments?|events?|deals?|side)\b"
            r"|\bunternehmensmeldungen\b|\bunternehmensnachrichten\b|企业(?:新闻|动态|消息)",
            re.IGNORECASE,
        ),
    ),
    (
        ("policy",),
        re.compile(
            r"\bpolicy (?:news|items?|bullets?|section)\b|\bpolitikmeldungen\b|政策(?:新闻|动态|消息)", re.IGNORECASE
        ),
    ),
    (
        ("top5",),
        re.compile(
            r"\btop[- ](?:5|five)\b|\b(?:top|main|lead|feature|major) (?:stories|story|articles?|items?|topics)\b"
            r"|\bfive (?:main |lead |top )?(?:stories|articles|topics)\b|\bhauptthemen\b|头条|五大|主要文章",
            re.IGNORECASE,
        ),
    ),
    (
        ("top5", "policy"),
        re.compile(
            r"\bpolicy (?:moves|steps|measures)\b|\b(?:measures?|documents?|notices?|polic(?:y|ies)|regulations?|"
            r"rules|guidelines|decrees?|circulars?|"
            r"maßnahmen|dokumente)\b|措施|文件|通知",
            re.IGNORECASE,
        ),
    ),
)
_EVERYTHING = re.compile(
    r"\bpolicy (?:and|&) (?:corporate|company|business)\b|\beverything\b|\ball (?:three )?sections\b"
    r"|\band (?:companies|corporate)\b",
    re.IGNORECASE,
)


_LEFT_OUT = re.compile(r"\W*(?:left out|excluded|not included|omitted|aside)\b", re.IGNORECASE)
ISSUES = re.compile(r"\b(?:issues?|briefs?|editions?|ausgaben?)\b|期", re.IGNORECASE)


def sections(text: str) -> tuple[tuple[Section, ...], list[Span]]:
    """Sections a question names, with the words; a "measure" or "document" is none of the corporate news."""
    if _EVERYTHING.search(text):
        return (), []
    named: list[Section] = []
    found: list[Span] = []
    for sections, pattern in _SECTIONS:
        spans = [match.span() for match in pattern.finditer(text) if not _LEFT_OUT.match(text, match.end())]
        if spans and (len(sections) == 1 or not named):
            named += sections
            found += spans
    return tuple(dict.fromkeys(named)), found


PARTING = re.compile(
    r"\s(?:with|versus|vs\.?|against|next to|compared (?:to|with)|mit|gegen(?:über)?)\s|\sand\s|\sund\s|与|和|跟|、",
    re.IGNORECASE,
)
WEAK = frozenset(("and", "und", "和", "、"))


def is_narrow(window: Window) -> bool:
    """Whether a window is so narrow that it tells when something was done: a month or less."""
    return window.since is not None and window.until is not None and (window.until - window.since).days <= 31


def gloss_end(text: str, end: int) -> int:
    """The end of a body's name with what stands in brackets behind it: "SAMR (market regulation)"."""
    gloss = re.compile(r"\s*[(（][^()（）]{1,60}[)）]").match(text, end)
    return gloss.end() if gloss else end


# Several bodies that must all have issued a measure, and those that must not.
TOGETHER = re.compile(r"\bboth\b|\bjoint(?:ly)?\b|\btogether\b|\bgemeinsam\b|共同|联合", re.IGNORECASE)
ALONE = re.compile(r"\balone\b|\beither\b|\bor\b|\bsolo\b|\bindividually\b|含联合|或", re.IGNORECASE)
EXCLUDING = re.compile(
    r"\b(?:not|never|without|except(?: for)?|excluding|other than|apart from|besides|ohne|außer|nicht)\s+"
    r"(?:(?:by|from|mention|mentioning|name|involving|issued|the|von)\s+){0,3}(?:the\s+)?$",
    re.IGNORECASE,
)


def within(day: Day, window: Window) -> bool:
    """Whether a day lies in a window."""
    return (window.since is None or window.since <= day) and (window.until is None or day <= window.until)
