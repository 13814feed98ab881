"""How events travel to and from the store: their names, the draft on its way in, the record as it stands there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from terminal.bench.arriving_events import Ruled, RulesChanged
from terminal.bench.audit_events import (
    AuditDropped,
    Audited,
    AuditNoted,
    AuditOpened,
    AuditSettled,
    LessonSeen,
)
from terminal.bench.codec import decode, encode
from terminal.bench.events import (
    Accepted,
    AskDropped,
    Asked,
    Counted,
    Decided,
    DispositionOverridden,
    Event,
    GradeOverridden,
    Held,
    HistoryTaken,
    HoldAsked,
    InputRefused,
    Inspected,
    ItemIdentified,
    ItemResumed,
    Multiplied,
    Placed,
    Proposed,
    Undone,
)
from terminal.bench.label_events import LabelApplied, LabelFound, LabelsQueued
from terminal.bench.outcome_events import OutcomeRuled, OutcomesTold
from terminal.bench.parcel_events import ParcelClosed, ParcelReceived
from terminal.bench.people_events import OperatorAdded, OperatorBadged, OperatorDisabled
from terminal.bench.purge_events import Purged
from terminal.bench.shift_events import ShiftClosed, ShiftOpened, SignedIn, SignedOut
from terminal.bench.stock_events import HoldAssigned, ToteClosed, ToteHandedOver, ToteOpened
from terminal.bench.work_events import PhotoKept, PhotoMissing, WorkAsked, WorkDone, WorkGivenUp

KINDS: dict[str, type[Event]] = {
    "purged": Purged,
    "operator_added": OperatorAdded,
    "operator_badged": OperatorBadged,
    "operator_disabled": OperatorDisabled,
    "shift_opened": ShiftOpened,
    "shift_closed": ShiftClosed,
    "signed_in": SignedIn,
    "signed_out": SignedOut,
    "parcel_received": ParcelReceived,
    "parcel_closed": ParcelClosed,
    "asked": Asked,
    "ask_dropped": AskDropped,
    "item_identified": ItemIdentified,
    "inspected": Inspected,
    "counted": Counted,
    "grade_overridden": GradeOverridden,
    "disposition_overridden": DispositionOverridden,
    "proposed": Proposed,
    "work_asked": WorkAsked,
    "work_done": WorkDone,
    "work_given_up": WorkGivenUp,
    "photo_kept": PhotoKept,
    "photo_missing": PhotoMissing,
    "accepted": Accepted,
    "decided": Decided,
    "multiplied": Multiplied,
    "labels_queued": LabelsQueued,
    "label_applied": LabelApplied,
    "label_found": LabelFound,
    "placed": Placed,
    "hold_asked": HoldAsked,
    "held": Held,
    "item_resumed": ItemResumed,
    "tote_closed": ToteClosed,
    "tote_opened": ToteOpened,
    "tote_handed_over": ToteHandedOver,
    "hold_assigned": HoldAssigned,
    "rules_changed": RulesChanged,
    "ruled": Ruled,
    "audit_opened": AuditOpened,
    "audit_noted": AuditNoted,
    "audited": Audited,
    "audit_settled": AuditSettled,
    "audit_dropped": AuditDropped,
    "lesson_seen": LessonSeen,
    "undone": Undone,
    "input_refused": InputRefused,
    "history_taken": HistoryTaken,
    "outcomes_told": OutcomesTold,
    "outcome_ruled": OutcomeRuled,
}
"""Name in the journal -> class."""

NAMES: dict[type[Event], str] = {cls: name for name, cls in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Draft:
    """An event on its way into the journal; id, place and hash are given by the store."""

    kind: str
    v: int
    at: datetime
    item: str | None
    operator: str | None
    policy: str | None
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event as it stands in the journal and on the wire. `prev` and `hash` are lower-case hex."""

    id: str
    station: str
    epoch: str
    seq: int
    kind: str
    v: int
    at: datetime
    item: str | None
    operator: str | None
    policy: str | None
    body: Mapping[str, Any]
    prev: str
    hash: str


@dataclass(frozen=True, slots=True)
class Row:
    """A change of a projection that is written with the events: insert, or update what stands under the key."""

    table: str
    values: Mapping[str, str | int | None]


def draft(event: Event, at: datetime, operator: str | None, policy: str | None) -> Draft:
    """An event made ready for the journal. Its item is the LPN that it is about, if there is one."""
    return Draft(
        kind=NAMES[type(event)],
        v=event.V,
        at=at,
        item=getattr(event, "lpn", None),
        operator=operator,
        policy=policy,
        body=encode(event),
    )


def revive(kind: str, body: Mapping[str, Any]) -> Event:
    """The event that a journal row holds. Raises ValueError for a kind that this version does not know."""
    known = KINDS.get(kind)
    if known is None:
        raise ValueError(f"the journal holds an event of kind {kind!r}, which this version does not know")
    event: Event = decode(known, dict(body))
    return event
