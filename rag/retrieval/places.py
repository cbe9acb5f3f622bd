"""Where in the corpus a question looks: sections and issues by their words, and how windows are read.

Takes texts and windows; gives facets' values and the stretches they were read from.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from rag.briefs.records import Section, Span
from rag.retrieval.points import Day, Window

_ISSUE_WORD = r"(?:issue|brief|edition|newsletter|number|ausgabe)"
_ISSUE_AFTER = re.compile(
    rf"(?:'s)?\s+(?:china industries\s+)?{_ISSUE_WORD}\b|\s+china industries\b|\s*(?:one|[那这]?[一]?[期刊])",
    re.IGNORECASE,
)
LAST_ISSUE = re.compile(
    rf"\b(?:most recent|latest|newest|last) (?:\w+ )?{_ISSUE_WORD}\b|\bletzten? ausgabe\b|最新一期", re.IGNORECASE
)
FIRST_ISSUE = re.compile(
    rf"\b(?:very )?(?:first|oldest|earliest) (?:\w+ )?{_ISSUE_WORD}\b|\bersten? ausgabe\b|第一期", re.IGNORECASE
)
_ISSUE_BEFORE = re.compile(rf"\b{_ISSUE_WORD}s?\s+(?:of|from|for|dated|vom|von)\s+(?:the\s+)?$", re.IGNORECASE)
# "the top 5 of December 2023" are those of the issue, where there is one of that month
_TOP_OF = re.compile(r"\btop[- ](?:5|five)(?: stories| items)?\s+(?:of|in)\s+(?:the\s+)?$", re.IGNORECASE)
_SECTIONS: tuple[tuple[tuple[Section, ...], re.Pattern[str]], ...] = (
    (
        ("corporate",),
        re.compile(
            r"\b(?:corporate|company|business|industry)[- ](?:news|items?|bullets?|reports?|stories|section|pages?|"
            r"announcements?|developments?|events?|deals?|side|moves)\b"
            r"|\b(?:which|what) (?:companies|firms|businesses) (?:made|were in|are in|hit) (?:the )?"
            r"(?:news|headlines)\b"
            r"|\bwhat (?:were|are|did|do|have|had) (?:the )?(?:companies|firms|businesses) (?:been )?(?:up to|doing?|"
            r"done|announced?|report(?:ed)?)\b"
            r"|\b(?:unternehmens|firmen)(?:meldung(?:en)?|nachricht(?:en)?|news)\b|企业(?:新闻|动态|消息|方面)",
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
_STATE = r"(?:polic(?:y|ies)|government|official|state|authorit(?:y|ies)|regulat(?:ory|ors?|ions?)|behörden|politik)"
_FIRMS = r"(?:corporate|compan(?:y|ies)|business(?:es)?|firms?|unternehmen)"
_AND_ALSO = r"(?: \w+)? (?:and|&|as well as|or|und|oder)(?: the)? "
_BOTH = re.compile(
    rf"\b{_STATE}{_AND_ALSO}{_FIRMS}\b|\b{_FIRMS}{_AND_ALSO}{_STATE}\b|\band (?:companies|corporate)\b"
    r"|\b(?:top|lead|main) (?:5|five|stories),? (?:and|as well as) (?:the )?(?:news in brief|bullets|corporate|rest|"
    r"others?)\b|\bbullets,? (?:and|as well as) (?:the )?(?:lead|top|main) stories\b"
    r"|\ball (?:three )?sections\b|\b(?:whatever|whichever|any|either|every) (?:the )?section\b"
    r"|政策(?:新闻)?(?:还是|和|与|、|或)企业",
    re.IGNORECASE,
)
# Where one of these stands, a "measure" or "document" names no section.
_EVERYTHING = re.compile(r"\beverything\b|\bevents (?:and|or)\b|\b(?:and|or) events\b", re.IGNORECASE)
_OUTSIDE = re.compile(
    r"\b(?:outside|except(?: for)?|beyond|other than|apart from|not in|besides|leaving|without|no|not)"
    r"(?: of)?(?: the)? $",
    re.I,
)
_ALL_SECTIONS: tuple[Section, ...] = ("top5", "policy", "corporate")


_SEASON = 100  # days
_DAY = dt.timedelta(days=1)
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
_LEFT_OUT = re.compile(
    r"\W*(?:left out|excluded|not included|omitted|aside|(?:can |may |should )?stays? out|not (?:needed|wanted))\b"
    r"|(?:以外|之外|除外|外(?=[还，,的]|$))",
    re.IGNORECASE,
)
ISSUES = re.compile(r"\b(?:issues?|briefs?|editions?|ausgaben?)\b|期", re.IGNORECASE)


def sections(text: str) -> tuple[tuple[Section, ...], list[Span]]:
    """Sections a question names, with the words; a "measure" or "document" is none of the corporate news."""
    if both := _BOTH.search(text):
        return (), [both.span()]
    named: list[Section] = []
    outside: list[Section] = []
    found: list[Span] = []
    for sections, pattern in _SECTIONS:
        if len(sections) > 1 and (named or outside or _EVERYTHING.search(text)):
            continue
        for match in pattern.finditer(text):
            left_out = _LEFT_OUT.match(text, match.end()) or _OUTSIDE.search(text[: match.start()])
            (outside if left_out else named).extend(sections)
            found.append(match.span())
    if outside and not named:
        return tuple(section for section in _ALL_SECTIONS if section not in outside), found
    return tuple(dict.fromkeys(named)), found


def issues_meant(
    text: str, windows: Sequence[Window], issues: Sequence[Day], *, overview: bool
) -> tuple[tuple[Day, ...], list[Span], str]:
    """Issues meant by "the May 2024 issue" or, of an overview, by its month alone; the words that say so; a month
    that there is no issue of.
    """
    found: list[Day] = []
    spans: list[Span] = []
    missing = ""
    for pattern, named in ((FIRST_ISSUE, issues[:1]), (LAST_ISSUE, issues[-1:])):
        if said := pattern.search(text):
            found += named
            spans.append(said.span())
    for window in windows:
        after, ahead = _ISSUE_AFTER.match(text[window.span[1] :]), _ISSUE_BEFORE.search(text[: window.span[0]])
        if window.since is None or window.until is None:
            ahead = None  # "briefs dated not before 26 April" are of several issues
        if after and after.group().strip() == "one" and not ISSUES.search(text):
            after = None  # "the November pilot and the February one"
        compound = "ausgabe" in text[slice(*window.span)].lower()  # "Oktober-Ausgabe 2022"
        inside = [day for day in issues if within(day, window) or (after and _short_year(window, day))]
        top = bool(inside) and _TOP_OF.search(text[: window.span[0]])
        if not (after or ahead or compound or top or overview):
            continue
        found += inside
        if not inside and (after or ahead or compound) and not window.year_only:
            missing = text[slice(*window.span)]
        start = ahead.start() if ahead else window.span[0]
        spans.append((start, window.span[1] + (after.end() if after else 0)))
    return tuple(dict.fromkeys(found)), spans, missing


def _short_year(window: Window, day: Day) -> bool:
    """Whether "Dec 23" means the month of this day, the year cut short."""
    first = window.since
    return first is not None and first == window.until and (day.year % 100, day.month) == (first.day, first.month)


def is_section(text: str) -> bool:
    """Whether a text is a section's name and nothing else."""
    return any(pattern.fullmatch(text.strip()) for _, pattern in _SECTIONS)


def is_month(since: Day | None, until: Day | None) -> bool:
    """Whether two days are the first and the last of one month."""
    if since is None or until is None:
        return False
    return since.day == 1 and (since.year, since.month) == (until.year, until.month) and (until + _DAY).day == 1


def is_narrow(window: Window) -> bool:
    """Whether a window is so narrow that it tells when something was done: a month or less."""
    return window.since is not None and window.until is not None and (window.until - window.since).days <= 31


def is_when(window: Window) -> bool:
    """Whether a window tells when something was done: a season or less, or open from a day or month on."""
    if window.since is None or window.until is None:
        return not window.year_only
    return (window.until - window.since).days <= _SEASON


_AND_AGAIN = re.compile(r"^[\s,;(]*(?:and|plus|or|as well as|und|sowie|oder|&|和|及|、|以及)(?:\W|$)", re.IGNORECASE)


def several_stretches(text: str, windows: Sequence[Window]) -> tuple[tuple[Day, Day], ...]:
    """The stretches of days of "the first week of April 2023 and again of 2024"; none where only one is named."""
    windows = sorted(windows, key=lambda window: window.span)
    ended = [(w.since, w.until) for w in windows if w.since and w.until and is_when(w)]
    joined = all(a.span == b.span or _AND_AGAIN.search(text[a.span[1] : b.span[0]]) for a, b in pairwise(windows))
    return tuple(sorted(ended)) if len(ended) == len(windows) > 1 and joined else ()


_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_AT_END = ("closing", "final", "last", "letzte")
_PLACE = r"(?:bullet|item|story|entry|piece|article|one|place|position|meldung|geschichte)"
_POSITION = re.compile(
    rf"\b(?P<nth>opening|{'|'.join(_AT_END)}|{'|'.join(_ORDINALS)}|\d{{1,2}}(?=st|nd|rd|th))(?:st|nd|rd|th|[nrs])?"
    rf"(?: \w+){{0,2}} {_PLACE}\b"
    r"|\b(?P<opens>open|begin|start)s? with\b|\b(?P<closes>close|end|finish|conclude)(?:s|es)? with\b"
    rf"|\b(?:no\.|number|{_PLACE}(?: no\.| number)?) ?(?P<number>\d{{1,2}})\b|第(?P<zh>[一二三四五六七八九十])条",
    re.IGNORECASE,
)


def position(text: str) -> tuple[int | None, list[Span]]:
    """Which item of a section is meant, from 1 or -1 for the last, with the words: "the opening bullet", "no. 3"."""
    said = _POSITION.search(text)
    if said is None:
        return None, []
    number = said["number"] or (said["nth"] if (said["nth"] or "").isdigit() else None)
    if number:
        return int(number), [said.span()]
    if said["zh"]:
        return "一二三四五六七八九十".index(said["zh"]) + 1, [said.span()]
    nth = (said["nth"] or "").lower()
    if said["closes"] or nth in _AT_END:
        return -1, [said.span()]
    return (_ORDINALS.index(nth) + 1 if nth in _ORDINALS else 1), [said.span()]


def outside(
    since: Day | None, until: Day | None, excluded: Sequence[Window], days: Collection[Day]
) -> tuple[tuple[Day, Day], ...]:
    """What is left of a stretch, or of all days the corpus has items of, without some windows; in order of time."""
    if not days:
        return ()
    left = [(since or min(days), until or max(days))]
    for window in excluded:
        first, last = window.since or min(days), window.until or max(days)
        parts = [((a, min(b, first - _DAY)), (max(a, last + _DAY), b)) for a, b in left]
        left = [(a, b) for pair in parts for a, b in pair if a <= b]
    return tuple(left)


def with_gloss(text: str, start: int, end: int) -> Span:
    """A body's name with what explains it: "the patent office CNIPA", "SAMR (market regulation)"."""
    before = _GLOSS_BEFORE.search(text, max(0, start - 60), start)
    after = _GLOSS_AFTER.match(text, end)
    return before.start() if before else start, after.end() if after else end


# Ways of saying that something is issued, dated or listed, whose words say nothing else.
IDIOM = re.compile(
    r"\b(?:lend|lent|put|add|sign)(?:s|ed|ing)? (?:its|their) names?(?: to| under)?\b|\b(?:a|no|any) hand in\b"
    r"|\b(?:bear|carr)\w* (?:the|a) (?:same )?date\b|\b(?:work(?:ing)?|calendar|business) (?:week|day)s?\b"
    r"|^for (?:an?|my|our) [\w -]{3,40}:"
    r"|\b(?:the|this|that) (?:city|company|firm|word|term|name|abbreviation|acronym|expression|phrase|keyword)\b"
    r"(?! (?:of|in|government|news))"
    r"|\bon file\b|\bfigures? (?:as|among)\b|\b(?:the |its |\w+'s )?role\b[,:]|\btable of contents\b"
    r"|\bi\. ?e\.|\be\. ?g\.|\bif you (?:would|please|can)\b|\b(?:time |date )?windows?\b",
    re.IGNORECASE,
)
# What a name is said to be: "the city of Shenzhen", "the term “negative list”".
APPOSITION = re.compile(
    r"\b(?:the )?(?:city|province|municipality|region|town|company|firm|programme?|initiative|terms?|words?|phrase|"
    r"keyword|expression|stadt|firma|unternehmen|begriff|wort) (?:of |called |named |von )?(?=[\"“„'‘]|(?-i:[A-Z]))",
    re.IGNORECASE,
)


def within(day: Day, window: Window) -> bool:
    """Whether a day lies in a window."""
    return (window.since is None or window.since <= day) and (window.until is None or day <= window.until)
