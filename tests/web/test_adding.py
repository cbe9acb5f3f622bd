"""Adding a brief over HTTP, as the page does it: what is told, what is refused, and what answers meanwhile."""

from __future__ import annotations

import http.client
import json
import logging
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest

import rag.adding
from rag.adding import Room
from rag.errors import IndexProblem
from rag.index.disk import System, system
from rag.library import Library
from rag.opening import open_index
from rag.web import adding
from rag.web.gate import MOST_BYTES

pytestmark = pytest.mark.real

Reply = tuple[int, dict[str, Any]]
Own = tuple[Path, Path]
BRIEF = (Path(__file__).parents[1] / "data" / "briefs" / "valid" / "plain.txt").read_bytes()
JULY = BRIEF.replace(b"JUNE 4", b"JULY 4")  # another issue
KITES = "Which tax on kites was lowered?"


def copied(digests: Path, built: Callable[[Path], Path], folder: Path) -> Own:
    """A corpus and an index to change."""
    shutil.copytree(digests, folder / "corpus")
    shutil.copytree(built(digests), folder / "embeddings")
    return folder / "corpus", folder / "embeddings"


@pytest.fixture
def allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator allows adding."""
    monkeypatch.setenv("RAG_UPLOADS", "on")


@pytest.fixture
def own(digests: Path, built: Callable[[Path], Path], tmp_path: Path) -> Own:
    """Folders of one test."""
    return copied(digests, built, tmp_path)


@pytest.fixture
def page(own: Own, allowed: None, serving: Callable[[object], AbstractContextManager[str]]) -> Iterator[str]:
    """The page over them."""
    with Library.open(*own) as library, serving(library) as at:
        yield at


@pytest.fixture(scope="module")
def unchanged(
    digests: Path,
    built: Callable[[Path], Path],
    serving: Callable[[object], AbstractContextManager[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[str, Path]]:
    """A page for what is refused, and the folder around its corpus, in which the copies to read are made, too."""
    folder = tmp_path_factory.mktemp("unchanged")
    (folder / "temporary").mkdir()
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("RAG_UPLOADS", "on")
        patched.setattr(tempfile, "tempdir", str(folder / "temporary"))
        with Library.open(*copied(digests, built, folder)) as library, serving(library) as at:
            yield at, folder


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def steps(site: str, data: bytes, name: str = "kites.txt", headers: dict[str, str] | None = None) -> list[Any]:
    """What is told of one file, step by step; of one that was refused at the door its status and why."""
    at = f"{site}library/add?name={quote(name)}"
    reply = httpx.post(at, content=data, headers=adding.NEEDED if headers is None else headers, timeout=60)
    if reply.status_code != 200:
        return [reply.status_code, reply.text]
    return [json.loads(line) for line in reply.text.splitlines()]


def asked(site: str, question: str = KITES) -> str:
    """The answer to a question, as programs get it."""
    at = f"{site}gradio_api/call/v2/ask"
    return httpx.get(f"{at}/{httpx.post(at, json={'question': question}).json()['event_id']}", timeout=30).text


class Held:
    """Holds every addition between the copy and the index until it is let go."""

    def __init__(self) -> None:
        self.reached, self.let_go = threading.Event(), threading.Event()

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """In the place of `open_index`."""
        self.reached.set()
        assert self.let_go.wait(30)
        return open_index(*arguments, **options)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    """Additions stop in the middle."""
    holding = Held()
    monkeypatch.setattr(rag.adding, "open_index", holding)
    yield holding
    holding.let_go.set()


# --- what goes well -------------------------------------------------------------------------------------------------


def test_a_brief_is_read_taken_up_and_answers(page: str, own: Own) -> None:
    """Step by step; afterwards it lies under its date, the next question is answered from it, and once is enough."""
    assert "originals" not in {path.name for path in own[0].iterdir()}
    told = steps(page, BRIEF)
    assert told[:2] == [{"words": adding.CHECKING}, {"words": "Reading briefs", "done": 0, "total": 6}]
    assert {"words": "Encoding passages", "done": 34, "total": 34} in told
    assert told[-1] == {
        "outcome": "added",
        "lines": [
            "Original of 4 June 2025: 2 top stories, 2 policy news, 1 corporate news.",
            "Reporting period: 29 April 2025 to 27 May 2025.",
        ],
    }
    assert (own[0] / "originals" / "2025-06-04.txt").read_bytes() == BRIEF
    assert "2025-06-04/policy/1" in asked(page)
    assert httpx.get(f"{page}health").json()["issues"] == 6
    again = steps(page, BRIEF, "another name.md")[-1]
    assert again["outcome"] == "there"
    assert "It was there already; nothing changed." in again["lines"]
    assert len(list((own[0] / "originals").iterdir())) == 1


def test_a_digest_beside_its_original_is_kept_and_said_to_be_set_aside(page: str, own: Own) -> None:
    """Both lie in the corpus; the original is read."""
    assert steps(page, BRIEF)[-1]["outcome"] == "added"
    digest = b"---\nedition: digest\nissue: 2025-06-04\n---\n" + BRIEF.lstrip()
    told = steps(page, digest)[-1]
    assert told["outcome"] == "added"
    assert told["lines"][-1] == "The original of this issue is there too, and is read in place of this digest."
    assert (own[0] / "2025-06-04.txt").read_bytes() == digest


def test_what_could_not_be_placed_is_told(page: str) -> None:
    """Lines of a file that fit nowhere come with their number, the first few in full."""
    stray = BRIEF.replace(b"NOTEWORTHY\n\nPolicy", b"NOTEWORTHY\n\n" + b"A stray line.\n" * 7 + b"\nPolicy")
    lines = steps(page, stray)[-1]["lines"]
    assert "7 lines could not be placed:" in lines
    assert sum(line.endswith(": A stray line.") for line in lines) == adding.MOST_UNPLACED
    assert lines[-1] == "and 2 more."


def test_questions_are_answered_while_a_brief_is_added(page: str, held: Held) -> None:
    """In the middle of an addition the page answers from the index before; afterwards from the new one."""
    with ThreadPoolExecutor(1) as people:
        under_way = people.submit(steps, page, BRIEF)
        assert held.reached.wait(30)
        assert "BMW" in asked(page, "How much more will BMW invest in Shenyang?")
        assert httpx.get(f"{page}health").json()["issues"] == 5
        held.let_go.set()
        assert under_way.result()[-1]["outcome"] == "added"
    assert "2025-06-04/policy/1" in asked(page)


@pytest.mark.parametrize("second", [JULY, BRIEF], ids=["another issue", "the same file"])
def test_two_people_may_add_at_once(page: str, own: Own, held: Held, second: bytes) -> None:
    """The second waits and is told so; both end well, and nothing is lost or there twice."""
    with ThreadPoolExecutor(2) as people:
        one = people.submit(steps, page, BRIEF)
        assert held.reached.wait(30)
        two = people.submit(steps, page, second)
        time.sleep(0.3)
        held.let_go.set()
        assert one.result()[-1]["outcome"] == "added"
        assert two.result()[0] == {"words": adding.WAITING}
        assert two.result()[-1]["outcome"] == ("added" if second == JULY else "there")
    names = {path.name for path in (own[0] / "originals").iterdir()}
    assert names == ({"2025-06-04.txt", "2025-07-04.txt"} if second == JULY else {"2025-06-04.txt"})
    assert httpx.get(f"{page}health").json()["issues"] == 5 + len(names)


def test_too_many_at_once_are_told_to_come_again(page: str, held: Held) -> None:
    """Who comes when a few wait already gets 503 with a word, and nothing else suffers."""
    with ThreadPoolExecutor(1 + adding.MOST_WAITING) as people:
        waiting = [people.submit(steps, page, BRIEF)]
        assert held.reached.wait(30)
        waiting += [people.submit(steps, page, BRIEF) for _ in range(adding.MOST_WAITING)]
        time.sleep(0.5)
        assert steps(page, JULY) == [503, json.dumps({"detail": adding.BUSY}, separators=(",", ":"))]
        held.let_go.set()
        assert [one.result()[-1]["outcome"] for one in waiting] == ["added", "there", "there", "there"]


def test_an_addition_ends_though_nobody_listens(page: str, own: Own, held: Held) -> None:
    """Who goes away in the middle loses nothing: the brief is taken up, and the next one can be added."""
    head = "".join(f"{name}: {value}\r\n" for name, value in adding.NEEDED.items())
    with socket.create_connection(urlsplit(page).netloc.split(":"), timeout=20) as raw:  # type: ignore[arg-type]
        start = f"POST /library/add?name=x.md HTTP/1.1\r\nHost: localhost\r\n{head}Content-Length: {len(BRIEF)}\r\n\r\n"
        raw.sendall(start.encode() + BRIEF)
        assert held.reached.wait(30)
    held.let_go.set()
    assert steps(page, JULY)[-1]["outcome"] == "added"
    assert httpx.get(f"{page}health").json()["issues"] == 7


def test_a_server_that_ends_takes_back_what_it_was_adding(
    own: Own,
    allowed: None,
    serving: Callable[[object], AbstractContextManager[str]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It does not wait for the whole index, and leaves the corpus as it was."""
    before, begun = files(own[0]), threading.Event()

    def endless(*_: object, progress: Callable[[str, int, int], None], **__: object) -> None:
        for done in range(600):
            progress("encode", done, 600)
            begun.set()
            time.sleep(0.05)

    monkeypatch.setattr(rag.adding, "open_index", endless)
    with Library.open(*own) as library, ThreadPoolExecutor(1) as people, serving(library) as at:
        under_way = people.submit(steps, at, BRIEF)
        assert begun.wait(30)
        assert not under_way.done()
        under_way.add_done_callback(lambda done: done.exception())  # its connection is cut
    assert files(own[0]) == before
    assert "broke off" not in caplog.text


# --- what is refused ------------------------------------------------------------------------------------------------


def test_nothing_is_added_where_the_operator_did_not_allow_it(site: str) -> None:
    """Off is the default: 403, and the word that tells how to switch it on."""
    assert steps(site, BRIEF) == [403, json.dumps({"detail": adding.OFF}, separators=(",", ":"))]
    assert httpx.get(f"{site}library/add").status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": "application/octet-stream"},
        {"x-requested-with": "china-industries"},
        {**adding.NEEDED, "content-type": "multipart/form-data; boundary=x"},
        {**adding.NEEDED, "content-type": "text/plain"},
        {**adding.NEEDED, "Origin": "https://example.com"},
        {**adding.NEEDED, "Origin": "null"},
        {**adding.NEEDED, "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_only_the_page_itself_may_add(unchanged: tuple[str, Path], headers: dict[str, str]) -> None:
    """A form, an image or a script of another site cannot: without both headers, or from elsewhere, it is 403."""
    site, folder = unchanged
    before = files(folder)
    status, words = steps(site, BRIEF, headers=headers)
    assert (status, files(folder)) == (403, before)
    assert "Only the page itself" in words
    preflight = httpx.options(f"{site}library/add", headers={**headers, "Access-Control-Request-Method": "POST"})
    assert not any(name.startswith("access-control-allow") for name in preflight.headers)


def test_a_file_over_the_limit_is_refused(unchanged: tuple[str, Path]) -> None:
    """Over 1 MiB is 413, whether the length is told or not; exactly as much is read."""
    site, folder = unchanged
    before = files(folder)
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=20)
    chunks = (b"x" * 65536 for _ in range(MOST_BYTES // 65536 + 1))
    connection.request("POST", "/library/add?name=x.md", chunks, adding.NEEDED, encode_chunked=True)
    assert connection.getresponse().status == 413
    connection.close()
    assert steps(site, b"x" * MOST_BYTES)[-1]["outcome"] == "failed"
    assert files(folder) == before


NAMES = {
    "../../x.md": "../../x.md, line",
    "/etc/passwd.md": "/etc/passwd.md, line",
    "..\\..\\x.md": "..\\..\\x.md, line",
    "CON.md": "CON.md, line",
    "a\0b.md": "ab.md, line",
    "\u202egpj.md": "gpj.md, line",
    "<img src=x onerror=alert(1)>.md": "<img src=x onerror=alert(1)>.md, line",
    "line\nline\r.md": "lineline.md, line",
    "x" * 300 + ".md": "x" * 76 + "….md, line",
    "财政部.md": "财政部.md, line",
    "x": "x: is neither text (.txt) nor Markdown (.md).",
    "": "The file: is neither",
    ".md": ".md: is neither",
    "x.md.exe": "x.md.exe: is neither",
    "x.PDF": "x.PDF: is neither",
}


@pytest.mark.parametrize("name", NAMES, ids=[ascii(name)[:20] for name in NAMES])
def test_a_hostile_name_is_only_shown(unchanged: tuple[str, Path], name: str) -> None:
    """It comes back on one line, short and in one direction, and stands for no path: nothing is written anywhere."""
    site, folder = unchanged
    before = files(folder)
    (said,) = steps(site, b"\xff", name)[-1]["lines"]
    assert said.startswith(NAMES[name])
    assert str(folder) not in said
    assert files(folder) == before


VALID = BRIEF.decode()
CONTENTS = {
    "empty": (b"", "neither its date line nor any section"),
    "binary": (bytes(range(256)) * 40, "expected UTF-8 text"),
    "NUL": (BRIEF + b"\0", "a NUL byte at offset"),
    "half a character": (BRIEF + "财".encode()[:2], "expected UTF-8 text, found the byte 0xe8"),
    "UTF-16": (VALID.encode("utf-16"), "expected UTF-8 text"),
    "one long line": (b"x" * MOST_BYTES, "neither its date line nor any section"),
    "long line in a section": (
        BRIEF.replace(b"Policy news\n\n- *", b"Policy news\n\n- *" + b"(" * 900_000),
        "expected",
    ),
    "a million lines": (b"\n" * 1_000_000, "neither its date line nor any section"),
    "front matter of another date": (b"---\nissue: 9999-01-01\n---\n" + BRIEF.lstrip(), "9999-01-01"),
    "front matter without end": (b"---\nedition: digest\n" + BRIEF.lstrip(), "closed by `---`"),
    "the year 9999": (BRIEF.replace(b"2025", b"9999"), "expected an issue of 2000-01-01 to"),
    "no items": (BRIEF.replace(b"- *", b"+ *"), "expected"),
    "HTML": (b"<html><script>alert(1)</script></html>", "neither its date line nor any section"),
}


@pytest.mark.parametrize("content", CONTENTS)
def test_hostile_content_is_told_and_leaves_nothing(unchanged: tuple[str, Path], content: str) -> None:
    """The file's own name, what was expected and what was found; no path of the server, no file left anywhere."""
    site, folder = unchanged
    before = files(folder)
    data, words = CONTENTS[content]
    outcome = steps(site, data, "mine.md")[-1]
    assert outcome["outcome"] == "failed"
    (said,) = outcome["lines"]
    assert said.startswith("mine.md")
    assert words in said
    assert str(folder) not in said
    assert files(folder) == before


def test_another_text_of_an_issue_is_refused_by_names_alone(page: str, own: Own) -> None:
    """What is there stays; the words name both files, and no folder of the server."""
    digest = (own[0] / "2023-03-01.md").read_bytes()
    outcome = steps(page, digest.replace(b"China", b"PRC"), "mine.md")[-1]
    assert outcome["lines"] == [
        "mine.md: the digest of 2023-03-01 is already there as 2023-03-01.md, with another text. Remove that file "
        "first if this one shall take its place."
    ]
    assert (own[0] / "2023-03-01.md").read_bytes() == digest


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), OSError(30, "Read-only file system")])
@pytest.mark.parametrize("where", ["corpus", "embeddings"])
def test_where_nothing_can_be_written_that_is_told(
    page: str, own: Own, monkeypatch: pytest.MonkeyPatch, error: OSError, where: str
) -> None:
    """The reason in the system's words; nothing half-added, and the same file is added once there is room."""
    before = files(own[0])

    def refused(path: Path, data: bytes) -> None:
        if own[0].parent / where in path.parents:
            path.write_bytes(data[:10])
            raise OSError(error.errno, error.strerror, str(path))
        System().write(path, data)

    with monkeypatch.context() as patched:
        patched.setattr(system, "write", refused)
        outcome = steps(page, BRIEF)[-1]
    assert outcome["outcome"] == "failed"
    assert outcome["lines"] == [
        f"kites.txt: cannot be kept here ({error.strerror}), and nothing was added. Whoever runs this page can make "
        "room or allow writing."
    ]
    assert files(own[0]) == before
    assert steps(page, BRIEF)[-1]["outcome"] == "added"


def test_an_index_that_cannot_be_made_leaves_the_corpus_as_it_was(
    page: str, own: Own, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Told without a path; the log has the reason. A fault of ours is told as one, and the page goes on."""
    before = files(own[0])

    def failing(problem: Exception) -> Callable[..., object]:
        def fail(*_: object, **__: object) -> object:
            raise problem

        return fail

    for problem, words in (
        (IndexProblem(f"{own[1]}: is damaged."), "the index cannot take it up, and nothing was added"),
        (ZeroDivisionError(), adding.FAILED),
    ):
        with monkeypatch.context() as patched, caplog.at_level(logging.WARNING, "rag.web.adding"):
            patched.setattr(rag.adding, "open_index", failing(problem))
            (said,) = steps(page, BRIEF)[-1]["lines"]
        assert words in said
        assert str(own[1]) not in said
        assert files(own[0]) == before
    assert "is damaged." in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert steps(page, BRIEF)[-1]["outcome"] == "added"


def test_the_corpus_does_not_grow_without_end(page: str, own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the number of briefs, or of their bytes, nothing more is added; what is there is still recognised."""
    before = files(own[0])
    there = before["2023-03-01.md"]
    for room in (Room(5, 10**9), Room(100, 50_000)):
        monkeypatch.setattr(adding, "ROOM", room)
        (said,) = steps(page, BRIEF)[-1]["lines"]
        assert said.startswith("kites.txt: there is no room for it: at most")
        assert steps(page, there)[-1]["outcome"] == "there"
    assert files(own[0]) == before
    monkeypatch.setattr(adding, "ROOM", Room(6, 10**6))
    assert steps(page, BRIEF)[-1]["outcome"] == "added"
