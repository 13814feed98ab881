"""The one place where the station file is opened, read and written.

Connections run in autocommit (`isolation_level=None`), so that sqlite-utils and the driver never open a transaction
on their own: an `INSERT ... RETURNING` or a bare `conn.execute` would otherwise leave one open that later writes
join and lose at close. Transactions are `BEGIN IMMEDIATE`: a deferred one that reads first can't wait for a second
writer. `insert(ignore=...)`, `replace=`, `alter=` and `with db.conn` are not used anywhere: they drop rows, delete
others, add columns or commit half of the block without a word. Nothing in this process may open the file by other
means than SQLite: closing any handle on it drops the locks of all connections.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from terminal.domain.speech import Said
from terminal.store.driver import sqlite3
from terminal.store.errors import CommitFailed, StoreUnavailable, explain, explained

TIMEOUT = 5.0
"""Seconds to wait for another writer."""
FIXED = (3, 51, 3)
"""The first SQLite in which a checkpoint can't lose a commit of another connection (sqlite.org/wal.html)."""

Value = str | int | float | bytes | None


def open_database(path: Path | str, *, create: bool = False) -> Database:
    """A connection with every setting that the journal relies on, each read back after it was made.

    WAL with synchronous=FULL, because with less a power cut takes acknowledged items; a rollback journal with
    synchronous=EXTRA where SQLite is older than FIXED or the file system can't do WAL. Raises StoreUnavailable.
    """
    path = Path(path).absolute()
    if create and not path.exists():
        _create(path)
    with explained(path):
        connection = sqlite3.connect(
            f"{path.as_uri()}?mode=rw",
            uri=True,
            timeout=TIMEOUT,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            _set(connection, path)
        except BaseException:
            connection.close()
            raise
        return Database(connection, execute_plugins=False)


def file_of(db: Database) -> Path:
    """The file that a connection has open."""
    return Path(str(db.conn.execute("pragma database_list").fetchone()[2]))


def read(db: Database, sql: str, values: Sequence[Value] = ()) -> list[Any]:
    """All rows of a query. They are read at once: an open cursor would hold a checkpoint or a writer up."""
    try:
        return db.conn.execute(sql, values).fetchall()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise explain(error, _told_path(db)) from error


def read_named(db: Database, sql: str, values: Sequence[Value] = ()) -> list[dict[str, Any]]:
    """All rows of a query, each by the names of its columns."""
    try:
        cursor = db.conn.execute(sql, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise explain(error, _told_path(db)) from error


def run(db: Database, sql: str, values: Sequence[Value] = ()) -> int:
    """One statement; how many rows it changed. Outside a transaction it is committed at once."""
    try:
        return db.conn.execute(sql, values).rowcount
    except sqlite3.Error as error:
        raise explain(error, _told_path(db)) from error


def run_many(db: Database, sql: str, values: Iterable[Sequence[Value]]) -> None:
    """One statement for many rows, inside a transaction."""
    if not db.conn.in_transaction:
        raise RuntimeError("many rows are written in a transaction, or some of them stay when one fails")
    try:
        db.conn.executemany(sql, values)
    except sqlite3.Error as error:
        raise explain(error, _told_path(db)) from error


def read_json(text: str, what: str) -> Any:
    """JSON out of a column. `what` names it in the StoreUnavailable that a damaged one raises."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise StoreUnavailable(
            f"{what} in the station file can't be read ({error}). Run verify --rebuild, or restore a backup.",
            "damaged",
        ) from error


@contextmanager
def transaction(db: Database) -> Iterator[None]:
    """All of the block or nothing of it; on disk when the block has been left.

    Raises CommitFailed where COMMIT itself reports an error: then the file must be asked what it holds.
    """
    run(db, "begin immediate")
    try:
        yield
    except BaseException:
        _roll_back(db)
        raise
    try:
        db.conn.execute("commit")
    except sqlite3.Error as error:
        _roll_back(db)
        told = explain(error, _told_path(db))
        raise CommitFailed(str(told), getattr(told, "cause", "other")) from error


def safe_text(text: str) -> str:
    """Text that SQLite can hold: half surrogate pairs, which have no UTF-8, become the replacement character."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _told_path(db: Database) -> Path:
    """The file's name for a message; a closed connection does not know it any more."""
    try:
        return file_of(db)
    except sqlite3.Error:
        return Path("the station file, which is closed,")


def _roll_back(db: Database) -> None:
    """Close what is open. SQLite has rolled back by itself after a full disk or an I/O error."""
    with suppress(sqlite3.Error):
        if db.conn.in_transaction:
            db.conn.execute("rollback")


def _create(path: Path) -> None:
    """Make the file before SQLite does, so that only this user may read it; the log files take its mode."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        why = Said("{path} can't be made: {why}.", path=path, why=error.strerror)
        raise StoreUnavailable(why, "cannot_open") from error


def _set(connection: sqlite3.Connection, path: Path) -> None:
    mode, synchronous = ("wal", 2) if sqlite3.sqlite_version_info >= FIXED else ("delete", 3)
    if connection.execute(f"pragma journal_mode={mode}").fetchone()[0] != mode:
        mode, synchronous = "delete", 3
        connection.execute(f"pragma journal_mode={mode}")
    wanted = {
        "journal_mode": mode,
        "synchronous": synchronous,
        "foreign_keys": 1,
        "cell_size_check": 1,
        "trusted_schema": 0,
        "recursive_triggers": 1,
    }
    for name, value in wanted.items():
        if name != "journal_mode":
            connection.execute(f"pragma {name}={value}")
        got = connection.execute(f"pragma {name}").fetchone()[0]
        if got != value:
            raise StoreUnavailable(
                Said(
                    "{path} can't be opened safely: the setting {name} stayed {got!r} instead of {value!r}. Is the "
                    "data folder on a local disk, and is no older program using the file?",
                    path=path,
                    name=name,
                    got=got,
                    value=value,
                )
            )
