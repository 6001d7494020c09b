"""Which attempts a question is about, and how they are taken from the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import polars as pl

from ..arguments import line, one_of, optional
from ..errors import InputError
from ..store import EventKind, Store
from .addresses import in_own_letters, without_test_address
from .times import Moment, as_datetime, to_unix

STATUSES = ("accepted", "refused", "retrying", "unknown")
"""What a server's answer to one attempt can mean."""


@dataclass(frozen=True, slots=True)
class AttemptFilter:
    """Attempts with since <= at < until (Unix seconds) and these properties; None: any."""

    zone: ZoneInfo
    since: float | None = None
    until: float | None = None
    status: str | None = None
    account: str | None = None
    campaign: str | None = None

    @classmethod
    def of(
        cls,
        zone: ZoneInfo,
        since: Moment | None = None,
        until: Moment | None = None,
        status: str | None = None,
        account: str | None = None,
        campaign: str | None = None,
    ) -> AttemptFilter:
        """From what a user gave. InputError names what is wrong."""
        start, stop = to_unix("since", since, zone), to_unix("until", until, zone, end=True)
        if start is not None and stop is not None and start >= stop:
            raise InputError(f"since ({since}) must be before until ({until})")
        optional(one_of(*STATUSES))("status", status)
        optional(line)("account", account)
        optional(line)("campaign", campaign)
        return cls(zone, start, stop, status, account, campaign)

    def attempts(self, store: Store, columns: Sequence[str] | None = None, last: int | None = None) -> pl.DataFrame:
        """The attempts as they were, `at` as a time, addresses as people read them."""
        frame = store.attempts(
            since=self.since,
            until=self.until,
            status=self.status,
            account=self.account,
            campaign=self.campaign,
            last=last,
            columns=columns,
        )
        if "at" in frame.columns:
            frame = frame.with_columns(as_datetime("at", self.zone))
        return in_own_letters(frame)

    def ended_runs(self, store: Store) -> pl.DataFrame:
        """Runs of campaigns that ended with a reason, in the columns of attempts; the reply says why."""
        frame = store.events(since=self.since, until=self.until, kind=EventKind.RUN_ENDED, campaign=self.campaign)
        if self.account is not None:
            frame = frame.clear()
        return frame.filter(pl.col("detail") != "").with_columns(
            as_datetime("at", self.zone), phase=pl.lit("run"), category=pl.lit(""), reply="detail"
        )

    def counted(self, store: Store, columns: Sequence[str]) -> pl.DataFrame:
        """The attempts that statistics count: without those to the test address."""
        frame = self.attempts(store, [*columns, *({"recipient"} - set(columns))])
        return without_test_address(frame).select(columns)
