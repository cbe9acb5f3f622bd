"""The README's examples run as they stand."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.cli import main

pytestmark = pytest.mark.real

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"```python\n(.*?)```", README, re.S)
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
