"""One event of ours while it is told: what the tellers of every kind are given, and how they name units.

A group of identical units shares a finding, but only its leader can have a serial number: the others go by LPN.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from terminal.bench.state import Item, State
from terminal.bench.wire import Recorded
from terminal.sync.epcis_ids import Site, event_uri, global_gtin, item_uri, own_uri
from terminal.sync.epcis_shapes import Event, object_event


@dataclass(frozen=True, slots=True)
class Finding:
    """What the partners were last told of an inspected item."""

    grade: str
    disposition: str
    lasting: str | None
    told: Event


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of the item on the bench: where it stands, and its finding once there is one."""

    step: str = "receiving"
    disposition: str = "returned"
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One event of ours while it is told: with the state before and after it."""

    recorded: Recorded
    site: Site
    before: State
    after: State
    told: Told | None

    @property
    def item(self) -> Item | None:
        """The item that the event is about: the open one, or the one that this event finished."""
        return self.after.item or self.before.item

    def id(self, part: str = "") -> str:
        """The id of an EPCIS event of this event."""
        return event_uri(self.recorded.id, part)

    def epc(self, lpn: str) -> str:
        """The name of a unit; only the leader of a group may have a serial number."""
        item = self.item
        if item is None or item.lpn != lpn:
            return own_uri("lpn", lpn)
        return item_uri(lpn, item.gtin, item.serial)

    def about(self, lpns: tuple[str, ...], step: str, disposition: str, part: str = "", **more: Any) -> Event:
        """An ObjectEvent about units, with what we know of them beside."""
        item = self.item
        if item is not None and not set(lpns) <= {*item.lpns}:
            item = None
        rma = item.rma if item is not None else None
        own: dict[str, Any] = {"lpn": lpns, "station": self.recorded.station, "seq": self.recorded.seq}
        if item is not None:
            own |= {"gtin": global_gtin(item.gtin), "sku": item.sku}
        epcs = [self.epc(lpn) for lpn in lpns]
        where = own_uri("rma", rma) if rma else None
        return object_event(
            self.id(part), self.recorded.at, self.site, epcs, step, disposition, rma=where, **{**own, **more}
        )


Answer = tuple[Told | None, tuple[Event, ...]]
"""What is told of the item from here on, and the EPCIS events."""
