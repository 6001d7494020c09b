"""How far the warm-up of a campaign's account is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..sending.warm_up import WarmUp
from ..store import Store

if TYPE_CHECKING:
    from ..accounts import Account


def warm_up_of(account: Account, store: Store) -> WarmUp:
    """Counted in the campaign's store, or in their own for accounts of the accounts file."""
    return WarmUp(account.name, account.limits, store if account._watch is None else account._watch.store)
