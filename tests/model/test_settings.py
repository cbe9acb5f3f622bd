"""Settings of a language model: when there is one, and what cannot be."""

from __future__ import annotations

import pytest

from rag.errors import SettingsError
from rag.settings import ModelSettings, Secret, Settings

ADDRESS, NAME = "http://127.0.0.1:11434/v1", "a-model"
BOTH = {"RAG_LLM_BASE_URL": ADDRESS, "RAG_LLM_MODEL": NAME}
CANARY = "sk-canary-4711"


def test_both_address_and_name_turn_it_on() -> None:
    """Without them there is no model; with them every other setting has its default."""
    assert Settings.read({}).model is None
    assert Settings.read(BOTH).model == ModelSettings(
        ADDRESS, NAME, None, connect_seconds=3, first_word_seconds=120, silence_seconds=30,
        window=8192, reply=1024, unsupported="mark",
    )  # fmt: skip


def test_every_setting_is_read() -> None:
    """Each name sets its field; the slash at the end of an address goes, and its host is told apart."""
    read = Settings.read(
        {
            "RAG_LLM_BASE_URL": "https://models.example:8443/api/v1/",
            "RAG_LLM_MODEL": "org/a-model:7b",
            "RAG_LLM_API_KEY": CANARY,
            "RAG_LLM_CONNECT_SECONDS": "0.5",
            "RAG_LLM_FIRST_WORD_SECONDS": "60",
            "RAG_LLM_SILENCE_SECONDS": "1e1",
            "RAG_LLM_WINDOW": "32000",
            "RAG_LLM_REPLY": "500",
            "RAG_LLM_UNSUPPORTED": "withhold",
        }
    ).model
    assert read == ModelSettings(
        "https://models.example:8443/api/v1", "org/a-model:7b", Secret(CANARY), 0.5, 60, 10, 32_000, 500, "withhold"
    )
    assert read.host == "models.example:8443"


def test_a_small_window_makes_a_small_reply() -> None:
    """Without a word about the reply it takes at most a quarter of the window."""
    for window, reply in (("1024", 256), ("4096", 1024), ("100000", 1024)):
        model = Settings.read({**BOTH, "RAG_LLM_WINDOW": window}).model
        assert model is not None
        assert model.reply == reply


@pytest.mark.parametrize("name", BOTH)
def test_one_without_the_other_names_what_is_missing(name: str) -> None:
    """An address without a name, or a name without an address, is a slip."""
    (missing,) = BOTH.keys() - {name}
    read = Settings.read({name: BOTH[name]})
    assert read.model is None
    assert read.model_problem.startswith(f"{missing} is not set. A language model needs both")


def test_an_option_alone_is_a_warning() -> None:
    """A key that is left in the environment is of no effect, and stops nobody; the variables of others are not read."""
    with pytest.warns(UserWarning, match="RAG_LLM_API_KEY: of no effect, without RAG_LLM_BASE_URL and") as told:
        assert Settings.read({"RAG_LLM_API_KEY": CANARY}).model is None
    assert CANARY not in str(told[0].message)
    others = {"OPENAI_BASE_URL": ADDRESS, "OPENAI_MODEL": NAME, "OPENAI_API_KEY": CANARY}
    assert Settings.read(others) == Settings.read({})


BAD = {
    "no scheme": ("RAG_LLM_BASE_URL", "127.0.0.1:11434/v1", "is not an http or https address"),
    "other scheme": ("RAG_LLM_BASE_URL", "ftp://host/v1", "Give one like http://127.0.0.1:11434/v1"),
    "no host": ("RAG_LLM_BASE_URL", "http:///v1", "is not an http or https address"),
    "a blank inside": ("RAG_LLM_BASE_URL", "http://ho st/v1", "is not an http or https address"),
    "a control character": ("RAG_LLM_BASE_URL", "http://host\x00/v1", "is not an http or https address"),
    "a line end": ("RAG_LLM_BASE_URL", "http://host/v1\n", "is not an http or https address"),
    "no port": ("RAG_LLM_BASE_URL", "http://host:99999/v1", "is not an http or https address"),
    "an open bracket": ("RAG_LLM_BASE_URL", "http://[::1/v1", "is not an http or https address"),
    "an empty label": ("RAG_LLM_BASE_URL", "http://a..b/v1", "is not an http or https address"),
    "a user": ("RAG_LLM_BASE_URL", f"http://me:{CANARY}@host/v1", "holds more than an address"),
    "a query": ("RAG_LLM_BASE_URL", f"http://host/v1?key={CANARY}", "holds more than an address"),
    "a fragment": ("RAG_LLM_BASE_URL", f"http://host/v1#{CANARY}", "holds more than an address"),
    "too far": ("RAG_LLM_BASE_URL", "http://host/v1/chat/completions", "Leave out what follows /v1"),
    "empty": ("RAG_LLM_MODEL", " ", "is set but empty"),
    "a name of two lines": ("RAG_LLM_MODEL", "a\nb", "is no name of a model"),
    "a name without end": ("RAG_LLM_MODEL", "x" * 201, "at most 200 printable"),
    "a key with a blank": ("RAG_LLM_API_KEY", f"{CANARY} x", "Copy it again"),
    "a key with a line end": ("RAG_LLM_API_KEY", f"{CANARY}\n", "Copy it again"),
    "a key with a control character": ("RAG_LLM_API_KEY", f"{CANARY}\x1b", "Copy it again"),
    "a key in quotation marks": ("RAG_LLM_API_KEY", f"“{CANARY}”", "Copy it again"),
    "no number": ("RAG_LLM_CONNECT_SECONDS", "soon", "'soon' is no time. Give seconds"),
    "zero": ("RAG_LLM_FIRST_WORD_SECONDS", "0", "more than 0"),
    "negative": ("RAG_LLM_SILENCE_SECONDS", "-1", "more than 0"),
    "not a number": ("RAG_LLM_SILENCE_SECONDS", "nan", "more than 0"),
    "for ever": ("RAG_LLM_SILENCE_SECONDS", "inf", "at most 86,400"),
    "a window in words": ("RAG_LLM_WINDOW", "8k", "a whole number of tokens from 1,024 to"),
    "a window too small": ("RAG_LLM_WINDOW", "1023", "from 1,024 to"),
    "digits without end": ("RAG_LLM_WINDOW", "9" * 5000, "from 1,024 to"),
    "no reply": ("RAG_LLM_REPLY", "0", "from 1 to 4,096 (half of RAG_LLM_WINDOW)"),
    "a reply too long": ("RAG_LLM_REPLY", "5000", "from 1 to 4,096 (half of RAG_LLM_WINDOW)"),
    "neither": ("RAG_LLM_UNSUPPORTED", "hide", "Give mark or withhold"),
}


@pytest.mark.parametrize(("name", "value", "said"), BAD.values(), ids=BAD)
def test_what_cannot_be_is_named_with_a_remedy(name: str, value: str, said: str) -> None:
    """The message names the variable and what to do; what may hold a secret is not repeated. Answers do without."""
    read = Settings.read({**BOTH, name: value})
    message = read.model_problem
    assert read.model is None
    assert message.startswith(name)
    assert said in message
    assert CANARY not in message
    assert len(message) < 400


def test_a_slip_in_a_name_is_an_error() -> None:
    """It is as for every other setting: nothing is to be without effect unseen."""
    with pytest.raises(SettingsError, match="Did you mean RAG_LLM_MODEL"):
        Settings.read({**BOTH, "RAG_LLM_MODELL": "x"})


def test_a_key_is_never_shown() -> None:
    """Neither `str` nor `repr`, of the key or of what holds it, has a letter of it; for its server it is there."""
    read = Settings.read({**BOTH, "RAG_LLM_API_KEY": CANARY})
    assert read.model is not None
    key = read.model.key
    assert key is not None
    assert key.reveal() == CANARY
    assert CANARY not in f"{key} {key!r} {read} {read!r} {read.model!r}"
    assert key == Secret(CANARY) != Secret("other")
