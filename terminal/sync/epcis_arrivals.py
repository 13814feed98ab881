"""What comes in, in EPCIS: parcels, units with their names, and what is not as announced."""

from __future__ import annotations

from typing import Any

from terminal.bench.events import ItemIdentified, Multiplied
from terminal.bench.parcel_events import ParcelClosed, ParcelReceived
from terminal.sync.epcis_ids import own_uri, parcel_uri
from terminal.sync.epcis_page import Answer, Page, Told
from terminal.sync.epcis_shapes import Event, object_event
from terminal.sync.epcis_words import ARRIVALS, MISMATCHES


def parcel_received(page: Page, event: ParcelReceived) -> Answer:
    """A parcel came in under its return."""
    return page.told, (
        _parcel(page, event.parcel, event.tracking, event.rma, "returned", reason=event.reason),
    )


def parcel_closed(page: Page, event: ParcelClosed) -> Answer:
    """Only where the count is wrong: that all came says every item for itself."""
    if not (event.short or event.over or event.unexpected):
        return page.told, ()
    parcel = page.before.parcel
    tracking, rma = (parcel.tracking, parcel.rma) if parcel is not None else (None, None)
    missing = sum(short.missing for short in event.short)
    counts = {"missing": missing, "over": event.over, "unexpected": event.unexpected}
    return page.told, (_parcel(page, event.parcel, tracking, rma, "mismatch_quantity", **counts),)


def _parcel(
    page: Page, parcel: str, tracking: str | None, rma: str | None, disposition: str, **own: Any
) -> Event:
    return object_event(
        page.id(),
        page.recorded.at,
        page.site,
        [parcel_uri(parcel, tracking)],
        "receiving",
        disposition,
        rma=own_uri("rma", rma) if rma else None,
        source=_returner(rma),
        destination=page.site.party,
        station=page.recorded.station,
        seq=page.recorded.seq,
        parcel=parcel,
        **own,
    )


def _returner(rma: str | None) -> str | None:
    """Who had the goods before: nobody is named, only the return."""
    return own_uri("returner", rma) if rma else None


def identified(page: Page, event: ItemIdentified) -> Answer:
    """A unit came out of its parcel and has a name; whatever is not as announced is said beside."""
    item = page.item
    known = item is not None and page.epc(event.lpn) != own_uri("lpn", event.lpn)
    came = page.about(
        (event.lpn,),
        "receiving",
        "returned",
        action="OBSERVE" if known else "ADD",  # an LPN begins here, a serial number began at its maker
        source=_returner(event.rma),
        destination=page.site.party,
        title=event.title,
        serial=event.serial,
        arrival=event.arrival,
        parcel=event.parcel,
    )
    wrong = [ARRIVALS[event.arrival]] if event.arrival in ARRIVALS else []
    wrong += [found for fact, found in MISMATCHES.items() if event.facts.get(fact) is True]
    return Told(), (came, *mismatches(page, (event.lpn,), wrong))


def mismatches(page: Page, lpns: tuple[str, ...], found: list[str]) -> tuple[Event, ...]:
    """One event for each way in which units are not what was announced."""
    return tuple(page.about(lpns, "receiving", one, one) for one in dict.fromkeys(found))


def multiplied(page: Page, event: Multiplied) -> Answer:
    """Units that were counted come in as the first did, with what was found on it."""
    lpns = tuple(unit.lpn for unit in event.units)
    rma = page.item.rma if page.item is not None else None
    came = page.about(
        lpns, "receiving", "returned", action="ADD", source=_returner(rma), destination=page.site.party
    )
    events = [came]
    for arrival, disposition in ARRIVALS.items():
        odd = tuple(unit.lpn for unit in event.units if unit.arrival == arrival)
        if odd:
            events.append(page.about(odd, "receiving", disposition, arrival))
    found = page.told.finding if page.told is not None else None
    if found is not None:
        lasting = {"set": [found.lasting]} if found.lasting else None
        events.append(
            page.about(lpns, "inspecting", found.disposition, "finding", lasting=lasting, grade=found.grade)
        )
    return page.told, tuple(events)
