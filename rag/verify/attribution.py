"""Who a statement says is speaking, and whether that is who speaks in the source.

Takes a statement and the lines that bear it out; gives faults. MERICS' assessments (voice `comment`) must not be passed
off as what a document, a body or plain fact says, nor a document's words as MERICS' assessment. What a comment tells
of others ("Jin accuses …", "an explicit demand of the plan") is theirs, and what it tells of the past is plain fact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import get_args

from rag.briefs.records import Voice
from rag.verify.alignment import Aligned, around
from rag.verify.readings import Reading, Token
from rag.verify.records import Fault

_MERICS = re.compile(
    r"(?<![A-Za-z])MERICS(?![A-Za-z])"
    r"|\bthe (?:brief['’]?s? )?(?:authors|analysts)(?: of the brief)?\b|\bthe comment(?:ary)?\b"
    r"|\bthe think tank\b",
    re.I,
)
_SAYING = (
    r"(?:says?|said|states|stated|state (?:that|in)|declares?|declared|announce[sd]?|"
    r"argue[sd]?|warn(?:s|ed)?|writes?|wrote|"
    r"points? out|pointed out|lays? down|laid down|describe[sd]?|stress(?:es|ed)?|note[sd]?|explain(?:s|ed)?|"
    r"emphasi[sz]e[sd]?|claim(?:s|ed)?|admit(?:s|ted)?|conclude[sd]?|predict(?:s|ed)?|expect(?:s|ed)?|concede[sd]?|"
    r"consider(?:s|ed)?|believe[sd]?|stipulate[sd]?|acknowledge[sd]?|assert(?:s|ed)?|maintain(?:s|ed)?|"
    r"observe[sd]?|remark(?:s|ed)?|see[ns]?|saw|finds?|found|judge[sd]?|assume[sd]?|caution(?:s|ed)?|"
    r"calls?|called|regards?|regarded|rates?|rated|admits?|reckon(?:s|ed)?|thinks?|makes? clear|made clear|"
    r"suggest(?:s|ed)?|recommend(?:s|ed)?|advise[sd]?|doubt(?:s|ed)?|criticis[e]?[sd]?|criticiz[e]?[sd]?|complain(?:s|ed)?)"
)
_SAID = re.compile(
    rf"\b{_SAYING}\b|\baccording to\b|\bin (?:the )?[\w’' ]{{2,40}}['’]s? (?:view|eyes|words|opinion)\b", re.I
)
_REPORTS = re.compile(
    rf"\b(?:{_SAYING}|demand(?:s|ed)?|require[sd]?|wants?|aims?|calls? for|propose[sd]?|intend(?:s|ed)?|seeks?)\b"
    r"|\baccording to\b|\bdemand of\b|(?:['’]s?|their|its|his|her) (?:view|eyes|words|opinion)\b|\bunder the\b"
    r"|\bin the (?:view|eyes|words|opinion) of\b",
    re.I,
)
# These put words into a mouth; others ("announced", "expects") may be a fact's.
_PLAINLY = re.compile(
    r"say|said|state|declare|argue|warn|write|wrote|point|lay|laid|describe|note|explain|emphasi|claim|conclude|"
    r"concede|admit|predict|acknowledge|assert|observe|remark|caution|complain|critici",
    re.I,
)
# What makes a sentence an assessment: an expectation, a valuation, a judgement. A permission ("may") is none.
_JUDGES = re.compile(
    r"\b(?:will|would|could|might|likely|unlikely|probably|perhaps|risks?|risky|danger|threat\w*|bode|"
    r"bad news|good news|"
    r"welcome|positive|negative|worr(?:y|ying|ies)|struggle|hard|difficult\w*|challeng\w*|drawbacks?|attractive|"
    r"appealing|indispensable|mistrusts?|distrust|wasted?|wasteful|set to|doubt\w*|uncertain|remains?|prospects|"
    r"infancy|opportunit\w+|signals?|effective\w*|crucial|crux|unclear|unreliable|boost|favou?r|at the cost|"
    r"advantages?|disadvantages?|highlights?|testif\w+|reminder|means that|cannot afford|important|significan\w+|"
    r"mixed|gloomy|vague|strict|problem\w*|burdens?|easily|errors|progress|approach|expected|should|"
    r"unprecedented|controversial|disillusioned|success\w*|fierce|intense\w*|competition|weigh\w*|far less|slow)\b",
    re.I,
)
_HEDGED = re.compile(
    r"\b(?:likely|unlikely|probably|could|might|would|risks?|danger|bode|(?:bad|good) news|mainly negative|"
    r"will|set to)\b",
    re.I,
)
_MAY, _COULD = re.compile(r"\bmay\b", re.I), re.compile(r"\b(?:could|might)\b", re.I)
_BEHIND = re.compile(r"according|demand of|under|in the", re.I)  # behind these stands who speaks
_NOUN, _OWNED = (
    re.compile(r"calls?|claims?|demands?|finds?\b", re.I),
    re.compile(r"(?:['’]s?|\b[Ii]ts|\b[Tt]heir)(?: \w+)? \Z"),
)
_THEIRS = re.compile(r"\b[Ii]n (?:their|his|her|its) (?:view|eyes|words|opinion)\b")
_OPENING, _CLOSING = 20, 25  # characters at the ends of a statement in which MERICS speaks for all of it
_FEW = 3  # tokens that say something at least
_NEAR = 45  # characters before a verb in which who speaks is named
_FAR = 120  # characters before a verb in which a company is named that speaks
_PART = 0.3  # of the content that a comment's sentence holds that may tell who says the statement's first part
_CLOSER = 0.12  # of the statement's weight: by so much more must the wrong voice's sentence hold


def voice_faults(statement: Reading, aligned: Sequence[Aligned]) -> Iterator[Fault]:
    """What is wrong with who is said to speak."""
    if statement.language == "zh" and "MERICS" not in statement.text:
        return  # the words of saying are English and German ones
    said = _SAID.search(statement.text)
    content = _content(statement, said)
    held = {voice: [a for a in aligned if a.line.sentence and a.line.voice == voice] for voice in get_args(Voice)}
    comment = _share(held["comment"], content)
    told = max(_share(held["document"], content), _share(held["report"], content))
    nearest = max(held["comment"], key=lambda a: _share([a], content), default=None)
    line = nearest.line.reading if nearest else None
    if merics := _MERICS.search(statement.text):
        whole = statement.language == "zh" or merics.start() < _OPENING or merics.end() > len(statement.text) - _CLOSING
        if whole and told > comment + _CLOSER and not (line and "MERICS" in line.text):
            yield Fault("the document's words, not MERICS' assessment")
    elif line is None or comment < told + _CLOSER:
        return
    elif said:
        judged = _PLAINLY.search(said.group()) or _JUDGES.search(line.text)
        verb = min((t.at for t in statement.tokens if t.span[1] > said.start()), default=0)
        beside = [a for a in around(aligned, verb) if a in held["comment"] and _share([a], content) >= _PART]
        lines = [line, *(a.line.reading for a in beside)]
        if judged and not any(_speaks(statement, said, told_by) for told_by in lines):
            yield Fault("MERICS' assessment, not the document's")
    elif _hedge_alike(statement.text, line.text) and not _REPORTS.search(line.text):
        yield Fault("MERICS' assessment, not a fact")


def _hedge_alike(said: str, told: str) -> bool:
    """Whether both hold the thing likely or possible; a "may" alone is a permission."""
    return bool(_HEDGED.search(said) and _HEDGED.search(told)) or bool(_MAY.search(said) and _COULD.search(told))


def _content(statement: Reading, said: re.Match[str] | None) -> list[Token]:
    """What is said, without who says it."""
    if said is None:
        return list(statement.tokens)
    behind = [token for token in statement.tokens if token.span[0] >= said.end()]
    before = [token for token in statement.tokens if token.span[1] <= said.start()]
    if _according(said) and said.start() > _OPENING:
        return before
    return behind if len(behind) >= _FEW else list(statement.tokens)


def _share(aligned: Sequence[Aligned], content: Sequence[Token]) -> float:
    """Share of the content that the two best of these lines hold together."""
    total = sum(token.weight for token in content) or 1.0
    wanted = {id(token): token.weight for token in content}
    held = [{id(token) for token, _ in a.pairs if id(token) in wanted} for a in aligned]
    best: set[int] = set()
    for _ in range(2):
        best |= max(held, key=lambda ids: sum(wanted[i] for i in ids - best), default=set())
    return sum(wanted[i] for i in best) / total


def _speaks(statement: Reading, said: re.Match[str], line: Reading) -> bool:
    """Whether the comment itself tells what the statement's speaker says."""
    at, end = said.start(), said.end()
    told_of = {company.key for company in line.companies}
    if any(at - _FAR < c.span[0] < end + _NEAR and c.key in told_of for c in statement.companies):
        return True  # the comment tells of the company's report
    speakers = [
        token
        for token in statement.tokens
        if at - _NEAR < token.span[0] < at or (_according(said) and end <= token.span[0] < end + _NEAR)
    ]
    names = {f for t in speakers if not statement.text[t.span[0]].islower() or _is_body(t) for f in t.forms}
    for report in _REPORTS.finditer(line.text):
        at, end = report.start(), report.end()
        if _NOUN.match(report.group()) and _OWNED.search(line.text, 0, at):
            continue  # "the SAC's present call" is a thing the comment judges
        told = [
            t
            for t in line.tokens
            if at - _NEAR < t.span[0] < end + _NEAR and (t.span[0] < at or _BEHIND.match(report.group()))
        ]
        if any(names & token.forms for token in told):
            return True
    return bool(_THEIRS.search(line.text)) and bool(speakers)


def _is_body(token: Token) -> bool:
    return any(form.startswith("&") for form in token.forms)


def _according(said: re.Match[str]) -> bool:
    return said.group().lower().startswith("according")
