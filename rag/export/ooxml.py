"""The few elements of WordprocessingML that a document is made of, each in one call.

Takes texts, names of styles and elements; gives elements. `python-docx` could make most of them, but looks through all
styles for each: a long conversation would take seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from rag.export.text import clean

_TWIPS = 567  # twentieths of a point in a centimetre


def element(tag: str, children: Iterable[BaseOxmlElement] = (), **attributes: str) -> BaseOxmlElement:
    """An element of the `w` name space, whose attributes are of it too."""
    made: BaseOxmlElement = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    made.extend(children)
    return made


def paragraph(style: str, children: Iterable[BaseOxmlElement]) -> BaseOxmlElement:
    """A paragraph of a style, by the style's id."""
    return element("p", [element("pPr", [element("pStyle", val=style)]), *children])


def run(text: str, style: str = "", language: str = "") -> BaseOxmlElement:
    """Words of a look, by the style's id; `language` is a tag such as `de-DE`. What a file cannot hold is dropped."""
    told = [element("rStyle", val=style)] if style else []
    told += [element("lang", val=language)] if language else []
    return element("r", [*([element("rPr", told)] if told else []), _words(clean(text))])


def gap(text: str) -> BaseOxmlElement:
    """The space between two runs, as it is."""
    return element("r", [_words(text)])


def tab() -> BaseOxmlElement:
    """A step to the next tab stop, or to the indent."""
    return element("r", [element("tab")])


def link(bookmark: str, child: BaseOxmlElement) -> BaseOxmlElement:
    """What leads to a bookmark of the same document."""
    return element("hyperlink", [child], anchor=bookmark, history="1")


def bookmarked(name: str, number: int, child: BaseOxmlElement) -> list[BaseOxmlElement]:
    """What can be led to. `number` is the bookmark's own in the document."""
    return [element("bookmarkStart", id=str(number), name=name), child, element("bookmarkEnd", id=str(number))]


def page_number() -> BaseOxmlElement:
    """The number of the page it stands on."""
    return element("fldSimple", [run("1")], instr="PAGE")


def table(rows: Sequence[Sequence[BaseOxmlElement]], widths: Sequence[float]) -> BaseOxmlElement:
    """A table, a paragraph a cell, with thin lines between its rows. `widths` of the columns are in centimetres.

    The first row is the head, which stands on every page that the table reaches; no row is cut at the end of a page.
    """
    twips = [str(round(width * _TWIPS)) for width in widths]
    sides = ("top", "bottom", "insideH")
    borders = element("tblBorders", (element(s, val="single", sz="4", space="0", color="BFC7CF") for s in sides))
    sizes = [element("tblW", w=str(sum(map(int, twips))), type="dxa"), borders, element("tblLayout", type="fixed")]
    properties = element("tblPr", [*sizes, element("tblLook", firstRow="1")])
    grid = element("tblGrid", (element("gridCol", w=width) for width in twips))
    drawn = (_row(cells, twips, head=not place) for place, cells in enumerate(rows))
    return element("tbl", [properties, grid, *drawn])


def _row(cells: Sequence[BaseOxmlElement], twips: Sequence[str], *, head: bool) -> BaseOxmlElement:
    properties = element("trPr", [element("cantSplit"), *([element("tblHeader")] if head else [])])
    drawn = (
        element("tc", [element("tcPr", [element("tcW", w=width, type="dxa")]), cell])
        for cell, width in zip(cells, twips, strict=True)
    )
    return element("tr", [properties, *drawn])


def _words(text: str) -> BaseOxmlElement:
    words = element("t")
    words.text = text
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return words
