"""Turns as HTML: what was understood, the answer with its markers or the refusal, and what can be done with it.

Takes turns; gives HTML, a block a turn, all of whose texts went through `rag.web.markup`. Pure functions. In an answer
a marker shows its number in that answer and links to its card (`rag.web.render`). A button's value is an action that
`rag.web.actions` reads, with the turn's place; those of class `copy` and `save` take the text that stands beside them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby

from rag.answers.layout import (
    CHECKED,
    COLUMNS,
    REFUSALS,
    STOPPED,
    TABLED,
    compared,
    doubt,
    is_bullet,
    is_table,
    item_behind,
    speaker,
)
from rag.answers.phrases import phrases_for
from rag.answers.records import Answer, Statement, source_line
from rag.briefs.plain import plain
from rag.briefs.records import long_date
from rag.retrieval.query import Understood
from rag.sheet import answer_csv
from rag.web.conversation import Turn
from rag.web.filters import in_words
from rag.web.markup import escape, verbatim
from rag.web.render import MOST_SOURCED, before


def conversation_html(turns: Sequence[Turn], index: str = "", *, judging: bool = False) -> str:
    """The conversation, a block a turn with a blank line between, so that only the turn that grows is drawn anew.

    `index`: content of the index that is in use; a turn that was answered from another one says so. `judging`: whether
    a reader may say of an answer that it is good or bad.
    """
    drawn = [
        turn_html(
            turn,
            place,
            before(turns, place),
            linked=place >= len(turns) - MOST_SOURCED,
            last=place == len(turns) - 1,
            index=index,
            judging=judging,
        )
        for place, turn in enumerate(turns)
    ]
    return "\n\n".join(drawn)


def kept_html(talk: str, count: int, changed: Sequence[tuple[int, str]], *, restored: bool = False) -> str:
    """What the browser is to keep of a conversation, for its script: how many turns it has now, and the new ones.

    `talk`: its name. `changed`: places and sealed turns. `restored`: these came from the browser, which
    may hold more to send.
    """
    told = {"talk": talk, "turns": count, "changed": changed, "restored": restored}
    return f"<pre>{verbatim(json.dumps(told))}</pre>"


def turn_html(
    turn: Turn,
    place: int,
    given: int = 0,
    *,
    linked: bool = True,
    last: bool = True,
    index: str = "",
    judging: bool = False,
) -> str:
    """One turn: its question, what was understood, the answer, its tools, and of the last one what to ask next.

    `given`: markers given out before it.
    """
    said = "" if turn.whole else _WAITING
    if turn.problem:
        said = f'<p class="problem">{escape(turn.problem)}</p>'
    if turn.answer is not None:
        refused = turn.answer.abstained
        said = refusal_html(turn.answer) if refused else answer_html(turn, turn.answer, given, linked=linked)
    halted = f'<p class="hint">{STOPPED}</p>' if turn.stopped else ""
    earlier = _EARLIER if turn.whole and turn.answer and turn.index != (index or turn.index) else ""
    kind = "turn" if turn.whole else "turn growing"
    return (
        f'<section class="{kind}"><h2 class="asked">{escape(turn.question or _LOST)}</h2>{_chips(turn, place)}'
        f"{said}{halted}{earlier}{_tools(turn, place, judging) if turn.whole else ''}"
        f"{_suggestions(turn) if last and turn.suggested else ''}</section>"
    )


def refusal_html(answer: Answer) -> str:
    """The word that the briefs do not hold it, and why."""
    title = f'<p class="title">{REFUSALS[answer.reason]}</p>' if answer.reason else ""
    near = (
        '<p class="hint">What comes nearest is listed among the sources; it is no answer.</p>' if answer.nearest else ""
    )
    return f'<div class="refusal">{title}<p>{escape(answer.text)}</p>{near}{_warnings(answer)}</div>'


def answer_html(turn: Turn, answer: Answer, given: int = 0, *, linked: bool = True) -> str:
    """One answer: a comparison side by side, a list as a table, else its statements, grouped by who speaks."""
    lead = f'<p class="lead">{escape(answer.lead)}</p>' if answer.lead else ""
    if answer.model:
        said = _written(answer, turn, given, linked)
    elif answer.sides:
        said = _side_by_side(turn, answer, given, linked)
    elif is_table(answer):
        said = _table(turn, answer, given, linked)
    else:
        said = _grouped(answer.statements, turn, answer, given, linked)
    return f'<div class="answer">{_writer(answer)}{lead}{said}{_warnings(answer)}</div>'


def _writer(answer: Answer) -> str:
    """Who writes, or has written, where a language model does."""
    if answer.waiting_for:
        until = "" if answer.model else " Until then, in the briefs&#39; own sentences:"
        return f'<p class="writer">{escape(answer.waiting_for)} is writing …{until}</p>'
    if answer.model:
        return f'<p class="writer">Written by {escape(answer.model)}. {CHECKED}</p>'
    return ""


def _written(answer: Answer, turn: Turn, given: int, linked: bool) -> str:
    """What a language model wrote: running text, bullets as a list, what is not borne out marked."""
    pieces = []
    for listed, run in groupby(answer.statements, key=lambda s: is_bullet(s, answer)):
        said = [f'<span class="{s.support}">{_statement(s, turn, answer, given, linked)}</span>' for s in run]
        pieces.append(f"<ul>{''.join(f'<li>{s}</li>' for s in said)}</ul>" if listed else f"<p>{' '.join(said)}</p>")
    return f'<div class="said written">{"".join(pieces)}</div>'


def _chips(turn: Turn, place: int) -> str:
    """What was read from the question's words, each to be taken off; what was taken off, to be put back."""
    read = turn.answer.query.understood if turn.answer else ()
    chips = [f'<li><span class="chip given">{escape(words)}</span></li>' for words in in_words(turn.choice)]
    chips += [_chip(part, place, "off") for part in read] + [_chip(part, place, "back") for part in turn.taken]
    return f'<ul class="chips" title="Understood">{"".join(chips)}</ul>' if chips else ""


def _chip(part: Understood, place: int, verb: str) -> str:
    if verb == "off":
        before, sign, title = "Take off: ", "×", "Understood so. Take it off, and the question is answered without it."
    else:
        before, sign, title = "Put back: ", "+", "Taken off. Put it back, and the question is answered with it."
    return (
        f'<li><button type="button" class="act chip {verb}" value="{verb} {place} {escape(part.name)}" title="{title}">'
        f'<span class="unseen">{before}</span>{escape(part.words)}&#160;<span class="sign">{sign}</span></button></li>'
    )


def _tools(turn: Turn, place: int, judging: bool) -> str:
    """What can be done with an answer that grows no more."""
    answer, tools = turn.answer, []
    if answer is not None and not answer.abstained:
        tools.append(
            '<button type="button" class="copy">Copy with citations</button>'
            f"<pre hidden>{verbatim(copied_text(turn, answer))}</pre>"
        )
        if answer.query.shape in TABLED or answer.sides:
            tools.append(
                '<button type="button" class="save">Download as CSV</button>'
                f"<pre hidden>{verbatim(answer_csv(answer, turn.items))}</pre>"
            )
    if turn.question:
        tools += [
            f'<button type="button" class="act" value="edit {place}">Edit question</button>',
            f'<button type="button" class="act" value="retry {place}">Ask again</button>',
        ]
    if turn.judged:
        tools.append(f'<span class="judged">You said: {_VERDICTS[turn.judged]}. Kept, thank you.</span>')
    elif judging and answer is not None:
        tools += [
            f'<button type="button" class="judge" value="{verdict} {place}">{words}</button>'
            for verdict, words in _VERDICTS.items()
        ]
    return f'<div class="tools">{"".join(tools)}</div>'


def copied_text(turn: Turn, answer: Answer) -> str:
    """Question and answer with the line of every source, as plain text."""
    lines = dict.fromkeys(f"[{citation.marker}] {citation.line}" for citation in answer.sources)
    return "\n".join([turn.question, "", answer.text, "", *lines])


def examples_html(questions: Sequence[str], model: str = "") -> str:
    """The empty page: what this is, and questions to begin with. `model`: the language model that writes, if any."""
    words = (
        f"Answers are written by {escape(model)}, each sentence checked against its source. "
        if model
        else "Answers come in the briefs&#39; own sentences, each with the number of its source. "
    )
    return (
        f'<div class="welcome"><h2>What would you like to know?</h2><p>{words}'
        f"What the briefs do not say is not answered.</p>{_offered(questions)}</div>"
    )


def _suggestions(turn: Turn) -> str:
    """Questions to go on with."""
    return f'<div class="suggestions"><h2>Ask next</h2>{_offered(turn.suggested)}</div>'


def _offered(questions: Sequence[str]) -> str:
    buttons = (f'<li><button type="button" class="suggest">{escape(q)}</button></li>' for q in questions)
    return f"<ul>{''.join(buttons)}</ul>"


def _table(turn: Turn, answer: Answer, given: int, linked: bool) -> str:
    """A list as a table, a line an item. Roles, since on a phone the look takes the table's own meaning away."""
    head = "".join(f'<th scope="col" role="columnheader">{name}</th>' for name in COLUMNS)
    rows = []
    for statement in answer.statements:
        marker = statement.markers[0]
        cited = next(citation for citation in answer.citations if citation.marker == marker)
        item = turn.items[cited.item_id]
        heading = f"<b>{escape(item.heading)}</b> " if item.heading else ""
        said_by = "" if statement.voice == "document" else speaker(statement.voice, statement.outlets)
        said = f'<span class="voice {statement.voice}">{escape(said_by)}</span> ' if said_by else ""
        cells = (
            ("date", escape(long_date(item.date))),
            ("what", f"{heading}{said}{escape(plain(cited.quote))}{_doubt(statement, answer)}"),
            ("issued", escape(", ".join(item.bodies)) or "–"),
            ("source", _marker(marker, turn, answer, given, linked)),
        )
        drawn = (f'<td class="{name}" role="cell">{cell}</td>' for name, cell in cells)
        rows.append(f'<tr role="row">{"".join(drawn)}</tr>')
    return (
        f'<table role="table"><thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{"".join(rows)}</tbody></table>'
    )


def _side_by_side(turn: Turn, answer: Answer, given: int, linked: bool) -> str:
    """The sides of a comparison, which the look puts beside one another; one that has nothing says so at the end."""
    sides = []
    for side in answer.sides:
        of_it = [statement for statement in answer.statements if statement.side == side]
        said = _grouped(of_it, turn, answer, given, linked)
        if not of_it and turn.whole and not turn.stopped:
            said = f'<p class="none">{escape(phrases_for(answer.query).nothing)}</p>'
        sides.append(f'<section class="side"><h3>{escape(side)}</h3>{said}</section>')
    return f'<div class="sides">{"".join(sides)}</div>'


def _grouped(said: Sequence[Statement], turn: Turn, answer: Answer, given: int, linked: bool) -> str:
    """Statements with their markers, grouped by who speaks."""
    groups = []
    for (voice, outlets), run in groupby(said, key=lambda s: (s.voice, s.outlets)):
        groups.append(
            f'<div class="said {voice}"><p class="voice">{escape(speaker(voice, outlets))}</p>'
            f"{_statements(list(run), answer, turn, given, linked)}</div>"
        )
    return "".join(groups)


def _statements(said: Sequence[Statement], answer: Answer, turn: Turn, given: int, linked: bool) -> str:
    """Statements of one speaker; those that stand as bullets in the answer's text become a list."""
    pieces = []
    for listed, run in groupby(said, key=lambda s: is_bullet(s, answer)):
        tag = "li" if listed else "p"
        inner = "".join(f"<{tag}>{_statement(s, turn, answer, given, linked)}</{tag}>" for s in run)
        pieces.append(f"<ul>{inner}</ul>" if listed else inner)
    return "".join(pieces)


def _statement(statement: Statement, turn: Turn, answer: Answer, given: int, linked: bool) -> str:
    marks = "".join(_marker(marker, turn, answer, given, linked) for marker in statement.markers)
    return f"{_words(statement, turn, answer)}{marks}{_doubt(statement, answer)}"


def _words(statement: Statement, turn: Turn, answer: Answer) -> str:
    """What is said; on a side of a comparison the day and the heading that begin it stand out."""
    item = item_behind(statement.markers[0], answer, turn.items) if statement.side else None
    day, heading, text = compared(statement, item, answer.query)
    dated = f'<span class="date">{escape(day)}</span> ' if day else ""
    return f"{dated}{f'<b>{escape(heading)}</b> ' if heading else ''}{escape(text)}"


def _doubt(statement: Statement, answer: Answer) -> str:
    """The word that the source does not bear a statement out, where it is so."""
    words = doubt(statement, answer.query)
    return f' <span class="doubt">{escape(words)}</span>' if words else ""


def _marker(marker: int, turn: Turn, answer: Answer, given: int, linked: bool) -> str:
    if not linked:
        return f'&#160;<span class="marker">[{marker}]</span>'
    item = item_behind(marker, answer, turn.items)
    title = escape(source_line(item)) if item else ""
    return f'&#160;<a class="marker" href="#cite-{given + marker}" title="{title}">[{marker}]</a>'


def _warnings(answer: Answer) -> str:
    return "".join(f'<p class="warning">{escape(warning)}</p>' for warning in answer.warnings)


_VERDICTS = {"good": "Good answer", "bad": "Not right"}
_WAITING = '<p class="waiting">Looking it up …</p>'
_EARLIER = (
    '<p class="hint">Answered from an earlier state of the briefs. Ask again to have it from the present one.</p>'
)
_LOST = "A question that cannot be read"  # one that the browser kept, damaged
