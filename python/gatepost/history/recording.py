"""Outcomes of the engine as rows of the history."""

from __future__ import annotations

from .. import _core
from ..addresses import domain_of
from ..store import Attempt


def attempts_of(account: str, batch: _core.Batch, campaign: str = "") -> list[Attempt]:
    """One attempt for each recipient that was tried; checks, and letters given back unsent, leave no row.

    A refusal is final here: nobody repeats it unless a campaign does.
    """
    return [
        Attempt(
            at=batch["ended"][row],
            seconds=max(0.0, batch["ended"][row] - batch["started"][row]),
            account=account,
            recipient=recipient,
            domain=domain_of(recipient).lower(),
            status=_status(failure),
            phase=failure.phase if failure else "final",
            category=failure.category if failure else "",
            code=batch["code"][row],
            enhanced=batch["enhanced"][row],
            reply=batch["reply"][row],
            queue_id=batch["queue_id"][row],
            message_id=batch["message_id"][row],
            bytes=batch["bytes"][row],
            campaign=campaign,
        )
        for row, (recipient, failure) in enumerate(zip(batch["recipient"], batch["failure"], strict=True))
        if recipient and not batch["untouched"][row]
    ]


def _status(failure: _core.RawFailure | None) -> str:
    if failure is None:
        return "accepted"
    return "unknown" if failure.maybe_delivered else "refused"
