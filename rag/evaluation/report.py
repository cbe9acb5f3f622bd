"""The report: one page that needs nothing else, with the figures, the plots and a row a question.

Takes results and the items they name; gives HTML. Everything from questions, answers and briefs is escaped. Over
originals the page holds their text: it is for the user's own machine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from importlib.resources import files

from rag.briefs.plain import plain
from rag.briefs.records import Item
from rag.evaluation.beside import INDEX
from rag.evaluation.figures import ALL, Figure
from rag.evaluation.measures import MEASURES, SET_TYPES
from rag.evaluation.plots import bars, escape, intervals
from rag.evaluation.results import Results
from rag.evaluation.run import DEPTH, Outcome, Written
from rag.evaluation.tables import writer

# nothing is fetched, not even by accident
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
_OWNER = '<p class="owner">Holds text of original briefs: for your own use.</p>'
_TILES = ("Success@1", "Recall@10", "Nuggets", "Citation precision", "Right refusals", "False refusals")
_RANKS = ((1, 1), (2, 2), (3, 3), (4, 5), (6, 10), (11, DEPTH))
# how a question went, best first, with what is meant by it
GRADES = {
    "right": "every fact stated and a gold item cited; for a set, every gold item and no other",
    "partly": "some of it",
    "wrong": "no fact stated, no gold item cited",
    "rightly refused": "the briefs do not answer it, and the answer says so",
    "wrongly answered": "the briefs do not answer it, yet something was said",
    "wrongly refused": "the briefs do answer it",
    "failed": "raised an error",
}


def page(results: Results, items: Mapping[str, Item]) -> str:
    """The whole page."""
    named = [i for o in results.outcomes for i in (*o.question.gold_items, *o.cited, *o.ranking[:10])]
    tiles = (*_TILES, *(["Supported"] if results.written else []))
    texts = "".join(_item(items[i]) for i in sorted(set(named)) if i in items)
    style, script = _file("report.css"), _file("report.js")
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="{INDEX}" content="{escape(results.subject["content"])}">
<title>Evaluation: {len(results.questions)} questions</title>
<style>{style}</style>
</head>
<body>
{_head(results)}
<main>
<section class="tiles">{"".join(_tile(name, results.figures[ALL][name]) for name in tiles)}</section>
<section><h2>Plots</h2><div class="plots">{_plots(results)}</div></section>
<section><h2>By type</h2>{_table(results)}</section>
<section><h2>Questions</h2>{_filters(results)}
<div id="questions">{"".join(map(_question, results.outcomes))}</div></section>
<section><h2>Items</h2><p class="soft">What the questions, answers and rankings above name.</p>{texts}</section>
</main>
<script>{script}</script>
</body>
</html>
"""


def grade(outcome: Outcome) -> str:
    """How a question went: one of `GRADES`."""
    question, gold, cited = outcome.question, set(outcome.question.gold_items), set(outcome.cited)
    if outcome.error:
        return "failed"
    if not question.answerable:
        return "rightly refused" if outcome.abstained else "wrongly answered"
    if outcome.abstained:
        return "wrongly refused"
    complete = (cited == gold and not outcome.not_found) if question.type in SET_TYPES else bool(cited & gold)
    if all(outcome.stated) and complete:
        return "right"
    return "partly" if any(outcome.stated) or cited & gold else "wrong"


# --- figures -----------------------------------------------------------------------------------------------------


def _head(results: Results) -> str:
    subject = results.subject
    facts = [
        f"{len(results.questions)} questions",
        f"split {results.split}",
        f"{len(results.failed)} failed",
        f"{subject['edition']} edition, {subject['issues']} issues, {subject['items']} items",
        f"encoder {subject['encoder']}",
        writer(results),
        f"index content {subject['content'][:12]}",
    ]
    facts += [
        f"{name.removesuffix('_ms')} {spread['median']:.0f} ms median, {spread['p95']:.0f} ms at the 95th percentile"
        for name, spread in results.timings.items()
        if spread["n"]
    ]
    owner = "" if subject["edition"] == "digest" else _OWNER
    listed = "".join(f"<li>{escape(fact)}</li>" for fact in facts)
    return f'<header><h1>How well the briefs are answered</h1><ul class="facts">{listed}</ul>{owner}</header>'


def _tile(name: str, figure: Figure) -> str:
    if figure.mean is None:
        return f'<div class="tile"><span>{escape(name)}</span><b>–</b><small>not scored</small></div>'
    return (
        f'<div class="tile"><span>{escape(name)}</span><b>{figure.mean:.2f}</b>'
        f"<small>{figure.low:.2f} to {figure.high:.2f} · n {figure.n}</small></div>"
    )


def _plots(results: Results) -> str:
    overall = [(m.name, results.figures[ALL][m.name]) for m in MEASURES if m.better != "neither"]
    types = [(group, row) for group, row in results.figures.items() if group != ALL]
    answerable = [o for o in results.outcomes if o.question.answerable and not o.error]
    grades = Counter(map(grade, results.outcomes))
    return "".join(
        [
            intervals("All figures, with 95 % intervals", overall),
            bars("How the questions went", [(name, grades[name]) for name in GRADES if grades[name]]),
            bars("Rank of the first gold item", _ranks(answerable)),
            intervals("nDCG@10 by type", [(group, row["nDCG@10"]) for group, row in types]),
            intervals("Nuggets by type", [(group, row["Nuggets"]) for group, row in types]),
            intervals("Citation recall by type", [(group, row["Citation recall"]) for group, row in types]),
        ]
    )


def _ranks(outcomes: Sequence[Outcome]) -> list[tuple[str, int]]:
    first = [_rank(outcome) for outcome in outcomes]
    rows = [(f"{a}" if a == b else f"{a} to {b}", sum(a <= (r or 0) <= b for r in first)) for a, b in _RANKS]
    return [*rows, (f"not in {DEPTH}", first.count(None))]


def _rank(outcome: Outcome) -> int | None:
    gold = set(outcome.question.gold_items)
    return next((n for n, item in enumerate(outcome.ranking, 1) if item in gold), None)


def _table(results: Results) -> str:
    heads = "".join(f'<th scope="col" title="{escape(m.definition)}">{escape(m.name)}</th>' for m in MEASURES)
    rows = []
    for group, row in results.figures.items():
        n = len(results.questions) if group == ALL else sum(q.type == group for q in results.questions)
        cells = "".join(_cell(m.name, m.better, row[m.name]) for m in MEASURES)
        rows.append(f'<tr><th scope="row">{escape(group)}</th><td>{n}</td>{cells}</tr>')
    return (
        f'<div class="wide"><table><thead><tr><th scope="col">type</th><th scope="col">n</th>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _cell(name: str, better: str, figure: Figure) -> str:
    counts = f"n {figure.n}, zero {figure.zero}, unscored {figure.unscored}, failed {figure.failed}"
    if figure.mean is None:
        return f'<td class="none" title="{counts}">–</td>'
    if better == "neither":
        return f'<td title="{counts}">{figure.mean:.0f}</td>'
    good = figure.mean if better == "higher" else 1 - figure.mean
    return f'<td class="heat" style="--good:{good:.3f}" title="{escape(name)}: {counts}">{figure.mean:.2f}</td>'


# --- questions ---------------------------------------------------------------------------------------------------


def _filters(results: Results) -> str:
    types = [group for group in results.figures if group != ALL]
    grades = Counter(map(grade, results.outcomes))
    legend = "".join(f"<dt>{name}</dt><dd>{meaning}</dd>" for name, meaning in GRADES.items())
    return (
        '<form id="filters" hidden>'
        f'<label>Type <select name="type"><option value="">all</option>{_options(types)}</select></label>'
        f'<label>Went <select name="grade"><option value="">all</option>{_options([g for g in GRADES if grades[g]])}'
        '</select></label><label class="grow">Words <input name="words" type="search"></label>'
        f"<output>{len(results.outcomes)} shown</output></form>"
        f'<details class="legend"><summary>What the words mean</summary><dl>{legend}</dl></details>'
    )


def _options(names: Sequence[str]) -> str:
    return "".join(f'<option value="{escape(name)}">{escape(name)}</option>' for name in names)


def _question(outcome: Outcome) -> str:
    question, went = outcome.question, grade(outcome)
    body = "".join(
        [
            *(f'<p class="turn">{escape(turn["role"])}: {escape(turn["content"])}</p>' for turn in question.history),
            f'<div class="answer">{_paragraphs(outcome.text)}</div>' if outcome.text else "",
            f'<p class="bad">{escape(outcome.error)}</p>' if outcome.error else "",
            _list("Gold items", [_gold(outcome, i) for i in question.gold_items]),
            _list("Wrongly cited", [_link(i) for i in outcome.cited if i not in question.gold_items]),
            _list("Cited and not found", [escape(key) for key in outcome.not_found]),
            _list("Facts", [_fact(n[0], s) for n, s in zip(question.nuggets, outcome.stated, strict=False)]),
            _list("Quotes not exact", [escape(q.text) for q in outcome.quotes if q.text and not q.exact]),
            _list(f"Written by {escape(outcome.model)}", [_support(one) for one in outcome.written]),
            _list("Voice mistaken", [escape(text) for text, right in outcome.voices if not right]),
            _list("Found, best first", [_link(i) for i in outcome.ranking[:10]], "ranking"),
        ]
    )
    return (
        f'<details class="question" data-type="{escape(question.type)}" data-grade="{went}"><summary>'
        f'<span class="badge {went.replace(" ", "-")}">{went}</span>'
        f'<span class="asked">{escape(question.question)}</span>'
        f'<span class="soft">{escape(question.id)} · {_brief(outcome)}</span></summary>{body}</details>'
    )


def _brief(outcome: Outcome) -> str:
    """What was found, in a few words."""
    question = outcome.question
    if outcome.error:
        return "error"
    said = []
    if question.answerable:
        rank = _rank(outcome)
        said.append(f"first gold item at {rank}" if rank else f"no gold item in {len(outcome.ranking)}")
    if question.nuggets:
        said.append(f"facts {sum(outcome.stated)} of {len(question.nuggets)}")
    if outcome.cited:
        rightly = sum(i in question.gold_items for i in outcome.cited)
        said.append(f"{rightly} of {len(outcome.cited)} cited rightly")
    if outcome.model:
        borne = sum(one.support == "supported" for one in outcome.written)
        said.append(f"{borne} of {len(outcome.written) + outcome.withheld} statements supported")
    if outcome.abstained:
        wanted = f", expected {question.why}" if question.why and question.why != outcome.reason else ""
        said.append(f"refused: {outcome.reason}{wanted}")
    return escape(" · ".join(said))


def _gold(outcome: Outcome, item_id: str) -> str:
    found = f"at {outcome.ranking.index(item_id) + 1}" if item_id in outcome.ranking else "not found"
    cited = "cited" if item_id in outcome.cited else "not cited"
    mark = partial(_mark, item_id in outcome.cited)
    return mark(f'{_link(item_id)} <span class="soft">{found}, {cited}</span>')


def _fact(form: str, stated: bool) -> str:
    return _mark(stated, f'{escape(form)} <span class="soft">{"stated" if stated else "missed"}</span>')


def _support(one: Written) -> str:
    doubt = f'<span class="soft">{escape(f"{one.support}: {one.reason}")}</span>' if one.reason else ""
    return _mark(one.support == "supported", f"{escape(one.statement)} {doubt}")


def _mark(good: bool, inner: str) -> str:
    return f'<span class="{"yes" if good else "no"}">{"✓" if good else "✗"}</span> {inner}'


def _list(title: str, entries: Sequence[str], kind: str = "") -> str:
    if not entries:
        return ""
    return f'<h3>{title}</h3><ul class="{kind}">' + "".join(f"<li>{entry}</li>" for entry in entries) + "</ul>"


# --- items -------------------------------------------------------------------------------------------------------


def _item(item: Item) -> str:
    return (
        f'<details class="item" id="{_anchor(item.id)}"><summary>{escape(item.heading or str(item))}'
        f'<span class="soft">{escape(item.id)}</span></summary>{_paragraphs(plain(item.text))}</details>'
    )


def _link(item_id: str) -> str:
    return f'<a href="#{_anchor(item_id)}">{escape(item_id)}</a>'


def _anchor(item_id: str) -> str:
    return f"item-{escape(item_id.replace('/', '-'))}"


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())


def _file(name: str) -> str:
    return files("rag.evaluation").joinpath(name).read_text(encoding="utf-8")
