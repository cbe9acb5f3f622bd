"""Figures in a text: value, unit and bound, whatever they are written as. English, German and Chinese.

Takes a text and its language; gives `Quantity`s with their places. "CNY 500 billion", "500bn yuan" and "5000亿元" are
one quantity, so are "four fifths" and "80 percent". A number inside a name ("C919", "5G", "14th Five-Year Plan") is
none. Dates are another module's: they are blanked out before. Knows nothing of items.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from rag.briefs.records import Span
from rag.retrieval.stopwords import Language
from rag.verify.numerals import (
    CURRENCIES,
    CURRENCY_OF,
    FOLDS,
    FRACTIONS,
    GERMAN,
    MAGNITUDE_DE,
    MAGNITUDES,
    NUMBERED,
    ONES,
    ORDINALS,
    SPELLED,
    TENS,
    UNITS,
)

Bound = Literal["exact", "about", "nearly", "over", "least", "under", "most"]


def _any(words: object) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))  # type: ignore[call-overload]


_UNIT = "|".join(f"(?P<u{i}>{pattern})" for i, (_, _, pattern) in enumerate(UNITS))
_TENS_UP = rf"(?:{_any(TENS)})(?:[- ](?:{_any(ONES[:9])})\b)?"
_HUNDREDS = rf"(?:{_any(ONES[:9])}|a) hundred (?:and )?(?:{_TENS_UP}|{_any(ONES)})"
_WORDS = (
    rf"(?:{_HUNDREDS}|{_TENS_UP}|{_any(ONES)}|zero|{_any(GERMAN)}"
    r"|a(?= hundred\b| thousand\b| million\b| billion\b| dozen\b))"
)
_DIGITS = {
    "en": r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?",
    "de": r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?",
}
_APART = r"[ \u00a0\u202f-]?"


def _pattern(language: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?:{CURRENCIES}{_APART})?"
        rf"(?:(?<![^\W_])(?<![^\W\d_]-)(?<!\d[.,])|(?<=CNY)|(?<=RMB)|(?<=USD)|(?<=EUR))"
        rf"(?:(?P<digits>{_DIGITS[language]})(?P<plus>\+)?(?:(?P<ordinal>st|nd|rd|th)\b)?"
        rf"|(?P<words>{_WORDS})(?P<half> and a half\b)?(?=\W|fold|fach|$))"
        rf"(?:{_APART}(?P<magnitude>{_any(MAGNITUDES)})(?![^\W_]))?(?:{_APART}(?P<magnitude2>thousand|million|billion)\b)?"
        rf"(?:{_APART}(?:{_UNIT})(?![^\W\d_]))?(?![^\W_])(?!\.?\d)",
        re.IGNORECASE,
    )


_LATIN = {language: _pattern(language) for language in _DIGITS}
_MONEY = [(u, re.compile(rf"(?<![A-Za-z])(?:{p})(?![A-Za-z])", re.I)) for u, _, p in UNITS if u.isupper()]
_ZH_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_ZH_SMALL = {"十": 10, "百": 100, "千": 1000}
_ZH_LARGE = {"万": 1e4, "亿": 1e8, "万亿": 1e12, "百万": 1e6, "千万": 1e7}
_HAN = re.compile("[\u3400-\u9fff]")
_CHINESE = re.compile(
    rf"(?<![A-Za-z\d.])(?:{CURRENCIES}\s?)?(?:(?P<digits>\d[\d,]*(?:\.\d+)?)|(?P<words>[一二两三四五六七八九十百千]+))"
    rf"\s?(?P<magnitude>万亿|百万|千万|亿|万)?余?多?\s?(?:(?P<unit>{_UNIT})|(?P<counted>[项家种名个座条类辆架艘款套所批]))?(?![A-Za-z\d])",
    re.IGNORECASE,
)
_FRACTION = re.compile(
    rf"\b(?:(?P<some>{_any(ONES[:9])}|a|an|ein|{_any(GERMAN[:9])})[ -])(?P<part>{_any(FRACTIONS)})s?"
    r"(?=\s+(?:of|der|des|as|less|more|lower|higher|all)\b|\W*$)"
    rf"|\b(?P<some2>{_any(ONES[1:9])}|{_any(GERMAN[1:9])})[ -](?P<part2>{_any(FRACTIONS)})s?\b"
    r"|\b(?P<half>half)(?= (?:of|the|its|their|all|as)\b)|(?<=\bby )half\b|\b(?P<haelfte>Hälfte)\b|一半",
    re.IGNORECASE,
)
_PART_OF = re.compile(
    rf"\b(?:(?P<some>{_any(ONES[:9])}|an?) )?(?P<part>half|quarters?|thirds?) (?:of )?an? "
    r"(?P<whole>hour|year|day|month|minute|decade)\b",
    re.IGNORECASE,
)
_HALF_A = re.compile(
    r"\b(?P<part>half|quarter) (?:of )?an? (?P<whole>dozen|hundred|thousand|million|billion)\b"
    r"(?! (?:yuan|euros?|dollars?|CNY|EUR|USD|tons?))",
    re.IGNORECASE,
)
_HALVED = {"dozen": 12, "hundred": 100, "thousand": 1e3, "million": 1e6, "billion": 1e9}
_PARTED = {"hour": ("minute", 60), "year": ("month", 12), "day": ("minute", 1440), "month": ("day", 30),
           "minute": ("second", 60), "decade": ("month", 120)}  # fmt: skip
_IN = re.compile(
    rf"\b(?P<some>{_any(ONES)}|\d{{1,3}}) (?:in|out of)(?: every| each)? "
    rf"(?P<all>{_any((*ONES[1:], *TENS))}|hundred|100?|5)\b"
    r"(?! \w*\d)",
    re.IGNORECASE,
)
_FOLD = re.compile("|".join(rf"(?P<f{n}>(?<!\w)(?:{p})(?![\w-]))" for n, p in enumerate(FOLDS)), re.IGNORECASE)
_DECADE = re.compile(
    r"\b(?:(?:an?|next|past|coming|last|this|nächsten|kommenden|letzten) (?P<decade>decade|jahrzehnts?)"
    r"|half[- ](?:a )?year)\b",
    re.I,
)
_ORDINAL = re.compile(
    rf"\b(?P<word>{_any(ORDINALS)})\b(?! (?:part(?:y|ies)|markets?|countr(?:y|ies)|half|quarter|largest|biggest)\b)"
    r"|第(?P<zh>[二三四五六七八九十]+)",
    re.IGNORECASE,
)
# What is a number only in form: the name of a plan, an item of a list, an idiom.
_NO_FIGURE = re.compile(
    r"\b\w+-Year\b|\b(?:\d+th|\w+teenth) \w+-year\b|\b\w+-year (?:plans?|programmes?|programs?)\b"
    r"|\b\d+(?:st|nd|rd|th) (?:Five-Year|FYP)\b|(?m:^\s*\(?\d+[.)]\s)|\(\d\)|《[^》]*》"
    r"|\b(?:one of|no one|one another|one by one|one and the same|one more|not one|the one|one example|for one|"
    r"on (?:the )?one hand|two-thirds majority)\b",
)

_BOUNDS: tuple[tuple[Bound, str, str], ...] = (
    (
        "least",
        r"\b(?:at(?: the)?(?: very)? least|(?:no|not) (?:less|fewer|lower) than|minimum(?: [\w-]+)? of|"
        r"minimum|mindestens|wenigstens|nicht weniger als)|至少|不少于|不低于|最少",
        r"(?:\s[\w-]+){0,3}?\s(?:or (?:more|above)|and above|at(?: the)?(?: very)? least|at (?:a )?minimum|"
        r"und mehr|oder mehr)\b|\s?以上",
    ),
    (
        "most",
        r"\b(?:at(?: the)?(?: very)? most|(?:no|not) (?:more|greater|higher) than|maximum(?: [\w-]+)? of|"
        r"maximum|up to|only up to|as many as|as much as|höchstens|maximal|bis zu|nicht mehr als|"
        r"a ceiling of|capped at)|至多|最多|不超过|不多于",
        r"(?:\s[\w-]+){0,3}?\s(?:or (?:less|fewer|below)|at(?: the)?(?: very)? most|at (?:a )?maximum|"
        r"oder weniger)\b|\s?(?:以内|以下)",
    ),
    (
        "over",
        r"(?:\b(?:more than|greater than|higher than|larger than|over|above|exceed(?:s|ed|ing)?|in excess of|"
        r"upwards of|well over|mehr als|über|just over)|>|超过|逾|高于|多于)",
        r"\s*余|多(?=[项家种名个])",
    ),
    ("under", r"(?:\b(?:less than|fewer than|lower than|below|under|weniger als|unter)|<|少于|低于|不到)", r"(?!)"),
    ("nearly", r"\b(?:nearly|almost|close to|just under|just below|fast|knapp|beinahe)|将近|接近|近", r"(?!)"),
    (
        "about",
        r"(?:\b(?:about|around|roughly|approximately|approx\.?|some|circa|ca\.|rund|etwa|ungefähr|in the region of|"
        r"an estimated)|约|大约|~)",
        r"\s*(?:or so\b|左右)",
    ),
)
_BEFORE = [(bound, re.compile(rf"(?:{before})[ \u00a0]?\Z", re.IGNORECASE)) for bound, before, _ in _BOUNDS]
_BEHIND = [(bound, re.compile(behind, re.IGNORECASE)) for bound, _, behind in _BOUNDS]
_BOUND_REACH = 26  # characters before a number in which the word stands that bounds it
_DENIED: dict[Bound, Bound] = {"over": "most", "under": "least"}
_DENIES = re.compile(
    r"(?:\bno (?!longer\b)[\w-]+(?: [\w-]+){0,5}|\b(?:not|never|cannot|without)(?: (?!only\b)[\w-]+){0,2}) ?\Z", re.I
)
_RANGE = re.compile(r"\s?(?:-|–|to|or|and|bis|und|oder|至|到|~)\s?(?:about |around )?", re.IGNORECASE)
_ROW = re.compile(r"\s?(?:,|-|–|to|or|and|,? and|bis|und|oder)\s?")
_LABEL = re.compile(r"\b(?P<label>[a-zäöü]+)s?\.? ?\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quantity:
    """One figure: its value in its unit ("share" as a ratio, "month", "CNY"; "" for a count), and how it is bounded."""

    value: float
    unit: str
    bound: Bound
    span: Span  # with the words that bound it

    @property
    def key(self) -> str:
        """What equal figures share."""
        return f"#{self.value:.10g}{self.unit}"


def joined(text: str, first: Quantity, second: Quantity) -> bool:
    """Whether two figures are the ends of one range: "10 to 15 years"."""
    return bool(_RANGE.fullmatch(text[first.span[1] : second.span[0]]))


def currencies(text: str) -> set[str]:
    """The currencies that a text names, with a figure or without."""
    return {unit for unit, pattern in _MONEY if pattern.search(text)}


def quantities(text: str, language: Language = "en") -> list[Quantity]:
    """The figures of a text without its dates, in order, none inside another."""
    text = _NO_FIGURE.sub(lambda match: " " * len(match.group()), text)
    found: list[Quantity] = []
    for quantity in (*_special(text), *_chinese(text), *_latin(text, language), *_ordinals(text)):
        if not any(quantity.span[0] < q.span[1] and q.span[0] < quantity.span[1] for q in found):
            found.append(quantity)
    found.sort(key=lambda q: q.span)
    return [_bounded(text, quantity) for quantity in _ranged(text, found)]


def _special(text: str) -> Iterator[Quantity]:
    """Fractions and folds in words."""
    for match in _PART_OF.finditer(text):
        unit, scale = _PARTED[match["whole"].lower()]
        parts = SPELLED.get((match["some"] or "").lower(), 1) / FRACTIONS[match["part"].lower().removesuffix("s")]
        yield Quantity(scale * parts, unit, "exact", match.span())
    for match in _FRACTION.finditer(text):
        some, part = match["some"] or match["some2"], match["part"] or match["part2"]
        count = SPELLED.get((some or "").lower(), 1)
        yield Quantity(count / FRACTIONS[part.lower()] if part else 0.5, "share", "exact", match.span())
    for match in _HALF_A.finditer(text):
        yield Quantity(_HALVED[match["whole"].lower()] / FRACTIONS[match["part"].lower()], "", "exact", match.span())
    for match in _IN.finditer(text):
        some, whole = _count(match["some"]), _count(match["all"])
        if some < whole:
            yield Quantity(some / whole, "share", "exact", match.span())
    for match in _DECADE.finditer(text):
        yield Quantity(120 if match["decade"] else 6, "month", "exact", match.span())
    for match in re.finditer(r"\bL(\d)\b", text):
        yield Quantity(float(match[1]), "level", "exact", match.span())
    for match in _FOLD.finditer(text):
        value = list(FOLDS.values())[int((match.lastgroup or "f0")[1:])]
        yield Quantity(value, "share", "exact", match.span())


def _count(written: str) -> float:
    return 100 if written.lower() == "hundred" else float(written) if written.isdigit() else SPELLED[written.lower()]


def _latin(text: str, language: Language) -> Iterator[Quantity]:
    for match in _LATIN["de" if language == "de" else "en"].finditer(text):
        value = _value(match, language)
        unit, scale = _unit_of(match)
        if match["ordinal"]:
            unit = "ordinal"
        elif not unit and (label := _LABEL.search(text, max(0, match.start() - 12), match.start())):
            unit = NUMBERED.get(label["label"].lower().removesuffix("s"), "")
        if match["words"] and value == 1 and not unit and not match["magnitude"]:
            continue  # "one" counts hardly ever
        yield Quantity(value * scale, unit, "over" if match["plus"] else "exact", match.span())


def _value(match: re.Match[str], language: Language) -> float:
    if match["digits"]:
        digits = match["digits"]
        digits = digits.replace(".", "").replace(",", ".") if language == "de" else digits.replace(",", "")
        value = float(digits[:30])
    else:
        value = _spelled(match["words"].lower()) + (0.5 if match["half"] else 0)
    for name in (match["magnitude"], match["magnitude2"]):
        if name:
            own = MAGNITUDE_DE if language == "de" else {}
            value *= own.get(name.lower(), MAGNITUDES[name.lower()])
    return value


def _spelled(words: str) -> float:
    """A number in words: "twenty-five", "one hundred and twenty"."""
    hundreds, _, rest = words.rpartition("hundred")
    value = sum(SPELLED.get(part, 0) for part in re.split(r"[- ]", rest))
    if hundreds:
        return 100 * SPELLED.get(hundreds.strip(), 1) + value
    return 1 if rest == "a" else value


def _unit_of(match: re.Match[str]) -> tuple[str, float]:
    """The unit of a match, and how many of it one of it is."""
    for i, (unit, scale, _) in enumerate(UNITS):
        if match[f"u{i}"]:
            return unit, scale
    currency = (match["currency"] or "").upper()
    return CURRENCY_OF.get(currency, currency), 1


def _chinese(text: str) -> Iterator[Quantity]:
    if not _HAN.search(text):
        return
    for match in _CHINESE.finditer(text):
        if not (match["digits"] or match["magnitude"] or match["unit"] or match["counted"]):
            continue
        value = float(match["digits"].replace(",", "")[:30]) if match["digits"] else _chinese_number(match["words"])
        unit, scale = _unit_of(match)
        if match["words"] == "一":
            continue
        yield Quantity(value * _ZH_LARGE.get(match["magnitude"] or "", 1) * scale, unit, "exact", match.span())
    for match in re.finditer(r"(?P<words>[二两三四五六七八九十]+)(?=部门|部委|市|省|到[二三四五六七八九十])", text):
        yield Quantity(_chinese_number(match["words"]), "", "exact", match.span())


def _chinese_number(words: str) -> float:
    total, digit = 0.0, 0
    for character in words:
        if character in _ZH_SMALL:
            total += (digit or 1) * _ZH_SMALL[character]
            digit = 0
        else:
            digit = _ZH_DIGITS[character]
    return total + digit


def _ordinals(text: str) -> Iterator[Quantity]:
    for match in _ORDINAL.finditer(text):
        number = _chinese_number(match["zh"]) if match["zh"] else 2 + ORDINALS.index(match["word"].lower())
        yield Quantity(number, "ordinal", "exact", match.span())


def _ranged(text: str, found: list[Quantity]) -> list[Quantity]:
    """The first of "10 to 15 years" is of years too."""
    ranged = list(found)
    for i, (first, second) in reversed(list(enumerate(pairwise(found)))):
        following = ranged[i + 1]
        if not first.unit and following.unit not in ("", "ordinal") and joined(text, first, second):
            scale = following.value / max(_bare(text, following), 1e-12) if _is_scaled(following) else 1
            ranged[i] = replace(first, value=first.value * scale, unit=following.unit)
    for i in range(len(ranged) - 1):  # "articles 30, 9 and 16": what is numbered is named once
        between = text[ranged[i].span[1] : ranged[i + 1].span[0]]
        if ranged[i].unit in NUMBERED.values() and not ranged[i + 1].unit and _ROW.fullmatch(between):
            ranged[i + 1] = replace(ranged[i + 1], unit=ranged[i].unit)
    return ranged


def _is_scaled(quantity: Quantity) -> bool:
    return quantity.unit in ("share", "minute", "day", "month")


def _bare(text: str, quantity: Quantity) -> float:
    """The value of a figure as written, without its unit."""
    written = re.search(r"\d[\d,]*(?:\.\d+)?|[a-zäöü]+", text[slice(*quantity.span)], re.IGNORECASE)
    word = written.group() if written else ""
    return float(word.replace(",", "")) if word[:1].isdigit() else SPELLED.get(word.lower(), 1)


def _bounded(text: str, quantity: Quantity) -> Quantity:
    """A figure with the word before or behind it that bounds it; that word belongs to its place."""
    start, end = quantity.span
    before = text[max(0, start - _BOUND_REACH) : start]
    for bound, pattern in _BEFORE:
        if match := pattern.search(before):
            if bound in _DENIED and _DENIES.search(
                text[max(0, start - len(match.group()) - 90) : start - len(match.group())]
            ):
                bound = _DENIED[bound]  # "no town may spend more than 40"
            return replace(quantity, bound=bound, span=(start - len(match.group()), end))
    for bound, pattern in _BEHIND:
        if match := pattern.match(text, end):
            return replace(quantity, bound=bound, span=(start, match.end()))
    return quantity
