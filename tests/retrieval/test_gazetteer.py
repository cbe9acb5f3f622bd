"""Places that texts name."""

from __future__ import annotations

from rag.retrieval.gazetteer import names_place, places_in


def test_a_place_is_one_under_all_its_names() -> None:
    """English and Chinese names are one place, named once."""
    assert places_in("Shanghai, in 上海 and Xi'an") == (("Shanghai", "上海"), ("Xi'an", "Xian", "西安"))


def test_a_longer_name_is_another_place() -> None:
    """Inner Mongolia is not Mongolia, an Indian is not India."""
    assert places_in("Inner Mongolia") == (("Inner Mongolia", "内蒙古"),)
    assert places_in("an Indian firm of Hungarians") == ()


def test_a_place_inside_another_name_is_none() -> None:
    """The airline of a city is not the city."""
    text = "Xiamen Air flies to Tianjin"
    assert places_in(text, [(0, 10)]) == (("Tianjin", "天津"),)


def test_a_place_that_no_table_lists_is_told_by_where_it_stands() -> None:
    """A capitalised name behind "in" or "near" is a place; a month and China are none."""
    assert names_place("a plant near Wolfsberg")
    assert not names_place("a plant in April in China")
    assert not names_place("fifteen cities")
