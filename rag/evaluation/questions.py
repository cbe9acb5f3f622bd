"""The question set: a file of questions with the items that answer them and the facts an answer must state.

Takes a file, one JSON object a line, in the form of `docs/measures.md`; gives `Question`s, or one message that names
file and line. `check` holds them against the items of a corpus. Knows nothing of who answers.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from rag.briefs.plain import LINK
from rag.briefs.records import Item
from rag.errors import QuestionsError
from rag.evaluation import jsonl

Split = Literal["dev", "test"]
Nugget = tuple[str, ...]  # one fact: its surface forms, any of which will do

TYPES = (
    "factoid number paraphrase list temporal compare issuer corporate chinese german typo followup overview "
    "unanswerable"
).split()
_MOST_SHOWN = 5  # problems that one message lists
_NEAR = 0.8  # likeness from which an unknown field counts as a slip of a known one
_STRAIGHT = str.maketrans("‘’‚“”„", "'''\"\"\"")
_COUNTS = "zero one two three four five six seven eight nine ten eleven twelve".split()


@dataclass(frozen=True, slots=True)
class Question:
    """One question and what a right answer holds."""

    id: str
    question: str
    type: str
    lang: str
    gold_items: tuple[str, ...]  # ids of every item that answers; empty where none does
    nuggets: tuple[Nugget, ...]  # facts a right answer states; may be empty for listings
    answerable: bool
    split: Split = "test"
    history: tuple[Mapping[str, str], ...] = ()  # the turns before, role and content
    quote: str = ""  # verbatim in a gold item of the digest
    why: str = ""  # reason for which a right answer refuses; empty where any will do
    line: int = field(default=0, compare=False)  # in the file, from 1


def load(path: Path, split: str = "all") -> list[Question]:
    """The questions of a file, or of one split of it, in the order of the file.

    Raises QuestionsError for a file that cannot be read, a malformed line, a duplicate id, or no question at all.
    """
    return jsonl.load(path, _question, "question", split)


def check(path: Path, questions: Sequence[Question], items: Mapping[str, Item]) -> None:
    """Hold questions against the items of a corpus: gold ids are known, nuggets and quotes stand in a gold item.

    Quotes are verbatim only over digests; over originals gold ids and nuggets count. Raises QuestionsError, which
    names the first problems with their lines.
    """
    named = [q for q in questions if q.gold_items]
    if named and not any(i in items for q in named for i in q.gold_items):
        first = named[0]
        raise QuestionsError(
            path,
            first.line,
            f"this corpus has no item {first.gold_items[0]!r}, nor any other that the questions name: "
            "this is a question set for another corpus. Name the right one with --corpus or --questions.",
        )
    folded = {i: fold(item.text) for i, item in items.items()}
    found = [(q.line, problem) for q in questions for problem in _problems(q, items, folded)]
    if found:
        line, message = found[0]
        more = "".join(f"\n{path}, line {n}: {text}" for n, text in found[1:_MOST_SHOWN])
        rest = f"\n… and {len(found) - _MOST_SHOWN} more." if len(found) > _MOST_SHOWN else ""
        raise QuestionsError(path, line, f"{message}{more}{rest}")


def fingerprint(questions: Iterable[Question]) -> str:
    """A hash over the questions and their gold: equal sets have equal ones, wherever they lie."""
    rows = [{k: v for k, v in asdict(q).items() if k != "line"} for q in questions]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]


def fold(text: str) -> str:
    """A text as nuggets are compared: links as their words, no `*`, straight quotes, case and white space folded."""
    text = LINK.sub(lambda match: match["words"], text).replace("*", "").translate(_STRAIGHT)
    return " ".join(text.casefold().split())


def states(folded: str, nugget: Nugget) -> bool:
    """Whether a folded text states a fact: holds one of its forms, and not as part of a longer figure."""
    return any(re.search(_bounded(form), folded) for form in nugget)


def _bounded(form: str) -> str:
    """The form as a pattern: "5 percent" stands neither in "25 percent" nor "1.2" in "1.25", nor "MOT" in "promote"."""
    if form.isupper() and form.isascii() and form.isalnum():
        return rf"\b{fold(form)}\b"
    form = fold(form)
    before = r"(?<!\d)(?<!\d[.,])" if form[0].isdigit() else ""
    after = r"(?!\d)(?![.,]\d)" if form[-1].isdigit() else ""
    return f"{before}{re.escape(form)}{after}"


def _problems(question: Question, items: Mapping[str, Item], folded: Mapping[str, str]) -> Iterable[str]:
    unknown = [i for i in question.gold_items if i not in items]
    if unknown:
        yield f"{question.id}: this corpus has no item {unknown[0]!r}. Correct the id, or name another corpus."
        return
    gold = [items[i] for i in question.gold_items]
    for nugget in question.nuggets:
        if not counts_items(nugget, len(gold)) and not any(states(folded[item.id], nugget) for item in gold):
            yield f"{question.id}: no form of the nugget {list(nugget)} stands in a gold item. Correct one of them."
    digests = [item for item in gold if item.edition == "digest"]
    if question.quote and len(digests) == len(gold) and not any(question.quote in item.text for item in gold):
        yield f"{question.id}: the quote {question.quote[:60]!r} stands verbatim in no gold item. Copy it anew."


def counts_items(nugget: Nugget, number: int) -> bool:
    """Whether the fact is how many gold items there are ("four measures"): that stands in none of them."""
    words = {str(number), *_COUNTS[number : number + 1]}
    return all((re.match(r"\d+|\w*", form) or [""])[0].casefold() in words for form in nugget)


# --- one line ----------------------------------------------------------------------------------------------------


def _question(path: Path, number: int, row: Mapping[str, Any]) -> Question:
    problem = _slip(row) or next((p for name in _FORM if (p := _misfit(row, name))), None) or _contradiction(row)
    if problem:
        raise QuestionsError(path, number, problem)
    return Question(
        id=row["id"],
        question=row["question"],
        type=row["type"],
        lang=row["lang"],
        gold_items=tuple(row["gold_items"]),
        nuggets=tuple(tuple(forms) for forms in row["nuggets"]),
        answerable=row["answerable"],
        split=row.get("split", "test"),
        history=tuple(dict(turn) for turn in row.get("history", ())),
        quote=row.get("quote", ""),
        why=row.get("why", ""),
        line=number,
    )


def _text(value: Any) -> bool:
    """Holds something, and no half of a surrogate pair, which could not be written again."""
    return isinstance(value, str) and bool(value.strip()) and not re.search(r"[\ud800-\udfff]", value)


def _ids(value: Any) -> bool:
    return isinstance(value, list) and all(map(_text, value)) and len(set(value)) == len(value)


def _nuggets(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(forms, list) and forms and all(_text(form) and fold(form) for form in forms) for forms in value
    )


def _turns(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(turn, dict)
        and set(turn) == {"role", "content"}
        and turn["role"] in ("user", "assistant")
        and _text(turn["content"])
        for turn in value
    )


# field -> must be there, what it has to be, the test
_FORM = {
    "id": (True, "a text", _text),
    "question": (True, "a text", _text),
    "type": (True, f"a text, such as {', '.join(TYPES[:3])} …", _text),
    "lang": (True, "a text: en, zh, de …", _text),
    "gold_items": (True, "a list of item ids, none twice", _ids),
    "nuggets": (True, "a list of lists of texts", _nuggets),
    "answerable": (True, "true or false", lambda value: isinstance(value, bool)),
    "split": (False, "dev or test", lambda value: value in get_args(Split)),
    "history": (False, "a list of turns, each with role (user or assistant) and content", _turns),
    "quote": (False, "a text", _text),
    "why": (False, "a text", _text),
}


def _slip(row: Mapping[str, Any]) -> str | None:
    """An unknown field may be a note of the author's; one that nearly is a known one is a slip."""
    for name in sorted(set(row) - set(_FORM)):
        near = difflib.get_close_matches(name, _FORM, n=1, cutoff=_NEAR)
        if near:
            return f"{name!r} is no field. Did you mean {near[0]!r}?"
    return None


def _misfit(row: Mapping[str, Any], name: str) -> str | None:
    needed, form, fits = _FORM[name]
    if name not in row:
        return f"expected the field {name!r} ({form}), found none." if needed else None
    if fits(row[name]):
        return None
    found = json.dumps(row[name], ensure_ascii=False)
    return f"{name}: expected {form}, found {found if len(found) <= 60 else found[:60] + '…'}."


def _contradiction(row: Mapping[str, Any]) -> str | None:
    if row["answerable"] and not row["gold_items"]:
        return "answerable, but gold_items is empty. Name every item that answers."
    if not row["answerable"] and (row["gold_items"] or row["nuggets"]):
        return "not answerable, but gold_items or nuggets is given. Empty both, or set answerable."
    return None
