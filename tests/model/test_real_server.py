"""The way to a language model against a real server: `transformers serve` with a tiny model made here."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from rag.errors import ModelProblem
from rag.model.endpoint import Endpoint
from rag.model.records import Message
from rag.settings import ModelSettings

pytestmark = pytest.mark.real

START_SECONDS = 120
ASKED = [Message("user", "Hello")]


@dataclass(frozen=True, slots=True)
class Served:
    """A model that a server speaks for, and what it says to "Hello"."""

    settings: ModelSettings
    words: list[str]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The server in a process of its own, for as long as the tests of this file run."""
    folder = tmp_path_factory.mktemp("model")
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HUB_CACHE": str(tmp_path_factory.mktemp("hub"))}
    tiny = [sys.executable, str(Path(__file__).with_name("tiny.py")), str(folder)]
    words = json.loads(subprocess.run(tiny, env=environment, capture_output=True, text=True, check=True).stdout)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = str(Path(sys.executable).with_name("transformers"))
    command = [program, "serve", str(folder), "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]
    log = tmp_path_factory.mktemp("log") / "serve.log"
    with log.open("w") as out, subprocess.Popen(command, env=environment, stdout=out, stderr=out) as process:
        try:
            _wait_for(f"http://127.0.0.1:{port}/health", process, log)
            yield Served(ModelSettings(f"http://127.0.0.1:{port}/v1", str(folder)), words)
        finally:
            process.terminate()


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(address).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    pytest.fail(f"the server did not start:\n{log.read_text()[-2000:]}")


def test_a_real_server_writes(served: Served) -> None:
    """The pieces are the words that the model says, in their order, to their end; a second time the same."""
    with closing(Endpoint(served.settings)) as endpoint:
        for _ in range(2):
            pieces = [piece for piece in endpoint.write(ASKED, 50) if piece]
            assert "".join(pieces).split() == served.words
            assert len(pieces) >= 2


def test_a_real_server_keeps_to_the_limit(served: Served) -> None:
    """One token less than it has to say: the words so far, and that they were cut."""
    with closing(Endpoint(served.settings)) as endpoint:
        pieces: list[str] = []
        with pytest.raises(ModelProblem, match="Allow more with RAG_LLM_REPLY") as raised:
            pieces.extend(endpoint.write(ASKED, 1))
        assert raised.value.kind == "cut"


def test_a_real_server_is_probed(served: Served) -> None:
    """One token, and what the server calls the model."""
    with closing(Endpoint(served.settings)) as endpoint:
        probe = endpoint.probe()
    assert probe.model.startswith(served.settings.model)
    assert probe.seconds > 0


def test_a_real_server_that_is_left_answers_the_next(served: Served) -> None:
    """Closing the generator at the first word leaves the server free for another request."""
    with closing(Endpoint(served.settings)) as endpoint:
        pieces = endpoint.write(ASKED, 50)
        next(pieces)
        pieces.close()
        assert "".join(endpoint.write(ASKED, 50)).split() == served.words
