"""Conflicts: more units claim an RMA line than it has, or two units claim one serial number.

A conflict is opened for a person, never decided by itself. What he rules is kept with it and published, so that
every station hears of it. A conflict whose claims were taken back is closed by itself, and says so.
"""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import dict_row, tuple_row

from terminal.hub.install import HubProblem
from terminal.settings import Settings
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


def list_conflicts(connection: psycopg.Connection[Any], *, resolved: bool = False) -> list[dict[str, Any]]:
    """Open conflicts, oldest first; with `resolved` those that are settled as well."""
    where = "" if resolved else "where resolved_at is null"
    with connection.transaction():
        cursor = connection.cursor(row_factory=dict_row)
        found = cursor.execute(f"select * from hub.conflict {where} order by opened_at, id").fetchall()
    return [_as_json(row) for row in found]


def get_conflict(connection: psycopg.Connection[Any], number: str) -> dict[str, Any]:
    """One conflict by its id, or by a beginning of it that fits no other. Raises HubProblem."""
    wanted = number.strip().lower()
    if len(wanted) < 4 or not set(wanted) <= set("0123456789abcdef-"):
        raise HubProblem(f"{number!r} is no id of a conflict: `hub conflict list` has them.")
    with connection.transaction():
        cursor = connection.cursor(row_factory=dict_row)
        found = cursor.execute(
            "select * from hub.conflict where starts_with(id::text, %s) order by opened_at limit 2", (wanted,)
        ).fetchall()
    if not found:
        raise HubProblem(f"There is no conflict {number}: `hub conflict list` has those that are open.")
    if len(found) > 1:
        raise HubProblem(f"More than one conflict begins with {number}: give more of its id.")
    return _as_json(found[0])


def resolve(
    connection: psycopg.Connection[Any],
    settings: Settings,
    number: str,
    keep: str,
    *,
    by: str,
    key: Path,
    note: str = "",
) -> dict[str, Any]:
    """Rule that the unit `keep` (STATION/LPN, or `none`) stands and the others are held; publish that.

    Both happen or neither. Gives the ruling. Raises HubProblem for a conflict that is settled, a unit that is none
    of its claims, and BadData for what keeps the ruling from being published.
    """
    from terminal.hub.publish import publish
    from terminal.hub.signing import load_key

    who = by.strip()
    if not who:
        raise HubProblem("A ruling names who made it: give --by NAME.")
    conflict = get_conflict(connection, number)
    kept, held = _split(conflict, keep.strip())
    private = load_key(key)
    with tempfile.TemporaryDirectory(prefix="regrade-") as folder, connection.transaction():
        cursor = connection.cursor(row_factory=tuple_row)
        row = cursor.execute(
            "select resolved_at is null, claims::text, now() from hub.conflict where id = %s for update",
            (UUID(conflict["id"]),),
        ).fetchone()
        if row is None or not row[0]:
            raise HubProblem(
                f"The conflict {conflict['id']} is settled already: `hub conflict show` says how."
            )
        if json.loads(row[1]) != conflict["claims"]:
            raise HubProblem("The claims changed just now: look at the conflict again.")
        ruling = {
            "id": conflict["id"],
            "what": conflict["what"],
            "value": conflict["value"],
            "keep": kept,
            "hold": held,
            "by": who,
            "at": stamp(row[2]),
            "note": note,
        }
        line = json.dumps(ruling, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"
        file = Path(folder) / f"ruling-{conflict['id']}.ndjson"
        file.write_bytes(line)
        publish(connection, settings, "rulings", file, key=private, by=who)
        cursor.execute(
            "update hub.conflict set resolved_at = now(), resolution = %s::json where id = %s",
            (json.dumps(ruling), UUID(conflict["id"])),
        )
    return ruling


def _split(conflict: Mapping[str, Any], keep: str) -> tuple[dict[str, str] | None, list[dict[str, str]]]:
    """The claim that stands and those that are held."""
    units = [{"station": one["station"], "lpn": one["lpn"]} for one in conflict["claims"]]
    names = [f"{one['station']}/{one['lpn']}" for one in units]
    if keep == "none":
        return None, [one for place, one in enumerate(units) if one not in units[:place]]
    if keep not in names:
        told = ", ".join(dict.fromkeys(names))
        raise HubProblem(f"{keep!r} is none of the claims: give --keep one of {told}, or none.")
    kept = units[names.index(keep)]
    return kept, [one for one in units if one != kept]


def _as_json(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": str(row["id"]),
        "what": row["what"],
        "value": row["value"],
        "stations": row["stations"],
        "opened_at": stamp(row["opened_at"]),
        "resolved_at": stamp(row["resolved_at"]) if row["resolved_at"] else None,
        "claims": row["claims"],
        "resolution": row["resolution"],
    }
