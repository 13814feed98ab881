"""How the tables of the station file, and the triggers that guard the journal, come about.

Tables and indexes come from migration steps, which are never edited once released. Triggers stand beside them and
are put back at every start, because sqlite-utils drops a table's triggers when it transforms the table. What is in
the file is then compared, statement by statement, with what the steps make in memory. No check uses `json_valid`:
SQLite before 3.41 refuses it where the schema is not trusted.
"""

from __future__ import annotations

from functools import cache

from sqlite_utils import Database, Migrations

from terminal.domain.speech import Said
from terminal.store.connection import file_of, read, run, transaction
from terminal.store.driver import sqlite3
from terminal.store.errors import StoreUnavailable, explained
from terminal.store.tables import (
    ARRIVALS,
    AUDITS,
    GATES,
    LANGUAGE,
    OUTCOMES,
    PEOPLE,
    STOCK,
    TABLES,
    WORDS,
)
from terminal.store.triggers import TRIGGERS
from terminal.store.unit_tables import UNITS, VIEWS

STATION = Migrations("station")
Shape = dict[tuple[str, str], str]
"""(type, name) of an object in the file -> its statement, spaces made one."""


@STATION(name="0001_tables")
def _tables(db: Database) -> None:
    db.executescript(TABLES)


@STATION(name="0002_outcomes")
def _outcomes(db: Database) -> None:
    db.executescript(OUTCOMES)


@STATION(name="0003_gates")
def _gates(db: Database) -> None:
    db.executescript(GATES)


@STATION(name="0004_arrivals")
def _arrivals(db: Database) -> None:
    db.executescript(ARRIVALS)


@STATION(name="0005_units")
def _units(db: Database) -> None:
    db.executescript(UNITS)
    db.executescript(VIEWS)


@STATION(name="0006_audits")
def _audits(db: Database) -> None:
    db.executescript(AUDITS)


@STATION(name="0007_people")
def _people(db: Database) -> None:
    db.executescript(PEOPLE)


@STATION(name="0008_stock")
def _stock(db: Database) -> None:
    db.executescript(STOCK)


@STATION(name="0009_words")
def _words(db: Database) -> None:
    db.executescript(WORDS)


@STATION(name="0010_language")
def _language(db: Database) -> None:
    db.executescript(LANGUAGE)


def pending(db: Database) -> bool:
    """True where the file has still to be made or brought up to date. Raises StoreUnavailable where it is newer."""
    path = file_of(db)
    with explained(path):
        newer = sorted({step.name for step in STATION.applied(db)} - _steps())
        waiting = bool(STATION.pending(db))
    if newer:
        ahead = Said(
            "{path} was written by a newer version of this program (step {step}). Update this station.",
            path=path,
            step=newer[-1],
        )
        raise StoreUnavailable(ahead, "newer")
    return waiting


def migrate(db: Database) -> None:
    """Apply the steps that are missing and put the triggers, all of it or nothing, inside a transaction.

    The caller must be the only one who has the file open.
    """
    if not db.conn.in_transaction:
        raise RuntimeError("a file is made in a transaction, or a crash leaves it without its triggers")
    with explained(file_of(db)):
        STATION.apply(db)
    _put_triggers(db, actual(db))


def settle(db: Database) -> list[str]:
    """Put missing triggers and indexes back and say what was not as expected, one sentence each.

    Raises StoreUnavailable where a table is missing or has another shape: nothing can be put back then.
    """
    found, wanted = actual(db), expected()
    told = drift(db)
    broken = [
        name for (kind, name), sql in wanted.items() if kind == "table" and found.get((kind, name)) != sql
    ]
    if broken:
        strange = Said(
            "{path} has not the tables that this version works with ({tables}). Restore the last backup, or give "
            "another data folder.",
            path=file_of(db),
            tables=", ".join(sorted(broken)),
        )
        raise StoreUnavailable(strange, "schema")
    if told:
        with transaction(db):
            _put_triggers(db, found)
            _put_indexes(db, found)
    return told


def drift(db: Database) -> list[str]:
    """What in the file differs from what the steps and triggers make, one sentence each. Changes nothing."""
    found, wanted = actual(db), expected()
    told = []
    for (kind, name), sql in wanted.items():
        if (kind, name) not in found:
            told.append(f"The {kind} {name} is missing from the file.")
        elif found[kind, name] != sql:
            told.append(f"The {kind} {name} in the file is not the one of this version.")
    told += [
        f"The file holds a {kind} {name} that is not ours."
        for kind, name in found
        if (kind, name) not in wanted
    ]
    return told


def actual(db: Database) -> Shape:
    """What the file holds, without SQLite's own tables and the list of migrations."""
    sql = (
        "select type, name, sql from sqlite_master where sql is not null and substr(name, 1, 7) <> 'sqlite_'"
    )
    shape = {(kind, name): " ".join(text.split()) for kind, name, text in read(db, sql)}
    return {key: text for key, text in shape.items() if "_sqlite_migrations" not in text}


@cache
def expected() -> Shape:
    """What a file made by this version holds."""
    db = Database(sqlite3.connect(":memory:", isolation_level=None), execute_plugins=False)
    try:
        STATION.apply(db)
        for sql in TRIGGERS.values():
            run(db, sql)
        return actual(db)
    finally:
        db.close()


@cache
def _steps() -> set[str]:
    """The names of all steps that this version knows."""
    db = Database(sqlite3.connect(":memory:", isolation_level=None), execute_plugins=False)
    try:
        return {step.name for step in STATION.pending(db)}
    finally:
        db.close()


def _put_triggers(db: Database, found: Shape) -> None:
    for kind, name in found:
        if kind == "trigger":
            run(db, f'drop trigger if exists "{name.replace(chr(34), chr(34) * 2)}"')
    for sql in TRIGGERS.values():
        run(db, sql)


def _put_indexes(db: Database, found: Shape) -> None:
    missing = {key: sql for key, sql in expected().items() if key[0] == "index" and found.get(key) != sql}
    for (_, name), sql in missing.items():
        run(db, f"drop index if exists {name}")
        run(db, sql)
