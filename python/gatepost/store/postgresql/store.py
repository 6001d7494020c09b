"""The store in PostgreSQL, 15 or newer."""

from __future__ import annotations

from ..tables.concurrent import ConcurrentLedger
from ..tables.store import TableStore
from .database import PostgresqlDatabase


class PostgresqlStore(ConcurrentLedger, TableStore):
    """`Store` in a schema of a PostgreSQL database; any number of threads, processes and machines may use it."""

    def __init__(self, url: str, *, patience: float = 120.0) -> None:
        """Connects, and makes the tables where there are none. `patience`: seconds to wait for a server that was
        there and is away (restarted, network cut).

        StoreError: no connection, no right, not a store, a store of a newer version, a server before 15.
        """
        super().__init__(PostgresqlDatabase(url, patience))
        self._identity = f"postgresql://{self.fact('uid')}"

    @property
    def identity(self) -> str:
        """The same whatever the URL by which it was opened."""
        return self._identity
