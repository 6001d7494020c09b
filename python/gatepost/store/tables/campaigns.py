"""Campaigns and the parts that their letters share."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any, cast

from .. import statements as sql
from ..errors import StoreError
from ..rows import CampaignRecord
from .base import Tables, persistent


class CampaignTable(Tables):
    """The calls of `Store` about campaigns."""

    @persistent
    def create_campaign(self, name: str, spec: Mapping[str, Any], blobs: Mapping[str, bytes]) -> int:
        """A new campaign; see `Store`."""
        with self._db.transaction() as connection:
            row = (name, time.time(), spec.get("uid", ""), json.dumps(spec, ensure_ascii=False))
            found = connection.execute(sql.NEW_CAMPAIGN, row).fetchall()
            if not found:
                raise StoreError(f"store {self.url} already has a campaign {name!r}; open it or choose another name")
            campaign_id = int(found[0][0])
            connection.executemany(sql.NEW_BLOB, blobs.items())
            connection.executemany(sql.USE_BLOB, [(campaign_id, sha256) for sha256 in blobs])
            return campaign_id

    def campaign(self, name: str) -> CampaignRecord | None:
        """The campaign of this name."""
        found = self._db.rows(sql.CAMPAIGN, (name,))
        return _campaign(found[0]) if found else None

    def campaigns(self) -> list[CampaignRecord]:
        """All campaigns, oldest first."""
        return [_campaign(row) for row in self._db.rows(sql.CAMPAIGNS)]

    @persistent
    def delete_campaign(self, campaign_id: int, *, begun: bool = False) -> None:
        """Removes a campaign; see `Store`."""
        with self._db.transaction() as connection:
            connection.execute(sql.HALT_CAMPAIGN, (campaign_id,))
            connection.execute(sql.HALT_WORKERS, (campaign_id,))
            if not begun and connection.execute(sql.BEGAN, (campaign_id,)).fetchone():
                raise StoreError(
                    "letters of this campaign were sent already: it stays; cancel it instead, or pass begun=True"
                )
            if connection.execute(sql.UNDER_WAY, (campaign_id,)).fetchone():
                raise StoreError("letters of this campaign are under way, or were when a run broke off: it stays")
            connection.execute(sql.DELETE_EVENTS, (campaign_id,))
            connection.execute(sql.DELETE_CAMPAIGN, (campaign_id,))
            connection.execute(sql.DELETE_UNUSED_BLOBS)

    @persistent
    def set_spec(self, campaign_id: int, spec: Mapping[str, Any], blobs: Mapping[str, bytes]) -> None:
        """What letters are made of from now on; see `Store`."""
        with self._db.transaction() as connection:
            if connection.execute(sql.SET_SPEC, (json.dumps(spec, ensure_ascii=False), campaign_id)).rowcount == 0:
                raise self._no_campaign(campaign_id)
            connection.executemany(sql.NEW_BLOB, blobs.items())
            connection.execute(sql.USE_NO_BLOB, (campaign_id,))
            connection.executemany(sql.USE_BLOB, [(campaign_id, sha256) for sha256 in blobs])
            connection.execute(sql.DELETE_UNUSED_BLOBS)

    @persistent
    def change_part(self, campaign_id: int, part: str, change: Callable[[Any], Any]) -> Any:
        """Another value of one part of the spec; see `Store`."""
        with self._db.transaction() as connection:
            connection.execute(sql.HALT_CAMPAIGN, (campaign_id,))
            found = connection.execute(sql.SPEC, (campaign_id,)).fetchone()
            if found is None:
                raise self._no_campaign(campaign_id)
            spec = json.loads(found[0])
            spec[part] = change(spec.get(part))
            connection.execute(sql.SET_SPEC, (json.dumps(spec, ensure_ascii=False), campaign_id))
            return spec[part]

    @persistent
    def rename_campaign(self, campaign_id: int, name: str) -> None:
        """Another name; see `Store`."""
        with self._db.transaction() as connection:
            before = connection.execute(sql.NAME, (campaign_id,)).fetchone()
            if before is None:
                raise self._no_campaign(campaign_id)
            if connection.execute(sql.CAMPAIGN, (name,)).fetchone():
                raise StoreError(f"store {self.url} already has a campaign {name!r}; choose another name")
            connection.execute(sql.RENAME, (name, campaign_id))
            connection.execute(sql.RENAME_EVENTS, (name, before[0]))
            connection.execute(sql.RENAME_ATTEMPTS, (name, before[0]))

    @persistent
    def set_state(self, campaign_id: int, state: str, *, only_from: str | Collection[str] = "") -> bool:
        """Writes down what the campaign is doing; see `Store`."""
        before = ([only_from] if only_from else []) if isinstance(only_from, str) else list(only_from)
        with self._db.transaction() as connection:
            if connection.execute(sql.set_state(len(before)), (state, campaign_id, *before)).rowcount:
                return True
            if connection.execute(sql.STATE, (campaign_id,)).fetchone() is None:
                raise self._no_campaign(campaign_id)
            return False

    def blob(self, sha256: str) -> bytes:
        """A shared part by its SHA-256 in hex. Raises StoreError if there is none."""
        found = self._db.rows(sql.BLOB, (sha256,))
        if not found:
            raise StoreError(f"store {self.url} holds no part with SHA-256 {sha256}")
        return cast(bytes, found[0][0])


def _campaign(row: tuple[int, str, float, str, str]) -> CampaignRecord:
    campaign_id, name, created, state, spec = row
    return CampaignRecord(campaign_id, name, created, state, json.loads(spec))
