"""What kind of fact a sentence states: an amount, a sum of money, a share, a time, a person. English."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from rag.index.tokens import stem, words
from rag.retrieval.wants import Wants

_SPELLED = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion "
    "half third quarter double triple twice dozen"
).split()
_NO_AMOUNT = re.compile(r"\b(?:one of|no one|one another|the one|one by one)\b", re.IGNORECASE)
_NUMBER = re.compile(rf"\d[\d.,]*|\b(?:{'|'.join(_SPELLED)})(?:[- ]?fold|s)?\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b(?!,\d)")
# A number inside a name (5G, C919, IPv6, L3, 14th Five-Year Plan, 3D) is no amount.
_IN_NAME = re.compile(r"\b[A-Z][a-z]+-Year\b|\b\d+(?:st|nd|rd|th)\b|\b[A-Za-z]+\d+[A-Za-z]*\b|\b\d+[A-Z]\b")
_MONTHS = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DATE = re.compile(rf"\b{_MONTHS} \d{{1,2}}\b|\b\d{{1,2}} {_MONTHS}\b")
_CURRENCY = r"(?:CNY|RMB|USD|EUR|HKD|GBP|yuan|dollars?|euros?|renminbi|[¥$€£])"
_MAGNITUDE = r"(?:hundred|thousand|million|billion|trillion)"
_MONEY = re.compile(
    rf"{_CURRENCY}\s?\d[\d.,]*(?:\s{_MAGNITUDE})?"
    rf"|(?<!\d)(?<!\d[.,])\d[\d.,]*+[\s-]?(?:{_MAGNITUDE}[\s-]?)?(?:US[\s-]?)?{_CURRENCY}",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"\bper ?cent(?:age)?\b|%|\b(?:half|thirds?|quarters?|fifths?|tenths?|share)\b|fold\b", re.IGNORECASE
)
# What is counted, up to the verb that follows it.
_COUNTED = re.compile(
    r"\b(?:how many|number of)\s+([\w&+'-]+(?:\s[\w&+'-]+){0,3}?)(?=\s(?:do|does|did|is|are|was|were|will|would|"
    r"can|could|has|have|should|made|on|in|of|for|that)\b|[?.,]|$)",
    re.IGNORECASE,
)
_REACH = 5  # words before and behind a number in which what it counts is looked for
_SIZE = re.compile(
    r"\bhow (?:much|large|big|high|great)\b|\b(?:size|scale|volume|total|figure|level)\b|\bwie (?:hoch|groß)\b"
    r"|多少|规模",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(?:19|20)\d\d\b"
    r"|\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
    r"|\b(?:minutes?|hours?|days?|weeks?|months?|years?|decades?)\b"
)

_PERSON = re.compile(
    r"\b(?:led|headed|chaired|written|run|directed) by (?:[A-Z]\w+ ){2}"
    r"|\b(?:[Dd]irector|[Mm]inister|[Hh]ead|[Pp]resident|[Cc]hair(?:man|woman)?|[Pp]rofessor|[Ss]ecretary|Dr\.|CEO|academic)\b"
    r"[^.]{0,60}?\b[A-Z][a-z]+ [A-Z][a-z]+"
)

_OFFICE = re.compile(
    r"\b(?:CEO|CFO|director|minister|heads?|headed|leads?|chairs?|chaired|runs?|president|chair(?:man|woman)?|secretary|founder|boss|governor|mayor)\b",
    re.IGNORECASE,
)


def states_amount(text: str) -> bool:
    """Whether a text states a number that is neither a year nor part of a name."""
    for pattern in (_DATE, _YEAR, _IN_NAME, _NO_AMOUNT):
        text = pattern.sub(" ", text)
    return bool(_NUMBER.search(text))


def of_other_years(text: str, years: Sequence[int]) -> bool:
    """Whether a text names years, and none of these."""
    named = {int(year) for year in _YEAR.findall(text)}
    return bool(named and years) and named.isdisjoint(years)


def states_count(text: str) -> bool:
    """Whether a text states an amount of anything but money."""
    return states_amount(_MONEY.sub(" ", text))


def asks_for_size(question: str) -> bool:
    """Whether an amount asked for may be one of money as well: "how large was the listing?"."""
    return bool(_SIZE.search(question))


def states_money(text: str) -> bool:
    """Whether a text states a sum of money."""
    return bool(_MONEY.search(text))


def states_share(text: str) -> bool:
    """Whether a text states a percentage or a fraction."""
    return bool(_SHARE.search(text)) and states_amount(text)


def states_time(text: str) -> bool:
    """Whether a text names a year, a month or a stretch of time."""
    return bool(_TIME.search(text))


def counted(question: str) -> frozenset[str]:
    """Stems of what a question asks to count: of "jets" in "how many jets did"; none where it counts nothing."""
    asked = _COUNTED.search(question)
    return frozenset(stem(word.folded) for word in words(asked[1])) if asked else frozenset()


def counted_near(things: frozenset[str], text: str) -> bool:
    """Whether a number in the text counts one of the things ("40 jets", "jets (40)")."""
    if not things:
        return False
    bare = _IN_NAME.sub(" ", _YEAR.sub(" ", text))
    for number in _NUMBER.finditer(bare):
        before = words(bare[max(0, number.start() - 60) : number.start()])[-_REACH:]
        behind = words(bare[number.end() : number.end() + 60])[:_REACH]
        if any(stem(word.folded) in things for word in (*before, *behind)):
            return True
    return False


def asks_for_office(question: str) -> bool:
    """Whether a question asks who holds an office."""
    return bool(_OFFICE.search(question))


def names_person(text: str) -> bool:
    """Whether a text names someone by office or as the one who leads."""
    return bool(_PERSON.search(text))


# What a sentence must state to answer a question of this kind.
NEEDED: Mapping[Wants, Callable[[str], bool]] = {
    "amount": states_count,
    "money": states_money,
    "share": states_share,
    "time": states_time,
    "person": names_person,
}
