"""A campaign into the store, or the stored one of the same name where it is the same campaign."""

from __future__ import annotations

from dataclasses import replace

from ..errors import InputError
from ..store import CampaignRecord, Store, StoreError
from .lists.list_row import RecipientList
from .lists.loading import ledger_rows, same_list
from .replacing import another, remove, why_kept
from .spec import CampaignSpec, differences, read_spec


def make_or_open(
    store: Store, name: str, spec: CampaignSpec, listing: RecipientList, *, rebuild: bool
) -> tuple[CampaignRecord, CampaignSpec]:
    """The campaign as stored. `rebuild`: anew, where nothing of the stored one has gone out. StoreError where another
    campaign has the name; InputError for a bad list leaves nothing behind."""
    known = store.campaign(name)
    if known is None:
        return _make(store, name, spec, listing)
    unfinished = known.state == "new" and not _has_list(store, known)
    if not unfinished and (not rebuild or why_kept(store, known)):
        return known, _same(store, known, spec, listing)
    remove(store, known)
    return _make(store, name, spec, listing)


def _make(
    store: Store, name: str, spec: CampaignSpec, listing: RecipientList
) -> tuple[CampaignRecord, CampaignSpec]:  # fmt: skip
    campaign_id = store.create_campaign(name, spec.to_json(), spec.blobs())
    check = spec.check_fields if listing.ragged else lambda columns: None
    try:
        if not store.add_recipients(campaign_id, ledger_rows(listing, spec.address_column, store, check)):
            raise InputError(f"{listing.name}: the list has no rows")
    except BaseException:
        store.delete_campaign(campaign_id)
        raise
    record = store.campaign(name)
    if record is None:
        raise StoreError(f"campaign {name!r} was deleted while it was being made")
    return record, spec


def _has_list(store: Store, record: CampaignRecord) -> bool:
    """False where a crash came between making the campaign and reading its list."""
    return any(store.counts(record.id).values())


def _same(store: Store, known: CampaignRecord, spec: CampaignSpec, listing: RecipientList) -> CampaignSpec:
    """The stored spec with what may differ from run to run; StoreError where it is another campaign."""
    found = differences(known.spec, spec.to_json())
    is_file = listing.sha256 is not None
    if not found and not is_file and not same_list(listing, spec.address_column, store, known.id):
        found = ["the list of recipients"]
    if found:
        raise another(store, known, found)
    stored = read_spec(known.spec, store.blob)
    return replace(stored, accounts=spec.accounts, retry=spec.retry, in_doubt=spec.in_doubt)
