"""The hub as a sink: events as the texts under their hashes, one call for a batch, one status for each event.

The way there is a transport: PostgreSQL in the same network, HTTPS through anything else; the request and the
answer are the same. A call that failed after it was sent may have been carried out: the same batch goes again, and
the hub says `duplicate`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from terminal.bench.wire import Recorded
from terminal.domain.speech import Said
from terminal.store.chain import Run, Written, stamp
from terminal.sync.batch import MAX_BYTES
from terminal.sync.hub_trouble import unreadable
from terminal.sync.program import program
from terminal.sync.sink import Reach, SinkUnavailable, Status, Verdict
from terminal.sync.written import written

PROTOCOL = 1
"""Version of the request and the answer."""
LEAST_BYTES = 8 * 1024
"""Batches never get smaller than this by a bad line."""
MOST_OFFSET = 5 * 60 * 1000
"""Milliseconds by which the station's clock may differ from the hub's without a word."""


class HubTransport(Protocol):
    """One way to the hub."""

    runs: bool
    """Whether a request may hold a run of events."""

    def exchange(self, request: dict[str, Any]) -> dict[str, Any]:
        """Hand a request over and give the answer. Raises SinkUnavailable or BatchRefused."""

    def close(self) -> None:
        """Let go of the connection; the next exchange makes another one. Never raises."""


class HubSink:
    """Sends batches to the hub by a transport."""

    def __init__(
        self,
        name: str,
        transport: HubTransport,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.name = name
        self._transport = transport
        self._now = now
        self._head: tuple[int, str] | None = None
        self.max_bytes = MAX_BYTES
        """Halved where a batch did not get through, doubled where one did: a bad line gets small batches."""
        self.offset_ms: int | None = None
        """The hub's clock minus the station's, as it was told last."""

    @property
    def warning(self) -> str | None:
        """That the station's clock is wrong by more than five minutes: a sentence, no failure."""
        if self.offset_ms is None or abs(self.offset_ms) <= MOST_OFFSET:
            return None
        span = _span(abs(self.offset_ms))
        if self.offset_ms > 0:
            return Said("This station's clock is {time} behind the hub's. Set the clock.", time=span)
        return Said("This station's clock is {time} ahead of the hub's. Set the clock.", time=span)

    def send(self, batch: Sequence[Recorded]) -> Sequence[Status]:
        """Send events; one status each. Raises SinkUnavailable or BatchRefused."""
        return self.send_written(batch[0].epoch, [written(event) for event in batch])

    @property
    def runs(self) -> bool:
        """Whether the way there takes runs."""
        return self._transport.runs

    def send_written(self, epoch: str, batch: Sequence[Written]) -> Sequence[Status]:
        """Send events as texts; one status each. Raises SinkUnavailable or BatchRefused."""
        events = [(event.head, event.body, event.prev, event.hash) for event in batch]
        size = sum(len(event.head) + len(event.body) for event in batch)
        request = {**self._opening(epoch), "events": events}
        answer = self._paced(size, lambda: self._transport.exchange(request))
        return _statuses([event.seq for event in batch], answer)

    def send_run(self, epoch: str, run: Run) -> Sequence[Status] | None:
        """Send events column by column; one status each, None where all are new. Raises as `send_written`."""
        own = {
            "station": run.station,
            "first": run.first,
            "count": run.count,
            "prev": run.prev,
            **run.columns,
        }
        request = {**self._opening(epoch), "run": own}
        answer = self._paced(run.size, lambda: self._transport.exchange(request))
        if answer.get("statuses") == Verdict.STORED.value:
            return None  # one word for all of them
        return _statuses(range(run.first, run.last + 1), answer)

    def _paced(self, size: int, exchange: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        try:
            answer = self._told(exchange())
        except SinkUnavailable:
            self.max_bytes = max(LEAST_BYTES, min(self.max_bytes, size) // 2)
            raise
        self.max_bytes = min(MAX_BYTES, self.max_bytes * 2)
        return answer

    def reach(self, station: str, epoch: str, head: tuple[int, str]) -> Reach | None:
        """What the hub holds of this station file; it is told the file's own head. Raises SinkUnavailable."""
        self._head = head
        answer = self._told(self._transport.exchange(self._opening(epoch)))
        have = answer.get("have")
        if not isinstance(have, Mapping):
            return None
        last, events, digest = have.get("last_seq"), have.get("events"), have.get("last_hash")
        if last is None:
            last = 0
        if not isinstance(last, int) or not (events is None or isinstance(events, int)):
            raise SinkUnavailable(unreadable(Said("what it has is no number")))
        return Reach(last, self.offset_ms, events, digest if isinstance(digest, str) else None)

    def close(self) -> None:
        """Let go of the connection."""
        self._transport.close()

    def _opening(self, epoch: str) -> dict[str, Any]:
        request = opening(epoch, self._now())
        if self._head is not None and self._head[0]:
            request["head"] = {"seq": self._head[0], "hash": self._head[1]}
        return request

    def _told(self, answer: dict[str, Any]) -> dict[str, Any]:
        offset = answer.get("offset_ms")
        if isinstance(offset, (int, float)) and not isinstance(offset, bool):
            self.offset_ms = int(offset)
        return answer


def opening(epoch: str, now: datetime) -> dict[str, Any]:
    """What every request begins with: protocol, time, program and the journal it comes from."""
    return {"v": PROTOCOL, "sent_at": stamp(now), "program": program(), "epoch": epoch}


def _statuses(numbers: Sequence[int], answer: Mapping[str, Any]) -> Sequence[Status]:
    """What the hub said of each of these events. Raises SinkUnavailable where that is not one word for each."""
    words, details = answer.get("statuses"), answer.get("details") or {}
    if not isinstance(words, list) or len(words) != len(numbers) or not isinstance(details, Mapping):
        raise SinkUnavailable(unreadable(Said("not one status for each event")))
    return [
        _status(seq, word, details.get(str(place)))
        for place, (seq, word) in enumerate(zip(numbers, words, strict=True))
    ]


def _status(seq: int, word: object, detail: object) -> Status:
    why = detail if isinstance(detail, str) else ""
    try:
        return Status(seq, Verdict(str(word)), why)
    except ValueError:
        return Status(
            seq, Verdict.RETRY, f'the hub said "{str(word)[:40]}", which this version does not know'
        )


def _span(milliseconds: int) -> str:
    """A length of time in the unit in which people would say it."""
    minutes = milliseconds // 60_000
    if minutes < 120:
        return Said("{count} min", count=minutes)
    if minutes < 2 * 24 * 60:
        # TRANSLATORS: 2 to 47
        return Said("{count} hours", count=minutes // 60)
    # TRANSLATORS: 2 or more
    return Said("{count} days", count=minutes // (24 * 60))
