"""A small world to ask: two issues of invented news, an index of them, and an answerer one can follow by hand."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from rag.answers.answerer import Answerer
from rag.answers.records import Answer, Coverage, IssueCoverage
from rag.briefs.bodies import BodyTable
from rag.briefs.records import Edition, Issue, Item, Part, PartKind, Section, Titles, Voice
from rag.index.build import build
from rag.index.reader import Index
from rag.index.records import Encoder
from rag.retrieval.facets import Facets
from rag.retrieval.names import Names
from rag.retrieval.query import Query
from rag.retrieval.reading import Reader
from rag.retrieval.search import Searcher
from rag.retrieval.spelling import Vocabulary

MARCH, MAY = dt.date(2023, 3, 1), dt.date(2023, 5, 3)

_VOICES: dict[str, Voice] = {"comment": "comment", "exhibit": "report", "explainer": "report"}


def make_item(
    section: Section,
    number: int,
    *parts: tuple[PartKind, str],
    heading: str = "",
    issue: dt.date = MARCH,
    date: dt.date = MARCH,
    bodies: tuple[str, ...] = (),
    via: tuple[str, ...] = (),
    sources: tuple[str, ...] = (),
    titles: Titles = Titles(),  # noqa: B008 - frozen
    edition: Edition = "digest",
) -> Item:
    """An item of its heading and its parts, one under the other; its file holds nothing else."""
    text = heading
    made: list[Part] = []
    for kind, written in parts:
        text += "\n\n" if text else ""
        voice = "report" if section == "corporate" else _VOICES.get(kind, "document")
        made.append(Part(kind, voice, written, (len(text), len(text) + len(written))))
        text += written
    span = (0, len(text))
    return Item(
        issue, section, number, heading, date, bodies, via, (), titles, sources, tuple(made), text, span, None, edition
    )


FARM = make_item(
    "top5",
    1,
    (
        "glance",
        "**At a glance:** The robot plan wants 240 robots on every farm by 2026. "
        "It foresees a loan budget of CNY 3 billion.",
    ),
    ("bullets", "- Train farmers to mend a robot\n- Lend a robot to small farms\n- Plan all fields"),
    ("comment", "**MERICS comment:** The robot plan is bold. Farms lack energy lines. Rain will spoil the robot."),
    (
        "reference",
        "**Article:** Plan for Farm Robots (农场机器人计划)\n\n**Issuing bodies:** MIIT, MOF\n\n"
        "**Date:** January 18, 2023",
    ),
    heading="Robots for every farm",
    date=dt.date(2023, 1, 18),
    bodies=("MIIT", "MOF"),
    via=("CAAM",),
    titles=Titles("Plan for Farm Robots", "农场机器人计划"),
)
STEEL = make_item(
    "policy",
    1,
    ("bullets", "- *February 3:* The MOF set a subsidy for clean steel. ([MOF notice](#))"),
    date=dt.date(2023, 2, 3),
    bodies=("MOF",),
    sources=("MOF notice",),
)
CAR = make_item(
    "corporate",
    1,
    ("bullets", "- *February 5:* Wobblecar sold a red car to a farmer. ([Daily Acorn article](#))"),
    date=dt.date(2023, 2, 5),
    sources=("Daily Acorn article",),
)
LOAN = make_item(
    "policy",
    1,
    ("bullets", "- *April 4:* The MOF widened a loan for green energy. ([MOF notice](#))"),
    issue=MAY,
    date=dt.date(2023, 4, 4),
    bodies=("MOF",),
    sources=("MOF notice",),
)
DATA = make_item(
    "policy",
    2,
    ("bullets", "- *April 9:* The CAC drafted a standard for open data. ([CAC notice](#))"),
    issue=MAY,
    date=dt.date(2023, 4, 9),
    bodies=("CAC",),
    sources=("CAC notice",),
)
WORLD = (FARM, STEEL, CAR, LOAN, DATA)


def make_issues(items: Sequence[Item]) -> list[Issue]:
    """The issues of these items."""
    days = sorted({item.issue for item in items})
    return [
        Issue(day, None, "digest", Path(f"{day}.md"), "0" * 64, tuple(i for i in items if i.issue == day), ())
        for day in days
    ]


@dataclass(frozen=True, slots=True)
class World:
    """Everything an answer is made from."""

    index: Index
    searcher: Searcher
    answerer: Answerer
    reader: Reader
    coverage: Coverage

    def read(self, question: str) -> Query:
        """The question, understood."""
        return self.reader.read(question, Facets())

    def ask(self, question: str) -> Answer:
        """The answer to a question."""
        return self.answerer.answer(self.read(question))


def make_world(items: Sequence[Item], encoder: Encoder, folder: Path) -> World:
    """Index the items and put an answerer over them."""
    issues = make_issues(items)
    build(issues, encoder, folder, inputs={})
    index = Index.open(folder)
    counted = [IssueCoverage(i.date, None, "digest", dict(Counter(item.section for item in i.items))) for i in issues]
    coverage = Coverage(tuple(counted), min(i.date for i in items), max(i.date for i in items))
    bodies = BodyTable.load()
    reader = Reader(
        bodies=bodies,
        names=Names.load(),
        issues=[issue.date for issue in issues],
        days=frozenset(item.date for item in items),
        vocabulary=Vocabulary.of(index.words()),
        is_word=lambda word: True,
    )
    searcher = Searcher(index, encoder)
    return World(index, searcher, Answerer(index, searcher, bodies, coverage), reader, coverage)


@pytest.fixture
def world(tmp_path: Path, counting_encoder: Encoder) -> Iterator[World]:
    """The small world, indexed."""
    made = make_world(WORLD, counting_encoder, tmp_path)
    yield made
    made.index.close()


@pytest.fixture
def item_of() -> Callable[..., Item]:
    """The maker of items."""
    return make_item


@pytest.fixture
def farm() -> Item:
    """A story about robots, with every kind of part."""
    return FARM
