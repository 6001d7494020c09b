"""What is remembered, behind one door: campaigns with their ledgers, attempts, suppressions."""

from __future__ import annotations

from .errors import StaleRun, StoreError
from .opening import open_store
from .protocol import Store
from .rows import Accepted, Attempt, CampaignRecord, LeasedRecipient, NewRecipient, Settled, Status

__all__ = [
    "Accepted",
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
