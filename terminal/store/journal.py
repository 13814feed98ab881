"""The journal: events into the file and out of it again.

`append` is the only writer of events. What it returns is fsynced, and the projections and the state at rest that it
was given are in the same transaction. Where COMMIT itself fails the file is opened anew and asked, because an fsync
that reports an error may still have written: an error is not the same as "not stored".
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import uuid_utils
from sqlite_utils import Database

from terminal.bench.wire import Draft, Recorded, Row
from terminal.domain.speech import Said, told_by
from terminal.store import projections
from terminal.store.chain import GENESIS, Run, Written, canonical, head_text, link, read_stamp, stamp
from terminal.store.connection import (
    Value,
    file_of,
    open_database,
    read,
    run,
    run_many,
    safe_text,
    transaction,
)
from terminal.store.errors import CommitFailed, CommitUnknown, StoredAfterAll, StoreError, StoreUnavailable
from terminal.store.identity import identity
from terminal.store.runs import read_run

COLUMNS = "seq, id, kind, v, at, item, operator, policy, body, prev, hash"
INSERT = f"insert into event({COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
PAGE = 500
"""Events that are read at once."""
KEPT = 5
"""States at rest that are kept."""


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the journal: the last number (0 where it is empty) and the last hash."""

    seq: int
    hash: str


def new_id() -> str:
    """An event id: UUIDv7, so ids of one station sort as they were made."""
    return str(uuid_utils.uuid7())


class Journal:
    """The events of one station file, over one writing connection. Calls from several threads wait in turn."""

    def __init__(self, db: Database, *, make_id: Callable[[], str] = new_id) -> None:
        self.db = db
        self.path = file_of(db)
        self.identity = identity(db)
        self._make_id = make_id
        self._lock = threading.RLock()
        self._doubt: tuple[Recorded, ...] = ()
        self._stale = False

    def append(
        self, drafts: Sequence[Draft], rows: Sequence[Row] = (), rest: Mapping[str, Any] | None = None
    ) -> tuple[Recorded, ...]:
        """Write events, their rows and (when given) the state after them; on disk when this returns.

        Raises StoreUnavailable (nothing was stored), CommitUnknown (may or may not be stored), StoredAfterAll (the
        append that was unknown is stored: fold it first; this one was not written), StoreRefused and ValueError
        (rows that break the schema).
        """
        if rows and not drafts:
            raise ValueError("rows are written with the events that they come from, got rows without events")
        if not drafts and rest is None:
            return ()
        made = [_Made(self._make_id(), stamp(draft.at), canonical(draft.body), draft) for draft in drafts]
        rested = None if rest is None else canonical(rest)
        with self._lock:
            self._answer_doubt()
            recorded: tuple[Recorded, ...] = ()
            try:
                with transaction(self.db):
                    head = self.head()
                    self._check_tail(head)
                    recorded = self._write(head, made)
                    seq = recorded[-1].seq if recorded else head.seq
                    for row in rows:
                        projections.write(self.db, row, seq)
                    if rested is not None:
                        _put_rest(self.db, seq, rested)
            except CommitFailed as error:
                return self._ask_file(recorded, error)
            except StoreUnavailable as error:
                self._stale = error.cause == "io"
                raise
            return recorded

    def head(self) -> Head:
        """The last event's number and hash."""
        found = self._read("select seq, hash from event order by seq desc limit 1")
        return Head(*found[0]) if found else Head(0, GENESIS)

    def last(self) -> Recorded | None:
        """The last event, or None in an empty journal."""
        found = self._read(f"select {COLUMNS} from event order by seq desc limit 1")
        return self._recorded(found[0]) if found else None

    def events(self, after: int = 0) -> Iterator[Recorded]:
        """Events with a number above `after`, in order, read in pages: appending meanwhile is fine."""
        sql = f"select {COLUMNS} from event where seq > ? order by seq limit {PAGE}"
        while page := self._read(sql, (after,)):
            for row in page:
                yield self._recorded(row)
            after = page[-1][0]

    def between(self, first: int, last: int) -> Iterator[Recorded]:
        """Events from `first` to `last`, in order."""
        return takewhile(lambda event: event.seq <= last, self.events(first - 1))

    def hash_at(self, seq: int) -> str | None:
        """The hash of one event; None where there is no such number."""
        found = self._read("select hash from event where seq = ?", (seq,))
        return str(found[0][0]) if found else None

    def texts(self, after: int, limit: int = PAGE, max_bytes: int | None = None) -> list[Written]:
        """Events with a number above `after` as the texts that were hashed, whatever they say.

        At most `limit`, and of at most `max_bytes` together; one that is larger comes alone.
        """
        who = self.identity
        found: list[Written] = []
        size = 0
        sql = f"select {COLUMNS} from event where seq > ? order by seq limit ?"
        for seq, event_id, kind, v, at, item, operator, policy, body, prev, digest in self._read(
            sql, (after, limit)
        ):
            head = head_text(who.station, who.epoch, seq, event_id, kind, v, at, item, operator, policy)
            size += len(head) + len(body) + len(prev) + len(digest)
            if max_bytes is not None and found and size > max_bytes:
                break
            found.append(Written(seq, head, body, prev, digest))
        return found

    def run(self, after: int, limit: int = PAGE, max_bytes: int | None = None) -> Run | None:
        """The same events as `texts`, put together by SQLite: an eighth of the time.

        None where there is none, where the first alone is too large, and where they are no run.
        """
        return read_run(self._read, self.identity.station, after, limit, max_bytes)

    def rest(self) -> tuple[int, Mapping[str, Any]] | None:
        """The newest state at rest that can be read, and the number of the event after which it was taken."""
        newest = "select seq, body from rest where seq <= ? order by seq desc"
        for seq, body in self._read(newest, (self.head().seq,)):
            with suppress(ValueError):
                return seq, json.loads(body)
        return None

    def of_item(self, lpn: str, leader: str | None = None) -> list[str]:
        """Ids of the events of an item, in order; `leader` is the unit whose inspection also holds for it."""
        found = self._read("select id from event where item in (?, ?) order by seq", (lpn, leader or lpn))
        return [row[0] for row in found]

    def resolve(self) -> tuple[Recorded, ...]:
        """Settle an append whose outcome is unknown: its events where they are stored, else none.

        Raises CommitUnknown where the file still can't be asked. Without a doubt there is nothing to settle.
        """
        with self._lock:
            doubtful, self._stale = self._doubt, True
            if not doubtful:
                return ()
            try:
                self._renew()
                stored = self._holds(doubtful)
            except StoreError as error:
                unknown = Said("It is not known whether the last step was saved. {why}", why=told_by(error))
                raise CommitUnknown(unknown, doubtful) from error
            self._doubt = ()
            return doubtful if stored else ()

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self.db.close()

    def _read(self, sql: str, values: Sequence[Value] = ()) -> list[Any]:
        """A query that waits for an append of another thread: its rows are not there before they are committed."""
        with self._lock:
            return read(self.db, sql, values)

    def _answer_doubt(self) -> None:
        if self._doubt and (stored := self.resolve()):
            late = Said("The step before this one was saved after all. Look at it, then go on.")
            raise StoredAfterAll(late, stored)
        if self._stale:
            self._renew()

    def _ask_file(self, recorded: tuple[Recorded, ...], error: CommitFailed) -> tuple[Recorded, ...]:
        """After an error at COMMIT: return what is stored, raise where it is not or can't be learnt."""
        self._doubt = recorded
        if stored := self.resolve():
            return stored
        raise StoreUnavailable(told_by(error), error.cause) from error

    def _holds(self, recorded: tuple[Recorded, ...]) -> bool:
        return bool(self._read("select 1 from event where id = ?", (recorded[-1].id,)))

    def _renew(self) -> None:
        """Work on over a new connection: after an I/O error the old one may refuse everything."""
        fresh = open_database(self.path)
        old, self.db, self._stale = self.db, fresh, False
        old.close()

    def _check_tail(self, head: Head) -> None:
        """Refuse to write over a tail that is gone: its numbers may be known elsewhere."""
        noted = noted_head(self.db)
        if noted is not None and noted.seq > head.seq:
            missing = Said(
                "The last events of {path} are missing: it ends at {last} and should end at {noted}. Keep the "
                "file, run verify, and restore the last backup.",
                path=self.path,
                last=head.seq,
                noted=noted.seq,
            )
            raise StoreUnavailable(missing, "damaged")

    def _write(self, head: Head, made: Sequence[_Made]) -> tuple[Recorded, ...]:
        station, epoch = self.identity.station, self.identity.epoch
        seq, prev = head.seq, head.hash
        recorded, values = [], []
        for one in made:
            seq += 1
            draft = one.draft
            texts = (_safe(draft.item), _safe(draft.operator), _safe(draft.policy))
            digest = link(prev, station, epoch, seq, one.id, draft.kind, draft.v, one.at, *texts, one.body)
            values.append((seq, one.id, draft.kind, draft.v, one.at, *texts, one.body, prev, digest))
            at = read_stamp(one.at)
            recorded.append(
                Recorded(
                    one.id, station, epoch, seq, draft.kind, draft.v, at, *texts, draft.body, prev, digest
                )
            )
            prev = digest
        if recorded:
            run_many(self.db, INSERT, values)
            note_head(self.db, Head(seq, prev))
        return tuple(recorded)

    def _recorded(self, row: Sequence[Any]) -> Recorded:
        seq, event_id, kind, v, at, item, operator, policy, body, prev, digest = row
        try:
            when, content = read_stamp(at), json.loads(body)
        except ValueError as error:
            unreadable = Said(
                "Event {seq} in {path} can't be read ({error}). Run verify, and restore the last backup.",
                seq=seq,
                path=self.path,
                error=str(error),
            )
            raise StoreUnavailable(unreadable, "damaged") from error
        station, epoch = self.identity.station, self.identity.epoch
        return Recorded(
            event_id, station, epoch, seq, kind, v, when, item, operator, policy, content, prev, digest
        )


@dataclass(frozen=True, slots=True)
class _Made:
    """A draft with everything that does not depend on its place."""

    id: str
    at: str
    body: str
    draft: Draft


def noted_head(db: Database) -> Head | None:
    """The head as it was noted with the last append: it outlives a tail that somebody cut off."""
    found = read(db, "select v from meta where k = 'head'")
    if not found:
        return None
    seq, _, digest = found[0][0].partition(" ")
    return Head(int(seq), digest) if seq.isdigit() else None


def note_head(db: Database, head: Head) -> None:
    """Note the head beside the events, in the same transaction."""
    run(
        db,
        "insert into meta(k, v) values ('head', ?) on conflict(k) do update set v = excluded.v",
        (f"{head.seq} {head.hash}",),
    )


def _put_rest(db: Database, seq: int, body: str) -> None:
    run(
        db,
        "insert into rest(seq, body) values (?, ?) on conflict(seq) do update set body = excluded.body",
        (seq, body),
    )
    run(db, f"delete from rest where seq not in (select seq from rest order by seq desc limit {KEPT})")


def _safe(text: str | None) -> str | None:
    return None if text is None else safe_text(text)
