"""Exact lists: which items satisfy everything that a question says."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from rag.briefs.records import Item, Part, Titles
from rag.retrieval.facets import Facets
from rag.retrieval.issuers import Issuers
from rag.retrieval.listing import due_in, listed, says_something
from rag.retrieval.query import Query


def _item(number: int, text: str, *, day: dt.date, bodies: tuple[str, ...] = (), titles: Titles | None = None) -> Item:
    span = (0, len(text))
    return Item(
        issue=dt.date(2023, 3, 1) if day < dt.date(2023, 3, 1) else dt.date(2023, 5, 3),
        section="top5" if titles else "policy",
        number=number,
        heading="A story" if titles else "",
        date=day,
        bodies=bodies,
        via=(),
        mentions=(),
        titles=titles or Titles(),
        sources=(),
        parts=(Part("bullets", "document", text, span),),
        text=text,
        span=span,
        page=None,
        edition="digest",
    )


ROBOT = _item(1, "- A robot market is planned by 2025.", day=dt.date(2023, 1, 9), bodies=("MOF",))
CAR = _item(2, "- The market for every car and robot grew.", day=dt.date(2023, 2, 9), bodies=("MOF", "CAC"))
STEEL = _item(1, "- Steel shall be clean by the end of 2023.", day=dt.date(2023, 4, 9), bodies=("CAC",))
LOAN = _item(
    2, "- Banks give loans.", day=dt.date(2023, 4, 20), titles=Titles("Plan for Robot Loans", "机器人贷款计划")
)
ITEMS = [ROBOT, CAR, STEEL, LOAN]


def _query(**fields: Any) -> Query:
    plain = {
        "question": "?",
        "text": "?",
        "sense": "?",
        "terms": (),
        "given": Facets(),
        "read": Facets(),
        "wants": "text",
    }
    return Query(**{**plain, "shape": "list", **fields})


def _listed(**fields: Any) -> list[Item]:
    return listed(_query(**fields), ITEMS)


def test_facets_read_restrict_a_list() -> None:
    """Body, section and window: an item satisfies all of them; the order is that of the items given."""
    assert _listed(read=Facets(body=("MOF",))) == [ROBOT, CAR]
    assert _listed(read=Facets(body=("CAC",), since=dt.date(2023, 3, 1))) == [STEEL]
    assert _listed(read=Facets(section=("top5",))) == [LOAN]


def test_a_month_may_be_that_of_the_issue() -> None:
    """Nothing was done in May; the list is then of the issue of May."""
    assert _listed(read=Facets(since=dt.date(2023, 5, 1), until=dt.date(2023, 5, 31))) == [STEEL, LOAN]
    assert _listed(read=Facets(since=dt.date(2023, 4, 1), until=dt.date(2023, 4, 10))) == [STEEL]


def test_an_item_must_hold_one_name_of_every_group() -> None:
    """Groups are all required, names in a group are alternatives."""
    assert _listed(required=(("robot",),)) == [ROBOT, CAR]
    assert _listed(required=(("robot",), ("car", "lorry"))) == [CAR]
    assert _listed(required=(("car", "steel"),)) == [CAR, STEEL]
    assert _listed(required=(("ship",),)) == []


def test_a_phrase_that_no_item_holds_is_taken_apart() -> None:
    """ "robot market" stands in one item; "robot car" in none, but one has both words. Alternatives stay whole."""
    assert _listed(required=(("robot market",),)) == [ROBOT]
    assert _listed(required=(("robot car",),)) == [CAR]
    assert _listed(required=(("robot car", "robot ship"),)) == []


def test_titles_alone_may_be_looked_at() -> None:
    """A story is judged by its titles, English and Chinese, a bullet by its text, which names its document if any."""
    assert _listed(required=(("robot",),), titles="any") == [ROBOT, CAR, LOAN]
    assert _listed(required=(("robot",),), titles="official") == [LOAN]
    assert _listed(required=(("story",),), titles="heading") == [LOAN]
    assert LOAN in _listed(required=(("机器人",),), titles="any")
    assert LOAN not in _listed(required=(("banks",),), titles="any")


@pytest.mark.parametrize(
    ("text", "year", "due"),
    [
        ("A robot is due in 2026.", 2026, True),
        ("A robot was sold in 2023.", 2023, False),
        ("A robot by 2023.", 2023, True),
        ("A robot until the end of 2023.", 2023, True),
        ("A robot before December 2023.", 2023, True),
        ("A robot before December 31, 2023.", 2023, True),
        ("The scheme of Sunny Fields 2026 goes on.", 2026, False),
        ("The scheme FIELDS2026 goes on.", 2026, False),
        ("It opens in June 2026.", 2026, True),
        ("It makes 12026 cars.", 2026, False),
    ],
)
def test_what_is_due_in_a_year(text: str, year: int, due: bool) -> None:
    """A later year is a deadline, a year of the item's own only behind "by" or "until"; a year in a name is none."""
    assert due_in(_item(1, text, day=dt.date(2023, 1, 9)), year) is due


def test_a_word_that_no_item_found_has_is_a_matter_of_wording() -> None:
    """Beside a word that is held it is left out; alone, or where it is firm, nothing is found."""
    two = (("car",), ("splendid",))
    assert _listed(required=two) == [CAR]
    assert _listed(required=two, firm=frozenset({("splendid",)})) == []
    assert _listed(required=(("splendid",),), read=Facets(body=("MOF",))) == []


def test_firm_words_count_where_the_others_never_stand_together() -> None:
    """ "Steel" and "grew" stand in different items: with steel a name, its item is listed."""
    assert _listed(required=(("steel",), ("grew",)), firm=frozenset({("steel",)})) == [STEEL]


def test_a_list_that_nobody_asked_for_needs_every_word() -> None:
    """A time alone makes a list of what it holds; a word that nothing there has makes none."""
    asked = {"shape": "all", "read": Facets(since=dt.date(2023, 1, 1), until=dt.date(2023, 2, 28))}
    assert _listed(required=(("robot",),), **asked) == [ROBOT, CAR]
    assert _listed(required=(("robot",), ("splendid",)), **asked) == []


def test_several_stretches_of_days_are_looked_through() -> None:
    """Items of either stretch, none of the days between."""
    days = [item.date for item in ITEMS]
    ends = (min(days), max(days))
    query = _query(read=Facets(since=ends[0], until=ends[1]), windows=((ends[0], ends[0]), (ends[1], ends[1])))
    assert listed(query, ITEMS) == [item for item in ITEMS if item.date in ends]
    assert set(days) - set(ends)


def test_how_many_issued_it_may_be_asked() -> None:
    """By one body alone, by several, by none."""
    joint = _item(3, "- A joint rule.", day=dt.date(2023, 4, 21), bodies=("CAC", "MOF"))
    items = [*ITEMS, joint]
    assert listed(_query(read=Facets(body=("CAC",)), issuers=Issuers(1, 1)), items) == [STEEL]
    assert listed(_query(read=Facets(section=("policy",)), issuers=Issuers(2, None, True)), items) == [CAR, joint]
    assert listed(_query(read=Facets(section=("top5",)), issuers=Issuers(0, 0)), items) == [LOAN]


def test_deadlines_restrict_a_list() -> None:
    """Alone, the year is all that is asked: what frames it is not required."""
    assert _listed(deadlines=(2025,), required=(("whatever",),)) == [ROBOT]
    assert _listed(deadlines=(2025,), read=Facets(body=("CAC",))) == []


def test_a_question_that_says_nothing_is_no_list() -> None:
    """Without facet, word or deadline there is nothing to look up."""
    assert not says_something(_query())
    for said in ({"required": (("robot",),)}, {"deadlines": (2025,)}, {"read": Facets(body=("MOF",))}):
        assert says_something(_query(**said))


def test_a_word_that_stands_everywhere_does_not_narrow_a_body_s_list() -> None:
    """Half of the items hold "robot": with a body named it tells nothing apart, alone it is what is looked for."""
    assert _listed(read=Facets(body=("CAC",)), required=(("robot",),)) == [CAR, STEEL]
    assert _listed(required=(("robot",),)) == [ROBOT, CAR]
