"""Adding a user's own briefs to a corpus: checked first, copied under the date of their issue, all of them or none.

Takes the paths of briefs and a corpus or its settings, gives where the new ones lie. No file that is there is changed.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Sequence
from pathlib import Path

from rag.briefs.corpus import ORIGINALS, briefs_in, corpus_bodies
from rag.briefs.formats import SUFFIXES
from rag.briefs.layout import read_brief
from rag.briefs.records import Issue
from rag.errors import CorpusError
from rag.index import disk
from rag.opening import Opened, Progress, open_index
from rag.settings import Settings


def add_and_open(
    paths: Sequence[Path], settings: Settings, *, progress: Progress | None = None
) -> tuple[list[Path], Opened]:
    """Add briefs to the corpus of the settings and take them up; raises as `add_briefs` and `open_index` do."""
    added = add_briefs(paths, settings.corpus)
    return added, open_index(settings, progress=progress)


def add_briefs(paths: Sequence[Path], corpus: Path) -> list[Path]:
    """Copy briefs into a corpus, made where it is missing; gives where the new ones went.

    What is there already, byte for byte, is left alone.

    Originals go to `originals/`, digests beside the other files. Raises CorpusError or BriefError naming the file;
    then nothing was copied.
    """
    bodies = corpus_bodies(corpus)
    issues = [read_brief(path, bodies) for path in paths]
    there = [read_brief(path, bodies) for path in briefs_in(corpus)] if corpus.is_dir() else []
    new: list[tuple[Issue, Path]] = []
    for issue in issues:
        rivals = (other for other in (*there, *(added for added, _ in new)) if _key(other) == _key(issue))
        rival = next(rivals, None)
        if rival is None:
            target = _place(issue, corpus)
            _refuse_taken(issue, target)
            new.append((issue, target))
        elif rival.sha256 != issue.sha256:
            raise CorpusError(
                f"{issue.path}: the {issue.edition} of {issue.date} is already there as {rival.path}, with another "
                "text. Remove that file first if this one shall take its place."
            )
    _copy(new)
    return [target for _, target in new]


def _key(issue: Issue) -> tuple[object, ...]:
    return issue.date, issue.edition


def _place(issue: Issue, corpus: Path) -> Path:
    suffix = issue.path.suffix.lower()
    name = f"{issue.date}{suffix if suffix in SUFFIXES else '.txt'}"
    return corpus / ORIGINALS / name if issue.edition == "original" else corpus / name


def _refuse_taken(issue: Issue, target: Path) -> None:
    """A brief of this very issue was found before this; so whatever has its name is something else."""
    if target.exists() or target.is_symlink():
        raise CorpusError(
            f"{issue.path}: would be copied to {target}, but that is there already and is not the {issue.edition} of "
            f"{issue.date}. Give that file another name, then try again."
        )


def _copy(files: Sequence[tuple[Issue, Path]]) -> None:
    """Write all files under names that no reader looks at, then give them their own; a failure leaves none behind."""
    made: list[Path] = []  # what has to go again if this fails
    try:
        waiting: list[tuple[Issue, Path, Path]] = []
        for issue, target in files:
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
        for path in made:
            with contextlib.suppress(OSError):  # not there, or as unwritable as what brought us here
                disk.remove(path)
