"""A question to a query: what is searched for, what it is restricted to, and what kind of answer it asks for.

Takes the question, the conversation before it and the caller's facets; gives a `Query`. Knows names, dates and the days
the corpus covers (`Reader`); touches no index.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.briefs.bodies import BodyTable
from rag.briefs.records import Span
from rag.errors import InputError
from rag.index.tokens import terms, words
from rag.retrieval import dates
from rag.retrieval.conversation import LIMIT, checked_question, earlier_questions, leans
from rag.retrieval.dates import Times, narrowed
from rag.retrieval.facets import NAMES as FACETS
from rag.retrieval.facets import Facets
from rag.retrieval.gazetteer import places_in
from rag.retrieval.issuers import WITH_OTHERS, is_excluded, issuers_of
from rag.retrieval.listing import LISTS
from rag.retrieval.names import Named, Names
from rag.retrieval.patterns import Shape, names_items, shape_of
from rag.retrieval.places import (
    APPOSITION,
    IDIOM,
    is_narrow,
    outside,
    several_stretches,
    with_gloss,
    within,
)
from rag.retrieval.points import Day
from rag.retrieval.query import PARTS, Query
from rag.retrieval.sides import asked_alone, parted, shape_of_side, sides_by_time
from rag.retrieval.spelling import Correction, Vocabulary, correct
from rag.retrieval.stopwords import FRAME, STOPWORDS
from rag.retrieval.wants import wants_of
from rag.retrieval.where import Where, placed_in, told_by_place
from rag.retrieval.wording import blanked, in_english, must_hold, search_terms, without_country

_PARTED = 400  # characters up to which a comparison is parted in several ways
_SHOWN = 80  # characters of the question before, where one leans on it

Message = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reader:
    """What reading a question takes: names, and what the corpus holds."""

    bodies: BodyTable
    names: Names
    issues: Sequence[Day]  # dates of the issues, in order
    days: frozenset[Day]  # dates of the items
    vocabulary: Vocabulary  # of the items
    is_word: Callable[[str], bool]  # whether a word is one of the language at all

    def read(
        self, question: str, given: Facets, *, history: Sequence[object] = (), ignore: Sequence[str] = ()
    ) -> Query:
        """Read a question. Raises InputError for a question that is none, or an unknown name in `ignore`."""
        for name in ignore:
            if name not in PARTS:
                raise InputError(f"ignore: {name!r} is nothing that is read from words. It can be {', '.join(PARTS)}.")
        if "spelling" in ignore and self.vocabulary.counts:
            unspelled = replace(self, vocabulary=Vocabulary({}, frozenset()))
            return unspelled.read(question, given, history=history, ignore=ignore)
        query = self._in_conversation(checked_question(question), [] if "history" in ignore else history)
        taken = [name for name in FACETS if getattr(given, name) or name in ignore]
        if given.since or given.until or given.issue:
            taken += ["since", "until", "issue"]  # one notion of time: what the caller says replaces what was read
        text = query.question  # with the question before where it leans on that
        query = replace(
            query,
            question=question,
            given=given,
            read=replace(query.read, **{name: getattr(Facets(), name) for name in taken}),
            required=() if "words" in ignore else query.required,
            excluded=() if "without" in ignore else query.excluded,
            excluded_bodies=() if "without" in ignore else query.excluded_bodies,
            deadlines=() if "due" in ignore else query.deadlines,
            titles="" if "titles" in ignore else query.titles,
            position=None if "position" in ignore else query.position,
            issuers=None if "issuers" in ignore else query.issuers,
            wants="text" if "wants" in ignore else query.wants,
            windows=() if {"since", "until"} & set(taken) else query.windows,
            shape="answer" if "shape" in ignore else query.shape,
            missing_issue="" if "issue" in ignore else query.missing_issue,
            impossible=() if {"since", "until"} & set(ignore) else query.impossible,
            ignored=tuple(ignore),
        )
        return replace(query, sides=self._sides(text, query)) if query.shape == "compare" else query

    def _in_conversation(self, asked: str, history: Sequence[object]) -> Query:
        """The question read by itself or, where it leans on the one before, together with that."""
        alone = self._parsed(asked)
        before = self._leaned_on(history) if alone.leans else None
        if before is None:
            return alone.query
        leaned = " ".join(before.query.question.split())[:_SHOWN]
        if _names_another(before, alone):
            # "BMW" ... "and Tesla?": the same is asked of another; with words of its own the question stands alone
            swapped = _swapped(before, alone) if not alone.content_words - 1 else None
            return replace(self._parsed(swapped).query, leans_on=leaned) if swapped else alone.query
        query = self._parsed(_joined(before, alone)).query
        inherits = alone.query.wants == "text" and not alone.content_words
        wants = before.query.wants if inherits else alone.query.wants
        own = shape_of(asked)
        shape = before.query.shape if inherits and own == "answer" else own
        return replace(query, wants=wants, shape=shape, leans_on=leaned)

    def _sides(self, text: str, query: Query) -> tuple[tuple[Query, ...], ...]:
        """Ways to part a comparison into sides that are questions of their own, the surest first."""
        companies = [
            (named.name, named.start, named.end) for named in self.names.find(text) if named.kind == "companies"
        ]
        rows = (self.bodies.find(text), companies)
        alone = (self._parsed(question, side=True).query for question in asked_alone(text, rows))
        shape: Shape | None = "list" if names_items(text) else None
        by_name = tuple(
            replace(side, given=query.given, shape=shape or shape_of_side(side), sides=()) for side in alone
        )
        halved = parted(text) if len(text) <= _PARTED and not by_name else []  # a row is not to be parted within it
        ways = [tuple(self._parsed(half) for half in halves) for halves in halved]
        ways = [way for way in ways if all(side.says_something for side in way)]
        at_words = [tuple(replace(side.query, given=query.given, sides=()) for side in way) for way in ways]
        by_time = sides_by_time(text, query, self.days, self.issues)
        return (*filter(None, (by_time, by_name)), *at_words)

    def _leaned_on(self, history: Sequence[object]) -> _Parsed | None:
        """The question that a follow-up leans on: the last one, itself read with those that it leans on."""
        chain: list[_Parsed] = []  # newest first, up to the one that stands by itself
        for text in reversed(earlier_questions(history)):
            chain.append(self._parsed(text))
            if not chain[-1].leans:
                break
        context: _Parsed | None = None
        for parsed in reversed(chain):
            context = self._parsed(_joined(context, parsed)) if context is not None else parsed
        return context

    def _parsed(self, text: str, *, side: bool = False) -> _Parsed:
        """A text read by itself; `side`: as one side of a comparison, whatever words in it ask for one."""
        bodies, named, times = self._named(text)
        busy = [*times.spans, *((n.start, n.end) for n in named), *((b.start, b.end) for b in bodies)]
        corrections = self._corrections(text, busy)
        shape, wants = shape_of(text), wants_of(text)
        placed = placed_in(text, times, "list" if side and shape == "compare" else shape, self.issues)
        issues, shape = placed.issues, placed.shape
        idioms = [match.span() for p in (WITH_OTHERS, APPOSITION, IDIOM) for match in p.finditer(text)]
        frame = [*times.spans, *placed.spans]
        excluded = [b for b in bodies if is_excluded(text, b.start, b.end)]
        meant = [b for b in bodies if b not in excluded]
        bodies_at = [(b.start, b.end) for b in bodies]
        must = must_hold(text, named, corrections, [*frame, *bodies_at], idioms, self.names)
        left = blanked(text, [*frame, *idioms])
        content = [t for t in terms(left) if t not in STOPWORDS and t not in FRAME]
        beyond_bodies = set(terms(blanked(left, bodies_at)))
        subject = [t for t in content if t in beyond_bodies]
        issuers = issuers_of(text)
        # what names an issue is no time; what stands beside it is: "of the October brief, what happened in August?"
        named_issues = placed.issue_spans if issues else ()
        told = [w for w in times.windows if not any(a < w.span[1] and w.span[0] < b for a, b in named_issues)]
        years = tuple(w.since.year for w in times.windows if w.year_only and w.since)
        times = replace(times, windows=tuple(narrowed(told)))
        where = Where(issues, placed.sections, times, bool(meant), bool(issuers and issuers.is_counted))
        wants, shape = told_by_place(wants, shape, where, subject)
        if wants in ("chinese title", "english title") and shape == "list" and not placed.titles:
            shape = "answer"  # "what are the guidelines called in Chinese?": of one thing
        since, until, several = self._when(text, times, shape)
        english = in_english(text, named, corrections)
        # who issued it is what is asked: a body named with it may be or not be among them
        asked_whose = wants == "issuer" and shape == "answer"
        query = Query(
            question=text,
            text=english,
            sense=without_country(english, [*(n.name for n in named), *(text[b.start : b.end] for b in bodies)]),
            terms=search_terms(english, text, [(b.key, b.start, b.end) for b in meant]),
            given=Facets(),
            read=Facets(
                issue=issues,
                section=placed.sections,
                body=() if asked_whose else tuple(dict.fromkeys(b.key for b in meant)),
                since=since,
                until=until,
            ),
            wants=wants,
            shape=shape,
            required=must.required,
            firm=must.firm,
            excluded=must.excluded,
            excluded_bodies=tuple(dict.fromkeys(b.key for b in excluded)),
            position=placed.position,
            issuers=issuers,
            years=years,
            windows=several,
            impossible=times.impossible,
            titles=placed.titles,
            deadlines=times.deadlines,
            companies=tuple(self.names.names(n.name) for n in named if n.kind == "companies"),
            programmes=tuple(self.names.names(n.name) for n in named if n.kind == "programmes"),
            places=places_in(text, [*((n.start, n.end) for n in named if n.kind != "terms"), *bodies_at]),
            missing_issue=placed.missing_issue,
            corrections=tuple(corrections),
        )
        spans = tuple((n.start, n.end) for n in named)
        return _Parsed(query, times.spans, leans(left, len(content)), len(content), spans)

    def _named(self, text: str) -> tuple[list[_Mention], list[Named], Times]:
        """The bodies and other things a text names, and its times: none of them inside another."""
        bodies = [_Mention(*found) for found in self.bodies.find(text)]
        # the "Bank of China" in "People's Bank of China" is none
        inside = [(b.start, b.end) for b in bodies if len(text[b.start : b.end].split()) > 1]
        named = [n for n in self.names.find(text) if not any(a <= n.start and n.end <= b for a, b in inside)]
        # a year inside a name ("Made in China 2025") is no time
        dated_names = [(n.start, n.end) for n in named if any(c.isdigit() for c in text[n.start : n.end])]
        undated = blanked(text, dated_names)
        times = self._told_apart(dates.read_times(undated, {*self.days, *self.issues}, issues=self.issues))
        # "the day after the MIIT's notice of ...": a body that only tells a day issued something else
        bodies = [b for b in bodies if not any(start <= b.start < end for start, end in times.spans)]
        return [_Mention(b.key, *with_gloss(text, b.start, b.end)) for b in bodies], named, times

    def _told_apart(self, times: Times) -> Times:
        """A year after the last day of the corpus is no time when something was done: something is due then."""
        if not any(w.year_only for w in times.windows):
            return times
        last = max((*self.days, *self.issues), default=None)
        later = [w for w in times.windows if w.year_only and w.since and last and w.since.year > last.year]
        years = tuple(w.since.year for w in later if w.since)
        return replace(
            times,
            windows=tuple(w for w in times.windows if w not in later),
            deadlines=tuple(dict.fromkeys((*times.deadlines, *years))),
        )

    def _when(
        self, text: str, times: Times, shape: Shape
    ) -> tuple[Day | None, Day | None, tuple[tuple[Day, Day], ...]]:
        """The first and the last day that items' dates are to lie between, and the stretches where there are several.

        A year or season may be that of a figure ("sales in 2022"); it counts for lists, and where the corpus has no
        item of that time at all.
        """
        windows = times.windows
        if shape == "compare" or not (windows or times.excluded):
            return None, None, ()
        told = shape != "answer" or not any(within(day, w) for w in windows for day in self.days)
        window = next((w for w in windows[:1] if told or is_narrow(w)), None)
        since, until = (window.since, window.until) if window else (None, None)
        several: tuple[tuple[Day, Day], ...] = ()
        if shape in LISTS:
            several = several_stretches(text, windows) if since or until else ()
            if times.excluded and not several:
                several = outside(since, until, times.excluded, self.days)
        return (several[0][0], max(last for _, last in several), several) if several else (since, until, ())

    def _corrections(self, text: str, busy: Sequence[Span]) -> list[Correction]:
        unknown = [
            word
            for word in words(text)
            if not word.is_cjk
            and not any(start <= word.start < end for start, end in busy)
            and not self._is_known(word.folded)
        ]
        return correct(text, unknown, self.vocabulary.counts) if unknown else []

    def _is_known(self, word: str) -> bool:
        if word in self.vocabulary or self.is_word(word):
            return True
        return all(t in STOPWORDS or t in FRAME for t in terms(word))


@dataclass(frozen=True, slots=True)
class _Mention:
    """A body that a question names."""

    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Parsed:
    """A question read by itself, and what its neighbours in a conversation need to know of it."""

    query: Query
    times: tuple[Span, ...]  # where it speaks of time
    leans: bool  # whether it only makes sense after the question before
    content_words: int  # words that say what it is about
    named: tuple[Span, ...]  # where it names things

    @property
    def says_something(self) -> bool:
        """Whether it says what to look for: words of its own, a body or an issue."""
        return bool(self.content_words or self.query.read.body or self.query.read.issue)


def _names_another(before: _Parsed, after: _Parsed) -> bool:
    """Whether a follow-up names a company that the question before does not."""
    return bool(set(after.query.companies) - set(before.query.companies)) and bool(after.query.companies)


def _swapped(before: _Parsed, after: _Parsed) -> str | None:
    """The question before, asked of the company that the follow-up names; None where it names none itself."""
    if len(before.query.companies) != 1 or len(after.query.companies) != 1:
        return None
    text, name = before.query.question, after.query.companies[0][0]
    for old in sorted(before.query.companies[0], key=len, reverse=True):
        if old in text:
            return text.replace(old, name)
    return None


def _joined(before: _Parsed, after: _Parsed) -> str:
    """Two questions as one; a time of the later one takes the place of those of the earlier."""
    earlier = before.query.question
    if after.times:
        earlier = " ".join(blanked(earlier, before.times).split())
    return f"{earlier} {after.query.question}"[-LIMIT:]
