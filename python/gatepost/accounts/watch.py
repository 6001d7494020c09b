"""What an account of the accounts file writes down while it sends, and what it heeds before it does."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from .. import _core
from ..addresses import domain_of
from ..errors import GatepostError, InputError
from .log_file import LogFile
from .state_store import BLOCKED, NOT_ACTIVATED, PAUSED, SERVER, AccountPaused, StateStore

if TYPE_CHECKING:
    from ..store import Attempt, Store

_log = logging.getLogger(__name__)

_BLOCKED_FOR = 24 * 3600.0  # where the provider does not say for how long
_PAUSED_FOR = 15 * 60.0
_NOT_READY = "services.account_not_ready"  # the rule of the classifier


class KeptWatch:
    """Watches over one account: `sending.watch.AccountWatch`. `renews`: a token that a server refuses is followed by
    another, before the account is to blame."""

    def __init__(self, account: str, states: StateStore, log: LogFile, renews: bool = False) -> None:
        self._account, self._states, self._log_file = account, states, log
        self._renews = self._may_renew = renews

    @property
    def store(self) -> Store:
        """Where processes count together what the account sends."""
        return self._states.store

    @property
    def keeps_transcripts(self) -> bool:
        """Whether the log wants to know what is said."""
        return self._log_file.on

    def before_sending(self) -> None:
        """AccountPaused where the account may not send now."""
        state = self._states.read(self._account)
        if state._stops(time.time()):
            raise AccountPaused(self._account, state)

    def stopped(self) -> tuple[float | None, str] | None:
        """Until when it may not send (None: until somebody resumes it), and why; None where it may."""
        state = self._states.read(self._account)
        return (state.until, state.in_words()) if state._stops(time.time()) else None

    def note(self, batch: _core.Batch) -> None:
        """Writes the outcomes into state and log. What cannot be written is logged: the letters are sent all the
        same."""
        for recipient, failure, reply in zip(batch["recipient"], batch["failure"], batch["reply"], strict=True):
            if failure is None:
                _log.info("account %s: accepted %s: %s", self._account, recipient or "its login", reply)
            else:
                _log.info("account %s: %s: %s", self._account, recipient or "its check", failure.describe())
        for write in (self._log_file.write, self._count, self._judge):
            try:
                write(batch)
            except (GatepostError, InputError, OSError) as error:
                _log.warning("account %s: what became of its letters was not written down: %s", self._account, error)

    def _count(self, batch: _core.Batch) -> None:
        attempts = list(_attempts(self._account, batch))
        if attempts:
            self._states.store.add_attempts(attempts)

    def _judge(self, batch: _core.Batch) -> None:
        rows = list(zip(batch["failure"], batch["started"], batch["ended"], batch["tried"], strict=True))
        accepted = [(at, begun) for failure, begun, at, _ in rows if failure is None]
        failed = [(one, at) for one, _, at, tried in rows if one is not None and one.phase != "local" and tried]
        if failed:
            failure, at = failed[-1]
            self._states.failed(self._account, at, failure.describe())
        if accepted:
            self._may_renew = self._renews
        against = [(one, at) for one, at in failed if _speaks_of_account(one)]
        if self._may_renew and any(_refuses_token(one) for one, _ in failed):
            against = [(one, at) for one, at in against if not _refuses_token(one)]
            self._may_renew = False
        for failure, at in against[-1:]:
            status = BLOCKED if failure.category == "account_blocked" else PAUSED
            status = NOT_ACTIVATED if failure.rule_id == _NOT_READY else status
            wait = float(failure.retry_after) or (_PAUSED_FOR if status == PAUSED else _BLOCKED_FOR)
            self._states.stop(self._account, status, failure.describe(), at + wait, SERVER, at)
        # A letter that was under way already when the server refused another says nothing against the pause.
        if accepted:
            self._states.succeeded(self._account, max(accepted)[0], max(begun for _, begun in accepted))


def _refuses_token(failure: _core.RawFailure) -> bool:
    return failure.phase == "auth" and failure.category == "auth_failed"


def _speaks_of_account(failure: _core.RawFailure) -> bool:
    """A reply to a recipient or about a letter is theirs, whatever it says (RFC 5321 §3.3)."""
    return failure.pause == "account" and failure.phase not in ("rcpt", "local")


def _attempts(account: str, batch: _core.Batch) -> Iterator[Attempt]:
    """One for each letter, as limits count letters; what was not begun costs nothing."""
    from ..store import Attempt

    last: object = None
    for row, ticket in enumerate(batch["ticket"]):
        recipient, failure = batch["recipient"][row], batch["failure"][row]
        if not recipient or ticket == last or batch["untouched"][row]:
            continue
        last = ticket
        yield Attempt(
            at=batch["ended"][row],
            seconds=max(0.0, batch["ended"][row] - batch["started"][row]),
            account=account,
            recipient=recipient,
            domain=domain_of(recipient).lower(),
            status="accepted" if failure is None else "unknown" if failure.maybe_delivered else "refused",
            phase=failure.phase if failure else "final",
            category=failure.category if failure else "",
            code=batch["code"][row],
            enhanced=batch["enhanced"][row],
            reply=batch["reply"][row],
            queue_id=batch["queue_id"][row],
            message_id=batch["message_id"][row],
            bytes=batch["bytes"][row],
            campaign="",
        )
