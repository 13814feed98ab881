"""Tables and triggers: the journal can only grow, and what was taken out of the file is put back or refused."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from terminal.bench.wire import Draft
from terminal.store.connection import read, run
from terminal.store.errors import StoreUnavailable
from terminal.store.projections import PROJECTIONS
from terminal.store.schema import drift, settle
from terminal.store.station_file import StationFile
from terminal.store.triggers import TRIGGERS

ZEROS = "0" * 64


def event_values(raw: sqlite3.Connection, seq: int, event_id: str = "new") -> tuple[object, ...]:
    """A row that follows the last event, but for what the test changes."""
    prev = raw.execute(
        "select coalesce((select hash from event order by seq desc limit 1), ?)", (ZEROS,)
    ).fetchone()[0]
    return (seq, event_id, "inspected", 1, "2026-11-23T08:00:00.000Z", None, None, None, "{}", prev, "1" * 64)


INSERT = "into event(seq, id, kind, v, at, item, operator, policy, body, prev, hash) values (?,?,?,?,?,?,?,?,?,?,?)"


@pytest.mark.parametrize(
    "statement",
    [
        "update event set body = '{}' where seq = 1",
        "update or replace event set seq = 9 where seq = 1",
        "delete from event where seq = 2",
        "delete from event",
    ],
)
def test_an_event_can_not_be_changed_or_deleted(
    station: StationFile, raw: sqlite3.Connection, make_draft: Callable[..., Draft], statement: str
) -> None:
    """By no statement, over no connection: the triggers are in the file."""
    station.journal.append([make_draft(n=1), make_draft(n=2)])
    before = raw.execute("select * from event").fetchall()
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw.execute(statement)
    assert raw.execute("select * from event").fetchall() == before


@pytest.mark.parametrize("verb", ["insert", "insert or replace", "insert or ignore", "replace"])
def test_an_event_can_not_be_replaced_even_without_recursive_triggers(
    station: StationFile, raw: sqlite3.Connection, make_draft: Callable[..., Draft], verb: str
) -> None:
    """INSERT OR REPLACE deletes without asking the trigger against deletes."""
    first, _ = station.journal.append([make_draft(n=1), make_draft(n=2)])
    before = raw.execute("select * from event").fetchall()
    with pytest.raises(sqlite3.IntegrityError):
        raw.execute(f"{verb} {INSERT}", event_values(raw, 3, first.id))
    with pytest.raises(sqlite3.IntegrityError):
        raw.execute(f"{verb} {INSERT}", event_values(raw, 1))
    assert raw.execute("select * from event").fetchall() == before


@pytest.mark.parametrize("seq", [0, -1, 2, 4, None])
def test_numbers_have_no_gaps(
    station: StationFile, raw: sqlite3.Connection, make_draft: Callable[..., Draft], seq: int
) -> None:
    """The next number is the last one and one."""
    station.journal.append([make_draft(n=1), make_draft(n=2)])
    with pytest.raises(sqlite3.IntegrityError, match=r"gaps|NOT NULL"):
        raw.execute(f"insert {INSERT}", event_values(raw, seq))
    raw.execute(f"insert {INSERT}", event_values(raw, 3))


def test_an_event_must_follow_from_the_last_one(
    station: StationFile, raw: sqlite3.Connection, make_draft: Callable[..., Draft]
) -> None:
    """Two writers that both read the same head can't both write."""
    station.journal.append([make_draft()])
    values = list(event_values(raw, 2))
    values[9] = ZEROS
    with pytest.raises(sqlite3.IntegrityError, match="chain is broken"):
        raw.execute(f"insert {INSERT}", values)


@pytest.mark.parametrize("body", ["", "{", "nothing", None])
def test_a_body_is_an_object(station: StationFile, raw: sqlite3.Connection, body: str | None) -> None:
    """As far as a check can tell that every SQLite has; the journal writes nothing else."""
    values = list(event_values(raw, 1))
    values[8] = body
    with pytest.raises(sqlite3.IntegrityError):
        raw.execute(f"insert {INSERT}", values)


def test_tables_are_strict(raw: sqlite3.Connection) -> None:
    """A number in a text column, or the other way round, is refused instead of changed."""
    with pytest.raises(sqlite3.IntegrityError, match="cannot store TEXT"):
        raw.execute("insert into item(lpn, line) values ('BCDF', 'first')")
    strict = raw.execute(
        "select name, strict from pragma_table_list where schema = 'main' and type = 'table'"
    )
    loose = {name for name, is_strict in strict if not is_strict}
    assert {name for name in loose if not name.startswith(("sqlite_", "_sqlite_"))} == set()


def test_rows_may_give_every_column_of_the_projections_and_no_other(station: StationFile) -> None:
    """The list that guards the rows is the list of the tables."""
    for table, shape in PROJECTIONS.items():
        there = {row[0] for row in read(station.db, f"select name from pragma_table_info('{table}')")}
        assert shape.columns == there
        key = read(station.db, f"select name from pragma_table_info('{table}') where pk = 1")
        assert key == [(shape.key,)]


def test_a_file_that_is_as_it_was_made_has_no_drift(station: StationFile) -> None:
    """Spaces in the statements count for nothing."""
    assert drift(station.db) == []
    assert station.findings == ()


@pytest.mark.parametrize("name", sorted(TRIGGERS))
def test_a_trigger_that_was_dropped_is_told_and_put_back(tmp_path: Path, name: str) -> None:
    """At the next start."""
    StationFile.open(tmp_path, "ST01").close()
    raw = sqlite3.connect(tmp_path / "station.db")
    raw.execute(f"drop trigger {name}")
    raw.commit()
    raw.close()
    file = StationFile.open(tmp_path, "ST01")
    assert [finding.sentence for finding in file.findings] == [
        f"The trigger {name} is missing from the file."
    ]
    assert drift(file.db) == []
    file.close()


def test_a_trigger_that_was_weakened_or_added_is_told_and_undone(station: StationFile) -> None:
    """An index that is missing is put back as well."""
    run(station.db, "drop trigger event_no_update")
    run(station.db, "create trigger event_no_update before update on event begin select 1; end")
    run(station.db, 'create trigger "mine""s" after insert on event begin delete from item; end')
    run(station.db, "drop index item_serial")
    told = " ".join(settle(station.db))
    assert "event_no_update in the file is not the one" in told
    assert 'trigger mine"s that is not ours' in told
    assert "index item_serial is missing" in told
    assert drift(station.db) == []


def test_a_table_of_somebody_else_is_told_and_left_alone(station: StationFile) -> None:
    """It may hold somebody's work."""
    run(station.db, "create table notes(a)")
    assert settle(station.db) == ["The file holds a table notes that is not ours."]
    assert read(station.db, "select * from notes") == []


@pytest.mark.parametrize("statement", ["alter table item add column colour text", "drop table parcel"])
def test_a_table_of_another_shape_is_refused_with_its_name(tmp_path: Path, statement: str) -> None:
    """Nothing can be put back there."""
    StationFile.open(tmp_path, "ST01").close()
    raw = sqlite3.connect(tmp_path / "station.db")
    raw.execute(statement)
    raw.close()
    with pytest.raises(StoreUnavailable, match=r"has not the tables .*(item|parcel)"):
        StationFile.open(tmp_path, "ST01")


def test_a_file_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    """An older program would write what the newer one does not understand."""
    StationFile.open(tmp_path, "ST01").close()
    raw = sqlite3.connect(tmp_path / "station.db")
    raw.execute(
        "insert into _sqlite_migrations(migration_set, name, applied_at) values ('station', '0099_later', '2027')"
    )
    raw.commit()
    raw.close()
    with pytest.raises(StoreUnavailable, match=r"newer version .*0099_later"):
        StationFile.open(tmp_path, "ST01")


def test_three_processes_that_make_the_file_at_once_make_one_file(tmp_path: Path) -> None:
    """All three go on, with one epoch."""
    script = (
        "import sys; from terminal.store.station_file import StationFile\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "file = StationFile.open(sys.argv[1], 'ST01', ['folder']); print(file.identity.epoch, flush=True)\n"
        "sys.stdin.readline(); file.close()"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    epochs = set()
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in started:
        assert process.stdout is not None
        epochs.add(process.stdout.readline())
    for process in started:
        process.communicate("end\n", timeout=30)
        assert process.returncode == 0
    assert len(epochs) == 1
    file = StationFile.open(tmp_path, "ST01")
    assert file.verify() == []
    file.close()
