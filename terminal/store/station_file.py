"""The station file as a whole: opened, checked, bundled, closed.

Two connections: one that only the journal writes over, and one for everything else, so that a look-up never sees a
step that is not committed. Who opens first, alone, makes or brings up the tables; everybody else waits for that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlite_utils import Database

from terminal.domain.speech import Said
from terminal.store.catalogue import Catalogue
from terminal.store.connection import open_database, read, transaction
from terminal.store.errors import StoreError, StoreUnavailable, unmade
from terminal.store.identity import Identity, identity, mint
from terminal.store.journal import Journal
from terminal.store.locks import FileLock, FileUse
from terminal.store.outbox import Outbox
from terminal.store.people import People
from terminal.store.queries import Queries
from terminal.store.schema import migrate, pending, settle
from terminal.store.verify import Finding, quick_check, verify_chain

NAME = "station.db"
CHECKED_BELOW = 200 * 1024 * 1024
"""After an unclean stop a file smaller than this (bytes) is checked while it is opened."""


class StationFile:
    """An open station file. `findings` is what opening it noticed; an empty tuple is the rule."""

    def __init__(
        self,
        path: Path,
        use: FileUse,
        db: Database,
        side: Database,
        sinks: Sequence[str],
        findings: list[Finding],
    ) -> None:
        """Use `open`."""
        self.path = path
        self.data_dir = path.parent
        self.sinks = tuple(sinks)
        self.journal = Journal(db)
        self.outbox = Outbox(side)
        self.catalogue = Catalogue(side)
        self.queries = Queries(side)
        self.people = People(side)
        self.findings = tuple(findings)
        self._side = side
        self._use = use
        self._closed = False

    @classmethod
    def open(
        cls,
        data_dir: Path | str,
        station: str,
        sinks: Sequence[str] = (),
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> StationFile:
        """Open the file of a data folder, or make it. `sinks` get a cursor each; a new one owes the whole journal.

        Raises StoreUnavailable: damaged, of another station, of a newer version, unreadable, no room, ...
        """
        path = Path(data_dir).absolute() / NAME
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreUnavailable(unmade(path.parent, error), "cannot_open") from error
        use = FileUse(path.parent)
        opened: list[Database] = []
        try:
            if not use.take():
                kept = Said(
                    "Another program keeps {path} for itself for a long time. Close it, then start again.",
                    path=path,
                )
                raise StoreUnavailable(kept, "in_use")
            unclean = use.alone and _left_open(path)
            opened.append(open_database(path, create=True))
            db = opened[0]
            findings = _checked(db, path) if unclean else []
            _bring_up(db, path, use, station, now)
            findings += [Finding(None, "schema", sentence) for sentence in settle(db)]
            _check_identity(db, path, station)
            if use.alone and not use.share():
                held = Said("{path} can't be shared: its lock is held by another program.", path=path)
                raise StoreUnavailable(held, "in_use")
            opened.append(open_database(path))
            file = cls(path, use, db, opened[1], sinks, findings)
            file.outbox.register(sinks)
        except BaseException:
            for connection in opened:
                connection.close()
            use.release()
            raise
        return file

    @property
    def db(self) -> Database:
        """The journal's connection, as it is now: after an I/O error the journal opens another one."""
        return self.journal.db

    @property
    def identity(self) -> Identity:
        """Station, epoch and birth of the file."""
        return self.journal.identity

    def verify(
        self, *, deep: bool = True, progress: Callable[[int], None] = lambda seq: None
    ) -> list[Finding]:
        """What opening the file noticed, and what a check of file, schema and chain finds now."""
        return [*self.findings, *verify_chain(self._side, deep=deep, progress=progress)]

    def sync_lock(self, sink: str) -> FileLock:
        """The right to sync one sink, over all programs that have the file open."""
        safe = "".join(
            letter if letter.isascii() and letter.isalnum() else f"_{ord(letter):x}" for letter in sink
        )
        return FileLock(self.data_dir / f"sync-{safe}.lock")

    def close(self) -> None:
        """Write the log back into the file and close, once; what was committed was on disk before."""
        if self._closed:
            return
        self._closed = True
        with suppress(StoreError):
            read(self.db, "pragma wal_checkpoint(truncate)")
        self._side.close()
        self.journal.close()
        self._use.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _left_open(path: Path) -> bool:
    """True where a log lies beside a file that nobody has open: it was not closed."""
    for suffix in ("-wal", "-journal"):
        with suppress(OSError):
            if path.with_name(path.name + suffix).stat().st_size > 0:
                return True
    return False


def _checked(db: Database, path: Path) -> list[Finding]:
    if path.stat().st_size >= CHECKED_BELOW:
        return []
    damage = quick_check(db)
    if damage:
        broken = Said(
            "{path} was damaged when the program or the power went off: {damage} Keep a copy of the file and of "
            "its -wal, and restore the last backup.",
            path=path,
            damage=damage[0].sentence,
        )
        raise StoreUnavailable(broken, "damaged")
    return []


def _bring_up(db: Database, path: Path, use: FileUse, station: str, now: Callable[[], datetime]) -> None:
    """Make or update the tables and name the file, in one transaction and while nobody else has it open."""
    if not pending(db):
        return
    if not use.alone and not use.take_alone():
        older = Said(
            "{path} has to be brought up to this version, and another program has it open. Close it, then start "
            "again.",
            path=path,
        )
        raise StoreUnavailable(older, "in_use")
    with transaction(db):
        migrate(db)
        mint(db, station, now())


def _check_identity(db: Database, path: Path, station: str) -> None:
    who = identity(db)
    if who.station != station:
        other = Said(
            "{path} belongs to the station {owner!r}, and this is {station!r}. Set station = {owner!r} in the "
            "configuration, or give another data folder.",
            path=path,
            owner=who.station,
            station=station,
        )
        raise StoreUnavailable(other, "other_station")
