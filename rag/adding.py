"""Adding a user's own briefs to a corpus: checked first, copied under the date of their issue, all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rag.briefs.corpus import briefs_in, corpus_bodies
from rag.briefs.formats import SUFFIXES
from rag.briefs.layout import read_brief
from rag.briefs.records import Issue
from rag.errors import CorpusError
from rag.index import disk


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
            new.append((issue, _place(issue, corpus)))
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
    return corpus / "originals" / name if issue.edition == "original" else corpus / name


def _copy(files: Sequence[tuple[Issue, Path]]) -> None:
    """Write all files under names that no reader looks at, then give them their own; a failure leaves none behind."""
    waiting: list[tuple[Path, Path]] = []
    try:
        for issue, target in files:
            data = issue.path.read_bytes()
            if disk.digest(data) != issue.sha256:
                raise CorpusError(f"{issue.path}: the file changed while it was read. Try again.")
            disk.make_folder(target.parent)
            waiting.append((target.with_name(f"{target.name}.adding"), target))
            disk.write(waiting[-1][0], data)
        for partial, target in waiting:
            disk.publish(partial, target)
    except OSError as error:
        raise CorpusError(
            f"{error.filename}: cannot be written ({error.strerror}). Make room or allow writing there, then try again."
        ) from error
    finally:
        for partial, _ in waiting:
            partial.unlink(missing_ok=True)
