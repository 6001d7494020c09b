"""The time of day is set while a campaign runs."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

import gatepost as gp
from gatepost.clocks import SteadyClock


@pytest.mark.parametrize("by", [-86400.0, 86400.0])
def test_a_steady_clock_goes_on_where_the_time_of_day_is_set(monkeypatch: pytest.MonkeyPatch, by: float) -> None:
    clock, true_time = SteadyClock(), time.time
    before = clock()
    monkeypatch.setattr(time, "time", lambda: true_time() + by)
    assert before <= clock() < before + 60
    assert before == pytest.approx(true_time(), abs=60)


@pytest.mark.parametrize("by", [-86400.0, 86400.0])
@pytest.mark.parametrize("ends", ["pause", "cancel"])
def test_pause_and_cancel_from_elsewhere_are_seen_where_the_time_of_day_was_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: float, ends: str
) -> None:
    true_time, store = time.time, str(tmp_path / "c.db")
    with gp.Sink() as sink:
        account = sink.account(sender="a@example.com", limits=gp.Limits(per_hour=2))
        campaign = gp.Campaign(
            "october", template=gp.Template(subject="x", text="x"), accounts=account, store=store,
            recipients=[{"email": f"u{i}@example.com"} for i in range(4)],
        )  # fmt: skip
        reports: list[gp.CampaignReport] = []
        run = threading.Thread(target=lambda: reports.append(campaign.run(progress=False)))
        run.start()
        sink.wait(2)
        monkeypatch.setattr(time, "time", lambda: true_time() + by)
        with gp.Campaign.open("october", store=store) as other:
            getattr(other, ends)()
        run.join(30)
    assert not run.is_alive()
    assert reports[0].state == {"pause": "paused", "cancel": "cancelled"}[ends]
    assert reports[0].counts["accepted"] == 2
