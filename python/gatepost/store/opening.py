"""Which database stands behind a store's name."""

from __future__ import annotations

from os import PathLike

from ..arguments import path, refuse
from .errors import StoreError
from .postgresql.url import SCHEMES
from .protocol import Durability, Store


def open_store(store: str | PathLike[str] | Store, durability: Durability = "machine") -> Store:
    """A path (SQLite, made where absent) or a Store that is open already. StoreError for an unknown scheme."""
    if not isinstance(store, str | PathLike):
        if not all(hasattr(store, name) for name in ("campaign", "attempts", "close")):
            raise refuse("store", "a path or an open store", store, secret=True)
        return store
    file = str(path("store", store))
    if isinstance(store, str) and "://" in store:
        scheme = store.split("://")[0]
        if scheme in SCHEMES:
            return _postgresql(store)
        what = f"{scheme}:// stores" if scheme.isidentifier() else "stores behind a URL"  # else it may be a password
        raise StoreError(f"{what} are not known; give a file path (SQLite) or postgresql://...")
    from .sqlite import SqliteStore  # brings Polars, which most who send do without

    return SqliteStore(store if isinstance(store, str) else file, durability=durability)


def _postgresql(url: str) -> Store:
    try:
        from .postgresql.store import PostgresqlStore
    except ImportError:
        raise StoreError("postgresql:// stores need psycopg: python -m pip install 'gatepost[postgres]'") from None
    return PostgresqlStore(url)
