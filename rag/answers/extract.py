"""Answers without a language model: the sentences and fields that answer, in the brief's own words.

Takes a query and what was found; gives claims, each a text that rests on stretches of one item. The same every time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import replace

from rag.answers.claims import Claim, quoted
from rag.answers.expected import WHO, asks_name, lacks_kind, lacks_name, lacks_time, names_another
from rag.answers.fields import FIELDS, dated_bullet, fields, is_inside
from rag.answers.figures import (
    NEEDED,
    asks_for_office,
    asks_for_size,
    counted,
    counted_near,
    names_person,
    of_other_years,
    states_amount,
)
from rag.answers.phrases import PHRASES, phrases_for
from rag.briefs.bodies import BodyTable
from rag.briefs.records import Item
from rag.index.tokens import folded, stem
from rag.retrieval.query import Query
from rag.retrieval.search import Found, Hit, Scored
from rag.retrieval.sentences import Sentence, coverage, sentences_of
from rag.retrieval.stopwords import content_terms
from rag.retrieval.wants import Wants, wants_of

MOST_SENTENCES = 3
# Items whose score lies within this share of the best one's may add a sentence of their own.
_NEAR_SHARE = 0.9
# Least share of the question's weight that a further sentence must newly cover.
_GAIN = 0.2
# What it is worth to a sentence that its figure counts the very thing asked for.
_COUNTED = 0.15
# A line of so few words (of an appendix, say) rarely answers by itself.
_FEW_WORDS = 4
# A second sentence of the same item is given where it is about as good as the best.
_AS_GOOD = 0.85
_LISTING = re.compile(
    r"\b(?:what|which|name|list|give) (?:are |were |all |the |its |main |key |\w+ ){0,4}"
    r"(?:targets|goals|measures|requirements|conditions|criteria|aims|objectives|tasks|areas|examples|technologies|"
    r"changes|obligations|services|duties|kinds|types)\b|\bwhat (?:would|must|do|does|should)\b.{0,80}\bhave to do\b"
    r"|义务|要求|哪些",
    re.IGNORECASE,
)
# Where a question goes over to its second part: "how many planes, and at what price", "in which city and on which app".
_SECOND = re.compile(
    r",? (?:and|und|sowie) (?=(?:(?:for|by|at|in|on|to|since|against|from|with|bis|von|seit|ab|an) )?"
    r"(?:what|which|how|who|whom|whose|when|where|why|wann|wie|wer|wo|was|warum|welche\w*|what's)\b)"
    r"|[,;，；] ?(?=(?:(?:for|by|at|in|on|to|since|from|with) )?(?:what|which|how|who|whom|when|where|why)\b)"
    r"|[,，、](?=[^,，、]{0,12}(?:哪|何|多少|谁|什么|几))",
    re.IGNORECASE,
)
# Two facts asked for in one breath, without a second question word: "the number of planes and the price".
_TWO_FACTS = re.compile(
    r"\b(?:number|size|amount|name|date|share) of\b.{0,60}\band\b|\band (?:value|price|date|number|of the total)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:what|which|how|who|whom|whose|when|where|why|wann|wie|wer|wo|was|warum|welche\w*|what's|name)\b"
    r"|哪|何|多少|谁|什么|几",
    re.IGNORECASE,
)
_MOST_PARTS = 3
# What it is worth to a sentence to hold all words that a part of the question, or a follow-up, has of its own.
_OWN = 0.15
# What it is worth to a sentence to hold a name where one is asked for.
_NAMED = 0.1


def extract(query: Query, found: Found, bodies: BodyTable) -> list[Claim]:
    """The claims that answer the query, best first; none where the items found do not state what is asked."""
    parts = _parts(query)
    claims = _whole(replace(query, wants=parts[0].wants) if parts else query, found, bodies)
    for part in parts[1:] if claims else ():
        claims += [claim for claim in _part_claims(part, claims, found, bodies) if claim not in claims]
    return claims


def _whole(query: Query, found: Found, bodies: BodyTable) -> list[Claim]:
    """What answers a question as a whole."""
    top = found.hits[0].item
    if query.wants in FIELDS and not is_inside(query, top):
        return fields(query, top, bodies)
    if _lacks_what_is_asked(query, found, bodies):
        return []
    if query.wants == "view":
        return _view(query, top, found)
    if query.wants == "text" and _LISTING.search(query.question):
        listed = whole_list(top, found)
        if listed:
            return listed
    return _sentences(query, found, bodies)


def _parts(query: Query) -> list[Query]:
    """The questions that one question consists of, each with what it wants; none where it is a single one."""
    texts = [text for text in _SECOND.split(query.question) if any(c.isalnum() for c in text)]
    if not 1 < len(texts) <= _MOST_PARTS or query.shape != "answer" or not all(map(_ASKS.search, texts)):
        return []
    return [replace(query, question=text, wants=wants_of(text)) for text in texts]


def _part_claims(part: Query, said: Sequence[Claim], found: Found, bodies: BodyTable) -> list[Claim]:
    """What answers one part of a question, where nothing that is said already does."""
    top = found.hits[0].item
    if part.wants in FIELDS:
        return [] if is_inside(part, top) else fields(part, top, bodies)
    fits = NEEDED.get(part.wants)
    if fits and not any(fits(claim.text) for claim in said):
        return _sentences(part, found, bodies, most=1)
    known = _known(part, found, bodies)
    if asks_name(part.question) and not any(names_another(claim.text, known) for claim in said):
        return _sentences(part, found, bodies, most=1)
    return []


_SEARCHED = 8  # sentences of an item in which a name asked for is looked for


def _lacks_what_is_asked(query: Query, found: Found, bodies: BodyTable) -> bool:
    """Whether the best items have not the name, the best one not the time, that is asked for."""
    top = found.hits[0].item
    if query.wants == "time" and query.shape == "answer":
        own = {phrase.date(top.date) for phrase in PHRASES.values()}
        return lacks_time(query.question, [s.text for s in sentences_of(top) if not any(day in s.text for day in own)])
    if query.wants not in ("text", "person"):
        return False
    texts = []
    for hit in _near(found):
        scored = sorted((s for s in found.scored(hit.item) if s.sentence.part != "reference"), key=lambda s: -s.score)
        texts += [s.sentence.text for s in scored[:_SEARCHED]]
    return lacks_kind(query.question, texts) or lacks_name(query.question, texts, _known(query, found, bodies))


def _known(query: Query, found: Found, bodies: BodyTable) -> set[str]:
    """Words of the names that are no answer, with their stems: the question's, those of sources and, but for a "who?",
    of bodies.
    """
    near = [hit.item for hit in _near(found)]
    issuing = () if WHO.search(query.question) else [body for item in near for body in (*item.bodies, *item.mentions)]
    named = [name for group in (*query.required, *query.companies, *query.programmes) for name in group]
    named += [name for body in (*query.read.body, *issuing) for name in bodies.names(body)]
    sources = [source for item in near for source in item.sources]
    words = {word for text in (query.question, query.text, *named, *sources) for word in folded(text)}
    return words | set(map(stem, words))


def _near(found: Found) -> list[Hit]:
    """The best items: those whose score is near that of the first; where that one satisfies all that is asked (its
    day, say), none that does not.
    """
    first = found.hits[0]
    exact = first.item.id in found.fitting
    near = [hit for hit in found.hits if hit.score >= _NEAR_SHARE * first.score]
    return [hit for hit in near if not exact or hit.item.id in found.fitting][:MOST_SENTENCES]


def _view(query: Query, item: Item, found: Found) -> list[Claim]:
    """What MERICS thinks of it: the two sentences of the comment that fit the question best, in their order."""
    comments = [s for s in found.scored(item) if s.sentence.voice == "comment"]
    best = sorted(comments, key=lambda s: -s.score)[:2]
    return [quoted(item, s.sentence) for s in sorted(best, key=lambda s: s.sentence.span)]


def whole_list(item: Item, found: Found) -> list[Claim]:
    """A list inside the item, given whole: its lead sentence and every bullet."""
    scored = found.scored(item)
    lists = [s for s in scored if s.sentence.part in ("bullets", "appendix") and item.heading]
    if not lists:
        return []
    # of several lists the one that holds the sentence that fits best
    chosen = max(lists, key=lambda s: s.score).sentence.part_number
    bullets = [s.sentence for s in lists if s.sentence.part_number == chosen]
    lead = _lead(item, bullets[0])
    return [quoted(item, s) for s in (lead,) if s] + [quoted(item, s, bullet=True) for s in bullets]


_FIGURES: frozenset[Wants] = frozenset(("amount", "money", "share"))


def _sentences(query: Query, found: Found, bodies: BodyTable, most: int = MOST_SENTENCES) -> list[Claim]:
    """Sentences of the best items that together cover the question, the most telling first.

    A question for a figure is answered by sentences of the best item that state such a figure, or not at all.
    """
    fits = NEEDED.get(query.wants)
    top = found.hits[0]
    if query.wants == "time" and not top.item.heading:  # the day of a news item is when it happened
        return [dated_bullet(top.item, phrases_for(query), outlet=False)]
    if query.wants == "person" and not any(names_person(s.text) for s in sentences_of(top.item)):
        if asks_for_office(query.question):
            return []
        fits = None  # "who" may be a firm or a body as well
    if query.wants == "amount" and asks_for_size(query.question):
        fits = states_amount
    years = query.years if query.wants in _FIGURES else ()  # a figure of another year is another figure
    things = counted(query.text) if query.wants == "amount" else frozenset()
    timed = query.wants == "time"

    def in_full(sentence: Sentence) -> str:
        """A sentence, a bullet with the time that the lead of its list sets for all of them ("by 2025:")."""
        lead = _lead(top.item, sentence) if timed else None
        return f"{lead.text} {sentence.text}" if lead else sentence.text

    own = _own_terms(query, found)
    known = _known(query, found, bodies) if asks_name(query.question) else None
    hits = [top] if fits else _near(found)
    pool = [
        (hit.item, scored, _worth(scored, things, own, known, found) * hit.score / top.score)
        for hit in hits
        for scored in found.scored(hit.item)
        if scored.sentence.part != "reference"
        and (fits is None or (fits(in_full(scored.sentence)) and not of_other_years(scored.sentence.text, years)))
    ]
    # stable: of equals the one of the better item, then the earlier one
    pool.sort(key=lambda candidate: -candidate[2])
    twofold = bool(_TWO_FACTS.search(query.question) or _SECOND.search(query.question))
    most = 1 if fits and not twofold else most
    as_good = sum(item is pool[0][0] and worth >= _AS_GOOD * pool[0][2] for item, _, worth in pool)
    at_least = 2 if twofold else as_good
    chosen = _covering(found, [(item, scored) for item, scored, _ in pool], min(at_least, most), most)
    claims = []
    for item, sentence in chosen:
        lead = _lead(item, sentence) if fits and not fits(sentence.text) else None
        claims += [quoted(item, lead)] if lead else []
        claims.append(quoted(item, sentence, bullet=bool(lead)))
    return claims


def _lead(item: Item, sentence: Sentence) -> Sentence | None:
    """The sentence that a list inside an item begins with, of one of its bullets."""
    if sentence.part not in ("bullets", "appendix") or not item.heading:
        return None
    before = [s for s in sentences_of(item) if s.part_number == sentence.part_number - 1]
    return before[-1] if before else None


def _own_terms(query: Query, found: Found) -> tuple[str, ...]:
    """Terms of a part of a question, or of a follow-up, beside those of the question that it leans on."""
    return tuple(term for term in content_terms(query.question) if term in found.weights)


def _worth(scored: Scored, things: frozenset[str], own: Sequence[str], known: Set[str] | None, found: Found) -> float:
    text = scored.sentence.text
    worth = scored.score
    if len(text.split()) <= _FEW_WORDS:
        worth -= _COUNTED
    if counted_near(things, text):
        worth += _COUNTED
    if known is not None and names_another(text, known):
        worth += _NAMED
    if own and len(own) < len(found.weights):
        worth += _OWN * coverage(own, scored.sentence.terms, found.weights)
    return worth


def _covering(
    found: Found, pool: Sequence[tuple[Item, Scored]], at_least: int, most: int
) -> list[tuple[Item, Sentence]]:
    """The best sentences, and those after them that say something of the question that is not said yet."""
    wanted = tuple(found.weights)
    chosen: list[tuple[Item, Sentence]] = []
    covered: frozenset[str] = frozenset()
    for item, scored in pool:
        if len(chosen) >= at_least and coverage(wanted, scored.sentence.terms - covered, found.weights) < _GAIN:
            continue
        chosen.append((item, scored.sentence))
        covered |= scored.sentence.terms
        if len(chosen) == most:
            break
    return chosen
