"""Profiles answer as the gates that they play; smtplib is the client."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import gatepost as gp
from gatepost.sinks import PROFILES, profile_named

HEADERS = {
    "Message-Id": "<1@example.com>", "Date": "Mon, 30 Nov 2026 12:00:00 +0000", "From": "ivan@example.com",
    "To": "olga@example.com", "Subject": "x", "MIME-Version": "1.0", "Content-Type": "text/plain",
}  # fmt: skip


def letter(*without: str) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items() if name not in without) + "\r\nx\r\n"


class Client:
    """Sends as a site does, over a connection of its own each time."""

    def __init__(self, sink: gp.Sink) -> None:
        self.sink = sink
        self.login = next(iter(sink.profile.users.items()), None)

    def session(self) -> smtplib.SMTP:
        port = self.sink.port
        if self.sink.profile.tls != "implicit":
            return smtplib.SMTP("localhost", port, timeout=20)
        return smtplib.SMTP_SSL(
            "localhost", port, timeout=20, context=ssl.create_default_context(cadata=self.sink.ca_pem)
        )

    def send(self, *to: str, from_: str = "ivan@example.com", text: str = "", login: Any = None) -> list[str]:
        """What each recipient was told, or what the step said that ended it; "ok" where all is well."""
        with self.session() as session:
            session.ehlo("pc.example.com")
            try:
                if self.login or login:
                    session.login(*(login or self.login))
                refused = session.sendmail(from_, to or ["olga@example.com"], text or letter())
            except smtplib.SMTPRecipientsRefused as error:
                refused = error.recipients
            except smtplib.SMTPResponseException as error:
                said = error.smtp_error
                return [f"{error.smtp_code} {said.decode() if isinstance(said, bytes) else said}"]
            return [f"{code} {words.decode()}" for code, words in refused.values()] or ["ok"]


@pytest.fixture
def sink(request: pytest.FixtureRequest) -> Iterator[gp.Sink]:
    with gp.Sink(request.param) as sink:
        yield sink


@pytest.mark.parametrize("name", list(PROFILES))
def test_every_profile_of_the_package_starts_and_says_what_it_is(name: str) -> None:
    with gp.Sink(name) as sink:
        assert sink.profile.summary
        assert {rule.name for rule in sink.rules} == {
            str(rule.get("name") or f"rule {at}") for at, rule in enumerate(sink.profile.rules, 1)
        }


@pytest.mark.parametrize("sink", ["sendsay"], indirect=True)
def test_sendsay_knows_its_senders_and_stop_list_and_bounces_late(sink: gp.Sink) -> None:
    client = Client(sink)
    assert client.send() == ["ok"]
    sink.gate.senders_on_moderation = ["new@example.com"]
    sink.gate.senders_prohibited = ["bad@example.com"]
    assert client.send(from_="new@example.com") == ["635 6.7.8 error/sender/onmoderation"]
    assert client.send(from_="bad@example.com") == ["635 6.7.8 error/sender/prohibited"]
    sink.gate.checks_senders = 1
    assert client.send() == ["635 6.7.8 error/sender/unknown"]
    sink.gate.senders = ["ivan@example.com"]
    sink.gate.stop_list, sink.gate.dead = ["a@x.example"], ["b@x.example"]
    assert client.send("a@x.example", "b@x.example") == [
        "550 5.0.0 Email is in the account stoplist",
        "550 5.0.0 Email has permanent delivery errors",
    ]
    sink.gate.dead_later = ["c@x.example"]
    assert client.send("c@x.example") == ["ok"]
    sink.clock.advance(minutes=1)
    assert sink.wait(1, to="ivan@example.com")[0].bounce_of
    sink.gate.issue_blocked = 1
    assert client.send() == ["635 6.7.8 issue is blocked"]


@pytest.mark.parametrize("sink", ["sendsay", "demo_gate"], indirect=True)
@pytest.mark.parametrize("header", HEADERS)
def test_a_letter_without_a_header_is_taken_and_dies_silently(sink: gp.Sink, header: str) -> None:
    assert Client(sink).send(text=letter(header)) == ["ok"]
    assert (len(sink.letters), sink.discarded[0].discarded.lower()) == (0, f"missing {header}".lower())


@pytest.mark.parametrize("sink", ["sendsay"], indirect=True)
@pytest.mark.parametrize(("header", "words"), [("To", "no To:"), ("From", "no From:"), ("Subject", "no Subject:")])
def test_sendsay_may_name_the_missing_header(sink: gp.Sink, header: str, words: str) -> None:
    sink.gate.checks_headers = 1
    assert Client(sink).send(text=letter(header)) == [f"635 6.7.8 {words}"]
    assert Client(sink).send(text=letter().replace("From: ivan@example.com", "From: Ivan")) == [
        "635 6.7.8 no email in From:"
    ]


@pytest.mark.parametrize("sink", ["rusender"], indirect=True)
def test_rusender_takes_a_send_for_each_recipient_until_the_balance_is_used_up(sink: gp.Sink) -> None:
    client = Client(sink)
    sink.gate.balance = 3
    assert client.send("a@x.example", "b@x.example") == ["ok"]
    assert client.send("c@x.example", "d@x.example") == ["450 Balance not enough"]
    assert sink.gate.balance == 0
    assert client.send() == ["450 Balance not enough"]
    sink.gate.balance = 100
    assert client.send() == ["ok"]


@pytest.mark.parametrize("sink", ["rusender"], indirect=True)
def test_rusender_says_its_replies(sink: gp.Sink) -> None:
    client = Client(sink)
    sink.gate.unsubscribed, sink.gate.full = ["a@x.example"], ["b@x.example"]
    assert client.send("a@x.example", "b@x.example") == [
        "550 Email receiver unsubscribe or complaint",
        "553 Recipient has exceeded mailbox limit",
    ]
    sink.gate.unverified_domains = ["new.example"]
    assert client.send(from_="a@new.example") == ["421 Domain not verify"]
    sink.gate.bound = 1
    assert client.send() == ["553 Domain not found"]
    sink.gate.senders, sink.gate.domains = ["ivan@example.com"], ["example.com"]
    assert client.send() == ["ok"]
    assert client.send(from_="olga@example.com") == ["553 Domain not found"]
    assert client.send(text=letter("From")) == ["550 5.6.0 Message rejected: Missing required «From» header"]
    sink.gate.available = 0
    with pytest.raises(smtplib.SMTPConnectError) as error:
        client.session()
    assert (error.value.smtp_code, error.value.smtp_error) == (421, b"4.4.5 Server is temporarily unavailable")


@pytest.mark.parametrize("sink", ["rusender"], indirect=True)
def test_rusender_slows_logins_and_blocks_for_dead_addresses(sink: gp.Sink) -> None:
    client = Client(sink)
    told = [client.send(login=("sender", "wrong")) for _ in range(20)]
    assert told[0] == ["535 5.7.8 Authentication credentials invalid"]
    assert told[-1] == client.send() == ["454 4.7.0 Too many login attempts"]
    sink.clock.advance(seconds=61)
    sink.gate.dead = ["gone@x.example"]
    sink.gate.dead_letters = 9
    assert client.send("gone@x.example") == ["ok"]
    assert client.send() == ["535 5.7.8 Incorrect login or password"]


@pytest.mark.parametrize("sink", ["rusender"], indirect=True)
def test_rusender_names_the_seconds_of_its_rate(sink: gp.Sink) -> None:
    client = Client(sink)
    with client.session() as session:
        session.login(*client.login)  # type: ignore[misc]
        for _ in range(100):
            session.sendmail("ivan@example.com", ["a@x.example"], letter())
        with pytest.raises(smtplib.SMTPSenderRefused, match=r"4\.3\.2 Rate limit exceeded, retry after [0-9]+ seconds"):
            session.sendmail("ivan@example.com", ["a@x.example"], letter())
        sink.clock.advance(seconds=11)
        session.sendmail("ivan@example.com", ["a@x.example"], letter())


@pytest.mark.parametrize(("name", "login"), [("mailru", "ivan@mail.ru"), ("yandex", "ivan")])
def test_a_providers_gate_keeps_to_the_sender_and_to_the_limits_of_its_preset(name: str, login: str) -> None:
    from gatepost.accounts.presets import PRESETS

    preset = PRESETS[{"mailru": "mail.ru"}.get(name, name)]
    sender = login if "@" in login else f"{login}@yandex.ru"
    with gp.Sink(name, users={login: "x"}) as sink:
        client = Client(sink)
        client.login = (login, "x")
        assert client.send(from_=sender) == ["ok"]
        [refusal] = client.send(from_="olga@mail.ru")
        assert refusal.startswith("55" if preset.only_sender else "ok")
        assert preset.limits.recipients is not None
        told = client.send(*(f"u{i}@x.example" for i in range(preset.limits.recipients + 1)), from_=sender)
        assert len(told) == 1 and told != ["ok"]


def test_gmail_takes_no_programs() -> None:
    with gp.Sink("gmail") as sink:
        bad = gp.Message(from_="a@gmail.com", to="b@x.example", text="x", attachments=[("setup.exe", b"MZ")])
        with pytest.raises(gp.SendError, match="potential security issue"):
            gp.send(sink.url, bad)


def test_greylisting_ends_by_the_clock() -> None:
    with gp.Sink("greylist") as sink:
        client = Client(sink)
        assert client.send()[0].startswith("451 4.7.1 Greylisted")
        sink.clock.advance(minutes=5)
        assert client.send() == ["ok"]


def test_a_flaky_gate_fails_alike_with_the_same_seed() -> None:
    def told(seed: int) -> list[str]:
        found = []
        with gp.Sink("flaky", seed=seed) as sink:
            for _ in range(60):
                try:
                    found += Client(sink).send()
                except (smtplib.SMTPException, OSError) as error:
                    found.append(type(error).__name__)
        return found

    first = told(7)
    assert first == told(7) != told(8)
    assert 0 < sum(one != "ok" for one in first) < 40


@pytest.mark.parametrize("name", ["exchange", "postfix"])
def test_servers_say_that_they_do_not_know_a_recipient(name: str) -> None:
    with gp.Sink(name) as sink:
        sink.gate.unknown = ["x@y.example"]
        told = Client(sink).send("nobody@y.example", "x@y.example", "full@y.example", "olga@y.example")
    assert [one[:3] for one in told] == ["550", "550", "452" if name == "postfix" else "552"]


def test_a_file_is_a_profile_and_what_is_wrong_in_one_is_named(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(
        'summary = "моя"\nusers = { ivan = "x" }\nstate = { left = 1, bad = ["a@b.example"] }\n'
        '[[rules]]\nphase = "rcpt"\nfrom = "*"\nlisted = { to = "bad" }\nreply = "550 5.7.1 {to}"\n'
    )
    with gp.Sink(str(mine)) as sink:
        assert Client(sink).send("A@b.example") == ["550 5.7.1 a@b.example"]
        assert sink.gate.left == 1
    for words, text in {
        "summary": "recipients = 3\n",
        "color": 'summary = "x"\ncolor = "red"\n',
        r"rules\[0\]": 'summary = "x"\n[[rules]]\nphase = "rcpt"\nreply = 3\n',
        "provider": 'summary = "x"\nprovider = "nobody"\n',
        "line": "summary = \n",
    }.items():
        mine.write_text(text)
        with pytest.raises(gp.InputError, match=words):
            profile_named(str(mine))
