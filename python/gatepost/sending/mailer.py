"""Mailer and AsyncMailer: pooled connections of one account, and the verdict on each letter."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from types import TracebackType
from typing import Self

from ..arguments import flag, optional, patience, refuse
from ..errors import InputError, LimitReached
from ..message import BaseMessage
from .bridge import AsyncWaiter, Submit, Verdict, Waiter
from .envelope import Outgoing, outgoing
from .findings import findings
from .held import Watch
from .lane import Begun, Lane, LoggedIn, MailerStatus, ManyItem, Recorder, SendingAccount, not_logged_in
from .pauses import Pause
from .requests import SendRequests
from .results import Reply, SendResult, reply_from, result_from

_CHUNK = 500  # letters handed to the engine at a time by send_many


def _check_time(timeout: float | None) -> None:
    optional(patience)("timeout", timeout)


def _each(messages: Iterable[ManyItem]) -> Iterable[ManyItem]:
    if isinstance(messages, str | bytes | BaseMessage | Mapping) or not isinstance(messages, Iterable):
        raise refuse("messages", "an iterable of Messages or (envelope from, envelope to, bytes)", messages)
    return messages


def _results(verdicts: list[Verdict], letters: Sequence[Outgoing]) -> Iterator[SendResult]:
    for verdict, letter in zip(verdicts, letters, strict=True):
        yield result_from(verdict, letter.message_id, letter.replaced_sender)


def _findings(verdict: Verdict) -> list[str]:
    result = result_from(verdict)
    result.raise_for_refusal()
    return findings(result)


def _answer(verdict: Verdict) -> Reply:
    result_from(verdict).raise_for_refusal()
    reply = reply_from(verdict)
    if reply.code == 0:
        raise InputError(reply.text)
    return reply


class Mailer:
    """Sends letters through one account over pooled connections. Any number of threads may share one.

    `history` (a `History`) records every attempt; where it cannot, the result says so (`recording_error`). The
    account's limits hold, together for all mailers, sends and campaigns of this process that use the account (host,
    port and login), and with a `history` for all processes that share its store. Where a limit is used up, `send` waits
    for the next free moment; a log line (logger "gatepost...") says so after a second. `status()["held"]` names the
    limit.

    Where the server lets in fewer connections than the account opens, all letters go over those; one more is tried once
    a minute. A login, an account or a sender that it refused is not tried again until a pause is over (`pauses`):
    letters of `send_many` come back with `failure.tried` False, while each `send` tries once. `resume()` ends the
    pauses.

    A child made by fork makes a mailer of its own: its parent's raises ForkedError there.
    """

    def __init__(self, account: SendingAccount, *, history: Recorder | None = None) -> None:
        self._lane = Lane(account, history)
        self._waiter = Waiter(self._lane.engine, self._lane.record)

    def send(
        self,
        message: BaseMessage | bytes,
        *,
        from_: str | None = None,
        to: str | Sequence[str] | None = None,
        all_or_nothing: bool = False,
        requests: SendRequests | None = None,
        timeout: float | None = None,
    ) -> SendResult:
        """Sends one letter and waits for the verdict.

        `from_` and `to` set the envelope (needed for raw bytes, which go as they are; of a Message no Bcc header goes).
        One refused recipient does not stop the others unless
        `all_or_nothing`. `requests` is what the letter asks of the server (notifications, REQUIRETLS ...). Raises the
        SendError (ConnectError, TlsError, AuthError ...) where nobody was accepted, InputError for a bad letter,
        TimeoutError after `timeout` seconds. Where a limit of the account stands against the letter that is a
        LimitReached, which names the limit and when the letter would go; it is raised at once where that is certain to
        be later than the timeout, as waiting would be in vain. The letter is not sent then.
        """
        self._lane.must_be_open()
        flag("all_or_nothing", all_or_nothing)
        _check_time(timeout)
        letter = outgoing(self._lane.account, message, from_, to, requests)
        verdicts = Begun(self._lane, self._waiter, [letter], all_or_nothing, insists=True).verdicts(timeout)
        return next(_results(verdicts, [letter])).raise_for_refusal()

    def send_many(
        self, messages: Iterable[ManyItem], *, requests: SendRequests | None = None, timeout: float | None = None
    ) -> Generator[SendResult, None, None]:
        """Sends letters over all connections and yields a result for each in their order.

        Letters are taken 500 at a time, the next 500 while those before are on their way; whoever stops asking takes
        back what has not begun. Refusals do not raise: look at `result.ok`. `requests` is for every letter, `timeout`
        (seconds) for each 500. What is wrong with a letter raises once the results of those before it are out.
        """
        _check_time(timeout)
        source = enumerate(_each(messages))
        ahead = self._hand_in(source, requests)
        try:
            while (now := ahead) is not None:
                ahead, wrong = None, None
                try:
                    ahead = self._hand_in(source, requests)
                except Exception as error:
                    wrong = error
                yield from _results(now.verdicts(timeout), now.letters)
                if wrong is not None:
                    raise wrong
        finally:
            if ahead is not None:
                ahead.take_back()

    def _hand_in(self, source: Iterator[tuple[int, ManyItem]], requests: SendRequests | None) -> Begun | None:
        """The next letters of `source` on their way; None where there are no more."""
        letters = [self._lane.outgoing(f"messages[{i}]", item, requests) for i, item in islice(source, _CHUNK)]
        return Begun(self._lane, self._waiter, letters) if letters else None

    def _logged_in(self, submit: Callable[[Sequence[int]], Submit], count: int, timeout: float | None) -> list[Verdict]:
        return LoggedIn(self._lane, self._waiter, submit, count).verdicts(timeout)

    def check(self, *, timeout: float | None = None) -> list[str]:
        """Connects, secures the connection and logs in without sending; what was found, a sentence each.

        Raises the SendError that a letter would meet.
        """
        _check_time(timeout)
        submit = self._lane.check()
        [verdict] = self._logged_in(lambda _: submit, 1, timeout)
        return _findings(verdict)

    def ask(self, command: str, argument: str = "", *, timeout: float | None = None) -> Reply:
        """Connects, logs in and asks: "noop", "vrfy", "expn", "help" or "etrn" (RFC 1985). The answer, yes or no.

        InputError for an argument that cannot be sent; raises the SendError that a letter would meet on the way.
        """
        _check_time(timeout)
        submit = self._lane.ask(command, argument)
        [verdict] = self._logged_in(lambda _: submit, 1, timeout)
        return _answer(verdict)

    def status(self) -> MailerStatus:
        """How it stands now: letters queued and in flight, connections, what is left of the limits, and what holds."""
        return self._lane.status()

    @property
    def pauses(self) -> tuple[Pause, ...]:
        """What is not tried now, why, and until when; empty where nothing is held back."""
        return self._lane.pauses

    def resume(self) -> None:
        """Ends all pauses: what is wrong has been mended, and letters go again at once."""
        self._lane.resume()

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
    within one running loop: in another, or closed, it raises RuntimeError and nothing is sent. `history` is written on
    a thread; `send` waits for that, `timeout` seconds at most, and the result says where it failed
    (`recording_error`).
    """

    def __init__(self, account: SendingAccount, *, history: Recorder | None = None) -> None:
        self._lane = Lane(account, history)
        self._waiter: AsyncWaiter | None = None

    async def _run(
        self, letters: Sequence[Outgoing], timeout: float | None, whole: bool = False, insists: bool = False
    ) -> Iterator[SendResult]:
        def submit(some: Sequence[int]) -> Submit:
            return self._lane.submit([letters[i] for i in some], whole, insists)

        watch = self._lane.watch(len(letters), timeout)
        verdicts = self._logged_in(submit, len(letters), timeout)
        return _results(await (verdicts if watch is None else self._watched(watch, verdicts)), letters)

    async def _watched(self, watch: Watch, verdicts: Coroutine[None, None, list[Verdict]]) -> list[Verdict]:
        """The same; who waits for a limit learns it."""
        task = asyncio.ensure_future(verdicts)
        try:
            while not task.done():
                await asyncio.wait([task], timeout=watch.pause())
                if not task.done():
                    self._lane.look(watch)
            return task.result()
        except LimitReached:
            raise
        except TimeoutError as error:
            raise watch.ended(error) from None
        finally:
            if task.cancel():
                await asyncio.wait([task])

    async def _logged_in(
        self, submit: Callable[[Sequence[int]], Submit], count: int, timeout: float | None
    ) -> list[Verdict]:
        """See `Mailer._logged_in`; whoever knows the token is asked on a thread, not to hold up the loop."""
        waiter, tokens = self._listening(), self._lane.tokens
        if tokens is None:
            return await waiter.run(submit(range(count)), count, timeout)
        try:
            async with asyncio.timeout(timeout) as limit:
                turn = tokens.turn or await asyncio.to_thread(tokens.ready)
                verdicts = await waiter.run(submit(range(count)), count, None)
                if again := not_logged_in(verdicts):
                    await asyncio.to_thread(tokens.renew, turn)
                    for i, verdict in zip(again, await waiter.run(submit(again), len(again), None), strict=True):
                        verdicts[i] = verdict
        except TimeoutError:
            if not limit.expired():  # whoever knows the token had a time-out of their own
                raise
            raise TimeoutError(f"{count} letters and their access token took longer than {timeout} s") from None
        return verdicts

    def _listening(self) -> AsyncWaiter:
        """RuntimeError where the mailer is closed or of another loop: before anything leaves."""
        self._lane.must_be_open()
        loop = asyncio.get_running_loop()
        if self._waiter is None:
            self._waiter = AsyncWaiter(self._lane.engine, self._lane.record, loop)
        elif self._waiter.loop is not loop:
            raise RuntimeError("this AsyncMailer belongs to another event loop: make one in each loop")
        return self._waiter

    async def send(
        self,
        message: BaseMessage | bytes,
        *,
        from_: str | None = None,
        to: str | Sequence[str] | None = None,
        all_or_nothing: bool = False,
        requests: SendRequests | None = None,
        timeout: float | None = None,
    ) -> SendResult:
        """See `Mailer.send`."""
        self._listening()
        flag("all_or_nothing", all_or_nothing)
        _check_time(timeout)
        letter = outgoing(self._lane.account, message, from_, to, requests)
        return next(await self._run([letter], timeout, all_or_nothing, insists=True)).raise_for_refusal()

    async def send_many(
        self, messages: Iterable[ManyItem], *, requests: SendRequests | None = None, timeout: float | None = None
    ) -> list[SendResult]:
        """See `Mailer.send_many`; returns when all have their verdict, `timeout` (seconds) is for all."""
        _check_time(timeout)
        letters = [self._lane.outgoing(f"messages[{i}]", one, requests) for i, one in enumerate(_each(messages))]
        return list(await self._run(letters, timeout))

    async def check(self, *, timeout: float | None = None) -> list[str]:
        """See `Mailer.check`."""
        _check_time(timeout)
        submit = self._lane.check()
        [verdict] = await self._logged_in(lambda _: submit, 1, timeout)
        return _findings(verdict)

    async def ask(self, command: str, argument: str = "", *, timeout: float | None = None) -> Reply:
        """See `Mailer.ask`."""
        _check_time(timeout)
        submit = self._lane.ask(command, argument)
        [verdict] = await self._logged_in(lambda _: submit, 1, timeout)
        return _answer(verdict)

    def status(self) -> MailerStatus:
        """See `Mailer.status`."""
        return self._lane.status()

    @property
    def pauses(self) -> tuple[Pause, ...]:
        """See `Mailer.pauses`."""
        return self._lane.pauses

    async def resume(self) -> None:
        """See `Mailer.resume`."""
        await asyncio.to_thread(self._lane.resume)

    async def close(self, grace: float = 5.0) -> None:
        """See `Mailer.close`."""
        if not self._lane.here:
            return
        try:
            await asyncio.to_thread(self._lane.close, grace)
        except asyncio.CancelledError:
            self._lane.close(0.0)  # Ctrl-C ends the grace
            raise
        finally:
            if self._waiter is not None:
                await self._waiter.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"<AsyncMailer {self._lane!r}>"
