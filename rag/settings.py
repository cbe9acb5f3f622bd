"""Settings: one frozen record, read from the arguments of the caller and from the environment when a library is opened.

| name | meaning | default |
| --- | --- | --- |
| `RAG_CORPUS` | folder of briefs | `./corpus`, else the checkout's |
| `RAG_EMBEDDINGS` | folder of the built index | `embeddings` beside the corpus in use |
| `RAG_ENCODER` | embedding model: a folder or a hub name | the packaged all-MiniLM-L6-v2 |
| `RAG_LLM_BASE_URL` | address of an OpenAI-compatible server, up to `/v1` or the like | no language model |
| `RAG_LLM_MODEL` | what that server calls the language model | no language model |
| `RAG_LLM_API_KEY` | its key, where it wants one | none |
| `RAG_LLM_CONNECT_SECONDS` | longest wait for a connection | 3 |
| `RAG_LLM_FIRST_WORD_SECONDS` | longest wait for the first word, retries included | 120 |
| `RAG_LLM_SILENCE_SECONDS` | longest wait for each further word | 30 |
| `RAG_LLM_WINDOW` | tokens the model can hold, question and reply together | 8192 |
| `RAG_LLM_REPLY` | most tokens of a reply, at most half the window | 1024, or a quarter of a smaller window |
| `RAG_LLM_UNSUPPORTED` | statements that the cited items do not support: `mark` or `withhold` | `mark` |
| `RAG_FEEDBACK` | whether what readers say of answers is kept: `on` or `off` | `on` |
| `RAG_UPLOADS` | whether whoever opens the page may add briefs to the corpus: `on` or `off` | `off` |

An argument (`--corpus`, `--embeddings`, those of `Library.open`) comes before the environment. Folders are made
absolute at reading: a later change of the working folder changes nothing. A language model writes only where both its
address and its name are set; no `OPENAI_` name is ever read.
"""

from __future__ import annotations

import difflib
import math
import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from rag.errors import SettingsError

_CHECKOUT = Path(__file__).resolve().parent.parent
_LLM = "RAG_LLM_"
_BOTH = ("RAG_LLM_BASE_URL", "RAG_LLM_MODEL")  # together they turn a language model on
_SECONDS = {
    "RAG_LLM_CONNECT_SECONDS": "connect_seconds",
    "RAG_LLM_FIRST_WORD_SECONDS": "first_word_seconds",
    "RAG_LLM_SILENCE_SECONDS": "silence_seconds",
}
_NAMES = (
    "RAG_CORPUS",
    "RAG_EMBEDDINGS",
    "RAG_ENCODER",
    *_BOTH,
    "RAG_LLM_API_KEY",
    *_SECONDS,
    "RAG_LLM_WINDOW",
    "RAG_LLM_REPLY",
    "RAG_LLM_UNSUPPORTED",
    "RAG_FEEDBACK",
    "RAG_UPLOADS",
)
# Likeness from which an unknown name counts as a slip of a known one: one or two letters in ten.
_NEAR = 0.85


_WINDOW, _REPLY = 8192, 1024  # tokens
_LEAST_WINDOW, _MOST_TOKENS = 1024, 10_000_000  # tokens; instructions and a question take some 600
_MOST_SECONDS = 86_400
_LONGEST_NAME = 200  # characters

Unsupported = Literal["mark", "withhold"]


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A text that is never shown: not by `repr`, `str` or a traceback of them."""

    _value: str

    def reveal(self) -> str:
        """The text itself, for whom it is meant."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """A language model that writes: where it is, what it may take, and what becomes of what it cannot prove."""

    base_url: str
    model: str
    key: Secret | None = None
    connect_seconds: float = 3
    first_word_seconds: float = 120
    silence_seconds: float = 30
    window: int = _WINDOW  # tokens of question and reply together
    reply: int = _REPLY  # most tokens of a reply
    unsupported: Unsupported = "mark"

    @property
    def host(self) -> str:
        """The host of the address, with its port where one is given."""
        return urlsplit(self.base_url).netloc


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things lie and which models encode and write.

    `encoder` None means the packaged one, `model` None that no language model writes; `model_problem` says why, where
    one is named and cannot be used: answers are there without it.
    """

    corpus: Path
    embeddings: Path
    encoder: str | None = None
    model: ModelSettings | None = None
    model_problem: str = ""
    feedback: bool = True  # whether what readers say of answers is kept
    uploads: bool = False  # whether whoever opens the page may add briefs

    @classmethod
    def read(
        cls,
        environment: Mapping[str, str] | None = None,
        *,
        corpus: str | Path | None = None,
        embeddings: str | Path | None = None,
    ) -> Settings:
        """Read the environment; what is given as an argument comes before it.

        Raises SettingsError for a name that nearly is a known one, and for a known one without a value or with one that
        it cannot have; any other unknown `RAG_` name is a warning. What is wrong with the settings of a language model
        is kept as its problem.
        """
        values = _known(os.environ if environment is None else environment)
        briefs = _chosen(corpus, values.get("RAG_CORPUS")) or _default_corpus()
        model, problem = None, ""
        try:
            model = _model({name: value for name, value in values.items() if name.startswith(_LLM)})
        except SettingsError as error:
            problem = str(error)
        return cls(
            corpus=briefs,
            embeddings=_chosen(embeddings, values.get("RAG_EMBEDDINGS")) or briefs.parent / "embeddings",
            encoder=_absolute_model(values.get("RAG_ENCODER")),
            model=model,
            model_problem=problem,
            feedback=_is_on("RAG_FEEDBACK", values.get("RAG_FEEDBACK", "on")),
            uploads=_is_on("RAG_UPLOADS", values.get("RAG_UPLOADS", "off")),
        )


def _known(environment: Mapping[str, str]) -> dict[str, str]:
    """The values of the known names."""
    values: dict[str, str] = {}
    for name in sorted(n for n in environment if n.upper().startswith("RAG_")):
        if name not in _NAMES:
            _report_unknown(name)
        elif not environment[name].strip() and not name.startswith(_LLM):
            raise _empty(name)
        else:
            values[name] = environment[name]
    return values


def _empty(name: str) -> SettingsError:
    return SettingsError(f"{name} is set but empty. Give it a value or unset it.")


def _chosen(argument: str | Path | None, value: str | None) -> Path | None:
    named = argument if argument is not None else value
    return None if named is None else Path(named).resolve()


def _default_corpus() -> Path:
    here, checkout = Path("corpus").resolve(), _CHECKOUT / "corpus"
    return here if here.is_dir() or not checkout.is_dir() else checkout


def _absolute_model(name: str | None) -> str | None:
    return str(Path(name).resolve()) if name and Path(name).is_dir() else name


def _is_on(name: str, value: str) -> bool:
    if value not in ("on", "off"):
        raise SettingsError(f"{name}: {_shown(value)} is neither. Give on or off.")
    return value == "on"


def _report_unknown(name: str) -> None:
    near = difflib.get_close_matches(name.upper(), _NAMES, n=1, cutoff=_NEAR)
    if near:
        raise SettingsError(f"{name} is no setting. Did you mean {near[0]}?")
    warnings.warn(f"{name} is no setting of this program and is ignored; known are {', '.join(_NAMES)}.", stacklevel=4)


# --- the language model -----------------------------------------------------------------------------------------------


def _model(values: Mapping[str, str]) -> ModelSettings | None:
    """The settings of a language model; None where none is turned on."""
    if empty := [name for name, value in values.items() if not value.strip()]:
        raise _empty(empty[0])
    missing = [name for name in _BOTH if name not in values]
    if len(missing) == 1:
        raise SettingsError(f"{missing[0]} is not set. A language model needs both: {' and '.join(_BOTH)}.")
    if missing:
        if values:
            without = f"without {' and '.join(_BOTH)} no language model writes"
            warnings.warn(f"{', '.join(values)}: of no effect, {without}.", stacklevel=4)
        return None
    window = _tokens("RAG_LLM_WINDOW", values.get("RAG_LLM_WINDOW", str(_WINDOW)), _LEAST_WINDOW, _MOST_TOKENS)
    reply = values.get("RAG_LLM_REPLY", str(min(_REPLY, window // 4)))
    return ModelSettings(
        base_url=_address(values["RAG_LLM_BASE_URL"]),
        model=_model_name(values["RAG_LLM_MODEL"]),
        key=_key(values.get("RAG_LLM_API_KEY")),
        window=window,
        reply=_tokens("RAG_LLM_REPLY", reply, 1, window // 2),
        unsupported=_unsupported(values.get("RAG_LLM_UNSUPPORTED", "mark")),
        **{field: _seconds(name, values[name]) for name, field in _SECONDS.items() if name in values},
    )


def _address(value: str) -> str:
    """An address without the slash at its end. What may hold a password is not repeated in a message."""
    try:
        parts = urlsplit(value)
        port = parts.port
        (parts.hostname or "").encode("idna")
    except ValueError:  # an impossible port, or a name that none can have
        parts, port = urlsplit(""), 0
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise SettingsError(
            "RAG_LLM_BASE_URL holds more than an address (a user, a password, a query or a fragment). Leave that out; "
            "a key goes into RAG_LLM_API_KEY."
        )
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0 or not _is_one_word(value):
        raise SettingsError(
            f"RAG_LLM_BASE_URL: {_shown(value)} is not an http or https address. Give one like http://127.0.0.1:11434/v1."
        )
    if parts.path.rstrip("/").endswith("/completions"):
        raise SettingsError(f"RAG_LLM_BASE_URL: {_shown(value)} goes too far. Leave out what follows /v1.")
    return value.rstrip("/")


def _model_name(value: str) -> str:
    if not value.isprintable() or len(value) > _LONGEST_NAME:
        raise SettingsError(
            f"RAG_LLM_MODEL: {_shown(value)} is no name of a model. Give at most {_LONGEST_NAME} printable characters."
        )
    return value


def _key(value: str | None) -> Secret | None:
    if value is not None and not (value.isascii() and _is_one_word(value)):
        raise SettingsError(
            "RAG_LLM_API_KEY holds a blank, a line end or a character that no key has. Copy it again, without "
            "quotation marks or anything around it."
        )
    return None if value is None else Secret(value)


def _shown(value: str) -> str:
    return repr(value if len(value) <= _LONGEST_NAME else value[:_LONGEST_NAME] + "…")


def _is_one_word(value: str) -> bool:
    return value.isprintable() and not any(c.isspace() for c in value)


def _seconds(name: str, value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= _MOST_SECONDS:  # nan is not either
        raise SettingsError(
            f"{name}: {_shown(value)} is no time. Give seconds, more than 0 and at most {_MOST_SECONDS:,}."
        )
    return seconds


def _tokens(name: str, value: str, least: int, most: int) -> int:
    try:
        tokens = int(value)
    except ValueError:
        tokens = -1
    if not least <= tokens <= most:
        why = " (half of RAG_LLM_WINDOW)" if name == "RAG_LLM_REPLY" else ""
        raise SettingsError(
            f"{name}: {_shown(value)} is not possible. Give a whole number of tokens from {least:,} to {most:,}{why}."
        )
    return tokens


def _unsupported(value: str) -> Unsupported:
    if value == "mark":
        return "mark"
    if value == "withhold":
        return "withhold"
    raise SettingsError(f"RAG_LLM_UNSUPPORTED: {_shown(value)} is neither. Give mark or withhold.")
