"""A caller's filters: what is accepted, and what is said of what is not."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from rag.briefs.bodies import BodyTable
from rag.errors import InputError
from rag.retrieval.facets import Facets, parse

ISSUES = [dt.date(2022, 10, 5), dt.date(2024, 5, 8)]
TABLE = BodyTable.load()


def _parse(**filters: Any) -> Facets:
    return parse(bodies=TABLE, known_bodies=["Town of Weihai", "MOF"], known_issues=ISSUES, **filters)


def test_nothing_given_restricts_nothing() -> None:
    """No filter is an empty one."""
    assert not _parse()


@pytest.mark.parametrize("name", ["MOF", "MoF", "Ministry of Finance", "the Finance ministry", "财政部"])
def test_a_body_goes_by_any_of_its_names(name: str) -> None:
    """Acronym, English names and the Chinese name are one body."""
    assert _parse(body=name).body == ("MOF",)


def test_a_body_the_table_lacks_is_found_as_written() -> None:
    """What the catalogue holds can be asked for in the catalogue's words, in any case."""
    assert _parse(body="town of weihai").body == ("Town of Weihai",)


def test_one_value_or_a_list() -> None:
    """Each facet takes one value or several."""
    facets = _parse(section=["policy", "TOP5"], issue=[dt.date(2022, 10, 5), "2024-05-08"], since="2022-01-01")
    assert facets == Facets(issue=tuple(ISSUES), section=("policy", "top5"), since=dt.date(2022, 1, 1))


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ({"since": "2024-02-31"}, "since: '2024-02-31' is not a date of the calendar. Write it as 2024-04-30."),
        (
            {"since": "2024-02-02", "until": "2024-02-01"},
            "since (2024-02-02) lies after until (2024-02-01). Swap them.",
        ),
        ({"issue": "2024-06-01"}, "issue: the corpus holds no issue of 2024-06-01. It holds 2022-10-05, 2024-05-08."),
        ({"section": "sports"}, "section: 'sports' is not one of top5, policy, corporate."),
        ({"body": "Ministry of Finanse"}, "body: 'Ministry of Finanse' is not known. Did you mean MOF"),
        ({"body": "Town of Weihei"}, "body: 'Town of Weihei' is not known. Did you mean Town of Weihai?"),
        (
            {"body": "Ministry of Transprt"},
            "body: 'Ministry of Transprt' is not known. Did you mean MOT (Minis",
        ),
        ({"since": 20240401}, "since: 20240401 is neither a date nor text. Write it as"),
        ({"issue": 3.5}, "issue: 3.5 is neither a date"),
        ({"issue": [ISSUES]}, "issue: [datetime.date(2022, 10, 5)"),
        ({"body": 3}, "body: 3 is not text. Give a name"),
        ({"body": [["MOF"]]}, "body: ['MOF'] is not text."),
        ({"body": b"MOF"}, "body: b'MOF' is not text."),
        ({"section": object}, "section: <class 'object'> is not text."),
        ({"body": "Zzz"}, "body: 'Zzz' is not known. Any of its names will do"),
    ],
)
def test_what_cannot_be_served_is_named_with_its_remedy(filters: dict[str, Any], said: str) -> None:
    """A message gives the filter, the value and what would do."""
    with pytest.raises(InputError) as caught:
        _parse(**filters)
    assert str(caught.value).startswith(said)


def test_a_moment_counts_as_its_day() -> None:
    """A `datetime` is taken by its date."""
    noon = dt.datetime(2024, 5, 8, 12, tzinfo=dt.UTC)
    assert _parse(since=noon, issue=noon) == Facets(issue=(dt.date(2024, 5, 8),), since=dt.date(2024, 5, 8))
