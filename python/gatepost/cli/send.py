"""gatepost send: one letter."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from ..accounts import send as send_letter
from ..errors import InputError
from .options import Accounts, open_accounts
from .output import REFUSED, Json, console, print_json, spoken_errors


def _body(text: str | None, html: Path | None) -> tuple[str | None, str | None]:
    """The bodies; "-" reads the text from standard input, and so does giving none where something is piped in."""
    if text == "-" or (text is None and html is None and not sys.stdin.isatty()):
        text = sys.stdin.read()
    if text is None and html is None:
        raise InputError("no body: pass --text, --html FILE, or pipe the text in")
    return text, html.read_text(encoding="utf-8") if html else None


def send(
    to: Annotated[list[str], typer.Option("--to", "-t", help="Recipient; may be given several times.")],
    subject: Annotated[str, typer.Option(help="Subject.")],
    from_: Annotated[str | None, typer.Option("--from", "-f", help="Sender; default: the account's own.")] = None,
    text: Annotated[str | None, typer.Option(help='The text; "-" reads standard input.')] = None,
    html: Annotated[Path | None, typer.Option(help="File with the html body (UTF-8).")] = None,
    attach: Annotated[
        list[Path] | None, typer.Option("--attach", help="File to attach; may be given several times.")
    ] = None,
    account: Accounts = None,
    timeout: Annotated[float | None, typer.Option(help="Seconds to wait for the verdict.")] = None,
    transcript: Annotated[bool, typer.Option(help="Show what was said, secrets masked.")] = False,
    as_json: Json = False,
) -> None:
    """Send one letter and say what the server answered."""
    with spoken_errors():
        chosen = open_accounts(account)[0]
        text, html_body = _body(text, html)
        letter: dict[str, Any] = {"to": to, "subject": subject, "text": text, "html": html_body}
        if from_ is not None:
            letter["from_"] = from_
        elif chosen.sender is None:
            raise InputError("no sender: pass --from, the account's login is no address")
        result = send_letter(chosen, timeout=timeout, attachments=[str(path) for path in attach or []], **letter)
        if as_json:
            print_json(
                {
                    "ok": result.ok,
                    "message_id": result.message_id,
                    "seconds": result.seconds,
                    "accepted": [
                        {"address": a.address, "reply": a.reply, "queue_id": a.queue_id} for a in result.accepted
                    ],
                    "refused": [failure.to_dict() for failure in result.refused],
                }
            )
        else:
            for accepted in result.accepted:
                console.print(f"[green]accepted[/green]  {accepted.address}  {accepted.code} {accepted.reply}")
            for failure in result.refused:
                console.print(f"[red]refused[/red]   {failure.recipient}  {failure}")
            if transcript:
                console.print(result.transcript, markup=False, highlight=False)
        if not result.ok:
            raise typer.Exit(REFUSED)
