"""What goes wrong with a language model, and the one line in which a reader is told.

Takes a kind of fault and what is known of it, or what a server answered; gives the problem. The line holds the names
of model and host and what to do; never a key, a question, or words that the server chose.
"""

from __future__ import annotations

import re

from rag.errors import ModelFault, ModelProblem
from rag.settings import ModelSettings

_MOST_SAID = 200  # characters of a server's own words
_PASSING = (408, 409, 429)  # and every error of the server's own

# How servers say that a text is too long, whatever the status: OpenAI and vLLM, llama.cpp, LM Studio, others.
_TOO_LONG = re.compile(
    r"context[ _-]?(?:length|window|size)|context the overflows|maximum context|prompt is too long|too many (?:input )?"
    r"tokens",
    re.IGNORECASE,
)

# kind: what happened, then what to do about it. {name} is "The language model NAME at HOST".
_LINES: dict[ModelFault, tuple[str, str]] = {
    "down": ("{name} cannot be reached: {detail}", "Start its server, or check RAG_LLM_BASE_URL."),
    "slow": ("{name} took too long: {detail}", "Ask again, or allow it more time."),
    "denied": ("{name} refuses us ({detail})", "Check RAG_LLM_API_KEY."),
    "unknown_model": ("{name} is not known there ({detail})", "Check RAG_LLM_MODEL and RAG_LLM_BASE_URL."),
    "rejected": ("{name} rejected the request ({detail})", "`rag doctor` may tell why."),
    "too_long": ("{name} takes less text than it was sent ({detail})", "Set RAG_LLM_WINDOW to its window, in tokens."),
    "busy": ("{name} has too much to do, or its quota is used up ({detail})", "Ask again later."),
    "malformed": ("{name} sent {detail}", "Check that RAG_LLM_BASE_URL is an OpenAI-compatible address."),
    "empty": ("{name} gave an empty reply", "Ask again."),
    "cut": ("{name} broke off: {detail}", "Ask again."),
    "endless": ("{name} came to no end and was stopped: {detail}", "Ask again, or choose another model."),
}


class Fault(Exception):
    """A problem before it is known with which model. `remedy` takes the place of the kind's own."""

    def __init__(self, kind: ModelFault, detail: str = "", remedy: str = "", said: str = "") -> None:
        self.kind, self.detail, self.remedy, self.said = kind, detail, remedy, said
        super().__init__(kind)

    def problem(self, settings: ModelSettings) -> ModelProblem:
        """The problem with this model, told in one line."""
        happened, remedy = _LINES[self.kind]
        name = f"The language model {settings.model} at {settings.host}"
        message = f"{happened.format(name=name, detail=self.detail)}. {self.remedy or remedy}"
        return ModelProblem(self.kind, message, _without(settings, self.said))


class Passing(Fault):
    """One that may pass: worth another try. `wait`: seconds the server asks for, None where it names no time."""

    wait: float | None = None


def refused(status: int, said: str) -> Fault:
    """What a status of 300 or more means, with the server's words. A long text may be refused under any of them."""
    detail = f"HTTP {status}"
    if status == 413 or (status >= 400 and status not in (401, 403, 429) and _TOO_LONG.search(said)):
        return Fault("too_long", detail, said=said)
    if status < 400:
        return Fault(
            "rejected",
            f"{detail}, a redirection, which is not followed",
            "Put the address where it leads into RAG_LLM_BASE_URL.",
        )
    if status in (401, 403):
        return Fault("denied", detail)  # its words may repeat the key, or parts of it
    if status == 404:
        return Fault("unknown_model", detail, said=said)
    if status in _PASSING or status >= 500:
        return Passing("busy", detail, said=said)
    return Fault("rejected", detail, said=said)


def printable(text: str, most: int = _MOST_SAID) -> str:
    """Text of a server on one line, cut, without characters that drive a terminal."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * most]).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _without(settings: ModelSettings, said: str) -> str:
    key = settings.key.reveal() if settings.key else ""
    return printable(said.replace(key, "…") if key else said)
