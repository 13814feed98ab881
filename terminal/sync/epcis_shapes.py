"""How EPCIS 2.0 events are written: JSON-LD with the vocabulary's short names, our own fields under `rt:`.

An event declared in error is the same event again, under the same id, with the declaration in it: so asks the
standard (EPCIS 2.0, 7.4.1.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from terminal.store.chain import stamp
from terminal.sync.epcis_ids import Site, clean

Event = Mapping[str, Any]
"""An EPCIS event as JSON."""

CONTEXT: Sequence[Any] = (
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"rt": "urn:regrade:vocab:"},
)
VERSION = "2.0"
OFFSET = "+00:00"
"""The journal is kept in UTC."""
MOST_TEXT = 300
"""Characters of a text in a field of ours."""


def own_fields(**values: Any) -> dict[str, Any]:
    """Fields of ours without those that nobody knows; texts are cut and made fit for every reader."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, str):
            value = clean(value)[:MOST_TEXT]
        if value not in (None, "", [], ()):
            found[f"rt:{name}"] = list(value) if isinstance(value, tuple) else value
    return found


def object_event(
    event_id: str,
    at: datetime,
    site: Site,
    epcs: Iterable[str],
    step: str,
    disposition: str,
    *,
    action: str = "OBSERVE",
    lasting: Mapping[str, Sequence[str]] | None = None,
    rma: str | None = None,
    source: str | None = None,
    destination: str | None = None,
    **own: Any,
) -> Event:
    """Something seen, done or ended with objects. `lasting` sets or unsets dispositions that outlive the step."""
    made = _head("ObjectEvent", event_id, at)
    made |= {"action": action, "bizStep": step, "disposition": disposition}
    made["epcList"] = list(dict.fromkeys(epcs))
    if lasting:
        made["persistentDisposition"] = {name: list(values) for name, values in lasting.items()}
    made["readPoint"] = {"id": site.read_point}
    if action != "DELETE":
        made["bizLocation"] = {"id": site.location}
    if rma is not None:
        made["bizTransactionList"] = [{"type": "rma", "bizTransaction": rma}]
    if source is not None:
        made["sourceList"] = [{"type": "possessing_party", "source": source}]
    if destination is not None:
        made["destinationList"] = [{"type": "possessing_party", "destination": destination}]
    return made | own_fields(**own)


def aggregation(
    event_id: str,
    at: datetime,
    site: Site,
    parent: str,
    epcs: Iterable[str],
    step: str,
    action: str,
    **own: Any,
) -> Event:
    """Objects put into a container (ADD) or taken out of it (DELETE; with no `epcs` that is all that are in it)."""
    made = _head("AggregationEvent", event_id, at)
    made |= {"action": action, "bizStep": step, "disposition": "in_progress", "parentID": parent}
    children = list(dict.fromkeys(epcs))
    made |= {"childEPCs": children} if children else {}
    made["readPoint"] = {"id": site.read_point}
    made["bizLocation"] = {"id": site.location}
    return made | own_fields(**own)


def in_error(event: Event, at: datetime, reason: str, corrected_by: Sequence[str], **own: Any) -> Event:
    """The declaration that `event` was wrong; `corrected_by` are ids of the events that say how it is instead."""
    declared: dict[str, Any] = {"declarationTime": stamp(at), "reason": reason}
    declared["correctiveEventIDs"] = list(corrected_by)
    return {**event, "errorDeclaration": declared | own_fields(**own)}


def is_declaration(event: Event) -> bool:
    """Whether an event only says that an earlier one was wrong."""
    return "errorDeclaration" in event


def document(created: datetime, events: Sequence[Event]) -> dict[str, Any]:
    """An EPCISDocument with these events."""
    return {**document_head(created), "epcisBody": {"eventList": list(events)}}


def document_head(created: datetime) -> dict[str, Any]:
    """An EPCISDocument without its body."""
    return {
        "@context": list(CONTEXT),
        "type": "EPCISDocument",
        "schemaVersion": VERSION,
        "creationDate": stamp(created),
    }


def _head(kind: str, event_id: str, at: datetime) -> dict[str, Any]:
    return {"type": kind, "eventID": event_id, "eventTime": stamp(at), "eventTimeZoneOffset": OFFSET}
