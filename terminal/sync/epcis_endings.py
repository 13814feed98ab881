"""Where items go, in EPCIS: into the tote of a channel, away with it, into quarantine, out of it again."""

from __future__ import annotations

from typing import Any

from terminal.bench.arriving_events import Ruled
from terminal.bench.audit_events import AUDIT, AuditSettled
from terminal.bench.events import Held, ItemResumed, Placed
from terminal.bench.stock_events import ToteHandedOver
from terminal.sync.epcis_ids import own_uri
from terminal.sync.epcis_page import Answer, Page, Told
from terminal.sync.epcis_shapes import Event, aggregation, object_event
from terminal.sync.epcis_words import CHANNELS, DEPARTING, OTHER_WAY, hold_disposition


def placed(page: Page, event: Placed) -> Answer:
    """Units went into a tote, and with it to where its channel leads."""
    way = CHANNELS.get(event.channel, OTHER_WAY)
    own: dict[str, Any] = {"channel": event.channel}
    if page.item is not None:
        own["grade"] = page.item.grade
    packed = _tote(page, event.tote, event.lpns, "packing", "ADD")
    gone = own_uri("party", event.channel) if way.leaves else None
    went = page.about(event.lpns, way.step, way.disposition, action=way.action, destination=gone, **own)
    return None, (packed, went)


def handed_over(page: Page, event: ToteHandedOver) -> Answer:
    """A tote left with what is in it, and from then on its name is free for the next load.

    Only the tote is named, and all of it taken out: its units came in under serial numbers or LPNs, in shifts that
    are not read for this, and whoever was told what went into the tote knows which of them leave.
    """
    way = CHANNELS.get(event.channel, OTHER_WAY)
    step, disposition = ("shipping", way.disposition) if way.leaves else DEPARTING
    left = object_event(
        page.id(),
        page.recorded.at,
        page.site,
        [own_uri("tote", event.tote)],
        step,
        disposition,
        destination=own_uri("party", event.to),
        lpn=event.lpns,
        channel=event.channel,
        load=event.load,
        to=event.to,
        station=page.recorded.station,
        seq=page.recorded.seq,
    )
    return page.told, (left, _tote(page, event.tote, event.lpns, step, "DELETE", named=False))


def held(page: Page, event: Held) -> Answer:
    """Units wait in quarantine."""
    item = page.item
    facts = item.facts if item is not None else {}
    lasting = {"set": ["damaged"]} if facts.get("hazard") == "damaged_battery" else None
    disposition = hold_disposition(event.reason, facts)
    return None, (
        page.about(
            event.lpns, "holding", disposition, lasting=lasting, channel="quarantine", reason=event.reason
        ),
    )


def resumed(page: Page, event: ItemResumed) -> Answer:
    """A held unit is looked at again."""
    back = page.about((event.lpn,), "inspecting", "in_progress", reason=event.reason)
    return Told("inspecting", "in_progress"), (back,)


def ruled(page: Page, event: Ruled) -> Answer:
    """A finished item that a ruling sends to quarantine leaves its tote."""
    return page.told, _taken_out(page, event.lpn, event.tote, "ruling") if event.moved else ()


def audit_settled(page: Page, event: AuditSettled) -> Answer:
    """A finished item whose audit is taken instead of its first decision leaves its tote, too."""
    return page.told, _taken_out(page, event.lpn, event.tote, AUDIT) if event.verdict == AUDIT else ()


def _taken_out(page: Page, lpn: str, tote: str | None, reason: str) -> tuple[Event, ...]:
    """A finished item goes to quarantine, out of the tote in which it lies."""
    held = page.about((lpn,), "holding", "non_sellable_other", reason=reason, channel="quarantine")
    return (held,) if not tote else (_tote(page, tote, (lpn,), "unpacking", "DELETE"), held)


def _tote(
    page: Page, tote: str, lpns: tuple[str, ...], step: str, action: str, *, named: bool = True
) -> Event:
    """Units went into a tote, or came out of it; without their names it is all that were in it."""
    return aggregation(
        page.id("tote"),
        page.recorded.at,
        page.site,
        own_uri("tote", tote),
        [page.epc(lpn) for lpn in lpns] if named else (),
        step,
        action,
        lpn=lpns,
        station=page.recorded.station,
        seq=page.recorded.seq,
    )
