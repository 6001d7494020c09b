"""Letters sent by gatepost arrive intact: every peer and our own sink hold the same bytes after decoding."""

from __future__ import annotations

import asyncio
import email
import email.header
import email.policy
from dataclasses import dataclass
from email.message import EmailMessage

import pytest

import gatepost as gp
from peers.peer import Peer
from peers.postfix import Postfix

CYRILLIC = "Здравствуйте, Ольга!\nСчёт за октябрь готов, ёж подписан.\n"
DOTS = ".\n..\n...\n.leading\n\n.\nQUIT\n.\n\n"
LONG_LINES = f"{'я' * 5000}\n{'x' * 3000}\n{'слово ' * 400}\n"
EVERY_BYTE = bytes(range(256)) * 4096


@dataclass
class Arrived:
    """A letter as a peer received it."""

    raw: bytes
    to: list[str]

    @property
    def parsed(self) -> EmailMessage:
        message = email.message_from_bytes(self.raw, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        return message

    def body(self, kind: str) -> bytes:
        """The decoded bytes of the text/plain or text/html body."""
        part = self.parsed.get_body((kind,))
        assert part is not None
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        return payload

    @property
    def attachments(self) -> list[tuple[str | None, bytes]]:
        return [(part.get_filename(), part.get_payload(decode=True)) for part in self.parsed.iter_attachments()]


class PeerServer:
    """A server: where to send, and what it received."""

    def __init__(self, server: Peer | gp.Sink) -> None:
        self.url = server.url() if isinstance(server, Peer) else server.url
        self.utf8 = server.utf8 if isinstance(server, Peer) else True
        self._server = server

    def received(self, to: str) -> Arrived:
        """The one letter for this recipient."""
        if isinstance(self._server, Peer):
            [letter] = self._server.received(to)
            return Arrived(letter.raw, letter.rcpt_to)
        [kept] = self._server.wait(1, to=to, timeout=20)
        return Arrived(kept.raw, kept.envelope.to)


@pytest.fixture(params=["sink", "postfix", "exim", "opensmtpd", "aiosmtpd", "smtp_server", "go_smtp", "mailin"])
def peer(request: pytest.FixtureRequest) -> PeerServer:
    return PeerServer(request.getfixturevalue(request.param))


def decoded_header(message: EmailMessage, name: str) -> str:
    """A header by RFC 2047 §6.2; the `email` package's own display names keep the blank between two encoded-words."""
    [raw] = [value for key, value in message.raw_items() if key == name]
    return str(email.header.make_header(email.header.decode_header(str(raw))))


def crlf(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


@pytest.mark.parametrize("text", [CYRILLIC, DOTS, LONG_LINES], ids=["cyrillic", "dots", "long_lines"])
def test_text_and_html_arrive_byte_for_byte(peer: PeerServer, recipient: str, text: str) -> None:
    result = gp.send(peer.url, from_="ivan@example.org", to=recipient, subject="Проверка", text=text, html=text)
    assert result.ok
    letter = peer.received(recipient)
    assert letter.to == [recipient]
    assert letter.body("plain") == crlf(text)
    assert letter.body("html") == crlf(text)


def test_text_alone_arrives_byte_for_byte(peer: PeerServer, recipient: str) -> None:
    gp.send(peer.url, from_="ivan@example.org", to=recipient, subject="x", text=DOTS + CYRILLIC)
    assert peer.received(recipient).body("plain") == crlf(DOTS + CYRILLIC)


def test_attachment_with_every_byte_arrives_unchanged(peer: PeerServer, recipient: str) -> None:
    attachment = gp.Attachment(EVERY_BYTE, name="счёт за октябрь.bin", type="application/octet-stream")
    gp.send(peer.url, from_="ivan@example.org", to=recipient, subject="Счёт", text=CYRILLIC, attachments=[attachment])
    letter = peer.received(recipient)
    assert letter.attachments == [("счёт за октябрь.bin", EVERY_BYTE)]
    assert letter.body("plain") == crlf(CYRILLIC)


def test_russian_headers_read_the_same_on_the_other_side(peer: PeerServer, recipient: str) -> None:
    subject = "Очень длинная тема письма, которая никак не поместится в одну строку заголовка, — «счёт № 42»"
    message = gp.Message(
        from_="Иван Петрович Сидоров-Длиннофамильный <ivan@пример.рф>",
        to=[f"Ольга <{recipient}>"],
        subject=subject,
        text="x",
        headers={"X-Tag": "октябрь"},
    )
    with gp.Mailer(gp.Account(peer.url)) as mailer:
        mailer.send(message)
    parsed = peer.received(recipient).parsed
    assert parsed["Subject"] == subject
    assert decoded_header(parsed, "From").startswith("Иван Петрович Сидоров-Длиннофамильный <")
    assert parsed["From"].addresses[0].addr_spec == "ivan@xn--e1afmkfd.xn--p1ai"
    assert parsed["To"].addresses[0].display_name == "Ольга"
    assert parsed["X-Tag"] == "октябрь"


def test_non_ascii_local_part_goes_as_smtputf8(peer: PeerServer, recipient: str) -> None:
    if not peer.utf8:
        with pytest.raises(gp.SendError, match="SMTPUTF8"):
            gp.send(peer.url, from_="ivan@example.org", to=f"ольга-{recipient}", subject="x", text=CYRILLIC)
        return
    address = f"ольга-{recipient}"
    assert gp.send(peer.url, from_="ivan@example.org", to=address, subject="x", text=CYRILLIC).ok
    assert peer.received(address).body("plain") == crlf(CYRILLIC)


def test_many_letters_over_pooled_connections_arrive_each_once(peer: PeerServer, recipient: str) -> None:
    count = 60
    addresses = [f"{i}-{recipient}" for i in range(count)]

    async def send_all() -> list[gp.SendResult]:
        async with gp.AsyncMailer(gp.Account(peer.url, limits=gp.Limits(connections=5))) as mailer:
            messages = [
                gp.Message(from_="ivan@example.org", to=[to], subject=f"№ {i}", text=f"{i}\n{DOTS}")
                for i, to in enumerate(addresses)
            ]
            return await asyncio.gather(*(mailer.send(message) for message in messages))

    results = asyncio.run(send_all())
    assert [accepted.address for result in results for accepted in result.accepted] == addresses
    for i, address in enumerate(addresses):
        letter = peer.received(address)
        assert letter.parsed["Subject"] == f"№ {i}"
        assert letter.body("plain") == crlf(f"{i}\n{DOTS}")


def test_postfix_queue_id_is_kept_with_the_accepted_recipient(postfix: Postfix, recipient: str) -> None:
    result = gp.send(postfix.url(), from_="ivan@example.org", to=recipient, subject="x", text="x")
    postfix.inbox.wait(1, to=recipient)
    [accepted] = result.accepted
    assert accepted.code == 250
    assert f"{accepted.queue_id}: from=<ivan@example.org>" in postfix.log()


def test_recipient_that_postfix_will_not_relay_to_is_refused_and_the_other_gets_it(
    postfix: Postfix, recipient: str
) -> None:
    result = gp.send(
        postfix.url(), from_="ivan@example.org", to=[recipient, "other@elsewhere.test"], subject="x", text="x"
    )
    assert [accepted.address for accepted in result.accepted] == [recipient]
    [refused] = result.refused
    assert refused.recipient == "other@elsewhere.test"
    assert refused.code == 554
    assert "Relay access denied" in refused.text
    postfix.inbox.wait(1, to=recipient)
