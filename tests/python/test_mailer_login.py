"""Logins: OAuth tokens that expire, mechanisms, client certificates."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

import gatepost as gp
from gatepost import _core


def letter(to: str = "olga@example.com") -> gp.Message:
    return gp.Message(from_="ivan@example.com", to=to, subject="x", text="y")


@pytest.fixture
def oauth_sink() -> Iterator[gp.Sink]:
    with gp.Sink(users={"ivan": "fresh"}, access=gp.SinkAccess(mechanisms=["XOAUTH2", "OAUTHBEARER"])) as sink:
        yield sink


class Tokens:
    """Gives one token after the other and counts."""

    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens)
        self.asked = 0

    def __call__(self) -> str:
        self.asked += 1
        return self.tokens[min(self.asked, len(self.tokens)) - 1]


def account(sink: gp.Sink, tokens: object) -> gp.Account:
    return gp.Account(f"smtp://127.0.0.1:{sink.port}", login="ivan", auth=gp.Auth(access_token=tokens))  # type: ignore[arg-type]


def test_a_token_is_asked_for_once_and_serves_all_letters(oauth_sink: gp.Sink) -> None:
    tokens = Tokens("fresh")
    with gp.Mailer(account(oauth_sink, tokens)) as mailer:
        for _ in range(3):
            assert mailer.send(letter()).ok
    assert tokens.asked == 1


def test_a_refused_token_is_renewed_and_the_letters_go_out(oauth_sink: gp.Sink) -> None:
    tokens = Tokens("stale", "fresh")
    with gp.Mailer(account(oauth_sink, tokens)) as mailer:
        results = list(mailer.send_many(letter(f"r{i}@example.com") for i in range(20)))
    assert all(result.ok for result in results)
    assert [result.accepted[0].address for result in results] == [f"r{i}@example.com" for i in range(20)]
    assert tokens.asked == 2
    assert len(oauth_sink.letters) == 20


def test_a_token_that_is_refused_twice_is_an_auth_error_that_keeps_it(oauth_sink: gp.Sink) -> None:
    tokens = Tokens("stale-one", "stale-two")
    with gp.Mailer(account(oauth_sink, tokens)) as mailer, pytest.raises(gp.AuthError) as caught:
        mailer.send(letter())
    assert tokens.asked == 2
    shown = str(caught.value) + caught.value.transcript + repr(caught.value.failure)
    assert "stale" not in shown
    assert oauth_sink.letters == []


def test_a_fixed_token_that_is_refused_is_an_auth_error_at_once(oauth_sink: gp.Sink) -> None:
    with gp.Mailer(account(oauth_sink, "stale")) as mailer, pytest.raises(gp.AuthError):
        mailer.send(letter())
    assert len(oauth_sink.sessions) == 1


def test_what_the_token_function_raises_comes_through(oauth_sink: gp.Sink) -> None:
    def broken() -> str:
        raise LookupError("the token service is down")

    with gp.Mailer(account(oauth_sink, broken)) as mailer, pytest.raises(LookupError, match="token service"):
        mailer.send(letter())
    with gp.Mailer(account(oauth_sink, lambda: None)) as mailer, pytest.raises(gp.InputError, match="NoneType"):
        mailer.send(letter())


def test_threads_that_meet_the_same_refusal_renew_once(oauth_sink: gp.Sink) -> None:
    tokens = Tokens("stale", "fresh")
    errors: list[BaseException] = []

    def work() -> None:
        try:
            assert mailer.send(letter()).ok
        except BaseException as error:
            errors.append(error)

    with gp.Mailer(account(oauth_sink, tokens)) as mailer:
        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert errors == []
    assert tokens.asked == 2


def test_async_sends_renew_on_a_thread_of_their_own(oauth_sink: gp.Sink) -> None:
    on: list[threading.Thread] = []
    tokens = Tokens("stale", "fresh")

    def ask() -> str:
        on.append(threading.current_thread())
        return tokens()

    async def main() -> list[gp.SendResult]:
        async with gp.AsyncMailer(account(oauth_sink, ask)) as mailer:
            return await asyncio.gather(*(mailer.send(letter()) for _ in range(10)))

    assert all(result.ok for result in asyncio.run(main()))
    assert tokens.asked == 2
    assert threading.main_thread() not in on


def test_a_check_renews_the_token_too(oauth_sink: gp.Sink) -> None:
    assert account(oauth_sink, Tokens("stale", "fresh")).check()[-1].startswith("logged in by ")


def test_only_the_allowed_mechanisms_are_used() -> None:
    with gp.Sink(users={"ivan": "secret"}) as sink:
        for mechanism in ("PLAIN", "cram-md5", "SCRAM-SHA-256"):
            with gp.Mailer(sink.account(auth=gp.Auth(mechanisms=[mechanism]))) as mailer:
                session = mailer.send(letter()).session
                assert session is not None
                assert session.auth_mechanism == mechanism.upper()


def test_a_client_certificate_is_shown_to_a_server_that_asks() -> None:
    authority = _core.make_authority("clients", 1)
    own = _core.make_client_certificate(authority, "ivan", 1)
    with gp.Sink(tls=gp.SinkTls(mode="implicit", client_ca_pem=authority["certificate_pem"])) as sink:
        tls = gp.Tls(certificate_pem=own["certificate_pem"], key_pem=own["key_pem"])
        with gp.Mailer(sink.account(tls=tls)) as mailer:
            result = mailer.send(letter())
    assert result.ok
    assert own["key_pem"] not in repr(result)


def test_an_async_send_with_a_token_that_times_out_says_so(oauth_sink: gp.Sink) -> None:
    chosen = gp.Account(
        f"smtp://127.0.0.1:{oauth_sink.port}",
        login="ivan",
        auth=gp.Auth(access_token=lambda: "fresh"),
        limits=gp.Limits(per_hour=1),
    )

    async def main() -> None:
        async with gp.AsyncMailer(chosen) as mailer:
            await mailer.send(letter())
            with pytest.raises(TimeoutError, match=r"1 letters and their access token took longer than 0\.05 s"):
                await mailer.send(letter(), timeout=0.05)

    asyncio.run(main())


def test_a_time_out_of_whoever_knows_the_token_is_passed_on(oauth_sink: gp.Sink) -> None:
    def ask() -> str:
        raise TimeoutError("the token service slept")

    async def main() -> None:
        async with gp.AsyncMailer(account(oauth_sink, ask)) as mailer:
            await mailer.send(letter(), timeout=60)

    with pytest.raises(TimeoutError, match="slept"):
        asyncio.run(main())
