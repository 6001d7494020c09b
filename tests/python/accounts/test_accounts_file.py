"""What an accounts file says, and what is said of one that is wrong."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from accounts_samples import Written
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gatepost as gp
from gatepost.accounts.places import accounts_path, state_folder


def test_a_file_that_is_not_there_has_no_accounts() -> None:
    assert list(gp.accounts) == []
    assert "news" not in gp.accounts
    with pytest.raises(KeyError, match="there is no account named 'news'; there are none"):
        gp.accounts["news"]


def test_the_file_is_the_one_given_then_that_of_the_environment_then_that_of_the_platform(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert accounts_path(tmp_path / "x.toml") == tmp_path / "x.toml"
    assert accounts_path() == tmp_path / "accounts.toml"
    monkeypatch.delenv("GATEPOST_ACCOUNTS")
    assert accounts_path() == tmp_path / "config/gatepost/accounts.toml"
    assert state_folder(accounts_path()) == tmp_path / "state/gatepost"
    assert state_folder(tmp_path / "x.toml") == tmp_path / "x.state"


def test_everything_that_an_account_takes_can_be_set(
    written: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = gp.DkimKey.generate("ed25519")
    key.save(tmp_path / "dkim.pem")
    with gp.Sink(tls="starttls") as sink:
        (tmp_path / "ca.pem").write_text(sink.ca_pem)
    accounts = written("""
[news]
active = true
created = 2026-11-30
host = "mx.example.com"
port = 2525
security = "STARTTLS"
login = "ivan"
sender = "Новости <news@пример.рф>"
aliases = ["info@example.com"]
only_sender = true
provider = "yandex"
one_round_trip = true
chunking = true
without = ["dsn"]

[news.auth]
authzid = "boss"
mechanisms = ["PLAIN", "LOGIN"]
allow_cleartext = true

[news.limits]
per_minute = 1
per_hour = 20
per_day = 100
connections = 2
letters_per_connection = 50
recipients = 30
message_bytes = 1000000
forbidden_attachments = ["exe"]

[news.tls]
verify_name = "mail.example.com"
ca_file = "ca.pem"
min_version = "1.3"
resume = false

[news.route]
proxy = "socks5://proxy.example.com:1080"
source_address = "127.0.0.1"
helo_name = "crm.example.com"
proxy_header = [2, "192.0.2.1", 1, "192.0.2.2", 25]
xclient = { ADDR = "192.0.2.9" }

[news.timeouts]
connect = 5
final_reply = 60.5

[news.requests]
notify = ["failure", "delay"]
dsn_return = "headers"
priority = 3
deliver_by = [600, "notify"]
hold_until = 2026-12-01T10:00:00+03:00

[news.log]
level = "connection"
rewrite = "week"
max_mb = 0

[[news.dkim]]
domain = "пример.рф"
selector = "s1"
key_file = "dkim.pem"
valid_for = 3600

[[news.dkim]]
domain = "example.net"
selector = "s2"
key_file = "dkim.pem"
default = true
""")
    monkeypatch.setenv("GATEPOST_PASSWORD_NEWS", "pw")
    account = accounts["news"]
    assert (account.host, account.port, account.security) == ("mx.example.com", 2525, "starttls")
    assert (account.sender_name, account.sender) == ("Новости", "news@xn--e1afmkfd.xn--p1ai")
    assert account.only_sender and account.provider == "yandex" and account.without == {"dsn"}
    assert account.auth == gp.Auth(authzid="boss", mechanisms=["PLAIN", "LOGIN"], allow_cleartext=True)
    assert account.limits == gp.Limits(
        per_minute=1, per_hour=20, per_day=100, connections=2, letters_per_connection=50, recipients=30,
        message_bytes=1_000_000, forbidden_attachments={"exe"},
    )  # fmt: skip
    assert account.tls == gp.Tls(
        verify_name="mail.example.com", ca_pem=(tmp_path / "ca.pem").read_text(), min_version="1.3", resume=False
    )
    assert account.route == gp.Route(
        proxy="socks5://proxy.example.com:1080", source_address="127.0.0.1", helo_name="crm.example.com",
        proxy_header=(2, "192.0.2.1", 1, "192.0.2.2", 25), xclient={"ADDR": "192.0.2.9"},
    )  # fmt: skip
    assert account.timeouts == gp.Timeouts(connect=5, final_reply=60.5)
    assert account.requests == gp.SendRequests(
        notify=["failure", "delay"], dsn_return="headers", priority=3, deliver_by=[600, "notify"],  # type: ignore[arg-type]
        hold_until=datetime(2026, 12, 1, 7, tzinfo=UTC),
    )  # fmt: skip
    assert "s1._domainkey.xn--e1afmkfd.xn--p1ai" in repr(account.dkim) and "s2._domainkey" in repr(account.dkim)
    assert accounts.entry("news").log == gp.LogOptions(level="connection", rewrite="week", max_mb=0)


@pytest.mark.parametrize(
    ("table", "scheme_security", "port"),
    [
        ('host = "mx.example.com"', "implicit_tls", 465),
        ('host = "mx.example.com"\nport = 587', "starttls", 587),
        ('host = "mx.example.com"\nsecurity = "none"', "none", 25),
        ('host = "mx.example.com"\nsecurity = "starttls if offered"', "starttls_if_offered", 25),
        ('host = "::1"\nport = 2525', "starttls", 2525),
        ('internal = true\nsender = "a@example.com"', "none", 25),
        ('url = "lmtp+unix:///run/dovecot/lmtp"', "none", 0),
        ('preset = "rusender"\nsender = "a@example.com"', "implicit_tls", 465),
    ],
)
def test_a_server_is_named_in_several_ways(written: Written, table: str, scheme_security: str, port: int) -> None:
    account = written(f"[a]\n{table}\n").entry("a").account
    assert (account.security, account.port) == (scheme_security, port)


WRONG = [
    ("[news]\nurl = 'smtp://h'\nlimits.per_houre = 5", r"\[news.limits\] 'per_houre' is not a key; did you mean per_h"),
    ("[news]\nulr = 'smtp://h'", r"\[news\] 'ulr' is not a key; did you mean url"),
    ("[news]\nurl = 'smtp://h'\n[news.limit]\nper_hour = 5", r"\[news\] 'limit' is not a key; did you mean limits"),
    ("[news]\nurl = 'smtp://h'\nlimits = 5", r"\[news\] limits takes a table"),
    ("[news]\nurl = 'smtp://h'\nlimits.per_hour = '5'", r"\[news\]: limits.per_hour takes a whole number"),
    ("[news]\nurl = 'smpt://h'", r"\[news\]: account URL: the scheme takes one of .*did you mean smtp"),
    ("[news]\nhost = 'h'\nport = 70000", r"\[news\] port takes a whole number from 1 to 65535"),
    ("[news]\nhost = 'h'\nsecurity = 'ssl'", r"\[news\] security takes one of tls, starttls"),
    ("[news]\nactive = 'yes'\nurl = 'smtp://h'", r"\[news\] active takes True or False"),
    ("[news]\nsender = 'a@example.com'", r"\[news\]: says nothing of its server"),
    ("[news]\npreset = 'gmial'", r"\[news\]: account: provider takes one of .*did you mean gmail"),
    ("[news]\npreset = 'gmail'\nport = 25", r"\[news\]: preset and port; give one"),
    ("[news]\nurl = 'smtp://h'\nhost = 'h'", r"\[news\]: url and host; give one"),
    ("[news]\nurl = 'smtp://h'\npassword = 'hunter2'", r"\[news\] password is not kept in the file"),
    ("[news]\nurl = 'smtp://u:hunter2@h'", r"\[news\]: url holds a password"),
    ("[news]\nurl = 'smtp://h'\nroute.proxy = 'http://u:hunter2@p:1'", r"\[news\]: route.proxy holds a password"),
    ("[news]\nurl = 'smtp://h'\nauth.access_token = 'hunter2'", r"\[news.auth\] access_token is not kept"),
    ("[news]\nurl = 'smtp://h'\ntls.key_pem = 'hunter2'", r"\[news.tls\] key_pem is secret"),
    ("[news]\nurl = 'smtp://h'\ntls.verify = 'no'", r"\[news\]: tls.verify takes True or False"),
    ("[news]\nurl = 'smtp://h'\nwithout = ['pipeline']", r"\[news\] without takes one of pipelining"),
    ("[news]\nurl = 'smtp://h'\nlog.level = 'all'", r"\[news\]: log.level takes one of off"),
    ("[news]\nurl = 'smtp://h'\ncreated = 'today'", r"\[news\] created takes a date"),
    ("[news]\nurl = 'smtp://h'\npassword_command = []", r"\[news\] password_command takes a command"),
    ("[news]\nurl = 'smtp://h'\npassword_command = \"a 'b\"", r"\[news\] password_command: No closing quotation"),
    ("[news]\nurl = 'smtp://h'\n[[news.dkim]]\ndomain = 'example.com'", r"\[\[news.dkim\]\] has no selector"),
    ("[news]\nurl = 'smtp://h'\nallow_another_sender = false", r"\[news\]: account: only_sender needs a sender"),
    ("[news]\nurl = 'smtp://h'\nrequests.notify = ['now']", r"\[news\]: .*now"),
    ("[news\nurl = 'smtp://h'", r"not TOML: .*line 1"),
    ("url = 'smtp://h'\n[news]", r"'url' stands outside of a table|says nothing of its server"),
    ("['a://b']\nurl = 'smtp://h'", r"not a name for an account"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "told"), WRONG)
def test_what_is_wrong_is_named_with_file_table_and_key_and_no_secret(written: Written, text: str, told: str) -> None:
    accounts = written(text)
    with pytest.raises(gp.InputError, match=rf"(?s){told}") as caught:
        accounts.entries()
    assert str(accounts.path) in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_an_account_is_found_though_another_one_is_wrong(written: Written) -> None:
    accounts = written("[bad]\nulr = 1\n[good]\nurl = 'smtp://h'\n")
    assert accounts["good"].host == "h"


def test_a_name_that_is_not_there_is_a_key_error_with_the_one_that_was_meant(written: Written) -> None:
    accounts = written("[news]\nurl = 'smtp://h'\n")
    with pytest.raises(gp.UnknownAccount, match="did you mean news") as caught:
        accounts["nwes"]
    assert isinstance(caught.value, KeyError) and isinstance(caught.value, ValueError)


def test_an_account_that_is_not_active_is_not_opened(written: Written) -> None:
    with pytest.raises(gp.InputError, match="account news is not active"):
        written("[news]\nurl = 'smtp://h'\nactive = false\n")["news"]


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_may_change_is_refused(written: Written, mode: int) -> None:
    accounts = written("[news]\nurl = 'smtp://h'\n")
    accounts.path.chmod(mode)
    with pytest.raises(gp.InputError, match="others may change it; chmod 600"):
        list(accounts)


def test_a_file_of_another_kind_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, Path("/dev/zero")):
        with pytest.raises(gp.InputError, match=r"not an ordinary file|Is a directory"):
            list(gp.AccountsFile(path))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"[news]\nlogin = '\xcf\xf0'", "line 2: not UTF-8 text"),
        (b"a = " + b"[" * 100_000, "nested too deep|not TOML"),
        (b"#" * (1 << 20) + b"##", "larger than"),
        (b"a = 1\0", "not TOML"),
    ],
)
def test_a_hostile_file_is_an_error_in_words(tmp_path: Path, data: bytes, told: str) -> None:
    file = tmp_path / "accounts.toml"
    file.write_bytes(data)
    file.chmod(0o600)
    with pytest.raises(gp.InputError, match=told):
        gp.AccountsFile().entries()


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.datetimes() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
_KEYS = st.sampled_from(
    ["url", "host", "port", "preset", "login", "sender", "aliases", "created", "limits", "tls", "route", "auth", "log",
     "timeouts", "requests", "dkim", "password_command", "security", "active", "internal", "allow_another_sender"]
) | st.text(max_size=8)  # fmt: skip


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=st.dictionaries(_KEYS, _VALUES, max_size=6))
def test_any_table_is_an_account_or_an_input_error(tmp_path: Path, table: dict[str, object]) -> None:
    from gatepost.accounts.file.entry import read_entry

    try:
        read_entry("news", table, tmp_path / "accounts.toml", 0)
    except gp.InputError as error:
        assert "[news" in str(error)
