"""One letter in one call."""

from __future__ import annotations

import inspect
from typing import Unpack

from ..arguments import refuse
from ..errors import InputError
from ..message import BaseMessage, Message, MessageFields
from ..sending.lane import Recorder
from ..sending.mailer import Mailer
from ..sending.requests import SendRequests
from ..sending.results import SendResult
from .account import Account
from .opening import account_of


def send(
    account: str | Account,
    message: BaseMessage | None = None,
    *,
    requests: SendRequests | None = None,
    timeout: float | None = None,
    history: Recorder | None = None,
    **letter: Unpack[MessageFields],
) -> SendResult:
    """Sends one letter and waits for the server's verdict.

    `account` is an `Account`, its URL, or its name in the accounts file.
    The letter is a `Message`, or the keyword arguments of one: `from_` (default:
    the account's own sender), `to`, `subject`, `text`, `html`, `attachments` ... `requests` is what it asks of the
    server besides. `timeout` is in seconds; TimeoutError where it is over (`LimitReached` where a limit of the account
    lets the letter go only later, see `Mailer.send`). `history` (a `History`) records the attempt and counts the
    account's limits together with all processes that share its store. Raises the SendError of what went wrong
    where no recipient was accepted; otherwise the refused ones are in `result.refused`. TypeError for a field that no
    Message has, and for a Message together with fields of one.
    """
    for name in letter:
        if name not in MessageFields.__annotations__:
            raise TypeError(f"send() got an unexpected keyword argument {name!r}")
    if not isinstance(account, str | Account):
        raise refuse("account", "an Account or its URL", account, secret=True)
    chosen = account_of(account)
    if message is None:
        if letter.get("from_") is None:
            letter["from_"] = _sender_of(chosen)
        message = Message(**letter)
    elif letter:
        raise TypeError(f"give a Message or its fields, not both (also got {', '.join(sorted(letter))})")
    with Mailer(chosen, history=history) as mailer:
        return mailer.send(message, requests=requests, timeout=timeout)


def _sender_of(account: Account) -> str:
    if account.sender is None:
        raise InputError("send: no sender; pass from_=..., as the account's login is not an address")
    return f"{account.sender_name} <{account.sender}>" if account.sender_name else account.sender


def _with_every_field(signature: inspect.Signature) -> inspect.Signature:
    """What help() and notebooks show and complete: the fields by their names, in place of `**letter`."""
    *own, _ = signature.parameters.values()
    fields = [one for one in inspect.signature(Message).parameters.values() if one.name != "from_"]
    sender = inspect.Parameter("from_", inspect.Parameter.KEYWORD_ONLY, default=None, annotation="AddressSource | None")
    return signature.replace(parameters=[*own, sender, *fields])


send.__signature__ = _with_every_field(inspect.signature(send))  # type: ignore[attr-defined]
