"""What a command advises can be pasted into a shell: with the store, the accounts and all else that it takes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import gatepost as gp
from gatepost.cli import app

STORE = "ящик для писем.db"
NAME = "осень 'a"
Run = Callable[..., Any]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.chdir(tmp_path)
    for name in ("GATEPOST_ACCOUNT", "GATEPOST_PASSWORD", "GATEPOST_STORE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GATEPOST_ACCOUNTS", str(tmp_path / "accounts.toml"))
    Path("letter.txt").write_text("x", encoding="utf-8")
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def sink() -> Iterator[gp.Sink]:
    with gp.Sink() as sink:
        yield sink


def made(run: Run, sink: gp.Sink, rows: int, *more: str) -> None:
    Path("list.csv").write_text("email\n" + "".join(f"u{i}@d{i % 9}.example\n" for i in range(rows)))
    letter = ("-r", "list.csv", "--subject", "x", "--text", "letter.txt", "-f", "news@example.com")
    assert run("campaign", "check", NAME, "--store", STORE, "-a", sink.url, *letter, *more).exit_code == 0


def pasted(run: Run, output: str, begins: str) -> Any:
    """Runs the command that the output advises, as a shell would."""
    [found] = re.findall(rf"gatepost {begins} .*", output)[:1]
    words = shlex.split(found)
    end = words.index(STORE) + 1
    return run(*words[1:end])


def test_what_a_paused_run_and_its_status_advise_sends_the_rest(run: Run, sink: gp.Sink) -> None:
    made(run, sink, 3)
    limited = run("campaign", "run", NAME, "--store", STORE, "-a", sink.url, "--max-per-hour", 1, "--max-seconds", 1)
    assert limited.exit_code == 1 and "--max-per-hour 1" in limited.output
    status = run("campaign", "status", NAME, "--store", STORE)  # another day: it knows the account still
    assert sink.url in status.output
    run("campaign", "run", NAME, "--store", STORE, "-a", sink.url, "--no-provider-limits", "--max-seconds", 0)
    status = run("campaign", "status", NAME, "--store", STORE)
    assert pasted(run, status.output, "campaign run").exit_code == 0
    assert sink.received == 3


def test_pause_and_cancel_advise_what_goes_on(run: Run, sink: gp.Sink) -> None:
    made(run, sink, 1)
    assert pasted(run, run("campaign", "pause", NAME, "--store", STORE).output, "campaign run").exit_code == 0
    cancelled = run("campaign", "cancel", NAME, "--store", STORE).output
    refused = run("campaign", "run", NAME, "--store", STORE, "-a", sink.url)
    assert refused.exit_code == 2 and shlex.quote(NAME) in refused.output
    assert pasted(run, refused.output, "campaign resume").exit_code == 0
    assert pasted(run, cancelled, "campaign resume").exit_code == 0


def test_who_was_taken_off_the_suppression_list_is_put_back_by_the_command_that_names_the_campaign(
    run: Run, sink: gp.Sink
) -> None:
    run("suppress", "add", "u0@d0.example", "--store", STORE)
    made(run, sink, 2)
    assert run("campaign", "run", NAME, "--store", STORE, "-a", sink.url).exit_code == 0
    removed = run("suppress", "remove", "u0@d0.example", "--store", STORE).output
    resent = pasted(run, removed, "campaign resend")
    assert pasted(run, resent.output, "campaign run").exit_code == 0
    assert sink.received == 2
    assert "campaign" not in run("suppress", "remove", "u0@d0.example", "--store", STORE).output


def test_a_storm_of_refusals_is_put_back_by_what_the_report_and_the_status_advise(run: Run, sink: gp.Sink) -> None:
    sink.rules.add(phase="rcpt", reply="550 5.1.1 No such user")
    made(run, sink, 400)
    report = run("campaign", "run", NAME, "--store", STORE, "-a", sink.url)
    assert "recipients were refused for good" in report.output
    assert re.search(r"gatepost campaign resend .* --failed --since \S+ --store ", report.output)
    status = run("campaign", "status", NAME, "--store", STORE).output
    assert "queued again" in pasted(run, status, "campaign resend").output


def test_a_password_in_an_account_is_not_kept_and_not_shown(run: Run, sink: gp.Sink) -> None:
    host = sink.url.partition("://")[2]
    Path("list.csv").write_text("email\nu@x.example\n")
    run(
        "campaign", "check", NAME, "--store", STORE, "-a", f"smtp://ivan:s3cret@{host}", "-r", "list.csv",
        "--subject", "x", "--text", "letter.txt", "-f", "news@example.com",
    )  # fmt: skip
    status = run("campaign", "status", NAME, "--store", STORE).output
    assert f"smtp://ivan@{host}" in status and "s3cret" not in status
    assert b"s3cret" not in Path(STORE).read_bytes()


def test_a_copy_names_the_command_that_makes_it_the_store(run: Run, sink: gp.Sink) -> None:
    made(run, sink, 1)
    assert "gatepost store adopt --store 'a b.db' makes" in run("store", "backup", "a b.db", "--store", STORE).output
    refused = run("campaign", "run", NAME, "--store", "a b.db", "-a", sink.url).output
    assert "gatepost store adopt --store 'a b.db' makes it one" in " ".join(refused.split())


@pytest.mark.parametrize("options", [("--cc", "b@x.ru"), ("--bcc", "b@x.ru"), ("--header", "Cc: b@x.ru")])
def test_a_copy_for_somebody_else_is_refused_with_what_to_do_instead(
    run: Run, sink: gp.Sink, options: tuple[str, str]
) -> None:
    made(run, sink, 1)
    for more in ((), ("-r", "list.csv", "--subject", "x", "--text", "letter.txt", "-f", "a@x.ru")):
        name = "new" if more else NAME
        refused = run("campaign", "check", name, "--store", STORE, "-a", sink.url, *options, *more)
        words = " ".join(refused.output.split())
        assert refused.exit_code == 2 and options[0] in words
        assert "goes to one recipient" in words and "a row of their own" in words and "gatepost send --cc" in words
    assert "--cc" not in run("campaign", "check", "--help").output


def test_an_unknown_category_is_answered_with_the_likely_one_those_of_the_campaign_and_all(
    run: Run, sink: gp.Sink
) -> None:
    sink.rules.add(phase="rcpt", reply="550 5.1.1 No such user")
    made(run, sink, 2)
    run("campaign", "run", NAME, "--store", STORE, "-a", sink.url)
    refused = run("campaign", "resend", NAME, "--category", "recipient_unknow", "--store", STORE)
    words = " ".join(refused.output.split())
    assert refused.exit_code == 2
    assert "--category 'recipient_unknow': did you mean recipient_unknown?" in words
    assert "This campaign has recipient_unknown (2)." in words and "mailbox_full" in words


def test_a_bad_address_of_suppress_is_named_as_it_was_typed(run: Run) -> None:
    refused = run("suppress", "add", "a@x.ru", "olga", "--store", STORE).output
    assert "'olga' has no '@'" in refused and "addresses[" not in refused and "olga@example.com" in refused
    assert "'olga' has no '@'" in run("suppress", "remove", "olga", "--store", STORE).output


def test_a_recognised_column_of_addresses_does_not_stick_to_a_list_with_another(run: Run, sink: gp.Sink) -> None:
    made(run, sink, 1)
    Path("other.csv").write_text("name,Эл. почта\nA,a@x.ru\n", encoding="utf-8")
    again = ("campaign", "check", NAME, "--store", STORE, "-a", sink.url)
    changed = run(*again, "-r", "other.csv")
    assert changed.exit_code == 0 and "column 'Эл. почта'" in changed.output
    Path("third.csv").write_text("mine,Эл. почта\nm@x.ru,a@x.ru\n", encoding="utf-8")
    assert "column 'mine'" in run(*again, "-r", "third.csv", "--address-column", "mine").output
    Path("fourth.csv").write_text("mine,Эл. почта\nn@x.ru,a@x.ru\n", encoding="utf-8")
    assert "column 'mine'" in run(*again, "-r", "fourth.csv").output  # what was chosen stays
