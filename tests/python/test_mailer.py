import asyncio
import select
import socket
import threading
from collections.abc import Iterator

import pytest

import gatepost as gp
from gatepost import _core

RAW = b"From: a@example.com\r\nSubject: x\r\n\r\nBody\r\n"


def letter(to: str = "olga@example.com", **fields: object) -> gp.Message:
    return gp.Message(**{"from_": "Иван <ivan@example.com>", "to": to, "subject": "Привет", "text": "Тело\n", **fields})


def test_send_in_one_call_returns_the_queue_id(sink: gp.Sink) -> None:
    result = gp.send(sink.url, from_="Иван <ivan@example.com>", to="olga@example.com", subject="Счёт", text="Тело")
    assert result.ok
    [accepted] = result.accepted
    assert accepted.address == "olga@example.com"
    assert accepted.queue_id
    [received] = sink.wait(1)
    assert received.message.subject == "Счёт"
    assert received.envelope.from_ == "ivan@example.com"
    assert received.message.message_id == result.message_id


def test_one_refused_recipient_does_not_stop_the_others(sink: gp.Sink) -> None:
    sink.rules.add(phase="rcpt", to="full@*", reply="452 4.2.2 Mailbox full")
    with gp.Mailer(sink.account()) as mailer:
        result = mailer.send(letter(to=["olga@example.com", "full@example.com"]))
    assert not result.ok
    assert [a.address for a in result.accepted] == ["olga@example.com"]
    [failure] = result.refused
    assert failure.recipient == "full@example.com"
    assert failure.category is gp.Category.MAILBOX_FULL
    assert sink.wait(1)[0].envelope.to == ["olga@example.com"]


def test_all_or_nothing_sends_to_nobody_when_one_is_refused(sink: gp.Sink) -> None:
    sink.rules.add(phase="rcpt", to="full@*", reply="550 5.1.1 No such user")
    with gp.Mailer(sink.account()) as mailer, pytest.raises(gp.SendError):
        mailer.send(letter(to=["olga@example.com", "full@example.com"]), all_or_nothing=True)
    assert sink.letters == []


def test_when_everybody_is_refused_the_error_carries_phase_words_category_and_remedy(sink: gp.Sink) -> None:
    sink.rules.add(phase="rcpt", reply="550 5.1.1 Нет такого ящика: no such user")
    with gp.Mailer(sink.account()) as mailer, pytest.raises(gp.SendError) as caught:
        mailer.send(letter())
    failure = caught.value.failure
    assert (failure.phase, failure.code, failure.enhanced) == ("rcpt", 550, "5.1.1")
    assert failure.category is gp.Category.RECIPIENT_UNKNOWN
    for words in ("rcpt", "Нет такого ящика", failure.remedy):
        assert words in str(caught.value)


def test_nobody_listening_is_a_connect_error_and_a_python_connection_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"smtp://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(gp.ConnectError) as caught:
            gp.send(url, from_="a@example.com", to="b@example.com", subject="x", text="y")
    assert isinstance(caught.value, ConnectionError)
    assert caught.value.failure.category is gp.Category.CONNECT_FAILED


def test_a_wrong_password_is_an_auth_error_that_keeps_the_secret() -> None:
    with gp.Sink(profile="demo_gate") as sink:
        account = gp.Account(f"smtp://127.0.0.1:{sink.port}", login="demo.demo@smtpgate", password="не-тот-пароль")
        with pytest.raises(gp.AuthError) as caught, gp.Mailer(account) as mailer:
            mailer.send(letter())
        assert caught.value.failure.category is gp.Category.AUTH_FAILED
        assert "C: AUTH SCRAM-SHA-256 ****" in caught.value.transcript
        assert "не-тот-пароль" not in str(caught.value) + repr(caught.value.failure) + "".join(
            session.transcript for session in sink.sessions
        )


def test_a_host_that_does_not_exist_speaks_of_the_account_and_not_of_the_recipient() -> None:
    with pytest.raises(gp.ConnectError) as caught:
        gp.send("smtp://smtp.mial.invalid", from_="a@example.com", to="b@example.com", subject="x", text="y")
    failure = caught.value.failure
    assert (failure.phase, failure.suppress) == ("dns", "none")
    assert "smtp.mial.invalid" in str(caught.value)


def test_starttls_with_the_sinks_own_authority_is_verified() -> None:
    with gp.Sink(tls="starttls") as sink, gp.Mailer(sink.account()) as mailer:
        result = mailer.send(letter())
        assert result.ok
        assert sink.letters[0].session.tls is not None
        assert "STARTTLS" in result.transcript


def test_an_unknown_authority_is_a_tls_error_and_nothing_is_sent() -> None:
    with gp.Sink(tls="implicit") as sink:
        account = gp.Account(f"smtps://127.0.0.1:{sink.port}")
        with pytest.raises(gp.TlsError) as caught, gp.Mailer(account) as mailer:
            mailer.send(letter())
        assert "certificate" in str(caught.value)
        assert sink.letters == []


def test_send_many_keeps_the_order_and_reports_each(sink: gp.Sink) -> None:
    sink.rules.add(phase="rcpt", to="bad*", reply="550 5.1.1 No such user")
    recipients = [f"{'bad' if i % 7 == 0 else 'good'}{i}@example.com" for i in range(1200)]
    with gp.Mailer(sink.account()) as mailer:
        results = list(mailer.send_many(("ivan@example.com", to, b"Subject: x\r\n\r\nhi\r\n") for to in recipients))
    assert [r.accepted[0].address if r.ok else r.refused[0].recipient for r in results] == recipients
    assert [r.ok for r in results] == [i % 7 != 0 for i in range(1200)]
    assert len(sink.letters) == sum(r.ok for r in results)


def test_many_threads_share_one_mailer(sink: gp.Sink) -> None:
    errors: list[BaseException] = []

    def work(n: int) -> None:
        try:
            for i in range(20):
                assert mailer.send(letter(to=f"t{n}-{i}@example.com")).ok
        except BaseException as error:
            errors.append(error)

    with gp.Mailer(sink.account()) as mailer:
        threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert errors == []
    assert len(sink.wait(160)) == 160


def test_a_limit_that_is_used_up_times_out_and_the_letter_stays_unsent(sink: gp.Sink) -> None:
    with gp.Mailer(gp.Account(sink.url, limits=gp.Limits(per_hour=1))) as mailer:
        mailer.send(letter())
        with pytest.raises(TimeoutError, match=r"1 of 1 letters had no outcome after 0\.05 s"):
            mailer.send(letter(), timeout=0.05)
    assert sink.received == 1


def test_presets_hold_before_anything_is_said_to_the_server(sink: gp.Sink) -> None:
    account = gp.Account(sink.url, limits=gp.Limits(message_bytes=100, forbidden_attachments={"exe"}))
    with gp.Mailer(account) as mailer:
        with pytest.raises(gp.SendError) as caught:
            mailer.send(letter(text="x" * 200))
        assert caught.value.failure.category is gp.Category.MESSAGE_TOO_LARGE
        with pytest.raises(gp.SendError) as caught:
            mailer.send(letter(attachments=[gp.Attachment(b"MZ", name="setup.EXE")]))
        assert caught.value.failure.category is gp.Category.VIRUS_OR_ATTACHMENT
    assert sink.sessions == []


def test_check_connects_and_logs_in_without_a_letter() -> None:
    with gp.Sink(profile="demo_gate") as sink:
        findings = sink.account().check()
        assert any("logged in" in line for line in findings)
        assert sink.received == 0
        sink.account(sender="demo@example.com").check(send_to="me@example.com")
        assert sink.letters[0].envelope.to == ["me@example.com"]


def test_raw_bytes_arrive_untouched_and_need_an_envelope(sink: gp.Sink) -> None:
    raw = b"From: a@example.com\r\nSubject: =?utf-8?q?x?=\r\n\r\n.leading dot\r\n..two\r\n"
    with gp.Mailer(sink.account()) as mailer:
        mailer.send(raw, from_="a@example.com", to="b@example.com")
        with pytest.raises(gp.InputError, match="from_"):
            mailer.send(raw)
    assert sink.letters[0].raw == raw


def test_a_closed_mailer_says_so(sink: gp.Sink) -> None:
    mailer = gp.Mailer(sink.account())
    mailer.close()
    with pytest.raises(RuntimeError, match="closed"):
        mailer.send(letter())


def test_a_url_instead_of_an_account_is_explained() -> None:
    with pytest.raises(gp.InputError, match=r"account takes a gatepost\.Account .*, not a str"):
        gp.Mailer("smtp://localhost")  # type: ignore[arg-type]


def test_a_task_per_letter_and_one_awaited_call_each(sink: gp.Sink) -> None:
    async def main() -> list[gp.SendResult]:
        async with gp.AsyncMailer(sink.account()) as mailer:
            sends = (mailer.send(letter(to=f"r{i}@example.com")) for i in range(200))
            return await asyncio.gather(*sends)

    results = asyncio.run(main())
    assert all(r.ok for r in results)
    assert len({r.accepted[0].queue_id for r in results}) == 200


def test_an_async_send_that_times_out_takes_its_letter_back(sink: gp.Sink) -> None:
    async def main() -> None:
        async with gp.AsyncMailer(gp.Account(sink.url, limits=gp.Limits(per_hour=1))) as mailer:
            await mailer.send(letter())
            with pytest.raises(TimeoutError, match=r"1 of 1 letters had no outcome after 0\.05 s"):
                await mailer.send(letter(), timeout=0.05)
            assert (await mailer.check()) != []

    asyncio.run(main())
    assert sink.received == 1


def test_async_refusal_raises_like_the_blocking_one(sink: gp.Sink) -> None:
    sink.rules.add(phase="mail", reply="553 5.1.8 Sender address rejected: Domain not found")

    async def main() -> None:
        async with gp.AsyncMailer(sink.account()) as mailer:
            await mailer.send(letter())

    with pytest.raises(gp.SendError) as caught:
        asyncio.run(main())
    assert caught.value.failure.phase == "mail"


def test_a_queue_wakes_a_poller_through_its_descriptor(sink: gp.Sink) -> None:
    engine, queue = _core.Engine(), _core.OutcomeQueue()
    lane = engine.add_lane(sink.account()._lane_options())
    assert select.select([queue], [], [], 0)[0] == []
    engine.submit_prebuilt(lane, queue, [7], ["a@example.com"], [["b@example.com"]], [b"Subject: x\r\n\r\ny\r\n"])
    assert select.select([queue], [], [], 10)[0] == [queue]
    assert queue.drain()["ticket"] == [7]
    assert select.select([queue], [], [], 0)[0] == []
    engine.stop()


def test_send_many_gives_the_results_before_a_wrong_letter_and_then_raises(sink: gp.Sink) -> None:
    def letters() -> Iterator[tuple[str, str, bytes]]:
        for i in range(600):
            yield "a@example.com", "no address" if i == 550 else "b@example.com", RAW

    with gp.Mailer(gp.Account(sink.url)) as mailer:
        results = mailer.send_many(letters())
        taken = [next(results).ok for _ in range(500)]
        with pytest.raises(gp.InputError, match="no address"):
            next(results)
    assert all(taken)
    assert sink.received == 500


def test_whoever_stops_asking_send_many_takes_back_what_has_not_begun(sink: gp.Sink) -> None:
    with gp.Mailer(gp.Account(sink.url, limits=gp.Limits(per_hour=500))) as mailer:
        results = mailer.send_many([("a@example.com", "b@example.com", RAW)] * 600)
        assert next(results).ok
        assert mailer._lane.engine.status(mailer._lane.lane)["queued"] == 100
        results.close()
        assert mailer._lane.engine.status(mailer._lane.lane)["queued"] == 0
    assert sink.received == 500
