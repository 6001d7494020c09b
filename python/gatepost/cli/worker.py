"""gatepost worker: sends what campaigns of a store have to send, with others, until it is stopped."""

from __future__ import annotations

import os
import signal
from types import FrameType
from typing import Annotated

import typer

from ..campaigns import Campaign
from ..campaigns.run.brake import MOST_REFUSED
from ..campaigns.run.run_state import LEASE, check_lease
from ..campaigns.service import Service, accounts_of_the_file
from .options import StorePath, Through, open_accounts
from .output import Json, console, exit_code, print_json, spoken_errors

Lease = Annotated[float, typer.Option(help="Seconds of lease after which a worker is taken for dead.")]


def worker(
    through: Through,
    store: StorePath = "campaigns.db",
    campaign: Annotated[
        str | None, typer.Option("--campaign", "-c", help="Work on this one alone, and end when it is done.")
    ] = None,
    lease: Lease = LEASE,
    wait: Annotated[
        bool, typer.Option(help="With --campaign: whether to wait for who is put off, and for a server that is away.")
    ] = True,
    max_seconds: Annotated[
        float | None, typer.Option(help="With --campaign: leave after so many seconds of sending.")
    ] = None,
    max_refused: Annotated[
        float, typer.Option(min=0, max=1, help="With --campaign: pause it above this share of refusals; 1: never.")
    ] = MOST_REFUSED,
    as_json: Json = False,
) -> None:
    """Send together with other workers, here or on other machines. Come and go at any time.

    Without --campaign it works on every campaign of the store that runs, and waits for the next. SIGTERM and Ctrl-C let
    it end what it has begun and leave; the others go on. Accounts: those given, else $GATEPOST_ACCOUNT, else those of
    the accounts file with which each campaign was made.
    """
    with spoken_errors():
        check_lease(lease)
        named = through.account or os.environ.get("GATEPOST_ACCOUNT")
        chosen = open_accounts(through) if named else None
        if campaign is None:
            _serve(Service(store, lambda one: chosen or accounts_of_the_file(one), console.print, lease))
            return
        with Campaign.open(campaign, store=store, accounts=chosen or []) as opened:
            accounts = chosen or accounts_of_the_file(opened)
        with Campaign.open(campaign, store=store, accounts=accounts) as opened:
            report = opened.work(
                progress=False, lease=lease, wait_for_retries=wait, max_seconds=max_seconds, max_refused=max_refused
            )
        if as_json:
            print_json(report.to_dict())
        else:
            console.print(report)
    raise typer.Exit(exit_code(report))


def _serve(service: Service) -> None:
    def stop(number: int, frame: FrameType | None) -> None:
        service.stop(signal.Signals(number).name)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        service.run()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
