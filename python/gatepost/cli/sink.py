"""gatepost sink: an SMTP server for tests, in the foreground."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from ..sinks import Letter, Sink
from .output import console, print_json, spoken_errors


def sink(
    profile: Annotated[str | None, typer.Option(help="open or demo_gate.")] = None,
    host: Annotated[str, typer.Option(help="Address to listen on; loopback unless you say otherwise.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; 0 lets the system pick one.")] = 2525,
    tls: Annotated[str | None, typer.Option(help="starttls or implicit, with a certificate made on the spot.")] = None,
    save: Annotated[Path | None, typer.Option(help="Folder to write each letter to, as ID.eml.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document per letter and line.")] = False,
    quiet: Annotated[bool, typer.Option(help="Show nothing but the address.")] = False,
) -> None:
    """Run an SMTP sink until Ctrl-C: it keeps what it receives and delivers nothing."""
    with spoken_errors():
        if save is not None:
            save.mkdir(parents=True, exist_ok=True)
        with Sink(profile=profile, host=host, port=port, tls=tls) as server:
            console.print(f"listening at {server.url}   Ctrl-C ends", markup=False, highlight=False)
            try:
                _follow(server, save, as_json, quiet)
            except KeyboardInterrupt:
                console.print(f"{server.received} letters received")


def _follow(server: Sink, save: Path | None, as_json: bool, quiet: bool) -> None:
    received = last = 0
    while True:
        if server.received != received:
            received = server.received
            for letter in server.letters:
                if letter.id > last:
                    last = letter.id
                    _show(letter, save, as_json, quiet)
        time.sleep(0.1)


def _show(letter: Letter, save: Path | None, as_json: bool, quiet: bool) -> None:
    if save is not None:
        (save / f"{letter.id}.eml").write_bytes(letter.raw)
    sender, recipients = letter.envelope.from_, letter.envelope.to
    if as_json:
        print_json({"id": letter.id, "from": sender, "to": recipients, "subject": letter.subject}, indent=None)
    elif not quiet:
        console.print(f"{letter.id:>6}  {sender} -> {', '.join(recipients)}  {letter.subject}", markup=False)
