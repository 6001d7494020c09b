"""A person at the desk sends to a list: what they type and what they see, in a terminal of 80 columns."""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

import gatepost as gp
from desk.terminal import Terminal
from desk.transcripts import must_be_in_the_docs

LETTER = "Здравствуйте, {{ name }}!\n"
NEW = "--recipients people.csv --subject 'Привет, {{ name }}!' --text letter.txt --from news@example.com"


@pytest.fixture
def desk(tmp_path: Path, sink: gp.Sink) -> Terminal:
    """A folder with a letter and a list; the account's URL is in the environment."""
    terminal = Terminal(tmp_path, GATEPOST_ACCOUNT=sink.url)
    terminal.write("letter.txt", LETTER)
    terminal.write("people.csv", "email,name\nolga@example.com,Ольга\npetr-example.com,Пётр\nfull@example.com,Анна\n")
    return terminal


def people(sink: gp.Sink) -> list[str]:
    return sorted(letter.envelope.to[0] for letter in sink.letters)


def test_a_mended_list_is_sent_on_and_nobody_gets_it_twice(desk: Terminal, sink: gp.Sink) -> None:
    sink.rules.add(phase="rcpt", to="full@*", nth=1, reply="552 5.2.2 Mailbox full")
    desk.type(f"gatepost campaign check autumn {NEW}")
    desk.type("gatepost campaign run autumn", 1)
    assert people(sink) == ["olga@example.com"]
    desk.say("The address of row 3 is corrected in the list, and a row is added to it.")
    mended = "olga@example.com,Ольга\npetr@example.com,Пётр\nfull@example.com,Анна\nnew@example.com,Зоя\n"
    desk.write("people.csv", f"email,name\n{mended}")
    desk.type("gatepost campaign run autumn --recipients people.csv", 1)
    assert people(sink) == ["new@example.com", "olga@example.com", "petr@example.com"]
    desk.say("The mailbox that was full has room again.")
    desk.type("gatepost campaign resend autumn --failed --category mailbox_full")
    desk.type("gatepost campaign run autumn")
    desk.say("The same command again sends nothing.")
    desk.type("gatepost campaign run autumn --recipients people.csv")
    assert len(people(sink)) == len(set(people(sink))) == 4
    desk.say("Another campaign to the same people.")
    winter = NEW.replace("Привет", "Снег")
    seen = desk.type(f"gatepost campaign check winter {winter} --not-again 30d")
    assert "another campaign (they are not left out): 4" in seen
    must_be_in_the_docs("mend", desk.transcript)


def test_everything_may_change_until_the_first_letter_goes(desk: Terminal, sink: gp.Sink) -> None:
    desk.write("people.csv", "email,name\nolga@example.com,Ольга\nlater@example.com,Пётр\n")
    sink.rules.add(phase="rcpt", to="later@*", nth=1, reply="450 4.2.1 Try again later")
    desk.type(f"gatepost campaign check autumn {NEW.replace('Привет', 'Превед')}")
    desk.say("The subject has a mistake; it is simply given anew.")
    desk.type("gatepost campaign check autumn --subject 'Привет, {{ name }}!'")
    desk.type("gatepost campaign run autumn --no-wait --progress plain", 1)
    desk.say("One letter is out, the other waits. Now a change has to be wanted.")
    desk.type("gatepost campaign run autumn --subject 'Ещё раз: {{ name }}'", 2)
    desk.type("gatepost campaign check autumn --subject 'Ещё раз: {{ name }}' --new-texts")
    assert [letter.message.subject for letter in sink.letters] == ["Привет, Ольга!"]
    desk.type("gatepost campaign list")
    desk.type("gatepost campaign show autumn")
    desk.type("gatepost campaign rename autumn осень")
    desk.type("gatepost campaign export осень files")
    assert (desk.folder / "files" / "recipients.csv").exists()
    desk.type("gatepost campaign delete осень", 2)
    desk.type("gatepost campaign delete осень --begun")
    desk.type("gatepost campaign list")
    must_be_in_the_docs("edit", desk.transcript)


def test_limits_and_several_accounts_come_from_the_command_line(
    tmp_path: Path, make_sink: Callable[..., gp.Sink]
) -> None:
    users = {"one@example.com": "первый", "two@example.com": "второй"}
    sink = make_sink(users=users)
    desk = Terminal(tmp_path)
    desk.write("letter.txt", LETTER)
    rows = "".join(f"user{i}@example.com,Имя{i}\n" for i in range(1, 6))
    desk.write("people.csv", f"email,name\n{rows}")
    host = f"127.0.0.1:{sink.port}"
    accounts = f"-a smtp://one%40example.com@{host} -a smtp://two%40example.com@{host}"
    running = desk.begin(f"gatepost campaign run autumn {NEW} {accounts} --max-per-hour 2")
    running.sees("Password of one@example.com")
    running.types("первый")
    running.sees("Password of two@example.com")
    running.types("второй")
    running.sees("next letter")
    running.presses_ctrl_c()
    running.end(130)
    assert len(people(sink)) == 4
    desk.type("gatepost campaign status autumn")
    desk.say("A URL alone keeps to what its provider is known to allow. (This provider was written into presets.toml.)")
    desk.write(
        "presets.toml",
        f'[post]\ntitle = "Example Post"\nsmtp = {{host = "127.0.0.1", port = {sink.port}, security = "none"}}\n'
        "[post.limits]\nper_hour = 100\n",
    )
    desk.set(GATEPOST_ACCOUNT=f"smtp://one%40example.com@{host}", GATEPOST_PASSWORD="первый")
    desk.type("gatepost campaign check autumn")
    desk.type("gatepost campaign run autumn --max-per-hour 20")
    assert len(people(sink)) == len(set(people(sink))) == 5
    must_be_in_the_docs("limits", desk.transcript)


def test_what_ended_a_run_stands_in_its_exit_code_and_in_the_status(
    tmp_path: Path, make_sink: Callable[..., gp.Sink]
) -> None:
    sink = make_sink(users={"news@example.com": "right"})
    desk = Terminal(tmp_path, GATEPOST_ACCOUNT=f"smtp://news%40example.com@127.0.0.1:{sink.port}")
    desk.set(GATEPOST_PASSWORD="wrong")
    desk.write("letter.txt", LETTER)
    rows = "".join(f"user{i}@example.com,Имя{i}\n" for i in range(1, 6))
    desk.write("people.csv", f"email,name\n{rows}")
    desk.type(f"gatepost campaign run autumn {NEW}", 3)
    desk.type("gatepost campaign status autumn")
    desk.type("gatepost history errors --last 1")
    desk.say("With the right password, and killed by the system in the middle.")
    desk.set(GATEPOST_PASSWORD="right")
    running = desk.begin("gatepost campaign run autumn --max-per-hour 2 --progress plain")
    running.sees("next letter")
    running.child.kill(signal.SIGKILL)
    running.end(None)
    desk.type("gatepost campaign status autumn")
    for number, code in ((signal.SIGTERM, 143), (signal.SIGHUP, 129)):
        running = desk.begin("gatepost campaign run autumn --max-per-hour 2 --progress plain")
        running.sees("next letter")
        running.child.kill(number)
        running.end(code)
        assert f"Not finished: {signal.Signals(number).name}" in desk.type("gatepost campaign status autumn")
    desk.type("gatepost campaign run autumn")
    assert len(people(sink)) == len(set(people(sink))) == 5
    desk.say("A list of which nobody can be sent to.")
    desk.write("nobody.csv", "email,name\nolga,Ольга\n")
    desk.type("gatepost campaign check empty -r nobody.csv --subject x --text letter.txt --from news@example.com", 1)
    must_be_in_the_docs("codes", desk.transcript)


def test_what_the_report_advises_is_a_command(desk: Terminal, sink: gp.Sink) -> None:
    sink.rules.add(phase="rcpt", to="gone@*", nth=1, reply="550 5.1.1 No such user")
    desk.write("people.csv", "email,name\nolga@example.com,Ольга\ngone@example.com,Пётр\n")
    more = (
        "--reply-to office@example.com --list-unsubscribe 'https://example.com/u?{{ email }}' --header 'X-Tag: autumn'"
    )
    desk.type(f"gatepost campaign check autumn {NEW} {more}")
    desk.type("gatepost campaign test autumn --to me@example.com --row 3")
    assert sink.letters[0].message.subject == "Привет, Пётр!"
    assert sink.letters[0].message.headers["X-Tag"] == "autumn"
    desk.type("gatepost campaign preview autumn --row 3")
    assert "Пётр" in (desk.folder / "preview.html").read_text(encoding="utf-8")
    desk.type("gatepost campaign run autumn", 1)
    desk.type("gatepost suppress list")
    desk.type("gatepost suppress remove gone@example.com")
    desk.type("gatepost campaign resend autumn --failed")
    desk.type("gatepost campaign run autumn")
    assert people(sink) == ["gone@example.com", "me@example.com", "olga@example.com"]
    desk.say("Somebody is in doubt: the connection broke after the letter, before the answer.")
    with sqlite3.connect(desk.folder / "campaigns.db") as ledger:
        ledger.execute("UPDATE recipients SET status = 'unknown' WHERE row = 2")
        ledger.execute("DELETE FROM counts")
        ledger.execute("INSERT INTO counts SELECT campaign_id, 0, status, COUNT(*) FROM recipients GROUP BY 1, 3")
    desk.type("gatepost campaign status autumn")
    desk.type("gatepost campaign resend autumn --unknown")
    desk.type("gatepost suppress add complains@example.com --reason complaint")
    desk.type("gatepost suppress export never.csv")
    desk.type("gatepost suppress import never.csv --address-column address --store other.db")
    must_be_in_the_docs("advice", desk.transcript)


def test_a_campaign_starts_and_ends_at_a_time(desk: Terminal, sink: gp.Sink) -> None:
    desk.write("people.csv", "email,name\nolga@example.com,Ольга\n")
    desk.type(f"gatepost campaign check autumn {NEW} --start-at 2099-01-01T09:00 --expires-at 2099-01-02")
    desk.type("gatepost campaign run autumn --no-wait", 1)
    desk.type("gatepost campaign status autumn")
    assert people(sink) == []
    desk.say("It may start now.")
    desk.type("gatepost campaign run autumn --start-at 2026-01-01")
    assert people(sink) == ["olga@example.com"]
    must_be_in_the_docs("times", desk.transcript)
