from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_engine import Queue, Server

import gatepost as gp
from gatepost.accounts import Account
from gatepost.campaigns import AlreadyRunning, Campaign
from gatepost.campaigns.run.run_lock import RunLock
from gatepost.campaigns.run.tickets import Ticket, pack, unpack
from gatepost.store import StaleRun, StoreError
from gatepost.store.sqlite import SqliteStore

Make = Callable[..., Campaign]
PEOPLE = [{"email": f"u{i}@example.com", "name": "a"} for i in range(1200)]


class Crash(BaseException):
    """The process dies here."""


def crash_at(server: Server, letter: int) -> None:
    def on_letter(n: int) -> None:
        if n == letter:
            raise Crash

    server.on_letter = on_letter


def journal_of(store_path: str) -> Path:
    [found] = Path(store_path).parent.glob("*.journal")
    return found


@pytest.mark.parametrize("letter", [0, 1, 99, 100, 101, 250, 777, 1199])
def test_after_a_crash_nobody_is_skipped_and_nobody_doubled(server: Server, make: Make, letter: int) -> None:
    crash_at(server, letter)
    campaign = make(recipients=PEOPLE)
    with pytest.raises(Crash):
        campaign.run()
    server.on_letter = lambda n: None
    report = campaign.run()
    times = Counter(delivered.to for delivered in server.delivered)
    assert set(times.values()) == {1} and len(times) == 1200
    assert report.counts == {"accepted": 1200}


def test_an_intent_without_a_result_is_listed_as_unknown_and_not_sent_again(
    server: Server, make: Make, store_path: str
) -> None:
    crash_at(server, 40)
    campaign = make(recipients=PEOPLE)
    with pytest.raises(Crash):
        campaign.run()
    journal = journal_of(store_path)
    lines = journal.read_text().splitlines(keepends=True)
    assert lines[-1].startswith('["R"')
    journal.write_text("".join(lines[:-1]))  # the reply to the last letter never came
    server.on_letter = lambda n: None
    report = campaign.run()
    assert report.counts == {"accepted": 1199, "unknown": 1}
    [row] = campaign.unknown()
    assert row["account"] == "main" and row["message_id"]
    assert len(server.delivered) == 1200
    assert "1 in doubt" in report.notes[0]
    assert campaign.unknown().resend() == 1
    campaign.run()
    assert server.delivered[-1].to == row["email"] and server.delivered[-1].message_id == row["message_id"]


def test_without_its_journal_all_that_was_in_flight_is_in_doubt(server: Server, make: Make, store_path: str) -> None:
    crash_at(server, 40)
    campaign = make(recipients=PEOPLE)
    with pytest.raises(Crash):
        campaign.run()
    in_flight = campaign.status().counts["sending"]
    journal_of(store_path).unlink()
    server.on_letter = lambda n: None
    report = campaign.run()
    assert report.counts["unknown"] == in_flight
    assert report.counts["accepted"] == 1200 - in_flight


def test_a_journal_that_was_settled_already_changes_nothing(
    server: Server, make: Make, store_path: str, tmp_path: Path
) -> None:
    crash_at(server, 500)
    campaign = make(recipients=PEOPLE)
    with pytest.raises(Crash):
        campaign.run()
    journal = journal_of(store_path)
    copy = tmp_path / "copy"
    shutil.copy(journal, copy)
    server.on_letter = lambda n: None
    campaign.run()
    shutil.copy(copy, journal)  # as if the crash had come between settling and deleting it
    before = campaign.results().to_polars()
    campaign.run()
    assert campaign.results().to_polars().equals(before)
    assert not journal.exists()


@pytest.mark.parametrize("how", ["emptied", "removed"])
def test_a_store_that_was_emptied_while_a_run_had_broken_off_is_told_from_a_new_one(
    server: Server, make: Make, store_path: str, how: str
) -> None:
    crash_at(server, 40)
    campaign = make(recipients=PEOPLE)
    with pytest.raises(Crash):
        campaign.run()
    campaign.close()
    for path in (store_path, f"{store_path}-wal", f"{store_path}-shm"):
        Path(path).unlink(missing_ok=True)
    if how == "emptied":
        Path(store_path).touch()
    with pytest.raises(StoreError, match="emptied or replaced"):
        make(recipients=PEOPLE)
    journal_of(store_path).unlink()
    make(recipients=PEOPLE).close()


def test_a_store_that_was_replaced_while_a_run_had_broken_off_sends_to_nobody(
    server: Server, make: Make, store_path: str, tmp_path: Path
) -> None:
    crash_at(server, 40)
    campaign = make(recipients=PEOPLE)
    with pytest.raises(Crash):
        campaign.run()
    campaign.close()
    make(recipients=PEOPLE, store=str(tmp_path / "other.db")).close()
    for end in ("", "-wal", "-shm"):
        Path(f"{store_path}{end}").unlink(missing_ok=True)
    shutil.copy(tmp_path / "other.db", store_path)
    delivered = len(server.delivered)
    server.on_letter = lambda n: None
    with pytest.raises(StoreError, match="run of another store"):
        make(recipients=PEOPLE).run()
    assert len(server.delivered) == delivered


def test_a_second_run_at_the_same_time_is_refused(server: Server, make: Make, store_path: str) -> None:
    campaign = make()
    other = Campaign.open("october", store=store_path, accounts=campaign.accounts)
    errors: list[BaseException] = []

    def second(n: int) -> None:
        server.on_letter = lambda n: None
        try:
            other.run()
        except AlreadyRunning as error:
            errors.append(error)

    server.on_letter = second
    assert campaign.run().ok
    assert len(errors) == 1 and "running already" in str(errors[0])
    assert len(server.delivered) == 10


def test_a_run_that_was_taken_over_stops_and_the_next_one_settles_what_it_began(
    server: Server, make: Make, store_path: str
) -> None:
    campaign = make(recipients=PEOPLE)

    def take_over(n: int) -> None:
        if n == 300:
            with SqliteStore(store_path) as other:
                other.take_over(1, "another machine", server.clock.now)

    server.on_letter = take_over
    with pytest.raises(StaleRun, match="took over"):
        campaign.run()
    assert campaign.status().state == "running"  # whoever took over says what becomes of it
    assert campaign.status().counts["sending"] > 0
    report = campaign.run()
    assert report.counts == {"accepted": 1200}
    assert set(Counter(letter.to for letter in server.delivered).values()) == {1}


def test_a_run_is_one_worker_that_gives_signs_of_life_while_it_waits_and_leaves(
    server: Server, make: Make, store_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited = Account("smtp://127.0.0.1:2526", name="first", sender="a@example.com", limits=gp.Limits(per_hour=2))
    campaign = make(accounts=[limited], recipients=PEOPLE[:3])
    other = SqliteStore(store_path)
    wait, silence = Queue.wait, []

    def looking(self: Queue, timeout: float, at_least: int = 1) -> bool:
        [worker] = other.workers(1)
        silence.append(server.clock.now - worker.heartbeat)
        return wait(self, timeout, at_least)

    monkeypatch.setattr(Queue, "wait", looking)
    began = server.clock.now
    assert campaign.run().ok
    assert server.clock.now - began >= 3600
    assert len(silence) > 1000 and max(silence) < 6
    assert other.workers(1) == []
    other.close()


def test_the_lock_leaves_no_files_behind_after_a_clean_run(server: Server, make: Make, store_path: str) -> None:
    make().run()
    names = {path.name for path in Path(store_path).parent.iterdir()}
    assert all("journal" not in name and ".run" not in name for name in names)


def test_run_lock_keeps_the_accounts_for_the_run_after_a_crash(tmp_path: Path) -> None:
    url = str(tmp_path / "x.db")
    lock = RunLock(url, 1, "Октябрь")
    lock.write_down(["main", "второй"], "uid")
    lock.journal.create()
    lock.release()
    again = RunLock(url, 1, "Октябрь")
    assert again.last_run() == (["main", "второй"], True, "uid")
    again.release()


def test_ticket_keeps_its_parts() -> None:
    assert unpack(pack(3, 63, 7, 4_000_000_000)) == Ticket(3, 63, 7, 4_000_000_000)
    assert pack(1 << 17, 0, 0, 1) == pack(0, 0, 0, 1)
    assert pack(0x1FFFF, 63, 255, 0xFFFFFFFF) < 1 << 63
