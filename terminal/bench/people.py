"""People and shifts: who stands at the bench, and when the shift began and ended."""

from __future__ import annotations

from terminal.bench.commands import CloseShift, OpenShift
from terminal.bench.events import Event
from terminal.bench.meanings import Badge, Operator
from terminal.bench.outcome import Outcome, done, noted, refused
from terminal.bench.permission import lacking, wanting
from terminal.bench.receiving import closing, unknown_reason
from terminal.bench.rules import Look, Now, Rules
from terminal.bench.shift_events import ShiftClosed, ShiftOpened, SignedIn, SignedOut
from terminal.bench.shift_words import difference_words
from terminal.bench.state import State
from terminal.bench.view import Level
from terminal.domain.speech import N_, Said, joined

# TRANSLATORS: what is looked at before a shift; what was found follows it: `clock: The clock says ...`.
SUBJECTS = (N_("scanner"), N_("scale"), N_("printer"), N_("sync"), N_("clock"), N_("disk"))
"""As the journal keeps them."""


def sign_in(state: State, badge: Badge, rules: Rules, now: Now) -> Outcome:
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
        need = lacking("open_shift", state, rules, now, operator)
        if need is not None and not rules.shift_opens_itself:
            return wanting(refused("no-shift", badge.text), need)
        if need is not None and (bad := _words(now, "bad")):
            return wanting(refused("shift-check", badge.text, problem=bad), need)
        events.append(ShiftOpened(state.shifts + 1, operator.id, _checked(now)))
    events.append(SignedIn(operator.id, operator.role, operator.name))
    if state.shift is None and (odd := _words(now, "bad", "warn")):
        return done("shift-checked", *events, level=Level.WARN, operator=_called(operator), problem=odd)
    return done("signed-in", *events, operator=_called(operator))


def sign_out(state: State, why: str) -> Outcome:
    """The operator leaves the bench as it stands."""
    if state.operator is None:
        return noted("signed-out-already")
    event = SignedOut(state.operator, why)
    if why == "revoked":
        return done("signed-out-revoked", event, level=Level.WARN, operator=state.operator)
    code = "on-break" if why == "break" else "signed-out-idle" if why == "idle" else "signed-out"
    return done(code, event, operator=state.operator)


def open_shift(state: State, command: OpenShift, now: Now) -> Outcome:
    """Begin a shift before anybody signs in."""
    if state.shift is not None:
        return refused("shift-open-already", "shift open", number=str(state.shift))
    number = state.shifts + 1
    return done("shift-opened", ShiftOpened(number, command.by, _checked(now)), number=str(number))


def close_shift(state: State, command: CloseShift, rules: Rules, now: Now) -> Outcome:
    """End the shift: nothing may be open on the bench, and a complete parcel is closed by the way.

    Events that have not left the station are no reason against it, but somebody has to say so.
    """
    if state.shift is None:
        return refused("shift-none", "shift close")
    if (unfinished := _unfinished(state)) is not None:
        return unfinished
    wrong = (command.report or {}).get("differences", ())
    if wrong and not command.reason:
        return done(
            "shift-differs", level=Level.WARN, count=str(len(wrong)), first=difference_words(wrong[0])
        )
    if command.reason and (problem := unknown_reason(command.reason, rules.difference_reasons)) is not None:
        return problem
    left = {sink: count for sink, count in (command.pending or {}).items() if count}
    most, sinks = str(max(left.values(), default=0)), ", ".join(left)
    if left and not command.pending_ok:
        return done("shift-pending", level=Level.WARN, waiting=most, sinks=sinks)
    need = lacking("close_shift", state, rules, now)
    need = lacking("sync_pending", state, rules, now) if need is None and left else need
    if need is not None:
        return wanting(refused("lead-closes", "shift close", role=need.role), need)
    number = str(state.shift)
    events: list[Event] = [*closing(state.parcel)]
    if state.operator is not None:
        events.append(SignedOut(state.operator, "shift"))
    signed = {**command.report, "closed_by": command.by, "reason": command.reason} if command.report else None
    events.append(
        ShiftClosed(state.shift, command.by, command.totals, command.pending, signed, command.reason)
    )
    if left:
        return done(
            "shift-closed-pending", *events, level=Level.WARN, number=number, waiting=most, sinks=sinks
        )
    return done("shift-closed", *events, number=number)


def _unfinished(state: State) -> Outcome | None:
    """A refusal where an item or a parcel is still open."""
    if state.item is not None:
        return refused("shift-item-open", "shift close", lpn=state.item.lpn)
    parcel = state.parcel
    if parcel is None or parcel.complete:
        return None
    return refused("parcel-not-done", "shift close", rma=parcel.rma or "-", missing=str(parcel.missing))


def _checked(now: Now) -> dict[str, str] | None:
    """What was looked at before the shift, for the journal."""
    return {look.subject: look.level for look in now.looks} or None


def _words(now: Now, *levels: str) -> str:
    """What was found, worst first; to be said in the language of whoever reads it."""
    return joined(
        (
            Said("{subject}: {sentence}", subject=_subject(look), sentence=look.sentence)
            for level in levels
            for look in now.looks
            if look.level == level
        ),
        "; ",
    )


def _subject(look: Look) -> str:
    return Said(look.subject) if look.subject in SUBJECTS else look.subject


def _called(operator: Operator) -> str:
    return f"{operator.id} {operator.name}".strip()
