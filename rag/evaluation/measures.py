"""The measures: each a few lines that can be checked with a pencil.

Takes an `Outcome`, gives a number, or None where the measure does not apply (unscored, which is not zero). A question
that failed found nothing and said nothing: zero where that is measured, unscored where the quality of what was said is.
Ranking figures come from `ir-measures`, by the field's standard names. The definitions in `docs/measures.md` are these
docstrings. Knows nothing of means and intervals.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from rag.errors import RagError
from rag.evaluation.run import Outcome

SET_TYPES = ("list", "temporal", "compare", "issuer")  # questions whose answer is a set of items

# measure -> value, None where it does not apply
Scores = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Measure:
    """A named figure; `short` heads a narrow column."""

    name: str
    short: str
    score: Callable[[Outcome], float | None]
    better: Literal["higher", "lower", "neither"] = "higher"

    @property
    def definition(self) -> str:
        """What it is, in a few lines."""
        return " ".join((self.score.__doc__ or "").split())

    def of(self, outcome: Outcome) -> float | None:
        """The score of one question, rounded to six digits: the same on every machine."""
        value = self.score(outcome)
        return None if value is None else round(value, 6)


# --- ranking, over answerable questions --------------------------------------------------------------------------


def success_at_1(outcome: Outcome) -> float | None:
    """1 where the first hit is a gold item, else 0. Also called hit rate at 1, precision at 1, accuracy."""
    return _ranked("Success@1", outcome)


def reciprocal_rank(outcome: Outcome) -> float | None:
    """1 / rank of the first gold item among the first ten hits, 0 where there is none. Its mean is called MRR@10."""
    return _ranked("RR@10", outcome)


def ndcg(outcome: Outcome) -> float | None:
    """Normalised discounted cumulative gain: each gold item among the first ten hits counts 1 / log2(rank + 1), as a
    share of what the best possible ranking would get. Gains are 0 or 1."""
    return _ranked("nDCG@10", outcome)


def recall_at_5(outcome: Outcome) -> float | None:
    """Gold items among the first five hits / min(5, number of gold items). Also called capped recall (R_cap@5)."""
    return _capped_recall(outcome, 5)


def recall_at_10(outcome: Outcome) -> float | None:
    """Gold items among the first ten hits / min(10, number of gold items). Also called capped recall (R_cap@10)."""
    return _capped_recall(outcome, 10)


def _ranked(name: str, outcome: Outcome) -> float | None:
    if not outcome.question.answerable:
        return None
    if not outcome.ranking:
        return 0.0
    gold = {"q": dict.fromkeys(outcome.question.gold_items, 1)}
    # strictly falling scores made from the rank: ties in a system's own scores must not be broken anew here
    hits = {"q": {item: float(-rank) for rank, item in enumerate(outcome.ranking)}}
    package, measure = _ir_measure(name)
    return float(next(package.iter_calc([measure], gold, hits)).value)


@cache
def _ir_measure(name: str) -> tuple[Any, Any]:
    try:
        import ir_measures
    except ImportError as error:
        raise RagError(
            "The ranking figures need the package ir-measures. Run `pip install ir-measures` "
            "(where it has no wheel, it wants a C++ compiler)."
        ) from error
    return ir_measures, ir_measures.parse_measure(name)


def _capped_recall(outcome: Outcome, k: int) -> float | None:
    gold = outcome.question.gold_items
    return len(set(gold) & set(outcome.ranking[:k])) / min(k, len(gold)) if gold else None


# --- answers -----------------------------------------------------------------------------------------------------


def nuggets(outcome: Outcome) -> float | None:
    """Nuggets that the answer states / nuggets of the question, over questions that have some; a refusal states none.
    Also called nugget recall, answer recall."""
    return sum(outcome.stated) / len(outcome.question.nuggets) if outcome.question.nuggets else None


def all_nuggets(outcome: Outcome) -> float | None:
    """1 where the answer states every nugget, else 0, over questions that have some. Also called answer accuracy."""
    return float(sum(outcome.stated) == len(outcome.question.nuggets)) if outcome.question.nuggets else None


def citation_precision(outcome: Outcome) -> float | None:
    """Gold items among the cited items / cited items, over answerable questions that were answered; an answer without
    citation scores 0. What is cited and not found counts as cited, here and below, and never as gold."""
    if not outcome.question.answerable or outcome.abstained or outcome.error:
        return None
    return len(_rightly_cited(outcome)) / _cited(outcome) if _cited(outcome) else 0.0


def citation_recall(outcome: Outcome) -> float | None:
    """Gold items among the cited items / gold items, over answerable questions; a refusal scores 0."""
    gold = outcome.question.gold_items
    return len(_rightly_cited(outcome)) / len(gold) if gold else None


def cited_f1(outcome: Outcome) -> float | None:
    """2 · gold items cited / (items cited + gold items), over questions whose answer is a set of items (list,
    temporal, compare, issuer); a refusal scores 0. The harmonic mean of the two above, also called the Dice
    coefficient."""
    gold = outcome.question.gold_items
    if not gold or outcome.question.type not in SET_TYPES:
        return None
    return 2 * len(_rightly_cited(outcome)) / (_cited(outcome) + len(gold))


def quotes_exact(outcome: Outcome) -> float | None:
    """Quotes that stand to the letter where the citation says, looked up anew / quotes of the answer, over answers
    with quotes. What is cited and not found counts as a quote that does not."""
    return sum(quote.exact for quote in outcome.quotes) / len(outcome.quotes) if outcome.quotes else None


def supported(outcome: Outcome) -> float | None:
    """Statements that what they cite bears out, by the checks of docs/verifier.md / statements that a language model
    wrote, those withheld among them, over answers that one wrote. Elsewhere (ALCE) called citation recall."""
    count = len(outcome.written) + outcome.withheld
    return sum(one.support == "supported" for one in outcome.written) / count if count else None


def right_refusals(outcome: Outcome) -> float | None:
    """1 where a question that the briefs do not answer is refused, else 0. Also called recall of abstention."""
    return None if outcome.question.answerable else float(outcome.abstained)


def false_refusals(outcome: Outcome) -> float | None:
    """1 where a question that the briefs do answer is refused, else 0: less is better. Never read without the one
    above, since refusing everything makes that one perfect."""
    return float(outcome.abstained) if outcome.question.answerable and not outcome.error else None


def refusal_reason(outcome: Outcome) -> float | None:
    """1 where a right refusal gives the reason that the question set names, else 0, over right refusals."""
    if outcome.question.answerable or not outcome.abstained or not outcome.question.why:
        return None
    return float(outcome.reason == outcome.question.why)


def voice(outcome: Outcome) -> float | None:
    """Statements shown as MERICS' view that rest on its comment / statements that rest on the comment or are shown as
    its view, over answers with such. A statement rests on the quotes that it repeats, or on all under its markers."""
    return sum(right for _, right in outcome.voices) / len(outcome.voices) if outcome.voices else None


def words(outcome: Outcome) -> float | None:
    """Words of the answer without its markers, over questions that were answered. Neither more nor less is better."""
    return None if outcome.abstained or outcome.error else float(outcome.words)


def _cited(outcome: Outcome) -> int:
    return len(outcome.cited) + len(outcome.not_found)


def _rightly_cited(outcome: Outcome) -> set[str]:
    return set(outcome.question.gold_items) & set(outcome.cited)


MEASURES = (
    Measure("Success@1", "S@1", success_at_1),
    Measure("RR@10", "RR", reciprocal_rank),
    Measure("nDCG@10", "nDCG", ndcg),
    Measure("Recall@5", "R@5", recall_at_5),
    Measure("Recall@10", "R@10", recall_at_10),
    Measure("Nuggets", "Nug", nuggets),
    Measure("All nuggets", "AllN", all_nuggets),
    Measure("Citation precision", "CitP", citation_precision),
    Measure("Citation recall", "CitR", citation_recall),
    Measure("Citation F1", "CitF", cited_f1),
    Measure("Quotes exact", "Exact", quotes_exact),
    Measure("Supported", "Supp", supported),
    Measure("Right refusals", "Right", right_refusals),
    Measure("False refusals", "False", false_refusals, better="lower"),
    Measure("Refusal reason", "Why", refusal_reason),
    Measure("Voice", "Voice", voice),
    Measure("Words", "Words", words, better="neither"),
)


def score(outcomes: Sequence[Outcome]) -> dict[str, Scores]:
    """Every measure of every question, by its id."""
    return {outcome.question.id: {m.name: m.of(outcome) for m in MEASURES} for outcome in outcomes}
