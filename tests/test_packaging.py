"""What leaves this machine: what git would take, and what wheel and sdist hold."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
PRIVATE = ("corpus/originals/2099-01-01.txt", "corpus/originals/deep/er.md", "embeddings/generation-1/vectors.faiss")


@pytest.fixture(params=["with .gitignore", "without"])
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of the project into which a user put originals and an index."""
    folder = tmp_path / "project"
    folder.mkdir()
    names = [*PYPROJECT["tool"]["hatch"]["build"]["targets"]["sdist"]["only-include"], "pyproject.toml"]
    for path in (CHECKOUT / name for name in names):
        if path.is_dir():
            shutil.copytree(path, folder / path.name, ignore=shutil.ignore_patterns("originals", "__pycache__"))
        else:
            shutil.copy2(path, folder)
    if request.param == "with .gitignore":
        shutil.copy2(CHECKOUT / ".gitignore", folder)
    for name in PRIVATE:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("not for others\n")
    return folder


def _build(project: Path, kind: str, to: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", str(to)]
    subprocess.run(command, cwd=project, check=True, capture_output=True, text=True)
    (package,) = to.iterdir()
    return package


def test_wheel_holds_the_package_with_its_data_and_nothing_else(project: Path, tmp_path: Path) -> None:
    """The wheel holds all files of `rag/`, licence and notice, and no other file of the project."""
    with zipfile.ZipFile(_build(project, "wheel", tmp_path / "out")) as wheel:
        names = set(wheel.namelist())
    package = {path.relative_to(project).as_posix() for path in (project / "rag").rglob("*") if path.is_file()}
    assert package <= names
    beside = names - package
    assert all(".dist-info/" in name for name in beside)
    assert {Path(name).name for name in beside if "/licenses/" in name} == {"LICENSE", "NOTICE"}


def test_sdist_holds_digests_and_tests_but_no_original_and_no_index(project: Path, tmp_path: Path) -> None:
    """The sdist holds package, digests and tests; nothing of `corpus/originals/` or `embeddings/`."""
    with tarfile.open(_build(project, "sdist", tmp_path / "out")) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    digests = {path.relative_to(project).as_posix() for path in (project / "corpus").glob("*.md")}
    assert digests
    assert digests | {"rag/errors.py", "tests/test_packaging.py", "pyproject.toml", "requirements.lock"} <= names
    assert not [name for name in names if name.startswith(("corpus/originals", "embeddings"))]


@pytest.mark.skipif(shutil.which("git") is None, reason="no git on this machine")
def test_git_takes_no_original_and_no_index(tmp_path: Path) -> None:
    """`git add --all` leaves originals and index out, and takes the page that explains the folder."""
    shutil.copy2(CHECKOUT / ".gitignore", tmp_path)
    for name in (*PRIVATE, "embeddings/CURRENT", "embeddings/README.md", "corpus/2099-01-01.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x\n")
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "--all"], cwd=tmp_path, check=True)
    listed = subprocess.run(["git", "ls-files"], cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert listed.split() == [".gitignore", "corpus/2099-01-01.md", "embeddings/README.md"]
