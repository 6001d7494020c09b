"""gatepost campaign: from a list to a report, and all that comes between."""

from __future__ import annotations

import typer

from ..groups import grouped
from . import changing, looking, sending

app = typer.Typer(help="Send to a list, and know what became of each recipient.", no_args_is_help=True)
app.command(name="check")(grouped(sending.check))
app.command(name="test")(grouped(sending.test))
app.command(name="preview")(sending.preview)
app.command(name="run")(grouped(sending.run))
app.command(name="status")(looking.status)
app.command(name="pause")(sending.pause)
app.command(name="resume")(grouped(sending.resume))
app.command(name="cancel")(sending.cancel)
app.command(name="results")(looking.results)
app.command(name="resend")(changing.resend)
app.command(name="list")(looking.list_)
app.command(name="show")(looking.show)
app.command(name="rename")(changing.rename)
app.command(name="export")(changing.export)
app.command(name="delete")(changing.delete)
