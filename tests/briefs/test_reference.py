"""Titles and issuing bodies of a story's reference fields."""

from __future__ import annotations

import pytest

from rag.briefs.bodies import BodyTable
from rag.briefs.reference import read_issuing, read_titles


@pytest.mark.parametrize(
    ("field", "english", "chinese"),
    [
        ("Boat Plan (船计划) ([Link](#))", "Boat Plan", "船计划"),
        ("Boat Plan (2023-2025)(船计划 (2023—2025 年)) ([Link](#))", "Boat Plan (2023-2025)", "船计划 (2023—2025 年)"),
        (
            "Boat Plan (Draft) 关于《船计划（草案）》的通知 ([Link](#))",
            "Boat Plan (Draft)",
            "关于《船计划（草案）》的通知",
        ),
        ("Boat Plan\n\n(船计划（试行）)\n\n[\\(Link\\)](#)", "Boat Plan", "船计划（试行）"),
        ("Boat Plan（“船”计划）", "Boat Plan", "“船”计划"),
        ("Boat Plan 《船计划》", "Boat Plan", "《船计划》"),
        ('"Boat +" Plan ([Link to both versions](#))', '"Boat +" Plan', ""),
        ("船计划", "", "船计划"),
        ("Boat Plan (船计划", "Boat Plan", "船计划"),
        ("", "", ""),
    ],
)
def test_titles(field: str, english: str, chinese: str) -> None:
    """English and Chinese titles are told apart, with or without brackets, and the link is no part of them."""
    titles = read_titles(field)
    assert (titles.english, titles.chinese) == (english, chinese)


@pytest.mark.parametrize(
    ("field", "issuing", "via"),
    [
        ("MIIT, SASAC, SAMR", ["MIIT", "SASAC", "SAMR"], []),
        ("MIIT; the MoF and MIIT", ["MIIT", "MOF"], []),
        ("The Ministry of Finance (MOF)", ["MOF"], []),
        ("Ministry of Human Resources and Social Security and Ministry of Finance", ["MOHRSS", "MOF"], []),
        ("Shanghai's Municipal Government (via CAAM)", ["Shanghai's Municipal Government"], ["CAAM"]),
        ("Qiushi, republished by the MIIT and Port Daily", ["Qiushi"], ["MIIT", "Port Daily"]),
        ("MOT, Harbour Office, MOF", ["MOT", "Harbour Office", "MOF"], []),
        ("CASS's Boat Project, Group for the “Study of Nets, Hooks”", None, []),
        ("[MIIT](#), **NDRC**", ["MIIT", "NDRC"], []),
        ("", [], []),
    ],
)
def test_issuing(bodies: BodyTable, field: str, issuing: list[str] | None, via: list[str]) -> None:
    """Known bodies are keys, an unknown one is kept as written, commas and all; who passed it on stands apart."""
    expected = [field] if issuing is None else issuing
    assert read_issuing(field, bodies) == (tuple(expected), tuple(via))
