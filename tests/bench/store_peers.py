"""How others keep a list and send from it: django-mailer as it is, and a loop that does what listmonk does."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from email.policy import SMTP
from itertools import islice
from pathlib import Path

import aiosmtplib
import psycopg

from email_stack import Builder, Row
from letters import FROM, LetterTemplate


class DjangoMailer:
    """django-mailer over SQLite: a row of the queue for each letter, sent one by one over one connection."""

    def __init__(self, folder: Path, port: int) -> None:
        import django
        from django.conf import settings
        from django.core.management import call_command

        settings.configure(
            DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "queue.db"}},
            INSTALLED_APPS=["mailer"],
            DEFAULT_AUTO_FIELD="django.db.models.AutoField",
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=port,
            MAILER_EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
            MAILER_LOCK_PATH=str(folder / "lock"),
            USE_TZ=True,
        )
        django.setup()
        call_command("migrate", verbosity=0)
        self.file = folder / "queue.db"

    def queue(self, rows: Iterable[Row], source: LetterTemplate) -> None:
        """As its manual shows it, with Django's templates, all in one transaction."""
        from django.db import transaction
        from django.template import Context, Engine
        from mailer import send_html_mail

        engine = Engine()
        subject, text, html = (engine.from_string(part) for part in (source.subject, source.text, source.html))
        with transaction.atomic():
            for row in rows:
                said = Context(row)
                send_html_mail(subject.render(said), text.render(said), html.render(said), FROM, [row["email"]])

    def send(self) -> None:
        """What `manage.py send_mail` does."""
        from mailer.engine import send_all

        send_all()


class ListmonkLike:
    """Subscribers in PostgreSQL; batches of a thousand by id, rendered and sent by as many tasks as connections, and
    what was sent written down in the campaign's row after each batch: listmonk's loop, in Python. It keeps no state for
    a recipient: after a crash a batch is sent again."""

    BATCH = 1000

    def __init__(self, url: str) -> None:
        self._database = psycopg.connect(url, autocommit=True)
        self._database.execute(
            """CREATE TABLE subscribers (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL, attribs JSONB NOT NULL, status TEXT NOT NULL DEFAULT 'enabled');
            CREATE TABLE campaigns (id INTEGER PRIMARY KEY, sent BIGINT NOT NULL, last_subscriber_id BIGINT NOT NULL);
            INSERT INTO campaigns VALUES (1, 0, 0)"""
        )

    def add(self, rows: Iterable[Row]) -> None:
        """Upserts, ten thousand to a transaction."""
        left = iter(rows)
        while part := list(islice(left, 10_000)):
            with self._database.transaction(), self._database.cursor() as cursor:
                cursor.executemany(
                    """INSERT INTO subscribers (email, name, attribs)
                    VALUES (%s, %s, jsonb_build_object('number', %s::text))
                    ON CONFLICT (email) DO UPDATE SET name = excluded.name, attribs = excluded.attribs""",
                    [(row["email"], row["name"], row["number"]) for row in part],
                )

    def send(self, source: LetterTemplate, port: int, connections: int) -> None:
        """To all of them."""
        asyncio.run(self._send(Builder(source, policy=SMTP), port, connections))

    async def _send(self, builder: Builder, port: int, connections: int) -> None:
        clients = [
            aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False, use_tls=False) for _ in range(connections)
        ]
        await asyncio.gather(*(client.connect() for client in clients))
        for batch in self._batches():
            work = iter(batch)

            async def lane(client: aiosmtplib.SMTP, work: Iterator[Row] = work) -> None:
                for row in work:
                    letter = builder.build(row).as_bytes()
                    await client.sendmail("news@example.org", row["email"], letter)

            await asyncio.gather(*map(lane, clients))
        await asyncio.gather(*(client.quit() for client in clients))

    def _batches(self) -> Iterator[list[Row]]:
        last = 0
        while True:
            found = self._database.execute(
                """SELECT id, email, name, attribs->>'number' FROM subscribers WHERE id > %s AND status = 'enabled'
                ORDER BY id LIMIT %s""",
                (last, self.BATCH),
            ).fetchall()
            if not found:
                return
            yield [{"email": email, "name": name, "number": number} for _, email, name, number in found]
            last = found[-1][0]
            self._database.execute(
                "UPDATE campaigns SET sent = sent + %s, last_subscriber_id = %s WHERE id = 1", (len(found), last)
            )
