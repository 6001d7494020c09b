"""Trying an account before anything depends on it."""

from __future__ import annotations

from typing import Protocol

from ..language import gettext as _
from ..message import Message
from ..message.addresses import read_one
from ..sending.lane import SendingAccount
from ..sending.mailer import Mailer
from ..sending.results import Reply


class CheckedAccount(SendingAccount, Protocol):
    """What a check needs of an account beside what a mailer needs; `gatepost.Account` is one."""

    sender: str | None
    sender_name: str


def check_account(account: CheckedAccount, send_to: str | None) -> list[str]:
    """See `Account.check`."""
    to = None if send_to is None else read_one("send_to", send_to)
    with Mailer(account) as mailer:
        findings = mailer.check()
        if to is not None:
            sender = account.sender or to
            letter = Message(
                from_=f"{account.sender_name} <{sender}>" if account.sender_name else sender,
                to=to,
                subject=f"gatepost: проверка аккаунта {account.name} / account check",
                text="Это письмо отправлено проверкой аккаунта.\nThis letter was sent by an account check.\n",
            )
            accepted = mailer.send(letter).accepted[0]
            queued = " " + _("(queue id {id})").format(id=accepted.queue_id) if accepted.queue_id else ""
            findings.append(_("a test letter to {address} was accepted").format(address=to) + queued)
    return findings


def ask(account: SendingAccount, command: str, argument: str) -> Reply:
    """See `Account.noop` and its like."""
    with Mailer(account) as mailer:
        return mailer.ask(command, argument)
