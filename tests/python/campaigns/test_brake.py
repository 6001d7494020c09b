"""A server in trouble refuses everybody: the run pauses, nobody is suppressed for it, and all can be put back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fake_engine import Failure, Server

from gatepost.campaigns import Campaign, Suppressions
from gatepost.store.sqlite import SqliteStore

Make = Callable[..., Campaign]

NO_SUCH_USER = Failure(suppress="address")
INTERNAL = Failure("recipient_refused", 554, "", "internal error", phase="final", suppress="none")
MANY = [{"email": f"p{i}@d{i % 7}.example", "name": "N"} for i in range(2000)]


def suppressed(store_path: str) -> set[str]:
    with SqliteStore(store_path) as store:
        return set(store.suppressions()["address"])


@pytest.mark.parametrize("refusal", [NO_SUCH_USER, INTERNAL], ids=["550 5.1.1", "554 internal"])
def test_a_server_that_refuses_everybody_stops_the_run_and_suppresses_nobody(
    server: Server, make: Make, store_path: str, refusal: Failure
) -> None:
    server.script = lambda to, account, nth: refusal
    report = make(recipients=MANY).run()
    assert report.state == "paused" and "refused for good" in report.why and refusal.server_text in report.why
    assert report.counts["refused"] <= 1100 and report.counts["queued"] >= 900
    assert suppressed(store_path) == set()


def test_a_storm_in_the_middle_suppresses_only_those_who_were_refused_before_it(
    server: Server, make: Make, store_path: str
) -> None:
    early = {f"p{i}@d{i % 7}.example" for i in range(0, 500, 50)}
    server.script = lambda to, account, nth: NO_SUCH_USER if to in early or len(server.tries) > 900 else None
    report = make(recipients=MANY).run()
    assert report.state == "paused"
    assert suppressed(store_path) == early


def test_what_a_storm_refused_is_put_back_with_one_command_and_what_was_refused_before_it_stays(
    server: Server, make: Make, store_path: str
) -> None:
    server.script = lambda to, account, nth: NO_SUCH_USER if to == "p3@d3.example" or len(server.tries) > 900 else None
    campaign = make(recipients=MANY)

    def later(letter: int) -> None:
        server.clock.now += 0.01

    server.on_letter = later
    report = campaign.run()
    [note] = [note for note in report.notes if "--since" in note]
    refused = report.counts["refused"]
    assert campaign.failed(since=note.rpartition("--since ")[2]).resend() == refused - 1
    server.script = lambda to, account, nth: None
    report = campaign.run()
    assert report.counts == {"accepted": 1999, "refused": 1}


def test_one_provider_that_refuses_everybody_is_let_alone_and_the_others_get_their_letters(
    server: Server, make: Make, store_path: str
) -> None:
    began = server.clock.now
    server.script = lambda to, account, nth: (
        NO_SUCH_USER if to.endswith("@d3.example") and server.clock.now < began + 3000 else None
    )
    report = make(recipients=MANY).run()
    assert report.ok is False and report.state == "done"
    assert 50 <= report.counts["refused"] <= 286 and report.counts["accepted"] >= 1714
    assert report.counts["accepted"] + report.counts["refused"] == 2000
    assert suppressed(store_path) == set()


def test_a_list_with_a_usual_share_of_dead_addresses_goes_through_and_they_are_suppressed(
    server: Server, make: Make, store_path: str
) -> None:
    dead = {f"p{i}@d{i % 7}.example" for i in range(0, 2000, 10)}
    server.script = lambda to, account, nth: NO_SUCH_USER if to in dead else None
    report = make(recipients=MANY).run()
    assert report.counts == {"accepted": 1800, "refused": 200}
    assert suppressed(store_path) == dead


def test_a_refusal_in_a_storm_is_confirmed_by_one_of_another_day(server: Server, make: Make, store_path: str) -> None:
    dead = {"p0@d0.example", "p7@d0.example"}
    server.script = lambda to, account, nth: NO_SUCH_USER if to in dead else None
    make("first", recipients=MANY[:10]).run()
    Suppressions(store_path).remove(dead)
    server.clock.now += 2 * 86400
    server.script = lambda to, account, nth: NO_SUCH_USER
    make("second", recipients=MANY).run()
    assert suppressed(store_path) == dead


def test_without_a_brake_a_list_is_refused_to_its_end(server: Server, make: Make, store_path: str) -> None:
    server.script = lambda to, account, nth: INTERNAL
    report = make(recipients=MANY[:1500]).run(max_refused=None)
    assert report.counts == {"refused": 1500}
    assert Path(store_path).exists()
