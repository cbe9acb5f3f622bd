"""Small issues made by hand, for the tests of the index and of the faults it has to withstand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from rag.briefs.records import Issue, Item, Part, PartKind, Section, Titles, Unplaced, Voice

_VOICES: dict[str, Voice] = {"comment": "comment", "exhibit": "report", "explainer": "report"}


def make_item(
    day: dt.date,
    section: Section,
    number: int,
    parts: Sequence[tuple[PartKind, str]],
    *,
    heading: str = "",
    date: dt.date | None = None,
    bodies: tuple[str, ...] = (),
    offset: int = 0,
) -> Item:
    """An item whose text is its heading and its parts, one under the other, as a file would have them."""
    text = f"{number}. {heading}" if heading else ""
    made: list[Part] = []
    for kind, words in parts:
        text += "\n\n" if text else ""
        span = (offset + len(text), offset + len(text) + len(words))
        made.append(Part(kind, _VOICES.get(kind, "document"), words, span))
        text += words
    return Item(
        issue=day,
        section=section,
        number=number,
        heading=heading,
        date=date or day,
        bodies=bodies,
        via=("CAAM",) if section == "top5" else (),
        mentions=("MOF", "CAC") if section == "corporate" else (),
        titles=Titles("Plan for Robots", "机器人计划") if section == "top5" else Titles(),
        sources=("MOF notice",) if section == "policy" else (),
        parts=tuple(made),
        text=text,
        span=(offset, offset + len(text)),
        page=2 if section == "top5" else None,
        edition="original",
    )


def make_issue(day: dt.date, topic: str = "robot", *, edition_note: str = "") -> Issue:
    """An issue of one story and two bullets; `topic` is the word they are about."""
    story: list[tuple[PartKind, str]] = [
        ("glance", f"**At a glance:** A {topic} plan was issued. It sets targets for the {topic} market until 2025."),
        (
            "bullets",
            f"- Make the {topic} cheaper by a third\n- Sell 492 of them per ten thousand workers {edition_note}",
        ),
        ("comment", f"**MERICS comment:** The {topic} will not be everywhere soon. Firms should watch the standard."),
        ("reference", f"**Article:** Plan for the {topic} (机器人计划)\n\n**Issuing bodies:** MIIT, MOF"),
    ]
    heading = f"Every {topic} counts"
    first = make_item(day, "top5", 1, story, heading=heading, bodies=("MIIT", "MOF"), date=day - dt.timedelta(days=20))
    policy = f"- *May 3:* The MOF set a subsidy for the {topic}. ([MOF notice](#))"
    second = make_item(day, "policy", 1, [("bullets", policy)], bodies=("MOF",), offset=5000)
    third = make_item(day, "corporate", 1, [("bullets", f"- A firm sold a {topic} and a car.")], offset=6000)
    path = Path("briefs") / f"{day.isoformat()}.md"
    lost = (Unplaced(path, 7, "a line that fits nowhere"),)
    period = (day - dt.timedelta(days=35), day - dt.timedelta(days=7))
    return Issue(day, period, "original", path, "0" * 64, (first, second, third), lost)


def make_corpus(*topics: str) -> list[Issue]:
    """An issue a topic, a month apart."""
    return [make_issue(dt.date(2023, 1 + month, 1), topic) for month, topic in enumerate(topics)]


@pytest.fixture
def item_of() -> Callable[..., Item]:
    """The maker of items."""
    return make_item


@pytest.fixture
def corpus() -> list[Issue]:
    """Three issues: of robots, chips and steel; nine items."""
    return make_corpus("robot", "chip", "steel")


@pytest.fixture
def corpus_of() -> Callable[..., list[Issue]]:
    """The maker of corpora: an issue a topic."""
    return make_corpus
