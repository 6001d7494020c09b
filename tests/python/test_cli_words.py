"""The command line speaks of options and commands, the library of arguments and calls."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import gatepost as gp
from gatepost.cli import app
from gatepost.cli.output import in_options

LETTER = ("--subject", "x", "--text", "letter.txt", "--from", "news@example.com")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Any]:
    monkeypatch.chdir(tmp_path)
    for name in ("GATEPOST_ACCOUNT", "GATEPOST_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GATEPOST_ACCOUNTS", str(tmp_path / "accounts.toml"))
    Path("letter.txt").write_text("Здравствуйте, {{ name }}!", encoding="utf-8")
    Path("people.csv").write_text("email,name\nolga@example.com,Ольга\n", encoding="utf-8")
    return lambda *words, **options: CliRunner().invoke(app, [str(word) for word in words], **options)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("pass new_texts=True; to", "pass --new-texts; to"),
        ("columns: a, b; pass address_column='mail'", "columns: a, b; pass --address-column 'mail'"),
        ("name the one with the addresses as address_column=", "name the one with the addresses as --address-column"),
        ("from_ 'nobody': no '@'", "--from 'nobody': no '@'"),
        ("not_again takes a duration", "--not-again takes a duration"),
        ("reply_to: no '@'", "--reply-to: no '@'"),
        ("headers: X-Tag holds", "--header: X-Tag holds"),
        ("look, then unknown().resend() if", "look, then gatepost campaign resend NAME --unknown if"),
        ("not tried yet: run() or resume() sends to them.", "not tried yet: gatepost campaign run NAME sends to them."),
        ("Suppressions.remove() where", "gatepost suppress remove ADDRESS where"),
        ("a letter about from_ and 'headers' itself", "a letter about from_ and 'headers' itself"),
        ("https://example.com/?encoding=1", "https://example.com/?encoding=1"),
    ],
)
def test_words_of_the_library_become_those_of_the_command_line(said: str, shown: str) -> None:
    assert " ".join(in_options(said).split()) == shown


def test_a_campaign_is_named_in_the_commands_as_a_shell_takes_it() -> None:
    assert in_options("run() goes on.", "осень 2026") == "gatepost campaign run 'осень 2026' goes on."


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("-r", "people.csv", "--address-column", "mail", *LETTER), "--address-column 'email'"),
        (("-r", "people.csv", *LETTER[:-1], "nobody"), "--from 'nobody'"),
        (("-r", "people.csv", *LETTER, "--header", "X-Tag"), "--header 'X-Tag': 'Name: value'"),
        (("-r", "people.csv", *LETTER, "--header", "X-Tag: {{ name }}"), "--header: X-Tag holds"),
        (("-r", "people.csv", *LETTER, "--not-again", "month"), "--not-again takes a duration"),
        (("-r", "people.csv", *LETTER, "--encoding", "klingon"), "--encoding: Python knows no encoding"),
        (("-r", "people.csv", *LETTER, "--reply-to", "nobody"), "--reply-to"),
        (("-r", "people.csv", "-f", "a@x.ru"), "also needs --subject and --html or --text"),
        ((), "also needs --recipients and --subject"),
    ],
)
def test_errors_name_the_option(run: Callable[..., Any], sink: gp.Sink, options: tuple[str, ...], said: str) -> None:
    result = run("campaign", "check", "autumn", "-a", sink.url, *options)
    assert result.exit_code == 2, result.output
    assert said in " ".join(result.output.split())


def test_check_of_a_list_with_nobody_to_send_to_exits_with_1(run: Callable[..., Any], sink: gp.Sink) -> None:
    Path("nobody.csv").write_text("email,name\nolga,Ольга\n", encoding="utf-8")
    assert run("campaign", "check", "autumn", "-a", sink.url, "-r", "nobody.csv", *LETTER).exit_code == 1
    assert run("campaign", "check", "autumn", "-a", sink.url, "-r", "people.csv").exit_code == 0


def test_a_run_without_connection_exits_with_3(run: Callable[..., Any]) -> None:
    with gp.Sink() as gone:
        url = gone.url
    assert run("campaign", "run", "autumn", "-a", url, "-r", "people.csv", *LETTER, "--no-wait").exit_code == 3


def test_several_accounts_take_their_own_passwords_and_never_one_for_all(run: Callable[..., Any]) -> None:
    accounts = ("-a", "smtp://one%40x.ru@127.0.0.1:1", "-a", "smtp://two%40x.ru@127.0.0.1:2")
    new = ("-r", "people.csv", *LETTER)
    for_all = run("campaign", "check", "autumn", *accounts, *new, env={"GATEPOST_PASSWORD": "one"})
    assert for_all.exit_code == 2 and "set GATEPOST_PASSWORD_1" in " ".join(for_all.output.split())
    own = {"GATEPOST_PASSWORD_1": "one", "GATEPOST_PASSWORD_2": "two"}
    assert run("campaign", "check", "autumn", *accounts, *new, env=own).exit_code == 0


def test_send_takes_copies_headers_and_an_unsubscribe_link(run: Callable[..., Any], sink: gp.Sink) -> None:
    sent = run(
        *("send", "-a", sink.url, "-t", "a@example.com", "--from", "b@example.com", "--subject", "x", "--text", "y"),
        *("--cc", "c@example.com", "--bcc", "d@example.com", "--reply-to", "e@example.com", "--header", "X-Tag: осень"),
        *("--list-unsubscribe", "https://example.com/u"),
    )
    assert sent.exit_code == 0, sent.output
    [letter] = sink.letters
    assert sorted(letter.envelope.to) == ["a@example.com", "c@example.com", "d@example.com"]
    assert letter.message.headers["X-Tag"] == "осень" and "https://example.com/u" in letter.raw.decode()


def test_preview_opens_a_browser_only_where_asked(
    run: Callable[..., Any], sink: gp.Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    run("campaign", "check", "autumn", "-a", sink.url, "-r", "people.csv", *LETTER)
    assert run("campaign", "preview", "autumn").exit_code == 0 and opened == []
    assert run("campaign", "preview", "autumn", "--open").exit_code == 0
    assert opened == [Path("preview.html").resolve().as_uri()]


@pytest.mark.parametrize("words", [("resend", "autumn"), ("resend", "autumn", "--category", "no_such_thing")])
def test_resend_says_what_it_takes(run: Callable[..., Any], sink: gp.Sink, words: tuple[str, ...]) -> None:
    run("campaign", "check", "autumn", "-a", sink.url, "-r", "people.csv", *LETTER)
    assert run("campaign", *words).exit_code == 2
