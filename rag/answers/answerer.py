"""A query to an `Answer`: finds, refuses or extracts, numbers the items by first use and writes the text.

The one place where markers are given out, so that numbering and sources are the same at every door.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from rag.answers.cite import cite
from rag.answers.claims import Claim
from rag.answers.comparison import compare
from rag.answers.extract import extract
from rag.answers.listings import lead, list_items, with_issue
from rag.answers.phrases import Phrases, phrases_for
from rag.answers.records import Answer, Citation, Coverage, Reason, Statement
from rag.answers.refuse import Refusal, refusal
from rag.briefs.bodies import BodyTable
from rag.retrieval.query import Query
from rag.retrieval.search import Found, Searcher

if TYPE_CHECKING:  # the reader brings the engines, which `import rag` does without
    from rag.answers.generate import Composer
    from rag.index.reader import Index
    from rag.model.records import Message

# Items that are looked at for an answer; more never changed one.
DEPTH = 10
NEAREST = 3


@dataclass(frozen=True, slots=True)
class _Said:
    """What answers: claims in their order, the line above them, and of a comparison the names of its sides."""

    claims: Sequence[Claim]
    above: str = ""
    sides: tuple[str, ...] = ()

    def up_to(self, count: int) -> _Said:
        """The first claims, and of the sides those that are through with them or begun."""
        if count >= len(self.claims):
            return self
        claims = self.claims[:count]
        begun = self.sides.index(claims[-1].side) + 1 if self.sides else 0
        return replace(self, claims=claims, sides=self.sides[:begun])


class Answerer:
    """Answers queries over one opened index."""

    def __init__(
        self,
        index: Index,
        searcher: Searcher,
        bodies: BodyTable,
        coverage: Coverage,
        composer: Callable[[], Composer] | None = None,
    ) -> None:
        """`composer` gives what has a language model write answers; None where none is configured."""
        self._index, self._searcher, self._bodies, self._coverage = index, searcher, bodies, coverage
        self._composer = composer

    def warm(self) -> None:
        """Make what has a language model write, if one is configured, so that the first answer need not wait for it."""
        if self._composer is not None:
            self._composer()

    def answer(
        self, query: Query, warnings: Sequence[str] = (), history: Sequence[Message] = (), *, model: bool = True
    ) -> Answer:
        """The whole answer; `history` and `model` as for `stream`."""
        found, said, refused = self._found(query)
        if refused:
            return self._refusal(query, found, *refused, warnings)
        extractive = self._compose(query, said, said.sides, warnings)
        composer = self._chosen(found, model)
        for answer in self._generated(composer, query, found, extractive, history) if composer else ():
            extractive = answer
        return extractive

    def stream(
        self, query: Query, warnings: Sequence[str] = (), history: Sequence[Message] = (), *, model: bool = True
    ) -> Iterator[Answer]:
        """The answer as it grows; the last one is whole.

        In the briefs' own sentences it grows by one statement at a time. Where a language model writes, the extractive
        answer stands whole until its first words come; `history` is what it is told of the conversation, and with
        `model` False it is not asked.
        """
        found, said, refused = self._found(query)
        if refused:
            yield self._refusal(query, found, *refused, warnings)
            return
        if composer := self._chosen(found, model):
            extractive = self._compose(query, said, said.sides, warnings)
            yield from self._generated(composer, query, found, extractive, history)
            return
        for count in range(1, len(said.claims) + 1):
            yield self._compose(query, said.up_to(count), said.sides, warnings)

    def _chosen(self, found: Found, model: bool) -> Composer | None:
        """What has a language model write; None where none is to: no model can better a list that is looked up."""
        return self._composer() if model and self._composer is not None and not found.listing else None

    def _generated(
        self, composer: Composer, query: Query, found: Found, extractive: Answer, history: Sequence[Message]
    ) -> Iterator[Answer]:
        """What the language model makes of what was found."""
        cited = [self._index.item(citation.item_id) for citation in extractive.citations]
        items = {item.id: item for item in (*cited, *(hit.item for hit in found.hits)) if item}
        yield from composer.stream(query, list(items.values())[:DEPTH], extractive, history)

    def _found(self, query: Query) -> tuple[Found, _Said, Refusal | None]:
        """What was found, and what answers; or why nothing does."""
        found = self._searcher.search(query, DEPTH)
        refused = self._refused(query, found)
        if refused:
            return found, _Said(()), refused
        said = self._said(query, found)
        return found, said, None if said.claims else ("not_stated", "")

    def _refused(self, query: Query, found: Found) -> Refusal | None:
        return refusal(query, found, self._index.items(), self._index.vocabulary())

    def _lacks(self, side: Query, found: Found) -> bool:
        """Whether nothing found answers one side of a comparison; its time may be told by the issue's."""
        refused = self._refused(side, found)
        return refused is not None and refused[0] != "period"

    def _said(self, query: Query, found: Found) -> _Said:
        if found.listing:
            claims = list_items(query, found)
            return _Said(claims, lead(query, len(claims), self._coverage))
        if query.shape == "compare":
            sides = compare(query, self._searcher, self._lacks)
            claims = [replace(claim, side=side.label) for side in sides for claim in side.claims]
            return _Said(claims, sides=tuple(side.label for side in sides))
        claims = extract(query, found, self._bodies)
        return _Said(with_issue(query, claims) if query.shape == "issue" else claims)

    def _refusal(self, query: Query, found: Found, reason: Reason, detail: str, warnings: Sequence[str]) -> Answer:
        return Answer(
            text=phrases_for(query).refusal(reason, detail, self._coverage),
            statements=(),
            citations=(),
            query=query,
            abstained=True,
            coverage=self._coverage,
            reason=reason,
            nearest=found.hits[:NEAREST],
            warnings=tuple(warnings),
        )

    def _compose(self, query: Query, said: _Said, sides: tuple[str, ...], warnings: Sequence[str]) -> Answer:
        """The answer as far as it is said; `sides`: all that it will have."""
        markers: dict[str, int] = {}
        statements: list[Statement] = []
        citations: list[Citation] = []
        for claim in said.claims:
            marker = markers.setdefault(claim.item.id, len(markers) + 1)
            outlets = claim.item.sources if claim.voice == "report" else ()
            statements.append(
                Statement(claim.text, (marker,), claim.voice, "supported", outlets=outlets, side=claim.side)
            )
            citations += [cite(marker, claim.item, span) for span in claim.spans]
        return Answer(
            text="\n\n".join(_paragraphs(said, statements, phrases_for(query))),
            lead=said.above,
            statements=tuple(statements),
            citations=tuple(sorted(citations, key=lambda c: c.marker)),
            query=query,
            abstained=False,
            coverage=self._coverage,
            warnings=tuple(warnings),
            sides=sides,
        )


def _paragraphs(said: _Said, statements: Sequence[Statement], phrases: Phrases) -> Iterator[str]:
    """The line above and the statements as text, of a comparison a paragraph a side under its name."""
    if said.above:
        yield said.above
    if not said.sides:
        yield _written(said.claims, statements, phrases)
    for side in said.sides:
        claims = [claim for claim in said.claims if claim.side == side]
        of_it = [statement for statement in statements if statement.side == side]
        text = _written(claims, of_it, phrases) if claims else phrases.nothing
        yield f"{side}{phrases.colon.rstrip()}\n{text}"


def _written(claims: Sequence[Claim], statements: Sequence[Statement], said: Phrases) -> str:
    """The statements as text: bullets as a list, MERICS' view and reports named as such, each with its markers."""
    lines: list[str] = []
    for claim, statement in zip(claims, statements, strict=True):
        marks = "".join(f" [{marker}]" for marker in statement.markers)
        lead = "- " if claim.bullet else ""
        if claim.voice == "comment" and said.comment not in claim.text:
            lead += said.comment
        outlet = (
            f" ({', '.join(statement.outlets)})" if statement.outlets and statement.outlets[0] not in claim.text else ""
        )
        lines.append(f"{lead}{claim.text}{outlet}{marks}")
    gaps = ["\n" if a.bullet or b.bullet else "\n\n" for a, b in pairwise(claims)]
    return "".join(line + gap for line, gap in zip(lines, [*gaps, ""], strict=True))
