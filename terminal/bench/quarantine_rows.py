"""Projections of a finished unit that has to wait in quarantine after all, by a ruling or by its audit."""

from __future__ import annotations

from collections.abc import Iterator

from terminal.bench.arriving_events import Ruled
from terminal.bench.audit_events import AuditSettled
from terminal.bench.stock_events import is_load
from terminal.bench.wire import Row


def to_quarantine(event: Ruled | AuditSettled, reason: str, when: str) -> Iterator[Row]:
    """The unit waits, and is out of the tote where it lay; a load that left is counted as it left."""
    held = {"status": "held", "tote": None, "hold_reason": reason, "closed_at": when}
    yield Row("item", {"lpn": event.lpn, **held})
    if event.tote is not None and not is_load(event.tote):
        gone = {"tote": event.tote, "channel": event.channel, "units": -1, "updated_at": when}
        yield Row("tote", gone)
