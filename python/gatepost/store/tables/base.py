"""What every part of a store stands on."""

from __future__ import annotations

from ..database import Database
from ..errors import StoreError


class Tables:
    """Some tables of an open database."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self.url = database.url

    def _no_campaign(self, campaign_id: int) -> StoreError:
        return StoreError(f"store {self.url} has no campaign with id {campaign_id}")
