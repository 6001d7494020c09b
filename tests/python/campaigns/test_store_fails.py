"""The store fails in the middle of a run: its network is cut, its disk is full, it may only be read."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from disk_image import mounted, new_disk
from postgresql_server import PostgresqlServer
from tcp_proxy import TcpProxy
from worker_processes import LONG, Workers, letters_by_address, make, states, until, workers

import gatepost as gp
from gatepost.campaigns.run import run_lock
from gatepost.store import open_store
from gatepost.store.sqlite import SqliteStore

ROWS = 600
CONNECTIONS = 2  # of a worker
Fault = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def sink() -> Iterator[gp.Sink]:
    """One that takes its time over each letter."""
    with gp.Sink() as sink:
        sink.rules.add(phase="final", delay=0.02)
        yield sink


@pytest.fixture
def own_server() -> Iterator[PostgresqlServer]:
    server = PostgresqlServer()
    yield server
    server.close()


def everybody_has_one_letter(store_url: str, sink: gp.Sink, in_doubt: int = 0) -> None:
    """But for so many in doubt at most, who may have one."""
    got = letters_by_address(sink)
    with open_store(store_url) as store:
        found = states(store)
        assert store.campaigns()[0].state == "done" and store.workers(1) == [] and store.check() == []
    assert len(found) == ROWS and set(got.values()) == {1}
    unknown = {address for address, state in found.items() if state == "unknown"}
    assert len(unknown) <= in_doubt
    assert {address for address, state in found.items() if state == "accepted"} == found.keys() - unknown <= got.keys()


def test_workers_go_on_when_a_network_that_was_cut_is_back(
    own_server: PostgresqlServer, sink: gp.Sink, tmp_path: Path
) -> None:
    chance = random.Random(5)
    with TcpProxy(own_server.socket_path) as network:
        url = own_server.url("cut")
        make(url, sink.url, ROWS).close()
        through = f"postgresql://gatepost@127.0.0.1:{network.port}/postgres?schema=cut"
        with workers(through, sink.url, tmp_path / "state") as some:
            for _ in range(2):
                some.start()
            for letters in (50, 200, 350):
                until(lambda n=letters: sink.received >= n, f"{letters} letters")  # type: ignore[misc]
                before = network.refused
                network.cut()
                until(lambda n=before: network.refused > n + chance.randrange(4), "workers that ask for it")  # type: ignore[misc]
                network.mend()
            said = some.finish()
    assert all("done" in each for each in said)
    everybody_has_one_letter(url, sink)


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """No byte is left on it."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    yield
    filler.unlink()


def fail(disk: Path) -> None:
    """It meets an error, as a disk does that breaks."""
    device = subprocess.check_output(["findmnt", "-no", "SOURCE", str(disk)], text=True).strip()
    switch = Path("/sys/fs/ext4", Path(device).name, "trigger_fs_error")
    try:
        switch.write_text("1")
    except OSError as error:
        pytest.skip(f"no file system can be made to fail here: {error}")


def end_and_go_on(some: Workers, sink: gp.Sink, fault: Fault, words: str, store_url: str) -> None:
    """A worker ends with the words when the fault is there; when it is over, another one does the rest."""
    worker = some.start()
    until(lambda: sink.received >= 50 or worker.poll() is not None, "50 letters")
    with fault():
        said, _ = worker.communicate(timeout=LONG)
        assert worker.returncode != 0 and words in said, said
    some.running.remove(worker)
    some.start()
    some.finish()
    everybody_has_one_letter(store_url, sink, in_doubt=2 * CONNECTIONS)  # a letter may follow the one that is answered


def refusing(server: PostgresqlServer, schema: str) -> Fault:
    """A PostgreSQL that says of each write what it says where its disk is full; needs no disk and no rights."""

    @contextmanager
    def fault() -> Iterator[None]:
        server.sql(
            f"CREATE FUNCTION {schema}.no_space() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$"
        )
        server.sql(f"CREATE TRIGGER no_space BEFORE UPDATE ON {schema}.recipients EXECUTE FUNCTION {schema}.no_space()")
        yield
        server.sql(f"DROP TRIGGER no_space ON {schema}.recipients")

    return fault


def test_a_postgresql_that_says_its_disk_is_full_ends_the_run_in_words_and_the_next_loses_nobody(
    own_server: PostgresqlServer, sink: gp.Sink, tmp_path: Path
) -> None:
    url = own_server.url("s")
    make(url, sink.url, ROWS).close()
    with workers(url, sink.url, tmp_path / "state") as some:
        end_and_go_on(some, sink, refusing(own_server, "s"), "the disk of the database is full", url)


def test_a_postgresql_on_a_full_disk_ends_the_run_in_words_and_the_next_loses_nobody(
    own_server: PostgresqlServer, sink: gp.Sink, tmp_path: Path
) -> None:
    with mounted(new_disk(tmp_path), own_server.folder / "disk") as disk:
        place = own_server.own(disk / "small")
        own_server.sql(f"CREATE TABLESPACE small LOCATION '{place}'")
        own_server.sql("CREATE DATABASE small TABLESPACE small")
        url = own_server.url("s").replace("/postgres?", "/small?")
        make(url, sink.url, ROWS).close()
        with workers(url, sink.url, tmp_path / "state") as some:
            end_and_go_on(some, sink, lambda: filled(disk), "the disk of the database is full", url)
        own_server.stop()


def test_a_postgresql_that_may_only_be_read_ends_the_run_in_words_and_the_next_loses_nobody(
    own_server: PostgresqlServer, sink: gp.Sink, tmp_path: Path
) -> None:
    @contextmanager
    def read_only() -> Iterator[None]:
        own_server.sql("ALTER SYSTEM SET default_transaction_read_only = on")
        own_server.sql("SELECT pg_reload_conf()")
        yield
        own_server.sql("ALTER SYSTEM RESET default_transaction_read_only")
        own_server.sql("SELECT pg_reload_conf()")
        until(lambda: own_server.sql("SHOW default_transaction_read_only") == [("off",)], "the settings")

    url = own_server.url("s")
    make(url, sink.url, ROWS).close()
    with workers(url, sink.url, tmp_path / "state") as some:
        end_and_go_on(some, sink, read_only, "the database is read-only", url)


def test_a_file_on_a_full_disk_ends_the_run_in_words_and_the_next_loses_nobody(sink: gp.Sink, tmp_path: Path) -> None:
    with mounted(new_disk(tmp_path), tmp_path / "disk") as disk:
        store = str(disk / "c.db")
        make(store, sink.url, ROWS).close()
        with workers(store, sink.url, tmp_path / "state") as some:
            end_and_go_on(some, sink, lambda: filled(disk), "the disk is full", store)


def test_a_disk_that_becomes_read_only_ends_the_run_in_words_and_the_next_start_doubles_nobody(
    sink: gp.Sink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As ext4 does of itself where it meets an error; what had not reached the disk is lost with it, as by a power cut,
    until the system is started anew."""
    image, at = new_disk(tmp_path), tmp_path / "disk"
    with mounted(image, at, "loop,errors=remount-ro"):
        store = str(at / "c.db")
        make(store, sink.url, ROWS).close()
        with workers(store, sink.url, tmp_path / "state") as some:
            worker = some.start()
            until(lambda: sink.received >= 50, "50 letters")
            fail(at)
            said, _ = worker.communicate(timeout=LONG)
            assert worker.returncode != 0 and "read-only" in said, said
            some.running.remove(worker)
    monkeypatch.setattr(run_lock, "boot_id", lambda: "another start of the system")
    at.rmdir()
    with mounted(image, at):
        account = sink.account(name="news", sender="news@example.com")
        with gp.Campaign.open("october", store=store, accounts=account) as campaign:
            campaign.run(progress=False)
        everybody_has_one_letter(store, sink, in_doubt=ROWS)


def test_a_store_on_a_disk_that_may_only_be_read_is_told_at_once(sink: gp.Sink, tmp_path: Path) -> None:
    image = new_disk(tmp_path)
    with mounted(image, tmp_path / "before") as disk:
        make(str(disk / "c.db"), sink.url, 3).close()
    with (
        mounted(image, tmp_path / "after", "loop,ro") as disk,
        pytest.raises(gp.StoreError, match=r"read-only; make the file and its folder writable|cannot be opened"),
    ):
        gp.Campaign.open("october", store=str(disk / "c.db"), accounts=[sink.account()]).run(progress=False)
    assert sink.received == 0


def test_a_store_whose_file_may_only_be_read_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    SqliteStore(str(path)).close()
    with SqliteStore(str(path)) as store:
        store._db.rows("PRAGMA query_only = ON")  # whoever is root may write to every file
        with pytest.raises(gp.StoreError, match="the file is read-only; make the file and its folder writable"):
            store.create_campaign("october", {}, {})
