"""Rows that name an account which may not send now wait for it without being asked for again and again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from fake_engine import Server

from gatepost.accounts import Account
from gatepost.campaigns import Campaign, Template
from gatepost.campaigns.run.ledger import Ledger
from gatepost.sending.limits import Limits
from gatepost.store import Settled, Status

Make = Callable[..., Campaign]


@pytest.mark.parametrize("limit", [{"per_minute": 1}, {"per_minute": 3}, {"per_minute": 4, "per_hour": 200}])
def test_rows_of_an_account_at_its_limit_are_put_off_until_their_turn(
    server: Server, make: Make, monkeypatch: pytest.MonkeyPatch, limit: dict[str, int]
) -> None:
    put_off: Counter[int] = Counter()
    keep = Ledger.keep

    def counted(self: Ledger, settled: Settled, *more: Any) -> None:
        put_off[settled.row] += settled.status is Status.RETRYING
        keep(self, settled, *more)

    monkeypatch.setattr(Ledger, "keep", counted)
    accounts = [
        Account("smtp://127.0.0.1:2525", name="main", sender="a@x.ru"),
        Account("smtp://127.0.0.1:2526", name="slow", sender="a@x.ru", limits=Limits(**limit)),  # type: ignore[arg-type]
    ]
    rows = [{"email": f"u{i}@x.ru", "account": "slow" if i % 2 else ""} for i in range(16)]
    campaign = make(recipients=rows, accounts=accounts, template=Template(subject="x", text="x"))
    report = campaign.run()
    assert (report.why, report.counts) == ("", {"accepted": 16})
    assert sum(put_off.values()) <= 16, put_off
