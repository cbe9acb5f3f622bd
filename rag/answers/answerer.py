"""A query to an `Answer`: finds, refuses or extracts, numbers the items by first use and writes the text.

The one place where markers are given out, so that numbering and sources are the same at every door.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from rag.answers.cite import cite
from rag.answers.claims import Claim
from rag.answers.extract import extract
from rag.answers.listings import compare, lead, list_items, with_issue
from rag.answers.phrases import Phrases, phrases_for
from rag.answers.records import Answer, Citation, Coverage, Reason, Statement
from rag.answers.refuse import Refusal, refusal
from rag.briefs.bodies import BodyTable
from rag.retrieval.query import Query
from rag.retrieval.search import Found, Searcher

if TYPE_CHECKING:  # the reader brings the engines, which `import rag` does without
    from rag.index.reader import Index

# Items that are looked at for an answer; more never changed one.
DEPTH = 10
NEAREST = 3


class Answerer:
    """Answers queries over one opened index."""

    def __init__(self, index: Index, searcher: Searcher, bodies: BodyTable, coverage: Coverage) -> None:
        self._index, self._searcher, self._bodies, self._coverage = index, searcher, bodies, coverage

    def answer(self, query: Query, warnings: Sequence[str] = ()) -> Answer:
        """The whole answer."""
        found, claims, above, refused = self._found(query)
        if refused:
            return self._refusal(query, found, *refused, warnings)
        return self._compose(query, above, claims, warnings)

    def stream(self, query: Query, warnings: Sequence[str] = ()) -> Iterator[Answer]:
        """The answer as it grows, one statement at a time; the last one is whole."""
        found, claims, above, refused = self._found(query)
        if refused:
            yield self._refusal(query, found, *refused, warnings)
            return
        for count in range(1, len(claims) + 1):
            yield self._compose(query, above, claims[:count], warnings)

    def _found(self, query: Query) -> tuple[Found, list[Claim], str, Refusal | None]:
        """What was found, what answers, the line above it; or why nothing does."""
        found = self._searcher.search(query, DEPTH)
        refused = refusal(query, found, self._index.items(), self._index.vocabulary())
        if refused:
            return found, [], "", refused
        claims, above = self._claims(query, found)
        return found, claims, above, None if claims else ("not_stated", "")

    def _claims(self, query: Query, found: Found) -> tuple[list[Claim], str]:
        """What answers, and the line above it."""
        if found.listing:
            claims = list_items(query, found)
            return claims, lead(query, len(claims), self._coverage)
        if query.shape == "compare":
            return compare(query, self._searcher), ""
        claims = extract(query, found, self._bodies)
        return (with_issue(query, claims) if query.shape == "issue" else claims), ""

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

    def _compose(self, query: Query, above: str, claims: Sequence[Claim], warnings: Sequence[str]) -> Answer:
        markers: dict[str, int] = {}
        statements: list[Statement] = []
        citations: list[Citation] = []
        for claim in claims:
            marker = markers.setdefault(claim.item.id, len(markers) + 1)
            outlets = claim.item.sources if claim.voice == "report" else ()
            statements.append(Statement(claim.text, (marker,), claim.voice, "supported", outlets=outlets))
            citations += [cite(marker, claim.item, span) for span in claim.spans]
        return Answer(
            text="\n\n".join(filter(None, (above, _written(claims, statements, phrases_for(query))))),
            lead=above,
            statements=tuple(statements),
            citations=tuple(sorted(citations, key=lambda c: c.marker)),
            query=query,
            abstained=False,
            coverage=self._coverage,
            warnings=tuple(warnings),
        )


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
