"""Options of accounts: what they take, what they show, and what the engine gets of them."""

from __future__ import annotations

import copy
import inspect
import pickle
import re
from dataclasses import FrozenInstanceError, asdict, fields, replace
from typing import Any

import pytest

import gatepost as gp
from gatepost import _core
from gatepost.options import Options

KINDS = [gp.Limits, gp.Tls, gp.Route, gp.Timeouts, gp.Auth]
SINK_KINDS = [gp.SinkLimits, gp.SinkTls, gp.SinkAccess, gp.SinkProtocol, gp.SinkTimeouts, gp.SinkHttp]


@pytest.fixture(scope="module")
def own() -> _core.CertificatePair:
    return _core.make_client_certificate(_core.make_authority("clients", 1), "ivan", 1)


@pytest.mark.parametrize(
    ("kind", "options", "words"),
    [
        (gp.Limits, {"per_hour": "7"}, "limits.per_hour takes a whole number from 1 to"),
        (gp.Limits, {"per_hour": 0}, "limits.per_hour: a limit of 0 letters would never send"),
        (gp.Limits, {"per_day": 2**32}, "limits.per_day takes a whole number"),
        (gp.Limits, {"letters_per_connection": -1}, "limits.letters_per_connection takes a whole number from 1"),
        (gp.Limits, {"connections": 101}, "limits.connections takes a whole number from 1 to 100"),
        (gp.Limits, {"connections": True}, "limits.connections takes"),
        (gp.Limits, {"recipients": 0}, "limits.recipients takes a whole number from 1"),
        (gp.Limits, {"message_bytes": 0.5}, "limits.message_bytes takes"),
        (gp.Limits, {"forbidden_attachments": "exe"}, "limits.forbidden_attachments takes"),
        (gp.Tls, {"verify": "no"}, "tls.verify takes True or False"),
        (gp.Tls, {"verify_name": "a\r\nb"}, "tls.verify_name takes text without control characters"),
        (gp.Tls, {"min_version": "1.1"}, "tls.min_version takes one of 1.2, 1.3, not '1.1'"),
        (gp.Tls, {"ca_pem": "/etc/ssl/ca.pem"}, "tls.ca_pem holds no readable certificate"),
        (gp.Tls, {"ca_pem": b"x"}, "tls.ca_pem takes PEM text"),
        (gp.Tls, {"certificate_pem": "x", "key_pem": "y"}, "tls.certificate_pem holds no readable certificate"),
        (gp.Tls, {"key_pem": "-----BEGIN PRIVATE KEY-----"}, "tls.certificate_pem and tls.key_pem go together"),
        (gp.Tls, {"key_pem": "sekret"}, "tls.key_pem holds no key"),
        (gp.Tls, {"key_pem": b"sekret"}, "tls.key_pem takes PEM text, not a bytes"),
        (
            gp.Tls,
            {"key_pem": "-----BEGIN PRIVATE KEY-----sekret\ud800"},
            "tls.key_pem: character 33 is an unpaired surrogate",
        ),
        (gp.Tls, {"resume": 1}, "tls.resume takes True or False"),
        (gp.Route, {"proxy": "socks4://proxy.example"}, "route.proxy: the scheme takes one of socks5"),
        (
            gp.Route,
            {"proxy": "socks5://ivan:sekret@proxy.example:port"},
            "route.proxy: the port 'port'",
        ),
        (gp.Route, {"proxy": "proxy.example:1080"}, "route.proxy: no '://'"),
        (gp.Route, {"proxy": 5}, "route.proxy takes a str"),
        (gp.Route, {"source_address": "my-host"}, "route.source_address takes an IP address, not 'my-host'"),
        (gp.Route, {"helo_name": "my host"}, "route.helo_name takes a host name"),
        (gp.Route, {"helo_name": "mx.example\r\nMAIL"}, "route.helo_name takes a host name"),
        (gp.Route, {"proxy_header": (3, "192.0.2.1", 1, "192.0.2.2", 25)}, "route.proxy_header takes .*1 or 2"),
        (gp.Route, {"proxy_header": (1, "x", 1, "192.0.2.2", 25)}, "route.proxy_header takes"),
        (gp.Route, {"proxy_header": (1, "192.0.2.1", 70000, "192.0.2.2", 25)}, "route.proxy_header takes"),
        (gp.Route, {"proxy_header": (1, "192.0.2.1", 1, "2001:db8::1", 25)}, "both addresses IPv4 or both IPv6"),
        (gp.Route, {"proxy_header": 2}, "route.proxy_header takes"),
        (gp.Route, {"proxy_header": (1, "192.0.2.1")}, "route.proxy_header takes"),
        (gp.Route, {"xclient": {"addr": "192.0.2.1"}}, "route.xclient: 'addr' is not an attribute"),
        (gp.Route, {"xclient": {"ADDR": "192.0.2.1\r\n"}}, r"route.xclient\['ADDR'\] takes text without control"),
        (gp.Route, {"xclient": [("ADDR", "x")]}, "route.xclient takes a mapping"),
        (gp.Timeouts, {"connect": "5"}, "timeouts.connect takes a number of seconds"),
        (gp.Timeouts, {"greeting": -1}, "timeouts.greeting takes a number of seconds"),
        (gp.Timeouts, {"final_reply": float("nan")}, "timeouts.final_reply takes a number of seconds"),
        (gp.Timeouts, {"dns": None}, "timeouts.dns takes a number of seconds"),
        (gp.Auth, {"mechanisms": ["PLAIM"]}, "auth.mechanisms takes one of .*SCRAM-SHA-256.* LOGIN, not 'PLAIM'"),
        (gp.Auth, {"mechanisms": 5}, "auth.mechanisms takes"),
        (gp.Auth, {"access_token": 5}, "auth.access_token takes a str or a function that returns one, not an int"),
        (gp.Auth, {"access_token": "two sekret words"}, "auth.access_token: .*ASCII"),
        (gp.Auth, {"authzid": "a\0b"}, "auth.authzid takes text without control characters"),
        (gp.Auth, {"allow_cleartext": "yes"}, "auth.allow_cleartext takes True or False"),
    ],
)
def test_an_option_that_cannot_be_is_named(kind: type, options: dict[str, object], words: str) -> None:
    with pytest.raises(gp.InputError, match=words) as caught:
        kind(**options)
    assert "sekret" not in str(caught.value)


@pytest.mark.parametrize("kind", [*KINDS, *SINK_KINDS])
def test_options_compare_hash_copy_and_change_as_frozen_dataclasses_do(kind: type[Options]) -> None:
    options = kind()
    assert options == kind() and hash(options) == hash(kind())
    assert replace(options) == copy.deepcopy(options) == pickle.loads(pickle.dumps(options)) == options
    assert kind(**asdict(options)) == options  # type: ignore[call-overload]
    with pytest.raises(FrozenInstanceError):
        setattr(options, fields(options)[0].name, None)
    with pytest.raises(TypeError, match="unexpected keyword argument 'max_per_hour'"):
        kind(max_per_hour=1)
    assert repr(options) == f"{kind.__name__}()"


def described(kind: type) -> list[str]:
    """The arguments that have a line of the docstring."""
    arguments = inspect.getdoc(kind).partition("Args:\n")[2].partition("Raises:\n")[0]  # type: ignore[union-attr]
    return re.findall(r"^    (\w+): ", arguments, re.MULTILINE)


@pytest.mark.parametrize("kind", [*KINDS, *SINK_KINDS])
def test_each_option_has_a_line_of_the_docstring(kind: type[Options]) -> None:
    told = described(kind)
    assert told == [one.name for one in fields(kind)]
    assert len(told) <= 16


@pytest.mark.parametrize("kind", [gp.Account, gp.Sink])
def test_each_argument_has_a_line_of_the_docstring(kind: type) -> None:
    told = described(kind)
    assert told == list(inspect.signature(kind).parameters)
    assert len(told) <= 16


def test_what_is_given_in_another_form_compares_as_the_same() -> None:
    assert gp.Auth(mechanisms="plain") == gp.Auth(mechanisms=["PLAIN"]) == gp.Auth(mechanisms=("Plain",))
    assert gp.Limits(forbidden_attachments=["exe", "vbs"]) == gp.Limits(forbidden_attachments={"vbs", "exe"})
    header = [2, "192.0.2.1", 1, "192.0.2.2", 25]
    assert gp.Route(proxy_header=header) == gp.Route(proxy_header=tuple(header))  # type: ignore[arg-type]
    assert hash(gp.Route(xclient={"ADDR": "192.0.2.1"})) == hash(gp.Route(xclient={"ADDR": "192.0.2.1"}))


def test_a_change_of_what_was_given_changes_no_option() -> None:
    attributes = {"ADDR": "192.0.2.1"}
    route = gp.Route(xclient=attributes)
    attributes["NAME"] = "x"
    assert route.xclient == {"ADDR": "192.0.2.1"}


def test_replace_checks_anew() -> None:
    assert replace(gp.Limits(per_hour=5), per_day=9) == gp.Limits(per_hour=5, per_day=9)
    with pytest.raises(gp.InputError, match=r"limits\.per_day"):
        replace(gp.Limits(per_hour=5), per_day="9")


def test_no_option_shows_a_secret(own: _core.CertificatePair) -> None:
    shown = repr(gp.Tls(verify=False, certificate_pem=own["certificate_pem"], key_pem=own["key_pem"]))
    assert own["key_pem"][40:60] not in shown
    assert shown.startswith("Tls(verify=False, certificate_pem='-----BEGIN") and shown.endswith("key_pem='****')")
    assert repr(gp.Auth(access_token="t0ken")) == "Auth(access_token='****')"
    route = gp.Route(proxy="socks5://ivan:p%40ss@proxy.example:1080", helo_name="me")
    assert repr(route) == "Route(proxy='socks5://ivan:****@proxy.example:1080', helo_name='me')"
    assert repr(gp.Route(proxy="http://[::1]:3128")) == "Route(proxy='http://[::1]:3128')"


def test_limits_become_windows_the_shortest_first() -> None:
    limits = gp.Limits(per_day=300, per_minute=1, per_hour=20)
    assert limits.windows == ((1, 60.0), (20, 3600.0), (300, 86400.0))
    assert gp.Limits().windows == ()


def test_what_options_say_when_left_out_is_what_the_engine_does() -> None:
    left_out, untouched = gp.Account("smtp://mx.example")._lane_options(), _core.LaneOptions()
    for name in ("max_connections", "letters_per_connection", "idle", "max_bytes"):
        assert getattr(left_out, name) == getattr(untouched, name)
    assert left_out.limiter is not None and left_out.limiter.limits == []
    for name in ("source_address", "proxy", "proxy_header"):
        assert getattr(left_out.connect, name) == getattr(untouched.connect, name)
    for phase in fields(gp.Timeouts):
        ours, cores = left_out.connect.deadlines, untouched.connect.deadlines
        assert getattr(ours, phase.name) == getattr(cores, phase.name) == phase.default
    for option in fields(gp.Tls):
        assert getattr(left_out.connect.tls, option.name) == getattr(untouched.connect.tls, option.name)
    assert left_out.connect.session.helo_name == _core.machine_name(30.0)
    for name in ("mechanisms", "without", "xclient", "client_certificate", "chunking", "one_round_trip"):
        assert getattr(left_out.connect.session, name) == getattr(untouched.connect.session, name)


def test_every_option_reaches_the_engine(own: _core.CertificatePair) -> None:
    account = gp.Account(
        "smtps://ivan:secret@mx.example:4465",
        "news",
        auth=gp.Auth(authzid="boss", mechanisms="plain", allow_cleartext=True),
        limits=gp.Limits(per_hour=7, connections=2, letters_per_connection=3, message_bytes=1000),
        tls=gp.Tls(
            verify=False,
            verify_name="gate.example",
            ca_pem=own["certificate_pem"],
            certificate_pem=own["certificate_pem"],
            key_pem=own["key_pem"],
            min_version="1.3",
            resume=False,
        ),
        route=gp.Route(
            proxy="http://proxy.example",
            source_address="2001:DB8::0:1",
            helo_name="[192.0.2.1]",
            proxy_header=(2, "192.0.2.7", 4711, "192.0.2.9", 25),
            xclient={"ADDR": "192.0.2.9", "NAME": "mail.example.net"},
        ),
        timeouts=gp.Timeouts(dns=1, connect=2, tls=3, greeting=4, command=5, data_block=6, final_reply=7.5),
        provider="yandex",
        one_round_trip=True,
        chunking=True,
    )
    lane = account._lane_options()
    connect, session = lane.connect, lane.connect.session
    assert (lane.name, lane.max_bytes) == ("news", 1000)
    assert lane.limiter is not None and lane.limiter.limits == [(7, 3600.0)]
    assert (lane.max_connections, lane.letters_per_connection) == (2, 3)
    [target] = connect.targets
    assert (target.host, target.port, target.unix_path) == ("mx.example", 4465, "")
    assert connect.source_address == "2001:db8::1"
    assert connect.proxy is not None and connect.proxy.host == "proxy.example"
    header = connect.proxy_header
    assert header is not None
    assert (header.version, header.source, header.source_port) == (2, "192.0.2.7", 4711)
    assert (header.destination, header.destination_port) == ("192.0.2.9", 25)
    assert all(getattr(connect.tls, one.name) == getattr(account.tls, one.name) for one in fields(gp.Tls))
    deadlines = [getattr(connect.deadlines, one.name) for one in fields(gp.Timeouts)]
    assert deadlines == [1, 2, 3, 4, 5, 6, 7.5]
    said = (session.security, session.helo_name, session.provider, session.one_round_trip, session.chunking)
    assert said == ("implicit_tls", "[192.0.2.1]", "yandex", True, True)
    assert session.xclient == [("ADDR", "192.0.2.9"), ("NAME", "mail.example.net")]
    assert (session.mechanisms, session.allow_cleartext_auth, session.client_certificate) == (["PLAIN"], True, True)
    identity = session.identity
    assert (identity.login, identity.password, identity.authzid) == ("ivan", "secret", "boss")
    assert (identity.host, identity.port, identity.access_token) == ("mx.example", 4465, "")


@pytest.mark.parametrize("name", ["mx.example", "mx_1", "[192.0.2.1]", "[IPv6:2001:db8::1]"])
def test_a_name_to_say_hello_with_is_a_host_or_an_address_literal(name: str) -> None:
    account = gp.Account("smtp://mx.example", route=gp.Route(helo_name=name))
    assert account._lane_options().connect.session.helo_name == name


def test_certificates_may_stand_among_other_lines() -> None:
    with gp.Sink(tls="starttls") as secure:
        pem = f"# Выдан: gatepost\n{secure.ca_pem}\n# ещё один\n{secure.ca_pem}"
        assert gp.Tls(ca_pem=pem).ca_pem == pem


def test_an_account_of_a_sink_trusts_it_unless_it_trusts_somebody_else(own: _core.CertificatePair) -> None:
    with gp.Sink(tls="starttls") as sink:
        assert sink.account().tls == gp.Tls(ca_pem=sink.ca_pem)
        assert sink.account(tls=gp.Tls(resume=False)).tls == gp.Tls(ca_pem=sink.ca_pem, resume=False)
        other = gp.Tls(ca_pem=own["certificate_pem"])
        assert sink.account(tls=other).tls == other
        with pytest.raises(gp.InputError, match="account: tls takes a Tls"):
            sink.account(tls="starttls")  # type: ignore[arg-type]


def test_a_core_without_the_security_or_proxy_of_that_name_says_so() -> None:
    options: Any = _core.LaneOptions()
    with pytest.raises(gp.InputError, match="security"):
        options.connect.session.security = "ssl"
    with pytest.raises(gp.InputError, match="kind"):
        _core.Proxy().kind = "socks4"
    with pytest.raises(gp.InputError, match="command"):
        options.connect.deadlines.command = -1.0
