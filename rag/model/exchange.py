"""One request to a language model and its reply: time-outs, retries, caps.

Takes messages and an open connection; gives pieces of text, or a `ModelProblem`. Runs on the connection's event loop,
where every wait, for a name, a line of a header or the time before a retry, ends when its time is up.
"""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, aclosing, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from rag.model.connection import Connection
from rag.model.problems import Fault, Passing, printable
from rag.model.records import Message, Probe
from rag.model.stream import Events, Reply, parsed
from rag.settings import ModelSettings

_RETRIES = 2
_BACKOFF = 0.25  # seconds before the first retry, at most; doubled for the second
_SLOWEST = 2  # tokens a second: below that nobody waits for the end of a reply
_GRACE = 0.2  # seconds after the last word for the response to end, so that its connection can be used again
_RAW, _RAW_LEAST = 2_000, 2**18  # bytes: what a token takes on its way (300 are usual), what any reply may take
_LIST_SECONDS = 5  # longest wait for the list of models, which is a bonus
_MOST_LISTED = 20
_A_DAY = 86_400  # seconds; whoever asks for a longer wait means no

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Exchange:
    """What is asked of whom. `untaken` collects the parameters that the server says it does not take."""

    settings: ModelSettings
    connection: Connection
    untaken: set[str]
    messages: Sequence[Message]
    limit: int  # most tokens of the reply

    async def reply(self, put: Callable[[str], None]) -> None:
        """Give the pieces of the reply to `put` as they come. Raises ModelProblem."""
        await self._told(self._reply(put))

    async def probe(self) -> Probe:
        """What answers, and how soon. Raises ModelProblem."""
        return await self._told(self._probe())

    async def _told(self, task: Awaitable[_Result]) -> _Result:
        try:
            return await task
        except Fault as fault:
            raise fault.problem(self.settings) from None

    async def _reply(self, put: Callable[[str], None]) -> None:
        now, silence = asyncio.get_running_loop().time, self.settings.silence_seconds
        end = now() + self.settings.first_word_seconds + self.limit / _SLOWEST
        reply, spoken = Reply(self.limit), False
        try:
            async with asyncio.timeout(self.settings.first_word_seconds) as clock:
                async with aclosing(self._events(clock)) as events:
                    async for event in events:
                        if piece := reply.add(event):
                            put(piece)
                            spoken = True
                            clock.reschedule(min(now() + silence, end))
                        if reply.finished:
                            clock.reschedule(min(clock.when() or end, now() + _GRACE))
        except TimeoutError:
            if not reply.finished:
                raise self._late(spoken, now() >= end) from None
        except Fault:
            if not reply.finished:
                raise
        if piece := reply.end():
            put(piece)

    def _late(self, spoken: bool, ended: bool) -> Fault:
        if not spoken:
            waited, name = f"no word within {self.settings.first_word_seconds:g} s", "RAG_LLM_FIRST_WORD_SECONDS"
        elif not ended:
            waited, name = f"silent for {self.settings.silence_seconds:g} s", "RAG_LLM_SILENCE_SECONDS"
        else:
            return Fault("slow", f"fewer than {_SLOWEST} tokens a second", "Ask again, or choose a smaller model.")
        return Fault("slow", waited, f"Ask again, or raise {name}.")

    async def _probe(self) -> Probe:
        now = asyncio.get_running_loop().time
        begun, reply = now(), Reply(self.limit)
        try:
            async with asyncio.timeout(self.settings.first_word_seconds) as clock:
                async with aclosing(self._events(clock)) as events:
                    async for event in events:
                        reply.add(event)
                        if reply.finished:
                            break
        except TimeoutError:
            raise self._late(False, False) from None
        except Fault as fault:
            if fault.kind == "unknown_model" and (models := await self._models()):
                fault.remedy = f"Set RAG_LLM_MODEL to one of: {', '.join(models)}."
            raise
        seconds = now() - begun
        if not reply.begun:
            raise Fault("malformed", "no reply")
        return Probe(printable(reply.model) or self.settings.model, seconds, await self._models())

    async def _models(self) -> tuple[str, ...]:
        """The models a server lists; none where it lists none."""
        body = bytearray()
        with suppress(Fault, TimeoutError):
            async with asyncio.timeout(_LIST_SECONDS), self.connection.models() as chunks:
                async for chunk in chunks:
                    body += chunk
                    if len(body) > _RAW_LEAST:
                        return ()
            listed = parsed(body.decode(errors="replace")).get("data")
            if isinstance(listed, list):
                names = (model.get("id") for model in listed if isinstance(model, dict))
                return tuple(printable(name) for name in names if isinstance(name, str))[:_MOST_LISTED]
        return ()

    async def _events(self, clock: asyncio.Timeout) -> AsyncGenerator[str, None]:
        """The data of the events of one response."""
        async with AsyncExitStack() as hanging_up:
            chunks = await self._opened(clock, hanging_up)
            events, received = Events(), 0
            async for chunk in chunks:
                received += len(chunk)
                if received > max(self.limit * _RAW, _RAW_LEAST):
                    raise Fault("endless", "it sent far more than it was asked for")
                for event in events.feed(chunk):
                    yield event
            for event in events.end():
                yield event

    async def _opened(self, clock: asyncio.Timeout, hanging_up: AsyncExitStack) -> AsyncIterator[bytes]:
        """The bytes of a response that begins well, after another try where that may help and the time allows it."""
        tried = 0
        while True:
            body = self._body()
            try:
                return await hanging_up.enter_async_context(self.connection.complete(body))
            except Passing as fault:
                if tried == _RETRIES:
                    raise
                await self._wait(fault, tried, clock)
                tried += 1
            except Fault as fault:
                if not self._learned(fault, body):
                    raise

    async def _wait(self, fault: Passing, tried: int, clock: asyncio.Timeout) -> None:
        """Wait before another try; give up where that takes longer than there is time, as when the server asks so."""
        wait = _BACKOFF * 2**tried * random.uniform(0.5, 1)  # noqa: S311 - so that many who were refused spread out
        if fault.wait is not None:
            wait = max(wait, fault.wait)
            if wait < _A_DAY:
                fault.remedy = f"Ask again in {math.ceil(wait):,} seconds."
        if wait >= (clock.when() or 0) - asyncio.get_running_loop().time():
            raise fault
        await asyncio.sleep(wait)

    def _body(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self.settings.model,
            "messages": [{"role": message.role, "content": message.content} for message in self.messages],
            "stream": True,
            "temperature": 0,
            "max_tokens": self.limit,
        }
        if "max_tokens" in self.untaken:
            body["max_completion_tokens"] = body["max_tokens"]
        return {name: value for name, value in body.items() if name not in self.untaken}

    def _learned(self, fault: Fault, body: dict[str, Any]) -> bool:
        """Whether the server refused a parameter, by name, that it can do without: then it is not sent again."""
        if fault.kind == "rejected":
            for name, sign in (("max_tokens", "max_completion_tokens"), ("temperature", "temperature")):
                if name in body and sign in fault.said:
                    self.untaken.add(name)
                    return True
        return False
