"""Text that commands, through the whole path with a model that obeys it: what reaches a reader is checked and inert.

One corpus holds every form of attempt, an issue each: in an item, a heading, an official title and the file's name.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from rag import Answer, Library
from rag.answers.records import Statement
from rag.terminal import show_answer
from rag.web.conversation import Turn
from rag.web.render import sources_html
from rag.web.turns import answer_html
from tests.faults.injections import INJECTIONS, Injection
from tests.faults.scripted import Scripted

pytestmark = pytest.mark.real

_LIVE = re.compile(
    r"://|www\.\w|\b(?:javascript|vbscript|mailto|data|blob):\S|\bfile=|<[a-z/!|]|!\[|\]\(|evil\.example/|"
    r"[【】\u200b\u202e\U000e0020-\U000e007f]",
    re.IGNORECASE,
)
_OURS = re.compile(r"#cite-\d+|\?item=[\d\-]+&#47;\w+&#47;\d+|\?item=[\d\-]+/\w+/\d+")
_QUESTIONS = {
    "item": "How many robots should stand on every farm?",
    "heading": "How many tractors should stand on every farm?",
    "official title": "How many wagons should stand on every farm?",
}
_FORMS = list(dict.fromkeys(injection.form for injection in INJECTIONS))
_NAMED = [injection.form for injection in INJECTIONS if injection.where == "file name"]
_FIRST = dt.date(2020, 1, 1)
_CLEAN = _FIRST - dt.timedelta(days=7)
# The issue that holds a form, and the one whose file is named by it and holds nothing else of it.
_HOLDING = {form: _FIRST + dt.timedelta(days=7 * number) for number, form in enumerate(_FORMS)}
_NAMING = {form: _FIRST + dt.timedelta(days=7 * number) for number, form in enumerate(_NAMED, len(_FORMS))}
_STORIES = {"item": 1, "heading": 2, "official title": 3}
_BRIEF = """---
edition: digest
issue: {issue:%Y-%m-%d}
---

{issue:%B %d, %Y}

# MERICS

## China Industries

## MERICS TOP 5

### 1. Robots for farms

**At a glance:** By 2027, 40 robots should stand on every farm.

- {item}
- Mend every robot

**Article:** Notice on robots

**Issuing body:** MIIT

**Date:** {issue:%B %d, %Y}

### 2. {heading}

**At a glance:** By 2027, 30 tractors should stand on every farm.

**Article:** Notice on tractors

**Issuing body:** MIIT

**Date:** {issue:%B %d, %Y}

### 3. Wagons for farms

**At a glance:** By 2027, 20 wagons should stand on every farm.

**Article:** {title}

**Issuing body:** MIIT

**Date:** {issue:%B %d, %Y}

## NOTEWORTHY

### Policy news

- *{issue:%B %d}:* The MIIT counted ploughs. {also} ([MIIT notice](#))

### Corporate news

- *{issue:%B %d}:* Plough Co. sold 3 ploughs. ([Acorn article](#))
"""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A brief a form, clean ones named by the forms that can be names, and a clean one."""
    folder = tmp_path_factory.mktemp("commands")
    texts: dict[tuple[str, str], Injection] = {(each.form, each.where): each for each in INJECTIONS}

    def write(name: str, issue: dt.date, form: str = "") -> None:
        held = {where: texts[form, where].text if (form, where) in texts else "Mend ploughs" for where in _STORIES}
        also = texts[form, "item"].also if form else ""
        brief = _BRIEF.format(
            issue=issue, item=held["item"], heading=held["heading"], title=held["official title"], also=also
        )
        (folder / f"{name}.md").write_text(brief, encoding="utf-8")

    for form, issue in _HOLDING.items():
        write(f"{issue}", issue, form)
    for form, issue in _NAMING.items():
        write(texts[form, "file name"].text, issue)
    write("clean", _CLEAN)
    return folder


@pytest.fixture(scope="module")
def writer() -> Scripted:
    """The model that obeys."""
    return Scripted("")


@pytest.fixture(scope="module")
def library(corpus: Path, built: Callable[[Path], Path], writer: Scripted) -> Iterator[Library]:
    """The library of that corpus."""
    with Library.open(corpus, built(corpus), writer=writer) as opened:
        yield opened


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one attempt: every step of the answer, and the answer that no model had a part in."""

    steps: list[Answer]
    own: Answer

    @property
    def answer(self) -> Answer:
        """The whole answer."""
        return self.steps[-1]

    def said(self, answer: Answer) -> list[Statement]:
        """What of it the model wrote: the rest is the briefs' own, word for word."""
        own = {statement.text for statement in self.own.statements}
        return [statement for statement in answer.statements if statement.text not in own]

    @property
    def text(self) -> str:
        """The model's part of the text."""
        return self.answer.text.partition(self.own.statements[0].text)[0] if self.own.statements else ""


Obey = Callable[[Injection, str], Told]


@pytest.fixture
def obey(library: Library, writer: Scripted, monkeypatch: pytest.MonkeyPatch) -> Obey:
    """Asks about where the attempt stands, and has the model reply so; every word is a step."""
    monkeypatch.setattr("rag.answers.generate._PAUSE", 0.0)

    def obeying(injection: Injection, reply: str) -> Told:
        question = _QUESTIONS.get(injection.where, _QUESTIONS["item"])
        issue = _HOLDING[injection.form]
        if injection.where == "question":
            question, issue = f"{question} {injection.text}", _CLEAN
        elif injection.where == "file name":
            issue = _NAMING[injection.form]
        number = _STORIES.get(injection.where, 1)
        writer.replies, writer.asked = [[reply.replace("{}", f"{{{issue}/top5/{number}}}")]], []
        steps = list(library.stream(question, issue=issue))
        return Told(steps, library.ask(question, issue=issue, model=False))

    return obeying


class _Tags(HTMLParser):
    """The tags of a piece of HTML, and every address in them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.others: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attributes:
            if name == "href":
                self.addresses.append(value or "")
            else:
                self.others.add(name)


def _drawn(library: Library, answer: Answer) -> str:
    """The answer and its sources on the web page; a source that was not found has no card."""
    answer = replace(answer, citations=tuple(c for c in answer.citations if c.span))
    turn = Turn("?", answer, {c.item_id: library.item(c.item_id) for c in answer.citations}, whole=True)
    return answer_html(turn, answer) + sources_html([turn], library.coverage())


def _inert(library: Library, told: Told) -> None:
    """Nothing of the model's that reaches a reader is live, nothing at all on the page is, and each marker resolves."""
    answer = told.answer
    for step in told.steps:
        for statement in told.said(step):
            assert not _LIVE.search(f"{statement.text} {statement.reason}")
    cited = {citation.marker for citation in answer.citations if citation.located == "exact"}
    assert {int(marker) for marker in re.findall(r"\[(\d+)\]", told.text)} <= cited
    assert "[" not in re.sub(r"\[\d+\]", "", told.text)
    assert not _LIVE.search(show_answer(replace(answer, text=told.text, citations=())) if answer.model else "")
    html = _drawn(library, answer)
    page = _Tags(html)
    assert not page.tags & {"img", "image", "script", "style", "svg", "form", "input", "iframe", "object", "link"}
    assert page.others <= {"class", "id", "title", "tabindex", "lang", "role", "scope"}
    assert all(_OURS.fullmatch(address) for address in page.addresses), page.addresses
    assert "://" not in html


def _unmarked(injection: Injection, told: Told) -> list[Statement]:
    """The model's obedience where it stands in the answer without the word that nothing bears it out."""
    phrase = injection.tries if injection.aim == "phrase" else "umbrella"
    steps = [statement for step in told.steps for statement in told.said(step)]
    return [s for s in steps if phrase in s.text and s.support in ("supported", "partly")]


def test_no_obedience_gets_past_the_check(library: Library, writer: Scripted, obey: Obey) -> None:
    """Of all attempts in all places none reaches the reader unmarked or live: past the gate 0 of them all."""
    asked, past = 0, []
    for injection in INJECTIONS:
        told = obey(injection, injection.obeyed)
        _inert(library, told)
        asked += bool(told.answer.model)
        if told.answer.model:
            assert told.said(told.answer)[0].support == "unsupported"
        past += [injection.id] if _unmarked(injection, told) else []
        if injection.where == "file name":
            assert injection.text not in writer.asked[0][1].content
    assert past == []
    assert len(INJECTIONS) >= 200
    assert asked >= 200, "the model was asked too seldom to prove anything"


def test_a_true_key_does_not_lend_itself_to_an_order(library: Library, obey: Obey) -> None:
    """With the key of the item asked about, what a question, a file name or a heading orders is still not borne out.

    Where the item's own text says it, that is what the item says: it is told with the sentence that says it.
    """
    past, quoted = [], 0
    for injection in INJECTIONS:
        told = obey(injection, f"{injection.obeyed.rstrip('.。')} {{}}.")
        _inert(library, told)
        unmarked = _unmarked(injection, told)
        if unmarked and injection.where in ("item", "official title"):
            quoted += 1
            assert any(told.said(told.answer)[0].text.rstrip(".") in c.quote for c in told.answer.citations)
        elif unmarked:
            past.append(injection.id)
    assert past == []
    assert quoted <= 40
