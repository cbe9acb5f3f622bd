"""Citations that a model forges and figures that it alters, over the real digests: 0 forgeries are accepted."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from rag import Answer, Library
from rag.answers.generate import Composer
from rag.answers.records import Statement
from rag.briefs.records import Item
from rag.model.tokens import estimate
from rag.opening import open_index
from rag.retrieval.sentences import sentences_of
from rag.settings import Settings
from rag.verify.verifier import Verifier
from tests.faults.scripted import Scripted

pytestmark = pytest.mark.real

QUESTION = "How many robots per ten thousand workers does the Robot+ plan want by 2025?"
# A figure on its own: no part of a word, a date in figures, a range or a name, and no number of a list.
_FIGURE = re.compile(
    r"(?<![\w.,+–-])(?<!\()(?<!article )(?:\d{1,3}(?:,\d{3})+(?![\w-])|\d+(?:\.\d+)?(?![\w,–-]|\.\d))(?!\))",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")

True_ = tuple[Item, str]
Write = Callable[[Sequence[Item], str], tuple[Answer, list[Statement]]]


@pytest.fixture(scope="module")
def own(digests: Path, built: Callable[[Path], Path]) -> Answer:
    """An answer in the briefs' own sentences, for models to write in the place of."""
    with Library.open(digests, built(digests)) as library:
        return library.ask(QUESTION)


@pytest.fixture(scope="module")
def write(digests: Path, built: Callable[[Path], Path], own: Answer) -> Iterator[Write]:
    """Gives a model some items and has it write a reply: the answer, and of it what the model said."""
    opened = open_index(Settings.read({}, corpus=digests, embeddings=built(digests)))
    periods = {issue.date: issue.period for issue in opened.index.issues()}
    verifier = Verifier(opened.bodies, opened.names, opened.index.words(), opened.encoder, periods)
    ours = {statement.text for statement in own.statements}

    def writing(items: Sequence[Item], reply: str) -> tuple[Answer, list[Statement]]:
        composer = Composer(Scripted(reply), verifier, estimate, 8192, 1024, "mark")
        *_, answer = composer.stream(own.query, items, own)
        return answer, [statement for statement in answer.statements if statement.text not in ours]

    yield writing
    opened.index.close()


@pytest.fixture(scope="module")
def sentences(digests: Path, built: Callable[[Path], Path]) -> list[True_]:
    """Sentences of the digests with their items, in an order of no meaning; the same each time."""
    with Library.open(digests, built(digests)) as library:
        told = [
            (item, sentence.text.rstrip(".:; "))
            for item in library.items()
            for sentence in sentences_of(item)
            if sentence.part != "reference" and 40 <= len(sentence.text) <= 300
        ]
    random.Random(6).shuffle(told)
    return told


def _key(rng: random.Random) -> str:
    """What looks like a key and never is one: those that are given have other digits."""
    return "".join(rng.choice(letters) for letters in ("bcdfghjk", "0124", "mnpqrstv"))


def _forgeries(sentences: list[True_], rng: random.Random) -> Iterator[tuple[str, list[Item], str]]:
    """Each forged in one way: what it is, the items given, and the reply. `{1}` is the key of the first item."""
    for number, (item, said) in enumerate(sentences):
        other = next(each for each, _ in sentences[number + 1 :] + sentences[:number] if each.id != item.id)
        date = dt.date(2030, 1 + number % 12, 1)
        yield "unknown key", [item], f"{said} [{_key(rng)}]."
        yield "a true key and an unknown one", [item], f"{said} {{1}}[{_key(rng)}]."
        yield "number", [item], f"{said} [{1 + number}]."
        yield "footnote", [item], f"{said} [^{1 + number}]."
        yield "named source", [item], f"{said} [Source: {_key(rng)}]."
        yield "address of the item", [item], f"{said} [{item.id}]."
        yield "issue in brackets", [item], f"{said} [Issue of {date:%d %B %Y}]."
        yield "issue of 2030", [item], f"According to the issue of 1 {date:%B %Y}, {said[0].lower()}{said[1:]} {{1}}."
        yield "another item's words", [other, item], f"{said} {{1}}."
        yield "a quotation of another item", [other, item], f"It says: “{said}” {{1}}."
        yield "a number in a quotation", [item], f"It says: “{said} [1]” {{1}}."
        yield "a key in a quotation", [item], f"“{said} [{_key(rng)}]”, it says {{1}}."


def test_no_forged_citation_is_accepted(write: Write, sentences: list[True_]) -> None:
    """Of 12 kinds, 20 each, none is supported; what was not given has no marker and stays as not found."""
    forged = list(_forgeries(sentences[:20], random.Random(7)))
    accepted = []
    for kind, items, reply in forged:
        answer, said = write(items, reply)
        assert said, reply
        if all(statement.support in ("supported", "partly") for statement in said):
            accepted.append((kind, reply, said))
        given = {item.id for item in items} | {c.item_id for c in answer.citations if c.located == "not found"}
        mine = {marker for statement in said for marker in statement.markers}
        assert {c.item_id for c in answer.citations if c.marker in mine} <= given
        assert all(c.marker == 0 for c in answer.citations if c.located == "not found")
        assert not any("[" in statement.text for statement in said)
    assert len(forged) == 240
    assert accepted == []


def _altered(figure: str, rng: random.Random) -> str:
    """Another figure of the same length: its first digit is another, of a year the last."""
    at = 3 if _YEAR.fullmatch(figure) else 0
    return figure[:at] + rng.choice([d for d in "123456789" if d != figure[at]]) + figure[at + 1 :]


def test_altered_figures_are_caught(write: Write, sentences: list[True_]) -> None:
    """Of figures altered in true sentences, cited rightly, at least 95 % are caught; of true ones 4 % flagged."""
    rng, counted = random.Random(8), Counter[str]()
    for item, said in sentences:
        figures = list(_FIGURE.finditer(said))
        _, whole = write([item], f"{said} {{1}}.") if figures else (None, [])
        if len(whole) != 1:  # two sentences to a reader of replies, the first without a key
            continue
        counted["true"] += 1
        counted["flagged"] += whole[0].support != "supported"
        for figure in figures:
            spoilt = said[: figure.start()] + _altered(figure.group(), rng) + said[figure.end() :]
            _, told = write([item], f"{spoilt} {{1}}.")
            counted["altered"] += 1
            counted["caught"] += told[0].support == "unsupported"
    assert counted["true"] >= 80
    assert counted["altered"] >= 100
    assert counted["caught"] >= 0.95 * counted["altered"], counted
    assert counted["flagged"] <= 0.04 * counted["true"], counted
