"""gatepost send: one letter."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from .. import files
from ..accounts import send as send_letter
from ..errors import InputError, SendError
from ..language import gettext as _
from ..sending.results import SendResult
from .options import Through, open_accounts, read_headers
from .output import REFUSED, Json, console, errors, print_json, spoken_errors


def _body(text: str | None, html: Path | None) -> tuple[str | None, str | None]:
    """The bodies; "-" reads the text from standard input, and so does giving none where something is piped in."""
    if text == "-" or (text is None and html is None and not sys.stdin.isatty()):
        text = _utf8(sys.stdin.buffer.read(), _("standard input"))
    if text is None and html is None:
        raise InputError(_("no body: pass --text, --html FILE, or pipe the text in"))
    return text, _utf8(files.read_bytes(html), str(html)) if html else None


def _utf8(data: bytes, where: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        words = _("{where}, byte {position}: not UTF-8 text; save it as UTF-8")
        raise InputError(words.format(where=where, position=error.start)) from None


def _as_dict(result: SendResult) -> dict[str, Any]:
    return {
        "ok": result.ok,
        "message_id": result.message_id,
        "seconds": result.seconds,
        "replaced_sender": result.replaced_sender,
        "accepted": [{"address": a.address, "reply": a.reply, "queue_id": a.queue_id} for a in result.accepted],
        "refused": [failure.to_dict() for failure in result.refused],
    }


def send(
    to: Annotated[list[str], typer.Option("--to", "-t", help="Recipient; may be given several times.")],
    subject: Annotated[str, typer.Option(help="Subject.")],
    through: Through,
    from_: Annotated[str | None, typer.Option("--from", "-f", help="Sender; default: the account's own.")] = None,
    text: Annotated[str | None, typer.Option(help='The text; "-" reads standard input.')] = None,
    html: Annotated[Path | None, typer.Option(help="File with the html body (UTF-8).")] = None,
    attach: Annotated[
        list[Path] | None, typer.Option("--attach", help="File to attach; may be given several times.")
    ] = None,
    cc: Annotated[list[str] | None, typer.Option(help="Gets a copy, all see it; may be given several times.")] = None,
    bcc: Annotated[list[str] | None, typer.Option(help="Gets a copy that nobody sees; likewise.")] = None,
    reply_to: Annotated[list[str] | None, typer.Option(help="Where answers go.")] = None,
    header: Annotated[list[str] | None, typer.Option(help="Further header, 'X-Tag: autumn'; likewise.")] = None,
    list_unsubscribe: Annotated[str | None, typer.Option(help="URL to unsubscribe at.")] = None,
    timeout: Annotated[float | None, typer.Option(help="Seconds to wait for the verdict.")] = None,
    transcript: Annotated[bool, typer.Option(help="Show what was said, secrets masked.")] = False,
    as_json: Json = False,
) -> None:
    """Send one letter and say what the server answered."""
    with spoken_errors():
        chosen = open_accounts(through, from_)[0]
        text, html_body = _body(text, html)
        letter: dict[str, Any] = {"to": to, "subject": subject, "text": text, "html": html_body}
        letter |= {"cc": cc or [], "bcc": bcc or [], "reply_to": reply_to or [], "list_unsubscribe": list_unsubscribe}
        if header:
            letter["headers"] = read_headers(header)
        if from_ is not None:
            letter["from_"] = from_
        elif chosen.sender is None:
            raise InputError(_("no sender: pass --from, as the account's login is not an address"))
        try:
            result = send_letter(chosen, timeout=timeout, attachments=[str(path) for path in attach or []], **letter)
        except SendError as error:
            if as_json:  # a refusal is an answer too
                print_json(_as_dict(SendResult([], list(error.refused) or [error.failure])))
            if transcript:
                errors.print(error.transcript)
            raise
        if as_json:
            print_json(_as_dict(result))
        else:
            for accepted in result.accepted:
                words = f"  {accepted.address}  {accepted.code} {accepted.reply}"
                console.print(Text.assemble((_("accepted"), "green"), words))
            for failure in result.refused:
                console.print(Text.assemble((_("refused"), "red"), f"  {failure.recipient}  {failure}"))
            if result.replaced_sender:
                words = _("From shows {sender}, the account's own; answers go to {address}")
                console.print(words.format(sender=chosen.sender, address=result.replaced_sender))
            if transcript:
                console.print(result.transcript)
        if not result.ok:
            raise typer.Exit(REFUSED)
