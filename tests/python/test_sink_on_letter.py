"""A Python callable that decides on every letter."""

from __future__ import annotations

import asyncio
import smtplib
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest
from sink_talk import LETTER

import gatepost as gp
from gatepost.sinks import Letter

MakeSink = Callable[..., gp.Sink]


def deliver(sink: gp.Sink | gp.AsyncSink, to: str | list[str] = "olga@example.com") -> None:
    with smtplib.SMTP("127.0.0.1", sink.port, timeout=20) as client:
        client.sendmail("ivan@example.org", to, LETTER)


def refusal(sink: gp.Sink, to: str = "olga@example.com") -> tuple[int, bytes]:
    with pytest.raises(smtplib.SMTPDataError) as refused:
        deliver(sink, to)
    error = refused.value.smtp_error
    return refused.value.smtp_code, error if isinstance(error, bytes) else error.encode()


def test_it_sees_each_letter_and_accepts_discards_or_refuses(make_sink: MakeSink) -> None:
    seen: list[tuple[bytes, str, str]] = []

    def judge(letter: Letter) -> str | None:
        seen.append((letter.raw, letter.envelope.to[0], letter.session.client[0]))
        return {"hole@b.ru": "discard", "no@b.ru": "550 5.7.1 Нет", "empty@b.ru": ""}.get(letter.envelope.to[0])

    sink = make_sink(on_letter=judge)
    deliver(sink, "yes@b.ru")
    deliver(sink, "hole@b.ru")
    assert refusal(sink, "no@b.ru") == (550, "5.7.1 Нет".encode())
    deliver(sink, "empty@b.ru")
    assert [entry[1:] for entry in seen] == [
        (to, "127.0.0.1") for to in ("yes@b.ru", "hole@b.ru", "no@b.ru", "empty@b.ru")
    ]
    assert seen[0][0] == LETTER
    assert [letter.envelope.to for letter in sink.letters] == [["yes@b.ru"], ["empty@b.ru"]]
    assert [(letter.id, letter.discarded) for letter in sink.discarded] == [(2, "on_letter")]
    assert sink.received == 3


def test_the_letter_is_in_the_inbox_before_its_client_is_told(make_sink: MakeSink) -> None:
    sink = make_sink(on_letter=lambda letter: None)
    with smtplib.SMTP("127.0.0.1", sink.port) as client:
        for n in range(1, 20):
            client.sendmail("ivan@example.org", "olga@example.com", LETTER)
            assert sink.received == n


def test_its_own_2xx_reply_is_given(make_sink: MakeSink) -> None:
    sink = make_sink(on_letter=lambda letter: "250 2.6.0 <x> Queued")
    with smtplib.SMTP("127.0.0.1", sink.port) as client:
        client.ehlo()
        client.mail("ivan@example.org")
        client.rcpt("olga@example.com")
        assert client.data(LETTER) == (250, b"2.6.0 <x> Queued")


def test_rules_come_first_and_their_delay_stays(make_sink: MakeSink) -> None:
    asked: list[str] = []
    sink = make_sink(
        on_letter=lambda letter: asked.append(letter.envelope.to[0]),
        rules=[
            {"phase": "final", "to": "no@*", "reply": "550 5.7.1 By rule"},
            {"phase": "final", "to": "hole@*", "discard": True},
            {"phase": "rcpt", "to": "gone@*", "discard": True},
            {"phase": "final", "reply": "250 2.0.0 By rule", "delay": 0.05},
        ],
    )
    assert refusal(sink, "no@b.ru")[0] == 550
    deliver(sink, "hole@b.ru")
    with smtplib.SMTP("127.0.0.1", sink.port) as client:
        client.sendmail("a@b.ru", ["gone@b.ru", "yes@b.ru"], LETTER)
    assert asked == ["gone@b.ru"] or asked == ["yes@b.ru"]
    assert [letter.envelope.to for letter in sink.letters] == [["yes@b.ru"]]
    assert [letter.envelope.to for letter in sink.discarded] == [["hole@b.ru"], ["gone@b.ru"]]


def test_what_it_raises_costs_that_letter_a_451_and_comes_back_at_the_end() -> None:
    def judge(letter: Letter) -> None:
        if letter.envelope.to == ["bad@b.ru"]:
            raise LookupError("no such thing")

    sink = gp.Sink(on_letter=judge)
    assert refusal(sink, "bad@b.ru")[0] == 451
    assert refusal(sink, "bad@b.ru")[0] == 451
    deliver(sink, "good@b.ru")
    assert [str(error) for error in sink.rule_errors] == ["no such thing"] * 2
    with pytest.raises(LookupError) as raised:
        sink.close()
    assert raised.value.__notes__ == ["on_letter failed 2 times; sink.rule_errors has them all"]
    sink.close()
    assert [letter.envelope.to for letter in sink.letters] == [["good@b.ru"]]


def test_a_with_block_raises_its_own_error_before_that_of_the_callable() -> None:
    def judge(letter: Letter) -> None:
        raise LookupError("in on_letter")

    with pytest.raises(LookupError, match="in on_letter"), gp.Sink(on_letter=judge) as sink:
        refusal(sink)
    with pytest.raises(KeyError, match="in the block"), gp.Sink(on_letter=judge) as sink:
        refusal(sink)
        raise KeyError("in the block")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (42, "must return a reply or None, not 42"),
        ("no", "'no' is not a reply"),
        ("354 go on", "must be a 2xx, 4xx or 5xx"),
        ("250 ok\r\n550 injected", "is not a reply"),
    ],
)
def test_an_answer_that_is_none_is_an_error_too(answer: Any, said: str) -> None:
    sink = gp.Sink(on_letter=lambda letter: answer)
    assert refusal(sink) == (451, b"4.3.0 The sink's on_letter failed")
    with pytest.raises((gp.InputError, TypeError), match=said):
        sink.close()


def test_a_failed_check_of_pytest_is_not_lost() -> None:
    sink = gp.Sink(on_letter=lambda letter: pytest.fail("not this one"))
    assert refusal(sink)[0] == 451
    with pytest.raises(pytest.fail.Exception, match="not this one"):
        sink.close()


def test_a_thousand_letters_over_many_connections_are_each_asked_about_once(make_sink: MakeSink) -> None:
    seen: list[str] = []
    sink = make_sink(
        on_letter=lambda letter: (seen.append(letter.envelope.to[0]), "discard" if len(seen) % 2 else None)[1]
    )
    account = sink.account(limits=gp.Limits(connections=20))
    with gp.Mailer(account) as mailer:
        results = mailer.send_many(
            [gp.Message(from_="a@b.ru", to=f"n{n}@b.ru", subject="x", text="y") for n in range(1000)]
        )
        assert all(result.ok for result in results)
    assert sorted(seen) == sorted(f"n{n}@b.ru" for n in range(1000))
    assert (len(sink.letters), len(sink.discarded)) == (500, 500)


def test_with_lmtp_its_answer_is_for_all_whom_no_rule_refused(make_sink: MakeSink) -> None:
    sink = make_sink(
        lmtp=True,
        on_letter=lambda letter: "550 5.7.1 No" if len(letter.envelope.to) == 2 else None,
        rules=[{"phase": "final", "to": "full@*", "reply": "452 4.2.2 Full"}],
    )

    def replies(*to: str) -> list[int]:
        with smtplib.LMTP("127.0.0.1", sink.port) as client:
            client.ehlo_or_helo_if_needed()
            client.mail("a@b.ru")
            for address in to:
                client.rcpt(address)
            return [client.data(LETTER)[0], *(client.getreply()[0] for _ in to[1:])]

    assert replies("olga@b.ru", "full@b.ru", "petr@b.ru") == [550, 452, 550]
    assert replies("olga@b.ru", "full@b.ru") == [250, 452]
    assert [letter.envelope.to for letter in sink.letters] == [["olga@b.ru"]]


def test_close_does_not_wait_for_a_callable_that_hangs(make_sink: MakeSink) -> None:
    began, go_on = threading.Event(), threading.Event()
    sink = gp.Sink(on_letter=lambda letter: (began.set(), go_on.wait(60), None)[2])

    def send() -> None:
        with pytest.raises(smtplib.SMTPException):
            deliver(sink)

    sender = threading.Thread(target=send)
    sender.start()
    assert began.wait(20)
    sink.close()
    sender.join(20)
    assert not sender.is_alive()
    go_on.set()


def test_it_may_close_its_sink() -> None:
    closed = threading.Event()
    sink = gp.Sink(on_letter=lambda letter: (sink.close(), closed.set(), None)[2])
    with pytest.raises(smtplib.SMTPException):
        deliver(sink)
    assert closed.wait(20)


def test_a_sink_that_nobody_closed_ends_with_the_interpreter() -> None:
    script = """
import smtplib, gatepost as gp
sink = gp.Sink(on_letter=lambda letter: None)
with smtplib.SMTP("127.0.0.1", sink.port) as client:
    client.sendmail("a@b.ru", "b@b.ru", b"x")
print(sink.received)
"""
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert (result.stdout, result.stderr, result.returncode) == ("1\n", "", 0)


def test_a_sink_that_is_forgotten_is_closed() -> None:
    sink = gp.Sink(on_letter=lambda letter: None)
    port = sink.port
    del sink
    with pytest.raises(ConnectionRefusedError):
        smtplib.SMTP("127.0.0.1", port)


def test_async_sink_takes_a_plain_function_and_no_coroutine() -> None:
    async def coroutine(letter: Letter) -> None: ...

    with pytest.raises(gp.InputError, match="plain function"):
        gp.AsyncSink(on_letter=coroutine)

    async def scenario() -> None:
        async with gp.AsyncSink(on_letter=lambda letter: None) as sink:
            await asyncio.to_thread(deliver, sink)
            assert len(await sink.wait(1)) == 1

    asyncio.run(scenario())
