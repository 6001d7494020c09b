"""swaks against our sink: PROXY headers and XCLIENT say who the client is."""

from __future__ import annotations

import pytest

import gatepost as gp
from peers.peer import LOGIN, PASSWORD
from peers.swaks import NO_XCLIENT, XCLIENT, MakeSink, RunSwaks

PROXY = ["--proxy-source", "192.0.2.7", "--proxy-source-port", "4711", "--proxy-dest", "198.51.100.1"]
PROXY += ["--proxy-dest-port", "25"]


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("tls", [None, "implicit"])
def test_proxy_header_says_who_the_client_is(
    make_sink: MakeSink, run_swaks: RunSwaks, version: str, tls: str | None
) -> None:
    sink = make_sink(tls=tls, access=gp.SinkAccess(proxies=["127.0.0.1"]))
    family = {"1": "TCP4", "2": "AF_INET"}[version]
    options = ["--tls-on-connect"] if tls else []
    run_swaks(sink, "--proxy-version", version, "--proxy-family", family, *PROXY, *options)
    assert sink.wait(1)[0].session.client == ("192.0.2.7", 4711)


@pytest.mark.parametrize("version", ["1", "2"])
def test_proxy_header_for_ipv6(make_sink: MakeSink, run_swaks: RunSwaks, version: str) -> None:
    sink = make_sink(access=gp.SinkAccess(proxies=["127.0.0.1"]))
    family = {"1": "TCP6", "2": "AF_INET6"}[version]
    addresses = ["--proxy-source", "2001:db8::7", "--proxy-dest", "2001:db8::1"]
    ports = ["--proxy-source-port", "4711", "--proxy-dest-port", "25"]
    run_swaks(sink, "--proxy-version", version, "--proxy-family", family, *addresses, *ports)
    assert sink.wait(1)[0].session.client == ("2001:db8::7", 4711)


@pytest.mark.parametrize("header", ["UNKNOWN", "UNKNOWN ffff::1 ffff::2 1 2"])
def test_proxy_that_does_not_know_leaves_the_clients_own_address(
    make_sink: MakeSink, run_swaks: RunSwaks, header: str
) -> None:
    sink = make_sink(access=gp.SinkAccess(proxies=["127.0.0.1"]))
    run_swaks(sink, "--proxy-version", "1", "--proxy", header)
    assert sink.wait(1)[0].session.client[0] == "127.0.0.1"


def test_proxy_header_from_a_stranger_is_no_command(make_sink: MakeSink, run_swaks: RunSwaks) -> None:
    sink = make_sink()
    said = run_swaks(sink, "--proxy-version", "1", "--proxy-family", "TCP4", *PROXY, "--quit-after", "HELO", code=None)
    assert "500 5.5.2 " in said or "554 5.5.0 " in said  # unknown; or too early, where it was faster than the greeting
    assert sink.sessions[-1].client[0] == "127.0.0.1"


def test_xclient_says_who_the_client_is(make_sink: MakeSink, run_swaks: RunSwaks) -> None:
    sink = make_sink(access=gp.SinkAccess(xclient_from=["127.0.0.1"]))
    run_swaks(sink, *XCLIENT)
    assert sink.wait(1)[0].session.client == ("192.0.2.9", 4712)


@pytest.mark.parametrize("option", ["--xclient-optional", "--xclient-optional-strict"])
def test_optional_xclient_that_is_not_offered(make_sink: MakeSink, run_swaks: RunSwaks, option: str) -> None:
    sink = make_sink()
    run_swaks(sink, *XCLIENT, option)
    assert sink.wait(1)[0].session.client[0] == "127.0.0.1"


def test_xclient_in_two_goes(make_sink: MakeSink, run_swaks: RunSwaks) -> None:
    sink = make_sink(access=gp.SinkAccess(xclient_from=["127.0.0.1"]))
    run_swaks(
        sink, "--xclient-addr", "192.0.2.9", "--xclient-port", "4712", "--xclient-delim", "--xclient", "NAME=a.example"
    )
    session = sink.wait(1)[0].session
    assert session.client == ("192.0.2.9", 4712)
    assert session.transcript.count("C: XCLIENT ") == 2


def test_xclient_that_has_logged_in(make_sink: MakeSink, run_swaks: RunSwaks) -> None:
    sink = make_sink(users={LOGIN: PASSWORD}, access=gp.SinkAccess(xclient_from=["127.0.0.1"]))
    run_swaks(sink, "--xclient-login", LOGIN)
    assert sink.wait(1)[0].session.user == LOGIN


@pytest.mark.parametrize("order", [[], ["--xclient-before-starttls"]])
def test_xclient_and_starttls(make_sink: MakeSink, run_swaks: RunSwaks, order: list[str]) -> None:
    sink = make_sink(tls="starttls", access=gp.SinkAccess(xclient_from=["127.0.0.1"]))
    run_swaks(sink, *XCLIENT, "--tls", *order)
    session = sink.wait(1)[0].session
    assert session.client[0] == "192.0.2.9"
    assert session.tls is not None


def test_xclient_is_not_for_strangers(make_sink: MakeSink, run_swaks: RunSwaks) -> None:
    sink = make_sink()
    run_swaks(sink, *XCLIENT, code=NO_XCLIENT)
    run_swaks(sink, *XCLIENT, "--xclient-no-verify", code=NO_XCLIENT)
    assert {session.client[0] for session in sink.sessions} == {"127.0.0.1"}
