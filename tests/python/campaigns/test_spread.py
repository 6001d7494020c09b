"""A list that is spread over hours goes out evenly, whoever sends it and however often it is paused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fake_engine import GREYLISTED, Server

import gatepost as gp
from gatepost.accounts import Account
from gatepost.campaigns import Campaign
from gatepost.campaigns.run.pace import Pace
from gatepost.errors import InputError
from gatepost.store import Rows

Make = Callable[..., Campaign]
PEOPLE = [{"email": f"u{i}@x.ru", "name": "N"} for i in range(120)]


@pytest.fixture
def went(server: Server) -> list[float]:
    times: list[float] = []
    server.on_letter = lambda n: times.append(server.clock.now)
    return times


def most_within(times: list[float], seconds: float) -> int:
    return max(sum(start <= at < start + seconds for at in times) for start in times)


def test_letters_go_evenly_over_the_time(server: Server, make: Make, went: list[float]) -> None:
    began = server.clock.now
    campaign = make(recipients=PEOPLE, spread="20min")
    assert "the whole list is spread over 20 min" in str(campaign.check())
    assert "The whole list is spread over 20 min." in str(campaign.explain())
    assert campaign.run().ok
    assert 1180 <= went[-1] - began <= 1200
    assert most_within(went, 100) <= 11 and len(went) == 120


def test_what_was_not_sent_during_a_pause_is_not_made_up_for_in_a_burst(
    server: Server, make: Make, went: list[float]
) -> None:
    campaign = make(recipients=PEOPLE, spread="20min")
    assert campaign.run(max_seconds=300).state == "paused"
    assert 29 <= len(went) <= 31
    server.clock.now += 86400
    began = server.clock.now
    assert campaign.run().ok
    assert most_within(went, 100) <= 11 and 850 <= went[-1] - began <= 900


def test_limits_hold_besides(server: Server, make: Make, went: list[float]) -> None:
    one = Account("smtp://127.0.0.1:2526", name="one", sender="a@example.com", limits=gp.Limits(per_minute=3))
    assert make(recipients=PEOPLE[:30], accounts=[one], spread="2min").run().ok
    assert most_within(went, 60) <= 3


def test_retries_are_not_held_back_by_it(server: Server, make: Make) -> None:
    server.script = lambda to, account, nth: GREYLISTED if nth == 1 else None
    began = server.clock.now
    assert make(recipients=PEOPLE, spread="10min").run().ok
    assert server.clock.now - began <= 700


def test_it_may_change_at_any_time(server: Server, make: Make, went: list[float]) -> None:
    campaign = make(recipients=PEOPLE, spread="2h")
    campaign.run(max_seconds=60)
    assert campaign.update(spread=None) == []
    began = server.clock.now
    assert campaign.run().ok and server.clock.now - began < 30
    with pytest.raises(InputError, match="spread takes a duration such as"):
        campaign.update(spread="evenly")


def test_a_priority_is_kept_and_may_change(server: Server, make: Make) -> None:
    campaign = make(priority=2)
    assert campaign.describe()["priority"] == 2
    assert campaign.update(priority=-1) == [] and campaign.describe()["priority"] == -1
    for wrong in (10, 1.5, True, "high"):
        with pytest.raises(InputError, match="priority takes a whole number from -9 to 9"):
            campaign.update(priority=wrong)


def test_the_pace_goes_on_where_the_queue_is() -> None:
    pace = Pace(Rows(first=1, queued=51, last=100), 100.0, 1000.0)
    assert [pace.last_row(1000.0 + i) for i in (0, 0.5, 1, 10, 49)] == [51, 51, 52, 61, 100]
    assert pace.next_time(1000.5) == 1001.0
