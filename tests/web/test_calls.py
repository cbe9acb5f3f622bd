"""The six calls: the records of the shell, and a word for every argument that cannot be served."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from rag.cli import main
from rag.errors import InputError
from rag.library import Library
from rag.web import calls as calls_module
from rag.web.calls import ARGUMENTS, NAMES, TITLES, Calls, arguments_schema, bind
from rag.wire import wire

pytestmark = pytest.mark.real

QUESTION = "Which plan sets a robot density target?"
ADDRESS = "2023-03-01/top5/1"


@pytest.fixture(scope="module")
def calls(library: Library) -> Calls:
    """The calls over the digests."""
    return Calls(library)


@pytest.mark.parametrize(
    ("name", "arguments", "command"),
    [
        ("ask", {"question": QUESTION}, ["ask", QUESTION]),
        ("ask", {"question": "What of the MOF?", "ignore": "body"}, ["ask", "What of the MOF?", "--ignore", "body"]),
        ("search", {"question": QUESTION, "k": 3}, ["search", QUESTION, "-k", "3"]),
        (
            "search",
            {"question": "subsidies", "k": 20, "body": ["MOF", "工信部"], "since": "2024-04-01", "section": "policy"},
            "search subsidies -k 20 --body MOF --body 工信部 --since 2024-04-01 --section policy".split(),
        ),
        ("items", {"body": "CAC", "until": "2023-12-31"}, ["items", "--body", "CAC", "--until", "2023-12-31"]),
        ("item", {"item_id": ADDRESS}, ["show", ADDRESS]),
    ],
)
def test_a_call_gives_the_record_of_the_shell(
    calls: Calls,
    digests: Path,
    built: Any,
    capsys: pytest.CaptureFixture[str],
    name: str,
    arguments: dict[str, Any],
    command: list[str],
) -> None:
    """Field by field what `rag ... --json` writes."""
    main([*command, "--json", "--corpus", str(digests), "--embeddings", str(built(digests))])
    assert getattr(calls, name)(**arguments) == json.loads(capsys.readouterr().out)


def test_history_is_understood(calls: Calls) -> None:
    """A follow-up leans on the question before it."""
    before = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": "By 2025 ... [1]"}]
    assert calls.ask("And who issued it?", history=before)["query"]["leans_on"] == QUESTION


def test_goals_and_changes_are_those_of_the_library(calls: Calls, library: Library) -> None:
    """The same records as in Python, all of them, with the same filters."""
    assert calls.goals(section="top5", since="2023-01-01") == wire(library.goals(section="top5", since="2023-01-01"))
    changes = library.compare(
        {"issue": "2022-10-05", "body": "MIIT"}, {"since": "2023-04-01", "until": "2023-06-30", "body": "MIIT"}
    )
    assert calls.compare("2022-10-05", "2023-Q2", body="MIIT") == wire(changes)


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("search", {"question": QUESTION, "k": 0}, "k: 0 is not a whole number from 1 to 1,000"),
    ("search", {"question": QUESTION, "k": 1001}, "k: 1001 is not"),
    ("search", {"question": QUESTION, "k": True}, "k: True is not"),
    ("search", {"question": QUESTION, "k": "5"}, "k: '5' is not"),
    ("search", {"question": QUESTION, "k": 10**5000}, "k: a number of very many digits is not"),
    ("ask", {"question": 7}, "question: 7 is not text"),
    ("ask", {"question": None}, "question: None is not text"),
    ("ask", {"question": {"a": "b" * 9999}}, r"question: \{'a': 'b+ \.\.\. is not text"),
    ("ask", {"question": " "}, "holds no word"),
    ("ask", {"question": "x" * 2001}, "has 2,001 characters; the limit is 2,000"),
    ("ask", {"question": QUESTION, "ignore": "colour"}, "ignore: 'colour' is nothing that is read"),
    ("ask", {"question": QUESTION, "ignore": 7}, "ignore: 7 is not text"),
    ("ask", {"question": QUESTION, "history": "earlier"}, "history: 'earlier' is not a list"),
    ("ask", {"question": QUESTION, "history": ["earlier"]}, r"history\[0\]: 'earlier' is not a message"),
    ("ask", {"question": QUESTION, "history": [{"role": "system", "content": "x"}]}, r"history\[0\]: .* is not a mes"),
    ("ask", {"question": QUESTION, "history": [{"role": "user", "content": 1}]}, r"history\[0\]\.content: 1 is not"),
    ("ask", {"question": QUESTION, "history": [{"role": "user", "content": "x"}] * 101}, "history: 101 messages"),
    ("items", {"body": "Minstry of Finance"}, r"body: 'Minstry of Finance' .* Did you mean MOF \(Ministry of Finance"),
    ("items", {"body": [["MOF"]]}, r"body: \['MOF'\] is not text"),
    ("items", {"body": ["MOF"] * 51}, "body: 51 values are too many; the limit is 50"),
    ("items", {"body": "M" * 201}, "body: 201 characters are too many; the limit is 200"),
    ("items", {"section": "sport"}, "section: 'sport' is not one of top5, policy, corporate"),
    ("items", {"issue": "2023-03-02"}, "issue: .* holds no issue of 2023-03-02"),
    ("items", {"since": "2024-04-31"}, "since: '2024-04-31' is not a date of the calendar"),
    ("items", {"until": 2024}, "until: 2024 is not text"),
    ("items", {"since": "2024-05-01", "until": "2024-04-01"}, "since .* lies after until"),
    ("goals", {"body": "Minstry of Finance"}, "Did you mean MOF"),
    ("compare", {"before": "spring", "after": "2023"}, "before: 'spring'"),
    ("compare", {"before": "2023-03-01", "after": 7}, "after: 7 is not text"),
    ("compare", {"before": "2023-03-01", "after": "2023-03-01"}, "same"),
    ("compare", {"before": "1999", "after": "2023"}, "1999"),
    ("item", {"item_id": "2023-03-01/top5/99"}, "is no item of this corpus"),
    ("item", {"item_id": ["2023-03-01/top5/1"]}, "item_id: .* is not text"),
]


@pytest.mark.parametrize(("name", "arguments", "message"), WRONG)
def test_what_cannot_be_served_is_named(calls: Calls, name: str, arguments: dict[str, Any], message: str) -> None:
    """Place, value and remedy, and never more than a line or two of what was sent."""
    with pytest.raises(InputError, match=message) as caught:
        getattr(calls, name)(**arguments)
    assert len(str(caught.value)) < 500


def test_a_result_has_a_limit(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    """More items than one call gives are an error that says how to ask for fewer, not a part taken for the whole."""
    monkeypatch.setattr(calls_module, "MOST_ITEMS", 10)
    with pytest.raises(InputError, match=r"94 items satisfy these filters; one call gives 10 at most\. Narrow"):
        calls.items()
    assert len(calls.items(issue="2023-03-01", section="top5")) == 5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "question: is missing. search takes question, k, issue"),
        ({"question": "x", "boddy": "MOF"}, "'boddy' is no argument. Did you mean body?"),
        ({"question": "x", "self": 1}, "'self' is no argument"),
        ({"x" * 9999: 1}, r"'x+ \.\.\. is no argument"),
    ],
)
def test_arguments_are_bound_by_name(calls: Calls, arguments: dict[str, Any], message: str) -> None:
    """An unknown name is told, the nearest offered; so is one that is missing."""
    with pytest.raises(InputError, match=message):
        bind(calls.search, arguments)


def test_what_is_left_out_has_its_default(calls: Calls) -> None:
    """The whole of the arguments, in their order."""
    assert list(bind(calls.search, {"k": 3, "question": "x"}).items())[:3] == [
        ("question", "x"),
        ("k", 3),
        ("issue", None),
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_argument_is_described(name: str) -> None:
    """Each argument has a type, a sentence and its default; the schema is one, and closed."""
    made = arguments_schema(name)
    jsonschema.Draft202012Validator.check_schema(made)
    assert made["additionalProperties"] is False
    parameters = list(inspect.signature(getattr(Calls, name)).parameters.values())[1:]
    assert list(made["properties"]) == [parameter.name for parameter in parameters]
    assert all(argument["description"] for argument in made["properties"].values())
    for parameter in parameters:
        required = parameter.default is inspect.Parameter.empty
        assert (parameter.name in made["required"]) is required
        assert ("default" in made["properties"][parameter.name]) is not required
    assert TITLES[name]
    assert len(inspect.getdoc(getattr(Calls, name)) or "") > 100


def test_nothing_is_described_that_no_call_takes() -> None:
    """The table of arguments holds those of the calls alone."""
    assert ARGUMENTS.keys() == {argument for name in NAMES for argument in arguments_schema(name)["properties"]}
