"""The look of a Word document: its page, its styles by name, its languages and fonts.

Takes a new document of `python-docx` and makes it ours. Knows nothing of what will stand in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from rag.retrieval.stopwords import Language

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.styles.style import CharacterStyle, ParagraphStyle

_LATIN, _CHINESE = "Calibri", "Microsoft YaHei"  # where they are missing, a reader's program takes its like
LANGUAGES: dict[Language, str] = {"en": "en-GB", "de": "de-DE", "zh": "zh-CN"}
_WORD = "15"  # the version that it is made for, since Word 2013; any earlier one shows as "compatibility mode"
_DARK, _GREY, _BLUE, _RED = "1F2933", "5B6770", "0B5394", "9C2A10"


@dataclass(frozen=True, slots=True)
class _Look:
    """A paragraph's look; lengths in points."""

    name: str
    base: str = "Normal"
    size: float = 10.5
    colour: str = _DARK
    bold: bool = False
    italic: bool = False
    before: float = 0
    after: float = 6
    left: float = 0
    hanging: float = 0
    keep: bool = False  # on the page of the paragraph after it


_LOOKS = (
    _Look("Normal"),
    _Look("Title", size=22, bold=True, after=4),
    _Look("Subtitle", size=10.5, colour=_GREY, after=12),
    _Look("Heading 1", size=15, bold=True, before=20, after=6, keep=True),
    _Look("Heading 2", size=12, bold=True, before=12, after=4, keep=True),
    _Look("List Bullet", after=4, left=18, hanging=14),
    _Look("Speaker", size=9, colour=_GREY, bold=True, before=4, after=2, keep=True),
    _Look("Aside", size=9.5, colour=_GREY, italic=True),
    _Look("Warning", size=9.5, colour=_RED),
    _Look("Note", size=9.5, before=2, after=2, left=26, hanging=26, keep=True),
    _Look("Note Quote", size=9.5, colour=_GREY, after=4, left=26),
    _Look("Cell", size=9.5, before=2, after=2),
    _Look("Footer", size=8.5, colour=_GREY, after=0),
)
_WORDS = (("Marker", _BLUE, False), ("Doubt", _RED, True))  # looks of words: name, colour, italic
_KEPT = ("Default Paragraph Font", "Normal Table", "No List", "Strong")  # of the template's others


def dress(document: Document) -> None:
    """Give a new document its page (A4), its styles and its languages."""
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(2.5)
    _drop_others(document)
    defaults = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    _set_fonts(defaults)
    _set_languages(document, defaults)
    for look in _LOOKS:
        _paragraph_style(document, look)
    for name, colour, italic in _WORDS:
        words: CharacterStyle = document.styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
        words.font.color.rgb, words.font.italic = RGBColor.from_string(colour), italic


def _drop_others(document: Document) -> None:
    """Take the template's other styles out, and what refers to them."""
    styles, numbering = document.styles, document.part.numbering_part.element
    for other in [style for style in styles if style.name not in (*_KEPT, *(look.name for look in _LOOKS))]:
        for reference in numbering.xpath(f"//w:pStyle[@w:val='{other.style_id}']"):
            reference.getparent().remove(reference)
        styles.element.remove(other.element)
    for link in styles.element.xpath("w:style/w:link"):
        link.getparent().remove(link)


def _paragraph_style(document: Document, look: _Look) -> None:
    styles = document.styles
    known = look.name in styles
    style: ParagraphStyle = styles[look.name] if known else styles.add_style(look.name, WD_STYLE_TYPE.PARAGRAPH)
    if look.name != "Normal":
        style.base_style = styles[look.base]
    font, lines = style.font, style.paragraph_format
    font.size, font.bold, font.italic = Pt(look.size), look.bold, look.italic
    font.color.rgb = RGBColor.from_string(look.colour)
    lines.space_before, lines.space_after, lines.keep_with_next = Pt(look.before), Pt(look.after), look.keep
    lines.left_indent, lines.first_line_indent = Pt(look.left), Pt(-look.hanging)
    _set_fonts(style.element.get_or_add_rPr())
    for dropped in ("rPr/w:spacing", "rPr/w:kern", "pPr/w:pBdr", "pPr/w:contextualSpacing"):  # the template's own
        for element in style.element.xpath(f"w:{dropped}"):
            element.getparent().remove(element)


def _set_fonts(properties: BaseOxmlElement) -> None:
    """The same fonts everywhere, named: a theme's would win over them."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    fonts.attrib.clear()
    for script, name in (("ascii", _LATIN), ("hAnsi", _LATIN), ("cs", _LATIN), ("eastAsia", _CHINESE)):
        fonts.set(qn(f"w:{script}"), name)


def _set_languages(document: Document, properties: BaseOxmlElement) -> None:
    """English and Chinese for all text, and for the fonts of the theme."""
    if properties.find(qn("w:lang")) is None:
        properties.append(OxmlElement("w:lang"))
    for told in (properties.find(qn("w:lang")), *document.settings.element.xpath("w:themeFontLang")):
        told.attrib.clear()
        told.set(qn("w:val"), LANGUAGES["en"])
        told.set(qn("w:eastAsia"), LANGUAGES["zh"])
    for mode in document.settings.element.xpath("//w:compatSetting[@w:name='compatibilityMode']"):
        mode.set(qn("w:val"), _WORD)
