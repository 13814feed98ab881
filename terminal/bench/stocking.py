"""Totes closed, opened and handed over, and who is to decide on what waits in quarantine."""

from __future__ import annotations

from datetime import date

from terminal.bench.called import called
from terminal.bench.events import Event
from terminal.bench.outcome import Outcome, done, noted, refused
from terminal.bench.rules import Now, Rules
from terminal.bench.state import State
from terminal.bench.stock_commands import AssignHold, CloseTote, HandOverTote, OpenTote, StockCommand
from terminal.bench.stock_events import HoldAssigned, ToteClosed, ToteHandedOver, ToteOpened, load_name


def stock(state: State, command: StockCommand, rules: Rules, now: Now) -> Outcome:
    """What a command about totes or holds makes happen. Whoever gives it is named, or is signed in."""
    by = command.by or state.operator
    if by is None:
        return refused("sign-in-first", type(command).__name__.lower(), called=called(command))
    match command:
        case CloseTote():
            return _close(command, by)
        case OpenTote():
            return _open(command, by)
        case HandOverTote():
            return _hand_over(command, by, rules, now)
        case _:
            return _assign(command, by)


def _close(command: CloseTote, by: str) -> Outcome:
    tote = command.tote
    if tote.sealed:
        return noted("tote-closed-already", tote=tote.name)
    if not tote.units:
        return refused("tote-empty", tote.code, tote=tote.name)
    event = ToteClosed(tote.code, tote.channel, tote.units, by)
    return done("tote-closed", event, tote=tote.name, units=str(tote.units))


def _open(command: OpenTote, by: str) -> Outcome:
    tote = command.tote
    if not tote.sealed:
        return noted("tote-open-already", tote=tote.name)
    return done("tote-opened", ToteOpened(tote.code, tote.channel, by), tote=tote.name)


def _hand_over(command: HandOverTote, by: str, rules: Rules, now: Now) -> Outcome:
    """The tote leaves with what is in it; one that is not sealed yet is sealed by that."""
    tote, to = command.tote, command.to.strip()
    if not to:
        return refused("tote-to-whom", tote.code, tote=tote.name)
    if not command.lpns:
        return refused("tote-empty", tote.code, tote=tote.name)
    units = len(command.lpns)
    events: list[Event] = []
    if not tote.sealed:
        events.append(ToteClosed(tote.code, tote.channel, units, by))
    load = load_name(tote.code, tote.loads + 1)
    tag = {
        "grade": "-",
        "channel": tote.channel,
        "title": f"{units} units for {to}",
        "sku": "-",
        "tote": tote.name,
        "date": now.at.date().isoformat(),
        "station": rules.station,
        "operator": by,
    }
    events.append(ToteHandedOver(tote.code, tote.channel, load, to, command.lpns, by, tag))
    return done("tote-handed-over", *events, tote=tote.name, units=str(units), to=to, load=load)


def _assign(command: AssignHold, by: str) -> Outcome:
    if command.status != "held":
        return refused("not-held", command.lpn)
    try:
        due = date.fromisoformat(command.due).isoformat() if command.due else ""
    except ValueError:
        return refused("bad-due", command.due)
    event = HoldAssigned(command.lpn, command.owner, due, command.since, by)
    return done("hold-assigned", event, lpn=command.lpn, owner=command.owner or "-", due=due or "-")
