"""`rag compare`: reads the two sides as they are written, compares them and says what changed.

Takes the options of the shell and an open library; gives whether there was anything to compare, the JSON document and
the text.
"""

from __future__ import annotations

import argparse
from typing import Any

from rag.analysis.periods import read_period
from rag.library import Filters, Library
from rag.sheet import changes_csv
from rag.terminal import show_changes
from rag.wire import wire


def compare(options: argparse.Namespace, library: Library) -> tuple[bool, Any, str]:
    """What changed from `options.before` to `options.after`. Raises InputError as `Library.compare` does."""
    issues = [issue.date for issue in library.coverage().issues]
    kept: Filters = {"section": options.section, "body": options.body}
    before = read_period(options.before, issues, "before")
    after = read_period(options.after, issues, "after")
    changes = library.compare({**before, **kept}, {**after, **kept})
    return bool(changes.changes), wire(changes), (changes_csv if options.csv else show_changes)(changes)
