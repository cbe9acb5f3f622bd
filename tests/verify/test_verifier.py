"""One statement against invented items: what is checked, and what the finding says."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from rag.briefs.bodies import BodyTable
from rag.briefs.records import Item
from rag.index.tokens import folded
from rag.retrieval.names import Names
from rag.verify.verifier import Verifier

MakeItem = Callable[..., Item]
GLANCE = (
    "The plan wants 120 harbours to use heat pumps by 2027, at least 40 of them in coastal towns. "
    "Each harbour may draw up to CNY 3 million. Ferries remain exempt from the fee, which rises to 5 percent."
)
COMMENT = (
    "In 2021, the scheme had 14 members. This winter, a lighthouse was sold. "
    "Foreign ferry builders will probably lose orders to local rivals. "
    "The MEE expects 900 harbours to join by 2040."
)
BULLET = "Acorn Pumps builds the pumps for Lübeck, and Birch Pumps builds the boilers for Bremen."


@pytest.fixture(scope="module")
def item(make_item: MakeItem) -> Item:
    """A harbour plan with a comment."""
    return make_item(("glance", "document", GLANCE), ("bullets", "document", BULLET), ("comment", "comment", COMMENT))


@pytest.fixture(scope="module")
def checks(item: Item) -> Callable[[str], tuple[str, str]]:
    """The support and the reason of a statement that cites the harbour plan."""
    names = Names(
        {"Acorn Pumps": ["Acorn Pumps"], "Birch Pumps": ["Birch Pumps"], "Cedar Pumps": ["Cedar Pumps"]},
        dict.fromkeys(("Acorn Pumps", "Birch Pumps", "Cedar Pumps"), "companies"),
    )
    made = Verifier(BodyTable.load(), names, dict.fromkeys(folded(item.text), 1) | {"the": 40}, encoder=None)

    def check(statement: str) -> tuple[str, str]:
        finding = made.check(statement, [item])
        return finding.support, finding.reason

    return check


@pytest.mark.parametrize(
    "statement",
    [
        "By 2027, one hundred and twenty or 120 harbours should use heat pumps.",
        "At least 40 harbours in coastal towns should use heat pumps by 2027.",
        "Every harbour may draw 3 million yuan at most.",
        "Ferries remain exempt from the fee.",
        "On 9 February 2023, the MIIT published a plan by which 120 harbours use heat pumps.",
        "MERICS expects that foreign ferry builders will probably lose orders to local rivals.",
        "The environment ministry expects 900 harbours to join by 2040.",
        "The scheme had 14 members in 2021.",
        "In the winter of 2023, a lighthouse was sold.",
        "Acorn Pumps builds the pumps for Lübeck.",
    ],
)
def test_what_the_source_bears_out_is_not_flagged(checks: Callable[[str], tuple[str, str]], statement: str) -> None:
    """A true statement in other words is supported, wherever in the item it stands."""
    assert checks(statement)[0] != "unsupported", checks(statement)[1]


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("By 2027, 130 harbours should use heat pumps.", "the source says 120, not 130"),
        ("At most 40 harbours in coastal towns should use heat pumps by 2027.", "at least 40"),
        ("Each harbour may draw up to USD 3 million.", "USD 3 million is not in the source"),
        ("In the summer of 2023, a lighthouse was sold.", "summer of 2023"),
        ("By 2029, 120 harbours should use heat pumps.", "the source says 2027, not 2029"),
        ("The NDRC wants 120 harbours to use heat pumps by 2027.", "the source does not name NDRC"),
        ("Cedar Pumps builds the pumps for Lübeck.", "the source does not name Cedar Pumps"),
        ("Birch Pumps builds the pumps for Lübeck.", "the source says Acorn Pumps, not Birch Pumps"),
        ("In Kiel, harbours use heat pumps.", "Kiel is not in the source"),
        ("Ferries are no longer exempt from the fee.", "exempt"),
        ("The fee for ferries falls to 5 percent.", "falls"),
        ("The plan calls heat pumps “a national treasure” for harbours.", "does not say"),
        ("The plan states that foreign ferry builders will lose orders to local rivals.", "MERICS' assessment"),
        ("Foreign ferry builders will probably lose orders to local rivals.", "MERICS' assessment, not a fact"),
        ("MERICS wants 120 harbours to use heat pumps.", "the document's words"),
        ("A new tax on imported wine starts in spring.", "no sentence of the source is near to it"),
    ],
)
def test_what_is_spoilt_is_unsupported(checks: Callable[[str], tuple[str, str]], statement: str, reason: str) -> None:
    """A wrong figure, bound, unit, date, body, company, place, sense, quotation or speaker, or another matter."""
    support, why = checks(statement)
    assert support == "unsupported"
    assert reason in why


def test_the_evidence_is_what_bears_it_out(verifier: Verifier, item: Item) -> None:
    """The nearest sentence comes first, with its item and its voice; its place gives back the item's words."""
    finding = verifier.check("According to MERICS, foreign ferry builders lose orders to local rivals.", [item])
    found, sentence = finding.evidence[0]
    assert finding.voice == "comment"
    assert item.text[slice(*sentence.span)].startswith("Foreign ferry builders")
    assert found == item


def test_a_statement_may_rest_on_two_items(verifier: Verifier, make_item: MakeItem, item: Item) -> None:
    """What one cited item lacks the other may hold; the evidence names both."""
    other = make_item(("glance", "document", "In Norway, 75 quays have cranes that run on hydrogen."), bodies=())
    finding = verifier.check(
        "The plan covers 120 harbours with heat pumps, while 75 quays have hydrogen cranes.", [item, other]
    )
    assert finding.support != "unsupported", finding.reason
    assert {found.text for found, _ in finding.evidence} == {item.text, other.text}


def test_without_items_nothing_is_supported(verifier: Verifier) -> None:
    """A statement that cites nothing is unsupported and has no evidence."""
    finding = verifier.check("The plan wants 120 harbours.", [])
    assert (finding.support, finding.evidence) == ("unsupported", ())


class _Meaning:
    """Says of two statements that they mean what the first sentence says, and of all else that it does not."""

    fingerprint, dimension, limit = "meaning", 2, 256

    def __init__(self) -> None:
        self.asked: list[str] = []

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        known = {"pumps": (1, 0), "warmth": (1, 0), "anchors": (0, -1)}
        return np.array([next((v for w, v in known.items() if w in t), (0, 1)) for t in texts], np.float32)


def test_meaning_decides_where_words_do_not(item: Item) -> None:
    """The encoder is asked of a paraphrase only, and of each sentence of the source once."""
    encoder = _Meaning()
    made = Verifier(BodyTable.load(), Names({}, {}), dict.fromkeys(folded(item.text), 1), encoder)
    assert made.check("The plan wants 120 harbours to use heat pumps by 2027.", [item]).support == "supported"
    assert encoder.asked == []
    near = made.check("Docks and harbours obtain warmth sparingly.", [item])
    first = len(encoder.asked)
    far = made.check("Docks and harbours obtain anchors sparingly.", [item])
    assert (near.support, far.support) == ("supported", "unsupported")
    assert (first, len(encoder.asked)) == (5, 6)


@pytest.mark.parametrize(
    "piece", ["5 x or ", "2023 ", "5万元 ", "not ", "“", "'", "A, b and ", "MIIT ", "at least ", "MERICS says ", "1."]
)
def test_a_statement_of_any_length_is_done_soon(verifier: Verifier, item: Item, piece: str) -> None:
    """100,000 characters are read up to a limit and never called supported."""
    start = time.perf_counter()
    finding = verifier.check((piece * 100_000)[:100_000], [item])
    assert finding.support != "supported"
    assert time.perf_counter() - start < 10
