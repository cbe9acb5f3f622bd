"""Which bodies act in a policy bullet, by hand-made sentences."""

from __future__ import annotations

import pytest

from rag.briefs.actors import acting_bodies, publishers
from rag.briefs.bodies import BodyTable


@pytest.mark.parametrize(
    ("sentence", "acting"),
    [
        ("The MOF issued rules", ["MOF"]),
        ("The MOF and NEA started a project", ["MOF", "NEA"]),
        ("The State Administration for Market Regulation, along with the NEA, drafted a list", ["SAMR", "NEA"]),
        ("The Ministry of Education, and the Ministry of Human Resources and Social Security (MOHRSS) set aims",
         ["MOE", "MOHRSS"]),
        ("The fish watchdog, SASAC, issued measures", ["SASAC"]),
        ("Several ministries led by MOST issued a circular", ["MOST"]),
        ("The MIIT and eight other agencies will test boats", ["MIIT"]),
        ("The MOF, the MIIT and the NDRC have jointly asked for plans", ["MOF", "MIIT", "NDRC"]),
        ("Boats stay untaxed, the State Taxation Administration and the MOF announced", ["STA", "MOF"]),
        ("Boats need plates, according to rules issued by the MPS", ["MPS"]),
        ("Boats need plates, according to the MPS", ["MPS"]),
        ("Guidelines from the CSRC and the CAC tell boats to stop", ["CSRC", "CAC"]),
        ("A new project of the MOF and MIIT offers boats", ["MOF", "MIIT"]),
        ("Boats are in the plan that the NDRC presented", ["NDRC"]),
        ("The MIIT's new boat plan seeks speed", ["MIIT"]),
        ("The State Council asked the MIIT to report to the NDRC", ["State Council"]),
        ("At the 3rd meeting of the State Council, the premier praised boats", []),
        ("When the State Council held its meeting, boats were praised", []),
        ("Boats regulated by the MOT may apply to the MOF for help", []),
        ("A boat sank near the MOF", []),
    ],
)  # fmt: skip
def test_acting_bodies(bodies: BodyTable, sentence: str, acting: list[str]) -> None:
    """Subject, agent and origin of a measure act, joint ones all; who is told, met or named on the way does not."""
    assert list(acting_bodies(sentence, [], bodies)) == acting


def test_publisher_of_a_notice_acts(bodies: BodyTable) -> None:
    """Publishers of the cited notices come after those the sentence names, none twice."""
    assert acting_bodies("The MIIT opened a port", ["MOF and MIIT notice", "Xinhua article"], bodies) == ("MIIT", "MOF")


@pytest.mark.parametrize(
    ("source", "keys"),
    [
        ("MOHRSS and MOF notice", ["MOHRSS", "MOF"]),
        ("Beijing City Government notice", ["Beijing City Government"]),
        ("Port of Rizhao notice", ["Port of Rizhao"]),
        ("CAC guidelines", ["CAC"]),
        ("State Council article", []),
        ("notice", []),
    ],
)
def test_publishers(bodies: BodyTable, source: str, keys: list[str]) -> None:
    """A notice has a publisher, kept as written where the table has none; an article has none."""
    assert publishers([source], bodies) == keys
