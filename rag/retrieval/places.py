"""Where in the corpus a question looks: sections and issues by their words, and how windows and comparisons are read.

Takes texts and windows; gives facets' values and the stretches they were read from.
"""

from __future__ import annotations

import re
from typing import Literal

from rag.briefs.records import Section, Span
from rag.retrieval.dates import Day, Window

_ISSUE_WORD = r"(?:issue|brief|edition|newsletter|number|ausgabe)"
ISSUE_AFTER = re.compile(
    rf"(?:'s)?\s+(?:china industries\s+)?{_ISSUE_WORD}\b|\s+china industries\b|\s*(?:one|[那这]?[一]?[期刊])",
    re.IGNORECASE,
)
LAST_ISSUE = re.compile(
    rf"\b(?:most recent|latest|newest|last) (?:\w+ )?{_ISSUE_WORD}\b|\bletzten? ausgabe\b|最新一期", re.IGNORECASE
)
FIRST_ISSUE = re.compile(
    rf"\b(?:very )?(?:first|oldest|earliest) (?:\w+ )?{_ISSUE_WORD}\b|\bersten? ausgabe\b|第一期", re.IGNORECASE
)
ISSUE_BEFORE = re.compile(rf"\b{_ISSUE_WORD}s?\s+(?:of|from|for|dated|vom|von)\s+(?:the\s+)?$", re.IGNORECASE)
# "the top 5 of December 2023" are those of the issue, where there is one of that month
TOP_OF = re.compile(r"\btop[- ](?:5|five)(?: stories| items)?\s+(?:of|in)\s+(?:the\s+)?$", re.IGNORECASE)
_SECTIONS: tuple[tuple[tuple[Section, ...], re.Pattern[str]], ...] = (
    (
        ("corporate",),
        re.compile(
            r"\b(?:corporate|company|business|industry)[- ](?:news|items?|bullets?|reports?|stories|section|"
            r"announcements?|developments?|events?|deals?|side)\b"
            r"|\bunternehmensmeldungen\b|\bunternehmensnachrichten\b|企业(?:新闻|动态|消息)",
            re.IGNORECASE,
        ),
    ),
    (
        ("policy",),
        re.compile(
            r"\bpolicy[- ](?:news|items?|bullets?|entr(?:y|ies)|section|side)\b|\bpolitikmeldungen\b"
            r"|政策(?:新闻|动态|动向|消息)",
            re.IGNORECASE,
        ),
    ),
    (
        ("top5",),
        re.compile(
            r"\btop[- ](?:5|five)\b|\b(?:top|main|lead|feature|major) (?:stories|story|articles?|items?|topics)\b"
            r"|\bfive (?:\w+ )?(?:stories|articles|topics)\b|\bhauptthemen\b|头条|五大|主要文章",
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
    r"\bpolicy (?:and|&|as well as|or) (?:corporate|company|business)\b|\beverything\b|\ball (?:three )?sections\b"
    r"|\band (?:companies|corporate)\b|政策(?:新闻)?(?:还是|和|与|、|或)企业",
    re.IGNORECASE,
)


_SEASON = 100  # days
_KIND = (
    r"(?:regulator|authority|office|agency|ministry|commission|watchdog|bank|administration|department|bureau|"
    r"supervisor|cabinet|planner|behörde|ministerium|zentralbank|aufsicht)"
)
_GLOSS_BEFORE = re.compile(
    r"\b(?:(?!(?:the|an?|of|by|from|with|did|has|have|is|are|was|were|which|what|and|or|to|in|on|for)\b)"
    rf"[A-Za-zäöü'’-]{{1,20}} ){{0,3}}\w{{0,20}}{_KIND}(?:'s)? ?[,(]? ?$",
    re.IGNORECASE,
)
_GLOSS_AFTER = re.compile(
    r" ?[(（][^()（）]{1,60}[)）]"
    rf"|, (?:the|die|das|der) (?:[A-Za-zäöü'’-]{{1,20}} ){{0,3}}\w{{0,20}}{_KIND}\b,?",
    re.IGNORECASE,
)
_LEFT_OUT = re.compile(r"\W*(?:left out|excluded|not included|omitted|aside)\b|(?:以外|之外|除外)", re.IGNORECASE)
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


# What may stand between the two sides of a comparison, the surest first.
_PARTING = (
    re.compile(r"\s(?:versus|vs\.?|against|next to|compared (?:to|with)|gegen(?:über)?)\s", re.IGNORECASE),
    re.compile(r"\s(?:with|mit|than|als|from(?: that of| those of)?)\s|与|跟|[;；]", re.IGNORECASE),
    re.compile(r",?\s(?:or|oder)\s|还是|或", re.IGNORECASE),
    re.compile(r"\s(?:and|und)\s|和|、", re.IGNORECASE),
    re.compile(r"[,，.。:：]\s?"),
)
_MOST_PARTINGS = 5


def parted(text: str) -> list[tuple[str, str]]:
    """Ways to part a text into the two sides of a comparison, the likeliest first."""
    places = [match for pattern in _PARTING for match in pattern.finditer(text)]
    halves = [(text[: m.start()].strip(), text[m.end() :].strip()) for m in places]
    return [pair for pair in halves if all(any(c.isalnum() for c in half) for half in pair)][:_MOST_PARTINGS]


def is_narrow(window: Window) -> bool:
    """Whether a window is so narrow that it tells when something was done: a month or less."""
    return window.since is not None and window.until is not None and (window.until - window.since).days <= 31


def is_when(window: Window) -> bool:
    """Whether a window tells when something was done: a season or less, or open from a day or month on."""
    if window.since is None or window.until is None:
        return not window.year_only
    return (window.until - window.since).days <= _SEASON


def with_gloss(text: str, start: int, end: int) -> Span:
    """A body's name with what explains it: "the patent office CNIPA", "SAMR (market regulation)"."""
    before = _GLOSS_BEFORE.search(text, max(0, start - 60), start)
    after = _GLOSS_AFTER.match(text, end)
    return before.start() if before else start, after.end() if after else end


WITH_OTHERS = re.compile(
    r"\bwith(?: or without)? (?:any |other |further |more )*(?:partners|agencies|bodies|ministries|issuers|others)\b",
    re.IGNORECASE,
)
_TOGETHER = re.compile(
    r"\bboth\b|\bside by side as\b|\bco-?(?:issued|signed) by\b.{0,80}\band\b|\bjoint(?:ly)?\b|"
    r"\btogether\b|\bgemeinsam\b|\bzusammen\b|共同|联合",
    re.IGNORECASE,
)
_OR_ALONE = re.compile(r"\balone\b|\beither\b|\bor\b|\bsolo\b|\bindividually\b|\boder\b|含联合|或", re.IGNORECASE)
_SOLE = re.compile(
    r"\bsingle-handed(?:ly)?\b|\b(?:solely|exclusively|only) by\b|\b(?:on|by) its own\b|\bby itself\b|\bsole issuer\b"
    r"|\b(?:no |without (?:any )?)other (?:agenc|bod|ministr|authorit|department|issuer)|\bwithout co-?issuers?\b"
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

# How items must be issued: by every body named, by one and no other, by several, by none; "" however.
Issuers = Literal["", "all", "sole", "several", "none"]


def issuers_of(text: str) -> Issuers:
    """How many bodies items must be issued by. "Alone or jointly" asks for either and restricts nothing."""
    if _NONE.search(text):
        return "none"
    either = bool(_OR_ALONE.search(text))
    if _SEVERAL.search(text) and not either and not _AS_WELL.search(text):
        return "several"
    if _TOGETHER.search(text):
        return "" if either else "all"
    return "sole" if _SOLE.search(text) and not either else ""


_EXCLUDING = re.compile(
    r"\b(?:not|never|without|except(?: for)?|excluding|other than|apart from|besides|ohne|außer|nicht)\s+"
    r"(?:(?:by|from|mention|mentioning|name|involving|issued|the|von)\s+){0,3}(?:the\s+)?$",
    re.IGNORECASE,
)
_EXCLUDED = re.compile(
    r"(?: ?[,(])? (?:(?:does|do|did|was|were|is|are|has|have|had)(?:n['’]t| not)\b(?! only)|not(?= ?(?:[,.:;?)]|$)))",
    re.IGNORECASE,
)
_LOOK_BACK = 40  # characters before a name in which the word stands that excludes it


def is_excluded(text: str, start: int, end: int) -> bool:
    """Whether what stands here must not be held: "without the MIIT", "the MIIT did not co-issue", "Shanghai not"."""
    return bool(_EXCLUDING.search(text[max(0, start - _LOOK_BACK) : start]) or _EXCLUDED.match(text[end:]))


# What a name is said to be: "the city of Shenzhen", "the term “negative list”".
APPOSITION = re.compile(
    r"\b(?:the )?(?:city|province|municipality|region|town|company|firm|programme?|initiative|terms?|words?|phrase|"
    r"keyword|expression|stadt|firma|unternehmen|begriff|wort) (?:of |called |named |von )?(?=[\"“„'‘]|(?-i:[A-Z]))",
    re.IGNORECASE,
)


def within(day: Day, window: Window) -> bool:
    """Whether a day lies in a window."""
    return (window.since is None or window.since <= day) and (window.until is None or day <= window.until)
