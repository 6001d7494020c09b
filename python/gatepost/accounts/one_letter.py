"""One letter in one call."""

from __future__ import annotations

from typing import Any

from ..errors import InputError
from ..message import BaseMessage, Message
from ..sending.mailer import Mailer
from ..sending.requests import SendRequests
from ..sending.results import SendResult
from .account import Account


def send(
    account: str | Account,
    message: BaseMessage | None = None,
    *,
    requests: SendRequests | None = None,
    timeout: float | None = None,
    **letter: Any,
) -> SendResult:
    """Sends one letter and waits for the server's verdict.

    `account` is an `Account` or its URL. The letter is a `Message`, or the keyword arguments of one: `from_` (default:
    the account's own sender), `to`, `subject`, `text`, `html`, `attachments` ... `requests` is what it asks of the
    server besides. `timeout` is in seconds; TimeoutError where it is over. Raises the SendError of what went wrong
    where no recipient was accepted; otherwise the refused ones are in `result.refused`.
    """
    chosen = Account(account) if isinstance(account, str) else account
    if message is None:
        if "from_" not in letter and chosen.sender is not None:
            letter["from_"] = f"{chosen.sender_name} <{chosen.sender}>" if chosen.sender_name else chosen.sender
        if "from_" not in letter:
            raise InputError("send: no sender; pass from_=... (the account's login is no address)")
        message = Message(**letter)
    elif letter:
        raise TypeError(f"give a Message or its fields, not both (also got {', '.join(sorted(letter))})")
    with Mailer(chosen) as mailer:
        return mailer.send(message, requests=requests, timeout=timeout)
