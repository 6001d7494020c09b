"""gatepost store, gatepost worker and campaign run --workers, as they are typed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from postgresql_server import PostgresqlServer
from worker_processes import letters_by_address, make, until

import gatepost as gp
from gatepost.store import open_store


def gatepost(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gatepost", *words], text=True, capture_output=True, timeout=120,
        env={**os.environ, **environment},
    )  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> str:
    path = str(tmp_path / "campaigns.db")
    with gp.Sink() as sink:
        make(path, sink.url, 20).close()
    return path


def test_a_store_moves_to_postgresql_and_back(store: str, postgresql: PostgresqlServer, tmp_path: Path) -> None:
    there, back = postgresql.url(), str(tmp_path / "back.db")
    moved = gatepost("store", "migrate", there, "--store", store)
    assert moved.returncode == 0 and "recipients 20" in moved.stdout
    assert gatepost("store", "migrate", back, "--store", there).returncode == 0
    assert gatepost("store", "check", "--store", back).stdout.endswith("in order\n")
    again = gatepost("store", "migrate", str(tmp_path / "third.db"), "--store", store)
    assert again.returncode == 2 and "has moved to postgresql://" in again.stderr


def test_a_backup_sends_nothing_until_it_is_adopted(store: str, tmp_path: Path) -> None:
    copy = str(tmp_path / "copy.db")
    assert gatepost("store", "backup", copy, "--store", store).returncode == 0
    found = json.loads(gatepost("store", "check", "--json", "--store", copy).stdout)
    assert found["findings"] == [] and "is a copy" in found["sends_nothing"]
    refused = gatepost("campaign", "run", "october", "--store", copy, "--account", "smtp://127.0.0.1:1")
    assert refused.returncode == 2 and "is a copy" in refused.stderr
    assert gatepost("store", "adopt", "--store", copy).returncode == 0
    assert json.loads(gatepost("store", "check", "--json", "--store", copy).stdout)["sends_nothing"] == ""


def test_a_person_is_forgotten_and_how_many_rows_is_said(store: str) -> None:
    gone = json.loads(gatepost("store", "forget", "U3@example.com", "--json", "--store", store).stdout)
    assert gone["recipients"] == 1
    assert b"u3@example.com" not in Path(store).read_bytes()


def test_an_age_that_is_none_and_a_store_that_is_not_there_are_said(store: str, tmp_path: Path) -> None:
    refused = gatepost("store", "prune", "--older-than", "soon", "--store", store)
    assert refused.returncode == 2 and "--older-than" in refused.stderr
    missing = gatepost("store", "check", "--store", str(tmp_path / "none.db"))
    assert missing.returncode == 2 and "no store at" in missing.stderr
    assert not (tmp_path / "none.db").exists()


def test_no_command_shows_the_password_of_a_store(postgresql: PostgresqlServer) -> None:
    there = postgresql.url().replace("gatepost@", "gatepost:s3cret@")
    away = "postgresql://gatepost:s3cret@127.0.0.1:1/mail"
    commands = ("campaign list", "campaign run october", "campaign status october", "history stats", "suppress list",
                "store check", "worker --campaign october")  # fmt: skip
    for command in commands:
        for url in (there, away):
            ended = gatepost(*command.split(), GATEPOST_STORE=url, GATEPOST_ACCOUNT="smtp://127.0.0.1:1")
            assert "s3cret" not in ended.stdout + ended.stderr, command
            assert "Traceback" not in ended.stderr, command


def test_run_with_workers_sends_everybody_one_letter(store_url: str, tmp_path: Path) -> None:
    with gp.Sink() as sink:
        make(store_url, sink.url, 200).close()
        ended = gatepost(
            "campaign", "run", "october", "--store", store_url, "--account", sink.url, "--workers", "3",
            XDG_STATE_HOME=str(tmp_path / "state"),
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr
        assert "done" in ended.stdout
        assert set(letters_by_address(sink).values()) == {1} and sink.received == 200


def test_a_worker_of_a_store_helps_with_every_campaign_and_leaves_on_sigterm(store_url: str, tmp_path: Path) -> None:
    with gp.Sink() as sink:
        for name in ("october", "november"):
            make(store_url, sink.url, 30, name).close()
        store = open_store(store_url)
        for campaign in (1, 2):
            store.set_state(campaign, "running")
        environment = {**os.environ, "GATEPOST_ACCOUNT": sink.url, "XDG_STATE_HOME": str(tmp_path / "state")}
        worker = subprocess.Popen(
            [sys.executable, "-m", "gatepost", "worker", "--store", store_url], env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            until(lambda: {one.state for one in store.campaigns()} == {"done"}, "both campaigns")
            worker.terminate()
            said = worker.communicate(timeout=60)[0]
        finally:
            worker.kill()
            worker.wait()
        store.close()
        assert worker.returncode == 0 and "campaign october: done" in said and "campaign november: done" in said
        assert sink.received == 60
