"""Carries what is committed to the sinks in threads of its own, for as long as the bench is open.

Each sink has a thread and connections of its own, so one that hangs holds nobody up. A sink that fails rests by a
schedule that is on disk; the threads' timers do not depend on new work.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from terminal.store.outbox import milliseconds
from terminal.store.station_file import StationFile
from terminal.sync.result import Result
from terminal.sync.round import sync_once
from terminal.sync.sentences import as_made, failure_of
from terminal.sync.sink import Sink

SHORTEST_WAIT = 0.2
"""Seconds that a thread sleeps at least between two rounds."""
PULL = "pull"
"""The name under which `also` has its result."""
PHOTOS = "photos"
"""The name under which `photos` has its result."""


class SyncWorker:
    """Syncs every `every` seconds, when woken, and when a rest is over. No failure ends a thread."""

    def __init__(
        self,
        open_file: Callable[[], StationFile],
        sinks: Sequence[Sink],
        every: float = 60.0,
        on_change: Callable[[Mapping[str, Result]], None] = lambda results: None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        jitter: Callable[[], float] = random.random,
        also: Callable[[StationFile], object] | None = None,
        photos: Callable[[StationFile], Result] | None = None,
    ) -> None:
        """`open_file` and `on_change` are called in the threads, each of which works over connections of its own.

        `also` is run at the same times as the sinks; what it raises is the error of a result named "pull".
        `photos` is run so too, and after every round in which a sink took events, which may name photos.
        """
        self._open_file = open_file
        self._every = every
        self._on_change = on_change
        self._now = now
        self._jitter = jitter
        self._changed = threading.Condition()
        self._telling = threading.Lock()
        self._stopping = False
        self._started = False
        self._lanes = [_Lane(self, sink.name, sink) for sink in sinks]
        if also is not None:
            self._lanes.append(_Lane(self, PULL, also))
        if photos is not None:
            self._lanes.append(_Lane(self, PHOTOS, photos))
        self._results: Mapping[str, Result] = {}

    @property
    def results(self) -> Mapping[str, Result]:
        """The last result of each sink, by its name."""
        return self._results

    @property
    def alive(self) -> bool:
        """True while every thread runs that should."""
        return self._started and all(lane.thread.is_alive() for lane in self._lanes)

    def start(self) -> None:
        """Begin. The first round is run at once. Raises RuntimeError when it runs already."""
        if self._started and any(lane.thread.is_alive() for lane in self._lanes):
            raise RuntimeError("the sync worker is started already")
        self._stopping, self._started = False, True
        for lane in self._lanes:
            lane.start()

    def wake(self, *, force: bool = False) -> None:
        """Run a round now. `force` does not wait for the end of a rest."""
        with self._changed:
            for lane in self._lanes:
                lane.woken = True
                lane.forced = lane.forced or force
            self._changed.notify_all()

    def stop(self, timeout: float = 5.0) -> bool:
        """End after the batch in hand; False where a sink still holds its thread up when the time is over."""
        with self._changed:
            self._stopping, self._started = True, False
            self._changed.notify_all()
        deadline = time.monotonic() + timeout
        running = [
            lane.thread
            for lane in self._lanes
            if lane.thread.is_alive() and lane.thread is not threading.current_thread()
        ]
        for thread in running:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in running)

    def _report(self, result: Result) -> None:
        if result.acknowledged and result.sink != PHOTOS:
            self._wake_photos()
        with self._telling:
            before = self._results.get(result.sink)
            changed = before != result
            if before is not None:
                result = replace(result, error=as_made(result.error, before.error))
            self._results = {**self._results, result.sink: result}
            if changed:
                with suppress(
                    Exception
                ):  # a screen that can't draw must not stop the sync; `results` still tells
                    self._on_change(self._results)

    def _wake_photos(self) -> None:
        with self._changed:
            for lane in self._lanes:
                lane.woken = lane.woken or lane.name == PHOTOS
            self._changed.notify_all()


class _Lane:
    """The thread of one sink, or of what is done beside them."""

    def __init__(self, owner: SyncWorker, name: str, work: Sink | Callable[[StationFile], object]) -> None:
        self._owner = owner
        self.name = name
        self._work = work
        self.woken = self.forced = False
        self.thread = self._made()

    def start(self) -> None:
        if self.thread.ident is not None:
            self.thread = self._made()  # a thread runs only once
        self.thread.start()

    def _made(self) -> threading.Thread:
        return threading.Thread(target=self._run, name=f"sync {self.name}", daemon=True)

    def _run(self) -> None:
        owner = self._owner
        file: StationFile | None = None
        while not owner._stopping:
            with owner._changed:
                force, self.woken, self.forced = self.forced, False, False
            wait = owner._every
            try:
                file = file or owner._open_file()
                owner._report(self._round(file, force))
                wait = self._until_due(file)
            except Exception as error:
                owner._report(self._failed(error))
                _close(file)
                file = None
            with owner._changed:
                owner._changed.wait_for(lambda: self.woken or owner._stopping, wait)
        _close(file)

    def _round(self, file: StationFile, force: bool) -> Result:
        owner = self._owner
        if callable(self._work):
            done = self._work(file)
            return done if isinstance(done, Result) else Result(self.name, 0, 0, 0, 0)
        return sync_once(
            file,
            self._work,
            owner._now(),
            jitter=owner._jitter,
            force=force,
            stopped=lambda: owner._stopping,
        )

    def _until_due(self, file: StationFile) -> float:
        """Seconds to the next round: the interval, or less where a rest ends before."""
        present = milliseconds(self._owner._now())
        rests = (file.outbox.state(self.name).next_at, file.outbox.next_due(self.name) or 0)
        sooner = [(rest - present) / 1000 for rest in rests if rest > present]
        return max(SHORTEST_WAIT, min([self._owner._every, *sooner]))

    def _failed(self, error: Exception) -> Result:
        before = self._owner._results.get(self.name) or Result(self.name, 0, 0, 0, 0)
        return replace(before, sent=0, acknowledged=0, refused=0, error=failure_of(error))


def _close(file: StationFile | None) -> None:
    if file is not None:
        with suppress(Exception):
            file.close()
