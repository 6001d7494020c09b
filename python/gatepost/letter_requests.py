"""What a letter asks of the server besides being delivered."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from . import _core
from .errors import InputError

DeliverBy = tuple[float, str] | tuple[float, str, bool]
"""(seconds, "notify" or "return"), and a third value True asks for a trace (RFC 2852 §4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendRequests:
    """What letters ask for by extensions of SMTP. Immutable; one may serve any number of letters.

    `dsn_return` ("full" or "headers"), `envelope_id` (printable ASCII, at most 100 bytes), `notify` (of "success",
    "failure", "delay"; or "never") and `original_recipients` (one for each recipient, "ivan@example.com" or
    "type;address"): delivery status notifications, RFC 3461. `require_tls`: verified TLS on the whole way, RFC 8689.
    `priority`: -9 to 9, RFC 6710. `deliver_by`: (seconds, "notify" or "return"), RFC 2852. `hold_for` (seconds) or
    `hold_until` (a datetime with its zone): deliver later, RFC 4865. `binary`: BINARYMIME by BDAT, RFC 3030.

    Where the server does not offer the extension, notifications, priority and deliver_by "notify" are left out and the
    transcript says so; the others refuse the letter with `feature_unsupported`. InputError names the field that is
    wrong.
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
        if isinstance(self.original_recipients, str):
            raise InputError("original_recipients: must be a sequence, one for each recipient")
        if self.hold_until is not None and self.hold_until.utcoffset() is None:
            raise InputError("hold_until: has no time zone; datetime.now(timezone.utc) has one")
        if self.deliver_by is not None and len(self.deliver_by) not in (2, 3):
            raise InputError("deliver_by: must be (seconds, 'notify' or 'return')")
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
