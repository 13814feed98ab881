"""The one place that opens the file: settings, transactions, and errors as sentences."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import terminal.store
from terminal.store import connection
from terminal.store.connection import open_database, read, run, run_many, transaction
from terminal.store.driver import sqlite3
from terminal.store.errors import StoreError, StoreRefused, StoreUnavailable, explain
from terminal.store.locks import StationLock
from terminal.store.station_file import StationFile


def test_a_connection_syncs_every_commit_and_is_in_wal_mode_where_that_is_safe(tmp_path: Path) -> None:
    """The settings that the journal relies on, read back from the connection."""
    safe = sqlite3.sqlite_version_info >= connection.FIXED
    db = open_database(tmp_path / "a.db", create=True)
    told = {
        name: read(db, f"pragma {name}")[0][0] for name in ("journal_mode", "synchronous", "foreign_keys")
    }
    mode, synchronous = ("wal", 2) if safe else ("delete", 3)
    assert told == {"journal_mode": mode, "synchronous": synchronous, "foreign_keys": 1}
    assert [read(db, f"pragma {name}")[0][0] for name in ("cell_size_check", "trusted_schema")] == [1, 0]


def test_an_sqlite_that_can_lose_commits_in_wal_mode_gets_a_rollback_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With synchronous=EXTRA, or a power cut could still take the last commit."""
    monkeypatch.setattr(connection, "FIXED", (99, 0, 0))
    db = open_database(tmp_path / "a.db", create=True)
    assert read(db, "pragma journal_mode") == [("delete",)]
    assert read(db, "pragma synchronous") == [(3,)]


def test_a_setting_that_does_not_take_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """WAL on a file that another connection holds in a rollback journal can't be switched to."""
    holder = sqlite3.connect(str(tmp_path / "a.db"), isolation_level=None)
    holder.execute("create table t(a)")
    holder.execute("begin exclusive")
    monkeypatch.setattr(connection, "TIMEOUT", 0.05)
    with pytest.raises(StoreUnavailable, match="Another program"):
        open_database(tmp_path / "a.db")
    holder.close()


def test_the_file_is_readable_by_its_user_only(tmp_path: Path) -> None:
    """The log takes the mode of the file; both hold what customers sent back."""
    db = open_database(tmp_path / "a.db", create=True)
    run(db, "create table t(a)")
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir() if path.name != "a.db-shm"} == {0o600}


def test_a_file_that_is_missing_is_not_made_by_accident(tmp_path: Path) -> None:
    """Only who says so makes one: a mistyped path must not look like an empty station."""
    with pytest.raises(StoreUnavailable, match=r"can't be opened"):
        open_database(tmp_path / "a.db")
    assert list(tmp_path.iterdir()) == []


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    """Whatever ends the block: an error of SQLite or one of the caller's own."""
    db = open_database(tmp_path / "a.db", create=True)
    run(db, "create table t(a integer primary key) strict")

    def refused() -> None:
        with transaction(db):
            run_many(db, "insert into t values (?)", [(1,), (2,)])
            run(db, "insert into t values (1)")

    def broken_off() -> None:
        with transaction(db):
            run(db, "insert into t values (3)")
            raise KeyError

    with pytest.raises(StoreRefused, match=r"UNIQUE constraint failed: t\.a"):
        refused()
    with pytest.raises(KeyError):
        broken_off()
    assert read(db, "select * from t") == []
    assert not db.conn.in_transaction


def test_many_rows_are_refused_outside_a_transaction(tmp_path: Path) -> None:
    """In autocommit the rows before a bad one would stay."""
    db = open_database(tmp_path / "a.db", create=True)
    run(db, "create table t(a)")
    with pytest.raises(RuntimeError, match="in a transaction"):
        run_many(db, "insert into t values (?)", [(1,)])


def test_sqlite_utils_leaves_no_transaction_open_on_our_connections(tmp_path: Path) -> None:
    """An INSERT with RETURNING leaves one open on sqlite-utils' own connections, and close() then loses it."""
    db = open_database(tmp_path / "a.db", create=True)
    db.execute("create table t(a)")
    db.execute("insert into t values (1) returning a").fetchall()
    db.conn.execute("insert into t values (2)")
    assert not db.conn.in_transaction
    db.close()
    assert read(open_database(tmp_path / "a.db"), "select a from t") == [(1,), (2,)]


def test_a_second_writer_waits_for_the_first(tmp_path: Path) -> None:
    """Also when it reads before it writes: a deferred transaction would fail at once."""
    one, two = open_database(tmp_path / "a.db", create=True), open_database(tmp_path / "a.db")
    run(one, "create table t(a)")
    asked, done = threading.Event(), threading.Event()

    def second() -> None:
        asked.set()
        with transaction(two):
            count = read(two, "select count(*) from t")[0][0]
            run(two, "insert into t values (?)", (count,))
        done.set()

    with transaction(one):
        thread = threading.Thread(target=second)
        thread.start()
        assert asked.wait(5)
        run(one, "insert into t values (0)")
        assert not done.is_set()
    thread.join(10)
    assert read(one, "select a from t") == [(0,), (1,)]


def test_a_writer_that_does_not_end_gets_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the time-out, not for ever."""
    monkeypatch.setattr(connection, "TIMEOUT", 0.05)
    one, two = open_database(tmp_path / "a.db", create=True), open_database(tmp_path / "a.db")
    with transaction(one), pytest.raises(StoreUnavailable, match="Another program is writing") as caught:
        run(two, "begin immediate")
    assert caught.value.cause == "locked"


@pytest.mark.parametrize("content", [b"no database" * 500, b"SQLite format 3\x00" + b"\xff" * 4080])
def test_a_file_that_is_no_database_gets_a_sentence(tmp_path: Path, content: bytes) -> None:
    """Neither a text under that name nor a good header over nonsense."""
    path = tmp_path / "a.db"
    path.write_bytes(content)
    with pytest.raises(StoreUnavailable, match=r"a\.db is (no station file|damaged)") as caught:
        read(open_database(path), "select * from sqlite_master")
    assert caught.value.cause == "damaged"


def test_a_folder_in_the_place_of_the_file_gets_a_sentence(tmp_path: Path) -> None:
    """It can't be opened, and says so."""
    (tmp_path / "a.db").mkdir()
    with pytest.raises(StoreUnavailable, match=r"can't be opened"):
        open_database(tmp_path / "a.db")


def test_a_path_with_special_letters_is_opened_as_it_is(tmp_path: Path) -> None:
    """It is a path, not a part of a URI."""
    path = tmp_path / "a?mode=memory#% ü.db"
    run(open_database(path, create=True), "create table t(a)")
    assert path.stat().st_size > 0


@pytest.mark.parametrize(
    ("code", "cause", "words"),
    [
        (13, "full", "Make room"),
        (10 | 4 << 8, "io", "input/output error"),
        (8, "readonly", "read-only"),
        (5 | 1 << 8, "locked", "Close the other program"),
        (14, "cannot_open", "folder"),
        (26, "damaged", "last backup"),
        (11, "damaged", "last backup"),
        (None, "other", "does not answer"),
    ],
)
def test_every_error_of_sqlite_has_its_cause_in_words(
    tmp_path: Path, code: int | None, cause: str, words: str
) -> None:
    """Extended codes too; the file is named, and what to do."""
    error = sqlite3.OperationalError("words of SQLite")
    if code is not None:
        error.sqlite_errorcode = code
    told = explain(error, tmp_path / "station.db")
    assert isinstance(told, StoreUnavailable)
    assert told.cause == cause
    assert words in str(told)
    assert "station.db" in str(told)


def test_text_that_is_no_utf8_counts_as_damage(tmp_path: Path) -> None:
    """The driver reports it without any code."""
    db = open_database(tmp_path / "a.db", create=True)
    run(db, "create table t(a)")
    run(db, "insert into t values (cast(x'ff' as text))")
    with pytest.raises(StoreUnavailable, match="damaged"):
        read(db, "select a from t")


def test_one_bench_per_station_and_the_second_is_told_who_has_it(tmp_path: Path) -> None:
    """In another process and in the same one; a clean end leaves no trace."""
    script = "import sys; from terminal.store.locks import StationLock\nStationLock(sys.argv[1]).acquire()"
    with StationLock(tmp_path):
        told = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True)
        assert f"the bench is open on this station (pid {os.getpid()})" in told.stderr
        with pytest.raises(StoreUnavailable, match="pid"):
            StationLock(tmp_path).acquire()
    with StationLock(tmp_path) as lock:
        assert not lock.unclean


def test_a_bench_that_was_killed_leaves_no_lock_but_a_trace(tmp_path: Path) -> None:
    """The next start knows that the last one did not end well."""
    script = (
        "import os, sys; from terminal.store.locks import StationLock\n"
        "StationLock(sys.argv[1]).acquire(); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    with StationLock(tmp_path) as lock:
        assert lock.unclean


def test_a_lock_in_a_folder_that_can_not_be_made_gets_a_sentence(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable, match="can't be made"):
        StationLock(tmp_path / "file" / "data").acquire()


def test_every_error_of_the_store_is_one_kind() -> None:
    """A caller catches StoreError and has all of them."""
    assert issubclass(StoreUnavailable, StoreError)
    assert issubclass(StoreRefused, StoreError)


def test_no_module_of_the_store_goes_past_the_one_that_knows_the_traps() -> None:
    """sqlite-utils' own writers, `with db.conn` and a bare `execute` are used by the connection module only."""
    folder = Path(terminal.store.__file__).parent
    forbidden = {
        "execute",
        "executemany",
        "insert",
        "insert_all",
        "upsert",
        "upsert_all",
        "update",
        "atomic",
        "query",
    }
    found = []
    for path in folder.glob("*.py"):
        if path.name in ("connection.py", "importer.py"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in forbidden:
                found.append(f"{path.name}:{node.lineno} {node.attr}")
            if isinstance(node, ast.keyword) and node.arg in ("ignore", "replace", "alter"):
                found.append(f"{path.name}:{node.lineno} {node.arg}=")
    assert found == []


def test_a_station_file_is_never_opened_for_writing_by_two_names(tmp_path: Path) -> None:
    """A connection knows its file by the full path."""
    file = StationFile.open(tmp_path, "ST01")
    assert connection.file_of(file.db) == tmp_path / "station.db"
    file.close()


def test_a_closed_connection_gets_a_sentence_too(tmp_path: Path) -> None:
    """A late caller, after the bench was closed."""
    db = open_database(tmp_path / "a.db", create=True)
    db.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        read(db, "select 1")
