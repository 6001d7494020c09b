"""gatepost account: a newcomer's day."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from accounts_samples import SECRET, Written
from typer.testing import CliRunner, Result

import gatepost as gp
from gatepost.cli import app
from gatepost.cli.account.pausing import moment_of

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    def go(*arguments: object, **options: Any) -> Result:
        return CliRunner().invoke(app, [str(one) for one in arguments], **options)

    return go


@pytest.fixture
def gate() -> Any:
    with gp.Sink(users={"ivan": SECRET}) as sink:
        yield sink


def bare(gate: gp.Sink) -> str:
    """The sink's URL with a login and no password."""
    return f"smtp://ivan@{gate.url.rpartition('@')[2]}"


def add(run: Run, gate: gp.Sink, name: str = "news", *more: object, password: str = SECRET) -> Result:
    return run(
        "account", "add", name, "--url", bare(gate), "--sender", "News <news@example.com>",
        "--set", "auth.allow_cleartext=true", "--password-stdin", *more, input=f"{password}\n",
    )  # fmt: skip


LETTER = ("--to", "olga@example.com", "--subject", "x", "--text", "y")


def test_an_account_is_added_once_it_has_logged_in_and_its_password_stands_nowhere(
    run: Run, gate: gp.Sink, tmp_path: Path
) -> None:
    added = add(run, gate, "news", "--send-to", "me@example.com", "--set", "limits.per_hour=20")
    assert added.exit_code == 0, added.output
    assert "logged in by" in added.output and "a test letter to me@example.com was accepted" in added.output
    assert gate.letters[0].message.from_ == "News <news@example.com>"
    assert gp.accounts["news"].limits.per_hour == 20
    assert SECRET not in added.output
    assert not any(SECRET.encode() in one.read_bytes() for one in tmp_path.rglob("*") if one.is_file())


def test_an_account_that_fails_its_check_is_not_saved(run: Run, gate: gp.Sink, tmp_path: Path) -> None:
    refused = add(run, gate, password="wrong")
    assert refused.exit_code == 3
    assert "Nothing was saved" in refused.output
    assert list(gp.accounts) == []
    assert not [one for one in tmp_path.rglob("*") if one.is_file() and "lock" not in one.name]
    assert add(run, gate, "news", "--no-check", password="wrong").exit_code == 0
    assert list(gp.accounts) == ["news"]


def test_the_advice_of_the_provider_stands_beside_a_refused_login(run: Run, gate: gp.Sink, tmp_path: Path) -> None:
    host, port = gate.url.rpartition("@")[2].split(":")
    preset = (
        f"[ours]\nadvice = 'Make an app password.'\nsmtp = {{ host = '{host}', port = {port}, security = 'none' }}\n"
    )
    (tmp_path / "presets.toml").write_text(preset)
    (tmp_path / "presets.toml").chmod(0o600)
    refused = run("account", "add", "a", "--preset", "ours", "--login", "ivan", "--password-stdin", input="wrong\n")
    assert refused.exit_code == 3
    assert "Make an app password." in refused.output


def test_the_provider_is_found_by_the_domain_of_the_login_or_its_mx(run: Run, tmp_path: Path) -> None:
    added = run("account", "add", "mine", "--login", "ivan@bk.ru", "--no-check", "--password-stdin", input="pw\n")
    assert added.exit_code == 0, added.output
    assert gp.accounts["mine"].host == "smtp.mail.ru"
    (tmp_path / "dns.json").write_text(
        '{"company.example MX": ["10 mx.yandex.net."], "hosted.example MX": ["1 aspmx.l.google.com"],'
        ' "deaf.example MX": null}'
    )
    dns = ("--dns", tmp_path / "dns.json", "--no-check", "--password-stdin")
    hosted = run("account", "add", "company", "--login", "ivan@company.example", *dns, input="pw\n")
    assert hosted.exit_code == 0, hosted.output
    assert "at Yandex Mail, as its MX mx.yandex.net says" in " ".join(hosted.output.split())
    assert gp.accounts["company"].host == "smtp.yandex.ru" and gp.accounts["company"].login == "ivan@company.example"
    assert run("account", "add", "w", "--login", "a@hosted.example", *dns, input="pw\n").exit_code == 0
    assert gp.accounts["w"].host == "smtp.gmail.com"
    deaf = run("account", "add", "d", "--login", "a@deaf.example", *dns, input="pw\n")
    assert deaf.exit_code == 2 and "the DNS did not answer" in " ".join(deaf.output.split())
    unknown = run("account", "add", "other", "--login", "ivan@example.com", *dns, input="pw\n")
    assert unknown.exit_code == 2 and "pass --preset" in unknown.output


def test_a_password_is_asked_for_where_nobody_gives_one(run: Run, gate: gp.Sink) -> None:
    url = bare(gate)
    nobody = run("account", "add", "news", "--url", url, "--no-check")
    assert nobody.exit_code == 2 and "--password-stdin" in nobody.output
    from_environment = run("account", "add", "news", "--url", url, "--no-check", env={"GATEPOST_PASSWORD": SECRET})
    assert from_environment.exit_code == 0, from_environment.output
    assert gp.accounts["news"]._password == SECRET


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--set", "limits.per_houre=5"], "did you mean per_hour"),
        (["--set", "limits.per_hour"], "KEY=VALUE"),
        (["--set", "password=x"], "is not kept in the file"),
        (["--preset", "gmial"], "preset and url|did you mean gmail"),
    ],
)
def test_a_wrong_setting_is_named_and_the_exit_code_is_2(run: Run, gate: gp.Sink, more: list[str], told: str) -> None:
    wrong = add(run, gate, "news", *more)
    assert wrong.exit_code == 2
    assert re.search(told, " ".join(wrong.output.split()))


def test_letters_go_through_accounts_by_name_and_by_their_sender(run: Run, gate: gp.Sink) -> None:
    add(run, gate)
    assert run("send", "--account", "news", *LETTER).exit_code == 0
    assert run("send", "--from", "News <news@example.com>", *LETTER).exit_code == 0
    assert gate.received == 2
    wrong = run("send", "--account", "nwes", *LETTER)
    assert wrong.exit_code == 2 and "did you mean news" in " ".join(wrong.output.split())
    nobody = run("send", "--from", "other@example.org", *LETTER)
    assert nobody.exit_code == 2 and "no account fits" in " ".join(nobody.output.split())


def test_a_password_in_a_mistyped_url_is_not_repeated(run: Run, gate: gp.Sink) -> None:
    add(run, gate)
    wrong = run("send", "--account", "smtps//ivan:hunter2@mx.example.com", *LETTER)
    assert wrong.exit_code == 2 and "hunter2" not in wrong.output


def test_a_replaced_sender_is_said(run: Run, gate: gp.Sink) -> None:
    add(run, gate, "news", "--set", "allow_another_sender=false")
    sent = run("send", "-a", "news", "--from", "ivan@other.example", *LETTER)
    assert "answers go to ivan@other.example" in " ".join(sent.output.split())
    told = json.loads(run("send", "-a", "news", "--from", "ivan@other.example", *LETTER, "--json").stdout)
    assert told["replaced_sender"] == "ivan@other.example"


def test_a_campaign_goes_through_several_accounts_each_with_its_own_secret(run: Run, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("email\n" + "".join(f"a{i}@example.com\n" for i in range(5)))
    (tmp_path / "letter.txt").write_text("y")
    with gp.Sink(users={"ivan": "one"}) as first, gp.Sink(users={"ivan": "two"}) as second:
        add(run, first, "first", "--set", "limits.per_day=2", password="one")
        add(run, second, "second", password="two")
        sent = run(
            "campaign", "run", "october", "-a", "first", "-a", "second", "--recipients", tmp_path / "people.csv",
            "--subject", "x", "--text", tmp_path / "letter.txt", "--store", tmp_path / "c.db",
        )  # fmt: skip
        assert sent.exit_code == 0, sent.output
        assert (first.received, second.received) == (2, 3)


def test_a_paused_account_sends_nothing_and_says_why_until_it_is_resumed(run: Run, gate: gp.Sink) -> None:
    add(run, gate)
    paused = run("account", "pause", "news", "--why", "отпуск", "--until", "2h")
    assert paused.exit_code == 0 and "отпуск" in paused.output
    refused = run("send", "-a", "news", *LETTER)
    assert refused.exit_code == 3 and "отпуск" in refused.output
    assert "paused" in run("account", "list").output
    assert run("account", "resume", "news").exit_code == 0
    assert run("send", "-a", "news", *LETTER).exit_code == 0


def test_the_list_shows_how_accounts_stand(run: Run, gate: gp.Sink) -> None:
    assert "gatepost account add" in run("account", "list").output
    add(run, gate, "news", "--set", "limits.per_hour=20")
    run("send", "-a", "news", *LETTER)
    listed = run("account", "list")
    assert "active" in listed.output and "19 of 20 in 1 h" in listed.output
    [row] = json.loads(run("account", "list", "--json").stdout)
    assert (row["name"], row["status"], row["limits"]) == (
        "news",
        "active",
        [{"most": 20, "seconds": 3600, "left": 19}],
    )
    assert "****" in row["server"] and SECRET not in listed.output


def test_an_account_is_shown_with_its_rules_and_their_sources(run: Run) -> None:
    run("account", "add", "mine", "--login", "ivan@mail.ru", "--no-check", "--password-stdin", input=f"{SECRET}\n")
    shown = " ".join(run("account", "show", "mine").output.split())
    assert "preset mail.ru: overview of mail services" in shown and "secrets.json" in shown
    told = json.loads(run("account", "show", "mine", "--json").stdout)
    assert told["rules"]["recipients"].startswith("preset mail.ru") and SECRET not in json.dumps(told)


def test_an_edit_is_checked_before_it_is_saved(run: Run, gate: gp.Sink) -> None:
    add(run, gate)
    refused = run("account", "edit", "news", "--set", "login=nobody")
    assert refused.exit_code == 3 and "Nothing was saved" in refused.output
    assert gp.accounts["news"].login == "ivan"
    refused = run("account", "edit", "news", "--password-stdin", input="wrong\n")
    assert refused.exit_code == 3 and gp.accounts["news"]._password == SECRET
    assert run("account", "edit", "news", "--set", "limits.per_hour=3", "--unset", "sender").exit_code == 0
    assert gp.accounts["news"].limits.per_hour == 3 and gp.accounts["news"].sender is None
    assert run("account", "edit", "news").exit_code == 2


def test_checking_says_what_was_found(run: Run, gate: gp.Sink) -> None:
    add(run, gate)
    assert "logged in by" in run("account", "check", "news").output
    assert json.loads(run("account", "check", "news", "--json").stdout)["name"] == "news"


def test_choosing_explains(run: Run, gate: gp.Sink) -> None:
    add(run, gate)
    assert "account news" in run("account", "choose", "news+x@example.com").output
    nobody = run("account", "choose", "x@example.org", "--json")
    assert nobody.exit_code == 1 and json.loads(nobody.stdout)["account"] is None


def test_removing_asks(run: Run, gate: gp.Sink) -> None:
    add(run, gate)
    assert run("account", "remove", "news", input="n\n").exit_code == 1
    assert run("account", "remove", "news", "--yes").exit_code == 0
    assert list(gp.accounts) == []
    assert run("account", "remove", "news", "--yes").exit_code == 2


def test_accounts_of_another_file_are_imported(run: Run, written: Written, tmp_path: Path) -> None:
    written("[news]\nurl = 'smtp://old.example.com'\n")
    other = tmp_path / "other.toml"
    other.write_text("[news]\nurl = 'smtp://new.example.com'\n[bills]\nurl = 'smtps://ivan@bills.example.com'\n")
    other.chmod(0o600)
    told = json.loads(run("account", "import", other, "--json").stdout)
    assert told == {"imported": ["bills"], "left_out": ["news"]}
    assert run("account", "import", other, "--replace").exit_code == 0
    assert gp.accounts["news"].host == "new.example.com"
    assert run("account", "import", tmp_path / "none.toml").exit_code == 2


def test_an_imported_account_finds_its_keys_where_they_were(run: Run, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / "accounts.toml"
    other.parent.mkdir()
    gp.DkimKey.generate("ed25519").save(other.parent / "dkim.pem")
    dkim = "[[a.dkim]]\ndomain = 'example.com'\nselector = 's'\nkey_file = 'dkim.pem'\n"
    other.write_text(f"[a]\nurl = 'smtp://h'\n{dkim}")
    other.chmod(0o600)
    assert run("account", "import", other).exit_code == 0
    assert "example.com" in repr(gp.accounts["a"].dkim)


def test_presets_are_listed_and_shown_with_their_sources(run: Run) -> None:
    assert "smtp.gmail.com" in run("account", "presets").output
    shown = " ".join(run("account", "presets", "Ya.ru").output.split())
    assert "Yandex Mail" in shown and "per_day 150 (guide" in shown and "imap.yandex.ru 993" in shown
    assert len(json.loads(run("account", "presets", "--json").stdout)) > 30


def test_the_log_is_shown_and_followed(run: Run, gate: gp.Sink) -> None:
    add(run, gate)
    run("send", "-a", "news", *LETTER)
    assert "C: MAIL FROM" in run("account", "log", "news").output
    command = [sys.executable, "-m", "gatepost", "account", "log", "news", "--follow"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ}) as follower:
        try:
            assert follower.stdout is not None
            seen = [follower.stdout.readline() for _ in range(3)]
            assert seen[0].startswith("# begun")
            run("account", "edit", "news", "--no-check", "--set", "log.level=client")  # begins anew
            run("send", "-a", "news", "--to", "after@example.com", "--subject", "x", "--text", "y")
            assert any("after@example.com" in line for line in follower.stdout)
        finally:
            follower.send_signal(signal.SIGINT)
    assert follower.returncode == 130


def test_the_list_is_watched_until_ctrl_c(run: Run, gate: gp.Sink) -> None:
    add(run, gate)
    command = [sys.executable, "-m", "gatepost", "account", "list", "--watch"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ}) as watching:
        try:
            assert watching.stdout is not None
            assert any("active" in line for line in watching.stdout)
            run("account", "pause", "news", "--why", "holidays")
            assert any("holidays" in line for line in watching.stdout)
        finally:
            watching.send_signal(signal.SIGINT)
    assert watching.returncode == 130


NOW = time.mktime((2026, 11, 30, 12, 0, 0, 0, 0, -1))


@pytest.mark.parametrize(
    ("text", "later"),
    [("2h", 7200), ("30 min", 1800), ("1.5h", 5400), ("3 days", 259_200), ("18:00", 21_600), ("11:00", 82_800),
     ("2026-12-01", 43_200), ("2026-11-30 12:30", 1800)],
)  # fmt: skip
def test_an_end_may_be_a_time_a_moment_or_a_while(text: str, later: int) -> None:
    assert moment_of(text, NOW) - NOW == later


@pytest.mark.parametrize("text", ["soon", "25:00", "2 moons", "2026-13-01", ""])
def test_an_end_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(gp.InputError, match="--until"):
        moment_of(text, NOW)
