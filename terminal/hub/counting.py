"""One journal at a time: locked, folded, and written to items, sums and claims in batches.

A batch is one transaction that also moves the place up to which the journal is counted. A value that fits no column
is found by halving the batch until the event stands alone; there the journal stops, with a sentence, and is tried
again at every run.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import tuple_row

from terminal.bench.state import State
from terminal.bench.wire import KINDS
from terminal.hub import rollup
from terminal.hub.claims import write_claims
from terminal.hub.folding import COLUMNS, Change, Folder, Stored, Values, apply, clean
from terminal.hub.resting import rest, wake

BATCH = 4_000
"""Events of one transaction."""
TRIES = 5
"""How often a batch is tried again that stood in another one's way."""
STUCK, SMALLER = "stuck", "smaller"
UNWRITABLE = (
    psycopg.DataError, psycopg.IntegrityError, psycopg.errors.ProgramLimitExceeded, ValueError, TypeError, KeyError,
    ArithmeticError, AttributeError,
)  # fmt: skip
"""What no waiting mends: a value that fits no column, a key that fits no index."""

_EVENTS = """
select seq, event_id, kind, at, policy, body::text from hub.event
where station = %s and epoch = %s and seq > %s and seq <= %s order by seq"""
NAMES = tuple(COLUMNS)
_ITEMS = f"select {', '.join(NAMES)} from hub.item where station = %s and epoch = %s and lpn = any(%s)"
_PUT_ITEMS = f"""
insert into hub.item (station, epoch, {", ".join(NAMES)})
select %s, %s, {", ".join(NAMES)} from unnest({", ".join(f"%s::{kind}[]" for kind in COLUMNS.values())})
  as new({", ".join(NAMES)})
on conflict (station, epoch, lpn) do update
set {", ".join(f"{name} = excluded.{name}" for name in NAMES if name != "lpn")}, updated_at = now()"""
_SUM_TYPES = {name: "numeric" if name in rollup.WIDE else "bigint" for name in rollup.SUMS}
_KEY_TYPES = {name: "date" if name == "day" else "text" for name in rollup.KEYS}
_ROLL_NAMES = ", ".join((*rollup.KEYS, *rollup.SUMS))
_PUT_SUMS = f"""
insert into hub.rollup_day (station, {_ROLL_NAMES})
select %s, {_ROLL_NAMES}
from unnest({", ".join(f"%s::{kind}[]" for kind in (*_KEY_TYPES.values(), *_SUM_TYPES.values()))})
  as new({_ROLL_NAMES})
on conflict (station, {", ".join(rollup.KEYS)}) do update
set {", ".join(f"{name} = rollup_day.{name} + excluded.{name}" for name in rollup.SUMS)}"""
_DROP_EMPTY = """
delete from hub.rollup_day where station = %s and day = any(%s) and received = 0 and closed = 0 and held = 0"""


@dataclass
class Report:
    """What a run of the projector did."""

    events: int = 0
    items: int = 0
    journals: int = 0
    conflicts: int = 0
    """Conflicts opened."""
    stuck: list[dict[str, Any]] = field(default_factory=list)
    waiting: list[dict[str, Any]] = field(default_factory=list)
    """Journals of which an event is missing: what came after it is counted when it arrives."""

    def as_json(self) -> dict[str, Any]:
        """The report as `hub project` prints it."""
        return {
            "events": self.events,
            "items": self.items,
            "journals": self.journals,
            "conflicts": self.conflicts,
            "stuck": self.stuck,
            "waiting": self.waiting,
        }


class Journal:
    """One journal being counted: locked, folded and written batch by batch. `seq` is how far it is."""

    def __init__(self, connection: psycopg.Connection[Any], station: str, epoch: Any, report: Report) -> None:
        self.seq = -1
        self._connection = connection
        self._cursor = connection.cursor(row_factory=tuple_row)
        self._place = (station, epoch)
        self._report = report
        self._folder: Folder | None = None

    def run(self, limit: int | None, batch: int) -> None:
        """Count until nothing is left, the limit is reached, an event is missing or unreadable, or another
        projector has this journal.
        """
        size, tries, before = batch, 0, self._report.events
        while (room := size if limit is None else min(size, limit - self._report.events)) > 0:
            try:
                with self._connection.transaction():
                    if not self._lock():
                        break
                    found = self._next(room)
                    if not found:
                        break
                    problem = self._count(found)
            except psycopg.errors.DeadlockDetected:  # with the one who compares claims; nothing was written
                self._folder = None
                tries += 1
                if tries > TRIES:
                    raise
                continue
            if problem is STUCK:
                break
            size = batch if problem is None else max(1, len(found) // 2)
        self._report.journals += self._report.events > before

    def _lock(self) -> bool:
        """Take the place of this journal; False where another projector has it."""
        self._cursor.execute(
            "insert into hub.fold (station, epoch) values (%s, %s) on conflict do nothing", self._place
        )
        row = self._cursor.execute(
            "select seq, state, last_at from hub.fold where station = %s and epoch = %s "
            "for update skip locked",
            self._place,
        ).fetchone()
        if row is None:
            return False
        seq, state, last_at = row
        if self._folder is None or seq != self.seq:
            self._folder = self._wake(seq, state, last_at)
            self.seq = seq
        return True

    def _wake(self, seq: int, state: Any, last_at: datetime | None) -> Folder:
        """The fold as it was left; where that can't be read, folded anew from the first event."""
        if seq == 0:
            return Folder(State(), None)
        try:
            return Folder(wake(state), last_at)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError):
            folder = Folder(State(), None)
            for start in range(0, seq, BATCH):
                for stored in self._events(start, min(start + BATCH, seq)):
                    folder.take(stored)
            return folder

    def _events(self, after: int, last: int) -> list[Stored]:
        rows = self._cursor.execute(_EVENTS, (*self._place, after, last)).fetchall()
        return [Stored(seq, str(id_), *others) for seq, id_, *others in rows]

    def _next(self, room: int) -> list[Stored]:
        """The events that follow without a gap."""
        found = self._events(self.seq, self.seq + room)
        whole = [one for place, one in enumerate(found, self.seq + 1) if one.seq == place]
        if len(whole) < len(found) or not found:
            ahead = found[len(whole)].seq if found else None
            if ahead is not None or self._more_than(self.seq):
                self._tell(self._report.waiting, seq=self.seq + len(whole) + 1)
        return whole

    def _more_than(self, seq: int) -> bool:
        row = self._cursor.execute(
            "select last_seq from hub.journal where station = %s and epoch = %s", self._place
        ).fetchone()
        return row is not None and row[0] > seq

    def _tell(self, told: list[dict[str, Any]], **more: Any) -> None:
        station, epoch = self._place
        one = {"station": station, "epoch": str(epoch), **more}
        if one not in told:
            told.append(one)

    def _count(self, found: Sequence[Stored]) -> str | None:
        """Fold and write events. Gives STUCK where one of them can't be counted, and what came before it is; and
        SMALLER where nothing was written because one of them, nobody knows which, does not fit the tables.
        """
        assert self._folder is not None
        changes: list[tuple[Stored, Change]] = []
        why, taken = None, 0
        for stored in found:
            try:
                changes += [(stored, change) for change in self._folder.take(stored)]
            except Exception as problem:
                why = _sentence(stored, problem)
                break
            taken += 1
        if taken:
            try:
                with self._connection.transaction():
                    items = self._write(changes)
                    self._settle_place(found[taken - 1].seq)
            except UNWRITABLE as problem:
                self._folder = None
                if taken > 1:
                    return SMALLER
                self._stop(found[0].seq, _sentence(found[0], problem))
                return STUCK
            self._report.items += items
            self._report.events += taken
            self.seq = found[taken - 1].seq
        if why is None:
            return None
        self._stop(found[taken].seq, why)
        return STUCK

    def _write(self, changes: Sequence[tuple[Stored, Change]]) -> int:
        """Items, sums and claims of these changes. Gives the number of items that changed."""
        station, epoch = self._place
        lpns = sorted({clean(change.lpn) for _, change in changes})
        if not lpns:
            return 0
        stood = self._cursor.execute(_ITEMS, (station, epoch, lpns)).fetchall()
        before: dict[str, Values] = {row[0]: dict(zip(NAMES, row, strict=True)) for row in stood}
        after = {lpn: dict(item) for lpn, item in before.items()}
        last: dict[str, Stored] = {}
        for stored, change in changes:
            lpn = clean(change.lpn)
            after[lpn] = apply(after.get(lpn), change)
            last[lpn] = stored
        sums = rollup.deltas()
        for lpn, item in after.items():
            for name, value in item.items():
                item[name] = clean(value)
            if item["updated_seq"] is None:
                item["updated_seq"] = last[lpn].seq
            rollup.count(before.get(lpn), sums, -1)
            rollup.count(item, sums, 1)
        self._cursor.execute(_PUT_ITEMS, (station, epoch, *_columns(NAMES, after.values())))
        self._write_sums(sums)
        write_claims(
            self._cursor,
            station,
            epoch,
            [(before.get(lpn), item, last[lpn].id, last[lpn].at) for lpn, item in after.items()],
        )
        return len(after)

    def _write_sums(self, sums: rollup.Deltas) -> None:
        changed = rollup.changed(sums)
        if not changed:
            return
        keys = [list(column) for column in zip(*(key for key, _ in changed), strict=True)]
        given = _columns(rollup.SUMS, [one for _, one in changed])
        self._cursor.execute(_PUT_SUMS, (self._place[0], *keys, *given))
        if any(one["received"] < 0 or one["closed"] < 0 or one["held"] < 0 for _, one in changed):
            self._cursor.execute(_DROP_EMPTY, (self._place[0], keys[0]))

    def _settle_place(self, seq: int) -> None:
        assert self._folder is not None
        state = json.dumps(rest(self._folder.state), ensure_ascii=True, separators=(",", ":"))
        self._cursor.execute(
            "update hub.fold set seq = %s, state = %s::json, last_at = %s, stuck_at = null, why = null, "
            "changed_at = now() where station = %s and epoch = %s",
            (seq, state, self._folder.last_at, *self._place),
        )

    def _stop(self, seq: int, why: str) -> None:
        """Write down that this journal stands still before the event `seq`."""
        self._cursor.execute(
            "update hub.fold set stuck_at = %s, why = %s, changed_at = now() where station = %s and epoch = %s",
            (seq, why, *self._place),
        )
        self._tell(self._report.stuck, seq=seq, why=why)


def _columns(names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> list[list[Any]]:
    found = list(rows)
    return [[row[name] for row in found] for name in names]


def _sentence(stored: Stored, problem: Exception) -> str:
    """Why an event can't be counted, for a person."""
    if stored.kind not in KINDS:
        return (
            f"Event {stored.seq} is of the kind {clean(stored.kind)!r}, which a newer program writes: update "
            "the hub's program; what came before it is counted."
        )
    text = clean(str(problem)).splitlines()[0][:300] if str(problem) else type(problem).__name__
    return (
        f"Event {stored.seq} ({stored.kind}) can't be counted: {text}. What came before it is counted; the "
        "event is kept as it came."
    )
