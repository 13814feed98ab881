"""A station file brought back from a backup, or begun anew. What was there is moved aside and never deleted.

After the backup the station may have told others of events under the next numbers, and nobody here knows of which.
Going on under the same epoch would give those numbers to other events, which the hub refuses as `conflict_seq`. So
a restored station always begins an epoch of its own: its journal starts empty from the state at the backup's end,
the old journal stays in `segments`, and what that one still owes is sent from there under its own numbers. Labels
that were printed after the backup are on items, so running numbers are skipped rather than given out twice.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from terminal.backups import BACKED_UP, Copy, check_copy, copy_photos
from terminal.bench.state import State
from terminal.cameras import photo_store
from terminal.domain.lettercode import LPNS_PER_STATION
from terminal.domain.suggest import BadData
from terminal.photos import PhotoStore
from terminal.segments import FOLDER as SEGMENTS
from terminal.segments import note_base, owed, push_segments
from terminal.settings import Settings
from terminal.station import fold_journal
from terminal.store.connection import open_database, read, run, transaction
from terminal.store.copies import copy_database, flush, reading
from terminal.store.errors import StoreError
from terminal.store.identity import mint
from terminal.store.locks import FileUse, StationLock
from terminal.store.outbox import COLUMNS
from terminal.store.people import Everybody
from terminal.store.station_file import NAME, StationFile
from terminal.syncing import make_sinks

ASIDE = "aside"
"""Folder of the data folder for files that were replaced."""
BESIDE = ("-wal", "-shm", "-journal")
SKIPPED_A_DAY = 5_000
"""Running numbers that are left out for each day since the backup, where the present file does not tell them."""
UNKNOWN = "unknown events"


@dataclass(frozen=True, slots=True)
class _Present:
    """What is known of the file that is to be replaced; no state where there is none or it can't be read."""

    there: bool
    state: State | None = None
    cuts: tuple[tuple[str, int], ...] = ()
    """Sink and how far it was served, where the file goes on from the very journal of the backup; else empty."""
    spans: tuple[tuple[Any, ...], ...] = ()
    """What of that is still open (rows of the outbox)."""
    people: Everybody | None = None
    """Who may sign in by its word: newer than any backup's."""


def restore(
    settings: Settings, source: Path, lose_pending: str | None = None, photos: Path | None = None
) -> dict[str, Any]:
    """Put a backup in the place of the station file. What `regrade restore` prints.

    `lose_pending` spells what waits in the present file, such as `12 events`. Raises BadData (the backup is not
    sound, events wait), StoreError (a bench is open), OSError.
    """
    copied = check_copy(source.absolute(), settings.station.id)
    station = settings.station.id
    with _alone(settings) as present_of:
        present = present_of("restore", lose_pending, copied)
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.data) as work:
            old, new = Path(work) / "old", Path(work) / "new"
            old.mkdir()
            with reading(source) as db:
                copy_database(db, old / NAME)
            name = f"{copied.identity.epoch[:8]}-{copied.events:010d}"
            with StationFile.open(old, station, tuple(settings.sync.sinks)) as file:
                state, head, last = fold_journal(file.journal), file.journal.head(), file.journal.last()
                since = last.at if last is not None else datetime.now(UTC)
                _note_served(file, present)
                new.mkdir()
                copy_database(file.db, new / NAME)
            base = _numbers_on(replace(state, operator=None, role=None, name=""), present.state, since)
            _begin(new, station, base, (copied.identity.epoch, head, name))
            if present.people is not None:
                with StationFile.open(new, station) as file:
                    file.people.take_over(present.people)
            _bring_segments(settings.data, source, Path(work))
            _put_segment(settings.data, name, old)
            aside = _swap(settings.data, new / NAME, present.there)
    told = _told(settings, aside) | {"from": str(source), "from_epoch": copied.identity.epoch}
    told["next_lpn"] = base.next_lpn
    if photos is not None:
        hashes = sorted({path.stem for path in photos.glob("*/*/*.*") if len(path.stem) == 64})
        told |= copy_photos(PhotoStore(photos), photo_store(settings), hashes)
    for result in push_segments(settings.data, station, make_sinks(settings)):
        told.setdefault("sent", {})[result.sink] = result.acknowledged
    return told | {"sync_pending": dict(owed(settings.data, station, tuple(settings.sync.sinks)))}


def reset(settings: Settings, lose_pending: str | None = None) -> dict[str, Any]:
    """Begin a station file anew: empty, but for running numbers, which are never given out twice.

    Raises BadData while events wait, StoreError while a bench is open, OSError.
    """
    with _alone(settings) as present_of:
        present = present_of("reset", lose_pending, None)
        waiting = {sink: count for sink, count in _owed(settings).items() if count}
        if waiting:
            raise BadData(
                [f"{max(waiting.values()):,} events of an earlier journal wait: regrade sync first."]
            )
        if present.there and present.state is None:
            raise BadData(
                [
                    "The present file can't be read, so its running numbers are not known, and labels would be "
                    "given out twice. Restore a backup instead."
                ]
            )
        with tempfile.TemporaryDirectory(prefix=".reset-", dir=settings.data) as work:
            before = present.state or State()
            base = State(shifts=before.shifts, next_lpn=before.next_lpn, next_parcel=before.next_parcel)
            with StationFile.open(work, settings.station.id) as file:
                note_base(file.journal, base, None)
                if present.people is not None:
                    file.people.take_over(present.people)
            aside = _swap(settings.data, Path(work) / NAME, present.there)
    return _told(settings, aside) | {"next_lpn": base.next_lpn}


def queue_is_empty(settings: Settings) -> tuple[bool, str]:
    """Whether everything has left this station, and the sentence why an update, a reset or a new disk must wait.

    Makes no file. Raises StoreError where the file can't be read.
    """
    if not (settings.data / NAME).exists():
        return True, "No station file yet: nothing waits."
    with StationFile.open(settings.data, settings.station.id, tuple(settings.sync.sinks)) as file:
        counts = {name: file.outbox.state(name).pending for name in file.sinks}
    counts = {name: count + _owed(settings).get(name, 0) for name, count in counts.items()}
    late = {name: count for name, count in counts.items() if count}
    if not late:
        return True, "Everything has left this station: it may be updated, reset or replaced."
    what = ", ".join(f"{count:,} for {name}" for name, count in late.items())
    return False, (
        f"Do not update, reset or replace this station yet: events wait here and nowhere else ({what}). Run "
        "regrade sync first."
    )


@contextmanager
def _alone(settings: Settings) -> Iterator[Any]:
    """The right to replace the file: no bench is open, and nobody has the file open. Gives a look at the file."""
    lock = StationLock(settings.data)
    lock.acquire()
    use = FileUse(settings.data)
    try:

        def present_of(what: str, word: str | None, copied: Copy | None) -> _Present:
            found = _present(settings, what, word, copied)
            if not use.take(wait=0.0) or not use.alone:
                raise BadData(
                    [f"Another program has {settings.data / NAME} open. Close it, then {what} again."]
                )
            return found

        yield present_of
    finally:
        use.release()
        lock.release()


def _present(settings: Settings, what: str, word: str | None, copied: Copy | None) -> _Present:
    """The file that is there now. Raises BadData where events in it wait and nobody gave the word for that."""
    path = settings.data / NAME
    if not path.exists():
        return _Present(False)
    sinks = tuple(settings.sync.sinks)
    try:
        with StationFile.open(settings.data, settings.station.id, sinks) as file:
            waiting = {name: file.outbox.state(name).pending for name in sinks}
            served = _served(file, copied)
            present = _Present(True, fold_journal(file.journal), *served, file.people.whole())
    except (StoreError, ValueError) as error:
        if word != UNKNOWN:
            raise BadData(
                [
                    f"{path} can't be read, so nobody knows what waits in it: {error}",
                    f'It is kept aside. To go on all the same: regrade {what} --lose-pending "{UNKNOWN}".',
                ]
            ) from error
        return _Present(True)
    most = max(waiting.values(), default=0)
    wanted = f"{most} events"
    if most and word != wanted:
        late = ", ".join(f"{count:,} for {name}" for name, count in waiting.items() if count)
        said = f' You said "{word[:40]}".' if word else ""
        raise BadData(
            [
                f"Events wait in {path} and are nowhere else: {late}.{said} Run regrade sync first.",
                f'To leave them aside all the same: regrade {what} --lose-pending "{wanted}".',
            ]
        )
    return present


def _served(file: StationFile, copied: Copy | None) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """How far each sink was served of the events that the backup has, by a file that has these events too."""
    if copied is None or (file.identity.epoch, file.journal.hash_at(copied.events)) != (
        copied.identity.epoch,
        copied.head,
    ):
        return (), ()
    last = copied.events
    cuts = read(file.db, "select name, min(cut, ?) from sink", (last,))
    sql = f"select {COLUMNS} from outbox where first <= ? order by sink, first"
    spans = [(sink, first, min(to, last), *rest) for sink, first, to, *rest in read(file.db, sql, (last,))]
    return tuple(tuple(row) for row in cuts), tuple(spans)


def _note_served(file: StationFile, present: _Present) -> None:
    """Let an ended journal know what the file that is replaced knew of its sinks."""
    if present.cuts:
        with transaction(file.db):
            run(file.db, "delete from outbox")
            for sink, cut in present.cuts:
                sql = "insert into sink(name, cut) values (?, ?) on conflict(name) do update set cut = excluded.cut"
                run(file.db, sql, (sink, cut))
            marks = ", ".join("?" * len(COLUMNS.split(",")))
            for row in present.spans:
                run(file.db, f"insert into outbox({COLUMNS}) values ({marks})", row)


def _numbers_on(state: State, present: State | None, since: datetime) -> State:
    """The state with running numbers that were certainly not given out after the backup."""
    if present is not None:
        return replace(
            state,
            shifts=max(state.shifts, present.shifts),
            next_lpn=max(state.next_lpn, present.next_lpn),
            next_parcel=max(state.next_parcel, present.next_parcel),
        )
    days = max(0, (datetime.now(UTC) - since).days) + 1
    skipped = days * SKIPPED_A_DAY
    return replace(
        state,
        shifts=state.shifts + days,
        next_lpn=min(LPNS_PER_STATION, state.next_lpn + skipped),
        next_parcel=state.next_parcel + skipped,
    )


def _begin(folder: Path, station: str, base: State, after: tuple[str, Any, str]) -> None:
    """Make a copy of a station file into the beginning of an epoch: its journal empty, everything else as it was.

    A label that was still to be printed is not: it may have been, after the backup.
    """
    db = open_database(folder / NAME)
    try:
        with transaction(db):
            for (trigger,) in read(db, "select name from sqlite_master where type = 'trigger'"):
                run(db, f'drop trigger "{trigger}"')
            for table in ("outbox", "sink", "rest", "event"):
                run(db, f"delete from {table}")
            run(db, "delete from meta where k in ('epoch', 'created', 'head', 'base', 'follows')")
            mint(db, station, datetime.now(UTC))
            run(db, "update item set updated_seq = null")
            run(
                db,
                "update label_job set state = 'unknown', detail = ? where state in ('queued', 'sending')",
                ("restored from a backup: look whether the label is there",),
            )
            run(db, "update label_job set queued_seq = null")
        run(db, "vacuum")
    finally:
        db.close()
    with StationFile.open(folder, station) as file:
        note_base(file.journal, base, after)


def _bring_segments(data: Path, source: Path, work: Path) -> None:
    """Put back the ended journals that were copied with a backup and are not here."""
    for path in sorted(source.with_name(source.name + BACKED_UP).glob("*.db")):
        if not (data / SEGMENTS / path.stem).exists():
            check_copy(path)
            folder = work / f"segment-{path.stem}"
            folder.mkdir()
            shutil.copyfile(path, folder / NAME)
            _put_segment(data, path.stem, folder)


def _put_segment(data: Path, name: str, folder: Path) -> None:
    """Move a folder with an ended journal to its place; the same one that is there already stays."""
    segment = data / SEGMENTS / name
    if not segment.exists():
        segment.parent.mkdir(exist_ok=True)
        _sync_tree(folder)
        os.rename(folder, segment)
        flush(segment.parent)


def _swap(data: Path, new: Path, there: bool) -> Path | None:
    """Put a closed file in the place of the station file; gives the folder where the old one is kept now.

    The old file has a second name before the new one takes its first: at no moment is there none, because a bench
    that is opened then would begin an empty one.
    """
    path, aside = data / NAME, None
    flush(new)
    if there:
        aside = data / ASIDE / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.urandom(3).hex()}"
        aside.mkdir(parents=True)
        try:
            os.link(path, aside / NAME)
        except OSError:
            shutil.copy2(path, aside / NAME)
        for suffix in BESIDE:
            beside = path.with_name(NAME + suffix)
            if beside.exists():
                os.rename(beside, aside / (NAME + suffix))
        _sync_tree(aside)
        flush(aside.parent)
        flush(data)
    for suffix in BESIDE:
        with suppress(FileNotFoundError):
            new.with_name(NAME + suffix).unlink()
    os.replace(new, path)
    flush(data)
    return aside


def _sync_tree(folder: Path) -> None:
    for path in folder.iterdir():
        flush(path)
    flush(folder)


def _owed(settings: Settings) -> dict[str, int]:
    return dict(owed(settings.data, settings.station.id, tuple(settings.sync.sinks)))


def _told(settings: Settings, aside: Path | None) -> dict[str, Any]:
    """What is there now, opened and checked."""
    with StationFile.open(settings.data, settings.station.id, tuple(settings.sync.sinks)) as file:
        findings = [one.sentence for one in file.verify() if one.what != "schema"]
        who = file.identity
    if findings:
        raise BadData(["The new station file is not sound:", *findings[:5]])
    return {"station": who.station, "epoch": who.epoch, "aside": None if aside is None else str(aside)}
