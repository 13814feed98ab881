"""Folding of audits: what the auditor notes gathers beside the item, and never in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from terminal.bench.audit_events import (
    AuditDropped,
    Audited,
    AuditNoted,
    AuditOpened,
    AuditSettled,
    LessonSeen,
)
from terminal.bench.events import Unit
from terminal.bench.state import LESSONS, Auditing, Item, State

AUDIT_EVENTS = (AuditOpened, AuditNoted, Audited, AuditSettled, AuditDropped, LessonSeen)


def evolve_audit(
    state: State,
    event: AuditOpened | AuditNoted | Audited | AuditSettled | AuditDropped | LessonSeen,
    at: datetime,
) -> State:
    """The state after an event of an audit. One that was brought in from a file changes nothing at the bench."""
    match event:
        case AuditOpened():
            # Undo must not reach back to the item's own inspection.
            return replace(state, audit=_opened(event, at), history=(), finished=None)
        case AuditNoted():
            return replace(state, audit=_noted(state.audit, event))
        case Audited(source=""):
            return _audited(state, event)
        case AuditSettled() | AuditDropped():
            return replace(state, audit=None)
        case LessonSeen():
            left = tuple(one for one in state.lessons if one.audit != event.audit)
            return replace(state, lessons=left)
        case _:
            return state


def _opened(event: AuditOpened, at: datetime) -> Auditing:
    item = Item(
        lpn=event.lpn,
        parcel=event.parcel,
        arrival=event.arrival,
        code=event.lpn,
        rma=None,
        line=None,
        sku=event.sku,
        gtin=event.gtin,
        serial=event.serial,
        title=event.title,
        category=event.category,
        facts=event.facts,
        identified_at=at,
        by=event.auditor,
        units=(Unit(event.lpn, event.arrival),),
    )
    return Auditing(event, item)


def _noted(audit: Auditing | None, event: AuditNoted) -> Auditing | None:
    if audit is None:
        return None
    if event.how == "undo":
        return audit.before
    item = audit.item
    if event.how == "grade":
        item = replace(item, graded=event.value)
    item = replace(item.knowing(event.facts or {}, event.answered), proposal=event.proposal)
    return replace(audit, item=item, notes=(*audit.notes, event), before=audit)


def _audited(state: State, event: Audited) -> State:
    audit = state.audit
    if audit is not None:
        audit = replace(audit, saved=event, before=None)
    lessons = (*state.lessons, event)[-LESSONS:] if event.differs and event.operator else state.lessons
    return replace(state, audit=audit, lessons=lessons)
