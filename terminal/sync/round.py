"""One round of a sync: everything that is due to one sink, once.

A batch is cut on disk before it is sent and settled on disk after it was answered. So whatever is lost in between,
the same batch goes again, and never an overlapping one. A batch that is refused as a whole is halved, on disk too,
until the event that is to blame stands alone.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from terminal.bench.wire import Recorded
from terminal.domain.speech import Said
from terminal.store.errors import StoreError
from terminal.store.outbox import Answer, Left, Span, milliseconds
from terminal.store.station_file import StationFile
from terminal.sync.handover import Batch, Handover, last_of
from terminal.sync.result import Result
from terminal.sync.sentences import failure_of
from terminal.sync.sink import (
    ACKNOWLEDGED,
    REFUSED,
    AnswersLater,
    BatchRefused,
    Closes,
    KnowsReach,
    Place,
    Sink,
    SinkUnavailable,
    Status,
    Verdict,
    Warns,
)

LONGEST = 300.0
"""Seconds of the longest rest after failures."""
SUSPECTS = 8
"""Events that are refused one by one before a sink that took nothing counts as out of order."""
COPIED = Said(
    "The far side holds other events under this station's numbers: the disk of this station was copied, or brought "
    "back from a backup, and both go on. Stop one of the two and make it a new station file (regrade reset)."
)


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
        oldest = file.outbox.oldest_pending_at(sink.name)
        busy = Said("Another program is syncing this sink right now.")
        return Result(sink.name, 0, 0, 0, pending, busy, oldest_at=oldest)
    try:
        return _Round(file, sink, now, jitter, force, stopped).go()
    finally:
        try:
            if isinstance(sink, Closes):
                sink.close()
        finally:
            lock.release()


class _Round:
    """One pass over a sink: how far it is, answers that are late, what was cut before, then what is new."""

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
        self._handover = Handover(file, sink)
        self._taken = False
        self._suspects: list[tuple[Span, str]] = []
        self._warning: str | None = None

    def go(self) -> Result:
        name = self._sink.name
        before = self._outbox.state(name)
        if not (self._force or self._outbox.due(name, self._now)):
            return self._result(before.last_error)
        error: str | None = None
        try:
            self._ask_reach()
            self._ask_waiting()
            if not (self._resend(fresh=True) and self._send_new() and self._resend(fresh=False)):
                error = Said("The sink asked to try again later.")
        except StoreError:
            raise
        except Exception as failure:
            error = failure_of(failure)
        if error is not None:
            failures = 0 if self._acknowledged else before.attempts
            self._outbox.postpone(name, failures + 1, self._later(failures), error)
        return self._result(error)

    def _result(self, error: str | None) -> Result:
        name = self._sink.name
        warning = self._warning
        if warning is None and isinstance(self._sink, Warns):
            warning = self._sink.warning
        if warning is None and self._suspects:
            why = self._suspects[-1][1]
            warning = Said("Refused, though nothing else was there to compare with: {why}", why=why)
        counts = (self._sent, self._acknowledged, self._refused, self._outbox.state(name).pending)
        return Result(name, *counts, error, warning, self._outbox.oldest_pending_at(name))

    def _ask_reach(self) -> None:
        """Go back where the far side holds less than it acknowledged: it was restored."""
        sink, journal = self._sink, self._file.journal
        if not isinstance(sink, KnowsReach):
            return
        who, head = self._file.identity, journal.head()
        reach = sink.reach(who.station, who.epoch, (head.seq, head.hash))
        if reach is None:
            return
        if reach.last_seq > head.seq or (reach.last_hash or "") not in ("", journal.hash_at(reach.last_seq)):
            self._warning = COPIED
        count, highest = self._outbox.acked(sink.name)
        missing = reach.events is not None and reach.events < count
        if not missing and reach.last_seq >= highest:
            return
        # Fewer events than its last number says: it has gaps, and only all of them again is sure to fill them.
        after = reach.last_seq if reach.events in (None, reach.last_seq) else 0
        again = self._outbox.rewind(sink.name, after)
        if again and self._warning is None:
            self._warning = Said(
                "The far side has less than it had acknowledged (was it restored from a backup?): {count} events "
                "are sent again.",
                count=f"{again:,}",
            )

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

    def _resend(self, *, fresh: bool) -> bool:
        """Send what was cut before; False where the sink wants none of it now.

        `fresh`: what was never answered; else what was, with "try again". The latter goes last, so that events
        which are refused again and again stand in nobody's way.
        """
        for span in self._outbox.open_spans(self._sink.name):
            retried = span.state == "retry" and (self._force or self._outbox.span_due(span, self._now))
            due = (retried or span.state == "sending") and (span.attempts == 0) is fresh
            if due and not self._send_again(span, resumed=retried):
                return False
        return True

    def _send_again(self, span: Span, *, resumed: bool = False) -> bool:
        """Send a span that was cut before, in as many batches as it takes."""
        rest: Span | None = span
        while rest is not None and not self._stopped():
            span, rest, batch = self._cut(rest)
            if not self._send(self._outbox.resume(span) if resumed else span, batch):
                return False
        return True

    def _send_new(self) -> bool:
        """Cut and send until nothing is left; False where the sink wants none of it now."""
        while not self._stopped():
            batch = self._handover.read(self._outbox.cursor(self._sink.name))
            if not batch:
                return True
            if not self._send(self._outbox.begin(self._sink.name, last_of(batch)), batch):
                return False
        return True

    def _cut(self, span: Span) -> tuple[Span, Span | None, Batch]:
        """As much of a span as fits into a batch, the rest of it, and its events."""
        batch = self._handover.read(span.first - 1, span.last)
        if last_of(batch) == span.last:
            return span, None, batch
        return *self._outbox.split(span, last_of(batch)), batch

    def _send(self, span: Span, batch: Batch) -> bool:
        try:
            statuses = self._handover.send(batch)
        except BatchRefused as refusal:
            return self._halve(span, refusal)
        self._sent += span.count
        return self._settle(span, statuses)

    def _halve(self, span: Span, refusal: BatchRefused) -> bool:
        if span.count == 1:
            return self._refuse(span, failure_of(refusal))
        first, second = self._outbox.split(span, span.first + span.count // 2 - 1)
        if refusal.too_large:
            self._handover.at_most(first.count)
        return self._send_again(first) and self._send_again(second)

    def _refuse(self, span: Span, why: str) -> bool:
        """Put an event aside that was refused standing alone.

        Only where the sink took something else in this round: one that refuses everything is itself out of order.
        Later events of the same item still go: each is a fact of its own, and the far side had better know of the
        newer ones with a gap before them than of none.
        """
        self._sent += 1
        reason = f"{Verdict.INVALID.value}: {why}"
        if self._taken:
            self._put_aside(span, reason)
            return True
        answer = Answer(span.first, "retry", reason)
        self._outbox.settle(span, [answer], self._now, self._later(span.attempts))
        self._suspects.append((span, why))
        if len(self._suspects) >= SUSPECTS:
            raise SinkUnavailable(
                Said(
                    "The sink refused {count} events one by one and took none: {why}", count=SUSPECTS, why=why
                )
            )
        return True

    def _put_aside(self, span: Span, reason: str) -> None:
        if self._outbox.settle(span, [Answer(span.first, "dead", reason)], self._now, 0):
            self._refused += 1

    def _settle(self, span: Span, statuses: Sequence[Status] | None) -> bool:
        """Write the answers down (None: all is stored); False where every event is to be tried again."""
        if statuses is None or (
            len(statuses) == span.count and all(status.verdict in ACKNOWLEDGED for status in statuses)
        ):
            if self._outbox.acknowledge(span, self._now):
                self._acknowledged += span.count
            self._took()
            return True
        later = isinstance(self._sink, AnswersLater)
        answers = [Answer(status.seq, _left(status.verdict, later), _why(status)) for status in statuses]
        inside = [answer for answer in answers if span.first <= answer.seq <= span.last]
        if self._outbox.settle(span, inside, self._now, self._later(span.attempts)):
            self._acknowledged += sum(answer.left == "acked" for answer in inside)
            self._refused += sum(answer.left == "dead" for answer in inside)
        if any(answer.left in ("acked", "waiting") for answer in inside):
            self._took()
        return any(answer.left != "retry" for answer in inside)

    def _took(self) -> None:
        """The sink took something in this round: what it refused meanwhile is to blame itself."""
        self._taken = True
        for suspect, why in self._suspects:
            self._put_aside(suspect, f"{Verdict.INVALID.value}: {why}")
        self._suspects.clear()

    def _events(self, first: int, last: int) -> Sequence[Recorded]:
        return tuple(self._file.journal.between(first, last))

    def _later(self, attempts: int) -> int:
        """Full jitter: somewhere between now and 1 s, 2 s, 4 s ... 5 min (as UTC milliseconds)."""
        longest = min(LONGEST, 2.0 ** min(attempts, 20))
        return milliseconds(self._now) + int(self._jitter() * longest * 1000)


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
