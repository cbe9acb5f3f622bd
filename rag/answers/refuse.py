"""When the briefs do not hold the answer: which of five reasons it is.

Takes a query, what was found and what the corpus holds; gives a reason or None. Every rule is about the question and
the corpus as a whole, none about one subject.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from rag.answers.expected import lacks_attribute
from rag.answers.phrases import phrases_for
from rag.answers.records import Reason
from rag.briefs.records import Item, month_year
from rag.index.tokens import fold, stem, terms
from rag.retrieval.facets import Facets
from rag.retrieval.listing import LISTS, says_something
from rag.retrieval.matching import holding
from rag.retrieval.query import Query
from rag.retrieval.search import Found
from rag.retrieval.stopwords import FRAME, STOPWORDS, language_of
from rag.retrieval.wants import any_of

# Below both, the nearest item is about something else: chosen on the dev questions.
LEAST_COSINE = 0.31
LEAST_COVERAGE = 0.30
# Where the nearest item is far, words count only where a single sentence holds so much of the question.
HALF = 0.5
# From here on the nearest item is about what is asked, whatever abbreviation stands in the question.
NEAR_COSINE = 0.45

# Items that hold the companies and places named go first: where another item is so much nearer, they are about
# something else.
NEAR_MISS = 0.85

_WHOLE = ("list", "count")
Refusal = tuple[Reason, str]  # with the words it hangs on

_CAPITALISED = r"\b(?=\w*[A-Z])[A-Za-z][\w&+-]*(?:\.\w+)*\+?"
_NAME = re.compile(rf"{_CAPITALISED}(?: {_CAPITALISED})*")
# Weight of a term that one window in ten holds: ln(1 + 9).
_TELLING = 2.3
_SHORT = 5
# Capitalised words that name no one: the calendar, currencies, the language of questions.
_CALENDAR = frozenset(
    "valentine valentines christmas easter halloween new "
    "january february march april may june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday jan feb mar apr jun jul aug sep sept oct nov dec i english german chinese "
    "ceo cfo q1 q2 q3 q4 h1 h2 usd eur cny rmb co2 gdp r&d ok pdf asap fyi north south east west northern southern "
    "eastern northeast northwest southeast southwest asian asia european africa african american western".split()
)
# An order to the assistant rather than a question to the briefs.
_ORDER = any_of(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,30}\b(?:instructions?|rules?|prompts?|orders?|"
    r"guidelines?|briefs?|sources?)\b",
    r"\b(?:system|hidden|initial|secret) prompt\b",
    r"\byour (?:instructions|prompt|rules|api key|password|source code)\b",
    r"\b(?:you are now|pretend (?:to be|you|that)|act as (?:a|an|if)|from now on,? you|role-?play)\b",
    r"^(?:please )?(?:delete|erase|remove|overwrite|drop|execute|send|e-?mail|buy|sell|hack|invent|make up)\b",
    r"^(?:please )?(?:write|say|state|claim|confirm|answer|reply|output|print|repeat|respond)\b.{0,20}"
    r"\b(?:that|only|with|yes|no)\b",
    r"^(?:please |could you |can you )?(?:write|compose|draft|create|generate|draw|sing|tell|give)\b.{0,24}"
    r"\b(?:poem|haiku|limerick|song|joke|essay|letter|e-?mail|speech|tweet|code|script|program|rap|recipe)\b",
    r"\btranslate\b|\bput (?:this|that|it|the following) into \w+",
    r"\b(?:your (?:honest |own |personal )?(?:forecast|opinion|guess|prediction|advice|recommendation)|should i)\b",
    r"\bis it (?:wise|advisable|smart|sensible|worthwhile)\b|\bshould (?:we|my|our)\b",
    r"\b(?:do|would|can) you (?:think|believe|expect|recommend|advise)\b|"
    r"\bwhat will\b.{0,120}\bnext (?:year|month|week)\b",
    r"\b(?:schreib|dichte|übersetz)\w*\b.{0,40}\b(?:gedicht|lied|geschichte|e-?mail|ins? \w+)\b|\bsoll ich\b",
    "扮演|翻译成|写一?[首篇封]|推荐.{0,6}(?:股|基金)|我该不该|我应该",
    "忽略.{0,8}(?:指令|指示|规则|要求|内容)|系统提示",
    r"\b(?:ignorier|vergiss)\w*\b.{0,30}\b(?:anweisung|regel|vorgabe)\w*",
)


def refusal(query: Query, found: Found, items: Sequence[Item], vocabulary: Collection[str]) -> Refusal | None:
    """Why this question gets no answer; None where it gets one.

    What an item fails to state is judged later, by the one who looks for the statement.
    """
    said = phrases_for(query)
    if is_order(query.question):
        return "order", ""
    if query.impossible:
        return "period", said.no_such_day.format(day=query.impossible[0])
    if not query.read and not query.given and all(term in STOPWORDS for term in query.terms):
        return "off_topic", ""
    if query.missing_issue:
        return "period", said.no_issue_of.format(month=query.missing_issue)
    window = Facets(since=query.read.since, until=query.read.until)
    if window and not found.listing and not any(window.accepts(item) for item in items) and not _says(found, query):
        return "period", said.window(query.read.since, query.read.until)
    unnamed = [
        body for body in query.read.body if not any(Facets(body=(body,)).accepts(i, mentions=True) for i in items)
    ]
    if unnamed and len(unnamed) == len(query.read.body):
        return "unknown_name", said.listed(unnamed)
    proper = dict.fromkeys((*query.companies, *query.programmes))
    absent = [group[0] for group in proper if not holding(items, [group])]
    near = max((hit.cosine for hit in found.hits), default=0.0) >= NEAR_COSINE
    unknown = absent or ([] if _known_name_found(query, found) else unknown_names(query, vocabulary, acronyms=not near))
    if unknown:
        return "unknown_name", said.listed(unknown)
    if not found.hits or (found.listing == () and (not query.required or (_is_firm(query) and query.shape in _WHOLE))):
        return "not_stated", ""
    if found.listing or _sets_lists_side_by_side(query):
        return None
    years = (*query.years, *query.deadlines)
    if query.shape == "answer" and years and not any(_of_year(hit.item, years) for hit in found.hits[:2]):
        return "period", said.of_years.format(years=said.listed(list(map(str, years))))
    if (
        query.given
        and query.companies
        and not any(holding([hit.item for hit in found.hits], [group]) for group in query.companies)
    ):
        return "not_stated", ""
    nearest = max(hit.cosine for hit in found.hits)
    covered = max(hit.coverage for hit in found.hits)
    names = bool(_names_found(query, found))
    told = (names and query.companies) or (covered >= LEAST_COVERAGE and (names or _half_said(found)))
    if nearest < LEAST_COSINE and not told:
        return "off_topic", ""
    best = found.hits[0].item
    by_name = query.shape == "answer" and (query.companies or query.places) and not query.read
    if by_name and found.hits[0].score < NEAR_MISS * max(hit.score for hit in found.hits):
        return "not_stated", ""
    near_items = [hit.item for hit in found.hits[:2]]  # "which came first, this or that?" has its places in two
    elsewhere = query.shape == "answer" and any(not holding(near_items, [place]) for place in query.places)
    if elsewhere or lacks_attribute(query.question, best):
        return "not_stated", ""
    return None


def is_order(text: str) -> bool:
    """Whether a text tells the assistant to do something else than to answer from the briefs."""
    return bool(_ORDER.search(text))


def _sets_lists_side_by_side(query: Query) -> bool:
    """Whether a comparison is of all that lies at several places or times: no sentence has to be near the question."""
    return any(all(side.shape in LISTS and says_something(side) for side in sides) for sides in query.sides)


def _is_firm(query: Query) -> bool:
    """Whether a list is asked for of a body, or of a time with a topic that is no matter of wording."""
    return bool(query.read.body or ((query.read.since or query.read.until) and query.firm))


def _half_said(found: Found) -> bool:
    """Whether a single sentence of the best items holds half of the question's weight."""
    return any(s.coverage >= HALF for hit in found.hits[:3] for s in found.scored(hit.item))


def unknown_names(query: Query, vocabulary: Collection[str], *, acronyms: bool) -> list[str]:
    """Capitalised words of a question that no item holds.

    Those in a row are one name, known where one of them is ("New York" where "New" or "York" is). Every German noun is
    capitalised, so German questions are left alone; short capitals may be abbreviations (LCD): only with `acronyms`.
    """
    if language_of(query.question) == "de":
        return []
    names = [name for name in _names(query.text) if acronyms or not (name.isupper() and len(name) <= _SHORT)]
    return list(dict.fromkeys(name for name in names if not any(_held(w, vocabulary) for w in name.split())))


def _names(text: str) -> list[str]:
    """Capitalised words, those in a row together; not the first word of the question where it is written plainly."""
    found = []
    for match in _NAME.finditer(text):
        name = match.group()
        if match.start() == 0 and name.split()[0][1:].islower():
            name = name.partition(" ")[2]
        if name:
            found.append(name)
    return found


def _held(word: str, vocabulary: Collection[str]) -> bool:
    held = {fold(word), stem(fold(word)), *terms(word)}
    return fold(word) in _CALENDAR or any(t in STOPWORDS or t in FRAME or t in vocabulary for t in held)


def _known_name_found(query: Query, found: Found) -> bool:
    """Whether the best item holds another name of the question, one that is not in every tenth window."""
    return any(found.weights.get(term, 0.0) > _TELLING for term in _names_found(query, found))


def _names_found(query: Query, found: Found) -> set[str]:
    """Terms of the question's names that the best item holds."""
    held = set(terms(found.hits[0].item.text)) if found.hits else set()
    return {term for name in _names(query.text) for term in terms(name)} & held


def _of_year(item: Item, years: Sequence[int]) -> bool:
    """Whether an item is of one of the years, or speaks of one."""
    return any(item.date.year == year or item.issue.year == year or str(year) in item.text for year in years)


def _says(found: Found, query: Query) -> bool:
    """Whether the best item itself speaks of the time asked about, as plans for later years do."""
    day = query.read.since or query.read.until
    if query.shape in LISTS - {"all"} or not found.hits or day is None:
        return False
    text = found.hits[0].item.text
    whole_year = query.read.until is None or query.read.since is None or (query.read.until - query.read.since).days > 31
    return str(day.year) in text if whole_year else month_year(day) in text
