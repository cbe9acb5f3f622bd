"""Adding a user's own briefs to a corpus: checked first, copied under the date of their issue, all of them or none.

Takes the paths of briefs and a corpus or its settings, gives what was read of each and where it lies. No file that is
there is changed.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rag.briefs.corpus import ORIGINALS, briefs_in, corpus_bodies
from rag.briefs.formats import SUFFIXES, read_file, split_lines
from rag.briefs.layout import read_brief
from rag.briefs.records import Issue, Item
from rag.errors import BriefError, BriefTaken, CorpusError, CorpusFull
from rag.index import disk
from rag.opening import Opened, Progress, open_index
from rag.settings import Settings

# The days that the date of an issue can have: the series did not exist before, and a date far ahead is a slip, which
# would stand at the end of every list from then on.
_EARLIEST = dt.date(2000, 1, 1)
_AHEAD = dt.timedelta(days=366)
# Those of an item's own date: it may report an older document, or announce an event.
_EARLIEST_OF_ITEM = dt.date(1990, 1, 1)
_AHEAD_OF_ISSUE = dt.timedelta(days=2 * 366)


@dataclass(frozen=True, slots=True)
class Added:
    """One brief that was to be added, and is in the corpus now."""

    issue: Issue  # as it was read
    path: Path  # where it lies in the corpus
    new: bool  # False: it was there already, byte for byte


@dataclass(frozen=True, slots=True)
class Room:
    """How much a corpus may hold for more to be added."""

    files: int  # briefs
    size: int  # their bytes


def add_and_open(
    paths: Sequence[Path], settings: Settings, *, progress: Progress | None = None, room: Room | None = None
) -> tuple[list[Added], Opened]:
    """Add briefs to the corpus of the settings and take them up; raises as `add_briefs` and `open_index` do.

    Where they cannot be taken up, the corpus is as it was before.
    """
    added = add_briefs(paths, settings.corpus, room)
    try:
        return added, open_index(settings, progress=progress)
    except BaseException:
        _remove(each.path for each in added if each.new)
        raise


def add_briefs(paths: Sequence[Path], corpus: Path, room: Room | None = None) -> list[Added]:
    """Copy briefs into a corpus, made where it is missing; gives what became of each, in their order.

    What is there already, byte for byte, is left alone.

    Originals go to `originals/`, digests beside the other files. Raises CorpusError, BriefError or BriefTaken naming
    the file, or CorpusFull where there would be more than `room` has; then nothing was copied.
    """
    bodies = corpus_bodies(corpus)
    issues = [read_brief(path, bodies) for path in paths]
    there = [read_brief(path, bodies) for path in briefs_in(corpus)] if corpus.is_dir() else []
    placed = {_key(issue): Added(issue, issue.path, new=False) for issue in there}
    result: list[Added] = []
    for issue in issues:
        _refuse_odd_date(issue)
        rival = placed.get(_key(issue))
        if rival is None:
            target = _place(issue, corpus)
            _refuse_taken(issue, target)
            placed[_key(issue)] = Added(issue, target, new=True)
            result.append(placed[_key(issue)])
        elif rival.issue.sha256 == issue.sha256:
            result.append(replace(rival, new=False))
        else:
            problem = f"the {issue.edition} of {issue.date} is already there as {{}}, with another text."
            remedy = "Remove that file first if this one shall take its place."
            raise BriefTaken(issue.path, rival.issue.path, problem, remedy)
    new = [added for added in result if added.new]
    if room and new:
        _refuse_overfull([*(issue.path for issue in there), *(added.issue.path for added in new)], room)
    _copy(new)
    return result


def _key(issue: Issue) -> tuple[object, ...]:
    return issue.date, issue.edition


def _place(issue: Issue, corpus: Path) -> Path:
    suffix = issue.path.suffix.lower()
    name = f"{issue.date}{suffix if suffix in SUFFIXES else '.txt'}"
    return corpus / ORIGINALS / name if issue.edition == "original" else corpus / name


def _refuse_odd_date(issue: Issue) -> None:
    latest = dt.datetime.now(dt.UTC).date() + _AHEAD
    if not _EARLIEST <= issue.date <= latest:
        expected = f"an issue of {_EARLIEST} to {latest}"
        raise BriefError(issue.path, None, expected, f"one of {issue.date}", "Correct the date of the issue.")
    latest = issue.date + _AHEAD_OF_ISSUE
    for item in issue.items:
        if not _EARLIEST_OF_ITEM <= item.date <= latest:
            expected = f"an item of {_EARLIEST_OF_ITEM} to {latest}"
            remedy = "Correct the date of the item that begins there."
            raise BriefError(issue.path, _line_of(item, issue), expected, f"one of {item.date}", remedy)


def _line_of(item: Item, issue: Issue) -> int:
    """The line of the issue's file in which an item begins."""
    return sum(1 for _ in split_lines(read_file(issue.path).text, 0, item.span[0] + 1))


def _refuse_taken(issue: Issue, target: Path) -> None:
    """A brief of this very issue was found before this; so whatever has its name is something else."""
    if target.exists() or target.is_symlink():
        problem = f"would be copied to {{}}, but that is there already and is not the {issue.edition} of {issue.date}."
        raise BriefTaken(issue.path, target, problem, "Give that file another name, then try again.")


def _refuse_overfull(paths: Sequence[Path], room: Room) -> None:
    if len(paths) > room.files or sum(path.stat().st_size for path in paths) > room.size:
        raise CorpusFull(
            f"there is no room for it: at most {room.files} briefs and {room.size // 2**20} MB can be added this way. "
            "Whoever runs this can add more with `rag add`."
        )


def _copy(files: Sequence[Added]) -> None:
    """Write all files under names that no reader looks at, then give them their own; a failure leaves none behind."""
    made: list[Path] = []  # what has to go again if this fails
    try:
        waiting: list[tuple[Issue, Path, Path]] = []
        for issue, target in ((each.issue, each.path) for each in files):
            data = issue.path.read_bytes()
            if disk.digest(data) != issue.sha256:
                raise CorpusError(f"{issue.path}: the file changed while it was read. Try again.")
            disk.make_folder(target.parent)
            # a name of its own: what a killed run left behind is not in the way
            partial = target.with_name(f"{target.name}.{secrets.token_hex(8)}.adding")
            made.append(partial)
            disk.write(partial, data)
            waiting.append((issue, partial, target))
        for issue, partial, target in waiting:
            _refuse_taken(issue, target)  # again: it may have appeared meanwhile
            made.append(target)
            disk.publish(partial, target)
        made.clear()
    except OSError as error:
        raise CorpusError(
            f"{error.filename}: cannot be written ({error.strerror}). Make room or allow writing there, then try again."
        ) from error
    finally:
        _remove(made)


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        with contextlib.suppress(OSError):  # not there, or as unwritable as what brought us to this
            disk.remove(path)
