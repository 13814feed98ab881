"""What events say of a unit beside what stands in its row: times, hands-on time, holds, overrides.

The time up to an event belongs to the unit that the event is about, so what went before it (a refused scan, opening
the parcel) counts for the unit that came of it. A pause of more than five minutes counts for nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlite_utils import Database

from terminal.store.chain import read_stamp
from terminal.store.connection import read, run_many
from terminal.store.units import chunks

IDLE_MS = 5 * 60 * 1000
"""A longer pause is no work."""

TOTE = "the tote"
"""How the journal names the step of placing a group."""

_PEOPLE = frozenset({"shift_opened", "shift_closed", "signed_in", "signed_out"})
_ELSEWHERE = frozenset({"outcomes_told", "outcome_ruled", "purged"})
"""What nobody does at the bench, so no time of the bench goes into it."""


@dataclass(slots=True)
class Trail:
    """What the events so far say of one unit."""

    lpn: str
    touch_ms: int = 0
    decided_at: int | None = None
    """Seconds since 1970, of the first decision."""
    placed_at: int | None = None
    channel: str | None = None
    """Of the tote that it lies in."""
    holds: int = 0
    reroutes: int = 0
    overrides: int = 0
    override_reason: str | None = None
    undone: int = 0
    alone: int = 0
    """1: it came back from quarantine by itself, so what is decided of its group is no longer about it."""


_NAMES = tuple(field.name for field in fields(Trail))
_PUT = (
    f"insert into trail({', '.join(_NAMES)}) values ({', '.join('?' * len(_NAMES))}) "
    "on conflict(lpn) do update set " + ", ".join(f"{name} = excluded.{name}" for name in _NAMES[1:])
)


@dataclass(slots=True)
class Watch:
    """The stop-watch: when the last event was, and time that no unit has got yet."""

    last_ms: int | None = None
    waiting_ms: int = 0


class Trails:
    """Trails that a run of events adds to, read when they are first needed and written together."""

    def __init__(self, db: Database, watch: Watch) -> None:
        self._db = db
        self._watch = watch
        self._held: dict[str, Trail] = {}

    def __getitem__(self, lpn: str) -> Trail:
        if lpn not in self._held:
            found = read(self._db, f"select {', '.join(_NAMES)} from trail where lpn = ?", (lpn,))
            self._held[lpn] = Trail(*found[0]) if found else Trail(lpn)
        return self._held[lpn]

    @property
    def touched(self) -> tuple[str, ...]:
        """Every unit that an event was about."""
        return tuple(self._held)

    def take(self, kind: str, at: str, item: str | None, body: Mapping[str, Any]) -> None:
        """Follow one event of the bench."""
        when = int(read_stamp(at).timestamp() * 1000)
        if kind not in _ELSEWHERE and not (kind == "audited" and body.get("source")):
            self._time(kind, when, item or next(iter(body.get("lpns") or ()), None))
        if kind in ("decided", "proposed"):
            for trail in self._group(item):
                if kind == "decided" and trail.decided_at is None:
                    trail.decided_at = when // 1000
        elif kind == "disposition_overridden":
            for trail in self._group(item):
                trail.overrides += 1
                trail.override_reason = body.get("reason")
        elif kind == "multiplied" and item is not None:
            self._multiply(self[item], [unit["lpn"] for unit in body["units"]])
        elif kind == "placed":
            for lpn in body["lpns"]:
                self._place(self[lpn], body["channel"], when // 1000)
        elif kind == "held":
            for lpn in body["lpns"]:
                self[lpn].holds += 1
        elif kind == "item_resumed" and item is not None:
            self[item].alone = 1
        elif item is not None and _moved(kind, body):
            self[item].holds += 1
        elif kind == "undone":
            self._undo(body)

    def write(self) -> None:
        """Write what was changed, inside a transaction."""
        rows = [[getattr(trail, name) for name in _NAMES] for trail in self._held.values()]
        run_many(self._db, _PUT, rows)

    def _time(self, kind: str, when: int, lpn: str | None) -> None:
        watch = self._watch
        gap = 0 if watch.last_ms is None else when - watch.last_ms
        watch.last_ms = when
        if kind in _PEOPLE:
            watch.waiting_ms = 0
            return
        watch.waiting_ms += gap if 0 < gap <= IDLE_MS else 0
        if lpn is not None:
            self[lpn].touch_ms += watch.waiting_ms
            watch.waiting_ms = 0

    def _group(self, lpn: str | None) -> list[Trail]:
        """The unit, and those of its group that were made with it and did not go their own way since."""
        if lpn is None:
            return []
        first = self[lpn]
        if first.alone:
            return [first]
        members = read(self._db, "select lpn from item where leader = ? and lpn <> ?", (lpn, lpn))
        others = [self[row[0]] for row in members]
        return [first, *(trail for trail in others if not trail.alone)]

    def _multiply(self, first: Trail, lpns: Iterable[str]) -> None:
        for lpn in lpns:
            trail = self[lpn]
            trail.decided_at, trail.overrides = first.decided_at, first.overrides
            trail.override_reason = first.override_reason

    def _place(self, trail: Trail, channel: str, at: int) -> None:
        if trail.channel is not None and trail.channel != channel:
            trail.reroutes += 1
        trail.channel, trail.placed_at = channel, at

    def _undo(self, body: Mapping[str, Any]) -> None:
        lpns: Sequence[str] = body.get("lpns") or ()
        for lpn in lpns:
            trail = self[lpn]
            trail.undone += 1
            if body.get("step") == TOTE:
                trail.channel = trail.placed_at = None
            elif body.get("step") == "the hold":
                trail.holds = max(0, trail.holds - 1)
            elif body.get("step") == "the channel":
                trail.overrides = max(0, trail.overrides - 1)


def _moved(kind: str, body: Mapping[str, Any]) -> bool:
    """True where a finished unit goes to quarantine; one whose audit is taken may be waiting there already."""
    if kind == "audit_settled":
        return body.get("verdict") == "audit" and body.get("tote") is not None
    return kind == "ruled" and bool(body.get("moved"))


def read_trails(db: Database, lpns: Sequence[str]) -> dict[str, Trail]:
    """Trails of those units that have one."""
    found: dict[str, Trail] = {}
    for some in chunks(lpns):
        sql = f"select {', '.join(_NAMES)} from trail where lpn in ({', '.join('?' * len(some))})"
        found |= {row[0]: Trail(*row) for row in read(db, sql, some)}
    return found
