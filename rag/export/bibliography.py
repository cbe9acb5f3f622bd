"""Cited items for a reference manager: as BibTeX and as CSL-JSON, an entry an item.

Takes a conversation or items; gives text. An entry says what is known of the item and nothing else: the briefs name no
author, and give no address. An item is an article of a magazine that appears on a day, since styles then print the day.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import textwrap
from collections.abc import Iterable

from rag.answers.layout import EDITIONS
from rag.answers.records import source_line
from rag.briefs.plain import plain, sentences
from rag.briefs.records import MONTHS, SECTION_NAMES, Item
from rag.export.records import Conversation
from rag.export.text import clean

CONTAINER = "MERICS China Industries"
_TITLE = 120  # characters of a title that is made of an item's first sentence

_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "`": r"\`{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}
# BibTeX counts braces, escaped ones too: those that have no partner must not be written as such
_PAIRED = {"{": r"\{", "}": r"\}"}
_ALONE = {"{": r"\textbraceleft{}", "}": r"\textbraceright{}"}


def to_bibtex(conversation: Conversation) -> str:
    """The items that a conversation cites, each once, in order of first use, for BibTeX and biber."""
    return items_bibtex(conversation.cited)


def to_csl_json(conversation: Conversation) -> str:
    """The items that a conversation cites, each once, in order of first use, as a JSON array of CSL items."""
    return items_csl_json(conversation.cited)


def items_bibtex(items: Iterable[Item]) -> str:
    """An entry an item, in the order given; UTF-8."""
    return "\n".join(map(_entry, items))


def items_csl_json(items: Iterable[Item]) -> str:
    """A JSON array of CSL items, in the order given."""
    return json.dumps([_csl(item) for item in items], ensure_ascii=False, indent=2) + "\n"


def key(item: Item) -> str:
    """What an item is cited by: of its address, and apart for the two editions, which differ in wording."""
    edition = "" if item.edition == "original" else f"-{item.edition}"
    return f"merics-{item.id.replace('/', '-')}{edition}"


def _entry(item: Item) -> str:
    fields = {
        "title": f"{{{{{_latex(_title(item))}}}}}",  # twice in braces: a style must not change its capitals
        "journal": f"{{{CONTAINER}}}",
        "entrysubtype": "{magazine}",
        "date": f"{{{item.issue.isoformat()}}}",  # for biber; year and month for BibTeX
        "year": f"{{{item.issue.year}}}",
        "month": MONTHS[item.issue.month - 1][:3].lower(),
        "eventdate": f"{{{item.date.isoformat()}}}",
        "pages": f"{{{item.page}}}" if item.page else "",
        "note": f"{{{_latex(_note(item))}}}",
        "annotation": f"{{{_latex(_annotation(item))}}}",
        "langid": "{english}",
        "key": f"{{{CONTAINER}}}",  # what BibTeX sorts by where there is no author
    }
    lines = "".join(f"  {name} = {value},\n" for name, value in fields.items() if value)
    return f"@article{{{key(item)},\n{lines}}}\n"


def _csl(item: Item) -> dict[str, object]:
    told: dict[str, object] = {
        "id": key(item),
        "type": "article-magazine",
        "title": _title(item),
        "container-title": CONTAINER,
        "issued": _csl_date(item.issue),
        "event-date": _csl_date(item.date),
        "section": SECTION_NAMES[item.section],
        "number": str(item.number),
        "page": str(item.page) if item.page else "",
        "language": "en",
        "note": _note(item),
        "annote": _annotation(item),
    }
    return {name: value for name, value in told.items() if value}


def _csl_date(day: dt.date) -> dict[str, list[list[int]]]:
    return {"date-parts": [[day.year, day.month, day.day]]}


def _title(item: Item) -> str:
    """The heading; of a bullet, which has none, the beginning of its first sentence, as catalogues name the untitled.

    An official title is that of the document the bullet is about, not the bullet's own.
    """
    if item.heading:
        return clean(item.heading)
    first = next(iter(sentences(item.text)), (0, len(item.text)))
    return textwrap.shorten(clean(plain(item.text[slice(*first)])), _TITLE, placeholder=" …")


def _note(item: Item) -> str:
    """What styles print behind the reference: where in the issue it stands, its address, and that a digest is one."""
    place = f"{SECTION_NAMES[item.section]} no. {item.number}, item {item.id}"
    return place if item.edition == "original" else f"{place}. {EDITIONS[item.edition]}"


def _annotation(item: Item) -> str:
    """What styles do not print: the source line, and what the document is called that the item is about."""
    facts = {
        "Issued by": ", ".join(item.bodies),
        "Official title": item.titles.english,
        "Official Chinese title": item.titles.chinese,
    }
    told = [source_line(item), *(f"{name}: {value}" for name, value in facts.items() if value)]
    return clean(". ".join(told))


def _latex(text: str) -> str:
    """A text as LaTeX that prints it; what LaTeX would join to one sign (two hyphens, two quotes) stays apart."""
    signs = {**_LATEX, **(_PAIRED if _is_paired(text) else _ALONE)}
    return re.sub(r"([-'])(?=\1)", r"\1{}", "".join(signs.get(c, c) for c in text))


def _is_paired(text: str) -> bool:
    """Whether every brace in a text has its partner."""
    open_braces = 0
    for c in text:
        open_braces += (c == "{") - (c == "}")
        if open_braces < 0:
            return False
    return not open_braces
