"""What rules ask for, which times count, and what they answer; Python's own smtplib is the client."""

from __future__ import annotations

import json
import smtplib
import time
from pathlib import Path
from typing import Any

import pytest

import gatepost as gp
from gatepost.errors import InputError

LETTER = (
    "Message-Id: <1@x>\r\nFrom: ivan@example.com\r\nSubject: =?utf-8?b?0J/RgNC40LLQtdGC?=\r\nX-Kind: bill\r\n\r\nhi\r\n"
)
NO = "550 5.7.1 No"


def client(sink: gp.Sink, name: str = "pc.example.com") -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", sink.port, local_hostname=name, timeout=20)


def send(
    sink: gp.Sink, *to: str, from_: str = "ivan@example.com", letter: str = LETTER, name: str = "pc.example.com"
) -> Any:
    """The codes of those who were refused, or the exception of a letter that was."""
    with client(sink, name) as session:
        return session.sendmail(from_, list(to) or ["olga@example.com"], letter)


def refused(sink: gp.Sink, *to: str, **options: str) -> bool:
    try:
        send(sink, *to, **options)
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused):
        return True
    return False


@pytest.mark.parametrize(
    ("rule", "fits", "other"),
    [
        ({"phase": "mail", "ehlo": "pc.*"}, {}, {"name": "laptop"}),
        ({"phase": "mail", "from_": "ivan@*"}, {}, {"from_": "olga@example.com"}),
        ({"phase": "final", "subject": "*ривет*"}, {}, {"letter": "Subject: other\r\n\r\nx\r\n"}),
        ({"phase": "final", "headers": {"X-Kind": "bill"}}, {}, {"letter": "X-Kind: news\r\n\r\nx\r\n"}),
        ({"phase": "final", "min_bytes": 50}, {}, {"letter": "Subject: x\r\n\r\nx\r\n"}),
        ({"phase": "mail", "min_bytes": 50}, {}, {"letter": "Subject: x\r\n\r\nx\r\n"}),
        ({"phase": "final", "max_bytes": 50}, {"letter": "Subject: x\r\n\r\nx\r\n"}, {}),
        ({"phase": "mail", "any_of": [{"from_": "a@*"}, {"from_": "ivan@*"}]}, {}, {"from_": "b@example.com"}),
        ({"phase": "mail", "none_of": [{"from_": "olga@*"}]}, {}, {"from_": "olga@example.com"}),
        ({"phase": "mail", "any_of": [{"from_": "*@*.ru", "none_of": [{"from_": "*@mail.ru"}]}]},
         {"from_": "a@list.ru"}, {"from_": "a@mail.ru"}),
    ],
    ids=lambda value: json.dumps(value, ensure_ascii=False)[:60] if isinstance(value, dict) else None,
)  # fmt: skip
def test_a_rule_fits_what_it_asks_for_and_nothing_else(
    rule: dict[str, Any], fits: dict[str, str], other: dict[str, str]
) -> None:
    with gp.Sink(rules=[{**rule, "reply": NO}]) as sink:
        assert refused(sink, **fits)
        assert not refused(sink, **other)
        assert [one.hits for one in sink.rules] == [1]


@pytest.mark.parametrize(("networks", "hit"), [(["127.0.0.0/8"], True), (["10.0.0.0/8", "::1"], False)])
def test_a_rule_knows_the_network_of_the_client(networks: list[str], hit: bool) -> None:
    with gp.Sink(rules=[{"phase": "mail", "client": networks, "reply": NO}]) as sink:
        assert refused(sink) is hit


def test_a_rule_for_a_file_name_reads_the_attachments() -> None:
    bad = gp.Message(from_="a@x.example", to="b@x.example", text="x", attachments=[("Отчёт.EXE", b"MZ")])
    good = gp.Message(from_="a@x.example", to="b@x.example", text="x", attachments=[("отчёт.pdf", b"%PDF")])
    with gp.Sink(rules=[{"phase": "final", "attachments": ["*.exe"], "reply": "552 5.7.0 No"}]) as sink:
        with pytest.raises(gp.SendError, match="No"):
            gp.send(sink.url, bad)
        assert gp.send(sink.url, good).ok


def test_a_schedule_is_kept_by_the_sinks_clock() -> None:
    with gp.Sink() as sink:
        now = sink.clock.now()
        days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
        rule = sink.rules.add(phase="mail", schedule=days[(now.weekday() + 2) % 7], reply=NO)
        assert not refused(sink)
        sink.clock.advance(days=2)
        assert refused(sink)
        sink.clock.advance(days=1)
        assert not refused(sink)
        assert rule.hits == 1


def test_each_value_of_per_is_counted_by_itself() -> None:
    with gp.Sink(rules=[{"phase": "rcpt", "times": 2, "per": ["from", "to"], "reply": "450 4.2.0 Not now"}]) as sink:
        assert [refused(sink, "a@x.example") for _ in range(3)] == [True, True, False]
        assert [refused(sink, "b@x.example") for _ in range(3)] == [True, True, False]
        assert refused(sink, "a@x.example", from_="olga@example.com")


def test_beyond_a_rate_the_reply_names_the_seconds_by_the_sinks_clock() -> None:
    rule = {"phase": "mail", "over": 2, "within": 60, "per": ["from"],
            "reply": "451 4.3.2 Rate limit exceeded for {from}, retry after {seconds} seconds"}  # fmt: skip
    with gp.Sink(rules=[rule]) as sink:
        assert [refused(sink) for _ in range(2)] == [False, False]
        with pytest.raises(smtplib.SMTPSenderRefused, match=r"for ivan@example\.com, retry after [56][0-9] seconds"):
            send(sink)
        assert not refused(sink, from_="olga@example.com")
        sink.clock.advance(seconds=61)
        assert not refused(sink)


def test_numbers_and_lists_of_the_gate_decide_and_change() -> None:
    rules: list[dict[str, Any]] = [
        {"phase": "rcpt", "listed": {"to": "stop_list"}, "reply": "550 5.7.1 {to} is on the stop list"},
        {"phase": "rcpt", "where": {"balance": "<= 0"}, "reply": "450 Balance not enough: {balance}"},
        {"phase": "rcpt", "change": {"balance": -1}, "enlist": {"to": "seen"}, "go_on": True},
    ]
    with gp.Sink(rules=rules) as sink:
        sink.gate.balance = 2
        sink.gate.stop_list = ["Bad@X.example"]
        assert send(sink, "a@x.example", "bad@x.example", "b@x.example", "c@x.example") == {
            "bad@x.example": (550, b"5.7.1 bad@x.example is on the stop list"),
            "c@x.example": (450, b"Balance not enough: 0"),
        }
        assert sink.gate.balance == 0
        assert sink.gate.seen == ["a@x.example", "b@x.example"]
        sink.gate.balance = 1
        assert send(sink, "c@x.example") == {}
        assert sink.gate.nothing == 0


def test_letters_and_sessions_say_which_rules_had_a_say() -> None:
    with gp.Sink() as sink:
        sink.rules.add(phase="mail", name="noted", go_on=True)
        sink.rules.add(phase="rcpt", to="a@*", reply="250 2.1.5 Fine")
        send(sink, "a@x.example")
        [letter] = sink.wait(1)
        assert letter.rules == ["mail: noted", "rcpt: rule 2"]
        assert sink.sessions[0].rules == letter.rules
        assert sink.rules["noted"].hits == sink.rules["rule 2"].hits == 1


def test_half_a_reply_is_sent_and_then_the_connection_ends() -> None:
    with gp.Sink(rules=[{"phase": "mail", "reply": "250 2.1.0 Ok", "half": True}]) as sink, client(sink) as session:
        session.ehlo()
        session.putcmd("mail", "FROM:<a@x.example>")
        assert session.sock is not None
        assert session.sock.recv(100) == b"250 2.1"
        assert session.sock.recv(100) == b""


def test_a_reply_comes_byte_by_byte_as_the_clock_goes_on() -> None:
    with gp.Sink(rules=[{"phase": "mail", "reply": "250 2.1.0 Ok", "dribble": 100}]) as sink, client(sink) as session:
        session.ehlo()
        session.putcmd("mail", "FROM:<a@x.example>")
        assert session.sock is not None
        came = b""
        for _ in b"250 2.1.0 Ok\r\n":
            came += session.sock.recv(100)
            sink.clock.advance(seconds=100)
        assert came == b"250 2.1.0 Ok\r\n"
        assert session.docmd("NOOP")[0] == 250


def test_a_delay_ends_when_the_clock_is_moved() -> None:
    with gp.Sink(rules=[{"phase": "mail", "delay": 3000}]) as sink, client(sink) as session:
        session.ehlo()
        session.putcmd("mail", "FROM:<a@x.example>")
        while not sink.rules[0].hits:
            pass
        sink.clock.advance(seconds=3000)
        assert session.getreply() == (250, b"2.1.0 Ok")


def test_a_tarpit_grows_within_a_session() -> None:
    with gp.Sink(rules=[{"phase": "rcpt", "tarpit": 0.2}]) as sink:
        began = time.monotonic()
        send(sink, "a@x.example", "b@x.example", "c@x.example")
        assert time.monotonic() - began >= 0.6


def test_a_letter_is_read_no_faster_than_the_rate() -> None:
    big = "Subject: x\r\n\r\n" + "x" * 70 + "\r\n" + ("y" * 70 + "\r\n") * 3000
    with gp.Sink(rules=[{"phase": "mail", "letter_rate": 400_000}]) as sink:
        began = time.monotonic()
        send(sink, letter=big)
        assert time.monotonic() - began >= 0.3
        assert len(sink.wait(1)[0].raw) == len(big)


def test_a_reset_is_seen_as_one() -> None:
    with gp.Sink(rules=[{"phase": "mail", "close": True, "reset": True}]) as sink, client(sink) as session:
        session.ehlo()
        session.putcmd("mail", "FROM:<a@x.example>")
        assert session.sock is not None
        with pytest.raises(ConnectionResetError):
            session.sock.recv(100)


def test_hidden_extensions_are_not_announced_and_are_served() -> None:
    rule: Any = {"phase": "ehlo", "hide": ["starttls", "SIZE"]}
    with gp.Sink(tls="starttls_optional", rules=[rule]) as sink, client(sink) as session:
        session.ehlo()
        assert not session.has_extn("starttls") and not session.has_extn("size")
        assert session.has_extn("8bitmime")
        assert session.docmd("STARTTLS")[0] == 220
        session.close()


def test_rules_are_data_in_json_and_toml_and_come_back_as_such(tmp_path: Path) -> None:
    rules = [
        {"phase": "mail", "name": "я", "from": "a@*", "none_of": [{"from": "a@b.example"}], "reply": NO},
        {"phase": "rcpt", "listed": {"to": "x"}, "times": 3, "per": ["to"], "delay": 0.5},
    ]
    (tmp_path / "rules.json").write_text(json.dumps(rules))
    (tmp_path / "rules.toml").write_text(
        '[[rules]]\nphase = "mail"\nname = "я"\nfrom = "a@*"\nnone_of = [{ from = "a@b.example" }]\n'
        'reply = "550 5.7.1 No"\n'
        '[[rules]]\nphase = "rcpt"\nlisted = { to = "x" }\ntimes = 3\nper = ["to"]\ndelay = 0.5\n'
    )
    with gp.Sink() as sink:
        for source in (rules, tmp_path / "rules.json", tmp_path / "rules.toml"):
            added = sink.rules.load(source)
            assert [rule.as_dict() for rule in added] == rules
            assert refused(sink, from_="a@c.example") and not refused(sink, from_="a@b.example")
            for rule in added:
                assert sink.rules.remove(rule)
        assert len(sink.rules) == 0


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"phase": "rcpt", "replay": "x"}, "replay"),
        ({"reply": NO}, "needs a phase"),
        ({"phase": "rcpt", "reply": "no"}, "reply"),
        ({"phase": "rcpt", "where": {"a": "about 3"}}, r"where\[a\]"),
        ({"phase": "rcpt", "schedule": "late"}, "schedule"),
        ({"phase": "rcpt", "client": ["nowhere"]}, "client"),
        ({"phase": "rcpt", "per": ["letter"]}, "per"),
        ({"phase": "rcpt", "listed": {"name": "x"}}, "listed"),
        ({"phase": "rcpt", "any_of": [{"from_": 3}]}, r"any_of\[0\]"),
        ({"phase": "rcpt", "subject": "x"}, "final"),
        ({"phase": "mail", "tls_fault": "junk"}, "tls_fault"),
        ({"phase": "mail", "bounce": NO}, "bounce"),
        ({"phase": "rcpt", "over": 3}, "within"),
        ({"phase": "rcpt", "go_on": True, "reply": NO}, "go_on"),
        ({"phase": "connect", "from_": "a@*"}, "not known yet"),
        ({"phase": "rcpt", "reset": True}, "reset"),
    ],
)
def test_what_is_wrong_with_a_rule_is_named_and_none_of_its_list_is_added(rule: dict[str, Any], words: str) -> None:
    with gp.Sink() as sink:
        with pytest.raises(InputError, match=words) as error:
            sink.rules.load([{"phase": "mail"}, rule])
        assert "rules[1]" in str(error.value)
        assert len(sink.rules) == 0
        with pytest.raises(InputError, match=words):
            gp.Sink(rules=[rule])
