"""What people see of conflicts and do about them: listed, shown, and ruled upon by a lead.

A ruling is kept with its conflict and published, so that every station hears of it: both or neither.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row, tuple_row

from terminal.hub.problem import HubProblem
from terminal.hub.publish import publish
from terminal.hub.signing import load_key
from terminal.settings import Settings
from terminal.store.chain import stamp


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
