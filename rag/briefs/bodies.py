"""The table of issuing bodies: many names, one body.

Takes `bodies.toml` beside this file and, where a corpus has one, a `bodies.toml` of the same form in the corpus
folder. Gives a name's key, a key's names, and the names that stand in a text. Knows nothing of briefs.

A body is one TOML table, called by its key:

    [MOF]
    english = ["Ministry of Finance"]      # the official name first, then others in use
    acronyms = ["MoF"]                     # further acronyms; the key itself always counts as a name
    chinese = ["财政部"]
    german = ["Finanzministerium"]         # found with the endings of German, too: "des Finanzministeriums"

Where a body has no acronym, or only one that means something else in the field too, its key is its name as the
briefs write it most. A table of the corpus folder adds bodies, or adds names to a body that is there already.

How names are compared. A whole name (`resolve`): case, spacing, hyphens, "and" or "&", curly apostrophes, a leading
"the" or "China's", a trailing possessive and a gloss in brackets do not matter. In running text (`find`): acronyms
and other one-word names in Latin letters count only as written and only as whole words ("STA" is not in "start"),
longer English names in any case, Chinese names anywhere; where names overlap the longest wins; a name that follows
another country's ("Japan's", "German") is another body. "Ministry of X" is always called "X ministry" as well.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rag.errors import CorpusError

TABLE = Path(__file__).with_name("bodies.toml")
_FIELDS = ("english", "acronyms", "chinese", "german")
_ENDINGS = ("s", "es", "n", "en")  # that a name may take on in German
_WORD_START = re.compile(r"[^\W_]+")
_CJK = re.compile(r"[\u3400-\u9fff《]")
_FOREIGN = re.compile(
    r"(?:(?!China|Beijing)[A-Z]\w+['’]s|\b(?:US|U\.S\.|UK|EU|American|British|German|French|Dutch|Italian|Spanish|"
    r"Swedish|Swiss|Polish|European|Russian|Japanese|Korean|Indian|Taiwanese|Vietnamese|Thai|Canadian|Australian)"
    r"|\b(?:[Dd]eutsch|[Ee]uropäisch|[Aa]merikanisch|[Ff]ranzösisch|[Bb]ritisch|[Jj]apanisch|[Rr]ussisch|[Ii]ndisch)e[nrms]?)\s+$"
)


@dataclass(frozen=True, slots=True)
class Body:
    """One body and all its names."""

    key: str
    english: tuple[str, ...]
    acronyms: tuple[str, ...]
    chinese: tuple[str, ...]
    german: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Every name, the key first, none twice."""
        return tuple(dict.fromkeys((self.key, *self.english, *self.acronyms, *self.chinese, *self.german)))


@lru_cache(maxsize=8192)  # every name of the table is folded twice
def _fold(name: str) -> str:
    """A whole name for comparison."""
    name = re.sub(r"\s*[(（][^()（）]*[)）]\s*$", "", name)
    name = name.casefold().replace("’", "'").replace("&", " and ").replace("-", " ")
    name = " ".join(name.split()).removeprefix("the ").removeprefix("china's ").removeprefix("chinese ")
    return name.removesuffix("'s").removesuffix("'").strip("《》 .,;:")


def _is_acronym(name: str) -> bool:
    return name.isascii() and name.isalnum()


def _spoken(body: Body) -> tuple[str, ...]:
    """All names, and for each "Ministry of X" its "X ministry"."""
    informal = (
        f"{name.removeprefix('Ministry of ')} ministry" for name in body.english if name.startswith("Ministry of ")
    )
    return tuple(dict.fromkeys((*body.names, *informal)))


@lru_cache(maxsize=4096)  # made when first looked for: few names of the table stand in any one text
def _pattern(name: str) -> re.Pattern[str]:
    """What the name looks like in running text; a page break may stand between two of its words."""
    if _CJK.match(name):
        return re.compile(re.escape(name))
    words = [re.escape(word).replace("'", "['’]") for word in name.split()]
    words = ["(?:and|&)" if word == "and" else word for word in words]
    endings = "" if sum(c.isupper() for c in name) > 1 and " " not in name else "(?:e?[sn])?"  # "MOFs" is no name
    return re.compile(r"\s+".join(words) + endings + r"(?![\w])", 0 if _is_acronym(name) else re.IGNORECASE)


class BodyTable:
    """The bodies known, by every name they go by."""

    def __init__(self, bodies: Mapping[str, Body]) -> None:
        self.bodies = dict(bodies)
        self._by_name: dict[str, str] = {}
        self._by_start: dict[str, list[tuple[str, str]]] = {}
        spoken = sorted(
            ((name, body.key) for body in self.bodies.values() for name in _spoken(body)), key=_longest_first
        )
        for name, key in spoken:
            # two bodies may share a spoken name only by mistake; loading refuses that, see `_refuse_shared_names`
            self._by_name.setdefault(_fold(name), key)
            self._by_start.setdefault(_start(name), []).append((name, key))

    @classmethod
    def load(cls, extra: Path | None = None) -> BodyTable:
        """The table that comes with the project, with the bodies and names of the file `extra` added."""
        bodies = _read(TABLE)
        if extra is not None:
            for key, more in _read(extra).items():
                known = bodies.get(key, Body(key, (), (), (), ()))
                bodies[key] = Body(key, *(_joined(getattr(known, f), getattr(more, f)) for f in _FIELDS))
        _refuse_shared_names(bodies, extra or TABLE)
        return cls(bodies)

    def __iter__(self) -> Iterator[str]:
        return iter(self.bodies)

    def resolve(self, name: str) -> str | None:
        """The key of the body that goes by this name, None where the table has none."""
        return self._by_name.get(_fold(name))

    def names(self, key: str) -> tuple[str, ...]:
        """Every name of a body, its key first; the key alone where the table has no such body."""
        return self.bodies[key].names if key in self.bodies else (key,)

    def nearest(self, name: str, count: int = 3) -> list[str]:
        """Keys of the bodies whose names look most like this one, best first; for error messages."""
        close = difflib.get_close_matches(_fold(name)[:200], self._by_name, n=4 * count, cutoff=0.6)
        return list(dict.fromkeys(self._by_name[found] for found in close))[:count]

    def find(self, text: str) -> list[tuple[str, int, int]]:
        """Every name of the table in a text: (key, start, end), in order, not overlapping, the longest first."""
        found: list[tuple[str, int, int]] = []
        end = 0
        for start in _starts(text):
            if start < end:
                continue
            hit = self._longest_at(text, start)
            if hit and not _FOREIGN.search(text, max(0, start - 40), start):
                found.append((hit[0], start, hit[1]))
                end = hit[1]
        return found

    def _longest_at(self, text: str, start: int) -> tuple[str, int] | None:
        word = _start(text[start : start + 60])
        starts = dict.fromkeys((word, *(word.removesuffix(end) for end in _ENDINGS)))
        for name, key in [named for first in starts for named in self._by_start.get(first, ())]:
            if match := _pattern(name).match(text, start):
                return key, match.end()
        return None


def _longest_first(named: tuple[str, str]) -> tuple[int, str]:
    return -len(named[0]), named[0]


def _start(text: str) -> str:
    """What names are looked up by: the first word, or the first Chinese character."""
    if _CJK.match(text):
        return text[0]
    word = _WORD_START.match(text)
    return word.group().casefold() if word else ""


def _starts(text: str) -> Iterator[int]:
    """Places where a name can begin: the start of a word, and every Chinese character."""
    for match in re.finditer(r"[\u3400-\u9fff《]|(?<![^\W_\u3400-\u9fff])(?![\u3400-\u9fff])[^\W_]", text):
        yield match.start()


def _joined(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _read(path: Path) -> dict[str, Body]:
    """The bodies of one file, or a CorpusError that says what is wrong with it."""
    remedy = f"See {TABLE.name} in the package for the form."
    try:
        table = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise CorpusError(
            f"{path}: the table of bodies cannot be read ({error.strerror}). Check its permissions."
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CorpusError(f"{path}: not a table of bodies: {error}. {remedy}") from error
    bodies = {}
    for key, entry in table.items():
        if not isinstance(entry, dict):
            raise CorpusError(f"{path}: {key!r} is not a table; expected [{key}] with its names below. {remedy}")
        if unknown := set(entry) - set(_FIELDS):
            raise CorpusError(f"{path}: [{key}] has {sorted(unknown)[0]!r}; expected {', '.join(_FIELDS)}. {remedy}")
        bodies[key] = Body(key, *(_names(path, key, field, entry.get(field, [])) for field in _FIELDS))
    return bodies


def _names(path: Path, key: str, field: str, value: object) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(name, str) and _fold(name) for name in value):
        return tuple(value)
    raise CorpusError(
        f'{path}: {field} of [{key}] is {value!r}; expected a list of names in quotes. Write it as {field} = ["…"].'
    )


def _refuse_shared_names(bodies: Mapping[str, Body], path: Path) -> None:
    """One name for two bodies would make filters answer for the wrong one."""
    owner: dict[str, str] = {}
    for body in bodies.values():
        for name in body.names:
            if owner.setdefault(_fold(name), body.key) != body.key:
                raise CorpusError(
                    f"{path}: {name!r} is a name of both [{owner[_fold(name)]}] and [{body.key}]. Take it from one."
                )
