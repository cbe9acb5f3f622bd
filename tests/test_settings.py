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
    own = Settings(tmp_path / "corpus", tmp_path / "embeddings", None)
    assert Settings.read({}) == own


def test_without_an_index_named_it_lies_beside_the_corpus_in_use(tmp_path: Path) -> None:
    """A corpus named by argument or environment never takes another corpus's index; what is named is taken."""
    other = tmp_path / "other" / "briefs"
    for read in (Settings.read({}, corpus=other), Settings.read({"RAG_CORPUS": str(other)})):
        assert read == Settings(other, tmp_path / "other" / "embeddings")
    named = Settings.read({"RAG_CORPUS": "/a", "RAG_EMBEDDINGS": "/b"}, corpus=other, embeddings=tmp_path)
    assert named == Settings(other, tmp_path)
    assert Settings.read({"RAG_EMBEDDINGS": "/b"}, corpus=other) == Settings(other, Path("/b"))


def test_a_later_change_of_the_working_folder_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Relative folders, that of a model too, are made absolute at reading; a hub name stays as it is."""
    (tmp_path / "model").mkdir()
    monkeypatch.chdir(tmp_path)
    read = Settings.read({"RAG_CORPUS": "a/../b", "RAG_EMBEDDINGS": "c", "RAG_ENCODER": "model"})
    assert read == Settings(tmp_path / "b", tmp_path / "c", str(tmp_path / "model"))
    assert Settings.read({"RAG_ENCODER": "some/model"}).encoder == "some/model"


@pytest.mark.parametrize("name", ["RAG_CORPSE", "RAG_EMBEDDING", "rag_corpus", "RAG_ENCODERS", "RAG_FEED_BACK"])
def test_a_near_miss_of_a_name_is_an_error_that_offers_it(name: str) -> None:
    """A slip in a name must not be silently without effect."""
    with pytest.raises(SettingsError, match=r"is no setting\. Did you mean RAG_"):
        Settings.read({name: "x"})


def test_any_other_unknown_name_is_a_warning() -> None:
    """A `RAG_` name that resembles none is told and passed over."""
    with pytest.warns(UserWarning, match="RAG_UNHEARD_OF is no setting"):
        read = Settings.read({"RAG_UNHEARD_OF": "x"})
    assert read == Settings.read({})


def test_an_empty_value_is_an_error() -> None:
    """A name that is set but empty is a mistake, not a default."""
    with pytest.raises(SettingsError, match="RAG_CORPUS is set but empty"):
        Settings.read({"RAG_CORPUS": " "})


def test_feedback_is_on_unless_switched_off() -> None:
    """`on` and `off` are all there is."""
    assert Settings.read({}).feedback is True
    assert Settings.read({"RAG_FEEDBACK": "on"}).feedback is True
    assert Settings.read({"RAG_FEEDBACK": "off"}).feedback is False
    for wrong in ("no", "OFF", "0"):
        with pytest.raises(SettingsError, match=f"RAG_FEEDBACK: '{wrong}' is neither. Give on or off."):
            Settings.read({"RAG_FEEDBACK": wrong})
    with pytest.raises(SettingsError, match="RAG_FEEDBACK is set but empty"):
        Settings.read({"RAG_FEEDBACK": ""})


def test_adding_by_the_page_is_off_unless_switched_on() -> None:
    """`RAG_UPLOADS` is `on` or `off`, and off where it is not set; anything else is an error with the remedy."""
    assert not Settings.read({}).uploads
    assert not Settings.read({"RAG_UPLOADS": "off"}).uploads
    assert Settings.read({"RAG_UPLOADS": "on"}).uploads
    for wrong in ("yes", "ON", "1"):
        with pytest.raises(SettingsError, match=f"RAG_UPLOADS: '{wrong}' is neither. Give on or off"):
            Settings.read({"RAG_UPLOADS": wrong})
