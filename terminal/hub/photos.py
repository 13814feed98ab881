"""Evidence photos at the hub, for people: found by hash, and given only where they still have that hash."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from terminal.hub.connecting import Connection
from terminal.hub.problem import HubProblem

BEGINNING = re.compile(r"[0-9a-f]{6,64}")


def get_photo(connection: Connection, beginning: str) -> tuple[dict[str, Any], bytes]:
    """A photo by its hash, or the first 6 digits of it or more: what is known of it, and its content.

    {"sha256", "kind", "bytes", "kept": [{"station", "item", "taken_at", "received_at"}]}; two stations may have the
    same photo. Raises HubProblem: none, several, altered.
    """
    if not BEGINNING.fullmatch(beginning):
        raise HubProblem(
            f"{beginning[:80]!a} is no photo's hash: give at least 6 of its digits, 0-9 and a-f."
        )
    rows = connection.execute(
        "select sha256, kind, bytes, station, item, taken_at, received_at from hub.photo "
        "where sha256 >= %s and sha256 <= %s order by sha256, received_at, station",
        [beginning, beginning + "g"],
    ).fetchall()
    hashes = sorted({str(row[0]) for row in rows})
    if not hashes:
        raise HubProblem(_not_here(connection, beginning))
    if len(hashes) > 1:
        raise HubProblem(
            f"{len(hashes)} photos begin with {beginning}: give more digits, such as {hashes[0][:20]}."
        )
    sha256, kind, size, station = rows[0][:4]
    found = connection.execute(
        "select content from hub.photo where station = %s and sha256 = %s", [station, sha256]
    ).fetchone()
    content = bytes(found[0]) if found else b""
    if hashlib.sha256(content).hexdigest() != sha256:
        raise HubProblem(f"The photo {sha256} was altered at the hub: its content has another hash.")
    kept = [
        {"station": station, "item": item, "taken_at": _text(taken), "received_at": _text(received)}
        for _, _, _, station, item, taken, received in rows
    ]
    return {"sha256": sha256, "kind": kind, "bytes": size, "kept": kept}, content


def _not_here(connection: Connection, beginning: str) -> str:
    """Why there is no such photo: whether a station owes it, and what it said."""
    row = connection.execute(
        "select station, item, missing from hub.photo_wanted where sha256 >= %s and sha256 <= %s "
        "order by sha256, station limit 1",
        [beginning, beginning + "g"],
    ).fetchone()
    if row is None:
        return f"The hub knows of no photo whose hash begins with {beginning}."
    station, item, missing = row
    owed = f"The photo of {item or 'an item'} is not at the hub yet: station {station} is asked for it"
    return f"{owed}, and says: {missing}" if missing else f"{owed}."


def _text(at: Any) -> str | None:
    return None if at is None else str(at.isoformat(timespec="milliseconds"))
