"""What an account signs, as a sink receives it: the bytes signed are the bytes sent."""

import asyncio
import time

import pytest
from dkim_keys import LETTER, key_of, signer_of, table_of

import gatepost as gp
from gatepost.sinks import Letter

OWN = signer_of()
OWN_RSA = signer_of("rsa")
OTHER = signer_of(domain="example.org")
TABLE = table_of(OWN, OWN_RSA, OTHER)


def message(from_: str = "Иван <ivan@example.com>", text: str = "Привет,\n\n.точка\n..две  \n\n\n") -> gp.Message:
    return gp.Message(from_=from_, to="olga@example.net", subject="Приглашение", text=text)


@pytest.mark.parametrize("options", [{}, {"chunking": True}, {"limits": gp.Limits(connections=1)}], ids=str)
def test_a_letter_of_an_account_arrives_signed_and_verifies(options: dict[str, object]) -> None:
    with gp.Sink(dns=TABLE) as sink:
        account = gp.Account(sink.url, dkim=[OWN, OWN_RSA], **options)  # type: ignore[arg-type]
        with gp.Mailer(account) as mailer:
            mailer.send(message())
            mailer.send(LETTER, from_="ivan@example.com", to="olga@example.net")
            list(mailer.send_many([message(), message()]))
        for letter in sink.wait(4):
            assert [result.status for result in letter.dkim] == ["pass", "pass"]
            assert all(result.aligned for result in letter.dkim)
            assert letter.raw.startswith(b"DKIM-Signature: v=1; a=ed25519-sha256;")


def test_the_bytes_that_arrive_are_those_that_were_signed() -> None:
    signed = OWN.sign(LETTER)
    with gp.Sink(dns=TABLE) as sink, gp.Mailer(gp.Account(sink.url)) as mailer:
        mailer.send(signed, from_="ivan@example.com", to="olga@example.net")
        assert sink.wait(1)[0].raw == signed


def test_an_async_mailer_and_send_sign_too() -> None:
    async def send_async(account: gp.Account) -> None:
        async with gp.AsyncMailer(account) as mailer:
            await mailer.send(message())

    with gp.Sink(dns=TABLE) as sink:
        account = gp.Account(sink.url, dkim=OWN)
        asyncio.run(send_async(account))
        gp.send(account=account, from_="ivan@example.com", to="olga@example.net", subject="x", text="y")
        assert [letter.dkim[0].passed for letter in sink.wait(2)] == [True, True]


@pytest.mark.parametrize(
    ("from_", "domains"),
    [
        ("ivan@example.com", ["example.com", "example.com"]),
        ("ivan@EXAMPLE.org", ["example.org"]),
        ("ivan@news.example.org", ["example.org"]),
        ("ivan@myexample.org", ["default.net"]),
        ("ivan@org", ["default.net"]),
        ("Иван <ivan@пример.рф>", ["default.net"]),
    ],
)
def test_the_signer_is_chosen_by_from_else_the_nearest_domain_above_else_the_default(
    from_: str, domains: list[str]
) -> None:
    default = signer_of(domain="default.net")
    with gp.Sink() as sink:
        gp.send(gp.Account(sink.url, dkim=gp.dkim.SignerChoice([OWN, OWN_RSA, OTHER], default)), message(from_))
        raw = sink.letters[0].raw
    assert [result.domain for result in gp.dkim.verify(raw, {})] == domains


def test_without_a_signer_that_fits_the_letter_goes_as_it_is() -> None:
    with gp.Sink() as sink, gp.Mailer(gp.Account(sink.url, dkim=[OTHER])) as mailer:
        mailer.send(LETTER, from_="a@example.com", to="b@example.net")
        assert sink.letters[0].raw == LETTER


def test_the_size_limit_of_an_account_counts_the_signature() -> None:
    with gp.Sink() as sink:
        account = gp.Account(sink.url, dkim=[OWN], limits=gp.Limits(message_bytes=len(LETTER) + 10))
        with gp.Mailer(account) as mailer, pytest.raises(gp.SendError) as caught:
            mailer.send(LETTER, from_="a@example.com", to="b@example.net")
        assert caught.value.failure.category is gp.Category.MESSAGE_TOO_LARGE
        assert sink.received == 0


@pytest.mark.parametrize("end", ["\n", "\r"])
def test_bare_line_ends_are_signed_as_they_are_sent(end: str) -> None:
    raw = LETTER + f"one{end}two{end}".encode()
    with gp.Sink() as sink, gp.Mailer(gp.Account(sink.url, dkim=[OWN])) as mailer:
        result = mailer.send(raw, from_="a@example.com", to="b@example.net")
        arrived = sink.letters[0].raw
    assert result.ok
    assert arrived.endswith(b"one\r\ntwo\r\n")
    assert [found.status for found in gp.dkim.verify(arrived, TABLE)] == ["pass"]


def test_what_is_no_signer_is_refused() -> None:
    with pytest.raises(gp.InputError, match=r"dkim.* takes a DkimSigner, not a DkimKey"):
        gp.Account("smtp://127.0.0.1:25", dkim=[key_of("ed25519")])  # type: ignore[list-item]


def test_an_account_shows_no_key() -> None:
    account = gp.Account("smtp://127.0.0.1:25", dkim=[OWN])
    assert repr(account.dkim) == "<SignerChoice [<DkimSigner e._domainkey.example.com, ed25519 256 bits>], default []>"


def test_a_letter_that_cannot_be_signed_is_refused_before_it_is_sent() -> None:
    with gp.Sink() as sink, gp.Mailer(gp.Account(sink.url, dkim=gp.dkim.SignerChoice(default=OWN))) as mailer:
        with pytest.raises(gp.SendError, match="From") as caught:
            mailer.send(b"Subject: x\r\n\r\nx", from_="a@example.com", to="b@example.net")
        assert caught.value.failure.category is gp.Category.MESSAGE_MALFORMED
        assert sink.received == 0


def test_a_sink_without_a_table_asks_nobody() -> None:
    with gp.Sink() as sink, gp.Mailer(gp.Account(sink.url, dkim=OWN)) as mailer:
        mailer.send(message())
        [letter] = sink.wait(1)
        assert letter.dkim[0].reason == "key_missing"
        assert letter.verify_dkim(TABLE)[0].passed


def test_a_sink_sees_a_signature_as_old_as_its_clock_says() -> None:
    brief = gp.DkimSigner("example.com", "e", key_of("ed25519"), valid_for=60)
    with gp.Sink(dns=table_of(brief)) as sink:
        sink.clock.advance(hours=1)
        with gp.Mailer(gp.Account(sink.url, dkim=brief)) as mailer:
            mailer.send(message())
        assert sink.wait(1)[0].dkim[0].reason == "expired"
        assert gp.dkim.verify(sink.letters[0].raw, table_of(brief), now=time.time())[0].passed


def test_on_letter_sees_the_signatures() -> None:
    seen: list[str] = []

    def judge(letter: Letter) -> None:
        seen.extend(result.status for result in letter.dkim)

    with gp.Sink(dns=TABLE, on_letter=judge) as sink, gp.Mailer(gp.Account(sink.url, dkim=OWN)) as mailer:
        mailer.send(message())
        sink.wait(1)
    assert seen == ["pass"]
