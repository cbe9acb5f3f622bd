"""A folder of briefs to its issues.

Takes a folder: the briefs in it and in its `originals/`. Gives the issues in order of date, one a date: an original
takes the place of the digest of the same issue. Knows nothing of indexes.

Every `.md` and `.txt` file counts as a brief, except `README`, hidden files and the folder's own tables: a
`bodies.toml` extends the table of bodies, a `names.txt` that of other names (`rag.retrieval.names` has its form).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from pathlib import Path

from rag.briefs.bodies import TABLE, BodyTable
from rag.briefs.formats import SUFFIXES
from rag.briefs.records import Edition, Issue
from rag.errors import CorpusError

ORIGINALS = "originals"
NAMES = "names.txt"
_OWN_FILES = (TABLE.name, NAMES)  # tables of the user's own, no briefs
Progress = Callable[[str, int, int], None]


def corpus_files(folder: Path) -> list[Path]:
    """The files a corpus is made of: its briefs, then its own table of bodies where it has one. Opens none of them.

    Raises CorpusError where there is no brief.
    """
    return [*_some_briefs(folder), *_own_bodies(folder)]


def corpus_bodies(folder: Path) -> BodyTable:
    """The table of bodies of a corpus: the project's, extended by the folder's own."""
    return BodyTable.load(next(iter(_own_bodies(folder)), None))


def corpus_names(folder: Path) -> Path | None:
    """The folder's own table of other names, where it has one."""
    path = folder / NAMES
    return path if path.is_file() else None


def read_corpus(folder: Path, bodies: BodyTable | None = None, progress: Progress | None = None) -> list[Issue]:
    """All issues of a folder in order of date; `progress` is told (stage, done, total) as files are read."""
    from rag.briefs.layout import read_brief  # an index that is up to date is opened without reading a brief

    files = _some_briefs(folder)
    bodies = bodies or corpus_bodies(folder)
    issues = []
    for done, path in enumerate(files):
        if progress:
            progress("reading", done, len(files))
        issues.append(read_brief(path, bodies))
    if progress:
        progress("reading", len(files), len(files))
    return _one_a_date(issues)


def _some_briefs(folder: Path) -> list[Path]:
    files = briefs_in(folder)
    if not files:
        raise CorpusError(f"{folder}: expected briefs (.md or .txt), found none. Put some there: `rag add FILE…`.")
    return files


def briefs_in(folder: Path) -> list[Path]:
    """Candidate files of the folder and of its `originals/`, by name."""
    if not folder.is_dir():
        found = "a file" if folder.exists() else "nothing"
        raise CorpusError(
            f"{folder}: expected a folder of briefs, found {found}. Check the path, or create the folder."
        )
    try:
        places = [folder, *(place for place in [folder / ORIGINALS] if place.is_dir())]
        return [path for place in places for path in sorted(place.iterdir()) if _is_candidate(path)]
    except OSError as error:
        raise CorpusError(f"{folder}: the folder cannot be read ({error.strerror}). Check its permissions.") from error


def _is_candidate(path: Path) -> bool:
    other = path.stem.casefold() == "readme" or path.name.casefold() in _OWN_FILES or path.name.startswith(".")
    return path.suffix.lower() in SUFFIXES and not other and not path.is_dir()


def _own_bodies(folder: Path) -> list[Path]:
    path = folder / TABLE.name
    return [path] if path.is_file() else []


def _one_a_date(issues: Iterable[Issue]) -> list[Issue]:
    """One issue a date, originals before digests; two files of one date and edition contradict each other."""
    seen: dict[tuple[dt.date, Edition], Issue] = {}
    for issue in issues:
        twin = seen.setdefault((issue.date, issue.edition), issue)
        if twin is not issue:
            raise CorpusError(
                f"{twin.path} and {issue.path}: expected one {issue.edition} of the issue of {issue.date}, found two. "
                "Remove one of them."
            )
    chosen = {date: issue for (date, edition), issue in seen.items() if edition == "digest"}
    chosen |= {date: issue for (date, edition), issue in seen.items() if edition == "original"}
    return [chosen[date] for date in sorted(chosen)]
