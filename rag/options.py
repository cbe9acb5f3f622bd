"""The options that several commands share, or that one has many of.

Takes the parser of a command and adds to it. Knows nothing of what the commands do.
"""

from __future__ import annotations

import argparse
from pathlib import Path

BESIDE = Path()  # an option without its file or folder: the one where it is looked for


def filter_options(sub: argparse.ArgumentParser, *, dates: bool = True) -> None:
    """The facets that restrict which items a command is about."""
    group = sub.add_argument_group("filters (repeat one for several values)")
    if dates:
        group.add_argument("--issue", action="append", metavar="DATE", help="date of the issue, e.g. 2024-05-08")
        group.add_argument("--since", metavar="DATE", help="items dated on this day or later")
        group.add_argument("--until", metavar="DATE", help="items dated on this day or earlier")
    group.add_argument("--section", action="append", metavar="NAME", help="top5, policy or corporate")
    group.add_argument("--body", action="append", metavar="NAME", help="issuing body: MOF, Ministry of Finance, 财政部")


def eval_options(sub: argparse.ArgumentParser) -> None:
    """What `rag eval` puts to the library, and what it does with the outcome."""
    sub.add_argument("--questions", type=Path, metavar="FILE", help="default: questions.jsonl of the corpus")
    sub.add_argument("--split", choices=["dev", "test", "all"], default="all", help="which half (default: all)")
    sub.add_argument(
        "--report", type=Path, metavar="DIR", nargs="?", const=BESIDE,
        help="write index.html and results.json there (default: beside the index, where the page shows them)",
    )  # fmt: skip
    sub.add_argument("--compare", type=Path, metavar="OLD.json", help="say what got better and worse since")
    sub.add_argument(
        "--gate", type=Path, metavar="FILE", nargs="?", const=BESIDE,
        help="fail where a figure fell by more than one question (default: questions-accepted.json beside them)",
    )  # fmt: skip
    sub.add_argument("--accept", action="store_true", help="write the outcome into the gate's file as accepted")
    sub.add_argument(
        "--statements", type=Path, metavar="FILE", nargs="?", const=BESIDE,
        help="instead, how well true and spoilt statements are told apart (default: statements.jsonl of the corpus)",
    )  # fmt: skip
    sub.add_argument(
        "--goals", type=Path, metavar="FILE", nargs="?", const=BESIDE,
        help="instead, how well goals are found, against a list made by hand (default: goals.jsonl of the corpus)",
    )  # fmt: skip
    sub.add_argument("--ablate", action="store_true", help="say what each stage adds, on dev unless --split says test")
