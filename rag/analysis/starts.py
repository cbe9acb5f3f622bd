"""How a phrase that names an aim begins: with a verb, a gerund, a noun of doing or a comparison.

Takes a phrase, gives the kind of its beginning. Two phrases joined by "and" are two aims where they begin alike.
"""

from __future__ import annotations

import re
from typing import Literal

from rag.index.tokens import stem

Start = Literal["verb", "gerund", "noun", "other"]

VERBS = frozenset(
    """
    accelerate access accomplish achieve acquire adapt add adjust adopt advance align allocate allow apply assemble
    attain attract automate avoid back ban become begin boost breed bring broaden build buy bypass carry certify change
    clarify clean close coach collect combine come commercialize commission complete comply compile concentrate
    connect conserve consolidate construct consume continue contribute control convert cooperate coordinate cover
    create cultivate curb cut deal decarbonize decrease deepen define deliver demonstrate deploy design designate
    develop digitalize digitize direct disclose disseminate distribute diversify double draft draw drive earn educate
    electrify eliminate employ enable encourage end enforce enhance enlarge enroll ensure enter equip eradicate
    establish evaluate exceed expand explore export extend fill finalize finance find finish focus form formulate
    foster found fulfil fulfill fund gain gather generate get give go grant grow guarantee guide halve handle harmonize
    have help hire hold host identify implement improve incorporate increase incubate industrialize innovate install
    integrate intensify introduce invest issue join keep launch lay lead level leverage license lift limit link list
    localize locate look lower maintain make manage manufacture mass-produce master match maximize meet merge minimize
    mitigate modernize monitor move narrow nurture obtain offer open operate optimise optimize order organize outfit
    overcome overhaul oversee participate pass phase pilot pioneer place plant popularize position prepare preserve
    prevent procure produce progress prohibit promote protect prove provide publish purchase pursue push put qualify
    quadruple raise ramp reach realise realize reap rebuild recognize recruit recycle reduce refine reform refurbish
    regulate reinforce relocate remain remove renew renovate repair replace require research resolve restrict
    restructure retain retire retrain retrofit revamp reverse revise revitalize roll run safeguard save scale scrap
    secure select sell send serve set settle share shift shorten shrink shut simplify slash slow solve source speed
    spend spread stabilize standardize start steer step stimulate stop store streamline strengthen strive submit
    substitute supervise supply support surpass sustain switch tackle take tap target test tighten trade train
    transfer transform transition translate transport treble treat trim triple turn undertake unify update upgrade use
    utilize verify widen win work
    """.split()
)
_STEMS = frozenset(stem(verb) for verb in VERBS)
_NOT_GERUNDS = frozenset(
    """
    ageing aging branding building charging computing emerging engineering existing farming financing funding housing
    leading lighting manufacturing marketing mining outstanding processing recycling remaining semiconducting shipping
    steering testing training
    """.split()
)
_ADVERBS = (
    r"(?:(?:actively|also|basically|clearly|closely|completely|comprehensively|consistently|continuously|effectively|"
    r"essentially|first|fully|further|generally|gradually|greatly|jointly|largely|more|better|newly|quickly|rapidly|"
    r"roughly|significantly|significant|steadily|strongly|substantially|successfully|thereby|together|vigorously|"
    r"widely|yearly|annually|orderly|not|each|either|both|in total|(?:not )?only)\s+)*"
)
_DOING = (
    r"(?:acceleration|achievement|adoption|advancement|application|breakthroughs?|commercialization|commissioning|"
    r"completion|construction|creation|cultivation|delivery|deployment|development|elimination|enhancement|"
    r"establishment|expansion|formation|formulation|implementation|improvement|increase|installation|integration|"
    r"introduction|launch|localization|modernization|opening|optimization|phase-out|production|promotion|reduction|"
    r"removal|replacement|revision|roll-?out|set-?up|strengthening|start|support|transformation|transition|upgrading|"
    r"upgrade|use)"
)
_COMPARED = (
    r"(?:more|fewer|less|greater|higher|lower|stronger|shorter|larger|better|faster|safer|cheaper|wider|broader|"
    r"closer|"
    r"deeper|longer|smaller|tighter|stricter|cleaner|easier|improved|enhanced|expanded|accelerated|increased|reduced)"
)
_OPENING = re.compile(rf"[\s\"“'‘(]*(?:to\s+)?{_ADVERBS}(?P<word>[\w-]+)", re.IGNORECASE)
_NOUN = re.compile(
    rf"[\s\"“'‘(]*(?:(?:a|an|the|its|their)\s+)?(?:{_COMPARED}\s+\w|(?:[\w-]+\s+)?{_DOING}\s+(?:of|in|for)\b)",
    re.IGNORECASE,
)
_AMBIGUOUS = frozenset(
    "access back ban change control cover cut design drive end export finance focus form fund grant increase "
    "launch lead level limit link list order pilot place plant position progress purchase push range research reform "
    "run scale set share shift source speed spread start step store supply support switch target test trade transfer "
    "transport turn update upgrade use work order offer handle match issue".split()
)
_NO_OBJECT = re.compile(
    r"\s*(?:\Z|[,.;:)]|(?:of|for|in|to|and|or|from|with|on|by|at|is|are|was|were|will|has|have|should|services?|"
    r"sharing|centers?|"
    r"centres?|capacity|systems?|plans?|projects?|measures?|schemes?|platforms?|standards?|technolog\w+)\b)",
    re.IGNORECASE,
)
_OBJECT = re.compile(r"\s+(?:an?|the|its|their|all|more|new|at least|over|about|\d)", re.IGNORECASE)


def start_of(phrase: str, *, sure: bool = False) -> Start:
    """How a phrase begins. A word that may be noun or verb ("support") is a verb where an object can follow it.

    `sure`: such a word is one only where an article or a number follows it.
    """
    match = _OPENING.match(phrase)
    word = match["word"].lower() if match else ""
    if match and word in VERBS:
        unclear = _NO_OBJECT.match(phrase, match.end()) or (sure and not _OBJECT.match(phrase, match.end()))
        noun = word in _AMBIGUOUS and unclear
        return "other" if noun else "verb"
    if word.endswith("ing") and word not in _NOT_GERUNDS and stem(word) in _STEMS:
        return "gerund"
    return "noun" if _NOUN.match(phrase) else "other"


def verb_of(phrase: str) -> str:
    """The words up to the verb that a phrase begins with; empty where it begins otherwise."""
    match = _OPENING.match(phrase)
    return phrase[: match.end()].strip() if match and start_of(phrase) in ("verb", "gerund") else ""
