"""gatepost sink: an SMTP server for tests, in the foreground."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from .. import files
from ..errors import InputError
from ..shown import shown
from ..sinks import Letter, Sink, SinkAccess, SinkHttp, SinkProtocol, SinkTls, profile_named, rules_of
from ..sinks.profiles import profile_names, user_folder
from .options import ask_password
from .output import console, print_json, spoken_errors
from .sink_exec import SinkGroup, program_of, run_beside

app = typer.Typer(cls=SinkGroup)


@app.callback(invoke_without_command=True)
def sink(
    ctx: typer.Context,
    profile: Annotated[
        str | None, typer.Option(help="Gate to play: one of `gatepost sink profiles`, or a .toml file. [default: open]")
    ] = None,
    rules: Annotated[
        list[Path] | None,
        typer.Option(help="File with rules (.json or .toml), asked before the profile's; may be given several times."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of rules with odds.")] = 1,
    host: Annotated[str, typer.Option(help="Address to listen on; loopback unless you say otherwise.")] = "127.0.0.1",
    port: Annotated[int | None, typer.Option(help="Port; 0 lets the system pick one. [default: 2525]")] = None,
    unix: Annotated[
        str | None, typer.Option(help="Path of a Unix socket to listen on, instead of host and port.")
    ] = None,
    lmtp: Annotated[bool, typer.Option("--lmtp", help="Speak LMTP.")] = False,
    tls: Annotated[
        str | None, typer.Option(help="starttls (required), starttls_optional or implicit. See --cert and --ca.")
    ] = None,
    cert: Annotated[
        Path | None, typer.Option(help="File with the certificate chain (PEM); left out, one is made on the spot.")
    ] = None,
    key: Annotated[Path | None, typer.Option(help="File with the certificate's key (PEM).")] = None,
    ca: Annotated[
        Path | None,
        typer.Option(help="File to write what clients have to trust to (PEM); `gatepost send --ca` takes it."),
    ] = None,
    user: Annotated[
        str | None,
        typer.Option(
            help="Login that clients have to log in by. Its password comes from $GATEPOST_SINK_PASSWORD or a prompt."
        ),
    ] = None,
    allow: Annotated[
        list[str] | None, typer.Option(help="Network that may connect (10.0.0.0/8); may be given several times.")
    ] = None,
    lenient: Annotated[
        list[str] | None,
        typer.Option(
            help="Rule that clients may break (bare_newlines, bad_pipelining ...); may be given several times."
        ),
    ] = None,
    http: Annotated[
        str | None,
        typer.Option(
            metavar="[HOST:]PORT",
            help="Answer HTTP there: Mailpit's REST API and one of the sink's own. Loopback unless you say otherwise;"
            " elsewhere requests need the token of $GATEPOST_SINK_HTTP_TOKEN, or one that is made and shown.",
        ),
    ] = None,
    http_allow_host: Annotated[
        list[str] | None,
        typer.Option(help="Further host name by which HTTP requests may call it; may be given several times."),
    ] = None,
    save: Annotated[
        Path | None, typer.Option(help="Folder to write each letter to, as NUMBER.eml; letters that are there stay.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document per letter and line.")] = False,
    quiet: Annotated[bool, typer.Option(help="Show nothing but the address.")] = False,
    run: Annotated[
        bool,
        typer.Option(
            "--exec",
            help="Run the program behind -- beside the sink, with its address in $GATEPOST_SMTP_URL ($GATEPOST_HTTP_URL"
            " with --http), and end with its exit status. The port is picked by the system.",
        ),
    ] = False,
) -> None:
    """Run an SMTP sink until Ctrl-C: it keeps what it receives and delivers nothing.

    With --user, what it says of its address has no password; `gatepost send` takes it from $GATEPOST_PASSWORD.
    """
    if ctx.invoked_subcommand is not None:
        return
    with spoken_errors():
        program = program_of(ctx, run)
        folder = None if save is None else _Folder(save)
        users = None if user is None else {user: ask_password(user, "GATEPOST_SINK_PASSWORD")}
        with Sink(
            profile=profile,
            host=host,
            port=0 if program and port is None else _port(port, unix),
            unix_path=unix,
            lmtp=lmtp,
            tls=_tls(tls, cert, key),
            users=users,
            access=SinkAccess(allow=allow or ()),
            protocol=SinkProtocol(lenient=lenient or ()),
            http=_http(http, http_allow_host or []),
            rules=[rule for file in rules or [] for rule in rules_of(file)],
            seed=seed,
        ) as server:
            if ca is not None:
                ca.write_text(server.ca_pem)
            if program:
                status = run_beside(server, program)
                for letter in server.letters if as_json or folder else ():
                    _show(letter, folder, as_json, quiet=True)
                raise typer.Exit(status)
            url = _without_passwords(server.url, users or {})
            try:
                console.print(f"listening at {url}   Ctrl-C ends", soft_wrap=True)
                if server.http_url:
                    token = f"   token {server.http_token}" if server.http_token and not _given_token() else ""
                    console.print(f"HTTP at {server.http_url}{token}", soft_wrap=True)
                _follow(server, folder, as_json, quiet)
            except KeyboardInterrupt:
                console.print(f"{server.received} letters received")


@app.command()
def profiles(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, the rules of each included.")] = False,
) -> None:
    """List the gates that a sink can play: those of the package, and your own."""
    with spoken_errors():
        known = [profile_named(name) for name in profile_names()]
        if as_json:
            print_json([one.as_dict() for one in known])
            return
        for one in known:
            console.print(f"{one.name}\n  {shown(one.summary)}", highlight=False)
        console.print(f"Your own: {user_folder()}/NAME.toml", soft_wrap=True, highlight=False)


def _port(given: int | None, unix: str | None) -> int:
    if given is not None:
        return given
    return 2525 if unix is None else 0


def _given_token() -> str | None:
    return os.environ.get("GATEPOST_SINK_HTTP_TOKEN") or None


def _http(where: str | None, hosts: list[str]) -> SinkHttp | None:
    if where is None:
        if hosts:
            raise InputError("--http-allow-host goes with --http")
        return None
    host, _, port = where.rpartition(":")
    if not (port.isascii() and port.isdecimal()):
        raise InputError(f"--http takes [HOST:]PORT, such as 8025 or 0.0.0.0:8025, not {where!r}")
    return SinkHttp(host=host.strip("[]") or "127.0.0.1", port=int(port), token=_given_token(), allowed_hosts=hosts)


def _without_passwords(url: str, users: dict[str, str]) -> str:
    for login, password in users.items():
        url = url.replace(f"{quote(login, safe='')}:{quote(password, safe='')}@", f"{quote(login, safe='')}@")
    return url


def _tls(mode: str | None, cert: Path | None, key: Path | None) -> SinkTls | None:
    if (cert is None) != (key is None):
        raise InputError("--cert and --key go together")
    if mode is None:
        if cert is not None:
            raise InputError("--cert and --key go with --tls")
        return None
    return SinkTls(
        mode=mode, certificate=None if cert is None or key is None else (files.read_text(cert), files.read_text(key))
    )


def _follow(server: Sink, folder: _Folder | None, as_json: bool, quiet: bool) -> None:
    received = last = 0
    while True:
        if server.received != received:
            received = server.received
            for letter in server.select(after=last):
                last = letter.id
                _show(letter, folder, as_json, quiet)
        time.sleep(0.1)


class _Folder:
    """Where letters are saved, each as a file that was not there: what other sinks wrote is not touched."""

    def __init__(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._number = 1

    def save(self, letter: Letter) -> None:
        while True:
            try:
                with (self._path / f"{self._number}.eml").open("xb") as file:
                    file.write(letter.raw)
                return
            except FileExistsError:
                self._number += 1


def _show(letter: Letter, folder: _Folder | None, as_json: bool, quiet: bool) -> None:
    if folder is not None:
        folder.save(letter)
    if as_json:
        print_json(letter.to_dict(), indent=None)
    elif not quiet:
        envelope = letter.envelope
        console.print(f"{letter.id:>6}  {envelope.from_} -> {', '.join(envelope.to)}  {letter.subject}")
