"""A copy of the station file that can be relied on: made while the bench works, checked, and whole or not there.

SQLite's online copy is the file at one moment. It counts only after every event in it was hashed again.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from terminal.cameras import photo_store
from terminal.domain.suggest import BadData
from terminal.own_file import open_file
from terminal.photo_records import KEPT
from terminal.photos import PhotoProblem, PhotoStore
from terminal.settings import Settings
from terminal.store.connection import read, read_json
from terminal.store.copies import copy_database, reading
from terminal.store.driver import sqlite3
from terminal.store.ended import segment_folders
from terminal.store.errors import StoreError
from terminal.store.identity import Identity, identity
from terminal.store.retention import Retention
from terminal.store.station_file import NAME, StationFile
from terminal.store.verify import verify_chain
from terminal.store.whole_file import flush

BACKED_UP = ".segments"
"""Ends the name of the folder beside a backup that has the journals which came to an end."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What a checked copy holds."""

    identity: Identity
    events: int
    head: str


def backup(
    settings: Settings,
    target: Path,
    photos: Path | None = None,
) -> dict[str, Any]:
    """Copy the station file to `target`, and photos into the folder `photos`. What `regrade backup` prints.

    An older backup of the same station under that name is replaced once the new one is checked; anything else there
    is left alone. Raises BadData, StoreError, OSError.
    """
    target = target.absolute()
    if not (settings.data / NAME).exists():
        raise BadData([f"There is no station file in {settings.data}: nothing to back up."])
    if target.parent.resolve() == settings.data.resolve() and target.name.startswith(NAME):
        raise BadData([f"{target} is the station file itself. Give another name, best on another disk."])
    if target.is_dir():
        raise BadData([f"{target} is a folder. Give the name of a file in it."])
    if target.exists():
        _replaceable(target, settings.station.id)
    part = target.with_name(f".{target.name}.part")
    try:
        with open_file(settings) as file:
            copy_database(file.db, part)
            hashes = _photos_named(settings, file)
        copied = check_copy(part, settings.station.id)
        ended = _copy_segments(settings, target)
        os.replace(part, target)
        flush(target.parent)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    told: dict[str, Any] = {
        "backup": str(target),
        "station": copied.identity.station,
        "epoch": copied.identity.epoch,
        "events": copied.events,
        "head": copied.head,
        "bytes": target.stat().st_size,
        "segments": ended,
    }
    if photos is not None:
        told |= copy_photos(photo_store(settings), PhotoStore(photos), hashes)
    return told


def check_copy(path: Path, station: str | None = None) -> Copy:
    """What a copy holds, once all of it was checked; nothing in it is changed.

    Raises BadData: no station file, another station's, damaged, a broken chain.
    """
    with reading(path) as db:
        try:
            who = identity(db)
        except StoreError as error:
            raise BadData([f"{path} is no backup of a station: {error}"]) from error
        if station is not None and who.station != station:
            raise BadData([f"{path} is of the station {who.station!a:.60}, and this is {station!a:.60}."])
        found = [one for one in verify_chain(db) if one.what != "schema"]
        if found:
            told = [one.sentence for one in found[:5]]
            raise BadData([f"{path} is not what was written, so it is not used:", *told])
        last = read(db, "select seq, hash from event order by seq desc limit 1")
        events, head = last[0] if last else (0, "0" * 64)
        return Copy(who, events, head)


def copy_photos(source: PhotoStore, target: PhotoStore, hashes: list[str]) -> dict[str, Any]:
    """Copy photos that are not there yet, each checked by its hash; those that can't be had are told of."""
    missing = []
    copied = 0
    for digest in hashes:
        try:
            target.get(digest)
        except PhotoProblem:
            try:
                target.put(source.get(digest))
                copied += 1
            except PhotoProblem as problem:
                missing.append({"sha256": digest, "why": str(problem)})
    return {"photos": len(hashes) - len(missing), "photos_copied": copied, "photos_missing": missing}


def _photos_named(settings: Settings, file: StationFile) -> list[str]:
    """The photos that the journal and those before it speak of, but for those that one of them calls removed."""
    kept, gone = _photos_of(file)
    for segment in segment_folders(settings.data):
        with StationFile.open(segment, settings.station.id) as ended:
            earlier, removed = _photos_of(ended)
        kept, gone = kept | earlier, gone | removed
    return sorted(kept - gone)


def _photos_of(file: StationFile) -> tuple[set[str], frozenset[str]]:
    """Photos that a journal says were kept, and those that it says were removed."""
    bodies = read(file.db, "select body from event where kind = ?", (KEPT,))
    kept = {str(read_json(body, "A photo").get("sha256")) for (body,) in bodies}
    return kept, Retention(file.db).purged_photos()


def _copy_segments(settings: Settings, target: Path) -> list[str]:
    """Copy the journals that came to an end into a folder beside the backup; their names."""
    folder = target.with_name(target.name + BACKED_UP)
    names = []
    for segment in segment_folders(settings.data):
        folder.mkdir(exist_ok=True)
        copy, part = folder / f"{segment.name}.db", folder / f".{segment.name}.part"
        with StationFile.open(segment, settings.station.id) as file:
            copy_database(file.db, part)
        check_copy(part, settings.station.id)
        os.replace(part, copy)
        names.append(segment.name)
    if names:
        flush(folder)
    return names


def _replaceable(target: Path, station: str) -> None:
    """Raises BadData for a file that is no backup of this station."""
    try:
        with reading(target) as db:
            known = identity(db).station
    except (BadData, StoreError, sqlite3.Error) as error:
        raise BadData(
            [f"{target} is there and is no backup of a station: it is left alone. Give another name."]
        ) from error
    if known != station:
        raise BadData([f"{target} is a backup of the station {known!a:.60}: it is left alone."])
