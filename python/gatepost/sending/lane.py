"""One account's lane in an engine of its own, and letters on their way through it."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Protocol, TypedDict

from .. import _core, arguments
from ..errors import InputError
from ..message import BaseMessage
from ..process import Home
from .bridge import Submit, Verdict, Waiter, new_engine
from .envelope import AccountRules, Outgoing, outgoing
from .held import Held, Watch, held_by
from .pauses import Pause
from .recorder import Record
from .requests import SendRequests
from .shared_limits import SharedLimits, store_of
from .tokens import AccessToken, TokenKeeper, login_refused
from .warm_up import WarmUp
from .watch import AccountWatch

ManyItem = BaseMessage | tuple[str, str | Sequence[str], bytes]
"""What send_many takes: a Message, or (envelope from, envelope to, bytes)."""


COMMANDS = ("noop", "vrfy", "expn", "help", "etrn")
"""What a server may be asked besides taking a letter."""


class SendingAccount(AccountRules, Protocol):
    """What a mailer needs of an account; `gatepost.Account` is one."""

    def _lane_options(self) -> _core.LaneOptions: ...

    _watch: AccountWatch | None

    @property
    def _counted_as(self) -> tuple[str, int, str]: ...
    @property
    def _asks_for_tokens(self) -> bool: ...
    def _access_token(self, refused: str = ...) -> AccessToken: ...


class Recorder(Protocol):
    """Keeps what was sent; `gatepost.History` is one. An `AsyncMailer` calls it on a thread. Through its `store`, if it
    has one, processes share limits."""

    def record(self, account: str, batch: _core.Batch) -> None:
        """Called once for every batch of outcomes; a check has rows without a recipient. What it raises stands in the
        results' `recording_error`."""


class MailerStatus(TypedDict):
    """How a mailer stands now. `left`: letters that the account's limits let go now, with a shared store those that are
    reserved there; None: no limit. `held`: the limit that stands against the next letter, with `limit` (most letters,
    seconds), `at` (Unix seconds) and both in words as its text; None: none does."""

    queued: int
    in_flight: int
    connections: int
    left: int | None
    held: Held | None


class Lane:
    """An engine with the one lane of this account."""

    def __init__(self, account: SendingAccount, history: Recorder | None) -> None:
        if not hasattr(account, "_lane_options"):
            takes = "a gatepost.Account (Account(url) makes one)"
            raise arguments.refuse("account", takes, account, secret=True)  # a URL may hold a password
        if history is not None and not hasattr(history, "record"):
            raise arguments.refuse("history", "a gatepost.History", history)
        self.account = account
        self._history = history
        self.engine = new_engine()
        options = account._lane_options()
        self.lane = self.engine.add_lane(options)
        self._limiter = options.limiter
        self._shared: SharedLimits | None = None
        shares = account._watch if account._watch is not None else history
        if options.limiter is not None and options.limiter.limits:
            own = getattr(shares, "store", None)
            if (store := own or store_of(account._counted_as)) is not None:
                warm_up = WarmUp(account.name, account.limits, store) if account.limits.warm_up else None
                self._shared = SharedLimits(
                    options.limiter, account._counted_as, store, borrowed=own is None, warm_up=warm_up
                )
                self._forgotten = weakref.finalize(self, self._shared.stop)
            elif account.limits.warm_up:
                raise InputError(
                    f"account {account.name}: its warm-up is counted in a store: pass history=, or keep the account in "
                    "the accounts file"
                )
        self.tokens = TokenKeeper(account._access_token, self._give_token) if account._asks_for_tokens else None
        self.closed = False
        self._home = Home()

    @property
    def here(self) -> bool:
        """False in a child of the process that made it."""
        return self._home.here

    def outgoing(self, name: str, item: ManyItem, requests: SendRequests | None) -> Outgoing:
        """What the engine takes, checked against the account. InputError begins with `name`."""
        if isinstance(item, tuple) and len(item) != 3:
            raise arguments.refuse(name, "a Message or (envelope from, envelope to, bytes)", item)
        try:
            if isinstance(item, tuple):
                mail_from, rcpt_to, data = item
                return outgoing(self.account, data, mail_from, rcpt_to, requests)
            return outgoing(self.account, item, requests=requests)
        except InputError as error:
            raise InputError(f"{name}: {error}") from None

    def submit(self, letters: Sequence[Outgoing], whole: bool = False, insists: bool = False) -> Submit:
        """Hands letters in; `whole`: to all recipients or to none; `insists`: tried though there is a pause."""
        asked = [letter.requests for letter in letters]
        if self.account._watch is not None:
            self.account._watch.before_sending()

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
                insists,
            )

        return hand_in

    def check(self) -> Submit:
        """Hands in a check: connect and log in."""
        return self._asking([])

    def ask(self, command: str, argument: str) -> Submit:
        """Hands in a check that asks something besides. InputError for any other word."""
        arguments.one_of(*COMMANDS)("command", command)
        return self._asking([(command, arguments.line("argument", argument))])

    def _asking(self, questions: Sequence[tuple[str, str]]) -> Submit:

        def hand_in(queue: _core.OutcomeQueue, tickets: Sequence[int]) -> None:
            self.must_be_open()
            self.engine.check(self.lane, tickets[0], queue, questions)

        return hand_in

    @property
    def pauses(self) -> tuple[Pause, ...]:
        """What is not tried now."""
        self.must_be_open()
        return tuple(Pause.from_core(one) for one in self.engine.status(self.lane)["pauses"])

    def resume(self) -> None:
        """Ends all pauses."""
        self.must_be_open()
        self.engine.resume(self.lane)

    @property
    def record(self) -> Record | None:
        """Gives a batch to who watches over the account, and to the history; None where there is neither."""
        history, account, watch = self._history, self.account.name, self.account._watch
        if history is None and watch is None:
            return None

        patience = getattr(getattr(history, "store", None), "patience", None)

        def record(batch: _core.Batch, within: float | None = None) -> Exception | None:
            if watch is not None:
                watch.note(batch)
            try:
                if history is not None:
                    with nullcontext() if within is None or patience is None else patience(within):
                        history.record(account, batch)
            except Exception as error:
                return error
            return None

        return record

    def watch(self, count: int, timeout: float | None) -> Watch | None:
        """Watches over `count` letters that go now; None where no limit holds."""
        limiter = self._limiter
        if limiter is None or not limiter.limited:
            return None
        return Watch(self.account.name, limiter, count, timeout)

    def look(self, watch: Watch) -> None:
        """See `Watch.look`."""
        status = self.engine.status(self.lane)
        watch.look(status["queued"], status["in_flight"])

    def status(self) -> MailerStatus:
        """How the lane stands now."""
        self.must_be_open()
        status = self.engine.status(self.lane)
        hold = self._limiter.outlook() if self._limiter is not None else None
        return {
            "queued": status["queued"],
            "in_flight": status["in_flight"],
            "connections": status["connections"],
            "left": status["left"],
            "held": None if hold is None else held_by(hold),
        }

    def must_be_open(self) -> None:
        """RuntimeError behind close(), ForkedError in a child of the process that made it."""
        self._home.check()
        if self.closed:
            raise RuntimeError("this mailer is closed")

    def close(self, grace: float) -> None:
        """Ends the engine; see `Mailer.close`."""
        arguments.patience("grace", grace)
        if not self._home.here:
            return
        self.closed = True
        self.engine.stop(grace)
        self._limiter = None  # its limits hold for others of the account no longer
        if self._shared is not None:
            self._forgotten.detach()
            self._shared.close()
            self._shared = None

    def _give_token(self, token: str) -> None:
        self.engine.set_access_token(self.lane, token)

    def __repr__(self) -> str:
        if not self._home.here:
            return "of the parent process"
        if self.closed:
            return "closed"
        status = self.engine.status(self.lane)
        paused = ", paused" if status["paused"] is not None else ""
        return f"{self.account!r}, {status['connections']} connections, {status['queued']} queued{paused}"


def not_logged_in(verdicts: list[Verdict]) -> list[int]:
    """Which letters came back because the server did not take the login."""
    return [i for i, verdict in enumerate(verdicts) if login_refused(verdict.batch, verdict.rows)]


class LoggedIn:
    """What was handed in; where an OAuth server did not let some in, those go once more with a new token."""

    def __init__(self, lane: Lane, waiter: Waiter, submit: Callable[[Sequence[int]], Submit], count: int) -> None:
        lane.must_be_open()
        self._lane = lane
        self._waiter = waiter
        self._submit = submit
        self._turn = lane.tokens.ready() if lane.tokens is not None else 0
        self._handed = waiter.hand_in(submit(range(count)), count)
        self.take_back = self._handed.take_back

    def verdicts(self, timeout: float | None) -> list[Verdict]:
        """See `Handed.verdicts`."""
        end = None if timeout is None else time.monotonic() + timeout
        verdicts = self._handed.verdicts(timeout, self._lane.watch(len(self._handed), timeout), self._lane.look)
        tokens = self._lane.tokens
        if tokens is not None and (again := not_logged_in(verdicts)):
            tokens.renew(self._turn)
            left = None if end is None else max(end - time.monotonic(), 0.0)
            for i, verdict in zip(again, self._waiter.run(self._submit(again), len(again), left), strict=True):
                verdicts[i] = verdict
        return verdicts


class Begun(LoggedIn):
    """Letters on their way."""

    def __init__(
        self, lane: Lane, waiter: Waiter, letters: Sequence[Outgoing], whole: bool = False, insists: bool = False
    ) -> None:
        self.letters = letters

        def submit(some: Sequence[int]) -> Submit:
            return lane.submit([letters[i] for i in some], whole, insists)

        super().__init__(lane, waiter, submit, len(letters))
