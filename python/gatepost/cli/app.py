"""The Typer application: every command group is a module of its own."""

from __future__ import annotations

from typing import Annotated

import typer

from .. import _core
from ..language import follow_locale
from . import account, campaign, demo, dkim, domain, explain, history, send, sink, store, suppress, worker
from .commands import forget
from .core_dumps import forbid_core_dumps
from .groups import grouped
from .help import translate

app = typer.Typer(
    name="gatepost",
    help="Send mail, know what became of each letter, and test against a sink that behaves like a real gate.\n\n"
    "Exit codes: 0 done; 1 something was refused or is unfinished; 2 bad input; 3 no connection or login, or a paused"
    " account; 130 Ctrl-C, 143 SIGTERM, 129 SIGHUP. Each command's own stand in its --help.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command(name="demo")(demo.demo)
app.command(name="send")(grouped(send.send))
app.add_typer(sink.app, name="sink")
app.command(name="worker")(grouped(worker.worker))
app.command(name="explain")(explain.explain)
app.add_typer(account.app, name="account")
app.add_typer(campaign.app, name="campaign")
app.add_typer(suppress.app, name="suppress")
app.add_typer(store.app, name="store")
app.add_typer(history.app, name="history")
app.add_typer(dkim.app, name="dkim")
app.add_typer(domain.app, name="domain")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"gatepost {_core.version}")
        raise typer.Exit


@app.callback()
def _root(
    ctx: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    ctx.call_on_close(forget)


def main() -> None:
    """Entry point of the `gatepost` command."""
    forbid_core_dumps()
    follow_locale()
    command = typer.main.get_command(app)
    translate(command)
    command()
