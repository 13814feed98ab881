"""A station file brought back from a backup, or begun anew. What was there is moved aside and never deleted.

After the backup the station may have told others of events under the next numbers, and nobody here knows of which.
Going on under the same epoch would give those numbers to other events, which the hub refuses as `conflict_seq`. So
a restored station always begins an epoch of its own: its journal starts empty from the state at the backup's end,
the old journal stays in `segments`, and what that one still owes is sent from there under its own numbers. Labels
that were printed after the backup are on items, so running numbers are skipped rather than given out twice.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from terminal.backups import check_copy, copy_photos
from terminal.bench.state import State
from terminal.cameras import photo_store
from terminal.domain.lettercode import LPNS_PER_STATION
from terminal.domain.suggest import BadData
from terminal.file_swap import bring_segments, put_segment, swap
from terminal.folding import fold_journal
from terminal.own_file import open_file
from terminal.photos import PhotoStore
from terminal.present_file import Present, alone, owed_by_ended
from terminal.segments import note_base, owed, push_segments
from terminal.settings import Settings
from terminal.store.arrivals import Arrivals
from terminal.store.connection import open_database, read, run, transaction
from terminal.store.copies import copy_database, reading
from terminal.store.identity import mint
from terminal.store.outbox import COLUMNS
from terminal.store.station_file import NAME, StationFile
from terminal.syncing import make_sinks

SKIPPED_A_DAY = 5_000
"""Running numbers that are left out for each day since the backup, where the present file does not tell them."""


def restore(
    settings: Settings, source: Path, lose_pending: str | None = None, photos: Path | None = None
) -> dict[str, Any]:
    """Put a backup in the place of the station file. What `regrade restore` prints.

    `lose_pending` spells what waits in the present file, such as `12 events`. Raises BadData (the backup is not
    sound, events wait), StoreError (a bench is open), OSError.
    """
    copied = check_copy(source.absolute(), settings.station.id)
    station = settings.station.id
    with alone(settings) as present_of:
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
            bring_segments(settings.data, source, Path(work))
            put_segment(settings.data, name, old)
            aside = swap(settings.data, new / NAME, present.there)
    told = _told(settings, aside) | {"from": str(source), "from_epoch": copied.identity.epoch}
    told["next_lpn"] = base.next_lpn
    if photos is not None:
        hashes = sorted({path.stem for path in photos.glob("*/*/*.*") if len(path.stem) == 64})
        told |= copy_photos(PhotoStore(photos), photo_store(settings), hashes)
    for result in push_segments(settings.data, station, make_sinks(settings)):
        sent = told.setdefault("sent", {})
        sent[result.sink] = sent.get(result.sink, 0) + result.acknowledged
    return told | {"sync_pending": dict(owed(settings.data, station, tuple(settings.sync.sinks)))}


def reset(settings: Settings, lose_pending: str | None = None) -> dict[str, Any]:
    """Begin a station file anew: empty, but for running numbers, which are never given out twice.

    Raises BadData while events wait, StoreError while a bench is open, OSError.
    """
    with alone(settings) as present_of:
        present = present_of("reset", lose_pending, None)
        waiting = {sink: count for sink, count in owed_by_ended(settings).items() if count}
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
            aside = swap(settings.data, Path(work) / NAME, present.there)
    return _told(settings, aside) | {"next_lpn": base.next_lpn}


def _note_served(file: StationFile, present: Present) -> None:
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
            Arrivals(db).keep_written_down()
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


def _told(settings: Settings, aside: Path | None) -> dict[str, Any]:
    """What is there now, opened and checked."""
    with open_file(settings) as file:
        findings = [one.sentence for one in file.verify() if one.what != "schema"]
        who = file.identity
    if findings:
        raise BadData(["The new station file is not sound:", *findings[:5]])
    return {"station": who.station, "epoch": who.epoch, "aside": None if aside is None else str(aside)}
