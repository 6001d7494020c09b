"""`gatepost demo`: the main job on this machine alone, from a list with dirt to an explained report."""

from __future__ import annotations

import csv
import shutil
import sys
import tempfile
import time
import webbrowser
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

from ..campaigns.campaign import Campaign
from ..campaigns.check_report import CheckReport
from ..campaigns.report import CampaignReport
from ..campaigns.run.retry import RetryPolicy
from ..campaigns.suppressions import Suppressions
from ..campaigns.template.template import Template
from ..durations import duration
from ..errors import InputError
from ..history import History
from ..sinks import Sink
from ..terminal import Terminal
from .gate import accounts_of, open_gate

_DATA = Path(__file__).parent
_SENDABLE = 2000
_NAME = "Счета за октябрь"
_SUPPRESSED = "blocked.by.us@mail.example"


@dataclass(frozen=True)
class DemoResult:
    """What the demo did. `agree`: the ledger's accepted recipients are exactly those whose letters the sink took."""

    report: CampaignReport
    folder: Path
    store: Path
    html: Path
    sink_letters: int
    sink_discarded: int
    agree: bool
    seconds: float


def run_demo(
    letters: int = _SENDABLE, folder: Path | None = None, open_report: bool = False, console: Console | None = None
) -> DemoResult:
    """Sends personalised letters into a sink that behaves like a real gate, and explains what became of them.

    `letters`: about how many recipients; `folder`: for ledger, invoices and report (default: a new temporary one).
    InputError where the folder has a demo already.
    """
    started = time.monotonic()
    console = console or Terminal()
    folder = Path(tempfile.mkdtemp(prefix="gatepost-demo-")) if folder is None else folder
    folder.mkdir(parents=True, exist_ok=True)
    store = folder / "campaigns.db"
    if store.exists():
        raise InputError(f"{store} is there already; choose another folder")
    people = _people(folder, letters)
    with open_gate() as sink:
        console.print(f"A gate on 127.0.0.1:{sink.port} behaves like a real one; nothing leaves this machine.")
        Suppressions(store).add(_SUPPRESSED, reason="complaint")
        with _campaign(folder, store, people, sink) as campaign:
            console.print(_facts(people, campaign.check(previews=0)))
            report = campaign.run(progress=True, console=console)
            accepted = {row["address"] for row in campaign.results() if row["status"] == "accepted"}
        taken = [address for letter in (*sink.letters, *sink.discarded) for address in letter.envelope.to]
        letters_in, discarded = len(sink.letters), len(sink.discarded)
    agree = len(taken) == len(accepted) and set(taken) == accepted
    with History(store) as history:
        html = Path(history.report(folder / "report.html", campaign=_NAME))
    seconds = time.monotonic() - started
    result = DemoResult(report, folder, store, html, letters_in, discarded, agree, seconds)
    _tell(console, result)
    if open_report:
        webbrowser.open(html.as_uri())
    return result


def _facts(people: Path, check: CheckReport) -> str:
    left_out = f"{len(check.bad):,} bad, {len(check.duplicates):,} duplicate, {len(check.suppressed):,} suppressed"
    return f"{people.name}: {check.total:,} rows, {check.to_send:,} to send; {left_out}."


def _command() -> str:
    """How to call gatepost from the reader's shell: by name, or by the path of this environment."""
    return "gatepost" if shutil.which("gatepost") else str(Path(sys.executable).with_name("gatepost"))


def _campaign(folder: Path, store: Path, people: Path, sink: Sink) -> Campaign:
    template = Template.from_files(
        subject="{{ name | default('Добрый день', true) }}, ваш счёт за октябрь: {{ amount }} ₽",
        html=_DATA / "letter.html",
        text=_DATA / "letter.txt",
        attachments=[f"{folder.absolute()}/invoices/{{{{ invoice }}}}{{{{ '.csv' if invoice }}}}"],
        inline={"logo": _DATA / "logo.png"},
    )
    return Campaign(
        _NAME,
        template=template,
        recipients=people,
        from_="Отдел заботы <care@shop.example>",
        accounts=accounts_of(sink),
        store=store,
        list_unsubscribe="https://shop.example/unsubscribe",
        retry=RetryPolicy(first_delay=2.0, factor=1.5),  # seconds, so that nobody has to wait for the demo
    )


def _people(folder: Path, letters: int) -> Path:
    """The shipped list, or as many of its rows as asked for; beyond its end it starts again with other addresses."""
    with open(_DATA / "people.csv", encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file, delimiter=";")
    wanted = round(letters * len(rows) / _SENDABLE)
    path = folder / "people.csv"
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(header)
        for number in range(wanted):
            again, index = divmod(number, len(rows))
            row = list(rows[index])
            if again and row[0].count("@") == 1 and ">" not in row[0]:
                row[0] = row[0].replace("@", f"+{again}@")
            writer.writerow(row)
    (folder / "invoices").mkdir(exist_ok=True)
    for row in rows[:wanted]:
        if len(row) == len(header) and row[5]:
            text = f"﻿Счёт;{row[5]}\nПолучатель;{row[1]} {row[2]}\nСумма;{row[4]}\n"
            (folder / "invoices" / f"{row[5]}.csv").write_text(text, encoding="utf-8")
    return path


def _tell(console: Console, result: DemoResult) -> None:
    """The report for people; every figure is the ledger's or the sink's."""
    console.print()
    console.print(result.report)
    accepted = result.report.counts.get("accepted", 0)
    sink = (
        f"{result.sink_letters:,} letters in the gate + {result.sink_discarded:,} it took and threw away (test@test.ru)"
    )
    verdict = (
        "they agree, address by address." if result.agree else "THEY DO NOT AGREE: this is a bug, please report it."
    )
    console.print(Text(f"Ledger: {accepted:,} accepted. Gate: {sink}: {verdict}", style="bold"))
    console.print(Text(f"Report with plots: {result.html}"), soft_wrap=True)
    console.print(
        Text(f"Every recipient: {_command()} campaign results '{_NAME}' --store {result.store}"), soft_wrap=True
    )
    console.print(Text(f"All of it took {duration(result.seconds)}."))
