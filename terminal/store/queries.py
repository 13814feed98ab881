"""What screens and the command line ask of the station file. Reads only.

A shift's totals are about the items that were touched since its opening event, by place in the journal: clocks go
back, numbers don't.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from terminal.store.connection import read, read_json, safe_text
from terminal.store.item_row import ItemRow, read_items

__all__ = ["ItemRow", "Queries", "Shift", "ShiftTotals", "ToteRow"]


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift. Times are UTC text; `totals` are the figures that it was closed with."""

    number: int
    opened_at: str | None
    opened_by: str | None
    closed_at: str | None
    closed_by: str | None
    totals: Mapping[str, int] | None


@dataclass(frozen=True, slots=True)
class ShiftTotals:
    """What was done since the shift was opened. Channels and grades count items that are closed or held."""

    since: int
    """Number of the event that opened the shift; 0 where none was opened."""
    by_status: Mapping[str, int]
    by_channel: Mapping[str, int]
    by_grade: Mapping[str, int]
    labels_queued: int
    """Labels that were asked for and are still wanted ..."""
    labels_sent: int
    """... and of them, those that the printer took."""
    refused: int
    undone: int


@dataclass(frozen=True, slots=True)
class ToteRow:
    """A tote at the bench: its channel and how many units went in."""

    tote: str
    channel: str | None
    units: int
    updated_at: str | None


class Queries:
    """Questions to one station file, over one connection."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def shift(self) -> Shift | None:
        """The last shift, open or closed."""
        sql = "select number, opened_at, opened_by, closed_at, closed_by, totals from shift"
        found = read(self._db, f"{sql} order by number desc limit 1")
        if not found:
            return None
        number, opened_at, opened_by, closed_at, closed_by, totals = found[0]
        known = None if totals is None else read_json(totals, f"Shift {number}")
        return Shift(number, opened_at, opened_by, closed_at, closed_by, known)

    def totals(self) -> ShiftTotals:
        """Counts since the last shift was opened."""
        opened = "select coalesce(max(seq), 0) from event where kind = 'shift_opened'"
        since = int(read(self._db, opened)[0][0])
        touched = "from item where updated_seq >= ?"
        done = f"{touched} and status in ('closed', 'held')"
        labels = "select count(*) from label_job where queued_seq >= ? and wanted = 1"
        return ShiftTotals(
            since,
            by_status=self._counts(f"select status, count(*) {touched} group by status", since),
            by_channel=self._counts(f"select disposition, count(*) {done} group by disposition", since),
            by_grade=self._counts(f"select grade, count(*) {done} group by grade", since),
            labels_queued=self._count(labels, since),
            labels_sent=self._count(f"{labels} and state in ('sent', 'confirmed')", since),
            refused=self._count(_EVENTS.format("input_refused"), since),
            undone=self._count(_EVENTS.format("undone"), since),
        )

    def item(self, lpn: str) -> ItemRow | None:
        """The item that has this LPN."""
        found = read_items(self._db, "where lpn = ?", (safe_text(lpn),))
        return found[0] if found else None

    def last_label(self) -> str | None:
        """The LPN whose label was asked for last."""
        found = read(
            self._db, "select lpn from label_job where wanted = 1 order by queued_seq desc, rowid limit 1"
        )
        return str(found[0][0]) if found else None

    def held(self) -> tuple[ItemRow, ...]:
        """Items that wait for a decision, longest first."""
        return read_items(self._db, "where status = 'held' order by updated_seq, rowid")

    def in_tote(self, tote: str) -> tuple[ItemRow, ...]:
        """Items that lie in a tote, in the order in which they were placed."""
        clause = "where status = 'closed' and tote = ? order by updated_seq, rowid"
        return read_items(self._db, clause, (safe_text(tote),))

    def totes(self) -> tuple[ToteRow, ...]:
        """All totes that something went into."""
        found = read(self._db, "select tote, channel, units, updated_at from tote order by tote")
        return tuple(ToteRow(*row) for row in found)

    def last_items(self, count: int) -> tuple[ItemRow, ...]:
        """The items that were touched last, newest first."""
        clause = "where status <> 'void' order by updated_seq desc, rowid desc limit ?"
        return read_items(self._db, clause, (count,))

    def finished(self) -> tuple[str, ...]:
        """LPNs of all items that are closed or held, in the order in which they were last touched."""
        sql = "select lpn from item where status in ('closed', 'held') order by updated_seq, rowid"
        return tuple(row[0] for row in read(self._db, sql))

    def item_record(self, lpn: str) -> dict[str, Any] | None:
        """An item as `replay` prints it, ready for JSON. Grade and channel are the final ones, the reasons those of
        the proposal; `events` are the ids of everything that made it what it is.
        """
        item = self.item(lpn)
        if item is None:
            return None
        decision = item.decision or {}
        leader = item.leader or lpn
        events = read(self._db, "select id from event where item in (?, ?) order by seq", (item.lpn, leader))
        return {
            "lpn": item.lpn,
            "rma": item.rma,
            "sku": item.sku,
            "gtin": item.gtin,
            "serial": item.serial,
            "category": item.category,
            "grade": item.grade,
            "grade_reasons": list(decision.get("grade_reasons", ())),
            "score": None if item.score is None else float(item.score),
            "disposition": item.disposition,
            "forbidden": dict(decision.get("forbidden", {})),
            "rules": list(decision.get("rules", ())),
            "values": dict(decision.get("values", {})),
            "runner_up": decision.get("runner_up"),
            "margin": decision.get("margin"),
            "currency": item.currency,
            "confidence": decision.get("confidence"),
            "policy": decision.get("policy"),
            "tote": item.tote,
            "operator": item.operator,
            "status": item.status,
            "hold_reason": item.hold_reason,
            "received_at": item.received_at,
            "closed_at": item.closed_at,
            "actions": item.actions,
            "events": [row[0] for row in events],
        }

    def _count(self, sql: str, since: int) -> int:
        return int(read(self._db, sql, (since,))[0][0])

    def _counts(self, sql: str, since: int) -> dict[str, int]:
        return {name: number for name, number in read(self._db, sql, (since,)) if name is not None}


_EVENTS = "select count(*) from event where kind = '{}' and seq >= ?"
