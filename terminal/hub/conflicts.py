"""Conflicts: more units claim an RMA line than it has, or two units claim one serial number.

A conflict is opened for a person, never decided by itself. One whose claims were taken back is closed by itself,
and says so.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.rows import tuple_row

from terminal.store.chain import stamp

SOLD_AFTER = timedelta(days=14)
"""A serial that comes back under another RMA so long after it left was sold in between: no conflict."""
PIECE = 5_000
"""Claims that are looked at in one transaction."""
TRIES = 5
"""How often a comparison is tried again that stood in a projector's way."""
LOCK = 4_207_001
"""Key of the advisory lock under which claims are compared."""

_TAKE = """
update hub.claim c set checked = true
from (select station, what, value, epoch, lpn from hub.claim where not checked limit %s) due
where c.station = due.station and c.what = due.what and c.value = due.value and c.epoch = due.epoch
  and c.lpn = due.lpn
returning c.what, c.value"""
_RIVALS = """
with asked as (select distinct * from unnest(%s::text[], %s::text[]) as asked(what, value)),
many as (
  select what, value from asked a
  where (select count(*) from (select 1 from hub.claim c where c.what = a.what and c.value = a.value and c.live
                               limit 2) two) = 2
     or exists (select 1 from hub.conflict f where f.what = a.what and f.value = a.value and f.resolved_at is null)
)
select m.what, m.value, c.station, c.epoch, c.lpn, c.event_id, c.at, i.leader, i.rma, i.status, i.title,
       i.received_at, i.closed_at, i.line_quantity
from many m
left join hub.claim c on c.what = m.what and c.value = m.value and c.live
left join hub.item i on i.station = c.station and i.epoch = c.epoch and i.lpn = c.lpn
order by m.what, m.value, c.at, c.station, c.lpn"""


@dataclass(frozen=True, slots=True)
class Claimant:
    """A unit that claims something, as far as it matters whether another one may claim it too."""

    station: str
    epoch: str
    lpn: str
    event_id: str
    at: datetime
    leader: str | None
    rma: str | None
    status: str
    title: str | None
    received_at: datetime | None
    closed_at: datetime | None
    quantity: int | None

    @property
    def bench(self) -> tuple[str, str]:
        """The journal that the unit is of: a station set up anew is another bench."""
        return self.station, self.epoch

    def as_json(self) -> dict[str, Any]:
        """The claim as it is kept with a conflict and shown."""
        return {
            "station": self.station,
            "epoch": self.epoch,
            "lpn": self.lpn,
            "event_id": self.event_id,
            "at": stamp(self.at),
            "rma": self.rma,
            "status": self.status,
            "title": self.title,
        }


def rivals(what: str, found: Sequence[Claimant]) -> tuple[Claimant, ...]:
    """Those of the claimants that can't all be right; none where they can."""
    if what == "rma_line":
        quantity = max((one.quantity for one in found if one.quantity is not None), default=None)
        if quantity is None or len({one.bench for one in found}) < 2 or len(found) <= quantity:
            return ()
        return tuple(found)
    return tuple(one for one in found if any(other is not one and _clash(one, other) for other in found))


def _clash(one: Claimant, other: Claimant) -> bool:
    """Whether two units can't both have one serial number."""
    if one.bench == other.bench and one.leader is not None and one.leader == other.leader:
        return False
    if one.rma == other.rma:
        return True
    return not (_came_back(one, other) or _came_back(other, one))


def _came_back(first: Claimant, later: Claimant) -> bool:
    if first.status != "closed" or first.closed_at is None or later.received_at is None:
        return False
    return later.received_at - first.closed_at >= SOLD_AFTER


def settle(connection: psycopg.Connection[Any]) -> int:
    """Look at every claim that is new or gone, open the conflicts there are and close those that are no more.

    Gives the number of conflicts opened. Claims are looked at by one at a time, in transactions of their own.
    """
    opened = tries = 0
    while True:
        try:
            with connection.transaction():
                cursor = connection.cursor(row_factory=tuple_row)
                cursor.execute("select pg_advisory_xact_lock(%s)", (LOCK,))
                due = cursor.execute(_TAKE, (PIECE,)).fetchall()
                found = _compare(cursor, due) if due else 0
        except (
            psycopg.errors.DeadlockDetected
        ):  # with one who takes the same claims back; nothing was written
            tries += 1
            if tries > TRIES:
                raise
            continue
        opened += found
        if len(due) < PIECE:
            return opened


def _compare(cursor: psycopg.Cursor[Any], due: Iterable[tuple[str, str]]) -> int:
    values = sorted(set(due))
    groups: dict[tuple[str, str], list[Claimant]] = defaultdict(list)
    asked = cursor.execute(_RIVALS, ([one[0] for one in values], [one[1] for one in values]))
    for what, value, station, epoch, lpn, event_id, *rest in asked:
        group = groups[what, value]
        if station is not None and rest[3] is not None:
            group.append(Claimant(station, str(epoch), lpn, str(event_id), *rest))
    opened = 0
    for (what, value), found in groups.items():
        opened += _note(cursor, what, value, rivals(what, found))
    return opened


def _note(cursor: psycopg.Cursor[Any], what: str, value: str, found: Sequence[Claimant]) -> int:
    """Open, renew or close the conflict about one value. Gives 1 where one was opened."""
    claims = json.dumps([one.as_json() for one in found])
    stations = sorted({one.station for one in found})
    row = cursor.execute(
        "select id from hub.conflict where what = %s and value = %s and resolved_at is null for update",
        (what, value),
    ).fetchone()
    if row is not None:
        if found:
            cursor.execute(
                "update hub.conflict set claims = %s::json, stations = %s where id = %s",
                (claims, stations, row[0]),
            )
        else:
            note = json.dumps({"by": None, "keep": None, "hold": [], "note": "The claims were taken back."})
            cursor.execute(
                "update hub.conflict set resolved_at = now(), resolution = %s::json where id = %s",
                (note, row[0]),
            )
        return 0
    if not found or _ruled(cursor, what, value, found):
        return 0
    cursor.execute(
        "insert into hub.conflict (id, what, value, claims, stations) values (%s, %s, %s, %s::json, %s)",
        (uuid4(), what, value, claims, stations),
    )
    return 1


def _ruled(cursor: psycopg.Cursor[Any], what: str, value: str, found: Sequence[Claimant]) -> bool:
    """Whether a person ruled on just these units already."""
    known: set[tuple[str, str, str]] = set()
    past = cursor.execute(
        "select claims from hub.conflict where what = %s and value = %s and resolution ->> 'by' is not null",
        (what, value),
    ).fetchall()
    for (claims,) in past:
        known |= {(one["station"], one["epoch"], one["lpn"]) for one in claims}
    return all((one.station, one.epoch, one.lpn) in known for one in found)
