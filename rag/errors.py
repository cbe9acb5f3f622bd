"""The errors a user can cause, under one base class.

Every message says where it happened, what was found and what to do about it. Anything else that escapes is a bug.

RagError
├── InputError        an argument or a question that cannot be served (bad date, unknown body, k of 0, …)
│   └── NothingToCompare  a side of a comparison that holds no item
├── SettingsError     an environment variable that is wrong or nearly a known one
├── CorpusError       a folder or file of the corpus
│   ├── BriefError    a file that does not read as a brief: path, line, what was expected and found
│   ├── BriefTaken    a brief whose place in the corpus another file has: both paths, what is wrong
│   └── CorpusFull    no room for more of the briefs that whoever opens the page may add
├── EncoderError      the embedding model: altered, foreign, not exportable
│   └── EncoderMissing  there is none: search goes on by words alone
├── WindowTooSmall    a language model's window that does not hold instructions, question and reply
├── IndexProblem      the files below `embeddings/`: damaged, foreign, newer, not writable
├── FeedbackError     the file of what readers said of answers: not writable, not readable, full
├── ModelProblem      the language model: not there, slow, refusing, cut off, writing nonsense
└── QuestionsError    a question set, or an accepted or earlier outcome of one: file, line, what is wrong
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal


class RagError(Exception):
    """Base of every error a user can cause; its text is one complete message."""


class InputError(RagError):
    """An argument or a question that cannot be served."""


class NothingToCompare(InputError):
    """A side of a comparison that holds no item."""


class SettingsError(RagError):
    """An environment variable that is wrong, or nearly the name of a known one."""


class CorpusError(RagError):
    """A folder or a file of the corpus that cannot be used."""


class BriefError(CorpusError):
    """A file that does not read as a brief.

    Fields first; the message is built from them. `line` counts from 1; None where the whole file is meant.
    """

    def __init__(self, path: Path | str, line: int | None, expected: str, found: str, remedy: str = "") -> None:
        self.path, self.line, self.expected, self.found, self.remedy = path, line, expected, found, remedy
        super().__init__(self.naming(str(path)))

    def naming(self, name: str) -> str:
        """The message with the file called so: who sent it by its own name need not learn where it lies."""
        place = f"{name}, line {self.line}" if self.line is not None else name
        return f"{place}: expected {self.expected}, found {self.found}. {self.remedy}".rstrip()


class BriefTaken(CorpusError):
    """A brief that cannot be added, since another file has its place.

    Fields first; the message is built from them. `problem` says what is wrong with the other file, `{}` its name.
    """

    def __init__(self, path: Path, other: Path, problem: str, remedy: str) -> None:
        self.path, self.other, self.problem, self.remedy = path, other, problem, remedy
        super().__init__(self.naming(str(path), str(other)))

    def naming(self, name: str, other: str) -> str:
        """The message with the two files called so."""
        return f"{name}: {self.problem.format(other)} {self.remedy}"


class CorpusFull(CorpusError):
    """There is no room for more of the briefs that whoever opens the page may add; the text names no path."""


class EncoderError(RagError):
    """The embedding model is altered, foreign or cannot be exported."""


class EncoderMissing(EncoderError):
    """There is no embedding model; an index that is up to date still answers by words alone."""


class WindowTooSmall(RagError):
    """A language model's window does not even hold the instructions, the question and the reply.

    Fields first, in tokens; the message is built from them. `needed` includes the room for the reply.
    """

    def __init__(self, window: int, reply: int, needed: int) -> None:
        self.window, self.reply, self.needed = window, reply, needed
        super().__init__(
            f"RAG_LLM_WINDOW is {window:,} tokens, but the instructions, the question and {reply:,} tokens for the "
            f"reply take {needed:,}. Set RAG_LLM_WINDOW to the model's window if that is larger, ask a shorter "
            f"question, or use a model with a larger window."
        )


class IndexProblem(RagError):
    """The index on disk is damaged, foreign, of another format, or cannot be written."""


class FeedbackError(RagError):
    """The file of what readers said of answers cannot be read or written, or is full."""


ModelFault = Literal[
    "down",  # refused, unknown host, no TLS
    "slow",  # a time-out
    "denied",  # the key: 401, 403
    "unknown_model",  # 404
    "rejected",  # 400, 422 and other refusals
    "too_long",  # more text than the model's window holds
    "busy",  # 429, or a server error, after the retries
    "malformed",  # a page, broken JSON, no words at all but a tool call
    "empty",
    "cut",  # dropped, or ended by a limit or a filter
    "endless",  # over the cap of bytes, or going round in circles
]


class ModelProblem(RagError):
    """The language model gave no reply, or none to its end: one line for whoever asked, without key or question.

    `said`: the server's own words, at most 200 printable characters, for whoever runs it; empty where it said nothing.
    """

    def __init__(self, kind: ModelFault, message: str, said: str = "") -> None:
        self.kind, self.said = kind, said
        super().__init__(message)


class QuestionsError(RagError):
    """A question set, or a file of its outcomes, that cannot be used.

    Fields first; the message is built from them. `line` counts from 1; None where the whole file is meant.
    """

    def __init__(self, path: Path | str, line: int | None, problem: str) -> None:
        self.path, self.line, self.problem = path, line, problem
        super().__init__(f"{path}, line {line}: {problem}" if line is not None else f"{path}: {problem}")
