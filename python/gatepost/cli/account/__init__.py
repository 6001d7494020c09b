"""gatepost account: the accounts of the accounts file."""

from __future__ import annotations

import typer

from . import adding, changing, log, looking, pausing, presets, signing_in

app = typer.Typer(
    help="The accounts of the accounts file: $GATEPOST_ACCOUNTS, or accounts.toml in the config folder.",
    no_args_is_help=True,
)
app.command(name="add")(adding.add)
app.command(name="sign-in")(signing_in.sign_in_)
app.command(name="check")(looking.check)
app.command(name="list")(looking.list_)
app.command(name="show")(looking.show)
app.command(name="choose")(looking.choose)
app.command(name="edit")(changing.edit)
app.command(name="remove")(changing.remove)
app.command(name="import")(changing.import_)
app.command(name="pause")(pausing.pause)
app.command(name="resume")(pausing.resume)
app.command(name="log")(log.log)
app.command(name="presets")(presets.presets)
