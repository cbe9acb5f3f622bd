"""`rag feedback`: lists what readers said, shows one, removes one, or turns one into an entry of a question set.

Takes the options of the shell; gives exit status, JSON document and text. Opens the library only where gold is to be
held against the corpus. What it needs is read in when it runs.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.feedback.records import Feedback
    from rag.feedback.store import FeedbackFile
    from rag.index.manifest import Fingerprint
    from rag.library import Library

DONE, NOTHING = 0, 1
Opener = Callable[[argparse.Namespace], "Library"]
Outcome = tuple[int, Any, str]
_TURNING = ("gold", "nugget", "unanswerable", "question", "type", "new_id", "lang", "into")


def add_options(sub: argparse.ArgumentParser) -> None:
    """The options of the command."""
    sub.add_argument("one", nargs="?", metavar="ID", help="show this one whole")
    sub.add_argument("--verdict", choices=["good", "bad"], help="list these only")
    sub.add_argument("--remove", action="store_true", help="remove it for good")
    turn = sub.add_argument_group("turn it into an entry of a question set, on standard output")
    turn.add_argument("--gold", action="extend", nargs="+", metavar="ITEM", help="address of every item that answers")
    turn.add_argument(
        "--nugget", action="append", metavar="FORMS", help='a fact that a right answer states: "one form|another"'
    )
    turn.add_argument("--unanswerable", action="store_true", help="the briefs do not answer it: no gold")
    turn.add_argument("--question", metavar="TEXT", help="in other words: where filters have to be said in it")
    turn.add_argument("--type", metavar="TYPE", help="factoid, number, list … (default: as it is understood)")
    turn.add_argument("--id", dest="new_id", metavar="NEWID", help="of the entry (default: feedback-ID)")
    turn.add_argument("--lang", metavar="LANG", help="en, de, zh … (default: as it reads)")
    turn.add_argument("--into", type=Path, metavar="FILE", help="append it there instead, all or nothing")


def run(options: argparse.Namespace, open_library: Opener, say: Callable[[str], None]) -> Outcome:
    """Do what the options ask; `say` takes what is beside the outcome. Raises RagError."""
    from rag.errors import InputError
    from rag.feedback.store import FILE, FeedbackFile

    turning = [name for name in _TURNING if getattr(options, name)]
    _refuse_mixed(options, turning)
    file = FeedbackFile(options.embeddings / FILE)
    kept, damaged = file.read()
    for problem in damaged:
        say(f"rag: {problem}")
    if options.one is None:
        return _listed(kept, options.verdict, file.path)
    one = next((one for one in kept if one.id == options.one), None)
    if one is None:
        error = InputError(f"{options.one!r} is no feedback in {file.path}. `rag feedback` lists what there is.")
        return NOTHING, {"error": {"type": "InputError", "message": str(error)}}, str(error)
    if options.remove:
        return _removed(file, one)
    return _turned(one, options, open_library, say) if turning else _shown(one, options.embeddings)


def _refuse_mixed(options: argparse.Namespace, turning: list[str]) -> None:
    from rag.errors import InputError

    if options.one is None and (options.remove or turning):
        raise InputError("Name the one that is meant: rag feedback ID …. `rag feedback` lists them.")
    if options.one is not None and options.verdict:
        raise InputError("--verdict is for the list: leave it out, or the ID.")
    if options.remove and turning:
        raise InputError("--remove goes alone: turn it into a question first, then remove it.")


def _listed(kept: list[Feedback], verdict: str | None, path: Path) -> Outcome:
    from rag.feedback.show import show_list
    from rag.wire import wire

    chosen = [one for one in kept if verdict in (None, one.verdict)]
    of_verdict = f" whose verdict is {verdict}" if verdict else ""
    text = show_list(chosen) if chosen else f"No feedback{of_verdict} in {path}."
    return (DONE if chosen else NOTHING), wire(chosen), text


def _shown(one: Feedback, embeddings: Path) -> Outcome:
    from rag.feedback.show import same_index, show_one
    from rag.wire import wire

    in_use = _in_use(embeddings)
    return DONE, {**wire(one), "same_index": same_index(one, in_use)}, show_one(one, in_use)


def _in_use(embeddings: Path) -> Fingerprint | None:
    from rag.errors import IndexProblem
    from rag.index.manifest import read_manifest, read_pointer

    try:
        return read_manifest(embeddings, read_pointer(embeddings)).fingerprint
    except IndexProblem:
        return None


def _removed(file: FeedbackFile, one: Feedback) -> Outcome:
    from rag.wire import wire

    file.remove(one.id)
    return DONE, wire(one), f"Removed {one.id} from {file.path}."


def _turned(one: Feedback, options: argparse.Namespace, open_library: Opener, say: Callable[[str], None]) -> Outcome:
    from rag.feedback.entry import Gold, append, asked, check_complete, entry, line, nugget

    gold = Gold(
        items=tuple(options.gold or ()),
        nuggets=tuple(map(nugget, options.nugget or ())),
        answerable=not options.unanswerable,
        question=options.question or "",
        id=options.new_id or "",
        type=options.type or "",
        lang=options.lang or "",
    )
    check_complete(one, gold)
    library = open_library(options)
    query = library.ask(asked(one, gold), history=one.history, model=False).query
    row = entry(one, gold, query, {item.id: item for item in library.items()})
    if options.into is not None:
        append(options.into, row)
    say(f"rag: type {row['type']}, language {row['lang']}, split {row['split']}.")
    if gold.answerable and not gold.nuggets:
        say("rag: without a nugget only what is found and cited is measured, not what is stated.")
    return DONE, row, line(row) if options.into is None else f"Added {row['id']} to {options.into}."
