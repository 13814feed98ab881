"""Receiving: a return is opened by its number or blind, and closed with what is missing said out loud."""

from __future__ import annotations

from terminal.bench.commands import Blind
from terminal.bench.events import Event
from terminal.bench.meanings import Return
from terminal.bench.outcome import Outcome, done, noted, refused
from terminal.bench.parcel_events import Expected, ParcelClosed, ParcelReceived, Short
from terminal.bench.rules import Rules
from terminal.bench.state import Parcel, State
from terminal.bench.view import Level
from terminal.domain.speech import _
from terminal.domain.suggest import did_you_mean


def receive(state: State, found: Return, text: str, rules: Rules) -> Outcome:
    """Open the parcel that a scan named. A complete parcel before it is closed by the way."""
    parcel = state.parcel
    if parcel is not None and parcel.rma == found.rma:
        return noted("parcel-open", rma=found.rma)
    if parcel is not None and not parcel.complete:
        return refused("parcel-not-done", text, rma=parcel.rma or "-", missing=str(parcel.missing))
    if not any(expected.expected for expected in found.lines):
        return refused("already-received", text, rma=found.rma, units=str(found.earlier))
    opened = ParcelReceived(
        parcel=parcel_id(state, rules),
        how=found.how,
        rma=found.rma,
        tracking=found.tracking,
        lines=found.lines,
    )
    units = sum(expected.expected for expected in found.lines)
    return done("parcel-received", *closing(parcel), opened, rma=found.rma, units=str(units))


def receive_blind(state: State, command: Blind, rules: Rules) -> Outcome:
    """Open a parcel that no number announces. The reason is asked, and nothing is expected of it."""
    unknown = unknown_reason(command.reason, rules.blind_reasons)
    if unknown is not None:
        return unknown
    parcel = state.parcel
    if parcel is not None and not parcel.complete:
        return refused("parcel-not-done", "blind", rma=parcel.rma or "-", missing=str(parcel.missing))
    lines: tuple[Expected, ...] = ()
    opened = ParcelReceived(
        parcel=parcel_id(state, rules),
        how="blind",
        rma=command.rma,
        tracking=None,
        lines=lines,
        reason=command.reason,
    )
    return done("parcel-blind", *closing(parcel), opened, reason=_(rules.blind_reasons[command.reason]))


def parcel_done(state: State) -> Outcome:
    """Close the open parcel; what did not come is short."""
    parcel = state.parcel
    if parcel is None:
        return refused("no-parcel", "parcel done")
    events = closing(parcel)
    if parcel.missing:
        return done(
            "parcel-short", *events, level=Level.WARN, rma=parcel.rma or "-", missing=str(parcel.missing)
        )
    return done("parcel-closed", *events, rma=parcel.rma or "-", units=str(parcel.units))


def closing(parcel: Parcel | None) -> tuple[Event, ...]:
    """The event that closes `parcel`, with every line that came short."""
    if parcel is None:
        return ()
    short = tuple(Short(line.expected.line.line, line.missing) for line in parcel.lines if line.missing)
    return (ParcelClosed(parcel.id, short, parcel.over, parcel.unexpected),)


def parcel_id(state: State, rules: Rules) -> str:
    """The next parcel's id: station and a running number that never goes back."""
    return f"{rules.station}-P{state.next_parcel + 1:06d}"


def unknown_reason(code: str, known: object) -> Outcome | None:
    """A refusal with the nearest known reason code, or None where the code is known."""
    codes = list(known)  # type: ignore[call-overload]
    if code in codes:
        return None
    near = did_you_mean(code, codes)
    return refused("unknown-reason", code, near=near or "", known=", ".join(codes))
