"""The Word file, as Pandoc and LibreOffice read it, and what is in it."""

from __future__ import annotations

import datetime as dt
import io
import re
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from rag.answers.records import source_line
from rag.briefs.plain import plain
from rag.export.records import Conversation, Exchange
from rag.export.text import clean
from rag.export.word import to_word
from tests.export import hostile
from tests.export.hostile import assert_hostile_notes
from tests.export.reading import Pandoc, anchors, assert_same_sources, folded, kinds, links, notes, read
from tests.made import an_answer, an_item


def _part(file: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return archive.read(name).decode()


@pytest.fixture(scope="module")
def file(talk: Conversation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The conversation over the digests as a file."""
    path = tmp_path_factory.mktemp("word") / "talk.docx"
    path.write_bytes(to_word(talk))
    return path


def test_numbers_and_sources_are_those_of_the_answers(pandoc: Pandoc, talk: Conversation, file: Path) -> None:
    """Under each question Pandoc finds a note a marker, with the number, the source and the quotes of the answer."""
    tree = pandoc.word(file)
    assert_same_sources(notes(tree["blocks"]), talk)
    assert read(tree["meta"]["title"]) == "Robots & 机器人"
    assert "Digest, not MERICS’ wording" in read(tree["meta"]["subtitle"])


def test_a_marker_leads_to_its_note(pandoc: Pandoc, talk: Conversation, file: Path) -> None:
    """Every link is a marker's and leads to the bookmark on its own note."""
    blocks = pandoc.word(file)["blocks"]
    cited = [
        f"#note_{number}_{marker}"
        for number, exchange in enumerate(talk.exchanges, 1)
        for statement in (exchange.answer.statements if exchange.answer else ())
        for marker in statement.markers
    ]
    assert links(blocks) == cited
    assert {link.removeprefix("#") for link in cited} <= anchors(blocks)


def test_the_form_is_words_own(pandoc: Pandoc, talk: Conversation, file: Path) -> None:
    """Questions are headings of the first order, sides and notes of the second; a list is a table with a head."""
    blocks = pandoc.word(file)["blocks"]
    headings = [(block["c"][0], read(block)) for block in blocks if block["t"] == "Header"]
    questions = [f"Question {number}: {exchange.question}" for number, exchange in enumerate(talk.exchanges, 1)]
    assert [text for level, text in headings if level == 1] == questions
    assert (2, "MIIT") in headings and (2, "Notes to question 2") in headings
    tables = [block for block in blocks if block["t"] == "Table"]
    assert len(tables) >= 2
    assert all(read(table["c"][3]) == "Date What Issued by Source" for table in tables)
    assert _part(file.read_bytes(), "word/document.xml").count("<w:tblHeader/>") == len(tables)


def test_libreoffice_opens_it(soffice: str, talk: Conversation, file: Path, tmp_path: Path) -> None:
    """LibreOffice reads every source and quote under its number."""
    command = [soffice, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "txt:Text"]
    subprocess.run([*command, "--outdir", str(tmp_path), str(file)], check=True, capture_output=True, timeout=120)
    text = folded((tmp_path / "talk.txt").read_text(encoding="utf-8-sig"))
    for exchange in talk.exchanges:
        for citation in exchange.answer.sources if exchange.answer else ():
            item = exchange.items[citation.item_id]
            assert f"[{citation.marker}] {source_line(item)} (item {item.id})." in text
            assert folded(plain(citation.quote)) in text


def test_a_hostile_text_is_text(pandoc: Pandoc, tmp_path: Path) -> None:
    """Whatever a text says, it leads nowhere but to our notes, and the file asks for nothing outside of it."""
    file = to_word(hostile.conversation())
    (tmp_path / "hostile.docx").write_bytes(file)
    tree = pandoc.word(tmp_path / "hostile.docx")
    assert all(re.fullmatch(r"#note_\d+_1", link) for link in links(tree))
    assert not kinds(tree) & {"Image", "Math", "RawInline", "RawBlock", "Cite", "Note"}
    headings = [read(block) for block in tree["blocks"] if block["t"] == "Header" and block["c"][0] == 1]
    assert headings == [folded(f"Question {n}: {clean(text)}") for n, text in enumerate(hostile.TEXTS, 1)]
    assert_hostile_notes(notes(tree["blocks"]))
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        assert not any(b'TargetMode="External"' in archive.read(name) for name in archive.namelist())


def test_the_same_conversation_is_the_same_bytes(talk: Conversation) -> None:
    """Made again the file is the same, and no part of it has a time of its own."""
    file = to_word(talk)
    assert file == to_word(talk)
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_file_names_nobody() -> None:
    """Its properties are title, language and the day of the conversation, where one is told; nothing else."""
    for made, days in ((None, []), (dt.date(2024, 5, 8), ["2024-05-08T00:00:00Z"] * 2)):
        file = to_word(Conversation("A <title>", (), made))
        told = re.findall(r">([^<>\s][^<>]*)</", _part(file, "docProps/core.xml"))
        assert told == ["A &lt;title&gt;", "en-GB", *days]
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            names = archive.namelist()
        assert not [name for name in names if "thumbnail" in name or "app.xml" in name or "custom" in name]


def test_text_has_a_language_and_chinese_a_font() -> None:
    """The document is English with a font for Chinese; a question in another language says which it is."""
    asked = ("Welche Ziele gibt es für die Roboter?", "工业和信息化部发布了哪些文件？", "Which plans are there?")
    item = an_item("Robots.")
    talk = Conversation("T", tuple(Exchange(text, an_answer(item, ["Robots."]), {item.id: item}) for text in asked))
    file = to_word(talk)
    assert re.findall(r'<w:lang w:val="([^"]+)"/>', _part(file, "word/document.xml")) == ["de-DE", "zh-CN", "en-GB"]
    styles = _part(file, "word/styles.xml")
    assert re.findall(r"<w:lang [^>]*>", styles) == ['<w:lang w:val="en-GB" w:eastAsia="zh-CN"/>']
    fonts = re.findall(r"<w:rFonts [^>]*>", styles)
    assert fonts and all('w:eastAsia="Microsoft YaHei"' in font and "Theme" not in font for font in fonts)


def test_every_page_says_the_edition() -> None:
    """The foot of each page tells a digest from MERICS' own wording."""
    item = an_item("Robots.")
    answer = an_answer(item, ["Robots."])
    foot = _part(to_word(Conversation("T", (Exchange("?", answer, {item.id: item}),))), "word/footer1.xml")
    assert "Digest, not MERICS’ wording" in foot
    item = replace(item, edition="original")
    foot = _part(to_word(Conversation("T", (Exchange("?", answer, {item.id: item}),))), "word/footer1.xml")
    assert "Original wording" in foot and "Digest" not in foot
