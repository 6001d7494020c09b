"""What an account's URL and the command line switch: certificates, extensions, our own name."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from typer.testing import CliRunner

import gatepost as gp
from gatepost import _core
from gatepost.accounts.extensions import EXTENSIONS
from gatepost.cli import app

LETTER = gp.Message(from_="ivan@example.com", to="olga@example.com", subject="x", text="y")


def connect_of(account: gp.Account) -> _core.ConnectOptions:
    return account._lane_options().connect


@pytest.mark.parametrize("off", ["false", "no", "off", "0", "False"])
def test_verify_is_switched_off_in_the_url_with_a_warning_each_time(off: str) -> None:
    for _ in range(2):
        with pytest.warns(UserWarning, match="certificate is not verified"):
            account = gp.Account(f"smtps://mx.example?verify={off}")
        assert not account.tls.verify and not connect_of(account).tls.verify
        assert "certificate not verified" in repr(account)


def test_accounts_that_verify_or_have_no_tls_do_not_warn() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert gp.Account("smtps://mx.example?verify=true").tls.verify
        gp.Account("smtps://mx.example/?verify=yes", tls=gp.Tls(min_version="1.3"))
        gp.Account("smtp+unix:///run/gate.sock", tls=gp.Tls(verify=False))


def test_verify_off_keeps_the_other_options_of_tls() -> None:
    with pytest.warns(UserWarning):
        account = gp.Account("smtps://mx.example?verify=false", tls=gp.Tls(min_version="1.3"))
    assert (account.tls.verify, account.tls.min_version) == (False, "1.3")


def test_a_server_of_unknown_certificate_takes_letters_where_verify_is_off() -> None:
    with gp.Sink(tls="implicit") as sink:
        with pytest.raises(gp.TlsError):
            gp.send(sink.url, LETTER)
        with pytest.warns(UserWarning):
            assert gp.send(f"{sink.url}?verify=false", LETTER).ok


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("verify=perhaps", "account URL: verify takes true or false"),
        ("verify=", "verify takes true or false"),
        ("verify=no&verify=yes", "verify is given twice"),
        ("without=pipeline", "account URL: without takes one of pipelining, size, 8bitmime"),
        ("helo_name=a%20b", "helo_name takes a host name"),
        ("timeout=5", "nothing may follow host and port; only the options verify, without, helo_name may"),
    ],
)
def test_a_wrong_option_of_a_url_is_named(query: str, words: str) -> None:
    with pytest.raises(gp.InputError, match=words):
        gp.Account(f"smtp://mx.example?{query}")


def test_extensions_left_unused_come_from_the_url_and_by_keyword() -> None:
    account = gp.Account("smtp://mx.example?without=pipelining,SIZE&without=dsn", without={"Chunking"})
    assert account.without == {"pipelining", "size", "dsn", "chunking"}
    assert connect_of(account).session.without == ["CHUNKING", "DSN", "PIPELINING", "SIZE"]
    assert gp.Account("smtp://mx.example", without="8bitmime").without == {"8bitmime"}
    assert gp.Account.preset("mail.ru", login="ivan@mail.ru", password="x", without=["dsn"]).without == {"dsn"}


@pytest.mark.parametrize("without", [{"pipe"}, ["PIPELINING", "X-NEW"], "x"])
def test_an_extension_that_there_is_not_is_told_with_those_there_are(without: object) -> None:
    with pytest.raises(gp.InputError, match=f"account: without takes one of {', '.join(EXTENSIONS)}, not"):
        gp.Account("smtp://mx.example", without=without)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("url", "options", "words"),
    [
        ("smtp+starttls://mx.example", {"without": {"starttls"}}, "there is no TLS, which smtp\\+starttls:// requires"),
        ("smtp://ivan:x@mx.example", {"without": {"auth"}}, "nobody can log in"),
        ("smtp://mx.example", {"without": {"chunking"}, "chunking": True}, "chunking=True"),
        ("smtp://mx.example?without=xclient", {"route": gp.Route(xclient={"NAME": "x"})}, "route.xclient"),
    ],
)
def test_an_extension_that_the_account_needs_is_not_left_unused(
    url: str, options: dict[str, object], words: str
) -> None:
    with pytest.raises(gp.InputError, match=f"account: without .*{words}"):
        gp.Account(url, **options)  # type: ignore[arg-type]


def test_a_server_hears_nothing_of_an_extension_left_unused(sink: gp.Sink) -> None:
    raw = "From: ivan@example.com\r\n\r\nпривет\r\n".encode()

    def said(**options: Any) -> str:
        with gp.Mailer(sink.account(**options)) as mailer:
            result = mailer.send(raw, from_="ivan@example.com", to=["olga@example.com", "anna@example.com"])
        return result.transcript.partition("C: MAIL")[2]

    together = "C: RCPT TO:<olga@example.com>\nC: RCPT TO:<anna@example.com>\n"
    assert "SIZE=" in said() and together in said()
    assert "SIZE=" not in said(without=["size"])
    assert together not in said(without=["pipelining"])
    assert "BDAT" in said(chunking=True)
    with pytest.raises(gp.SendError, match="does not offer 8BITMIME"):
        said(without=["8bitmime"])


def test_starttls_left_unused_sends_in_the_clear_where_it_may() -> None:
    with gp.Sink(tls="starttls_optional") as sink:
        assert sink.account().check() and sink.account(without=["starttls"]).check()
        assert [session.tls is not None for session in sink.sessions] == [True, False]


# --- our name ----------------------------------------------------------------------------------------------------


def test_without_a_name_of_its_own_the_machine_gives_its_full_name_or_its_address(sink: gp.Sink) -> None:
    expected = _core.machine_name(30.0) or "[127.0.0.1]"
    assert gp.send(sink.account(), LETTER).ok
    assert sink.letters[0].session.helo == expected


def test_the_url_sets_the_name_and_route_has_the_last_word() -> None:
    url = "smtp://mx.example?helo_name=mail.example.org"
    assert connect_of(gp.Account(url)).session.helo_name == "mail.example.org"
    route = gp.Route(helo_name="[192.0.2.1]")
    assert connect_of(gp.Account(url, route=route)).session.helo_name == "[192.0.2.1]"


@pytest.mark.parametrize(
    "rule",
    [
        {"phase": "ehlo", "reply": "550 5.7.1 Invalid HELO"},
        {"phase": "ehlo", "reply": "501 5.5.4 no"},
        {"phase": "rcpt", "reply": "504 5.5.2 <[127.0.0.1]>: Helo command rejected: need fully-qualified hostname"},
        {"phase": "mail", "reply": "450 4.7.1 <x>: Helo command rejected: Host not found"},
    ],
)
def test_a_server_that_refuses_our_name_makes_an_error_that_names_the_option(
    sink: gp.Sink, rule: dict[str, str]
) -> None:
    sink.rules.add(**rule)  # type: ignore[arg-type]
    with pytest.raises(gp.SendError, match=r"introduced itself as [^ ]+: another name is set by helo_name"):
        gp.send(sink.account(), LETTER)


# --- the command line --------------------------------------------------------------------------------------------


def send(*options: str) -> str:
    arguments = ["send", "--to", "a@example.com", "--from", "b@example.com", "--subject", "x", "--text", "y"]
    result = CliRunner().invoke(app, [*arguments, *options])
    return f"{result.exit_code} {result.output} {result.stderr}"


def test_no_verify_is_a_switch_of_the_command_line_with_a_warning_on_standard_error() -> None:
    with gp.Sink(tls="implicit") as sink:
        assert send("-a", sink.url).startswith("3 ")
        for arguments in (["-a", sink.url, "--no-verify"], ["-a", f"{sink.url}?verify=false"]):
            said = send(*arguments)
            assert said.startswith("0 ") and "warning: " in said and "certificate is not verified" in said


def test_extensions_are_left_unused_from_the_command_line(sink: gp.Sink) -> None:
    assert send("-a", sink.url, "--without", "pipelining", "--without", "size").startswith("0 ")
    assert "SIZE=" not in sink.letters[0].session.transcript.partition("MAIL")[2]
    said = send("-a", sink.url, "--without", "nothing")
    assert said.startswith("2 ") and "--without takes one of pipelining" in said
