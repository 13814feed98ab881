"""Is the journal what was written? And: projections made anew from it.

The chain shows an edit, a gap, an exchange and a foreign row. It can't show a tail that was cut off together with
the note of the head, nor an edit after which everything was hashed again: those show against the heads that others
hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from terminal.bench.wire import Row
from terminal.store import projections
from terminal.store.chain import GENESIS, link
from terminal.store.connection import file_of, read, run, transaction
from terminal.store.errors import StoreError
from terminal.store.identity import Identity, identity
from terminal.store.journal import COLUMNS, PAGE, noted_head
from terminal.store.projections import PROJECTIONS
from terminal.store.schema import drift

MOST = 100
"""Findings that are told; a file that is wrong throughout is not told line by line."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was written: where (None: not in one event), a word for it, a sentence."""

    seq: int | None
    what: str
    sentence: str


def verify_chain(
    db: Database, *, deep: bool = True, progress: Callable[[int], None] = lambda seq: None
) -> list[Finding]:
    """Check file, schema and every event. An empty list: all is as it was written.

    `deep` also compares every index with its table; `progress` is called with the number of each page's last event.
    """
    found = _check_file(db, deep)
    try:
        found += [Finding(None, "schema", sentence) for sentence in drift(db)]
        who = identity(db)
    except StoreError as error:
        return [*found, Finding(None, "unreadable", str(error))]
    chain = _Chain(who)
    try:
        for row in _pages(db, progress):
            found += chain.check(row)
            if len(found) > MOST:
                return [
                    *found[:MOST],
                    Finding(None, "more", f"There is more; only {MOST} findings are told."),
                ]
    except StoreError as error:
        found.append(
            Finding(chain.seq + 1, "unreadable", f"Nothing after event {chain.seq} can be read. {error}")
        )
        return found
    return chain.weigh(found) + _check_tail(db, chain.seq, chain.hash)


def quick_check(db: Database) -> list[Finding]:
    """Only whether the file is sound as a database."""
    return _check_file(db, deep=False)


def replace_projections(db: Database, rows: Iterable[Row]) -> None:
    """Clear the projections and write them anew, in one transaction.

    How far a label got is known to the printing thread, not to the journal: a job that was there keeps its state. A
    job that was not there must not print by itself, so it becomes `unknown`.
    """
    with transaction(db):
        kept = {
            row[0]: row for row in read(db, "select job, state, detail, changed_at, printer from label_job")
        }
        for table in PROJECTIONS:
            run(db, f"delete from {table}")
        for row in rows:
            projections.write(db, row, 0)
        run(db, "update item set updated_seq = (select max(e.seq) from event e where e.item = item.lpn)")
        run(db, "update label_job set queued_seq = null")
        for job, made in read(db, "select job, state from label_job"):
            if job not in kept:
                state, detail = made, "made anew from the journal"
                if made == "queued":
                    state, detail = "unknown", "made anew from the journal; look whether the label is there"
                run(db, "update label_job set state = ?, detail = ? where job = ?", (state, detail, job))
            elif made != "confirmed":
                _, state, detail, changed_at, printer = kept[job]
                run(
                    db,
                    "update label_job set state = ?, detail = ?, changed_at = ?, printer = ? where job = ?",
                    (state, detail, changed_at, printer, job),
                )


def projection_dump(db: Database) -> list[Row]:
    """All rows of the projections by table and key, as far as the journal alone says what they hold.

    Text that is damaged is read with replacement characters: it differs from what it was, and can be made anew.
    """
    dumped = []
    strict = db.conn.text_factory
    db.conn.text_factory = _lenient
    try:
        for table, shape in PROJECTIONS.items():
            names = sorted(shape.columns - shape.station_owned - {shape.stamped, shape.stamped_once})
            for row in read(db, f"select {', '.join(names)} from {table} order by {shape.key}"):
                dumped.append(Row(table, dict(zip(names, row, strict=True))))
    finally:
        db.conn.text_factory = strict
    return dumped


def _lenient(text: bytes) -> str:
    return text.decode("utf-8", "replace")


class _Chain:
    """Walks the events in order and says where one does not follow from the one before."""

    def __init__(self, who: Identity) -> None:
        self.seq = 0
        self.hash = GENESIS
        self._who = who
        self._rehashed = 0
        self._edited: list[Finding] = []

    def check(self, row: tuple[Any, ...]) -> Iterator[Finding]:
        seq, event_id, kind, v, at, item, operator, policy, body, prev, digest = row
        if seq != self.seq + 1:
            yield Finding(seq, "gap", f"{_events(self.seq + 1, seq - 1)} missing from the journal.")
        elif prev != self.hash:
            yield Finding(
                seq,
                "link",
                f"Event {seq} ({kind}, {at}) does not follow from event {seq - 1}: the chain is broken.",
            )
        who = self._who
        made = link(prev, who.station, who.epoch, seq, event_id, kind, v, at, item, operator, policy, body)
        if made != digest:
            self._rehashed += 1
            finding = Finding(
                seq,
                "edited",
                f"Event {seq} ({kind}, {at}) is not what was written: its hash does not fit it.",
            )
            self._edited.append(finding)
            yield finding
        self.seq, self.hash = seq, digest

    def weigh(self, found: list[Finding]) -> list[Finding]:
        """Where every event fails and every link holds, it is the name in the file that was changed."""
        if self.seq < 2 or self._rehashed != self.seq or any(one.what in ("gap", "link") for one in found):
            return found
        others = [one for one in found if one not in self._edited]
        return [
            *others,
            Finding(
                None,
                "identity",
                f"No event fits the station {self._who.station!r} and the epoch {self._who.epoch} that the file "
                "names, but they fit each other: the name or the epoch of the file was changed.",
            ),
        ]


def _pages(db: Database, progress: Callable[[int], None]) -> Iterator[tuple[Any, ...]]:
    after = -(2**63)
    while page := read(db, f"select {COLUMNS} from event where seq > ? order by seq limit {PAGE}", (after,)):
        yield from page
        after = page[-1][0]
        progress(after)


def _check_file(db: Database, deep: bool) -> list[Finding]:
    check = "integrity_check" if deep else "quick_check"
    try:
        told = [str(row[0]) for row in read(db, f"pragma {check}(20)")]
    except StoreError as error:
        return [Finding(None, "unreadable", str(error))]
    path = file_of(db)
    return [Finding(None, "damaged", f"{path} is damaged: {line}.") for line in told if line != "ok"]


def _check_tail(db: Database, seq: int, digest: str) -> list[Finding]:
    """What else in the file knows of later events than the last one."""
    noted = noted_head(db)
    if noted is None:
        if seq:
            return [Finding(None, "head", "The note of the journal's end is missing from the file.")]
        return []
    if noted.seq > seq:
        return [
            Finding(noted.seq, "tail", f"{_events(seq + 1, noted.seq)} missing from the end of the journal.")
        ]
    if (noted.seq, noted.hash) != (seq, digest):
        return [
            Finding(
                seq,
                "head",
                f"The journal ends at event {seq}, but its end was noted as another event {noted.seq}.",
            )
        ]
    return []


def _events(first: int, last: int) -> str:
    return f"Event {first} is" if first == last else f"Events {first} to {last} are"
