"""One round of the campaign bench: `python campaign_round.py SENDER 1k|10k LETTERS KEY`, JSON to stdout.

SENDER is a key of SENDERS, KEY is ed25519, rsa or none. All sides read the same CSV, render the same templates, build
and sign text + HTML letters and send them over as many connections into a gatepost sink in this process; campaigns of
ours keep ledger and history in SQLite on top of that.
"""

from __future__ import annotations

import asyncio
import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from email.policy import SMTP
from pathlib import Path

import gatepost as gp
import gatepost.accounts  # ours are loaded before the clock starts, as the modules of the peers are
import gatepost.campaigns.lists.csv_list
import gatepost.sending.mailer
import gatepost.store.sqlite
from bench_keys import DOMAIN, RECORD, SELECTOR, BenchKey, bench_key
from email_stack import Builder, FastSigner, Row, message, send, signed_by_dkimpy
from letters import FROM, LetterTemplate, recipients, template

CONNECTIONS = 20
NODE = Path(__file__).resolve().parents[2] / "build" / "bench" / "node"


@dataclass(frozen=True)
class Round:
    """What a sender is given."""

    people: Path
    source: LetterTemplate
    key: BenchKey | None
    sink: gp.Sink
    folder: Path

    def rows(self) -> Iterator[Row]:
        """The list as a Python program reads it."""
        with self.people.open(newline="", encoding="utf-8") as file:
            yield from csv.DictReader(file)

    def account(self) -> gp.Account:
        """Ours, signing where there is a key."""
        signers = [self.key.signer()] if self.key else []
        return gp.Account(self.sink.url, limits=gp.Limits(connections=CONNECTIONS), one_round_trip=True, dkim=signers)


def write_list(path: Path, count: int) -> None:
    rows = recipients(count)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def by_campaign(this: Round) -> None:
    campaign = gp.Campaign(
        "bench",
        template=gp.Template(subject=this.source.subject, text=this.source.text, html=this.source.html),
        recipients=str(this.people),
        from_=FROM,
        accounts=[this.account()],
        store=str(this.folder / "campaign.db"),
    )
    campaign.run(progress=False)


def filled(this: Round, row: Row) -> tuple[str, str, str]:
    """Subject, text and html of a letter for those that use no template engine."""
    source = this.source
    subject, text, html = (
        part.replace("{{ name }}", row["name"]).replace("{{ number }}", row["number"])
        for part in (source.subject, source.text, source.html)
    )
    return subject, text, html


def by_messages(this: Round) -> None:
    def letters() -> Iterator[gp.Message]:
        for row in this.rows():
            subject, text, html = filled(this, row)
            yield gp.Message(from_=FROM, to=row["email"], subject=subject, text=text, html=html)

    with gp.Mailer(this.account()) as mailer:
        assert all(result.ok for result in mailer.send_many(letters()))


def by_email_messages(this: Round) -> None:
    def make(row: Row) -> bytes:
        letter = message(row["email"], *filled(this, row))
        return signed_by_dkimpy(letter, this.key) if this.key else letter.as_bytes(policy=SMTP)

    asyncio.run(send(this.rows(), make, this.sink.port, CONNECTIONS))


def by_python(this: Round) -> None:
    builder = Builder(this.source)

    def make(row: Row) -> bytes:
        letter = builder.build(row)
        return signed_by_dkimpy(letter, this.key) if this.key else letter.as_bytes(policy=SMTP)

    asyncio.run(send(this.rows(), make, this.sink.port, CONNECTIONS))


def by_fast_python(this: Round) -> None:
    assert this.key is not None
    builder, signer = Builder(this.source, policy=SMTP), FastSigner(this.key)
    asyncio.run(send(this.rows(), lambda row: signer.sign(builder.build(row).as_bytes()), this.sink.port, CONNECTIONS))


def by_nodemailer(this: Round) -> None:
    task = {
        "port": this.sink.port,
        "connections": CONNECTIONS,
        "from": FROM,
        "template": asdict(this.source),
        "rows": list(this.rows()),
        "dkim": {"domainName": DOMAIN, "keySelector": SELECTOR, "privateKey": this.key.pem} if this.key else None,
    }
    subprocess.run(["node", str(NODE / "campaign.js")], input=json.dumps(task), text=True, check=True)


SENDERS: dict[str, Callable[[Round], None]] = {
    "gatepost": by_campaign,
    "gatepost Message": by_messages,
    "EmailMessage": by_email_messages,
    "aiosmtplib": by_python,
    "fast Python": by_fast_python,
    "nodemailer": by_nodemailer,
}


def cpu_seconds() -> float:
    """Of this process and its children that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def main() -> None:
    sender, size, count, kind = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
    with tempfile.TemporaryDirectory(prefix="gatepost-bench-") as name, gp.Sink() as sink:
        folder = Path(name)
        people = folder / "people.csv"
        write_list(people, count)
        this = Round(people, template(size), bench_key(kind) if kind != "none" else None, sink, folder)
        begin, begin_cpu, begin_main = time.perf_counter(), cpu_seconds(), time.thread_time()
        SENDERS[sender](this)
        seconds, cpu, main = time.perf_counter() - begin, cpu_seconds() - begin_cpu, time.thread_time() - begin_main
        letters = sink.letters
        assert len(letters) == count, f"{len(letters)} of {count} letters arrived"
        letter_bytes = sum(len(letter.raw) for letter in letters) / count
        if this.key is not None:
            check_signature(letters[-1].raw, this.key)
    numbers = {
        "letters_per_second": count / seconds,
        "cpu_microseconds_per_letter": cpu / count * 1e6,  # sink and client together
        "main_thread_microseconds_per_letter": main / count * 1e6,  # the part of it that Python takes
        "letter_bytes": letter_bytes,
    }
    print(json.dumps(numbers))


def check_signature(raw: bytes, key: BenchKey) -> None:
    """What is measured must be what is wanted."""
    [result] = gp.dkim.verify(raw, {RECORD: [key.record]})
    assert result.passed and result.algorithm == key.algorithm, result


if __name__ == "__main__":
    main()
