"""How long people wait who ask at the same time: a real server in a process of its own, asked over HTTP.

Each person has the page open and asks through it as a browser does, or calls `ask` as a program does. What counts on
the page is the time until the first words of the answer are there, by a program until the whole of it is. Every answer
must come, or this fails. The clients run on the same machine and take their share of it.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from benchmarks.figures import CHECKOUT, Row, options, row, show
from rag.library import Library

ROUNDS = 3
WARMING = "What do the briefs say of steel?"  # asked before, unmeasured: what is loaded at the first question
Ask = Callable[[httpx.AsyncClient, str, str], Awaitable[float]]


@contextmanager
def server(corpus: Path, embeddings: Path) -> Iterator[str]:
    """`python app.py` on a free port; gives its address."""
    command = [sys.executable, "app.py", "--port", "0", "--corpus", str(corpus), "--embeddings", str(embeddings)]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split()[2].rstrip("/")
        finally:
            process.terminate()


def questions(corpus: Path, embeddings: Path, count: int) -> list[str]:
    """So many questions that are answered, no two alike. Opens the library: what is missing of the index is built."""
    rows = map(json.loads, (corpus / "questions.jsonl").read_text("utf-8").splitlines())
    asked = dict.fromkeys(row["question"] for row in rows if row["answerable"] and not row.get("history"))
    with Library.open(corpus=corpus, embeddings=embeddings) as library:
        return list(itertools.islice((each for each in asked if not library.ask(each).abstained), count))


def asks_on_the_page(config: dict[str, Any], session: str) -> Ask:
    """Asks as the page does: joins the queue and reads what comes until the answer is whole."""
    box = next(each["id"] for each in config["components"] if each["props"].get("elem_id") == "question")
    event = next(each for each in config["dependencies"] if [box, "submit"] in each["targets"])
    values = {each["id"]: each["props"].get("value") for each in config["components"]}

    async def ask(client: httpx.AsyncClient, site: str, question: str) -> float:
        data = [question if each == box else values[each] for each in event["inputs"]]
        begin, first = time.perf_counter(), 0.0
        body = {"data": data, "fn_index": event["id"], "session_hash": session}
        (await client.post(f"{site}/gradio_api/queue/join", json=body)).raise_for_status()
        async with client.stream("GET", f"{site}/gradio_api/queue/data?session_hash={session}") as events:
            async for line in events.aiter_lines():
                if not first and "#cite-" in line:  # a marker: the first statement is there
                    first = time.perf_counter() - begin
                if '"msg":"process_completed"' in line:
                    assert '"success":true' in line, line
                    break
        assert first, f"no answer to {question!r}"
        return first

    return ask


async def asks_by_program(client: httpx.AsyncClient, site: str, question: str) -> float:
    """Calls `ask` over plain HTTP."""
    at, begin = f"{site}/gradio_api/call/v2/ask", time.perf_counter()
    posted = (await client.post(at, json={"question": question})).raise_for_status()
    said = (await client.get(f"{at}/{posted.json()['event_id']}")).text
    assert said.startswith("event: complete"), said
    return time.perf_counter() - begin


async def at_once(site: str, asked: Sequence[str], askers: Sequence[Ask]) -> list[float]:
    """Seconds that each waits; all begin at the same time."""
    clients = [httpx.AsyncClient(timeout=60, verify=False) for _ in askers]  # noqa: S501 - loopback, plain HTTP
    try:
        waits = (ask(client, site, question) for ask, client, question in zip(askers, clients, asked, strict=True))
        return list(await asyncio.gather(*waits))
    finally:
        for client in clients:
            await client.aclose()


def measure(corpus: Path, embeddings: Path, people: int) -> list[Row]:
    """The rows of both ways to ask, in turns."""
    rows: dict[str, list[float]] = {"page: first words": [], "program: whole answer": []}
    asked = questions(corpus, embeddings, 2 * ROUNDS * people)
    with server(corpus, embeddings) as site:
        config = httpx.get(f"{site}/config", timeout=60).json()
        asyncio.run(at_once(site, [WARMING], [asks_by_program]))
        for turn in range(ROUNDS):
            ways: dict[str, list[Ask]] = {
                "page: first words": [asks_on_the_page(config, f"turn{turn}person{each}") for each in range(people)],
                "program: whole answer": [asks_by_program] * people,
            }
            for name, askers in ways.items():
                mine, asked = asked[:people], asked[people:]
                rows[name] += asyncio.run(at_once(site, mine, askers))
    return [row(f"{name}, {people} at once", waits, aim="under 1 s") for name, waits in rows.items()]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = options(__doc__)
    parser.add_argument("--people", type=int, default=20, help="who ask at the same time (default 20)")
    chosen = parser.parse_args(arguments)
    show(measure(chosen.corpus, chosen.embeddings, chosen.people), as_json=chosen.json)


if __name__ == "__main__":
    main()
