"""An item to the passages that are embedded: windows of whole sentences inside one part of the item, and sentences.

Takes an item and an encoder, which alone knows how long a text is in its word pieces. Together the windows of a part
cover all of it but blank space, so nothing of an item is out of reach. Knows nothing of vectors or files.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Callable, Iterator, Sequence

from rag.briefs.plain import plain, sentences
from rag.briefs.records import SECTION_NAMES, Item, Part, Span, long_date
from rag.index.records import Encoder, Passage, Unit

_PUBLICATION = "China Industries"
_WORD_END = re.compile(r"(?<=\S)(?=\s)")

Fits = Callable[[str], bool]


def cut(item: Item, encoder: Encoder) -> list[Passage]:
    """The passages of an item: as few windows a part as the encoder's limit allows, then the sentences in them.

    A sentence that is a window by itself is not given twice, nor are reference lines given one by one.
    """
    context = _context(item, encoder)

    def fits(text: str) -> bool:
        return encoder.count([_joined(context, text)])[0] <= encoder.limit

    found: list[tuple[Part, Span, Unit]] = []
    for part in item.parts:
        windows = _windows(part, fits)
        found += [(part, window, "window") for window in windows]
        alone = sentences(part.text) if part.kind != "reference" else []
        if len(alone) > 1:
            found += [
                (part, span, "sentence") for span in alone if span not in windows and fits(part.text[slice(*span)])
            ]
    return [
        Passage(
            item_id=item.id,
            number=number,
            part=part.kind,
            voice=part.voice,
            unit=unit,
            context=context,
            text=part.text[start:end],
            span=(part.span[0] - item.span[0] + start, part.span[0] - item.span[0] + end),
        )
        for number, (part, (start, end), unit) in enumerate(found)
    ]


def embedded_text(passage: Passage) -> str:
    """What is embedded and indexed of a passage: its context and its plain reading."""
    return _joined(passage.context, passage.text)


def _joined(context: str, text: str) -> str:
    return f"{context}\n{plain(text)}"


def _context(item: Item, encoder: Encoder) -> str:
    """Issue, section and heading in words; of a heading that would take half the window, as much as is less."""
    place = f"{_PUBLICATION}, {long_date(item.issue)}, {SECTION_NAMES[item.section]}"
    heading = item.heading.split()
    while heading:
        context = f"{place}: {' '.join(heading)}"
        if encoder.count([context])[0] <= encoder.limit // 2:
            return context
        heading.pop()
    return place


def _windows(part: Part, fits: Fits) -> list[Span]:
    """Half-open windows in the part's text, without blank space at their ends."""
    text = part.text
    whole = _stripped(text, 0, len(text))
    if whole[0] == whole[1]:
        return []
    if fits(text[slice(*whole)]):
        return [whole]
    units = [piece for unit in _units(text) for piece in _pieces(text, unit, fits)]
    windows = [units[0]]
    for start, end in units[1:]:
        longer = (windows[-1][0], end)
        if fits(text[slice(*longer)]):
            windows[-1] = longer
        else:
            windows.append((start, end))
    return windows


def _units(text: str) -> list[Span]:
    """The sentences of a text, each with what stands around it, so that together they cover the text.

    What follows a sentence on its line (a source label) stays with it; what begins the line of the next one (a dash,
    a date, a label) goes with that.
    """
    spans = sentences(text)
    cuts = [0]
    for (_, end), (start, _) in itertools.pairwise(spans):
        line_end = text.rfind("\n", end, start)
        cuts.append(start if line_end < 0 else line_end + 1)
    units = [_stripped(text, *span) for span in zip(cuts, [*cuts[1:], len(text)], strict=True)]
    return [(start, end) for start, end in units if start < end]


def _pieces(text: str, unit: Span, fits: Fits) -> Iterator[Span]:
    """A unit whole where it fits, else cut at the ends of words; a word that is too long alone, between characters."""
    start, end = unit
    if fits(text[start:end]):
        yield unit
        return
    ends = [match.start() for match in _WORD_END.finditer(text, start, end)] + [end]
    first = 0  # the first of the ends that lies behind `start`
    while start < end:
        stop = _farthest(text, start, ends, first, fits)
        if stop == start:  # not a single word fits; if not even a character does, one goes alone
            stop = _farthest(text, start, range(start + 1, ends[first] + 1), 0, fits)
            stop = max(stop, start + 1)
        yield _stripped(text, start, stop)
        start = _stripped(text, stop, end)[0]
        first = bisect.bisect_right(ends, start, first)


def _farthest(text: str, start: int, ends: Sequence[int], first: int, fits: Fits) -> int:
    """The last of the ends from `first` on up to which the text fits, `start` where none does.

    Doubles its step before it halves it, so that no text is measured that is far longer than the answer.
    """
    low, high = 0, 1  # `low` ends fit
    most = len(ends) - first
    while high <= most and fits(text[start : ends[first + high - 1]]):
        low, high = high, 2 * high
    high = min(high, most + 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(text[start : ends[first + middle - 1]]) else (low, middle)
    return ends[first + low - 1] if low else start


def _stripped(text: str, start: int, end: int) -> Span:
    """The stretch without blank space at its ends; empty at `end` where it is all blank."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
