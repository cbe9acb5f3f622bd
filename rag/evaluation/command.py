"""`rag eval`: puts a question set to an open library and says how it did; or judges its verifier or its goals.

Takes the options of the shell and a library; gives whether all is well, the JSON document and the text. Not well
means that the gate failed or a question did.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rag.briefs.records import Item
from rag.errors import InputError
from rag.evaluation import ablation, gate, goals, statements, tables
from rag.evaluation.beside import PAGE, report_of
from rag.evaluation.figures import compare
from rag.evaluation.questions import check, load
from rag.evaluation.report import page
from rag.evaluation.results import FORMAT, Results, read_scores
from rag.evaluation.run import Progress, run
from rag.library import Library
from rag.retrieval.search import ALL_STAGES
from rag.settings import Settings

QUESTIONS, ACCEPTED, STATEMENTS = "questions.jsonl", "questions-accepted.json", "statements.jsonl"
GOALS = "goals.jsonl"
MIXED = "digests and originals"


Evaluation = Callable[[argparse.Namespace, Library, Progress], tuple[bool, Any, str]]


def chosen(options: argparse.Namespace) -> Evaluation:
    """What the options ask for."""
    if options.statements is not None:
        return judge_statements
    if options.goals is not None:
        return judge_goals
    return without_each if options.ablate else evaluate


def evaluate(options: argparse.Namespace, library: Library, progress: Progress) -> tuple[bool, Any, str]:
    """Load, check, ask, and say; gives whether all is well, the document and the text."""
    path = _questions(options)
    subject = describe(library)
    accepted = _accepted(options, path, subject)
    # read before the questions are asked: a wrong name should not cost a run
    old = read_scores(options.compare) if options.compare else None
    questions = load(path, options.split)
    items = {item.id: item for item in library.items()}
    check(path, questions, items)
    results = Results(tuple(run(questions, library, items, progress)), options.split, subject)
    document, texts = results.document(), [tables.show(results)]
    well = not results.failed
    if options.report is not None:
        folder = options.report if options.report != Path() else report_of(library.embeddings).parent
        texts.append(f"Report: {_write_report(folder, results, items)}")
    if old is not None:
        differences = compare(old, results.scores)
        document["comparison"] = [asdict(d) for d in differences]
        texts.append(tables.show_differences(differences))
    if options.accept and accepted:
        gate.accept(accepted, results)
        texts.append(f"Accepted: {accepted}")
    elif accepted:
        verdict = gate.hold(accepted, results)
        document["gate"] = {"passed": verdict.passed, **asdict(verdict)}
        texts.append(tables.show_verdict(verdict))
        well = verdict.passed
    return well, document, "\n\n".join(texts)


def without_each(options: argparse.Namespace, library: Library, progress: Progress) -> tuple[bool, Any, str]:
    """What each stage of the search adds: the questions put to the whole of it, then to it without each in turn."""
    path = _questions(options)
    questions = load(path, "dev" if options.split == "all" else options.split)
    items = {item.id: item for item in library.items()}
    check(path, questions, items)
    variants = ablation.switched_off(ALL_STAGES, library.with_stages)
    rows = ablation.ablate(questions, variants, items, progress)
    return not any(row.failed for row in rows), ablation.document(rows), ablation.show(rows)


def judge_statements(options: argparse.Namespace, library: Library, progress: Progress) -> tuple[bool, Any, str]:
    """The verifier's figures over its own test set, by half, set and kind; the misjudged ones of `dev` are listed.

    Raises InputError where the corpus holds originals, and for an option that only questions have a use for.
    """
    _asks_nothing(options, "statements", "goals")
    subject = describe(library)
    if subject["edition"] != "digest":
        raise InputError(
            "The statements are about the digests, and this corpus holds originals. "
            "Name the folder of the digests with --corpus."
        )
    path = options.statements if options.statements != Path() else options.corpus / STATEMENTS
    items = {item.id: item for item in library.items()}
    chosen = statements.load(path, options.split)
    judged = statements.by_group(statements.judge(path, chosen, library.verifier(), items, progress))
    rows = {name: statements.figures(group) for name, group in judged.items()}
    texts = [
        f"{name}\n" + statements.show(rows[name], statements.wrong(group) if name.startswith("dev") else ())
        for name, group in judged.items()
    ]
    document = {
        "format": FORMAT,
        "subject": subject,
        "figures": {name: [asdict(row) for row in of_group] for name, of_group in rows.items()},
        "statements": [one.row() for group in judged.values() for one in group],
    }
    return True, document, "\n\n".join(texts)


def judge_goals(options: argparse.Namespace, library: Library, progress: Progress) -> tuple[bool, Any, str]:
    """How well goals are found, against a list made by hand: by half and issue, with all that were missed or wrong.

    Raises InputError for an option that only questions have a use for, QuestionsError for a bad list.
    """
    _asks_nothing(options, "goals")
    subject = describe(library)
    path = options.goals if options.goals != Path() else options.corpus / GOALS
    expected = goals.load(path, options.split)
    goals.check(path, expected, {item.id: item for item in library.items()})
    compared = goals.compare(expected, library.goals())
    document = {
        "format": FORMAT,
        "subject": subject,
        "figures": [asdict(row) for row in goals.figures(compared)],
        "issues": [goals.row_of(one) for one in compared],
    }
    return True, document, goals.show(compared)


def _asks_nothing(options: argparse.Namespace, what: str, *others: str) -> None:
    """Raises InputError for an option that only questions have a use for."""
    for name in ("questions", "report", "compare", "gate", "accept", "ablate", *others):
        if getattr(options, name) not in (None, False):
            raise InputError(f"--{what} asks no question: leave --{name} out.")


def describe(library: Library) -> dict[str, Any]:
    """What is being asked, without date or path: two equal ones ought to answer alike."""
    manifest = library.manifest
    editions = {issue.edition for issue in library.coverage().issues}
    return {
        "edition": editions.pop() if len(editions) == 1 else MIXED,
        "content": manifest.content,
        "encoder": manifest.encoder,
        "issues": manifest.counts.issues,
        "items": manifest.counts.items,
        "passages": manifest.counts.passages,
        "model": library.model,
    }


def _questions(options: argparse.Namespace) -> Path:
    return options.questions or Settings.read(corpus=options.corpus).corpus / QUESTIONS


def _accepted(options: argparse.Namespace, questions: Path, subject: Mapping[str, Any]) -> Path | None:
    """The gate's file, where the gate is asked for; refused where it could not mean anything."""
    if options.gate is None and not options.accept:
        return None
    if options.split != "all":
        raise InputError("The gate holds the whole question set: leave --split out.")
    if subject["edition"] == MIXED:
        raise InputError("The gate holds digests or originals, and this corpus mixes both. Name one with --corpus.")
    if subject["model"]:
        raise InputError(
            f"The gate holds what is answered without a language model, and {subject['model']} is set to write. Unset "
            "RAG_LLM_BASE_URL and RAG_LLM_MODEL, or leave the gate out."
        )
    beside = questions.with_name(ACCEPTED)
    return Path(options.gate) if options.gate and options.gate != Path() else beside


def _write_report(folder: Path, results: Results, items: Mapping[str, Item]) -> Path:
    """The page and the raw JSON, into a folder that is made where need be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(results.document(), ensure_ascii=False, indent=1)
        for name, written in (("results.json", text + "\n"), (PAGE, page(results, items))):
            partial = folder / f"{name}.partial"  # the page may be showing the one before
            partial.write_text(written, encoding="utf-8")
            partial.replace(folder / name)
    except OSError as error:
        raise InputError(f"--report {folder}: cannot be written ({error.strerror}). Name another folder.") from error
    return folder / PAGE
