"""A campaign into the store, or the stored one of the same name, with what is new about it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, starmap
from typing import Any

from ..errors import InputError
from ..language import gettext as _
from ..store import CampaignRecord, NewRecipient, Place, Status, Store, StoreError
from .alone import lock_alone
from .lists.loading import ledger_rows
from .lists.open_list import OpenList
from .merging import compare, same_rows, with_row_keys
from .run.run_lock import RunLock
from .run.windows import OUTSIDE_WINDOW
from .spec import SCHEDULE, CampaignSpec, differences, read_spec

IMPORTING = "importing"
"""A campaign whose list is being read, or was when a process broke off."""
_CHUNK = 20_000


@dataclass(frozen=True, slots=True)
class Made:
    """A campaign as it is stored now. `changes`: what is other than before, a sentence each."""

    record: CampaignRecord
    spec: CampaignSpec
    changes: list[str] = field(default_factory=list)


def make_or_open(
    store: Store, name: str, spec: CampaignSpec, listing: OpenList, *, rebuild: bool, new_texts: bool
) -> Made:
    """The campaign as stored. `rebuild`: begin anew where nothing of the stored one has gone out; `new_texts`: what
    differs is for those who have not got their letter. InputError for a bad list leaves nothing behind."""
    known = store.campaign(name)
    if known is None:
        return _make(store, name, spec, listing)
    return change(store, known, spec, listing, rebuild=rebuild, new_texts=new_texts)


def change(
    store: Store,
    known: CampaignRecord,
    spec: CampaignSpec,
    listing: OpenList | None,
    *,
    rebuild: bool = False,
    new_texts: bool = False,
) -> Made:
    """A stored campaign with another letter, another list, or both. `listing`: None where the list stays.

    As long as nothing has gone out all may change. Later, what differs in the letter takes `new_texts`, and the list
    adds to the one before. StoreError where that is not allowed, AlreadyRunning where a run is at work.
    """
    stored = read_spec(known.spec, store.blob)
    spec = replace(
        spec, uid=stored.uid, paused=stored.paused, seeded=stored.seeded, row_key=spec.row_key or stored.row_key
    )
    other = differences(known.spec, spec.to_json())
    anew = rebuild and not why_kept(store, known)
    places: dict[int, int] = {}
    rows = _read(store, known, spec, listing, anew, places) if listing is not None else None
    if not other and rows is None:
        kept = replace(stored, accounts=spec.accounts, retry=spec.retry, in_doubt=spec.in_doubt)
        kept = replace(kept, **{name: getattr(spec, name) for name in SCHEDULE})
        if any(getattr(kept, name) != getattr(stored, name) for name in SCHEDULE):
            store.set_spec(known.id, kept.to_json(), kept.blobs())
            if kept.window != stored.window:
                store.due_now(known.id, OUTSIDE_WINDOW)
        return Made(known, kept)
    lock = lock_alone(store, known)
    try:
        why = why_kept(store, known)
        if other and why and (rebuild or not new_texts):
            raise _another(store, known, other, why, rebuild)
        store.set_spec(known.id, spec.to_json(), spec.blobs())
        if spec.window != stored.window:
            store.due_now(known.id, OUTSIDE_WINDOW)
        changes = [_("Changed: {parts}.").format(parts=", ".join(other))] if other else []
        if other and why:
            changes.append(_("Who has a letter already keeps the one that was sent; the others get the new one."))
        if rows is not None and not why:
            store.set_state(known.id, IMPORTING)
            store.replace_recipients(known.id, rows[:_CHUNK])
            _add(store, known.id, rows[_CHUNK:])
            _place(store, known.id, starmap(Place, places.items()))
            changes += [_("The list is another; nothing has gone out yet, so it takes the place of the one before.")]
        elif rows is not None:
            found = compare(store, known.id, rows, spec.row_key, places)
            store.change_recipients(known.id, found.added, found.changed, found.taken_out)
            _place(store, known.id, found.places)
            changes += found.sentences()
        if other:
            store.requeue(known.id, [Status.INVALID])  # rows of which no letter could be made
        begun = "paused" if why else "new"
        if store.waiting(known.id)[0] or not why:
            store.set_state(known.id, begun, only_from="done" if why else ("done", "paused", IMPORTING))
    finally:
        lock.release()
    return Made(_found(store, known.name), spec, changes)


def ready(store: Store, name: str, after: Collection[str] | None) -> CampaignRecord:
    """The campaign of this name, which may run: `after` is what it may have been doing up to now, None anything.
    StoreError where it is gone, was cancelled, or has no whole list."""
    record = store.campaign(name)
    if record is not None and record.state == IMPORTING:
        raise StoreError(
            f"the list of campaign {name!r} is being read by another process, or was when one broke off: give"
            " the list again, as when it was made"
        )
    if record is None or (after is not None and record.state not in after):
        raise StoreError(f"campaign {name!r} was cancelled; resume() takes it up again")
    return record


def why_kept(store: Store, record: CampaignRecord) -> str:
    """Why the letters of a campaign stay as they are, in words; "" where no server was asked to take one."""
    if store.counts(record.id)[Status.SENDING]:
        return "letters of it are under way, or were when a run broke off"
    if store.tried(record.id):
        return "letters of it went out, or servers refused them"
    return ""


def _make(store: Store, name: str, spec: CampaignSpec, listing: OpenList) -> Made:
    campaign_id = store.create_campaign(name, spec.to_json(), spec.blobs())
    lock = RunLock(store.identity, campaign_id, name)
    try:
        store.set_state(campaign_id, IMPORTING)
        check = spec.check_fields if listing.ragged else lambda columns: None
        places: dict[int, int] = {}
        rows = ledger_rows(listing, spec.row_options, store, check, places)
        if not _add(store, campaign_id, with_row_keys(rows, spec.row_key, places)):
            raise InputError(f"{listing.name}: the list has no rows")
        _place(store, campaign_id, starmap(Place, places.items()))
        store.set_state(campaign_id, "new", only_from=IMPORTING)
    except BaseException:
        store.delete_campaign(campaign_id)
        raise
    finally:
        lock.release()
    return Made(_found(store, name), spec)


def _add(store: Store, campaign_id: int, rows: Iterable[NewRecipient]) -> int:
    """Some thousand rows at a time, so that others may write in between."""
    added, rest = 0, iter(rows)
    while chunk := list(islice(rest, _CHUNK)):
        added += store.add_recipients(campaign_id, chunk)
    return added


def _place(store: Store, campaign_id: int, places: Iterable[Place]) -> None:
    """Some thousand at a time likewise."""
    rest = iter(places)
    while chunk := list(islice(rest, _CHUNK)):
        store.set_places(campaign_id, chunk)


def _read(
    store: Store, known: CampaignRecord, spec: CampaignSpec, listing: OpenList, anew: bool, places: dict[int, int]
) -> Sequence[NewRecipient] | None:
    """The rows of a list; None where it is the one that the ledger was made of, unless it is wanted `anew`. `places`
    is told where those stand whose number does not say so."""
    # A crash came before the whole list was there.
    anew = anew or known.state == IMPORTING or not any(store.counts(known.id).values())
    if not anew and listing.sha256 is not None and _read_alike(spec.source, known.spec["source"]):
        return None
    check = spec.check_fields if listing.ragged else lambda columns: None
    rows = list(with_row_keys(ledger_rows(listing, spec.row_options, store, check, places), spec.row_key, places))
    if not rows:
        raise InputError(f"{listing.name}: the list has no rows")
    return None if not anew and listing.sha256 is None and same_rows(store, known.id, rows, places) else rows


def _read_alike(source: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """Whether it is the same file, read in the same way."""
    return all(before.get(key) == value for key, value in source.items() if key != "name")


def _another(
    store: Store, record: CampaignRecord, differs: Sequence[str], why: str, rebuild: bool
) -> StoreError:  # fmt: skip
    end = f" replace=True cannot rebuild it: {why}." if rebuild else f" It stays as it is, as {why}."
    return StoreError(
        f"campaign {record.name!r} in store {store.url} is another: it differs in {', '.join(differs)}.{end} To "
        "send what is new to those who have not got their letter, pass new_texts=True; to go on with the stored one "
        f"use Campaign.open({record.name!r}, store=...); else choose another name"
    )


def _found(store: Store, name: str) -> CampaignRecord:
    record = store.campaign(name)
    if record is None:
        raise StoreError(f"campaign {name!r} was deleted while it was being made")
    return record
