import csv
import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

import gatepost as gp
from gatepost.cli import app


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GATEPOST_ACCOUNT", raising=False)
    monkeypatch.delenv("GATEPOST_PASSWORD", raising=False)
    return lambda *args, **options: CliRunner().invoke(app, [str(a) for a in args], **options)


def test_explain_answers_in_words_and_in_json(run) -> None:  # type: ignore[no-untyped-def]
    told = run("explain", "550 5.7.1 No such user!", "--provider", "yandex")
    assert told.exit_code == 0
    assert "recipient_unknown" in told.output
    answer = json.loads(run("explain", "550 5.7.1 No such user!", "--json").output)
    assert answer["category"] == "recipient_unknown"


def test_send_takes_account_and_password_from_the_environment(run, sink: gp.Sink) -> None:  # type: ignore[no-untyped-def]
    sent = run(
        "send", "--to", "olga@example.com", "--from", "Иван <ivan@example.com>", "--subject", "Привет",
        "--text", "Тело", "--json", env={"GATEPOST_ACCOUNT": sink.url},
    )  # fmt: skip
    assert sent.exit_code == 0, sent.output
    assert json.loads(sent.stdout)["accepted"][0]["queue_id"]
    assert sink.letters[0].message.subject == "Привет"


def test_send_without_an_account_says_where_to_put_one_and_exits_with_2(run) -> None:  # type: ignore[no-untyped-def]
    result = run("send", "--to", "a@example.com", "--from", "b@example.com", "--subject", "x", "--text", "y")
    assert result.exit_code == 2
    assert "GATEPOST_ACCOUNT" in result.output


def test_send_to_a_refused_recipient_exits_with_1_and_explains(run, sink: gp.Sink) -> None:  # type: ignore[no-untyped-def]
    sink.rules.add(phase="rcpt", reply="550 5.1.1 No such user")
    result = run(
        "send", "-a", sink.url, "--to", "a@example.com", "--from", "b@example.com", "--subject", "x", "--text", "y"
    )
    assert result.exit_code == 1
    assert "No such user" in result.output


def test_send_to_a_closed_port_exits_with_3(run) -> None:  # type: ignore[no-untyped-def]
    with gp.Sink() as sink:
        url = sink.url
    result = run("send", "-a", url, "--to", "a@example.com", "--from", "b@example.com", "--subject", "x", "--text", "y")
    assert result.exit_code == 3


LETTER = ("--to", "a@example.com", "--from", "b@example.com", "--subject", "x", "--text", "y")


def test_send_trusts_the_authority_that_ca_names_and_says_so_where_it_is_missing(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    with gp.Sink(tls="starttls") as secure:
        (tmp_path / "ca.pem").write_text(secure.ca_pem)
        refused = run("send", "-a", secure.url, *LETTER)
        assert refused.exit_code == 3
        assert "was not accepted" in " ".join(refused.output.split())
        assert "pass its file by --ca" in " ".join(refused.output.split())
        trusted = run("send", "-a", secure.url, "--ca", "ca.pem", *LETTER)
        assert trusted.exit_code == 0, trusted.output
        assert run("send", "-a", secure.url, *LETTER, env={"GATEPOST_CA": "ca.pem"}).exit_code == 0
        assert secure.received == 2


def test_a_campaign_trusts_the_authority_that_ca_names_and_says_so_where_it_is_missing(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "list.csv").write_text("email\na@example.com\n")
    (tmp_path / "text.txt").write_text("Привет")
    new = ("--recipients", "list.csv", "--subject", "x", "--text", "text.txt", "--from", "b@example.com")
    with gp.Sink(tls="starttls") as secure:
        (tmp_path / "ca.pem").write_text(secure.ca_pem)
        paused = run("campaign", "run", "spring", *new, "-a", secure.url)
        assert paused.exit_code == 3
        assert "pass its file by --ca" in " ".join(paused.output.split())
        done = run("campaign", "resume", "spring", "-a", secure.url, "--ca", "ca.pem")
        assert done.exit_code == 0, done.output
        assert secure.received == 1


@pytest.mark.parametrize(("text", "said"), [("no PEM", "--ca holds no readable certificate"), (None, "No such file")])
def test_a_file_of_ca_that_is_wrong_is_named_and_exits_with_2(run, tmp_path: Path, text: str | None, said: str) -> None:  # type: ignore[no-untyped-def]
    if text is not None:
        (tmp_path / "ca.pem").write_text(text)
    result = run("send", "-a", "smtp://127.0.0.1:1", "--ca", "ca.pem", *LETTER)
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())


def test_a_campaign_runs_and_its_results_history_and_report_come_from_the_store(run, sink: gp.Sink) -> None:  # type: ignore[no-untyped-def]
    Path("people.csv").write_text(
        "email,name\nolga@example.com,Ольга\nfull@example.com,Пётр\nbad,Нет\n", encoding="utf-8"
    )
    Path("letter.html").write_text("<p>Здравствуйте, {{ name }}!</p>", encoding="utf-8")
    sink.rules.add(phase="rcpt", to="full@*", reply="550 5.1.1 No such user")
    new = ("--recipients", "people.csv", "--subject", "Привет, {{ name }}!", "--html", "letter.html")
    options = ("--from", "news@example.com", "--account", sink.url)
    checked = run("campaign", "run", "осень", *new, *options, "--json")
    assert checked.exit_code == 1, checked.output  # one was refused
    assert [letter.message.subject for letter in sink.letters] == ["Привет, Ольга!"]
    rows = {row["email"]: row for row in json.loads(run("campaign", "results", "осень", "--json").stdout)}
    assert rows["olga@example.com"]["status"] == "accepted"
    assert rows["full@example.com"]["category"] == "recipient_unknown"
    assert rows["bad"]["status"] == "invalid"
    assert run("campaign", "status", "осень").exit_code == 0
    stats = json.loads(run("history", "stats", "--by", "domain", "--json").stdout)
    assert stats[0]["domain"] == "example.com"
    assert run("history", "errors", "--last", "5").exit_code == 0
    assert run("history", "report", "отчёт.html").exit_code == 0
    assert "No such user" in Path("отчёт.html").read_text(encoding="utf-8")
    assert run("campaign", "results", "осень", "--csv", "all.csv").exit_code == 0
    [first, *_] = csv.DictReader(Path("all.csv").read_text(encoding="utf-8-sig").splitlines())
    assert "Ольга" in first["fields"]
    assert datetime.fromisoformat(first["last_at"]).year >= 2026  # a time that a spreadsheet reads


def test_a_missing_store_is_not_made_by_asking_for_it(run) -> None:  # type: ignore[no-untyped-def]
    result = run("history", "stats", "--store", "nowhere.db")
    assert result.exit_code == 2
    assert not Path("nowhere.db").exists()


def test_version_is_the_packages_own(run) -> None:  # type: ignore[no-untyped-def]
    assert gp.__version__ in run("--version").output


def test_send_answers_in_json_when_everybody_is_refused(run, sink: gp.Sink) -> None:  # type: ignore[no-untyped-def]
    sink.rules.add(phase="rcpt", reply="550 5.1.1 No such user")
    letter = ("--to", "a@example.com", "--from", "b@example.com", "--subject", "x", "--text", "y")
    result = run("send", "-a", sink.url, *letter, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["refused"][0]["category"] == "recipient_unknown"


def test_send_names_the_byte_of_a_body_that_is_not_utf_8(run, sink: gp.Sink) -> None:  # type: ignore[no-untyped-def]
    Path("letter.html").write_bytes("<p>Привет</p>".encode("windows-1251"))
    letter = ("--to", "a@example.com", "--from", "b@example.com", "--subject", "x", "--html", "letter.html")
    result = run("send", "-a", sink.url, *letter)
    assert result.exit_code == 2
    assert "letter.html, byte 3" in result.output


def test_a_status_that_does_not_exist_is_named(run, sink: gp.Sink) -> None:  # type: ignore[no-untyped-def]
    with gp.Campaign(
        "one",
        template=gp.Template(subject="x", text="y"),
        recipients=[{"email": "a@example.com"}],
        from_="b@example.com",
        accounts=[sink.account()],
        store="campaigns.db",
    ):
        pass
    result = run("campaign", "results", "one", "--status", "refusd")
    assert result.exit_code == 2
    assert "refused" in result.output


def test_the_package_is_the_command_too() -> None:
    run = subprocess.run([sys.executable, "-m", "gatepost", "--help"], capture_output=True, text=True, check=True)
    assert "campaign" in run.stdout


def test_several_workers_stop_when_their_seconds_are_over_and_the_rest_stays_queued(run, sink: gp.Sink) -> None:  # type: ignore[no-untyped-def]
    Path("people.csv").write_text("email\n" + "".join(f"u{i}@example.com\n" for i in range(9)))
    Path("letter.txt").write_text("Привет")
    letter = ("--recipients", "people.csv", "--subject", "x", "--text", "letter.txt", "--from", "news@example.com")
    options = ("-a", sink.url, "--max-per-hour", "2", "--workers", "2", "--max-seconds", "8", "--json")
    ran = run("campaign", "run", "autumn", *letter, *options)
    assert ran.exit_code == 1, ran.output
    assert json.loads(ran.stdout)["counts"] == {"accepted": 2, "queued": 7}
    wrong = run("campaign", "run", "autumn", "-a", sink.url, "--workers", "2", "--max-seconds", "-1")
    assert wrong.exit_code == 2 and "--max-seconds" in wrong.output
