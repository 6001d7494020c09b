"""A provider that wants less holds back its own recipients, and nobody else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from fake_engine import Failure, Server

from gatepost.campaigns import Campaign, RetryPolicy
from gatepost.campaigns.run.shaping import Shaper

Make = Callable[..., Campaign]

PEOPLE = [{"email": f"p{i}@d{i % 4}.example", "name": "N"} for i in range(400)]
TOO_FAST = Failure("rate_limited", 450, "4.7.1", "Too many messages, slow down", permanence="temporary", retry="later",
                   retry_after=300)  # fmt: skip


@pytest.mark.parametrize("phase", ["rcpt", "final"])
def test_a_domain_that_says_too_fast_waits_and_the_others_go_on_at_once(server: Server, make: Make, phase: str) -> None:
    began = server.clock.now
    too_fast = Failure(**{**vars(TOO_FAST), "phase": phase})
    done: dict[str, float] = {}

    def script(to: str, account: str, nth: int) -> Failure | None:
        domain = to.rpartition("@")[2]
        if domain == "d3.example" and server.clock.now < began + 1200:
            return too_fast
        done[domain] = server.clock.now - began
        return None

    server.script = script
    campaign = make(recipients=PEOPLE, retry=RetryPolicy(max_attempts=2))
    report = campaign.run()
    assert report.counts == {"accepted": 400}
    assert max(done["d0.example"], done["d1.example"], done["d2.example"]) < 60
    assert 1200 <= done["d3.example"] < 6000
    assert {row["attempts"] for row in campaign.results()} == {1}  # no try was lost to the domain's pace


def test_a_hold_is_tried_by_a_few_letters_before_the_rest_follows(server: Server, make: Make) -> None:
    began = server.clock.now
    tried: Counter[float] = Counter()

    def script(to: str, account: str, nth: int) -> Failure | None:
        if not to.endswith("@d3.example") or server.clock.now >= began + 20_000:
            return None
        tried[server.clock.now - began] += 1
        return TOO_FAST

    server.script = script
    assert make(recipients=PEOPLE, retry=RetryPolicy(max_attempts=20)).run().counts == {"accepted": 400}
    after_first = [count for at, count in tried.items() if at > 0]
    assert after_first and max(after_first) <= 5 + 5


def test_too_fast_from_several_domains_in_a_row_is_the_account_s(server: Server, make: Make) -> None:
    began = server.clock.now
    server.script = lambda to, account, nth: TOO_FAST if server.clock.now < began + 250 else None
    campaign = make(recipients=PEOPLE)
    assert campaign.run().counts == {"accepted": 400}
    assert server.clock.now - began >= 250
    assert sum(server.tries.values()) <= 2 * 400


@pytest.mark.parametrize(
    "later",
    [
        Failure("recipient_unknown", 550, "5.1.1", "No such user"),
        Failure("greylisted", 451, "4.7.1", "Greylisted", permanence="temporary", retry="later", retry_after=60),
    ],
    ids=["refused for good", "greylisted"],
)
def test_a_domain_whose_probes_are_answered_with_something_else_is_not_held_for_ever(
    server: Server, make: Make, later: Failure
) -> None:
    began = server.clock.now

    def script(to: str, account: str, nth: int) -> Failure | None:
        if not to.endswith("@d3.example"):
            return None
        return TOO_FAST if server.clock.now < began + 20 else later if nth < 3 else None

    server.script = script
    report = make(recipients=PEOPLE, retry=RetryPolicy(max_attempts=5)).run(max_seconds=86400, max_refused=None)
    assert report.state == "done"


def test_probes_that_come_to_no_answer_are_followed_by_others() -> None:
    shaper = Shaper(3600.0)
    for _ in range(3):
        assert shaper.is_of_domain(0, "d.example", TOO_FAST, 0.0, 0.0)  # type: ignore[arg-type]
    assert shaper.held_until("d.example", 10.0) == 30.0
    assert [shaper.held_until("d.example", 31.0) for _ in range(6)] == [0.0] * 5 + [32.0]
    assert shaper.held_until("d.example", 62.0) == 0.0
