"""The doors of a sink: LMTP, Unix sockets, who may come in and who need not log in, proxies, limits."""

from __future__ import annotations

import smtplib
import socket
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sink_talk import LETTER, talk_at, talk_to

import gatepost as gp
from gatepost import _core
from gatepost.sinks.protocol import BREACHES, EXTENSIONS

MakeSink = Callable[..., gp.Sink]


def lmtp(sink: gp.Sink) -> smtplib.LMTP:
    return smtplib.LMTP("127.0.0.1", sink.port, timeout=20)


def test_lmtp_answers_for_each_recipient(make_sink: MakeSink) -> None:
    sink = make_sink(lmtp=True)
    sink.rules.add(phase="final", to="full@*", reply="452 4.2.2 Mailbox full")
    sink.rules.add(phase="final", to="hole@*", discard=True)
    assert sink.url == f"lmtp://127.0.0.1:{sink.port}"
    with talk_to(sink.port) as client:
        client.reply()
        assert client.ask("LHLO me").startswith("250-")
        client.ask("MAIL FROM:<ivan@example.org>")
        for name in ("olga", "full", "hole", "petr"):
            assert client.ask(f"RCPT TO:<{name}@example.com>").startswith("250")
        client.ask("DATA")
        replies = [client.ask("Subject: one\r\n\r\nHello\r\n."), *(client.reply() for _ in range(3))]
    assert [reply[:9] for reply in replies] == ["250 2.0.0", "452 4.2.2", "250 2.0.0", "250 2.0.0"]
    assert [letter.envelope.to for letter in sink.letters] == [["olga@example.com", "petr@example.com"]]
    assert [letter.envelope.to for letter in sink.discarded] == [["hole@example.com"]]


def test_an_lmtp_letter_that_nobody_gets_is_not_kept(make_sink: MakeSink) -> None:
    sink = make_sink(lmtp=True)
    sink.rules.add(phase="final", reply="550 5.7.1 No")
    with lmtp(sink) as client, pytest.raises(smtplib.SMTPDataError) as refused:
        client.sendmail("ivan@example.org", "olga@example.com", LETTER)
    assert refused.value.smtp_code == 550
    assert sink.letters == []


def test_pythons_lmtp_client_delivers(make_sink: MakeSink) -> None:
    sink = make_sink(lmtp=True)
    with lmtp(sink) as client:
        client.sendmail("ivan@example.org", "olga@example.com", LETTER)
    assert sink.wait(1)[0].raw == LETTER


def test_a_unix_socket_is_the_owners_and_goes_with_the_sink(make_sink: MakeSink, tmp_path: Path) -> None:
    path = tmp_path / "a b.sock"
    sink = make_sink(unix_path=str(path))
    assert sink.port == 0
    assert sink.url == f"smtp+unix://{tmp_path}/a%20b.sock"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with talk_at(str(path)) as client:
        assert client.reply().startswith("220")
        client.ask("EHLO me")
        client.ask("MAIL FROM:<ivan@example.org>")
        client.ask("RCPT TO:<olga@example.com>")
        client.ask("DATA")
        assert client.ask("Subject: one\r\n\r\nHello\r\n.").startswith("250")
    assert sink.wait(1)[0].session.client == ("unix", 0)
    sink.close()
    assert not path.exists()


def test_pythons_lmtp_client_delivers_through_a_unix_socket(make_sink: MakeSink, tmp_path: Path) -> None:
    sink = make_sink(unix_path=str(tmp_path / "lmtp.sock"), lmtp=True)
    assert sink.url.startswith("lmtp+unix:///")
    with smtplib.LMTP(sink.unix_path) as client:
        client.sendmail("ivan@example.org", "olga@example.com", LETTER)
    assert len(sink.letters) == 1


def test_a_socket_that_nobody_listens_at_is_taken_over_and_one_in_use_is_not(
    make_sink: MakeSink, tmp_path: Path
) -> None:
    path = tmp_path / "x.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    make_sink(unix_path=str(path))
    with pytest.raises(OSError, match=r"x\.sock: Address already in use"):
        gp.Sink(unix_path=str(path))
    assert path.exists()


def test_a_file_that_is_no_socket_stays(tmp_path: Path) -> None:
    path = tmp_path / "precious"
    path.write_text("kept")
    with pytest.raises(OSError, match="precious"):
        gp.Sink(unix_path=str(path))
    assert path.read_text() == "kept"


def test_only_allowed_networks_get_in(make_sink: MakeSink) -> None:
    elsewhere = make_sink(access=gp.SinkAccess(allow=["192.0.2.0/24"]))
    with talk_to(elsewhere.port) as client:
        assert client.reply().startswith("554 5.7.1")
        assert client.reply() == ""
    here = make_sink(access=gp.SinkAccess(allow=["127.0.0.0/8"]))
    with talk_to(here.port) as client:
        assert client.reply().startswith("220")


def test_behind_a_proxy_the_clients_own_address_counts(make_sink: MakeSink) -> None:
    sink = make_sink(access=gp.SinkAccess(allow=["192.0.2.0/24"], proxies=["127.0.0.1"]))
    with talk_to(sink.port) as client:
        client.say("PROXY TCP4 192.0.2.7 127.0.0.1 5000 25\r\n")
        assert client.reply().startswith("220")
        assert sink.sessions[-1].client == ("192.0.2.7", 5000)
    with talk_to(sink.port) as client:
        client.say("PROXY TCP4 198.51.100.7 127.0.0.1 5000 25\r\n")
        assert client.reply().startswith("554 5.7.1")


def test_a_proxy_header_of_a_stranger_is_no_command(make_sink: MakeSink) -> None:
    sink = make_sink(access=gp.SinkAccess(proxies=["192.0.2.0/24"]))
    with talk_to(sink.port) as client:
        client.reply()
        assert client.ask("PROXY TCP4 192.0.2.7 127.0.0.1 5000 25")[0] == "5"


def test_xclient_is_offered_to_those_it_is_for(make_sink: MakeSink) -> None:
    for networks, offered in ((["127.0.0.1"], True), (["192.0.2.1"], False)):
        with talk_to(make_sink(access=gp.SinkAccess(xclient_from=networks)).port) as client:
            client.reply()
            assert ("XCLIENT" in client.ask("EHLO me")) is offered


def test_known_addresses_need_no_login(make_sink: MakeSink) -> None:
    sink = make_sink(users={"ivan": "secret"}, access=gp.SinkAccess(no_auth_from=["127.0.0.1"]))
    with smtplib.SMTP("127.0.0.1", sink.port) as client:
        client.sendmail("ivan@example.org", "olga@example.com", LETTER)
    others = make_sink(users={"ivan": "secret"}, access=gp.SinkAccess(no_auth_from=["192.0.2.1"]))
    with smtplib.SMTP("127.0.0.1", others.port) as client, pytest.raises(smtplib.SMTPSenderRefused):
        client.sendmail("ivan@example.org", "olga@example.com", LETTER)


@pytest.mark.parametrize("option", ["allow", "no_auth_from", "proxies", "xclient_from"])
def test_what_is_no_network_is_named(option: str) -> None:
    for wrong in ("here", "10.0.0.0/33", "10.0.0.0/", "::1/129", "127.0.0.1/x", "1.2.3.4/255.0.0.0"):
        with pytest.raises(gp.InputError, match=f"access.{option} takes IP addresses, .*, not '{wrong}'"):
            gp.SinkAccess(**{option: [wrong]})
    for right in ("127.0.0.1", "10.0.0.0/8", "::1", "2001:db8::/32", "0.0.0.0/0", "unix"):
        gp.Sink(access=gp.SinkAccess(**{option: [right]})).close()


def test_sessions_of_one_address_have_their_limit(make_sink: MakeSink) -> None:
    sink = make_sink(limits=gp.SinkLimits(sessions_per_address=1))
    with talk_to(sink.port) as first:
        first.reply()
        with talk_to(sink.port) as second:
            assert second.reply() == "421 4.7.0 Too many connections from your address"
        assert first.ask("QUIT").startswith("221")


def test_limits_and_deadlines_reach_the_session(make_sink: MakeSink) -> None:
    sink = make_sink(limits=gp.SinkLimits(message_bytes=1000, recipients=1), timeouts=gp.SinkTimeouts(command=0.05))
    with talk_to(sink.port) as client:
        client.reply()
        assert "SIZE 1000" in client.ask("EHLO me")
        assert client.reply().startswith("421 4.4.2")


def test_a_letter_that_drips_in_is_too_slow(make_sink: MakeSink) -> None:
    sink = make_sink(timeouts=gp.SinkTimeouts(letter=0.05), limits=gp.SinkLimits(min_letter_rate=1000))
    with talk_to(sink.port) as client:
        client.reply()
        for command in ("EHLO me", "MAIL FROM:<a@b.ru>", "RCPT TO:<b@b.ru>", "DATA"):
            client.ask(command)
        client.say("Subject: half\r\n")
        assert client.reply().startswith("421 4.4.2")


def test_without_extensions_are_not_announced(make_sink: MakeSink) -> None:
    sink = make_sink(
        protocol=gp.SinkProtocol(without_extensions=["PIPELINING", "FUTURERELEASE"]),
        access=gp.SinkAccess(mechanisms=()),
    )
    with talk_to(sink.port) as client:
        client.reply()
        said = client.ask("EHLO me")
    assert "CHUNKING" in said
    assert not {"PIPELINING", "FUTURERELEASE", "AUTH"} & {line[4:].split(" ")[0] for line in said.splitlines()}


def test_a_rule_that_may_be_broken_leaves_a_warning(make_sink: MakeSink) -> None:
    for lenient, code in (((), "501"), (("missing_brackets",), "250")):
        sink = make_sink(protocol=gp.SinkProtocol(lenient=lenient))
        with talk_to(sink.port) as client:
            client.reply()
            client.ask("EHLO me")
            assert client.ask("MAIL FROM:a@b.ru").startswith(code)
            assert sink.sessions[-1].warnings == ["MAIL without angle brackets"]
        assert sink.sessions[-1].warnings == ["MAIL without angle brackets"]


def test_a_rule_that_is_allowed_by_itself_can_be_forbidden(make_sink: MakeSink) -> None:
    with talk_to(make_sink(protocol=gp.SinkProtocol(lenient=["-spaces_in_path"])).port) as client:
        client.reply()
        client.ask("EHLO me")
        assert client.ask("MAIL FROM: <a@b.ru>").startswith("501")


def test_bare_newlines_are_kept_and_flagged_where_allowed(make_sink: MakeSink) -> None:
    sink = make_sink(protocol=gp.SinkProtocol(lenient=["bare_newlines"]))
    with talk_to(sink.port) as client:
        client.reply()
        for command in ("EHLO me", "MAIL FROM:<a@b.ru> BODY=8BITMIME", "RCPT TO:<b@b.ru> NOTIFY=NEVER", "DATA"):
            client.ask(command)
        assert client.ask("one\ntwo\r\n.").startswith("250")
    envelope = sink.letters[0].envelope
    assert envelope.bare_newlines
    assert envelope.mail_params == ["BODY=8BITMIME"]
    assert envelope.rcpt_params == [["NOTIFY=NEVER"]]


def test_early_talk_is_noticed_where_a_rule_delays_the_greeting(make_sink: MakeSink) -> None:
    for lenient, code in (((), "554"), (("early_talk",), "220")):
        sink = make_sink(protocol=gp.SinkProtocol(lenient=lenient), rules=[{"phase": "connect", "delay": 0.1}])
        with talk_to(sink.port) as client:
            client.say("EHLO me\r\n")
            assert client.reply().startswith(code)
        sink.close()
        assert sink.sessions[-1].warnings


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"unix_path": "/tmp/x", "tls": "starttls"}, "tls"),
        ({"lmtp": True, "tls": "implicit"}, "tls"),
        ({"tls": True}, "sink: tls takes one of starttls, .* or a SinkTls"),
        ({"tls": gp.Tls()}, "sink: tls takes one of starttls, .* or a SinkTls, not a Tls"),
        ({"port": 70_000}, "sink: port takes a whole number from 0 to 65535, not 70000"),
        ({"port": "25"}, "sink: port takes"),
        ({"profile": ["open"]}, "sink: profile takes a str"),
        ({"rules": 5}, "sink: rules takes a list of rules"),
        ({"rules": [5]}, r"sink: rules\[0\] takes a mapping"),
        ({"rules": [{"phase": "final"}, {"phase": "rcpt", "reply": 5}]}, r"sink: rules\[1\]: reply takes a str"),
        ({"on_letter": "discard"}, "sink: on_letter takes a function"),
        ({"dns": 5}, "sink: dns takes a mapping"),
        ({"users": {"ivan\ud800": "x"}}, "sink: users: a key: character 4 is an unpaired surrogate"),
        ({"host": None}, "sink: host takes a str"),
        ({"lmtp": 1}, "sink: lmtp takes True or False"),
        ({"unix_path": 5}, "sink: unix_path takes a str"),
        ({"limits": {"recipients": 1}}, "sink: limits takes a SinkLimits, not a dict"),
        ({"limits": gp.Limits(recipients=1)}, "sink: limits takes a SinkLimits, not a Limits"),
        ({"timeouts": 5.0}, "sink: timeouts takes a SinkTimeouts"),
        ({"access": ["10.0.0.0/8"]}, "sink: access takes a SinkAccess"),
        ({"protocol": "LMTP"}, "sink: protocol takes a SinkProtocol"),
        ({"seed": 1.5}, "sink: seed takes"),
        ({"seed": -1}, "sink: seed takes"),
        ({"users": ["ivan"]}, "sink: users takes a mapping"),
        ({"users": {"ivan": 5}}, r"sink: users\['ivan'\] takes a str, not an int"),
    ],
)
def test_an_argument_that_is_wrong_is_named(options: dict[str, object], named: str) -> None:
    with pytest.raises(gp.InputError, match=named):
        gp.Sink(**options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "options", "named"),
    [
        (gp.SinkLimits, {"recipients": -1}, "limits.recipients takes a whole number from 1"),
        (gp.SinkLimits, {"recipients": 0}, "limits.recipients takes a whole number from 1"),
        (gp.SinkLimits, {"recipients": "5"}, "limits.recipients takes"),
        (gp.SinkLimits, {"recipients": None}, "limits.recipients takes"),
        (gp.SinkLimits, {"line_bytes": 511}, "limits.line_bytes takes a whole number from 512"),
        (gp.SinkLimits, {"sessions": 0}, "limits.sessions takes a whole number from 1"),
        (gp.SinkLimits, {"letters": 0}, "limits.letters takes a whole number from 1"),
        (gp.SinkLimits, {"min_letter_rate": -1}, "limits.min_letter_rate takes"),
        (gp.SinkLimits, {"inbox_bytes": 2**63}, "limits.inbox_bytes takes"),
        (gp.SinkTimeouts, {"command": 0.0}, "timeouts.command takes a number of seconds from 0.001 to 86,400"),
        (gp.SinkTimeouts, {"letter": 86_401}, "timeouts.letter takes"),
        (gp.SinkTimeouts, {"write": float("nan")}, "timeouts.write takes"),
        (gp.SinkTimeouts, {"command": "soon"}, "timeouts.command takes"),
        (
            gp.SinkProtocol,
            {"lenient": ["everything"]},
            "protocol.lenient takes one of bare_newlines, .*, not 'everything'",
        ),
        (gp.SinkProtocol, {"lenient": "everything"}, "protocol.lenient takes one of bare_newlines, "),
        (gp.SinkProtocol, {"lenient": 5}, "protocol.lenient takes a str or a collection of str"),
        (
            gp.SinkProtocol,
            {"without_extensions": ["STARTTLS"]},
            "protocol.without_extensions takes one of PIPELINING, .*, not 'STARTTLS'",
        ),
        (gp.SinkProtocol, {"without_extensions": {}}, "protocol.without_extensions takes a str or a collection"),
        (gp.SinkProtocol, {"etrn_replies": {"x": "no"}}, r"protocol.etrn_replies\['x'\] takes a reply"),
        (gp.SinkProtocol, {"etrn_replies": {"x": "250 ok\r\n"}}, r"protocol.etrn_replies\['x'\] takes"),
        (gp.SinkProtocol, {"etrn_replies": {"x": 250}}, r"protocol.etrn_replies\['x'\] takes"),
        (gp.SinkProtocol, {"host_name": "a b"}, "protocol.host_name takes a host name"),
        (gp.SinkProtocol, {"host_name": ""}, "protocol.host_name takes a host name"),
        (gp.SinkAccess, {"allow": "10.0.0.0/99"}, "access.allow takes IP addresses"),
        (gp.SinkAccess, {"proxies": [1]}, "access.proxies takes a str or a collection of str"),
        (
            gp.SinkAccess,
            {"mechanisms": ["SCRAM-SHA256"]},
            "access.mechanisms takes one of PLAIN, .*SCRAM-SHA-256.*, not 'SCRAM-SHA256'",
        ),
        (gp.SinkAccess, {"mechanisms": "PLAIM"}, "access.mechanisms takes one of PLAIN, "),
    ],
)
def test_an_option_that_is_wrong_is_named(kind: type, options: dict[str, object], named: str) -> None:
    with pytest.raises(gp.InputError, match=named):
        kind(**options)


def test_one_word_is_as_good_as_a_list_of_one() -> None:
    assert gp.SinkProtocol(lenient="-bad_helo").lenient == ("-bad_helo",)
    assert gp.SinkProtocol(without_extensions="SIZE").without_extensions == ("SIZE",)
    assert gp.SinkAccess(mechanisms="PLAIN", allow="10.0.0.0/8") == gp.SinkAccess(
        mechanisms=["PLAIN"], allow=["10.0.0.0/8"]
    )


def test_a_unix_socket_takes_no_port_beside_it() -> None:
    with pytest.raises(gp.InputError, match="sink: unix_path takes the place of host and port"):
        gp.Sink(unix_path="x", port=3)


def test_a_sink_without_tls_says_how_it_gets_it(sink: gp.Sink) -> None:
    for call in (sink.ssl_context, sink.reload_certificate):
        with pytest.raises(gp.InputError, match="this sink has no TLS; make it with tls='starttls'"):
            call()


def test_what_options_say_when_left_out_is_what_the_core_does() -> None:
    ours, cores = _core.SinkOptions(), _core.SinkOptions()
    for options in (gp.SinkLimits(), gp.SinkTimeouts(), gp.SinkProtocol(), gp.SinkAccess()):
        options._fill(ours)
    gp.SinkTls()._fill(ours, gp.SinkTls()._certificates(("localhost",)))
    ours.listen.certificate, ours.authority = cores.listen.certificate, cores.authority
    ours.listen.session.require_tls = False
    assert _facts(ours) == _facts(cores)


def _facts(options: object) -> Any:
    """All that a core's options say."""
    if not type(options).__module__.startswith("gatepost."):
        return options
    return {name: _facts(getattr(options, name)) for name in dir(options) if not name.startswith("_")}


def test_every_extension_can_be_left_out_and_every_breach_forgiven() -> None:
    options = _core.SinkOptions()
    gp.SinkProtocol(without_extensions=list(EXTENSIONS), lenient=list(BREACHES))._fill(options)
    session = options.listen.session
    assert not any(_facts(session.extensions).values())
    assert all(_facts(session.leniency).values())
    gp.SinkProtocol(lenient=[f"-{breach}" for breach in BREACHES])._fill(options)
    assert not any(_facts(session.leniency).values())


def test_commands_of_a_session_have_an_end_that_no_sender_notices(make_sink: MakeSink) -> None:
    sink = make_sink(limits=gp.SinkLimits(commands=20))
    with talk_to(sink.port) as client:
        client.reply()
        client.ask("EHLO me")
        client.ask("MAIL FROM:<a@b.ru>")
        client.ask("RCPT TO:<c@b.ru>")
        replies = [client.ask("BDAT 0") for _ in range(18)]
    assert [reply[:3] for reply in replies] == ["250"] * 17 + ["421"]
    with gp.Mailer(sink.account(limits=gp.Limits(connections=1))) as mailer:
        letters = [gp.Message(from_="a@b.ru", to="c@d.ru", subject=str(n), text="x") for n in range(30)]
        assert all(result.ok for result in mailer.send_many(letters))
    assert sink.received == 30


def test_a_nul_is_refused_unless_it_is_allowed_and_then_the_letter_is_flagged(make_sink: MakeSink) -> None:
    for lenient, code in (((), "550 5.5.2"), (("nul_octets",), "250")):
        sink = make_sink(protocol=gp.SinkProtocol(lenient=lenient))
        with talk_to(sink.port) as client:
            client.reply()
            for command in ("EHLO me", "MAIL FROM:<a@b.ru>", "RCPT TO:<c@b.ru>", "DATA"):
                client.ask(command)
            assert client.ask("x\r\n\0.\r\ny\r\n.").startswith(code)
            assert sink.sessions[-1].warnings == ["a NUL in a letter"]
        assert [letter.envelope.nul_octets for letter in sink.letters] == ([True] if lenient else [])


def test_behind_a_proxy_xclient_and_sessions_go_by_the_address_that_it_names(make_sink: MakeSink) -> None:
    sink = make_sink(
        access=gp.SinkAccess(proxies=["127.0.0.1"], xclient_from=["127.0.0.1"]),
        users={"a": "b"},
        limits=gp.SinkLimits(sessions_per_address=1),
    )
    header = "PROXY TCP4 203.0.113.9 192.0.2.1 1 25\r\n"
    with talk_to(sink.port) as client, talk_to(sink.port) as second:
        client.say(header)
        assert client.reply().startswith("220")
        assert "XCLIENT" not in client.ask("EHLO me")
        assert client.ask("XCLIENT LOGIN=boss ADDR=127.0.0.1").startswith("550")
        assert client.ask("MAIL FROM:<a@b.ru>").startswith("530")
        second.say(header)
        assert second.reply() == "421 4.7.0 Too many connections from your address"


def test_what_a_mailer_sends_breaks_no_rule(make_sink: MakeSink) -> None:
    for options in ({}, {"lmtp": True}, {"tls": "starttls"}):
        sink = make_sink(**options)
        for more in ({}, {"chunking": True}):
            with gp.Mailer(sink.account(**more)) as mailer:
                text = "Привет, " * 400 + "\n.\n"
                assert mailer.send(gp.Message(from_="a@b.ru", to="c@d.ru", subject="Счёт", text=text)).ok
                raw = b"From: a@b.ru\r\nSubject: 8 bit\r\n\r\n.\r\n\xd0\x9f\r\n" + b"x" * 990 + b"\r\n..\r\n"
                assert mailer.send(raw, from_="a@b.ru", to="c@d.ru").ok
        sink.close()
        assert [session.warnings for session in sink.sessions] == [[]] * 2


def test_etrn_gets_the_reply_of_its_node(make_sink: MakeSink) -> None:
    replies = {"mx.example.com": "253 2.0.0 5 messages", "gone.example.com": "458 4.0.0 Not now"}
    sink = make_sink(protocol=gp.SinkProtocol(etrn_replies=replies))
    with talk_to(sink.port) as client:
        client.reply()
        client.ask("EHLO me")
        assert client.ask("ETRN mx.example.com") == "253 2.0.0 5 messages"
        assert client.ask("ETRN gone.example.com").startswith("458")
        assert client.ask("ETRN other.example.com").startswith("251")


@pytest.mark.parametrize("users", [{"ivan": "secret"}, {}])
def test_stored_passwords_make_the_challenge_mechanisms_possible(make_sink: MakeSink, users: dict[str, str]) -> None:
    sink = make_sink(users=users)
    with smtplib.SMTP("127.0.0.1", sink.port) as client:
        client.ehlo()
        assert ("CRAM-MD5" in client.esmtp_features["auth"]) is bool(users)
        client.login("ivan", "secret")  # Python's client takes CRAM-MD5 where it can
        client.sendmail("ivan@example.org", "olga@example.com", LETTER)
    [letter] = sink.letters
    assert letter.session.user == "ivan"
    assert letter.session.mechanism == ("CRAM-MD5" if users else "PLAIN")


def test_a_users_password_is_good_as_a_token(make_sink: MakeSink) -> None:
    sink = make_sink(users={"ivan": "secret"}, access=gp.SinkAccess(mechanisms=["XOAUTH2"]))

    def token(word: str) -> Callable[[bytes | None], str]:
        return lambda challenge=None: f"user=ivan\1auth=Bearer {word}\1\1" if challenge is None else ""

    with smtplib.SMTP("127.0.0.1", sink.port) as client:
        client.ehlo()
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.auth("XOAUTH2", token("wrong"))
        assert client.auth("XOAUTH2", token("secret"))[0] == 235


def test_clients_hear_why_when_the_sink_is_closed(make_sink: MakeSink) -> None:
    sink = make_sink()
    with talk_to(sink.port) as client:
        client.reply()
        client.ask("EHLO me")
        sink.close()
        assert client.reply().startswith("421")


@pytest.mark.parametrize("call", ["wait", "select", "assert_none"])
@pytest.mark.parametrize("name", ["to", "from_", "subject"])
@pytest.mark.parametrize("wrong", [5, None, b"x", ["a@b"], "\ud800"], ids=ascii)
def test_a_filter_that_is_no_text_is_named(sink: gp.Sink, call: str, name: str, wrong: object) -> None:
    with pytest.raises(gp.InputError, match=f"^{name}"):
        getattr(sink, call)(**{name: wrong})


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"n": "one"}, "n takes a whole number"),
        ({"n": -1}, "n takes a whole number"),
        ({"n": 10**5000}, "n takes a whole number"),
        ({"timeout": "soon"}, "timeout takes a number of seconds from 0"),
        ({"timeout": float("nan")}, "timeout takes"),
    ],
)
def test_a_wait_that_cannot_be_is_named(sink: gp.Sink, options: dict[str, Any], named: str) -> None:
    with pytest.raises(gp.InputError, match=named):
        sink.wait(**options)


@pytest.mark.parametrize("wrong", ["1", None, float("inf"), -1.0, 1e300])
def test_a_clock_goes_ahead_by_numbers_alone(sink: gp.Sink, wrong: Any) -> None:
    with pytest.raises(gp.InputError, match="hours takes a"):
        sink.clock.advance(hours=wrong)
