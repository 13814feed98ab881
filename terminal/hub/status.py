"""How the hub stands with its stations: what each has sent, how far behind it is, what a person should look at.

One row per journal, so a station whose disk was set up anew has two. Nothing here trusts a station's clock: ages
are taken by the hub's, and times of events are set right by the offset that was measured when the station spoke.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row

from terminal.hub.connecting import Connection, explained
from terminal.hub.install import ensure_partitions, steps, version_of
from terminal.hub.problem import HubProblem

OFF_MS = 300_000
"""A clock that is further off than this is flagged."""
BESIDE = {
    "conflicts": (
        "conflict",
        "select station, count(*) from hub.conflict, unnest(stations) as t(station) "
        "where resolved_at is null group by station",
    ),
    "photos_wanted": ("photo_wanted", "select station, count(*) from hub.photo_wanted group by station"),
    "photos_missing": (
        "photo_wanted",
        "select station, count(missing) from hub.photo_wanted group by station",
    ),
    "rejects_counted": ("reject_over", "select station, sum(times) from hub.reject_over group by station"),
}
"""What is known by station and not by journal: the table that may be missing in an older hub, and the question."""
JOURNALS = """
select s.station, s.active, j.epoch, coalesce(j.events, 0) as events, coalesce(j.last_seq, 0) as last_seq,
       j.station_seq, j.first_seen, j.last_seen, j.last_at, j.offset_ms, j.program,
       coalesce(j.rejects, 0) as rejects,
       extract(epoch from clock_timestamp() - j.last_seen)::float8 as unseen,
       extract(epoch from clock_timestamp() - coalesce(
         j.last_at + make_interval(secs => coalesce(j.offset_ms, 0) / 1000.0), j.first_seen))::float8 as age,
       exists (select 1 from hub.journal other
                where other.station = j.station and other.epoch <> j.epoch
                  and other.first_seen < j.last_seen and other.last_seen > j.first_seen) as twice
  from (select station, active from hub.station
        union all
        select distinct station, null::boolean from hub.journal
         where station not in (select station from hub.station)) s
  left join hub.journal j using (station)
 order by s.station, j.first_seen
"""
GAP = """
select k.seq + 1,
       extract(epoch from clock_timestamp() - (k.at + make_interval(secs => %(offset)s / 1000.0)))::float8
  from hub.event k
 where k.station = %(station)s and k.epoch = %(epoch)s
   and not exists (select 1 from hub.event n
                    where n.station = k.station and n.epoch = k.epoch and n.seq = k.seq + 1)
 order by k.seq limit 1
"""


def status(connection: Connection) -> dict[str, Any]:
    """The hub's own facts and {"stations": [one object per journal]}, by name. Raises HubProblem.

    `lag_seconds` is how old the oldest event may be that the station says it has and the hub has not: the age of
    the last event before it, so never less than the truth. 0: the hub has all that the station told of; null:
    unknown, the station has never said how far its journal goes.
    """
    with explained(), connection.transaction():
        have = version_of(connection)
        if have == 0:
            raise HubProblem("This database is no hub yet: run `regrade hub init`.")
        made = _months(connection)
    with explained(), connection.transaction():
        beside = {name: _by_station(connection, table, query) for name, (table, query) in BESIDE.items()}
        cursor = connection.cursor(row_factory=namedtuple_row)
        journals = cursor.execute(JOURNALS).fetchall()
        late = connection.execute("select count(*) from hub.event_default").fetchone()
        stations = [_journal(connection, row, beside) for row in journals]
    return {
        "schema": have,
        "program_schema": steps()[-1][0],
        "months_made": made,
        "outside_months": late[0] if late else 0,
        "stations": stations,
    }


def _months(connection: Connection) -> int | None:
    """Make the months that are missing, unless this user may not, or somebody holds the table just now: then the
    next one does it. In a transaction of its own: whoever makes a month keeps events out of the table meanwhile.
    """
    row = connection.execute(
        "select pg_has_role(nspowner, 'usage') from pg_namespace where nspname = 'hub'"
    ).fetchone()
    if row != (True,):
        return None
    try:
        return ensure_partitions(connection)
    except psycopg.errors.LockNotAvailable:
        return None


def _by_station(connection: Connection, table: str, query: str) -> dict[str, int]:
    """Numbers by station; none where the database has no such table yet."""
    if connection.execute("select to_regclass(%s)", [f"hub.{table}"]).fetchone() == (None,):
        return {}
    return {str(station): int(count) for station, count in connection.execute(query.encode()).fetchall()}


def _journal(connection: Connection, row: Any, beside: dict[str, dict[str, int]]) -> dict[str, Any]:
    """One journal as it is told; `row` is one of JOURNALS."""
    missing = row.last_seq - row.events
    age: float | None = row.age
    gap: int | None = None
    if missing:
        gap, age = _first_gap(connection, row)
    waiting = None if row.station_seq is None else max(row.station_seq - row.events, 0)
    counts = {name: found.get(row.station, 0) for name, found in beside.items()}
    return {
        "station": row.station,
        "epoch": str(row.epoch) if row.epoch else None,
        "events": row.events,
        "last_seq": row.last_seq,
        "lag_seconds": _lag(waiting, age),
        "rejects": row.rejects,
        **counts,
        "active": bool(row.active),
        "station_seq": row.station_seq,
        "waiting": waiting,
        "gaps": missing,
        "first_gap": gap,
        "first_seen": _text(row.first_seen),
        "last_seen": _text(row.last_seen),
        "unseen_seconds": None if row.unseen is None else round(row.unseen, 1),
        "last_at": _text(row.last_at),
        "offset_ms": row.offset_ms,
        "program": row.program,
        "two_at_once": bool(row.epoch and row.twice),
        "attention": _attention(row, missing, gap, counts),
    }


def _first_gap(connection: Connection, row: Any) -> tuple[int, float | None]:
    """The first event that is missing, and the age of the one before it."""
    at = {"station": row.station, "epoch": row.epoch, "offset": row.offset_ms or 0}
    found = connection.execute(GAP, at).fetchone()
    first = connection.execute(
        "select 1 from hub.event where station = %(station)s and epoch = %(epoch)s and seq = 1", at
    ).fetchone()
    return (int(found[0]), found[1]) if first and found else (1, row.age)


def _lag(waiting: int | None, age: float | None) -> float | None:
    if waiting is None:
        return None
    return round(max(age or 0.0, 0.0), 1) if waiting else 0


def _attention(row: Any, missing: int, gap: int | None, counts: dict[str, int]) -> list[str]:
    """What a person should look at, one sentence each."""
    if row.epoch is None:
        return [
            "The station has never spoken." if row.active else "The station was revoked and had never spoken."
        ]
    said = []
    if row.active is None:
        said.append("No station of this name is known to the hub any more.")
    if row.twice:
        said.append(
            f"Two journals of {row.station} were at work at the same time: two stations with one name, "
            "or a disk that was set up twice."
        )
    if missing:
        said.append(f"{missing} events are missing, the first of them {gap}.")
    if row.station_seq is not None and row.station_seq < row.last_seq:
        said.append(
            f"The station says that its journal ends at {row.station_seq}, and the hub has {row.last_seq}: "
            "its disk was restored from an older copy."
        )
    if row.offset_ms is not None and abs(row.offset_ms) > OFF_MS:
        side = "behind" if row.offset_ms > 0 else "ahead"
        said.append(f"The station's clock is {abs(row.offset_ms) // 1000} s {side}.")
    if row.rejects:
        said.append(f"{row.rejects} events were refused; they are kept in hub.reject.")
    if counts["rejects_counted"]:
        said.append(
            f"{counts['rejects_counted']} refused events of the station are beyond its quota and were only "
            "counted: `regrade hub rejects list` has the reasons and a sample of each."
        )
    if counts["photos_missing"]:
        said.append(
            f"{counts['photos_missing']} photos that events name are lost at the station; hub.photo_wanted "
            "says why."
        )
    return said


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="milliseconds")
