"""Kill builders and look at what they leave: `python kill.py FOLDER random|steps TRIALS`, a report as JSON.

A process of its own, so that the builders can be forked from one that has every engine imported and no thread running.
Every builder, and every look at what one left, is a fresh child.
"""

from __future__ import annotations

import json
import os
import random
import runpy
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rag.index import disk
from rag.index.build import build
from rag.index.check import check
from rag.index.reader import Index

TESTS = Path(__file__).parents[1]
CountingEncoder = runpy.run_path(str(TESTS / "conftest.py"))["CountingEncoder"]
make_corpus = runpy.run_path(str(TESTS / "index" / "conftest.py"))["make_corpus"]
TOPICS = ["robot", "chip", "steel", "loan", "export", "data"]


def forked(task: Callable[[], object]) -> int:
    """Run a task in a child; gives the child's process id."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        code = 0 if task() in (None, True) else 3
    finally:
        os._exit(code)


def ended(child: int) -> int:
    """Wait for a child; gives its exit code, negative for the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def die(*_: object) -> None:
    """End this process as SIGKILL does."""
    os.kill(os.getpid(), signal.SIGKILL)


def publish(folder: Path, number: int, progress: Callable[[str, int, int], None] | None = None) -> None:
    """Build the corpus of this number: two issues, one of them of the corpus before."""
    issues = make_corpus(TOPICS[number % 6], TOPICS[(number + 1) % 6])
    build(issues, CountingEncoder(), folder, inputs={"number": str(number)}, progress=progress)


def whole(folder: Path, allowed: set[int]) -> bool:
    """Whether the index is whole and of one of these numbers."""
    problems = check(folder)
    if problems:
        sys.stderr.write(f"{problems}\n")
        return False
    index = Index.open(folder)
    number = int(index.manifest.inputs["number"])
    return number in allowed and len(index.items()) == 6


def number_of(folder: Path) -> int:
    """The number of the corpus that the current generation holds."""
    index = Index.open(folder)
    try:
        return int(index.manifest.inputs["number"])
    finally:
        index.close()


def at_random(folder: Path, trials: int) -> dict[str, Any]:
    """Kill builders at random moments, one after the other on the same folder."""
    rng = random.Random(2023)
    begin = time.perf_counter()
    ended(forked(lambda: publish(folder, 0)))
    ended(forked(lambda: publish(folder, 1)))
    duration = (time.perf_counter() - begin) / 2
    bad: list[object] = []
    killed = 0
    for trial in range(trials):
        before = number_of(folder)
        child = forked(lambda new=before + 1: publish(folder, new))  # type: ignore[misc]
        time.sleep(rng.uniform(0, duration))
        os.kill(child, signal.SIGKILL)
        killed += ended(child) == -signal.SIGKILL
        if ended(forked(lambda old=before: whole(folder, {old, old + 1}))):  # type: ignore[misc]
            bad.append(trial)
    bad += [] if ended(forked(lambda: publish(folder, number_of(folder) + 1))) == 0 else ["last build"]
    bad += [path.name for path in folder.iterdir() if path.name.startswith(("staging-", "CURRENT-"))]
    return {"trials": trials, "killed": killed, "bad": bad, "ms": round(1000 * duration)}


class Mortal(disk.System):
    """Dies before the nth call that changes the disk (from 1); counts them."""

    def __init__(self, nth: int) -> None:
        self.nth, self.calls = nth, 0

    def __getattribute__(self, name: str) -> Any:
        if name in ("mkdir", "write", "sync", "rename", "unlink", "rmdir"):
            self.calls += 1
            if self.calls == self.nth:
                die()
        return super().__getattribute__(name)


def at_steps(folder: Path, trials: int) -> dict[str, Any]:
    """Kill a builder at each stage that it tells of, and before each call that changes the disk."""
    stages: list[str] = []
    publish(folder, 0)
    publish(folder, 1)
    disk.system = counting = Mortal(0)
    publish(folder, 2, lambda stage, done, total: stages.append(stage) if stage not in stages else None)
    disk.system = disk.System()

    def at_stage(wanted: str, new: int) -> None:
        publish(folder, new, lambda stage, done, total: die() if stage == wanted else None)

    def at_call(nth: int, new: int) -> None:
        disk.system = Mortal(nth)
        publish(folder, new)

    bad: list[object] = []
    killed = 0
    tasks = [(at_stage, stage) for stage in stages] + [(at_call, nth) for nth in range(1, counting.calls + 1)]
    for task, step in tasks * trials:
        before = number_of(folder)
        child = forked(lambda task=task, step=step, new=before + 1: task(step, new))  # type: ignore[misc]
        killed += ended(child) == -signal.SIGKILL
        if ended(forked(lambda old=before: whole(folder, {old, old + 1}))):  # type: ignore[misc]
            bad.append(step)
        # the next step begins on a tidy folder, so that the nth call is the same one each time
        ended(forked(lambda: publish(folder, number_of(folder) + 1)))
    return {"trials": len(tasks) * trials, "killed": killed, "bad": bad, "stages": stages, "calls": counting.calls}


if __name__ == "__main__":
    place, kind, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    json.dump((at_random if kind == "random" else at_steps)(place, count), sys.stdout)
