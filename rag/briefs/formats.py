"""From a file's bytes to its text, its front matter and its lines.

Takes the path of a text or Markdown file. Gives the decoded text, in which all spans of the project are counted:
UTF-8, a byte order mark at the very start left out, newlines untouched (`path.read_bytes().decode("utf-8-sig")`
is the same text). Knows nothing of what a brief looks like inside.

Front matter is plain `key: value` lines between two lines `---` at the very start: no YAML, no nesting, no quoting.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rag.briefs.records import Edition
from rag.errors import BriefError

SUFFIXES = (".md", ".txt")
_FILE_LIMIT = 16 * 2**20  # bytes; a brief has 20 KB
_FRONT_LIMIT = 64 * 2**10  # characters
_BOM = b"\xef\xbb\xbf"
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_FENCE = "---"
_FORM = "Correct the front matter, or remove it where the file is an original."


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file: its number from 1, and its characters without the line end."""

    number: int
    start: int
    end: int
    text: str

    @property
    def blank(self) -> bool:
        """Whether it holds nothing but white space."""
        return not self.text.strip()


@dataclass(frozen=True, slots=True)
class BriefFile:
    """A decoded file. `lines` are those after the front matter, numbered as in the file."""

    path: Path
    text: str
    sha256: str
    front: Mapping[str, str]
    lines: tuple[Line, ...]

    @property
    def edition(self) -> Edition:
        """A digest says so in its front matter; anything else is an original."""
        return "digest" if self.front.get("edition", "").casefold() == "digest" else "original"


def read_file(path: Path) -> BriefFile:
    """Read and decode one file; a BriefError says where it cannot be read."""
    data = _read_bytes(path)
    text = _decode(path, data)
    lines = list(split_lines(text))
    front, body = _front_matter(path, lines)
    return BriefFile(path, text, hashlib.sha256(data).hexdigest(), front, tuple(lines[body:]))


def split_lines(text: str, start: int = 0, end: int | None = None) -> Iterator[Line]:
    r"""The lines of a stretch; `\n`, `\r\n` and `\r` end one, as in an editor, and nothing else does."""
    for number, match in enumerate(_LINE.finditer(text, start, len(text) if end is None else end), 1):
        if match.end() == match.start():  # behind the last line end
            return
        line = match.group().rstrip("\r\n")
        yield Line(number, match.start(), match.start() + len(line), line)


def _read_bytes(path: Path) -> bytes:
    if path.suffix.lower() not in SUFFIXES:
        raise BriefError(path, None, "a text or Markdown file (.txt or .md)", f"{path.suffix or 'no suffix'!r}")
    if not path.is_file():
        found = "something that is not a regular file" if path.exists() else "no such file"
        raise BriefError(path, None, "a brief to read", found, "Check the path.")
    try:
        with path.open("rb") as file:
            data = file.read(_FILE_LIMIT + 1)
    except OSError as error:
        raise BriefError(path, None, "a readable file", f"{error.strerror}", "Check its permissions.") from error
    if len(data) > _FILE_LIMIT:
        raise BriefError(path, None, f"at most {_FILE_LIMIT // 2**20} MB", "more", "A brief is a few pages of text.")
    return data


def _decode(path: Path, data: bytes) -> str:
    skipped = len(_BOM) if data.startswith(_BOM) else 0
    remedy = "Save the file as UTF-8."
    try:
        text = data[skipped:].decode("utf-8")
    except UnicodeDecodeError as error:
        at = skipped + error.start
        line = data.count(b"\n", 0, at) + 1
        raise BriefError(path, line, "UTF-8 text", f"the byte 0x{data[at]:02x} at offset {at}", remedy) from error
    if "\0" in text:
        at = data.index(b"\0")
        line = data.count(b"\n", 0, at) + 1
        raise BriefError(path, line, "text", f"a NUL byte at offset {at}", remedy)
    return text


def _front_matter(path: Path, lines: list[Line]) -> tuple[dict[str, str], int]:
    """The front matter and the index of the first line after it."""
    if not lines or lines[0].text.rstrip() != _FENCE:
        return {}, 0
    front: dict[str, str] = {}
    for index, line in enumerate(lines[1:], 1):
        if line.end > _FRONT_LIMIT:
            raise BriefError(path, line.number, f"front matter of at most {_FRONT_LIMIT // 1024} KB", "more", _FORM)
        if line.text.rstrip() == _FENCE:
            return front, index + 1
        key, colon, value = line.text.partition(":")
        if colon and key.strip() and key.strip() not in front:
            front[key.strip()] = value.strip()
        elif not line.blank:
            wrong = "the same key twice" if colon else f"{line.text[:60]!r}"
            raise BriefError(path, line.number, "front matter of `key: value` lines, closed by `---`", wrong, _FORM)
    raise BriefError(path, lines[0].number, "front matter closed by a line `---`", "no such line", _FORM)
