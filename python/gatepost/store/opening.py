"""Which database stands behind a store's name."""

from __future__ import annotations

from os import PathLike, fspath

from .errors import StoreError
from .protocol import Store
from .sqlite import SqliteStore


def open_store(store: str | PathLike[str] | Store) -> Store:
    """A path (SQLite, made where absent) or a Store that is open already. StoreError for an unknown scheme."""
    if isinstance(store, PathLike):
        store = fspath(store)
    if not isinstance(store, str):
        return store
    if "://" in store:
        scheme = store.split("://")[0]
        raise StoreError(f"{scheme}:// stores are not supported by this version; give a file path (SQLite)")
    return SqliteStore(store)
