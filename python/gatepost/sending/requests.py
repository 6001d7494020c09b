"""What a letter asks of the server besides being delivered."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from .. import _core
from ..arguments import (
    Check,
    check_all,
    flag,
    line,
    moment,
    named,
    number_from,
    one_of,
    optional,
    refuse,
    seconds_from,
    some_of,
    texts,
    whole_number,
)
from ..errors import InputError

_MOST_SECONDS = 999_999_999  # nine digits: RFC 2852 §4, RFC 4865 §4

DeliverBy = tuple[float, str] | tuple[float, str, bool]
"""(seconds, "notify" or "return"), and a third value True asks for a trace (RFC 2852 §4)."""


def _dsn_return(name: str, value: object) -> None:
    if value != "":
        one_of("full", "headers")(name, value)


def _original_recipients(name: str, value: object) -> None:
    if not isinstance(value, Sequence) or isinstance(value, str) or not all(isinstance(one, str) for one in value):
        raise refuse(name, "a sequence of str, one for each recipient", value)
    texts(name, value)


def _deliver_by(name: str, value: object) -> None:
    takes = "(seconds, 'notify' or 'return'), and True besides for a trace"
    if not isinstance(value, tuple | list) or len(value) not in (2, 3):
        raise refuse(name, takes, value)
    checks: tuple[Check, ...] = (number_from(-_MOST_SECONDS, _MOST_SECONDS), one_of("notify", "return"), flag)
    for check, part in zip(checks, value, strict=False):
        try:
            check(name, part)
        except InputError:
            raise refuse(name, takes, value) from None


def _hold_until(name: str, value: object) -> None:
    if not isinstance(value, datetime):
        raise refuse(name, "a datetime with its time zone", value)
    if value.utcoffset() is None:
        raise InputError(f"{name}: has no time zone; datetime.now(timezone.utc) has one")
    moment(name, value)


_CHECKS: dict[str, Check] = {
    "dsn_return": _dsn_return,
    "envelope_id": line,
    "notify": optional(some_of("never", "success", "failure", "delay")),
    "original_recipients": _original_recipients,
    "require_tls": flag,
    "priority": optional(whole_number(-9, 9)),
    "deliver_by": optional(_deliver_by),
    "hold_for": optional(seconds_from(1, _MOST_SECONDS)),
    "hold_until": optional(_hold_until),
    "binary": flag,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SendRequests:
    """What letters ask for by extensions of SMTP. Immutable; one may serve any number of letters.

    Where the server does not offer the extension, notifications, priority and deliver_by "notify" are left out and the
    transcript says so; the others refuse the letter with `feature_unsupported`.

    Args:
        dsn_return: What a notification brings back, "full" or "headers" (RFC 3461 §4.3). Default: the server's choice.
        envelope_id: Id that notifications repeat, printable ASCII of at most 100 bytes (RFC 3461 §4.4). Default: none.
        notify: When to notify: one or several of "success", "failure" and "delay", or "never" (RFC 3461 §4.1).
            Default: the server's choice.
        original_recipients: For each recipient the address that the author gave, "ivan@example.com" or "type;address"
            (RFC 3461 §4.2). Default: none.
        require_tls: Whether to ask for verified TLS on the whole way (RFC 8689). Default: False.
        priority: From -9 to 9 (RFC 6710). Default: none.
        deliver_by: (seconds, "notify" or "return"), and True besides for a trace (RFC 2852). Default: none.
        hold_for: Seconds to hold the letter back, from 1 to 999,999,999 (RFC 4865). Default: not at all.
        hold_until: Moment to hold the letter back until, a datetime with its zone (RFC 4865). Default: none.
        binary: Whether to send it as it is, with BINARYMIME and BDAT (RFC 3030). Default: False.

    Raises:
        InputError: An argument has a wrong type or value; the message names it ("requests.notify ...").
    """

    dsn_return: str = ""
    envelope_id: str = ""
    notify: str | Collection[str] | None = None
    original_recipients: Sequence[str] = ()
    require_tls: bool = False
    priority: int | None = None
    deliver_by: DeliverBy | None = None
    hold_for: float | None = None
    hold_until: datetime | None = None
    binary: bool = False

    def __post_init__(self) -> None:
        check_all(_CHECKS, {name: getattr(self, name) for name in _CHECKS}, "requests.")
        with named("requests"):
            self._for_core()

    def _for_core(self) -> _core.LetterRequests:
        notify = self.notify
        return _core.LetterRequests(
            dsn_return=self.dsn_return,
            envelope_id=self.envelope_id,
            notify=None if notify is None else [notify] if isinstance(notify, str) else sorted(notify),
            original_recipients=[r if ";" in r else f"rfc822;{r}" for r in self.original_recipients],
            require_tls=self.require_tls,
            priority=self.priority,
            deliver_by=None if self.deliver_by is None else (*self.deliver_by, False)[:3],
            hold_for=self.hold_for,
            hold_until=None if self.hold_until is None else self.hold_until.timestamp(),
            binary=self.binary,
        )
