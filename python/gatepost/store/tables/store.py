"""All tables as one `Store`."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Self

from .attempts import AttemptTable
from .campaigns import CampaignTable
from .events import EventTable
from .ledger import LedgerTable
from .lists import ListTable
from .suppressions import SuppressionTable
from .tokens import TokenTable
from .upkeep import UpkeepTable
from .workers import WorkerTable


class TableStore(
    CampaignTable,
    WorkerTable,
    LedgerTable,
    ListTable,
    AttemptTable,
    EventTable,
    TokenTable,
    SuppressionTable,
    UpkeepTable,
):
    """`Store` over a database; what it needs of it stands in `database`."""

    _closed = False

    @property
    def identity(self) -> str:
        """By what files on this machine are named; see `Store`."""
        return self.url

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    def patience(self, seconds: float) -> AbstractContextManager[None]:
        """What is written inside waits so long at most; see `Store`."""
        return self._db.patience(seconds)

    def close(self) -> None:
        """Closes the database; twice does no harm."""
        self._closed = True
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r})"
