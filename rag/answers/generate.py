"""Answers that a language model writes, each statement checked against what it cites.

Takes a query, the items found for it and the extractive answer, which stands until the first word comes and takes over
wherever the model fails: down, slow, cut off, without an answer, or without one statement that its sources bear out.
What the model writes reaches a reader only as plain text, in statements whose markers are given out here, once each has
been held against the items under its keys. Knows nothing of HTTP (`rag.model.endpoint`) and of how a statement is
checked (`rag.verify`).
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from rag.answers.cite import cite
from rag.answers.phrases import Phrases, phrases_for
from rag.answers.records import Answer, Citation, Statement
from rag.briefs.records import Item
from rag.errors import ModelProblem, WindowTooSmall
from rag.model.prompt import Prompt, build, halved
from rag.model.records import Message, Writer
from rag.model.reply import Piece, ReplyReader, is_refusal
from rag.model.tokens import Counter
from rag.retrieval.query import Query
from rag.settings import Unsupported
from rag.verify.verifier import Verifier

_PAUSE = 0.05  # seconds between two steps of a growing answer: nobody reads faster, and each one is composed anew


class _NotStated(Exception):
    """The model said that the items do not answer."""


@dataclass(frozen=True, slots=True)
class Composer:
    """Has a language model write answers from items, and checks them. Safe from many threads."""

    writer: Writer
    verifier: Verifier
    count: Counter  # tokens of a text
    window: int  # tokens of prompt and reply together
    reply: int  # most tokens of a reply
    unsupported: Unsupported  # what becomes of statements that are not borne out

    def stream(
        self, query: Query, items: Sequence[Item], extractive: Answer, history: Sequence[Message] = ()
    ) -> Iterator[Answer]:
        """The extractive answer, marked as waiting; what the model writes, as it grows; last the whole answer.

        `items`: the evidence, best first. Closing the generator cancels the model's request. Raises nothing that the
        model causes.
        """
        said = phrases_for(query)
        try:
            prompt = self._prompt(query, items, history)
        except WindowTooSmall as problem:
            yield _instead(extractive, said, str(problem))
            return
        if not prompt.keys:
            yield _instead(extractive, said, said.no_room)
            return
        waiting = replace(extractive, waiting_for=self.writer.name)
        yield waiting
        try:
            try:
                yield from self._written(query, prompt, waiting)
            except ModelProblem as problem:
                if problem.kind != "too_long":
                    raise
                yield from self._written(query, halved(prompt), waiting)
        except ModelProblem as problem:
            yield _instead(extractive, said, str(problem))
        except _NotStated:
            yield _instead(extractive, said, said.model_silent.format(model=self.writer.name))

    def _prompt(self, query: Query, items: Sequence[Item], history: Sequence[Message]) -> Prompt:
        return build(
            query.question,
            items,
            history,
            window=self.window,
            reply=self.reply,
            count=self.count,
            nonce=secrets.token_hex(4),
        )

    def _written(self, query: Query, prompt: Prompt, waiting: Answer) -> Generator[Answer, None, None]:
        """The answer as the model writes it; the last one is whole. Raises ModelProblem and _NotStated."""
        reader, draft = ReplyReader(prompt.keys), _Draft(self.verifier, prompt, self.unsupported == "withhold")
        shown, writing, due = waiting, replace(waiting, model=self.writer.name), time.monotonic()
        with closing(self.writer.write(prompt.messages, self.reply)) as pieces:
            for piece in pieces:
                draft.take(reader.feed(piece))
                if piece and time.monotonic() < due:
                    continue
                shown = draft.answer(writing, "" if draft.withholds else reader.open.text) or shown
                yield shown  # even where nothing is new: a reader who has gone is noticed here
                due = time.monotonic() + _PAUSE
        draft.take(reader.finish())
        yield draft.whole(writing)


@dataclass(slots=True)
class _Draft:
    """What the model has written so far: checked statements, and the markers of what they cite."""

    verifier: Verifier
    prompt: Prompt
    withholds: bool
    statements: list[Statement] = field(default_factory=list)
    bullets: list[bool] = field(default_factory=list)  # of each statement: whether it stands as a bullet
    citations: list[Citation] = field(default_factory=list)
    markers: dict[str, int] = field(default_factory=dict)  # by item id
    withheld: int = 0
    held: Piece | None = None  # the line above a list, which rests on what the list cites

    def take(self, pieces: Sequence[Piece]) -> None:
        """Check what is new. Raises _NotStated where the reply begins with the word that nothing answers."""
        for piece in pieces:
            if not self.statements and self.held is None and is_refusal(piece.text):
                raise _NotStated
            if self.held is not None:
                self._check(replace(self.held, keys=piece.keys))
                self.held = None
            if not piece.keys and piece.text.endswith((":", "：")):
                self.held = piece
            else:
                self._check(piece)

    def _check(self, piece: Piece) -> None:
        known = [key for key in piece.keys if key in self.prompt.keys]
        unknown = [key for key in piece.keys if key not in self.prompt.keys]
        items = [self.prompt.keys[key] for key in known]
        finding = self.verifier.check(piece.text, items)
        support, reason = finding.support, finding.reason
        if not finding.evidence and support != "unsupported":  # likeness alone shows a reader nothing to judge by
            support, reason = "unsupported", "no sentence of the source bears it out"
        if unknown:
            support, reason = "unsupported", f"cites {', '.join(unknown)}, a source that was not given"
        self.citations += [_not_found(key) for key in unknown]
        if support != "supported" and self.withholds:
            self.withheld += 1
            return
        cited = []
        for item, sentence in finding.evidence:
            marker = self.markers.setdefault(item.id, len(self.markers) + 1)
            cited.append(marker)
            citation = cite(marker, item, sentence.span)
            if citation not in self.citations:
                self.citations.append(citation)
        reports = [item.sources for item, _ in finding.evidence[:1]] if finding.voice == "report" else []
        self.statements.append(
            Statement(
                text=piece.text,
                markers=tuple(dict.fromkeys(cited)),
                voice=finding.voice,
                support=support,
                reason=reason,
                outlets=reports[0] if reports else (),
            )
        )
        self.bullets.append(piece.bullet)

    def answer(self, waiting: Answer, tail: str) -> Answer | None:
        """The answer as it grows, its last words not checked yet; None where nothing is written."""
        growing = [Statement(tail, (), "document", "unchecked")] if tail else []
        if not (self.statements or growing):
            return None
        return self._composed(waiting, [*self.statements, *growing], [*self.bullets, *(False for _ in growing)])

    def whole(self, waiting: Answer) -> Answer:
        """The whole answer. Where nothing in it is borne out, the briefs' own sentences follow, and a line says so."""
        said = phrases_for(waiting.query)
        if self.held is not None:
            self._check(self.held)
            self.held = None
        written = replace(
            self._composed(waiting, self.statements, self.bullets),
            waiting_for="",
            written=len(self.statements),
            withheld=self.withheld,
        )
        if not any(statement.support in ("supported", "partly") for statement in self.statements):
            written = self._with_extractive(written, waiting, said)
        notes = [said.withheld.format(count=self.withheld)] if self.withheld else []
        left_out = tuple(item.id for item in (*self.prompt.cut, *self.prompt.left_out))
        return replace(written, warnings=(*written.warnings, *notes), left_out=left_out)

    def _with_extractive(self, written: Answer, waiting: Answer, said: Phrases) -> Answer:
        moved = {
            citation.marker: self.markers.setdefault(citation.item_id, len(self.markers) + 1)
            for citation in waiting.citations
        }
        more = [replace(s, markers=tuple(moved[m] for m in s.markers), side="") for s in waiting.statements]
        self.citations += [replace(c, marker=moved[c.marker]) for c in waiting.citations]
        bullets = [*self.bullets, *(False for _ in more)]
        both = self._composed(written, [*self.statements, *more], bullets)
        return replace(both, warnings=(*both.warnings, said.none_borne))

    def _composed(self, around: Answer, statements: Sequence[Statement], bullets: Sequence[bool]) -> Answer:
        said = phrases_for(around.query)
        return replace(
            around,
            text="".join(_lines(statements, bullets, said)),
            lead="",
            statements=tuple(statements),
            citations=tuple(sorted(self.citations, key=lambda citation: (citation.marker == 0, citation.marker))),
            sides=(),
        )


def _lines(statements: Sequence[Statement], bullets: Sequence[bool], said: Phrases) -> Iterator[str]:
    """The statements as text: sentences in one paragraph, bullets a line each, doubts said behind what they are of."""
    for number, (statement, bullet) in enumerate(zip(statements, bullets, strict=True)):
        doubt = said.doubts.get(statement.support, "").format(reason=statement.reason)
        marks = "".join(f" [{marker}]" for marker in statement.markers)
        after_list = number and bullets[number - 1]
        gap = "\n- " if bullet else "\n\n" if after_list else " "
        said_by = _speaker(statement, said)
        yield f"{gap.lstrip() if not number else gap}{said_by}{statement.text}{marks}{f' ({doubt})' if doubt else ''}"


def _speaker(statement: Statement, said: Phrases) -> str:
    """The word that MERICS says it, where only MERICS' assessment bears a statement out and it does not say so."""
    borne = statement.support in ("supported", "partly")
    return said.comment if borne and statement.voice == "comment" and "MERICS" not in statement.text else ""


def _not_found(key: str) -> Citation:
    """A source that the model cites and that it was never given: kept as such, under no marker."""
    return Citation(0, key, "digest", "", None, "not found", f"{key}: no such source was given")


def _instead(extractive: Answer, said: Phrases, why: str) -> Answer:
    """The answer in the briefs' own sentences, with the line that says why the model's is not there."""
    return replace(extractive, warnings=(*extractive.warnings, f"{why} {said.instead}"))
