"""The words that tell a goal from another thing with a date: what announces it, and what speaks against it.

Takes a clause and a time in it; says whether the clause sets a goal by that time. A rule's first day, a deadline for
comments, the years a plan covers, a tax relief, a forecast, an event are none. English; knows nothing of items.
"""

from __future__ import annotations

import re

from rag.analysis.deadlines import Due
from rag.analysis.starts import VERBS

GOAL_NOUN = (
    r"(?:targets?|goals?|objectives?|aims?|quotas?|ambitions?|priorit(?:y|ies)|milestones?|(?:key |main )?tasks?)"
)
# what a body, a plan or a company does that wants something
INTENDS = (
    r"(?:aim(?:s|ed|ing)?|plans|planned|planning|intend(?:s|ed|ing)?|intention|want(?:s|ed|ing)?|seek(?:s|ing)?|"
    r"sought|"
    r"hop(?:es?|ed|ing)|striv(?:es?|ing)|strove|targeting|targeted|pledg(?:es?|ed|ing)|commit(?:s|ted|ting)?|"
    r"commitment|vow(?:s|ed|ing)?|promis(?:es?|ed|ing)|undertakes?|undertook|resolv(?:es?|ed)|decid(?:es?|ed)|"
    r"determined|call(?:s|ed|ing)? (?:for|on|upon)|envisag(?:es?|ed|ing)|envision(?:s|ed|ing)?|foresees?|foresaw|"
    r"foreseen|propos(?:es?|ed|ing)|urg(?:es?|ed|ing)|requir(?:es?|ed|ing)|demand(?:s|ed|ing)|instruct(?:s|ed|ing)?|"
    r"order(?:s|ed|ing)|ask(?:s|ed|ing)|task(?:s|ed|ing) (?=\w+ with)|oblig(?:es?|ed|ing)|"
    r"stipulat(?:es?|ed)|prescrib(?:es?|ed)|mandat(?:es?|ed|ing)|provid(?:es|ed) for|set out|sets out|setting out|"
    r"work(?:s|ing)? towards?|push(?:es|ing)? (?:for|to)|set a course|eyes?|eyeing|on track|on course)"
)
MODAL = (
    r"(?:will|shall|should|must|would|need(?:s|ed)? to|ha(?:s|ve) to|ought to|could|can|"
    r"(?:is|are|was|were|be|being|been)(?: (?:also|then|now|all|each|both|not|only|to be))?"
    r"(?: (?:due|set|scheduled|slated|planned|expected|supposed|meant|intended|required|poised|obliged|asked|called"
    r"(?: on| upon)?|envisaged|projected|likely|foreseen|targeted))? to)"
)
_ANNOUNCED = re.compile(
    rf"\b(?:{GOAL_NOUN}|{INTENDS}|{MODAL}|to be|due|scheduled|slated|set (?:for|to)|planned (?:for|to)|"
    rf"for (?:delivery|completion|handover)|"
    r"in (?:mind|view)|"
    r"expect(?:s|ed|ing)?|plans?(?= to\b| for a\b))\b",
    re.I,
)
_INFINITIVE = re.compile(r"\bto ([a-z]{2,})\b")
_AIM = re.compile(
    rf"\b(?:{GOAL_NOUN}|{INTENDS}|plans?|ministry|government|council|commission|guidelines|roadmap|strategy|document|"
    r"announced|shall|should|must|(?:is|are|was|were) to)\b",
    re.I,
)

_RULE = re.compile(
    r"\b(?:(?:takes?|taking|took|comes?|coming|came|enters?|entering|entered|puts?|go(?:es)?|bec[oa]mes?)"
    r"(?: into| in)? (?:effect|force|effective|applicable|binding|mandatory|law|valid)|(?:into|in) (?:force|effect)|"
    r"effective (?:as of|from|on|in|since|date)|(?:is|are|be|will be|becomes?|which is) (?:effective|valid|"
    r"applicable|mandatory|binding|in (?:force|effect))|effective (?=\w+ \d|\d)|appl(?:y|ies|ied)(?= (?:as |from|"
    r"since|on\b|to\b|starting))|"
    r"expir(?:es?|ed|y|ing)|(?:is|are|be) (?:repealed|abolished|lifted|imposed|enforced)|"
    r"implemented (?:from|as of|on|starting|beginning)|"
    r"implementation (?:period|date|of the (?:rules?|regulations?|measures|law))|entry into force)\b",
    re.I,
)
_PROCEDURE = re.compile(
    r"\b(?:comments?|feedback|consultation|public opinion|submissions?|submit(?:s|ted|ting)?|appl(?:y|ications?|"
    r"icants?)"
    r"(?= (?:for|to|by|until|can|are|is|must|is|deadline|period|before|process)\b|[,.;)])|nominat\w+|regist(?:er|"
    r"ration|ry)"
    r"(?= (?:by|until|before|for)\b)|last day|deadline for|enrol\w*|bids?|tenders?|hand in|report (?:back|to)|"
    r"file(?:d|s)? (?:a|an|the|their)|due date|have until|had until|has until)\b",
    re.I,
)
_RELIEF = re.compile(
    r"\b(?:exempt(?:s|ed|ion|ions)?|tax (?:breaks?|relief|holidays?|cuts?|credits?|waivers?|incentives?|reductions?)|"
    r"subsid(?:y|ies|i[sz]e[sd]?)|rebates?|waive[ds]?|waivers?|valid|(?:remain|stay)s? in (?:place|force|effect)|"
    r"suspend(?:s|ed)?|suspension|moratorium|grace period|"
    r"transition(?:al)? period|eligible)\b",
    re.I,
)
_PROLONGED = re.compile(
    r"\b(?:prolong(?:s|ed)?|extend(?:s|ed|ing)?|extension|freeze|frozen|ban(?:s|ned)?|halved?)\b", re.I
)
_PERIOD = re.compile(
    r"(?:\b(?:cover(?:s|ed|ing)?|(?<!and )run(?:s|ning)?|ran|last(?:s|ed|ing)?|span(?:s|ned|ning)?|term|"
    r"ends?|ended|"
    r"ending|signed|concluded)(?: the)?(?: (?:period|years))?)[ ,]*\Z",
    re.I,
)
_EVENT = re.compile(
    r"\b(?:conference|summit|congress|games|olympics|forum|meeting|exhibition|expo|trade fair|fair|elections?|"
    r"anniversary|session|ceremony|takes? place|(?:will be|is) held|kick(?:s|ed)? off|visit(?:s|ed)?)\b",
    re.I,
)
_OBSERVED = re.compile(
    r"\b(?:analysts?|experts? (?:expect|believe|say|think|estimate)|economists?|researchers|observers?|forecast(?:s|"
    r"ers?|ed|ing)?|"
    r"consultanc(?:y|ies)|surveys?|estimate[sd]?|estimating|projections?|(?:is|are|was|were) projected|predict(?:s|"
    r"ed|ion|ions)?|"
    r"according to (?:an?|the|its|their) (?:[\w-]+ ){0,2}(?:study|survey|analysis|estimates?|forecast|consultanc\w+|"
    r"think "
    r"tank|bank|association's forecast)|in (?:their|its) view|(?:they|researchers|experts|observers|some|many|"
    r"most) (?:also )?(?:think|believe|assume)s?|likely|probabl[ey]|possibly|presumably|potentially|might|"
    r"shortages?|shortfalls?|lack(?:s|ed|ing)?|deficits?|missing|short of|surplus|glut|shrink(?:s|ing)?)\b",
    re.I,
)
_EXPECTED = re.compile(
    r"\b(?:expect(?:s|ed|ing)?|(?:is|are) (?:set|poised|bound|projected|forecast|likely) to (?=(?:grow|rise|fall|"
    r"double|"
    r"exceed|increase|decline|surge|jump|overtake|reach)\b)|would)\b",
    re.I,
)
_COMPLETED = re.compile(
    r"\b(?:complet\w*|start(?:s|ed)?|begin|began|open(?:s|ed)?|deliver\w*|launch\w*|commission\w*|operation(?:al|s)?|"
    r"on ?stream|on ?line|production|produce[ds]?|built|build|finish\w*|commence\w*|ready|roll(?:s|ed)? (?:off|out)|"
    r"go live|construction|install\w*|hire|invest\w*|make|cell|service|create[ds]?)\b",
    re.I,
)
_MARKET = re.compile(
    r"\b(?:market|sales|demand|economy|exports?|imports?|shipments?|consumption|prices?|share prices?|spending|"
    r"workforce|work force|population|supply|competition)\b(?! share)[^.;:]{0,80}?\bwill (?!be (?:built|set|created|"
    r"trained))",
    re.I,
)
_DONE = re.compile(
    r"(?<!\bto )(?<!\bwill )\b(?:has|have|had|was|were) (?:already |long |since |now )?(?:been )?"
    r"(?:met|reached|missed|achieved|attained|dropped)\b",
    re.I,
)
_MAYBE = re.compile(r"\b(?:could|may|can)\b")
_IF = re.compile(
    r"\b(?:if(?! (?:necessary|possible|needed|any|only|not)\b)|unless|as long as)\b|(?:^|[,;:] )once ", re.I
)
_PAST = re.compile(
    r"\b(?:was|were|had|has|have|been|rose|fell|grew|won|sold|made|bought|took|accounted|produced|published|released|"
    r"issued|reported|launched|opened|began|started|exported|imported|reached|increased|decreased|declined|dropped|"
    r"delivered|signed|missed|presented|unveiled|stressed|emphasi[sz]ed)\b",
    re.I,
)
# a document named with the time it is for: "work plan for 2023", "action plan on digital commerce in 2024-2026"
_DOCUMENT = re.compile(
    r"\b(?:plan|strategy|guidelines?|program(?:me)?|road ?map|blueprint|catalogue|catalog|list|budget|report|"
    r"opinions?|"
    r"scheme|campaign|agenda|outline|work|brief|policy|measures|notice|standard|version|edition|batch|directory|"
    r"contract|agreement|deal|order)"
    rf"(?: (?!(?:{GOAL_NOUN}|{INTENDS}|{MODAL}|to|that|which|sets?|includ\w+|lists?|names?|is|"
    rf"are)\b)[\w&'’+-]+){{0,7}},?"
    r" ?(?:\(|\Z)",
    re.I,
)
_GOAL_BEFORE = re.compile(rf"\b{GOAL_NOUN}\b[^.;:]*\Z", re.I)
_PREDICATE = re.compile(
    rf"\b(?:is|are|with) (?:an?|the|among|its|their)\b[^.;:,]{{0,30}}\b{GOAL_NOUN}\b[^.;:]*\Z", re.I
)
_NEAR = 120  # characters before a time in which the document stands that it belongs to


def announced(text: str) -> bool:
    """Whether a text speaks of what is wanted, planned or due."""
    return _ANNOUNCED.search(text) is not None or any(match[1] in VERBS for match in _INFINITIVE.finditer(text))


def set_as_goal(sentence: str, clause: str, due: Due, *, told: bool, this_year: bool) -> bool:
    """Whether a sentence sets something as a goal by a time in it.

    `clause`: the part of the sentence that belongs to the time; `told`: a lead has said already that goals follow;
    `this_year`: the time has begun. Of a sentence official titles are blanked out.
    """
    before = sentence[max(0, due.span[0] - _NEAR) : due.span[0]]
    if _is_other(clause, before, due):
        return False
    if told:
        return True
    if _is_forecast(sentence, clause):
        return False
    if due.way == "by":
        return True
    if due.way == "until":
        return announced(clause)
    return announced(sentence) and not (this_year and _is_history(clause, before))


def _is_other(clause: str, before: str, due: Due) -> bool:
    """Whether the time is that of a rule, a procedure, a relief, a document or an event."""
    if _DONE.search(clause):
        return True
    day = due.deadline.first == due.deadline.last
    if _RULE.search(clause) or _PROCEDURE.search(clause) or _IF.search(clause) or (due.way == "from" and day):
        return True
    if due.way in ("until", "in") and (_RELIEF.search(clause) and not _GOAL_BEFORE.search(before)):
        return True
    if due.way == "until" and (_RELIEF.search(clause) or _PROLONGED.search(clause)):
        return True
    if due.way == "in" and (_EVENT.search(clause) or _names_document(before)):
        return True
    return due.way in ("until", "in") and bool(_PERIOD.search(before))


def _names_document(before: str) -> bool:
    """Whether the time belongs to a document's name; "the goals of the plan for 2025" are goals all the same."""
    return bool(_DOCUMENT.search(before)) and bool(_PREDICATE.search(before) or not _GOAL_BEFORE.search(before))


def _is_forecast(sentence: str, clause: str) -> bool:
    """Whether somebody only foresees it; a body's own target stays one when it is "expected"."""
    if _OBSERVED.search(clause):
        return True
    aimed = _AIM.search(sentence)
    if _MAYBE.search(clause) and not aimed:
        return True
    if _EXPECTED.search(clause) and not (aimed or _COMPLETED.search(clause)):
        return True
    return bool(_MARKET.search(clause)) and not aimed


def _is_history(clause: str, before: str) -> bool:
    """Whether a clause tells what was done in a time that has begun: a verb of the past comes first."""
    past, ahead = _PAST.search(clause), _ANNOUNCED.search(clause)
    return past is not None and (ahead is None or past.start() < ahead.start()) and not _GOAL_BEFORE.search(before)
