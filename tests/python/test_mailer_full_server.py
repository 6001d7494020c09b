"""A server that lets in fewer connections than the account opens: all letters go over those, none twice."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from full_server import FullServer

import gatepost as gp
from gatepost import _core

LETTERS = 20
REFUSALS = [
    ("tcp", "reset"),
    ("greeting", ""),
    ("greeting", "421 4.7.0 Too many connections"),
    ("greeting", "450 4.3.2 busy"),
    ("greeting", "554 5.7.0 Too many concurrent sessions"),
    ("ehlo", ""),
    ("ehlo", "421 4.3.2 Service not available"),
    ("auth", ""),
    ("auth", "421 4.7.0 Too many connections"),
    ("auth", "454 4.7.0 Too many connections"),
    ("auth", "535 5.7.8 Authentication failed"),
    ("mail", "reset"),
    ("mail", "421 4.3.2 closing"),
    ("mail", "450 4.7.0 Too many connections"),
    ("mail", "451 4.3.2 System busy"),
    ("mail", "554 5.7.0 Too many connections"),
    ("rcpt", ""),
    ("rcpt", "421 4.4.2 bye"),
    ("rcpt", "452 4.7.0 Too many connections"),
    ("data", ""),
    ("data", "421 4.7.0 Too many connections"),
    ("data", "450 4.7.0 Too many connections"),
    ("final", "421 4.7.0 Too many connections"),
]


def letter(number: int, prefix: str = "r") -> gp.Message:
    return gp.Message(from_="ivan@example.com", to=f"{prefix}{number}@example.com", subject="x", text="y")


def letters(prefix: str = "r", count: int = LETTERS) -> list[gp.Message]:
    return [letter(i, prefix) for i in range(count)]


def account(server: FullServer, scheme: str = "smtp", **options: Any) -> gp.Account:
    return gp.Account(
        f"{scheme}://ivan:secret@127.0.0.1:{server.port}",
        limits=options.pop("limits", gp.Limits(connections=10)),
        auth=gp.Auth(allow_cleartext=True),
        **options,
    )


def assert_each_once(server: FullServer, *prefixes: str, count: int = LETTERS) -> None:
    assert server.letters == {f"{prefix}{i}@example.com": 1 for prefix in prefixes for i in range(count)}


@pytest.mark.parametrize("cap", [1, 2, 3])
@pytest.mark.parametrize(("phase", "words"), REFUSALS, ids=lambda value: str(value) or "hang-up")
def test_all_letters_go_over_what_the_server_lets_in(phase: str, words: str, cap: int) -> None:
    with FullServer(cap, phase, words) as server, gp.Mailer(account(server)) as mailer:
        results = list(mailer.send_many(letters()))
        assert [str(result.failure) for result in results if not result.ok] == []
        again = list(mailer.send_many(letters("s")))
        assert all(result.ok for result in again)
        assert mailer.pauses == ()
    assert_each_once(server, "r", "s")


def test_a_refusal_in_the_reply_to_starttls_costs_no_letter_either() -> None:
    authority = _core.make_authority("test", 1)
    own = _core.make_server_certificate(authority, ["127.0.0.1"], 1)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _load(context, own["certificate_pem"], own["key_pem"])
    for words in ("421 4.7.0 Too many connections", "454 4.7.0 TLS not available", ""):
        with FullServer(2, "starttls", words, tls=context) as server:
            tls = gp.Tls(ca_pem=authority["certificate_pem"])
            with gp.Mailer(account(server, "smtp+starttls", tls=tls)) as mailer:
                assert all(result.ok for result in mailer.send_many(letters()))
        assert_each_once(server, "r")


def _load(context: ssl.SSLContext, certificate: str, key: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder) / "certificate.pem", Path(folder) / "key.pem"
        files[0].write_text(certificate)
        files[1].write_text(key)
        context.load_cert_chain(*files)


def test_what_was_learnt_is_kept_and_no_more_are_turned_away() -> None:
    with FullServer(2, "greeting", "421 4.7.0 Too many connections") as server, gp.Mailer(account(server)) as mailer:
        list(mailer.send_many(letters()))
        before = server.turned_away
        list(mailer.send_many(letters("s")))
        assert server.turned_away == before
        assert mailer._lane.engine.status(mailer._lane.lane)["most_connections"] == 2


@pytest.mark.parametrize(
    ("phase", "words"), [("greeting", "421 4.7.0 busy"), ("mail", "421 4.3.2 closing"), ("mail", "")]
)
def test_a_cap_that_shrinks_and_grows_is_followed(phase: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    options_of = gp.Account._lane_options

    def soon_again(self: gp.Account) -> _core.LaneOptions:
        options = options_of(self)
        options.cap_holds = 0.05  # a minute, for those who have time
        return options

    monkeypatch.setattr(gp.Account, "_lane_options", soon_again)
    with FullServer(4, phase, words) as server, gp.Mailer(account(server)) as mailer:
        for cap, prefix in ((4, "a"), (1, "b"), (2, "c")):
            server.cap = cap
            assert all(result.ok for result in mailer.send_many(letters(prefix)))
        server.cap = 8
        end = time.monotonic() + 30
        server.most_at_once = 0
        more = 0
        while server.most_at_once < 4 and time.monotonic() < end:
            assert all(result.ok for result in mailer.send_many(letters(f"d{more}-")))
            more += 1
        assert server.most_at_once >= 4
    assert set(server.letters.values()) == {1}
    assert len(server.letters) == (3 + more) * LETTERS


def test_a_server_that_counts_connections_by_the_window_takes_all_letters() -> None:
    with FullServer(2, "greeting", "421 4.7.0 Too many connections, try later", per_window=1.0) as server:
        limits = gp.Limits(connections=10, letters_per_connection=4)  # three connections are needed
        with gp.Mailer(account(server, limits=limits)) as mailer:
            assert all(result.ok for result in mailer.send_many(letters()))
    assert_each_once(server, "r")


def test_senders_that_share_the_servers_places_all_get_one() -> None:
    with FullServer(2, "greeting", "421 4.7.0 Too many connections") as server, ThreadPoolExecutor(8) as pool:
        sent = pool.map(lambda i: gp.send(account(server), letter(i)), range(8))
        assert all(result.ok for result in sent)
    assert_each_once(server, "r", count=8)


def test_async_letters_go_over_what_the_server_lets_in() -> None:
    async def main() -> list[gp.SendResult]:
        async with gp.AsyncMailer(account(server)) as mailer:
            return await asyncio.gather(*(mailer.send(one) for one in letters()))

    with FullServer(2, "mail", "421 4.7.0 Too many connections") as server:
        assert all(result.ok for result in asyncio.run(main()))
    assert_each_once(server, "r")


@pytest.mark.parametrize(
    "words", ["421 4.7.0 Too many connections", "421 4.3.2 busy", "", "450 4.7.0 Too many connections"]
)
@pytest.mark.parametrize("phase", ["greeting", "auth", "mail"])
def test_a_server_that_refuses_everybody_is_a_failure_within_its_deadlines(phase: str, words: str) -> None:
    began = time.monotonic()
    with (
        FullServer(0, phase, words) as server,
        gp.Mailer(account(server, timeouts=gp.Timeouts(greeting=1))) as mailer,
    ):
        results = list(mailer.send_many(letters()))
        assert not any(result.ok for result in results)
        assert {result.failure.text for result in results if result.failure} == {words[10:]}
        with pytest.raises(gp.SendError):
            mailer.send(letter(0))
    assert time.monotonic() - began < 20
    assert server.connections < 40
    assert not server.letters


def test_a_port_where_nobody_listens_is_a_failure_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    began = time.monotonic()
    with gp.Mailer(gp.Account(f"smtp://127.0.0.1:{port}", limits=gp.Limits(connections=10))) as mailer:
        results = list(mailer.send_many(letters()))
    assert {result.failure.category for result in results if result.failure} == {gp.Category.CONNECT_FAILED}
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("phase", ["greeting", "mail"])
def test_a_campaign_goes_over_what_the_server_lets_in_without_an_attempt_lost(phase: str, tmp_path: Path) -> None:
    people = [{"email": f"r{i}@example.com"} for i in range(LETTERS)]
    with (
        FullServer(2, phase, "421 4.7.0 Too many connections") as server,
        gp.Campaign(
            "october",
            template=gp.Template(subject="x", text="y"),
            recipients=people,
            accounts=[account(server)],
            from_="news@example.com",
            store=tmp_path / "c.db",
        ) as campaign,
    ):
        assert campaign.run().ok
        rows = campaign.results().to_polars()
        assert set(rows["attempts"]) == {1}
    assert_each_once(server, "r")


@pytest.fixture
def silent_behind_the_greeting() -> Iterator[int]:
    """The port of a server whose backlog takes everybody, and which speaks with the first client alone."""
    with FullServer(100, "greeting", "") as server:
        original = server._serve

        def only_the_first(client: socket.socket) -> None:
            if server.connections == 1 or client is server._clients[0][0]:
                original(client)
            else:
                client.recv(1)

        server._serve = only_the_first  # type: ignore[method-assign]
        yield server.port


def test_connections_that_wait_for_a_greeting_hold_up_neither_letters_nor_close(
    silent_behind_the_greeting: int,
) -> None:
    began = time.monotonic()
    with gp.Mailer(
        gp.Account(f"smtp://127.0.0.1:{silent_behind_the_greeting}", limits=gp.Limits(connections=10))
    ) as mailer:
        assert all(result.ok for result in mailer.send_many(letters()))
    assert time.monotonic() - began < 4
