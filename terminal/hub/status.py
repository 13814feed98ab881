"""How the hub stands with its stations: what each has sent, how far behind it is, what a person should look at.

One row per journal, so a station whose disk was set up anew has two. Nothing here trusts a station's clock: ages
are taken by the hub's, and times of events are set right by the offset that was measured when the station spoke.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg

from terminal.hub.connecting import Connection, explained
from terminal.hub.install import ensure_partitions, steps, version_of
from terminal.hub.problem import HubProblem

OFF_MS = 300_000
"""A clock that is further off than this is flagged."""
JOURNALS = """
select s.station, s.active, j.epoch, coalesce(j.events, 0), coalesce(j.last_seq, 0), j.station_seq,
       j.first_seen, j.last_seen, j.last_at, j.offset_ms, j.program, coalesce(j.rejects, 0),
       extract(epoch from clock_timestamp() - j.last_seen)::float8,
       extract(epoch from clock_timestamp() - coalesce(
         j.last_at + make_interval(secs => coalesce(j.offset_ms, 0) / 1000.0), j.first_seen))::float8,
       exists (select 1 from hub.journal other
                where other.station = j.station and other.epoch <> j.epoch
                  and other.first_seen < j.last_seen and other.last_seen > j.first_seen)
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
  from hub.event_key k
 where k.station = %(station)s and k.epoch = %(epoch)s
   and not exists (select 1 from hub.event_key n
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
        row = connection.execute(
            "select pg_has_role(nspowner, 'usage') from pg_namespace where nspname = 'hub'"
        ).fetchone()
        made = _months(connection) if row == (True,) else None
        conflicts = _conflicts(connection)
        photos = _photos(connection)
        journals = connection.execute(JOURNALS).fetchall()
        late = connection.execute("select count(*) from hub.event_default").fetchone()
        stations = [_journal(connection, row, conflicts, photos) for row in journals]
    return {
        "schema": have,
        "program_schema": steps()[-1][0],
        "months_made": made,
        "outside_months": late[0] if late else 0,
        "stations": stations,
    }


def _months(connection: Connection) -> int | None:
    """Make the months that are missing, unless somebody holds the table just now: then the next one does it."""
    try:
        return ensure_partitions(connection)
    except psycopg.errors.LockNotAvailable:
        return None


def _journal(
    connection: Connection,
    row: tuple[Any, ...],
    conflicts: dict[str, int],
    photos: dict[str, tuple[int, int]],
) -> dict[str, Any]:
    station, active, epoch, events, last_seq, told, first_seen, seen, last_at, offset, program, rejects = row[
        :12
    ]
    unseen, age, twice = row[12:]
    missing = last_seq - events
    gap: int | None = None
    if missing:
        at_gap = connection.execute(
            GAP, {"station": station, "epoch": epoch, "offset": offset or 0}
        ).fetchone()
        first = connection.execute(
            "select 1 from hub.event_key where station = %s and epoch = %s and seq = 1", [station, epoch]
        ).fetchone()
        gap, age = (int(at_gap[0]), at_gap[1]) if first and at_gap else (1, age)
    waiting = None if told is None else max(told - events, 0)
    wanted, lost = photos.get(station, (0, 0))
    return {
        "station": station,
        "epoch": str(epoch) if epoch else None,
        "events": events,
        "last_seq": last_seq,
        "lag_seconds": _lag(waiting, age),
        "rejects": rejects,
        "conflicts": conflicts.get(station, 0),
        "photos_wanted": wanted,
        "photos_missing": lost,
        "active": bool(active),
        "station_seq": told,
        "waiting": waiting,
        "gaps": missing,
        "first_gap": gap,
        "first_seen": _text(first_seen),
        "last_seen": _text(seen),
        "unseen_seconds": None if unseen is None else round(unseen, 1),
        "last_at": _text(last_at),
        "offset_ms": offset,
        "program": program,
        "two_at_once": bool(epoch and twice),
        "attention": _attention(row, missing, gap) + _lost(lost if epoch else 0),
    }


def _lag(waiting: int | None, age: float | None) -> float | None:
    if waiting is None:
        return None
    return round(max(age or 0.0, 0.0), 1) if waiting else 0


def _attention(row: tuple[Any, ...], missing: int, gap: int | None) -> list[str]:
    """What a person should look at, one sentence each."""
    station, active, epoch, _, last_seq, told, _, _, _, offset, _, rejects, _, _, twice = row
    said = []
    if epoch is None:
        return [
            "The station has never spoken." if active else "The station was revoked and had never spoken."
        ]
    if active is None:
        said.append("No station of this name is known to the hub any more.")
    if twice:
        said.append(
            f"Two journals of {station} were at work at the same time: two stations with one name, "
            "or a disk that was set up twice."
        )
    if missing:
        said.append(f"{missing} events are missing, the first of them {gap}.")
    if told is not None and told < last_seq:
        said.append(
            f"The station says that its journal ends at {told}, and the hub has {last_seq}: "
            "its disk was restored from an older copy."
        )
    if offset is not None and abs(offset) > OFF_MS:
        side = "behind" if offset > 0 else "ahead"
        said.append(f"The station's clock is {abs(offset) // 1000} s {side}.")
    if rejects:
        said.append(f"{rejects} events were refused; they are kept in hub.reject.")
    return said


def _lost(photos: int) -> list[str]:
    if not photos:
        return []
    return [f"{photos} photos that events name are lost at the station; hub.photo_wanted says why."]


def _photos(connection: Connection) -> dict[str, tuple[int, int]]:
    """Photos that are not here by station: all, and those that the station said it can't send."""
    if connection.execute("select to_regclass('hub.photo_wanted')").fetchone() == (None,):
        return {}
    rows = connection.execute(
        "select station, count(*), count(missing) from hub.photo_wanted group by station"
    ).fetchall()
    return {str(station): (int(count), int(lost)) for station, count, lost in rows}


def _conflicts(connection: Connection) -> dict[str, int]:
    """Open conflicts by station; none where the database has no such table yet."""
    if connection.execute("select to_regclass('hub.conflict')").fetchone() == (None,):
        return {}
    rows = connection.execute(
        "select station, count(*) from hub.conflict, unnest(stations) as t(station) "
        "where resolved_at is null group by station"
    ).fetchall()
    return {str(station): int(count) for station, count in rows}


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="milliseconds")
