"""Shifts begun and ended, and who stood at the bench in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from terminal.bench.events import Event


@dataclass(frozen=True, slots=True)
class ShiftOpened(Event):
    """A shift began. Numbers are gapless per station."""

    number: int
    by: str
    check: Mapping[str, str] | None = None
    """What was looked at before, each with ok, warn or bad; None: nobody looked."""
    approved_by: str = ""
    """Who gave their word for it; empty: nobody had to."""


@dataclass(frozen=True, slots=True)
class ShiftClosed(Event):
    """A shift ended with these counts (the Z report's figures)."""

    number: int
    by: str
    totals: Mapping[str, int]
    pending: Mapping[str, int] | None = None
    """Sink -> events that had not left the station then; None: nobody counted them."""
    report: Mapping[str, Any] | None = None
    """The Z report as it was fixed, see `ShiftReport`; None: only the totals were counted."""
    reason: str = ""
    """Reason code for closing it although counts differed."""
    approved_by: str = ""
    """Who gave their word for it; empty: nobody had to."""


@dataclass(frozen=True, slots=True)
class SignedIn(Event):
    """An operator scanned a badge."""

    operator: str
    role: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class SignedOut(Event):
    """An operator left: `why` is badge, break, idle, shift or revoked. An open item stays open."""

    operator: str
    why: str
