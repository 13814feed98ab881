"""Projections of totes and of who decides on what waits in quarantine."""

from __future__ import annotations

from collections.abc import Iterator

from terminal.bench.label_rows import queued
from terminal.bench.stock_events import HoldAssigned, ToteClosed, ToteHandedOver, ToteOpened
from terminal.bench.wire import Row


def stock_rows(event: ToteClosed | ToteOpened | ToteHandedOver | HoldAssigned, when: str) -> Iterator[Row]:
    """The rows of one event. The units of a tote that leaves lie in its load from then on."""
    match event:
        case HoldAssigned():
            assigned = {"lpn": event.lpn, "since": event.since, "owner": event.owner, "due": event.due}
            yield Row("hold", {**assigned, "assigned_at": when, "assigned_by": event.by})
        case ToteHandedOver():
            for lpn in event.lpns:
                yield Row("item", {"lpn": lpn, "tote": event.load})
            gone = {"tote": event.tote, "channel": event.channel, "state": "open", "updated_at": when}
            yield Row("tote", {**gone, "units": -len(event.lpns), "loads": 1})
            yield Row(
                "load",
                {
                    "load": event.load,
                    "tote": event.tote,
                    "channel": event.channel,
                    "recipient": event.to,
                    "units": len(event.lpns),
                    "handed_at": when,
                    "handed_by": event.by,
                },
            )
            yield queued(event.load, 1, event.tag, when)
        case _:
            state = "closed" if isinstance(event, ToteClosed) else "open"
            values = {"tote": event.tote, "channel": event.channel, "state": state, "updated_at": when}
            yield Row("tote", {**values, "units": 0})
