"""The accounts of a campaign and the sender of each."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .. import _core
from ..arguments import refuse
from ..errors import InputError
from ..message import Address
from .run.render import Renderer
from .run.tickets import MAX_ACCOUNTS
from .spec import CampaignSpec
from .template.jinja import RowError

if TYPE_CHECKING:
    from ..accounts import Account

_VARIABLE = "GATEPOST_ACCOUNT"


def account_list(
    accounts: Sequence[Account | str] | Account | str | None, from_environment: bool = False
) -> list[Account]:
    """Accounts in order; a text is a URL, which keeps to a known provider's limits, or a name in the accounts file.
    None: those in GATEPOST_ACCOUNT, where that is allowed. InputError for two of one name."""
    from ..accounts import Account, account_of, keep_known_limits

    if accounts is None:
        accounts = os.environ.get(_VARIABLE, "").split() if from_environment else []
    elif isinstance(accounts, str) or not isinstance(accounts, Sequence):
        accounts = [accounts]
    for i, account in enumerate(accounts):
        if not isinstance(account, str | Account):
            raise refuse(f"accounts[{i}]", "an Account or its URL", account, secret=True)
    found = [account_of(account) for account in accounts]
    for given, account in zip(accounts, found, strict=True):
        if isinstance(given, str) and "://" in given:
            keep_known_limits(account)
    names = [account.name for account in found]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"accounts: two are named {name!r}; give them names: Account(url, name=...)")
    if len(found) > MAX_ACCOUNTS:
        raise InputError(f"accounts: {len(found)} are too many for one campaign; at most {MAX_ACCOUNTS}")
    return found


def senders_of(spec: CampaignSpec, accounts: Sequence[Account]) -> list[str]:
    """What From shows through each account. InputError where an account has no sender, or may not use this one."""
    senders = []
    for account in accounts:
        own = account.sender
        if spec.from_ is not None:
            try:
                name, address = _core.parse_mailbox(spec.from_)
            except ValueError as error:
                raise InputError(f"from_ {spec.from_!r}: {error}") from None
            if account.only_sender and address != own:
                raise InputError(f"account {account.name} sends from {own} only, the campaign is from {address}")
            if account.replace_sender and own is not None and address.casefold() != own.casefold():
                senders.append(str(Address(name or account.sender_name, own)))
            else:
                senders.append(spec.from_)
        elif own:
            senders.append(f"{account.sender_name} <{own}>" if account.sender_name else own)
        else:
            raise InputError(f"account {account.name} has no sender address; pass from_= to the campaign")
    return senders


def check_letter(spec: CampaignSpec, sender: str) -> None:
    """Makes what all letters share, so that a bad header or address is found at once: InputError."""
    try:
        renderer = Renderer(spec)
        renderer.program(sender)
        renderer.check_unsubscribe(sender)
    except (ValueError, RowError) as error:
        raise InputError(f"campaign: {error}") from None
