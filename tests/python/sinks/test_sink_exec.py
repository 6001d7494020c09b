"""A program that is run beside a sink."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

SINK = [sys.executable, "-m", "gatepost", "sink"]
SENDS = """
import os, smtplib
with smtplib.SMTP(os.environ["GATEPOST_SMTP_HOST"], int(os.environ["GATEPOST_SMTP_PORT"])) as session:
    session.sendmail("a@x.example", ["b@x.example"], "Subject: from a program\\r\\n\\r\\nx\\r\\n")
assert os.environ["GATEPOST_SMTP_URL"].startswith("smtp://127.0.0.1:")
"""


def run(*options: str, program: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*SINK, *options, "--exec", "--", *program], cwd=cwd, capture_output=True, text=True, timeout=60
    )


def test_a_program_sends_into_the_sink_and_its_letters_are_told_at_its_end(tmp_path: Path) -> None:
    done = run("--json", "--save", "kept", program=[sys.executable, "-c", SENDS], cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["subject"] == "from a program"
    assert (tmp_path / "kept" / "1.eml").read_bytes().startswith(b"Subject: from a program")


@pytest.mark.parametrize(
    ("program", "status"), [("raise SystemExit(7)", 7), ("import os; os.kill(os.getpid(), 9)", 128 + 9)]
)
def test_the_sink_ends_with_the_programs_status_and_says_nothing_itself(
    tmp_path: Path, program: str, status: int
) -> None:
    done = run(program=[sys.executable, "-c", program], cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (status, "", "")


def test_rules_and_http_are_there_for_the_program(tmp_path: Path) -> None:
    program = """
import json, os, urllib.request
rules = json.load(urllib.request.urlopen(os.environ["GATEPOST_HTTP_URL"] + "/api/gatepost/v1/rules"))
print(json.dumps(rules))
"""
    (tmp_path / "rules.json").write_text('[{"phase": "rcpt", "name": "no one", "reply": "550 5.1.1 No"}]')
    done = run("--rules", "rules.json", "--http", "0", program=[sys.executable, "-c", program], cwd=tmp_path)
    assert "no one" in done.stdout, done.stderr


def test_sigterm_is_the_programs(tmp_path: Path) -> None:
    program = """
import signal, time
signal.signal(signal.SIGTERM, lambda *_: exit(5))
print("on", flush=True)
time.sleep(60)
"""
    with subprocess.Popen(
        [*SINK, "--exec", "--", sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=tmp_path
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "on\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 5


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--exec"], "takes a program behind --"),
        (["--", "npm", "test"], "gatepost sink --exec -- npm test"),
        (["--exec", "--", "no-such-program"], "no-such-program"),
    ],
)
def test_what_is_missing_is_named(tmp_path: Path, arguments: list[str], words: str) -> None:
    done = subprocess.run([*SINK, *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert words in " ".join(done.stderr.split())
