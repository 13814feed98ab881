"""What a shift's report asks of the tables: the units it touched, their labels, the totes, the holds, its place in
the journal. Reads only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from terminal.store.connection import read, read_json, safe_text

CHUNK = 500
"""Values that one query is given."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a shift stands in the journal: the event that opened it, and the one that closed it, if any."""

    number: int
    opened: int
    closed: int | None


class ShiftTables:
    """Questions to one station file, over one connection."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def place(self, number: int | None = None) -> Place | None:
        """The shift of a number; None: the last one. None where there is none in this journal."""
        sql = "select seq, body from event where kind = 'shift_opened' order by seq desc"
        until: int | None = None
        for seq, body in read(self._db, f"{sql} limit 1" if number is None else sql):
            found = int(read_json(body, f"Event {seq}")["number"])
            if number in (None, found):
                return Place(found, seq, self._closed(seq, until))
            until = seq
        return None

    def last_closed(self) -> int | None:
        """The number of the last shift that was closed."""
        found = read(self._db, "select max(number) from shift where closed_at is not null")
        return None if found[0][0] is None else int(found[0][0])

    def items(self, lpns: Sequence[str]) -> Iterator[tuple[str, str, str | None, str | None]]:
        """LPN, status, grade and tote of these units."""
        sql = "select lpn, status, grade, tote from item where lpn in ({})"
        for row in self._of(sql, lpns):
            yield row[0], row[1], row[2], row[3]

    def jobs(self, lpns: Sequence[str]) -> Iterator[tuple[str, int, str, bool, bool]]:
        """LPN, copy, state, whether it is wanted and whether it was scanned back, of every label of these units."""
        sql = "select lpn, copy, state, wanted, applied_at from label_job where lpn in ({})"
        for lpn, copy, state, wanted, applied_at in self._of(sql, lpns):
            yield lpn, copy, state, bool(wanted), applied_at is not None

    def _of(self, sql: str, values: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        for start in range(0, len(values), CHUNK):
            some = [safe_text(one) for one in values[start : start + CHUNK]]
            yield from read(self._db, sql.format(", ".join("?" * len(some))), some)

    def _closed(self, opened: int, until: int | None) -> int | None:
        end = " and seq < ?" if until is not None else ""
        sql = f"select seq from event where seq > ? and kind = 'shift_closed'{end} order by seq limit 1"
        found = read(self._db, sql, (opened,) if until is None else (opened, until))
        return int(found[0][0]) if found else None
