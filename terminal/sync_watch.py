"""Looks at the outbox once a second, over a connection of its own, and keeps what it saw in memory.

The screen asks for the sync's line from its own thread and must not wait for a disk; the pushing thread is busy for
as long as a sink takes. So neither of them reads the counts.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from terminal.store.errors import StoreError
from terminal.store.station_file import StationFile
from terminal.sync_said import SinkSeen

EVERY = 1.0
log = logging.getLogger(__name__)


def sinks_of(file: StationFile) -> tuple[SinkSeen, ...]:
    """How each sink of a station file stands now. An error is none where nothing waits any more."""
    found = []
    for name in file.sinks:
        state = file.outbox.state(name)
        oldest = file.outbox.oldest_pending_at(name) if state.pending else None
        error = state.last_error if state.pending else None
        found.append(SinkSeen(name, state.pending, oldest, state.dead, error))
    return tuple(found)


class SyncWatch:
    """A thread that reads how the sinks stand. `seen` is from memory; `on_change` is called in the thread."""

    def __init__(
        self,
        open_file: Callable[[], StationFile],
        on_change: Callable[[], object] = lambda: None,
        *,
        every: float = EVERY,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._open_file = open_file
        self._on_change = on_change
        self._every = every
        self._clock = clock
        self._seen: tuple[SinkSeen, ...] = ()
        self._since: dict[str, float] = {}
        self._looks = 0
        self._changed = threading.Condition()
        self._asked = self._stopping = False
        self._thread: threading.Thread | None = None

    @property
    def seen(self) -> tuple[SinkSeen, ...]:
        """Every sink as it was last seen; empty until the first look."""
        return self._seen

    @property
    def looks(self) -> int:
        """How often it has looked."""
        return self._looks

    def start(self) -> None:
        """Begin; the first look is at once."""
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="sync-watch", daemon=True)
        self._thread.start()

    def look_now(self) -> None:
        """Do not wait for the second to be over. From any thread."""
        with self._changed:
            self._asked = True
            self._changed.notify_all()

    def stop(self, timeout: float = 5.0) -> bool:
        """End; False where it did not in time."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread is None:
            return True
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def look(self, file: StationFile) -> tuple[SinkSeen, ...]:
        """How each sink stands now. Trouble is counted from the look that found it first."""
        now, found = self._clock(), sinks_of(file)
        well = {one.name for one in found if one.error is None}
        self._since = {name: since for name, since in self._since.items() if name not in well}
        return tuple(
            one if one.error is None else replace(one, troubled=now - self._since.setdefault(one.name, now))
            for one in found
        )

    def _run(self) -> None:
        file: StationFile | None = None
        while not self._stopping:
            try:
                file = file or self._open_file()
                self._seen = self.look(file)
                self._looks += 1
                self._on_change()
            except StoreError:
                log.warning("the outbox can't be looked at", exc_info=True)
                _close(file)
                file = None
            except Exception:
                log.exception("what hangs on a look at the outbox failed")
            with self._changed:
                if not (self._asked or self._stopping):
                    self._changed.wait(self._every)
                self._asked = False
        _close(file)


def _close(file: StationFile | None) -> None:
    if file is not None:
        with suppress(Exception):
            file.close()
