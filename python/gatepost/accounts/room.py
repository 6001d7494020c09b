"""`gatepost.accounts` is a room, and the accounts file of the moment: `gatepost.accounts["news"]`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any, cast

from .account import Account
from .accounts_file import AccountsFile


class _Room(ModuleType):
    """This room, which is also the accounts file of the moment: `accounts["news"]`, `accounts.for_sender(...)`."""

    def __getitem__(self, name: str) -> Account:
        return AccountsFile()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(AccountsFile())

    def __len__(self) -> int:
        return len(AccountsFile())

    def __contains__(self, name: object) -> bool:
        return name in AccountsFile()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return getattr(AccountsFile(), name)


_room = sys.modules[__package__ or ""]
_room.__class__ = _Room
accounts = cast(AccountsFile, _room)
