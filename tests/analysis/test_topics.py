"""What an item is about."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from rag.analysis.topics import Topics, topics_of
from rag.briefs.corpus import read_corpus
from rag.briefs.records import Item, Titles
from rag.errors import CorpusError
from tests.analysis.invented import bullet, story

LABELS = Path(__file__).with_name("data") / "topics.jsonl"


@pytest.fixture(scope="module")
def topics() -> Topics:
    """The table that comes with the project."""
    return Topics.load()


def _names(item: Item, topics: Topics | None = None) -> list[str]:
    return [topic for topic, _ in topics_of(item, topics)]


def test_the_table_has_topics_each_with_words_that_name_it(topics: Topics) -> None:
    """Every topic has an English term, and every term of it names it."""
    assert len(topics.topics) >= 50
    for topic in topics.topics.values():
        assert topic.english, topic.name
        for term in (*topic.english, *topic.chinese):
            assert topic.name in topics.named(f"More {term} for all."), (topic.name, term)


@pytest.mark.parametrize(
    "text",
    [
        "He said that leadership and guardrails derail what is important.",
        "A foundation in Cyberspace, officially.",
        "The plan was published and secured.",
        "The Ministry of Industry and Information Technology met the Ministry of Finance.",
        "They mentioned an ai, an ip and a sme.",
        "The list, the publisher and the organ.",
    ],
)
def test_no_topic_is_found_in_parts_of_words_or_names_of_bodies(topics: Topics, text: str) -> None:
    """No "AI" in "said", "rail" in "guardrail", "ship" in "leadership", "import" in "important"."""
    assert topics.named(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Robots were built.", ["Robots"]),
        ("SMEs and an SME", ["SMEs"]),
        ("Small- and medium-sized enterprises", ["SMEs"]),
        ("low‑carbon steel", ["Green development", "Steel"]),
        ("China’s AI-driven robots", ["Artificial intelligence", "Robots"]),
        ("data, security", []),  # a comma parts a phrase
        ("lithium-ion batteries", ["Batteries"]),  # the longest term wins: not the mineral
        ("rolling stock", ["Rail"]),  # what a phrase hides is not looked for in it
        ("关于机器人产业的通知", ["Robots"]),
        ("高质量发展", []),
    ],
)
def test_a_term_is_found_in_its_forms(topics: Topics, text: str, expected: list[str]) -> None:
    """Inflected, hyphenated, curly, Chinese; the longest term wins and a comma ends a phrase."""
    assert topics.named(text) == expected


def test_a_bullet_is_about_what_it_names() -> None:
    """Each topic once, in order, with the sentence that first names it."""
    item = bullet("Robots get cheaper. Steel does not. Robots again.")
    assert [(topic, item.text[slice(*span)]) for topic, span in topics_of(item)] == [
        ("Robots", "Robots get cheaper."),
        ("Steel", "Steel does not."),
    ]


def test_a_story_is_about_its_heading_its_title_and_what_its_document_repeats() -> None:
    """What is named in passing, or by the comment alone, however often, it is not about."""
    item = story(
        "Hydrogen ahead",
        ("glance", "A plan says so. Wind turbines shall turn. Coal is named once."),
        ("bullets", "- More wind farms\n- More of all"),
        ("comment", "Steel. Steel is big. Steel is old."),
        ("reference", "**Article:** Notice on Robots (机器人通知)\n\n**Issuing body:** MIIT"),
        titles=Titles("Notice on Robots", "机器人通知"),
    )
    assert {topic: item.text[slice(*span)] for topic, span in topics_of(item)} == {
        "Hydrogen": "Hydrogen ahead",
        "Robots": "**Article:** Notice on Robots (机器人通知)",
        "Wind power": "Wind turbines shall turn.",
    }


def test_a_table_of_ones_own_adds_topics_and_terms(tmp_path: Path) -> None:
    """A `topics.toml` of the same form extends the one that comes with the project."""
    own = tmp_path / "topics.toml"
    own.write_text(
        '[Tea]\nenglish = ["tea"]\nunless = ["tea party"]\n\n[Robots]\nenglish = ["mech"]\n', encoding="utf-8"
    )
    extended = Topics.load(own)
    assert _names(bullet("Teas and mechs and robots"), extended) == ["Tea", "Robots"]
    assert _names(bullet("A tea party"), extended) == []
    assert _names(bullet("Teas and mechs")) == []


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("[Tea", "not a table of topics"),
        ("Tea = 1", "'Tea' is not a table"),
        ('[Tea]\nwords = ["tea"]', "[Tea] has 'words'"),
        ('[Tea]\nenglish = "tea"', "english of [Tea] is 'tea'"),
        ('[Tea]\nenglish = ["…"]', "english of [Tea] is ['…']"),
    ],
)
def test_a_wrong_table_is_told_with_file_and_place(tmp_path: Path, written: str, told: str) -> None:
    """The message names the file, what was found, and what to write."""
    own = tmp_path / "topics.toml"
    own.write_text(written, encoding="utf-8")
    with pytest.raises(CorpusError) as caught:
        Topics.load(own)
    assert str(caught.value).startswith(f"{own}: ")
    assert told in str(caught.value)


def _score(items: Sequence[Item]) -> tuple[float, float]:
    """Precision and recall over all topics of all items."""
    labels = {entry["item"]: set(entry["topics"]) for entry in map(json.loads, LABELS.read_text().splitlines())}
    pairs = [(set(_names(item)), labels[item.id]) for item in items]
    right = sum(len(found & gold) for found, gold in pairs)
    return right / sum(len(found) for found, _ in pairs), right / sum(len(gold) for _, gold in pairs)


# Two issues were read while the table was made; of the third the topics were written down before it was looked at.
@pytest.mark.parametrize(
    ("issue", "precision", "recall"),
    [("2022-10-05", 0.89, 0.97), ("2024-05-08", 0.88, 0.95), ("2023-05-03", 0.78, 0.78)],
)
def test_topics_are_those_a_reader_would_name(digests: Path, issue: str, precision: float, recall: float) -> None:
    """Of the topics found so many are those that a reader wrote down, and of those so many are found."""
    (items,) = (each.items for each in read_corpus(digests) if str(each.date) == issue)
    reached = _score(items)
    assert reached[0] >= precision
    assert reached[1] >= recall


def test_the_labels_name_known_topics_and_items(digests: Path, topics: Topics) -> None:
    """No label is of a topic or an item that does not exist."""
    entries = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    assert {topic for entry in entries for topic in entry["topics"]} <= set(topics)
    assert {entry["item"] for entry in entries} <= {i.id for issue in read_corpus(digests) for i in issue.items}


@pytest.mark.parametrize(
    "unit", ["[robot](#) ", "robot", "AI ", "机器人芯片", "Ministry of ", "(*robot* ", "\n- robot"]
)
def test_a_monstrous_item_takes_time_in_proportion(topics: Topics, unit: str) -> None:
    """100,000 characters of markup or of one word are looked through in seconds."""
    item = bullet((unit * 100_000)[:100_000])
    begun = time.perf_counter()
    found = topics_of(item, topics)
    assert time.perf_counter() - begun < 30
    assert all(0 <= start < end <= len(item.text) for _, (start, end) in found)
