"""Where in the corpus a question looks, and what that tells of what it wants: "the MOF in April 2024?" wants a list.

Takes what was read of a question's places, times and bodies; gives kind and shape of its answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.briefs.records import Section, Span
from rag.retrieval.dates import Times, narrowed
from rag.retrieval.patterns import Shape, Titled, titled
from rag.retrieval.places import (
    FIRST_ISSUE,
    LAST_ISSUE,
    is_month,
    is_narrow,
    is_section,
    is_when,
    issues_meant,
    position,
    sections,
)
from rag.retrieval.points import Day, Window
from rag.retrieval.wants import Wants
from rag.retrieval.wording import blanked, quoted


@dataclass(frozen=True, slots=True)
class Where:
    """Where in the corpus a question looks."""

    issues: Sequence[Day]
    sections: Sequence[Section]
    times: Times
    bodies: bool
    counted: bool  # whether it says by how many bodies


@dataclass(frozen=True, slots=True)
class Placed:
    """The places a question names, and the shape that this gives its answer."""

    issues: tuple[Day, ...]
    sections: tuple[Section, ...]
    position: int | None  # in the section of the issue, from 1; -1 is the last
    titles: Titled
    missing_issue: str
    shape: Shape
    issue_spans: Sequence[Span]
    spans: Sequence[Span]  # of all of them


def placed_in(text: str, times: Times, shape: Shape, all_issues: Sequence[Day]) -> Placed:
    """Sections, issues, position and titles that a question names; `all_issues`: the days of those there are."""
    # what is quoted is looked for as it stands: it names no section, unless it is a section's very name
    quotes = [span for span in quoted(text) if not is_section(text[span[0] + 1 : span[1] - 1])]
    chosen, section_spans = sections(blanked(text, [*quotes, *times.spans]))
    if shape == "overview" and any(_is_of_days(window, all_issues) for window in narrowed(times.windows)):
        shape = "list"  # "the lead stories between 3 and 9 April" are looked up by their days
    issues, issue_spans, missing = issues_meant(text, times.windows, all_issues, overview=shape == "overview")
    place, place_spans = position(text) if len(issues) == len(chosen) == 1 else (None, [])
    if place:
        shape = "list"
    if issues and shape in ("latest", "earliest") and (LAST_ISSUE.search(text) or FIRST_ISSUE.search(text)):
        shape = "overview"
    titles, title_spans = titled(text)
    spans = [*section_spans, *issue_spans, *title_spans, *place_spans]
    return Placed(issues, chosen, place, titles, missing, shape, issue_spans, spans)


def _is_of_days(window: Window, issues: Sequence[Day]) -> bool:
    """Whether a window is of days that are neither a whole month nor the very date of an issue."""
    of_issue = window.since == window.until and window.since in issues
    return is_narrow(window) and not is_month(window.since, window.until) and not of_issue


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
