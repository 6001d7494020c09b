"""What pytest-mailpit offers, run by tests/e2e/test_mailpit_clients.py against a sink of ours."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage

import pytest

CODE = "123456"


def send(smtp, to: str, subject: str = "Your code") -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "App <app@example.com>", to, subject
    message.set_content(f"Your code is {CODE}: https://example.com/confirm?code={CODE}\n")
    message.add_alternative(
        f'<p>Code {CODE} <a href="https://example.com/confirm?code={CODE}">confirm</a>', subtype="html"
    )
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="terms.pdf")
    with smtplib.SMTP(smtp.host, smtp.port) as client:
        client.send_message(message)


def test_an_inbox_waits_for_its_own_letters(mailpit_inbox, mailpit_smtp, mailpit):
    send(mailpit_smtp, mailpit_inbox.address)
    message = mailpit_inbox.wait_for_message(subject="Your code")
    assert CODE in message.text
    assert [attachment.file_name for attachment in message.attachments] == ["terms.pdf"]
    assert mailpit.get_attachment(message.attachments[0]) == b"%PDF"
    assert b"Return-Path: <app@example.com>" in mailpit.get_raw(message.id)
    assert mailpit.check_links(message.id).links
    mailpit.set_tags([message.id], ["seen"])
    assert [one.tags for one in mailpit.search("tag:seen").messages] == [("seen",)]
    mailpit.mark_read([message.id], read=False)
    assert not mailpit.search_all("is:unread")[0].read


def test_nothing_comes_to_another_inbox(mailpit_inbox, mailpit_smtp):
    send(mailpit_smtp, "somebody.else@example.com")
    mailpit_inbox.assert_no_message(within=0.1)


def test_chaos_refuses(mailpit_chaos, mailpit_smtp, mailpit_inbox):
    mailpit_chaos.reject_recipients(452)
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(mailpit_smtp, mailpit_inbox.address)
    assert {code for code, _ in refused.value.recipients.values()} == {452}
    mailpit_chaos.reset()
    send(mailpit_smtp, mailpit_inbox.address)


def test_facts_of_the_server(mailpit):
    assert mailpit.info().version
    assert mailpit.is_ready()
