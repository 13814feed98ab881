"""People and shifts: who stands at the bench, and when the shift began and ended."""

from __future__ import annotations

from terminal.bench.commands import Badge, CloseShift, OpenShift, Operator, Rules
from terminal.bench.events import Event, ShiftClosed, ShiftOpened, SignedIn, SignedOut
from terminal.bench.outcome import Outcome, done, noted, refused
from terminal.bench.receiving import closing
from terminal.bench.state import State


def sign_in(state: State, badge: Badge, rules: Rules) -> Outcome:
    """An operator takes the bench; the one before is signed out, an open item stays for whoever comes."""
    operator = badge.operator
    if operator is None:
        return refused("badge-unknown", badge.text)
    if state.operator == operator.id:
        return noted("signed-in-already", operator=operator.id)
    events: list[Event] = []
    if state.operator is not None:
        events.append(SignedOut(state.operator, "badge"))
    if state.shift is None:
        if not rules.shift_opens_itself and not operator.leads:
            return refused("no-shift", badge.text)
        events.append(ShiftOpened(state.shifts + 1, operator.id))
    events.append(SignedIn(operator.id, operator.role, operator.name))
    return done("signed-in", *events, operator=_called(operator))


def sign_out(state: State, why: str) -> Outcome:
    """The operator leaves the bench as it stands."""
    if state.operator is None:
        return noted("signed-out-already")
    code = "signed-out-idle" if why == "idle" else "signed-out"
    return done(code, SignedOut(state.operator, why), operator=state.operator)


def open_shift(state: State, command: OpenShift) -> Outcome:
    """Begin a shift before anybody signs in."""
    if state.shift is not None:
        return refused("shift-open-already", "shift open", number=str(state.shift))
    number = state.shifts + 1
    return done("shift-opened", ShiftOpened(number, command.by), number=str(number))


def close_shift(state: State, command: CloseShift) -> Outcome:
    """End the shift: nothing may be open on the bench, and a complete parcel is closed by the way."""
    if state.shift is None:
        return refused("shift-none", "shift close")
    if state.item is not None:
        return refused("shift-item-open", "shift close", lpn=state.item.lpn)
    parcel = state.parcel
    if parcel is not None and not parcel.complete:
        return refused("parcel-not-done", "shift close", rma=parcel.rma or "-", missing=str(parcel.missing))
    events: list[Event] = [*closing(parcel)]
    if state.operator is not None:
        events.append(SignedOut(state.operator, "shift"))
    events.append(ShiftClosed(state.shift, command.by, command.totals))
    return done("shift-closed", *events, number=str(state.shift))


def _called(operator: Operator) -> str:
    return f"{operator.id} {operator.name}".strip()
