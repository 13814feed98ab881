"""Label jobs: the states they go through, and what the spool asks of whoever keeps them on disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from devices.status import DeviceStatus, State


class JobState(StrEnum):
    """Where a job stands. The spool sets all but `confirmed`, which takes a person or a scan of the label."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Job:
    """One label to print."""

    id: str
    name: str
    """What the printer calls it. In a folder it is the file's name, so it differs between the copies of a label."""
    copy: int = 1
    """1 for the first label, 2 for the first reprint, and so on."""
    printer: str | None = None
    """The printer to which it was being sent when a crash interrupted it, where the ledger knows."""


class Ledger(Protocol):
    """The jobs on disk. All methods are called from the spool's thread; any exception means "not now"."""

    def waiting(self) -> Sequence[Job]:
        """Jobs that are queued, in the order in which they are to be printed."""

    def interrupted(self) -> Sequence[Job]:
        """Jobs that a crash left in `sending`; asked once, when the spool starts."""

    def mark(self, job_id: str, state: JobState, detail: str, printer: str) -> None:
        """Set the state of a job, on disk when this returns; `detail` is a sentence or empty, `printer` the name of
        the printer that it is about.
        """


@dataclass(frozen=True, slots=True)
class SpoolStatus:
    """How printing is going."""

    state: State
    waiting: int = 0
    """Jobs that are queued or being sent."""
    in_doubt: int = 0
    """Jobs of which nobody knows whether they were printed, until somebody settles them."""
    detail: str = ""
    next_try: float | None = None
    """When the printer is tried again, on the spool's clock; None when it is not being waited for."""
    name: str = ""
    since: float = 0.0

    @property
    def device(self) -> DeviceStatus:
        """The same, in the form all devices have."""
        return DeviceStatus(self.name, self.state, self.detail, self.since)
