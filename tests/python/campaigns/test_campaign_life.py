"""A campaign's life around its runs: how a run ended, letters to oneself, previews, other names, exports."""

from __future__ import annotations

import csv
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from campaign_samples import PEOPLE
from fake_engine import NO_CONNECTION, WRONG_PASSWORD, Failure, Server

import gatepost as gp
from gatepost.accounts import Account
from gatepost.campaigns import Campaign, Suppressions, Template
from gatepost.campaigns.run.run_lock import RunLock
from gatepost.errors import InputError
from gatepost.store import StoreError

Make = Callable[..., Campaign]


@pytest.mark.parametrize(
    ("number", "name"), [(signal.SIGINT, "Ctrl-C"), (signal.SIGTERM, "SIGTERM"), (signal.SIGHUP, "SIGHUP")]
)
def test_a_signal_pauses_and_status_names_it(server: Server, make: Make, number: signal.Signals, name: str) -> None:
    people = [{"email": f"u{i}@example.com", "name": "a"} for i in range(2000)]
    before = signal.getsignal(number)
    server.on_letter = lambda n: signal.raise_signal(number) if n == 300 else None
    campaign = make(recipients=people)
    report = campaign.run()
    assert (report.state, report.why, report.stopped_by) == ("paused", name, number.name)
    assert campaign.status().why.startswith(f"{name} (")
    assert signal.getsignal(number) is before
    server.on_letter = lambda n: None
    assert campaign.run().stopped_by == ""
    assert campaign.status().why == ""


def test_what_a_run_waited_for_when_it_was_ended_stands_in_the_status(server: Server, make: Make) -> None:
    limited = Account("smtp://127.0.0.1:2526", name="first", sender="a@example.com", limits=gp.Limits(per_hour=4))
    campaign = make(accounts=[limited])

    began, waits = server.clock.now, [True]

    def clock() -> float:
        if server.clock.now > began + 60 and waits:
            waits.clear()
            signal.raise_signal(signal.SIGTERM)
        return server.clock.now

    campaign._run_clock = lambda: clock
    campaign.run()
    assert campaign.status().why.startswith("SIGTERM; until then: account first: the limit of 4 letters in 3600 s")


def test_a_signal_that_is_ignored_stays_so(server: Server, make: Make) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        server.on_letter = lambda n: signal.raise_signal(signal.SIGHUP)
        assert make().run().ok
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize("failure", [WRONG_PASSWORD, NO_CONNECTION], ids=["login", "connection"])
def test_a_pause_for_the_account_stands_in_status_and_history(
    server: Server, make: Make, store_path: str, failure: Failure
) -> None:
    server.script = lambda to, name, nth: failure
    report = make().run(wait_for_retries=False)
    assert report.stopped_by == "accounts"
    looked_at = Campaign.open("october", store=store_path, accounts=[])
    assert failure.category in str(looked_at.status())
    errors = gp.History(store_path).errors().to_polars()
    assert "run" in errors["phase"].to_list() and failure.phase in errors["phase"].to_list()
    assert failure.category in " ".join(errors.filter(errors["phase"] == "run")["reply"])
    assert gp.History(store_path).errors(account="main").to_polars()["phase"].to_list().count("run") == 0


def test_putting_recipients_back_forgets_why_the_run_before_ended(server: Server, make: Make) -> None:
    server.script = lambda to, name, nth: NO_CONNECTION
    campaign = make()
    campaign.run(wait_for_retries=False)
    assert campaign.status().why
    server.script = lambda to, name, nth: Failure() if to.startswith("user1@") else None
    campaign.run()
    campaign.failed().resend()
    assert campaign.status().state == "paused" and campaign.status().why == ""


def test_a_run_whose_process_is_gone_is_told_as_broken_off(make: Make) -> None:
    campaign = make()
    worker = campaign._store.join(campaign._record.id, "desk:1234", campaign._clock())
    campaign._store.set_state(campaign._record.id, "running")
    lock = RunLock(campaign._store.url, campaign._record.id, campaign.name)
    assert campaign.status().broken_off == ""
    lock.release()
    campaign._store.leave(worker)
    campaign._store.join(campaign._record.id, f"{socket.gethostname()}:1234", campaign._clock())
    assert ":1234" in campaign.status().broken_off
    assert "No process is at work any more" in str(campaign.status())
    assert "run() or resume() sends" in str(campaign.explain())


def test_campaigns_of_a_store_are_listed_and_one_gets_another_name(server: Server, make: Make, store_path: str) -> None:
    make().run()
    campaign = make("november", recipients=PEOPLE[:2])
    assert Campaign.stored(store_path).to_polars().select("name", "state", "rows", "accepted", "left").rows() == [
        ("october", "done", 10, 10, 0),
        ("november", "new", 2, 0, 2),
    ]
    with pytest.raises(StoreError, match="already has a campaign 'october'"):
        campaign.rename("october")
    campaign.rename("ноябрь")
    assert campaign.name == "ноябрь" and campaign.describe()["campaign_id"] == "noyabr"
    assert make("ноябрь", recipients=PEOPLE[:2]).changes == []


def test_a_campaign_is_deleted_where_nothing_went_out_or_that_is_wanted(
    server: Server, make: Make, store_path: str
) -> None:
    make("untouched").delete()
    campaign = make()
    campaign.run()
    with pytest.raises(StoreError, match="begun=True"):
        campaign.delete()
    campaign.delete(begun=True)
    assert Campaign.stored(store_path).to_polars().is_empty()
    assert len(gp.History(store_path).attempts()) == 10
    assert make().status().why == ""


def test_what_a_broken_run_left_under_way_is_neither_renamed_nor_deleted(make: Make) -> None:
    campaign = make()
    campaign._store.lease(campaign._store.join(campaign._record.id, "test", 0.0), 1, 0.0)
    for act in (lambda: campaign.rename("x"), lambda: campaign.delete(begun=True)):
        with pytest.raises(StoreError, match="run it again, which settles them"):
            act()


def test_an_export_has_the_letter_the_list_and_the_results(server: Server, make: Make, tmp_path: Path) -> None:
    template = Template(subject="x", html="<p>{{ name }}</p>", attachments=[("Прайс.txt", b"1")])
    campaign = make(template=template)
    campaign.run()
    written = campaign.export(tmp_path / "out")
    assert {path.name for path in written} == {
        "campaign.json", "letter.html", "recipients.csv", "results.csv", "1-Прайс.txt",
    }  # fmt: skip
    with open(tmp_path / "out" / "recipients.csv", encoding="utf-8-sig") as file:
        assert list(csv.DictReader(file)) == PEOPLE


@pytest.fixture
def real(tmp_path: Path, sink: gp.Sink) -> Campaign:
    html = "<p>{{ name }} <img src='cid:logo'></p>"
    return Campaign(
        "october",
        template=Template(subject="Привет, {{ name }}!", html=html, inline={"logo": b"GIF89a"}),
        recipients=[*PEOPLE[:3], {"email": "broken", "name": "x"}],
        accounts=Account(sink.url, sender="news@example.com"),
        store=str(tmp_path / "campaigns.db"),
    )  # fmt: skip


def test_a_letter_to_oneself_is_that_of_a_row_and_changes_nothing(real: Campaign, sink: gp.Sink) -> None:
    result = real.test("Я <me@example.com>", row=2)
    assert result.ok and real.status().counts == {"queued": 3, "invalid": 1}
    [letter] = sink.letters
    assert letter.envelope.to == ["me@example.com"] and letter.message.subject == "Привет, Имя2!"
    real.test("me@example.com")
    assert sink.letters[1].message.subject == "Привет, Имя1!"
    for row in (4, 77):
        with pytest.raises(InputError, match=f"row {row} is not in the list, or its address is bad"):
            real.test("me@example.com", row=row)
    with pytest.raises(InputError, match="to: "):
        real.test("nobody")


def test_a_preview_is_a_page_whose_letters_run_no_script(real: Campaign, tmp_path: Path) -> None:
    path = real.preview(tmp_path / "page.html", rows=[3])
    page = path.read_text(encoding="utf-8")
    assert "Имя3" in page and "Имя1" not in page and 'sandbox=""' in page and "data:image/gif" in page
    assert real.preview(tmp_path / "all.html").read_text(encoding="utf-8").count("<iframe") == 3


def test_whoever_is_no_longer_suppressed_is_sent_to_after_resend(server: Server, make: Make, store_path: str) -> None:
    Suppressions(store_path).add(["user1@example.com", "user2@example.com"])
    campaign = make()
    campaign.run()
    Suppressions(store_path).remove("user1@example.com")
    assert len(campaign.suppressed()) == 2
    campaign.suppressed().resend()
    assert campaign.run().counts == {"accepted": 9, "suppressed": 1}


def test_results_come_with_the_columns_that_are_asked_for(server: Server, make: Make) -> None:
    campaign = make()
    campaign.run()
    assert campaign.results(["row", "last_at"]).columns == ["row", "last_at"]
    assert campaign.results("status").to_polars()["status"].to_list() == ["accepted"] * 10
    assert campaign.results().to_polars().select("last_at").equals(campaign.results(["last_at"]).to_polars())
    with pytest.raises(InputError, match="columns"):
        campaign.results(["status", "colour"])


def test_rows_of_a_selection_are_those_of_the_results(server: Server, make: Make, store_path: str) -> None:
    Suppressions(store_path).add("user1@example.com")
    campaign = make()
    campaign.run()
    all_rows = campaign.results().to_polars()
    assert campaign.suppressed().results().to_polars().equals(all_rows.filter(all_rows["status"] == "suppressed"))


def test_nobody_gets_a_letter_before_the_start(server: Server, make: Make) -> None:
    start = server.clock.now + 3600
    campaign = make(start_at=start)
    report = campaign.run(wait_for_retries=False)
    assert report.state == "paused" and report.why.startswith("it starts at") and server.delivered == []
    assert "It starts at" in str(campaign.explain())
    assert campaign.run().ok
    assert server.clock.now >= start


def test_who_waits_when_the_time_is_over_gets_no_letter(server: Server, make: Make) -> None:
    limited = Account("smtp://127.0.0.1:2526", name="first", sender="a@example.com", limits=gp.Limits(per_hour=4))
    campaign = make(accounts=[limited], expires_at=server.clock.now + 5400)
    assert "takes at least 2 h" in str(campaign.explain()) and "Its time is over at" in str(campaign.explain())
    report = campaign.run()
    assert report.counts == {"accepted": 8, "expired": 2} and report.state == "done"
    assert "the campaign's time was over" in set(campaign.failed().results().to_polars()["detail"]).pop()


def test_times_may_change_while_letters_go(server: Server, make: Make) -> None:
    make(recipients=PEOPLE[:2]).run()
    later = make(recipients=PEOPLE[:3], expires_at="2100-01-01")
    assert later.run().counts == {"accepted": 3}
    assert make(recipients=PEOPLE[:3], expires_at="2099-01-01").changes == []
    with pytest.raises(InputError, match=r"start_at .* must be before expires_at"):
        make(start_at="2026-12-02", expires_at="2026-12-01")
    with pytest.raises(InputError, match="start_at: 'soon' is not an ISO date or time"):
        later.update(start_at="soon")
