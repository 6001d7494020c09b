"""swaks, the testers' own tool, against our sink: its protocols, logins, TLS, PROXY, XCLIENT, and every point where it
can stop. Its exit code says what it met (its manual, EXIT CODES)."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import gatepost as gp
from peers.certificates import Certificates
from peers.peer import LOGIN, PASSWORD

NO_GREETING, NO_HELO, REFUSED_MAIL, NO_RCPT, NO_DATA, REFUSED_LETTER = 21, 22, 23, 24, 25, 26
NO_AUTH, NO_TLS, NO_PRDR, NO_XCLIENT = 28, 29, 30, 33
ME, HER = "ivan@example.org", "olga@example.com"
AUTH = ["--auth-user", LOGIN, "--auth-password", PASSWORD]

# Between standard input and output and the sink; a program that ends with its input.
RELAY = """#!{python}
import os, socket, threading
server = socket.create_connection(("127.0.0.1", {port}))
def back():
    while data := server.recv(65536):
        os.write(1, data)
threading.Thread(target=back, daemon=True).start()
while data := os.read(0, 65536):
    server.sendall(data)
"""

MakeSink = Callable[..., gp.Sink]
Swaks = Callable[..., str]


@pytest.fixture
def run_swaks(swaks: str) -> Swaks:
    def run(sink: gp.Sink, *options: str, code: int | None = 0, to: str = HER) -> str:
        """What swaks said; its exit code must be `code` (None: any)."""
        where = [] if {"--socket", "--pipe"} & set(options) else ["--server", "127.0.0.1", "--port", str(sink.port)]
        result = subprocess.run(
            [swaks, *where, "--from", ME, "--to", to, "--timeout", "10", *options],
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert code in (None, result.returncode), result.stdout + result.stderr
        return result.stdout

    return run


def transcript(sink: gp.Sink) -> str:
    return sink.sessions[-1].transcript


@pytest.mark.parametrize(
    ("protocol", "tls", "greets_with"),
    [
        ("SMTP", None, "HELO"),
        ("SMTPS", "implicit", "HELO"),
        ("SSMTP", "implicit", "EHLO"),
        ("SSMTPA", "implicit", "EHLO"),
        ("ESMTP", None, "EHLO"),
        ("ESMTPA", None, "EHLO"),
        ("ESMTPS", "starttls", "EHLO"),
        ("ESMTPSA", "starttls", "EHLO"),
        ("LMTP", None, "LHLO"),
        ("LMTPA", None, "LHLO"),
        ("LMTPS", "starttls", "LHLO"),
        ("LMTPSA", "starttls", "LHLO"),
    ],
)
def test_protocol(make_sink: MakeSink, run_swaks: Swaks, protocol: str, tls: str | None, greets_with: str) -> None:
    lmtp = protocol.startswith("LMTP")
    login = {"users": {LOGIN: PASSWORD}} if protocol.endswith("A") else {}
    sink = make_sink(tls=tls, lmtp=lmtp, **login)
    run_swaks(sink, "--protocol", protocol, "--port", str(sink.port), *(AUTH if login else []))
    [letter] = sink.wait(1)
    assert f"C: {greets_with} " in letter.session.transcript
    assert letter.session.user == (LOGIN if login else "")
    assert (letter.session.tls is not None) == (tls is not None)


@pytest.mark.parametrize("protocol", ["SMTP", "LMTP"])
def test_greeting_of_the_other_protocol_is_refused(make_sink: MakeSink, run_swaks: Swaks, protocol: str) -> None:
    sink = make_sink(lmtp=protocol == "SMTP")
    run_swaks(sink, "--protocol", protocol, code=NO_HELO)
    assert sink.letters == []


def test_pipelined_letter_to_some_who_are_refused(make_sink: MakeSink, run_swaks: Swaks) -> None:
    sink = make_sink()
    sink.rules.add(phase="rcpt", to="nobody@*", reply="550 5.1.1 No such user here")
    said = run_swaks(sink, "--pipeline", to=f"a@example.com,nobody@example.com,{HER}")
    [letter] = sink.wait(1)
    assert letter.envelope.to == ["a@example.com", HER]
    assert said.index(" -> DATA") < said.index("550 5.1.1")  # it did not wait


def test_pipelined_letter_to_nobody_at_all_is_none(make_sink: MakeSink, run_swaks: Swaks) -> None:
    sink = make_sink()
    sink.rules.add(phase="rcpt", reply="550 5.1.1 No such user here")
    run_swaks(sink, "--pipeline", to="a@example.com,b@example.com", code=NO_RCPT)
    assert sink.letters == []


def test_lmtp_replies_for_each_recipient(make_sink: MakeSink, run_swaks: Swaks) -> None:
    sink = make_sink(lmtp=True)
    said = run_swaks(sink, "--protocol", "LMTP", "--pipeline", to=f"a@example.com,b@example.com,{HER}")
    [letter] = sink.wait(1)
    assert len(letter.envelope.to) == 3
    assert said.partition(" -> .\n")[2].count("<-  250 ") == 3


def test_prdr_is_not_offered(make_sink: MakeSink, run_swaks: Swaks) -> None:
    run_swaks(make_sink(), "--prdr", code=NO_PRDR)


# --- the letter ---


def test_body_header_and_attachment(make_sink: MakeSink, run_swaks: Swaks, tmp_path: Path) -> None:
    sink = make_sink()
    attachment = tmp_path / "every byte.bin"
    attachment.write_bytes(bytes(range(256)) * 100)
    run_swaks(
        sink,
        *("--body", "Здравствуйте\\n.\\n..\\n", "--h-Subject", "=?utf-8?b?0KHRh9GR0YI=?=", "--add-header", "X-Tag: 1"),
        *("--attach-type", "application/octet-stream", "--attach", f"@{attachment}"),
    )
    [letter] = sink.wait(1)
    assert letter.subject == "Счёт"
    assert b"\r\nX-Tag: 1\r\n" in letter.raw
    assert "Здравствуйте\n.\n..\n" in (letter.message.text or "")
    assert [part.data for part in letter.message.attachments] == [attachment.read_bytes()]


def test_parts_with_types_and_names(make_sink: MakeSink, run_swaks: Swaks) -> None:
    sink = make_sink()
    run_swaks(
        sink,
        *("--attach-type", "text/html", "--attach-body", "<p>Здравствуйте</p>"),
        *("--attach-type", "text/csv", "--attach-name", "list.csv", "--attach", "a;b\\n1;2\\n"),
    )
    [letter] = sink.wait(1)
    assert "<p>Здравствуйте</p>" in (letter.message.html or "")
    assert [(part.name, part.type) for part in letter.message.attachments] == [("list.csv", "text/csv")]


def test_letter_as_it_stands(make_sink: MakeSink, run_swaks: Swaks) -> None:
    sink = make_sink()
    raw = "From ivan Mon Nov 22 12:00:00 2026\r\nSubject: %FROM_ADDRESS%\r\n\r\n..\r\n"
    run_swaks(sink, "--data", f"{raw}.\r\n", "--no-data-fixup")
    assert sink.wait(1)[0].raw.decode() == raw.replace("\r\n..", "\r\n.")


def test_bare_line_feeds_are_refused_behind_the_true_end(make_sink: MakeSink, run_swaks: Swaks) -> None:
    sink = make_sink()
    smuggled = "Subject: x\n\n.\nMAIL FROM:<evil@example.org>\nRCPT TO:<a@example.com>\nDATA\n\n"
    run_swaks(sink, "--data", f"{smuggled}\r\n.\r\n", "--no-data-fixup", code=REFUSED_LETTER)
    assert "S: 550 5.5.2" in transcript(sink)
    assert sink.letters == []
    assert "evil@example.org" not in transcript(sink)


def test_null_sender(make_sink: MakeSink, run_swaks: Swaks) -> None:
    sink = make_sink()
    run_swaks(sink, "--from", "<>")
    assert sink.wait(1)[0].envelope.from_ == ""


def test_letter_above_the_size_is_refused_and_the_session_goes_on(make_sink: MakeSink, run_swaks: Swaks) -> None:
    sink = make_sink(max_message_bytes=10_000)
    run_swaks(sink, "--body", "x" * 70 + "\\n" * 20_000, code=REFUSED_LETTER)
    assert "S: 552 5.3.4" in transcript(sink)
    assert transcript(sink).rstrip().endswith("S: 221 2.0.0 Bye")
    assert sink.letters == []


def test_rules_speak_in_each_phase(make_sink: MakeSink, run_swaks: Swaks) -> None:
    codes = {"connect": NO_GREETING, "mail": REFUSED_MAIL, "rcpt": NO_RCPT, "data": NO_DATA, "final": REFUSED_LETTER}
    for phase, code in codes.items():
        sink = make_sink()
        sink.rules.add(phase=phase, reply="554 5.7.1 Not you")
        assert "554 5.7.1 Not you" in run_swaks(sink, code=code)


# --- logins ---


@pytest.mark.parametrize("mechanism", ["DIGEST-MD5", "CRAM-SHA1"])
def test_mechanism_that_nobody_offers(make_sink: MakeSink, run_swaks: Swaks, mechanism: str) -> None:
    sink = make_sink(users={LOGIN: PASSWORD})
    run_swaks(sink, "--auth", mechanism, *AUTH, code=NO_AUTH)


def test_any_mechanism_will_do(make_sink: MakeSink, run_swaks: Swaks) -> None:
    sink = make_sink(users={LOGIN: PASSWORD})
    run_swaks(sink, "--auth", "ANY", *AUTH)
    assert sink.wait(1)[0].session.user == LOGIN


def test_without_a_login_there_is_no_letter(make_sink: MakeSink, run_swaks: Swaks) -> None:
    run_swaks(make_sink(users={LOGIN: PASSWORD}), code=REFUSED_MAIL)


def test_login_before_the_tls_that_is_required_is_refused(make_sink: MakeSink, run_swaks: Swaks) -> None:
    sink = make_sink(tls="starttls", users={LOGIN: PASSWORD})
    run_swaks(sink, "--auth", "PLAIN", *AUTH, code=NO_AUTH)
    assert PASSWORD not in transcript(sink)


@pytest.mark.parametrize(("option", "code"), [("--auth-optional", 0), ("--auth-optional-strict", NO_AUTH)])
def test_optional_login_where_no_mechanism_fits(make_sink: MakeSink, run_swaks: Swaks, option: str, code: int) -> None:
    sink = make_sink(users={LOGIN: PASSWORD}, mechanisms=["SCRAM-SHA-256"], no_auth_from=["127.0.0.1"])
    run_swaks(sink, option, *AUTH, code=code)
    assert [letter.session.user for letter in sink.letters] == ([""] if code == 0 else [])


def test_optional_login_that_fails(make_sink: MakeSink, run_swaks: Swaks) -> None:
    sink = make_sink(users={LOGIN: PASSWORD}, no_auth_from=["127.0.0.1"])
    wrong = ["--auth-user", LOGIN, "--auth-password", "wrong"]
    run_swaks(sink, "--auth-optional-strict", *wrong, code=NO_AUTH)
    run_swaks(sink, "--auth-optional", *wrong)
    assert [letter.session.user for letter in sink.wait(1)] == [""]


def test_mechanism_by_another_name_is_not_offered(make_sink: MakeSink, run_swaks: Swaks) -> None:
    sink = make_sink(users={LOGIN: PASSWORD})
    run_swaks(sink, "--auth", "PLAINER", "--auth-map", "PLAINER=PLAIN", *AUTH, code=NO_AUTH)
    run_swaks(sink, "--auth", "PLAIN", "--auth-map", "PLAINER=PLAIN", *AUTH)
    assert len(sink.wait(1)) == 1


def test_what_is_sent_to_log_in_by(make_sink: MakeSink, run_swaks: Swaks) -> None:
    sink = make_sink(users={LOGIN: PASSWORD})
    assert f"\\0{LOGIN}\\0{PASSWORD}" in run_swaks(sink, "--auth", "PLAIN", "--auth-plaintext", *AUTH)
    assert PASSWORD not in transcript(sink)
    assert PASSWORD not in run_swaks(sink, "--auth", "LOGIN", "--auth-plaintext", "--auth-hide-password", *AUTH)


# --- TLS ---


@pytest.mark.parametrize("option", ["--tls-optional", "--tls-optional-strict"])
@pytest.mark.parametrize("tls", [None, "starttls"])
def test_optional_tls(make_sink: MakeSink, run_swaks: Swaks, option: str, tls: str | None) -> None:
    sink = make_sink(tls=tls)
    run_swaks(sink, option)
    assert (sink.wait(1)[0].session.tls is not None) == (tls is not None)


def test_tls_that_is_not_offered(make_sink: MakeSink, run_swaks: Swaks) -> None:
    run_swaks(make_sink(), "--tls", code=NO_TLS)


@pytest.mark.parametrize("version", ["tlsv1_2", "tlsv1_3"])
def test_each_version_of_tls(make_sink: MakeSink, run_swaks: Swaks, version: str) -> None:
    sink = make_sink(tls="starttls")
    run_swaks(sink, "--tls", "--tls-protocol", version)
    session = sink.wait(1)[0].session
    assert session.tls is not None
    assert session.tls[0].lower().replace(".", "_") == version


@pytest.mark.parametrize("cipher", ["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"])
def test_one_cipher(make_sink: MakeSink, run_swaks: Swaks, cipher: str) -> None:
    sink = make_sink(tls="starttls")
    run_swaks(sink, "--tls", "--tls-protocol", "tlsv1_2", "--tls-cipher", cipher)
    session = sink.wait(1)[0].session
    assert session.tls is not None
    assert session.tls[1] == cipher


def test_cipher_that_is_too_weak(make_sink: MakeSink, run_swaks: Swaks) -> None:
    sink = make_sink(tls="starttls")
    run_swaks(sink, "--tls", "--tls-protocol", "tlsv1_2", "--tls-cipher", "NULL:@SECLEVEL=0", code=NO_TLS)
    assert sink.letters == []


def test_tls_older_than_the_least(make_sink: MakeSink, run_swaks: Swaks) -> None:
    run_swaks(make_sink(tls="starttls", min_tls="1.3"), "--tls", "--tls-protocol", "tlsv1_2", code=NO_TLS)


def test_certificate_is_verified_against_the_sinks_authority(
    make_sink: MakeSink, run_swaks: Swaks, tmp_path: Path
) -> None:
    sink = make_sink(tls="implicit")
    ca = tmp_path / "ca.pem"
    ca.write_text(sink.ca_pem)
    run_swaks(sink, "--tls-on-connect", "--tls-verify", "--tls-ca-path", str(ca))
    run_swaks(sink, "--tls-on-connect", "--tls-verify", code=NO_TLS)
    assert len(sink.letters) == 1


def test_server_name_chooses_the_certificate(
    make_sink: MakeSink, run_swaks: Swaks, certificates: Certificates, tmp_path: Path
) -> None:
    pair = certificates.server.read_text(), certificates.key.read_text()
    sink = make_sink(tls="starttls", certificates_by_name={"mx.example.test": pair})
    seen = tmp_path / "peer.pem"
    run_swaks(sink, "--tls", "--tls-sni", "mx.example.test", "--tls-get-peer-cert", str(seen))
    assert seen.read_text().split() == certificates.server.read_text().split()
    run_swaks(sink, "--tls", "--tls-sni", "other.example.test", "--tls-get-peer-cert", str(seen))
    assert seen.read_text().split() != certificates.server.read_text().split()


def test_client_certificate_is_asked_for(make_sink: MakeSink, run_swaks: Swaks, certificates: Certificates) -> None:
    sink = make_sink(tls="implicit", client_ca_pem=certificates.ca_pem)
    pair = ["--tls-cert", str(certificates.client), "--tls-key", str(certificates.client_key)]
    run_swaks(sink, "--tls-on-connect", *pair)
    sink.wait(1)


# --- who connects, and how ---


def test_ipv6(make_sink: MakeSink, run_swaks: Swaks) -> None:
    sink = make_sink(host="::1")
    run_swaks(sink, "--server", "::1")
    assert sink.wait(1)[0].session.client[0] == "::1"


@pytest.mark.parametrize(("option", "host"), [("-4", "127.0.0.1"), ("-6", "::1")])
def test_family_of_addresses(make_sink: MakeSink, run_swaks: Swaks, option: str, host: str) -> None:
    sink = make_sink(host=host)
    run_swaks(sink, "--server", host, option)
    assert sink.wait(1)[0].session.client[0] == host


def test_program_as_the_connection(make_sink: MakeSink, run_swaks: Swaks, tmp_path: Path) -> None:
    sink = make_sink()
    program = tmp_path / "relay"
    program.write_text(RELAY.format(python=sys.executable, port=sink.port))
    program.chmod(0o755)
    run_swaks(sink, "--pipe", str(program))
    sink.wait(1)


def test_source_port(make_sink: MakeSink, run_swaks: Swaks) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    sink = make_sink()
    run_swaks(sink, "--local-interface", "127.0.0.1", "--local-port", str(port))
    assert sink.wait(1)[0].session.client == ("127.0.0.1", port)


@pytest.mark.parametrize("name", ["[192.0.2.1]", "[IPv6:2001:db8::1]", "xn--e1afmkfd.example"])
def test_name_to_say_hello_with(make_sink: MakeSink, run_swaks: Swaks, name: str) -> None:
    sink = make_sink()
    run_swaks(sink, "--ehlo", name)
    assert f"C: EHLO {name}\n" in sink.wait(1)[0].session.transcript.replace("\r", "")


def test_unix_socket(make_sink: MakeSink, run_swaks: Swaks, tmp_path: Path) -> None:
    path = tmp_path / "s"
    sink = make_sink(unix_path=str(path))
    run_swaks(sink, "--socket", str(path))
    sink.wait(1)


def test_source_address(make_sink: MakeSink, run_swaks: Swaks) -> None:
    sink = make_sink(allow=["127.0.0.2"])
    run_swaks(sink, "--local-interface", "127.0.0.2")
    assert sink.wait(1)[0].session.client[0] == "127.0.0.2"
    said = run_swaks(sink, "--local-interface", "127.0.0.3", code=NO_GREETING)
    assert "554 5.7.1" in said


def test_no_login_from_a_trusted_network(make_sink: MakeSink, run_swaks: Swaks) -> None:
    sink = make_sink(users={LOGIN: PASSWORD}, no_auth_from=["127.0.0.2/32"])
    run_swaks(sink, "--local-interface", "127.0.0.2")
    run_swaks(sink, "--local-interface", "127.0.0.3", code=REFUSED_MAIL)
    assert len(sink.letters) == 1


PROXY = ["--proxy-source", "192.0.2.7", "--proxy-source-port", "4711", "--proxy-dest", "198.51.100.1"]
PROXY += ["--proxy-dest-port", "25"]


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("tls", [None, "implicit"])
def test_proxy_header_says_who_the_client_is(
    make_sink: MakeSink, run_swaks: Swaks, version: str, tls: str | None
) -> None:
    sink = make_sink(tls=tls, proxies=["127.0.0.1"])
    family = {"1": "TCP4", "2": "AF_INET"}[version]
    options = ["--tls-on-connect"] if tls else []
    run_swaks(sink, "--proxy-version", version, "--proxy-family", family, *PROXY, *options)
    assert sink.wait(1)[0].session.client == ("192.0.2.7", 4711)


@pytest.mark.parametrize("version", ["1", "2"])
def test_proxy_header_for_ipv6(make_sink: MakeSink, run_swaks: Swaks, version: str) -> None:
    sink = make_sink(proxies=["127.0.0.1"])
    family = {"1": "TCP6", "2": "AF_INET6"}[version]
    addresses = ["--proxy-source", "2001:db8::7", "--proxy-dest", "2001:db8::1"]
    ports = ["--proxy-source-port", "4711", "--proxy-dest-port", "25"]
    run_swaks(sink, "--proxy-version", version, "--proxy-family", family, *addresses, *ports)
    assert sink.wait(1)[0].session.client == ("2001:db8::7", 4711)


@pytest.mark.parametrize("header", ["UNKNOWN", "UNKNOWN ffff::1 ffff::2 1 2"])
def test_proxy_that_does_not_know_leaves_the_clients_own_address(
    make_sink: MakeSink, run_swaks: Swaks, header: str
) -> None:
    sink = make_sink(proxies=["127.0.0.1"])
    run_swaks(sink, "--proxy-version", "1", "--proxy", header)
    assert sink.wait(1)[0].session.client[0] == "127.0.0.1"


def test_proxy_header_from_a_stranger_is_no_command(make_sink: MakeSink, run_swaks: Swaks) -> None:
    sink = make_sink()
    said = run_swaks(sink, "--proxy-version", "1", "--proxy-family", "TCP4", *PROXY, "--quit-after", "HELO", code=None)
    assert "500 5.5.2 " in said or "554 5.5.0 " in said  # unknown; or too early, where it was faster than the greeting
    assert sink.sessions[-1].client[0] == "127.0.0.1"


XCLIENT = ["--xclient-addr", "192.0.2.9", "--xclient-port", "4712", "--xclient-name", "mail.example.net"]
XCLIENT += ["--xclient-helo", "helo.example.net", "--xclient-proto", "ESMTP"]


def test_xclient_says_who_the_client_is(make_sink: MakeSink, run_swaks: Swaks) -> None:
    sink = make_sink(xclient_from=["127.0.0.1"])
    run_swaks(sink, *XCLIENT)
    assert sink.wait(1)[0].session.client == ("192.0.2.9", 4712)


@pytest.mark.parametrize("option", ["--xclient-optional", "--xclient-optional-strict"])
def test_optional_xclient_that_is_not_offered(make_sink: MakeSink, run_swaks: Swaks, option: str) -> None:
    sink = make_sink()
    run_swaks(sink, *XCLIENT, option)
    assert sink.wait(1)[0].session.client[0] == "127.0.0.1"


def test_xclient_in_two_goes(make_sink: MakeSink, run_swaks: Swaks) -> None:
    sink = make_sink(xclient_from=["127.0.0.1"])
    run_swaks(
        sink, "--xclient-addr", "192.0.2.9", "--xclient-port", "4712", "--xclient-delim", "--xclient", "NAME=a.example"
    )
    session = sink.wait(1)[0].session
    assert session.client == ("192.0.2.9", 4712)
    assert session.transcript.count("C: XCLIENT ") == 2


def test_xclient_that_has_logged_in(make_sink: MakeSink, run_swaks: Swaks) -> None:
    sink = make_sink(users={LOGIN: PASSWORD}, xclient_from=["127.0.0.1"])
    run_swaks(sink, "--xclient-login", LOGIN)
    assert sink.wait(1)[0].session.user == LOGIN


@pytest.mark.parametrize("order", [[], ["--xclient-before-starttls"]])
def test_xclient_and_starttls(make_sink: MakeSink, run_swaks: Swaks, order: list[str]) -> None:
    sink = make_sink(tls="starttls", xclient_from=["127.0.0.1"])
    run_swaks(sink, *XCLIENT, "--tls", *order)
    session = sink.wait(1)[0].session
    assert session.client[0] == "192.0.2.9"
    assert session.tls is not None


def test_xclient_is_not_for_strangers(make_sink: MakeSink, run_swaks: Swaks) -> None:
    sink = make_sink()
    run_swaks(sink, *XCLIENT, code=NO_XCLIENT)
    run_swaks(sink, *XCLIENT, "--xclient-no-verify", code=NO_XCLIENT)
    assert {session.client[0] for session in sink.sessions} == {"127.0.0.1"}


# --- where it stops ---

STOPS = ["BANNER", "FIRST-HELO", "XCLIENT", "TLS", "HELO", "AUTH", "MAIL", "RCPT"]


@pytest.fixture
def busy_sink(make_sink: MakeSink) -> gp.Sink:
    return make_sink(tls="starttls", users={LOGIN: PASSWORD}, xclient_from=["127.0.0.1"])


EVERYTHING: list[Any] = ["--tls", "--auth", "PLAIN", *AUTH, *XCLIENT]


@pytest.mark.parametrize("stop", STOPS)
def test_quit_after_each_step_is_answered(busy_sink: gp.Sink, run_swaks: Swaks, stop: str) -> None:
    run_swaks(busy_sink, *EVERYTHING, "--quit-after", stop)
    assert transcript(busy_sink).rstrip().endswith("S: 221 2.0.0 Bye")
    assert busy_sink.letters == []


@pytest.mark.parametrize(
    ("how", "stop"),
    [("--drop-after", stop) for stop in [*STOPS, "DATA"]]
    + [("--drop-after-send", stop) for stop in [*STOPS[1:], "DATA"]],
)
def test_connection_that_breaks_leaves_no_letter_and_the_sink_goes_on(
    busy_sink: gp.Sink, run_swaks: Swaks, stop: str, how: str
) -> None:
    run_swaks(busy_sink, *EVERYTHING, how, stop)
    run_swaks(busy_sink, *EVERYTHING)
    assert len(busy_sink.wait(1)) == 1
    assert busy_sink.received == 1


@pytest.mark.parametrize("how", ["--drop-after", "--drop-after-send"])
def test_connection_that_breaks_behind_the_last_dot_leaves_the_letter_once(
    busy_sink: gp.Sink, run_swaks: Swaks, how: str
) -> None:
    run_swaks(busy_sink, *EVERYTHING, how, "DOT")
    assert len(busy_sink.wait(1)) == 1
    assert busy_sink.received == 1
