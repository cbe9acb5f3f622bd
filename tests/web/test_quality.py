"""The report of the evaluation on the page: made by the real command, shown as it was written."""

from __future__ import annotations

import http.client
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from rag.cli import main
from rag.evaluation.beside import index_of, report_of
from rag.library import Library
from rag.web.quality import quality_html

Serving = Callable[[object], AbstractContextManager[str]]
QUESTIONS = (
    {"id": "one", "question": "How many jets did Xiamen Air order from Airbus?", "type": "number", "lang": "en"},
    {"id": "two", "question": "How many employees does Siemens have at its Chengdu factory?", "type": "unanswerable"},
)


@pytest.fixture
def own(digests: Path, built: Callable[[Path], Path], tmp_path: Path) -> Iterator[Library]:
    """The digests with an index of their own, beside which a report may be written."""
    folder = tmp_path / "embeddings"
    shutil.copytree(built(digests), folder)
    with Library.open(corpus=digests, embeddings=folder) as library:
        yield library


def evaluate(library: Library, corpus: Path, tmp_path: Path) -> None:
    """Put two questions to the library as its user does, with the report where the page looks for it."""
    jets = next(item for item in library.items() if "Xiamen" in item.text)
    rows: list[dict[str, Any]] = [
        {**QUESTIONS[0], "gold_items": [jets.id], "nuggets": [["40"]], "answerable": True},
        {**QUESTIONS[1], "lang": "en", "gold_items": [], "nuggets": [], "answerable": False},
    ]
    path = tmp_path / "two.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    folders = ["--corpus", str(corpus), "--embeddings", str(library.embeddings)]
    assert main(["eval", *folders, "--questions", str(path), "--report"]) == 0


def fetch(site: str, path: str) -> tuple[int, http.client.HTTPMessage, str]:
    """One page as a browser gets it."""
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=20)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.headers, response.read().decode()
    finally:
        connection.close()


def test_without_a_report_the_view_says_how_to_make_one(own: Library) -> None:
    """No figure is made up: the view names the command, and its address answers that there is nothing yet."""
    assert "rag eval --report" in quality_html(own)
    assert "frame" not in quality_html(own)


def test_the_report_is_served_as_it_was_written(
    own: Library, digests: Path, tmp_path: Path, serving: Serving, capsys: pytest.CaptureFixture[str]
) -> None:
    """Byte for byte the file of `rag eval --report`, to be framed by this page alone; only it may be framed."""
    with serving(own) as site:
        assert fetch(site, "/quality")[0] == 404
        evaluate(own, digests, tmp_path)
        status, headers, text = fetch(site, "/quality")
        front = fetch(site, "/")[1]
    assert status == 200
    assert text == report_of(own.embeddings).read_text(encoding="utf-8")
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert "frame-ancestors 'none'" in front["content-security-policy"]
    assert front["x-frame-options"] == "DENY"
    assert str(report_of(own.embeddings)) in capsys.readouterr().out


def test_a_report_about_another_index_is_told(own: Library, digests: Path, tmp_path: Path) -> None:
    """The report names the content it is about; where that is not what answers now, the view says so and shows it."""
    evaluate(own, digests, tmp_path)
    report = report_of(own.embeddings)
    assert index_of(report) == own.manifest.content
    assert "another state" not in quality_html(own)
    report.write_text(report.read_text(encoding="utf-8").replace(own.manifest.content, "0" * 64), encoding="utf-8")
    assert "another state of the briefs" in quality_html(own)
    assert 'class="frame"' in quality_html(own)


def test_a_page_that_is_no_report_counts_as_none(tmp_path: Path) -> None:
    """A file without the note which index it is about is none of ours."""
    page = tmp_path / "index.html"
    page.write_text("<!doctype html><title>Evaluation</title>", encoding="utf-8")
    assert index_of(page) is None
    assert index_of(tmp_path / "missing.html") is None


@pytest.mark.browser
def test_a_person_reads_the_report_on_the_page(
    own: Library, digests: Path, tmp_path: Path, serving: Serving, open_page: Callable[..., Any]
) -> None:
    """Quality shows figures, a filter that works and the questions, without leaving the page."""
    evaluate(own, digests, tmp_path)
    with serving(own) as site:
        page = open_page(site)
        page.get_by_role("link", name="Quality").click()
        report = page.frame_locator("#panel iframe")
        report.get_by_role("heading", name="How well the briefs are answered").wait_for()
        assert report.locator("#questions .question:visible").count() == 2
        report.locator("select[name=type]").select_option("unanswerable")
        assert report.locator("#questions .question:visible").count() == 1
        assert page.locator("#head a[aria-current]").inner_text() == "Quality"
        page.get_by_role("link", name="Ask", exact=True).click()
        page.get_by_label("Your question").wait_for()
