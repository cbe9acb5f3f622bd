"""What the benchmarks share: taking turns, the rows of a table, and how it is asked for and shown.

Takes seconds; gives rows and text. Knows nothing of what is measured.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

CHECKOUT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: seconds, how many times the row it is compared with, and what is aimed at."""

    name: str
    median: float
    p95: float
    slowest: float
    runs: int
    ratio: float | None = None
    aim: str = ""


def row(name: str, seconds: Sequence[float], base: Sequence[float] | None = None, aim: str = "") -> Row:
    """The line of what took so many seconds; its ratio is to the median of `base`."""
    median = statistics.median(seconds)
    ratio = median / statistics.median(base) if base is not None else None
    return Row(name, median, float(np.percentile(seconds, 95)), max(seconds), len(seconds), ratio, aim)


def rows(seconds: Mapping[str, Sequence[float]], base: str, aims: Mapping[str, str]) -> list[Row]:
    """A line a task; those with an aim are compared with the task `base`."""
    return [
        row(name, values, seconds[base] if name in aims else None, aims.get(name, ""))
        for name, values in seconds.items()
    ]


def in_turns(tasks: Mapping[str, Callable[[int], object]], runs: int) -> dict[str, list[float]]:
    """Seconds of each task, run after run; a task is given the number of the run."""
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    for run in range(runs):
        for name, task in tasks.items():
            begin = time.perf_counter()
            task(run)
            seconds[name].append(time.perf_counter() - begin)
    return seconds


def table(rows: Sequence[Row]) -> str:
    """The rows for a reader, in milliseconds."""
    lines = [f"{'':<34}{'median ms':>11}{'95 % below':>12}{'slowest ms':>12}{'runs':>6}{'ratio':>8}  aim"]
    for row in rows:
        ratio = f"{row.ratio:.2f}" if row.ratio is not None else ""
        times = f"{row.median * 1000:>11.1f}{row.p95 * 1000:>12.1f}{row.slowest * 1000:>12.1f}"
        lines.append(f"{row.name:<34}{times}{row.runs:>6}{ratio:>8}  {row.aim}".rstrip())
    return "\n".join(lines)


def options(about: str | None) -> argparse.ArgumentParser:
    """The options that every benchmark has; `about`: its module's docstring."""
    parser = argparse.ArgumentParser(description=(about or "").partition("\n")[0])
    parser.add_argument("--corpus", type=Path, default=CHECKOUT / "corpus")
    parser.add_argument("--embeddings", type=Path, default=CHECKOUT / "embeddings")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of a table")
    return parser


def show(rows: Sequence[Row], *, as_json: bool) -> None:
    """Print them."""
    print(json.dumps([asdict(row) for row in rows], indent=2) if as_json else table(rows))
