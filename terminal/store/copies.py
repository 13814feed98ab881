"""Copies of a station file: made while others work on it, and opened for reading only."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlite_utils import Database

from terminal.domain.suggest import BadData
from terminal.store.connection import read, run
from terminal.store.driver import sqlite3
from terminal.store.errors import StoreError, explained
from terminal.store.whole_file import flush

PAGES = 2_000
"""Pages that are copied at once where a reader holds writers up; between two such steps the bench may write."""


def copy_database(source: Database, target: Path) -> None:
    """Copy an open database into a new file, as one file without a log beside it, and onto the disk.

    With a write-ahead log it is one step, which holds no writer up: a copy in steps begins again with each commit
    of somebody else, and would not end beside a busy bench.
    """
    with suppress(FileNotFoundError):
        target.unlink()
    os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    pages = -1 if read(source, "pragma journal_mode")[0][0] == "wal" else PAGES
    with explained(target), closing(sqlite3.connect(str(target), isolation_level=None)) as copy:
        source.conn.backup(copy, pages=pages)
        run(Database(copy, execute_plugins=False), "pragma journal_mode=delete")
    flush(target)


@contextmanager
def reading(path: Path) -> Iterator[Database]:
    """An SQLite file that is only read. Raises BadData where it is none."""
    if not path.is_file():
        raise BadData([f"{path} is not there, or is no file."])
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    try:
        yield Database(connection, execute_plugins=False)
    except StoreError as error:
        raise BadData([str(error)]) from error
    finally:
        connection.close()
