"""Settings: one frozen record, read from the arguments of the caller and from the environment when a library is opened.

| name | meaning | default |
| --- | --- | --- |
| `RAG_CORPUS` | folder of briefs | `./corpus`, else the checkout's |
| `RAG_EMBEDDINGS` | folder of the built index | `embeddings` beside the corpus in use |
| `RAG_ENCODER` | embedding model: a folder or a hub name | the packaged all-MiniLM-L6-v2 |

An argument (`--corpus`, `--embeddings`, those of `Library.open`) comes before the environment. Folders are made
absolute at reading: a later change of the working folder changes nothing.
"""

from __future__ import annotations

import difflib
import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rag.errors import SettingsError

_CHECKOUT = Path(__file__).resolve().parent.parent
_NAMES = {"RAG_CORPUS": "corpus", "RAG_EMBEDDINGS": "embeddings", "RAG_ENCODER": "encoder"}
# Likeness from which an unknown name counts as a slip of a known one: one or two letters in ten.
_NEAR = 0.85


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things lie and which model encodes; `encoder` None means the packaged one."""

    corpus: Path
    embeddings: Path
    encoder: str | None = None

    @classmethod
    def read(
        cls,
        environment: Mapping[str, str] | None = None,
        *,
        corpus: str | Path | None = None,
        embeddings: str | Path | None = None,
    ) -> Settings:
        """Read the environment; what is given as an argument comes before it.

        Raises SettingsError for a name that nearly is a known one or a known one without a value; any other
        unknown `RAG_` name is a warning.
        """
        values = _known(os.environ if environment is None else environment)
        briefs = _chosen(corpus, values.get("corpus")) or _default_corpus()
        return cls(
            corpus=briefs,
            embeddings=_chosen(embeddings, values.get("embeddings")) or briefs.parent / "embeddings",
            encoder=_absolute_model(values.get("encoder")),
        )


def _known(environment: Mapping[str, str]) -> dict[str, str]:
    """The values of the known names, by field."""
    values: dict[str, str] = {}
    for name in sorted(n for n in environment if n.upper().startswith("RAG_")):
        if name not in _NAMES:
            _report_unknown(name)
        elif not environment[name].strip():
            raise SettingsError(f"{name} is set but empty. Give it a value or unset it.")
        else:
            values[_NAMES[name]] = environment[name]
    return values


def _chosen(argument: str | Path | None, value: str | None) -> Path | None:
    named = argument if argument is not None else value
    return None if named is None else Path(named).resolve()


def _default_corpus() -> Path:
    here, checkout = Path("corpus").resolve(), _CHECKOUT / "corpus"
    return here if here.is_dir() or not checkout.is_dir() else checkout


def _absolute_model(name: str | None) -> str | None:
    return str(Path(name).resolve()) if name and Path(name).is_dir() else name


def _report_unknown(name: str) -> None:
    near = difflib.get_close_matches(name.upper(), _NAMES, n=1, cutoff=_NEAR)
    if near:
        raise SettingsError(f"{name} is no setting. Did you mean {near[0]}?")
    warnings.warn(f"{name} is no setting of this program and is ignored; known are {', '.join(_NAMES)}.", stacklevel=4)
