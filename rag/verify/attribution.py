"""Who a statement says is speaking, and whether that is who speaks in the source.

Takes a statement and the lines that bear it out; gives faults. MERICS' assessments (voice `comment`) must not be passed
off as what a document, a body or plain fact says, nor a document's words as MERICS' assessment. What a comment tells
of others ("Jin accuses …", "an explicit demand of the plan") is theirs, and what it tells of the past is plain fact.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.verify.alignment import Aligned
from rag.verify.readings import Reading
from rag.verify.records import Fault

_MERICS = re.compile(
    r"\bMERICS\b|\bthe (?:brief['’]?s? )?(?:authors|analysts)(?: of the brief)?\b|\b(?:MERICS|the) comment(?:ary)?\b|\bthe think tank\b", re.I
)
_DOCUMENT = (
    r"(?:plan|plans|guidelines?|opinions|measures|notice|draft|law|bill|regulations?|rules?|provisions|letter|circular|"
    r"list|lists|article|call|announcement|programme?|scheme|strategy|document|proposal|instructions|policy|text|"
    r"declaration|report|decree)"
)
_SAYING = (
    r"(?:says?|said|states?|stated|declares?|declared|announce[sd]?|argue[sd]?|warn(?:s|ed)?|writes?|wrote|"
    r"points? out|pointed out|lays? down|laid down|describe[sd]?|stress(?:es|ed)?|note[sd]?|explain(?:s|ed)?|"
    r"emphasi[sz]e[sd]?|claim(?:s|ed)?|admit(?:s|ted)?|conclude[sd]?|predict(?:s|ed)?|expect(?:s|ed)?|concede[sd]?|"
    r"consider(?:s|ed)?|believe[sd]?|stipulate[sd]?|acknowledge[sd]?|assert(?:s|ed)?|maintain(?:s|ed)?|"
    r"observe[sd]?|remark(?:s|ed)?|see[ns]?|saw|finds?|found|judge[sd]?|assume[sd]?|caution(?:s|ed)?|"
    r"calls?|called|regards?|regarded|rates?|rated|admits?|reckon(?:s|ed)?|thinks?|makes? clear|made clear|"
    r"suggest(?:s|ed)?|recommend(?:s|ed)?|advise[sd]?|doubt(?:s|ed)?|criticis[e]?[sd]?|criticiz[e]?[sd]?|complain(?:s|ed)?)"
)
_SAID = re.compile(rf"\b{_SAYING}\b|\baccording to\b|\bin (?:the )?[\w’' ]{{2,40}}['’]s? (?:view|eyes|words|opinion)\b", re.I)
_REPORTS = re.compile(
    rf"\b(?:{_SAYING}|demand(?:s|ed)?|require[sd]?|wants?|aims?|calls? for|propose[sd]?|intend(?:s|ed)?|seeks?)\b"
    r"|\baccording to\b|\bdemand of\b|['’]s? (?:view|eyes|words|opinion)\b|\bunder the\b",
    re.I,
)
# What makes a sentence an assessment: an expectation, a valuation, a judgement. A permission ("may") is none.
_JUDGES = re.compile(
    r"\b(?:will|would|could|might|likely|unlikely|probably|perhaps|risks?|risky|danger|threat\w*|bode|bad news|good news|"
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
    r"will (?:probably|likely|feel|face|have|make|gain|be|lose|remain|give|add|benefit|struggle|suffer)|set to)\b",
    re.I,
)
_CLOSER = 0.12  # of the statement's weight: by so much more must the wrong voice's sentence hold


def voice_fault(statement: Reading, aligned: Sequence[Aligned]) -> Fault | None:
    """What is wrong with who is said to speak."""
    if statement.language == "zh":
        return None
    best = {voice: next((a for a in aligned if a.line.voice == voice and a.line.sentence), None) for voice in
            ("comment", "document", "report")}
    comment = best["comment"]
    share = {voice: a.share if a else 0.0 for voice, a in best.items()}
    told = max(share["document"], share["report"])
    if merics := _MERICS.search(statement.text):
        if comment and "merics" in comment.line.reading.text.casefold():
            return None
        if told > share["comment"] + _CLOSER and _whole(statement, merics):
            return Fault("the document's words, not MERICS' assessment")
        return None
    if comment is None or share["comment"] < told + _CLOSER:
        return None
    text = comment.line.reading.text
    said = _SAID.search(statement.text) or re.search(rf"\b{_DOCUMENT}\b.{{0,30}}\b{_SAYING}\b", statement.text, re.I)
    if said:
        if _speaks(statement, comment):
            return None
        return Fault("MERICS' assessment, not the document's") if _JUDGES.search(text) else None
    if _HEDGED.search(statement.text) and _HEDGED.search(text) and not _REPORTS.search(text):
        return Fault("MERICS' assessment, not a fact")
    return None


def _whole(statement: Reading, merics: re.Match[str]) -> bool:
    """Whether all of a statement is put into MERICS' mouth."""
    return merics.start() < 12 or merics.end() > len(statement.text) - 25


def _speaks(statement: Reading, comment: Aligned) -> bool:
    """Whether the comment itself tells what the statement's speaker says."""
    line = comment.line.reading
    if not _REPORTS.search(line.text):
        return False
    keys = {m.key for m in (*statement.bodies, *statement.names)}
    if keys & {m.key for m in (*line.bodies, *line.names)}:
        return True
    said = _SAID.search(statement.text)
    if not said:
        return False
    before = [t for t in statement.tokens if abs(t.span[0] - said.start()) < 40]
    return any(t.forms & line.forms and statement.text[t.span[0]].isupper() for t in before)
