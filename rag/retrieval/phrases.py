"""Words of the program itself, in the language a question is asked in: days, rows of names, and what was understood.

Takes records; gives words. English, German and Chinese. What is quoted stays as it is written. Knows nothing of
answers, whose own phrases (`rag.answers.phrases`) build on these.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.briefs.records import MONTHS, SECTION_NAMES, Section
from rag.retrieval.issuers import Issuers
from rag.retrieval.patterns import Shape, Titled
from rag.retrieval.stopwords import Language, language_of
from rag.retrieval.wants import Wants


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The words of one language; what stands in braces is filled in."""

    months: tuple[str, ...]
    day: str
    month: str
    year: str
    stretch: str  # of days
    colon: str
    comma: str
    last_comma: str  # before the last of several
    both: str  # between things that are all meant
    either: str  # between things of which any will do
    quoted: str
    issue: str
    last: str  # item of a section
    sections: Mapping[Section, str]
    parts: Mapping[str, str]  # how each part of a query is told, by the name that takes it back
    stretched: str  # how stretches of days are told
    shapes: Mapping[Shape, str]
    titles: Mapping[Titled, str]
    wants: Mapping[Wants, str]
    together: str
    several: str
    no_body: str
    one_body: str
    exactly: str
    at_least: str
    at_most: str

    def date(self, day: dt.date) -> str:
        """A day in words."""
        return self.day.format(day=day.day, month=self.months[day.month - 1], year=day.year)

    def month_year(self, day: dt.date) -> str:
        """A month in words."""
        return self.month.format(month=self.months[day.month - 1], year=day.year)

    def issue_of(self, day: dt.date) -> str:
        """An issue in words."""
        return self.issue.format(date=self.date(day))

    def days(self, first: dt.date, last: dt.date) -> str:
        """A stretch of days from its first to its last."""
        return self.stretch.format(first=self.date(first), last=self.date(last))

    def period(self, first: dt.date | None, last: dt.date | None) -> str:
        """A stretch of days in the fewest words: a year, a month, a day; open at one end where that is None."""
        if first is None or last is None:
            first_, last_ = (self.date(day) if day else "" for day in (first, last))
            return self.parts["since"].format(first_) if first_ else self.parts["until"].format(last_)
        if first == last:
            return self.date(first)
        whole = first.day == 1 and last.day == calendar.monthrange(last.year, last.month)[1]
        if whole and first.year == last.year and (first.month, last.month) == (1, 12):
            return self.year.format(year=first.year)
        if whole and (first.year, first.month) == (last.year, last.month):
            return self.month_year(first)
        return self.days(first, last)

    def listed(self, names: Sequence[str]) -> str:
        """Several names in a row."""
        return self.last_comma.join(filter(None, (self.comma.join(names[:-1]), names[-1]))) if names else ""

    def issuers(self, issuers: Issuers) -> str:
        """By how many bodies something must be issued."""
        least, most = issuers.least, issuers.most
        if most is None:
            if issuers.together and least <= 1:
                return self.together
            return self.several if least == 2 else self.at_least.format(least)
        if most <= 1:
            return self.one_body if least else self.no_body
        return (self.exactly if least == most else self.at_most).format(most)


def frame_for(question: str) -> Frame:
    """That of the language a question is asked in."""
    return FRAMES[language_of(question)]


FRAMES: dict[Language, Frame] = {
    "en": Frame(
        months=MONTHS,
        day="{day} {month} {year}",
        month="{month} {year}",
        year="{year}",
        stretch="{first} to {last}",
        colon=": ",
        comma=", ",
        last_comma=" and ",
        both=" and ",
        either=" or ",
        quoted="“{}”",
        issue="issue of {date}",
        last="the last one",
        sections=SECTION_NAMES,
        parts={
            "issue": "{}", "section": "{}", "body": "issued by {}", "position": "{}",
            "since": "from {}", "until": "until {}",
            "issuers": "issued by {}", "words": "holds {}", "titles": "in {}", "without": "without {}", "due": "due {}",
            "wants": "asks for {}", "shape": "{}", "spelling": "spelling: {}", "history": "after: {}",
        },
        stretched="from {}",
        shapes={
            "list": "a complete list", "count": "a complete count", "overview": "an overview",
            "compare": "a comparison", "all": "all that fits", "latest": "the latest item",
            "earliest": "the earliest item", "issue": "the issues",
        },
        titles={"official": "official titles", "heading": "headings", "any": "titles"},
        wants={
            "amount": "an amount", "money": "a sum of money", "share": "a share", "time": "a time",
            "person": "a person", "issuer": "who issued it", "date": "its date", "chinese title": "its Chinese title",
            "english title": "its official title", "outlet": "who reported it", "view": "MERICS' view",
        },
        together="all of them together",
        several="several bodies",
        no_body="no body",
        one_body="one body alone",
        exactly="exactly {} bodies",
        at_least="at least {} bodies",
        at_most="at most {} bodies",
    ),
    "de": Frame(
        months=tuple(
            "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(),
        ),
        day="{day}. {month} {year}",
        month="{month} {year}",
        year="{year}",
        stretch="{first} bis {last}",
        colon=": ",
        comma=", ",
        last_comma=" und ",
        both=" und ",
        either=" oder ",
        quoted="„{}“",
        issue="Ausgabe vom {date}",
        last="der letzte Eintrag",
        sections={"top5": "Top 5", "policy": "Politikmeldungen", "corporate": "Unternehmensmeldungen"},
        parts={
            "issue": "{}", "section": "{}", "body": "herausgegeben von {}", "position": "{}",
            "since": "ab {}", "until": "bis {}",
            "issuers": "herausgegeben von {}", "words": "enthält {}", "titles": "in {}", "without": "ohne {}",
            "due": "fällig {}", "wants": "gefragt: {}", "shape": "{}", "spelling": "Schreibweise: {}",
            "history": "nach: {}",
        },
        stretched="vom {}",
        shapes={
            "list": "eine vollständige Liste", "count": "eine vollständige Zählung", "overview": "ein Überblick",
            "compare": "ein Vergleich", "all": "alles, was passt", "latest": "der neueste Eintrag",
            "earliest": "der älteste Eintrag", "issue": "die Ausgaben",
        },
        titles={"official": "offiziellen Titeln", "heading": "Überschriften", "any": "Titeln"},
        wants={
            "amount": "eine Anzahl", "money": "ein Geldbetrag", "share": "ein Anteil", "time": "eine Zeit",
            "person": "eine Person", "issuer": "der Herausgeber", "date": "das Datum",
            "chinese title": "der chinesische Titel", "english title": "der offizielle Titel",
            "outlet": "wer es meldete", "view": "die Sicht von MERICS",
        },
        together="allen gemeinsam",
        several="mehreren Behörden",
        no_body="keiner Behörde",
        one_body="einer Behörde allein",
        exactly="genau {} Behörden",
        at_least="mindestens {} Behörden",
        at_most="höchstens {} Behörden",
    ),
    "zh": Frame(
        months=tuple(str(month) for month in range(1, 13)),
        day="{year}年{month}月{day}日",
        month="{year}年{month}月",
        year="{year}年",
        stretch="{first}至{last}",
        colon="：",
        comma="、",
        last_comma="、",
        both="和",
        either="或",
        quoted="“{}”",
        issue="{date}一期",
        last="最后一条",
        sections={"top5": "头条（Top 5）", "policy": "政策新闻", "corporate": "企业新闻"},
        parts={
            "issue": "{}", "section": "{}", "body": "发布机构：{}", "position": "{}",
            "since": "{}起", "until": "截至{}",
            "issuers": "发布机构：{}", "words": "含{}", "titles": "见于{}", "without": "不含{}", "due": "期限：{}年",
            "wants": "所问：{}", "shape": "{}", "spelling": "拼写：{}", "history": "承接：{}",
        },
        stretched="{}",
        shapes={
            "list": "完整列表", "count": "完整计数", "overview": "概览", "compare": "对比", "all": "所有相符条目",
            "latest": "最新一条", "earliest": "最早一条", "issue": "期号",
        },
        titles={"official": "正式名称", "heading": "标题", "any": "名称或标题"},
        wants={
            "amount": "数量", "money": "金额", "share": "比例", "time": "时间", "person": "人物", "issuer": "发布机构",
            "date": "日期", "chinese title": "中文名称", "english title": "正式名称", "outlet": "报道来源",
            "view": "MERICS的看法",
        },
        together="全部共同",
        several="多个机构",
        no_body="无",
        one_body="仅一个机构",
        exactly="恰好{}个机构",
        at_least="至少{}个机构",
        at_most="至多{}个机构",
    ),
}  # fmt: skip
