"""All of a store into another, whatever databases they stand in: to move it, or to have a copy."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import chain
from typing import Any

from .database import Reader
from .errors import StoreError
from .statements import Insert
from .tables.store import TableStore

# In the order in which they refer to each other. The clocks and holders of limits are of the processes that send now.
_TABLES = (
    "campaigns", "blobs", "campaign_blobs", "workers", "recipients", "counts", "attempts", "events", "token_letters",
    "suppressions",
)  # fmt: skip
_COUNTED = ("campaigns", "workers", "attempts", "events")  # with a key that the database counts up


def back_up(source: TableStore, target: TableStore) -> dict[str, int]:
    """A copy as of one moment, while others write. It knows that it is one, and nothing is sent from it. Returns how
    many rows each table has. StoreError where the target is not new."""
    copied = _copy(source, target)
    target.set_fact("copy_of", source.fact("uid"))
    target.set_fact("copied_at", repr(time.time()))
    return copied


def move(source: TableStore, target: TableStore) -> dict[str, int]:
    """All of it; from now on letters are sent from the target alone. Returns how many rows each table has.

    StoreError where the target is not new, the source is a copy, or letters of it are under way.
    """
    if why := source.why_silent():
        raise StoreError(why)
    source.set_fact("moved_to", target.url)
    try:
        for record in source.campaigns():  # nobody joins any more
            if any(not worker.lost for worker in source.workers(record.id)):
                raise StoreError(
                    f"campaign {record.name!r} is being sent, or was when a run broke off; pause it, or run it again,"
                    " which settles what it left under way"
                )
        copied = _copy(source, target)
    except BaseException:
        source.set_fact("moved_to", "")
        raise
    target.set_fact("uid", source.fact("uid"))
    return copied


def _copy(source: TableStore, target: TableStore) -> dict[str, int]:
    if target.campaigns() or target.attempts(last=1).height or target.suppressions().height:
        raise StoreError(f"store {target.url} is not empty; give one that is new")
    copied = {}
    with source._db.snapshot() as reader, target._db.transaction() as writer:
        for table in _TABLES:
            columns = reader.columns(table)
            rows = chain.from_iterable(_rows(reader, table, columns))
            copied[table] = target._db.insert(writer, Insert(table, columns), rows).added
        target._db.count_on(writer, _COUNTED)
    return copied


def _rows(reader: Reader, table: str, columns: tuple[str, ...]) -> Iterator[list[tuple[Any, ...]]]:
    return reader.chunks(f"SELECT {', '.join(columns)} FROM {table}")
