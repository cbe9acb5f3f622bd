"""The README's examples run as they stand."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from rag.cli import main
from rag.web.calls import NAMES

pytestmark = pytest.mark.real

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"```python\n(.*?)```", README, re.S)
# what is asked of a running page
PAGE = re.findall(r"```python page\n(.*?)```", README, re.S)
CURL = [line[2:] for block in re.findall(r"```http\n(.*?)```", README, re.S) for line in block.splitlines()]
HERE = "http://127.0.0.1:7860"  # where the examples find it
SHELL = [line[2:] for block in re.findall(r"```console\n(.*?)```", README, re.S) for line in block.splitlines()]


@pytest.fixture
def folder(digests: Path, built: Callable[[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with `corpus` and `embeddings`, as a reader of the README stands in one."""
    shutil.copytree(digests, tmp_path / "corpus")
    shutil.copytree(built(digests), tmp_path / "embeddings")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_there_are_examples() -> None:
    """An empty list of examples would pass everything."""
    assert len(PYTHON) >= 2
    assert len(SHELL) >= 5
    assert len(PAGE) >= 2
    assert len(CURL) >= 2


@pytest.mark.parametrize("code", PYTHON, ids=range(len(PYTHON)))
def test_a_python_example_runs_and_prints(folder: Path, code: str) -> None:
    """Each block of Python runs in a fresh process and prints something."""
    path = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env=path,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert not done.stderr.strip()


def test_the_first_example_gives_the_figure(folder: Path) -> None:
    """The example a newcomer sees first answers its question and cites it."""
    path = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", PYTHON[0]],
        cwd=folder, env=path, capture_output=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip
    assert "40 jets" in done.stdout
    assert "[1] Digest (not MERICS' wording) of China Industries, 5 October 2022, Corporate news no. 4" in done.stdout


@pytest.mark.parametrize("line", SHELL)
@pytest.mark.usefixtures("folder")
def test_a_shell_example_succeeds(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each command line of the README ends with status 0 and prints something."""
    program, *arguments = shlex.split(line)
    assert program == "rag"
    assert main(arguments) == 0
    assert capsys.readouterr().out.strip()


@pytest.fixture(scope="module")
def page(digests: Path, built: Callable[[Path], Path]) -> Iterator[str]:
    """The address of the page, served in a process of its own."""
    command = [sys.executable, "app.py", "--port", "0", "--corpus", str(digests), "--embeddings", str(built(digests))]
    pipes: Any = {"stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=Path(__file__).parent.parent, **pipes) as process:
        try:
            assert process.stdout is not None
            at = process.stdout.readline().split()[2].rstrip("/")
            assert httpx.get(f"{at}/health", timeout=60).json()["ok"]  # who comes before all is ready waits
            yield at
        finally:
            process.terminate()


@pytest.mark.parametrize("code", PAGE, ids=range(len(PAGE)))
def test_an_example_for_programs_runs_and_prints(page: str, code: str) -> None:
    """Each block that asks a running page runs in a fresh process and prints something."""
    assert HERE in code
    done = subprocess.run(
        [sys.executable, "-c", code.replace(HERE, page)],
        capture_output=True, encoding="utf-8", timeout=120, check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "GRADIO_ANALYTICS_ENABLED": "False"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_the_example_of_plain_http_gives_a_record(page: str) -> None:
    """What the two lines of curl send, sent as they say, ends with the record."""
    (_, _, post, option, body), (_, _, get) = map(shlex.split, CURL)
    assert option == "--json"
    headers = {"Content-Type": "application/json", "Accept": "application/json"}  # as that option says
    event = httpx.post(post.replace(HERE, page), content=body, headers=headers, timeout=30).json()["event_id"]
    said = httpx.get(get.replace(HERE, page).replace("EVENT_ID", event), timeout=30).text
    assert said.startswith("event: complete\ndata: [[{")


def test_the_address_for_models_is_that_of_the_tools(page: str) -> None:
    """The settings in JSON name the address at which the tools are listed."""
    (settings,) = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", README, re.S)]
    url = settings["mcpServers"]["china-industries"]["url"].replace(HERE, page)
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    listed = httpx.post(url, json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, headers=headers).json()
    assert [tool["name"] for tool in listed["result"]["tools"]] == list(NAMES)
