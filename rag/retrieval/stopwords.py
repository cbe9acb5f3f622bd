"""Words that frame a question and do not say what it is about, in English, German and Chinese.

Kept here and in `asking.txt` rather than taken from the corpus: "what" and "which" are rare in briefs, so that word
statistics would take them for telling words. Compared after `tokens.terms`, so stems and Chinese pairs stand here too.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from rag.index.tokens import terms, words

_ENGLISH = """
a about above according after again all also an and any are aren't as asked at be because been before being between
both but by can can't could did didn't do does doesn't doing done during each either else ever every few find for
from further gave get give given gives had has have having he her here his how i if in into is isn't it its it's
itself just know let's list made make many may me mention mentioned mentions might more most much my name named no
nor not now of off on once one only or other our out over please say said says shall she should show since so some
such tell than that that's the their them then there these they this those through to too under until up upon us
was wasn't we were what what's when where whether which while who whom whose why will with within without would you
your brief briefs issue issues item items merics report reported reports according anything something happen
happened happens actual actually exactly please kind kinds sort year years month
"""
_GERMAN = """
aber als am an auch auf aus bei bis das dass dem den der des die durch ein eine einem einen einer eines er es für
gab gibt hat haben hatte hier ich ihr im in ist kann können mit nach nicht oder seit sein seine sich sie sind soll
sollen über um und unter vom von vor wann war waren warum was welche welchem welchen welcher welches wem wen wer
werden wie wieso will wird wo worden wurde wurden zu zum zur viel viele laut
"""
_CHINESE = (
    "什么 哪些 哪个 哪家 多少 几个 如何 怎么 怎样 为何 为什么 是否 有哪 了什 么时 时候 谁发 是什 的是 关于 请问 何时"
)

# Words by which a list of items is asked for: they say nothing about what the items hold.
_FRAME = """
talk talks talking talked among carry carries co-issue co-issued co-issuing co-issuer speaking agency agencies
alone also anything appear appears appearing apply article articles associated authority bodies body bullet bullets
case cite cited cites co collection come comes coming complete concern concerning concerns contain contained
containing contains content corporate corpus count cover covered covers date dated dates deadline deadlines deal
dealing deals describe described discuss discussed discusses document documents due earliest edition editions
entire entries entry event events every everything expected feature featured features full goal goals hand headline
headlines hold holds include included includes including information instance issuer issuers issuing item items
joint jointly late later latest lead leading list listed lists main march mark marked measure measures mention
mentioned mentioning mentions newest news note noted notice notices number oldest official one ones overview part
parts period piece pieces place places policies policy print printed publication publications publish published put
recent record recorded refer references referring refers regulation regulations relate related release released
releases reporting respect rule rules section sections see side single source sources speak speaks spoke stand
state stated states stories story subject subjects summarize summary target targeted targets term terms text texts
theme themes time title titles together top topic topics total touch treat treated turn update updates use used
uses using word words write written company companies firm firms issue issues issued announce announced
announcement announcements launch launched government governmental authorities both separately five three four
meldung meldungen maßnahme maßnahmen dokument dokumente nennen nennt alle bitte handeln handelt erwähnen erwähnt
run round-up roundup great nice briefing needed need needs summarised summarized pick picked picks kindly pull
inventory recap rundown whatever location already running papers paper reached reach achieve achieved foreseen
foresee horizon stays force taking just planned carrying wherever anywhere somewhere whole going order
chronological sorted crop crops turns up glance signed sign signatory signatories names name behind involved
participate participated parties co-signed co-sign propose proposed proposes outline outlined adopt adopted enact
enacted introduce introduced present presented emerge emerged occur occurred happen ministry ministries solo own
unveil unveiled kick roll rolled erschienen erschien veröffentlichte veröffentlichten veröffentlicht herausgegeben
ausgabe ausgaben wurde welche rede stammen stammt tragen trägt datum datiert brachte frage kurze erging ergingen
vorgaben bekanntmachungen eingeschlossen einschließlich raise raised raising hits abbreviation acronym predates
predate precedes precede preceding skipping several review fall falls day days week weeks months moment moves steps
across along around away beyond despite inside near onto outside past per throughout toward towards via another
others various certain overall altogether comment comments only national municipal far yet still ever please want
wants looking look looks interested relevant exact exactly exists exist available
"""
_CHINESE_FRAME = "条目 措施 文件 政策 通知 新闻 报道 消息 提到 涉及 列出 全部 所有 出台 发布"

_ENGLISH_WORDS, _GERMAN_WORDS = frozenset(_ENGLISH.split()), frozenset(_GERMAN.split())
STOPWORDS = frozenset(terms(_ENGLISH)) | frozenset(terms(_GERMAN)) | frozenset(_CHINESE.split())


def content_terms(text: str) -> tuple[str, ...]:
    """The terms of a text that say what it is about, each once, in order; all of them where none would be left."""
    found = tuple(dict.fromkeys(terms(text)))
    return tuple(term for term in found if term not in STOPWORDS) or found


_ASKING = Path(__file__).with_name("asking.txt")
_asked_with = " ".join(line for line in _ASKING.read_text(encoding="utf-8").splitlines() if line[:1] not in "#[")
FRAME = frozenset(terms(_FRAME)) | frozenset(_CHINESE_FRAME.split()) | frozenset(terms(_asked_with))


Language = Literal["en", "de", "zh"]


@lru_cache(maxsize=64)
def language_of(text: str) -> Language:
    """The language a question is asked in: Chinese by its characters, German by its small words, else English."""
    found = words(text)
    if any(word.is_cjk for word in found):
        chinese = sum(word.end - word.start for word in found if word.is_cjk)
        return "zh" if 2 * chinese >= sum(word.end - word.start for word in found) else "en"
    german = sum(word.folded in _GERMAN_WORDS for word in found)
    english = sum(word.folded in _ENGLISH_WORDS for word in found)
    return "de" if german > english else "en"
