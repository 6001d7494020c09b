"""What is remembered, behind one door: campaigns with their ledgers, attempts, late events, suppressions."""

from __future__ import annotations

from .errors import StaleRun, StoreError, StoreUnreachable
from .history_rows import AcceptedBatch, Attempt, Event, EventKind, SentTo
from .opening import open_store
from .postgresql.url import without_secrets
from .protocol import Store
from .rows import (
    REMOVED,
    CampaignRecord,
    LeasedRecipient,
    NewRecipient,
    Place,
    Rows,
    Settled,
    Status,
    Waiting,
    Worker,
    WorkerRecord,
)
from .tokens import TokenGrant, TokenRequest

__all__ = [
    "REMOVED",
    "AcceptedBatch",
    "Attempt",
    "CampaignRecord",
    "Event",
    "EventKind",
    "LeasedRecipient",
    "NewRecipient",
    "Place",
    "Rows",
    "SentTo",
    "Settled",
    "StaleRun",
    "Status",
    "Store",
    "StoreError",
    "StoreUnreachable",
    "TokenGrant",
    "TokenRequest",
    "Waiting",
    "Worker",
    "WorkerRecord",
    "open_store",
    "without_secrets",
]
