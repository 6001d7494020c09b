"""Clients that people have for Mailpit, unchanged, against a sink of ours: at npm and at PyPI."""

from __future__ import annotations

import json
import smtplib
import subprocess
from email.message import EmailMessage
from pathlib import Path

import pytest

import gatepost as gp
from peers.availability import built, find_program

HERE = Path(__file__).parent / "mailpit"


def run(*command: str | Path, folder: Path | None = None) -> str:
    words = [str(word) for word in command]
    result = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.mark.parametrize("token", [None, "s3cret"])
def test_mailpit_api_and_cypress_mailpit(token: str | None) -> None:
    folder = built("mailpit-node")
    with gp.Sink(http=gp.SinkHttp(token=token)) as sink:
        options = [token] if token else []
        found = json.loads(run(find_program("node"), "clients.mjs", sink.http_url, *options, folder=folder))
    api, cypress = found["mailpitApi"], found["cypress"]
    assert api["sent"] == "1"
    assert (api["subject"], api["attachment"], api["headers"], api["source"]) == ("Welcome", "%PDF", ["Welcome"], True)
    assert (api["html"].strip(), api["text"].strip()) == ("<p>Привет</p>", "Привет")
    assert (api["tags"], api["unread"], api["listed"], api["left"]) == (["b tag"], 1, 1, 0)
    assert api["chaos"]["Sender"] == {"ErrorCode": 451, "Probability": 5}
    assert api["chaosNow"]["Sender"] == {"ErrorCode": 451, "Probability": 0}
    assert api["configuration"] and api["version"].startswith("v1.") and api["links"] == {"Errors": 0, "Links": []}
    assert cypress["subject"] == "Hello there"
    assert (cypress["from"], cypress["to"]) == ("from@example.com", ["jane@example.com"])
    assert (cypress["html"].strip(), cypress["text"].strip()) == ("<p>hello from mailpit</p>", "hello from mailpit")
    assert (cypress["files"], cypress["read"], cypress["left"]) == ([], 1, 0)


def test_pytest_mailpit(tmp_path: Path) -> None:
    python = built("mailpit-python") / "venv" / "bin" / "python"
    (tmp_path / "test_suite.py").write_text((HERE / "suite_pytest_mailpit.py").read_text())
    with gp.Sink(http=True) as sink:
        (tmp_path / "pytest.ini").write_text(f"[pytest]\nmailpit_smtp = 127.0.0.1:{sink.port}\n")
        said = run(
            python, "-m", "pytest", "-q", "--mailpit-url", sink.http_url, "-p", "no:cacheprovider", folder=tmp_path
        )
    assert "4 passed" in said


def test_mailpit_api_client() -> None:
    python = built("mailpit-python") / "venv" / "bin" / "python"
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "ivan@example.com", "olga@example.com", "Hi"
    message["Delivered-To"] = "olga@example.com"
    message["Date"], message["Message-ID"] = "Mon, 30 Nov 2026 12:34:56 +0300", "<1@example.com>"
    message.set_content("text")
    message.add_attachment("a,b", filename="a.csv")
    with gp.Sink(http=True) as sink:
        with smtplib.SMTP("127.0.0.1", sink.port) as client:
            client.send_message(message, to_addrs=["olga@example.com", "hidden@example.com"])
        found = json.loads(run(python, HERE / "use_mailpit_api_client.py", sink.http_url))
    assert found == {
        "total": 1,
        "subject": "Hi",
        "from": "ivan@example.com",
        "attachment": "a,b\r\n",
        "headers": ["ivan@example.com"],
        "read": False,
        "left": 0,
    }
