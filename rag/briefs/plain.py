"""Raw text of a brief for readers: without markup, and sentence by sentence.

Takes a stretch of a brief as it stands in the file, plain or Markdown. Gives its markup-free reading (`plain`), the
places of its sentences in the raw text (`sentences`), and the source label that ends a news bullet. Knows nothing of
items and sections.
"""

from __future__ import annotations

import re

from rag.briefs.blocks import FIELDS, Block, blocks, prose
from rag.briefs.records import Span

_URL = r"\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*\)"
# an escaped bracket opens none, and would have each of many look at all that follow
LINK = re.compile(rf"(?<!\\)!?\[(?P<words>(?:\\.|[^\[\]\\])*)\]{_URL}")
_EMPHASIS = re.compile(r"\\(?P<escaped>[!-/:-@\[-`{-~])|(?<!\s)\*+|\*+(?!\s)")

# "([MOF notice](#), [Xinhua article](#))"; also a lone "[\(Link\)](#)", and "(MOF notice)" where links were lost
_SOURCES = re.compile(rf"\((?:\[(?:\\.|[^\[\]\\])*\]{_URL}(?:,\s*|;\s*|\s+and\s+)?)+\)\.?\s*\Z")
_LONE_LINK = re.compile(rf"\[\\?\((?:\\.|[^\[\]\\])*\\?\)\]{_URL}\s*\Z")
_UNLINKED = re.compile(
    r"\([^()\[\]]*\b(?:articles?|notices?|releases?|posts?|reports?|statements?|guidelines|Link)\)\.?\s*\Z"
)
_SOURCES_LIMIT = 2000  # characters at the end of a block that a source label is looked for in

_CUT = re.compile(
    r"(?<![.!?])(?P<mark>[.!?]++)(?P<close>(?:[\"'”’»)*_]|\]" + _URL + r")*+)\s++(?=[\"'“‘«(\[*_]*[^\W_a-z])"
    r"|(?P<cjk>[。！？]+)[”’》）]*"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.\s?g|i\.\s?e|cf|vs|approx|ca|est|Dr|Mr|Mrs|Ms|Prof|St|Gen|Sen|Rep|Fig|Art|Vol|Nos|pp?)|"
    r"(?<![A-Za-z])[A-Z])\Z"
)
# may end a sentence: then the next word is one that often begins one
_MAY_END = re.compile(r"\b(?:etc|Inc|Co|Corp|Ltd|Bros|U\.S|U\.K|a\.m|p\.m|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec)\Z")
_STARTER = re.compile(
    r"[\"'“‘(\[*_]*(?:The|A|An|It|Its|In|This|These|That|Those|They|Their|There|But|However|For|At|On|As|If|By|To|"
    r"While|When|Although|According|Under|With|From|And|Yet|He|She|We|Such|Some|Many|Other|Among|After|Beijing|China)\b"
)
_NUMBER_SIGN = re.compile(r"\bNo\Z")


def plain(text: str) -> str:
    """The text without markup: links as their words, one line a paragraph or bullet, page breaks closed."""
    return "\n".join(_bare(text[_after_marker(text, block) : block.end]) for block in blocks(text))


def sentences(text: str) -> list[Span]:
    """Places of the sentences in a raw text, half-open, in order; a bullet is at least one sentence of its own.

    Left out: headings, the labels that say who speaks, bullet dashes, date labels, and the source label that ends a
    news bullet. A reference field ("Date: …") is one sentence with its label.
    """
    return [span for block in prose(blocks(text)) for span in _sentences_of(text, block)]


def source_label(text: str, end: int | None = None) -> Span | None:
    """Where the source label stands that ends this text, None where it has none."""
    end = len(text) if end is None else end
    base = max(0, end - _SOURCES_LIMIT)
    tail = text[base:end]
    opening = tail.rfind("([") if tail.rstrip(". \r\n").endswith("))") else -1
    while opening > 0 and not _SOURCES.match(tail, opening):
        opening = tail.rfind("([", 0, opening)
    for pattern, at in ((_SOURCES, opening), (_LONE_LINK, tail.rfind("[\\(")), (_UNLINKED, tail.rfind("("))):
        if at >= 0 and pattern.match(tail, at):
            return base + at, end
    return None


def link_words(text: str) -> list[str]:
    """The words of every link, in order, free of markup."""
    return [_bare(match["words"]) for match in LINK.finditer(text)]


def ends_sentence(text: str, stop: int, following: int) -> bool:
    """Whether the full stop at this place ends a sentence; the next word, a capitalised one, is at `following`."""
    before = text[max(0, stop - 12) : stop]
    if _NUMBER_SIGN.search(before):
        return not text[following].isdigit()
    if _ABBREVIATION.search(before):
        return False
    return not _MAY_END.search(before) or bool(_STARTER.match(text, following))


def _bare(text: str) -> str:
    text = LINK.sub(lambda match: match["words"], text)
    text = _EMPHASIS.sub(lambda match: match["escaped"] or "", text)
    return " ".join(text.split())


def _after_marker(text: str, block: Block) -> int:
    """Behind a bullet's dash or a heading's hashes; labels, date labels and numbers are words and stay."""
    if block.kind == "heading":
        return block.body
    if block.kind == "bullet":
        return block.start + 1
    if block.label and text[block.start] == "#":
        return block.start + len(text[block.start :].split(None, 1)[0])
    return block.start


def _sentences_of(text: str, block: Block) -> list[Span]:
    start, end = block.start if block.label in FIELDS else block.body, block.end
    if block.label == "explainer" and not text[block.body : end].rstrip('*_"”').endswith("."):
        return []  # its title
    if block.dated or block.label == "article":
        label = source_label(text[start:end])
        end = start + label[0] if label else end
    if block.label in FIELDS:
        return _trimmed(text, start, end)
    links = [match.span("words") for match in LINK.finditer(text, start, end)]
    spans: list[Span] = []
    for cut, following in _cuts(text, start, end):
        while links and links[0][1] <= cut:
            links.pop(0)
        if not (links and links[0][0] < cut < links[0][1]):
            spans += _trimmed(text, start, cut)
            start = following
    return spans + _trimmed(text, start, end)


def _cuts(text: str, start: int, end: int) -> list[Span]:
    """Where sentences end and the next ones begin."""
    found = []
    for match in _CUT.finditer(text, start, end):
        if match["cjk"] or match["mark"] != "." or ends_sentence(text, match.start(), match.end()):
            found.append((match.end() if match["cjk"] else match.end("close"), match.end()))
    return found


def _trimmed(text: str, start: int, end: int) -> list[Span]:
    """The stretch without white space around it, as a list of one; empty where nothing is left."""
    stretch = text[start:end]
    lead = len(stretch) - len(stretch.lstrip())
    stretch = stretch.strip()
    return [(start + lead, start + lead + len(stretch))] if stretch.strip("*_ ") else []
