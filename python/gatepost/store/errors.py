"""What a store cannot do."""

from __future__ import annotations

from ..errors import GatepostError


class StoreError(GatepostError):
    """The store cannot do what was asked; the message says what to do."""


class StaleRun(StoreError):
    """Another run took over what this one was sending: nothing of this write was kept."""


class StoreUnreachable(StoreError):
    """The database is away, or others were in the way: the same may succeed later. Nothing of a write was kept."""
