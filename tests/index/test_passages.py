"""Passages of an item: windows of whole sentences, inside one part and the encoder's limit, nothing left out; and the
sentences in them, each once."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rag.briefs.plain import sentences
from rag.briefs.records import Item, PartKind
from rag.index.passages import cut, embedded_text
from rag.index.records import Encoder, Passage

DAY = dt.date(2023, 3, 1)


class CharacterEncoder:
    """Every character that is no space is one piece, and two special ones surround a text."""

    fingerprint, dimension = "c4a7", 1

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def count(self, texts: Sequence[str]) -> list[int]:
        """Characters but spaces, and two."""
        return [len("".join(text.split())) + 2 for text in texts]

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Not asked for here."""
        raise NotImplementedError


def _assert_sound(item: Item, passages: list[Passage], encoder: Encoder) -> None:
    assert [passage.number for passage in passages] == list(range(len(passages)))
    covered = [False] * len(item.text)
    # nothing is given twice: a sentence that is a window is no passage of its own
    assert len({passage.span for passage in passages}) == len(passages)
    for passage in passages:
        start, end = passage.span
        assert item.text[start:end] == passage.text == passage.text.strip() != ""
        owners = [p for p in item.parts if p.span[0] <= item.span[0] + start and item.span[0] + end <= p.span[1]]
        assert [(p.kind, p.voice) for p in owners] == [(passage.part, passage.voice)]
        if passage.unit == "window":
            assert not any(covered[start:end])
            covered[start:end] = [True] * (end - start)
        else:
            first = owners[0].span[0] - item.span[0]
            assert passage.part != "reference"
            assert (start - first, end - first) in sentences(owners[0].text)
        assert encoder.count([embedded_text(passage)])[0] <= encoder.limit
    inside = [False] * len(item.text)
    for part in item.parts:
        start = part.span[0] - item.span[0]
        inside[start : start + len(part.text)] = [True] * len(part.text)
    for at, char in enumerate(item.text):
        assert not inside[at] or char.isspace() or covered[at], item.text[at : at + 40]


def _windows(passages: list[Passage]) -> list[Passage]:
    return [passage for passage in passages if passage.unit == "window"]


def test_a_part_that_fits_is_one_window(item_of: Callable[..., Item], counting_encoder: Encoder) -> None:
    """Each part of a short item is one window with its part's voice, and carries issue, section and heading."""
    parts: list[tuple[PartKind, str]] = [
        ("glance", "**At a glance:** A plan. It has goals:"),
        ("bullets", "- One goal\n- Another goal"),
        ("comment", "**MERICS comment:** It may work. It may not."),
        ("reference", "**Article:** Robot plan (机器人计划)\n\n**Date:** March 1, 2023"),
    ]
    item = item_of(DAY, "top5", 1, parts, heading="Robots here and there")
    passages = cut(item, counting_encoder)
    windows = _windows(passages)
    assert [(p.part, p.voice, p.text) for p in windows] == [
        (kind, "comment" if kind == "comment" else "document", text) for kind, text in parts
    ]
    assert {p.context for p in passages} == {"China Industries, 1 March 2023, Top 5: Robots here and there"}
    assert embedded_text(windows[1]) == f"{windows[1].context}\nOne goal\nAnother goal"
    _assert_sound(item, passages, counting_encoder)


def test_a_bullet_has_no_heading_in_its_context(item_of: Callable[..., Item], counting_encoder: Encoder) -> None:
    """The context of a news bullet ends with its section."""
    item = item_of(DAY, "policy", 3, [("bullets", "- *March 1:* The MOF set a rule. ([MOF notice](#))")])
    (passage,) = cut(item, counting_encoder)
    assert passage.context == "China Industries, 1 March 2023, Policy news"
    assert passage.text == item.text


def test_a_long_part_is_cut_between_sentences(item_of: Callable[..., Item]) -> None:
    """As many whole sentences as fit go together; a label goes with what it opens, a source label with what it ends."""
    text = "- *May 1:* One two three. Four five six. ([MOF notice](#))\n- *May 2:* Seven eight. Nine ten."
    item = item_of(DAY, "policy", 1, [("bullets", text)])
    encoder = CharacterEncoder(len("ChinaIndustries,1March2023,Policynews") + 2 + 28)
    passages = cut(item, encoder)
    assert [p.text for p in _windows(passages)] == [
        "- *May 1:* One two three.",
        "Four five six. ([MOF notice](#))",
        "- *May 2:* Seven eight. Nine ten.",
    ]
    assert [p.text for p in passages if p.unit == "sentence"] == [
        "One two three.", "Four five six.", "Seven eight.", "Nine ten."
    ]  # fmt: skip
    _assert_sound(item, passages, encoder)


def test_sentences_follow_the_windows_of_their_part(item_of: Callable[..., Item], counting_encoder: Encoder) -> None:
    """Where a part holds several sentences each is a passage too, without labels, of the part's kind and voice."""
    parts: list[tuple[PartKind, str]] = [
        ("glance", "**At a glance:** A plan. It has goals:"),
        ("comment", "**MERICS comment:** It may work."),
        ("bullets", "- One goal\n- Another goal"),
    ]
    item = item_of(DAY, "top5", 1, parts, heading="Robots")
    passages = cut(item, counting_encoder)
    assert [(p.number, p.unit, p.part, p.voice, p.text) for p in passages] == [
        (0, "window", "glance", "document", parts[0][1]),
        (1, "sentence", "glance", "document", "A plan."),
        (2, "sentence", "glance", "document", "It has goals:"),
        (3, "window", "comment", "comment", parts[1][1]),
        (4, "window", "bullets", "document", parts[2][1]),
        (5, "sentence", "bullets", "document", "One goal"),
        (6, "sentence", "bullets", "document", "Another goal"),
    ]
    assert {p.context for p in passages} == {"China Industries, 1 March 2023, Top 5: Robots"}
    _assert_sound(item, passages, counting_encoder)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("comment", "**MERICS comment:** It may work."),
        ("bullets", "- *March 1:* The MOF set a rule. ([MOF notice](#))"),
        ("reference", "**Article:** Robot plan (机器人计划)\n\n**Date:** March 1, 2023\n\n**Issuing bodies:** MIIT"),
    ],
    ids=["comment", "news", "reference"],
)
def test_one_sentence_or_a_reference_is_windows_alone(
    item_of: Callable[..., Item], counting_encoder: Encoder, kind: PartKind, text: str
) -> None:
    """A part of one sentence is in its window already, and the lines of a reference say little one by one."""
    (passage,) = cut(item_of(DAY, "policy", 1, [(kind, text)]), counting_encoder)
    assert (passage.unit, passage.text) == ("window", text)


def test_a_sentence_that_is_a_window_is_not_given_twice(item_of: Callable[..., Item]) -> None:
    """Of three sentences, the last alone in its window, the first two are passages of their own as well."""
    item = item_of(DAY, "policy", 1, [("comment", "One two. Three four. Five six seven eight.")])
    encoder = CharacterEncoder(len("ChinaIndustries,1March2023,Policynews") + 2 + 21)
    passages = cut(item, encoder)
    assert [(p.unit, p.text) for p in passages] == [
        ("window", "One two. Three four."),
        ("window", "Five six seven eight."),
        ("sentence", "One two."),
        ("sentence", "Three four."),
    ]
    _assert_sound(item, passages, encoder)


def test_a_sentence_over_the_limit_is_in_windows_alone(item_of: Callable[..., Item]) -> None:
    """No passage is longer than the encoder reads, so of a long sentence there are only the windows that share it."""
    item = item_of(DAY, "policy", 1, [("comment", "One two. Alpha beta gamma delta epsilon zeta eta theta.")])
    encoder = CharacterEncoder(len("ChinaIndustries,1March2023,Policynews") + 2 + 12)
    passages = cut(item, encoder)
    assert "sentence" not in {p.unit for p in passages}
    assert "".join("".join(p.text.split()) for p in passages) == "".join(item.text.split())
    _assert_sound(item, passages, encoder)


def test_a_sentence_that_is_too_long_is_cut_between_words(item_of: Callable[..., Item]) -> None:
    """No word is cut in two as long as words fit."""
    text = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu."
    item = item_of(DAY, "policy", 1, [("comment", text)])
    encoder = CharacterEncoder(len("ChinaIndustries,1March2023,Policynews") + 2 + 12)
    passages = cut(item, encoder)
    assert [p.text for p in passages] == [
        "alpha beta", "gamma delta", "epsilon zeta", "eta theta iota", "kappa lambda", "mu."
    ]  # fmt: skip
    _assert_sound(item, passages, encoder)


def test_a_word_that_is_too_long_is_cut_between_characters(item_of: Callable[..., Item]) -> None:
    """Chinese has no spaces: a long title is cut where it must be, and none of it is lost."""
    item = item_of(DAY, "policy", 1, [("reference", "工业和信息化部" * 9)])
    encoder = CharacterEncoder(len("ChinaIndustries,1March2023,Policynews") + 2 + 10)
    passages = cut(item, encoder)
    assert "".join(p.text for p in passages) == item.text
    assert {len(p.text) for p in passages} == {10, 3}
    _assert_sound(item, passages, encoder)


def test_a_heading_leaves_room_for_the_text(item_of: Callable[..., Item]) -> None:
    """Of a heading that would fill half the window, only the first words stay in the context."""
    item = item_of(DAY, "top5", 1, [("glance", "A plan.")], heading="word " * 40 + "end")
    encoder = CharacterEncoder(120)
    (passage,) = cut(item, encoder)
    assert encoder.count([passage.context])[0] <= 60
    assert passage.context.startswith("China Industries, 1 March 2023, Top 5: word word")


def test_a_blank_part_has_no_passage(item_of: Callable[..., Item], counting_encoder: Encoder) -> None:
    """Nothing but white space is nothing to find."""
    item = item_of(DAY, "policy", 1, [("glance", " \n "), ("bullets", "- A bullet.")])
    assert [p.text for p in cut(item, counting_encoder)] == ["- A bullet."]


@pytest.mark.parametrize("seed", range(40))
def test_windows_cover_everything_and_fit(item_of: Callable[..., Item], seed: int) -> None:
    """Over random texts: inside one part, disjoint, within the limit, nothing but white space left out; and
    sentences are those of the reader of briefs, each once."""
    rng = random.Random(seed)
    words = [
        "robot",
        "plan",
        "e.g.",
        "U.S.",
        "3.5",
        "机器人计划。",
        "[link](#)",
        "*May 3:*",
        "x" * 60,
        "\n",
        "\n\n- ",
        ". ",
        "! ",
    ]
    kinds: list[PartKind] = ["glance", "bullets", "comment", "reference"]
    parts = [(kind, " ".join(rng.choices(words, k=rng.randint(1, 80)))) for kind in rng.sample(kinds, 3)]
    item = item_of(DAY, "top5", 1, parts, heading="A heading", offset=rng.randint(0, 999))
    encoder = CharacterEncoder(rng.randint(70, 300))
    _assert_sound(item, cut(item, encoder), encoder)


def test_a_very_long_sentence_takes_linear_time(item_of: Callable[..., Item]) -> None:
    """A sentence of a million characters is cut without ever measuring much more than a window."""

    class Measuring(CharacterEncoder):
        measured = 0

        def count(self, texts: Sequence[str]) -> list[int]:
            self.measured += sum(map(len, texts))
            return super().count(texts)

    text = "word " * 40_000 + "end."
    encoder = Measuring(300)
    passages = cut(item_of(DAY, "policy", 1, [("comment", text)]), encoder)
    assert len(passages) > 500
    assert encoder.measured < 30 * len(text)


def test_passages_of_both_editions_are_sound(editions: Path, counting_encoder: Encoder) -> None:
    """Over the five issues, whatever the edition and the limit."""
    from rag.briefs.corpus import read_corpus

    for issue in read_corpus(editions):
        for item in issue.items:
            for encoder in (counting_encoder, CharacterEncoder(200), CharacterEncoder(1200)):
                _assert_sound(item, cut(item, encoder), encoder)
