"""The outbox: how far each sink has come, and what is still owed to it.

A sink has a cursor, `cut`: everything up to it was cut into spans and offered; everything above waits without a row
of its own. So a sink that is named later starts at 0 and owes the whole journal, a commit costs nothing here, and
the count of what is pending is a subtraction. A span is a run of events with one state:

    sending  was or is being handed over; after a crash it goes again, exactly as it was cut
    waiting  was handed over; the answer comes later
    retry    was answered with "try again"
    dead     was refused for good; kept with the reason, and in nobody's way

Events that are acknowledged have no span any more. Times are UTC milliseconds as integers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Literal, NamedTuple

from sqlite_utils import Database

from terminal.store.chain import read_stamp, stamp
from terminal.store.connection import read, run, transaction
from terminal.store.errors import StoreRefused

SpanState = Literal["sending", "waiting", "retry", "dead"]
Left = Literal["acked", "waiting", "retry", "dead"]
COLUMNS = "sink, first, last, sent_first, sent_last, state, attempts, next_at, last_error"
STATE = """
select coalesce((select max(seq) from event), 0), coalesce(s.cut, 0), coalesce(s.attempts, 0),
  coalesce(s.next_at, 0), s.last_error, s.acked_at, o.state, o.count
from (select ? as name) asked left join sink s using (name)
left join (select sink as name, state, sum(last - first + 1) as count from outbox group by sink, state) o
  using (name)
"""
FAR = 10 * 60 * 1000
"""A next try further ahead than this (ms) comes from a clock that was wrong, and is not waited for."""


@dataclass(frozen=True, slots=True)
class Span:
    """Events `first` to `last` of one sink with one state."""

    sink: str
    first: int
    last: int
    sent_first: int
    sent_last: int
    """The run that was handed over together: larger than the span once a part of it was answered."""
    state: SpanState
    attempts: int = 0
    next_at: int = 0
    last_error: str | None = None

    @property
    def count(self) -> int:
        """How many events it holds."""
        return self.last - self.first + 1


class Answer(NamedTuple):
    """What became of one event: how it is `left`, with the reason where it is not acked."""

    seq: int
    left: Left
    why: str = ""


@dataclass(frozen=True, slots=True)
class SinkState:
    """How a sink stands. `pending` is everything that is neither acknowledged nor dead, `waiting` is part of it."""

    name: str
    pending: int
    waiting: int
    dead: int
    attempts: int
    next_at: int
    last_error: str | None
    acked_at: str | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What has not left the station yet: of the sink that is furthest behind, and the age of the oldest of all."""

    count: int
    """Events that wait, at the sink with the most of them."""
    oldest_at: datetime | None
    """When the oldest event that waits for any sink was made, by the station's clock."""


class Outbox:
    """What is owed to the sinks, over one connection."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def register(self, sinks: Iterable[str]) -> None:
        """Make the cursors of sinks that have none."""
        known = {row[0] for row in read(self._db, "select name from sink")}
        for name in sinks:
            if name not in known:
                run(self._db, "insert into sink(name) values (?) on conflict(name) do nothing", (name,))

    def state(self, sink: str) -> SinkState:
        """Counts and schedule of a sink; a sink that was never registered owes everything."""
        # One statement: a span that is cut meanwhile must not count twice.
        rows = read(self._db, STATE, (sink,))
        head, cut, attempts, next_at, last_error, acked_at = rows[0][:6]
        counts: dict[str, int] = {state: count for *_, state, count in rows if state is not None}
        dead = counts.pop("dead", 0)
        pending = head - cut + sum(counts.values())
        return SinkState(
            sink, pending, counts.get("waiting", 0), dead, attempts, next_at, last_error, acked_at
        )

    def waiting(self, sinks: Iterable[str]) -> Waiting:
        """What waits over several sinks: for a line on the screen."""
        names = tuple(sinks)
        counts = [self.state(name).pending for name in names]
        firsts = [first for name in names if (first := self._oldest(name)) is not None]
        return Waiting(max(counts, default=0), self._made_at(min(firsts)) if firsts else None)

    def oldest_pending_at(self, sink: str) -> datetime | None:
        """When the oldest event that a sink is still owed was made; None where nothing is pending."""
        first = self._oldest(sink)
        return None if first is None else self._made_at(first)

    def due(self, sink: str, now: datetime) -> bool:
        """False while the sink rests after a failure."""
        return _due(self.state(sink).next_at, now)

    def open_spans(self, sink: str) -> list[Span]:
        """Spans that are not dead, in order."""
        return self._spans("sink = ? and state <> 'dead'", sink)

    def dead_spans(self, sink: str) -> list[Span]:
        """Spans that were refused, in order, with the reason in `last_error`."""
        return self._spans("sink = ? and state = 'dead'", sink)

    def span_due(self, span: Span, now: datetime) -> bool:
        """False while the events of a span rest after a "try again"."""
        return _due(span.next_at, now)

    def cursor(self, sink: str) -> int:
        """The last event that was cut into a span."""
        found = read(self._db, "select cut from sink where name = ?", (sink,))
        return int(found[0][0]) if found else 0

    def begin(self, sink: str, last: int) -> Span:
        """Cut the next span, up to and with `last`. It is on disk before anything is sent."""
        with transaction(self._db):
            self.register((sink,))
            first = self.cursor(sink) + 1
            if last < first:
                raise StoreRefused(
                    f"events up to {last} were already offered to {sink}, the next one is {first}"
                )
            run(
                self._db,
                "insert into outbox(sink, first, last, sent_first, sent_last, state) "
                "values (?, ?, ?, ?, ?, 'sending')",
                (sink, first, last, first, last),
            )
            run(self._db, "update sink set cut = ? where name = ?", (last, sink))
        return Span(sink, first, last, first, last, "sending")

    def resume(self, span: Span) -> Span:
        """Mark a span as being sent again."""
        run(
            self._db,
            "update outbox set state = 'sending', sent_first = first, sent_last = last "
            "where sink = ? and first = ?",
            (span.sink, span.first),
        )
        return replace(span, state="sending", sent_first=span.first, sent_last=span.last)

    def split(self, span: Span, last: int) -> tuple[Span, Span]:
        """Make two spans of one, the first of them up to and with `last`. On disk before either half is sent.

        So after a crash the halves go again, each exactly as it was sent. Raises StoreRefused.
        """
        if not span.first <= last < span.last:
            raise StoreRefused(f"events {span.first} to {span.last} can't be split after {last}")
        one = replace(span, last=last, sent_first=span.first, sent_last=last)
        two = replace(span, first=last + 1, sent_first=last + 1, sent_last=span.last)
        with transaction(self._db):
            if not self._gone(span):
                raise StoreRefused(f"events {span.first} to {span.last} were settled by somebody else")
            self._insert(one)
            self._insert(two)
        return one, two

    def acked(self, sink: str) -> tuple[int, int]:
        """How many events a sink has acknowledged, and the highest number among them (0: none)."""
        highest = count = self.cursor(sink)
        spans = self._spans("sink = ?", sink)
        count -= sum(span.count for span in spans)
        for span in reversed(spans):
            if span.last == highest:
                highest = span.first - 1
        return count, highest

    def rewind(self, sink: str, after: int) -> int:
        """Owe the acknowledged events with a number above `after` again; how many they are.

        For a far side that came back from a backup. What is open or refused stays as it is.
        """
        made = 0
        with transaction(self._db):
            begin, end = after + 1, self.cursor(sink)
            beyond = Span(sink, end + 1, end + 1, end + 1, end + 1, "sending")
            for span in [*self._spans("sink = ?", sink), beyond]:
                if begin < span.first:
                    lost = Span(sink, begin, span.first - 1, begin, span.first - 1, "retry")
                    self._insert(replace(lost, last_error="sent again: the sink had lost it"))
                    made += lost.count
                begin = max(begin, span.last + 1)
        return made

    def next_due(self, sink: str) -> int | None:
        """When the first event that is to be tried again is due (UTC milliseconds); None where there is none."""
        found = read(self._db, "select min(next_at) from outbox where sink = ? and state = 'retry'", (sink,))
        return found[0][0] if found[0][0] is None else int(found[0][0])

    def acknowledge(self, span: Span, now: datetime) -> bool:
        """Every event of a span was taken. False: the span was settled by somebody else."""
        with transaction(self._db):
            if not self._gone(span):
                return False
            self._answered(span.sink, stamp(now))
        return True

    def settle(self, span: Span, answers: Sequence[Answer], now: datetime, next_at: int) -> bool:
        """Write down what became of each event of a span; `next_at` is for those to be tried again.

        An event without an answer is to be tried again. False: the span was settled by somebody else.
        """
        told = {answer.seq: answer for answer in answers}
        taken = any(answer.left == "acked" for answer in told.values())
        every: list[Answer] = []
        if len(told) < span.count or any(answer.left != "acked" for answer in told.values()):
            numbers = range(span.first, span.last + 1)
            every = [told.get(seq) or Answer(seq, "retry", "no answer") for seq in numbers]
        with transaction(self._db):
            if not self._gone(span):
                return False
            sent = (span.sent_first, span.sent_last)
            for (left, why), group in groupby(every, key=lambda answer: (answer.left, answer.why)):
                run_of = list(group)
                if left != "acked":
                    tried = (span.attempts + 1, next_at) if left == "retry" else (span.attempts, 0)
                    part = (span.sink, run_of[0].seq, run_of[-1].seq)
                    self._insert(Span(*part, *sent, left, *tried, why or None))
            self._answered(span.sink, stamp(now) if taken else None)
        return True

    def postpone(self, sink: str, attempts: int, next_at: int, error: str) -> None:
        """The sink can't be reached: rest until `next_at`, over restarts too."""
        run(
            self._db,
            "update sink set attempts = ?, next_at = ?, last_error = ? where name = ?",
            (attempts, next_at, error, sink),
        )

    def revive(self, sink: str) -> int:
        """Let dead events of a sink be tried again, after what was wrong was put right; how many spans."""
        return run(
            self._db,
            "update outbox set state = 'retry', next_at = 0 where sink = ? and state = 'dead'",
            (sink,),
        )

    def _gone(self, span: Span) -> bool:
        """Take a span out; False where it is not there as it was cut, or dead."""
        where = "sink = ? and first = ? and last = ? and state <> 'dead'"
        return bool(run(self._db, f"delete from outbox where {where}", (span.sink, span.first, span.last)))

    def _answered(self, sink: str, acked_at: str | None) -> None:
        """The sink answered: it rests no more."""
        run(
            self._db,
            "update sink set attempts = 0, next_at = 0, last_error = null, acked_at = coalesce(?, acked_at) "
            "where name = ?",
            (acked_at, sink),
        )

    def _insert(self, span: Span) -> None:
        run(self._db, f"insert into outbox({COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)", astuple(span))

    def _oldest(self, sink: str) -> int | None:
        """The number of the first event that is pending."""
        spans = read(self._db, "select min(first) from outbox where sink = ? and state <> 'dead'", (sink,))
        beyond = read(self._db, "select min(seq) from event where seq > ?", (self.cursor(sink),))
        found = [row[0][0] for row in (spans, beyond) if row[0][0] is not None]
        return min(found, default=None)

    def _made_at(self, seq: int) -> datetime | None:
        for (at,) in read(self._db, "select at from event where seq = ?", (seq,)):
            with suppress(ValueError):  # a row that somebody changed has no age
                return read_stamp(at)
        return None

    def _spans(self, where: str, sink: str) -> list[Span]:
        sql = f"select {COLUMNS} from outbox where {where}"
        return [Span(*row) for row in read(self._db, f"{sql} order by first", (sink,))]


def milliseconds(at: datetime) -> int:
    """A time as the outbox keeps it."""
    return int(at.timestamp() * 1000)


def _due(next_at: int, now: datetime) -> bool:
    present = milliseconds(now)
    return next_at <= present or next_at > present + FAR
