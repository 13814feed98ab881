"""Locks between processes: one bench per station, one opener at a time while the schema changes, one sync per sink.

All are `flock` on small files beside the station file. The kernel drops them when the process ends, however it
ends, so a lock file that lies there means nothing by itself.
"""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from terminal.domain.speech import Said
from terminal.store.errors import StoreUnavailable, unmade

POLL = 0.02
"""Seconds between two tries for a lock that another process holds."""


class FileLock:
    """An flock on a file that is never removed (removing it would let two holders in)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    @property
    def held(self) -> bool:
        """True between a `take` that worked and `release`."""
        return self._handle is not None

    def take(self, *, shared: bool = False, wait: float = 0.0) -> bool:
        """Take the lock, trying for `wait` seconds. False: somebody else has it. A lock that is held is changed.

        Raises StoreUnavailable where the file can't be made or the file system knows no locks.
        """
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        deadline = time.monotonic() + wait
        try:
            handle = self._handle if self._handle is not None else self._open()
        except OSError as error:
            shut = Said(
                "The lock file {path} can't be opened ({why}). Does the folder exist, and may this user write "
                "there?",
                path=self.path,
                why=error.strerror,
            )
            raise StoreUnavailable(shut, "cannot_open") from error
        while True:
            try:
                fcntl.flock(handle, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    os.close(handle)
                    self._handle = None
                    return False
                time.sleep(POLL)
            except OSError as error:
                os.close(handle)
                self._handle = None
                lockless = Said(
                    "The folder of {path} does not support locks ({why}). Keep the data folder on a local disk.",
                    path=self.path,
                    why=error.strerror,
                )
                raise StoreUnavailable(lockless) from error
            else:
                self._handle = handle
                return True

    def release(self) -> None:
        """Let go. Does nothing where the lock is not held."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _open(self) -> int:
        return os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)


class StationLock:
    """The right to be the bench of a station: `with StationLock(data_dir): ...`.

    The file holds the process number of the holder, so that a second bench can name it. `unclean` tells, once the
    lock is taken, that the last holder ended without letting go.
    """

    def __init__(self, data_dir: Path | str) -> None:
        self.path = Path(data_dir) / "station.lock"
        self.unclean = False
        self._lock = FileLock(self.path)

    def acquire(self) -> None:
        """Take the lock and write the process number. Raises StoreUnavailable naming the process that has it."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreUnavailable(unmade(self.path.parent, error), "cannot_open") from error
        if not self._lock.take():
            taken = Said("the bench is open on this station (pid {pid})", pid=self._holder() or "?")
            raise StoreUnavailable(taken, "in_use")
        self.unclean = self._holder() != ""
        self.path.write_text(f"{os.getpid()}\n", encoding="ascii")

    def release(self) -> None:
        """Empty the file and let go."""
        if self._lock.held:
            self.path.write_text("", encoding="ascii")
            self._lock.release()

    def _holder(self) -> str:
        try:
            text = self.path.read_text(encoding="ascii", errors="replace").strip()
        except OSError:
            return ""
        return text if text.isdigit() else ""

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


class FileUse:
    """That this process has the station file open: shared by all users, alone while the schema is made or changed.

    Being alone is also how an unclean stop shows: a write-ahead log that nobody has open was left behind.
    """

    def __init__(self, data_dir: Path) -> None:
        self._lock = FileLock(data_dir / "station.open")
        self.alone = False

    def take(self, wait: float = 30.0) -> bool:
        """Be alone if nobody else has the file open, else wait until a lone user shares it. False: gave up."""
        self.alone = self._lock.take()
        return self.alone or self._lock.take(shared=True, wait=wait)

    def take_alone(self, wait: float = 5.0) -> bool:
        """Ask for the file alone; the shared use is given up for it. False: others keep it open."""
        self._lock.release()
        self.alone = self._lock.take(wait=wait)
        return self.alone

    def share(self, wait: float = 30.0) -> bool:
        """Let others in."""
        self.alone = False
        return self._lock.take(shared=True, wait=wait)

    def release(self) -> None:
        """The file is closed."""
        self.alone = False
        self._lock.release()
