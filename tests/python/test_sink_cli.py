"""`gatepost sink` in the foreground, as people run it."""

from __future__ import annotations

import json
import signal
import smtplib
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from gatepost import _core

COMMAND = [sys.executable, "-c", "from gatepost.cli import main; main()", "sink"]
LETTER = b"Subject: one\r\n\r\nHello\r\n"


@contextmanager
def running(*options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The command with the URL that it says, ended by Ctrl-C."""
    with subprocess.Popen([*COMMAND, *options], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().removeprefix("listening at ").split(" ")[0], process
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


def test_it_shows_and_saves_what_arrives(tmp_path: Path) -> None:
    with running("--port", "0", "--save", str(tmp_path), "--json") as (url, process):
        with smtplib.SMTP("127.0.0.1", port_of(url)) as client:
            client.sendmail("a@b.ru", "c@d.ru", LETTER)
        assert process.stdout is not None
        shown = json.loads(process.stdout.readline())
    received, session = shown.pop("received"), shown.pop("session")
    envelope = {"id": 1, "from": "a@b.ru", "to": ["c@d.ru"], "subject": "one"}
    assert shown == {**envelope, "bytes": len(LETTER), "discarded": "", "rules": [], "bounce_of": 0}
    assert datetime.fromisoformat(received).tzinfo is not None
    assert (session["id"], session["client"][0], session["tls"]) == (1, "127.0.0.1", None)
    assert (tmp_path / "1.eml").read_bytes() == LETTER


def test_lmtp_at_a_unix_socket(tmp_path: Path) -> None:
    with running("--lmtp", "--unix", str(tmp_path / "x.sock")) as (url, _):
        assert url == f"lmtp+unix://{tmp_path}/x.sock"
        with smtplib.LMTP(str(tmp_path / "x.sock")) as client:
            client.sendmail("a@b.ru", "c@d.ru", LETTER)
    assert not (tmp_path / "x.sock").exists()


@pytest.mark.parametrize("given", [False, True])
def test_tls_with_a_certificate_made_or_given(tmp_path: Path, given: bool) -> None:
    options = ["--port", "0", "--tls", "starttls", "--ca", str(tmp_path / "ca.pem")]
    if given:
        authority = _core.make_authority("test", 1)
        made = _core.make_server_certificate(authority, ["localhost"], 1)
        (tmp_path / "cert.pem").write_text(made["certificate_pem"])
        (tmp_path / "key.pem").write_text(made["key_pem"])
        options += ["--cert", str(tmp_path / "cert.pem"), "--key", str(tmp_path / "key.pem")]
    with running(*options) as (url, _), smtplib.SMTP("localhost", port_of(url)) as client:
        client.starttls(context=ssl.create_default_context(cafile=tmp_path / "ca.pem"))
        client.sendmail("a@b.ru", "c@d.ru", LETTER)


def test_a_user_has_to_log_in_by_a_password_that_is_nowhere_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEPOST_SINK_PASSWORD", "p@ss word")
    with running("--port", "0", "--user", "ivan@example.com") as (url, _):
        assert url == f"smtp://ivan%40example.com@127.0.0.1:{port_of(url)}"
        with smtplib.SMTP("127.0.0.1", port_of(url)) as client:
            with pytest.raises(smtplib.SMTPSenderRefused) as refused:
                client.sendmail("a@b.ru", "c@d.ru", LETTER)
            assert refused.value.smtp_code == 530
            client.login("ivan@example.com", "p@ss word")
            client.sendmail("a@b.ru", "c@d.ru", LETTER)


def test_a_user_without_a_password_is_told_where_to_put_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GATEPOST_SINK_PASSWORD", raising=False)
    result = subprocess.run(
        [*COMMAND, "--port", "0", "--user", "ivan"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 2
    assert "no password for ivan: set GATEPOST_SINK_PASSWORD" in " ".join(result.stderr.split())


def test_allow_and_lenient_reach_the_sink() -> None:
    options = ("--allow", "192.0.2.0/24", "--allow", "127.0.0.1", "--lenient", "missing_brackets")
    with running("--port", "0", *options) as (url, _), smtplib.SMTP("127.0.0.1", port_of(url)) as client:
        client.ehlo()
        assert client.docmd("MAIL FROM:a@b.ru")[0] == 250


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--cert", "x.pem"], "--cert and --key go together"),
        (["--allow", "here"], "--allow takes IP addresses"),
        (["--lenient", "all"], "--lenient takes one of bare_newlines"),
        (["--tls", "ssl"], "--tls takes one of starttls, starttls_optional, implicit, not 'ssl'"),
        (["--tls", "starttls", "--cert", "/no/such", "--key", "/no/such"], "No such file"),
    ],
)
def test_an_option_that_is_wrong_is_named_and_exits_with_2(options: list[str], said: str) -> None:
    result = subprocess.run([*COMMAND, "--port", "0", *options], capture_output=True, text=True, timeout=60)
    assert result.returncode == 2
    assert said in " ".join(result.stderr.split())


def test_letters_that_an_earlier_sink_saved_stay(tmp_path: Path) -> None:
    (tmp_path / "1.eml").write_bytes(b"earlier")
    for number in (2, 3):
        with running("--port", "0", "--save", str(tmp_path)) as (url, process):
            with smtplib.SMTP("127.0.0.1", port_of(url)) as client:
                client.sendmail("a@b.ru", "c@d.ru", b"Subject: %d\r\n\r\nHello\r\n" % number)
            assert process.stdout is not None
            process.stdout.readline()
    assert (tmp_path / "1.eml").read_bytes() == b"earlier"
    assert [(tmp_path / f"{n}.eml").read_bytes()[:10] for n in (2, 3)] == [b"Subject: 2", b"Subject: 3"]


def http_line(process: subprocess.Popen[str]) -> tuple[str, str]:
    """The URL that the second line says, and what stands behind it."""
    assert process.stdout is not None
    url, _, rest = process.stdout.readline().removeprefix("HTTP at ").strip().partition(" ")
    return url, rest.strip()


def test_it_answers_http_on_loopback() -> None:
    with running("--port", "0", "--http", "0", "--http-allow-host", "mail") as (url, process):
        http, rest = http_line(process)
        with smtplib.SMTP("127.0.0.1", port_of(url)) as client:
            client.sendmail("a@b.ru", "c@d.ru", LETTER)
        answer = httpx.get(f"{http}/api/v1/messages", headers={"Host": "mail:8025"})
    assert (rest, [message["Subject"] for message in answer.json()["messages"]]) == ("", ["one"])


def test_http_for_others_needs_the_token_that_is_shown() -> None:
    with running("--port", "0", "--http", "0.0.0.0:0") as (_, process):
        http, rest = http_line(process)
        assert httpx.get(f"{http}/api/v1/messages").status_code == 401
        token = rest.removeprefix("token ")
        assert httpx.get(f"{http}/api/v1/messages", auth=("x", token)).status_code == 200


def test_a_token_of_the_environment_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEPOST_SINK_HTTP_TOKEN", "s3cret")
    with running("--port", "0", "--http", "127.0.0.1:0") as (_, process):
        http, rest = http_line(process)
        assert (rest, httpx.get(f"{http}/api/v1/tags").status_code) == ("", 401)
        assert httpx.get(f"{http}/api/v1/tags", headers={"Authorization": "Bearer s3cret"}).status_code == 200


@pytest.mark.parametrize(
    ("options", "words"),
    [(["--http", "x"], "--http takes [HOST:]PORT"), (["--http-allow-host", "x"], "--http-allow-host goes with --http")],
)
def test_options_of_http_that_make_no_sense_are_named(options: list[str], words: str) -> None:
    said = subprocess.run([*COMMAND, "--port", "0", *options], capture_output=True, text=True, timeout=60)
    assert (said.returncode, words in said.stderr) == (2, True)
