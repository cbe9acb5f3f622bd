"""Set-up: the Makefile's steps, the lock, what `import rag` costs, and the tests' own tools."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import rag

if TYPE_CHECKING:
    from rag.index.records import Encoder
    from tests.conftest import CountingEncoder

CHECKOUT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
LOCK = (CHECKOUT / "requirements.lock").read_text()

# Stands for python3 and for the environment's own: writes down how it is called, and fails when told to.
FAKE_PYTHON = """#!/bin/sh
echo "$*" >> "$CALLS"
case "$*" in
    *"$FAIL_AT"*) exit 1 ;;
    "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
esac
"""

# A step of the set-up by what it asks of Python
STEPS = {
    "version_info": "version",
    "-m venv": "venv",
    "install torch==": "torch",
    "--require-hashes": "lock",
    "--editable": "project",
    "--no-input check": "check",
}


# --- the Makefile ----------------------------------------------------------------------------------------------------


class Setup:
    """The project's Makefile in a folder of its own, with a Python that only writes down what it is asked."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.calls = folder, folder / "calls"
        for name in ("Makefile", "requirements.lock", "pyproject.toml"):
            shutil.copy2(CHECKOUT / name, folder)
        (folder / "python").write_text(FAKE_PYTHON)
        (folder / "python").chmod(0o755)

    def make(self, *arguments: str, fail_at: str = "nothing") -> tuple[int, list[str]]:
        """Run make; its exit status, and the calls it made as short names."""
        self.calls.write_text("")
        kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
        command = ["make", "PYTHON=./python", ".venv/.ready", *arguments]
        environment = kept | {"CALLS": str(self.calls), "FAIL_AT": fail_at}
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True)
        lines = self.calls.read_text().splitlines()
        return done.returncode, [name for line in lines for key, name in STEPS.items() if key in line]


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    """A set-up that has not begun."""
    if shutil.which("make") is None:
        pytest.skip("no make on this machine")
    return Setup(tmp_path)


def test_setup_runs_its_steps_once_and_in_order(setup: Setup) -> None:
    """torch comes before the lock, the project last; a second call does nothing."""
    assert setup.make() == (0, ["version", "venv", "torch", "lock", "project", "check"])
    assert setup.make() == (0, [])


def test_setup_goes_on_where_it_was_stopped(setup: Setup) -> None:
    """A step that fails is repeated by the next call, those before it are not."""
    assert setup.make(fail_at="--require-hashes") == (2, ["version", "venv", "torch", "lock"])
    assert setup.make() == (0, ["lock", "project", "check"])


def test_a_new_lock_is_installed_without_touching_torch(setup: Setup) -> None:
    """When requirements.lock changes, only it and the project are installed again."""
    setup.make()
    stamp = (setup.folder / ".venv/.ready").stat().st_mtime
    os.utime(setup.folder / "requirements.lock", (stamp + 1, stamp + 1))
    assert setup.make() == (0, ["lock", "project", "check"])


def test_torch_index_is_used_for_torch_alone(setup: Setup) -> None:
    """TORCH_INDEX reaches the one call that installs torch; the lock is checked by hashes, without dependencies."""
    setup.make("TORCH_INDEX=https://torch.example/cpu")
    calls = setup.calls.read_text().splitlines()
    assert [line.split("install ")[1] for line in calls if "torch.example" in line] == [
        "torch==2.13.0 --index-url https://torch.example/cpu"
    ]
    (lock,) = (line for line in calls if "requirements.lock" in line)
    assert "--require-hashes --no-deps" in lock


def test_a_wrong_python_is_refused_with_the_remedy(setup: Setup) -> None:
    """A Python outside 3.11 to 3.14 stops the set-up before anything is made."""
    assert setup.make(fail_at="version_info") == (2, ["version"])
    assert not (setup.folder / ".venv").exists()


def test_every_target_is_in_the_help() -> None:
    """`make help` lists each target a user may call."""
    makefile = (CHECKOUT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony is not None
    assert set(phony[1].split()) == set(re.findall(r"^([a-z]+):.*## \S", makefile, re.MULTILINE))


def test_cleaning_spares_what_people_wrote(setup: Setup) -> None:
    """Of the folder of the index its page and the file of feedback stay; all that is generated goes."""
    for name in ("app.py", "benchmarks", "rag", "tests", "embeddings/generation-0123456789abcdef/words"):
        (setup.folder / name).mkdir(parents=True)
    for name in ("README.md", "feedback.jsonl", "CURRENT", "generation-0123456789abcdef/words/1"):
        (setup.folder / "embeddings" / name).write_text(name)
    subprocess.run(["make", "clean"], cwd=setup.folder, check=True)
    assert sorted(path.name for path in (setup.folder / "embeddings").iterdir()) == ["README.md", "feedback.jsonl"]


def test_ci_finds_the_originals_beside_the_project_and_runs_make_test(tmp_path: Path) -> None:
    """`.ci/run` hands `make test` the folder of originals where it is there, and installs nothing that is there."""
    (tmp_path / "project/.ci").mkdir(parents=True)
    (tmp_path / "shared/briefs").mkdir(parents=True)
    script = Path(shutil.copy2(CHECKOUT / ".ci/run", tmp_path / "project/.ci"))
    tools = {
        "make": 'echo "$* CI=$CI $BRIEFS_ORIGINALS"',
        "fc-list": "echo Noto",
        "chromium": "",
        "pandoc": "",
        "soffice": "",
        "apt-get": "exit 9",
    }
    for name, body in tools.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run([str(script)], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == f"test CI=true {tmp_path}/shared/briefs\n"


# --- the lock --------------------------------------------------------------------------------------------------------


def _locked() -> dict[str, list[Requirement]]:
    """Requirements of the lock by name; a name has several where versions differ by Python."""
    found: dict[str, list[Requirement]] = {}
    for line in re.findall(r"^([a-z].*?) \\$", LOCK, re.MULTILINE):
        requirement = Requirement(line)
        found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


def test_the_lock_pins_every_version_with_hashes() -> None:
    """Each requirement is one exact version followed by at least one SHA-256; no address, no path."""
    entries = re.split(r"^(?=[a-z])", re.sub(r"^ *#.*\n", "", LOCK, flags=re.MULTILINE), flags=re.MULTILINE)
    assert len(entries) > 50
    for entry in filter(None, entries):
        assert re.fullmatch(r"[a-z0-9.-]+==[^ ;]+( ; .+?)? \\\n( +--hash=sha256:[0-9a-f]{64}( \\)?\n)+", entry), entry
    assert "://" not in LOCK
    assert str(Path.home()) not in LOCK


def test_the_lock_leaves_torch_and_its_own_packages_out() -> None:
    """torch, CUDA and what only torch needs come with torch, chosen for the machine."""
    apart = re.compile(r"torch|nvidia-.*|cuda-.*|triton|sympy|mpmath|networkx|setuptools")
    assert not [name for name in _locked() if apart.fullmatch(name)]


def test_the_lock_covers_what_the_project_asks_for() -> None:
    """Each dependency of pyproject.toml is locked at a version within its bounds."""
    asked = [*PYPROJECT["project"]["dependencies"], *PYPROJECT["dependency-groups"]["dev"]]
    locked = _locked()
    for requirement in map(Requirement, asked):
        for pin in locked[canonicalize_name(requirement.name)]:
            (version,) = (specifier.version for specifier in pin.specifier)
            assert version in requirement.specifier, f"{pin} for {requirement}: run `make lock`"


def test_what_is_installed_is_what_is_locked() -> None:
    """These tests run on the locked versions."""
    for name, pins in _locked().items():
        for pin in pins:
            if pin.marker is None or pin.marker.evaluate():
                assert metadata.version(name) in pin.specifier, f"{name}: run `make test`, which installs the lock"


# --- what an import costs --------------------------------------------------------------------------------------------

FRESH = """
import sys
events = []
sys.addaudithook(lambda event, _: events.append(event) if event.startswith("socket.") else None)
import {module}
print(sorted({{name.partition(".")[0] for name in sys.modules}} & set({heavy!r})), events)
"""
HEAVY = """docx faiss gradio httpx2 mcp onnx onnxruntime openai pandas sentence_transformers tantivy tokenizers torch
    transformers"""


@pytest.mark.parametrize("module", ["rag", "rag.cli", "rag.library", "rag.model.endpoint"])
def test_a_fresh_import_is_light_and_silent(module: str) -> None:
    """A fresh interpreter that imports the package, or its shell, loads no heavy package and opens no socket."""
    command = [sys.executable, "-c", FRESH.format(module=module, heavy=HEAVY.split())]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True)
    assert (done.stdout, done.stderr, done.returncode) == ("[] []\n", "", 0)


def test_opening_reads_in_what_answers_while_the_encoder_starts() -> None:
    """Until a library is opened nothing is read in of what reads questions and answers them."""
    code = "import sys, rag.cli, rag.library, rag.progress; print([m for m in sys.modules if m.startswith('rag.')])"
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert not re.search(r"rag\.(?:briefs|index|retrieval|answers|terminal)", done.stdout)


def test_every_public_name_is_there_and_no_other() -> None:
    """Each name of `__all__` comes from the package at its first use; any other is an AttributeError that names it."""
    assert all(getattr(rag, name).__name__ == name for name in rag.__all__)
    assert set(rag.__all__) <= set(dir(rag))
    with pytest.raises(AttributeError, match="no attribute 'Libary'"):
        rag.Libary  # noqa: B018


# --- the tests' own tools --------------------------------------------------------------------------------------------


def test_no_test_reaches_another_machine(no_network: list[str]) -> None:
    """A connection or look-up beyond this machine is refused and remembered; loopback works."""
    with socket.socket() as sock, pytest.raises(PermissionError, match=r"192\.0\.2\.1"):
        sock.connect(("192.0.2.1", 80))
    with pytest.raises(PermissionError, match=r"example\.org"):
        socket.getaddrinfo("example.org", 443)
    assert len(no_network) == 2
    no_network.clear()
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass
    assert no_network == []


def test_the_counting_encoder_can_be_computed_by_hand(counting_encoder: CountingEncoder) -> None:
    """Two robots and one chip give (2, 1, 0, …) / √5; no known word gives the last axis; pieces are words and two."""
    encoder: Encoder = counting_encoder
    vectors = encoder.encode(["Robot, robot and chip.", "Nothing."])
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors[0], np.array([2, 1] + [0] * 11) / np.sqrt(5), rtol=1e-6)
    np.testing.assert_array_equal(vectors[1], [0] * 12 + [1])
    assert encoder.count(["Robot, robot and chip.", ""]) == [6, 2]
    assert counting_encoder.encoded == ["Robot, robot and chip.", "Nothing."]
