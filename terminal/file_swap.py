"""Files that take their place in a data folder: a new station file for the old one, an ended journal among others.

What was there is moved aside and never deleted, and at no moment is there no station file.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from terminal.backups import BACKED_UP, check_copy
from terminal.store.ended import FOLDER as SEGMENTS
from terminal.store.station_file import NAME
from terminal.store.whole_file import flush

ASIDE = "aside"
"""Folder of the data folder for files that were replaced."""
BESIDE = ("-wal", "-shm", "-journal")
"""Ends of the names of files that SQLite keeps beside a database."""


def swap(data: Path, new: Path, there: bool) -> Path | None:
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


def put_segment(data: Path, name: str, folder: Path) -> None:
    """Move a folder with an ended journal to its place; the same one that is there already stays."""
    segment = data / SEGMENTS / name
    if not segment.exists():
        segment.parent.mkdir(exist_ok=True)
        _sync_tree(folder)
        os.rename(folder, segment)
        flush(segment.parent)


def bring_segments(data: Path, source: Path, work: Path) -> None:
    """Put back the ended journals that were copied with a backup and are not here."""
    for path in sorted(source.with_name(source.name + BACKED_UP).glob("*.db")):
        if not (data / SEGMENTS / path.stem).exists():
            check_copy(path)
            folder = work / f"segment-{path.stem}"
            folder.mkdir()
            shutil.copyfile(path, folder / NAME)
            put_segment(data, path.stem, folder)


def _sync_tree(folder: Path) -> None:
    for path in folder.iterdir():
        flush(path)
    flush(folder)
