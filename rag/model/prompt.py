"""A question and the items found for it as what a model is asked, packed into its window.

Takes the question, items (best first), what was said before, the window and a function that counts tokens. Gives a
`Prompt`: a system message with the instructions and one user message with evidence, conversation and question, each
fenced by a tag that holds a nonce. The words are the files of `prompts/`; `$names` in them are filled in here.

What is packed, when room is scarce: the instructions and the question always. Then as much as fits of the evidence,
best first, in whole parts; an item whose first part does not fit is left out, and smaller ones after it are still
tried, so that what is given stays in the order of the ranking. The conversation is trimmed last: evidence gives way
to it, down to the best item; only where that does not fit whole do the oldest turns go, one by one. Of a long
conversation only the newest turns are considered.

What was said before is given as text in the user message, not as turns: it comes from the client, who could forge a
turn of the assistant, and many models refuse turns that do not alternate. Its markers and keys are disarmed.

Nothing in a prompt is secret. Knows nothing of endpoints, and does not look at what a model replies.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from string import Template
from types import MappingProxyType

from rag.briefs.records import Item
from rag.errors import WindowTooSmall
from rag.model.evidence import Draft, draft, make_keys
from rag.model.records import Message
from rag.model.text import inert_line
from rag.model.tokens import Counter
from rag.retrieval.conversation import MOST_TURNS

SENTINEL = "NOT STATED"  # what a model replies when the items do not answer
# Tokens that a server's template adds around a message, and before the reply; the widest known ones take five.
_PER_MESSAGE = 8
_JOINT = 2  # tokens that two texts may take more together than apart: a line break, and a word cut differently
_MOST_TURNS = 2 * MOST_TURNS  # questions and answers
_MARKERS = re.compile(r"[ \t]?\[[\w^,; ]{1,12}\]")
_SPEAKERS = {"user": "User", "assistant": "Assistant"}
_EXAMPLES = ("example", "second")


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a prompt is made of, so that it can be made again smaller."""

    question: str
    items: tuple[Item, ...]  # best first, each once
    history: tuple[Message, ...]  # oldest first
    window: int  # tokens
    reply: int  # tokens kept free for the reply
    count: Counter
    nonce: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is asked, and what of it was left out."""

    messages: tuple[Message, ...]
    keys: Mapping[str, Item]  # of the items given, in the order of the evidence
    left_out: tuple[Item, ...]  # items that found no room
    cut: tuple[Item, ...]  # items given with fewer parts than they have
    trimmed: int  # turns of the conversation left out
    tokens: int  # of all messages, with what a server adds around them
    evidence: int  # tokens of the items given
    inputs: Inputs = field(repr=False, compare=False)


def build(
    question: str,
    items: Sequence[Item],
    history: Sequence[Message] = (),
    *,
    window: int,
    reply: int,
    count: Counter,
    nonce: str,
) -> Prompt:
    """The prompt for a question over these items, best first, in a window of so many tokens.

    `nonce` is ASCII letters and digits, drawn at random for each request. Where not one part of an item fits, `keys`
    is empty: there is nothing to answer from. Raises WindowTooSmall when instructions, question and reply alone
    overflow the window.
    """
    if not (nonce.isascii() and nonce.isalnum()):
        raise ValueError(f"nonce: {nonce!r} is not of ASCII letters and digits.")
    unique = tuple({item.id: item for item in items}.values())
    return _made(Inputs(question, unique, tuple(history), window, reply, count, nonce), most=window)


def halved(prompt: Prompt) -> Prompt:
    """The same with at most half the evidence, under the same keys; for a server that found the prompt too long."""
    return _made(prompt.inputs, most=prompt.evidence // 2)


@lru_cache
def template(name: str) -> Template:
    """One of the files of `prompts/`: `system`, `user` or `history`."""
    return Template(files("rag.model").joinpath("prompts", f"{name}.md").read_text(encoding="utf-8"))


class _Frame:
    """The messages around whatever evidence and conversation they get."""

    def __init__(self, inputs: Inputs, drafts: Sequence[Draft], turns: Sequence[str]) -> None:
        self.inputs = inputs
        self.question = inert_line(inputs.question)
        given = "\n".join([self.question, inputs.nonce, *turns, *("\n".join((d.head, *d.parts)) for d in drafts)])
        keys = make_keys(inputs.nonce, (*_EXAMPLES, *(d.item.id for d in drafts)), given)
        self.keys = {name: key for name, key in keys.items() if name not in _EXAMPLES}
        self.fixed = {"nonce": inputs.nonce, "sentinel": SENTINEL} | {name: keys[name] for name in _EXAMPLES}

    def messages(self, evidence: Sequence[str], turns: Sequence[str]) -> tuple[Message, ...]:
        history = template("history").substitute(self.fixed, turns="\n".join(turns)) if turns else ""
        user = template("user").substitute(
            self.fixed, evidence="\n\n".join(evidence), history=history, question=self.question
        )
        return Message("system", template("system").substitute(self.fixed).strip()), Message("user", user.strip())

    def tokens(self, evidence: Sequence[str], turns: Sequence[str]) -> int:
        messages = self.messages(evidence, turns)
        return sum(self.inputs.count(message.content) for message in messages) + _PER_MESSAGE * (len(messages) + 1)


class _Packing:
    """The evidence chosen so far, each item as the numbers of its parts."""

    def __init__(self, frame: _Frame, drafts: Sequence[Draft]) -> None:
        self.frame, self.drafts = frame, drafts
        self.chosen: list[tuple[Draft, list[int]]] = []

    def pack(self, room: int) -> None:
        """Take what fits into so many tokens, best first."""
        self.chosen = []
        for candidate in self.drafts:
            sizes = self._sizes(candidate)
            taken: list[int] = []
            for number, size in enumerate(sizes):
                if size <= room:
                    taken.append(number)
                    room -= size
                elif not taken:
                    break  # without its first part an item is not given
            if taken:
                self.chosen.append((candidate, taken))

    def drop_last(self) -> None:
        """Give up the last part of the last item."""
        candidate, taken = self.chosen.pop()
        if taken[:-1]:
            self.chosen.append((candidate, taken[:-1]))

    def written(self) -> list[str]:
        return [candidate.written(self.frame.keys[candidate.item.id], taken) for candidate, taken in self.chosen]

    def best(self) -> int:
        """Tokens of the best item with all its parts; 0 where there is none."""
        return sum(self._sizes(self.drafts[0])) if self.drafts else 0

    def _sizes(self, candidate: Draft) -> list[int]:
        """Tokens of each part; the first one's with the head."""
        count = self.frame.inputs.count
        first = candidate.written(self.frame.keys[candidate.item.id], (0,))
        return [count(first) + _JOINT, *(count(part) + _JOINT for part in candidate.parts[1:])]


def _made(inputs: Inputs, most: int) -> Prompt:
    drafts = [one for one in map(draft, inputs.items) if one.parts]
    turns = [_turn(said) for said in inputs.history[-_MOST_TURNS:] if said.role in _SPEAKERS and said.content.strip()]
    frame = _Frame(inputs, drafts, turns)
    bare = frame.tokens((), ())
    room = inputs.window - inputs.reply - bare
    if room < 0:
        raise WindowTooSmall(inputs.window, inputs.reply, bare + inputs.reply)
    packing = _Packing(frame, drafts)
    kept, used = _kept_turns(inputs.count, turns, room - packing.best(), frame)
    packing.pack(min(most, room - used))
    written, tokens = packing.written(), frame.tokens(packing.written(), kept)
    while tokens > inputs.window - inputs.reply:  # texts that take more tokens together than apart
        if packing.chosen:
            packing.drop_last()
        else:
            kept = kept[1:]
        written = packing.written()
        tokens = frame.tokens(written, kept)
    given = {one.item.id for one, _ in packing.chosen}
    return Prompt(
        messages=frame.messages(written, kept),
        keys=MappingProxyType({frame.keys[one.item.id]: one.item for one, _ in packing.chosen}),
        left_out=tuple(item for item in inputs.items if item.id not in given),
        cut=tuple(one.item for one, taken in packing.chosen if len(taken) < len(one.parts)),
        trimmed=len(inputs.history) - len(kept),
        tokens=tokens,
        evidence=sum(inputs.count(text) for text in written),
        inputs=inputs,
    )


def _turn(said: Message) -> str:
    """A turn on one line; the markers of an earlier answer are gone, so that nobody takes them for keys."""
    return f"{_SPEAKERS[said.role]}: {inert_line(_MARKERS.sub('', said.content))}"


def _kept_turns(count: Counter, turns: Sequence[str], room: int, frame: _Frame) -> tuple[list[str], int]:
    """The newest turns that fit into so many tokens, oldest first, and the tokens they take."""
    used = count(template("history").substitute(frame.fixed, turns="")) + _JOINT
    kept: list[str] = []
    for turn in reversed(turns):
        used += count(turn) + _JOINT
        if used > room:
            used -= count(turn) + _JOINT
            break
        kept.insert(0, turn)
    return (kept, used) if kept else ([], 0)
