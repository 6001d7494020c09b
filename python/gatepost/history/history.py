"""`History`: what was sent and what became of it, as tables, figures and a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any

import polars as pl

from .. import _core, arguments
from ..store import Store, open_store
from . import letters, query
from .attempt_filter import AttemptFilter
from .plotter import Plots
from .recording import attempts_of
from .refusals import with_advice
from .stats import columns_for, groupings, stats
from .table import Table
from .times import Moment, zone_named

_PATIENCE = 10.0  # seconds
_ROWS = arguments.whole_number(0, 2**63 - 1)
_OF_SESSION = ("dns", "connect", "tls", "greeting", "ehlo", "auth")
_ERROR_COLUMNS = ("at", "recipient", "campaign", "account", "phase", "category", "code", "enhanced", "reply")


class History:
    """Reads a store of campaigns and attempts.

    Times of day, days and moments without a zone are in `timezone` (an IANA name; by default the machine's own).
    Letters to `test@test.ru` stand in `attempts()` and never in statistics. Domains are shown in
    their own letters (`пример.рф`). StoreError where the store cannot be opened.
    """

    def __init__(self, store: str | PathLike[str] | Store, *, timezone: str | None = None) -> None:
        self.store = open_store(store, "process")
        self.zone = zone_named(timezone)
        self.plot = Plots(self.store, self.zone)

    def attempts(
        self,
        *,
        since: Moment | None = None,
        until: Moment | None = None,
        status: str | None = None,
        account: str | None = None,
        campaign: str | None = None,
        last: int | None = None,
    ) -> Table:
        """Every try to deliver a letter to one recipient, in order of time.

        Columns: at, seconds (hand-over to verdict), account, recipient, domain, status, phase, category, code,
        enhanced, reply, queue_id, message_id, bytes, campaign, row (as the list had it first).

        Args:
            since: First moment: a datetime, a date, ISO text or Unix seconds. Default: from the first attempt.
            until: Moment before which attempts were made; a date includes its day. Default: to the last one.
            status: "accepted", "refused", "retrying" or "unknown". Default: all.
            account: Name of the account. Default: all.
            campaign: Name of the campaign; "" means letters outside of campaigns. Default: all.
            last: How many of the newest. Default: all.

        Raises:
            InputError: An argument has a wrong type or value; the message names it.
        """
        asked = AttemptFilter.of(self.zone, since, until, status, account, campaign)
        return Table(asked.attempts(self.store, last=arguments.optional(_ROWS)("last", last)), "Attempts")

    def stats(
        self,
        by: str | Sequence[str] = ("day", "domain"),
        *,
        since: Moment | None = None,
        until: Moment | None = None,
        account: str | None = None,
        campaign: str | None = None,
    ) -> Table:
        """Counts of attempts by outcome, acceptance and delays, one row per group.

        Columns after those of `by`: attempts, accepted, refused, retrying, unknown; acceptance (accepted of those that
        were not put off, 0 to 1); median_seconds, p95_seconds (hand-over to verdict).

        Args:
            by: One or several of "day", "hour", "domain", "account", "campaign", "category", "code", "provider",
                "status" and "phase"; () means one row for all. Default: day and domain.
            since: First moment: a datetime, a date, ISO text or Unix seconds. Default: from the first attempt.
            until: Moment before which attempts were made; a date includes its day. Default: to the last one.
            account: Name of the account. Default: all.
            campaign: Name of the campaign; "" means letters outside of campaigns. Default: all.

        Raises:
            InputError: An argument has a wrong type or value; the message names it.
        """
        names = groupings(by)
        asked = AttemptFilter.of(self.zone, since, until, None, account, campaign)
        title = f"Attempts by {', '.join(names)}" if names else "All attempts"
        return Table(stats(asked.counted(self.store, columns_for(names)), names), title)

    def funnel(self, campaign: str | None = None) -> Table:
        """How many letters came how far: listed, eligible, attempted, accepted, then those that ended otherwise.

        Columns: stage, letters, share (of those listed, 0 to 1).

        Args:
            campaign: Name of the campaign. Default: all, and what was sent outside of them.

        Raises:
            InputError: There is no such campaign.
        """
        return Table(letters.funnel(letters.letters(self.store, self.zone, campaign)), "Funnel")

    def errors(
        self,
        last: int = 100,
        *,
        since: Moment | None = None,
        until: Moment | None = None,
        account: str | None = None,
        campaign: str | None = None,
    ) -> Table:
        """The newest refusals, failures to connect and to log in, and runs that ended with a reason; newest first.

        Columns: at, recipient, campaign, account, phase, category, code, enhanced, reply, cause (what it means), remedy
        (what to do). Of a run the phase is "run" and the reply why it ended.

        Args:
            last: How many. Default: 100.
            since: First moment: a datetime, a date, ISO text or Unix seconds. Default: from the first attempt.
            until: Moment before which attempts were made; a date includes its day. Default: to the last one.
            account: Name of the account. Default: all.
            campaign: Name of the campaign; "" means letters outside of campaigns. Default: all.

        Raises:
            InputError: An argument has a wrong type or value; the message names it.
        """
        _ROWS("last", last)
        asked = AttemptFilter.of(self.zone, since, until, "refused", account, campaign)
        put_off = replace(asked, status="retrying").counted(self.store, _ERROR_COLUMNS)
        found = [
            asked.counted(self.store, _ERROR_COLUMNS),
            put_off.filter(pl.col("phase").is_in(_OF_SESSION)),
            asked.ended_runs(self.store).select(_ERROR_COLUMNS),
        ]
        frame = pl.concat(found, how="vertical_relaxed").sort("at", maintain_order=True)
        return Table(with_advice(frame.reverse().head(last)), "Refusals")

    def query(self, query_: Mapping[str, Any] | str) -> Table:
        """The answer to a query in the JSON language of the Sendsay gate, a mapping or JSON text.

        Columns carry the names that `select` uses.

        Args:
            query_: The query; `gatepost.history.query` says which names, operators and orders there are.

        Raises:
            InputError: The query is wrong; the message says where.
        """
        checked = query.parse(query_)
        attempts = AttemptFilter(self.zone).counted(self.store, query.COLUMNS)
        return Table(query.answer(checked, attempts, self.zone), "Answer")

    def report(self, path: str | PathLike[str], campaign: str | None = None) -> Path:
        """Writes one HTML file that needs nothing else: numbers, reasons with remedies, domains, plots, recipients.

        Args:
            path: File to write.
            campaign: Name of the campaign. Default: all, and what was sent outside of them.

        Returns:
            The path.

        Raises:
            InputError: There is no such campaign.
            OSError: The file cannot be written.
        """
        from . import report  # brings matplotlib, which those who only record do not need

        target = arguments.path("path", path)
        target.write_text(report.render(self.store, self.zone, campaign), encoding="utf-8")
        return target

    def record(self, account: str, batch: _core.Batch) -> None:
        """Adds a batch of outcomes of this account, as a `Mailer` with `history=` does. Another program that writes
        is waited for 10 seconds at most, StoreError then."""
        with self.store.patience(_PATIENCE):
            self.store.add_attempts(attempts_of(account, batch))

    def close(self) -> None:
        """Closes the store."""
        self.store.close()

    def __enter__(self) -> History:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"History({self.store.url!r}, timezone={self.zone.key!r})"
