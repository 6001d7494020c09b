"""The log of an account: four levels, begun anew by age, size and change, written by several at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from accounts_samples import SECRET, Written

import gatepost as gp
from gatepost.accounts import log_file


def send(subject: str = "x") -> None:
    gp.send("news", to="olga@example.com", subject=subject, text="y")


@pytest.fixture
def log(written: Written, news: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    accounts = written(news)
    monkeypatch.setenv("GATEPOST_PASSWORD_NEWS", SECRET)
    return accounts.log("news").path


def level(name: str) -> None:
    gp.accounts.edit("news", {"log.level": name})


@pytest.mark.parametrize(
    ("name", "has", "has_not"),
    [
        ("client", ["C: MAIL FROM", "C: AUTH"], ["S: ", "connected to", "-- ", "seconds:"]),
        ("client and server", ["C: MAIL FROM", "S: 250 2.0.0 Ok: queued"], ["connected to", "-- ", "seconds:"]),
        ("connection", ["C: MAIL", "S: 250", "connected to 127.", "logged in by", "bytes of letter"], ["seconds:"]),
        ("low-level", ["connected to", "offers PIPELINING", "seconds: ", " bytes\n"], []),
    ],
)  # fmt: skip
def test_each_level_adds_to_the_one_before(log: Path, name: str, has: list[str], has_not: list[str]) -> None:
    level(name)
    send()
    text = log.read_text()
    assert [one for one in has if one not in text] == []
    assert [one for one in has_not if one in text] == []
    assert SECRET not in text
    assert log.stat().st_mode & 0o777 == 0o600


def test_the_second_level_is_the_default_and_off_writes_nothing(log: Path) -> None:
    send()
    assert "S: 250" in log.read_text() and "connected to" not in log.read_text()
    level("off")
    send()
    assert not log.exists()


def test_the_handshake_of_a_connection_is_written_once(log: Path) -> None:
    with gp.Mailer(gp.accounts["news"]) as mailer:
        for _ in range(3):
            mailer.send(gp.Message(from_="news@example.com", to="olga@example.com", subject="x", text="y"))
    text = log.read_text()
    assert (text.count("C: EHLO"), text.count("C: MAIL FROM")) == (1, 3)


def test_the_log_begins_anew_when_it_is_a_day_old(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    send("first")
    now = log_file.time.time()
    monkeypatch.setattr(log_file.time, "time", lambda: now + 86_399)
    send("second")
    assert log.read_text().count("C: MAIL FROM") == 2
    monkeypatch.setattr(log_file.time, "time", lambda: now + 86_401)
    send("third")
    assert log.read_text().count("C: MAIL FROM") == 1


@pytest.mark.parametrize(("age", "days"), [("week", 7), ("month", 30), ("year", 365)])
def test_the_age_of_the_log_may_be_another(log: Path, monkeypatch: pytest.MonkeyPatch, age: str, days: int) -> None:
    gp.accounts.edit("news", {"log.rewrite": age})
    send("first")
    now = log_file.time.time()
    monkeypatch.setattr(log_file.time, "time", lambda: now + days * 86_400 - 1)
    send("second")
    assert log.read_text().count("C: MAIL FROM") == 2
    monkeypatch.setattr(log_file.time, "time", lambda: now + days * 86_400 + 1)
    send("third")
    assert log.read_text().count("C: MAIL FROM") == 1


def test_the_log_has_a_refusal_of_the_account_once_and_not_again_for_letters_that_were_not_tried(
    log: Path, sink: gp.Sink
) -> None:
    sink.rules.add(phase="mail", reply="550 5.7.1 Your account has been blocked")
    with gp.Mailer(gp.accounts["news"]) as mailer:
        letters = [
            gp.Message(from_="news@example.com", to=f"u{i}@example.com", subject="x", text="y") for i in range(20)
        ]
        assert [result.ok for result in mailer.send_many(letters)] == [False] * 20
    assert 1 <= log.read_text().count("failed:") <= 4  # connections
    assert gp.accounts.state("news").status == "blocked"


@pytest.mark.parametrize(("most", "left"), [(0.002, 1), (0, 5), (10, 5)])
def test_the_log_begins_anew_at_its_size(log: Path, most: float, left: int) -> None:
    gp.accounts.edit("news", {"log.max_mb": most})
    for _ in range(5):
        send()
    text = log.read_text()
    assert text.count("C: MAIL FROM") == left or (left == 1 and len(text) <= 2000)


def test_the_log_is_cleared_when_the_account_changes(log: Path) -> None:
    send()
    gp.accounts.edit("news", {"sender": "other@example.com"})
    assert not log.exists()


def test_a_failure_is_written_down_with_its_reason(log: Path, sink: gp.Sink) -> None:
    sink.rules.add(phase="rcpt", reply="550 5.1.1 No such user")
    with pytest.raises(gp.SendError):
        send()
    text = log.read_text()
    assert "failed:" in text and "No such user" in text


def test_a_name_of_an_account_is_never_a_path(written: Written, tmp_path: Path) -> None:
    accounts = written("['../../x/y']\nurl = 'smtp://h'\n['..']\nurl = 'smtp://h'\n")
    for name in accounts:
        assert accounts.log(name).path.parent == tmp_path / "accounts.state" / "logs"


def test_several_processes_write_whole_lines(log: Path, sink: gp.Sink) -> None:
    code = "import gatepost as gp\nfor _ in range(10): gp.send('news', to='a@example.com', subject='x', text='y')"
    writers = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]
    assert [one.wait(timeout=120) for one in writers] == [0, 0]
    lines = log.read_text().splitlines()
    assert sum("C: MAIL FROM" in line for line in lines) == 20
    assert lines[0].startswith("# begun") and not any("# begun" in line for line in lines[1:])


def test_campaigns_are_written_down_too(log: Path, tmp_path: Path) -> None:
    campaign = gp.Campaign(
        "october", template=gp.Template(subject="x", text="y"),
        recipients=[{"email": f"a{i}@example.com"} for i in range(3)], accounts="news", store=tmp_path / "c.db",
    )  # fmt: skip
    campaign.run(progress=False)
    assert log.read_text().count("C: RCPT TO") == 3


def test_a_program_hears_of_outcomes_by_logging_alone_and_nothing_is_printed_unasked(
    log: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level("INFO", logger="gatepost"):
        send()
    assert any("account news: accepted olga@example.com" in one.getMessage() for one in caplog.records)
    assert {one.name.split(".")[0] for one in caplog.records} == {"gatepost"}
    code = (
        "import gatepost as gp\n"
        "try: gp.send('news', to='a@example.com', subject='x', text='y', timeout=9)\n"
        "except gp.SendError: pass"
    )
    gp.accounts.edit("news", {"url": "smtp://127.0.0.1:1"})
    quiet = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert (quiet.stdout, quiet.stderr) == ("", "")


def test_nothing_of_a_challenge_stays_by_which_a_password_could_be_guessed(written: Written) -> None:
    with gp.Sink(users={"ivan": SECRET}) as gate:
        accounts = written(f"[news]\nurl = 'smtp://ivan@{gate.url.rpartition('@')[2]}'\nsender = 'a@example.com'\n")
        accounts.edit("news", {"auth.mechanisms": "SCRAM-SHA-256", "log.level": "low-level"})
        accounts.keep_password("news", SECRET)
        send()
    lines = [line for line in accounts.log("news").path.read_text().splitlines() if "S: 334" in line]
    assert len(lines) == 2 and all(line.endswith("S: 334 ****") for line in lines)
