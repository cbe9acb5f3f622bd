"""Small plots as inline SVG in rows of HTML: words stay words at every width, and both themes colour them.

Takes labels, values from 0 to 1 and intervals; gives HTML. Labels are escaped here. Pure functions.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

from rag.evaluation.figures import Figure
from rag.terminal import printable

_AXIS = '<div class="row axis"><span></span><span class="ends"><i>0</i><i>0.5</i><i>1</i></span></div>'


def escape(text: str) -> str:
    """Text as HTML, free of control characters and those that turn the writing direction."""
    return html.escape(printable(text))


def intervals(title: str, rows: Sequence[tuple[str, Figure]]) -> str:
    """A dot and its interval a row, on a scale from 0 to 1; a row without a value is left out."""
    drawn = [_row(label, _dot(f.mean, f.low, f.high), f"{f.mean:.2f}", f"n {f.n}") for label, f in rows if _has(f)]
    return _plot(title, drawn, scale=True)


def bars(title: str, rows: Sequence[tuple[str, int]]) -> str:
    """A bar a row, as long as its share of them all."""
    total = sum(count for _, count in rows) or 1
    return _plot(title, [_row(label, _bar(count / total), str(count), f"{count / total:.0%}") for label, count in rows])


def _has(figure: Figure) -> bool:
    return figure.mean is not None


def _plot(title: str, rows: Sequence[str], *, scale: bool = False) -> str:
    return (
        f'<figure class="plot"><figcaption>{escape(title)}</figcaption>{"".join(rows)}{_AXIS if scale else ""}</figure>'
    )


def _row(label: str, drawing: str, value: str, note: str) -> str:
    return (
        f'<div class="row"><span class="label">{escape(label)}</span>{drawing}'
        f'<b class="value">{value}</b><span class="note">{note}</span></div>'
    )


def _dot(mean: float | None, low: float | None, high: float | None) -> str:
    """A line of no length with round ends is a dot that stretching leaves round."""
    mean, low, high = (100 * min(1.0, value or 0.0) for value in (mean, low, high))
    lines = (
        _line("grid", 0, 100) + _line("tick", 50, 50, 2, 8) + _line("span", low, high) + _line("dot", mean, mean + 0.01)
    )
    return _svg(lines)


def _bar(share: float) -> str:
    return _svg(_line("grid", 0, 100) + (_line("bar", 0, 100 * share) if share else ""))


def _svg(inner: str) -> str:
    return f'<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">{inner}</svg>'


def _line(kind: str, x1: float, x2: float, y1: float = 5, y2: float = 5) -> str:
    return f'<line class="{kind}" x1="{x1:.2f}" x2="{x2:.2f}" y1="{y1}" y2="{y2}" vector-effect="non-scaling-stroke"/>'
