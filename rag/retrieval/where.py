"""Where in the corpus a question looks, and what that tells of what it wants: "the MOF in April 2024?" wants a list.

Takes what was read of a question's places, times and bodies; gives kind and shape of its answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.briefs.records import Section
from rag.retrieval.dates import Times
from rag.retrieval.patterns import Shape
from rag.retrieval.places import is_when
from rag.retrieval.points import Day
from rag.retrieval.wants import Wants


@dataclass(frozen=True, slots=True)
class Where:
    """Where in the corpus a question looks."""

    issues: Sequence[Day]
    sections: Sequence[Section]
    times: Times
    bodies: bool
    counted: bool  # whether it says by how many bodies


def told_by_place(wants: Wants, shape: Shape, where: Where, subject: Sequence[str]) -> tuple[Wants, Shape]:
    """What is wanted, and in which shape, told from where a question looks and whether it has a subject at all.

    With no subject but a body, an issue or a time, all of it is meant: "MOFCOM in 2024?". A section of one issue is
    listed even for what it must hold ("German firms in the corporate news of ..."). With a subject, who issued it is no
    list of items; and a time that says when something was done means all that was done then.
    """
    placed = bool(where.issues or where.times.windows or where.times.deadlines or where.bodies)
    if wants == "issuer" and where.counted and shape in ("answer", "list"):
        return "text", "list"  # "which measures have exactly two issuing bodies?"
    if wants == "issuer" and shape in ("answer", "list", "overview"):
        if subject:
            return wants, shape if where.bodies or where.times.windows else "answer"
        return ("text", "list") if where.bodies else (wants, shape)
    if shape != "answer" or wants not in ("text", "view"):
        return wants, shape
    exact = where.issues or any(map(is_when, where.times.windows))
    if placed and (not subject or (len(where.sections) == 1 and exact)):
        return wants, "list"
    if not where.issues and where.times.windows and is_when(where.times.windows[0]):
        return wants, "all"
    return wants, shape
