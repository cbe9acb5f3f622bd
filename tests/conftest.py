"""What tests of all rooms share: no network, the two editions of the corpus, fakes one can compute in the head.

Takes the folder of original briefs from `BRIEFS_ORIGINALS`; tests over originals are skipped where it is unset.
Knows nothing of any room but the encoder's export and the door, both called only when a test asks for them.
"""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tests.faults.badllm import BadLLM

# A hub name must fail at once, not after a look into the network.
os.environ["HF_HUB_OFFLINE"] = "1"

CHECKOUT = Path(__file__).resolve().parent.parent

# --- no network ------------------------------------------------------------------------------------------------------

_beyond: list[str] = []  # attempts to reach another machine, since the last test ended


def _is_local(host: object) -> bool:
    if host is None or host in ("", b"", "localhost", b"localhost"):
        return True
    text = host.decode() if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _guard(event: str, arguments: tuple[object, ...]) -> None:
    """Audit hook: every connection and look-up of this process passes here, whichever library asks for it."""
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        sock, address = arguments
        inet = isinstance(sock, socket.socket) and sock.family in (socket.AF_INET, socket.AF_INET6)
        target = address[0] if inet and isinstance(address, tuple) else None
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        target = arguments[0]
    else:
        return
    if not _is_local(target):
        _beyond.append(f"{event} to {target!r}")
        raise PermissionError(f"tests reach no other machine: {event} to {target!r}")


sys.addaudithook(_guard)


@pytest.fixture(autouse=True)
def no_network() -> Iterator[list[str]]:
    """Fail a test during which anything tried to reach another machine, even where the refusal was swallowed."""
    _beyond.clear()
    yield _beyond
    attempts, _beyond[:] = list(_beyond), []
    assert not attempts, f"tried to reach other machines: {attempts}"


# --- the corpus, in both editions ------------------------------------------------------------------------------------


def _originals() -> Path:
    named = os.environ.get("BRIEFS_ORIGINALS")
    if not named:
        pytest.skip("BRIEFS_ORIGINALS names no folder of original briefs; they are not part of the project")
    folder = Path(named).expanduser().resolve()
    if not folder.is_dir():
        pytest.fail(f"BRIEFS_ORIGINALS is {named!r}, which is no folder")
    return folder


@pytest.fixture(scope="session")
def originals() -> Path:
    """The folder of original briefs."""
    return _originals()


@pytest.fixture(scope="session")
def digests(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The digests of the checkout, alone: what a user put into `corpus/originals/` must not change a test."""
    folder = tmp_path_factory.mktemp("corpus")
    for path in sorted((CHECKOUT / "corpus").iterdir()):
        if path.is_file():
            shutil.copy2(path, folder)
    return folder


@pytest.fixture(scope="session", params=["digest", "original"])
def editions(request: pytest.FixtureRequest, digests: Path) -> Path:
    """The corpus folder of each edition in turn."""
    return digests if request.param == "digest" else _originals()


# --- encoders and indexes --------------------------------------------------------------------------------------------


class CountingEncoder:
    """Counts the words of `vocabulary` in a text: coordinate i is how often its i-th word occurs, scaled to length 1.

    The last coordinate is 1 where no word occurs, so that there is always a unit vector. A word, cut at white space and
    stripped of punctuation, is one piece, and two special ones surround a text. `encoded` keeps the texts it was given.
    """

    vocabulary = "robot chip car subsidy standard data energy steel market plan loan export".split()

    def __init__(self, limit: int = 64, fingerprint: str = "c0117e57") -> None:
        self.limit, self.fingerprint = limit, fingerprint
        self.dimension = len(self.vocabulary) + 1
        self.encoded: list[str] = []

    @staticmethod
    def _words(text: str) -> list[str]:
        return [word.strip(".,:;!?()[]\"'*").lower() for word in text.split()]

    def count(self, texts: Sequence[str]) -> list[int]:
        """Words of each text, and two."""
        return [len(text.split()) + 2 for text in texts]

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(texts, dimension), float32, unit rows; words beyond the limit are cut off."""
        self.encoded.extend(texts)
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            words = self._words(text)[: self.limit - 2]
            row[:-1] = [words.count(word) for word in self.vocabulary]
            row[-1] = not row.any()
            row /= np.linalg.norm(row)
        return vectors


@pytest.fixture
def counting_encoder() -> CountingEncoder:
    """A fresh encoder that can be computed by hand."""
    return CountingEncoder()


@pytest.fixture(scope="session")
def encoder_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the real encoder, exported once for all tests."""
    from rag.index.encoder import load_encoder

    folder = tmp_path_factory.mktemp("encoder")
    load_encoder(None, folder)
    return folder


@pytest.fixture(scope="session")
def built(encoder_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """The embeddings folder of a corpus, built with the real encoder when first asked for. Not to be written to."""
    from rag.library import Library

    done: dict[Path, Path] = {}

    def build(corpus: Path) -> Path:
        if corpus not in done:
            folder = tmp_path_factory.mktemp("embeddings")
            for path in encoder_folder.glob("encoder-*"):
                shutil.copy2(path, folder)
            Library.open(corpus=corpus, embeddings=folder).close()
            done[corpus] = folder
        return done[corpus]

    return build


@pytest.fixture(scope="session")
def embeddings(editions: Path, built: Callable[[Path], Path]) -> Path:
    """The index of each edition in turn, beside `editions`. Not to be written to: copy it first."""
    return built(editions)


# --- a language model ------------------------------------------------------------------------------------------------


@pytest.fixture
def badllm() -> Iterator[BadLLM]:
    """A language model's server on this machine that plays scripts; `badllm.play(...)` says which."""
    from tests.faults.badllm import BadLLM, reply

    with BadLLM(reply("Hello.")) as server:
        yield server


# --- the browser -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium() -> str:
    """An installed Chromium for Playwright's `executable_path`; never a downloaded one."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = os.environ.get("CHROMIUM") or next((path for path in map(shutil.which, names) if path), None)
    if found is None:
        message = "no Chromium on the PATH: `make chromium` says where from, CHROMIUM=/path names one"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
    return str(found)
