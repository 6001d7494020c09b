"""Campaigns and their shared parts, in every store."""

import pytest
from store_samples import NOON, event, recipient

from gatepost.store import Status, Store, StoreError


def test_a_campaign_is_found_by_name_with_its_spec(store: Store) -> None:
    spec = {"subject": "Счёт за октябрь", "accounts": ["news"]}
    campaign_id = store.create_campaign("october", spec, {})
    found = store.campaign("october")
    assert found is not None
    assert (found.id, found.name, found.state, found.spec) == (campaign_id, "october", "new", spec)
    assert store.campaign("november") is None


def test_a_name_that_is_taken_is_refused_and_the_first_stays(store: Store) -> None:
    store.create_campaign("october", {"n": 1}, {})
    with pytest.raises(StoreError, match="already has a campaign 'october'"):
        store.create_campaign("october", {"n": 2}, {"aa": b"part"})
    assert [campaign.spec for campaign in store.campaigns()] == [{"n": 1}]
    with pytest.raises(StoreError, match="aa"):
        store.blob("aa")


def test_a_shared_part_is_kept_once_and_as_long_as_a_campaign_needs_it(store: Store) -> None:
    first = store.create_campaign("first", {}, {"aa": b"\x00logo", "bb": b"other"})
    second = store.create_campaign("second", {}, {"aa": b"\x00logo"})
    store.delete_campaign(first)
    assert store.blob("aa") == b"\x00logo"
    with pytest.raises(StoreError, match="bb"):
        store.blob("bb")
    store.delete_campaign(second)
    with pytest.raises(StoreError, match="aa"):
        store.blob("aa")


def test_a_campaign_that_never_began_goes_with_all_that_belongs_to_it(store: Store) -> None:
    campaign = store.create_campaign("october", {}, {})
    other = store.create_campaign("november", {}, {})
    store.add_recipients(campaign, [recipient(1)])
    store.join(campaign, "test", NOON)
    kept = [event("2", campaign="november", row=1), event("3", campaign="october")]  # a letter outside any list
    store.add_events([event("1", campaign="october", row=1), *kept])
    store.delete_campaign(campaign)
    assert [found.id for found in store.campaigns()] == [other]
    assert store.results(campaign).is_empty()
    assert store.workers(campaign) == []
    assert store.events()["key"].to_list() == ["2", "3"]


def test_a_campaign_that_began_cannot_be_deleted(store: Store) -> None:
    campaign = store.create_campaign("october", {}, {})
    store.add_recipients(campaign, [recipient(1)])
    store.lease(store.join(campaign, "test", 0.0), 1, 0.0)
    with pytest.raises(StoreError, match="cancel it instead"):
        store.delete_campaign(campaign)
    assert store.counts(campaign)[Status.SENDING] == 1


def test_the_state_is_remembered_and_an_unknown_campaign_is_named(store: Store) -> None:
    campaign = store.create_campaign("october", {}, {})
    store.set_state(campaign, "paused")
    assert [found.state for found in store.campaigns()] == ["paused"]
    with pytest.raises(StoreError, match="no campaign with id 99"):
        store.set_state(99, "paused")
    with pytest.raises(StoreError, match="no campaign with id 99"):
        store.join(99, "test", 0.0)
    with pytest.raises(StoreError, match="no campaign with id 99"):
        store.add_recipients(99, [recipient(1)])
