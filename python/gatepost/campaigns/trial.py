"""Letters of a campaign outside its ledger: one to oneself with a row of the list, and previews as a page."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from .. import _core
from ..addresses import domain_of
from ..arguments import named
from ..errors import InputError
from ..history import History
from ..message import Message
from ..sending.mailer import Mailer
from ..sending.results import SendResult
from ..store import LeasedRecipient, Status, Store
from .lists.addresses import wire_address
from .run.render import Letters, Renderer
from .spec import CampaignSpec

if TYPE_CHECKING:
    from ..accounts import Account

_BEST = (Status.QUEUED, Status.RETRYING)
_PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>{title}</title>
<style>body{{font-family:sans-serif;max-width:60em;margin:2em auto}}</style></head>
<body><h1>{title}</h1>{letters}</body></html>
"""


def send_trial(
    store: Store, campaign_id: int, spec: CampaignSpec, account: Account, sender: str, to: str, row: int | None
) -> SendResult:
    """Sends the letter of a row to somebody else; the ledger does not change. InputError for an unknown row."""
    with named("to"):
        address = wire_address(to)[0]
    [(_, recipient)] = _rows(store, campaign_id, [row])
    renderer = Renderer(spec)
    letters = _made(renderer, [recipient._replace(address=address)])
    mail_from = _core.parse_mailbox(sender)[1]
    message_id = f"{secrets.token_hex(12)}@{domain_of(mail_from)}"
    raw = letters.render(renderer.program(sender), 0, message_id)
    with Mailer(account, history=History(store)) as mailer:
        return mailer.send(raw, from_=mail_from, to=address)


def write_preview(
    store: Store, campaign_id: int, name: str, spec: CampaignSpec, sender: str, path: Path, rows: Sequence[int]
) -> Path:
    """One HTML page with the letters of these rows, or of the first few; html stands in frames without scripts."""
    chosen = _rows(store, campaign_id, rows or [None, None, None])
    renderer = Renderer(spec)
    letters = _made(renderer, [one for _, one in chosen])
    program = renderer.program(sender)
    pages = [_page(row, letters.render(program, index)) for index, (row, _) in enumerate(chosen)]
    path.write_text(_PAGE.format(title=escape(f"Campaign {name}"), letters="".join(pages)), encoding="utf-8")
    return path.resolve()


def _rows(store: Store, campaign_id: int, rows: Sequence[int | None]) -> list[tuple[int, LeasedRecipient]]:
    """These rows of the list as it was given last; a None is the next one that is to be sent, or else that can be."""
    frame = store.results(campaign_id, ["line", "row", "email", "address", "fields", "status"])
    able: dict[int, LeasedRecipient] = {}
    waiting = []
    for line, row, email, address, fields, status in frame.drop_nulls("line").sort("line", "row").iter_rows():
        if address and line not in able:
            able[line] = LeasedRecipient(row, email, address, fields, 0, "")
            waiting += [line] if status in _BEST else []
    free = iter(waiting or able)
    found = []
    for row in rows:
        if row is None:
            found += [(line, able[line]) for line in [next(free, None)] if line is not None]
        elif row in able:
            found.append((row, able[row]))
        else:
            raise InputError(f"row {row} is not in the list, or its address is bad; its rows are {_some(list(able))}")
    if not found:
        raise InputError("no row of the list has a good address")
    return found


def _some(rows: Sequence[int]) -> str:
    return f"{min(rows)} to {max(rows)}" if len(rows) else "none"


def _made(renderer: Renderer, recipients: Sequence[LeasedRecipient]) -> Letters:
    letters = renderer.letters(recipients)
    if letters.failed:
        one, error = letters.failed[0]
        raise InputError(f"row {one.row}: {error}")
    return letters


def _page(row: int, raw: bytes) -> str:
    return f"<h2>Row {row}</h2>{Message.parse(raw)._repr_html_()}"
