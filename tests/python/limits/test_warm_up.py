"""An account that servers do not know yet: its limit of a day grows from day to day."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from store_samples import attempt

import gatepost as gp
from gatepost.sending.limits import DAY
from gatepost.sending.warm_up import WarmUp
from gatepost.store import Store, open_store

PEOPLE = [{"email": f"u{i}@example.com"} for i in range(12)]
TEXT = gp.Template(subject="s", text="x")


@pytest.fixture
def sink() -> Iterator[gp.Sink]:
    with gp.Sink() as sink:
        yield sink


@pytest.mark.parametrize(
    ("given", "steps"),
    [
        ([50, 100, 100], (50, 100, 100)),
        ("50, 100,500", (50, 100, 500)),
        ("50 doubling to 1000", (50, 100, 200, 400, 800, 1000)),
        ("50 doubling to 400", (50, 100, 200, 400)),
        ("7", (7,)),
    ],
)
def test_the_steps_of_a_warm_up(given: object, steps: tuple[int, ...]) -> None:
    limits = gp.Limits(per_hour=60, per_day=300, warm_up=given)  # type: ignore[arg-type]
    assert limits.warm_up == steps
    assert limits.windows == ((60, 3600.0), (min(300, steps[-1]), DAY))
    assert limits.windows_on(1) == ((60, 3600.0), (min(300, steps[min(1, len(steps) - 1)]), DAY))


@pytest.mark.parametrize(
    "wrong", [[], [100, 50], [0], [1.5], "fast", "50 doubling", "", {50: 1}, 5, [True], "0 doubling to 9"]
)
def test_what_is_no_warm_up_is_refused(wrong: object) -> None:
    with pytest.raises(gp.InputError, match=r"limits.warm_up"):
        gp.Limits(warm_up=wrong)  # type: ignore[arg-type]


def warmed(store: Store, days: float, letters: int = 1) -> None:
    """As if the account had sent its first letters so many days ago."""
    at = time.time() - days * DAY
    store.add_attempts([attempt(at + i, "u@example.com", account="news") for i in range(letters)])


def test_days_count_from_the_first_letter_that_the_store_knows(store: Store) -> None:
    limits = gp.Limits(warm_up=[5, 10, 20])
    assert store.first_sent("news") is None and WarmUp("news", limits, None).windows() == ((5, DAY),)
    assert str(WarmUp("news", limits, store)) == "day 1 of 3: 5 letters in 24 hours"
    warmed(store, 1.5)
    warm_up = WarmUp("news", limits, store)
    assert warm_up.day == 1 and warm_up.windows() == ((10, DAY),)
    assert str(warm_up).startswith("day 2 of 3: 10 letters in 24 hours; 20 from 20")
    assert 0.49 * DAY < warm_up.next_at - time.time() < 0.51 * DAY
    warmed(store, 9)
    over = WarmUp("news", limits, store)
    assert over.windows() == ((20, DAY),) and str(over) == "" and over.next_at == float("inf")


@pytest.mark.parametrize(("days", "letters"), [(0, 3), (1.2, 6), (40, 12)])
def test_a_campaign_sends_as_many_as_the_day_has(sink: gp.Sink, store_url: str, days: float, letters: int) -> None:
    if days:
        opened = open_store(store_url)
        warmed(opened, days)
        opened.close()
    account = sink.account(name="news", sender="news@example.com", limits=gp.Limits(warm_up=[3, 6, 12]))
    with gp.Campaign("october", template=TEXT, recipients=PEOPLE, accounts=account, store=store_url) as campaign:
        report = campaign.run(progress=False, max_seconds=4.0)
        assert len(sink.letters) == letters and report.counts["accepted"] == letters
        if letters < 12:
            said = str(campaign.explain())
            assert f"Account news warms up: day {1 if not days else 2} of 3: {letters} letters in 24 hours" in said
            assert f"Account news: 0 of {letters} letters left in 86400 s" in said
            assert f"the limit of {letters} letters in 86400 s is used up" in str(report)


def test_a_check_tells_the_days_that_a_warm_up_takes(sink: gp.Sink, tmp_path: Path) -> None:
    account = sink.account(name="news", sender="news@example.com", limits=gp.Limits(per_hour=100, warm_up=[2, 4, 100]))
    with gp.Campaign("o", template=TEXT, recipients=PEOPLE, accounts=account, store=tmp_path / "c.db") as campaign:
        checked = campaign.check()
        assert checked.seconds == 2 * DAY
        assert "account news warms up: day 1 of 3: 2 letters in 24 hours" in str(checked)
        assert "the rest takes at least 2 days" in str(campaign.explain())


def test_two_campaigns_share_the_day(sink: gp.Sink, tmp_path: Path) -> None:
    store = str(tmp_path / "c.db")
    limits = gp.Limits(warm_up=[3, 6])
    for name in ("one", "two"):
        account = sink.account(name="news", sender="news@example.com", limits=limits)
        with gp.Campaign(name, template=TEXT, recipients=PEOPLE[:2], accounts=account, store=store) as campaign:
            campaign.run(progress=False, max_seconds=3.0)
    assert len(sink.letters) == 3


def test_a_store_that_fails_holds_letters_back_until_it_answers(
    sink: gp.Sink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[float | None] = []

    def first_sent(store: Store, account: str) -> float | None:
        answers.append(None)
        if len(answers) < 3:
            raise gp.StoreError("away")
        return None

    monkeypatch.setattr("gatepost.store.tables.attempts.AttemptTable.first_sent", first_sent)
    account = sink.account(name="news", sender="news@example.com", limits=gp.Limits(warm_up=[3, 6]))
    store = str(tmp_path / "c.db")
    with gp.Campaign("one", template=TEXT, recipients=PEOPLE[:2], accounts=account, store=store) as campaign:
        assert campaign.run(progress=False, max_seconds=20.0).ok
    assert len(answers) >= 3


def test_a_mailer_needs_a_store_to_count_in(sink: gp.Sink, tmp_path: Path) -> None:
    account = sink.account(name="news", sender="news@example.com", limits=gp.Limits(warm_up=[1, 6]))
    letter = gp.Message(from_="news@example.com", to="olga@example.com", subject="x", text="x")
    with pytest.raises(gp.InputError, match=r"account news: its warm-up is counted in a store: pass history="):
        gp.Mailer(account).send(letter)
    with gp.History(str(tmp_path / "h.db")) as history, gp.Mailer(account, history=history) as mailer:
        assert mailer.send(letter).ok
        with pytest.raises(gp.LimitReached):
            mailer.send(letter, timeout=0.5)
