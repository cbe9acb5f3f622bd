"""A text as it is compared: its words with what else they are called, and its figures, times, names and quotations.

Takes a statement or a sentence of an item; gives a `Reading`. Statement and source are read alike, so that "jets" and
"aircraft", "MIIT" and "工信部", "CNY 500 billion" and "500bn yuan" are one thing in both. Knows nothing of checks.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rag.briefs.bodies import BodyTable
from rag.briefs.records import Span
from rag.index.tokens import Word, stem, terms, words
from rag.retrieval.gazetteer import places_at
from rag.retrieval.names import Named, Names
from rag.retrieval.points import Day, Window, points
from rag.retrieval.stopwords import STOPWORDS, Language, language_of
from rag.retrieval.wording import blanked
from rag.verify.quantities import Quantity, quantities

SYNONYMS = Path(__file__).with_name("synonyms.txt")
Range = tuple[int, int]  # places in words, both included

_KEPT = 8192  # words whose names are kept
_FOREIGN = 0.15  # the same of a word of another language
_COMMA, _BREAK = 2, 5  # words that a comma, a stronger break stands for in a distance
_CLAUSES = frozenset("and but while whereas und aber während".split())
_COMMAS, _BREAKS = ",、，", ";:()（）；：—。!?|"
_RARE = 0.5  # weight, as a share of the greatest, of a word that the corpus lacks: it may be the writer's own
_PLAIN_SPELLING = (
    (re.compile(r"(?<=\w{3})is(?=(?:e[ds]?|ing|ations?|er)$)"), "iz"),
    (re.compile(r"(?<=\w{2})our(?=s|ed|ing|$)"), "or"),
    (re.compile(r"(?<=\w{2}l)l(?=(?:ed|ing|er)$)"), ""),
    (re.compile(r"(?<=program)mes?$"), ""),
    (re.compile(r"(?<=alumin)ium$"), "um"),
    (re.compile(r"^(cent|fib)re"), r"\1er"),
)
_YEARS = re.compile(r"(?<=\b(?:19|20)\d\d)[-–—/](?=(?:19|20)\d\d\b)")  # "2024-2026" are two years
_PROPER = ("companies", "programmes")
_LEGAL_FORM = re.compile(r"^[A-Z]\w+ (?:Ltd|Inc|Corp|Co|Holdings|Group|AG|SE|plc|GmbH)\.?$")
_COMPOUND = re.compile(r"(?<=[\w+])-(?=[A-ZÄÖÜ])")  # "Airbus-Flugzeuge"
_QUOTED = re.compile(
    r"[\"“”„«]([^\"“”„«»]{2,300})[\"“”»]|「([^「」]{2,300})」"
    r"|(?<![\w’'])[‘']([^‘’']{2,200}(?:['’]s [^‘’']{0,200})?)['’](?!\w)"
)


# Forms of verbs whose stem differs.
_IRREGULAR = {
    form: verb
    for verb, *forms in (
        line.split()
        for line in (
            "become became|begin began begun|bring brought|build built|buy bought|catch caught|"
            "choose chose chosen|come came|draw drew drawn|drive drove driven|fall fell fallen|find found|"
            "fly flew flown|forbid forbade forbidden|get got|give gave given|go went gone|grow grew grown|"
            "hold held|keep kept|know knew known|lay laid|lead led|leave left|lose lost|make made|mean meant|"
            "meet met|pay paid|rise rose risen|run ran|say said|see saw seen|seek sought|sell sold|send sent|"
            "show shown|shrink shrank shrunk|spend spent|speak spoke spoken|stand stood|take took taken|"
            "teach taught|tell told|think thought|win won|withdraw withdrew withdrawn|write wrote written"
        ).split("|")
    )
    for form in forms
}


@dataclass(frozen=True, slots=True)
class Token:
    """A word that says something: every form it is compared by, its weight, its place in words, and in the text."""

    forms: frozenset[str]
    weight: float
    at: int  # words from the beginning, breaks counting as several
    span: Span


@dataclass(frozen=True, slots=True)
class Mention:
    """A body or a company, by its key, and where it is named."""

    key: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False)  # compared and kept as itself: it holds a mapping
class Reading:
    """What was read of one text."""

    text: str
    language: Language
    tokens: tuple[Token, ...]  # those that say something, in order
    plain: tuple[tuple[str, int], ...]  # every word outside names, figures and dates, folded, with its place
    forms: frozenset[str]  # all forms of all tokens
    quantities: tuple[Quantity, ...]
    times: tuple[Window, ...]
    bodies: tuple[Mention, ...]
    companies: tuple[Mention, ...]
    programmes: tuple[Mention, ...]
    towns: tuple[Mention, ...]  # countries, provinces and cities, outside names of companies
    quotations: tuple[str, ...]
    places: Mapping[str, tuple[int, ...]]  # every form, with its places in words

    def range(self, span: Span) -> Range:
        """The places in words of the first and the last token of a stretch of the text."""
        inside = [token.at for token in self.tokens if token.span[0] < span[1] and span[0] < token.span[1]]
        return (inside[0], inside[-1]) if inside else (0, 0)


class TextReader:
    """Reads texts for comparison."""

    def __init__(self, bodies: BodyTable, names: Names, corpus: Mapping[str, int]) -> None:
        """`corpus` holds each word of the corpus, folded, with the number of items that hold it."""
        self._bodies, self._names = bodies, names
        self._short = {
            name.rsplit(None, 1)[0]: key
            for key in names.of_kind("companies")
            for name in names.names(key)
            if _LEGAL_FORM.search(name)
        }
        self._known: dict[str, tuple[str, ...]] = {}
        held: dict[str, int] = {}
        for word, count in corpus.items():
            for form in _forms(word):
                held[form] = max(held.get(form, 0), count)
        most = max(held.values(), default=1)
        self._weight = {form: math.log(1 + most / count) for form, count in held.items()}
        self._most = math.log(1 + most)

    def read(self, text: str, covered: Collection[Day] = (), language: Language | None = None) -> Reading:
        """Read one text. `covered` are the days that a month without a year may lie in."""
        language = language or language_of(text)
        quotations = tuple(next(filter(None, m.groups())).strip(" ,.") for m in _QUOTED.finditer(text))
        text = _YEARS.sub(" ", text)
        if language == "de":
            text = _COMPOUND.sub(" ", text)
        times = points(text, covered)
        bodies = [Mention(key, (start, end)) for key, start, end in self._bodies.find(text)]
        named = [name for name in self._names.find(text) if not _inside(name, bodies)]
        short = [
            Mention(self._short[written], (word.start, word.end))
            for word in words(text)
            if (written := text[word.start : word.end].removesuffix("'s").removesuffix("’s")) in self._short
            and not any(n.start < word.end and word.start < n.end for n in named)
        ]
        dated = blanked(text, [time.span for time in times])
        figures = quantities(blanked(dated, [(n.start, n.end) for n in named if n.kind in _PROPER]), language)
        tokens, plain = self._tokens(text, language, figures, times, bodies, named)
        return Reading(
            text=text,
            language=language,
            tokens=tuple(tokens),
            plain=tuple(plain),
            forms=frozenset(form for token in tokens for form in token.forms),
            quantities=tuple(figures),
            times=tuple(times),
            bodies=tuple(bodies),
            companies=(*(Mention(n.name, (n.start, n.end)) for n in named if n.kind == "companies"), *short),
            programmes=tuple(Mention(n.name, (n.start, n.end)) for n in named if n.kind == "programmes"),
            towns=tuple(
                Mention(key, span)
                for key, span in places_at(text)
                if not any(n.start < span[1] and span[0] < n.end for n in named if n.kind in _PROPER)
            ),
            quotations=quotations,
            places=_places(tokens),
        )

    def _tokens(
        self,
        text: str,
        language: Language,
        figures: Collection[Quantity],
        times: Collection[Window],
        bodies: Collection[Mention],
        named: Collection[Named],
    ) -> tuple[list[Token], list[tuple[str, int]]]:
        whole = {span: frozenset({form}) for span, form in _whole(figures, times, bodies)}
        called = [((n.start, n.end), f"={n.name}") for n in named]
        alike = [((n.start, n.end), f"~{n.name}") for n in _synonyms().find(text)] if language == "en" else []
        tokens: list[Token] = []
        plain: list[tuple[str, int]] = []
        at, end, last = 0, 0, None
        for word in words(text):
            between = _distance(text[end : word.start])
            # "…, and B builds …" tells of something else
            at += 1 + (_BREAK if between and word.folded in _CLAUSES else between)
            end = word.end
            cover = next((span for span in whole if span[0] <= word.start < span[1]), None)
            if cover:
                if cover != last:  # "fifth-generation" is a figure and a name
                    names = {key for span, key in called if span[0] < cover[1] and cover[0] < span[1]}
                    tokens.append(Token(whole[cover] | names, self._most, at, cover))
                last = cover
                continue
            if not any(n.start <= word.start < n.end for n in named if n.kind in _PROPER):
                plain.append((word.folded, at))
            keys = [key for span, key in called if span[0] < word.end and word.start < span[1]]
            if keys:  # "specialised SMEs" are a kind of SMEs
                keys += self._alone(text[word.start : word.end])
            groups = [group for span, group in alike if span[0] < word.end and word.start < span[1]]
            tokens += self._of_word(word, keys, at, groups, foreign=language != "en")
        return tokens, plain

    def _alone(self, written: str) -> tuple[str, ...]:
        """What a word is called by itself."""
        if written not in self._known:
            if len(self._known) > _KEPT:
                self._known.clear()
            self._known[written] = tuple(f"={name.name}" for name in self._names.find(written))
        return self._known[written]

    def _of_word(
        self, word: Word, keys: Collection[str], at: int, groups: Collection[str], *, foreign: bool
    ) -> list[Token]:
        span = (word.start, word.end)
        if word.is_cjk:  # a run of characters is known by the names in it
            return [Token(frozenset({key}), self._most / 2, at, span) for key in keys]
        forms = _forms(word.folded)
        if not keys and all(form in STOPWORDS for form in forms):
            return []
        if foreign and not keys and forms[0] not in self._weight:  # a word the source cannot hold
            return [Token(frozenset(forms), _FOREIGN * self._most, at, span)]
        weight = max(self._weight.get(form, _RARE * self._most) for form in forms)
        return [Token(frozenset((*forms, *keys, *groups)), weight, at, span)]


@lru_cache(maxsize=1)
def _synonyms() -> Names:
    """The groups of words that say the same, each under its first word."""
    lines = SYNONYMS.read_text(encoding="utf-8").splitlines()
    groups = [[word.strip() for word in line.split("|")] for line in lines if line.strip() and line[0] != "#"]
    return Names({group[0]: group for group in groups}, {})


def _forms(word: str) -> tuple[str, ...]:
    """A word's stem and those of its parts, in one spelling."""
    for pattern, spelling in _PLAIN_SPELLING:
        word = pattern.sub(spelling, word)
    return tuple(terms(_IRREGULAR.get(word, word))) or (stem(word),)


def _whole(
    figures: Collection[Quantity], times: Collection[Window], bodies: Collection[Mention]
) -> list[tuple[Span, str]]:
    """Stretches that are one token each, and what it is compared by."""
    return [
        *((figure.span, figure.key) for figure in figures),
        *((time.span, f"@{time.until.year if time.until else ''}") for time in times),
        *((body.span, f"&{body.key}") for body in bodies),
    ]


def _inside(name: Named, bodies: Collection[Mention]) -> bool:
    return any(body.span[0] < name.end and name.start < body.span[1] for body in bodies)


def _distance(between: str) -> int:
    if any(mark in between for mark in _BREAKS):
        return _BREAK
    return _COMMA if any(mark in between for mark in _COMMAS) else 0


def _places(tokens: Collection[Token]) -> dict[str, tuple[int, ...]]:
    places: dict[str, tuple[int, ...]] = {}
    for token in tokens:
        for form in token.forms:
            places[form] = (*places.get(form, ()), token.at)
    return places
