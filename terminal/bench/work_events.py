"""What happens to an item between its grade and its channel: work asked for and done, photos kept and missing."""

from __future__ import annotations

from dataclasses import dataclass

from terminal.bench.events import Event, Facts


@dataclass(frozen=True, slots=True)
class WorkAsked(Event):
    """Steps to be done before the item goes on. `channel` is the one that they are for; None: it is not known yet,
    and is worked out from what they change. `by` says who chose that channel, as in `Decided`.
    """

    lpn: str
    steps: tuple[str, ...]
    channel: str | None = None
    by: str = "auto"


@dataclass(frozen=True, slots=True)
class WorkDone(Event):
    """A step was done: what it took, what it changed, and the questions that are open again because of it."""

    lpn: str
    step: str
    minutes: int
    part: str
    note: str
    facts: Facts
    reopened: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkGivenUp(Event):
    """A step can't be done here, with a reason code."""

    lpn: str
    step: str
    reason: str


@dataclass(frozen=True, slots=True)
class PhotoKept(Event):
    """A picture of the item is on disk under the hash of its content."""

    lpn: str
    sha256: str
    kind: str
    subjects: tuple[str, ...] = ()
    """What it is to prove: codes of defects, `channel`."""


@dataclass(frozen=True, slots=True)
class PhotoMissing(Event):
    """Pictures that were wanted could not be taken, and the item went on without them."""

    lpn: str
    subjects: tuple[str, ...]
    reason: str
