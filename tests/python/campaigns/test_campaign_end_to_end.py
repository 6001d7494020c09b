"""The real engine against a real sink, over sockets on loopback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from gatepost.accounts import Account, Auth
from gatepost.campaigns import Campaign, RetryPolicy, Suppressions, Template
from gatepost.demo import run_demo
from gatepost.sending.limits import Limits
from gatepost.sinks import Sink, SinkAccess

SCRIPT = """
import sys
from gatepost.campaigns import Campaign, Template
url, store, count = sys.argv[1:]
campaign = Campaign(
    "october",
    template=Template(subject="Привет, {{ name }}", text="Письмо для {{ name }}"),
    recipients=[{"email": f"u{i}@example.com", "name": f"Имя{i}"} for i in range(int(count))],
    accounts=[url], from_="news@example.com", store=store,
)
report = campaign.run(progress=False)
print(report.state, report.why)
"""


def people(count: int) -> list[dict[str, str]]:
    return [{"email": f"u{i}@example.com", "name": f"Имя{i}"} for i in range(count)]


@pytest.mark.parametrize("tokens", [["fresh"], ["stale", "fresh"]])
def test_a_token_that_the_server_refuses_is_renewed_and_nobody_is_left_out(tmp_path: Path, tokens: list[str]) -> None:
    asked: list[str] = []

    def token() -> str:
        asked.append(tokens[len(asked)])
        return asked[-1]

    with Sink(users={"ivan": "fresh"}, access=SinkAccess(mechanisms=["XOAUTH2"])) as sink:
        account = Account(f"smtp://127.0.0.1:{sink.port}", login="ivan", auth=Auth(access_token=token))
        with Campaign(
            "october",
            template=Template(subject="x", text="Письмо для {{ name }}"),
            recipients=people(300),
            accounts=[account],
            from_="news@example.com",
            store=str(tmp_path / "c.db"),
        ) as campaign:
            report = campaign.run(progress=False)
        assert (report.state, sink.received) == ("done", 300)
    assert asked == tokens


def test_letters_arrive_whole_and_each_is_the_recipients_own(tmp_path: Path) -> None:
    (tmp_path / "лого.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    template = Template(
        subject="Счёт для {{ name }}",
        text="Здравствуйте, {{ name }}!\n.\nточка в начале строки",
        html="<p>{{ name }} <img src='cid:logo'></p>",
        attachments=[("счёт.csv", "a;б\n".encode())],
        inline={"logo": tmp_path / "лого.png"},
    )
    recipients = [{"email": "olga@пример.рф", "name": "Ольга <&>"}, {"email": "иван@example.com", "name": "Иван"}]
    with (
        Sink() as sink,
        Campaign(
            "Новости",
            template=template,
            recipients=recipients,
            accounts=[sink.account()],
            from_="Отдел <news@example.com>",
            store=tmp_path / "c.db",
            list_unsubscribe="https://example.com/u/{{ email }}",
            headers={"X-Tag": "a"},
        ) as campaign,
    ):
        report = campaign.run()
        assert report.ok, report
        letters = {letter.envelope.to[0]: letter for letter in sink.letters}
        rows = {row["address"]: row for row in campaign.results()}
    olga = letters["olga@xn--e1afmkfd.xn--p1ai"]
    message = olga.message
    assert message.subject == "Счёт для Ольга <&>"
    assert message.text is not None and message.text.splitlines()[1] == "."
    assert message.html is not None and "Ольга &lt;&amp;&gt;" in message.html
    assert message.inline["logo"].data == b"\x89PNG\r\n\x1a\n" + bytes(range(256))
    assert [(part.name, part.data) for part in message.attachments] == [("счёт.csv", "a;б\n".encode())]
    headers = message.headers
    assert headers["x-campaign-id"] == "novosti" and headers["x-letter-id"] == "1" and headers["x-tag"] == "a"
    assert "https://example.com/u/olga@%D0%BF%D1%80" in headers["list-unsubscribe"]
    row = rows["olga@xn--e1afmkfd.xn--p1ai"]
    assert row["message_id"] in headers["message-id"] and row["queue_id"]
    assert "иван@example.com" in letters


def test_refusals_and_retries_are_told_as_the_server_said_them(tmp_path: Path) -> None:
    with Sink(profile="demo_gate") as sink:
        sink.rules.add(phase="rcpt", to="u3@*", reply="550 5.1.1 No such user")
        sink.rules.add(phase="rcpt", to="u4@*", nth=1, reply="450 4.7.1 Greylisted")
        sink.rules.add(phase="final", to="u5@*", reply="554 5.7.1 Spam message rejected")
        with Campaign(
            "october",
            template=Template(subject="{{ name }}", text="{{ name }}"),
            recipients=[*people(8), {"email": "test@test.ru", "name": "Т"}],
            accounts=[sink.account()],
            from_="news@example.com",
            store=tmp_path / "c.db",
            retry=RetryPolicy(first_delay=0.05),
        ) as campaign:
            report = campaign.run()
            rows = {row["email"].split("@")[0]: row for row in campaign.results()}
        assert (rows["u3"]["status"], rows["u3"]["category"]) == ("refused", "recipient_unknown")
        assert (rows["u4"]["status"], rows["u4"]["attempts"]) == ("accepted", 2)
        assert (rows["u5"]["status"], rows["u5"]["category"]) == ("refused", "spam_content")
        assert "No such user" in rows["u3"]["reply"]
        assert report.counts == {"accepted": 7, "refused": 2}
        assert len(sink.letters) == 6 and [letter.envelope.to for letter in sink.discarded] == [["test@test.ru"]]
        assert "u3@example.com" in Suppressions(tmp_path / "c.db")


def test_accounts_take_turns_by_their_limits_and_by_what_their_servers_say(tmp_path: Path) -> None:
    with Sink(users={"bad": "x", "small": "x", "big": "x"}) as sink:
        sink.rules.add(phase="auth", user="bad", reply="535 5.7.8 Incorrect login or password")
        accounts = [
            sink.account("bad", name="bad"),
            sink.account("small", name="small", limits=Limits(per_hour=50)),
            sink.account("big", name="big"),
        ]
        with Campaign(
            "october",
            template=Template(subject="{{ name }}", text="{{ name }}"),
            recipients=people(400),
            accounts=accounts,
            from_="news@example.com",
            store=tmp_path / "c.db",
        ) as campaign:
            report = campaign.run()
        assert report.ok and report.by_account == {"big": 350, "small": 50}
        assert any("bad" in note and "535" in note for note in report.notes)
        assert Counter(Counter(letter.envelope.to[0] for letter in sink.letters).values()) == {1: 400}


def run_child(sink: Sink, store: Path, count: int) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-c", SCRIPT, sink.url, str(store), str(count)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": _path()})


def _path() -> str:
    import gatepost

    return os.pathsep.join([str(Path(next(iter(gatepost.__path__))).parent), os.environ.get("PYTHONPATH", "")])


def wait_for(sink: Sink, letters: int, child: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 60
    while sink.received < letters:
        assert child.poll() is None, child.communicate()
        assert time.monotonic() < end, f"{sink.received} letters after a minute"
        sink.wait(min(letters, sink.received + 1), timeout=60)


@pytest.mark.parametrize("moment", [1, 260, 700])
def test_after_kill_9_nobody_is_skipped_and_whoever_is_in_doubt_is_listed(tmp_path: Path, moment: int) -> None:
    count, store = 1000, tmp_path / "c.db"
    with Sink() as sink:
        sink.rules.add(phase="final", delay=0.004)
        child = run_child(sink, store, count)
        wait_for(sink, moment, child)
        child.kill()
        child.communicate()
        after_kill = sink.received
        assert after_kill < count
        again = run_child(sink, store, count)
        output, _ = again.communicate(timeout=120)
        assert output.startswith("done"), output
        delivered = Counter(letter.envelope.to[0] for letter in sink.letters)
    with Campaign.open("october", store=store) as campaign:
        rows = campaign.results().to_polars()
    by_status = {status: set(rows.filter(rows["status"] == status)["address"]) for status in set(rows["status"])}
    unknown = by_status.get("unknown", set())
    everybody = {f"u{i}@example.com" for i in range(count)}
    assert by_status["accepted"] | unknown == everybody
    assert by_status["accepted"] <= set(delivered)
    assert {address for address, times in delivered.items() if times > 1} == set()
    assert len(unknown) <= 8  # what four connections can have in flight


def test_ctrl_c_pauses_cleanly_and_the_same_script_goes_on(tmp_path: Path) -> None:
    count, store = 1000, tmp_path / "c.db"
    with Sink() as sink:
        sink.rules.add(phase="final", delay=0.004)
        child = run_child(sink, store, count)
        wait_for(sink, 100, child)
        child.send_signal(signal.SIGINT)
        output, _ = child.communicate(timeout=60)
        assert output.startswith("paused Ctrl-C"), output
        with Campaign.open("october", store=store) as campaign:
            counts = campaign.status().counts
        assert counts["accepted"] == sink.received < count and set(counts) == {"accepted", "queued"}
        output, _ = run_child(sink, store, count).communicate(timeout=120)
        assert output.startswith("done"), output
        delivered = Counter(letter.envelope.to[0] for letter in sink.letters)
    assert len(delivered) == count and set(delivered.values()) == {1}


def test_a_sink_that_goes_away_and_a_wrong_port_pause_with_the_reason(tmp_path: Path) -> None:
    with Sink() as sink:
        url = sink.url
    with Campaign(
        "october",
        template=Template(subject="{{ name }}", text="{{ name }}"),
        recipients=people(3),
        accounts=[url],
        from_="news@example.com",
        store=tmp_path / "c.db",
    ) as campaign:
        report = campaign.run(max_seconds=1)
        assert report.state == "paused" and report.counts == {"queued": 3}
        assert "connect" in report.why or "max_seconds" in report.why


def test_the_demo_tells_the_truth_of_ledger_and_sink(tmp_path: Path) -> None:
    from rich.console import Console

    with open(tmp_path / "out.txt", "w", encoding="utf-8") as file:
        result = run_demo(letters=300, folder=tmp_path / "demo", console=Console(file=file, width=160))
    text = (tmp_path / "out.txt").read_text(encoding="utf-8")
    assert result.agree and "they agree, address by address" in text
    counts = result.report.counts
    assert counts["accepted"] == result.sink_letters + result.sink_discarded > 200
    assert {"refused", "suppressed", "invalid", "duplicate"} <= set(counts)
    assert result.sink_discarded == 1 and result.html.stat().st_size > 10_000
    for words in (
        "recipient_unknown",
        "domain_unknown",
        "suppressed",
        "what to mend",
        "put off at first",
        "454",
        "535",
    ):
        assert words in text
    assert result.seconds < 30
