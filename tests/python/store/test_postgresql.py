"""What is particular to the store in PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from postgresql_server import PostgresqlServer
from store_samples import NOON, attempt, recipient

from gatepost.store import Settled, StaleRun, Status, Store, StoreError, TokenRequest, open_store
from gatepost.store.errors import StoreUnreachable
from gatepost.store.postgresql.store import PostgresqlStore
from gatepost.store.postgresql.url import without_secrets
from gatepost.store.schema import VERSION
from gatepost.store.statements import HEARTBEAT
from gatepost.store.tables.workers import write_as
from gatepost.store.tokens import Moment


@pytest.fixture
def url(postgresql: PostgresqlServer) -> str:
    return postgresql.url()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = open_store(url)
    yield store
    store.close()


@pytest.fixture
def own_server() -> Iterator[PostgresqlServer]:
    server = PostgresqlServer()
    yield server
    server.close()


def schema_of(url: str) -> str:
    return url.rpartition("schema=")[2]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://ivan:s3cret@db/mail", "postgresql://ivan:***@db/mail"),
        ("postgresql://ivan@db/mail?password=s3cret&schema=a", "postgresql://ivan@db/mail?password=***&schema=a"),
        ("postgresql://ivan:s3:c@r/et@db", "postgresql://ivan:***@db"),
        ("postgresql://ivan:s3cret@one:5432,two:5433/mail", "postgresql://ivan:***@one:5432,two:5433/mail"),
        ("postgresql://db?sslpassword=s3cret", "postgresql://db?sslpassword=***"),
    ],
)
def test_passwords_are_masked_in_the_url(url: str, shown: str) -> None:
    assert without_secrets(url) == shown


@pytest.mark.parametrize("tail", ["mail", "mail?password=s3cret", "mail?no_such=1", "mail?connect_timeout=x", "%zz"])
def test_no_error_shows_the_password(tail: str) -> None:
    with pytest.raises(StoreError) as caught:
        open_store(f"postgresql://ivan:s3cret@127.0.0.1:1/{tail}")
    assert "s3cret" not in f"{caught.value!r} {caught.value} {caught.value.__cause__}"


def test_a_server_that_is_not_there_is_said_at_once() -> None:
    with pytest.raises(StoreError, match="cannot be reached"):
        open_store("postgresql://ivan@127.0.0.1:1/mail")


def test_a_schema_with_tables_of_another_program_is_refused_and_left_alone(
    postgresql: PostgresqlServer, url: str
) -> None:
    postgresql.sql(f"CREATE SCHEMA {schema_of(url)}")
    postgresql.sql(f"CREATE TABLE {schema_of(url)}.bookmarks (url TEXT)")
    with pytest.raises(StoreError, match="tables of another program"):
        open_store(url)
    assert postgresql.sql(f"SELECT tablename FROM pg_tables WHERE schemaname = '{schema_of(url)}'") == [("bookmarks",)]


def test_tables_in_other_schemas_do_no_harm(postgresql: PostgresqlServer, store: Store) -> None:
    assert store.campaigns() == []
    other = open_store(postgresql.url())
    other.create_campaign("october", {}, {})
    assert store.campaigns() == []
    other.close()


@pytest.mark.parametrize("schema", ["pg_catalog", "a-b", "A", "x;drop", ""])
def test_a_schema_that_is_no_name_is_refused(schema: str) -> None:
    with pytest.raises(StoreError, match="schema="):
        open_store(f"postgresql://db/mail?schema={schema}")


def test_a_store_of_a_newer_version_says_so(postgresql: PostgresqlServer, url: str) -> None:
    open_store(url).close()
    postgresql.sql(f"UPDATE {schema_of(url)}.gatepost_store SET version = {VERSION + 1}")
    with pytest.raises(StoreError, match=f"newer gatepost .store version {VERSION + 1}"):
        open_store(url)


def test_a_database_that_cannot_keep_every_letter_is_refused(postgresql: PostgresqlServer, url: str) -> None:
    postgresql.sql("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    with pytest.raises(StoreError, match="LATIN1; make one with ENCODING 'UTF8'"):
        open_store(url.replace("/postgres?", "/latin?"))


def test_processes_that_make_the_store_at_one_moment_all_succeed(url: str) -> None:
    script = "import sys; from gatepost.store import open_store; open_store(sys.argv[1]).suppress(sys.argv[2:], '', 0)"
    started = [subprocess.Popen([sys.executable, "-c", script, url, f"{n}@x.ru"]) for n in range(4)]
    assert [process.wait(60) for process in started] == [0, 0, 0, 0]
    store = open_store(url)
    assert store.suppressions().height == 4
    store.close()


def test_a_nul_in_what_strangers_wrote_becomes_a_replacement_character(store: Store) -> None:
    store.add_attempts([attempt(NOON, "a@x.ru", "refused", reply="550 нет\0такого")])
    assert store.attempts()["reply"].to_list() == ["550 нет\N{REPLACEMENT CHARACTER}такого"]


def test_leases_of_others_are_passed_over_and_not_waited_for(postgresql: PostgresqlServer, store: Store) -> None:
    campaign = store.create_campaign("october", {}, {})
    store.add_recipients(campaign, [recipient(row) for row in range(1, 6)])
    other = PostgresqlStore(store._db.secret_url)  # type: ignore[attr-defined]
    one, two = store.join(campaign, "one", NOON), store.join(campaign, "two", NOON)
    with other._db.transaction() as transaction:
        transaction.execute("SELECT row FROM recipients WHERE row <= 2 FOR UPDATE")
        assert [each.row for each in store.lease(two, 2, NOON)] == [3, 4]
    assert [each.row for each in store.lease(one, 9, NOON)] == [1, 2, 5]
    other.close()


def test_only_one_of_two_heirs_gets_what_a_silent_worker_held(url: str, store: Store) -> None:
    campaign = store.create_campaign("october", {}, {})
    store.join(campaign, "silent", NOON)
    seen = store.workers(campaign)
    stores = [open_store(url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda one: one.take_over(campaign, "heir", NOON + 60, only=seen), stores))
    assert sum(map(len, taken)) == 1
    for one in stores:
        one.close()


@pytest.mark.parametrize("wrong_by", [-7200.0, 7200.0])
def test_machines_whose_clocks_differ_share_one_window(store: Store, wrong_by: float) -> None:
    limits, here = ((1, 60.0),), time.time()
    ours, theirs = Moment("one", 1000.0, here), Moment("two", 5.0, here + wrong_by)
    first = store.exchange_tokens(TokenRequest("a", limits, wanted=1), ours, 5.0)
    assert first.tokens == 1
    waiting = store.exchange_tokens(TokenRequest("a", limits, wanted=1), theirs, 5.0)
    assert waiting.tokens == 0
    over = TokenRequest("a", limits, first.holder, ended=((0.0, 1),))
    store.exchange_tokens(over, ours._replace(ticks=1001.0), 5.0)
    soon = theirs._replace(ticks=50.0, wall=theirs.wall + wrong_by)
    again = TokenRequest("a", limits, waiting.holder, wanted=1)
    assert store.exchange_tokens(again, soon, 5.0).tokens == 0
    later = theirs._replace(ticks=70.0)
    assert store.exchange_tokens(again, later, 5.0).tokens == 1


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_a_server_that_is_started_again_in_the_middle_is_waited_for(own_server: PostgresqlServer, how: str) -> None:
    store = open_store(own_server.url())
    campaign = store.create_campaign("октябрь", {}, {})
    store.add_recipients(campaign, [recipient(row) for row in range(1, 6)])
    worker = store.join(campaign, "one", NOON)
    store.lease(worker, 3, NOON)
    getattr(own_server, how)()
    with ThreadPoolExecutor(1) as pool:
        settled = pool.submit(store.settle, worker, [Settled(1, Status.ACCEPTED, at=NOON)])
        own_server.start()
        settled.result(60)
    assert store.counts(campaign)[Status.ACCEPTED] == 1
    assert [each.row for each in store.in_flight(worker)] == [2, 3]
    store.close()


def test_a_server_that_stays_away_ends_in_words_and_later_calls_do_not_wait_again(
    own_server: PostgresqlServer, caplog: pytest.LogCaptureFixture
) -> None:
    store = PostgresqlStore(own_server.url(), patience=0.2)
    own_server.stop()
    for _ in range(2):
        with pytest.raises(StoreError, match="cannot be reached"):
            store.campaigns()
    assert sum("trying again for 0.2 s" in record.message for record in caplog.records) == 1
    own_server.start()
    assert store.campaigns() == []
    store.close()


def test_a_worker_frozen_in_the_middle_of_a_write_does_not_hold_up_its_heir(
    url: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = store.create_campaign("october", {}, {})
    monkeypatch.setattr("gatepost.store.postgresql.connection._FROZEN", 1)
    frozen = PostgresqlStore(url)
    worker = frozen.join(campaign, "frozen", NOON)
    with pytest.raises(StoreUnreachable), frozen._db.transaction() as transaction:
        write_as(transaction, worker, HEARTBEAT, NOON + 1)
        [taken] = store.take_over(campaign, "heir", NOON)  # waits for the row until the server ends the other
    with pytest.raises(StaleRun):
        frozen.heartbeat(worker, NOON + 2)
    store.leave(taken)
    assert [each.name for each in frozen.campaigns()] == ["october"]
    frozen.close()


@pytest.mark.parametrize("kept", [True, False])
def test_a_write_whose_answer_is_lost_is_asked_after(own_server: PostgresqlServer, kept: bool) -> None:
    """The connection breaks at COMMIT, after or before the server did it."""
    store = PostgresqlStore(own_server.url())
    database = store._db
    calls = []

    class Breaking:
        def __init__(self, connection: object) -> None:
            self.connection = connection

        def __getattr__(self, name: str) -> object:
            return getattr(self.connection, name)

        def execute(self, statement: str, parameters: object = ()) -> object:
            if statement == "COMMIT" and not calls:
                calls.append(statement)
                if kept:
                    self.connection.execute(statement)  # type: ignore[attr-defined]
                pid = self.connection.info.backend_pid  # type: ignore[attr-defined]
                own_server.sql(f"SELECT pg_terminate_backend({pid}, 10000)")
                return self.connection.execute("SELECT 1")  # type: ignore[attr-defined]
            return self.connection.execute(statement, parameters)  # type: ignore[attr-defined]

    database._connection = Breaking(database._connection)  # type: ignore[attr-defined, assignment]
    campaign = store.create_campaign("october", {}, {})
    assert calls == ["COMMIT"]
    assert [each.id for each in store.campaigns()] == [campaign]
    store.close()


def test_a_store_that_was_closed_says_so(url: str) -> None:
    store = open_store(url)
    store.close()
    store.close()
    with pytest.raises(StoreError, match="it was closed"):
        store.campaigns()
