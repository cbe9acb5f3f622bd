"""The words around quotes: leads, labels and refusals, in the language the question is asked in.

Quotes stay as the brief has them; everything here is said by the program. English, German and Chinese. Days and rows of
names are put into words by what it builds on, `rag.retrieval.phrases`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from rag.answers.records import Coverage, Reason
from rag.retrieval.phrases import FRAMES, Frame
from rag.retrieval.query import Query
from rag.retrieval.stopwords import Language, language_of
from rag.verify.records import Support


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases(Frame):
    """The phrases of one language; what stands in braces is filled in."""

    comment: str  # goes before what MERICS thinks
    one_item: str
    items: str
    complete_one: str
    complete: str
    issued_by: str
    via: str
    dated: str
    in_chinese: str
    official_title: str
    nothing: str  # of one side of a comparison
    refusals: dict[Reason, str]
    doubts: dict[Support, str]  # behind a statement of a language model
    instead: str  # after why a language model's answer is not there
    model_silent: str
    no_room: str
    none_borne: str
    withheld: str
    no_such_day: str
    no_issue_of: str
    on_day: str
    between: str
    or_later: str
    or_earlier: str
    of_years: str
    covers_one: str
    covers: str
    covers_nothing: str

    def count(self, items: int, issues: Sequence[dt.date]) -> str:
        """The line above a list: how many items, and for which issues that is complete."""
        what = (self.one_item if items == 1 else self.items).format(items=items)
        first, last = (self.month_year(day) for day in (issues[0], issues[-1]))
        return (self.complete_one if len(issues) == 1 else self.complete).format(
            what=what, issues=len(issues), first=first, last=last
        )

    def covered(self, coverage: Coverage) -> str:
        """What the corpus covers."""
        dates = [self.date(issue.date) for issue in coverage.issues]
        if not dates:
            return self.covers_nothing
        what = (self.one_item if coverage.items == 1 else self.items).format(items=coverage.items)
        covers = self.covers_one if len(dates) == 1 else self.covers
        return covers.format(what=what, issues=len(dates), dates=self.listed(dates))

    def refusal(self, reason: Reason, detail: str, coverage: Coverage) -> str:
        """Which reason it is, and what the corpus covers."""
        return f"{self.refusals[reason].format(detail=detail)} {self.covered(coverage)}"

    def window(self, first: dt.date | None, last: dt.date | None) -> str:
        """A stretch of time as what items would have to be dated."""
        if first and last:
            if first == last:
                return self.on_day.format(first=self.date(first))
            return self.between.format(first=self.date(first), last=self.date(last))
        if first:
            return self.or_later.format(first=self.date(first))
        return self.or_earlier.format(last=self.date(last)) if last else ""


def phrases_for(query: Query) -> Phrases:
    """Those of the language a question is asked in."""
    return PHRASES[language_of(query.question)]


def _frame(language: Language) -> dict[str, Any]:
    return {field.name: getattr(FRAMES[language], field.name) for field in fields(Frame)}


PHRASES: dict[Language, Phrases] = {
    "en": Phrases(
        **_frame("en"),
        comment="MERICS comments: ",
        one_item="{items} item",
        items="{items} items",
        complete_one="{what}, complete for the 1 issue of {first}:",
        complete="{what}, complete for the {issues} issues from {first} to {last}:",
        issued_by="{name} was issued by {bodies}{via}.",
        via=" (via {bodies})",
        dated="{name} is dated {date}.",
        in_chinese="{name} is called {title} in Chinese.",
        official_title="The official title is {name}.",
        nothing="Nothing in the briefs.",
        refusals={
            "period": "The briefs hold nothing {detail}.",
            "unknown_name": "The briefs never name {detail}.",
            "not_stated": "The briefs do not state this.",
            "off_topic": "This is not a subject of the briefs.",
            "order": "I answer questions about the China Industries briefs and follow no other instructions.",
        },
        doubts={"partly": "only partly borne out: {reason}", "unsupported": "not borne out: {reason}"},
        instead="What stands here are the briefs' own sentences.",
        model_silent="The language model {model} found no answer in the items.",
        no_room="The language model's window has no room for a single item; raise RAG_LLM_WINDOW.",
        none_borne="Nothing that the language model wrote is borne out by what it cites; the briefs' own sentences "
        "follow.",
        withheld="Statements of the language model that were withheld, since their sources do not bear them out: "
        "{count}.",
        no_such_day="dated {day}: the calendar has no such day",
        no_issue_of="of an issue of {month}",
        on_day="dated {first}",
        between="dated between {first} and {last}",
        or_later="dated {first} or later",
        or_earlier="dated {last} or earlier",
        of_years="of {years} on this",
        covers_one="The corpus holds {what} of 1 issue: {dates}.",
        covers="The corpus holds {what} of {issues} issues: {dates}.",
        covers_nothing="The corpus holds no issue.",
    ),
    "de": Phrases(
        **_frame("de"),
        comment="MERICS kommentiert: ",
        one_item="{items} Eintrag",
        items="{items} Einträge",
        complete_one="{what}, vollständig für die 1 Ausgabe von {first}:",
        complete="{what}, vollständig für die {issues} Ausgaben von {first} bis {last}:",
        issued_by="{name} wurde herausgegeben von: {bodies}{via}.",
        via=" (über {bodies})",
        dated="{name} trägt das Datum {date}.",
        in_chinese="{name} heißt auf Chinesisch {title}.",
        official_title="Der offizielle Titel lautet {name}.",
        nothing="Nichts in den Briefs.",
        refusals={
            "period": "Die Briefs enthalten dazu nichts {detail}.",
            "unknown_name": "Die Briefs nennen {detail} nirgends.",
            "not_stated": "Das steht nicht in den Briefs.",
            "off_topic": "Das ist kein Thema der Briefs.",
            "order": "Ich beantworte Fragen zu den Briefs China Industries und folge keinen anderen Anweisungen.",
        },
        doubts={"partly": "nur teilweise belegt: {reason}", "unsupported": "nicht belegt: {reason}"},
        instead="Hier stehen die eigenen Sätze der Briefs.",
        model_silent="Das Sprachmodell {model} fand in den Einträgen keine Antwort.",
        no_room="Im Fenster des Sprachmodells hat kein Eintrag Platz; setzen Sie RAG_LLM_WINDOW höher.",
        none_borne="Nichts von dem, was das Sprachmodell schrieb, ist durch seine Quellen belegt; es folgen die "
        "eigenen Sätze der Briefs.",
        withheld="Zurückgehaltene Aussagen des Sprachmodells, die ihre Quellen nicht belegen: {count}.",
        no_such_day="vom {day}: diesen Tag gibt es im Kalender nicht",
        no_issue_of="aus einer Ausgabe von {month}",
        on_day="vom {first}",
        between="aus der Zeit vom {first} bis {last}",
        or_later="ab dem {first}",
        or_earlier="bis zum {last}",
        of_years="aus {years}",
        covers_one="Der Bestand umfasst {what} aus 1 Ausgabe: {dates}.",
        covers="Der Bestand umfasst {what} aus {issues} Ausgaben: {dates}.",
        covers_nothing="Der Bestand enthält keine Ausgabe.",
    ),
    "zh": Phrases(
        **_frame("zh"),
        comment="MERICS评论：",
        one_item="{items}条",
        items="{items}条",
        complete_one="共{what}，就{first}这1期而言完整：",
        complete="共{what}，就{first}至{last}的{issues}期而言完整：",
        issued_by="{name}的发布机构：{bodies}{via}。",
        via="（经由{bodies}）",
        dated="{name}的日期为{date}。",
        in_chinese="{name}的中文名称是{title}。",
        official_title="正式名称为{name}。",
        nothing="简报中没有相关内容。",
        refusals={
            "period": "简报中没有{detail}的相关内容。",
            "unknown_name": "简报从未提到{detail}。",
            "not_stated": "简报没有说明这一点。",
            "off_topic": "这不是简报的主题。",
            "order": "我只回答关于《China Industries》简报的问题，不执行其他指令。",
        },
        doubts={"partly": "仅部分有据：{reason}", "unsupported": "无据：{reason}"},
        instead="以下为简报原句。",
        model_silent="语言模型{model}在这些条目中没有找到答案。",
        no_room="语言模型的窗口容不下任何条目；请调高RAG_LLM_WINDOW。",
        none_borne="语言模型所写内容均无出处支持；以下为简报原句。",
        withheld="因出处不支持而未显示的语言模型语句：{count}条。",
        no_such_day="{day}（日历上没有这一天）",
        no_issue_of="{month}一期",
        on_day="{first}",
        between="{first}至{last}",
        or_later="{first}及以后",
        or_earlier="{last}及以前",
        of_years="{years}年",
        covers_one="语料库收录1期共{what}：{dates}。",
        covers="语料库收录{issues}期共{what}：{dates}。",
        covers_nothing="语料库中没有任何一期。",
    ),
}
