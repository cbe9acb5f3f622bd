"""What a question expects to be told, and whether an item tells it: what keeps a near miss from passing for an answer.

Takes a question and texts of the item found; gives whether the name or the time asked for is missing from them. "Who
bought the corn business?" is not answered by a sentence that names nobody but the seller, nor "when will it be
certified?" by the day it was shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence, Set

from rag.answers.figures import states_time
from rag.briefs.records import Item
from rag.index.tokens import fold, stem
from rag.retrieval.gazetteer import names_place
from rag.retrieval.wants import any_of

# Asks for someone, who may be a firm or a body as well.
WHO = re.compile(r"\bwhom?\b|\bwer\b|谁", re.IGNORECASE)
# Someone without a name: "sold to a farmer" tells who bought it.
_SOMEONE = re.compile(r"\b(?:to|by) (?:an?|some|several|many|local|state|foreign|leading) (?!\d)", re.IGNORECASE)

_KIND = (
    r"(?:compan(?:y|ies)|firms?|makers?|manufacturers?|\w{3,}makers?|producers?|shipyards?|yards?|suppliers?|vendors?|banks?|"
    r"airlines?|carriers?|universit(?:y|ies)|institutes?|colleges?|operators?|buyers?|bidders?|investors?|partners?|"
    r"contractors?|brands?|start-?ups?|developers?|insurers?|city|cities|provinces?|countr(?:y|ies)|towns?|places?|"
    r"districts?|regions?|counties|county|ports?|parks?|states?)"
)
_VERB = (
    r"(?:b(?:uy|uys|ought|uying)|buil[dt]\w*|mak(?:es?|ing)|made|produc\w+|operat\w+|owns?|owned|won|wins|"
    r"suppl(?:y|ies|ied)|invest\w*|succeed\w*|replac\w*|acquir\w*|t(?:akes?|ook|aking) over|r[ua]ns?|managed?|"
    r"manages|design\w*|develop\w*)"
)
_GAP = r"(?:(?!(?:is|are|was|were|do|does|did|has|have|can|may|will|would|should|to|by|of|in|for|from) )[\w&'-]+ ){0,3}"
_ASKS_NAME = re.compile(
    rf"\b(?:which|what|whose) {_GAP}{_KIND}\b|\b(?:names?|list) (?:of )?(?:the )?{_GAP}{_KIND}\b"
    rf"|\bwho(?:m)?\b(?: \w+){{0,3}}? {_VERB}\b|\b(?:to|from|with|for) whom\b"
    r"|\bwho(?:m)? (?:is|are|was|were|stands?) behind\b"
    r"|\bwhat (?:is|was) .{1,60} (?:called|named)\b(?! in )|^where\b"
    r"|\bin welche[rmns]? (?:stadt|provinz|land|region|ort)"
    r"|\bwelche[srn]? (?:\w+ ){0,2}(?:firm|unternehmen|hersteller|städte|stadt|banken|provinz)",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<![\w-])[A-Z][\w&.'’+-]*\w(?:[ -][A-Z][\w&.'’+-]*\w)*")
# Capitalised words that name nobody and no place that is asked for.
_NO_NAME = frozenset(
    "china china's chinese chinas prc merics european europe us american western asian eu january february march april "
    "may june july august september october november december wechat cny usd eur rmb ai it ict ev evs nev nevs rd r&d "
    "sme smes jv jvs 5g iot".split()
)


# A time yet to come when it was asked about: the day of the news does not tell it.
_ASKS_TIME_AHEAD = re.compile(
    r"\bby (?:what|which) (?:year|date|month|time)\b|\bin (?:what|which) (?:year|month)\b.{0,120}\b(?:will|would|"
    r"supposed|due|expect\w*|planned|to be|going to|hope\w*|meant)\b|\bby when\b|\buntil when\b"
    r"|\bbis wann\b|\bdeadline\b"
    r"|\bclosing date\b|\bwhen (?:will|does|do|is|are|can|must|should)\b|\bhow (?:much time|long)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")

# What a question may ask of a thing, and how an item that tells it speaks.
_ATTRIBUTES: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (any_of(rf"\b(?:{asked})\b"), any_of(rf"\b(?:{held})"))
    for asked, held in (
        (
            r"(?:tele)?phone numbers?|e-?mail address(?:es)?|street address(?:es)?|postal code|web ?site|hotline",
            "phone|e-?mail|address|website",
        ),
        (
            r"share price|stock price|market (?:value|cap(?:itali[sz]ation)?)",
            "share price|stock|market value|market cap",
        ),
        (r"profits?|net income|earnings|losses", "profit|income|earn|loss"),
        (
            r"headcount|payroll|how many (?:new )?jobs|"
            r"(?:how many|number of|size of (?:the|its)) (?:\w+ ){0,2}(?:employees|staff|workers|"
            r"workforce|people)|workers .{0,20}hired?",
            "employ|staff|workforce|workers|jobs|hire|personnel",
        ),
        (r"salar(?:y|ies)|wages?|paid monthly", "salar|wage|pay"),
        (r"(?<!share )(?<!stock )prices?", "price|cost|worth|paid|pay |CNY|USD|EUR|yuan|dollar|euro"),
        (r"ceo|chief executive|cfo|boss", "ceo|chief executive|cfo"),
        (r"chair(?:man|woman|person)", "chair"),
        (r"founders?", "founder|founded by"),
        (r"minister", "minister"),
        (r"penalt(?:y|ies)|fines?", "penalt|fine|punish|sanction|ban"),
        (r"buyer|purchaser", "buy|buyer|bought|purchas|acquir|sold to|sell"),
        (r"interest rate", "interest|rate"),
        (r"votes?|voted", "vot"),
        (r"react(?:ed|ion)?s?|respon(?:d|ded|se)|reagier\w*|reaktion", "react|respon|welcom|critici|protest|said"),
        (r"majority", "majorit|stake|per ?cent|control"),
        (r"cash grants?|cash bonus(?:es)?", "cash|grant|CNY|subsid"),
        (
            r"revoked?|revoking|withdrawn|rescinded|call(?:ed|s|ing)? off|cancel(?:led|ed|s)?|repealed",
            "revo|withdr|rescin|cancel|call(?:ed)? off|repeal|suspen|terminat|abolish",
        ),
        (r"sued?|lawsuits?|litigation", "sue|suing|suit|litig|court|legal action"),
        (r"crash(?:ed|es)?|accidents?", "crash|accident|collision"),
        (r"block(?:ed|s)?|veto(?:ed)?", "block|veto|ban|prohibit|bar|restrict|refus"),
        (r"resign(?:ed|s)?|sacked|arrest(?:ed|s)?", "resign|sack|arrest|dismiss|step"),
        (r"postponed?|postponing", "postpon|delay|later|extend"),
        (r"bankrupt(?:cy)?|insolven(?:t|cy)", "bankrupt|insolv"),
        (r"attend(?:ed|ees?)|who else was (?:in the room|present)|participants", "attend|participa|present|join"),
        (r"stakes?|shareholding|shares split", "stake|share|percent|owne"),
        (r"predecessors?|successors?|succeeded?", "predecess|success|succeed|replac|took over"),
        (r"population|inhabitants", "population|inhabitant"),
        (r"market share", "market share|share of|per ?cent of"),
        (r"nationality|birthday|how old is|age of", "age|born|birth|national"),
        (r"thrust", "thrust|kilonewton|kn"),
        (r"payload|kilograms?|kg|kilogramm|nutzlast", "kg|kilo|payload|tonne"),
        (r"kilomet(?:er|re)s?|km|range of the|reichweite", "km|kilomet|mile"),
        (r"tons?|tonnes?|tonnen", "tons?|tonne|teu"),
        (r"(?:mega|giga|kilo)watts?|[mgk]wh?", "watt|[mgk]w"),
        (r"underwr(?:ote|iters?|itten)", "underwr"),
        (r"lobb(?:y|ied|ying|yists?)", "lobb"),
        (r"vorgänger|nachfolger", "predecess|success|succeed|replac|took over"),
        (r"starting price|retail price|verkaufspreis|einstiegspreis", "CNY|USD|EUR|yuan|price"),
    )
) + tuple(
    (re.compile(asked), any_of(rf"\b(?:{held})"))
    for asked, held in (
        ("公斤|千克|载重", "kg|kilo|payload|tonne"),
        ("公里|千米|续航|航程", "km|kilomet|mile"),
        ("售价|价格|多少钱", "price|cost|worth|paid|CNY|USD|EUR|yuan|dollar|euro"),
        ("回应|反应", "react|respon|welcom|critici|protest"),
        ("前任|继任|接替", "predecess|success|succeed|replac|took over"),
        ("市值|股价", "share price|stock|market value|market cap"),
        ("员工|雇员", "employ|staff|workforce|workers|jobs|hire|personnel"),
    )
)


_UNIVERSITY = re.compile(r"\b[A-Z]\w+ (?:University|Institute|College|Academy)\b|\bUniversity of [A-Z]")


def names_university(text: str) -> bool:
    """Whether a text names a university or the like."""
    return bool(_UNIVERSITY.search(text))


# Kinds of names that are known by how they are written, with what a text must hold to name one.
_KINDS: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = (
    (
        re.compile(
            rf"\b(?:which|what|name the|list the|identify the) {_GAP}(?:cit(?:y|ies)|provinces?|countr(?:y|ies)|"
            r"municipalit(?:y|ies)|towns?|regions?)\b|\bcity names?\b|哪(?:些|几个|个|座)(?:城市|省份?|国家|地方)"
            r"|城市.{0,4}哪些"
            r"|\bwelche[nrs]? (?:städte|stadt|provinz(?:en)?|länder)\b",
            re.IGNORECASE,
        ),
        names_place,
    ),
    (
        re.compile(
            rf"\b(?:which|what|name the|list the|identify the) {_GAP}(?:universit(?:y|ies)|colleges?)\b"
            r"|哪(?:些|几所|所)(?:大学|高校)|\bwelche[nrs]? (?:universität(?:en)?|hochschulen?)\b",
            re.IGNORECASE,
        ),
        names_university,
    ),
)


def lacks_kind(question: str, texts: Sequence[str]) -> bool:
    """Whether a question asks for places or universities by name and the texts name none."""
    return any(asked.search(question) and not any(map(named, texts)) for asked, named in _KINDS)


def asks_name(question: str) -> bool:
    """Whether a question asks for the name of someone or of a place."""
    return bool(_ASKS_NAME.search(question))


def lacks_name(question: str, texts: Iterable[str], known: Set[str]) -> bool:
    """Whether a question asks for a name and the texts hold no other than `known` (folded words and their stems)."""
    if not asks_name(question):
        return False
    who = WHO.search(question)
    return not any(names_another(text, known) or (who and _SOMEONE.search(text)) for text in texts)


def lacks_time(question: str, texts: Iterable[str]) -> bool:
    """Whether a question asks for a time to come and the texts hold none but the years that it names itself."""
    if not _ASKS_TIME_AHEAD.search(question):
        return False
    said = set(_YEAR.findall(question))
    return not any(states_time(_YEAR.sub(lambda year: "" if year.group() in said else year.group(), t)) for t in texts)


def lacks_attribute(question: str, item: Item) -> bool:
    """Whether a question asks for an attribute ("share price", "headcount") that the best item never speaks of."""
    return any(asked.search(question) and not held.search(item.text) for asked, held in _ATTRIBUTES)


def names_another(text: str, known: Set[str]) -> bool:
    """Whether a text holds a name beside those in `known` (folded words and their stems)."""
    for match in _NAME.finditer(text):
        words = [fold(word) for word in re.split(r"[ -]", match.group()) if word]
        first = match.start() == 0 or text[: match.start()].endswith((". ", ": "))
        if first and match.group().split()[0][1:].islower():
            words = words[1:]  # the first word of a sentence has a capital anyway
        if any(word not in _NO_NAME and known.isdisjoint((word, stem(word))) for word in words):
            return True
    return False
