"""From what is kept of an answer, and the gold that a person fills in, to an entry of a question set.

Takes the record, the gold, the items of the corpus and the question as it is understood; gives the entry's fields in
the form of `rag.evaluation.questions`, or one message that says what is missing or wrong. Appends it to a file, whole
or not at all. Knows nothing of the shell.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.briefs.records import Item
from rag.errors import InputError
from rag.evaluation.questions import Nugget, counts_items, fold, load, states
from rag.feedback.records import Feedback
from rag.index import disk
from rag.retrieval.conversation import checked_question, cleaned
from rag.retrieval.patterns import Shape
from rag.retrieval.query import Query
from rag.retrieval.stopwords import Language, language_of
from rag.retrieval.wants import Wants

SPLIT = "dev"  # to look at while building: what a reader complained of is going to be looked at
OR = "|"  # between the forms of a nugget

_BY_SHAPE: Mapping[Shape, str] = {
    "all": "list", "list": "list", "count": "list", "compare": "compare", "overview": "overview", "issue": "overview",
    "latest": "temporal", "earliest": "temporal",
}  # fmt: skip
_BY_LANGUAGE: Mapping[Language, str] = {"zh": "chinese", "de": "german"}
_BY_WANTS: Mapping[Wants, str] = {
    "amount": "number", "money": "number", "share": "number", "issuer": "issuer",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Gold:
    """What a person fills in; an empty text means what the record says, or what can be read from the question."""

    items: tuple[str, ...] = ()  # ids of every item that answers
    nuggets: tuple[Nugget, ...] = ()
    answerable: bool = True
    question: str = ""  # in other words
    id: str = ""
    type: str = ""
    lang: str = ""


def nugget(text: str) -> Nugget:
    """The forms of one fact, as they are typed: "318,900|318 900". Raises InputError for an empty one."""
    forms = tuple(dict.fromkeys(cleaned(form) for form in text.split(OR)))
    if not all(map(fold, forms)):
        raise InputError(f'--nugget: {text[:60]!r} has an empty form. Write the forms of a fact as "one{OR}another".')
    return forms


def entry(feedback: Feedback, gold: Gold, query: Query, items: Mapping[str, Item]) -> dict[str, Any]:
    """The entry's fields; `query` is the question as it is understood, `items` those of the corpus by id.

    Raises InputError as `check_complete` does, and where gold names no item or does not stand in one.
    """
    check_complete(feedback, gold)
    _refuse_false(gold, items)
    row = {
        "id": cleaned(gold.id) or f"feedback-{feedback.id}",
        "question": asked(feedback, gold),
        "type": cleaned(gold.type) or _type(query, gold),
        "lang": cleaned(gold.lang) or language_of(query.question),
        "gold_items": list(dict.fromkeys(gold.items)),
        "nuggets": [list(forms) for forms in gold.nuggets],
        "answerable": gold.answerable,
        "split": SPLIT,
    }
    return row | ({"history": [dict(turn) for turn in feedback.history]} if feedback.history else {})


def check_complete(feedback: Feedback, gold: Gold) -> None:
    """Raises InputError where gold is missing or too much, or the question alone would not say what was asked."""
    asked(feedback, gold)
    _refuse_unsaid(feedback, gold)
    if gold.answerable and not gold.items:
        raise InputError(
            "--gold is missing: name every item that answers, by its address, or say --unanswerable where none does. "
            "`rag search` finds them."
        )
    if not gold.answerable and (gold.items or gold.nuggets):
        raise InputError("--unanswerable: there is no gold then. Leave --gold and --nugget out, or --unanswerable.")


def asked(feedback: Feedback, gold: Gold) -> str:
    """The question of the entry. Raises InputError for one that none could ask."""
    question = cleaned(gold.question or feedback.question)
    checked_question(question)
    return question


def _refuse_unsaid(feedback: Feedback, gold: Gold) -> None:
    """An entry has no filters: what was chosen beside the question has to stand in its words."""
    beside = [f"{name} {_words(value)}" for name, value in feedback.filters.items()]
    beside += [f"without {name} as it was understood" for name in feedback.ignored]
    if beside and not gold.question:
        raise InputError(
            f"{feedback.id} was asked with {', '.join(beside)}, and a question set knows questions only. Give the "
            f'question in words that say it: --question "{feedback.question[:60]} …".'
        )


def _words(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else " or ".join(value)


def _refuse_false(gold: Gold, items: Mapping[str, Item]) -> None:
    unknown = [name for name in gold.items if name not in items]
    if unknown:
        raise InputError(f"--gold: this corpus has no item {unknown[0]!r}. `rag items` lists them all.")
    folded = [fold(items[name].text) for name in dict.fromkeys(gold.items)]
    for forms in gold.nuggets:
        absent = [form for form in forms if not any(states(text, (form,)) for text in folded)]
        if absent and not counts_items(forms, len(folded)):
            raise InputError(
                f"--nugget: {absent[0]!r} stands in none of the gold items. Write it as one of them does, or correct "
                "--gold; `rag show ITEM` shows one whole."
            )


def _type(query: Query, gold: Gold) -> str:
    """What kind of question it is, by what was understood of it; a factoid where nothing speaks for another."""
    if not gold.answerable:
        return "unanswerable"
    if query.leans_on:
        return "followup"
    language, kind = language_of(query.question), _BY_SHAPE.get(query.shape)
    if kind == "list" and (query.read.since or query.read.until):
        return "temporal"
    return kind or _BY_LANGUAGE.get(language) or _BY_WANTS.get(query.wants) or "factoid"


# --- a file of questions ------------------------------------------------------------------------------------------


def append(path: Path, row: Mapping[str, Any]) -> None:
    """Add an entry to a file of questions, made where it is not there; what it held stays byte for byte.

    Raises QuestionsError for a file that is no question set, InputError for an id that it has, or where it cannot be
    written; then it is as it was.
    """
    with _told(path):
        target = path.resolve()
        before = target.read_bytes() if target.exists() else b""
        if before.strip():
            _refuse_taken(path, str(row["id"]))
        joint = b"\n" if before and not before.endswith(b"\n") else b""
        new = target.with_name(f"{target.name}.{secrets.token_hex(8)}.adding")
        try:
            disk.write(new, before + joint + line(row).encode() + b"\n")
            if target.exists():
                shutil.copymode(target, new)
            load(new)
            if (target.read_bytes() if target.exists() else b"") != before:
                raise InputError(f"{path}: the file changed while it was read. Try again.")
            disk.publish(new, target)
        finally:
            with contextlib.suppress(OSError):  # not there any more, or as unwritable as what brought us here
                disk.remove(new)


def line(row: Mapping[str, Any]) -> str:
    """The entry as its line of a file."""
    return json.dumps(row, ensure_ascii=False)


def _refuse_taken(path: Path, name: str) -> None:
    taken = next((question for question in load(path) if question.id == name), None)
    if taken is not None:
        raise InputError(f"{path}, line {taken.line}: has a question {name!r} already. Name this one with --id.")


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(
            f"--into {path}: cannot be written ({error.strerror or error}). It is as it was. Name another file."
        ) from error
