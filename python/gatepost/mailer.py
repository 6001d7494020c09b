"""Mailer and AsyncMailer: pooled connections of one account, and the verdict on each letter."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from types import TracebackType
from typing import Any, Protocol, Self

from . import _core
from ._bridge import AsyncWaiter, Verdict, Waiter, new_engine
from .envelope import AccountRules, Outgoing, outgoing
from .errors import error_for
from .message import Message
from .results import SendResult, result_from

_CHUNK = 500  # letters handed to the engine at a time by send_many

ManyItem = Message | tuple[str, str | Sequence[str], bytes]
"""What send_many takes: a Message, or (envelope from, envelope to, bytes)."""


class SendingAccount(AccountRules, Protocol):
    """What a mailer needs of an account; `gatepost.Account` is one."""

    def _lane_options(self) -> dict[str, Any]: ...


class Recorder(Protocol):
    """Keeps what was sent; `gatepost.History` is one."""

    def record(self, account: str, batch: _core.Batch) -> None:
        """Called once for every batch of outcomes; a check has rows without a recipient."""


class _Lane:
    """An engine with the one lane of this account."""

    def __init__(self, account: SendingAccount, history: Recorder | None) -> None:
        if not hasattr(account, "_lane_options"):
            raise TypeError(f"a mailer takes a gatepost.Account, not {type(account).__name__}; Account(url) makes one")
        self.account = account
        self._history = history
        self.engine = new_engine()
        self.lane = self.engine.add_lane(**account._lane_options())
        self.closed = False

    def outgoing(self, item: ManyItem) -> Outgoing:
        if isinstance(item, tuple):
            mail_from, rcpt_to, data = item
            return outgoing(self.account, data, mail_from, rcpt_to)
        return outgoing(self.account, item)

    def submit(
        self, queue: _core.OutcomeQueue, tickets: Sequence[int], letters: Sequence[Outgoing], whole: bool = False
    ) -> None:
        self.must_be_open()
        self.engine.submit_prebuilt(
            self.lane,
            queue,
            tickets,
            [letter.mail_from for letter in letters],
            [letter.rcpt_to for letter in letters],
            [letter.data for letter in letters],
            whole,
        )

    def check(self, queue: _core.OutcomeQueue, tickets: Sequence[int]) -> None:
        self.must_be_open()
        self.engine.check(self.lane, tickets[0], queue)

    def record(self, batch: _core.Batch) -> None:
        if self._history is not None:
            self._history.record(self.account.name, batch)

    def must_be_open(self) -> None:
        if self.closed:
            raise RuntimeError("this mailer is closed")

    def close(self, grace: float) -> None:
        self.closed = True
        self.engine.stop(grace)

    def __repr__(self) -> str:
        if self.closed:
            return "closed"
        status = self.engine.status(self.lane)
        return f"{self.account!r}, {status['connections']} connections, {status['queued']} queued"


def _results(verdicts: list[Verdict], letters: Sequence[Outgoing]) -> Iterator[SendResult]:
    for (batch, rows), letter in zip(verdicts, letters, strict=True):
        yield result_from(batch, rows, letter.message_id)


def _findings(verdict: Verdict) -> list[str]:
    """What a check has shown, a sentence each; raises what it met."""
    result = result_from(*verdict)
    if result.refused:
        raise error_for(result.refused[0], transcript=result.transcript)
    lines = result.transcript.splitlines()
    greeting = next((line[3:] for line in lines if line.startswith("S: 220")), "")
    secured = next(
        (line[3:] for line in lines if line.startswith("-- ") and "TLS" in line), "the connection is not encrypted"
    )
    logged_in = any(line.startswith("S: 235") for line in lines)
    return [f"the server greets: {greeting}", secured, "logged in" if logged_in else "no login was asked for"]


class Mailer:
    """Sends letters through one account over pooled connections. Any number of threads may share one.

    `history` (a `History`) records every attempt. The account's limits hold: where one is used up, `send` waits for the
    next free moment, or raises TimeoutError after `timeout` seconds and the letter is not sent.
    """

    def __init__(self, account: SendingAccount, *, history: Recorder | None = None) -> None:
        self._lane = _Lane(account, history)
        self._waiter = Waiter(self._lane.engine, self._lane.record)

    def send(
        self,
        message: Message | bytes,
        *,
        from_: str | None = None,
        to: str | Sequence[str] | None = None,
        all_or_nothing: bool = False,
        timeout: float | None = None,
    ) -> SendResult:
        """Sends one letter and waits for the verdict.

        `from_` and `to` set the envelope (needed for raw bytes). One refused recipient does not stop the others unless
        `all_or_nothing`. Raises the SendError (ConnectError, TlsError, AuthError ...) where nobody was accepted,
        InputError for a bad letter, TimeoutError after `timeout` seconds.
        """
        letter = outgoing(self._lane.account, message, from_, to)
        verdicts = self._waiter.run(lambda queue: self._lane.submit(queue, [0], [letter], all_or_nothing), 1, timeout)
        return next(_results(verdicts, [letter])).raise_for_refusal()

    def send_many(self, messages: Iterable[ManyItem], *, timeout: float | None = None) -> Iterator[SendResult]:
        """Sends letters, 500 at a time over all connections, and yields a result for each in their order.

        Refusals do not raise: look at `result.ok`. `timeout` (seconds) is for each 500.
        """
        source = iter(messages)
        while chunk := list(islice(source, _CHUNK)):
            letters = [self._lane.outgoing(item) for item in chunk]
            yield from _results(self._send_all(letters, timeout), letters)

    def _send_all(self, letters: list[Outgoing], timeout: float | None) -> list[Verdict]:
        tickets = range(len(letters))
        return self._waiter.run(lambda queue: self._lane.submit(queue, tickets, letters), len(letters), timeout)

    def check(self, *, timeout: float | None = None) -> list[str]:
        """Connects, secures the connection and logs in without sending (B2); what was found, a sentence each.

        Raises the SendError that a letter would meet.
        """
        [verdict] = self._waiter.run(lambda queue: self._lane.check(queue, [0]), 1, timeout)
        return _findings(verdict)

    def close(self, grace: float = 5.0) -> None:
        """Says QUIT on all connections, waiting `grace` seconds at most; letters not begun are given back unsent."""
        self._lane.close(grace)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Mailer {self._lane!r}>"


class AsyncMailer:
    """The same for asyncio: `await mailer.send(msg)`; any number of tasks share the pooled connections.

    A cancelled or timed-out `send` takes back a letter that has not begun; one that has begun goes its way. Use it
    within one running loop.
    """

    def __init__(self, account: SendingAccount, *, history: Recorder | None = None) -> None:
        self._lane = _Lane(account, history)
        self._waiter: AsyncWaiter | None = None

    async def _run(
        self, letters: Sequence[Outgoing], timeout: float | None, whole: bool = False
    ) -> Iterator[SendResult]:
        def submit(queue: _core.OutcomeQueue, tickets: Sequence[int]) -> None:
            self._lane.submit(queue, tickets, letters, whole)

        return _results(await self._listening().run(submit, len(letters), timeout), letters)

    def _listening(self) -> AsyncWaiter:
        self._lane.must_be_open()
        if self._waiter is None:
            self._waiter = AsyncWaiter(self._lane.engine, self._lane.record, asyncio.get_running_loop())
        return self._waiter

    async def send(
        self,
        message: Message | bytes,
        *,
        from_: str | None = None,
        to: str | Sequence[str] | None = None,
        all_or_nothing: bool = False,
        timeout: float | None = None,
    ) -> SendResult:
        """See `Mailer.send`."""
        letter = outgoing(self._lane.account, message, from_, to)
        return next(await self._run([letter], timeout, all_or_nothing)).raise_for_refusal()

    async def send_many(self, messages: Iterable[ManyItem], *, timeout: float | None = None) -> list[SendResult]:
        """See `Mailer.send_many`; returns when all have their verdict, `timeout` (seconds) is for all."""
        return list(await self._run([self._lane.outgoing(item) for item in messages], timeout))

    async def check(self, *, timeout: float | None = None) -> list[str]:
        """See `Mailer.check`."""
        [verdict] = await self._listening().run(self._lane.check, 1, timeout)
        return _findings(verdict)

    async def close(self, grace: float = 5.0) -> None:
        """See `Mailer.close`."""
        await asyncio.to_thread(self._lane.close, grace)
        if self._waiter is not None:
            self._waiter.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"<AsyncMailer {self._lane!r}>"
