"""What a language model's answer costs besides the model: from question to request, and each check of a sentence.

Warm, in one process, over the digests. From question to request: until a writer that notes when it is first asked is
asked, beside encoding the question and one FAISS search. Checking: each statement of the verifier's own test set, its
items known, beside encoding the sentence. No model is asked. Figures, no gate.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from pathlib import Path

from benchmarks.figures import Row, in_turns, options, rows, show
from benchmarks.speed import BARE, bare_search
from rag.evaluation import questions, statements
from rag.index.encoder import load_encoder
from rag.library import Library
from rag.model.records import Message, Writer

WARMING, MEASURED = 20, 200  # questions
REQUEST, CHECK, ENCODE = "question to request sent", "check of a sentence", "encode the sentence"


class Noting(Writer):
    """Writes nothing, and notes when it is asked for the first word."""

    def __init__(self) -> None:
        self.asked: list[float] = []  # of each reply, as `time.perf_counter`

    @property
    def name(self) -> str:
        """What it is called."""
        return "no model"

    def write(self, messages: Sequence[Message], limit: int) -> Generator[str, None, None]:
        """An empty reply."""
        self.asked.append(time.perf_counter())
        yield from ()


def asking(corpus: Path, embeddings: Path) -> list[Row]:
    """Until the request is sent, of questions of `dev` that a model is asked, each once; the first ones warm up."""
    writer, bare = Noting(), bare_search(embeddings)
    seconds: dict[str, list[float]] = {BARE: [], REQUEST: []}
    with Library.open(corpus, embeddings, writer=writer) as library:
        library.warm()
        for question in questions.load(corpus / "questions.jsonl", "dev"):
            if len(seconds[REQUEST]) == WARMING + MEASURED:
                break
            writer.asked.clear()
            begin = time.perf_counter()
            library.ask(question.question, history=question.history)
            if not writer.asked:  # a list, or refused
                continue
            seconds[REQUEST].append(writer.asked[0] - begin)
            begin = time.perf_counter()
            bare(question.question)
            seconds[BARE].append(time.perf_counter() - begin)
    return rows({name: values[WARMING:] for name, values in seconds.items()}, BARE, {REQUEST: "under 30 ms"})


def checking(corpus: Path, embeddings: Path) -> list[Row]:
    """Checking each statement once, after its items were read for another."""
    encoder, asked = load_encoder(None, embeddings), statements.load(corpus / "statements.jsonl")
    with Library.open(corpus, embeddings) as library:
        verifier, items = library.verifier(), {item.id: item for item in library.items()}
        for item in items.values():
            verifier.check("Nothing of the kind was said by anybody.", [item])
        tasks = {
            ENCODE: lambda run: encoder.encode([asked[run].statement]),
            CHECK: lambda run: verifier.check(asked[run].statement, [items[key] for key in asked[run].items]),
        }
        return rows(in_turns(tasks, len(asked)), ENCODE, {CHECK: "under 5 ms"})


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    chosen = options(__doc__).parse_args(arguments)
    found = asking(chosen.corpus, chosen.embeddings) + checking(chosen.corpus, chosen.embeddings)
    show(found, as_json=chosen.json)


if __name__ == "__main__":
    main()
