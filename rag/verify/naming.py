"""Whether every body, company, programme, other proper name and quotation of a statement stands in its sources.

Takes a statement's reading and its alignment; gives faults. A name counts by whatever name the source has for the same
thing. A company or body that the source names, but for another role, is a fault where its place is another's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.briefs.records import Span
from rag.index.tokens import fold
from rag.retrieval.stopwords import STOPWORDS
from rag.verify.alignment import Aligned, advantage, affinity, around
from rag.verify.readings import Mention, Reading, _forms
from rag.verify.records import Fault
from rag.verify.sources import Source, literal

_KINDS = ("bodies", "companies", "programmes")
_NEARER = 1.6  # how many times nearer another name must stand to be the one that is meant
_ADVANTAGE = 3.0  # in one sentence: how many times more of what is said must stand nearer to the other
_CLEARLY = 0.25  # affinity from which a place speaks of the same thing
_CAPITALISED = re.compile(r"(?<![.!?:\"“”‘'(]\s)(?<=[\w,;)’'\"”]\s)(?:[A-Z][\w’'&+.-]*\w|[A-Z])\+?")
_ALPHANUMERIC = re.compile(r"\b(?=\w*\d)(?=\w*[A-Za-z])[A-Za-z]\w*(?:-\w+)*\b|\b\d+[A-Z]+\b")
_SAME = {"european": "eu", "europe": "eu", "europeans": "eu"}  # said of the union and the continent alike
_CALENDAR = frozenset("christmas easter new year year's eve lunar spring festival golden week".split())
_AT = re.compile(r"\b(?:in|at|near|to|from) \Z")  # there a city is meant, elsewhere the government
_ISSUING = (
    r"(?:issued|published|released|drafted|announced|unveiled|adopted|proposed|launched|presented|"
    r"started|created|set up|put (?:out|forward)|drew up|drawn up|wrote|written)"
)
_ISSUES = re.compile(
    rf"(?:['’]s)?(?: \([^)]{{1,40}}\))? (?:(?:has|have|had|also|jointly|recently) ){{0,2}}{_ISSUING}\b"
)
_ISSUED_BY = re.compile(rf"\b{_ISSUING} by (?:the )?\Z")
_LEADS = re.compile(
    r",?(?:['’]s)? (?:(?:is|was|being) )?(?:leads?|led|leading|heads?|headed|heading|spearhead\w*"
    r"|in (?:the lead|charge)|(?:has|had|took|takes|taking) the lead|at the helm)\b"
)
_LED_BY = re.compile(r"\b(?:(?:led|headed|spearheaded) by|(?:lead|leadership|direction|helm|guidance) of) (?:the )?\Z")
_POSSESSIVE = re.compile(r"['’]s?$")
# Capitals that name no one thing: nationalities of the field's main actors stand for their country in the name table.
_NO_NAMES = frozenset(
    "i may march january february april june july august september october november december "
    "merics chinese china china's beijing north south east west internet level article "
    "monday tuesday wednesday thursday friday saturday sunday western non-chinese chinese-made chinese-built ceo cfo "
    "communist party asian mr ms dr prof".split()
)


@dataclass(frozen=True, slots=True)
class _Place:
    """A name of a source, and how near to it stands what the statement says."""

    nearness: float
    aligned: Aligned
    mention: Mention


def name_faults(statement: Reading, aligned: Sequence[Aligned], sources: Sequence[Source]) -> Iterator[Fault]:
    """What is wrong with the names of a statement."""
    for kind in _KINDS:
        held = frozenset().union(*(getattr(source, kind) for source in sources))
        mentions: tuple[Mention, ...] = getattr(statement, kind)
        keys = {mention.key for mention in mentions}
        for mention in mentions:
            written = statement.text[slice(*mention.span)]
            if mention.key not in held:
                if kind == "programmes" and _described(statement, mention, sources):
                    continue
                yield Fault(f"the source does not name {written}")
            elif kind == "bodies" and _did_not_issue(statement, mention, aligned, sources):
                yield Fault(f"the source does not say that {written} issued it")
            elif other := (kind == "bodies" and _led_by_another(statement, mention, aligned)) or _other(
                statement, mention, keys, kind, aligned
            ):
                yield Fault(f"the source says {other}, not {written}")


def _led_by_another(statement: Reading, mention: Mention, aligned: Sequence[Aligned]) -> str:
    """The body that leads the others in a source where a statement has this one lead; empty where none does."""
    if not _leads(statement, mention):
        return ""
    leaders = [(m, a.line.reading) for a in aligned for m in a.line.reading.bodies if _leads(a.line.reading, m)]
    if not leaders or any(leader.key == mention.key for leader, _ in leaders):
        return ""
    leader, reading = leaders[0]
    return reading.text[slice(*leader.span)]


def _leads(reading: Reading, mention: Mention) -> bool:
    start, end = mention.span
    return bool(_LEADS.match(reading.text, end) or _LED_BY.search(reading.text[max(0, start - 40) : start]))


def town_faults(statement: Reading, aligned: Sequence[Aligned]) -> Iterator[Fault]:
    """Places where the source has another place; one that no source names is told with the other proper names."""
    keys = {mention.key for mention in statement.towns}
    for mention in statement.towns:
        if other := _other(statement, mention, keys, "towns", aligned):
            yield Fault(f"the source says {other}, not {statement.text[slice(*mention.span)]}")


def _did_not_issue(statement: Reading, mention: Mention, aligned: Sequence[Aligned], sources: Sequence[Source]) -> bool:
    """Whether a statement has a body issue something that the source has others issue, and that body nothing."""
    issuing = [body for source in sources for body in (*source.item.bodies, *source.item.via)]
    if not issuing or mention.key in issuing or not _issues(statement.text, mention.span):
        return False
    return not any(
        other.key == mention.key and _issues(a.line.reading.text, other.span)
        for a in aligned
        for other in a.line.reading.bodies
    )


def _issues(text: str, span: Span) -> bool:
    return bool(_ISSUES.match(text, span[1]) or _ISSUED_BY.search(text, max(0, span[0] - 40), span[0]))


def _described(statement: Reading, mention: Mention, sources: Sequence[Source]) -> bool:
    """Whether a source describes what it does not call by a programme's name: by all of its words, or, of a name in
    small letters, which may be a mere description, by one.
    """
    own = [
        token
        for token in statement.tokens
        if mention.span[0] <= token.span[0] < mention.span[1]
        and any(form not in STOPWORDS and form[0] != "=" for form in token.forms)
    ]
    enough = any if statement.text[mention.span[0]].islower() else all
    return any(enough(token.forms & source.forms for token in own) for source in sources)


def _other(statement: Reading, mention: Mention, keys: set[str], kind: str, aligned: Sequence[Aligned]) -> str:
    """The name that stands in the source where the statement has this one; empty where none does."""
    rivals: list[_Place] = []
    own: list[_Place] = []
    nearest = around(aligned, statement.range(mention.span)[0])[:1]
    if any(_opens_both(statement, mention, other, a) for a in nearest for other in getattr(a.line.reading, kind)):
        return ""
    for a in aligned:
        for other in getattr(a.line.reading, kind):
            place = _Place(affinity(a, statement, mention.span, other.span), a, other)
            if other.key == mention.key:
                own.append(place)
            elif a in nearest and other.key not in keys:
                rivals.append(place)
    best = max(rivals, key=lambda place: place.nearness, default=None)
    held = max(own, key=lambda place: place.nearness, default=None)
    if best is None or held is None or best.nearness < _CLEARLY:
        return ""  # where no line has it, it stands where nothing is told: in the reference lines
    spans = mention.span, held.mention.span, best.mention.span
    instead = best.nearness > _NEARER * held.nearness or (
        best.aligned is held.aligned
        and best.nearness > held.nearness
        and advantage(best.aligned, statement, *spans) > _ADVANTAGE
    )
    return best.aligned.line.reading.text[slice(*best.mention.span)] if instead else ""


def _opens_both(statement: Reading, mention: Mention, other: Mention, aligned: Aligned) -> bool:
    """Whether a name opens the statement and the line alike: of it both tell, whatever stands between."""
    if mention.key != other.key:
        return False
    ends = ((statement, mention), (aligned.line.reading, other))
    return all(reading.range(m.span)[0] <= min((t.at for t in reading.tokens), default=0) for reading, m in ends)


def proper_faults(statement: Reading, sources: Sequence[Source]) -> Iterator[Fault]:
    """Proper names that no table knows and no source holds. English; German has capitals everywhere."""
    known = [m.span for m in (*statement.bodies, *statement.companies)] + [t.span for t in statement.times]
    known += [q.span for q in statement.quantities]
    called = {token.span: token.forms for token in statement.tokens}
    patterns = (_ALPHANUMERIC, _CAPITALISED) if statement.language == "en" else (_ALPHANUMERIC,)
    seen: set[str] = set()
    absent: list[str] = []
    for pattern in patterns:
        for match in pattern.finditer(statement.text):
            written = _POSSESSIVE.sub("", match.group())
            if _within(match.span(), known) or written in seen:
                continue
            if fold(written) in _NO_NAMES and not (
                written == "Beijing" and _AT.search(statement.text, 0, match.start())
            ):
                continue
            seen.add(written)
            name = fold(written)
            forms = frozenset((*_forms(name), _SAME.get(name, name))) | _covering(match.span(), called)
            if not any(forms & source.forms or literal(written) in source.literal for source in sources):
                absent.append(written)
    for written in absent:
        # a day or an age by its name is told by its date
        yield Fault(f"{written} is not in the source", grave=fold(written) not in _CALENDAR)


def _within(span: Span, spans: Sequence[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in spans)


def _covering(span: Span, called: dict[Span, frozenset[str]]) -> frozenset[str]:
    found = [forms for (start, end), forms in called.items() if start < span[1] and span[0] < end]
    return frozenset(form for forms in found for form in forms if form.startswith("="))


def quotation_faults(statement: Reading, sources: Sequence[Source]) -> Iterator[Fault]:
    """Quotations that stand in no source. A Chinese or German statement quotes in translation."""
    if statement.language != "en":
        return
    for quotation in statement.quotations:
        if not any(literal(quotation) in source.literal for source in sources):
            yield Fault(f"the source does not say “{quotation}”")
