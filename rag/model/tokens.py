"""How many tokens a text has.

Takes the name of a model. Gives a function that counts: by tiktoken where the vocabulary lies in `TIKTOKEN_CACHE_DIR`,
else by a safe estimate. Nothing here can fetch: tiktoken's own loader would, without a time-out, when the file is
missing, and deletes it first when it is a wrong one; so the file is read and checked here, and tiktoken only gets its
contents. Knows nothing of prompts.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tiktoken

Counter = Callable[[str], int]
_ASCII_BYTES = 3  # per token in the estimate: English has four to five, so that it errs on the safe side


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A vocabulary as tiktoken publishes it: where from (its SHA-1 names the file), SHA-256, pattern of its words."""

    url: str
    sha256: str
    pattern: str

    @property
    def file_name(self) -> str:
        """Under which name tiktoken keeps it."""
        return hashlib.sha1(self.url.encode(), usedforsecurity=False).hexdigest()


_CASED = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"
_UNCASED = r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
_ENDING = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
# Those of the chat models. A test holds them equal to what the installed tiktoken says.
VOCABULARIES = {
    "o200k_base": Vocabulary(
        "https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken",
        "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
        rf"[^\r\n\p{{L}}\p{{N}}]?{_CASED}*{_UNCASED}+{_ENDING}|[^\r\n\p{{L}}\p{{N}}]?{_CASED}+{_UNCASED}*{_ENDING}|"
        r"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    ),
    "cl100k_base": Vocabulary(
        "https://openaipublic.blob.core.windows.net/encodings/cl100k_base.tiktoken",
        "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
        r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|"
        r"\s+(?!\S)|\s",
    ),
}


def counter(model: str) -> Counter:
    """A function that counts the tokens of a text for this model; loading a vocabulary takes about half a second.

    The model's own vocabulary is preferred, then `o200k_base`, then `cl100k_base`; without any of them on disk the
    count is `estimate`. Names of control tokens in a text are counted as the ordinary text they are.
    """
    folder = os.environ.get("TIKTOKEN_CACHE_DIR", "")
    if not folder:
        return estimate
    for name in _preferred(model):
        ranks = _ranks(Path(folder), VOCABULARIES[name])
        if ranks:
            return _counting(_encoding(name, ranks))
    return estimate


def estimate(text: str) -> int:
    """One token per 3 ASCII bytes, rounded up, and one per other byte of the text in UTF-8."""
    ascii_bytes = len(text.encode("ascii", "ignore"))
    others = len(text.encode("utf-8", "surrogatepass")) - ascii_bytes
    return -(-ascii_bytes // _ASCII_BYTES) + others


def _preferred(model: str) -> list[str]:
    """Names of vocabularies, the model's own first."""
    from tiktoken import encoding_name_for_model

    try:
        own = encoding_name_for_model(model)
    except KeyError:  # a model that is not OpenAI's
        return list(VOCABULARIES)
    own = "o200k_base" if own == "o200k_harmony" else own  # which differs in control tokens only
    return sorted(VOCABULARIES, key=lambda name: name != own)


def _ranks(folder: Path, vocabulary: Vocabulary) -> dict[bytes, int]:
    """Tokens and their ranks; empty where the file is missing, cannot be read, or is not the published one."""
    try:
        data = (folder / vocabulary.file_name).read_bytes()
        if hashlib.sha256(data).hexdigest() != vocabulary.sha256:
            return {}
        pairs = (line.split() for line in data.splitlines() if line)
        return {base64.b64decode(token): int(rank) for token, rank in pairs}
    except (OSError, ValueError, binascii.Error):
        return {}


def _encoding(name: str, ranks: dict[bytes, int]) -> tiktoken.Encoding:
    from tiktoken import Encoding

    return Encoding(name, pat_str=VOCABULARIES[name].pattern, mergeable_ranks=ranks, special_tokens={})


def _counting(encoding: tiktoken.Encoding) -> Counter:
    return lambda text: len(encoding.encode_ordinary(text))
