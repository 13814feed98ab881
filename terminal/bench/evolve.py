"""Folding: a state and an event give the next state. Total, pure, and never asks whether the event was allowed.

Events that begin a step of the operator's first push the moment before them, so that `Undone` can go back to it.
The follow-ups that the same command writes (a proposal, a decision, labels) belong to that step.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime

from terminal.bench.arriving_events import Ruled
from terminal.bench.audit_fold import AUDIT_EVENTS, evolve_audit
from terminal.bench.events import Accepted as AcceptedEvent
from terminal.bench.events import (
    AskDropped,
    Asked,
    Counted,
    Decided,
    DispositionOverridden,
    Event,
    GradeOverridden,
    Held,
    HoldAsked,
    InputRefused,
    Inspected,
    ItemIdentified,
    ItemResumed,
    Multiplied,
    Placed,
    Proposed,
    Undone,
    Unit,
)
from terminal.bench.label_events import LabelApplied, LabelsQueued
from terminal.bench.parcel_events import ParcelClosed, ParcelReceived
from terminal.bench.shift_events import ShiftClosed, ShiftOpened, SignedIn, SignedOut
from terminal.bench.state import RECENT, UNDO_DEPTH, Finished, Item, Line, Parcel, Phase, State
from terminal.bench.stock_events import ToteClosed, ToteHandedOver
from terminal.bench.work_events import PhotoKept, WorkAsked, WorkDone, WorkGivenUp
from terminal.domain.speech import N_

# TRANSLATORS: What undo takes back, in sentences such as `Taken back: {step}.`
STEPS: dict[type[Event], str] = {
    Asked: N_("the question"),
    ParcelReceived: N_("receiving the parcel"),
    ParcelClosed: N_("closing the parcel"),
    ItemIdentified: N_("starting the item"),
    ItemResumed: N_("taking the item out of quarantine"),
    Inspected: N_("the answer"),
    Counted: N_("the count"),
    GradeOverridden: N_("the grade"),
    DispositionOverridden: N_("the channel"),
    WorkDone: N_("the work"),
    WorkGivenUp: N_("giving up the work"),
    PhotoKept: N_("the photo"),
    AcceptedEvent: N_("accepting"),
    LabelApplied: N_("the label"),
    Placed: N_("the tote"),
    HoldAsked: N_("the hold"),
}
"""Events that begin a step of the operator's, with the words for it."""


def evolve(state: State, event: Event, at: datetime) -> State:
    """The state after `event`, which happened at `at`."""
    if type(event) in STEPS:
        state = _begin(state, STEPS[type(event)])
    match event:
        case InputRefused():
            return replace(state, refused=state.refused + 1)
        case Undone():
            return _undo(state)
        case Asked():
            return replace(state, asked=event)
        case AskDropped():
            return replace(state, asked=None)
        case ShiftOpened() | ShiftClosed() | SignedIn() | SignedOut():
            return _people(state, event, at)
        case ParcelReceived() | ParcelClosed():
            return _parcel(state, event)
        case ItemIdentified() | ItemResumed():
            return _open_item(state, event, at)
        case Placed() | Held():
            return _finish(state, event, at)
        case Ruled(moved=True):
            # Undo must not bring an item back to the bench that has to wait in quarantine.
            return replace(state, history=())
        case LabelsQueued() if state.item is None or event.lpn != state.item.lpn:
            # Undo must not reach back to a label that has been replaced since.
            return replace(state, history=())
        case ToteClosed() | ToteHandedOver():
            # Undo must not take anything out of a tote that is sealed or gone.
            return replace(state, history=())
        case _ if isinstance(event, AUDIT_EVENTS):
            return evolve_audit(state, event, at)
        case _:
            return _item(state, event)


def fold(state: State, events: list[tuple[Event, datetime]]) -> State:
    """The state after several events."""
    for event, at in events:
        state = evolve(state, event, at)
    return state


def _begin(state: State, step: str) -> State:
    history = (*state.history, state.moment(step))[-UNDO_DEPTH:]
    item = state.item
    if item is not None:
        item = replace(item, actions=item.actions + 1)
    return replace(state, history=history, item=item, finished=None)


def _undo(state: State) -> State:
    if not state.history:
        return state
    back = state.history[-1]
    item, now = back.item, state.item
    if item is not None:
        last = state.recent[0] if now is None and state.finished is not None and state.recent else None
        copies = now.copies if now is not None else last.copies if last is not None else {}
        kept = {lpn: copies[lpn] for lpn in item.lpns if lpn in copies}
        actions = now.actions if now is not None and now.lpn == item.lpn else item.actions + 1
        item = replace(item, copies={**item.copies, **kept}, actions=actions + 1)
    return replace(
        state,
        parcel=back.parcel,
        item=item,
        asked=back.asked,
        done=back.done,
        held=back.held,
        recent=back.recent,
        finished=back.finished,
        history=state.history[:-1],
        undone=state.undone + 1,
    )


def _people(state: State, event: ShiftOpened | ShiftClosed | SignedIn | SignedOut, at: datetime) -> State:
    match event:
        case ShiftOpened():
            return replace(
                state,
                shift=event.number,
                shifts=event.number,
                shift_opened=at,
                done=0,
                held=0,
                refused=0,
                undone=0,
                recent=(),
                history=(),
                finished=None,
            )
        case ShiftClosed():
            return replace(state, shift=None, shift_opened=None, history=())
        case SignedIn():
            return replace(
                state, operator=event.operator, role=event.role, name=event.name, history=(), finished=None
            )
        case _:
            return replace(state, operator=None, role=None, name="", history=(), finished=None)


def _parcel(state: State, event: ParcelReceived | ParcelClosed) -> State:
    if isinstance(event, ParcelClosed):
        return replace(state, parcel=None)
    parcel = Parcel(
        id=event.parcel,
        how=event.how,
        rma=event.rma,
        tracking=event.tracking,
        lines=tuple(Line(expected) for expected in event.lines),
        reason=event.reason,
    )
    return replace(state, parcel=parcel, next_parcel=state.next_parcel + 1)


def _open_item(state: State, event: ItemIdentified | ItemResumed, at: datetime) -> State:
    item = Item(
        lpn=event.lpn,
        parcel=event.parcel,
        arrival=event.arrival,
        code=event.code,
        rma=event.rma,
        line=event.line,
        sku=event.sku,
        gtin=event.gtin,
        serial=event.serial,
        title=event.title,
        category=event.category,
        facts=event.facts,
        identified_at=at,
        by=state.operator or "",
        assumed=event.assumed if isinstance(event, ItemIdentified) else (),
        answered=event.answered if isinstance(event, ItemResumed) else (),
        units=(Unit(event.lpn, event.arrival, event.line),),
        actions=1,
    )
    if isinstance(event, ItemResumed):
        before = {event.lpn: event.copies}
        item = replace(item, copies=before, labels=before, resumed=event, actions=event.actions + 1)
        return replace(state, asked=None, item=item)
    return replace(
        state,
        asked=None,
        item=item,
        next_lpn=state.next_lpn + 1,
        parcel=_count(state.parcel, item, item.units),
    )


def _count(parcel: Parcel | None, item: Item, units: tuple[Unit, ...]) -> Parcel | None:
    """The parcel with these units counted in, each on its line; the parcel as it is where they are of another."""
    if parcel is None or parcel.id != item.parcel:
        return parcel
    came = Counter(unit.line for unit in units if unit.arrival == "expected")
    lines = tuple(
        replace(line, received=line.received + more) if (more := came[line.expected.line.line]) else line
        for line in parcel.lines
    )
    return replace(
        parcel,
        lines=lines,
        units=parcel.units + len(units),
        over=parcel.over + sum(unit.arrival == "over" for unit in units),
        unexpected=parcel.unexpected + sum(unit.arrival in ("unexpected", "unidentified") for unit in units),
    )


def _item(state: State, event: Event) -> State:
    item = state.item
    if item is None:
        return state
    match event:
        case Inspected():
            item = item.knowing(event.facts, event.answered)
            item = replace(item, proposal=None, decided=None, todo=None)
        case Counted():
            item = replace(item, count=event.count)
        case GradeOverridden():
            item = replace(item, graded=event.after, proposal=None, decided=None, todo=None)
        case WorkAsked():
            item = replace(item, todo=event, decided=None)
        case WorkDone():
            item = _worked(item, event)
        case WorkGivenUp():
            item = replace(item, given_up=(*item.given_up, event.step), todo=None)
        case PhotoKept():
            item = replace(item, photos=(*item.photos, event), todo=None)
        case Proposed():
            item = replace(item, proposal=event, first=item.first or event)
        case Decided():
            item = replace(item, decided=event, todo=None, applied=(), prove=())
        case Multiplied():
            item = replace(item, units=(*item.units, *event.units))
            return replace(
                state,
                item=item,
                next_lpn=state.next_lpn + len(event.units),
                parcel=_count(state.parcel, item, event.units),
            )
        case LabelsQueued():
            asked = {label.lpn: label.copy for label in event.labels}
            item = replace(
                item, copies={**item.copies, **asked}, labels={**item.labels, **asked}, prove=event.prove
            )
        case LabelApplied():
            item = replace(item, applied=(*item.applied, event.label))
        case _:
            return state
    return replace(state, item=item)


def _worked(item: Item, event: WorkDone) -> Item:
    """The item after a step: other facts, questions open again, and a proposal that has to be made anew."""
    return replace(
        item.knowing(event.facts),
        answered=tuple(name for name in item.answered if name not in event.reopened),
        worked=(*item.worked, event),
        proposal=None,
        todo=None,
    )


def _finish(state: State, event: Placed | Held, at: datetime) -> State:
    item = state.item
    if item is None:
        return state
    placed = isinstance(event, Placed)
    proposal = item.proposal
    channel = event.channel if isinstance(event, Placed) else "quarantine"
    finished = Finished(
        at=at,
        lpn=item.lpn,
        lpns=event.lpns,
        title=item.title,
        grade=item.grade,
        channel=channel,
        value=proposal.values.get(channel) if proposal is not None else None,
        currency=proposal.currency if proposal is not None else None,
        tote=event.tote if isinstance(event, Placed) else None,
        status="closed" if placed else "held",
        copies=item.copies,
        labels=item.labels,
    )
    return replace(
        state,
        item=None,
        finished=Phase.PLACED if placed else Phase.QUARANTINE,
        done=state.done + (len(event.lpns) if placed else 0),
        held=state.held + (0 if placed else len(event.lpns)),
        recent=(finished, *state.recent)[:RECENT],
    )
