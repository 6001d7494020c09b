"""Campaigns and their shared parts, in every store."""

import pytest
from store_samples import NOON, attempt, event, recipient

from gatepost.store import Settled, Status, Store, StoreError


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


def test_a_campaign_that_began_is_deleted_where_that_is_wanted_but_not_what_is_under_way(store: Store) -> None:
    campaign = store.create_campaign("october", {}, {"aa": b"logo"})
    store.add_recipients(campaign, [recipient(1), recipient(2)])
    worker = store.join(campaign, "test", NOON)
    store.lease(worker, 1, NOON)
    with pytest.raises(StoreError, match="under way"):
        store.delete_campaign(campaign, begun=True)
    store.settle(worker, [Settled(1, Status.ACCEPTED)], [attempt(NOON, "a@x.ru", campaign="october", row=1)])
    store.delete_campaign(campaign, begun=True)
    assert store.campaign("october") is None
    assert store.attempts()["campaign"].to_list() == ["october"]


def test_another_spec_brings_its_parts_and_lets_go_of_those_before(store: Store) -> None:
    campaign = store.create_campaign("october", {"uid": "u", "n": 1}, {"aa": b"logo", "bb": b"same"})
    store.set_spec(campaign, {"uid": "u", "n": 2}, {"bb": b"same", "cc": b"new"})
    found = store.campaign("october")
    assert found is not None and found.spec == {"uid": "u", "n": 2}
    assert (store.blob("bb"), store.blob("cc")) == (b"same", b"new")
    with pytest.raises(StoreError, match="aa"):
        store.blob("aa")
    with pytest.raises(StoreError, match="no campaign with id"):
        store.set_spec(campaign + 1, {}, {})


def test_a_name_goes_with_the_history_and_the_events_of_the_campaign(store: Store) -> None:
    campaign = store.create_campaign("october", {}, {})
    store.create_campaign("november", {}, {})
    store.add_attempts(
        [attempt(NOON, "a@x.ru", campaign="october", row=1), attempt(NOON, "b@x.ru", campaign="october")]
    )
    store.add_events([event("1", campaign="october", row=1), event("2", campaign="october")])
    store.rename_campaign(campaign, "осень")
    found = store.campaign("осень")
    assert found is not None and found.id == campaign
    assert sorted(store.attempts()["campaign"]) == ["october", "осень"]
    assert sorted(store.events()["campaign"]) == ["october", "осень"]
    with pytest.raises(StoreError, match="already has a campaign 'november'"):
        store.rename_campaign(campaign, "november")
    with pytest.raises(StoreError, match="no campaign with id"):
        store.rename_campaign(campaign + 99, "x")


def test_those_who_wait_are_given_up_and_nobody_else(store: Store) -> None:
    campaign = store.create_campaign("october", {}, {})
    store.add_recipients(campaign, [recipient(1), recipient(2), recipient(3), recipient(4, Status.INVALID)])
    worker = store.join(campaign, "test", NOON)
    store.lease(worker, 2, NOON)
    store.settle(worker, [Settled(1, Status.RETRYING, next_at=NOON + 60)])
    assert store.expire(campaign, "too late") == 2
    found = store.counts(campaign)
    assert (found[Status.EXPIRED], found[Status.SENDING], found[Status.INVALID]) == (2, 1, 1)
    assert store.waiting(campaign) == (False, 0)


def test_a_list_is_changed_as_a_whole_or_not_at_all(store: Store) -> None:
    campaign = store.create_campaign("october", {}, {})
    store.add_recipients(campaign, [recipient(1), recipient(2), recipient(3, Status.INVALID)])
    worker = store.join(campaign, "test", NOON)
    store.lease(worker, 1, NOON)
    store.settle(worker, [Settled(1, Status.ACCEPTED, at=NOON)], [attempt(NOON, "user1@example.com")])
    mended = recipient(3)._replace(email="mended@example.com", address="mended@example.com")
    store.change_recipients(campaign, [recipient(4)], [mended], [2])
    rows = store.results(campaign, ["row", "email", "status"]).rows()
    assert rows == [
        (1, "user1@example.com", "accepted"),
        (3, "mended@example.com", "queued"),
        (4, "user4@example.com", "queued"),
    ]
    with pytest.raises(StoreError, match="row 1 has its letter"):
        store.change_recipients(campaign, [recipient(5)], [recipient(1)], [])
    with pytest.raises(StoreError, match="its list stays"):
        store.replace_recipients(campaign, [recipient(9)])
    assert store.results(campaign, ["row", "email", "status"]).rows() == rows
    assert [one.row for one in store.lease(worker, 9, NOON)] == [3, 4]


def test_another_list_takes_the_place_of_one_that_was_not_begun(store: Store) -> None:
    campaign = store.create_campaign("october", {}, {})
    store.add_recipients(campaign, [recipient(1), recipient(2)])
    assert store.replace_recipients(campaign, [recipient(7)]) == 1
    assert store.results(campaign, ["row"])["row"].to_list() == [7]


def test_one_part_of_a_spec_changes_and_the_rest_stays(store: Store) -> None:
    campaign = store.create_campaign("october", {"uid": "u", "paused": ["a"]}, {})
    assert store.change_part(campaign, "paused", lambda names: [*names, "b"]) == ["a", "b"]
    store.change_part(campaign, "new", lambda before: before is None)
    record = store.campaign("october")
    assert record is not None and record.spec == {"uid": "u", "paused": ["a", "b"], "new": True}
    with pytest.raises(StoreError, match="no campaign"):
        store.change_part(campaign + 1, "paused", lambda names: names)
