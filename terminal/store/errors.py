"""What can go wrong with the station file, each with a sentence for the person at the bench.

SQLite's own messages name calls, not causes; `explain` turns its result codes into what happened, whether the step
was saved, and what to do. A damaged file shows in several ways, one of them a text that is no UTF-8.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from terminal.bench.wire import Recorded
from terminal.domain.speech import Said
from terminal.store.driver import sqlite3

BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, CONSTRAINT, NOTADB = 5, 6, 8, 10, 11, 13, 14, 19, 26
"""Primary result codes of SQLite (sqlite.org/rescode.html); the low byte of an extended code."""


class StoreError(Exception):
    """The store did not do what was asked. The text is a sentence for people."""


class StoreUnavailable(StoreError):
    """The file can't be read or written now. `cause` is one word: full, io, locked, readonly, damaged, ..."""

    def __init__(self, sentence: str, cause: str = "other") -> None:
        super().__init__(sentence)
        self.cause = cause


class StoreRefused(StoreError):
    """The values break a rule of the schema; nothing was written, and trying again can't help."""


class CommitFailed(StoreUnavailable):
    """COMMIT itself reported an error. What it was to write may be on disk all the same."""


class CommitUnknown(StoreUnavailable):
    """COMMIT failed and the file can't be asked: `recorded` may or may not be stored."""

    def __init__(self, sentence: str, recorded: tuple[Recorded, ...]) -> None:
        super().__init__(sentence, "unknown")
        self.recorded = recorded


class StoredAfterAll(StoreError):
    """An append whose outcome was unknown is in the journal: fold `recorded` before anything new is decided."""

    def __init__(self, sentence: str, recorded: tuple[Recorded, ...]) -> None:
        super().__init__(sentence)
        self.recorded = recorded


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Let no error of SQLite out of the block but as a StoreError with a sentence."""
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise explain(error, path) from error


def explain(error: Exception, path: Path) -> StoreError:
    """The error of a statement as a StoreError: cause in words, and what to do."""
    code = getattr(error, "sqlite_errorcode", None)
    primary = None if code is None else code & 0xFF
    if primary == CONSTRAINT:
        return StoreRefused(
            Said(
                "{file} refused the write: {error}. Nothing of this step was saved.",
                file=path.name,
                error=str(error),
            )
        )
    cause, sentence = _sentence(primary, error, path)
    return StoreUnavailable(sentence, cause)


def _sentence(primary: int | None, error: Exception, path: Path) -> tuple[str, str]:
    match primary:
        case 13:
            return "full", _full(path)
        case 10:
            detail = getattr(error, "sqlite_errorname", "SQLITE_IOERR")
            return "io", Said(
                "The disk under {path} reports an input/output error ({detail}). This step is not confirmed. Check "
                "the disk and its cable, then repeat the last input.",
                path=path,
                detail=detail,
            )
        case 8:
            return "readonly", Said(
                "{path} can't be written: the file or its disk is read-only. Check the permissions of the folder "
                "and whether the disk was mounted read-only after an error.",
                path=path,
            )
        case 5 | 6:
            return "locked", Said(
                "Another program is writing to {path} and did not finish in time. Nothing of this step was saved. "
                "Close the other program, then repeat the last input.",
                path=path,
            )
        case 14:
            return "cannot_open", Said(
                "{path} can't be opened. Does its folder exist, and may this user write there?", path=path
            )
        case 26:
            return "damaged", Said(
                "{path} is no station file: its content is not an SQLite database. Move it away and restore the "
                "last backup, or give another data folder.",
                path=path,
            )
    if primary == CORRUPT or isinstance(error, UnicodeDecodeError) or "decode to UTF-8" in str(error):
        return "damaged", Said(
            "{path} is damaged ({error}). Stop working with it, keep a copy of the file and of its -wal, and "
            "restore the last backup.",
            path=path,
            error=str(error),
        )
    return "other", Said("{path} does not answer as it should: {error}.", path=path, error=str(error))


def unmade(folder: Path, error: OSError) -> Said:
    """For a data folder that can't be made."""
    return Said("The data folder {folder} can't be made ({why}).", folder=folder, why=error.strerror)


def _full(path: Path) -> Said:
    try:
        free = shutil.disk_usage(path.parent).free // (1024 * 1024)
    except OSError:
        return Said(
            "There is no room for {path}: database or disk is full. Nothing of this step was saved. Make room on "
            "the disk, then repeat the last input.",
            path=path,
        )
    return Said(
        "There is no room for {path} ({free} MiB free): database or disk is full. Nothing of this step was saved. "
        "Make room on the disk, then repeat the last input.",
        path=path,
        free=free,
    )
