"""What a result tells of the connection, what a check finds, what can be asked, and by which ways a letter goes."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

import gatepost as gp


def letter(to: str | list[str] = "olga@example.com") -> gp.Message:
    return gp.Message(from_="ivan@example.com", to=to, subject="x", text="y")


def test_a_result_tells_of_its_connection_and_of_the_times() -> None:
    with (
        gp.Sink(tls="starttls", users={"ivan": "secret"}) as sink,
        gp.Mailer(sink.account(limits=gp.Limits(connections=1))) as mailer,
    ):
        first, second = mailer.send(letter()), mailer.send(letter())
    session = first.session
    assert session is not None
    assert session is second.session
    assert "ESMTP" in session.greeting
    assert session.server == f"127.0.0.1:{sink.port}"
    assert any(line.startswith("SIZE") for line in session.extensions)
    assert session.max_message_bytes == 30 << 20
    assert session.limits.rcpt_max == 1000
    assert session.auth_mechanism
    assert session.tls is not None
    assert (session.tls.version, session.tls.verified, session.tls.resumed) == ("TLSv1.3", True, False)
    assert session.tls.peer_not_after is not None
    assert session.tls.peer_not_after > datetime.now(UTC)
    assert set(session.timings) == {"dns", "connect", "tls", "greeting", "ehlo", "auth"}
    assert session.timings["tls"] > 0
    assert set(first.timings) == {"mail", "rcpt", "data", "final"}
    assert first.timings["final"] > 0
    assert "TLSv1.3" in repr(session) and session.server in repr(session)


def test_later_connections_go_on_with_the_tls_session_unless_told_otherwise() -> None:
    with gp.Sink(tls="implicit") as sink:
        for resume in (True, False):
            resumed = []
            for _ in range(2):
                with gp.Mailer(sink.account(tls=gp.Tls(resume=resume))) as mailer:
                    session = mailer.send(letter()).session
                    assert session is not None and session.tls is not None
                    resumed.append(session.tls.resumed)
            assert resumed == [False, resume]


def test_a_server_below_the_minimum_version_gets_nothing() -> None:
    with gp.Sink(tls=gp.SinkTls(mode="implicit", min_version="1.3")) as sink:
        account = sink.account(tls=gp.Tls(min_version="1.3"))
        with gp.Mailer(account) as mailer:
            assert mailer.send(letter()).ok


def test_a_check_finds_version_certificate_extensions_limits_and_mechanism() -> None:
    with gp.Sink(tls="starttls", users={"ivan": "secret"}) as sink:
        found = "\n".join(sink.account().check())
    for words in (
        "greets: localhost",
        "TLSv1.3",
        "issued by CN=",
        "is verified and good until 20",
        "PIPELINING",
        "at most 31,457,280 bytes",
        "at most 1,000 recipients",
        "logged in by ",
    ):
        assert words in found


def test_a_check_of_an_open_server_says_what_is_missing(sink: gp.Sink) -> None:
    found = sink.account().check()
    assert "the connection is not encrypted" in found
    assert found[-1] == "no login was asked for"


def test_commands_that_are_no_letters_bring_the_servers_answer() -> None:
    replies = {"example.com": "250 2.0.0 Queuing", "elsewhere.example": "459 4.3.0 Not allowed"}
    with gp.Sink(protocol=gp.SinkProtocol(etrn_replies=replies)) as sink:
        account = sink.account()
        assert account.noop().code == 250
        assert account.vrfy("olga@example.com").code in (250, 252)
        assert account.help().code == 214
        assert account.etrn("example.com").ok
        refused = account.etrn("elsewhere.example")
        assert (refused.ok, refused.code, refused.enhanced, refused.text) == (False, 459, "4.3.0", "Not allowed")
        assert str(account.noop()).startswith("250 2.0.0")
        with pytest.raises(gp.InputError, match="text without control characters"):
            account.vrfy("olga\r\nDATA")


def test_more_recipients_than_the_server_takes_at_once_arrive_all_and_each_has_its_queue_id() -> None:
    recipients = [f"r{i}@example.com" for i in range(7)]
    with gp.Sink(limits=gp.SinkLimits(recipients=3)) as sink, gp.Mailer(sink.account()) as mailer:
        result = mailer.send(letter(recipients))
        assert [accepted.address for accepted in result.accepted] == recipients
        assert [received.envelope.to for received in sink.letters] == [recipients[:3], recipients[3:6], recipients[6:]]
        assert len({accepted.queue_id for accepted in result.accepted}) == 3


def test_lmtp_over_a_unix_socket_has_a_verdict_for_each_recipient(tmp_path: Path) -> None:
    with gp.Sink(unix_path=str(tmp_path / "lmtp.sock"), lmtp=True) as sink:
        sink.rules.add(phase="rcpt", to="gone@*", reply="550 5.1.1 No such user")
        sink.rules.add(phase="final", to="full@*", reply="452 4.2.2 Mailbox full")
        with gp.Mailer(sink.account()) as mailer:
            result = mailer.send(letter(["olga@example.com", "gone@example.com", "full@example.com"]))
    [accepted] = result.accepted
    assert (accepted.address, accepted.code) == ("olga@example.com", 250)
    assert result.refused[1].category is gp.Category.MAILBOX_FULL
    assert result.refused[0].category is gp.Category.RECIPIENT_UNKNOWN
    assert result.session is not None
    assert result.session.server == f"unix:{tmp_path / 'lmtp.sock'}"


def test_the_server_sees_the_address_that_the_proxy_header_names() -> None:
    with gp.Sink(access=gp.SinkAccess(proxies=["127.0.0.1"])) as sink:
        for version in (1, 2):
            header = (version, "192.0.2.7", 4711, "192.0.2.9", 25)
            with gp.Mailer(sink.account(route=gp.Route(proxy_header=header))) as mailer:
                assert mailer.send(letter()).ok
    assert {session.client[0] for session in sink.sessions} == {"192.0.2.7"}


def test_the_server_sees_the_source_address() -> None:
    with gp.Sink() as sink, gp.Mailer(sink.account(route=gp.Route(source_address="127.0.0.8"))) as mailer:
        assert mailer.send(letter()).ok
        assert sink.letters[0].session.client[0] == "127.0.0.8"


class _Socks(socketserver.ThreadingTCPServer):
    """A SOCKS 5 proxy that knows one login and one host name."""

    daemon_threads = True

    def __init__(self, target: int) -> None:
        super().__init__(("127.0.0.1", 0), _SocksHandler)
        self.target = target
        self.asked: list[bytes] = []


class _SocksHandler(socketserver.BaseRequestHandler):
    server: _Socks

    def handle(self) -> None:
        client: socket.socket = self.request
        assert client.recv(4) == b"\5\2\0\2"
        client.sendall(b"\5\2")
        accepted = client.recv(100) == b"\1\4ivan\6secret"
        client.sendall(b"\1\0" if accepted else b"\1\1")
        if not accepted:
            return
        self.server.asked.append(client.recv(300))
        with socket.create_connection(("127.0.0.1", self.server.target)) as upstream:
            client.sendall(b"\5\0\0\1\0\0\0\0\0\0")
            back = threading.Thread(target=_pump, args=(upstream, client))
            back.start()
            _pump(client, upstream)
            back.join()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


@pytest.fixture
def socks(sink: gp.Sink) -> Iterator[_Socks]:
    with _Socks(sink.port) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_by_a_proxy_the_name_is_looked_up_there(sink: gp.Sink, socks: _Socks) -> None:
    route = gp.Route(proxy=f"socks5://ivan:secret@127.0.0.1:{socks.server_address[1]}")
    with gp.Mailer(gp.Account("smtp://mx.invalid:25", route=route)) as mailer:
        assert mailer.send(letter()).ok
    assert socks.asked == [b"\5\1\0\3\x0amx.invalid\0\x19"]
    assert sink.received == 1


def test_a_proxy_that_refuses_the_login_is_a_connect_error(socks: _Socks) -> None:
    route = gp.Route(proxy=f"socks5://ivan:wrong!@127.0.0.1:{socks.server_address[1]}")
    with gp.Mailer(gp.Account("smtp://mx.invalid:25", route=route)) as mailer, pytest.raises(gp.ConnectError) as caught:
        mailer.send(letter())
    assert "the proxy refused the login" in str(caught.value)
    assert "wrong!" not in str(caught.value)


def test_requests_arrive_as_parameters() -> None:
    requests = gp.SendRequests(
        dsn_return="headers",
        envelope_id="id 7",
        notify={"failure", "delay"},
        original_recipients=["Olga@example.com", "rfc822;petr@example.com"],
        priority=-3,
        deliver_by=(3600, "notify"),
        hold_for=60,
    )
    with gp.Sink() as sink, gp.Mailer(sink.account()) as mailer:
        mailer.send(letter(["olga@example.com", "petr@example.com"]), requests=requests)
        [received] = sink.letters
    mail = received.envelope.mail_params
    for parameter in ("RET=HDRS", "ENVID=id+207", "MT-PRIORITY=-3", "BY=3600;N", "HOLDFOR=60"):
        assert parameter in mail
    assert received.envelope.rcpt_params == [
        ["NOTIFY=FAILURE,DELAY", "ORCPT=rfc822;Olga@example.com"],
        ["NOTIFY=FAILURE,DELAY", "ORCPT=rfc822;petr@example.com"],
    ]


def test_requests_are_for_every_letter_of_send_many(sink: gp.Sink) -> None:
    with gp.Mailer(sink.account()) as mailer:
        list(mailer.send_many([letter(), letter()], requests=gp.SendRequests(notify="never")))
    assert [received.envelope.rcpt_params for received in sink.letters] == [[["NOTIFY=NEVER"]]] * 2


def test_requests_go_with_a_letter_in_one_call(sink: gp.Sink) -> None:
    gp.send(sink.url, letter(), requests=gp.SendRequests(notify="never"))
    assert sink.letters[0].envelope.rcpt_params == [["NOTIFY=NEVER"]]


def test_require_tls_refuses_a_letter_where_the_way_is_not_verified(sink: gp.Sink) -> None:
    with gp.Mailer(sink.account()) as mailer, pytest.raises(gp.SendError) as caught:
        mailer.send(letter(), requests=gp.SendRequests(require_tls=True))
    assert caught.value.failure.category is gp.Category.FEATURE_UNSUPPORTED
    assert sink.letters == []


def test_chunking_and_binary_letters_arrive_untouched() -> None:
    raw = b"Subject: x\r\n\r\n\0binary\xff without an end\r.\n.\r\n"
    with gp.Sink() as sink, gp.Mailer(sink.account(chunking=True)) as mailer:
        mailer.send(raw, from_="a@example.com", to="b@example.com", requests=gp.SendRequests(binary=True))
        [received] = sink.letters
    assert received.raw == raw
    assert "BODY=BINARYMIME" in received.envelope.mail_params


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"dsn_return": "all"}, "dsn_return"),
        ({"envelope_id": "a\r\nb"}, "envelope_id"),
        ({"envelope_id": "x" * 101}, "envelope_id"),
        ({"notify": {"always"}}, "notify"),
        ({"notify": {"never", "delay"}}, "notify"),
        ({"notify": ()}, "notify"),
        ({"original_recipients": ["a@b\r\n"]}, "original_recipients"),
        ({"original_recipients": "a@b"}, "original_recipients"),
        ({"priority": 10}, "priority"),
        ({"deliver_by": (0, "return")}, "deliver_by"),
        ({"deliver_by": (5, "soon")}, "deliver_by"),
        ({"deliver_by": ("5", "return")}, r"deliver_by takes \(seconds"),
        ({"deliver_by": 5}, r"deliver_by takes \(seconds"),
        ({"priority": "high"}, "priority takes a whole number from -9 to 9"),
        ({"notify": 5}, "notify takes"),
        ({"envelope_id": 5}, "envelope_id takes a str"),
        ({"hold_for": "an hour"}, "hold_for takes a number"),
        ({"hold_until": "tomorrow"}, "hold_until takes a datetime"),
        ({"binary": 1}, "binary takes True or False"),
        ({"deliver_by": (float("nan"), "notify")}, "deliver_by"),
        ({"hold_for": 0}, "hold_for"),
        ({"hold_for": 5, "hold_until": datetime.now(UTC)}, "hold_until"),
        ({"hold_until": datetime(2030, 1, 1)}, "hold_until"),
    ],
)
def test_a_request_that_cannot_be_is_refused_when_it_is_made(fields: dict[str, object], where: str) -> None:
    with pytest.raises(gp.InputError, match=where):
        gp.SendRequests(**fields)  # type: ignore[arg-type]


def test_original_recipients_must_be_as_many_as_the_recipients(sink: gp.Sink) -> None:
    with gp.Mailer(sink.account()) as mailer, pytest.raises(gp.InputError, match="1 for 2 recipients"):
        mailer.send(letter(["a@example.com", "b@example.com"]), requests=gp.SendRequests(original_recipients=["a@b"]))


def test_hold_until_goes_as_a_time_in_utc(sink: gp.Sink) -> None:
    until = datetime.now(timezone(timedelta(hours=3))) + timedelta(days=1)
    with gp.Mailer(sink.account()) as mailer:
        mailer.send(letter(), requests=gp.SendRequests(hold_until=until))
    expected = f"HOLDUNTIL={until.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    assert expected in sink.letters[0].envelope.mail_params
