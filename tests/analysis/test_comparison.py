"""Two sides of the digests, compared through the library."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from rag.analysis.changes import changes
from rag.analysis.records import Change, Changes
from rag.errors import InputError, NothingToCompare
from rag.library import Library
from rag.schema import schema
from rag.wire import wire

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def library(digests: Path, built: Callable[[Path], Path]) -> Iterator[Library]:
    """The library of the digests."""
    with Library.open(corpus=digests, embeddings=built(digests)) as opened:
        yield opened


def _issues(library: Library) -> list[str]:
    return [str(issue.date) for issue in library.coverage().issues]


def _names(found: Changes, kind: str, *fates: str) -> set[str]:
    return {change.name for change in found.changes if change.kind == kind and change.fate in fates}


def test_the_bodies_of_two_issues_are_those_of_their_items(library: Library) -> None:
    """New and continued are all of the later side, gone and continued all of the earlier; every line is cited."""
    for one, other in pairwise(_issues(library)):
        found = library.compare({"issue": one}, {"issue": other})
        for side, fates in ((one, ("gone", "continued")), (other, ("new", "continued"))):
            items = library.items(issue=side)
            assert _names(found, "body", *fates) == {body for item in items for body in item.bodies}
            assert 10 <= len(_names(found, "topic", *fates)) <= 45
        for change in found.changes:
            for source in (*change.before, *change.after):
                assert source.quote == library.item(source.item_id).text[slice(*source.span)] != ""


def test_compared_the_other_way_round_the_new_is_gone(library: Library) -> None:
    """Sides and fates are exchanged, nothing else."""
    first, *_, last = _issues(library)
    there = library.compare({"issue": first}, {"issue": last})
    back = library.compare({"issue": last}, {"issue": first})
    turned: dict[str, Any] = {"new": "gone", "gone": "new", "continued": "continued"}

    def told(found: Changes) -> list[Change]:
        return sorted((replace(c, passed=False) for c in found.changes if c.kind != "goal"), key=repr)

    exchanged = [replace(c, fate=turned[c.fate], before=c.after, after=c.before) for c in told(there)]
    assert told(back) == sorted(exchanged, key=repr)
    for kind in ("body", "topic", "goal"):
        assert len([c for c in there.changes if (c.kind, c.fate) == (kind, "new")]) == len(
            [c for c in back.changes if (c.kind, c.fate) == (kind, "gone")]
        )


def test_changes_stand_in_order(library: Library) -> None:
    """Bodies, topics, goals; of each new, continued, gone; of these by name."""
    first, second, *_ = _issues(library)
    found = library.compare({"issue": first}, {"issue": second}).changes
    places = [("body topic goal".split().index(c.kind), "new continued gone".split().index(c.fate)) for c in found]
    assert places == sorted(places)
    assert len(set(places)) >= 6
    for one, other in pairwise(found):
        assert (one.kind, one.fate) != (other.kind, other.fate) or one.name.casefold() <= other.name.casefold()


def test_filters_hold_on_the_side_they_are_given_for(library: Library) -> None:
    """What is filtered away is on no side, and the side's name says so."""
    found = library.compare({"issue": "2022-10-05", "section": "policy"}, {"since": "2024-04-01", "body": "财政部"})
    assert (found.before.name, found.before.items) == ("Issue of 5 October 2022, Policy news", 8)
    assert found.after.name == "1 April 2024 or later, MOF"
    assert {s.section for c in found.changes for s in c.before} == {"policy"}
    assert "MOF" in _names(found, "body", "continued")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"issue": "2023-03-01"}, {"issue": "2023-03-01"}, "after: “Issue of 1 March 2023” holds the same items"),
        ({"until": "2022-12-31"}, {"issue": "2022-10-05"}, "after: “Issue of 5 October 2022” holds the same items"),
        ({"issue": "2023-03-02"}, {}, "before: issue: the corpus holds no issue of 2023-03-02. It holds 2022-10-05, "),
        ({}, {"since": "2024", "until": "2023-01-01"}, "after: since: '2024' is not a date"),
        ({}, {"isue": "2023-03-01"}, "after: 'isue' is no filter. Give issue, section, body, since, until"),
        ("2023", {}, "before: '2023' is no mapping of filters. Give issue"),
        ({}, None, "after: None is no mapping of filters"),
        ({}, {"body": "Ministry of Tea"}, "after: body: 'Ministry of Tea' is not known."),
    ],
)
def test_what_cannot_be_compared_is_refused(library: Library, before: Any, after: Any, told: str) -> None:
    """The message names the side, what was given, and what would do."""
    with pytest.raises(InputError) as caught:
        library.compare(before, after)
    assert str(caught.value).startswith(told)
    assert not isinstance(caught.value, NothingToCompare)


def test_a_side_without_items_is_refused(library: Library) -> None:
    """The message says which side, and what the corpus covers."""
    with pytest.raises(
        NothingToCompare, match=r"after: the corpus holds no item of “1 January 2021 or earlier”. The corpus"
    ):
        library.compare({}, {"until": "2021-01-01"})


def test_changes_travel_as_their_schema_says(library: Library) -> None:
    """The JSON form of changes satisfies the schema read from their types."""
    from jsonschema import Draft202012Validator

    found = library.compare({"issue": "2022-10-05"}, {"issue": "2023-03-01"})
    Draft202012Validator(schema(Changes)).validate(wire(found))


def test_a_corpus_may_have_topics_of_its_own(digests: Path, built: Callable[[Path], Path], tmp_path: Path) -> None:
    """A `topics.toml` in the corpus folder counts, and makes no index stale."""
    corpus = tmp_path / "corpus"
    shutil.copytree(digests, corpus)
    (corpus / "topics.toml").write_text('[Dams]\nenglish = ["dam"]\n\n[Thailand]\nenglish = ["Thailand"]\n')
    embeddings = tmp_path / "embeddings"
    shutil.copytree(built(digests), embeddings)
    with Library.open(corpus=corpus, embeddings=embeddings) as opened:
        assert not opened.report.built
        found = opened.compare({"issue": "2022-10-05"}, {"issue": "2023-03-01"})
    assert "Thailand" in _names(found, "topic", "gone")
    assert "Dams" not in _names(found, "topic", "gone")  # named once in a story


def test_the_topics_that_come_with_the_project_are_the_default(library: Library) -> None:
    """Without a table `changes` takes the project's."""
    from rag.analysis.changes import Stretch

    one, other = (Stretch(issue, library.items(issue=issue)) for issue in ("2022-10-05", "2023-03-01"))
    assert changes(one, other).changes == tuple(
        c for c in library.compare({"issue": one.name}, {"issue": other.name}).changes if c.kind != "goal"
    )
