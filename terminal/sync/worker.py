"""Carries what is committed to the sinks: once, or in a thread of its own for as long as the bench is open.

A batch is cut on disk before it is sent and settled on disk after it was answered. So whatever is lost in between,
the same batch goes again, and never an overlapping one. A sink that fails rests by a schedule that is on disk as
well; the thread's timer does not depend on new work.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import islice, takewhile

from terminal.bench.wire import Recorded
from terminal.store.errors import StoreError
from terminal.store.outbox import Answer, Left, Span, milliseconds
from terminal.store.station_file import StationFile
from terminal.sync.batch import MAX_COUNT, cut
from terminal.sync.sink import ACKNOWLEDGED, REFUSED, AnswersLater, Place, Sink, Status, Verdict

LONGEST = 300.0
"""Seconds of the longest rest after failures."""
SHORTEST_WAIT = 0.2
"""Seconds that the thread sleeps at least between two rounds."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one round did for one sink: events sent, acknowledged and refused in it, and what is still pending."""

    sink: str
    sent: int
    acknowledged: int
    refused: int
    pending: int
    error: str | None = None


def sync_once(
    file: StationFile,
    sink: Sink,
    now: datetime,
    *,
    jitter: Callable[[], float] = random.random,
    force: bool = False,
    stopped: Callable[[], bool] = lambda: False,
) -> Result:
    """Push everything that is due to one sink. `force` does not wait for the end of a rest.

    Whatever the sink raises ends the round and is in `error`. Raises StoreError where the station file fails.
    """
    lock = file.sync_lock(sink.name)
    if not lock.take():
        pending = file.outbox.state(sink.name).pending
        return Result(sink.name, 0, 0, 0, pending, "Another program is syncing this sink right now.")
    try:
        return _Round(file, sink, now, jitter, force, stopped).go()
    finally:
        lock.release()


class _Round:
    """One pass over a sink: answers that are late, spans that are open, then what was never sent."""

    def __init__(
        self,
        file: StationFile,
        sink: Sink,
        now: datetime,
        jitter: Callable[[], float],
        force: bool,
        stopped: Callable[[], bool],
    ) -> None:
        self._file = file
        self._outbox = file.outbox
        self._sink = sink
        self._now = now
        self._jitter = jitter
        self._force = force
        self._stopped = stopped
        self._sent = self._acknowledged = self._refused = 0

    def go(self) -> Result:
        name = self._sink.name
        before = self._outbox.state(name)
        if not (self._force or self._outbox.due(name, self._now)):
            return Result(name, 0, 0, 0, before.pending, before.last_error)
        error: str | None = None
        try:
            self._ask_waiting()
            if not (self._resend() and self._send_new()):
                error = "The sink asked to try again later."
        except StoreError:
            raise
        except Exception as failure:
            error = str(failure) or type(failure).__name__
        if error is not None:
            failures = 0 if self._acknowledged else before.attempts
            self._outbox.postpone(name, failures + 1, self._later(failures), error)
        pending = self._outbox.state(name).pending
        return Result(name, self._sent, self._acknowledged, self._refused, pending, error)

    def _ask_waiting(self) -> None:
        sink = self._sink
        if not isinstance(sink, AnswersLater):
            return
        who = self._file.identity
        for span in self._outbox.open_spans(self._sink.name):
            if span.state == "waiting" and not self._stopped():
                place = Place(who.station, who.epoch, span.sent_first, span.sent_last)
                statuses = sink.collect(place, partial(self._events, span.sent_first, span.sent_last))
                inside = [status for status in statuses if span.first <= status.seq <= span.last]
                if any(status.verdict is not Verdict.WAITING for status in inside):
                    self._settle(span, inside)

    def _resend(self) -> bool:
        """Send what was cut before; False where the sink wants none of it now."""
        for span in self._outbox.open_spans(self._sink.name):
            retried = span.state == "retry" and (self._force or self._outbox.span_due(span, self._now))
            if (retried or span.state == "sending") and not self._stopped():
                batch = self._events(span.first, span.last)
                if retried:
                    span = self._outbox.resume(span)
                if not self._send(span, batch):
                    return False
        return True

    def _send_new(self) -> bool:
        """Cut and send until nothing is left; False where the sink wants none of it now."""
        while not self._stopped():
            after = self._outbox.cursor(self._sink.name)
            batch = next(cut(islice(self._file.journal.events(after), MAX_COUNT)), None)
            if batch is None:
                return True
            if not self._send(self._outbox.begin(self._sink.name, batch[-1].seq), batch):
                return False
        return True

    def _send(self, span: Span, batch: Sequence[Recorded]) -> bool:
        statuses = self._sink.send(batch)
        self._sent += len(batch)
        return self._settle(span, statuses)

    def _settle(self, span: Span, statuses: Sequence[Status]) -> bool:
        """Write the answers down; False where every event is to be tried again."""
        later = isinstance(self._sink, AnswersLater)
        answers = [Answer(status.seq, _left(status.verdict, later), _why(status)) for status in statuses]
        inside = [answer for answer in answers if span.first <= answer.seq <= span.last]
        if self._outbox.settle(span, inside, self._now, self._later(span.attempts)):
            self._acknowledged += sum(answer.left == "acked" for answer in inside)
            self._refused += sum(answer.left == "dead" for answer in inside)
        return any(answer.left != "retry" for answer in inside)

    def _events(self, first: int, last: int) -> Sequence[Recorded]:
        return tuple(takewhile(lambda event: event.seq <= last, self._file.journal.events(first - 1)))

    def _later(self, attempts: int) -> int:
        """Full jitter: somewhere between now and 1 s, 2 s, 4 s ... 5 min (as UTC milliseconds)."""
        longest = min(LONGEST, 2.0 ** min(attempts, 20))
        return milliseconds(self._now) + int(self._jitter() * longest * 1000)


class SyncWorker:
    """Syncs every `every` seconds, when woken, and when a rest is over. No failure ends the thread."""

    def __init__(
        self,
        open_file: Callable[[], StationFile],
        sinks: Sequence[Sink],
        every: float = 60.0,
        on_change: Callable[[Mapping[str, Result]], None] = lambda results: None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """`open_file` and `on_change` are called in the thread, which works over connections of its own."""
        self._open_file = open_file
        self._sinks = tuple(sinks)
        self._every = every
        self._on_change = on_change
        self._now = now
        self._jitter = jitter
        self._changed = threading.Condition()
        self._woken = self._forced = self._stopping = False
        self._thread: threading.Thread | None = None
        self._results: Mapping[str, Result] = {}

    @property
    def results(self) -> Mapping[str, Result]:
        """The last result of each sink, by its name."""
        return self._results

    @property
    def alive(self) -> bool:
        """True while the thread runs."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Begin. The first round is run at once. Raises RuntimeError when it runs already."""
        if self.alive:
            raise RuntimeError("the sync worker is started already")
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)
        self._thread.start()

    def wake(self, *, force: bool = False) -> None:
        """Run a round now. `force` does not wait for the end of a rest."""
        with self._changed:
            self._woken = True
            self._forced = self._forced or force
            self._changed.notify_all()

    def stop(self, timeout: float = 5.0) -> bool:
        """End after the batch in hand; False where a sink still holds it up when the time is over."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread is None or self._thread is threading.current_thread():
            return True
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        file: StationFile | None = None
        while not self._stopping:
            with self._changed:
                force, self._woken, self._forced = self._forced, False, False
            wait = self._every
            try:
                file = file or self._open_file()
                self._sync_all(file, force)
                wait = self._until_due(file)
            except Exception as error:
                before = self._results
                self._report({sink.name: _failed(before.get(sink.name), sink, error) for sink in self._sinks})
                _close(file)
                file = None
            with self._changed:
                if not (self._woken or self._stopping):
                    self._changed.wait(wait)
        _close(file)

    def _sync_all(self, file: StationFile, force: bool) -> None:
        for sink in self._sinks:
            if not self._stopping:
                result = sync_once(
                    file, sink, self._now(), jitter=self._jitter, force=force, stopped=lambda: self._stopping
                )
                self._report({**self._results, sink.name: result})

    def _until_due(self, file: StationFile) -> float:
        """Seconds to the next round: the interval, or less where a rest ends before."""
        present = milliseconds(self._now())
        rests = [file.outbox.state(sink.name).next_at for sink in self._sinks]
        sooner = [(rest - present) / 1000 for rest in rests if rest > present]
        return max(SHORTEST_WAIT, min([self._every, *sooner]))

    def _report(self, results: Mapping[str, Result]) -> None:
        changed = results != self._results
        self._results = dict(results)
        if changed:
            with suppress(
                Exception
            ):  # a screen that can't draw must not stop the sync; `results` still tells
                self._on_change(self._results)


def _left(verdict: Verdict, later: bool) -> Left:
    if verdict in ACKNOWLEDGED:
        return "acked"
    if verdict in REFUSED:
        return "dead"
    return "waiting" if verdict is Verdict.WAITING and later else "retry"


def _why(status: Status) -> str:
    """The reason that is kept with an event that is not acknowledged; the verdict always stands in it."""
    if status.verdict in ACKNOWLEDGED or status.verdict is Verdict.WAITING:
        return ""
    return f"{status.verdict.value}: {status.why}" if status.why else status.verdict.value


def _failed(last: Result | None, sink: Sink, error: Exception) -> Result:
    return Result(sink.name, 0, 0, 0, last.pending if last else 0, str(error) or type(error).__name__)


def _close(file: StationFile | None) -> None:
    if file is not None:
        with suppress(Exception):
            file.close()
