"""Workers of one store, on any machine, keep an account's limits together; the sink's clock judges."""

from __future__ import annotations

import random
import signal
from pathlib import Path

import pytest
from judge import most_in_any
from worker_processes import letters_by_address, make, until, workers

import gatepost as gp

MINUTE = 2.0


@pytest.mark.parametrize("seed", [1, 2])
def test_four_workers_never_send_one_over_whoever_dies_or_freezes(
    store_url: str, sink: gp.Sink, tmp_path: Path, seed: int
) -> None:
    make(store_url, sink.url, 60).close()
    chance = random.Random(seed)
    with workers(store_url, sink.url, tmp_path / "state", lease=4.0, per_minute=5, minute=MINUTE) as some:
        for _ in range(4):
            some.start()
        until(lambda: sink.received >= chance.randint(5, 20), "letters")
        some.kill(chance.choice(some.running))
        frozen = chance.choice(some.running)
        frozen.send_signal(signal.SIGSTOP)
        some.start()
        until(lambda: sink.received >= 40, "more letters")
        frozen.send_signal(signal.SIGCONT)
        some.finish()
    assert most_in_any(sink, MINUTE) <= 5
    assert set(letters_by_address(sink).values()) == {1}
    assert sink.received >= 58


def test_two_campaigns_get_their_share_of_a_limit_each(store_url: str, sink: gp.Sink, tmp_path: Path) -> None:
    make(store_url, sink.url, 30, "october").close()
    make(store_url, sink.url, 30, "november").close()
    with workers(store_url, sink.url, tmp_path / "state", per_minute=5, minute=MINUTE) as some:
        for name in ("october", "november", "october", "november"):
            some.start(name)
        some.finish()
    assert most_in_any(sink, MINUTE) <= 5
    half = sorted(sink.letters, key=lambda letter: letter.received)[5:35]  # the first may come before the others join
    of_october = sum(letter.message.headers["X-Campaign-Id"] == "october" for letter in half)
    assert 8 <= of_october <= 22
