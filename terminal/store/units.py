"""The units behind the figures: put, taken out, and summed by day.

Who changes a unit notes the days that it counted for and counts for now; those days are summed anew before figures
are read. So the sums never drift from the rows, whatever was changed, undone or corrected in between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import cast

from sqlite_utils import Database

from terminal.domain.kpi import CLOSED, FATE_NAMES, PASSED, RECEIVED
from terminal.domain.kpi_unit import COLUMNS, GIVEN, Unit, derive
from terminal.store.connection import Value, read, run, run_many, transaction

PARTS = ("", "category", "grade", "channel", "operator")
"""What sums are kept by; "" is all of them together."""
MANY = 500
"""Values that one statement takes."""
PERCENT = "cast(recouped * 100 as integer)"
"""The whole percent of a recouped share: as finely as shares are counted by day."""
SPREADS = {"cycle": "cycle_days", "value": "value_days", "recouped": PERCENT}
"""What is counted by day and value -> the value of a unit."""
DAYS = 50
"""Days that are summed in one transaction, so that a bench at work never waits long."""

_DAY_OF = {name: COLUMNS.index(name) for name in ("received_day", "passed_day", "closed_day")}
_UPSERT = (
    f"insert into unit({', '.join(COLUMNS)}) values ({', '.join('?' * len(COLUMNS))}) "
    "on conflict(lpn) do update set "
    + ", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name != "lpn")
)
_STALE = "insert into unit_stale(day) values (?) on conflict do nothing"

_OWN = "filter (where own = 1)"
_SETTLED = "filter (where settled = 1)"
_RECOUPED = "filter (where recouped is not null)"
_EXPRESSIONS = {
    "received": "count(*)",
    "received_inbound": f"sum(inbound_cents) {_OWN}",
    "received_labour": "sum(labour_s)",
    "touched": "count(labour_s)",
    "passed": "count(*)",
    "first_pass": "count(*) filter (where holds = 0 and reroutes = 0)",
    "docked": "count(dock_s)",
    "dock_s": "sum(dock_s)",
    "recommended": "count(first_channel)",
    "overridden": "count(first_channel) filter (where overrides > 0)",
    "closed": "count(*)",
    "sold": "count(sold_day)",
    "other_money": "count(*) filter (where own = 0)",
    "unpriced": "count(*) filter (where original_cents is null)",
    "unsettled": "count(*) filter (where proceeds_cents is null and credit_cents is null)",
    "settled": "sum(settled)",
    "settled_original": f"sum(original_cents) {_SETTLED}",
    "settled_income": f"sum(income_cents) {_SETTLED}",
    "settled_inbound": f"sum(inbound_cents) {_SETTLED}",
    "settled_labour": f"sum(labour_s) {_SETTLED}",
    "settled_other": f"sum(other_cents) {_SETTLED}",
    "spent": "sum(own)",
    "spent_inbound": f"sum(inbound_cents) {_OWN}",
    "spent_labour": f"sum(labour_s) {_OWN}",
    "spent_other": f"sum(other_cents) {_OWN}",
    "recouped": "count(recouped)",
    "recouped_original": f"sum(original_cents) {_RECOUPED}",
    "recouped_proceeds": f"sum(proceeds_cents) {_RECOUPED}",
    "cycled": "count(cycle_days)",
    "cycle_days": "sum(cycle_days)",
    "no_start": "count(*) filter (where cycle_fault = 1)",
    "negative": "count(*) filter (where cycle_fault = 2)",
    "valued": "count(value_days)",
    "value_days": "sum(value_days)",
    "weighed_n": "count(mass_g) filter (where fate <> 'unknown')",
    "catalogue_g": "sum(mass_g) filter (where mass_source = 'catalogue')",
    **{f"{fate}_n": f"count(*) filter (where fate = '{fate}')" for fate in FATE_NAMES},
    **{f"{fate}_g": f"sum(mass_g) filter (where fate = '{fate}')" for fate in FATE_NAMES},
}
_COHORTS = {"received_day": RECEIVED, "passed_day": PASSED, "closed_day": CLOSED}
"""The day that a sum counts for -> the sums."""


def put_units(db: Database, units: Sequence[Unit], currency: str) -> None:
    """Insert or replace units, inside a transaction; `currency` is the station's."""
    rows = [derive(unit, currency) for unit in units]
    days = {row[place] for row in rows for place in _DAY_OF.values()}
    note_days(db, [unit.lpn for unit in units], {day for day in days if isinstance(day, int)})
    run_many(db, _UPSERT, cast("list[tuple[Value, ...]]", rows))


def drop_units(db: Database, lpns: Sequence[str]) -> None:
    """Take units of this bench out, inside a transaction: they were void. Those of the past stay."""
    own: list[str] = []
    for some in chunks(lpns):
        sql = f"select lpn from unit where past = 0 and lpn in ({', '.join('?' * len(some))})"
        own += [row[0] for row in read(db, sql, some)]
    note_days(db, own, ())
    run_many(db, "delete from unit where lpn = ?", [(lpn,) for lpn in own])


def note_days(db: Database, lpns: Sequence[str], days: Iterable[int]) -> None:
    """Note `days`, and those that the units counted for so far, to be summed anew."""
    stale = set(days)
    for some in chunks(lpns):
        sql = f"select {', '.join(_DAY_OF)} from unit where lpn in ({', '.join('?' * len(some))})"
        stale |= {day for row in read(db, sql, some) for day in row if day is not None}
    run_many(db, _STALE, [(day,) for day in sorted(stale)])


def sum_days(db: Database, progress: Callable[[int], None] = lambda days: None) -> None:
    """Sum every day anew that is noted; `progress` is told how many days are done."""
    done = 0
    while days := [row[0] for row in read(db, f"select day from unit_stale order by day limit {DAYS}")]:
        with transaction(db):
            for day in days:
                run(db, "delete from kpi_day where day = ?", (day,))
                for part in PARTS:
                    for column, names in _COHORTS.items():
                        run(db, _summing(part, column, names), (day,))
                for metric, value in SPREADS.items():
                    run(db, "delete from kpi_spread where metric = ? and day = ?", (metric, day))
                    run(db, _counting(value), (metric, day))
                run(db, "delete from unit_stale where day = ?", (day,))
        done += len(days)
        progress(done)


def known_units(db: Database, lpns: Sequence[str]) -> dict[str, tuple[object, ...]]:
    """What is known of those units that are there: LPN -> values in the order of GIVEN."""
    found: dict[str, tuple[object, ...]] = {}
    for some in chunks(lpns):
        sql = f"select {', '.join(GIVEN)} from unit where lpn in ({', '.join('?' * len(some))})"
        found |= {row[0]: tuple(row) for row in read(db, sql, some)}
    return found


def chunks(values: Sequence[str]) -> Iterable[Sequence[str]]:
    """At most MANY at a time."""
    return (values[at : at + MANY] for at in range(0, len(values), MANY))


def _counting(value: str) -> str:
    """One statement: how many units of a day have which value."""
    return (
        f"insert into kpi_spread(metric, day, value, n) select ?, closed_day, {value}, count(*) from unit "
        f"where closed_day = ? and {value} is not null group by 2, 3"
    )


def _summing(part: str, column: str, names: Sequence[str]) -> str:
    """One statement: sums of a day by a part, added to those of the day's other cohorts."""
    sums = ", ".join(f"coalesce({_EXPRESSIONS[name]}, 0)" for name in names)
    value = f"coalesce({part}, '')" if part else "''"
    grouped = f"{value}, costed" if part else "costed"
    changes = ", ".join(f"{name} = excluded.{name}" for name in names)
    return (
        f"insert into kpi_day(part, value, day, costed, {', '.join(names)}) "
        f"select '{part}', {value}, {column}, costed, {sums} from unit where {column} = ? group by {grouped} "
        f"on conflict(part, value, day, costed) do update set {changes}"
    )
