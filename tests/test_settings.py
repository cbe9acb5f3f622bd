"""Settings from the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import SettingsError
from rag.settings import Settings


def test_known_names_are_read() -> None:
    """Each known name sets its field."""
    read = Settings.read(
        {"RAG_CORPUS": "/briefs", "RAG_EMBEDDINGS": "/index", "RAG_ENCODER": "some/model", "HOME": "/"}
    )
    assert read == Settings(Path("/briefs"), Path("/index"), "some/model")


def test_defaults_lie_in_the_folder_one_stands_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`./corpus` and the `./embeddings` beside it are used where there is a corpus, else the checkout's."""
    monkeypatch.chdir(tmp_path)
    checkout = Settings.read({})
    assert checkout.corpus.is_absolute()
    assert checkout.embeddings == checkout.corpus.parent / "embeddings"
    (tmp_path / "corpus").mkdir()
    assert Settings.read({}) == Settings(Path("corpus"), Path("embeddings"), None)


@pytest.mark.parametrize("name", ["RAG_CORPSE", "RAG_EMBEDDING", "rag_corpus", "RAG_ENCODERS"])
def test_a_near_miss_of_a_name_is_an_error_that_offers_it(name: str) -> None:
    """A slip in a name must not be silently without effect."""
    with pytest.raises(SettingsError, match=r"is no setting\. Did you mean RAG_"):
        Settings.read({name: "x"})


def test_any_other_unknown_name_is_a_warning() -> None:
    """A `RAG_` name that resembles none is told and passed over."""
    with pytest.warns(UserWarning, match="RAG_UNHEARD_OF is no setting"):
        Settings.read({"RAG_UNHEARD_OF": "x"})


def test_an_empty_value_is_an_error() -> None:
    """A name that is set but empty is a mistake, not a default."""
    with pytest.raises(SettingsError, match="RAG_CORPUS is set but empty"):
        Settings.read({"RAG_CORPUS": " "})
