"""gatepost explain: a server's reply in words."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from ..codes import explain as explain_reply
from .output import Json, console, print_json, spoken_errors


def explain(
    reply: Annotated[str, typer.Argument(help='The reply as the server gave it: "550 5.7.1 No such user!"')],
    phase: Annotated[
        str | None, typer.Option(help="Where it was given: connect, auth, mail, rcpt, data, final ...")
    ] = None,
    provider: Annotated[str | None, typer.Option(help="Whose server: gmail, yandex, mail.ru ...")] = None,
    as_json: Json = False,
) -> None:
    """Say what a server's reply means and what to do about it."""
    with spoken_errors():
        failure = explain_reply(reply, phase=phase, provider=provider)
        if as_json:
            print_json(failure.to_dict())
            return
        permanence = "permanent" if failure.permanent else "temporary"
        console.print(Text.assemble((failure.category.value, "bold"), f" ({permanence})"))
        rows = [
            ("means", failure.cause),
            ("who acts", failure.actor),
            ("what to do", failure.hint),
            ("retry", failure.retry + (f", after {failure.retry_after} s" if failure.retry_after else "")),
            ("suppress", failure.suppress),
            ("pause", failure.pause),
            ("known by", failure.rule_id),
        ]
        for name, value in rows:
            console.print(Text.assemble((f"  {name:<11}", "dim"), value), soft_wrap=True)
