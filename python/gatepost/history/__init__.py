"""What was sent and what became of it: the store, and `History`, which reads it."""

from .history import History
from .store import (
    Accepted,
    Attempt,
    CampaignRecord,
    LeasedRecipient,
    NewRecipient,
    Settled,
    StaleRun,
    Status,
    Store,
    StoreError,
    open_store,
)
from .table import Table

__all__ = [
    "Accepted",
    "Attempt",
    "CampaignRecord",
    "History",
    "LeasedRecipient",
    "NewRecipient",
    "Settled",
    "StaleRun",
    "Status",
    "Store",
    "StoreError",
    "Table",
    "open_store",
]
