"""A mended list and another letter, before and after letters went out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from campaign_samples import PEOPLE, TEMPLATE
from fake_engine import GREYLISTED, LOST_AFTER_DOT, Failure, Server

from gatepost.campaigns import AsyncCampaign, Campaign, Template
from gatepost.campaigns.run.run_lock import AlreadyRunning, RunLock
from gatepost.errors import InputError
from gatepost.store import StoreError

Make = Callable[..., Campaign]
Rows = list[dict[str, str]]


def people(*addresses: str) -> Rows:
    return [{"email": address, "name": address.partition("@")[0]} for address in addresses]


def delivered(server: Server) -> list[str]:
    return [letter.to for letter in server.delivered]


def test_before_the_first_letter_everything_may_change_freely(server: Server, make: Make) -> None:
    make().check()
    changed = make(
        template=Template(subject="Новое, {{ name }}", text="x"), from_="other@example.com", recipients=people("a@x.ru")
    )
    assert "the template's subject" in changed.changes[0] and "from_" in changed.changes[0]
    assert changed.run().counts == {"accepted": 1}
    assert [letter.subject for letter in server.delivered] == ["Новое, a"]


def test_a_run_that_reached_no_server_leaves_everything_free(server: Server, make: Make) -> None:
    campaign = make()
    campaign.pause()
    assert make(from_="other@example.com").status().state == "new"
    campaign.cancel()
    assert make(from_="third@example.com").status().state == "cancelled"


def test_a_mended_list_adds_what_is_new_or_corrected_and_nobody_gets_it_twice(server: Server, make: Make) -> None:
    server.script = lambda to, name, nth: Failure() if to == "gone@x.ru" else None
    make(recipients=people("a@x.ru", "broken", "gone@x.ru", "b@x.ru")).run()
    server.script = lambda to, name, nth: None
    mended = make(recipients=people("a@x.ru", "mended@x.ru", "gone@y.ru", "b@x.ru", "c@x.ru"))
    assert mended.changes == [
        "The list is another: 1 new, 2 corrected.",
        "2 recipients got the letter already and will not get it again.",
    ]
    assert mended.status().state == "paused"
    assert mended.run().ok
    assert sorted(delivered(server)) == ["a@x.ru", "b@x.ru", "c@x.ru", "gone@y.ru", "mended@x.ru"]
    rows = {row["row"]: row["email"] for row in mended.results()}
    assert rows == {1: "a@x.ru", 2: "mended@x.ru", 3: "gone@y.ru", 4: "b@x.ru", 5: "c@x.ru"}


def test_rows_that_moved_are_known_by_their_address(server: Server, make: Make) -> None:
    make(recipients=people("a@x.ru", "b@x.ru")).run()
    longer = make(recipients=people("new@x.ru", "B@x.ru", "a@x.ru", "broken"))
    assert longer.changes[0] == "The list is another: 1 new, 0 corrected."
    longer.run()
    assert sorted(delivered(server)) == ["a@x.ru", "b@x.ru", "new@x.ru"]
    again = make(recipients=people("new@x.ru", "B@x.ru", "a@x.ru", "broken"))
    assert again.changes == []
    assert again.status().counts == {"accepted": 3, "invalid": 1}


def test_a_file_of_the_corrected_rows_alone_is_enough(server: Server, make: Make, tmp_path: Path) -> None:
    (tmp_path / "all.csv").write_text("email,name\na@x.ru,A\nbroken,B\nc@x.ru,C\n")
    make(recipients=tmp_path / "all.csv").run()
    (tmp_path / "mended.csv").write_text("email,name\nb@x.ru,B\n")
    mended = make(recipients=tmp_path / "mended.csv")
    assert mended.run().counts == {"accepted": 3}
    assert delivered(server) == ["a@x.ru", "c@x.ru", "b@x.ru"]


def test_who_was_taken_out_of_the_list_gets_no_letter(server: Server, make: Make) -> None:
    server.script = lambda to, name, nth: GREYLISTED if to == "later@x.ru" else None
    first = make(recipients=people("a@x.ru", "later@x.ru"))
    first.run(wait_for_retries=False)
    assert first.status().counts == {"accepted": 1, "retrying": 1}
    server.script = lambda to, name, nth: None
    shorter = make(recipients=people("a@x.ru"))
    assert "1 recipient no longer in the list: not sent to." in shorter.changes
    shorter.run()
    assert delivered(server) == ["a@x.ru"]
    assert shorter.status().counts == {"accepted": 1, "expired": 1}


def test_whoever_may_have_it_already_is_not_sent_to_again(server: Server, make: Make) -> None:
    server.script = lambda to, name, nth: LOST_AFTER_DOT if to == "doubt@x.ru" else None
    make(recipients=people("a@x.ru", "doubt@x.ru")).run()
    server.script = lambda to, name, nth: None
    mended = make(recipients=people("a@x.ru", "doubt@x.ru", "new@x.ru"))
    assert "1 recipient may have got it already (unknown): not sent again." in mended.changes
    mended.run()
    assert delivered(server).count("doubt@x.ru") <= 1
    assert mended.status().counts == {"accepted": 2, "unknown": 1}


def test_a_row_key_says_which_letter_a_row_is(server: Server, make: Make) -> None:
    rows = [{"email": "a@x.ru", "name": "A", "invoice": "1"}, {"email": "broken", "name": "B", "invoice": "2"}]
    make(recipients=rows, row_key="invoice").run()
    moved = [
        {"email": "a@new.ru", "name": "A", "invoice": "1"},  # the letter of this invoice is out, whatever the address
        {"email": "a@x.ru", "name": "C", "invoice": "3"},  # this address has its letter
        {"email": "b@x.ru", "name": "B", "invoice": "2"},
    ]
    mended = make(recipients=moved, row_key="invoice")
    mended.run()
    assert delivered(server) == ["a@x.ru", "b@x.ru"]


def test_a_row_key_that_stands_twice_is_one_letter(server: Server, make: Make) -> None:
    rows = [{"email": f"{i}@x.ru", "name": "A", "invoice": 7} for i in range(3)]
    assert make(recipients=rows, row_key="invoice").run().counts == {"accepted": 1, "duplicate": 2}


def test_a_corrected_address_that_has_its_letter_gets_no_second_one(server: Server, make: Make) -> None:
    rows = [{"email": "a@x.ru", "name": "A", "id": "1"}, {"email": "a@x.ruu", "name": "A", "id": "2"}]
    server.script = lambda to, name, nth: Failure() if to.endswith("ruu") else None
    make(recipients=rows, row_key="id").run()
    mended = make(recipients=[{"email": "a@x.ru", "name": "A", "id": "2"}], row_key="id")
    mended.run()
    assert delivered(server).count("a@x.ru") == 1


def test_new_columns_reach_those_that_wait(server: Server, make: Make) -> None:
    server.script = lambda to, name, nth: GREYLISTED if nth == 1 and to == "b@x.ru" else None
    make(recipients=people("a@x.ru", "b@x.ru")).run(wait_for_retries=False)
    rows = [{"email": "a@x.ru", "name": "other"}, {"email": "b@x.ru", "name": "Исправлено"}]
    make(recipients=rows).run()
    assert [letter.subject for letter in server.delivered] == ["Привет, a!", "Привет, Исправлено!"]


def test_another_letter_goes_to_those_who_have_none_where_that_is_wanted(server: Server, make: Make) -> None:
    server.script = lambda to, name, nth: GREYLISTED if nth == 1 and to == "user2@example.com" else None
    make(recipients=PEOPLE[:2]).run(wait_for_retries=False)
    other = Template(subject="Иначе, {{ name }}", text="x")
    with pytest.raises(StoreError, match="the template's subject, the template's text"):
        make(recipients=PEOPLE[:2], template=other)
    changed = make(recipients=PEOPLE[:2], template=other, new_texts=True)
    assert changed.changes[0] == "Changed: the template's subject, the template's text."
    changed.run()
    assert [letter.subject for letter in server.delivered] == ["Привет, Имя1!", "Иначе, Имя2"]
    assert make(recipients=PEOPLE[:2], template=other).changes == []


def test_rows_of_which_no_letter_could_be_made_are_tried_with_the_mended_letter(server: Server, make: Make) -> None:
    broken = Template(subject="{{ 1 // (name|length - 4) }}", text="x")  # names of four letters fail
    make(template=broken, recipients=[*PEOPLE[:2], {"email": "z@x.ru", "name": "Зина"}]).run()
    mended = make(recipients=[*PEOPLE[:2], {"email": "z@x.ru", "name": "Зина"}], new_texts=True)
    assert mended.run().counts.get("accepted") == 3


def test_update_takes_a_list_or_a_letter_alone(server: Server, make: Make, store_path: str, account: object) -> None:
    make(recipients=people("a@x.ru"))
    opened = Campaign.open("october", store=store_path, accounts=account)  # type: ignore[arg-type]
    opened.update(template=Template(subject="Второе, {{ name }}", text="x"))
    opened.run()
    said = opened.update(recipients=people("a@x.ru", "b@x.ru"))
    assert said[0] == "The list is another: 1 new, 0 corrected."
    opened.run()
    assert [letter.subject for letter in server.delivered] == ["Второе, a", "Второе, b"]
    with pytest.raises(StoreError, match="new_texts=True"):
        opened.update(from_="other@example.com")
    with pytest.raises(InputError, match="nam"):
        opened.update(template=Template(subject="{{ nam }}", text="x"), new_texts=True, recipients=people("a@x.ru"))
    with pytest.raises(TypeError, match="unexpected keyword argument 'subject'"):
        opened.update(subject="x")  # type: ignore[call-arg]


def test_a_bad_list_changes_nothing(server: Server, make: Make) -> None:
    make()
    with pytest.raises(InputError, match="empty"):
        make(recipients=iter(()))
    assert make().status().counts == {"queued": 10}


def test_a_campaign_that_runs_is_not_changed(server: Server, make: Make) -> None:
    campaign = make()
    lock = RunLock(campaign._store.url, campaign._record.id, campaign.name)
    with pytest.raises(AlreadyRunning):
        make(recipients=PEOPLE[:3])
    lock.release()
    assert campaign.status().total == 10


def test_check_lists_who_was_reached_by_another_campaign(server: Server, make: Make) -> None:
    make("summer", recipients=people("a@x.ru", "b@x.ru")).run()
    autumn = make("autumn", recipients=people("A@x.ru", "c@x.ru"))
    report = autumn.check(not_again="30d")
    assert [(one.row, one.text) for one in report.reached] == [(1, "A@x.ru")]
    assert "got 'summer'" in str(report)
    assert autumn.check().reached == []
    server.clock.now += 31 * 86400
    assert autumn.check(not_again="30d").reached == []
    for bad in ("30", "d", 30, "0d", "30 years"):
        with pytest.raises(InputError, match="not_again takes a duration"):
            autumn.check(not_again=bad)  # type: ignore[arg-type]


async def _updated(store: str, account: object) -> list[str]:
    campaign = await AsyncCampaign.create(
        "october", template=TEMPLATE, recipients=PEOPLE[:1], accounts=account, store=store  # type: ignore[arg-type]
    )  # fmt: skip
    await campaign.run()
    changes = await campaign.update(recipients=PEOPLE[:2])
    assert campaign.changes == changes
    assert (await campaign.check(not_again="1d")).to_send == 1
    return changes


def test_the_async_twin_takes_a_longer_list(server: Server, store_path: str, account: object) -> None:
    import asyncio

    assert asyncio.run(_updated(store_path, account))[0] == "The list is another: 1 new, 0 corrected."


def test_a_row_inserted_above_a_bad_one_is_new_and_the_bad_one_stays(server: Server, make: Make) -> None:
    first = [{"email": "a@example.com", "name": "A"}, {"email": "x-example.com", "name": "B"}]
    make(recipients=first).run()
    campaign = make(recipients=[first[0], {"email": "new@example.com", "name": "N"}, first[1]])
    assert campaign.run().counts == {"accepted": 2, "invalid": 1}
    assert {row["email"]: row["status"] for row in campaign.results()}["x-example.com"] == "invalid"


def test_who_waits_for_another_try_and_is_gone_from_the_list_is_not_overwritten_by_who_stands_there_now(
    server: Server, make: Make
) -> None:
    server.script = lambda to, account, nth: GREYLISTED if to == "full@example.com" else None
    people = [{"email": "a@example.com", "name": "A"}, {"email": "full@example.com", "name": "F"}]
    make(recipients=people).run(wait_for_retries=False)
    campaign = make(recipients=[people[0], {"email": "new@example.com", "name": "N"}])
    assert any("1 new, 0 corrected" in sentence for sentence in campaign.changes)
    campaign.run()
    rows = {row["email"]: row for row in campaign.results()}
    assert set(rows) == {"a@example.com", "full@example.com", "new@example.com"}
    assert rows["full@example.com"]["attempts"] == 1 and "no longer in the list" in rows["full@example.com"]["detail"]
