"""Hosts, proxies, certificates and sinks whose names are not ASCII."""

from __future__ import annotations

import socket
import ssl

import pytest
from scripted_server import ScriptedServer

import gatepost as gp
from gatepost import _core

A_LABELS = "xn--80a1acny.xn--p1ai"


def connect_of(account: gp.Account) -> _core.ConnectOptions:
    return account._lane_options().connect


@pytest.mark.parametrize(
    "host", ["почта.рф", "Почта.РФ", "%D0%BF%D0%BE%D1%87%D1%82%D0%B0.%D1%80%D1%84", "почта。рф", "почта.рф."]
)
def test_an_international_host_goes_as_a_labels_and_is_shown_as_it_is_written(host: str) -> None:
    account = gp.Account(f"smtps://ivan:secret@{host}:4465")
    [target] = connect_of(account).targets
    assert (target.host, target.port) == (A_LABELS, 4465)
    assert connect_of(account).session.identity.host == A_LABELS
    assert account.host == target.shown and account.host in account.masked_url and account.host in repr(account)
    assert "xn--" not in repr(account)


def test_a_host_in_ascii_stays_as_it_is() -> None:
    for host in ("mx_1.docker", A_LABELS, "localhost", "192.0.2.1"):
        assert connect_of(gp.Account(f"smtp://{host}")).targets[0].host == host
    assert connect_of(gp.Account("smtp://[2001:db8::1]")).targets[0].host == "2001:db8::1"


@pytest.mark.parametrize("host", ["по чта.рф", "почта..рф", "-почта.рф", "%FF.рф", "%2Fx", "поч_та.рф"])
def test_a_host_that_no_name_can_be_is_refused(host: str) -> None:
    with pytest.raises(gp.InputError, match="account URL: "):
        gp.Account(f"smtp://{host}")


def test_an_international_host_that_is_not_found_is_named_as_it_is_written() -> None:
    with pytest.raises(gp.ConnectError, match=r"почта\.invalid"):
        gp.Account("smtp://почта.invalid").check()


@pytest.mark.parametrize("scheme", ["socks5", "http"])
def test_an_international_proxy_goes_as_a_labels(scheme: str) -> None:
    route = gp.Route(proxy=f"{scheme}://прокси.рф:1080")
    proxy = connect_of(gp.Account("smtp://mx.example", route=route)).proxy
    assert proxy is not None
    assert (proxy.host, proxy.shown) == ("xn--h1adldfi.xn--p1ai", "прокси.рф")
    with pytest.raises(gp.ConnectError, match=r"прокси\.invalid"):
        gp.Account("smtp://mx.example", route=gp.Route(proxy=f"{scheme}://прокси.invalid")).check()


def test_a_proxy_gets_the_a_labels_of_the_server() -> None:
    with ScriptedServer(lambda _: "", greeting="HTTP/1.1 403 no\n") as proxy:
        route = gp.Route(proxy=f"http://127.0.0.1:{proxy.port}")
        with pytest.raises(gp.ConnectError):
            gp.Account("smtp://почта.рф", route=route).check()
    assert not proxy.said or proxy.said[0] == f"CONNECT {A_LABELS}:25 HTTP/1.1"


def test_a_certificate_is_checked_for_the_a_labels() -> None:
    with gp.Sink(tls="implicit", protocol=gp.SinkProtocol(host_name="почта.рф")) as sink:
        for name in ("почта.рф", A_LABELS):
            trusted = gp.Tls(ca_pem=sink.ca_pem, verify_name=name)
            assert gp.Account(f"smtps://127.0.0.1:{sink.port}", tls=trusted).check()
        with pytest.raises(gp.TlsError, match=rf"hostname mismatch \(it is for .*{A_LABELS}"):
            wrong = gp.Tls(ca_pem=sink.ca_pem, verify_name="другая.рф")
            gp.Account(f"smtps://127.0.0.1:{sink.port}", tls=wrong).check()


def test_a_certificate_by_an_international_name_is_shown_to_who_asks_for_it() -> None:
    with gp.Sink(tls=gp.SinkTls(mode="implicit", certificates_by_name={"почта.рф": None})) as sink:
        context = ssl.create_default_context(cadata=sink.ca_pem)
        with (
            socket.create_connection(("127.0.0.1", sink.port), timeout=20) as plain,
            context.wrap_socket(plain, server_hostname=A_LABELS) as secure,
        ):
            assert secure.version()


def test_our_name_and_a_sinks_name_are_said_in_a_labels() -> None:
    with gp.Sink(protocol=gp.SinkProtocol(host_name="почта.рф")) as sink:
        account = sink.account(route=gp.Route(helo_name="отправитель.рф"))
        with gp.Mailer(account) as mailer:
            assert mailer.send(gp.Message(from_="a@b.ru", to="c@d.ru", subject="x", text="y")).ok
        session = sink.letters[0].session
        assert session.helo == "xn--80aejlqnhiqf6i.xn--p1ai" and f"S: 220 {A_LABELS}" in session.transcript


def test_what_a_domain_publishes_is_asked_for_by_a_labels() -> None:
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        return f"version: STSv1\nmode: enforce\nmx: mx.{A_LABELS}\nmax_age: 86400\n".encode()

    table = {f"_mta-sts.{A_LABELS}": "v=STSv1; id=1", f"{A_LABELS} MX": [f"10 mx.{A_LABELS}"]}
    report = gp.domains.check("почта.рф", resolver=table, fetch=fetch)
    assert asked == [f"https://mta-sts.{A_LABELS}/.well-known/mta-sts.txt"]
    assert [one.severity for one in report.findings if one.topic == "MTA-STS"] == ["ok"]
