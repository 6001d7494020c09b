"""What is particular to the store in an SQLite file."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from store_samples import recipient

from gatepost.store import Status, StoreError, open_store
from gatepost.store.schema import POSTGRESQL, VERSION, ddl
from gatepost.store.sqlite import SqliteStore


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"the folder .*nowhere does not exist"):
        SqliteStore(str(tmp_path / "nowhere" / "store.db"))


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("email\n" * 1000)
    with pytest.raises(StoreError, match="not a database"):
        SqliteStore(str(path))
    assert path.read_text() == "email\n" * 1000


def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="not a regular file"):
        SqliteStore(str(tmp_path))


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = str(tmp_path / "other.db")
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE bookmarks (url TEXT)")
    with pytest.raises(StoreError, match="another program"):
        SqliteStore(path)
    with sqlite3.connect(path) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("bookmarks",)]


def test_a_store_of_a_newer_version_says_so(tmp_path: Path) -> None:
    path = str(tmp_path / "store.db")
    SqliteStore(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(StoreError, match=f"newer gatepost .store version {VERSION + 1}"):
        SqliteStore(path)


def test_a_store_that_another_process_writes_to_says_so_and_then_works_again(tmp_path: Path) -> None:
    path = str(tmp_path / "store.db")
    store = SqliteStore(path, busy_timeout=0.01)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="another program is writing"):
        store.create_campaign("october", {}, {})
    other.execute("ROLLBACK")
    assert store.create_campaign("october", {}, {}) == 1
    other.close()
    store.close()


def test_a_write_inside_a_write_is_refused_and_the_outer_one_undone(tmp_path: Path) -> None:
    with SqliteStore(str(tmp_path / "store.db")) as store:
        campaign = store.create_campaign("october", {}, {})

        def rows():  # type: ignore[no-untyped-def]
            yield recipient(1)
            assert store.suppressed_among(["a@x.ru"]) == {}  # reading is allowed
            store.suppress(["a@x.ru"], "complaint", 0.0)

        with pytest.raises(StoreError, match="in the middle of a write"):
            store.add_recipients(campaign, rows())
        assert sum(store.counts(campaign).values()) == 0


def test_processes_that_make_the_store_at_one_moment_all_succeed(tmp_path: Path) -> None:
    script = "import sys; from gatepost.store import open_store; open_store(sys.argv[1]).suppress(sys.argv[2:], '', 0)"
    path = str(tmp_path / "store.db")
    started = [subprocess.Popen([sys.executable, "-c", script, path, f"{n}@x.ru"]) for n in range(4)]
    assert [process.wait(60) for process in started] == [0, 0, 0, 0]
    with SqliteStore(path) as store:
        assert store.suppressions().height == 4


def test_a_recipient_takes_less_than_500_bytes(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with SqliteStore(str(path)) as store:
        campaign = store.create_campaign("october", {}, {})
        store.add_recipients(campaign, (recipient(row) for row in range(1, 20_001)))
        assert store.counts(campaign)[Status.QUEUED] == 20_000
    assert path.stat().st_size < 20_000 * 500


def test_a_url_of_an_unknown_scheme_is_refused() -> None:
    with pytest.raises(StoreError, match="mysql:// stores are not known"):
        open_store("mysql://localhost/mail")


def test_a_path_object_opens_a_store_and_an_open_store_is_itself(tmp_path: Path) -> None:
    store = open_store(tmp_path / "store.db")
    assert open_store(store) is store
    store.close()


def test_the_tables_carry_no_sqlite_words_for_postgresql() -> None:
    text = "\n".join(ddl(POSTGRESQL))
    assert "WITHOUT ROWID" not in text
    assert "BLOB" not in text.replace("campaign_blobs", "")
    assert "BYTEA" in text


def test_a_new_store_and_its_side_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    store = open_store(tmp_path / "c.db")
    store.suppress(["a@example.com"], "", 0)
    modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    store.close()
    assert modes["c.db"] == 0o600
    assert set(modes.values()) == {0o600}


def test_the_mode_of_a_store_that_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "c.db").touch()
    (tmp_path / "c.db").chmod(0o660)
    open_store(tmp_path / "c.db").close()
    assert (tmp_path / "c.db").stat().st_mode & 0o777 == 0o660
