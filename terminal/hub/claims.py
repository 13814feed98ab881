"""Claims: which station says that it has a serial number, or a unit of an RMA line. Taken from items, never typed.

A claim is written in the transaction of its item and looked at in a later one. So of two stations whose claims are
written at the same moment, at least the one that is looked at last sees both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import psycopg

LONGEST = 160
"""Characters of a claim's value; a longer one is cut and told apart by its hash."""

Claim = tuple[str, str]
"""What is claimed (`serial` or `rma_line`) and its value; an RMA line is written RMA#LINE."""
Update = tuple[Mapping[str, Any] | None, Mapping[str, Any], str, datetime]
"""An item before and after, and id and time of the event that changed it."""

_PUT = """
insert into hub.claim (station, epoch, what, value, lpn, event_id, at, live)
select %s, %s, what, value, lpn, event_id, at, true
from unnest(%s::text[], %s::text[], %s::text[], %s::uuid[], %s::timestamptz[])
  as new(what, value, lpn, event_id, at)
on conflict (station, what, value, epoch, lpn) do update
set live = true, checked = false, event_id = excluded.event_id, at = excluded.at"""
_DROP = """
update hub.claim c set live = false, checked = false
from unnest(%s::text[], %s::text[], %s::text[]) as gone(what, value, lpn)
where c.station = %s and c.epoch = %s and c.what = gone.what and c.value = gone.value and c.lpn = gone.lpn"""


def claims_of(item: Mapping[str, Any] | None) -> frozenset[Claim]:
    """What an item claims. A unit that nobody expected claims no line: its station knows already."""
    if item is None or item["status"] == "void":
        return frozenset()
    found = []
    if item["serial"] and item["serial"].strip():
        found.append(("serial", _short(item["serial"])))
    if item["arrival"] == "expected" and item["rma"] and item["line"] is not None:
        found.append(("rma_line", _short(f"{item['rma']}#{item['line']}")))
    return frozenset(found)


def write_claims(cursor: psycopg.Cursor[Any], station: str, epoch: Any, updates: Iterable[Update]) -> None:
    """Write the claims that items took up or gave up, in the caller's transaction."""
    put: list[tuple[str, str, str, str, datetime]] = []
    drop: list[tuple[str, str, str]] = []
    for before, after, event_id, at in updates:
        was, now = claims_of(before), claims_of(after)
        put += [(what, value, after["lpn"], event_id, at) for what, value in now - was]
        drop += [(what, value, after["lpn"]) for what, value in was - now]
    if put:
        put.sort()
        cursor.execute(_PUT, (station, epoch, *map(list, zip(*put, strict=True))))
    if drop:
        drop.sort()
        cursor.execute(_DROP, (*map(list, zip(*drop, strict=True)), station, epoch))


def _short(text: str) -> str:
    """A value as it is compared: without case and outer blanks, and never longer than an index takes."""
    value = "".join(one if one.isprintable() else "\ufffd" for one in text.strip().upper())
    if len(value) <= LONGEST:
        return value
    digest = hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()[:16]
    return f"{value[:LONGEST]}~{digest}"
