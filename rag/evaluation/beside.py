"""Where the report of an index lies, in the folder of the index, and which index a report is about.

Apart from what makes reports, so that a page that shows one needs nothing else of it.
"""

from __future__ import annotations

import re
from pathlib import Path

INDEX = "index-content"  # name of the page's note which index it is about ...
_HEAD = 2000  # ... and how many characters of the page hold it
PAGE = "index.html"


def report_of(embeddings: Path) -> Path:
    """The page of the report, whether it is there or not."""
    return embeddings / "report" / PAGE


def index_of(path: Path) -> str | None:
    """Which content of an index a report is about; None where there is no report, or another page."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            head = file.read(_HEAD)
    except OSError:
        return None
    found = re.search(rf'<meta name="{INDEX}" content="([^"]*)">', head)
    return found[1] if found else None
