"""Why a station file can't be opened is English where it is kept, and said in the language of whoever reads it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from terminal.bench.state import State
from terminal.domain.speech import Said, retold, speaking, told_by
from terminal.segments import earlier, note_base
from terminal.store.connection import open_database
from terminal.store.errors import StoreError, explain
from terminal.store.locks import FileLock, StationLock
from terminal.store.station_file import NAME, StationFile


class Starred:
    """A language whose sentences begin with a star."""

    def gettext(self, message: str, /) -> str:
        """The sentence, known by its star."""
        return f"*{message}"

    def ngettext(self, one: str, many: str, n: int, /) -> str:
        """The same, with the form for a number."""
        return f"*{one if n == 1 else many}"


def changed(folder: Path, statement: str) -> None:
    """Open a file that another program changed."""
    StationFile.open(folder, "ST01").close()
    raw = sqlite3.connect(folder / NAME)
    raw.execute(statement)
    raw.commit()
    raw.close()
    StationFile.open(folder, "ST01")


def opened_twice(folder: Path) -> None:
    """Be the bench of a station that has one."""
    with StationLock(folder):
        StationLock(folder).acquire()


def without_its_past(folder: Path) -> None:
    """Ask for a journal that is not where it was left."""
    with StationFile.open(folder, "ST01") as file:
        note_base(file.journal, State(), ("e", file.journal.head(), "gone"))
        list(earlier(folder, "ST01", file.journal))


NEWER = (
    "insert into _sqlite_migrations(migration_set, name, applied_at) values ('station', '0099_later', '2027')"
)


@pytest.mark.parametrize(
    ("fail", "words"),
    [
        (opened_twice, "the bench is open on this station (pid "),
        (without_its_past, "The journal that this one goes on from is not in "),
        (
            lambda folder: changed(folder, NEWER),
            " was written by a newer version of this program (step 0099_later",
        ),
        (
            lambda folder: changed(folder, "drop table parcel"),
            " has not the tables that this version works with (",
        ),
        (lambda folder: changed(folder, "delete from meta where k = 'epoch'"), " ('epoch' is missing)."),
        (
            lambda folder: StationFile.open(folder, "ST02"),
            " belongs to the station 'ST01', and this is 'ST02'.",
        ),
        (
            lambda folder: FileLock(folder / "no" / "x.lock").take(),
            " can't be opened (No such file or directory).",
        ),
        (lambda folder: open_database(folder / "no" / NAME, create=True), " can't be made: No such file"),
    ],
)
def test_why_a_station_can_not_be_opened_is_said(
    tmp_path: Path, fail: Callable[[Path], object], words: str
) -> None:
    """Its values stay as they are."""
    StationFile.open(tmp_path, "ST01").close()
    with pytest.raises(StoreError) as caught:
        fail(tmp_path)
    why = told_by(caught.value)
    assert words in why
    with speaking(Starred()):
        assert retold(why) == f"*{why}"


@pytest.mark.parametrize("code", [10, 11, 19, None])
def test_a_sentence_keeps_no_error(tmp_path: Path, code: int | None) -> None:
    """It is shown long after; with an error it would keep what was open when that was raised."""
    error = sqlite3.OperationalError("words of SQLite")
    if code is not None:
        error.sqlite_errorcode = code
    why = told_by(explain(error, tmp_path / NAME))
    assert isinstance(why, Said)
    assert not [value for value in why.values.values() if isinstance(value, BaseException)]
