import dataclasses
import pickle
import re
from pathlib import Path
from typing import get_type_hints

import pytest

import gatepost as gp
from gatepost import _core
from gatepost.accounts.auth import MECHANISMS
from gatepost.accounts.presets import GMAIL_FORBIDDEN, PRESETS

SECRET = "s3cret-пароль"


def session_of(account: gp.Account) -> _core.ClientOptions:
    return account._lane_options().connect.session


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
    assert session_of(account).identity.password == "p@ss/w:rd"
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
        ("smtp://u:p@host?timeout=5", "nothing may follow host and port; .* give options as keyword arguments"),
        ("smtp://u:p@host?verify=false#x", "nothing may follow"),
        ("smtp://u:p#x@host", "before the '@'"),
        ("smtp://u:p/x@host", "before the '@'"),
        ("smtp://u%0d%0a:p@host", "control character"),
        ("smtp://:p@host", "no login before it"),
        ("smtp://u:p@ho st", "space"),
        ("smtp://u:p@host\r\nRCPT", "control character"),
        ("smtp://u@host", "no password"),
        ("smtp://::1:25", "stands in brackets: \\[::1:25\\] or \\[::1\\]:25"),
        ("smtp://u:p@2001:db8::1", "stands in brackets: \\[2001:db8::1\\]"),
        ("smtp://fe80::1:99999", "stands in brackets: \\[fe80::1\\]:99999"),
        ("smtp://[::1]:x", "port 'x' is not a number"),
    ],
)
def test_a_typing_mistake_in_the_url_is_named_without_the_password(url: str, words: str) -> None:
    with pytest.raises(gp.InputError, match="account") as caught:
        gp.Account(url)
    assert re.search(words, str(caught.value))


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
    assert account.limits == gp.Limits(per_minute=1, recipients=30, message_bytes=30 * 2**20)
    assert account.limits.windows == ((1, 60.0),)
    assert account.only_sender


def test_an_option_wins_over_the_preset() -> None:
    limits = gp.Limits(per_day=500, recipients=5)
    account = gp.Account.preset("yandex", login="ivan@yandex.ru", password="x", limits=limits, name="почта")
    assert account.limits == gp.Limits(per_day=500, recipients=5, message_bytes=30 * 2**20)
    assert account.name == "почта"


def test_limits_that_are_given_complete_those_of_the_preset() -> None:
    who = {"login": "ivan@example.com", "password": "x"}
    account = gp.Account.preset("mail.ru", limits=gp.Limits(per_hour=20, connections=1), **who)
    assert account.limits == gp.Limits(
        per_minute=1, per_hour=20, connections=1, recipients=30, message_bytes=30 * 2**20
    )
    assert gp.Account.preset("gmail", **who).limits.forbidden_attachments == GMAIL_FORBIDDEN
    lifted = gp.Account.preset("gmail", limits=gp.Limits(forbidden_attachments=()), **who)
    assert lifted.limits.forbidden_attachments == frozenset()
    assert gp.Account.preset("gmail", limits=None, **who).limits == PRESETS["gmail"].limits
    with pytest.raises(gp.InputError, match="account: limits takes a Limits, not a dict"):
        gp.Account.preset("gmail", limits={"per_hour": 5}, **who)


def test_a_preset_takes_what_an_account_takes_and_nothing_else() -> None:
    taken = get_type_hints(gp.Account.__init__)
    for name in ("url", "login", "password", "return"):
        del taken[name]
    assert get_type_hints(gp.AccountOptions) == taken
    with pytest.raises(TypeError, match="max_per_hour"):
        gp.Account.preset("gmail", login="ivan@gmail.com", password="x", max_per_hour=5)  # type: ignore[call-arg]


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
        return session_of(account).one_round_trip

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


def test_cleartext_login_is_allowed_towards_this_machine_only() -> None:
    assert session_of(gp.Account("smtp://u:p@127.0.0.1")).allow_cleartext_auth is True
    assert session_of(gp.Account("smtp://u:p@[::1]:2525")).allow_cleartext_auth is True
    assert session_of(gp.Account("smtp://u:p@mx.example")).allow_cleartext_auth is False
    for allowed in (True, False):
        for host in ("127.0.0.1", "mx.example"):
            account = gp.Account(f"smtp://u:p@{host}", auth=gp.Auth(allow_cleartext=allowed))
            assert session_of(account).allow_cleartext_auth is allowed


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
    connect = account._lane_options().connect
    session = connect.session
    [target] = connect.targets
    assert (target.unix_path, session.identity.password, session.lmtp) == ("/run/my gate.sock", "p@ss", lmtp)
    assert session.allow_cleartext_auth is True
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
    account = gp.Account("smtps://mx.example", route=gp.Route(proxy=url))
    given = account._lane_options().connect.proxy
    assert given is not None
    assert (given.kind, given.host, given.port, given.login, given.password) == proxy
    assert "p@ss" not in repr(account)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"url": 5}, "account: url takes a str"),
        ({"dkim": 5}, "account: dkim takes"),
        ({"login": "ivan\r\nMAIL", "password": "sekret"}, "login takes text without control characters"),
        ({"login": "ivan", "password": "sekret\r\n"}, "password holds a control character"),
        ({"login": "ivan", "password": 5}, "password takes a str, not an int"),
        ({"name": "one\r\ntwo"}, "name takes text without control characters"),
        ({"sender": "Ivan"}, "Ivan"),
        ({"only_sender": 1}, "account: only_sender takes True or False"),
        ({"only_sender": True}, "account: only_sender needs a sender"),
        ({"chunking": "yes"}, "account: chunking takes True or False"),
        ({"password": "x", "auth": gp.Auth(access_token="y")}, "one of them"),
        ({"url": "smtp+unix:///run/x", "route": gp.Route(proxy="http://h")}, "a Unix socket is not reached by a proxy"),
        ({"limits": {"per_hour": 5}}, "account: limits takes a Limits, not a dict"),
        ({"limits": gp.SinkLimits()}, "account: limits takes a Limits, not a SinkLimits"),
        ({"tls": {"key_pem": "sekret"}}, "account: tls takes a Tls, not a dict"),
        ({"route": "socks5://ivan:sekret@h"}, "account: route takes a Route, not a str"),
        ({"timeouts": 5.0}, "account: timeouts takes a Timeouts, not a float"),
        ({"auth": "sekret"}, "account: auth takes an Auth, not a str"),
    ],
)
def test_an_argument_that_cannot_be_is_named(options: dict[str, object], words: str) -> None:
    with pytest.raises(gp.InputError, match=words) as caught:
        gp.Account(**{"url": "smtps://mx.example", **options})  # type: ignore[arg-type]
    assert "sekret" not in str(caught.value)


def test_a_sender_may_have_a_name() -> None:
    account = gp.Account("smtp://mx.example", sender="Отдел новостей <news@пример.рф>")
    assert (account.sender, account.sender_name) == ("news@xn--e1afmkfd.xn--p1ai", "Отдел новостей")
    assert gp.Account("smtp://mx.example", sender="news@example.com").sender_name == ""
    assert gp.Account("smtp://ivan%40mail.ru:x@mx.example").sender == "ivan@mail.ru"


def test_the_mechanisms_an_account_knows_are_those_that_the_core_speaks() -> None:
    source = Path(__file__).parents[2] / "cpp/gatepost/smtp/sasl/client.cpp"
    spoken = re.search(r"\{\s*(\"SCRAM[^}]*)\}", source.read_text())
    assert spoken is not None
    assert list(MECHANISMS) == re.findall(r'"([^"]+)"', spoken[1])


def test_a_token_needs_no_password_and_is_never_shown() -> None:
    account = gp.Account("smtps://ivan%40mail.ru@mx.example", auth=gp.Auth(access_token="t0ken"))
    assert session_of(account).identity.access_token == "t0ken"
    assert "t0ken" not in repr(account) + repr(account.auth) + account.masked_url


def test_whoever_gives_tokens_is_not_asked_before_the_first_use() -> None:
    def ask() -> str:
        raise AssertionError("asked too early")

    with gp.Mailer(gp.Account("smtps://mx.example", login="ivan", auth=gp.Auth(access_token=ask))):
        pass
