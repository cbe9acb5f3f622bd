"""The topics of China's industrial policy, and which of them an item is about.

Takes `topics.toml` beside this file and, where a corpus has one, a `topics.toml` of the same form in the corpus folder;
gives the topics that a sentence names, and those that an item is about. Knows nothing of sides and changes.

How terms are compared. Words are cut and folded as everywhere (`rag.index.tokens`), but a hyphen parts words. A word
stands for its inflections ("robots", "recycled" for "recycle"), not for other words of its stem ("important" is no
"import", "leadership" no "ship"); one in -ing or -s ("publishing", "securities") stands for itself alone, and one with
two capitals counts only as written ("AI", not "ai"). Where terms overlap the longest counts, and a phrase of `unless`
hides what stands in it. The name of an issuing body says nothing of topics: "Ministry of Commerce". Chinese terms
stand anywhere in a run of Chinese characters.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from rag.briefs.bodies import BodyTable
from rag.briefs.records import Item, Span
from rag.errors import CorpusError
from rag.index.tokens import fold, stem, words
from rag.retrieval.sentences import sentences_of

TABLE = Path(__file__).with_name("topics.toml")
_FIELDS = ("english", "chinese", "unless")
_CJK = re.compile(r"[\u3400-\u9fff]")
_PARTS = re.compile(r"[-‑–.,'’+]")
# Endings by which two words of one stem are forms of one word.
_INFLECTED = frozenset(("", "s", "es", "e", "ed", "d", "ing", "y", "ies", "ied"))
_POSSESSIVE = re.compile(r"['’]s?$")
_LINKING = re.compile(r"[\s\-‑–\"'“”‘’]*")  # between two words of one phrase
_OWN = ("glance", "bullets", "appendix")  # parts of a story in which the document speaks
_OFTEN = 2  # sentences of them that name a topic before a story is about it


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic and what names it."""

    name: str
    english: tuple[str, ...]
    chinese: tuple[str, ...]
    unless: tuple[str, ...]  # longer phrases, English or Chinese, that hold a term and mean something else


@dataclass(frozen=True, slots=True)
class _Phrase:
    words: tuple[str, ...]
    topics: tuple[str, ...]  # none: it hides what stands in it


class Topics:
    """The topics known, and how a text is looked through for all of them at once."""

    def __init__(self, topics: Mapping[str, Topic], bodies: BodyTable | None = None) -> None:
        self.topics = dict(topics)
        self.bodies = bodies or BodyTable.load()
        phrases = _phrases(topics.values())
        self._chinese = {term: names for term, names in phrases.items() if _CJK.search(term)}
        longest_first = sorted(self._chinese, key=len, reverse=True)
        self._any_chinese = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")
        self._by_start: dict[str, list[_Phrase]] = {}
        english = [_Phrase(tuple(_cut(t)), names) for t, names in phrases.items() if t not in self._chinese]
        for phrase in sorted(english, key=lambda p: -len(p.words)):
            self._by_start.setdefault(_key(phrase.words[0]), []).append(phrase)

    @classmethod
    def load(cls, extra: Path | None = None, bodies: BodyTable | None = None) -> Topics:
        """The table that comes with the project, with the topics and terms of the file `extra` added.

        Raises CorpusError where a file has not the form.
        """
        topics = _read(TABLE)
        for name, more in (_read(extra) if extra is not None else {}).items():
            known = topics.get(name, Topic(name, (), (), ()))
            topics[name] = Topic(name, *((*getattr(known, f), *getattr(more, f)) for f in _FIELDS))
        return cls(topics, bodies)

    def __iter__(self) -> Iterator[str]:
        return iter(self.topics)

    def named(self, text: str) -> list[str]:
        """The topics that a plain text names, in order of mention."""
        found: list[str] = []
        held = _cut(_without(text, self.bodies))
        at = 0
        while at < len(held):
            phrase = self._longest_at(held, at)
            found += phrase.topics if phrase else ()
            at += len(phrase.words) if phrase else 1
        if _CJK.search(text):
            found += [topic for m in self._any_chinese.finditer(text) for topic in self._chinese[m.group()]]
        return list(dict.fromkeys(found))

    def _longest_at(self, held: Sequence[str], at: int) -> _Phrase | None:
        for phrase in self._by_start.get(_key(held[at]), ()):
            there = held[at : at + len(phrase.words)]
            if len(there) == len(phrase.words) and all(map(_same, phrase.words, there)):
                return phrase
        return None


def topics_of(item: Item, topics: Topics | None = None) -> tuple[tuple[str, Span], ...]:
    """The topics an item is about, by name, each with the stretch of the item's text that shows it.

    A news bullet is about every topic that it names. A story is about what its heading or an official title of its
    document names, and what at least two sentences of the document's own name: those of the glance, the bullets and the
    appendix. What only MERICS' comment or an explainer speaks of, and what is named in passing, it is not about. The
    stretch is the first of the document's sentences that names the topic, else the line of its title, else the heading.
    """
    return _topics_of(item, topics or _known())


@lru_cache(maxsize=8192)
def _topics_of(item: Item, topics: Topics) -> tuple[tuple[str, Span], ...]:
    story = item.section == "top5"
    sentences = [s for s in sentences_of(item) if not story or s.part in (*_OWN, "reference")]
    named = [(sentence, topics.named(sentence.text)) for sentence in sentences]
    own = [(sentence.span, there) for sentence, there in named if not story or sentence.part in _OWN]
    if not story:
        about = list(dict.fromkeys(topic for _, there in own for topic in there))
    else:
        titled = topics.named(f"{item.heading}\n{item.titles.english}\n{item.titles.chinese}")
        often = Counter(topic for _, there in own for topic in there)
        about = list(dict.fromkeys([*titled, *(topic for topic, times in often.items() if times >= _OFTEN)]))
    lines = [*own, *((sentence.span, there) for sentence, there in named if sentence.part == "reference")]
    return tuple((topic, next((s for s, there in lines if topic in there), None) or _heading(item)) for topic in about)


def _heading(item: Item) -> Span:
    """Where the heading stands: above the first part, behind its number."""
    above = item.parts[0].span[0] - item.span[0] if item.parts else len(item.text)
    at = item.text.find(item.heading, 0, above)
    return (at, at + len(item.heading)) if at >= 0 else (0, min(above, len(item.text)))


@cache
def _known() -> Topics:
    return Topics.load()


def _phrases(topics: Iterable[Topic]) -> dict[str, tuple[str, ...]]:
    """Every term with the topics that it names; none for a phrase that only hides what stands in it."""
    phrases: dict[str, list[str]] = {}
    for topic in topics:
        for term in (*topic.english, *topic.chinese):
            phrases.setdefault(term, []).append(topic.name)
        for phrase in topic.unless:
            phrases.setdefault(phrase, [])
    return {phrase: tuple(names) for phrase, names in phrases.items()}


def _cut(text: str) -> list[str]:
    """The words of a text as written, hyphenated ones in parts; an empty one where no phrase goes on, as at a comma."""
    found: list[str] = []
    end = 0
    for word in words(text):
        if not _LINKING.fullmatch(text, end, word.start):
            found.append("")
        end = word.end
        if not word.is_cjk:
            found += [part for part in _PARTS.split(_POSSESSIVE.sub("", text[word.start : end])) if part]
    return found


def _without(text: str, bodies: BodyTable) -> str:
    """The text with a stop in place of each body's name."""
    kept, end = [], 0
    for _, start, stop in bodies.find(text):
        kept.append(text[end:start])
        end = stop
    return ". ; ".join([*kept, text[end:]])


def _is_acronym(word: str) -> bool:
    return sum(c.isupper() for c in word) > 1


@lru_cache(maxsize=65536)
def _key(word: str) -> str:
    """What words of terms are looked up by: one for all forms of a word."""
    return fold(word.removesuffix("s")) if _is_acronym(word) else stem(fold(word))


@lru_cache(maxsize=65536)
def _same(term: str, word: str) -> bool:
    """Whether a word of a text is a form of a word of a term; both have one stem or are quite different."""
    if _is_acronym(term):
        return word in (term, f"{term}s")
    term, word = fold(term), fold(word)
    if term.endswith(("ing", "s")):  # "publishing" is not what was published, "securities" are not a security
        return word == term
    if stem(term) != stem(word):
        return False
    shared = len(term)
    while not word.startswith(term[:shared]):
        shared -= 1
    return {term[shared:], word[shared:]} <= _INFLECTED


def _read(path: Path) -> dict[str, Topic]:
    """The topics of one file, or a CorpusError that says what is wrong with it."""
    remedy = f"See {TABLE.name} in the package for the form."
    try:
        table = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise CorpusError(
            f"{path}: the table of topics cannot be read ({error.strerror}). Check its permissions."
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CorpusError(f"{path}: not a table of topics: {error}. {remedy}") from error
    topics = {}
    for name, entry in table.items():
        if not isinstance(entry, dict):
            raise CorpusError(f"{path}: {name!r} is not a table; expected [{name}] with its terms below. {remedy}")
        if unknown := set(entry) - set(_FIELDS):
            raise CorpusError(f"{path}: [{name}] has {sorted(unknown)[0]!r}; expected {', '.join(_FIELDS)}. {remedy}")
        topics[name] = Topic(name, *(_terms(path, name, field, entry.get(field, [])) for field in _FIELDS))
    return topics


def _terms(path: Path, name: str, field: str, value: object) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(term, str) and words(term) for term in value):
        return tuple(value)
    raise CorpusError(
        f'{path}: {field} of [{name}] is {value!r}; expected a list of terms in quotes. Write it as {field} = ["…"].'
    )
