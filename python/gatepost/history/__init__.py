"""What was sent and what became of it: the store, and `History`, which reads it."""

from .store import (
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

__all__ = [
    "Attempt",
    "CampaignRecord",
    "LeasedRecipient",
    "NewRecipient",
    "Settled",
    "StaleRun",
    "Status",
    "Store",
    "StoreError",
    "open_store",
]
