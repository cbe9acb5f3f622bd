"""Settings: one frozen record, read from the environment when a library is opened.

| name | meaning | default |
| --- | --- | --- |
| `RAG_CORPUS` | folder of briefs | `./corpus`, else the checkout's |
| `RAG_EMBEDDINGS` | folder of the built index | `./embeddings`, else the checkout's |
| `RAG_ENCODER` | embedding model: a folder or a hub name | the packaged all-MiniLM-L6-v2 |
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
    def read(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read the environment.

        Raises SettingsError for a name that nearly is a known one or a known one without a value; any other
        unknown `RAG_` name is a warning.
        """
        environment = os.environ if environment is None else environment
        values: dict[str, str] = {}
        for name in sorted(n for n in environment if n.upper().startswith("RAG_")):
            if name not in _NAMES:
                _report_unknown(name)
            elif not environment[name].strip():
                raise SettingsError(f"{name} is set but empty. Give it a value or unset it.")
            else:
                values[_NAMES[name]] = environment[name]
        return cls(
            corpus=Path(values["corpus"]) if "corpus" in values else default_folder("corpus"),
            embeddings=Path(values["embeddings"]) if "embeddings" in values else _default_embeddings(values),
            encoder=values.get("encoder"),
        )


def default_folder(name: str) -> Path:
    """`./name` where there is one, else that of the checkout the package runs from."""
    here = Path(name)
    return here if here.is_dir() or not (_CHECKOUT / name).is_dir() else _CHECKOUT / name


def _default_embeddings(values: Mapping[str, str]) -> Path:
    """Beside the default corpus: an index lies next to what it was built from."""
    return default_folder("corpus").parent / "embeddings" if "corpus" not in values else default_folder("embeddings")


def _report_unknown(name: str) -> None:
    near = difflib.get_close_matches(name.upper(), _NAMES, n=1, cutoff=_NEAR)
    if near:
        raise SettingsError(f"{name} is no setting. Did you mean {near[0]}?")
    warnings.warn(f"{name} is no setting of this program and is ignored; known are {', '.join(_NAMES)}.", stacklevel=3)
