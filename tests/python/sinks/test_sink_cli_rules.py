"""Rules and profiles from the command line."""

from __future__ import annotations

import json
import signal
import smtplib
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gatepost.cli.app import app
from gatepost.sinks import PROFILES

GATEPOST = [sys.executable, "-m", "gatepost"]


def test_profiles_are_listed_for_people_and_for_programs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "gatepost" / "sinks").mkdir(parents=True)
    (tmp_path / "gatepost" / "sinks" / "наш.toml").write_text('summary = "наши ворота"\nusers = { ivan = "secret" }\n')
    told = CliRunner().invoke(app, ["sink", "profiles"]).output
    assert "rusender\n" in told and "наш\n  наши ворота" in told
    rows = json.loads(CliRunner().invoke(app, ["sink", "profiles", "--json"]).output)
    assert {row["name"] for row in rows} == {*PROFILES, "наш"}
    assert rows[-1]["users"] == ["ivan"] and "secret" not in json.dumps(rows)


def test_a_sink_answers_by_the_rules_of_a_file_before_those_of_its_profile(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text('[[rules]]\nphase = "rcpt"\nto = "a@*"\nreply = "550 5.1.1 Наш ответ"\n')
    command = [*GATEPOST, "sink", "--profile", "greylist", "--rules", "rules.toml", "--port", "0"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline().split()[2].rpartition(":")[2])
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as session:
            session.ehlo()
            session.mail("x@y.example")
            assert session.rcpt("a@b.example") == (550, "5.1.1 Наш ответ".encode())
            assert session.rcpt("c@b.example")[0] == 451
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0


def test_what_is_wrong_in_a_file_of_rules_is_named(tmp_path: Path) -> None:
    bad = tmp_path / "rules.json"
    bad.write_text('[{"phase": "rcpt", "colour": "red"}]')
    result = CliRunner().invoke(app, ["sink", "--rules", str(bad)])
    assert result.exit_code == 2
    assert "rules.json[0]" in "".join(result.output.split()) and "colour" in result.output
