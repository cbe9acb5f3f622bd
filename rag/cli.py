"""The door from the shell: `rag index|search|ask|items|timeline|compare|show|coverage|add|check|doctor|eval|feedback`.

Parses, calls the library, shows. With `--json` standard output holds exactly one JSON document, errors too; all
goes to standard error. Exit status 0: done; 1: nothing found, not in the briefs, damage or something else wrong found,
gate failed; 2: bad use or input.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import re
import sys
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from rag.errors import InputError, NothingToCompare, RagError
from rag.feedback import command as feedback
from rag.options import eval_options, filter_options

DONE, NOTHING, BAD = 0, 1, 2
_ADDRESS = re.compile(r"\d{4}-\d\d-\d\d/(?:top5|policy|corporate)/[1-9]\d*")
_GARBAGE = 100_000  # new objects between two looks for garbage: nearly all that a short process makes it keeps
_TURN = 0.0005  # seconds: the thread that starts the encoder waits so long each time it needs the interpreter

# What a command gives: the exit status, the document for --json, the text for a person.
Outcome = tuple[int, Any, str]


class _Parser(argparse.ArgumentParser):
    """Bad use is an error like any other, so that --json covers it."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message}. See `{self.prog} --help`.")


def run() -> NoReturn:
    """The command `rag`: `main`, and out at once. Taking the engines apart would take 70 ms and change nothing: what is
    written is on the disk by then.
    """
    gc.set_threshold(_GARBAGE)
    sys.setswitchinterval(_TURN)
    status = main()
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit status."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    _safe_streams()
    as_json = "--json" in arguments[: arguments.index("--") if "--" in arguments else None]
    try:
        with warnings.catch_warnings():
            told: set[str] = set()
            warnings.showwarning = lambda message, *_, **__: _say_once(f"rag: {message}", told)
            status, document, text = _run(arguments)
    except (RagError, OSError) as error:
        status, document, text = NOTHING if isinstance(error, NothingToCompare) else BAD, _error(error), ""
        if not as_json:
            _say(f"rag: {_message(error)}")
    except KeyboardInterrupt:
        _say("rag: stopped.")
        return 130
    try:
        _write(json.dumps(document, ensure_ascii=False, indent=2) if as_json else text)
    except BrokenPipeError:
        # the reader has seen enough; keep the interpreter from complaining when it flushes at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        _say(f"rag: {_message(error)}")
        return BAD
    return status


def _run(arguments: Sequence[str]) -> Outcome:
    from rag.settings import Settings

    options = parser().parse_args(arguments)
    # every command reads them, needed or not: a slip in a name must not be without effect
    settings = Settings.read(corpus=options.corpus, embeddings=options.embeddings)
    options.settings, options.corpus, options.embeddings = settings, settings.corpus, settings.embeddings
    outcome: Outcome = options.run(options)
    return outcome


def _error(error: Exception) -> dict[str, Any]:
    return {"error": {"type": type(error).__name__, "message": _message(error)}}


def _message(error: Exception) -> str:
    """One message; the system's own errors are put as ours are."""
    if not isinstance(error, OSError):
        return str(error)
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}the system refused ({error.strerror or error}). Check permissions and space, then try again."


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = _Parser(
        prog="rag", description="Ask the China Industries briefs: cited answers from a local index.", allow_abbrev=False
    )
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND", parser_class=_Parser)

    def command(name: str, run: Callable[[argparse.Namespace], Outcome], help_text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help_text, description=help_text, allow_abbrev=False)
        sub.add_argument("--corpus", metavar="DIR", help="folder of briefs (default: RAG_CORPUS, ./corpus)")
        sub.add_argument(
            "--embeddings", metavar="DIR", help="folder of the index (default: RAG_EMBEDDINGS, beside the corpus)"
        )
        sub.add_argument("--json", action="store_true", help="one JSON document on standard output")
        sub.set_defaults(run=run)
        return sub

    index = command("index", _index, "Build the index, or refresh what changed.")
    index.add_argument("--rebuild", action="store_true", help="make it anew, whatever lies there")
    search = command("search", _search, "Find the items that fit a question.")
    search.add_argument("question")
    search.add_argument("-k", type=int, default=5, help="how many, 1 to 1,000 (default: 5)")
    ask = command("ask", _ask, "Answer a question with citations.")
    ask.add_argument("question")
    items = command("items", _items, "List every item that satisfies the filters, in order of date.")
    timeline = command("timeline", _timeline, "List items by their date and what they want reached by its deadline.")
    for sub in (search, ask, items, timeline):
        filter_options(sub)
    for sub in (search, ask):
        sub.add_argument(
            "--ignore",
            action="append",
            default=[],
            metavar="NAME",
            help="take back what was understood, by its name in brackets",
        )
    for sub in (ask, items, timeline):
        sub.add_argument("--csv", action="store_true", help="for a spreadsheet: one line an item, statement or goal")
    only = timeline.add_mutually_exclusive_group()
    only.add_argument("--items", action="store_true", help="items only")
    only.add_argument("--goals", action="store_true", help="goals only")
    compare = command("compare", _compare, "Say what is new, continued or gone from one issue or period to another.")
    for side in ("before", "after"):
        compare.add_argument(side, metavar=side.upper(), help="2023-03-01, 2023-04, 2023-Q2, 2023 or 2022-09..2022-12")
    filter_options(compare, dates=False)
    compare.add_argument("--csv", action="store_true", help="for a spreadsheet: one line a source")
    show = command("show", _show, "Show one item whole.")
    show.add_argument("item", help="its address, e.g. 2023-03-01/top5/1")
    command("coverage", _coverage, "Say what each file gave, which days no issue covers, and what could not be placed.")
    add = command("add", _add, "Check briefs and add them to the corpus.")
    add.add_argument("files", nargs="+", metavar="FILE")
    command("check", _check, "Verify the index on disk: hashes, counts, agreement.")
    command("doctor", _doctor, "Say what is set up, what is wrong and what to do; changes nothing.")
    eval_options(command("eval", _eval, "Put a question set to the library and say how well it did."))
    said = command("feedback", _feedback, "List what readers said of answers; turn one into a question of a set.")
    feedback.add_options(said)
    return top


def _open(options: argparse.Namespace, *, rebuild: bool = False) -> Any:
    from rag.library import Library
    from rag.progress import ProgressBar

    bar = ProgressBar()
    try:
        library = Library.open(options.corpus, options.embeddings, rebuild=rebuild, progress=bar)
    finally:
        bar.close()
    for warning in library.warnings:
        _say(f"rag: {warning}")
    return library


def _chosen(options: argparse.Namespace) -> dict[str, Any]:
    return {name: getattr(options, name) for name in ("issue", "section", "body", "since", "until")}


def _index(options: argparse.Namespace) -> Outcome:
    report = _open(options, rebuild=options.rebuild).report
    from rag.wire import wire

    for stretch in report.unplaced:
        _say(f"rag: could not place {stretch}")
    return DONE, wire(report), str(report)


# The library is opened before what shows its answers is read in: while it opens the encoder starts, which takes longer.


def _search(options: argparse.Namespace) -> Outcome:
    library = _open(options)
    from rag.terminal import show_hits
    from rag.wire import wire

    hits = library.retrieve(options.question, options.k, ignore=options.ignore, **_chosen(options))
    return (DONE if hits else NOTHING), wire(hits), show_hits(hits) if hits else "No item satisfies these filters."


def _ask(options: argparse.Namespace) -> Outcome:
    library = _open(options)
    from rag.terminal import show_answer
    from rag.wire import wire

    answer = library.ask(options.question, ignore=options.ignore, **_chosen(options))
    for warning in answer.warnings:
        if warning not in library.warnings:
            _say(f"rag: {warning}")
    text = show_answer(answer, columns=sys.stdout.isatty())
    if options.csv:
        from rag.sheet import answer_csv

        if answer.abstained:
            _say(answer.text)
        text = answer_csv(answer, {c.item_id: library.item(c.item_id) for c in answer.sources})
    return (NOTHING if answer.abstained else DONE), wire(answer), text


def _items(options: argparse.Namespace) -> Outcome:
    library = _open(options)
    from rag.terminal import show_items
    from rag.wire import wire

    items = library.items(**_chosen(options))
    text = show_items(items, library.coverage())
    if options.csv:
        from rag.sheet import items_csv

        text = items_csv(items)
    return (DONE if items else NOTHING), wire(items), text


def _compare(options: argparse.Namespace) -> Outcome:
    library = _open(options)
    from rag.comparing import compare

    well, document, text = compare(options, library)
    return (DONE if well else NOTHING), document, text


def _timeline(options: argparse.Namespace) -> Outcome:
    library = _open(options)
    from rag.terminal import show_timeline
    from rag.wire import wire

    items = [] if options.goals else library.items(**_chosen(options))
    goals = [] if options.items else library.goals(**_chosen(options))
    text = show_timeline(items, goals, library.coverage())
    if options.csv:
        from rag.sheet import timeline_csv

        text = timeline_csv(items, goals)
    return (DONE if items or goals else NOTHING), wire({"items": items, "goals": goals}), text


def _show(options: argparse.Namespace) -> Outcome:
    library = _open(options)
    from rag.terminal import show_item
    from rag.wire import wire

    try:
        item = library.item(options.item)
    except InputError as error:
        if not _ADDRESS.fullmatch(options.item):
            raise
        return NOTHING, _error(error), str(error)
    return DONE, wire(item), show_item(item)


def _coverage(options: argparse.Namespace) -> Outcome:
    library = _open(options)
    from rag.terminal import show_holdings
    from rag.wire import wire

    held = library.holdings()
    return DONE, wire(held), show_holdings(held)


def _add(options: argparse.Namespace) -> Outcome:
    from rag.adding import add_and_open
    from rag.progress import ProgressBar
    from rag.settings import Settings
    from rag.wire import wire

    # not through an open library: there may be no corpus yet to open
    settings = Settings.read(corpus=options.corpus, embeddings=options.embeddings)
    bar = ProgressBar()
    try:
        added, opened = add_and_open([Path(name) for name in options.files], settings, progress=bar)
    finally:
        bar.close()
    opened.index.close()
    for warning in opened.warnings:
        _say(f"rag: {warning}")
    report = opened.report
    new = [each.path for each in added if each.new]
    lines = [f"Added {path}" for path in new] or ["Nothing new: all were there."]
    return DONE, wire({"added": new, "index": report}), "\n".join([*lines, str(report)])


def _check(options: argparse.Namespace) -> Outcome:
    from rag.index.check import check

    damage = check(options.embeddings)
    text = "\n".join(damage) or f"The index in {options.embeddings} is whole."
    return (NOTHING if damage else DONE), {"damage": damage}, text


def _doctor(options: argparse.Namespace) -> Outcome:
    from rag.doctor import examine, show
    from rag.wire import wire

    matters = list(examine(options.settings))
    well = all(matter.well for matter in matters)
    return (DONE if well else NOTHING), {"well": well, "matters": wire(matters)}, show(matters)


def _eval(options: argparse.Namespace) -> Outcome:
    from rag.evaluation.command import chosen
    from rag.progress import ProgressBar

    what = chosen(options)
    library, bar = _open(options), ProgressBar()
    try:
        well, document, text = what(options, library, bar)
    finally:
        bar.close()
    return (DONE if well else NOTHING), document, text


def _feedback(options: argparse.Namespace) -> Outcome:
    return feedback.run(options, _open, _say)


def _safe_streams() -> None:
    """Write what the terminal's encoding cannot show as escapes rather than fail (a C locale, a pipe)."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # text streams have it


def _say(text: str) -> None:
    from rag.terminal import printable

    print(printable(text), file=sys.stderr)


def _say_once(text: str, told: set[str]) -> None:
    if text not in told:
        told.add(text)
        _say(text)


def _write(text: str) -> None:
    from rag.terminal import printable

    if text:
        print(printable(text), flush=True)


if __name__ == "__main__":
    run()
