"""gatepost campaign check, run, resume, pause, cancel, test, preview."""

from __future__ import annotations

import webbrowser
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from ...arguments import one_of
from ...campaigns import CampaignReport
from ...campaigns.run.brake import MOST_REFUSED
from ...campaigns.run.progress import SHOWN
from ...campaigns.words import count
from ...errors import InputError
from ...language import gettext as _
from ...store import Status
from ..commands import command
from ..options import StorePath, Through
from ..output import OK, REFUSED, Json, console, exit_code, in_options, print_json, spoken_errors, tell
from ..workers import as_environment, run_workers, worker_command
from .letter import Letter, Name, campaign_of, stored

Progress = Annotated[
    str | None,
    typer.Option(
        help="bar, plain (lines for a log), json (a JSON object a line) or none. Default: a bar in a terminal."
    ),
]
MaxSeconds = Annotated[
    float | None, typer.Option(help="Stop after so many seconds of sending; the rest stays queued for the next run.")
]
Wait = Annotated[
    bool,
    typer.Option(
        help="Whether to wait for recipients that are put off, for a server that is away, and for the start. Limits of"
        " accounts are waited for in any case; --max-seconds ends that."
    ),
]
Workers = Annotated[int, typer.Option(min=1, help="Processes that send together; more may join by `gatepost worker`.")]
Why = Annotated[str, typer.Option(help="The reason; others will read it.")]
MaxRefused = Annotated[
    float,
    typer.Option(min=0, max=1, help="Pause where more than this share of the last recipients was refused; 1: never."),
]


def check(
    name: Name,
    letter: Letter,
    through: Through,
    not_again: Annotated[
        str | None,
        typer.Option(help="List those who got a letter of another campaign within this time, e.g. 30d or 12h."),
    ] = None,
    store: StorePath = "campaigns.db",
    as_json: Json = False,
) -> None:
    """Look at list and letter without sending: bad addresses, missing fields, duplicates, how long it will take.

    Exit codes: 0 letters can be sent; 1 there is nobody to send to, or letters cannot be made; 2 bad input.
    """
    with spoken_errors():
        report = campaign_of(name, store, letter, through, tell=False).check(not_again=not_again)
        if as_json:
            print_json(report.to_dict())
        else:
            tell(in_options(str(report), name))
    raise typer.Exit(OK if report.ok else REFUSED)


def run(
    name: Name,
    letter: Letter,
    through: Through,
    progress: Progress = None,
    wait: Wait = True,
    max_seconds: MaxSeconds = None,
    max_refused: MaxRefused = MOST_REFUSED,
    workers: Workers = 1,
    store: StorePath = "campaigns.db",
    as_json: Json = False,
) -> None:
    """Send, or go on where an earlier run stopped. With a mended or longer list, send to those who are new in it.

    Ctrl-C, SIGTERM and SIGHUP pause cleanly; the same command goes on. A server that is away is tried again for days,
    with --no-wait for a moment. Exit codes: 0 everybody got it; 1 somebody was refused, or it is not finished; 2 bad
    input; 3 no account could connect or log in; 130 Ctrl-C, 143 SIGTERM, 129 SIGHUP.
    """
    with spoken_errors():
        campaign = campaign_of(name, store, letter, through)
        shown = _shown(progress, as_json)
        if workers == 1:
            report = campaign.run(
                progress=shown, wait_for_retries=wait, max_seconds=max_seconds, max_refused=max_refused
            )
        else:
            environment = {"GATEPOST_STORE": store, **as_environment(through.account, campaign.accounts)}
            command = worker_command(name, through, wait, max_refused)
            report = run_workers(campaign, workers, command, environment, shown, max_seconds)
    _tell(report, as_json, campaign.changes)


def resume(
    name: Name,
    through: Through,
    domain: Annotated[
        str | None, typer.Option(help="Only end `pause --domain`; nothing is sent by this command then.")
    ] = None,
    progress: Progress = None,
    wait: Wait = True,
    max_seconds: MaxSeconds = None,
    store: StorePath = "campaigns.db",
    as_json: Json = False,
) -> None:
    """Go on with a campaign that is paused or cancelled. Exit codes as for `run`."""
    with spoken_errors():
        if domain is not None:
            freed = count(stored(name, store).resume_domain(domain), "recipient")
            words = _("{domain} goes on: {recipients} waited; {command} sends, where nothing runs")
            tell(words.format(domain=domain, recipients=freed, command=command("campaign", "run", name)))
            return
        campaign = campaign_of(name, store, Letter(), through)
        report = campaign.resume(progress=_shown(progress, as_json), wait_for_retries=wait, max_seconds=max_seconds)
    _tell(report, as_json, campaign.changes)


def pause(
    name: Name,
    domain: Annotated[
        str | None,
        typer.Option(help="Only recipients of this domain, or of a provider (gmail, yandex, mail.ru); others go on."),
    ] = None,
    why: Why = "",
    store: StorePath = "campaigns.db",
) -> None:
    """Let a running campaign end what it has begun and stop. `run` goes on."""
    with spoken_errors():
        if domain is not None:
            if why:
                raise InputError("--why is of the whole campaign, not of --domain")
            stored(name, store).pause_domain(domain)
            again = command("campaign", "resume", name, "--domain", domain)
            words = _("recipients of {domain} wait, others go; {command} ends it")
            tell(words.format(domain=domain, command=again))
            return
        stored(name, store).pause(why)
        words = _("{name} pauses; {command} goes on")
        tell(words.format(name=name, command=command("campaign", "run", name)))


def cancel(name: Name, why: Why = "", store: StorePath = "campaigns.db") -> None:
    """End a campaign for good; nobody else gets a letter."""
    with spoken_errors():
        stored(name, store).cancel(why)
        words = _("{name} is cancelled: nobody else gets a letter; {command} takes it up again")
        tell(words.format(name=name, command=command("campaign", "resume", name)))


def test(
    name: Name,
    through: Through,
    to: Annotated[str, typer.Option("--to", "-t", help="Your own address.")],
    row: Annotated[int | None, typer.Option(help="Row of the list; default: the first that waits.")] = None,
    store: StorePath = "campaigns.db",
) -> None:
    """Send the letter of one row of the list to yourself; the campaign does not change.

    Exit codes: 0 accepted; 1 refused; 2 bad input; 3 no connection or login.
    """
    with spoken_errors():
        campaign = campaign_of(name, store, Letter(), through)
        [accepted, *_more] = campaign.test(to, row).accepted
        console.print(f"{_('accepted')}  {accepted.address}  {accepted.code} {accepted.reply}")


def preview(
    name: Name,
    row: Annotated[list[int] | None, typer.Option(help="Row of the list; may be given several times.")] = None,
    file: Annotated[Path, typer.Option("--file", "-o", help="The HTML file to write.")] = Path("preview.html"),
    open_: Annotated[bool, typer.Option("--open", help="Also open it in the browser.")] = False,
    store: StorePath = "campaigns.db",
) -> None:
    """Write the letters of some rows into a page for the browser."""
    with spoken_errors():
        path = stored(name, store).preview(file, row or [])
        console.print(_("preview: {path}").format(path=path), soft_wrap=True)  # whole, to be copied
        if open_:
            webbrowser.open(path.as_uri())


def _shown(progress: str | None, as_json: bool) -> bool | str | None:
    if progress is None:
        return False if as_json else None
    return False if progress == "none" else one_of(*SHOWN, "none")("--progress", progress)


def _to_go_on(report: CampaignReport) -> Iterator[str]:
    """Commands that the words of the report come to."""
    if report.counts.get(Status.UNKNOWN):
        words = _("Who is in doubt is put back, if they got nothing, by {command}")
        yield words.format(command=command("campaign", "resend", report.name, "--unknown"))
    if report.state == "paused":
        yield _("To go on: {command}").format(command=command("campaign", "run", report.name))


def _tell(report: CampaignReport, as_json: bool, told: Sequence[str]) -> None:
    """What became of it, and the exit code that says so. `told`: notes that stand above it already."""
    if as_json:
        print_json(report.to_dict())
    else:
        causes = [replace(cause, remedy=in_options(cause.remedy, report.name)) for cause in report.causes]
        console.print(replace(report, why=in_options(report.why, report.name), causes=causes, notes=[]))
        for one in report.notes:
            if one not in told:
                tell(in_options(one, report.name))
        for advice in _to_go_on(report):
            tell(advice)
    raise typer.Exit(exit_code(report))
