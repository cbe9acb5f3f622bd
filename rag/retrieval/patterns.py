"""The words by which a question shows the shape of its answer: a list, a count, a comparison. English, German, Chinese.

Takes a question's text; gives the shape, and whether titles alone are looked at. First match wins. Every pattern is
linear: no nested repetition, bounded gaps. What kind of fact is wanted is `rag.retrieval.wants`'s.
"""

from __future__ import annotations

import re
from typing import Literal

from rag.briefs.records import Span
from rag.retrieval.wants import BODY, ISSUED, any_of

Titled = Literal["", "official", "heading", "any"]
# "all": a list where more than one item fits, else an answer; not asked for in words, but by naming a time
Shape = Literal["answer", "all", "list", "count", "overview", "compare", "latest", "earliest", "issue"]

_ITEMS = (
    r"(?:items|measures|documents|notices|policies|regulations|rules|guidelines|news|stories|articles|reports|"
    r"announcements|entries|bullets|pieces|developments|events|headlines|texts|decisions|circulars|initiatives|hits|"
    r"plans|programm?es|maßnahmen|meldungen|dokumente|einträge|nachrichten|artikel|geschichten|vorgaben|"
    r"bekanntmachungen)"
)
_ITEM = rf"(?:item|measure|document|notice|policy|regulation|story|article|report|entry|bullet|piece|{_ITEMS[3:-1]})"
_CHINESE_ITEM = "(?:条目|措施|文件|政策|通知|新闻|报道|条|消息|内容)"
_ITEM_WORD = re.compile(rf"\b{_ITEMS}\b|{_CHINESE_ITEM}", re.IGNORECASE)
_TOLD = r"(?:reported|mentioned|announced|covered|named|listed|published|issued|noted)"

_SHAPES: tuple[tuple[Shape, re.Pattern[str]], ...] = (
    (
        "compare",
        any_of(
            r"\bcompar(?:e|ed|ing|ison)\b",
            r"\bversus\b|\bvs\b",
            r"\bside by side\b(?! as\b)",
            r"\bdiffer(?:s|ed|ences?)?\b",
            r"\bset\b.{0,120}\b(?:against|beside|alongside)\b|\beach ?\?|\b(?:set|have|has|pursue)s? different\b",
            r"\bor\b.{0,120}\bwhich (?:one |of them )?\b.{0,40}\b(?:more|less|fewer|most|larger|higher|"
            r"earlier|later)\b",
            r"\bcontrast\b",
            r"\bnext to\b|\bchanged? from\b|\balike\?|\bthe same\b.{0,60}\b(?:in|as|for|by)\b.{0,80}\band\b",
            r"\bmore\b.{0,60},.{0,60}\bor\b",
            r"\bdistinguish(?:es|ed)?\b|\brespectively\b|\bset apart\b|\bunlike\b",
            r"\b(?:which|what|who|where) (?:is|was|were|are|has|had|does|did|of the two)\b.{0,20}\b(?:more|"
            r"fewer|less|larger|"
            r"bigger|higher|smaller|lower|longer|shorter|stricter|earlier|later|greater|older|newer)\b.{0,200}\bor\b",
            r"\b\w{3,}(?:er|ter) or (?:more|less) \w+\b",
            r"\b(?:are|were|is) there (?:more|fewer)\b.{0,200}\bor\b|\b(?:larger|bigger|higher|"
            r"smaller)\b.{0,20}[,:].{0,200}\bor\b",
            r"^(?:does|do|did|is|are|was|were|has|have)\b.{0,150}\bor\b.{0,100}\b(?:more|fewer|less|larger|"
            r"bigger|higher|earlier|later)\b",
            r"\b(?:of|in|for|by) each\b|\b(?:does|do|did|is|has) each\b|\bagainst the (?:one|other)\b|"
            r"\d\d\b.{0,40}\bagainst\b",
            r"\bon the one hand\b.{0,200}\bother\b|\bresembles?\b|\b(?:have )?in common\b",
            r"\bgegenüberstell\w*|\bjeweils\b|\b(?:größer|höher|kleiner|niedriger)\b.{0,200}\boder\b",
            r"\bvergleich\w*|\bunterschied\w*|\bunterscheide\w*",
            "比较|对比|区别|异同|有何不同|有什么不同|各自|分别(?:意味|如何|怎)",
        ),
    ),
    (
        "issue",
        any_of(
            r"\b(?:which|what|in which) (?:of the (?:\w+ )?)?(?:issues?|editions?|numbers?)\b",
            r"\bin welcher ausgabe|\bwelche ausgabe",
            "哪一?期",
        ),
    ),
    (
        "latest",
        any_of(
            r"\b(?:most recent|latest|newest)\b(?! first)|\blast in time\b|\bis the last\b",
            rf"\blast\b.{{0,20}}\b{_ITEM}\b|\blast time\b",
            r"\b(?:when|what) did\b.{0,80}\blast (?:act|issue|publish|release|do|appear|report|announce)\b",
            r"\b(?:neueste|jüngste)[nrs]?\b|\bletzte[nrs]? (?:\w{0,20}meldung|nachricht)",
            "最新|最近的?一",
        ),
    ),
    (
        "earliest",
        any_of(
            r"\b(?:earliest|oldest)\b(?! first)",
            rf"\bfirst\b.{{0,12}}\b{_ITEM}\b|\bfirst (?:time|mention)|\b(?:is|was) the first (?:to|one|of)\b",
            r"\bälteste[nrs]?\b|\bfrüheste[nrs]?\b",
            "最早",
        ),
    ),
    (
        "count",
        any_of(
            rf"\bhow many (?:[\w-]+ ){{0,3}}{_ITEMS}\b(?!\s(?:does|do) (?:the|this|that|its?)\b)",
            rf"\bnumber of (?:[\w-]+ ){{0,3}}{_ITEMS}\b",
            rf"\bcount (?:the |all )?(?:[\w-]+ ){{0,3}}{_ITEMS}\b",
            r"\bhow many\b.{0,60}\b(?:turn up|come up|crop up|appear|are there in|are (?:listed|mentioned))\b",
            r"\bhow many\b.{0,60}\b(?:as (?:an )?issuer|among (?:the|its) (?:issuers|issuing bodies))\b",
            rf"\bwie ?viele (?:[\w-]+ ){{0,2}}(?:[\w-]+-)?{_ITEMS}\b",
            f"(?:多少|几)(?:个|项|条|份)?{_CHINESE_ITEM}",
        ),
    ),
    (
        "overview",
        any_of(
            r"\boverviews?\b|\bround-?ups?\b|\brundown\b|\brecap\b|\b(?:run|walk|take) (?:me|us) through\b",
            r"\bworum (?:geht|ging)\b|\bwas steht in\b|\binhalt der ausgabe\b",
            r"\bsummar(?:y|i[sz]ed?|ies)\b|\btables? of contents\b|\binhaltsverzeichnis\b",
            r"\bcontents? of\b|\bgist of\b|\bin a nutshell\b|\bhighlights\b|\b(?:key|main) (?:points|"
            r"takeaways|messages)\b|\btakeaways\b",
            r"\bheadlines (?:of|in|from)\b|\bwhat(?:'s| is| was) new in\b",
            r"\b(?:what|which) (?:\w+ )?(?:topics|stories|subjects|themes|issues)\b.{0,60}\b(?:issue|brief|edition)\b",
            r"\bwhat (?:does|did|do)\b.{0,40}\b(?:issue|brief|edition)\b.{0,24}\b(?:cover|contain|include|"
            r"deal with|report|focus|feature|hold|offer|talk)",
            r"\btl;? ?dr\b|\bsum up\b|\bfass(?:e|en|t)?\b.{0,80}\bzusammen\b|\bdigest of\b",
            r"\bkurzfassung\b|\bthemen der\b|\bhauptpunkte\b|\bwas gibt es neues\b",
            r"\bwhat(?:'s| is| was| does| did)? (?:in|contain)\b.{0,40}\b(?:issue|brief|edition)\b",
            r"\b(?:main|top|lead|five|key|big) (?:\w+ )?(?:stories|articles|items|topics|themes)\b",
            r"\büberblick\b|\bzusammenfass\w*|\bhauptthemen\b",
            "概览|概述|概括|总结|综述|主要内容|有哪些内容|讲了(?:些)?什么|主要讲|要点|摘要|话题",
        ),
    ),
    (
        "list",
        any_of(
            rf"\b(?:all|every|each|any|list|show|give me|welche|alle)\b.{{0,40}}\b{_ITEMS}\b",
            rf"\b(?:which|what)\b(?! (?:day|date|year|month|time|share|percent\w*|number|amount|price|"
            rf"figure|{BODY})\b)"
            rf".{{0,40}}\b{_ITEMS}\b",
            rf"\b(?:every|each|any) (?:[\w-]+ ){{0,3}}{_ITEM}\b",
            rf"\b(?:did|has|have|was|were|is|are)\b.{{0,80}}\bin which of the {_ITEMS}\b",
            r"\b(?:full|complete|entire) (?:list|record|set)\b|[,:;] which (?:were|are|was|have been)\b",
            r"\binventory\b|\b(?:every|all) mentions?\b|\bpull together all\b",
            r"\bwhatever\b.{0,40}\b(?:dated?|issued|published|mentions?|has)\b",
            r"\bwhat(?:ever)? (?:is|was|has been) dated\b",
            r"^(?!who|what|which|where|when|how|why|is |are |did |do)"
            r"(?:[\w&+'’-]+,? ){1,3}(?:but not|without|minus|except)"
            r"(?: [\w&+'’-]+){1,3}[.!?]?$",
            r"\bname (?:every|all|each)\b|\bwhich are they\b|[.:;,–-] ?which\?$|\bwhat is there\b",
            r"^(?:[\w&+'-]+ ){1,6}(?:mentions|references)\b|\btitles? (?:with|containing|that (?:contain|include))\b",
            r"\b(?:mentions?|references?)(?: of\b| to\b|\s*[?.!]*$)|\b(?:anything|everything|all) (?:that|"
            r"which|you have|there is)\b",
            r"\b(?:all|every|any|each) (?:the |of the )?(?:[\w-]+ )?(?:passages?|mentions?|references?|"
            r"spots|occurrences|places)\b",
            r"\btimeline\b|\bin (?:chronological order|order of date)\b|\b(?:oldest|newest|latest|earliest) first\b",
            r"\bcomplete (?:set|collection|record|overview)\b|\beverything you have\b|\bi need all\b",
            r"\b(?:pull up|collect|gather|compile|round up|dig out|fetch|find) (?:me |us )?(?:all|any|"
            r"every|each|anything|everything)\b",
            r"\b(?:sämtliche|alle[rns]?|jede[rnsm]?) (?:\w+ ){0,3}(?:beiträge|stellen|erwähnungen|texte|"
            r"vorhaben|bullets)\b",
            r"\bliste (?:aller|der|sämtlicher)\b|\bals liste\b|\baufzählen\b|\bwelche (?:vorhaben|texte|beiträge)\b",
            r"\b(?:an|in|aus) welchen (?:texten|meldungen|beiträgen|artikeln|dokumenten|maßnahmen|stellen)\b",
            r"\ban welchen\b.{0,120}\bbeteiligt\b|\bwas (?:hat|haben)\b.{0,120}\b(?:veröffentlicht|"
            r"herausgegeben|erlassen|unterzeichnet)\b",
            r"\bwho (?:announced|issued|published|did|reported) what\b|\bwer hat was\b",
            r"\bwhat (?:has|have|did)\b.{0,80}\b(?:come|came) out with\b",
            r"\blist (?:all|every|everything|the|them)\b",
            r"\ball of them\b|\bbitte alle\b|\bwhich ones\b",
            rf"\b(?:which|what) (?:[\w-]+ ){{1,4}}(?:were|was|are|is|have been|has been) {_TOLD}\b",
            r"\bwhere (?:do|does|did|is|are)\b.{0,30}\b(?:briefs?|issues?|digests?)\b|\banywhere\b",
            r"\bwhere (?:do|does|did)\b.{0,60}\b(?:come|crop|turn|show)s? up\b",
            r"\b(?:die|alle|jene) (?:beiträge|meldungen|texte|einträge|artikel)\b",
            r"\bwhere (?:is|are|was|were)\b.{0,60}\b(?:mentioned|discussed|named|covered|brought up|"
            r"referred to|talked about)\b",
            r"\b(?<!if )everything\b.{0,60}\b(?:dated|issued|published|about|from|on|by|in|the)\b",
            rf"^(?:[\w&+-]+ ){{0,4}}{_ITEMS}\b",
            r"\bwhat (?:happened|occurred|came out|was (?:announced|published|issued|released|reported))\b",
            r"\bwhat (?:did|has|have) .{1,60} (?:do|done)\b",
            rf"\bwhat (?:did|has|have)\b.{{0,60}}\b(?:publish|release|report as|{ISSUED})\b",
            r"\b(?:goals|targets|deadlines) (?:for|with|by|due)\b"
            r"|\b(?:goal|target|deadline) (?:for|by|due)(?: in)? \d{4}",
            r"\bwhat is (?:due|planned|expected|targeted|to be (?:reached|achieved))\b",
            f"(?:哪些|所有|全部|列出).{{0,20}}{_CHINESE_ITEM}",
            f"{_CHINESE_ITEM}.{{0,20}}(?:全部列出|有哪些|列出来)",
            "逐[条一]|(?:发文|政策|动态|措施)的?有哪些|全部列出|列出所有|列出全部|找出所有|找出全部|列举",
            "(?:发布|出台|印发|颁布)了?(?:什么|哪些)",
            f"(?:发布|印发|出台|颁布)的{_CHINESE_ITEM}",
        ),
    ),
)
_TITLES: tuple[tuple[Titled, re.Pattern[str]], ...] = (
    (
        "official",
        any_of(
            r"\bofficial(?:ly)? (?:english |chinese )?(?:titles?|names?|titled|entitled|called|named)\b",
            r"\b(?:titled|entitled)\b|官方.{0,4}标题|正式.{0,4}(?:标题|名称)(?:中|里)",
        ),
    ),
    ("heading", any_of(r"\b(?:headlines?|headings?)\b", r"\büberschrift(?:en)?\b")),
    (
        "any",
        any_of(
            r"\bin (?:its|their|the) (?:\w+ )?(?:titles?|names?)\b",
            r"\b(?:title|name)s? (?:contains?|with|says?)\b",
            r"\bim (?:titel|namen)\b",
            "(?:标题|名称)(?:中|里)?(?:含|有|带|包含)",
        ),
    ),
)


def titled(text: str) -> tuple[Titled, list[Span]]:
    """Whether what items must hold is to stand in their titles, and in which; with the words that say so."""
    for kind, pattern in _TITLES:
        if found := [match.span() for match in pattern.finditer(text)]:
            return kind, found
    return "", []


def names_items(text: str) -> bool:
    """Whether a text speaks of items as such: measures, documents, news."""
    return bool(_ITEM_WORD.search(text))


def shape_of(text: str) -> Shape:
    """The shape of the answer a question asks for."""
    return next((shape for shape, pattern in _SHAPES if pattern.search(text)), "answer")
