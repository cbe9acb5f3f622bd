"""The words by which a question shows what kind of fact it wants: a figure, a date, a body. English, German, Chinese.

Takes a question's text; gives the kind. First match wins. Every pattern is linear: no nested repetition, bounded gaps.
"""

from __future__ import annotations

import re
from typing import Literal

Wants = Literal[
    "text", "amount", "money", "share", "time", "person", "issuer", "date", "chinese title", "english title", "outlet",
    "view",
]  # fmt: skip


def any_of(*alternatives: str) -> re.Pattern[str]:
    """One pattern for several, in any case."""
    return re.compile("|".join(alternatives), re.IGNORECASE)


ISSUED = (
    r"(?:(?:co-?)?issued?|issues|published?|publish(?:es|ing)|releas(?:ed?|es)|announc(?:ed?|es)|put out|adopted|"
    r"launch(?:ed|es)?|drafted|unveil(?:ed)?|promulgated?|enacted|decreed|brought out|handed down|rolled out)"
)
BODY = r"(?:bod(?:y|ies)|ministr(?:y|ies)|agenc(?:y|ies)|authorit(?:y|ies)|departments?|regulators?|government)"
_MAKER = rf"(?:who|whom|which (?:[\w-]+ ){{0,2}}{BODY})"
_AMOUNT = r"(?:number|amount|density|rate|figure|quota|size|level|total|capacity|length|speed|output|volume|nr\.?)"
_MONEY = r"(?:sum|price|value|budget|costs?|revenues?|turnover|investment|funding|spending|fines?)"
_SPEND = r"(?:costs?|invest\w*|pay\w*|paid|spen[dt]\w*|worth|rais(?:e|es|ed)|fined?|earn\w*|sold for|money)"

_WANTS: tuple[tuple[Wants, re.Pattern[str]], ...] = (
    (
        "chinese title",
        any_of(
            r"\bchinese (?:name|title)\b",
            r"\b(?:called|titled?|named?|name) in chinese\b",
            r"\bauf chinesisch\b",
            "中文(?:名|标题|全称)",
        ),
    ),
    (
        "english title",
        any_of(
            r"\bofficial (?:english )?(?:name|title)(?: of)?\b",
            r"\b(?:full|exact) title\b",
            r"\btitle of the (?:document|notice)\b",
        ),
    ),
    (
        "issuer",
        any_of(
            rf"\b{_MAKER} (?:\w+ )?{ISSUED}\b",
            rf"\b{BODY} (?:that|who|which) (?:have |has )?(?:co-?)?(?:signed|issued|published|released|"
            rf"adopted|drafted|took part)\b",
            rf"\b(?:all|the|its|full list of|list of) issuers\b|\bissuers\b(?=\s*[,:;?.]|$)|\bby (?:which|"
            rf"what) (?:[\w-]+ ){{0,2}}{BODY}\b",
            r"\b(?:did|has|have|had|was)\b.{0,80}\b(?:take|took|taken) part in\b|\bwhose (?:is|are|was|were)\b",
            r"\bherausgeber\b|发布(?:机构|部门|单位)|(?:机构|部门)联合?发布",
            rf"\b(?:every|each|all|which|what|name the) (?:[\w-]+ ){{0,2}}{BODY} (?:that (?:is|are|"
            rf"stands?) |is |are |stands? )?behind\b",
            rf"\bco-?issuing (?:organi[sz]ations|{BODY})\b|\b(?:which|"
            rf"what) (?:[\w-]+ ){{0,2}}{BODY}\b.{{0,120}}\b(?:comes? from|come out of)\b",
            rf"\b(?:which|what) (?:[\w-]+ ){{0,2}}{BODY} (?:is|was|are|were) (?:responsible|in charge|behind)\b",
            r"\bwho else\b|\bwer (?:noch|steht dahinter)\b|哪几个部门|哪些(?:部门|机构|部委)",
            rf"\bissuing {BODY}\b",
            rf"\b{ISSUED} by whom\b",
            r"\b(?:did|was|is|were|has)\b.{0,80}\b(?:co-?issue[drs]?|co-?sign(?:ed|er)?|among (?:the|its) issuers)\b",
            rf"\bwhose signatures?\b|\b(?:who|which (?:\w+ )?{BODY}) (?:else )?(?:co-?)?sign(?:ed|s)?\b",
            rf"\b(?:who|which (?:\w+ )?{BODY}) (?:put|lent) (?:its|their) names?\b",
            r"\bissued by (?:who|whom|which)\b",
            r"\bwho (?:is|was|were|are|stands?) behind\b",
            r"\b(?:von wem|wer hat)\b.{0,80}\b(?:herausgegeben|veröffentlicht|erlassen)\b",
            "(?:哪个|哪些|由谁|由哪|什么)(?:部门|机构|部委)?.{0,10}(?:发布|印发|出台|颁布|制定)",
            "谁(?:发布|印发|出台|颁布|制定)",
        ),
    ),
    (
        "person",
        any_of(
            r"\bwho (?:heads?|headed|leads?|led|chairs?|chaired|runs?|wrote|said|is|was|directs?)\b",
            r"^leaders?\b",
        ),
    ),
    (
        "outlet",
        any_of(
            r"\b(?:who|which (?:outlet|newspaper|paper|source|agency)) (?:first )?report(?:ed|s)\b",
            r"\bwhich (?:outlet|newspaper)\b",
        ),
    ),
    (
        "view",
        any_of(
            r"\bmerics'? (?:think|say|view|assess|expect|see|judge|comment|opinion|take|warn|make)",
            r"\b(?:view|opinion|assessment|judg[e]?ment|comment|take) of merics\b",
            r"\baccording to merics\b",
            r"\b(?:does|do|did|is|are|what) merics\b",
            r"\bmerics'? (?:einschätzung|sicht|meinung)\b",
            "MERICS(?:怎么|如何|认为|的看法|的评价)",
        ),
    ),
    (
        "date",
        any_of(
            rf"\b(?:when|(?:what|which) (?:date|day))\b(?! (?:will|would|shall|is|are)\b).{{0,160}}\b{ISSUED}\b",
            r"\bdate of (?:the )?(?:issue|publication|release)\b",
            r"\b(?:when|(?:what|which) (?:date|day)) (?:was|is|did) (?:it |this |"
            r"the news )?(?:first )?(?:reported|announced|made public)\b",
            r"\bwann\b.{0,80}\b(?:veröffentlicht|herausgegeben|erlassen)\b",
            "(?:何时|什么时候|哪一?天|日期).{0,10}(?:发布|印发|出台)|发布(?:日期|时间)",
        ),
    ),
    (
        "share",
        any_of(
            r"\b(?:what|which|whose) (?:[\w-]+ ){0,3}(?:share|proportion|percentage|percent|per cent|portion)\b",
            r"\b(?:share|percentage|proportion) of\b",
            r"\bwelcher? anteil\b",
            "百分之|占比|比例|份额",
        ),
    ),
    (
        "money",
        any_of(
            rf"\bhow much\b.{{0,80}}\b{_SPEND}\b",
            rf"\b(?:what|which) (?:[\w-]+ ){{0,3}}{_MONEY}\b",
            r"\bwhat (?:does|did|do|will|would|is|was)\b.{0,80}\bcost\b",
            r"\bin (?:CNY|USD|EUR|RMB|yuan|dollars|euros)\b",
            rf"\b(?:dollar|euro|yuan|monetary) {_MONEY}\b",
            rf"\b(?:maximum|total|planned|purchase|selling|contract|order) {_MONEY}\b",
            r"\bfor what (?:price|sum)\b",
            r"\bwie ?viel (?:geld|kostet|investiert)\b",
            r"\bwelchen (?:jahres)?umsatz\b",
            "多少(?:钱|亿|资金|投资)|投资.{0,4}多少",
        ),
    ),
    (
        "time",
        any_of(
            r"(?:^|[,;:?.] ?|\b(?:and|since|until|till|by|from|of|know|say|tell me|exactly|about|or) )when\b",
            r"\b(?:how long|(?:what|which) (?:year|date|day|month|quarter|week))\b|\bdeadline\b",
            r"\bin effect since\b",
            r"\b(?:ab |bis )?wann\b|\b(?:closing|starting|opening) date\b|\blast day (?:for|to)\b",
            "何时|什么时候|哪年|哪一年|截止",
        ),
    ),
    (
        "amount",
        any_of(
            r"\bhow (?:many|much|large|big|high|far|old|fast|often)\b",
            r"\b(?:maximum|minimum|monthly|yearly|annual|daily|average|peak) (?!fine|sum|price|cost)[\w-]+ "
            r"(?:of|for)\b",
            rf"\b(?:what|which) (?:[\w-]+ ){{0,3}}{_AMOUNT}\b",
            rf"(?:^|[:;,–-] ?|\b(?:know|tell me|state|give me|say) (?:the )?){_AMOUNT} of\b",
            r"\bwie ?viele?\b",
            r"\bwie (?:hoch|groß)\b",
            "多少|几个|几项",
        ),
    ),
)


def wants_of(text: str) -> Wants:
    """The kind of fact a question asks for; "text" where it shows none."""
    return next((kind for kind, pattern in _WANTS if pattern.search(text)), "text")
