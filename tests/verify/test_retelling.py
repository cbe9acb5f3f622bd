"""Statements that retell an invented item in quite other words, true and spoilt: what must hold of either."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag.briefs.bodies import BodyTable
from rag.briefs.records import Item
from rag.index.tokens import folded
from rag.retrieval.names import Names
from rag.verify.readings import SYNONYMS
from rag.verify.verifier import Verifier

MakeItem = Callable[..., Item]
Check = Callable[[str], tuple[str, str]]
GLANCE = (
    "Under a pilot of three agencies, with the MIIT in the lead, qualified ferry builders will test solar ferries. "
    "Of all lakes, 57 percent are open to them; the annex names 14 lakes for tests, while 21 rivers are excluded. "
    "Ferries should be built in series by 2025, and by 2027 harbours should be fully electric. "
    "Article 9 deals with insurance and article 16 with noise. "
    "Tests run in 2024-2026, and comments are accepted until December 22, 2023. "
    "A crossing takes 45 minutes; each town receives up to CNY 300 million. "
    "Drones remain exempt from the toll (10 percent formerly, 5 percent at present), and the new boats come two years "
    "earlier than forecast. Light damage is repaired on board. "
    "Solar ferries have had far less success on rivers. "
    "Such demands drive up insurance fees and slow down shipbuilding. "
    "By 2025, build 300 ferry landings, double the landing density of 2020 (a goal first set in 2022). "
    "Ningbo is the second biggest ferry harbour. The plan does not address unequal access to harbours. "
    "The call covers twelve kinds of boats, tugs and barges among them. Ferry engines are produced locally by Larch. "
    "Bear the full cost of dredging on the lakes. The MEE and the MOT published the guide to buoys together. "
    "Abroad, not one of the 240 landings has gained traction. "
    "While no town has printed the annex in a bulletin for sailors or fishermen so far, every shipyard on the lakes "
    "displays a copy of the buoy atlas."
)
ORDER = (
    "Acorn Boats, a lake unit that has sailed nothing but Birch Boats tugs until now, gave the Danish shipyard Larch "
    "an order for 9 launches worth CNY 4 million."
)
COMPANIES = "Acorn Boats makes the Heron ferry, and Birch Boats manufactures the Otter, a small tug."
TOWNS = "In Hangzhou, a rule simplifies permits for solar ferries. Ningbo has 40 shipyards."
COMMENT = (
    "The matching shows that Beijing mistrusts the market. Ferry builders will compete rather than collaborate. "
    "Over time, rented boats could be the only choice left to small towns. "
    "By 2027, the MOT expects harbours to lack 700 pilots. A report of the Lake Institute puts the shortfall of "
    "stokers and mates on inland ferries at over 4,200. "
    "The MIIT's present call for a mere 300 landings points to a gradual approach, perhaps a result of difficulties "
    "in dredging. Beijing intends to rely less on foreign engines. Another problem, in the view of lake researchers, "
    "is that small harbours in particular lack the skill to adapt generic timetables."
)


@pytest.fixture(scope="module")
def check(make_item: MakeItem) -> Check:
    """The support and the reason of a statement that cites the ferry pilot."""
    item = make_item(
        ("glance", "document", GLANCE),
        ("bullets", "document", COMPANIES),
        ("bullets", "document", TOWNS),
        ("bullets", "report", ORDER),
        ("comment", "comment", COMMENT),
        bodies=("MIIT", "MEE", "MOT"),
    )
    things = {"Acorn Boats": ["Acorn Boats"], "Birch Boats": ["Birch Boats"]}
    names = Names(things, dict.fromkeys(things, "companies"))
    made = Verifier(BodyTable.load(), names, dict.fromkeys(folded(item.text), 1) | {"the": 40}, encoder=None)

    def checked(statement: str) -> tuple[str, str]:
        finding = made.check(statement, [item])
        return finding.support, finding.reason

    return checked


@pytest.mark.parametrize(
    "statement",
    [
        "More than half of all lakes are open to solar ferries.",  # a round bound
        "Tests run for three years, from 2024 to 2026.",  # a span of years
        "A crossing takes three quarters of an hour.",
        "Harbours should be fully electric before 2028.",
        "Comments are accepted until shortly before Christmas 2023.",
        "No town receives more than CNY 300 million.",  # a bound turned by its negation
        "The toll, formerly ten percent, is now at five.",  # a unit told once
        "Two builders are at work: Acorn Boats makes the Heron ferry, Birch Boats the Otter.",  # a count of one's own
        "MERICS takes the matching as a sign that Beijing does not trust the market.",
        "According to MERICS, ferry builders will not collaborate but compete.",
        "Drones need not pay the toll.",
        "Solar ferries have not been nearly as successful on rivers.",  # less success
        "Such demands push up insurance fees and slow shipbuilding.",  # "push up" is no "push"
        "The goal for the density of ferry landings is not new: it had already been announced in 2022.",
        "Ningbo is not the biggest ferry harbour.",  # but the second
        "The plan does not tackle structural problems such as unequal access to harbours.",  # examples
        "Beijing does not want to depend on foreign engines as much.",  # relies less
        "Lake researchers complain that small harbours lack the skill to adapt generic timetables.",  # their view
        "The pilot is not led by the MIIT alone.",
        "The MOT expects harbours to lack 700 pilots by 2027, and a report of the Lake Institute puts the shortfall of "
        "stokers and mates on inland ferries at over 4,200.",  # two comments, either with its speaker
        "Acorn Boats ordered 9 Larch launches.",  # who does it opens both
    ],
)
def test_what_is_told_in_other_words_is_not_flagged(check: Check, statement: str) -> None:
    """Reckoning, rounding and a denial for an opposite are no contradiction."""
    assert check(statement)[0] != "unsupported", check(statement)[1]


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("Fewer than half of all lakes are open to solar ferries.", "57 percent"),
        ("The annex names 21 lakes for tests, while 14 rivers are excluded.", "exchanged"),
        ("Article 9 deals with noise and article 16 with insurance.", "exchanged"),
        ("Harbours should be fully electric by 2025, and ferries built in series by 2027.", "exchanged"),
        ("Acorn Boats makes the Otter, a small tug, and Birch Boats the Heron ferry.", "exchanged"),
        ("The MOT leads the three agencies of the pilot for solar ferries.", "MIIT"),
        ("A rule of Ningbo simplifies permits for solar ferries.", "Hangzhou"),
        ("Comments are accepted up to February 9, 2023.", "December 22, 2023"),  # the date of publication is none
        ("The new boats come two years later than forecast.", "earlier"),
        ("Severe damage is repaired on board.", "Light"),
        ("According to MERICS, ferry builders will collaborate, not compete.", "the source says it"),
        ("Over time, rented boats may be the only choice of small towns.", "MERICS"),
        ("The call for twelve kinds of boats excludes barges.", "among"),
        ("The ferry engines of Larch are imported into China.", "locally"),
        ("Larch has its ferry engines made abroad rather than produced locally.", "locally"),
        ("The pilot frees builders from the full cost of dredging on the lakes.", "bear"),
        ("The MEE published the guide to buoys without the involvement of the MOT.", "together"),
        ("Most of the 240 landings have gained traction abroad.", "gained"),
        ("The shipyards on the lakes do not display a copy of the buoy atlas.", "deny"),  # "no town" is far off
        ("The MIIT explains that it calls for a mere 300 landings because of difficulties in dredging.", "MERICS"),
        ("A crossing takes 45 hours.", "45 hours"),
    ],
)
def test_what_is_exchanged_or_turned_round_is_unsupported(check: Check, statement: str, reason: str) -> None:
    """A figure, time, company, body or place in another's part is told, and so is an opposite."""
    support, why = check(statement)
    assert support == "unsupported"
    assert reason.casefold() in why.casefold()


def test_a_figure_in_words_that_the_source_lacks_is_told_in_part(check: Check) -> None:
    """What may be reckoned from the source is not called a contradiction."""
    assert check("Solar ferries are tested on four continents: that is new.")[0] != "supported"


def test_each_word_stands_in_one_group_of_synonyms() -> None:
    """A word of two groups would make both say the same, and a group of one says nothing."""
    lines = [line for line in SYNONYMS.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    groups = [[word.strip() for word in line.split("|")] for line in lines]
    words = [word for group in groups for word in group]
    assert len(words) == len(set(words))
    assert all(len(group) > 1 for group in groups)
