"""Records as HTML: who speaks, which marker leads where, what a refusal looks like."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from rag.answers.records import Answer, Statement
from rag.briefs.records import Item
from rag.library import Library
from rag.web.conversation import Turn
from rag.web.examples import example_questions
from rag.web.render import MOST_SOURCED, coverage_line, sources_html
from rag.web.turns import conversation_html

MakeItem = Callable[..., Item]
MakeAnswer = Callable[..., Answer]


def links(page: str) -> list[str]:
    """The targets of all links."""
    return re.findall(r'href="([^"]*)"', page)


def cards(page: str) -> list[str]:
    """The addresses of all cards."""
    return re.findall(r'id="([^"]*)"', page)


@pytest.fixture
def item(make_item: MakeItem) -> Item:
    """An item of two sentences."""
    return make_item("The plan sets 492 robots.\n\nIt names ten areas.")


@pytest.fixture
def answer(item: Item, make_answer: MakeAnswer) -> Answer:
    """An answer of two quotes from one item."""
    return make_answer(item, ["The plan sets 492 robots.", "It names ten areas."])


@pytest.fixture
def turn(item: Item, answer: Answer) -> Turn:
    """One question, answered from one item."""
    return Turn("How many?", answer, {item.id: item})


def test_each_marker_leads_to_its_card(turn: Turn, answer: Answer) -> None:
    """The numbers start anew in each answer, the addresses count on, and each address has one card."""
    turns = [turn, replace(turn, question="And?")]
    said, beside = conversation_html(turns), sources_html(turns, answer.coverage)
    assert links(said) == ["#cite-1", "#cite-1", "#cite-2", "#cite-2"]
    assert re.findall(r">(\[\d\])</a>", said) == ["[1]"] * 4
    assert cards(beside) == ["cite-2", "cite-1"]  # the last answer's first


def test_old_markers_are_plain_numbers(turn: Turn, answer: Answer) -> None:
    """Beyond the answers whose sources are kept beside, markers are no links, so that none leads nowhere."""
    turns = [turn] * (MOST_SOURCED + 2)
    said, beside = conversation_html(turns), sources_html(turns, answer.coverage)
    assert {link[1:] for link in links(said)} == set(cards(beside))
    assert said.count('<span class="marker">[1]</span>') == 4


def test_the_sides_of_a_comparison_follow_one_another(turn: Turn, answer: Answer, item: Item) -> None:
    """Each is read whole before the next; day and heading stand out; one without statements says so at the end."""
    statements = (
        Statement("1 March 2023: Robots. The plan sets 492 robots.", (1,), "document", "supported", side="A&B"),
        Statement("It names ten areas.", (1,), "document", "supported", side="C"),
    )
    compared = replace(turn, answer=replace(answer, statements=statements, sides=("A&B", "C", "D")), whole=True)
    said = conversation_html([compared])
    sides = re.findall(r'<section class="side"><h3>(.*?)</h3>(.*?)</section>', said)
    assert [html.unescape(label) for label, _ in sides] == ["A&B", "C", "D"]
    assert '<span class="date">1 March 2023</span> <b>Robots</b> The plan sets 492 robots' in sides[0][1]
    assert "It names ten areas" in sides[1][1]
    assert sides[2][1] == '<p class="none">Nothing in the briefs&#46;</p>'
    for unfinished in (replace(compared, whole=False), replace(compared, stopped=True)):
        assert "Nothing in" not in conversation_html([unfinished])


def test_who_speaks_is_said(turn: Turn, answer: Answer) -> None:
    """Document, report with its outlet, and MERICS' comment each stand under their own name."""
    statements = (
        Statement("A.", (1,), "document", "supported"),
        Statement("B.", (1,), "report", "supported", outlets=("Reuters article",)),
        Statement("C.", (1,), "comment", "supported"),
    )
    said = conversation_html([replace(turn, answer=replace(answer, statements=statements))])
    labels = re.findall(r'<div class="said (\w+)"><p class="voice">([^<]*)</p>', said)
    assert labels == [
        ("document", "The document"),
        ("report", "Reported&#58; Reuters article"),
        ("comment", "MERICS comments"),
    ]


def test_what_a_source_does_not_bear_out_is_marked(turn: Turn, answer: Answer) -> None:
    """A statement that its source does not bear out, and a quote that is not in its item, are shown as such."""
    statement = Statement("A.", (1,), "document", "unsupported", reason="no such figure")
    lost = replace(answer.citations[0], span=None, located="not found", quote="made up")
    doubtful = replace(turn, answer=replace(answer, statements=(statement,), citations=(lost,)))
    assert "not borne out&#58; no such figure" in conversation_html([doubtful])
    assert "Not found in this item: made up" in sources_html([doubtful], answer.coverage)


def test_what_a_language_model_wrote_is_told_and_marked(turn: Turn, answer: Answer) -> None:
    """Its name stands above; sentences run on, those in doubt and those not checked yet have a look of their own."""
    said = (
        Statement("The plan sets 492 robots.", (1,), "document", "supported"),
        Statement("It names 99 areas.", (1,), "document", "unsupported", reason="the source says ten"),
        Statement("It also", (), "document", "unchecked"),
    )
    written = replace(
        answer, statements=said, model="a-<model>", waiting_for="a-<model>", citations=answer.citations[:1]
    )
    page = conversation_html([replace(turn, answer=written)])
    assert "a&#45;&#60;model&#62; is writing" in page
    assert '<span class="unsupported">It names 99 areas' in page
    assert "not borne out&#58; the source says ten" in page
    assert '<span class="unchecked">It also' in page
    assert page.count('class="said') == 1
    done = conversation_html([replace(turn, answer=replace(written, waiting_for=""))])
    assert "Written by a&#45;&#60;model&#62;. Each sentence was checked" in done
    waiting = conversation_html([replace(turn, answer=replace(answer, waiting_for="a-model"))])
    assert "Until then, in the briefs&#39; own sentences" in waiting


def test_a_source_that_was_not_given_has_no_card(turn: Turn, answer: Answer) -> None:
    """It has no marker, and nothing to show."""
    lost = replace(answer.citations[0], marker=0, item_id="z9z", span=None, located="not found", quote="")
    page = [replace(turn, answer=replace(answer, citations=(*answer.citations, lost), model="a-model"))]
    assert sources_html(page, answer.coverage) == sources_html([turn], answer.coverage)
    assert "z9z" not in conversation_html(page)


def test_bullets_of_an_answer_are_a_list(turn: Turn, answer: Answer) -> None:
    """Statements that stand as bullets in the answer's text are a list on the page."""
    first, second = answer.statements
    text = f"{first.text} [1]\n- {second.text} [1]"
    said = conversation_html([replace(turn, answer=replace(answer, text=text))])
    assert "<ul><li>It names" in said
    assert "<p>The plan sets" in said


def test_card_says_what_the_item_is(turn: Turn, answer: Answer) -> None:
    """A card holds marker, issue, section, number, page, date, heading, bodies, edition and the quotes, highlighted."""
    card = sources_html([turn], answer.coverage)
    for words in ("1 March 2023, Top 5 no. 1, page 2", "<h3>Robots</h3>", "MIIT", "Digest, not MERICS’ wording"):
        assert words in html.unescape(card)
    assert card.count("<mark>") == 2
    assert '<span class="number">1</span>' in card


def test_refusal_is_no_answer(answer: Answer, library: Library) -> None:
    """A refusal has its own look, no marker and no address; what comes nearest is called that."""
    nearest = tuple(library.retrieve("robots", k=2))
    refused = replace(answer, abstained=True, reason="not_stated", citations=(), statements=(), nearest=nearest)
    turns = [Turn("How many?", replace(refused, text="The briefs do not state this."))]
    said, beside = conversation_html(turns), sources_html(turns, answer.coverage)
    assert 'class="refusal"' in said
    assert [link for link in links(said + beside) if link.startswith("#")] == cards(beside) == []
    assert "Nearest, not an answer" in beside
    assert beside.count("<article") == 2


def test_warnings_are_shown(turn: Turn, answer: Answer) -> None:
    """What works with less than it should is said under the answer."""
    warned = replace(turn, answer=replace(answer, warnings=("Searching by words alone.",)))
    assert "Searching by words alone" in conversation_html([warned])


def test_no_text_becomes_markup(make_item: MakeItem, make_answer: MakeAnswer) -> None:
    """Hostile text in question, answer, heading, bodies and outlets adds no tag and no link to the page."""
    bad = '"><script>x</script>![a](https://example.com)\n\n<details>'
    calm_item = make_item("A text.", heading="A", bodies=("B",), sources=("C",))
    bad_item = make_item(f"A text {bad}", heading=bad, bodies=(bad,), sources=(bad,))

    def drawn(item: Item, question: str, quote: str, outlet: str) -> str:
        answer = make_answer(item, [quote], warnings=(question,))
        said = tuple(replace(s, voice="report", outlets=(outlet,)) for s in answer.statements)
        turns = [Turn(question, replace(answer, statements=said), {item.id: item})]
        return conversation_html(turns) + sources_html(turns, answer.coverage)

    def tags(page: str) -> list[str]:
        return re.findall(r"<(\w+)", page)

    calm, hostile = drawn(calm_item, "Q", "A text.", "O"), drawn(bad_item, bad, bad, bad)
    assert set(tags(hostile)) <= {*tags(calm), "details", "summary"}
    assert "script" not in tags(hostile)
    assert {html.unescape(link) for link in links(hostile)} == {"#cite-1", "?item=2023-03-01/top5/1"}
    assert hostile.count("\n") == calm.count("\n")


def test_coverage_names_issues_and_edition(library: Library) -> None:
    """One line says how many issues of when, how many items, and that the wording is a digest's."""
    line = coverage_line(library.coverage())
    assert line == "5 issues, 5 October 2022 to 8 May 2024 · 94 items · digest, not MERICS’ wording"


def test_examples_are_answered(library: Library) -> None:
    """Each example question is answered, not refused; they differ in kind."""
    questions = example_questions(library)
    assert len({tuple(question.split()[:3]) for question in questions}) == 4
    assert not any(library.ask(question).abstained for question in questions)
