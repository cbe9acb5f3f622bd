"""Who acts in a policy bullet, and which bodies it merely names.

Takes the plain sentence of a bullet, its source labels and the table of bodies. Gives the keys of the acting bodies.
Knows nothing of files and layout.

A body acts where the sentence makes it the author of a measure:
- as the subject: "The MOF and MIIT launched", "…, the STA and the MOF announced", "measures that the MIIT issued";
- as the agent: "issued by the CAC", "several ministries led by MOST", "according to the NDRC";
- as the origin of a document: "guidelines from the CSRC", "a project of the MOF and MIIT";
- as the publisher of the cited "… notice".
Bodies joined by a comma, "and" or "together with" act as one. Who is told, asked or met, or holds the meeting at
which somebody spoke, is named but does not act.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from rag.briefs.bodies import BodyTable
from rag.briefs.reference import split_names

_PUBLISHED = re.compile(
    r"(?P<names>.+?)\s+(?:draft\s+)?(?:notices?|guidelines|measures|announcements?|circulars?|regulations?|opinions)\Z"
)
_GLOSS = r"(?:\s*\([^()]*\))?"
_JOINT = re.compile(
    rf"{_GLOSS}\s*,?\s*(?:and|&|as well as|together with|along with|jointly with|in cooperation with)?\s*"
    r"(?:the\s+|China['’]s\s+)?\Z",
    re.IGNORECASE,
)
_MEASURE = (
    r"(?:plans?|schemes?|circulars?|notices?|guidelines?|guidance|rules?|regulations?|measures?|instructions?|drafts?|"
    r"opinions?|lists?|catalogs?|catalogues?|standards?|programs?|programmes?|projects?|polic(?:y|ies)|amendments?|"
    r"announcements?|decisions?|letters?|calls?|strateg(?:y|ies)|initiatives?|overviews?|documents?|statements?)"
)
_IRREGULAR = r"set|put|gave|laid|made|began|told|said|drew|sought|took|wrote|chose|sent|cut|led"
_ADVERBS = r"(?:(?:also|jointly|recently|now|again|already|officially|further|newly|\w+ly)\s+)*"
_OFFICES = r"(?:agencies|ministries|departments|bodies|regulators|authorities|offices|commissions)"
_WITH_OTHERS = rf"(?:\s*,?\s*(?:and|together with|along with|as well as)\s+[^,;.]{{0,60}}?\b{_OFFICES}\b)?"
_PREDICATE = re.compile(
    rf"{_GLOSS}{_WITH_OTHERS}{_GLOSS}\s*,?\s+{_ADVERBS}(?:(?:has|have|had)\s+{_ADVERBS}(?!been)\w+|"
    rf"(?:is|are|was|were)\s+{_ADVERBS}\w+ing|will|plans?|aims?|wants?|says?|issues|publishes|releases|announces|"
    rf"launches|proposes|(?:{_IRREGULAR})|\w+ed)\b"
)
_OPENING = re.compile(
    r"\A(?:[\w\s'’()-]*,\s*|(?:In|On)\s[^,;]*,\s*)?(?:the\s+|China['’]s\s+|Chinese\s+)?\Z", re.IGNORECASE
)
_NO_SUBJECT = re.compile(
    r"\b(?:of|to|for|with|in|at|on|by|from|under|against|before|about|than|near|between|into|through|via)\s+(?:the\s+|China['’]s\s+)?\Z",
    re.I,
)
_ACT = (
    r"(?:issued|published|released|announced|launched|proposed|drafted|presented|unveiled|adopted|approved|opened|"
    r"asked|requested|ordered|told|urged|instructed|required|set|made|given|introduced|outlined|listed|passed|started|"
    r"initiated|promulgated|circulated|put forward|put out|drawn up|set out|worked out)"
)
_GROUP = rf"{_OFFICES}\b[^,;.]{{0,30}}"
_AGENT = re.compile(
    rf"(?:\b{_ACT}\s+(?:\w+ly\s+)?by|{_GROUP},?\s+(?:led|headed|chaired|coordinated)\s+by|\baccording\s+to|"
    rf"\b{_MEASURE}\s+(?:\w+\s+)?(?:from|by|of))\s+(?:the\s+|China['’]s\s+)?\Z",
    re.IGNORECASE,
)
_POSSESSED = re.compile(rf"['’]s\s+(?:[\w-]+\s+){{0,4}}{_MEASURE}\b", re.IGNORECASE)


class _Group(NamedTuple):
    """Bodies that are named as one, and where their names begin and end."""

    keys: list[str]
    start: int
    end: int


def acting_bodies(sentence: str, sources: Sequence[str], bodies: BodyTable) -> tuple[str, ...]:
    """Keys of the bodies that act in a policy bullet, in order, and after them the publishers of its notices."""
    found = [key for group in _groups(sentence, bodies) if _acts(sentence, group) for key in group.keys]
    return tuple(dict.fromkeys([*found, *publishers(sources, bodies)]))


def publishers(sources: Sequence[str], bodies: BodyTable) -> list[str]:
    """The bodies whose notices are cited: "MOHRSS and MOF notice"; not who wrote an article."""
    matches = (_PUBLISHED.fullmatch(source) for source in sources)
    return [key for match in matches if match for key in split_names(match["names"], bodies)]


def _groups(sentence: str, bodies: BodyTable) -> list[_Group]:
    groups: list[_Group] = []
    for key, start, end in bodies.find(sentence):
        if groups and _JOINT.match(sentence[groups[-1].end : start]):
            groups[-1].keys.append(key)
            groups[-1] = groups[-1]._replace(end=end)
        else:
            groups.append(_Group([key], start, end))
    return groups


def _acts(sentence: str, group: _Group) -> bool:
    before, after = sentence[max(0, group.start - 120) : group.start], sentence[group.end : group.end + 160]
    if _AGENT.search(before):
        return True
    opens = group.start < 120 and bool(_OPENING.match(before))
    if opens and _POSSESSED.match(after):
        return True
    return bool(_PREDICATE.match(after)) and not _NO_SUBJECT.search(before)
