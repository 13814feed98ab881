"""The tables of figures as a whole: brought up to date, made anew, held against the journal.

A station file may go on from earlier journals (see `segments`); what they tell of units counts as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from terminal.store.connection import read, run, transaction
from terminal.store.station_file import StationFile
from terminal.store.unit_follow import catch_up, followed_epoch, forget
from terminal.store.units import PARTS

CHECKED = ("unit", "trail")
"""Tables of which every row is compared."""
COPIED = (*CHECKED, "unit_stale", "meta")
SHOWN = 5


def bring_up(file: StationFile, currency: str, *, sums: bool = True) -> None:
    """Follow what was not followed yet, from wherever that was left off. Raises StoreUnavailable."""
    epoch = followed_epoch(file.db)
    if epoch != file.identity.epoch:
        # Here, because it brings all that sends, and few files go on from others.
        from terminal.segments import earlier

        reached = epoch is None
        for segment in earlier(file.data_dir, file.identity.station, file.journal):
            reached = reached or segment.identity.epoch == epoch
            if reached:
                catch_up(file.db, currency, journal=segment.db, sums=False)
    catch_up(file.db, currency, sums=sums)


def make_anew(file: StationFile, currency: str) -> None:
    """Empty the tables of figures and make them from the journals again. Raises StoreUnavailable."""
    with transaction(file.db):
        forget(file.db)
    bring_up(file, currency)


def differences(file: StationFile, currency: str) -> list[str]:
    """What in the tables of figures is not what the journals and outcomes say, one sentence each.

    The rows are made a second time in temporary tables, so that a million units need no more memory than ten.
    """
    db = file.db
    bring_up(file, currency)
    with _second(file):
        bring_up(file, currency, sums=False)
        told = []
        for table in CHECKED:
            for which, other in (("main", "temp"), ("temp", "main")):
                unlike = f"select * from {which}.{table} except select * from {other}.{table}"
                sql = f"select lpn from ({unlike}) limit ?"
                told += [row[0] for row in read(db, sql, (SHOWN,))]
    found = [
        f"The figures of {lpn} are not what the journal says: run verify --rebuild."
        for lpn in dict.fromkeys(told)
    ]
    return [*found, *_sums(file)]


def _sums(file: StationFile) -> Iterator[str]:
    """Sums by day that are not those of the units."""
    want = read(
        file.db,
        "select count(received_day), count(closed_day), coalesce(sum(income_cents) filter (where settled = 1), 0) "
        "from unit",
    )[0]
    for part in PARTS:
        sql = (
            "select coalesce(sum(received), 0), coalesce(sum(closed), 0), coalesce(sum(settled_income), 0) "
            "from kpi_day where part = ?"
        )
        if read(file.db, sql, (part,))[0] != want:
            yield f"The daily sums by {part or 'day'} are not those of the units: run verify --rebuild."


@contextmanager
def _second(file: StationFile) -> Iterator[None]:
    """Empty tables of the same names that stand before those of the file, until the block is left."""
    db = file.db
    made: list[str] = []
    try:
        for table in COPIED:
            sql = read(db, "select sql from main.sqlite_master where type = 'table' and name = ?", (table,))[
                0
            ][0]
            run(
                db,
                sql.replace("CREATE TABLE", "CREATE TEMP TABLE", 1).replace(
                    "create table", "create temp table", 1
                ),
            )
            made.append(table)
        run(db, "insert into temp.meta select * from main.meta where k <> 'units'")
        yield
    finally:
        for table in made:
            run(db, f"drop table temp.{table}")
