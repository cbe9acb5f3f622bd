"""The whole path on real input: from a folder of briefs to hits and cited answers, over both editions."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import rag
from rag import Answer, Hit, Library
from rag import library as library_module
from rag.errors import BriefError, CorpusError, EncoderError, IndexProblem, InputError
from rag.index.disk import system
from rag.index.reader import Index
from rag.opening import open_index

pytestmark = pytest.mark.real

_FILE = Path(__file__).parent / "data/plain-questions.jsonl"
ROWS = [json.loads(line) for line in _FILE.read_text(encoding="utf-8").splitlines()]
ANSWERED = [row for row in ROWS if "item" in row]
REFUSED = [row for row in ROWS if "reason" in row]


@pytest.fixture(scope="module")
def library(editions: Path, embeddings: Path) -> Iterator[Library]:
    """The library of each edition in turn."""
    with Library.open(corpus=editions, embeddings=embeddings) as opened:
        yield opened


@pytest.fixture
def own(digests: Path, built: Callable[[Path], Path], tmp_path: Path) -> tuple[Path, Path]:
    """A corpus and an index of one's own to change: a copy of the digests and their index."""
    shutil.copytree(digests, tmp_path / "corpus")
    shutil.copytree(built(digests), tmp_path / "embeddings")
    return tmp_path / "corpus", tmp_path / "embeddings"


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split())


# --- answers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", ANSWERED, ids=[row["question"][:50] for row in ANSWERED])
def test_a_plain_question_is_answered_from_the_right_item(library: Library, row: dict[str, Any]) -> None:
    """The item that holds the answer is cited, and the figure or name asked for stands in the answer."""
    answer = library.ask(row["question"])
    assert not answer.abstained
    assert row["item"] in {citation.item_id for citation in answer.citations}
    assert all(any(_folded(form) in _folded(answer.text) for form in forms) for forms in row["nuggets"])


@pytest.mark.parametrize("row", REFUSED, ids=[row["question"][:50] for row in REFUSED])
def test_what_the_briefs_do_not_hold_is_refused(library: Library, row: dict[str, Any]) -> None:
    """A refusal cites nothing, says why, and tells what the corpus covers."""
    answer = library.ask(row["question"])
    assert answer.abstained
    assert answer.reason is not None
    assert not answer.citations
    assert not answer.statements
    assert "[" not in answer.text
    assert str(answer.coverage) in answer.text


@pytest.mark.parametrize("row", ANSWERED[::4], ids=[row["question"][:50] for row in ANSWERED[::4]])
def test_every_statement_is_cited_and_every_quote_stands_where_it_says(library: Library, row: dict[str, Any]) -> None:
    """Markers count up by first use, each is cited, and slicing the item gives the quote back."""
    answer = library.ask(row["question"])
    used = [marker for statement in answer.statements for marker in statement.markers]
    assert all(statement.markers for statement in answer.statements)
    assert sorted(set(used)) == list(range(1, max(used) + 1))
    assert {citation.marker for citation in answer.citations} == set(used)
    for citation in answer.citations:
        item = library.item(citation.item_id)
        assert citation.span is not None
        assert item.text[slice(*citation.span)] == citation.quote
        assert citation.located == "exact"
        assert ("Digest (not MERICS' wording)" in citation.line) == (item.edition == "digest")


def test_fields_come_from_the_catalogue(library: Library) -> None:
    """Who issued it, when, and its Chinese name are read from the item's own fields."""
    answer = library.ask("Who issued the guidelines on humanoid robots?")
    assert "(MIIT)" in answer.text
    assert "2 November 2023" in library.ask("When were the guidelines on humanoid robots published?").text
    assert (
        "《人形机器人创新发展指导意见》"
        in library.ask("What are the guidelines on humanoid robots called in Chinese?").text
    )


def test_the_view_of_merics_is_marked_as_such(library: Library) -> None:
    """Asked for MERICS' view, the answer speaks from the comment and says so."""
    answer = library.ask("What does MERICS think of the charm offensive towards foreign firms?")
    assert {statement.voice for statement in answer.statements} == {"comment"}
    assert "MERICS comments:" in answer.text


def test_a_stream_grows_into_the_answer(library: Library) -> None:
    """Each step of a stream holds the one before, and the last is what `ask` gives."""
    question = "What are the targets of the Robot+ plan?"
    steps: list[Answer] = list(library.stream(question))
    assert len(steps) > 1
    assert all(later.text.startswith(earlier.text) for earlier, later in itertools.pairwise(steps))
    assert steps[-1] == library.ask(question)


def test_history_is_text_and_a_follow_up_uses_it(library: Library) -> None:
    """After a question about one item, "who issued it?" is about that item."""
    history = [{"role": "user", "content": "What is the Robot+ plan?"}, {"role": "assistant", "content": "See [7]."}]
    answer = library.ask("Who issued it?", history=history)
    assert [citation.item_id for citation in answer.citations] == ["2023-03-01/top5/1"]


# --- retrieval -------------------------------------------------------------------------------------------------------


def test_hits_are_distinct_items_best_first(library: Library) -> None:
    """No item comes twice, scores fall, and asking for more than exist gives all."""
    hits = library.retrieve("electric vehicles", k=1000)
    assert len({hit.item.id for hit in hits}) == len(hits) == 94
    assert hits == sorted(hits, key=lambda hit: (-hit.score, hit.item.id))


def test_filters_restrict(library: Library) -> None:
    """Every hit satisfies every filter given; a filter that nothing satisfies gives nothing."""
    filters: dict[str, Any] = {"body": "财政部", "since": "2024-04-01", "until": "2024-04-30"}
    hits = library.retrieve("subsidies", k=20, **filters)
    assert {hit.item.id for hit in hits} == {item.id for item in library.items(**filters)}
    assert all("MOF" in hit.item.bodies for hit in hits)
    assert library.retrieve("subsidies", since="2030-01-01") == []


def test_facets_read_from_the_words_only_order(library: Library) -> None:
    """What a question names comes first, other items after it; taken back, the order is by score alone."""
    question = "What did the finance ministry do in April 2024?"
    hits = library.retrieve(question, k=94)
    fitting = [
        hit.item.id
        for hit in hits
        if hits[0].item.bodies and "MOF" in hit.item.bodies and hit.item.date >= dt.date(2024, 4, 1)
    ]
    assert [hit.item.id for hit in hits[: len(fitting)]] == fitting
    free = library.retrieve(question, k=94, ignore=("body", "since", "until"))
    assert [hit.score for hit in free] == sorted((hit.score for hit in free), reverse=True)


def test_many_threads_get_what_one_gets(library: Library) -> None:
    """The same questions from 16 threads give the same hits."""
    questions = [row["question"] for row in ANSWERED] * 4

    def ids(question: str) -> list[tuple[str, float]]:
        return [(hit.item.id, hit.score) for hit in library.retrieve(question)]

    alone = [ids(question) for question in questions]
    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(ids, questions)) == alone


def test_items_are_exact_and_in_order_of_date(library: Library) -> None:
    """A listing holds all that satisfies the filters and nothing else."""
    everything = library.items()
    assert len(everything) == 94
    assert everything == sorted(everything, key=lambda item: (item.date, item.id))
    assert library.items(body="CAC", section="policy") == [
        item for item in everything if "CAC" in item.bodies and item.section == "policy"
    ]


# --- bad input -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("k", [0, -1, 1001, True, 2.5])
def test_k_out_of_range_is_named(library: Library, k: Any) -> None:
    """`k` is a whole number from 1 to 1,000."""
    with pytest.raises(InputError, match=r"k: .* is not a whole number from 1 to 1,000"):
        library.retrieve("robots", k)


@pytest.mark.parametrize("question", [None, 3, b"robots", ["robots"]])
def test_a_question_is_text(library: Library, question: Any) -> None:
    """Anything else is named, whichever way it is asked."""
    for ask in (library.ask, library.retrieve, library.stream):
        with pytest.raises(InputError, match=r"question: .* is not text"):
            ask(question)


def test_lists_of_a_caller(library: Library) -> None:
    """None is an empty list, malformed turns are passed over, and what is no list at all is named."""
    loose: Any = library
    expected = library.retrieve("robots")
    assert loose.retrieve("robots", history=None, ignore=None) == expected
    assert loose.retrieve("robots", history=[None, 3, {"role": "user"}]) == expected
    for name in ("history", "ignore"):
        with pytest.raises(InputError, match=f"{name}: 5 is not a list"):
            loose.retrieve("robots", **{name: 5})
    with pytest.raises(InputError, match="is no item"):
        loose.item(["2023-03-01/top5/1"])


TEN = " ".join(f"{n}. What did the MIIT issue in April 202{n}?" for n in range(10))


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("What happened after May 2024 and before 2023?", None),  # one of two contradicting times is taken
        ("What did the MOF issue on 31 February 2023?", "period"),
        ("what of it and the", "off_topic"),
        ("42", "off_topic"),
        ("Quelles recettes de cuisine préférez-vous ce soir?", "off_topic"),
        ("What did the MIIT issue in April 2024 about robots? " * 38, None),
        (TEN, None),
    ],
)
def test_an_odd_question_gets_an_answer_or_a_refusal(library: Library, question: str, reason: str | None) -> None:
    """Contradictions, days that are none, stop words, digits, another language, 2,000 characters, ten questions."""
    answer = library.ask(question)
    assert answer.text
    assert not answer.abstained or answer.reason is not None
    assert reason is None or answer.reason == reason


def test_an_unknown_item_is_named(library: Library) -> None:
    """An address that is none is an error that shows what one looks like."""
    with pytest.raises(InputError, match="'2023-03-01/top5/9' is no item of this corpus"):
        library.item("2023-03-01/top5/9")


@pytest.mark.parametrize(
    "question",
    [
        "robot+ AND (NOT",
        'text:"',
        "*",
        "%' OR 1=1 --",
        "a" * 2000,
        "机器人" * 600,
        "\u202erobots\u202c",
        "robots\x00 plan",
        "1 2 3",
    ],
)
def test_no_question_is_syntax(library: Library, question: str) -> None:
    """Operators, quotes and control characters are words or nothing, never commands and never a crash."""
    try:
        hits: list[Hit] = library.retrieve(question)
        assert len(hits) == 5
    except InputError as error:
        assert "holds no word" in str(error)


# --- opening, staleness, adding --------------------------------------------------------------------------------------


def test_a_second_opening_encodes_nothing(own: tuple[Path, Path]) -> None:
    """An unchanged corpus is opened as it is."""
    with Library.open(*own) as library:
        assert (library.report.built, library.report.encoded) == (False, 0)


def test_after_one_issue_changed_only_its_passages_are_encoded(own: tuple[Path, Path]) -> None:
    """One changed sentence costs the passages around it; all else keeps its vectors."""
    corpus, embeddings = own
    brief = corpus / "2024-05-08.md"
    text = brief.read_text(encoding="utf-8")
    brief.write_text(text.replace("CNY 20 billion", "CNY 21 billion"), encoding="utf-8")
    with Library.open(corpus, embeddings) as library:
        assert library.report.built
        assert 0 < library.report.encoded <= 4
        assert "CNY 21 billion" in library.ask("How much more will BMW invest in Shenyang?").text


def test_what_was_good_stays_usable_when_a_brief_breaks(own: tuple[Path, Path]) -> None:
    """A brief that no longer reads is an error with its line; an open library goes on answering."""
    corpus, embeddings = own
    with Library.open(corpus, embeddings) as library:
        before = library.retrieve("robots")
        (corpus / "2024-05-08.md").write_bytes(b"MAY 8, 2024\n\xff\n")
        with pytest.raises(BriefError, match="UTF-8"):
            library.refresh()
        assert library.retrieve("robots") == before
        with pytest.raises(BriefError, match="UTF-8"):
            Library.open(corpus, embeddings)


def test_what_another_process_published_is_taken_up_without_building(own: tuple[Path, Path]) -> None:
    """The new generation is seen, opened as it is, and answers; of the one before no file stays open."""
    corpus, embeddings = own
    brief = corpus / "2024-05-08.md"
    with Library.open(corpus, embeddings) as library:
        before = library.report.generation
        assert library.published() == before
        text = brief.read_text(encoding="utf-8")
        brief.write_text(text.replace("CNY 20 billion", "CNY 21 billion"), encoding="utf-8")
        with pytest.raises(IndexProblem, match=r"not built from the corpus as it is now\. Run `rag index`"):
            library.refresh(build=False)
        assert library.published() == library.report.generation == before
        Library.open(corpus, embeddings).close()
        assert library.published() != before
        assert not library.refresh(build=False).built
        assert library.published() == library.report.generation != before
        assert "CNY 21 billion" in library.ask("How much more will BMW invest in Shenyang?").text
        if Path("/proc/self/fd").exists():
            held = [str(path.readlink()) for path in Path("/proc/self/fd").iterdir() if path.exists()]
            assert not [name for name in held if f"{embeddings}/{before}" in name]


def test_nothing_is_built_where_that_is_not_wanted(own: tuple[Path, Path]) -> None:
    """With the index gone, an open library stays as it is and says that there is none."""
    corpus, embeddings = own
    with Library.open(corpus, embeddings) as library:
        (embeddings / "CURRENT").unlink()
        with pytest.raises(IndexProblem, match="no index here yet"):
            library.published()
        with pytest.raises(IndexProblem, match="Run `rag index`"):
            library.refresh(build=False)
        assert not (embeddings / "CURRENT").exists()
        assert library.retrieve("robots")


def test_a_damaged_index_is_refused_and_left_alone(own: tuple[Path, Path]) -> None:
    """The message names the file and the command that makes the index anew, which then works."""
    corpus, embeddings = own
    vectors = next(embeddings.glob("generation-*/vectors.faiss"))
    data = bytearray(vectors.read_bytes())
    data[len(data) // 2] ^= 1
    vectors.write_bytes(data)
    with pytest.raises(IndexProblem, match=r"vectors\.faiss.*rag index --rebuild"):
        Library.open(corpus, embeddings)
    assert vectors.read_bytes() == data
    with Library.open(corpus, embeddings, rebuild=True) as library:
        assert library.report.built


def test_the_corpus_must_be_there(tmp_path: Path) -> None:
    """A missing and an empty folder are errors that name it."""
    with pytest.raises(CorpusError, match="nowhere"):
        Library.open(tmp_path / "nowhere", tmp_path / "embeddings")
    (tmp_path / "empty").mkdir()
    with pytest.raises(CorpusError, match="empty"):
        Library.open(tmp_path / "empty", tmp_path / "embeddings")
    assert not (tmp_path / "embeddings").exists()


def test_adding_is_all_or_nothing(own: tuple[Path, Path], tmp_path: Path) -> None:
    """A bad file among good ones leaves the corpus as it was; a good one is taken up at once, under its date."""
    corpus, embeddings = own
    good = tmp_path / "May brief.txt"
    text = (corpus / "2024-05-08.md").read_text(encoding="utf-8").partition("---\n\n")[2]
    good.write_text(text.replace("CNY 20 billion", "CNY 22 billion"), encoding="utf-8")
    bad = tmp_path / "bad.md"
    bad.write_text("no brief at all", encoding="utf-8")
    with Library.open(corpus, embeddings) as library:
        with pytest.raises(BriefError, match=r"bad\.md"):
            library.add([good, bad])
        assert not (corpus / "originals").exists()
        assert library.add([good]) == [corpus / "originals" / "2024-05-08.txt"]
        assert library.item("2024-05-08/corporate/5").edition == "original"
        assert "CNY 22 billion" in library.ask("How much more will BMW invest in Shenyang?").text
        assert library.add([good]) == []
        good.write_text(text, encoding="utf-8")
        with pytest.raises(CorpusError, match="already there"):
            library.add([good])


def test_adding_survives_a_full_disk(own: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full, nothing half-written stays and the library goes on."""
    corpus, embeddings = own
    brief = tmp_path / "brief.txt"
    brief.write_text((corpus / "2024-05-08.md").read_text(encoding="utf-8").partition("---\n\n")[2], encoding="utf-8")

    def full(path: Path, data: bytes) -> None:
        path.write_bytes(data[:10])
        raise OSError(28, "No space left on device", str(path))

    with Library.open(corpus, embeddings) as library:
        with monkeypatch.context() as patched:
            patched.setattr(system, "write", full)
            with pytest.raises(CorpusError, match="No space left"):
                library.add([brief])
        assert list((corpus / "originals").iterdir()) == []
        assert library.add([brief])


def test_a_missing_encoder_leaves_the_words(own: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the embedding model an index that is up to date answers by words alone, and says so."""
    for name in own[1].glob("encoder-*"):
        name.unlink()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with Library.open(*own) as library:
        assert library.warnings
        answer = library.ask("Who issued the guidelines on humanoid robots?")
        assert answer.warnings == library.warnings
        assert "(MIIT)" in answer.text


def test_a_closed_library_says_so(own: tuple[Path, Path]) -> None:
    """Use after closing is an error of ours, with the remedy."""
    library = Library.open(*own)
    library.close()
    library.close()
    with pytest.raises(InputError, match="closed"):
        library.ask("robots")


def test_a_library_closed_under_a_question_says_so(own: tuple[Path, Path]) -> None:
    """Closing while threads ask gives them answers or the error of a closed library, nothing else."""
    said: list[Exception] = []
    library = Library.open(*own)
    started = threading.Barrier(5)

    def keep_asking() -> None:
        started.wait()
        try:
            while True:
                library.item("2023-03-01/top5/1")
                library.ask("How much more will BMW invest in Shenyang?")
        except Exception as error:
            said.append(error)

    threads = [threading.Thread(target=keep_asking) for _ in range(4)]
    for thread in threads:
        thread.start()
    started.wait()
    steps = library.stream("What are the targets of the Robot+ plan?")
    library.close()
    for thread in threads:
        thread.join()
    with pytest.raises(InputError, match="closed"):
        list(steps)
    assert [type(error) for error in said] == [InputError] * 4
    assert all("closed" in str(error) for error in said)


def test_an_index_is_closed_where_the_encoder_is_refused(
    own: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An opening that fails holds no file open."""
    closed: list[str] = []
    close = Index.close

    def noted(index: Index) -> None:
        closed.append(index.generation)
        close(index)

    monkeypatch.setattr(Index, "close", noted)
    next(own[1].glob("encoder-*.onnx")).write_bytes(b"damaged")
    with pytest.raises(EncoderError, match=r"rag index --rebuild"):
        Library.open(*own)
    assert len(closed) == 1


def test_names_of_ones_own_extend_the_table(own: tuple[Path, Path]) -> None:
    """A `names.txt` of the corpus folder is understood at the next opening and makes no index stale."""
    corpus, embeddings = own
    (corpus / "names.txt").write_text("[companies]\nBMW | Bluebird Motors\n", encoding="utf-8")
    with Library.open(corpus, embeddings) as library:
        assert not library.report.built
        assert "BMW" in library.ask("Who owns Bluebird Motors?").query.companies[0]


def test_names_of_ones_own_that_do_not_read_are_refused(own: tuple[Path, Path]) -> None:
    """A malformed `names.txt` is an error with file and line, not a brief."""
    (own[0] / "names.txt").write_text("no bars", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"names\.txt, line 1"):
        Library.open(*own)


def test_the_default_library_is_opened_once(own: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that ask first at the same time share one library."""
    monkeypatch.setenv("RAG_CORPUS", str(own[0]))
    opened: list[object] = []

    def counted(*arguments: Any, **options: Any) -> object:
        opened.append(arguments)
        return open_index(*arguments, **options)

    monkeypatch.setattr("rag.library.open_index", counted)
    library_module._opened_once.cache_clear()
    try:
        with ThreadPoolExecutor(8) as pool:
            hits = list(pool.map(lambda _: rag.retrieve("robots"), range(8)))
    finally:
        library_module._opened_once().close()
        library_module._opened_once.cache_clear()
    assert len(opened) == 1
    assert all(found == hits[0] for found in hits)


def test_threads_may_ask_while_the_index_is_refreshed(own: tuple[Path, Path]) -> None:
    """Answers come from the old or the new generation, whole, while one is replaced by the other."""
    corpus, embeddings = own
    errors: list[Exception] = []
    done = threading.Event()

    def keep_asking(library: Library) -> None:
        while not done.is_set():
            try:
                assert "billion" in library.ask("How much more will BMW invest in Shenyang?").text
            except Exception as error:
                errors.append(error)
                return

    with Library.open(corpus, embeddings) as library:
        threads = [threading.Thread(target=keep_asking, args=(library,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for amount in ("30", "31", "32"):
            brief = corpus / "2024-05-08.md"
            text = (corpus / "2024-05-08.md").read_text(encoding="utf-8")
            brief.write_text(text.replace("CNY 20 billion", f"CNY {amount} billion"), encoding="utf-8")
            library.refresh()
        done.set()
        for thread in threads:
            thread.join()
    assert errors == []
