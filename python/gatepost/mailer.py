"""Mailer and AsyncMailer: pooled connections of one account, and the verdict on each letter."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from types import TracebackType
from typing import Any, Protocol, Self

from . import _core
from ._bridge import AsyncWaiter, Submit, Verdict, Waiter, new_engine
from .envelope import AccountRules, Outgoing, outgoing
from .errors import InputError
from .findings import findings
from .letter_requests import SendRequests
from .message import Message
from .results import Reply, SendResult, reply_from, result_from
from .tokens import TokenKeeper, login_refused

_CHUNK = 500  # letters handed to the engine at a time by send_many

ManyItem = Message | tuple[str, str | Sequence[str], bytes]
"""What send_many takes: a Message, or (envelope from, envelope to, bytes)."""


class SendingAccount(AccountRules, Protocol):
    """What a mailer needs of an account; `gatepost.Account` is one."""

    def _lane_options(self) -> dict[str, Any]: ...
    @property
    def _asks_for_tokens(self) -> bool: ...
    def _access_token(self) -> str: ...


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
        self.tokens = TokenKeeper(account._access_token, self._give_token) if account._asks_for_tokens else None
        self.closed = False

    def outgoing(self, item: ManyItem, requests: SendRequests | None) -> Outgoing:
        if isinstance(item, tuple):
            mail_from, rcpt_to, data = item
            return outgoing(self.account, data, mail_from, rcpt_to, requests)
        return outgoing(self.account, item, requests=requests)

    def submit(self, letters: Sequence[Outgoing], whole: bool = False) -> Submit:
        asked = [letter.requests for letter in letters]

        def hand_in(queue: _core.OutcomeQueue, tickets: Sequence[int]) -> None:
            self.must_be_open()
            self.engine.submit_prebuilt(
                self.lane,
                queue,
                tickets,
                [letter.mail_from for letter in letters],
                [letter.rcpt_to for letter in letters],
                [letter.data for letter in letters],
                whole,
                asked if any(asked) else None,
            )

        return hand_in

    def check(self, questions: Sequence[tuple[str, str]] = ()) -> Submit:
        def hand_in(queue: _core.OutcomeQueue, tickets: Sequence[int]) -> None:
            self.must_be_open()
            self.engine.check(self.lane, tickets[0], queue, questions)

        return hand_in

    def record(self, batch: _core.Batch) -> None:
        if self._history is not None:
            self._history.record(self.account.name, batch)

    def must_be_open(self) -> None:
        if self.closed:
            raise RuntimeError("this mailer is closed")

    def close(self, grace: float) -> None:
        self.closed = True
        self.engine.stop(grace)

    def _give_token(self, token: str) -> None:
        self.engine.set_access_token(self.lane, token)

    def __repr__(self) -> str:
        if self.closed:
            return "closed"
        status = self.engine.status(self.lane)
        return f"{self.account!r}, {status['connections']} connections, {status['queued']} queued"


def _results(verdicts: list[Verdict], letters: Sequence[Outgoing]) -> Iterator[SendResult]:
    for (batch, rows), letter in zip(verdicts, letters, strict=True):
        yield result_from(batch, rows, letter.message_id)


def _not_logged_in(verdicts: list[Verdict]) -> list[int]:
    return [i for i, verdict in enumerate(verdicts) if login_refused(*verdict)]


def _findings(verdict: Verdict) -> list[str]:
    result = result_from(*verdict)
    result.raise_for_refusal()
    return findings(result)


def _answer(verdict: Verdict) -> Reply:
    result_from(*verdict).raise_for_refusal()
    reply = reply_from(*verdict)
    if reply.code == 0:
        raise InputError(reply.text)
    return reply


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
        requests: SendRequests | None = None,
        timeout: float | None = None,
    ) -> SendResult:
        """Sends one letter and waits for the verdict.

        `from_` and `to` set the envelope (needed for raw bytes). One refused recipient does not stop the others unless
        `all_or_nothing`. `requests` is what the letter asks of the server (notifications, REQUIRETLS ...). Raises the
        SendError (ConnectError, TlsError, AuthError ...) where nobody was accepted, InputError for a bad letter,
        TimeoutError after `timeout` seconds.
        """
        letter = outgoing(self._lane.account, message, from_, to, requests)
        verdicts = self._run([letter], timeout, all_or_nothing)
        return next(_results(verdicts, [letter])).raise_for_refusal()

    def send_many(
        self, messages: Iterable[ManyItem], *, requests: SendRequests | None = None, timeout: float | None = None
    ) -> Iterator[SendResult]:
        """Sends letters, 500 at a time over all connections, and yields a result for each in their order.

        Refusals do not raise: look at `result.ok`. `requests` is for every letter, `timeout` (seconds) for each 500.
        """
        source = iter(messages)
        while chunk := list(islice(source, _CHUNK)):
            letters = [self._lane.outgoing(item, requests) for item in chunk]
            yield from _results(self._run(letters, timeout), letters)

    def _run(self, letters: Sequence[Outgoing], timeout: float | None, whole: bool = False) -> list[Verdict]:
        return self._logged_in(lambda some: self._lane.submit([letters[i] for i in some], whole), len(letters), timeout)

    def _logged_in(self, submit: Callable[[Sequence[int]], Submit], count: int, timeout: float | None) -> list[Verdict]:
        """Hands all in; those that an OAuth server did not let in once more, with a new token."""
        tokens = self._lane.tokens
        end = None if timeout is None else time.monotonic() + timeout
        turn = tokens.ready() if tokens is not None else 0
        verdicts = self._waiter.run(submit(range(count)), count, timeout)
        if tokens is not None and (again := _not_logged_in(verdicts)):
            tokens.renew(turn)
            left = None if end is None else max(end - time.monotonic(), 0.0)
            for i, verdict in zip(again, self._waiter.run(submit(again), len(again), left), strict=True):
                verdicts[i] = verdict
        return verdicts

    def check(self, *, timeout: float | None = None) -> list[str]:
        """Connects, secures the connection and logs in without sending (B2); what was found, a sentence each.

        Raises the SendError that a letter would meet.
        """
        [verdict] = self._logged_in(lambda _: self._lane.check(), 1, timeout)
        return _findings(verdict)

    def ask(self, command: str, argument: str = "", *, timeout: float | None = None) -> Reply:
        """Connects, logs in and asks: "noop", "vrfy", "expn", "help" or "etrn" (RFC 1985). The answer, yes or no.

        InputError for an argument that cannot be sent; raises the SendError that a letter would meet on the way.
        """
        [verdict] = self._logged_in(lambda _: self._lane.check([(command, argument)]), 1, timeout)
        return _answer(verdict)

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
        def submit(some: Sequence[int]) -> Submit:
            return self._lane.submit([letters[i] for i in some], whole)

        return _results(await self._logged_in(submit, len(letters), timeout), letters)

    async def _logged_in(
        self, submit: Callable[[Sequence[int]], Submit], count: int, timeout: float | None
    ) -> list[Verdict]:
        """See `Mailer._logged_in`; whoever knows the token is asked on a thread, not to hold up the loop."""
        waiter, tokens = self._listening(), self._lane.tokens
        if tokens is None:
            return await waiter.run(submit(range(count)), count, timeout)
        async with asyncio.timeout(timeout):
            turn = tokens.turn or await asyncio.to_thread(tokens.ready)
            verdicts = await waiter.run(submit(range(count)), count, None)
            if again := _not_logged_in(verdicts):
                await asyncio.to_thread(tokens.renew, turn)
                for i, verdict in zip(again, await waiter.run(submit(again), len(again), None), strict=True):
                    verdicts[i] = verdict
        return verdicts

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
        requests: SendRequests | None = None,
        timeout: float | None = None,
    ) -> SendResult:
        """See `Mailer.send`."""
        letter = outgoing(self._lane.account, message, from_, to, requests)
        return next(await self._run([letter], timeout, all_or_nothing)).raise_for_refusal()

    async def send_many(
        self, messages: Iterable[ManyItem], *, requests: SendRequests | None = None, timeout: float | None = None
    ) -> list[SendResult]:
        """See `Mailer.send_many`; returns when all have their verdict, `timeout` (seconds) is for all."""
        return list(await self._run([self._lane.outgoing(item, requests) for item in messages], timeout))

    async def check(self, *, timeout: float | None = None) -> list[str]:
        """See `Mailer.check`."""
        [verdict] = await self._logged_in(lambda _: self._lane.check(), 1, timeout)
        return _findings(verdict)

    async def ask(self, command: str, argument: str = "", *, timeout: float | None = None) -> Reply:
        """See `Mailer.ask`."""
        [verdict] = await self._logged_in(lambda _: self._lane.check([(command, argument)]), 1, timeout)
        return _answer(verdict)

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
