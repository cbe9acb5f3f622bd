"""The reference fields of a story: the document's titles, and who issued it or passed it on.

Takes the raw words after "Article:" and "Issuing bodies:", and the table of bodies. Gives `Titles`, keys of issuing
bodies and keys of those the document came through. Knows nothing of where in a file the fields stand.
"""

from __future__ import annotations

import re

from rag.briefs.bodies import BodyTable
from rag.briefs.plain import plain, source_label
from rag.briefs.records import Titles

_CJK = re.compile(r"[\u3400-\u9fff]")
_OPEN, _CLOSE = "(（", ")）"
_PASSED_ON = re.compile(
    r"\s*[,;]?\s*[(\[]?\s*\b(?:via|(?:re)?published by|reposted by|reprinted by|forwarded by|circulated by)\s+"
    r"(?P<names>[^()\[\]]+)[)\]]?\s*",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"(?:[\s,;/&+]|\b(?:and|as well as|together with|jointly with|with|the)\b|\([^()]*\))*", re.IGNORECASE
)
_LOOK_BACK = 40  # characters before a name that a separator or an article is looked for in
_EDGE = " \t\r\n,;/&+"


def read_titles(article: str) -> Titles:
    """The official titles of a raw Article field, without its link: "English (Chinese)" or "English Chinese"."""
    label = source_label(article.rstrip())
    text = " ".join(plain(article[: label[0]] if label else article).split())
    cjk = _CJK.search(text)
    if cjk is None:
        return Titles(english=text)
    opening = _enclosing_bracket(text, cjk.start())
    if opening is None:
        start = _quote_before(text, cjk.start())
        return Titles(english=text[:start].strip(), chinese=text[start:].strip())
    closing = _matching_bracket(text, opening)
    english = " ".join(f"{text[:opening]} {text[closing + 1 :]}".split())
    return Titles(english=english, chinese=text[opening + 1 : closing].strip())


def read_issuing(field: str, bodies: BodyTable) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(issuing bodies, those who passed the document on) of a raw Issuing field, in order, none twice."""
    text = " ".join(plain(field).split())
    passed_on = [match["names"] for match in _PASSED_ON.finditer(text)]
    via = [key for names in passed_on for key in split_names(names, bodies)]
    issuing = split_names(_PASSED_ON.sub(" ", text), bodies)
    return tuple(dict.fromkeys(issuing)), tuple(dict.fromkeys(via))


def split_names(text: str, bodies: BodyTable) -> list[str]:
    """The bodies of a list of names: those of the table by their key, any other as written, commas and all.

    A name of the table counts where it stands between separators or at an edge; so the name of an institute that
    begins with a known acronym stays whole.
    """
    keys: list[str] = []
    rest = 0
    for key, start, end in bodies.find(text):
        start = max(rest, _skip_back(text, rest, start))
        after = _BETWEEN.match(text, end)
        # the name must be preceded and followed by a separator, not by more of a longer name
        if _stands_alone(text, rest, start) and after and (after.end() > end or end == len(text)):
            keys += _as_written(text[rest:start])
            keys.append(key)
            rest = after.end()
    return keys + _as_written(text[rest:])


def _skip_back(text: str, rest: int, start: int) -> int:
    """The start of a name, with "the" or "China's" before it counted in."""
    before = text[max(rest, start - _LOOK_BACK) : start]
    lead = re.search(r"(?:\bthe\s+|\bChina['’]s\s+)+\Z", before, re.IGNORECASE)
    return start - len(lead.group()) if lead else start


def _stands_alone(text: str, rest: int, start: int) -> bool:
    return start == rest or bool(re.search(r"(?:[,;/&+]|\band)\s*\Z", text[max(rest, start - _LOOK_BACK) : start]))


def _as_written(text: str) -> list[str]:
    names = (re.sub(r"(?:^|\s)and$|^and\s", "", name.strip(_EDGE)).strip(_EDGE) for name in text.split(";"))
    return [name for name in names if re.search(r"\w", name)]


def _enclosing_bracket(text: str, position: int) -> int | None:
    """The outermost bracket still open at a position."""
    still_open = []
    for index, char in enumerate(text[:position]):
        if char in _OPEN:
            still_open.append(index)
        elif char in _CLOSE and still_open:
            still_open.pop()
    return still_open[0] if still_open else None


def _matching_bracket(text: str, opening: int) -> int:
    depth = 0
    for index in range(opening, len(text)):
        depth += (text[index] in _OPEN) - (text[index] in _CLOSE)
        if depth == 0:
            return index
    return len(text)


def _quote_before(text: str, position: int) -> int:
    """A Chinese title may begin with a quotation mark."""
    while position and text[position - 1] in "《“「『":
        position -= 1
    return position
