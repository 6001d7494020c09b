"""One round of the campaign bench: `python campaign_round.py gatepost|aiosmtplib 1k|10k LETTERS`, JSON to stdout.

Both sides read the same CSV, render the same Jinja2 templates, build text + HTML letters and send them over as many
connections into a gatepost sink in this process. Ours keeps ledger and history in SQLite on top of that.
"""

from __future__ import annotations

import asyncio
import csv
import json
import sys
import tempfile
import time
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path

import aiosmtplib
import jinja2

import gatepost as gp
from letters import LetterTemplate, recipients, template

CONNECTIONS = 20
FROM = "Отдел <news@example.org>"


def write_list(path: Path, count: int) -> None:
    rows = recipients(count)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def send_by_gatepost(people: Path, source: LetterTemplate, sink: gp.Sink, folder: Path) -> None:
    campaign = gp.Campaign(
        "bench",
        template=gp.Template(subject=source.subject, text=source.text, html=source.html),
        recipients=str(people),
        from_=FROM,
        accounts=[gp.Account(sink.url, max_connections=CONNECTIONS, one_round_trip=True)],
        store=str(folder / "campaign.db"),
    )
    campaign.run(progress=False)


async def send_by_aiosmtplib(people: Path, source: LetterTemplate, port: int) -> None:
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    subject, text = environment.from_string(source.subject), environment.from_string(source.text)
    html = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=True).from_string(source.html)

    def build(row: dict[str, str]) -> EmailMessage:
        message = EmailMessage()
        message["From"] = FROM
        message["To"] = row["email"]
        message["Subject"] = subject.render(row)
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain="example.org")
        message.set_content(text.render(row))
        message.add_alternative(html.render(row), subtype="html")
        return message

    with people.open(newline="", encoding="utf-8") as file:
        rows = iter(list(csv.DictReader(file)))

    async def lane() -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
            for row in rows:
                await client.send_message(build(row))

    await asyncio.gather(*(lane() for _ in range(CONNECTIONS)))


def main() -> None:
    sender, size, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    with tempfile.TemporaryDirectory(prefix="gatepost-bench-") as name, gp.Sink() as sink:
        folder = Path(name)
        people = folder / "people.csv"
        write_list(people, count)
        begin, begin_cpu = time.perf_counter(), time.process_time()
        if sender == "gatepost":
            send_by_gatepost(people, template(size), sink, folder)
        else:
            asyncio.run(send_by_aiosmtplib(people, template(size), sink.port))
        seconds, cpu = time.perf_counter() - begin, time.process_time() - begin_cpu
        letters = sink.letters
        assert len(letters) == count, f"{len(letters)} of {count} letters arrived"
        letter_bytes = sum(len(letter.raw) for letter in letters) / count
    numbers = {
        "letters_per_second": count / seconds,
        "cpu_microseconds_per_letter": cpu / count * 1e6,  # sink and client together
        "letter_bytes": letter_bytes,
    }
    print(json.dumps(numbers))


if __name__ == "__main__":
    main()
