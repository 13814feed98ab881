"""Projections: the rows of items, parcels, totes, label jobs and shifts that an event changes.

A row is taken from the states before and after the event, never from the event alone, so that an undo writes the
same rows as the step that it goes back to. Rebuilding them is folding the journal and writing every row again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from terminal.bench.arriving_events import RULED, Ruled
from terminal.bench.audit_events import Audited, AuditSettled
from terminal.bench.audit_rows import audited, settled
from terminal.bench.codec import encode
from terminal.bench.events import Event, Held, InputRefused, Placed, Undone
from terminal.bench.label_events import LabelApplied, LabelFound, LabelsQueued
from terminal.bench.label_rows import job_id, label_rows
from terminal.bench.parcel_events import ParcelClosed, ParcelReceived
from terminal.bench.quarantine_rows import to_quarantine
from terminal.bench.shift_events import ShiftClosed, ShiftOpened, SignedIn, SignedOut
from terminal.bench.state import Item, Parcel, State
from terminal.bench.stock_events import HoldAssigned, ToteClosed, ToteHandedOver, ToteOpened, is_load
from terminal.bench.stock_rows import stock_rows
from terminal.bench.wire import Row
from terminal.domain.items import to_cents

KEYS = {
    "item": "lpn",
    "parcel": "parcel",
    "label_job": "job",
    "shift": "number",
    "tote": "tote",
    "audit": "audit",
    "load": "load",
    "hold": "lpn",
}
"""The column that names a row, by table."""


def rows(event: Event, before: State, after: State, at: datetime) -> Iterator[Row]:
    """The rows to insert or update for one event, in an order that is safe to write."""
    if isinstance(event, (InputRefused, SignedIn, SignedOut)):
        return
    when = stamp(at)
    match event:
        case ShiftOpened():
            yield Row("shift", {"number": event.number, "opened_at": when, "opened_by": event.by})
        case ShiftClosed():
            totals = json.dumps(dict(event.totals), sort_keys=True)
            yield Row(
                "shift",
                {"number": event.number, "closed_at": when, "closed_by": event.by, "totals": totals},
            )
        case LabelsQueued():
            yield from label_rows(event, when)
            if not is_load(event.lpn) and (after.item is None or event.lpn != after.item.lpn):
                for label in event.labels:
                    yield Row("item", {"lpn": label.lpn, "copies": label.copy})
        case LabelFound():
            yield Row("label_job", {"job": job_id(event.lpn, event.copy), "applied_at": when})
        case Ruled(moved=True):
            yield from to_quarantine(event, RULED, when)
        case ToteClosed() | ToteOpened() | ToteHandedOver() | HoldAssigned():
            yield from stock_rows(event, when)
        case Audited():
            yield audited(event, when)
        case AuditSettled():
            yield from settled(event, when)
        case LabelApplied():
            copy = after.item.labels.get(event.label, 1) if after.item is not None else 1
            yield Row("label_job", {"job": job_id(event.label, copy), "applied_at": when})
        case _:
            pass
    yield from _parcels(event, before, after, when)
    yield from _items(event, before, after, when)


def stamp(at: datetime) -> str:
    """A time as it is written into rows: UTC with milliseconds."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _parcels(event: Event, before: State, after: State, when: str) -> Iterator[Row]:
    was, now = before.parcel, after.parcel
    if was is now:
        return
    if was is not None and (now is None or now.id != was.id):
        if isinstance(event, ParcelClosed):
            yield Row("parcel", {**_parcel(was), "status": "closed", "closed_at": when})
        else:
            yield Row("parcel", {**_parcel(was), "status": "void", "closed_at": when})
    if now is not None:
        values = {**_parcel(now), "status": "open", "closed_at": None}
        if isinstance(event, ParcelReceived):
            values |= {"operator": after.operator, "received_at": when}
        yield Row("parcel", values)


def _parcel(parcel: Parcel) -> dict[str, str | int | None]:
    return {
        "parcel": parcel.id,
        "rma": parcel.rma,
        "tracking": parcel.tracking,
        "how": parcel.how,
        "reason": parcel.reason,
        "expected": parcel.expected,
        "received": parcel.units,
        "over": parcel.over,
        "short": parcel.missing,
        "unexpected": parcel.unexpected,
    }


def _items(event: Event, before: State, after: State, when: str) -> Iterator[Row]:
    was, now = before.item, after.item
    if was is now:
        return
    if isinstance(event, Placed) and was is not None:
        closing = {"status": "closed", "tote": event.tote, "closed_at": when, "hold_reason": None}
        yield from _group(was, closing, once={"actions": was.actions + 1})
        yield Row(
            "tote",
            {"tote": event.tote, "channel": event.channel, "units": len(event.lpns), "updated_at": when},
        )
        return
    if isinstance(event, Held) and was is not None:
        closing = {"status": "held", "tote": None, "closed_at": when, "hold_reason": event.reason}
        yield from _group(was, closing, once={"actions": was.actions})
        return
    if isinstance(event, Undone):
        yield from _undone(before, now, when)
    if now is None:
        return
    opening: dict[str, str | int | None] = {
        "status": "open",
        "tote": None,
        "closed_at": None,
        "hold_reason": None,
    }
    if was is None and isinstance(event, Undone):
        last = before.recent[0] if before.recent else None
        if last is not None and last.lpn == now.lpn and last.tote is not None:
            yield Row(
                "tote",
                {"tote": last.tote, "channel": last.channel, "units": -len(last.lpns), "updated_at": when},
            )
    group = replace(now, units=now.units[:1]) if isinstance(event, LabelApplied) else now
    yield from _group(group, opening, once={"actions": now.actions})


def _undone(before: State, now: Item | None, when: str) -> Iterator[Row]:
    """Units that are no more, and the labels that count again instead of those that came after them."""
    group, labels = before.last_group()
    back = before.history[-1].item if before.history else None
    if before.item is not None and back is not None and back.lpn == before.item.lpn:
        for lpn in before.item.applied:
            if lpn not in back.applied and lpn in back.labels:
                yield Row("label_job", {"job": job_id(lpn, back.labels[lpn]), "applied_at": None})
    earlier = before.earlier_labels()
    for lpn in group:
        if now is None or lpn not in now.lpns:
            yield _gone(before.item, lpn, when)
        was, then = labels.get(lpn), earlier.get(lpn)
        if was is not None and was != then:
            yield Row("label_job", {"job": job_id(lpn, was), "wanted": 0})
            if then is not None:
                yield Row("label_job", {"job": job_id(lpn, then), "wanted": 1})


def _gone(item: Item | None, lpn: str, when: str) -> Row:
    """A unit that is off the bench again: void, or back in quarantine as it stood there."""
    if item is None or item.resumed is None or lpn != item.lpn:
        gone: dict[str, str | int | None] = {"lpn": lpn, "status": "void", "closed_at": when}
        return Row("item", {**gone, "hold_reason": None, "tote": None})
    held = item.resumed
    stood = replace(item, facts=held.facts, answered=held.answered, proposal=held.proposal, decided=None)
    return Row(
        "item",
        {
            "lpn": lpn,
            **_item(stood),
            "status": "held",
            "hold_reason": held.reason,
            "closed_at": held.since or when,
            "copies": held.copies,
        },
    )


def _group(
    item: Item, values: Mapping[str, str | int | None], once: Mapping[str, str | int | None]
) -> Iterator[Row]:
    """One row for each unit; what counts inputs stands on the first unit only, so that sums are right."""
    shared = {**_item(item), **values}
    for unit in item.units:
        own: dict[str, str | int | None] = {
            "lpn": unit.lpn,
            "leader": item.lpn,
            "arrival": unit.arrival,
            "line": unit.line,
        }
        if item.resumed is not None and unit.lpn == item.lpn:
            del own["leader"]
        counted = once if unit.lpn == item.lpn else dict.fromkeys(once, 0)
        yield Row("item", {**own, **shared, **counted, "copies": item.copies.get(unit.lpn, 0)})


def _item(item: Item) -> dict[str, str | int | None]:
    known = {"facts": encode(item.facts), "answered": list(item.answered), "assumed": list(item.assumed)}
    if item.worked or item.given_up:
        known["work"] = [
            {"step": one.step, "minutes": one.minutes, "part": one.part, "note": one.note}
            for one in item.worked
        ]
        known["given_up"] = list(item.given_up)
    if item.photos:
        known["photos"] = [one.sha256 for one in item.photos]
    values: dict[str, str | int | None] = {
        "parcel": item.parcel,
        "rma": item.rma,
        "sku": item.sku,
        "gtin": item.gtin,
        "serial": item.serial,
        "title": item.title,
        "category": item.category,
        "facts": json.dumps(known, sort_keys=True),
        "grade": item.grade,
        "score": None,
        "disposition": None,
        "value_cents": None,
        "currency": None,
        "decision": None,
    }
    proposal = item.proposal
    if proposal is not None:
        chosen = item.decided.disposition if item.decided is not None else proposal.disposition
        value = proposal.values.get(chosen or "")
        values |= {
            "score": proposal.score,
            "disposition": chosen,
            "value_cents": to_cents(Decimal(value)) if value is not None else None,
            "currency": proposal.currency,
            "decision": json.dumps(encode(proposal), sort_keys=True),
        }
    if item.resumed is None:
        values |= {"operator": item.by, "received_at": stamp(item.identified_at)}
    if item.first is not None and (item.resumed is None or item.resumed.proposal is None):
        values |= {"first_grade": item.first.grade, "first_disposition": item.first.disposition}
    return values
