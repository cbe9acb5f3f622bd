"""Time in a question's words: windows in which something happened, and years by which something is due.

Takes a text and the days the corpus has items of; gives windows with the words they were read from. English, German and
Chinese. A deadline ("goals for 2027", "by 2025") is not a window: it says when something is due, not when it was done.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from rag.briefs.records import Span
from rag.retrieval.points import COUNTS, THROUGH, TO, Day, Window, count_of, last_day, points_in

_ART = r"(?:(?:the|dem|den|der)\s+)?(?:(?:year|jahr)\s+)?$"
_BEFORE = re.compile(
    rf"(?<!not )(?<!no )(?<!or )\b(?:before|prior to|earlier than|older than|predat(?:es?|ing)|"
    rf"preced(?:es?|ing)|vor)\s+{_ART}",
    re.I,
)
_AFTER = re.compile(rf"(?<!not )(?<!no )\b(?:after|later than|newer than|nach)\s+{_ART}", re.I)
_SINCE = re.compile(
    r"(?:\b(?:since|(?:not|no) (?:before|earlier than|older than)|on or after|as of|frühestens|"
    rf"(?:starting|beginning)(?: from| in| on| with)?|ab|seit)\s+{_ART}|自(?:从)?$)",
    re.I,
)
_UNTIL = re.compile(
    r"(?:\b(?:until|till|on or before|up to(?: and including)?|(?<!run )(?<!walk )(?<!go )(?<!me )(?<!us )through|"
    rf"(?:no|not) (?:later|newer) than|bis(?: einschließlich)?(?: zum)?)\s+{_ART}|(?:截至|截止到?|截止至)$)",
    re.I,
)
# In Chinese the word stands behind: "2023年4月以后".
_BEHIND = re.compile(
    r"^(?:(?P<since>起|以来|开始|及以后|及之后)|(?P<after>之后|以后)|(?P<before>之前|以前)|(?P<until>为止|及以前|及之前))"
)
_ONWARDS = re.compile(
    r"^,?\s+(?:onwards?|on(?=\s*[,.;?!]|$)|or later|and (?:after|later)|and thereafter|(?:und|oder) später)", re.I
)
_REST = re.compile(
    r"^,?\s*(?:and\s+)?(?:-|–|to|until|till|through|bis(?: zum)?)\s*(?:the )?(?:end|ende) (?:of |des )?"
    r"(?:(?:that|this|the|the same) month|monats)|^[起到至]*月底",
    re.I,
)
_THAT_YEAR = re.compile(r"\b(?:within|of|in) (?:that|the same) year\b", re.I)
_THAT_MONTH = re.compile(r"\b(?:that|the same) month\b|\b(?:in )?(?:dem|diesem)(?:selben)? monat\b", re.I)
_BETWEEN = re.compile(rf"^{TO}(?:the\s+)?$", re.I)
_REACHING = re.compile(rf"^{THROUGH}(?:the\s+)?$", re.I)
_AND = re.compile(r" ?(?:and|und|&|、|和) ?", re.I)
_BY = re.compile(r"\bby\s+(?:the\s+)?$", re.I)
_PAST = re.compile(r"\b(?:had|did|was|were|has|have) (?:\w+ )?(?:been|issued|published|released|become|done)?", re.I)
_EXCEPT = re.compile(
    r"(?:\b(?:except(?: for)?|excluding|but not|other than|apart from|outside(?: of)?|leaving out|ohne|außer)"
    r"(?: (?:those|the ones|items|anything|all|what is|that are|die|denen))*(?: (?:of|from|in|dated|for|aus|von|vom))?"
    r"(?: (?:the|year|dem|jahr))*\s*|(?:不在|除了?|不包括))$",
    re.I,
)
_IN = re.compile(r"\b(?:in|during|of|im)\s+$", re.I)
_DUE = re.compile(
    r"\b(?:by|due|deadline|goals?|targets?|objectives?|plan(?:s|ned)?|expected|aims?|ziele?|geplant|bis)\b|目标|到$",
    re.I,
)
_DUE_AFTER = re.compile(
    r"^\s*(?:as (?:the |a )?(?:deadline|target|goal)|(?:goals?|targets?|deadlines?)\b)|^年?的?目标", re.I
)


@dataclass(frozen=True, slots=True)
class Times:
    """What a text says of time."""

    windows: tuple[Window, ...]  # in order of appearance
    deadlines: tuple[int, ...]  # years by which something is due
    spans: tuple[Span, ...]  # the words of all of them
    impossible: tuple[str, ...] = ()  # days that the calendar lacks, in the text's words
    excluded: tuple[Window, ...] = ()  # what must not lie in them: "except those of 2023"


def read_times(text: str, covered: Collection[Day] = (), *, apart: bool = False, issues: Sequence[Day] = ()) -> Times:
    """Windows and deadlines in a text; with `apart` "from A to B" are two windows.

    A month without a year is of a year named elsewhere in the text, else of the latest year `covered` has it in.
    `issues`: their days, for "before the May 2024 issue", which is before its day.
    """
    impossible: list[Span] = []
    points = _at_issues(text, list(points_in(text, covered, impossible)), issues)
    windows: list[Window] = []
    excluded: list[Window] = []
    deadlines: list[tuple[int, Span]] = []
    position = 0
    while position < len(points):
        point = points[position]
        following = points[position + 1] if position + 1 < len(points) else None
        before = text[max(0, point.span[0] - _FAR_BACK) : point.span[0]]
        if not apart and _EXCEPT.search(before):
            excluded.append(point)
        elif _BY.search(before) and not apart and _is_past(text, point, covered):
            windows.append(Window(None, point.until, point.span))
        elif not apart and (_BY.search(before) or (point.year_only and _is_due(text, point, covered))):
            deadlines.append((point.until.year, point.span))  # type: ignore[union-attr]  # a point has both ends
        elif following and not apart and _joins(text, point, following):
            windows.append(
                replace(following, since=point.since, span=(point.span[0], following.span[1]), year_only=False)
            )
            position += 1
        else:
            windows.append(_opened(before, point, text[point.span[1] :]))
        position += 1
    spans = (*(w.span for w in (*windows, *excluded)), *(span for _, span in deadlines), *impossible)
    lacking = tuple(text[slice(*span)] for span in impossible)
    return Times(tuple(windows), tuple(year for year, _ in deadlines), spans, lacking, tuple(excluded))


# "After the May issue" counts from its day; "in the May issue" names the issue.
_BESIDE_ISSUE = re.compile(
    r"\b(?:before|prior to|after|since|until|till|up to|ahead of|preced(?:es?|ing)|following|between|from|and|"
    rf"vor|nach|seit|zwischen|und)\s+{_ART}",
    re.I,
)
_ISSUE_NEXT = re.compile(r"^(?:'s)? (?:issues?|briefs?|editions?|ausgaben?)\b", re.I)
_RELATED = re.compile(r"\b(?:before|prior to|after|since|until|ahead of|between|vor|nach|seit|zwischen)\b", re.I)
_CARRIED = re.compile(r"\b(?:cover|carri|featur)\w*\b.{0,40}\b(?:before|after|since)\b", re.I)  # in other issues


def _at_issues(text: str, points: list[Window], issues: Sequence[Day]) -> list[Window]:
    """The points, those that stand for an issue beside "before", "after" or "between" as its day."""
    if not issues or not _RELATED.search(text) or _CARRIED.search(text):
        return points
    placed = list(points)
    for number, point in enumerate(points):
        issue = next((day for day in issues if point.since and point.until and point.since <= day <= point.until), None)
        ends = [_ISSUE_NEXT.match(text[later.span[1] :]) for later in points[number : number + 2]]
        before = text[: point.span[0]]
        between = len(ends) > 1 and ends[1] and re.search(r"\b(?:between|zwischen)\b", before, re.I)
        if issue and (ends[0] or between) and _BESIDE_ISSUE.search(before):
            placed[number] = Window(issue, issue, (point.span[0], point.span[1] + (ends[0].end() if ends[0] else 0)))
    return placed


def narrowed(windows: Sequence[Window]) -> list[Window]:
    """Of a window and one that lies in it only the narrower: "on Easter Sunday 2023 (9 April)"; of a stretch and an end
    within it their overlap: "of 2023, what is dated up to 30 January".
    """
    windows = _met(windows)
    ended = [(w, w.since, w.until) for w in windows if w.since and w.until]
    left: list[Window] = []
    for window in windows:
        if window.since and window.until:
            inner = [w for w in windows if w is not window and _inside(w, window.since, window.until)]
            if not inner:
                left.append(window)
            continue
        end = window.since or window.until
        around = [(since, until) for _, since, until in ended if end and since < end < until]
        since, until = around[0] if around else (None, None)
        left.append(replace(window, since=window.since or since, until=window.until or until))
    return left


def _met(windows: Sequence[Window]) -> Sequence[Window]:
    """A beginning and an end that are told apart as one stretch: "after 1 April 2024 and before the 9th"."""
    since = [w for w in windows if w.since and not w.until]
    until = [w for w in windows if w.until and not w.since]
    if len(windows) != 2 or not (since and until) or since[0].since > until[0].until:  # type: ignore[operator]
        return windows
    span = (min(w.span[0] for w in windows), max(w.span[1] for w in windows))
    return [Window(since[0].since, until[0].until, span)]


def _inside(window: Window, since: Day, until: Day) -> bool:
    """Whether all that is said of a window lies in a stretch, and is less than it."""
    ends = [day for day in (window.since, window.until) if day]
    return (window.since, window.until) != (since, until) and all(since <= day <= until for day in ends)


def _joins(text: str, first: Window, second: Window) -> bool:
    """Whether "between A and B" or "from A to B" makes one window of two."""
    opened = re.search(r"\b(?:between|from|zwischen|von|vom)\s+(?:the\s+)?$", text[: first.span[0]], re.I)
    between = text[first.span[1] : second.span[0]]
    months = not first.year_only and not second.year_only and first.until and second.since
    neighbours = months and _moved(first.until, 1) == second.since  # type: ignore[arg-type]  # not None then
    return bool(
        (opened and _BETWEEN.match(between))
        or (months and _REACHING.match(between))
        or (neighbours and _AND.fullmatch(between))
    )


def _opened(before: str, point: Window, after: str) -> Window:
    """A point with the word before or after it: "before 2023" ends where 2023 begins, "15 April onwards" is open."""
    window = _from_word(before, point, after)
    if window.since and not window.until and _THAT_MONTH.search(after):
        window = replace(window, until=last_day(window.since.year, window.since.month))
    elif window.since and not window.until and _THAT_YEAR.search(after):
        window = replace(window, until=Day(window.since.year, 12, 31))
    return window


def _from_word(before: str, point: Window, after: str) -> Window:
    if onwards := _ONWARDS.match(after):
        return replace(point, until=None, span=(point.span[0], point.span[1] + onwards.end()), year_only=False)
    if (rest := _REST.match(after)) and point.until:
        end = last_day(point.until.year, point.until.month)
        return replace(point, until=end, span=(point.span[0], point.span[1] + rest.end()))
    if glossed := _glossed(point, after):
        return glossed
    if counted := _counted_from(before, point):
        return counted
    earlier, later = point.since and _moved(point.since, -1), point.until and _moved(point.until, 1)
    if behind := _BEHIND.match(after):
        since, until = {
            "since": (point.since, None),
            "after": (later, None),
            "before": (None, earlier),
            "until": (None, point.until),
        }[behind.lastgroup or ""]
        return Window(since, until, (point.span[0], point.span[1] + behind.end()))
    for pattern, since, until in (
        (_SINCE, point.since, None),
        (_BEFORE, None, earlier),
        (_AFTER, later, None),
        (_UNTIL, None, point.until),
    ):
        if match := pattern.search(before):
            return Window(since, until, (point.span[0] - len(before) + match.start(), point.span[1]))
    return point


_WEEKDAY = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|"
    r"(?:周|星期)[一二三四五六日天])"
)
_BARE_DAY = (
    rf"(?:(?:on|from|between|von|vom|am)\s+)?(?:{_WEEKDAY},?\s+)?(?:(?:the|dem|den)\s+)?"
    r"(?P<{0}>\d{{1,2}})(?:st|nd|rd|th|\.|日|号)?"
)
# "the end of October 2023 (25th to 31st)", "early April 2024, Monday the 1st to Sunday the 7th"
_GLOSS = re.compile(
    rf"^\s*[,(（:]\s*{_BARE_DAY.format('d')}(?:\s*(?:-|–|—|to|until|through|and|bis|und|至|到)\s*{_BARE_DAY.format('d2')}"
    r"|(?P<on>\s+on(?:wards?)?))\s*(?:[)）,:.?，。？]|$)",
    re.I,
)


def _glossed(point: Window, after: str) -> Window | None:
    """A part of a month with the days it is said to have, in brackets or behind a comma."""
    said = _GLOSS.match(after)
    if not said or not point.since or not point.until or point.since.month != point.until.month:
        return None
    last = last_day(point.since.year, point.since.month)
    opening, closing = int(said["d"]), int(said["d2"] or last.day)
    if not 1 <= opening <= closing <= last.day or point.since == point.until:
        return None
    span = (point.span[0], point.span[1] + said.end())
    return Window(point.since.replace(day=opening), point.since.replace(day=closing), span)


_NUMBER = rf"\d{{1,2}}|{'|'.join(COUNTS)}"
_DAYS = {"day": 1, "week": 7, "fortnight": 14, "month": 30}
_WEEK_OF = re.compile(r"\b(?:week|woche) (?:of|from|beginning|starting|vom|ab)(?: on| the)? $", re.I)
# "the two weeks after the guidelines of ...": up to ten words may say what happened on the day that is counted from
_COUNTED_FROM = re.compile(
    rf"\b(?P<exactly>exactly )?(?:(?P<within>within )?(?P<count>a|one|{_NUMBER}) |(?:the )(?:(?P<the>{_NUMBER}) )?)"
    rf"(?P<unit>{'|'.join(_DAYS)})(?P<several>s)? "
    r"(?:(?P<before>(?:leading|running) up to|up to|before|prior to|ahead of)|(?P<after>after|following)|"
    r"(?P<around>of|from|around)) (?:[\w'’+&/-]+ ){0,10}$",
    re.I,
)
_RUN_UP = re.compile(r"\b(?:in|during) the (?:run-up|lead-up|weeks leading up) to (?:the )?$", re.I)
_A_FEW = 5  # "the days after 2 April"
_FAR_BACK = 120  # characters before a day in which what is counted from it stands


def _counted_from(before: str, day: Window) -> Window | None:
    """Days counted from one: "the week of 10 April", "within ten days of 2 April", "the fortnight before 1 March"."""
    if day.since is None or day.since != day.until:
        return None
    start = day.span[0] - len(before)
    if week := _WEEK_OF.search(before):
        return _around(day.since, (start + week.start(), day.span[1]), 0, 6)
    if run_up := _RUN_UP.search(before):
        return _around(day.since, (start + run_up.start(), day.span[1]), _DAYS["month"], 0)
    said = _COUNTED_FROM.search(before)
    if said is None or (said["around"] and not said["within"]):
        return None
    several = bool(said["several"]) and not (said["count"] or said["the"])
    length = (_A_FEW if several else count_of(said["count"] or said["the"] or "one")) * _DAYS[said["unit"].lower()]
    span = (start + said.start(), day.span[1])
    if said["around"]:
        return _around(day.since, span, length, length)
    ahead = 1 if said["after"] else -1
    if said["exactly"] or (said["unit"].lower() == "day" and not (several or said["count"] or said["the"])):
        there = _moved(day.since, ahead * length)
        return Window(there, there, span)
    until = -1 if said["before"] in ("before", "prior to", "ahead of") else 0
    return _around(day.since, span, *((-1, length) if ahead > 0 else (length, until)))


def _around(day: Day, span: Span, back: int, on: int) -> Window:
    return Window(_moved(day, -back), _moved(day, on), span)


def _moved(day: Day, days: int) -> Day:
    """So many days later or earlier, at most to the ends of the calendar: a question may name any year."""
    return Day.fromordinal(min(max(day.toordinal() + days, 1), Day.max.toordinal()))


def _is_past(text: str, point: Window, covered: Collection[Day]) -> bool:
    """Whether "by the end of April 2023" asks what was done up to then."""
    over = point.until is not None and any(point.until <= day for day in covered)
    return over and not point.year_only and bool(_PAST.search(text))


def _is_due(text: str, year: Window, covered: Collection[Day]) -> bool:
    """Whether a year alone is a deadline: "by 2025", "goals for 2027", "2027 as the deadline".

    "In" a year that is over for the corpus, something was done.
    """
    clause = text[max(0, year.span[0] - 40) : year.span[0]]
    if _IN.search(clause) and year.since and any(year.since.year <= day.year for day in covered):
        return False
    return bool(_DUE.search(clause.rpartition(",")[2]) or _DUE_AFTER.search(text[year.span[1] :]))
