"""What a sink is: something that takes events and says of each what became of it.

A sink may be sent the same event again, after a crash or a lost answer, and must then say `duplicate`. It never
answers for a batch as a whole: one bad event must not hold up the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from terminal.bench.wire import Recorded


class Verdict(StrEnum):
    """What became of an event on the far side."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    CONFLICT_EVENT_ID = "conflict_event_id"
    """Another event has this id."""
    CONFLICT_SEQ = "conflict_seq"
    """Another event has this place: the disk was copied or restored."""
    FORBIDDEN = "forbidden"
    INVALID = "invalid"
    RETRY = "retry"
    WAITING = "waiting"
    """Handed over; the answer comes later."""


ACKNOWLEDGED = frozenset({Verdict.STORED, Verdict.DUPLICATE})
REFUSED = frozenset({Verdict.CONFLICT_EVENT_ID, Verdict.CONFLICT_SEQ, Verdict.FORBIDDEN, Verdict.INVALID})


@dataclass(frozen=True, slots=True)
class Status:
    """The verdict on one event, with a reason for people where it is not acknowledged."""

    seq: int
    verdict: Verdict
    why: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A run of events of one station file."""

    station: str
    epoch: str
    first: int
    last: int


class SinkUnavailable(Exception):
    """The sink can't be reached or can't take anything now; the text is a sentence for people."""


class Sink(Protocol):
    """Takes batches. The name is the one under which the outbox keeps its cursor."""

    @property
    def name(self) -> str:
        """Name in the configuration."""

    def send(self, batch: Sequence[Recorded]) -> Sequence[Status]:
        """Take events of consecutive numbers; one status each. Raises SinkUnavailable or OSError for "not now"."""


@runtime_checkable
class AnswersLater(Protocol):
    """A sink that may say `waiting`, and is then asked again."""

    def collect(self, place: Place, events: Callable[[], Sequence[Recorded]]) -> Sequence[Status]:
        """What is known by now of events that were handed over; `events` reads them, where they are needed."""
