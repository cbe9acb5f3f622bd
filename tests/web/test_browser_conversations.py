"""Conversations kept in a real browser: over reload and restart, listed, renamed, removed and exported."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from rag.answers.records import Answer
from rag.briefs.records import Item
from rag.library import Library
from rag.web.secret import FILE
from rag.web.server import FILES

pytestmark = pytest.mark.browser

TARGETS = "What are the key targets of the Robot+ plan?"
LIST = "Which policy documents did MIIT issue in April 2024?"
REFUSED = "How many employees does Siemens have at its Chengdu factory?"
PREFIX = "china-industries/conversation/"
Ask = Callable[[Any, str], Any]
Open = Callable[..., Any]
Serving = Callable[..., AbstractContextManager[str]]


@pytest.fixture
def own_library(digests: Path, built: Callable[[Path], Path], tmp_path: Path) -> Iterator[Library]:
    """The digests with an index of their own, whose secret may be removed."""
    folder = shutil.copytree(built(digests), tmp_path / "embeddings", ignore=shutil.ignore_patterns(f"{FILE}*"))
    with Library.open(corpus=digests, embeddings=folder) as opened:
        yield opened


@pytest.fixture
def new_page(browser: Any) -> Iterator[Any]:
    """A page in a window of its own, whose console may say that a request failed."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def ready(page: Any) -> None:
    """Wait until the page is there."""
    page.locator("#ready .ready").wait_for(state="attached")


def settled(page: Any, turns: int) -> None:
    """Wait until so many turns are whole, and the browser was told what to keep of them."""
    page.wait_for_function(
        "n => document.querySelectorAll('#chat .turn').length === n && !document.querySelector('#chat .growing')"
        " && !document.documentElement.hasAttribute('data-restoring')"
        " && JSON.parse(document.querySelector('#kept pre').textContent).turns === n",
        arg=turns,
    )


def drawn(page: Any) -> tuple[str, str]:
    """Conversation and sources as they stand on the page."""
    return page.locator("#chat").inner_html(), page.locator("#sources").inner_html()


def kept(page: Any) -> dict[str, str]:
    """What the browser keeps of conversations."""
    found: dict[str, str] = page.evaluate(
        "p => Object.fromEntries(Object.entries(localStorage).filter(([key]) => key.startsWith(p)))", PREFIX
    )
    return found


def keep(page: Any, **entries: str) -> None:
    """Put entries among what the browser keeps."""
    page.evaluate("([p, all]) => Object.entries(all).forEach(([k, v]) => (localStorage[p + k] = v))", [PREFIX, entries])


def entry(*questions: str, title: str = "", changed: int = 1, size: int = 0) -> str:
    """What is kept of a conversation with these questions, which another server answered."""
    turns = [f"{'0' * 64} {json.dumps({'asked': {'question': question}, 'x': 'x' * size})}" for question in questions]
    return json.dumps({"version": 1, "title": title, "made": 1, "changed": changed, "turns": turns})


def told(page: Any, words: str | re.Pattern[str]) -> None:
    """Wait until the page says this about what it keeps."""
    page.locator("#keeping").get_by_text(words).wait_for()


def with_other(page: Any, name: str, number: str, other: str) -> None:
    """From now on the page's script has another limit."""
    script = (FILES / name).read_text("utf-8")
    assert script.count(number) == 1
    script = script.replace(number, other)
    page.route(f"**/page/{name}", lambda route: route.fulfill(body=script, content_type="text/javascript"))


def listed(page: Any) -> list[str]:
    """The titles in the list."""
    page.locator("#panel .conversations .kept > *").first.wait_for()
    titles: list[str] = page.locator("#panel .conversations li .title").all_inner_texts()
    return titles


def to_list(page: Any) -> None:
    """Open the list of conversations."""
    page.locator("#to-conversations").click()
    page.locator("#panel .conversations .kept > *").first.wait_for()


def test_everything_is_the_same_after_a_reload(site: str, open_page: Open, ask: Ask) -> None:
    """Answer, list, refusal and what was taken off, with all sources; once more after that."""
    page = open_page(site)
    for question in (TARGETS, REFUSED, LIST):
        ask(page, question)
    page.get_by_role("button", name="Take off: issued by MIIT").click()
    page.get_by_role("button", name="Put back: issued by MIIT").wait_for()
    settled(page, 3)
    before = drawn(page)
    for _ in range(2):
        page.reload()
        settled(page, 3)
        assert drawn(page) == before
    assert page.locator("#notice").inner_text() == ""
    ask(page, "And which of them name AI?")
    settled(page, 4)
    page.reload()
    settled(page, 4)


def test_a_restarted_server_brings_it_back(serving: Serving, own_library: Library, open_page: Open, ask: Ask) -> None:
    """With its secret everything is as it was; with another one the answers are made anew, which is said, once."""
    with serving(own_library) as at:
        page = open_page(at)
        ask(page, TARGETS)
        ask(page, LIST)
        settled(page, 2)
        before = drawn(page)
        page.goto("about:blank")
    port = urlsplit(at).port
    with serving(own_library, port):
        page.goto(at)
        settled(page, 2)
        assert drawn(page) == before
        page.goto("about:blank")
    (own_library.embeddings / FILE).unlink()
    with serving(own_library, port):
        page.goto(at)
        settled(page, 2)
        page.get_by_text(f"Answered anew, in the briefs’ own sentences: “{TARGETS}”, “{LIST}”").wait_for()
        assert drawn(page)[1] == before[1]
        page.reload()
        settled(page, 2)
        assert page.locator("#notice").inner_text() == ""
        page.goto("about:blank")


def test_a_conversation_of_another_version_is_answered_anew(
    serving: Serving, library: Library, open_page: Open, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A version whose records differ cannot read the answer; it reads the question, and says so."""
    with serving(library) as at:
        page = open_page(at)
        ask(page, TARGETS)
        settled(page, 1)
        monkeypatch.setattr("rag.web.kept.form", lambda: "0" * 16)
        page.reload()
        settled(page, 1)
        page.get_by_text("since they were kept by another version of this program").wait_for()
        assert "492 robots" in page.locator("#chat .answer").inner_text()


def test_a_question_outlives_a_reload_while_its_answer_grows(
    serving: Serving,
    new_page: Any,
    fake_library: Any,
    make_item: Callable[..., Item],
    make_answer: Callable[..., Answer],
) -> None:
    """It is asked again."""
    item = make_item("The plan sets 492 robots.")
    library = fake_library(item, make_answer(item, [item.text]))
    library.slow = True
    page = new_page
    with serving(library) as at:
        page.goto(at)
        ready(page)
        page.get_by_label("Your question").fill("How many?")
        page.get_by_label("Your question").press("Enter")
        page.locator("#chat .growing .answer").wait_for()
        page.reload()
        library.going_on.set()
        settled(page, 1)
        page.get_by_text("“How many?”, since they were not finished").wait_for()
        page.goto("about:blank")


def test_a_long_conversation_comes_back_in_parts(site: str, open_page: Open, ask: Ask) -> None:
    """No request is longer than the server takes; what is asked meanwhile waits."""
    page = open_page(site)
    for question in (TARGETS, LIST, REFUSED, "What is in the May 2024 issue?"):
        ask(page, question)
    settled(page, 4)
    before = drawn(page)
    sent: list[int] = []
    page.on("request", lambda request: sent.append('"restore' in (request.post_data or "").replace("\\", "")))
    with_other(page, "keeping.js", "700_000", "10_000")
    page.reload()
    settled(page, 4)
    assert drawn(page) == before
    assert sum(sent) >= 3


def test_conversations_are_listed_renamed_and_opened(site: str, open_page: Open, ask: Ask) -> None:
    """Newest first, the one in use marked; a new one keeps those before; a reload of the list stays there."""
    page = open_page(site)
    ask(page, TARGETS)
    settled(page, 1)
    before = drawn(page)
    page.get_by_role("button", name="New conversation").click()
    page.locator("#chat .turn").first.wait_for(state="detached")
    ask(page, LIST)
    ask(page, REFUSED)
    settled(page, 2)
    page.locator("#taking a").click()
    assert listed(page) == [LIST, TARGETS]
    facts = page.locator("#panel .conversations .facts").all_inner_texts()
    assert re.fullmatch(r"in use · \d+ \w+ \d{4} · 2 questions · \d+ KB", facts[0])
    assert re.fullmatch(r"\d+ \w+ \d{4} · 1 question · \d+ KB", facts[1])
    page.get_by_role("button", name=f"Rename: {TARGETS}").click()
    title = page.get_by_label("Title")
    title.fill("Robots")
    title.press("Enter")
    page.get_by_text("Robots", exact=True).wait_for()
    page.get_by_role("button", name="Rename: Robots").click()
    title.fill("Nothing")
    title.press("Escape")
    title.wait_for(state="detached")
    page.reload()
    ready(page)
    assert listed(page) == [LIST, "Robots"]
    page.get_by_role("button", name="Open: Robots").click()
    settled(page, 1)
    assert drawn(page) == before
    ask(page, "Who issued it?")
    settled(page, 2)
    to_list(page)
    assert listed(page) == ["Robots", LIST]
    assert [len(json.loads(text)["turns"]) for text in kept(page).values()] == [2, 2]


def test_what_is_removed_can_be_brought_back_until_one_leaves(site: str, open_page: Open, ask: Ask) -> None:
    """One or all; the one in use empties the page as well."""
    page = open_page(site)
    ask(page, TARGETS)
    settled(page, 1)
    keep(page, other=entry("Why?"))
    to_list(page)
    page.get_by_role("button", name="Remove: Why?").click()
    assert listed(page) == [TARGETS]
    page.get_by_role("button", name="Undo").click()
    assert listed(page) == [TARGETS, "Why?"]
    page.get_by_role("button", name=f"Remove: {TARGETS}").click()
    page.get_by_role("button", name="Undo").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "Undo"
    assert listed(page) == ["Why?"]
    page.locator("#to-ask").click()
    page.locator("#welcome .welcome").wait_for()
    assert page.locator("#chat .turn").count() == 0
    to_list(page)
    assert page.get_by_role("button", name="Undo").count() == 0
    page.get_by_role("button", name="Remove all").click()
    page.get_by_text("Nothing is kept yet.").wait_for()
    assert kept(page) == {}
    page.get_by_role("button", name="Undo").click()
    assert listed(page) == ["Why?"]


def test_a_full_browser_is_told_and_loses_nothing(site: str, open_page: Open, ask: Ask) -> None:
    """Where others fill its storage the conversations kept stay, and the new one is kept once there is room."""
    page = open_page(site)
    keep(page, other=entry("Why?"))
    page.evaluate(
        """() => {
            let size = 2 ** 22;
            for (let n = 0; size >= 1; ) {
                try { localStorage.setItem("of-" + n++, "x".repeat(size)); } catch { size = Math.floor(size / 2); }
            }
        }"""
    )
    ask(page, TARGETS)
    told(page, "This browser has no room left: what is new in this conversation is not kept.")
    assert list(kept(page)) == [f"{PREFIX}other"]
    page.evaluate("Object.keys(localStorage).filter((k) => k.startsWith('of-')).forEach((k) => delete localStorage[k])")
    ask(page, LIST)
    settled(page, 2)
    assert len(kept(page)) == 2
    page.reload()
    settled(page, 2)


def test_beyond_the_limit_the_oldest_goes_with_a_word(site: str, open_page: Open, ask: Ask) -> None:
    """4 MB in all: those unused for longest, and what cannot be read is left alone."""
    page = open_page(site)
    third = 4 * 2**20 // 3
    keep(page, a=entry("First?", changed=1, size=third), b=entry("Second?", changed=2, size=third))
    keep(page, c=entry("Third?", changed=3, size=third - 2000), d="{")
    ask(page, TARGETS)
    told(page, "To make room, what was kept of “First?” was removed from this browser.")
    to_list(page)
    assert listed(page) == [TARGETS, "Third?", "Second?", "Unreadable: damaged"]


def test_a_conversation_over_the_limit_keeps_its_last_questions(site: str, open_page: Open, ask: Ask) -> None:
    """Its first ones are not kept, and the page says how many."""
    page = open_page(site)
    ask(page, TARGETS)
    settled(page, 1)
    with_other(page, "storage.js", "4 * 2 ** 20", "16_000")
    page.reload()
    settled(page, 1)
    ask(page, LIST)
    ask(page, "What did the NDRC publish in April 2024?")
    told(page, re.compile(r"its first [12] questions are not kept"))
    settled(page, 3)
    held = json.loads(next(iter(kept(page).values())))["turns"]
    assert 0 < len(held) < 3
    page.reload()
    settled(page, len(held))


@pytest.mark.parametrize("storage", ["localStorage", "sessionStorage", "both"])
def test_the_page_works_where_storage_is_forbidden(site: str, new_page: Any, ask: Ask, storage: str) -> None:
    """It answers, and says that nothing is kept; where only what is a tab's own is, the list still has it."""
    names = ["localStorage", "sessionStorage"] if storage == "both" else [storage]
    page = new_page
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.add_init_script(
        f"for (const name of {json.dumps(names)}) Object.defineProperty(window, name, "
        "{ get() { throw new DOMException('forbidden', 'SecurityError'); } });"
    )
    page.goto(site)
    ready(page)
    ask(page, TARGETS)
    settled(page, 1)
    said = page.locator("#keeping").all_inner_texts()
    to_list(page)
    if storage == "sessionStorage":
        assert said == []
        page.reload()
        ready(page)
        assert listed(page) == [TARGETS]
    else:
        assert said == ["This browser lets the page keep nothing: after a reload, this conversation is gone."]
        page.get_by_text("This browser lets the page keep nothing.", exact=True).wait_for()
    assert errors == []


def test_what_cannot_be_read_is_left_as_it_is(site: str, open_page: Open, ask: Ask, tmp_path: Path) -> None:
    """Damaged, of a newer page or of a form of its own: listed, to be downloaded or removed, and nothing breaks."""
    bad = {
        "newer": '{"version": 2}',
        "cut": entry("Why?")[:-20],
        "list": "[]",
        "old": '{"version": 0, "log": []}',
        "turns": entry("Why?").replace('"turns": [', '"turns": [7, '),
        "null": "null",
    }
    page = open_page(f"{site}?conversations")
    page.get_by_text("Nothing is kept yet.").wait_for()
    keep(page, **bad)
    page.evaluate("sessionStorage.setItem('conversation', 'cut')")
    page.reload()
    ready(page)
    assert sorted(listed(page)) == ["Unreadable: damaged"] * 5 + ["Unreadable: kept by a newer version of this page"]
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").first.click()
    download.value.save_as(tmp_path / "raw.json")
    assert (tmp_path / "raw.json").read_text() in bad.values()
    page.locator("#to-ask").click()
    ask(page, TARGETS)
    settled(page, 1)
    assert {f"{PREFIX}{name}": text for name, text in bad.items()}.items() <= kept(page).items()
    to_list(page)
    page.get_by_role("button", name="Remove: unreadable entry").first.click()
    assert len(listed(page)) == 6


def test_what_others_wrote_into_storage_does_nothing(site: str, open_page: Open) -> None:
    """A hostile title or question is text; a forged answer is not shown, its question is asked again."""
    hostile = "<img src=x onerror=\"document.title='bad'\">"
    forged = json.loads(entry("What are the key targets of the Robot+ plan?"))
    forged["turns"][0] = forged["turns"][0].replace('"x":', '"form": "x", "turn": "<b>nonsense</b>", "x":')
    page = open_page(site)
    keep(page, a=entry("Why?", title=hostile), b=entry(hostile), c=json.dumps(forged))
    to_list(page)
    assert sorted(listed(page)) == sorted([hostile, hostile, TARGETS])
    assert page.locator("#panel .kept img, #panel .kept b").count() == 0
    page.get_by_role("button", name=f"Open: {TARGETS}").click()
    settled(page, 1)
    page.get_by_text("since they do not carry this server’s seal").wait_for()
    assert "nonsense" not in page.content().replace("&lt;", "<")
    assert "492 robots" in page.locator("#chat .answer").inner_text()
    to_list(page)
    page.get_by_role("button", name="Open: <img").last.click()
    settled(page, 1)
    assert page.locator("#chat img, #notice img").count() == 0
    assert page.title() != "bad"


def test_two_tabs_do_not_lose_a_turn(site: str, open_page: Open, ask: Ask) -> None:
    """Each goes on with a conversation of its own, and the list of either shows both at once."""
    page = open_page(site)
    ask(page, TARGETS)
    settled(page, 1)
    other = page.context.new_page()
    other.goto(f"{site}?conversations")
    ready(other)
    other.get_by_role("button", name="Open:").click()
    settled(other, 1)
    ask(page, LIST)
    settled(page, 2)
    ask(other, REFUSED)
    settled(other, 2)
    questions = sorted(json.loads(turn[65:])["asked"]["question"] for text in kept(page).values()
                       for turn in json.loads(text)["turns"])  # fmt: skip
    assert questions == sorted([TARGETS, LIST, TARGETS, REFUSED])
    to_list(page)
    assert listed(page) == [f"{TARGETS} (second tab)", TARGETS]
    ask_in_other = other.get_by_label("Your question")
    ask_in_other.fill("Why?")
    ask_in_other.press("Enter")
    page.get_by_text("3 questions").wait_for()  # without anything done in this tab
    other.reload()
    settled(other, 3)
    other.close()


def program(name: str) -> str:
    """An installed program; skipped where it is not, but not where everything has to be."""
    found = shutil.which(name)
    if found is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"{name} is not installed")
    return found


def test_a_conversation_is_exported_in_every_form(site: str, open_page: Open, ask: Ask, tmp_path: Path) -> None:
    """From the page and from the list, under its title; in Word the notes have the numbers of the page."""
    page = open_page(site)
    ask(page, TARGETS)
    ask(page, LIST)
    settled(page, 2)
    files = {}
    for form in ("Markdown", "Word", "BibTeX", "CSL-JSON"):
        page.locator("#taking summary").click()
        with page.expect_download() as download:
            page.locator("#taking").get_by_role("button", name=form).click()
        files[form] = tmp_path / download.value.suggested_filename
        download.value.save_as(files[form])
    assert {path.suffix for path in files.values()} == {".md", ".docx", ".bib", ".json"}
    assert all(path.name.startswith("What are the key targets of the Robot+ plan 2") for path in files.values())
    markers = [
        sorted({int(text.strip("[]")) for text in turn.locator(".marker").all_inner_texts()})
        for turn in page.locator("#chat .turn").all()
    ]
    assert markers == [[1], [1, 2, 3, 4, 5, 6]]
    assert len(json.loads(files["CSL-JSON"].read_text())) == 7
    to_list(page)
    page.locator("#panel details.export summary").click()
    with page.expect_download() as download:
        page.locator("#panel").get_by_role("button", name="Markdown").click()
    download.value.save_as(tmp_path / "again.md")
    assert (tmp_path / "again.md").read_bytes() == files["Markdown"].read_bytes()
    read = subprocess.run(
        [program("pandoc"), files["Word"], "--to=plain", "--wrap=none"], capture_output=True, check=True
    )
    sections = re.split(r"^Question \d+: ", read.stdout.decode(), flags=re.MULTILINE)[1:]
    assert [section.partition("\n")[0] for section in sections] == [TARGETS, LIST]
    for section, expected in zip(sections, markers, strict=True):
        said, _, notes = section.partition("Notes to question")
        assert sorted({int(marker) for marker in re.findall(r"\[(\d+)\]", said)}) == expected
        assert [int(marker) for marker in re.findall(r"^\[(\d+)\]", notes, re.MULTILINE)] == expected


def test_what_cannot_be_exported_is_told(site: str, new_page: Any) -> None:
    """An answer of another server is not written into a file; opened, it is made anew, and is."""
    page = new_page
    page.goto(site)
    ready(page)
    keep(page, a=entry(TARGETS))
    to_list(page)
    page.locator("#panel details.export summary").click()
    page.locator("#panel").get_by_role("button", name="Word").click()
    page.get_by_text("Question 1: this server cannot vouch for").wait_for()
    page.get_by_role("button", name="Open:").click()
    settled(page, 1)
    page.locator("#taking summary").click()
    with page.expect_download() as download:
        page.locator("#taking").get_by_role("button", name="Word").click()
    assert download.value.suggested_filename.endswith(".docx")
