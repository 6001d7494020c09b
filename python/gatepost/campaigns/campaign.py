"""A campaign: a template, a list, accounts in order, and a ledger with one state for each recipient."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from rich.console import Console

from .. import arguments
from ..arguments import check_all
from ..clocks import SteadyClock
from ..codes import Category
from ..durations import read_duration
from ..errors import InputError
from ..history.table import Table
from ..history.times import Moment, to_unix, zone_named
from ..sending.results import SendResult
from ..store import Status, Store, StoreError, open_store
from ..store.columns import RESULTS
from . import keeping
from .campaign_arguments import CHECKS, RUN_CHECKS, RUN_DEFAULTS
from .check import check_campaign
from .check_report import CheckReport
from .description import description
from .exporting import export
from .lists.recipients import read_recipients, source_of
from .lists.source import RecipientList
from .making import change, make_or_open, ready
from .outcome_rows import outcome_rows
from .paused_domains import read_domain, waits_for
from .reached import reached_before
from .report import CampaignReport, make_report
from .run.brake import MOST_REFUSED
from .run.by_hand import by_hand, ended_by_hand
from .run.retry import RetryPolicy
from .run.run import CampaignRun
from .run.run_state import LEASE, RunArguments, RunControl, RunOptions, check_lease
from .run.worker_run import WorkerRun
from .selection import Selection
from .send_window import SendWindow
from .senders import account_list, check_letter, senders_of
from .spec import LetterParts, make_spec, read_spec, with_parts
from .status import CampaignStatus, Explanation, explain_campaign, read_status
from .template.parts import attachment_sources
from .template.template import Template
from .trial import send_trial, write_preview

if TYPE_CHECKING:
    from ..accounts import Account


_MAY_RUN = ("new", "running", "paused", "done")


class Campaign:
    """Personalised letters to a list, through one or several accounts, each recipient with exactly one state.

    Making a campaign reads the whole list into the store, some thousand rows at a time, and sends nothing; an error
    leaves nothing behind. Made again it opens the stored one, so a script can simply be run again. Until the first
    letter goes everything may be another then. Later a mended or longer list adds what is new or corrected, and nobody
    gets a second letter; who is no longer in it gets none. `changes` says what was other than before.

    Args:
        name: Its name in the store.
        template: What is written to everybody (`Template`).
        recipients: CSV, Excel, JSON, JSONL or Parquet file, DataFrame, iterable of mappings or addresses, or a
            `RecipientList`, which takes queries and says how to read what is not plain to see.
        accounts: Account objects, names in the accounts file, or URLs, in order: the first until its limit, then the
            next. A URL of a provider that has a preset keeps to its limits; `Account(url, limits=...)` sets others.
        store: Path of an SQLite file, or an open store.
        from_: Address in From. Default: each account's own sender.
        reply_to: Address in Reply-To. Default: none.
        to_name: Name beside the recipient's address, Jinja2. Default: none.
        headers: Further headers, the same for all. Default: none.
        list_unsubscribe: URL to unsubscribe at, Jinja2, or several: https and mailto. Default: none.
        campaign_id: X-Campaign-Id. Default: made from the name.
        inline: Files that the html shows, by their cid. Default: those of the template.
        attachments: Files to attach; their paths may be Jinja2. Default: those of the template.
        address_column: Column with the address. Default: "email", else the only one that is called so in another way.
        encoding: Charset of a text file. Default: recognised.
        row_key: Column that names a row, an invoice number for example: a row with a known one is the same letter,
            whatever its address. Default: the address alone.
        start_at: When the first letter may go: a datetime, a date or ISO text, in this machine's zone where it names
            none. run() waits until then. Default: at once.
        expires_at: When nobody gets a letter any more; who waits then is `expired`. A date includes its day. Default:
            never.
        window: The hours in which recipients get letters, by their own clocks (`SendWindow`). Default: always.
        spread: A time such as "6h" over which the whole list is spread evenly, on top of the limits of accounts.
            Default: as fast as the limits allow.
        priority: From -9 to 9: where campaigns share the limits of an account, the one with more gets about ten
            letters for each step before one of the other goes. Default: 0.
        seeds: Addresses of your own that get a copy of the first letter when the campaign begins, and of the last when
            it is done, marked by X-Seed and counted nowhere. Default: none.
        retry: When refusals for now are tried again (`RetryPolicy`). Default: 5 tries in 72 hours.
        in_doubt: What becomes of recipients whose letter went out and whose reply was lost: "hold" (listed as unknown),
            "resend" or "drop". Default: "hold".
        replace: Whether to begin a campaign of this name anew, as long as nothing of it has gone out. Default: False.
        new_texts: Whether a letter that differs from the stored one is for those who have not got theirs, where some
            have. Default: False, which is an error then.

    Raises:
        InputError: The list, the template, an account or another argument is wrong; the message says where.
        StoreError: The store cannot be opened, or letters of a campaign of this name went out that is another.
    """

    _clock: Callable[[], float] = staticmethod(time.time)
    _run_clock: Callable[[], Callable[[], float]] = SteadyClock

    def __init__(
        self,
        name: str,
        *,
        template: Template,
        recipients: Any,
        accounts: Sequence[Account | str] | Account | str,
        store: str | PathLike[str] | Store,
        from_: str | None = None,
        reply_to: str | None = None,
        to_name: str | None = None,
        headers: Mapping[str, str] | None = None,
        list_unsubscribe: str | Sequence[str] | None = None,
        campaign_id: str | None = None,
        inline: Mapping[str, Any] | None = None,
        attachments: Sequence[Any] = (),
        address_column: str | None = None,
        encoding: str | None = None,
        row_key: str | None = None,
        start_at: Moment | None = None,
        expires_at: Moment | None = None,
        window: SendWindow | None = None,
        spread: str | timedelta | None = None,
        priority: int = 0,
        seeds: Sequence[str] = (),
        retry: RetryPolicy | None = None,
        in_doubt: str = "hold",
        replace: bool = False,
        new_texts: bool = False,
    ) -> None:
        if not arguments.line("name", name).strip():
            raise InputError("campaign: the name is empty")
        check_all(CHECKS, locals())
        self._accounts = account_list(accounts)
        if not self._accounts:
            raise InputError(f"campaign {name!r}: no account; pass accounts=[Account(...)]")
        listing = read_recipients(recipients, address_column=address_column, encoding=encoding)
        spec = make_spec(
            name,
            template,
            accounts=tuple(account.name for account in self._accounts),
            from_=from_,
            reply_to=reply_to,
            headers=headers,
            list_unsubscribe=list_unsubscribe,
            to_name=to_name,
            campaign_id=campaign_id,
            inline=inline,
            attachments=attachment_sources(attachments),
            address_column=listing.address_column,
            row_key=row_key,
            start_at=start_at,
            expires_at=expires_at,
            window=window,
            spread=spread,
            priority=priority,
            seeds=seeds,
            in_doubt=in_doubt,
            retry=retry or RetryPolicy(),
            source=source_of(listing, recipients, address_column),
        )
        spec.check_list(listing)
        check_letter(spec, senders_of(spec, self._accounts)[0])
        self._own_store = isinstance(store, str | PathLike)
        self._store = open_store(store)
        try:
            made = make_or_open(self._store, name, spec, listing, rebuild=replace, new_texts=new_texts)
        except BaseException:
            self.close()
            raise
        self._record, self._spec, self.changes = made.record, made.spec, made.changes
        self._runs: set[RunControl] = set()

    @classmethod
    def open(
        cls,
        name: str,
        *,
        store: str | PathLike[str] | Store,
        accounts: Sequence[Account | str] | Account | str | None = None,
    ) -> Campaign:
        """A stored campaign. Secrets are never stored: pass the accounts, or their URLs in GATEPOST_ACCOUNT (several
        with spaces between); without them it can be looked at, not run. StoreError where there is none of this name."""
        arguments.text("name", name)
        self = cls.__new__(cls)
        self._own_store = isinstance(store, str | PathLike)
        self._store = open_store(store)
        record = self._store.campaign(name)
        if record is None:
            names = ", ".join(repr(known.name) for known in self._store.campaigns()) or "none"
            url = self._store.url
            self.close()
            raise StoreError(f"store {url} has no campaign {name!r}; there are: {names}")
        self._record = record
        self._spec = read_spec(record.spec, self._store.blob)
        self._accounts = account_list(accounts, from_environment=True)
        self._runs = set()
        self.changes = []
        return self

    def update(
        self,
        *,
        recipients: Any = None,
        template: Template | None = None,
        new_texts: bool = False,
        **parts: Unpack[LetterParts],
    ) -> list[str]:
        """Takes a mended or longer list, or another letter, or both; what is not given stays as it is stored.

        Recipients that are new or corrected are added; nobody gets a second letter. `parts`: `from_`, `reply_to`,
        `to_name`, `headers`, `list_unsubscribe`, `attachments`, `address_column`, `encoding`, `row_key`, `start_at`,
        `expires_at`, `window`, `spread`, `priority` and `seeds`, as for Campaign(). Where letters have gone, another
        letter takes `new_texts=True` and is for those who have not got theirs. Returns what changed, a sentence each.
        InputError, StoreError as for Campaign(); AlreadyRunning while it runs.
        """
        arguments.optional(arguments.instance(Template))("template", template)
        arguments.flag("new_texts", new_texts)
        for name in parts:
            if name not in LetterParts.__annotations__:
                raise TypeError(f"update() got an unexpected keyword argument {name!r}")
        check_all({name: CHECKS[name] for name in parts if name in CHECKS}, {**parts})
        spec = with_parts(self._spec, template, parts)
        spec = dataclasses.replace(spec, accounts=tuple(one.name for one in self._accounts) or spec.accounts)
        listing = None
        if recipients is not None:
            own = isinstance(recipients, RecipientList) and recipients.address_column is not None
            column = parts.get("address_column") or (None if own else spec.source.get("wanted"))
            listing = read_recipients(recipients, address_column=column, encoding=parts.get("encoding"))
            source = source_of(listing, recipients, column)
            spec = dataclasses.replace(spec, source=source, address_column=listing.address_column)
            spec.check_list(listing)
        elif (known := spec.source.get("columns")) is not None:
            spec.check_fields(known)
        senders = senders_of(spec, self._accounts)
        check_letter(spec, senders[0] if senders else spec.from_ or "sender@example.invalid")
        made = change(self._store, self._record, spec, listing, new_texts=new_texts)
        self._record, self._spec, self.changes = made.record, made.spec, made.changes
        return self.changes

    @property
    def name(self) -> str:
        """The name in the store."""
        return self._record.name

    @property
    def accounts(self) -> list[Account]:
        """In the order in which they are used."""
        return list(self._accounts)

    @property
    def account_names(self) -> list[str]:
        """Names of the accounts with which it was made."""
        return list(self._spec.accounts)

    def check(
        self, previews: int = 3, render: int | None = 10_000, *, not_again: str | timedelta | None = None
    ) -> CheckReport:
        """A dry run: bad addresses, duplicates, missing fields, previews, how long it will take. Nothing is sent.

        `render`: how many letters are rendered to find errors; None: all. `not_again`: a time such as "30d"; who got a
        letter of another campaign of this store within it is listed.
        """
        within = None if not_again is None else read_duration("not_again", not_again)
        arguments.whole_number(0)("previews", previews)
        arguments.optional(arguments.whole_number(0))("render", render)
        senders = senders_of(self._spec, self._accounts)
        from_ = senders[0] if senders else self._spec.from_ or ""
        report = check_campaign(
            self._store, self._record.id, self.name, self._spec, self._accounts, from_, previews, render
        )
        reached = []
        if within is not None:
            reached = reached_before(self._store, self._record.id, self.name, self._clock() - within)
        return dataclasses.replace(report, changes=list(self.changes), reached=reached)

    def run(
        self,
        progress: bool | str | None = None,
        *,
        max_seconds: float | None = None,
        wait_for_retries: bool = True,
        console: Console | None = None,
        max_refused: float | None = MOST_REFUSED,
    ) -> CampaignReport:
        """Sends to all that are left and returns what became of them; goes on where an earlier run stopped.

        Ctrl-C, SIGTERM and SIGHUP pause cleanly, twice stops at once. `progress`: whether to show a bar, or "plain" or
        "json" for lines in a log (on standard error); default: a bar in a terminal or notebook.
        `max_seconds`: pause after so long. `wait_for_retries=False`: do not wait for recipients that are put off, nor
        long for a server that is away. `max_refused`: pause where more than this share of the last 200 recipients
        (100 at least) were refused for good, and let domains alone for hours that refuse nearly all; None: never.
        StoreError: cancelled, or running elsewhere. InputError: no account, or nothing sent yet
        and the first 250 letters of a longer list all fail for the same reason: all rows stay queued.
        """
        with self._asked_for() as control:
            return self._run(
                control, progress, max_seconds=max_seconds, wait_for_retries=wait_for_retries, console=console,
                max_refused=max_refused,
            )  # fmt: skip

    def work(
        self,
        progress: bool | str | None = None,
        *,
        max_seconds: float | None = None,
        wait_for_retries: bool = True,
        console: Console | None = None,
        max_refused: float | None = MOST_REFUSED,
        lease: float = LEASE,
    ) -> CampaignReport:
        """Like run(), as one of several workers: in processes of this machine, and where the store is a PostgreSQL on
        any machine. They come and go at any time, and share the list and the limits of accounts.

        Ctrl-C lets this worker end what it has begun and leave; pause() ends all. `lease`: seconds without a sign of
        life, 6 or more, after which a worker is taken for dead. What its journal proves is settled when the journal
        comes back; till then what it held is `unknown`.
        """
        check_lease(lease)
        with self._asked_for() as control:
            return self._run(
                control, progress, max_seconds=max_seconds, wait_for_retries=wait_for_retries, console=console,
                max_refused=max_refused, lease=lease,
            )  # fmt: skip

    @contextmanager
    def _asked_for(self) -> Iterator[RunControl]:
        """A run that pause() and cancel() end from now on."""
        control = RunControl()
        self._runs.add(control)
        try:
            yield control
        finally:
            self._runs.discard(control)

    def _run(
        self,
        control: RunControl,
        progress: bool | str | None,
        *,
        max_seconds: float | None = None,
        wait_for_retries: bool = True,
        console: Console | None = None,
        max_refused: float | None = MOST_REFUSED,
        lease: float | None = None,
        after: Collection[str] = _MAY_RUN,
    ) -> CampaignReport:
        """`lease`: of one worker among several. `after`: what the campaign may have been doing up to now."""
        check_all(RUN_CHECKS, locals())
        if not self._accounts:
            names = ", ".join(self._spec.accounts)
            raise InputError(
                f"campaign {self.name!r} has no account to send with (it was made with {names}); secrets are not "
                "stored: pass accounts=[...] to Campaign.open, or set GATEPOST_ACCOUNT to the account's URL"
            )
        try:
            record = ready(self._store, self.name, after)
        except StoreError:
            if control.ending is None:
                raise
            record = ready(self._store, self.name, None)  # an early word ended it: the run says so
        options = RunOptions(
            wait_for_retries, max_seconds, self._run_clock(), progress, console, max_refused, lease or LEASE
        )
        options.start_at, options.expires_at = self._spec.start_at, self._spec.expires_at
        options.window, options.spread = self._spec.window, self._spec.spread
        options.priority = self._spec.priority
        among_others = lease is not None or "://" in self._store.identity  # no lock reaches over machines
        senders = list(zip(self._accounts, senders_of(self._spec, self._accounts), strict=True))
        kind = WorkerRun if among_others else CampaignRun
        report = kind(self._store, record, self._spec, senders, options, control).run()
        report.notes[:0] = self.changes
        return report

    def status(self) -> CampaignStatus:
        """Recipients by state, from the ledger, and what a run in this process waits for."""
        held = {account: why for run in list(self._runs) for account, why in run.held().items()}
        return read_status(self._store, self._record.id, self.name, self._clock())._holding(held)

    def report(self) -> CampaignReport:
        """What became of it so far, in words."""
        return make_report(self._store, self._record.id, self.name, self.status().state)

    def explain(self) -> Explanation:
        """What limits it now: limits of accounts, recipients that are put off, accounts that stopped."""
        live = "; ".join(run.tally.note for run in list(self._runs) if run.tally is not None and run.tally.note)
        return explain_campaign(
            self._store, self._record.id, self.name, self._spec, self._accounts, live, self._clock()
        )

    def results(self, columns: Sequence[str] | None = None) -> Table:
        """One row per recipient, in list order: row (null where it is no longer in the list), email, status,
        category, code, enhanced, reply, attempts, account, queue_id, message_id, first_at, last_at, next_at (times of
        this machine's zone), detail, fields (JSON). `reply` is the server's, `detail` what we have to say. `columns`:
        these alone, which takes less memory and time."""
        chosen = None if columns is None else arguments.some_of(*RESULTS)("columns", columns)
        return Table(outcome_rows(self._store, self._record.id, chosen), self.name)

    def failed(self, *categories: str, since: Moment | None = None) -> Selection:
        """Recipients that were refused or given up (of these categories, at `since` or later only): `.resend()` puts
        them back. `since`: a datetime, a date, ISO text or Unix seconds."""
        chosen = arguments.some_of(*Category)("categories", categories)
        at = to_unix("since", since, zone_named(None)) or 0.0
        return self._selection((Status.REFUSED, Status.EXPIRED), chosen, at)

    def unknown(self) -> Selection:
        """Recipients in doubt: their letter went out and no reply was seen."""
        return self._selection((Status.UNKNOWN,), ())

    def suppressed(self) -> Selection:
        """Recipients that the suppression list left out: `.resend()` sends to those who are no longer on it."""
        return self._selection((Status.SUPPRESSED,), ())

    def test(self, to: str, row: int | None = None) -> SendResult:
        """Sends the letter of a row of the list to `to` instead, through the first account, and changes nothing in the
        ledger. `row`: default the first that waits. InputError for an unknown row; the SendError of a refusal."""
        arguments.line("to", to)
        arguments.optional(arguments.whole_number(0))("row", row)
        if not self._accounts:
            raise InputError(f"campaign {self.name!r} has no account to send with; pass accounts=[...]")
        sender = senders_of(self._spec, self._accounts)[0]
        return send_trial(self._store, self._record.id, self._spec, self._accounts[0], sender, to, row)

    def preview(self, path: str | PathLike[str], rows: Sequence[int] = ()) -> Path:
        """Writes an HTML page with the letters of these rows, or of the first three that wait; returns its path."""
        file = arguments.path("path", path)
        rows = arguments.one_or_several(arguments.whole_number(0))("rows", rows)
        senders = senders_of(self._spec, self._accounts)
        sender = senders[0] if senders else self._spec.from_ or "sender@example.invalid"
        return write_preview(self._store, self._record.id, self.name, self._spec, sender, file, rows)

    @staticmethod
    def stored(store: str | PathLike[str] | Store) -> Table:
        """The campaigns of a store, oldest first: name, state, created, subject, rows, accepted, left."""
        opened = open_store(store)
        try:
            return Table(keeping.listing(opened), "Campaigns")
        finally:
            if opened is not store:
                opened.close()

    def describe(self) -> dict[str, Any]:
        """What it is made of, as plain data: letter, list, accounts by name."""
        return description(self._spec, self.status())

    def rename(self, name: str) -> None:
        """Another name, in the history too. StoreError where it is taken, or the campaign runs or broke off."""
        if not arguments.line("name", name).strip():
            raise InputError("campaign: the name is empty")
        self._record = keeping.rename(self._store, self._record, name)
        self._spec = read_spec(self._record.spec, self._store.blob)

    def delete(self, *, begun: bool = False) -> None:
        """Removes it from the store; the history of its letters stays. StoreError where letters of it went out, unless
        `begun`: nobody knows then who has one, and a campaign of this name writes to all again."""
        arguments.flag("begun", begun)
        keeping.delete(self._store, self._record, begun=begun)

    def export(self, folder: str | PathLike[str]) -> list[Path]:
        """Writes letter, list, results and shared files into a folder; returns their paths."""
        return export(self._store, self._record.id, self._spec, self.results(), arguments.path("folder", folder))

    def _selection(self, statuses: Sequence[Status], categories: Sequence[str], since: float = 0.0) -> Selection:
        return Selection(self._store, self._record.id, self.name, statuses, categories, since)

    def pause(self, why: str = "") -> None:
        """Lets a run, here or in another process, end what it has begun and stop, whether it sends already or was only
        asked for. `run()` goes on. A cancelled campaign stays so. `why`: for those who look later."""
        self._end("paused", "pause()", why, only_from=("new", "running", "paused"))

    def pause_domain(self, domain: str) -> None:
        """Recipients of this domain wait until `resume_domain`, and others go; a run hears of it within a second,
        wherever it is. `domain`: example.com, or a provider (gmail, yandex, mail.ru), which is all its domains."""
        name = read_domain("domain", domain)
        self._store.change_part(self._record.id, "paused", lambda names: sorted({*(names or ()), name}))

    def resume_domain(self, domain: str) -> int:
        """Ends pause_domain(); returns how many recipients waited. InputError where it is not paused."""
        name = read_domain("domain", domain)

        def without(names: list[str] | None) -> list[str]:
            if name not in (names or ()):
                known = ", ".join(names or ()) or "none"
                raise InputError(f"domain: {name} is not paused in campaign {self.name!r}; paused are: {known}")
            return [one for one in names or () if one != name]

        self._store.change_part(self._record.id, "paused", without)
        return self._store.due_now(self._record.id, waits_for(name))

    def cancel(self, why: str = "") -> None:
        """Like pause(), and `run()` refuses to go on; nobody else gets a letter."""
        self._end("cancelled", "cancel()", why)

    def _end(self, state: str, call: str, why: str, only_from: Collection[str] = ()) -> None:
        if arguments.line("why", why) or not self._runs:
            call = by_hand(state, why)
        record = self._store.campaign(self.name)
        if record is not None and (not only_from or record.state in only_from):
            self._store.add_events([ended_by_hand(self.name, call, self._clock())])  # before a run sees the state
        for run in list(self._runs):
            run.stop(state, call)
        self._store.set_state(self._record.id, state, only_from=only_from)

    def resume(self, progress: bool | str | None = None, **options: Unpack[RunArguments]) -> CampaignReport:
        """Goes on after pause() or cancel(); arguments as for run()."""
        with self._asked_for() as control:
            return self._resume(control, progress, **options)

    def _resume(
        self, control: RunControl, progress: bool | str | None, **options: Unpack[RunArguments]
    ) -> CampaignReport:
        check_all(RUN_CHECKS, {**RUN_DEFAULTS, **options, "progress": progress})
        return self._run(control, progress, **options, after=(*_MAY_RUN, "cancelled"))

    def close(self) -> None:
        """Closes the store where the campaign opened it."""
        if self._own_store:
            self._store.close()

    def __enter__(self) -> Campaign:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        status = self.status()
        left = f"{status.left:,} of {status.total:,} left"
        return f"<Campaign {self.name}: {status.state}, {left}, store {self._store.url}>"

    def _repr_html_(self) -> str:
        return self.status()._repr_html_()
