import dataclasses
import pickle
import re
from pathlib import Path

import pytest

import gatepost as gp
from gatepost.accounts.arguments import MECHANISMS
from gatepost.accounts.presets import PRESETS

SECRET = "s3cret-пароль"


@pytest.mark.parametrize(
    ("url", "security", "port"),
    [
        ("smtp://mx.example", "starttls_if_offered", 25),
        ("smtp+starttls://mx.example", "starttls", 587),
        ("smtps://mx.example", "implicit_tls", 465),
        ("SMTPS://mx.example:2465", "implicit_tls", 2465),
    ],
)
def test_scheme_and_port_decide_how_the_connection_is_secured(url: str, security: str, port: int) -> None:
    account = gp.Account(url)
    assert (account.security, account.port, account.host) == (security, port, "mx.example")


def test_login_with_an_at_sign_and_percent_encoded_password_are_read() -> None:
    account = gp.Account("smtps://ivan%40mail.ru:p%40ss%2Fw%3Ard@smtp.mail.ru")
    assert account.login == "ivan@mail.ru"
    assert account._lane_options()["password"] == "p@ss/w:rd"
    assert gp.Account("smtps://ivan@mail.ru:x@smtp.mail.ru").login == "ivan@mail.ru"
    assert account.sender == "ivan@mail.ru"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("stmps://u:p@host", "did you mean smtps://"),
        ("host.example:25", "no '://'"),
        ("smtp://u:p@host:port", "port 'port' is not a number"),
        ("smtp://u:p@host:70000", "port '70000' is not a number"),
        ("smtp://u:p@host:0", "port '0'"),
        ("smtp://u:p@", "no host"),
        ("smtp://u:p@host/inbox", "nothing may follow"),
        ("smtp://u:p#x@host", "before the '@'"),
        ("smtp://u:p/x@host", "before the '@'"),
        ("smtp://u%0d%0a:p@host", "control character"),
        ("smtp://:p@host", "no login before it"),
        ("smtp://u:p@ho st", "space"),
        ("smtp://u:p@host\r\nRCPT", "control character"),
        ("smtp://u@host", "no password"),
        ("smtp://::1:25", "stands in brackets: [::1:25] or [::1]:25"),
        ("smtp://u:p@2001:db8::1", "stands in brackets: [2001:db8::1]"),
        ("smtp://fe80::1:99999", "stands in brackets: [fe80::1]:99999"),
        ("smtp://[::1]:x", "port 'x' is not a number"),
    ],
)
def test_a_typing_mistake_in_the_url_is_named_without_the_password(url: str, words: str) -> None:
    with pytest.raises(gp.InputError, match="account") as caught:
        gp.Account(url)
    assert words in str(caught.value)


def test_the_password_is_in_no_text_an_account_gives_of_itself() -> None:
    account = gp.Account("smtps://ivan@mail.ru@smtp.mail.ru", password=SECRET)
    assert SECRET not in repr(account) + str(account) + account.masked_url
    with pytest.raises(TypeError, match="password"):
        pickle.dumps(account)
    with pytest.raises(gp.InputError) as caught:
        gp.Account(f"smtps://ivan:{SECRET}@host:bad")
    assert SECRET not in str(caught.value)
    for special in "/?#":
        with pytest.raises(gp.InputError) as caught:
            gp.Account(f"smtps://ivan:sekret{special}77@host")
        assert "sekret" not in str(caught.value)


def test_the_preset_of_mail_ru_knows_its_limits() -> None:
    account = gp.Account.preset("mail.ru", login="ivan@mail.ru", password="x")
    assert (account.host, account.port, account.security) == ("smtp.mail.ru", 465, "implicit_tls")
    assert account.limits == ((1, 60.0),)
    assert account.max_recipients == 30
    assert account.max_message_bytes == 30 * 2**20
    assert account.only_sender


def test_an_option_wins_over_the_preset() -> None:
    account = gp.Account.preset("yandex", login="ivan@yandex.ru", password="x", max_per_day=500, name="почта")
    assert account.limits == ((500, 86400.0),)
    assert account.name == "почта"


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_every_preset_gives_an_account(name: str) -> None:
    host = None if PRESETS[name].host else "gate.example"
    account = gp.Account.preset(name, login="ivan@example.com", password="x", host=host)
    assert account.host


def test_the_demo_gate_needs_no_login() -> None:
    assert gp.Account.preset("sendsay-demo").login == "demo.demo@smtpgate"


def test_a_preset_whose_host_comes_with_the_contract_asks_for_it() -> None:
    with pytest.raises(gp.InputError, match="host="):
        gp.Account.preset("sendsay", login="x", password="y")


def test_an_unknown_preset_lists_those_there_are() -> None:
    with pytest.raises(gp.InputError, match=r"mail\.ru"):
        gp.Account.preset("hotmale", login="x", password="y")


def test_the_one_round_trip_mode_is_on_only_where_a_preset_or_the_caller_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def on(account: gp.Account) -> object:
        return account._lane_options()["one_round_trip"]

    good = dataclasses.replace(PRESETS["yandex"], one_round_trip=True)
    monkeypatch.setitem(PRESETS, "good", good)
    who = {"login": "ivan@example.com", "password": "x"}
    assert on(gp.Account("smtp://mx.example")) is False
    assert on(gp.Account("smtp://mx.example", one_round_trip=True)) is True
    assert on(gp.Account.preset("good", **who)) is True
    assert on(gp.Account.preset("good", one_round_trip=None, **who)) is True
    assert on(gp.Account.preset("good", one_round_trip=False, **who)) is False
    assert not any(preset.one_round_trip for name, preset in PRESETS.items() if name != "good")
    with gp.Sink() as sink:
        assert on(sink.account()) is True


def test_limits_become_windows() -> None:
    account = gp.Account("smtp://localhost", max_per_minute=1, max_per_hour=20, max_per_day=300)
    assert account.limits == ((1, 60.0), (20, 3600.0), (300, 86400.0))
    with pytest.raises(gp.InputError, match="never send"):
        gp.Account("smtp://localhost", max_per_hour=0)


def test_cleartext_login_is_allowed_towards_this_machine_only() -> None:
    assert gp.Account("smtp://u:p@127.0.0.1")._lane_options()["allow_cleartext_auth"] is True
    assert gp.Account("smtp://u:p@[::1]:2525")._lane_options()["allow_cleartext_auth"] is True
    assert gp.Account("smtp://u:p@mx.example")._lane_options()["allow_cleartext_auth"] is False


@pytest.mark.parametrize(
    ("url", "lmtp", "security", "port"),
    [
        ("lmtp://mx.example", True, "starttls_if_offered", 24),
        ("lmtp://mx.example:2003", True, "starttls_if_offered", 2003),
    ],
)
def test_lmtp_has_a_scheme_of_its_own(url: str, lmtp: bool, security: str, port: int) -> None:
    account = gp.Account(url)
    assert (account.lmtp, account.security, account.port) == (lmtp, security, port)


@pytest.mark.parametrize(("scheme", "lmtp"), [("smtp+unix", False), ("lmtp+unix", True)])
def test_a_unix_socket_is_named_by_its_path(scheme: str, lmtp: bool) -> None:
    account = gp.Account(f"{scheme}://ivan:p%40ss@/run/my%20gate.sock")
    assert (account.unix_path, account.port, account.lmtp, account.security) == ("/run/my gate.sock", 0, lmtp, "none")
    assert account.masked_url == f"{scheme}://ivan:****@/run/my%20gate.sock"
    options = account._lane_options()
    assert (options["unix_path"], options["password"], options["lmtp"]) == ("/run/my gate.sock", "p@ss", lmtp)
    assert options["allow_cleartext_auth"] is True
    assert gp.Account(f"{scheme}:///run/x.sock").name == "/run/x.sock"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("smtp+unix://host/run/x.sock", "three slashes"),
        ("lmtp+unix://", "no path"),
        ("lmtp+unix:///", "no path"),
        ("lmtp+unxi:///run/x", r"did you mean lmtp\+unix://"),
    ],
)
def test_a_typing_mistake_in_a_sockets_url_is_named(url: str, words: str) -> None:
    with pytest.raises(gp.InputError, match=words):
        gp.Account(url)


@pytest.mark.parametrize(
    ("url", "proxy"),
    [
        ("socks5://ivan:p%40ss@proxy.example", ("socks5", "proxy.example", 1080, "ivan", "p@ss")),
        ("socks5h://[::1]:9050", ("socks5", "::1", 9050, "", "")),
        ("http://proxy.example", ("http_connect", "proxy.example", 3128, "", "")),
    ],
)
def test_a_proxy_is_given_as_a_url(url: str, proxy: tuple[object, ...]) -> None:
    account = gp.Account("smtps://mx.example", proxy=url)
    assert account._lane_options()["proxy"] == proxy
    assert "p@ss" not in repr(account)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"proxy": "socks4://proxy.example"}, "socks5"),
        ({"proxy": "socks5://ivan:sekret@proxy.example:port"}, "port 'port'"),
        ({"proxy": "proxy.example:1080"}, "no '://'"),
        ({"source_address": "my-host"}, "'my-host' is no IP address"),
        ({"min_tls": "1.1"}, "'1.1'"),
        ({"key_pem": "-----BEGIN PRIVATE KEY-----"}, "go together"),
        ({"proxy_protocol": (3, "192.0.2.1", 1, "192.0.2.2", 25)}, "1 or 2"),
        ({"proxy_protocol": (1, "x", 1, "192.0.2.2", 25)}, "proxy_protocol takes"),
        ({"proxy_protocol": (1, "192.0.2.1", 70000, "192.0.2.2", 25)}, "proxy_protocol takes"),
        ({"proxy_protocol": (1, "192.0.2.1", 1, "2001:db8::1", 25)}, "both addresses IPv4 or both IPv6"),
        ({"proxy_protocol": 2}, "proxy_protocol takes"),
        ({"mechanisms": ["PLAIM"]}, "'PLAIM' is none of .*SCRAM-SHA-256.* LOGIN"),
        ({"mechanisms": 5}, "mechanisms takes"),
        ({"timeout": "5"}, "timeout takes a number of seconds"),
        ({"timeout": -1}, "timeout takes a number of seconds"),
        ({"timeout": float("nan")}, "timeout takes a number of seconds"),
        ({"deadlines": {"greet": 4}}, "no 'greet'; keys are dns, .*greeting"),
        ({"deadlines": {"greeting": "4"}}, "greeting.* takes a number of seconds"),
        ({"letters_per_connection": -1}, "letters_per_connection takes a whole number from 0"),
        ({"max_connections": 101}, "max_connections takes a whole number from 1 to 100"),
        ({"max_connections": True}, "max_connections takes"),
        ({"max_recipients": 0}, "max_recipients takes a whole number from 1"),
        ({"max_message_bytes": 0.5}, "max_message_bytes takes"),
        ({"max_per_hour": "7"}, "max_per_hour takes"),
        ({"forbidden_attachments": "exe"}, "forbidden_attachments takes"),
        ({"helo_name": "my host"}, "helo_name takes a host name"),
        ({"helo_name": "mx.example\r\nMAIL"}, "helo_name takes a host name"),
        ({"login": "ivan\r\nMAIL", "password": "sekret"}, "login takes text without control characters"),
        ({"login": "ivan", "password": "sekret\r\n"}, "password holds a control character"),
        ({"login": "ivan", "password": 5}, "password takes a str, not of type int"),
        ({"name": "one\r\ntwo"}, "name takes text without control characters"),
        ({"access_token": 5}, "access_token takes"),
        ({"ca_pem": "/etc/ssl/ca.pem"}, "ca_pem holds no readable certificate"),
        ({"ca_pem": b"x"}, "ca_pem takes PEM text"),
        ({"certificate_pem": "x", "key_pem": "y"}, "certificate_pem holds no readable certificate"),
        ({"verify": "no"}, "verify takes True or False"),
        ({"xclient": {"addr": "192.0.2.1"}}, "'addr' is no attribute"),
        ({"xclient": {"ADDR": "192.0.2.1\r\n"}}, "xclient.* takes text without control characters"),
        ({"dkim": 5}, "dkim takes"),
        ({"password": "x", "access_token": "y"}, "one of them"),
        ({"access_token": "two words"}, "ASCII"),
    ],
)
def test_an_option_that_cannot_be_is_named(options: dict[str, object], words: str) -> None:
    with pytest.raises(gp.InputError, match=words) as caught:
        gp.Account("smtps://mx.example", **options)  # type: ignore[arg-type]
    assert "sekret" not in str(caught.value)


def test_one_mechanism_may_stand_without_a_list() -> None:
    assert gp.Account("smtps://mx.example", mechanisms="plain")._lane_options()["mechanisms"] == ["PLAIN"]
    assert gp.Account("smtps://mx.example", mechanisms=("Login", "PLAIN"))._lane_options()["mechanisms"] == [
        "LOGIN",
        "PLAIN",
    ]


def test_the_mechanisms_an_account_knows_are_those_that_the_core_speaks() -> None:
    source = Path(__file__).parents[2] / "cpp/gatepost/smtp/sasl/client.cpp"
    spoken = re.search(r"\{\s*(\"SCRAM[^}]*)\}", source.read_text())
    assert spoken is not None
    assert list(MECHANISMS) == re.findall(r'"([^"]+)"', spoken[1])


@pytest.mark.parametrize("name", ["mx.example", "mx_1", "[192.0.2.1]", "[IPv6:2001:db8::1]", ""])
def test_a_name_to_say_hello_with_is_a_host_or_an_address_literal(name: str) -> None:
    assert gp.Account("smtp://mx.example", helo_name=name)._lane_options()["helo_name"] == name


def test_certificates_may_stand_among_other_lines() -> None:
    with gp.Sink(tls="starttls") as secure:
        pem = f"# Выдан: gatepost\n{secure.ca_pem}\n# ещё один\n{secure.ca_pem}"
        assert gp.Account("smtp://mx.example", ca_pem=pem)


def test_a_token_needs_no_password_and_is_never_shown() -> None:
    account = gp.Account("smtps://ivan%40mail.ru@mx.example", access_token="t0ken")
    assert account._lane_options()["access_token"] == "t0ken"
    assert "t0ken" not in repr(account) + account.masked_url


def test_whoever_gives_tokens_is_not_asked_before_the_first_use() -> None:
    def ask() -> str:
        raise AssertionError("asked too early")

    with gp.Mailer(gp.Account("smtps://mx.example", login="ivan", access_token=ask)):
        pass
