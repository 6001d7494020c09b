"""An account by what a caller calls it."""

from __future__ import annotations

from .account import Account
from .accounts_file import AccountsFile


def account_of(account: str | Account) -> Account:
    """An Account as it is, or the one of a URL, or the one of this name in the accounts file. InputError for others."""
    if not isinstance(account, str):
        return account
    if "://" not in account:
        accounts = AccountsFile()
        if account in accounts:
            return accounts[account]
    return Account(account)
