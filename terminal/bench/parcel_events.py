"""What happens to parcels: opened with what they should hold, closed with what did not come."""

from __future__ import annotations

from dataclasses import dataclass

from terminal.bench.events import Event
from terminal.domain.items import ManifestLine


@dataclass(frozen=True, slots=True)
class Expected:
    """A manifest line as this parcel finds it: `expected` units are still to come."""

    line: ManifestLine
    expected: int


@dataclass(frozen=True, slots=True)
class ParcelReceived(Event):
    """A parcel was opened: `how` is rma, tracking or blind; a blind one has a `reason` and expects nothing."""

    parcel: str
    how: str
    rma: str | None
    tracking: str | None
    lines: tuple[Expected, ...]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Short:
    """Units of a line that were expected and did not come."""

    line: int
    missing: int


@dataclass(frozen=True, slots=True)
class ParcelClosed(Event):
    """Nothing more comes out of this parcel; what is missing is recorded as short."""

    parcel: str
    short: tuple[Short, ...]
    over: int
    unexpected: int
