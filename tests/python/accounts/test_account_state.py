"""How accounts stand: kept for all processes, said in words."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from accounts_samples import Written

import gatepost as gp
from gatepost.accounts.state_store import StateStore

LETTER = {"to": "olga@example.com", "subject": "x", "text": "y"}


def send(name: str = "news") -> gp.SendResult:
    return gp.send(name, **LETTER)  # type: ignore[arg-type]


@pytest.fixture
def accounts(written: Written, sink: gp.Sink) -> gp.AccountsFile:
    return written(
        f"[news]\nurl = '{sink.url}'\nsender = 'news@example.com'\nlimits.per_hour = 5\nlimits.per_day = 50\n"
    )


def test_an_account_that_was_never_used_is_active(accounts: gp.AccountsFile) -> None:
    assert accounts.state("news") == gp.AccountState()
    assert accounts.left("news") == [(5, 3600.0, 5), (50, 86400.0, 50)]
    assert not accounts.folder.exists()  # looking writes nothing


def test_success_and_error_and_what_is_left_are_written_down(accounts: gp.AccountsFile, sink: gp.Sink) -> None:
    send()
    sink.rules.add(phase="rcpt", reply="550 5.1.1 No such user")
    with pytest.raises(gp.SendError):
        send()
    state = accounts.state("news")
    assert state.status == "active"
    assert state.last_success is not None and time.time() - state.last_success < 60
    assert "No such user" in state.last_error and state.last_error_at is not None
    assert accounts.left("news") == [(5, 3600.0, 3), (50, 86400.0, 48)]


def test_a_pause_holds_in_every_process_until_somebody_ends_it(accounts: gp.AccountsFile, sink: gp.Sink) -> None:
    accounts.pause("news", "holidays", by="olga")
    with pytest.raises(gp.AccountPaused, match="account news is paused by olga: holidays") as caught:
        send()
    assert caught.value.until is None
    code = "import gatepost as gp\ngp.send('news', to='a@example.com', subject='x', text='y')"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert "account news is paused by olga: holidays" in other.stderr
    assert sink.received == 0
    accounts.resume("news")
    send()
    assert sink.received == 1


def test_a_pause_with_an_end_ends_by_itself(accounts: gp.AccountsFile) -> None:
    accounts.pause("news", until=time.time() + 3600)
    assert "paused until" in accounts.state("news").in_words()
    accounts.pause("news", until=time.time() - 1)
    assert accounts.state("news").status == "active"
    send()


def test_a_check_may_try_though_the_account_is_paused(accounts: gp.AccountsFile) -> None:
    accounts.pause("news", "holidays")
    assert accounts["news"].check()
    assert accounts.state("news").status == "paused"  # a person said so


def test_what_a_server_says_of_the_account_pauses_it_with_an_end_and_a_success_ends_that(
    accounts: gp.AccountsFile, sink: gp.Sink
) -> None:
    sink.rules.add(phase="mail", reply="454 4.7.0 Too many login attempts")
    with pytest.raises(gp.SendError):
        send()
    state = accounts.state("news")
    assert state.status == "paused" and state.by == "the server's reply" and "Too many login" in state.why
    assert state.until is not None and state.until > time.time()
    with pytest.raises(gp.AccountPaused):
        send()
    sink.rules.clear()
    accounts["news"].check()
    assert accounts.state("news").status == "active"


def test_a_letter_that_was_under_way_before_a_pause_does_not_end_it(accounts: gp.AccountsFile) -> None:
    states = StateStore(accounts.folder)
    states.stop("news", "paused", "quota", time.time() + 3600, "the server's reply", since=1000.0)
    states.succeeded("news", at=1001.0, begun=999.0)
    assert accounts.state("news").status == "paused"
    assert accounts.state("news").last_success == 1001.0
    states.succeeded("news", at=1002.0, begun=1000.5)
    assert accounts.state("news").status == "active"


def test_one_recipient_more_that_is_refused_does_not_hide_what_was_said_of_the_account(
    accounts: gp.AccountsFile, sink: gp.Sink
) -> None:
    sink.rules.add(phase="rcpt", to="u19@*", reply="550 5.1.1 No such user")
    sink.rules.add(phase="mail", times=3)
    sink.rules.add(phase="mail", reply="550 5.4.5 Daily user sending quota exceeded")
    letters = [gp.Message(from_="news@example.com", to=f"u{i}@example.com", subject="x", text="y") for i in range(4)]
    letters.insert(0, gp.Message(from_="news@example.com", to="u19@example.com", subject="x", text="y"))
    with gp.Mailer(accounts["news"]) as mailer:
        list(mailer.send_many(letters))
    assert accounts.state("news").status == "paused"


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        ("502 5.7.0 Your SMTP account is not yet activated", "not activated"),
        ("535 5.7.1 Your account has been blocked", "blocked"),
    ],
)
def test_an_account_that_its_provider_does_not_let_send_says_so(
    accounts: gp.AccountsFile, sink: gp.Sink, reply: str, status: str
) -> None:
    sink.rules.add(phase="mail", reply=reply)
    with pytest.raises(gp.SendError):
        send()
    state = accounts.state("news")
    assert state.status == status and state.until is not None
    assert reply[10:] in state.in_words()


def test_a_reply_to_a_recipient_never_pauses_the_account(accounts: gp.AccountsFile, sink: gp.Sink) -> None:
    sink.rules.add(phase="rcpt", reply="535 5.7.8 Incorrect login or password")
    with pytest.raises(gp.SendError):
        send()
    assert accounts.state("news").status == "active"


def test_a_server_does_not_replace_what_a_person_said(accounts: gp.AccountsFile, sink: gp.Sink) -> None:
    accounts.pause("news", "holidays", by="olga")
    sink.rules.add(phase="connect", reply="454 4.7.0 Too many login attempts")
    with pytest.raises(gp.SendError):
        accounts["news"].check()
    assert accounts.state("news").by == "olga"


def test_an_edit_forgets_what_a_server_had_against_the_account_before(accounts: gp.AccountsFile, sink: gp.Sink) -> None:
    sink.rules.add(phase="mail", reply="454 4.7.0 Too many login attempts", nth=1)
    with pytest.raises(gp.SendError):
        send()
    accounts.edit("news", {"timeouts.connect": 5})
    assert accounts.state("news").status == "active"


def test_scripts_that_run_one_after_the_other_keep_to_one_limit(written: Written, sink: gp.Sink) -> None:
    written(f"[news]\nurl = '{sink.url}'\nsender = 'news@example.com'\nlimits.per_hour = 2\n")
    code = "import gatepost as gp\ngp.send('news', to='a@example.com', subject='x', text='y', timeout=2)"

    def script() -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)

    assert [script().returncode for _ in range(2)] == [0, 0]
    third = script()
    assert third.returncode == 1 and "the limit of 2 letters in 3600 s is used up" in third.stderr
    assert sink.received == 2


def test_a_campaign_heeds_and_keeps_the_state_too(
    accounts: gp.AccountsFile, written: Written, sink: gp.Sink, tmp_path: Path
) -> None:
    with gp.Sink() as second:
        accounts = written(
            f"[first]\nurl = '{sink.url}'\nsender = 'a@example.com'\n"
            f"[second]\nurl = '{second.url}'\nsender = 'b@example.com'\nlimits.per_hour = 10\n"
        )
        accounts.pause("first", "holidays")
        campaign = gp.Campaign(
            "october", template=gp.Template(subject="x", text="y"),
            recipients=[{"email": f"a{i}@example.com"} for i in range(4)],
            accounts=["first", "second"], store=tmp_path / "c.db",
        )  # fmt: skip
        report = campaign.run(progress=False)
        assert (sink.received, second.received) == (0, 4)
        assert "first" in str(report) and "holidays" in str(report)
        assert accounts.left("second")[0][2] == 6
        assert accounts.state("second").last_success


def test_a_letter_counts_as_sent_though_its_outcome_cannot_be_written_down(
    accounts: gp.AccountsFile, sink: gp.Sink, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise gp.StoreError("the disk is full")

    monkeypatch.setattr(StateStore, "succeeded", full)
    assert send().ok
    assert "was not written down: the disk is full" in caplog.text


def test_a_state_that_is_not_a_store_is_an_error_in_words(accounts: gp.AccountsFile) -> None:
    accounts.folder.mkdir()
    (accounts.folder / "state.db").write_bytes(b"x" * 5000)
    with pytest.raises(gp.StoreError, match="not a database"):
        accounts.state("news")
