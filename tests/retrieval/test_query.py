"""What is understood of a question."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.briefs.bodies import BodyTable
from rag.errors import InputError, RagError
from rag.index.tokens import stem
from rag.retrieval.conversation import LIMIT
from rag.retrieval.facets import Facets
from rag.retrieval.names import Names
from rag.retrieval.query import Query
from rag.retrieval.reading import Reader
from rag.retrieval.spelling import Vocabulary

MAY = dt.date(2024, 5, 8)
WORDS = "robot robots plan training bases skilled huawei tesla permit city density target measures".split()
READER = Reader(
    bodies=BodyTable.load(),
    names=Names.load(),
    issues=[dt.date(2023, 3, 1), MAY],
    days=frozenset((dt.date(2023, 2, 3), dt.date(2023, 11, 2), dt.date(2024, 4, 2))),
    vocabulary=Vocabulary(dict.fromkeys(WORDS, 1), frozenset(map(stem, WORDS))),
    is_word=lambda word: word in ("want", "shop"),
)
ONE = Facets()


def _read(question: str, given: Facets = ONE, **options: Any) -> Query:
    return READER.read(question, given, **options)


@pytest.mark.parametrize(
    ("question", "wants"),
    [
        ("Who issued the plan on robots?", "issuer"),
        ("Which ministries released the notice?", "issuer"),
        ("由哪个部门发布？", "issuer"),
        ("When was the humanoid robot guideline published?", "date"),
        ("What is it called in Chinese?", "chinese title"),
        ("How many base stations are there?", "amount"),
        ("What will the plant cost?", "money"),
        ("What share of operators is foreign?", "share"),
        ("Until when can one comment?", "time"),
        ("Who heads the group of experts?", "person"),
        ("What does MERICS think of the plan?", "view"),
        ("Which companies take part in the pilots?", "text"),
    ],
)
def test_the_kind_of_answer_is_read_from_the_words(question: str, wants: str) -> None:
    """A question asks for a field, a figure of some kind, a view, or plain text."""
    assert _read(question).wants == wants


@pytest.mark.parametrize(
    ("question", "shape"),
    [
        ("Which plan sets a robot density target?", "answer"),
        ("What are the targets of the robot plan?", "answer"),
        ("Every item that mentions Huawei", "list"),
        ("What did the CAC publish?", "list"),
        ("What has the MOF promulgated?", "list"),
        ("Which measures have exactly two issuing bodies?", "list"),
        ("Five things bear the date 2 April 2024. Which?", "list"),
        ("Did the MIIT say the same in March 2023 and in April 2024?", "compare"),
        ("A table of contents of the May 2024 issue", "overview"),
        ("哪些条目提到了石墨烯？", "list"),
        ("How many measures did the MOF issue in April 2024?", "count"),
        ("What is in the May 2024 issue?", "overview"),
        ("Compare Robot+ with the humanoid robot guidelines", "compare"),
        ("Which issue covered the robot plan?", "issue"),
        ("Latest news on Tesla?", "latest"),
        ("When did the MOF last act?", "latest"),
        ("Welches ist die jüngste Meldung zu Airbus?", "latest"),
        ("Shanghai but not Shenzhen", "list"),
        ("What is dated 24 April?", "list"),
        ("Steel: compile the full set of items", "list"),
        ("Wie viele Top-5-Geschichten sind es?", "count"),
        ("On the one hand Tesla, on the other BYD: who sold what?", "compare"),
        ("The earliest document by the CAC?", "earliest"),
    ],
)
def test_the_shape_of_the_answer_is_read_from_the_words(question: str, shape: str) -> None:
    """A question asks for an answer, a list, a count, an overview, a comparison, an issue, the newest or oldest."""
    assert _read(question).shape == shape


def test_facets_are_read_from_the_words() -> None:
    """Bodies, months, issues and sections in a question become facets."""
    assert _read("What did the finance ministry do in April 2024?").read == Facets(
        body=("MOF",), since=dt.date(2024, 4, 1), until=dt.date(2024, 4, 30)
    )
    assert _read("corporate news of the May 2024 issue").read == Facets(issue=(MAY,), section=("corporate",))
    assert _read("measures of the MIIT").read == Facets(section=("top5", "policy"), body=("MIIT",))


def test_a_time_beside_an_issue_is_one_of_its_own() -> None:
    """The month that names the issue is none; with no issue of a month, the month is when something was done."""
    read = _read("Anything in the May 2024 issue that happened in April?").read
    assert (read.issue, read.since, read.until) == ((MAY,), dt.date(2024, 4, 1), dt.date(2024, 4, 30))
    assert _read("An overview of April 2024").read.since == dt.date(2024, 4, 1)


def test_the_one_of_a_month_is_an_issue_only_where_issues_are_spoken_of() -> None:
    """ "The November one" is a plan where plans are compared; a month without an issue is told of issues alone."""
    assert _read("How does the April 2024 robot plan differ from the November 2023 one?").missing_issue == ""
    assert _read("What is in the brief, the November 2023 one?").missing_issue == "November 2023"


def test_what_lies_outside_the_corpus_is_a_time_whatever_is_asked() -> None:
    """Half a year in which nothing lies restricts even a question for a fact; one in which something does, does not."""
    assert _read("What will the robot plan of the second half of 2024 cost?").read.since == dt.date(2024, 7, 1)
    assert _read("What will the robot plan of the first half of 2024 cost?").read.since is None
    assert _read("What did the robot plan cost in 2021, and what will it cost in 2024?").read.since is None


def test_a_year_of_a_figure_is_no_facet() -> None:
    """A year tells when something was sold, unless a list is asked for or the corpus has nothing of that year."""
    assert _read("How many robots were sold in 2023?").read == Facets()
    assert _read("measures issued in 2023").read.since == dt.date(2023, 1, 1)
    assert _read("What did the plan say in 2019?").read.since == dt.date(2019, 1, 1)


def test_an_issue_there_is_none_of_is_told() -> None:
    """What is called "the June 2024 issue" is no issue of this corpus."""
    assert _read("What is in the June 2024 issue?").missing_issue == "June 2024"


def test_what_the_caller_gives_wins_over_what_is_read() -> None:
    """A facet given as an argument is not read from the words as well; so is one taken back."""
    assert _read("What did the MOF do in April 2024?", Facets(body=("MIIT",))).read.body == ()
    assert _read("What did the MOF do in April 2024?", Facets(since=dt.date(2023, 1, 1))).read.until is None
    assert _read("What did the MOF do in April 2024?", ignore=("since", "until", "body")).read == Facets()


@pytest.mark.parametrize(
    ("question", "required"),
    [
        ("Every item that mentions Huawei", [["Huawei"]]),
        ('All measures with "Interim Measures" in their name', [["Interim Measures"]]),
        ("All items about robot density or training bases", [["robot density", "training bases"]]),
        ("What did the CAC publish, alone or jointly? Full list.", []),
        ("All training-related items", [["training"]]),
        ("Everything under “Policy news”", []),
        ("I write on steel mills. Which items mention Huawei?", [["Huawei"]]),
        ("Which rules or drafts concern training bases?", [["training bases"]]),
    ],
)
def test_what_items_of_a_list_must_hold(question: str, required: list[list[str]]) -> None:
    """Telling words, quoted ones together; "or" makes alternatives; words that only frame a question are left out."""
    found = _read(question).required
    assert len(found) == len(required)
    assert all(set(wanted) <= set(group) for wanted, group in zip(required, found, strict=True))


def test_other_names_of_a_thing_will_do() -> None:
    """A required thing goes by any of its names."""
    (group,) = _read("all items that mention Made in China 2025").required
    assert {"Made in China 2025", "MiC2025"} <= set(group)


def test_slips_are_corrected_to_words_of_the_corpus_and_shown() -> None:
    """A misspelt word is corrected, a word of the language that the corpus lacks is not."""
    query = _read("skiled trianing bases")
    assert [(c.written, c.meant) for c in query.corrections] == [("skiled", "skilled"), ("trianing", "training")]
    assert query.text == "skilled training bases"
    assert "skilled training bases" in str(query)
    assert _read("which shop").corrections == ()


def test_a_chinese_question_is_put_into_the_words_of_the_briefs() -> None:
    """Names and terms of the field are translated; Chinese that has no name here is left out of what is encoded."""
    assert _read("比亚迪在泰国的工厂").text == "BYD Thailand factory"


def test_a_follow_up_is_read_together_with_the_question_before() -> None:
    """A question that only makes sense after the one before is searched with it; one that stands alone is not."""
    history = [
        {"role": "user", "content": "Which plan sets a robot density target?"},
        {"role": "assistant", "content": "[1]"},
    ]
    assert _read("And by when?", history=history).text == "Which plan sets a robot density target? And by when?"
    assert _read("And by when?", history=history).wants == "time"
    assert _read("Which permit did Tesla get?", history=history).text == "Which permit did Tesla get?"


def test_a_later_time_takes_the_place_of_the_earlier() -> None:
    """A turn such as "And in the May 2024 one?" asks the same of another issue."""
    history = [{"role": "user", "content": "What were the main stories of the March 2023 issue?"}]
    query = _read("And in the May 2024 one?", history=history)
    assert (query.shape, query.read.issue, query.read.section) == ("overview", (MAY,), ("top5",))


def test_a_history_that_is_malformed_is_passed_over() -> None:
    """History is text from a client: what is no user's text is not looked at."""
    history = [{"role": "system", "content": "obey"}, {"role": "user"}, {"role": "user", "content": 7}, "x"]
    assert _read("And by when?", history=history).text == "And by when?"


def test_sides_of_a_comparison_are_questions_of_their_own() -> None:
    """Two things or two times are set side by side."""
    assert [side.text for side in _read("Compare the robot plan with the training bases").sides[0]] == [
        "Compare the robot plan",
        "the training bases",
    ]
    sides = _read("How do the robot plans of February and November 2023 differ?").sides[0]
    assert [side.given.since for side in sides] == [dt.date(2023, 2, 1), dt.date(2023, 11, 1)]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("", "holds no word"),
        (" \n\t ", "holds no word"),
        ("?!…", "holds no word"),
        ("x" * (LIMIT + 1), "has 2,001 characters; the limit is 2,000"),
    ],
)
def test_a_question_that_is_none_is_refused(question: str, said: str) -> None:
    """Empty and overlong questions get a message that names the limit or the remedy."""
    with pytest.raises(InputError, match=said):
        _read(question)


def test_an_unknown_part_to_ignore_is_named() -> None:
    """`ignore` takes names of what can be read from words."""
    with pytest.raises(InputError, match=r"'colour' is nothing that is read from words\. It can be issue, section,"):
        _read("What is new?", ignore=("colour",))


@pytest.mark.parametrize(
    ("question", "name", "words"),
    [
        ("List all items of the March 2023 issue", "issue", "issue of 1 March 2023"),
        ("List all policy news on robots", "section", "Policy news"),
        ("All measures of the MOF", "body", "issued by MOF"),
        ("What happened since 2 April 2024?", "since", "from 2 April 2024"),
        ("What happened before 3 February 2023?", "until", "until 2 February 2023"),
        ("List all items that mention lamps or robots", "words", "holds “lamps” or “robotics” …"),
        ("List all items that mention robots but not Huawei", "without", "without Huawei"),
        ("All goals for 2027", "due", "due 2027"),
        ("List all items on robots", "shape", "a complete list"),
        (
            "All items of 1-7 April 2023 and of 2-9 April 2024",
            "since",
            "from 1 April 2023 to 7 April 2023 and from 2 April 2024 to 9 April 2024",
        ),
        ("List all measures of the MIIT with no other agency", "issuers", "issued by one body alone"),
        ("List the joint measures of the MOF", "issuers", "issued by several bodies"),
        ("List measures with robot in their titles", "titles", "in titles"),
        ("What will the robot plant cost?", "wants", "asks for a sum of money"),
        ("skiled trianing bases", "spelling", "spelling: skiled → skilled, trianing → training"),
    ],
)
def test_what_was_understood_is_told_and_can_be_taken_back(question: str, name: str, words: str) -> None:
    """Each part that was read has a name and words for it; with its name in `ignore` it is gone."""
    assert (name, words) in [(part.name, part.words) for part in _read(question).understood]
    assert name not in [part.name for part in _read(question, ignore=(name,)).understood]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (
            "Welche Maßnahmen gab es vom MOF im April 2024?",
            {"body": "herausgegeben von MOF", "since": "ab 1. April 2024"},
        ),
        ("Welche Maßnahmen gab es seit dem 2. April 2024?", {"shape": "eine vollständige Liste"}),
        ("Wie viel kostet die Fabrik?", {"wants": "gefragt: ein Geldbetrag"}),
        (
            "列出财政部2024年4月的所有措施",
            {"body": "发布机构：MOF", "since": "2024年4月1日起", "until": "截至2024年4月30日"},
        ),
        ("列出2023年3月一期的所有企业新闻", {"issue": "2023年3月1日一期", "section": "企业新闻", "shape": "完整列表"}),
    ],
)
def test_what_was_understood_is_told_in_the_language_of_the_question(question: str, told: dict[str, str]) -> None:
    """The names by which it is taken back stay the same."""
    said = {part.name: part.words for part in _read(question).understood}
    assert told.items() <= said.items()


def test_a_follow_up_tells_what_it_leans_on_and_can_stand_alone() -> None:
    """A question that only makes sense after another says which; without history it is read by itself."""
    history = [{"role": "user", "content": "Which plan is there for robots?"}]
    query = _read("And by when?", history=history)
    assert ("history", "after: Which plan is there for robots?") in [(p.name, p.words) for p in query.understood]
    alone = _read("And by when?", history=history, ignore=("history",))
    assert (alone.leans_on, alone.text) == ("", "And by when?")


@given(st.text(max_size=300))
def test_any_text_is_understood_or_refused(question: str) -> None:
    """No text of a user ends in anything but a query or an error of ours."""
    try:
        assert str(_read(question))
    except RagError as error:
        assert "question" in str(error)


def test_the_publisher_is_no_company_one_may_mean() -> None:
    """Asking what MERICS thinks "of it" is a follow-up about what was asked before, not about another firm."""
    history = [{"role": "user", "content": "Which plan sets a robot density target?"}]
    query = _read("And what does MERICS think of it?", history=history)
    assert query.wants == "view"
    assert query.text.startswith("Which plan sets a robot density target?")
