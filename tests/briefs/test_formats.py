"""From bytes to text: encodings, front matter, line ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.briefs.formats import read_file, split_lines
from rag.errors import BriefError


def write(folder: Path, data: bytes, name: str = "brief.md") -> Path:
    """A file with these bytes."""
    path = folder / name
    path.write_bytes(data)
    return path


def test_byte_order_mark_is_left_out(tmp_path: Path) -> None:
    """Spans count from behind a byte order mark, which is no part of the text."""
    file = read_file(write(tmp_path, b"\xef\xbb\xbfBoats\r\nfloat"))
    assert file.text == "Boats\r\nfloat"
    assert [file.text[line.start : line.end] for line in file.lines] == ["Boats", "float"]


@pytest.mark.parametrize(
    ("data", "line", "found"),
    [
        (b"Boats\nfl\xf6at", 2, "the byte 0xf6 at offset 8"),
        (b"\xef\xbb\xbfBoats \xff", 1, "the byte 0xff at offset 9"),
        ("Boats".encode("utf-16"), 1, "the byte 0xff at offset 0"),
        ("船".encode("gb18030"), 1, "the byte 0xb4 at offset 0"),
        (b"\xed\xa0\x80", 1, "the byte 0xed at offset 0"),
    ],
)
def test_other_encodings_are_refused(tmp_path: Path, data: bytes, line: int, found: str) -> None:
    """A file that is not UTF-8 is refused with the place of the first wrong byte."""
    with pytest.raises(BriefError, match="Save the file as UTF-8") as caught:
        read_file(write(tmp_path, data))
    assert (caught.value.line, caught.value.found) == (line, found)


def test_nul_is_refused(tmp_path: Path) -> None:
    """A NUL byte, which databases and JSON do not carry, is refused with its place."""
    with pytest.raises(BriefError, match="a NUL byte at offset 7") as caught:
        read_file(write(tmp_path, b"Boats\nx\0"))
    assert caught.value.line == 2


def test_lines_end_as_in_an_editor() -> None:
    """Three kinds of line ends count, other separators do not, and numbers count from 1."""
    text = "a\nb\r\nc\rd\x0be\u2028f\n"
    lines = list(split_lines(text))
    assert [(line.number, line.text) for line in lines] == [(1, "a"), (2, "b"), (3, "c"), (4, "d\x0be\u2028f")]
    assert [text[line.start : line.end] for line in lines] == [line.text for line in lines]


def test_front_matter(tmp_path: Path) -> None:
    """Front matter is plain `key: value` lines; what follows keeps its line numbers."""
    file = read_file(write(tmp_path, b"---\nedition: Digest\nnote: a: b\n\n---\nBoats\n"))
    assert file.front == {"edition": "Digest", "note": "a: b"}
    assert file.edition == "digest"
    assert [(line.number, line.text) for line in file.lines] == [(6, "Boats")]


@pytest.mark.parametrize("data", [b"Boats", b"---\nedition: printed\n---\n", b"\n---\nedition: digest\n---\n"])
def test_anything_else_is_an_original(tmp_path: Path, data: bytes) -> None:
    """Only front matter at the very start that says so makes a digest."""
    assert read_file(write(tmp_path, data)).edition == "original"


@pytest.mark.parametrize(
    ("data", "line", "found"),
    [
        (b"---\na: 1\na: 2\n---\n", 3, "the same key twice"),
        (b"---\n&anchor [*alias]\n---\n", 2, "'&anchor [*alias]'"),
        (b"---\n" + b"k" * 70_000 + b": v\n---\n", 2, "more"),
        (b"---\n" + b"k: v\n" * 3, 3, "the same key twice"),
        (b"---\nk: v", 1, "no such line"),
    ],
)
def test_broken_front_matter(tmp_path: Path, data: bytes, line: int, found: str) -> None:
    """Front matter that is not closed, too long, or no `key: value` lines is refused with its line."""
    with pytest.raises(BriefError) as caught:
        read_file(write(tmp_path, data))
    assert (caught.value.line, caught.value.found) == (line, found)


def test_what_is_no_readable_file(tmp_path: Path) -> None:
    """A missing file, a folder, another suffix and a file too large are refused, each by name."""
    (tmp_path / "folder.md").mkdir()
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(17 * 2**20)
    for path, found in [
        (tmp_path / "none.md", "no such file"),
        (tmp_path / "folder.md", "something that is not a regular file"),
        (write(tmp_path, b"x", "brief.pdf"), "'.pdf'"),
        (large, "more"),
    ]:
        with pytest.raises(BriefError) as caught:
            read_file(path)
        assert found in caught.value.found
        assert str(path) in str(caught.value)
