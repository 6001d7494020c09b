"""Python's own clients: smtplib and aiosmtplib."""

from __future__ import annotations

import asyncio
import smtplib
import ssl

import aiosmtplib

from .delivery import Client, Delivery, NotDelivered


def _context(delivery: Delivery) -> ssl.SSLContext | None:
    return ssl.create_default_context(cafile=str(delivery.ca)) if delivery.tls else None


class Smtplib(Client):
    mechanisms = frozenset({"PLAIN", "LOGIN", "CRAM-MD5"})
    utf8 = True
    lmtp = True

    def send(self, delivery: Delivery) -> None:
        try:
            with self._connect(delivery) as client:
                if delivery.tls == "starttls":
                    client.starttls(context=_context(delivery))
                if delivery.mechanism:
                    client.ehlo()
                    client.user, client.password = delivery.login, delivery.secret
                    method = getattr(client, f"auth_{delivery.mechanism.lower().replace('-', '_')}")
                    client.auth(delivery.mechanism, method)
                options = ["SMTPUTF8", "BODY=8BITMIME"] if delivery.utf8 else []
                client.sendmail(delivery.mail_from, delivery.rcpt_to, delivery.data, mail_options=options)
        except smtplib.SMTPException as error:
            raise NotDelivered(str(error)) from error

    def _connect(self, delivery: Delivery) -> smtplib.SMTP:
        if delivery.lmtp:
            return smtplib.LMTP(delivery.host, delivery.port)
        if delivery.tls == "implicit":
            return smtplib.SMTP_SSL(delivery.host, delivery.port, context=_context(delivery))
        return smtplib.SMTP(delivery.host, delivery.port)


class Aiosmtplib(Client):
    mechanisms = frozenset({"PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2"})
    utf8 = True

    def send(self, delivery: Delivery) -> None:
        try:
            asyncio.run(self._send(delivery))
        except aiosmtplib.SMTPException as error:
            raise NotDelivered(str(error)) from error

    async def _send(self, delivery: Delivery) -> None:
        client = aiosmtplib.SMTP(
            hostname=delivery.host,
            port=delivery.port,
            use_tls=delivery.tls == "implicit",
            start_tls=delivery.tls == "starttls",
            tls_context=_context(delivery),
        )
        async with client:
            if delivery.mechanism:
                await client.ehlo()
                name = delivery.mechanism.lower().replace("-", "")
                await getattr(client, f"auth_{name}")(delivery.login, delivery.secret)
            options = ["SMTPUTF8", "BODY=8BITMIME"] if delivery.utf8 else []
            await client.sendmail(delivery.mail_from, list(delivery.rcpt_to), delivery.data, mail_options=options)
