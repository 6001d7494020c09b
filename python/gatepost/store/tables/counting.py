"""How many recipients of a campaign have each state: kept in the transactions that change states, so that nobody has to
look through the list to know.

Workers that write at the same time count in rows of their own, or each would wait until the one before has committed;
the sum over them is the number. A row may stand below zero: who settles need not be who leased.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from .. import statements as sql
from ..database import Transaction
from ..rows import Worker

_SLOTS = 64  # at most, for each campaign and state


def count(connection: Transaction, campaign_id: int, changes: Mapping[str, int], by: Worker | None = None) -> None:
    """So many more, or fewer, recipients have each state. To be the last in a transaction: others may wait for it."""
    slot = 0 if by is None else by.id % _SLOTS
    # In one order, or two in the same slot might wait for each other.
    rows = [(campaign_id, slot, status, number) for status, number in sorted(changes.items()) if number]
    if rows:
        connection.executemany(sql.COUNT, rows)


def into(status: str, moved: Mapping[str, int]) -> Counter[str]:
    """The changes where recipients of several states came into one."""
    changes = Counter({status: sum(moved.values())})
    changes.subtract(moved)
    return changes
