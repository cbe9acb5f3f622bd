"""The views beside asking and browsing, each with an address of its own: `?library`, `?quality` …

Takes the address as a page sends it, which anybody could have written, the filters chosen and a library; gives the
view's HTML. What a view shows of which records is in a module of its own; here they are fetched. Knows nothing of
Gradio.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from rag.errors import InputError, RagError
from rag.web.body import read_json
from rag.web.compare import compare_html, problem_html, too_few_html
from rag.web.conversations import conversations_html
from rag.web.filters import Choice, fitting
from rag.web.holdings import holdings_html
from rag.web.markup import escape
from rag.web.timeline import timeline_html

if TYPE_CHECKING:
    from rag.library import Library

FAILED = "This view cannot be shown now; the server's log says why. The other views go on working."
_log = logging.getLogger(__name__)
MOST = 400  # characters of a parameter
Parameters = Mapping[str, str]  # of an address, by name


def read_address(sent: object) -> dict[str, str]:
    """The parameters of an address as the page sends them, `view` among them. Raises InputError for anything else."""
    try:
        values = read_json(sent) if isinstance(sent, str) else None
    except ValueError:
        values = None
    if not isinstance(values, dict) or not all(
        isinstance(value, str) and len(value) <= MOST for value in values.values()
    ):
        raise InputError("This address cannot be read. Choose a view above.")
    if values.get("view") not in VIEWS:
        raise InputError(f"There is no such view. There are {', '.join(VIEWS)}.")
    return values


def view_html(library: Library, sent: object, choice: Choice) -> str:
    """The view that an address names, drawn; what is wrong with the address, in words.

    What else keeps a view from being drawn is for whoever runs this, and may name a folder: it goes to the log.
    """
    try:
        address = read_address(sent)
        drawn = VIEWS[address["view"]](library, address, choice)
        # the class is how the page's script knows that it is there
        return f'<div class="drawn-{address["view"]}">{drawn}</div>'
    except InputError as problem:
        return _alert(str(problem))
    except RagError as problem:
        _log.warning("A view cannot be shown: %s", problem)
        return _alert(FAILED)
    except Exception:
        _log.exception("A view cannot be shown.")
        return _alert(FAILED)


def _alert(message: str) -> str:
    return f'<p class="nothing" role="alert">{escape(message)}</p>'


def is_filtered(sent: object) -> bool:
    """Whether an address names a view that the filters restrict."""
    try:
        return read_address(sent)["view"] in FILTERED
    except InputError:
        return False


def _timeline(library: Library, address: Parameters, choice: Choice) -> str:
    items = fitting(library, choice)
    fit = {item.id for item in items}  # the words looked for restrict goals by their item
    goals = [goal for goal in library.goals(**choice.filters) if goal.source.item_id in fit]
    dates = {item.date for item in library.items()}
    return timeline_html(items, goals, library.coverage(), dates, choice.words)


def _compare(library: Library, address: Parameters, choice: Choice) -> str:
    """Two issues or periods; of what is not named, the two newest issues. The filters would be a third side."""
    from rag.analysis.periods import read_period

    issues = [issue.date for issue in library.coverage().issues]
    before, after = address.get("before", ""), address.get("after", "")
    if len(issues) < 2 and not (before and after):
        return too_few_html(issues)
    before, after = before or str(issues[-2]), after or str(issues[-1])
    try:
        sides = read_period(before, issues, "before"), read_period(after, issues, "after")
        return compare_html(issues, before, after, library.compare(*sides))
    except InputError as problem:
        return problem_html(issues, before, after, str(problem))


def _library(library: Library, address: Parameters, choice: Choice) -> str:
    return holdings_html(library.holdings(), uploads=library.uploads)


def _conversations(library: Library, address: Parameters, choice: Choice) -> str:
    return conversations_html()


def _quality(library: Library, address: Parameters, choice: Choice) -> str:
    from rag.web.quality import quality_html  # brings the evaluation, which no other view needs

    return quality_html(library)


# By the name that stands in the address, in the order in which the page offers them.
VIEWS: dict[str, Callable[[Library, Parameters, Choice], str]] = {
    "timeline": _timeline,
    "compare": _compare,
    "conversations": _conversations,
    "library": _library,
    "quality": _quality,
}
# Those that the filters restrict.
FILTERED = ("timeline",)
