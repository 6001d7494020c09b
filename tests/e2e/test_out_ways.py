"""Other ways to a peer: SOCKS5 and HTTP proxies, Unix sockets, IPv6, a token that has to be asked for anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiosmtpd.controller import Controller, UnixSocketController
from aiosmtpd.lmtp import LMTP

import gatepost as gp
from peers.certificates import Certificates
from peers.inbox import Inbox
from peers.libraries import GoSmtp, SmtpServer
from peers.peer import LOGIN, TOKEN
from peers.ports import HOST, free_port
from peers.proxies import SECRET, USER, http_connect, socks5
from peers.server import Handler


def send(account: gp.Account, to: str) -> gp.SendResult:
    return gp.send(account, from_=LOGIN, to=to, subject="x", text="x")


@pytest.mark.parametrize("tls", [None, "starttls", "implicit"])
def test_through_a_socks_proxy(go_smtp: GoSmtp, certificates: Certificates, recipient: str, tls: str | None) -> None:
    with socks5() as proxy:
        way = f"socks5://{USER}:{SECRET}@{HOST}:{proxy.port}"
        assert send(
            gp.Account(go_smtp.url(tls), route=gp.Route(proxy=way), tls=gp.Tls(ca_pem=certificates.ca_pem)), recipient
        ).ok
    go_smtp.received(recipient)


@pytest.mark.parametrize("tls", [None, "starttls", "implicit"])
def test_through_an_http_proxy(
    go_smtp: GoSmtp, certificates: Certificates, recipient: str, tls: str | None, tmp_path: Path
) -> None:
    with http_connect(tmp_path, go_smtp.port(tls)) as proxy:
        way = f"http://{USER}:{SECRET}@{HOST}:{proxy.port}"
        assert send(
            gp.Account(go_smtp.url(tls), route=gp.Route(proxy=way), tls=gp.Tls(ca_pem=certificates.ca_pem)), recipient
        ).ok
    go_smtp.received(recipient)


@pytest.mark.parametrize("kind", ["socks5", "http"])
def test_proxy_that_refuses_the_login_is_named(go_smtp: GoSmtp, recipient: str, kind: str, tmp_path: Path) -> None:
    with socks5() if kind == "socks5" else http_connect(tmp_path, go_smtp.port()) as proxy:
        account = gp.Account(go_smtp.url(), route=gp.Route(proxy=f"{kind}://{USER}:wr0ng@{HOST}:{proxy.port}"))
        with pytest.raises(gp.ConnectError, match="proxy") as caught:
            send(account, recipient)
    assert "wr0ng" not in str(caught.value) + caught.value.transcript
    assert go_smtp.inbox.to(recipient) == []


@pytest.mark.parametrize("kind", ["socks5", "http"])
def test_proxy_that_cannot_reach_the_server_is_a_connect_error(recipient: str, kind: str, tmp_path: Path) -> None:
    nobody = free_port()
    with socks5() if kind == "socks5" else http_connect(tmp_path, nobody) as proxy:
        account = gp.Account(
            f"smtp://{HOST}:{nobody}", route=gp.Route(proxy=f"{kind}://{USER}:{SECRET}@{HOST}:{proxy.port}")
        )
        with pytest.raises(gp.ConnectError, match="proxy"):
            send(account, recipient)


class UnixLmtpController(UnixSocketController):
    """aiosmtpd's LMTP at a Unix socket."""

    def factory(self) -> LMTP:
        return LMTP(self.handler, **self.SMTP_kwargs)


@pytest.mark.parametrize(("scheme", "controller"), [("smtp", UnixSocketController), ("lmtp", UnixLmtpController)])
def test_through_a_unix_socket(
    scheme: str, controller: type[UnixSocketController], recipient: str, tmp_path: Path
) -> None:
    inbox = Inbox()
    server = controller(Handler(inbox), unix_socket=str(tmp_path / "s"))
    server.start()
    try:
        assert send(gp.Account(f"{scheme}+unix://{tmp_path}/s"), recipient).ok
    finally:
        server.stop()
    inbox.wait(1, to=recipient)


def test_over_ipv6(recipient: str) -> None:
    inbox = Inbox()
    server = Controller(Handler(inbox), hostname="::1", port=free_port())
    server.start()
    try:
        assert send(gp.Account(f"smtp://[::1]:{server.port}"), recipient).ok
    finally:
        server.stop()
    inbox.wait(1, to=recipient)


def test_token_that_has_run_out_is_asked_for_anew(
    smtp_server: SmtpServer, certificates: Certificates, recipient: str
) -> None:
    tokens = iter(["ya29.has-run-out", TOKEN])
    account = gp.Account(
        f"smtp+starttls://{HOST}:{smtp_server.port('starttls', login=True)}",
        login=LOGIN,
        auth=gp.Auth(access_token=lambda: next(tokens), mechanisms=["XOAUTH2"]),
        tls=gp.Tls(ca_pem=certificates.ca_pem),
    )
    with gp.Mailer(account) as mailer:
        result = mailer.send(gp.Message(from_=LOGIN, to=recipient, subject="x", text="x"), timeout=30)
    assert result.ok
    [letter] = smtp_server.received(recipient)
    assert letter.user == LOGIN
    assert list(tokens) == []
