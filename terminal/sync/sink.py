"""What a sink is: something that takes events and says of each what became of it.

A sink may be sent the same event again, after a crash or a lost answer, and must then say `duplicate`. It never
answers for a batch as a whole: one bad event must not hold up the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol, runtime_checkable

from terminal.bench.wire import Recorded
from terminal.store.chain import Run, Written


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


class Status(NamedTuple):
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


class BatchRefused(Exception):
    """The far side refused a batch as a whole, and would refuse the same batch again: it is halved and sent anew.

    The text is a sentence for people. `too_large`: only its size is wrong.
    """

    def __init__(self, text: str, *, too_large: bool = False) -> None:
        super().__init__(text)
        self.too_large = too_large


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the far side has come with one station file."""

    last_seq: int
    """The highest number that it holds; 0: none."""
    offset_ms: int | None = None
    """Its clock minus the station's."""
    events: int | None = None
    """How many events it holds: fewer than `last_seq` where it has gaps. None: it does not say."""
    last_hash: str | None = None
    """Hash of the event `last_seq`: another one than the station's says that the disk was copied."""


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


@runtime_checkable
class TakesWritten(Protocol):
    """A sink that wants events as the texts under their hashes: quicker, and one that can't be parsed goes too."""

    def send_written(self, epoch: str, batch: Sequence[Written]) -> Sequence[Status]:
        """As `send`."""


@runtime_checkable
class TakesRuns(Protocol):
    """A sink that may want plain events column by column: quickest, for whole days at once."""

    @property
    def runs(self) -> bool:
        """Whether it wants them now."""

    def send_run(self, epoch: str, run: Run) -> Sequence[Status] | None:
        """As `send`. None: all of it is stored, and was not there before."""


@runtime_checkable
class KnowsReach(Protocol):
    """A sink whose far side can say what it holds. It is asked once at the start of a round.

    Where it has less than it acknowledged (it came back from a backup) the rest is sent again.
    """

    def reach(self, station: str, epoch: str, head: tuple[int, str]) -> Reach | None:
        """What it holds of a station file, whose own last number and hash are `head`. None: it does not know."""


@runtime_checkable
class Paces(Protocol):
    """A sink that learns how much its line can carry. Only for one whose far side knows each event by itself.

    A batch that failed is then sent again in smaller pieces: on a line that is cut again and again, a large one
    would never get through.
    """

    @property
    def max_bytes(self) -> int:
        """Bytes of events that a batch should have now, at most."""


@runtime_checkable
class Warns(Protocol):
    """A sink that has something to say which is no failure."""

    @property
    def warning(self) -> str | None:
        """A sentence for people, or None."""


@runtime_checkable
class Closes(Protocol):
    """A sink that keeps a connection during a round."""

    def close(self) -> None:
        """Let go of it; the next `send` makes another one. Never raises."""
