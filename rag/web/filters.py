"""What a reader chose to look in: checked, and which items it leaves.

Takes the choices as the page sends them, a JSON object of texts, and a library; gives its filters and the items that
fit. Knows nothing of HTML and Gradio.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.briefs.plain import plain
from rag.briefs.records import SECTION_NAMES, Item, long_date
from rag.errors import InputError
from rag.web.body import read_json

if TYPE_CHECKING:
    from rag.library import Filters, Library

MOST = 400  # characters of one choice


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen, as it was typed; an empty text does not restrict. `words` are looked for in browsing only."""

    issue: str = ""
    section: str = ""
    body: str = ""
    since: str = ""
    until: str = ""
    words: str = ""

    @classmethod
    def read(cls, sent: object) -> Choice:
        """The choices that a page sent, as JSON or read from it. Raises InputError for anything else."""
        names = [field.name for field in fields(cls)]
        try:
            values = read_json(sent) if isinstance(sent, str) else sent
        except ValueError:
            values = None
        if not isinstance(values, dict) or not all(
            name in names and isinstance(value, str) and len(value) <= MOST for name, value in values.items()
        ):
            raise InputError(f"filters: these cannot be read. Choose {', '.join(names)}, each up to {MOST} characters.")
        return cls(**{name: value.strip() for name, value in values.items()})

    @property
    def filters(self) -> Filters:
        """The facets, as the library takes them."""
        return {name: value for name, value in asdict(self).items() if value and name != "words"}  # type: ignore[return-value]

    @property
    def without_words(self) -> Choice:
        """What restricts a question."""
        return Choice(self.issue, self.section, self.body, self.since, self.until)


EVERYWHERE = Choice()


def fitting(library: Library, choice: Choice) -> list[Item]:
    """The items that fit every choice, in order of date; each word must occur. Raises InputError for a bad value."""
    words = folded(choice.words).split()
    return [item for item in library.items(**choice.filters) if all(word in _searched(item) for word in words)]


def in_words(choice: Choice) -> list[str]:
    """The facets chosen, each in words."""
    said = (
        f"issue of {_day(choice.issue)}" if choice.issue else "",
        SECTION_NAMES.get(choice.section, choice.section),  # type: ignore[call-overload]
        choice.body,
        f"from {_day(choice.since)}" if choice.since else "",
        f"until {_day(choice.until)}" if choice.until else "",
    )
    return [words for words in said if words]


def folded(text: str) -> str:
    """A text as it is compared: letters of one case and one width."""
    return unicodedata.normalize("NFKC", text).casefold()


@lru_cache(maxsize=20_000)
def _searched(item: Item) -> str:
    named = (item.heading, item.titles.english, item.titles.chinese, *item.bodies, *item.sources)
    return folded("\n".join((*named, plain(item.text))))


def _day(written: str) -> str:
    """A date as it is read; what is none stays as it was written."""
    try:
        return long_date(dt.date.fromisoformat(written))
    except ValueError:
        return written
