"""Dense, lexical and fused search over three items, against scores worked out by hand.

Every item is one window of ten words, seven of them its context, so that BM25 at k1 = 1.2 is a term's weight times
1 where it stands once and 4.4 / 3.2 = 1.375 where it stands twice. A term that n of 3 windows hold weighs
ln(1 + (3.5 - n) / (n + 0.5)).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.briefs.records import Issue, Item, Part, Titles
from rag.index.build import build
from rag.index.reader import Index
from rag.index.records import Encoder
from rag.retrieval.facets import Facets
from rag.retrieval.query import Query
from rag.retrieval.search import Found, Searcher, Stages

DAY = dt.date(2023, 1, 1)
ONE, TWO, THREE = (f"2023-01-01/policy/{number}" for number in (1, 2, 3))
TEXTS = {ONE: "- Robot robot chip.", TWO: "- Chip chip market.", THREE: "- Steel export loan."}
ROBOT, CHIP = math.log(1 + 2.5 / 1.5), math.log(1 + 1.5 / 2.5)  # one window holds the first, two hold the other
COSINES = {ONE: 3 / math.sqrt(10), TWO: 2 / math.sqrt(10), THREE: 0.0}  # (2,1), (2 of the second), none with (1,1)
COVERED = {ONE: (1.375 * ROBOT + CHIP) / (ROBOT + CHIP), TWO: 1.375 * CHIP / (ROBOT + CHIP), THREE: 0.0}


def _item(number: int, text: str) -> Item:
    span = (0, len(text))
    parts = (Part("bullets", "document", text, span),)
    date = DAY - dt.timedelta(days=number)
    bodies = ("MOF",) if number > 1 else ()
    return Item(DAY, "policy", number, "", date, bodies, (), (), Titles(), (), parts, text, span, None, "digest")


Searching = Callable[..., Searcher]


@pytest.fixture
def searching(tmp_path: Path, counting_encoder: Encoder) -> Iterator[Searching]:
    """Makes a searcher over texts, those of the example unless others are given."""
    opened: list[Index] = []

    def searcher(*texts: str, stages: Stages | None = None, vectors: bool = True) -> Searcher:
        items = tuple(_item(number, text) for number, text in enumerate(texts or TEXTS.values(), 1))
        folder = tmp_path / str(len(opened))
        build([Issue(DAY, None, "digest", Path("a.md"), "0" * 64, items, ())], counting_encoder, folder, inputs={})
        opened.append(Index.open(folder))
        return Searcher(opened[-1], counting_encoder if vectors else None, stages or Stages())

    yield searcher
    for index in opened:
        index.close()


def _query(text: str = "robot chip", **fields: Any) -> Query:
    words = tuple(text.split())
    plain = {"question": text, "text": text, "sense": text, "terms": words, "given": Facets(), "read": Facets()}
    return Query(**{**plain, "wants": "text", "shape": "answer", **fields})


def _scores(found: Found) -> dict[str, float]:
    return {hit.item.id: hit.score for hit in found.hits}


def test_dense_scores_are_cosines(searching: Searching) -> None:
    """With words switched off, every item has the cosine of its window and the question."""
    found = searching(stages=Stages(words=False, doubt=False)).search(_query(), 5)
    assert {hit.item.id: hit.cosine for hit in found.hits} == pytest.approx(COSINES, abs=1e-6)
    assert [hit.item.id for hit in found.hits] == [ONE, TWO, THREE]


def test_lexical_scores_are_shares_of_bm25(searching: Searching) -> None:
    """Without vectors a score is BM25 by the weight of the question; items that hold no word are not found."""
    expected = {ONE: COVERED[ONE], TWO: COVERED[TWO]}
    switched_off = searching(stages=Stages(vectors=False))
    for searcher in (switched_off, searching(vectors=False)):
        found = searcher.search(_query(), 5)
        assert _scores(found) == pytest.approx(expected, rel=1e-5)
        assert [hit.cosine for hit in found.hits] == [0.0, 0.0]
        assert found.dense_weight == 0.0


def test_fused_scores_are_the_weighted_sum(searching: Searching) -> None:
    """A score is the cosine and the cover, each by its share; the shares add up to one."""
    found = searching().search(_query(), 5)
    share = found.dense_weight
    assert 0 < share < 1
    expected = {key: share * COSINES[key] + (1 - share) * COVERED[key] for key in TEXTS}
    assert _scores(found) == pytest.approx(expected, abs=1e-5)
    assert [hit.item.id for hit in found.hits] == sorted(expected, key=lambda key: -expected[key])


def test_terms_weigh_by_how_few_windows_hold_them(searching: Searching) -> None:
    """The rarer, the weightier; a term that none holds weighs most."""
    weights = searching().search(_query("robot chip unheard"), 5).weights
    assert weights == pytest.approx({"robot": ROBOT, "chip": CHIP, "unheard": math.log(1 + 3.5 / 0.5)})


def test_vectors_decide_where_words_fail(searching: Searching) -> None:
    """Where hardly a word of the question is held, the share of the cosine grows, unless that is switched off."""
    query = _query("chip unheard unseen unsaid")
    assert searching().search(query, 5).dense_weight > searching().search(_query(), 5).dense_weight
    undoubting = searching(stages=Stages(doubt=False))
    assert undoubting.search(query, 5).dense_weight == undoubting.search(_query(), 5).dense_weight


def test_every_hit_is_another_item(searching: Searching) -> None:
    """An item of several passages is found once, by its best cosine and its best cover."""
    searcher = searching("- Robot sold. Chip sold. Robot chip sold.", "- Chip chip market.")
    found = searcher.search(_query(), 5)
    assert [hit.item.id for hit in found.hits] == [ONE, TWO]
    assert found.hits[0].cosine == pytest.approx(1.0)
    assert found.hits[0].sentence == "Robot chip sold."


def test_sentences_can_be_switched_off(searching: Searching) -> None:
    """Then only windows are compared: of (2, 2) the cosine is 1 as well, of (2, 1) it is not."""
    text = "- Robot sold. Robot chip sold."
    with_sentences = searching(text).search(_query(), 5)
    without = searching(text, stages=Stages(sentences=False)).search(_query(), 5)
    assert with_sentences.hits[0].cosine == pytest.approx(1.0)
    assert without.hits[0].cosine == pytest.approx(3 / math.sqrt(10))
    assert without.hits[0].passage.unit == "window"


@pytest.mark.parametrize(("k", "count"), [(1, 1), (2, 2), (3, 3), (1000, 3)])
def test_k_is_how_many_at_most(searching: Searching, k: int, count: int) -> None:
    """As many hits as are asked for, all items where there are fewer."""
    assert len(searching().search(_query(), k).hits) == count


def test_items_of_equal_score_are_ordered_by_address(searching: Searching) -> None:
    """Three equal texts come in the order of their ids."""
    found = searching(*["- Robot chip plan."] * 3).search(_query(), 5)
    assert len(set(_scores(found).values())) == 1
    assert list(_scores(found)) == [ONE, TWO, THREE]


def test_filters_given_restrict(searching: Searching) -> None:
    """What the caller gives leaves nothing else; scores are those without a filter."""
    searcher = searching()
    everything, found = searcher.search(_query(), 5), searcher.search(_query(given=Facets(body=("MOF",))), 5)
    assert list(_scores(found)) == [TWO, THREE]
    assert _scores(found)[TWO] == pytest.approx(_scores(everything)[TWO])
    assert searcher.search(_query(given=Facets(body=("CAC",))), 5).hits == ()


def test_facets_read_only_order(searching: Searching) -> None:
    """What is read from the words puts fitting items first and leaves the others behind."""
    read = Facets(body=("MOF",))
    assert list(_scores(searching().search(_query(read=read), 5))) == [TWO, THREE, ONE]
    unlisted = searching(stages=Stages(listing=False))
    assert list(_scores(unlisted.search(_query(read=read), 5))) == [ONE, TWO, THREE]


def test_an_exact_list_comes_first_and_in_order_of_date(searching: Searching) -> None:
    """The list is by date, hits by score with those of the list ahead; switched off, there is none."""
    query = _query(shape="list", read=Facets(body=("MOF",)))
    found = searching().search(query, 5)
    assert found.listing is not None
    assert [item.id for item in found.listing] == [THREE, TWO]
    assert list(_scores(found)) == [TWO, THREE, ONE]
    assert searching(stages=Stages(listing=False)).search(query, 5).listing is None


@pytest.mark.parametrize(("shape", "expected"), [("latest", [ONE]), ("earliest", [THREE])])
def test_of_a_list_the_latest_or_earliest_may_be_asked(searching: Searching, shape: str, expected: list[str]) -> None:
    """One item of the list, by its date."""
    found = searching().search(_query(shape=shape, read=Facets(section=("policy",))), 5)
    assert [item.id for item in found.listing or ()] == expected


def test_a_list_of_nothing_said_is_none(searching: Searching) -> None:
    """A question that gives nothing to look up has no exact list."""
    assert searching().search(_query(shape="list"), 5).listing is None


def test_sentences_are_weighed_as_items_are(searching: Searching) -> None:
    """A sentence's score is the weighted sum of the cosine of its passage and the share of weight its terms cover."""
    searcher = searching("- Robot sold. Robot chip sold.", "- Chip chip market.")
    found = searcher.search(_query(), 5)
    first, second = found.scored(found.hits[0].item)
    share = found.dense_weight
    assert (second.coverage, second.score) == pytest.approx((1.0, share + 1 - share))
    robot = found.weights["robot"] / sum(found.weights.values())
    assert (first.coverage, first.score) == pytest.approx((robot, share / math.sqrt(2) + (1 - share) * robot))
